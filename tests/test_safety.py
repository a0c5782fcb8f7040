"""The hazard log is whole, and a run with it fails when a test that it names proves nothing."""

import contextlib
import datetime
import html
import os
import re
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from click.testing import CliRunner
from conftest import serving
from matrix import some
from real import CONTENT
from table import rendered

from helper import data_dir
from helper.cli import main
from helper.loading.folder import load_hazards
from helper.model.settings import Settings
from helper.problem import ContentError
from helper.server.app import GuideApp
from helper.site import Site
from helper.views import errors

ROOT = Path(__file__).parent.parent

# ── The gate ─────────────────────────────────────────────────────────────────────────────────────────────────────────

LOG = """\
edited: 2026-11-23
hazards:
  H01:
    hazard: The bell is not heard.
    causes: [Rust]
    effect: Someone is hurt.
    severity: to be confirmed
    likelihood: to be confirmed
    controls:
      design:
        - {text: It rings., proof: ["tests/test_bell.py::test_rings"]}
        - {text: In rain too., proof: ["tests/test_bell.py::test_weather[rain]"]}
      protect:
        - {text: Many bells ring., proof: ["tests/test_bell.py::test_many"]}
    remains: [Nobody has rung it.]
"""
BELL = """\
import pytest

def test_rings():
    assert True

@pytest.mark.parametrize("weather", ["rain", "snow"])
def test_weather(weather):
    assert weather == "rain"

@pytest.mark.parametrize("n", [1, pytest.param(2, marks=pytest.mark.proof)])
def test_many(n):
    assert n
"""


@pytest.fixture
def bells(tmp_path):
    """Runs pytest with the gate over a changed copy of BELL. Gives the exit code and what it said."""
    (tmp_path / "tests").mkdir()
    (tmp_path / "log.yaml").write_text(LOG)
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers = proof: more\n")
    python_path = os.pathsep.join([str(ROOT), str(ROOT / "tests")])
    environment = {**os.environ, "PYTHONPATH": python_path, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}

    def run(old="", new="", *words):
        assert old in BELL
        (tmp_path / "tests" / "test_bell.py").write_text(BELL.replace(old, new, 1))
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-p", "gate", "-p", "xdist.plugin", "--hazards", "log.yaml",
             "--deselect", "tests/test_bell.py::test_weather[snow]", *(words or ("-m", "not proof"))],
            cwd=tmp_path, env=environment, capture_output=True, text=True,
        )  # fmt: skip
        return done.returncode, re.findall(r"NOT PROVED (.*)", done.stdout), done.stdout + done.stderr

    return run


def test_a_run_in_which_every_named_test_passes_ends_well(bells):
    """What make proof must show is counted there."""
    code, wrong, said = bells("", "", "-m", "not proof", "-n", "2")
    assert (code, wrong) == (0, []), said
    assert "1 hazards name 3 tests with 4 cases: 3 in this run, 1 in the other" in said


BREAKS = {
    "missing": ("def test_rings", "def test_is_silent", "there is no test tests/test_bell.py::test_rings"),
    "missing case": ('"rain", "snow"', '"hail", "snow"', "there is no test tests/test_bell.py::test_weather[rain]"),
    "skipped": ("    assert True", "    pytest.skip()", "did not pass: tests/test_bell.py::test_rings"),
    "failing": ("assert True", "assert False", "did not pass: tests/test_bell.py::test_rings"),
    "failing at its end": (
        "def test_rings():", "@pytest.fixture\ndef bell():\n    yield\n    assert 0\n\ndef test_rings(bell):",
        "did not pass: tests/test_bell.py::test_rings",
    ),
    "one case failing": ("assert n\n", "assert n != 1\n", "did not pass: tests/test_bell.py::test_many[1]"),
}  # fmt: skip


@pytest.mark.parametrize(("old", "new", "told"), BREAKS.values(), ids=BREAKS)
def test_a_named_test_that_proves_nothing_fails_the_run(bells, old, new, told):
    code, wrong, said = bells(old, new)
    assert (code, wrong) == (1, [f"H01: {told}"]), said


@pytest.mark.parametrize("mark", some(["xfail", "skip"]))
def test_the_gate_holds_with_several_workers(bells, mark):
    """Without it such a run ends well."""
    code, wrong, said = bells("def test_rings", f"@pytest.mark.{mark}\ndef test_rings", "-m", "not proof", "-n", "2")
    assert (code, wrong) == (1, ["H01: did not pass: tests/test_bell.py::test_rings"]), said
    assert "failed" not in said


