"""Rules of languages: what readers of a translation must find as well."""

import re
from collections import Counter
from collections.abc import Iterator

from helper.answers import topics_of
from helper.catalog import Catalog, Entry
from helper.check.calls import MOST_IN_SIGHT, MOST_TO_READ, MOST_TO_SAY, in_sight, to_read, to_say
from helper.check.context import Context, Rule
from helper.check.refs import Finding
from helper.check.words import GRADE
from helper.interface import LANGUAGE, interface_for
from helper.model.fields import BLANK
from helper.reading import FORMULAS, grade
from helper.translate import CONTACTS_DOMAIN, TOPICS_DOMAIN, SourceText, step_context, translated

ROOM = 1.35
"""How much longer than English a call step may be: Spanish takes about a third more words to say the same."""
BLANKS = "blanks in brackets"
SAME_PARTS = {
    "numbers": re.compile(r"\d+(?:[.,:]\d+)*"),
    BLANKS: BLANK,
    "points of lists": re.compile(r"^[ \t]*(?:[-*+]|\d+[.)])(?= )", re.M),
    "bold words": re.compile(r"\*\*.+?\*\*", re.S),
}
"""What a translation has as often as the original; and the numbers are the same."""


def _urgent(context: Context) -> set[tuple[str, str]]:
    """The PO file and the beginning of the context of every text that a reader in danger may need."""
    keys = set()
    for ref in context.urgent():
        keys |= {(ref.tree_id, ref.step_id), (ref.tree_id, "title"), (ref.tree_id, "about")}
        keys |= {(CONTACTS_DOMAIN, name) for name in (*ref.step.contacts, *ref.step.also)}
        keys |= {(TOPICS_DOMAIN, name) for name in topics_of(ref.step, context.content.topics)}
    return keys


def _missing(context: Context, urgent: bool) -> Iterator[tuple[str, SourceText, Entry | None]]:
    """Every text, urgent or not, that readers of a language get in English, and what its PO file has instead."""
    needed = _urgent(context)
    wanted = [text for text in context.texts if ((text.domain, text.context.partition(" ")[0]) in needed) == urgent]
    for language, catalogs in context.loaded.catalogs.items():
        for text in wanted:
            entry = catalogs.get(text.domain, Catalog("")).entries.get((text.context, text.text))
            if not entry or not entry.good:
                yield language, text, entry


def untranslated(context: Context) -> Iterator[Finding]:
    """Every text of an urgent tree, and of the contacts and topics of its steps, has a translation in each language.

    A translation of older English words does not count: someone must read it again, and take out the line that says
    fuzzy. `helper translate` brings the files of the translators up to date.

    Wrong:

        # in trees/locale/es/crisis.po
        msgctxt "call-911 title"
        msgid "Call 911 now"
        msgstr ""

    Right:

        msgctxt "call-911 title"
        msgid "Call 911 now"
        msgstr "Llame al 911 ahora"
    """
    for language, text, entry in _missing(context, urgent=True):
        message = f"this has no {_language_name(language)} translation"
        hint = f'run "helper translate {language}", then fill it in'
        if entry:
            hint = f"fill it in at line {entry.line} of {_po_file(context, language, text)}"
            if entry.translation:
                message = f"the {_language_name(language)} translation is of older words"
                hint = f'read line {entry.line} of {_po_file(context, language, text)}, then take out "#, fuzzy"'
        yield Finding(text.document, text.path, message, hint)


def partly_translated(context: Context) -> Iterator[Finding]:
    """Warning: a tree that is not urgent is in a language only in part. The rest shows in English.

    Wrong:

        # trees/locale/es/after.po has 120 of 300 texts

    Right:

        # trees/locale/es/after.po has 300 of 300 texts
    """
    count = Counter[tuple[str, str]]()
    first: dict[tuple[str, str], SourceText] = {}
    for language, text, _ in _missing(context, urgent=False):
        count[language, text.domain] += 1
        first.setdefault((language, text.domain), text)
    for (language, domain), text in first.items():
        n = count[language, domain]
        texts = "texts have" if n > 1 else "text has"
        message = f"{n} {texts} no {_language_name(language)} translation; this is the first"
        yield Finding(text.document, text.path, message, f'run "helper translate {language}", then fill in {domain}.po')


def changed_in_translation(context: Context) -> Iterator[Finding]:
    """A translation has the numbers, the points of lists and the bold words of the original; a line has its blanks.

    Wrong:

        msgid "Call 911 at (number)."
        msgstr "Llame al 912."

    Right:

        msgid "Call 911 at (number)."
        msgstr "Llame al 911 al (número)."
    """
    for _, catalog, entry in _translated(context):
        for what, pattern in SAME_PARTS.items():
            if what == BLANKS and not entry.context.endswith((".line", " line")):
                continue
            before, after = (sorted(pattern.findall(text)) for text in (entry.text, entry.translation))
            if before != after if what == "numbers" else len(before) != len(after):
                message = f"the translation has other {what} than the original"
                hint = f"the original has {', '.join(before) or 'none'}, the translation {', '.join(after) or 'none'}"
                yield Finding(catalog, (entry.context, entry.text), message, hint)


