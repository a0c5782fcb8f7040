"""Whatever stands in a file, `helper check` ends with 0 or 1, soon, and never with a traceback."""

import shutil
import tempfile
import time
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from matrix import some

from helper.cli import main

GOOD = Path(__file__).parent / "broken" / "good"
PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
SECONDS = 20
"""Most take a hundredth of one; the bound leaves room for a slow machine."""


def ends(raw: bytes, name: str = "bike.yaml") -> str:
    """What `helper check FOLDER` says of a file among good ones."""
    with tempfile.TemporaryDirectory() as folder:
        for other in ("contacts.yaml", "topics.yaml", "sources.yaml", "bell.yaml"):
            shutil.copy(GOOD / other, folder)
        (Path(folder) / name).write_bytes(raw)
        start = time.process_time()
        result = CliRunner().invoke(main, ["check", folder])
    assert time.process_time() - start < SECONDS
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exc_info
    assert result.exit_code == (": error: " in result.stderr)
    assert result.stderr.splitlines()[-1].startswith(("no problems", *"123456789"))
    return result.stderr


FILES = st.sampled_from(["bike.yaml", "contacts.yaml", "topics.yaml", "sources.yaml"])


@PATIENT
@given(st.binary(max_size=200), FILES)
def test_any_bytes(raw: bytes, name: str) -> None:
    ends(raw, name)


@PATIENT
@given(st.text(max_size=200), FILES)
def test_any_text(text: str, name: str) -> None:
    ends(text.encode(), name)


HEAD = "title: T\nedited: 2026-11-23\nreview_by: 2027-05-23\n"
IDS = st.sampled_from(["a", "b", "c", "d", "e"])
CONTACTS = st.sampled_from(["911", "911-text", "988", "shop", "garage", "guide", "text-line", "later", "none"])
TEXTS = st.one_of(
    st.sampled_from(
        ["Is anyone in danger?", "A", "- a\n- b", "Call 800-555-0100", "https://a.b", "crazy", "x " * 40, "¿Qué?", "’",
         "Call 911 if", "Is it?\n\n- any\n- all", "immediately " * 9, "a-b", "-", "…", "12345", "e", "\u0130", "\ufb01"]
    ),
    st.text(max_size=30),
)  # fmt: skip


def quoted(text: str) -> str:
    """The text between quotation marks, without what no file may hold."""
    plain = "".join(c if c.isprintable() and c not in '"\\' or c == "\n" else " " for c in text)
    return '"' + plain.replace("\n", "\\n") + '"'


def maybe(one: st.SearchStrategy[str], odds: int = 3) -> st.SearchStrategy[str]:
    """A key with its value, or nothing."""
    return st.one_of(one, *[st.just("")] * odds)