def test_a_named_test_of_the_long_run_must_pass_there(bells):
    code, wrong, said = bells("assert n\n", "assert n != 2\n", "-m", "proof")
    assert (code, wrong) == (1, ["H01: did not pass: tests/test_bell.py::test_many[2]"]), said
    assert bells("assert True", "assert False", "-m", "proof")[:2] == (0, [])


def test_a_named_test_that_is_left_out_fails_the_run(bells):
    code, wrong, said = bells("", "", "-m", "not proof", "-k", "not rings")
    assert (code, wrong) == (1, ["H01: left out of this run: tests/test_bell.py::test_rings"]), said


def test_a_log_that_is_broken_stops_the_run(bells, tmp_path):
    (tmp_path / "log.yaml").write_text(LOG.replace("effect:", "efect:"))
    code, _, said = bells()
    assert code == 4 and 'log.yaml:6:5: error: a hazard has no key "efect" [unknown-key]' in said


def test_both_runs_of_the_project_have_the_gate():
    """make test and make proof select by these marks, and together every test."""
    runs = r"^\t\$\(TESTS\) --numprocesses \d (.*) --hazards=safety/hazards\.yaml$"
    gated = re.findall(runs, (ROOT / "Makefile").read_text(), re.M)
    assert gated == ['-m "not proof"', "-m proof"]


# ── The log ──────────────────────────────────────────────────────────────────────────────────────────────────────────

HAZARDS = load_hazards(data_dir("safety") / "hazards.yaml").hazards
WRONG = {
    "a key that is not there": ("    effect: Someone is hurt.\n", "", "a hazard needs \"effect\" [missing-key]", "3:3"),
    "an unknown kind of control": ("protect:", "protekt:", 'a set of controls has no key "protekt"', "13:7"),
    "a control without a test": ('["tests/test_bell.py::test_many"]', "[]", '"proof" names nothing', "14:43"),
    "a test that is none": ("tests/test_bell.py::test_many", "test_many", "this is no test: write it", "14:44"),
    "a number of another form": ("  H01:", "  bell:", '"bell" is no number of a hazard: write it like H07', "3:3"),
    "information alone": (LOG[LOG.index("      design:") : LOG.index("    remains:")],
                          '      inform: [{text: Mind the bell., proof: ["tests/test_bell.py::test_rings"]}]\n',
                          '"controls" only inform', "10:7"),
    "a score that nobody signed": ("severity: to be confirmed", "severity: 3", '"H01" needs both scores', "4:5"),
    "a score out of range": ("severity: to be confirmed", "severity: 6", '"severity" must be "to be', "7:15"),
    "no cause": ("[Rust]", "[]", '"causes" names nothing', "5:13"),
    "the same hazard twice": ("    remains: [Nobody has rung it.]\n", "    remains: [Nobody has rung it.]\n  H01: {}\n",
                              '"H01" is already defined on line 3', "16:3"),
}  # fmt: skip


@pytest.mark.parametrize(("old", "new", "words", "place"), WRONG.values(), ids=WRONG)
def test_a_log_that_is_wrong_is_told_with_its_place(tmp_path, old, new, words, place):
    assert old in LOG
    (tmp_path / "log.yaml").write_text(LOG.replace(old, new, 1))
    with pytest.raises(ContentError) as caught:
        load_hazards(tmp_path / "log.yaml")
    assert words in str(caught.value)
    assert place in {f"{one.line}:{one.column}" for one in caught.value.problems}


def test_scores_count_when_a_clinician_has_signed_both(tmp_path):
    text = LOG.replace("severity: to be confirmed", "severity: 3").replace(
        "likelihood: to be confirmed", "likelihood: 2"
    )
    signed = text.replace("    controls:", "    scored: {by: A. Example, role: nurse, on: 2026-11-23}\n    controls:")
    (tmp_path / "log.yaml").write_text(signed)
    hazard = load_hazards(tmp_path / "log.yaml").hazards["H01"]
    assert (hazard.severity, hazard.likelihood) == ("3", "2")


def test_no_score_is_given_before_a_clinician_has_signed():
    assert {hazard.scored for hazard in HAZARDS.values()} == {None}
    assert {score for one in HAZARDS.values() for score in (one.severity, one.likelihood)} == {"to be confirmed"}


