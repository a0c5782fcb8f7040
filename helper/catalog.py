"""Translations as gettext keeps them: PO files in, texts in another language out."""

import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from babel import Locale, UnknownLocaleError
from babel.messages import Catalog as Messages
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po, unescape
from babel.support import Translations
from markupsafe import Markup, escape

from helper.model.fields import Path_, too_long
from helper.problem import ContentError, Problem

FUZZY = "fuzzy"
QUOTED = re.compile(r'(?<!\\)"(?:\\.|[^"\\])*+"')
LINE = re.compile(rf"(#(?!~).*|(#~\s*)?((msgctxt|msgid|msgid_plural|msgstr(\[[0-9]+\])?)\s*)?({QUOTED.pattern})?)")
"""A line of a PO file. Babel takes others too, and drops the last letter of words that no quotation mark ends."""


def is_language(code: str) -> bool:
    """Whether it is the code of a language that Babel knows, of two letters like es."""
    try:
        return len(code) == 2 and code == Locale.parse(code).language
    except (ValueError, UnknownLocaleError):
        return False


class Foreign(str):
    """A text that stands in another language than the page around it."""

    lang: str

    def __new__(cls, text: str, lang: str) -> "Foreign":
        foreign = super().__new__(cls, text)
        foreign.lang = lang
        return foreign

    def __html__(self) -> Markup:
        """The text with its language. In an attribute, where no element can stand, write `text | plain`."""
        return Markup('<span lang="{}">{}</span>').format(self.lang, escape(str(self)))


class Entry(NamedTuple):
    """One text of a PO file."""

    context: str
    text: str
    translation: str
    fuzzy: bool
    line: int

    @property
    def good(self) -> bool:
        """Whether readers may see it: a person has translated the text as it is now."""
        return bool(self.translation) and not self.fuzzy


@dataclass(frozen=True)
class Catalog:
    """The translations of one file of content into one language."""

    file: str
    entries: Mapping[tuple[str, str], Entry] = field(default_factory=dict)
    """By context and text."""
    lines: Sequence[str] = ()

    def get(self, context: str, text: str) -> str | None:
        """The translation, if there is one that readers may see."""
        entry = self.entries.get((context, text))
        return entry.translation if entry and entry.good else None

    def problem(
        self, path: Path_, code: str, message: str, hint: str = "", *, key: bool, word: str, **fields: Any
    ) -> Problem:
        """A problem of the text whose context and words are `path`. It stands at the whole line, never at a word."""
        context, text = map(str, path)
        line = self.entries[context, text].line
        source = self.lines[line - 1] if line <= len(self.lines) else ""
        return Problem(self.file, line, 1, code, message, hint, source=source, width=len(source), **fields)


def read_messages(path: Path, name: str, language: str) -> Messages:
    """The PO file at `path`, called `name` in messages. Raises ContentError when it is none."""

    def broken(line: int, message: str, hint: str = "") -> ContentError:
        return ContentError([Problem(name, line, 1, "translation-file", message, hint)])

    try:
        raw = path.read_bytes()
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise broken(raw.count(b"\n", 0, error.start) + 1, "this is not UTF-8: save the file as UTF-8") from None
    except OSError as error:
        raise broken(1, f"this can't be read: {(error.strerror or 'unknown').lower()}") from None
    try:
        messages = read_po(io.StringIO(text), locale=language, abort_invalid=True)
    except PoFileError as error:
        raise broken(error.lineno + 1, str(error).rpartition(" on ")[0].lower()) from None
    except (ValueError, LookupError) as error:
        raise broken(1, f"this is no PO file: {error}") from None
    for number, line in enumerate(text.split("\n"), 1):
        if not LINE.fullmatch(line.strip()):
            raise broken(number, "the words of this line do not stand between two quotation marks")
    for message in messages:
        for side in (message.id, message.string):
            if why := too_long(str(side)):
                raise broken(message.lineno or 1, f"this text {why}", "make two texts or two steps of the original")
        # Babel writes the former words of a text, and reads them as a comment.
        former = " ".join(comment[1:] for comment in message.user_comments if comment.startswith("|"))
        message.user_comments = [comment for comment in message.user_comments if not comment.startswith("|")]
        message.previous_id = ["".join(map(unescape, QUOTED.findall(former)))] if former else []
    return messages


def read_catalog(path: Path, name: str, language: str) -> Catalog:
    """The translations in a PO file. Raises ContentError."""
    entries = {}
    for message in read_messages(path, name, language):
        if message.id:
            entry = Entry(
                message.context or "", str(message.id), str(message.string), message.fuzzy, message.lineno or 1
            )
            entries[entry.context, entry.text] = entry
    return Catalog(name, entries, path.read_text(encoding="utf-8").splitlines())


def read_interface(path: Path, language: str) -> Translations:
    """The words of the pages around the steps. A text that is missing stays English."""
    compiled = io.BytesIO()
    write_mo(compiled, read_messages(path, str(path), language))
    compiled.seek(0)
    return Translations(compiled)
