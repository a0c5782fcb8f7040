"""A small tree to begin with, explained line by line."""

import datetime
import os
from pathlib import Path
from string import Template

from helper.schema import FILES

TEMPLATE = Path(__file__).parent / "new.yaml"
MONTHS = 6
"""How long a new tree may stand before someone must read it again."""


def new_tree(name: str, folder: Path, contact: str, day: datetime.date) -> str:
    """The text of a tree for a file in `folder`, whose outcomes name `contact`."""
    month = day.month - 1 + MONTHS
    # The first of a month: there is none that some month has not.
    again = datetime.date(day.year + month // 12, month % 12 + 1, 1)
    return Template(TEMPLATE.read_text()).substitute(
        schema=Path(os.path.relpath(FILES["tree"], folder)).as_posix(),
        name=name,
        title=name.replace("-", " ").capitalize(),
        contact=contact,
        today=day.isoformat(),
        again=again.isoformat(),
    )
