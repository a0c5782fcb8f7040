"""Two versions of a tree in; out what people who walk it now meet otherwise, in plain words, the gravest first.

Told is everything that a reader or a reviewer could see. What is only a name (the id of a step that `moved` lists, of
a choice, of a topic or of an option), and the dates `edited` and `review_by` are not.
"""

import datetime
from itertools import chain

from helper.diff.changes import KINDS_OF_CHANGE
from helper.diff.matching import TreeDiff
from helper.diff.report import Change
from helper.diff.version import Version


def compare(old: Version, new: Version, day: datetime.date) -> list[Change]:
    """All that is otherwise in `new`, the gravest first and then the nearest to the start.

    The day tells which contacts are past their date. It takes about as long as reading the two files.
    """
    diff = TreeDiff(old, new, day)
    changes = chain.from_iterable(kind(diff) for kind in KINDS_OF_CHANGE)
    return sorted(changes, key=lambda change: (change.part, change.danger, change.taps))
