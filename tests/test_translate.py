"""What translators get and what readers see of it: nothing is lost, and nothing old is shown as if it were good."""

import datetime
import re
import shutil
import tempfile
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import example, given
from hypothesis import strategies as st
from pseudo import CODE, catalogs, interface, pseudo
from real import CONTENT, LOADED

from helper import data_dir
from helper.answers import topics_of
from helper.catalog import Foreign, read_catalog, read_messages
from helper.check import check_path
from helper.cli import main
from helper.loading.folder import load
from helper.translate import (
    CONTACTS_DOMAIN,
    TOPICS_DOMAIN,
    merge,
    status,
    texts,
    translated,
    update,
    update_interface,
    written,
)

GOOD = Path(__file__).parent / "broken" / "good"
LATIN = re.compile("[A-Za-z]")


# What there is to translate, and what is shown of it


def shown(content):
    """Every text that readers see, by a way of its own."""
    for name, tree in content.trees.items():
        yield (name, "title"), tree.title
        yield (name, "about"), tree.about or ""
        for step_id, step in tree.steps.items():
            for path, text in step.texts():
                yield (name, step_id, *path), text
    asked = {
        topic
        for tree in content.trees.values()
        for step in tree.steps.values()
        for topic in topics_of(step, content.topics)
    }
    for name in asked:
        for path, text in content.topics[name].texts():
            yield (TOPICS_DOMAIN, name, *path), text
    for name, contact in content.contacts.items():
        if contact.lang is None:
            yield (CONTACTS_DOMAIN, name, "name"), contact.name
            yield (CONTACTS_DOMAIN, name, "about"), contact.about or ""
    for place_id, place in content.places.items():
        for name, contact in place.contacts.items():
            if contact.lang is None:
                yield (CONTACTS_DOMAIN, place_id, name, "name"), contact.name
                yield (CONTACTS_DOMAIN, place_id, name, "about"), contact.about or ""
        for n, note in enumerate(place.notes):
            yield (CONTACTS_DOMAIN, place_id, n), note.text


def test_every_text_that_can_be_translated_is_shown_translated():
    before, after = dict(shown(CONTENT)), dict(shown(translated(CONTENT, catalogs(LOADED))))
    assert after.keys() == before.keys()
    assert {where: text for where, text in after.items() if text != (pseudo(before[where]) if text else "")} == {}
    assert sum(1 for text in before.values() if text) == sum(1 for _ in texts(LOADED))


TEXTUAL = {"title", "text", "why", "ask", "label", "line", "tap", "show", "about", "name"}


def test_nothing_but_texts_changes_in_a_translation():
    def rest(one):
        """All of the content but its texts."""
        if isinstance(one, dict):
            return {key: rest(value) for key, value in one.items() if key != "do" and not is_text(key, value)}
        return [rest(value) for value in one] if isinstance(one, (list, tuple)) else one

    def is_text(key, value):
        return isinstance(value, str) and key in TEXTUAL

    found = translated(CONTENT, catalogs(LOADED))
    assert rest(found.model_dump()) == rest(CONTENT.model_dump())
    for contact_id, contact in CONTENT.contacts.items():
        if contact.lang:
            assert found.contacts[contact_id] == contact


def test_what_has_no_translation_stays_english_and_says_so():
    content = translated(CONTENT, {})
    assert dict(shown(content)) == dict(shown(CONTENT))
    assert all(isinstance(text, Foreign) and text.lang == "en" for _, text in shown(content) if text)


# Files that follow the English


def po(*entries, more=""):
    """A PO file of (context, text, translation)."""
    head = 'msgid ""\nmsgstr ""\n"Language: es\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n\n'
    made = (f'msgctxt "{context}"\nmsgid "{text}"\nmsgstr "{words}"\n' for context, text, words in entries)
    return read(head + more + "\n".join(made))