def keyed(name: str, value: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return value.map(lambda text: f"{name}: {text}, ")


def listed(one: st.SearchStrategy[str], most: int = 3) -> st.SearchStrategy[str]:
    return st.lists(one, max_size=most).map(lambda found: f"[{', '.join(found)}]")


KINDS = st.sampled_from(["unsure", "refused", "worse", "aside"])
URGENCY = st.sampled_from(["routine", "urgent", "emergency"])
TOPICS = st.sampled_from(["nail", "chain", "who", "a"])
KNOWN = st.dictionaries(
    st.one_of(IDS, TOPICS), st.sampled_from(["a", "b", "[a, b]", "none", "me", "[off, dry]"]), min_size=1, max_size=4
).map(lambda found: "{" + ", ".join(f"{key}: {value}" for key, value in found.items()) + "}")
CHOICE = st.builds(
    "{{label: {}, go: {}, {}{}{}{}}}".format,
    TEXTS.map(quoted), st.one_of(IDS, IDS, st.just("bell/ring"), st.just("none")), maybe(keyed("kind", KINDS), 1),
    maybe(keyed("id", IDS)), maybe(keyed("because", TEXTS.map(quoted))), maybe(keyed("sets", KNOWN)),
)  # fmt: skip
INSTEAD = keyed("instead", listed(st.builds("{{when: {}, line: {}}}".format, KNOWN, TEXTS.map(quoted))))
LINE = st.one_of(TEXTS.map(quoted), st.builds("{{line: {}, {}}}".format, TEXTS.map(quoted), maybe(INSTEAD, 1)))
SILENCE = st.sampled_from(["many-choices", "no-unsure", "no-outcome", "hard-to-read", "none"])
STEP = st.builds(
    "{{title: {}, {}{}{}{}{}{}{}{}{}{}{}{}{}{}}}".format,
    TEXTS.map(quoted), maybe(keyed("text", TEXTS.map(quoted)), 1), maybe(keyed("why", TEXTS.map(quoted))),
    maybe(keyed("urgency", URGENCY), 1), maybe(st.just("outcome: true, "), 1), maybe(st.just("request: true, ")),
    maybe(keyed("contacts", listed(CONTACTS)), 1), maybe(keyed("also", listed(CONTACTS))),
    maybe(keyed("phone", st.sampled_from(["dial", "talk", "down"])), 2), maybe(keyed("first", listed(LINE)), 1),
    maybe(keyed("asked", listed(TOPICS)), 1), maybe(keyed("picked", listed(TOPICS)), 2),
    maybe(keyed("say", listed(LINE)), 1),
    keyed("choices", listed(CHOICE, 5)),
    maybe(keyed("silence", st.builds("{{{}: {}}}".format, SILENCE, TEXTS.map(quoted)))),
)  # fmt: skip
WORDS = st.one_of(st.sampled_from(["A", "Answer", "Call 911 if"]), TEXTS)
STORY = st.builds(
    "{{name: {}, take: {}, {}{}{}{}{}{}}}".format,
    TEXTS.map(quoted), listed(WORDS.map(quoted), 4), maybe(keyed("begin", IDS)), maybe(keyed("reach", IDS), 1),
    maybe(keyed("tap", KNOWN)), maybe(keyed("contacts", listed(CONTACTS))),
    maybe(keyed("says", listed(TEXTS.map(quoted)))), maybe(keyed("never", listed(st.one_of(IDS, CONTACTS)))),
)  # fmt: skip
TOP = st.builds(
    "{}start: {}\n{}{}{}".format, st.just(HEAD), IDS, maybe(st.just("urgent: true\n"), 1),
    maybe(IDS.map("no_voice: {}\n".format)), maybe(IDS.map("abroad: {}\n".format)),
)  # fmt: skip


@settings(PATIENT, max_examples=200)
@given(TOP, st.dictionaries(IDS, STEP, min_size=1, max_size=5), listed(STORY))
def test_any_tree_that_is_nearly_right(top: str, steps: dict[str, str], stories: str) -> None:
    lines = [f"  {name}: {step}\n" for name, step in steps.items()]
    ends(f"{top}steps:\n{''.join(lines)}tests: {stories}\n".encode())


OPTION = st.builds(
    "{{id: {}, tap: {}, {}{}}}".format,
    IDS, TEXTS.map(quoted), maybe(keyed("line", TEXTS.map(quoted)), 1), maybe(INSTEAD, 1),
)  # fmt: skip
TOPIC = st.builds(
    "{{ask: {}, {}{}{}}}".format,
    TEXTS.map(quoted), maybe(keyed("choose", st.sampled_from(["one", "any"])), 1),
    maybe(keyed("options", listed(OPTION)), 1), maybe(keyed("lines", listed(LINE)), 1),
)  # fmt: skip


@settings(PATIENT, max_examples=200)
@given(st.dictionaries(st.one_of(IDS, TOPICS), TOPIC, max_size=4))
def test_any_topics_that_are_nearly_right(topics: dict[str, str]) -> None:
    ends("".join(f"{name}: {topic}\n" for name, topic in topics.items()).encode() or b"{}", "topics.yaml")


@settings(PATIENT, max_examples=150)
@given(st.data())
def test_any_slip_in_a_good_tree(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(["bike.yaml", "fall.yaml", "topics.yaml"]))
    lines = (GOOD / name).read_text().splitlines()
    for _ in range(data.draw(st.integers(1, 4))):
        n, m = data.draw(st.integers(0, len(lines) - 1)), data.draw(st.integers(0, len(lines) - 1))
        match data.draw(st.sampled_from(["out", "swap", "double", "tail"])):
            case "out" if len(lines) > 1:
                del lines[n]
            case "swap":
                lines[n], lines[m] = lines[m], lines[n]
            case "double":
                lines.insert(m, lines[n])
            case _:
                lines[n] = lines[n].partition(": ")[0] + ": " + lines[m].partition(": ")[2]
    ends("\n".join(lines).encode(), name)


WIDE = {
    "a step with many choices": "steps: {a: {title: A, choices: ["
    + "".join(f"{{label: Answer number {n}, go: a}}," for n in range(20_000))
    + "]}}",
    "a long label twice": f"steps: {{a: {{title: A, choices: [{{label: {'ab ' * 120_000}, go: a}}, "
    f"{{label: {'ab ' * 120_000}c, go: a}}]}}}}",
    "a long text": "steps: {a: {title: A, text: '" + "Call 800-555 or 911, - (at) 8 " * 30_000 + "'}}",
    "one long word": "steps: {a: {title: " + "iaeou" * 190_000 + "}}",
    "a long walk": "steps: {"
    + "".join(f"s{n}: {{title: A, choices: [{{label: B, go: s{n + 1}}}]}}," for n in range(15_000))
    + "}",
    "many conditions": "steps: {a: {title: A, say: [{line: B, instead: ["
    + "".join(f"{{when: {{c{n}: a, nail: none}}, line: B}}," for n in range(9_000))
    + "]}]}}",
    "one topic on many steps": "steps: {"
    + "".join(
        f"s{n}: {{title: A, asked: [nail], say: [{{line: B, instead: [{{when: {{nail: none}}, line: C}}]}}], "
        f"choices: [{{label: B, go: s{n + 1}, sets: {{nail: seen}}}}]}},"
        for n in range(7_000)
    )
    + "}",
    "many stories that go on by chance": "steps: {a: {title: A, contacts: ['988'], say: ["
    + "".join(f"line {n}," for n in range(9_000))
    + "], choices: ["
    + "".join(f"{{label: L{n}, go: a}}," for n in range(9_000))
    + "]}}\ntests:\n"
    + "".join(f" - {{name: S{n}, take: [{'L8999,' * 60}], never: [shop]}}\n" for n in range(500)),
}  # fmt: skip


@pytest.mark.parametrize("kind", some(WIDE, 3))
def test_a_large_tree_is_checked_in_time(kind: str) -> None:
    told = ends(f"{HEAD}start: a\nurgent: true\n{WIDE[kind]}".encode())
    assert len(told) < 2_000_000


@example(b"?")
@given(st.binary(max_size=100))
@PATIENT
def test_any_settings(raw: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "helper.yaml"
        path.write_bytes(raw)
        result = CliRunner().invoke(main, ["check", str(path)])
    assert isinstance(result.exception, SystemExit | None) and result.exit_code in (0, 1)
