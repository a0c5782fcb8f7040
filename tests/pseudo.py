"""A language that nobody speaks: English words in Hebrew letters, 40 % longer, written from right to left.

Whatever stands on its pages in Latin letters was forgotten: it can't be translated.
"""

import re
import shutil
import string
from contextlib import contextmanager

import pytest
from babel.messages.pofile import write_po

from helper.catalog import Catalog, Entry
from helper.interface import LOCALE, interface_for
from helper.translate import texts, update_interface

CODE = "he"
KEPT = re.compile(r"(%\(\w+\)s)")
HEBREW = "".join(map(chr, range(0x5D0, 0x5EA)))
"""26 letters, one for each of a to z."""
LETTERS = str.maketrans(string.ascii_letters, HEBREW * 2)
HELLO = "\u05e9\u05dc\u05d5\u05dd "


def pseudo(text):
    """The text in the language that nobody speaks. Digits, marks and the places of values are kept."""
    parts = KEPT.split(text)
    own = "".join(part if n % 2 else part.translate(LETTERS) for n, part in enumerate(parts))
    more = max(2, len(text) * 2 // 5)
    return f"{own} {(HELLO * more)[:more].strip()}"


def catalogs(loaded):
    """Every text of the content, translated."""
    found = {}
    for one in texts(loaded):
        entry = Entry(one.context, one.text, pseudo(one.text), False, 1)
        found.setdefault(one.domain, {})[one.context, one.text] = entry
    return {domain: Catalog(f"{domain}.po", entries) for domain, entries in found.items()}


@contextmanager
def interface(folder):
    """While it lasts, the interface has the language that nobody speaks too, from a PO file in the folder."""
    for path in LOCALE.glob("*.po"):
        shutil.copy(path, folder)
    with pytest.MonkeyPatch.context() as patch:
        for module in ("interface", "translate"):
            patch.setattr(f"helper.{module}.LOCALE", folder)
        [(path, messages)] = update_interface(CODE).items()
        for message in messages:
            if isinstance(message.id, tuple):
                one, many = map(pseudo, message.id)
                message.string = (one, *[many] * (messages.num_plurals - 1))
            elif message.id:
                message.string = pseudo(message.id)
        with path.open("wb") as out:
            write_po(out, messages)
        interface_for.cache_clear()
        yield
    interface_for.cache_clear()