def read(text):
    with tempfile.NamedTemporaryFile() as file:
        Path(file.name).write_bytes(text.encode() if isinstance(text, str) else text)
        return read_messages(Path(file.name), "bike.po", "es")


def merged(old, *found, **moved):
    """The file for the (context, text) that were found, where the steps in `moved` have a new id."""
    return merge(old, [(context, text, "bike.yaml") for context, text in found], "es", "bike", moved)


def entry(messages, context, text):
    return messages.get(text, context)


FLAT = "flat title", "Is it flat?"
PUMP = "flat say.line", "Pump it up."
RIDE = "flat say.line", "Ride it home."


def test_a_file_that_is_up_to_date_stays_the_same_to_the_byte():
    first = written(merged(po((*FLAT, "¿Está?"), (*PUMP, "Ínflela.")), FLAT, PUMP))
    assert written(merged(read(first), FLAT, PUMP)) == first


def test_the_files_of_the_project_stay_the_same_to_the_byte(tmp_path):
    folder = tmp_path / "trees"
    shutil.copytree(data_dir("trees"), folder)
    before = {path: path.read_bytes() for path in folder.rglob("*.po")}
    loaded = load(folder)
    for language in loaded.catalogs:
        update(loaded, folder, language)
    assert {path: path.read_bytes() for path in folder.rglob("*.po")} == before


def test_a_changed_text_takes_its_translation_along_and_readers_get_english(tmp_path):
    changed = "flat title", "Is it quite flat?"
    found = merged(po((*FLAT, "¿Está?")), changed)
    one = entry(found, *changed)
    assert (one.string, one.fuzzy, one.previous_id) == ("¿Está?", True, ["Is it flat?"])
    file = tmp_path / "bike.po"
    file.write_bytes(written(found))
    assert '#| msgid "Is it flat?"' in file.read_text()
    catalog = read_catalog(file, "bike.po", "es")
    assert catalog.get(*changed) is None and catalog.get(*FLAT) is None


def test_a_changed_text_stays_fuzzy_until_a_person_has_read_it():
    changed = "flat title", "Is it quite flat?"
    found = merged(read(written(merged(po((*FLAT, "¿Está?")), changed))), changed)
    assert (entry(found, *changed).fuzzy, entry(found, *changed).previous_id) == (True, ["Is it flat?"])


def test_two_changed_lines_take_the_nearest_translation_each():
    old = po((*PUMP, "Ínflela."), (*RIDE, "Llévela."))
    found = merged(old, ("flat say.line", "Ride it home now."), ("flat say.line", "Pump it up now."))
    assert entry(found, "flat say.line", "Ride it home now.").string == "Llévela."
    assert entry(found, "flat say.line", "Pump it up now.").string == "Ínflela."


def test_a_new_line_does_not_take_the_translation_of_a_line_that_is_nearer_to_another():
    """The best pair goes first, whatever the order of the lines."""
    old = po((*PUMP, "Ínflela."))
    found = merged(old, ("flat say.line", "Hang it up in the shed."), ("flat say.line", "Pump it up now."))
    assert entry(found, "flat say.line", "Pump it up now.").string == "Ínflela."
    assert entry(found, "flat say.line", "Hang it up in the shed.").string == ""


def test_a_text_that_was_taken_out_is_kept_and_comes_back_with_it():
    without = merged(po((*FLAT, "¿Está?"), (*PUMP, "Ínflela.")), FLAT)
    assert entry(without, *PUMP) is None and "#~ msgstr" in written(without).decode()
    again = read(written(merged(read(written(without)), FLAT)))
    back = entry(merged(again, FLAT, PUMP), *PUMP)
    assert (back.string, back.fuzzy) == ("Ínflela.", False)


def test_a_text_that_changed_and_changed_back_has_its_translation_to_be_read_again():
    changed = "flat title", "Is it quite flat?"
    back = entry(merged(merged(po((*FLAT, "¿Está?")), changed), FLAT), *FLAT)
    assert (back.string, back.fuzzy) == ("¿Está?", True)