def test_the_hazards_stand_in_the_order_of_their_numbers():
    assert list(HAZARDS) == sorted(HAZARDS)


# ── The page ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def printed(*words):
    result = CliRunner().invoke(main, ["safety", *words])
    assert result.exit_code == 0, result.output
    return html.unescape(result.stdout)


def test_the_page_has_every_text_and_test_of_the_log_with_controls_in_their_order():
    told = " ".join(re.sub(r"<[^>]+>", " ", printed()).split())
    for number, hazard in HAZARDS.items():
        (part,) = re.findall(
            rf"{number} {re.escape(hazard.hazard)} How it comes up (.*?) Clinician, date, initials", told
        )
        kinds = hazard.controls.design, hazard.controls.protect, hazard.controls.inform
        words = [*hazard.causes, hazard.effect, *(control.text for kind in kinds for control in kind), *hazard.remains]
        assert sorted(words, key=part.index) == words
        assert [*hazard.proofs()] == re.findall(r"tests/\S+?::test_\w+(?:\[[^\]]*\])?", part)
        assert part.count("to be confirmed") == 2
    assert "no clinician has signed them" in told


def test_the_page_claims_no_compliance_and_has_a_part_for_the_clinic():
    page = printed()
    assert "claims no compliance with any standard or law" in page
    own = page.partition("Part 2: the clinic’s own log")[2]
    for words in ("Safety officer: name and role", "Before it goes live", "Hazards of your own", "Signatures"):
        assert words in own
    assert all(f"<b>{number}</b>" in own for number in HAZARDS)


def test_the_page_needs_nothing_else():
    assert not re.search(r"<(?:script|link|img|iframe)|@import|url\(", printed())


def test_the_page_shows_who_gave_the_scores(tmp_path):
    text = LOG.replace("severity: to be confirmed", "severity: 3").replace(
        "likelihood: to be confirmed", "likelihood: 2"
    )
    signed = text.replace("    controls:", "    scored: {by: A. Example, role: nurse, on: 2026-11-23}\n    controls:")
    (tmp_path / "log.yaml").write_text(signed)
    page = printed("--log", str(tmp_path / "log.yaml"))
    assert "Signed by A. Example, nurse, November 23, 2026." in page and "all are signed" in page


def test_a_log_with_an_error_is_told_and_prints_nothing(tmp_path):
    (tmp_path / "log.yaml").write_text(LOG.replace("effect:", "efect:"))
    result = CliRunner().invoke(main, ["safety", "--log", str(tmp_path / "log.yaml")])
    assert (result.exit_code, result.stdout) == (1, "")
    assert 'log.yaml:6:5: error: a hazard has no key "efect" [unknown-key]' in result.stderr


# ── Controls that no other test shows ────────────────────────────────────────────────────────────────────────────────

CRISIS = CONTENT.trees["crisis"].steps
SITE = Site(CONTENT, Settings())
DAY = datetime.date(2026, 11, 23)
CANARY = "canary5550199"


def goals(step):
    return {choice.go for choice in CRISIS[step].choices}


def goal(step, label):
    (found,) = (choice.go for choice in CRISIS[step].choices if choice.label == label)
    return found


def test_no_answer_may_be_framed():
    client = GuideApp(SITE, today=lambda: DAY).test_client()
    static = re.search(r'href="(/static/[^"]*)"', client.get("/").text)[1]
    for path in ("/", "/en/crisis/danger/", "/en/crisis/danger/step.html", "/en/crisis/danger", "/en/about/", "/nope",
                 "/en/crisis/nope/", static, "/static/nope.css", "/sw.js", "/manifest.webmanifest"):  # fmt: skip
        policy = client.get(path).headers["Content-Security-Policy"]
        assert policy.endswith("; frame-ancestors 'none'"), path