def alike_in_translation(context: Context) -> Iterator[Finding]:
    """Two choices of a step have different labels in each language.

    Wrong:

        msgid "Yes, at least one"
        msgstr "Sí"

    Right:

        msgid "Yes, at least one"
        msgstr "Sí, al menos una"
    """
    for catalogs in context.loaded.catalogs.values():
        for ref in context.steps.values():
            catalog = catalogs.get(ref.tree_id, Catalog(""))
            msgctxt = step_context(ref.step_id, ("choices", "label"))
            first: dict[str, str] = {}
            for choice in ref.step.choices:
                label = catalog.get(msgctxt, choice.label)
                twin = first.setdefault(label, choice.label) if label else choice.label
                if twin != choice.label:
                    message = f'"{twin}" and "{choice.label}" have the same translation'
                    yield Finding(catalog, (msgctxt, choice.label), message, "word one of them otherwise")


def stale_translation(context: Context) -> Iterator[Finding]:
    """Warning: a PO file has words that stand nowhere in the trees. `helper translate` puts it right.

    Wrong:

        msgid "Words of last year"

    Right:

        msgid "Words of today"
    """
    known = {(text.domain, text.context, text.text) for text in context.texts}
    for language, catalogs in context.loaded.catalogs.items():
        for domain, catalog in catalogs.items():
            for entry in catalog.entries.values():
                if (domain, entry.context, entry.text) not in known:
                    message = "no step has these words now"
                    yield Finding(catalog, (entry.context, entry.text), message, f'run "helper translate {language}"')
                    break


def hard_translation(context: Context) -> Iterator[Finding]:
    """Warning: a step reads above grade 6 in a language whose formula we have.

    Wrong:

        msgstr "Comuníquese inmediatamente con el establecimiento hospitalario correspondiente."

    Right:

        msgstr "Llame al hospital ahora."
    """
    for language, catalogs in context.loaded.catalogs.items():
        if language not in FORMULAS:
            continue
        for ref in context.steps.values():
            catalog = catalogs.get(ref.tree_id, Catalog(""))
            parts = ((step_context(ref.step_id, path), text) for path, text in ref.step.texts())
            level = grade("\n".join(catalog.get(*part) or "" for part in parts), language)
            key = step_context(ref.step_id, ("title",)), ref.step.title
            if level > GRADE and key in catalog.entries:
                reads = f'"{ref.step_id}" reads at grade {level:.1f} in {_language_name(language)}'
                message = f"{reads}, the most is {GRADE}"
                yield Finding(catalog, key, message, "shorten the sentences, or put shorter words")


def long_translation(context: Context) -> Iterator[Finding]:
    """A step that is read during a call is at most 1.35 times as long in another language as it may be in English.

    The rules `must-read`, `step-words` and `first-lines` have the numbers for English.

    Wrong:

        msgstr "La emergencia ocurre exactamente en la dirección completa que le voy a decir ahora mismo: (dirección)."

    Right:

        msgstr "La emergencia es en (dirección)."
    """
    for language, catalogs in context.loaded.catalogs.items():
        content = translated(context.content, catalogs)
        for ref in context.steps.values():
            step = content.trees[ref.tree_id].steps[ref.step_id]
            key = step_context(ref.step_id, ("title",)), ref.step.title
            catalog = catalogs.get(ref.tree_id, Catalog(""))
            if not ref.calling or key not in catalog.entries:
                continue
            lengths = (
                ("to read before the first answer", to_read(step), MOST_TO_READ),
                ("in sight", in_sight(step, content.topics), MOST_IN_SIGHT),
                ("to say first", to_say(step, ref.tree_id, content.topics), MOST_TO_SAY),
            )
            for what, n, english in lengths:
                if n > (most := int(english * ROOM)):
                    message = f'"{ref.step_id}" has {n} words {what} in {_language_name(language)}, the most is {most}'
                    yield Finding(catalog, key, message, "say it in fewer words")


def _translated(context: Context) -> Iterator[tuple[str, Catalog, Entry]]:
    for language, catalogs in context.loaded.catalogs.items():
        for catalog in catalogs.values():
            for entry in catalog.entries.values():
                if entry.good:
                    yield language, catalog, entry


def _language_name(language: str) -> str:
    return interface_for(LANGUAGE).name(language)


def _po_file(context: Context, language: str, text: SourceText) -> str:
    return context.loaded.catalogs[language][text.domain].file


LANGUAGE_RULES: tuple[Rule, ...] = (
    untranslated,
    partly_translated,
    changed_in_translation,
    alike_in_translation,
    stale_translation,
    hard_translation,
    long_translation,
)