def test_a_text_that_moved_to_another_place_is_to_be_read_again():
    """The same words can mean something else there; the old ones are kept at the end."""
    moved = "tire title", "Is it flat?"
    found = merged(po((*FLAT, "¿Está?")), moved)
    assert (entry(found, *moved).string, entry(found, *moved).fuzzy) == ("¿Está?", True)
    assert found.obsolete["Is it flat?", "flat title"].string == "¿Está?"
    again = merged(read(written(found)), moved, FLAT)
    assert [(entry(again, *one).string, entry(again, *one).fuzzy) for one in (moved, FLAT)] == [
        ("¿Está?", True), ("¿Está?", False),
    ]  # fmt: skip


def test_a_line_that_is_now_said_first_takes_its_translation_along():
    """Its own, and not that of the line that is most like it where it stands now."""
    first = "flat first.line", PUMP[1]
    found = merged(po((*PUMP, "Ínflela."), ("flat first.line", "Pump it.", "Bombee.")), first)
    assert (entry(found, *first).string, entry(found, *first).fuzzy) == ("Ínflela.", True)


def test_what_waits_to_be_read_again_is_no_translation_of_the_same_words_elsewhere():
    changed, first = ("flat say.line", "Pump it up now."), ("flat first.line", "Pump it up now.")
    found = merged(po((*PUMP, "Ínflela.")), changed)
    assert entry(merged(found, changed, first), *first).string == ""


def test_a_text_that_was_found_before_its_words_were_translated_takes_them_too():
    first = "flat first.line", PUMP[1]
    untold = merged(po((*first, ""), (*PUMP, "")), first, PUMP)
    entry(untold, *PUMP).string = "Ínflela."
    assert entry(merged(untold, first, PUMP), *first).string == "Ínflela."


def test_a_text_of_a_step_with_a_new_id_keeps_its_translation():
    new = "tire title", FLAT[1]
    found = merged(po((*FLAT, "¿Está?")), new, flat="tire")
    assert (entry(found, *new).string, entry(found, *new).fuzzy, dict(found.obsolete)) == ("¿Está?", False, {})


def test_a_text_that_changed_with_the_id_of_its_step_is_to_be_read_again():
    changed = "tire title", "Is it quite flat?"
    one = entry(merged(po((*FLAT, "¿Está?")), changed, flat="tire"), *changed)
    assert (one.string, one.fuzzy, one.previous_id) == ("¿Está?", True, ["Is it flat?"])


def test_the_own_translation_of_a_step_wins_over_that_of_one_that_became_it():
    new = "tire title", FLAT[1]
    assert entry(merged(po((*FLAT, "¿Está?"), (*new, "¿Llanta?")), new, flat="tire"), *new).string == "¿Llanta?"
    assert entry(merged(po((*new, "¿Llanta?"), (*FLAT, "¿Está?")), new, flat="tire"), *new).string == "¿Llanta?"


def test_a_new_id_that_is_told_after_the_update_brings_the_translation_back():
    new = "tire title", FLAT[1]
    untold = read(written(merged(po((*FLAT, "¿Está?")), new)))
    assert entry(untold, *new).fuzzy
    told = entry(merged(untold, new, flat="tire"), *new)
    assert (told.string, told.fuzzy) == ("¿Está?", False)


def test_the_title_of_the_guide_is_no_step():
    found = merged(po(("title", "Bikes", "Bicis")), ("title", "Bicycles"), ("new title", "Bikes"), title="new")
    assert [one.fuzzy for one in (entry(found, "title", "Bicycles"), entry(found, "new title", "Bikes"))] == [True] * 2


def test_the_comments_of_translators_stay():
    old = po((*FLAT, "¿Está?"), more="# Ask Ana about this one.\n")
    assert entry(merged(old, FLAT), *FLAT).user_comments == ["Ask Ana about this one."]
    assert "# Ask Ana about this one." in written(merged(old, FLAT)).decode()