def test_the_server_writes_nothing_about_a_request(tmp_path):
    """Pages, steps, what is not there and what is refused: no address, no path, no header stands in what it writes."""
    log = tmp_path / "log"
    with serving(ROOT, log) as address:
        for path in ("/en/crisis/help-for-you/", f"/en/crisis/{CANARY}/", f"/?{CANARY}", f"/static/{CANARY}"):
            for method in ("GET", "POST"):
                request = urllib.request.Request(address + path, method=method, headers={"User-Agent": CANARY})
                with contextlib.suppress(urllib.error.HTTPError):
                    urllib.request.urlopen(request).close()
    _, _, told = log.read_text().partition("The guide is at ")  # before it stand warnings, with numbers of lines
    told = told.replace(address, "")
    assert told and not re.search(rf"{CANARY}|help-for-you|127\.0\.0\.1|GET|POST|\b[45]\d\d\b", told), told


def test_the_body_is_asked_about_before_feelings():
    for asked, feelings in (("body", "what"), ("body-me", "what-me")):
        assert {name for name in CRISIS if feelings in goals(name)} == {asked, "check-often"}
        assert {name for name in CRISIS if "check-often" in goals(name)} == {"body", "body-me"}
        assert {choice.go for choice in CRISIS[asked].choices if choice.kind == "unsure"} == {"medical"}
        assert goal(asked, "Yes, at least one") == "medical"
    assert {goal("who", "Someone who is with me"), goal("who", "Someone who is somewhere else")} == {"body"}
    assert goal("who", "Me") == "body-me"


COACHING = ("pacing", "talk-with-them", "fear", "refuses", "check-often", "wait")


@pytest.mark.parametrize("name", COACHING)
def test_where_a_reader_is_coached_there_is_a_way_for_who_is_afraid(name):
    assert "help-for-you" in goals(name)


def test_advice_to_lock_things_up_says_when_not_to():
    found = 0
    for tree in CONTENT.trees.values():
        for name, step in tree.steps.items():
            for path, text in step.texts():
                if path[0] in ("text", "more") and re.search(r"lock up|lock them up|knives", text, re.I):
                    found += 1
                    assert re.search(
                        r"[Nn]obody (is )?(armed|upset)|do it safely|[Dd]o not do it if you are afraid", text
                    ), name
    assert found > 8


def test_with_officers_there_the_crisis_guide_puts_the_phone_down_first():
    assert CRISIS["officers"].text.startswith(
        "**Lay the phone down now. Show empty hands.** Do not reach for anything."
    )
    assert CRISIS["officers-me"].text.startswith("**Lay the phone down when you see them. Show empty hands.**")


def test_where_the_phone_lies_down_no_weapon_stands_on_the_card():
    """What was said of it on the call may not be so any more, and officers who read it can shoot."""
    down = [step for tree in CONTENT.trees.values() for step in tree.steps.values() if step.phone == "down"]
    assert len(down) > 3
    for step in down:
        assert "weapon" not in step.picked, step.title
        assert not re.search(r"weapon|gun|knife", " ".join(line.line for line in step.first)), step.title


def test_the_card_for_officers_says_who_is_ill_without_a_blank():
    first = CRISIS["officers"].first[0]
    said = [first.line, *(variant.line for variant in first.instead)]
    assert said[0] == "This person is ill and needs help." and not any("(" in line for line in said)


@pytest.mark.parametrize("name", ["call-911", "cant-talk", "about-myself", "missing", "officers", "officers-me"])
def test_the_words_to_911_and_to_officers_can_say_that_someone_may_not_answer(name):
    assert "understand" in {*CRISIS[name].asked, *CRISIS[name].picked}
    (commands,) = (option for option in CONTENT.topics["understand"].options if option.id == "commands")
    for line in (commands.line, *(variant.line for variant in commands.instead)):
        assert "may not be able to follow orders" in line


def test_a_weapon_is_never_said_to_be_there_unasked():
    """In no first line, text or point to do, and of its options one stands at a time."""
    assert CONTENT.topics["weapon"].choose == "one"
    for tree in CONTENT.trees.values():
        for name, step in tree.steps.items():
            said = [said for line in step.first for said in (line.line, *(one.line for one in line.instead))]
            assert not re.search(r"[Tt]here is a (weapon|gun|knife)", " ".join([step.text or "", *said, *step.do])), (
                name
            )


def test_a_stored_weapon_alone_does_not_lead_to_911():
    """The words of the first answers and of the signs are about a weapon in a hand."""
    labels = [choice.label for name in ("danger", "signs") for choice in CRISIS[name].choices]
    about = [label for label in labels if "weapon" in label]
    assert len(about) == 2 and all("weapon in hand" in label for label in about)