CONTEXT = st.sampled_from(["a title", "a say.line", "b text"])
WORDS = st.text(alphabet="ab c%ñ⟦\n\"\\'", min_size=1, max_size=12).filter(str.strip)
TEXTS = st.lists(st.tuples(CONTEXT, WORDS), max_size=8, unique=True)


X, Y, Z = (("a title", text) for text in "xyz")


@given(st.lists(TEXTS, min_size=2, max_size=5))
@example([[X], [Y], [X]])
@example([[X, Y], [Z], [X, Z]])
@example([[X], [Y], [], [Y]])
def test_no_translation_is_ever_good_for_another_text(versions):
    """However the English changes: a good translation is of these words at this place, and a second merge is idle."""
    at = merged(po(), *versions[0])
    for message in at:
        if message.id:
            message.string = f"{message.context}|{message.id}"
    for found in versions[1:]:
        at = read(before := written(merged(at, *found)))
        assert written(merged(at, *found)) == before
        good = {(one.context, one.id): one.string for one in at if one.id and one.string and not one.fuzzy}
        assert good == {key: "|".join(key) for key in good}
        kept = set(versions[0]).intersection(*versions[1:])
        assert kept <= good.keys()
        assert {(one.context, one.id) for one in at if one.id} == set(found)


# Topics

ASKING = """\
title: The bicycle
start: flat
edited: 2026-11-23
review_by: 2027-05-23
steps:
  flat:
    title: Call the shop
    first:
      - {line: I am at (place)., instead: [{when: {whose: me}, line: I am at home.}]}
    do: [Hold it.]
    show: Lay the phone down.
    asked: [nail]
"""
NAIL = """\
nail:
  ask: Is there a nail?
  options:
    - id: deep
      tap: It sits deep
      line: There is a nail.
      instead: [{when: {whose: me}, line: I have a nail in it.}]
  lines: [{line: The tire is (size)., instead: [{when: {whose: me}, line: My tire is (size).}]}]
whose: {ask: Whose is it?, options: [{id: me, tap: Mine}]}
price: {ask: What may it cost?}
"""
CONTEXTS = {
    ("bike", "flat first.line", "I am at (place)."),
    ("bike", "flat first.instead.line", "I am at home."),
    ("bike", "flat do", "Hold it."),
    ("bike", "flat show", "Lay the phone down."),
    ("topics", "nail ask", "Is there a nail?"),
    ("topics", "nail deep tap", "It sits deep"),
    ("topics", "nail deep line", "There is a nail."),
    ("topics", "nail deep instead.line", "I have a nail in it."),
    ("topics", "nail lines.line", "The tire is (size)."),
    ("topics", "nail lines.instead.line", "My tire is (size)."),
    ("topics", "whose ask", "Whose is it?"),
    ("topics", "whose me tap", "Mine"),
}


@pytest.fixture
def asking(tmp_path):
    """A folder with a step that asks a topic, with the Spanish of the time when its lines stood in the step."""
    (tmp_path / "bike.yaml").write_text(ASKING)
    (tmp_path / "topics.yaml").write_text(NAIL)
    (tmp_path / "contacts.yaml").write_text("{}")
    (tmp_path / "sources.yaml").write_text("{}")
    spanish = tmp_path / "locale" / "es" / "bike.po"
    spanish.parent.mkdir(parents=True)
    spanish.write_bytes(written(po(("flat say.line", "There is a nail.", "Hay un clavo."))))
    return tmp_path


def test_the_words_of_topics_and_of_call_steps_have_contexts_of_their_own(asking):
    """Those of a topic that no step shows are for other guides."""
    found = {
        (one.domain, one.context, one.text) for one in texts(load(asking)) if one.context not in ("title", "flat title")
    }
    assert found == CONTEXTS