def test_an_overdose_leads_to_an_ambulance():
    yes, violence = CRISIS["danger"].choices[:2]
    assert "overdose" in yes.label and yes.go == "medical" and yes.sets == {"kind": "ambulance"}
    assert violence.go == "call-911"
    assert "ambulance" in CRISIS["medical"].first[-1].line


def test_a_text_to_911_may_fail_and_the_step_says_what_then():
    step = CRISIS["cant-talk"]
    assert "Text failed? Call, and leave the line open." in step.text
    assert step.contacts == ("911-text", "911")
    assert any("Only some 911 centers take texts." in block.text for block in step.more)
    assert {"Videophone or relay app? Dial 911 on it.", "TTY? Dial 911."} <= {*step.do}
    assert goal("cant-talk", "It failed, or they said no") == "call-again"


def test_nobody_is_told_to_cancel_911():
    assert CRISIS["no-cit"].text.endswith("In danger? Let help come. Do not cancel.")
    for tree in CONTENT.trees.values():
        for name, step in tree.steps.items():
            for _, text in step.texts():
                assert not re.search(r"(?<!not )\bcancel\b", text), name


def test_a_missing_person_at_risk_is_reported_at_once():
    assert CRISIS["missing"].text.startswith("**Call now. Do not wait a day.**")
    assert CRISIS["missing"].contacts == ("911",)
    assert goal("signs", "Someone at risk is missing") == goal("danger", "Someone at risk is missing") == "missing"
    assert goal("call-911", "The person is missing") == "missing"


def test_a_new_parent_in_danger_is_sent_to_911():
    assert goal("baby", "Yes, at least one") == goal("baby", "I am not sure") == "baby-now"
    now = CRISIS["baby-now"]
    assert now.contacts == ("911",) and now.urgency == "emergency"
    assert now.text.startswith("**Keep another adult with parent and baby.**")


def test_a_child_who_is_hurt_sees_911_first():
    assert goal("for-you", "Someone hurts or scares me") == goal("for-you", "I am not sure") == "help-for-you"
    assert CRISIS["help-for-you"].contacts[0] == "911"


def test_the_line_for_children_says_that_it_takes_no_reports():
    assert "It does not take reports." in CONTENT.contacts["childhelp"].about
    assert any("It does not take reports." in block.text for block in CRISIS["help-for-you"].more)


def test_readers_abroad_have_a_way_from_the_first_screen():
    label = "Not in the United States?"
    assert goal("danger", label) == goal("call-911", label) == CONTENT.trees["crisis"].abroad == "not-in-us"
    page = rendered(SITE, DAY, "partial", "crisis", "not-in-us")
    assert "your local emergency number" in page and not re.search(r'href="(tel|sms):', page)


def test_fear_of_police_is_answered_without_a_promise():
    told = CRISIS["about-988"].text
    assert (
        told.startswith("Police come rarely, but it can happen.")
        and "Critics say that the real number is higher." in told
    )
    assert not re.search(r"\bnever\b|\bwill not\b|won’t", told)
    beside = [name for name in CRISIS if "about-988" in goals(name)]
    assert {"who", "call-988", "pacing", "talk-now"} <= {*beside}
    for name in beside:  # an aside stands below the help and all choices
        assert [choice.kind for choice in CRISIS[name].choices if choice.go == "about-988"] == ["aside"]
        assert "988" in CRISIS[name].contacts


def test_the_page_about_leaving_says_what_it_can_not_hide():
    hidden = rendered(SITE, DAY, "leaving").partition("What it can’t hide")[2]
    for words in (
        "history may still list this website",
        "may note your answers in files of its own",
        "“Reopen closed tab” can bring your answers back",
        "Calls and texts stay",
        "Some people hide spy apps",
    ):
        assert words in hidden
    assert "gone" not in rendered(SITE, DAY, "leaving")


def test_no_page_leads_elsewhere_by_itself():
    """Only the address of a step that has moved does, at once, in an export."""
    pages = [
        rendered(SITE, DAY, "about"),
        rendered(SITE, DAY, "leaving"),
        rendered(SITE, DAY, "card"),
        rendered(SITE, DAY, "places"),
        errors.page(SITE, 404),
    ]
    pages += [rendered(SITE, DAY, "step", tree, step) for tree, found in CONTENT.trees.items() for step in found.steps]
    assert not [page for page in pages if re.search(r'http-equiv="?refresh', page, re.I)]