def test_a_line_of_a_step_that_became_an_option_is_to_be_read_again(asking):
    update(load(asking), asking, "es")
    one = entry(read((asking / "locale" / "es" / "topics.po").read_bytes()), "nail deep line", "There is a nail.")
    assert (one.string, one.fuzzy) == ("Hay un clavo.", True)
    files = {path: path.read_bytes() for path in asking.rglob("*.po")}
    update(load(asking), asking, "es")
    assert {path: path.read_bytes() for path in asking.rglob("*.po")} == files


def test_topics_are_shown_translated(asking):
    loaded = load(asking)
    made = {key: catalog for key, catalog in catalogs(loaded).items() if key == "topics"}
    topic = translated(loaded.content, made).topics["nail"]
    assert dict(topic.texts()) == {path: pseudo(text) for path, text in loaded.content.topics["nail"].texts()}
    assert translated(loaded.content, {}).topics["nail"].options[0].tap.lang == "en"


# helper translate


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder of good trees with Spanish, seen from the folder above it."""
    made = tmp_path / "trees"
    made.mkdir()
    for path in GOOD.glob("*.yaml"):
        if path.name != "town.yaml":  # which is a place
            shutil.copy(path, made)
    shutil.copytree(GOOD / "es", made / "locale" / "es")
    monkeypatch.chdir(tmp_path)
    return made


def run(*words):
    """The end of the command. A traceback fails the test."""
    result = CliRunner().invoke(main, ["translate", *words])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exc_info
    return result


def test_it_tells_how_far_each_file_is(folder):
    (folder / "locale" / "es" / "bell.po").unlink(missing_ok=True)
    result = run("es")
    assert (result.exit_code, result.stderr) == (0, "")
    told = dict(line.split(": ") for line in result.stdout.splitlines())
    names = {"bell", "bike", "fall", "topics", "contacts"}
    assert told.keys() == {f"trees/locale/es/{name}.po" for name in names}
    assert re.fullmatch(r"0 of \d+ texts, \d+ missing", told["trees/locale/es/bell.po"])
    assert re.fullmatch(r"(\d+) of \1 texts", told["trees/locale/es/fall.po"])
    assert {path.stem for path in (folder / "locale" / "es").iterdir()} == names


def test_without_languages_it_looks_after_those_that_are_there(folder):
    assert run().stdout == run("es").stdout != ""


def test_a_second_run_changes_no_file(folder):
    run("es")
    before = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in folder.rglob("*.po")}
    run("es")
    assert {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in folder.rglob("*.po")} == before


def test_a_new_language_gets_new_files_with_its_own_plurals(folder):
    assert run("ru").exit_code == 0
    text = (folder / "locale" / "ru" / "fall.po").read_text()
    assert '"Language: ru\\n"' in text and "nplurals=3" in text
    loaded = load(folder)
    assert sum(status(read(path.read_bytes())).missing for path in (folder / "locale" / "ru").iterdir()) == sum(
        1 for _ in texts(loaded)
    )
    assert run("ru").exit_code == 0


def files(folder):
    return {path: path.read_bytes() for path in folder.rglob("*.po")}


def test_a_comment_in_a_tree_changes_no_file(folder):
    run("es")
    before = files(folder)
    for path in folder.glob("*.yaml"):
        path.write_text("# Read by the shop.\n" + path.read_text().replace("steps:\n", "# The steps.\nsteps:\n"))
    run("es")
    assert files(folder) == before
    assert not re.search(rb"^#: .*:[0-9]", b"".join(before.values()), re.M)


def test_a_step_with_a_new_id_keeps_every_translation(tmp_path):
    trees = tmp_path / "trees"
    shutil.copytree(data_dir("trees"), trees)
    tree = trees / "crisis.yaml"
    for path in trees.glob("*.yaml"):
        old = r"\bcall-911\b" if path == tree else r"\bcrisis/call-911\b"
        path.write_text(re.sub(old, lambda found: found[0].replace("call", "ring"), path.read_text()))
    tree.write_text(tree.read_text().replace("\nsteps:", "\nmoved: {call-911: ring-911}\nsteps:"))
    before = (trees / "locale" / "es" / "crisis.po").read_text()
    result = run("es", "--trees", str(trees))
    assert (result.exit_code, result.stderr) == (0, "")
    # What is obsolete stands in the order in which it was found.
    (shown, *kept), (shown_before, *kept_before) = (
        text.split("\n\n#~ ")
        for text in ((trees / "locale" / "es" / "crisis.po").read_text().rstrip(), before.rstrip())
    )
    assert shown == shown_before.replace('"call-911 ', '"ring-911 ')
    assert sorted(kept) == sorted(text.replace('"call-911 ', '"ring-911 ') for text in kept_before)
    assert before.count('msgctxt "call-911 ') > 10
    report = check_path(tree, datetime.date(2026, 11, 23))
    assert [problem for problem in report.problems if problem.code in ("untranslated", "stale-translation")] == []


def test_a_place_with_a_new_id_keeps_the_translation_of_its_notes(tmp_path):
    trees = tmp_path / "trees"
    shutil.copytree(data_dir("trees"), trees)
    place = next(path for path in sorted((trees / "places").glob("*.yaml")) if "\nnotes:" in path.read_text())
    place.rename(place.with_stem("new-name"))
    (trees / "places" / "moved.yaml").write_text(f"moved: {{{place.stem}: new-name}}\n")
    file = trees / "locale" / "es" / "contacts.po"
    said = re.compile(r'msgctxt "([a-z-]+) note"\n((?:.+\n)+)')
    before = dict(said.findall(file.read_text()))
    run("es", "--trees", str(trees))
    before["new-name"] = before.pop(place.stem)
    assert dict(said.findall(file.read_text())) == before


@pytest.mark.parametrize("code", ["en", "zz", "spa", "es-MX", "../x", "ES", ""])
def test_a_code_that_is_no_language_is_refused_and_writes_nothing(folder, code):
    before = sorted(folder.rglob("*"))
    result = run(code)
    assert (result.exit_code, result.stdout) == (2, "")
    assert f'"{code}" is no language to translate to: use a code of two letters, like es' in result.stderr
    assert sorted(folder.rglob("*")) == before


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('msgid "a"\nmsgstr "b"\n\nmsgid "c\nmsgstr "d"\n', 4),
        ('msgid "a"\nmsgstr "b"\n\nrubbish\n', 4),
        ('msgid "a" b\nmsgstr "c"\n', 1),
        ('msgid ""\nmsgstr "Plural-Forms: nplurals=x\\n"\n\nmsgid "a"\nmsgstr "b"\n', 1),
        (b'msgid "a"\nmsgstr "\xff"\n', 2),
        ('<<<<<<< HEAD\nmsgid "a"\nmsgstr "b"\n', 1),
    ],
)
def test_a_broken_file_is_told_with_its_line(folder, text, line):
    file = folder / "locale" / "es" / "bike.po"
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    before = {path: path.read_bytes() for path in folder.rglob("*.po")}
    for words in (("es",), ("ru",), ()):
        result = run(*words)
        assert (result.exit_code, result.stdout) == (1, "")
        assert result.stderr.startswith(f"trees/locale/es/bike.po:{line}:1: error: ")
        assert "[translation-file]" in result.stderr and "Error" not in result.stderr
        assert {path: path.read_bytes() for path in folder.rglob("*.po")} == before


def test_the_interface_stays_the_same_to_the_byte(tmp_path):
    with interface(tmp_path):
        [(path, messages)] = update_interface(CODE).items()
        before = path.read_bytes()
        update_interface(CODE)
        assert path.read_bytes() == before and status(messages).missing == 0


def test_the_pseudo_language_has_no_latin_letter():
    assert not LATIN.search(pseudo("Call %(number)s, then “wait”. (zone)").replace("%(number)s", ""))
    assert CODE == "he"
