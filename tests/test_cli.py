"""What the commands say, where they say it, and the code they end with."""

import datetime
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result
from ports import PATIENCE

from helper.cli import main

BIKE = """\
title: Bicycles
start: flat
edited: 2026-11-23
review_by: 2999-05-23
steps:
  flat: {title: Is it flat?, choices: [{label: Next, go: shop}]}
  shop: {title: Ask the shop, outcome: true, urgency: routine, contacts: [shop]}
"""
BROKEN = BIKE.replace("go: shop", "go: shop}, {label: Help, go: shpo")
TOLD = """\
trees/bell.yaml:6:83: error: there is no step "shpo" [unknown-step]
  6 |   flat: {title: Is it flat?, choices: [{label: Next, go: shop}, {label: Help, go: shpo}]}
                                                                                        ^^^^
  help: the nearest name is "shop"
"""
CONTACTS = "shop: {name: Bicycle shop, call: 988, hours: always, source: manual, verified: undated}\n"
EXPIRED = CONTACTS.replace("undated", "undated, expires: 2020-02-29")
WARNED = """\
trees/contacts.yaml:1:98: warning: "shop" was last shown on 2020-02-29 [expired-contact]
  1 | shop: {name: Bicycle shop, call: 988, hours: always, source: manual, verified: undated, expires: 2020-02-29}
                                                                                                       ^^^^^^^^^^
  help: check it at its source, then set verified and expires
"""
HOME = "home: bike\n"


@pytest.fixture(autouse=True)
def trees(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder trees, seen from the folder above it: a good tree, contacts and sources."""
    folder = tmp_path / "trees"
    folder.mkdir()
    (folder / "bike.yaml").write_text(BIKE)
    (folder / "contacts.yaml").write_text(CONTACTS)
    (folder / "sources.yaml").write_text(f"manual: {{title: The manual, checked: {datetime.date.today()}}}\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PORT", raising=False)
    return folder


UNTOLD = "trees/bike.yaml: no stories\n"


def run(*words: str) -> Result:
    """The end of a command. A traceback fails the test."""
    result = CliRunner().invoke(main, words)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exc_info
    return result


# helper check


@pytest.mark.parametrize("paths", [(), ("trees",), ("trees/bike.yaml",), ("trees/contacts.yaml", "trees/sources.yaml")])
def test_check_ends_with_0_when_all_is_well(paths: tuple[str, ...]) -> None:
    result = run("check", *paths)
    assert (result.exit_code, result.stdout, result.stderr.splitlines()[-1]) == (0, "", "no problems")


@pytest.mark.parametrize("paths", [(), ("trees",), ("trees/bell.yaml",), ("trees", "trees/bell.yaml")])
def test_check_ends_with_1_and_tells_each_problem_once(trees: Path, paths: tuple[str, ...]) -> None:
    (trees / "bell.yaml").write_text(BROKEN)
    result = run("check", *paths)
    assert (result.exit_code, result.stdout, result.stderr) == (1, "", f"{TOLD}1 error\n")


def test_a_warning_is_told_and_counts_as_well(trees: Path) -> None:
    (trees / "contacts.yaml").write_text(EXPIRED)
    result = run("check")
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", f"{WARNED}{UNTOLD}1 warning\n")


def test_errors_and_warnings_are_counted_apart(trees: Path) -> None:
    (trees / "bell.yaml").write_text(BROKEN)
    (trees / "contacts.yaml").write_text(EXPIRED)
    assert run("check").stderr == f"{TOLD}{WARNED}1 error, 1 warning\n"


def test_of_one_file_only_its_own_problems_are_told(trees: Path) -> None:
    (trees / "bell.yaml").write_text(BROKEN)
    (trees / "contacts.yaml").write_text(EXPIRED)
    assert run("check", "trees/bike.yaml").stderr == "trees/bike.yaml: no stories\nno problems\n"
    assert run("check", "trees/bell.yaml").stderr == f"{TOLD}1 error\n"
    assert run("check", "trees/contacts.yaml").stderr == f"{WARNED}1 warning\n"


@pytest.mark.parametrize("other", ["bell.yaml", "contacts.yaml"])
def test_a_file_is_not_called_good_when_another_kept_it_from_being_checked(trees: Path, other: str) -> None:
    (trees / "bike.yaml").write_text(BROKEN)
    (trees / other).write_text("")
    result = run("check", "trees/bike.yaml")
    assert result.exit_code == 1
    assert f"trees/{other}:1:1: error: the file is empty [empty]\n" in result.stderr


def test_json_and_github_go_to_stdout_and_the_count_to_stderr(trees: Path) -> None:
    (trees / "bell.yaml").write_text(BROKEN)
    result = run("check", "--format", "json")
    assert (result.exit_code, result.stderr) == (1, "1 error\n")
    (problem,) = json.loads(result.stdout)
    assert (problem["file"], problem["line"], problem["column"], problem["width"]) == ("trees/bell.yaml", 6, 83, 4)
    result = run("check", "--format", "github")
    assert (result.exit_code, result.stderr) == (1, "1 error\n")
    assert result.stdout == (
        "::error file=trees/bell.yaml,line=6,endLine=6,col=83,endColumn=87,title=unknown-step::"
        'there is no step "shpo"%0Ahelp: the nearest name is "shop"\n'
    )
    assert run("check", "trees/bike.yaml", "--format", "json").stdout == "[]\n"
    assert run("check", "trees/bike.yaml", "--format", "github").stdout == ""


def test_colors_are_for_terminals_only(trees: Path) -> None:
    (trees / "bell.yaml").write_text(BROKEN)
    assert "\x1b" not in run("check").stderr
    colored = CliRunner().invoke(main, ["check"], color=True).stderr
    assert "\x1b[31m" in colored
    assert click.unstyle(colored) == f"{TOLD}1 error\n"


def test_check_tells_what_the_stories_pass_and_what_none_does(trees: Path) -> None:
    stories = "tests:\n  - {name: A flat tire, take: [Next], reach: shop}\n"
    (trees / "bike.yaml").write_text(BIKE + stories)
    told = "trees/bike.yaml: 1 story passes 2 of 2 steps, 1 of 1 choices, 1 of 1 outcomes\n"
    assert run("check", "trees/bike.yaml").stderr == f"{told}no problems\n"
    assert run("check", "trees/bike.yaml", "--format", "json").stderr == "no problems\n"
    (trees / "bike.yaml").write_text(BIKE + stories.replace("[Next], reach: shop", "[], reach: flat"))
    told = "trees/bike.yaml: 1 story passes 1 of 2 steps, 0 of 1 choices, 0 of 1 outcomes\n"
    outcomes = "  outcomes that no story passes: shop\n"
    assert run("check", "trees/bike.yaml").stderr == f"{told}{outcomes}no problems\n"
    everything = f'  steps that no story passes: shop\n  choices that no story passes: flat: "Next"\n{outcomes}'
    assert run("check", "trees/bike.yaml", "--untold").stderr == f"{told}{everything}no problems\n"


def test_what_is_silenced_is_counted(trees: Path) -> None:
    labels = ", ".join(f"{{label: {word}, go: shop}}" for word in ("Bell", "Horn", "Tire", "Pump", "Rim", "Seat", "I"))
    text = BIKE.replace("{label: Next, go: shop}", labels)
    (trees / "bike.yaml").write_text(text)
    assert "[many-choices]" in run("check").stderr
    (trees / "bike.yaml").write_text(text.replace("flat: {", "flat: {silence: {many-choices: All are needed.}, "))
    result = run("check")
    assert (result.exit_code, result.stderr.splitlines()[-1]) == (0, "no problems; 1 silenced")
    assert run("check", "trees/contacts.yaml").stderr == "no problems\n"


def test_settings_are_checked_as_settings(tmp_path: Path) -> None:
    (tmp_path / "helper.yaml").write_text(HOME)
    assert run("check", "helper.yaml").stderr == "no problems\n"
    (tmp_path / "helper.yaml").write_text("hoem: bike\n")
    assert run("check", "helper.yaml").stderr == (
        'helper.yaml:1:1: error: the settings file has no key "hoem" [unknown-key]\n'
        "  1 | hoem: bike\n"
        "      ^^^^\n"
        '  help: the nearest name is "home"\n'
        "1 error\n"
    )


def test_a_file_that_is_no_tree_is_not_called_good(trees: Path) -> None:
    (trees / "README.md").write_text("Bicycles\n")
    assert run("check", "trees/README.md").exit_code == 1


def test_the_built_in_trees_are_checked_where_there_is_no_folder_trees(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path / "empty")
    assert run("check").exit_code == 0


def test_a_folder_without_trees_is_told(tmp_path: Path) -> None:
    (tmp_path / "library").mkdir()
    result = run("check", "library")
    assert result.exit_code == 1
    assert result.stderr == (
        "library:1:1: error: there is no tree in this folder [no-tree]\n"
        '  help: a tree is a file whose name ends in ".yaml"\n'
        "1 error\n"
    )


@pytest.mark.parametrize("words", [("check", "gone"), ("check", "link.yaml"), ("check", "--fast"), ("chekc",)])
def test_misuse_ends_with_2(tmp_path: Path, words: tuple[str, ...]) -> None:
    (tmp_path / "link.yaml").symlink_to("gone.yaml")
    result = run(*words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "Error: " in result.stderr


@pytest.mark.parametrize(("words", "says"), [
    (("--help",), ["check", "serve", "mental health crisis"]),
    (("check", "-h"), ["[PATHS]...", "helper check trees/crisis.yaml"]),
    (("serve", "-h"), ["--trees", "--settings", "--watch", "--host", "--port", "helper serve --trees"]),
])  # fmt: skip
def test_help_names_what_there_is(words: tuple[str, ...], says: list[str]) -> None:
    result = run(*words)
    assert (result.exit_code, result.stderr) == (0, "")
    assert not [word for word in says if word not in result.stdout]


# helper serve


def test_a_broken_tree_stops_serve_with_the_text_of_check(trees: Path) -> None:
    (trees / "bell.yaml").write_text(BROKEN)
    result = run("serve")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == f"{TOLD}1 error: the guide can't be served\n"


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1"])
def test_serve_lets_nobody_in_without_settings(tmp_path: Path, host: str) -> None:
    (tmp_path / "helper.yaml").write_text(HOME)
    result = run("serve", "--host", host)
    assert (result.exit_code, result.stdout) == (2, "")
    assert f"--host {host} lets others in: set public_address in helper.yaml" in result.stderr


@pytest.mark.parametrize("host", ["::1", "[::1]", "127.0.0.1"])
def test_serve_tells_an_address_that_a_browser_can_open(
    trees: Path, tmp_path: Path, host: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "helper.yaml").write_text(HOME)
    asked: list[str] = []
    monkeypatch.setattr("helper.cli.serving._claim", lambda host, port: None)
    monkeypatch.setattr("helper.cli.serving.answer", lambda app, host, port, workers: asked.append(host))
    plain = host.strip("[]")
    written = f"[{plain}]" if ":" in plain else plain
    assert f"The guide is at http://{written}:8000/ " in run("serve", "--host", host).stderr
    assert asked == [plain]


def test_broken_settings_stop_serve_with_their_place(tmp_path: Path) -> None:
    (tmp_path / "helper.yaml").write_text("home: bike\npublic_address: http://bike.example\n")
    result = run("serve")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == (
        'helper.yaml:2:17: error: "public_address" must be a web address that begins with "https://" [wrong-value]\n'
        "  2 | public_address: http://bike.example\n"
        "                      ^^^^^^^^^^^^^^^^^^^\n"
        "1 error: the guide can't be served\n"
    )


def test_settings_that_are_a_folder_are_told(tmp_path: Path) -> None:
    result = run("serve", "--settings", "trees")
    assert result.exit_code in (1, 2)
    assert "directory" in result.stderr


def test_a_home_that_is_no_tree_is_told(trees: Path) -> None:
    (trees / "bell.yaml").write_text(BIKE)
    result = run("serve")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == (
        'trees:1:1: error: there is no tree "crisis" for the first page [unknown-home]\n'
        '  help: write "home: bell" in helper.yaml, or in the file that --settings names\n'
        "1 error: the guide can't be served\n"
    )


@pytest.mark.parametrize("words", [("--port", "0"), ("--port", "65536"), ("--port", "http"), ("--trees", "gone")])
def test_serve_ends_with_2_on_misuse(words: tuple[str, ...]) -> None:
    assert run("serve", *words).exit_code == 2


def test_a_port_that_is_taken_is_told(tmp_path: Path) -> None:
    (tmp_path / "helper.yaml").write_text(HOME)
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        result = run("serve", "--port", str(port))
    assert (result.exit_code, result.stdout) == (1, "")
    assert f"127.0.0.1:{port} can't be used" in result.stderr


class Server:
    """`helper serve` in a folder, which may be slow to answer."""

    def __init__(self, folder: Path, *words: str) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.log = folder / "log"
        places = os.pathsep.join(path for path in sys.path if path)
        with self.log.open("w") as log:
            # Its own process group, so that no worker can outlive the test.
            self.process = subprocess.Popen(
                [sys.executable, "-m", "helper", "serve", *words], cwd=folder, stdout=subprocess.DEVNULL, stderr=log,
                start_new_session=True, env=os.environ | {"PORT": str(self.port), "PYTHONPATH": places},
            )  # fmt: skip

    def page(self) -> str:
        try:
            return (
                urllib.request.urlopen(f"http://127.0.0.1:{self.port}/en/bike/flat/", timeout=PATIENCE).read().decode()
            )
        except urllib.error.HTTPError as error:
            return error.read().decode()
        except (urllib.error.URLError, ConnectionError):
            return ""

    def told(self) -> str:
        """What it said on stderr, without what granian says."""
        lines = self.log.read_text().replace(str(self.port), "PORT").splitlines(keepends=True)
        return "".join(line for line in lines if not line.startswith(("[INFO]", "[WARNING] Killing worker")))

    def wait(self, where: Callable[[], str], text: str) -> str:
        deadline = time.monotonic() + PATIENCE
        while text not in (found := where()) and time.monotonic() < deadline:
            assert self.process.poll() is None, self.told()
            time.sleep(0.05)
        assert text in found
        return found

    def end(self) -> str:
        self.process.send_signal(signal.SIGINT)
        self.process.wait(20)
        return self.told()


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[..., Server]]:
    """Starts servers."""
    servers = []

    def start(*words: str) -> Server:
        servers.append(server := Server(tmp_path, *words))
        return server

    yield start
    for server in servers:
        if server.process.poll() is None:
            os.killpg(server.process.pid, signal.SIGKILL)
            server.process.wait()


def test_serve_answers_until_it_is_ended(tmp_path: Path, serve: Callable[..., Server]) -> None:
    (tmp_path / "helper.yaml").write_text(HOME)
    server = serve()
    assert "watch" not in server.wait(server.page, "<title>Is it flat?")
    assert server.end().startswith("The guide is at http://127.0.0.1:PORT/  (Ctrl+C ends it)\n")


def test_serve_tells_warnings_and_starts(tmp_path: Path, trees: Path, serve: Callable[..., Server]) -> None:
    (tmp_path / "helper.yaml").write_text(HOME)
    (trees / "contacts.yaml").write_text(EXPIRED)
    server = serve()
    server.wait(server.page, "<title>Is it flat?")
    assert server.end().startswith(WARNED)


def test_watch_starts_on_a_broken_set_and_tells_each_change(
    tmp_path: Path, trees: Path, serve: Callable[..., Server]
) -> None:
    (trees / "bell.yaml").write_text(BROKEN)
    server = serve("--watch")
    page = server.wait(server.page, "unknown-step")
    assert "there is no step &#34;shpo&#34; [unknown-step]" in page and 'href="tel:911"' in page
    (tmp_path / "helper.yaml").write_text("hoem: bike\n")
    server.wait(server.told, "2 problems; there")
    (tmp_path / "helper.yaml").write_text(HOME)
    server.wait(server.told, "helper.yaml changed: 1 problem; there")
    (trees / "bell.yaml").write_text(BROKEN.replace("shpo", "shop"))
    server.wait(server.page, "<title>Is it flat?")
    (trees / "contacts.yaml").write_text(EXPIRED)
    server.wait(server.told, "contacts.yaml changed")
    (trees / "bike.yaml").write_text("")
    server.wait(server.told, "last good")
    assert "<title>Is it flat?" in server.page()
    assert server.end() == (
        "The guide is at http://127.0.0.1:PORT/  (Ctrl+C ends it)\n"
        f"{TOLD}"
        "1 problem; there are no pages yet\n"
        "helper.yaml changed: 2 problems; there are no pages yet\n"
        "helper.yaml changed: 1 problem; there are no pages yet\n"
        "trees/bell.yaml changed: the pages are new\n"
        "trees/contacts.yaml changed: the pages are new\n"
        f"{WARNED}"
        "trees/bike.yaml changed: 1 problem; the last good pages stay\n"
    )


@pytest.mark.parametrize("settings", ["", "hoem: bike\n", HOME])
def test_watch_lets_nobody_in_without_settings(tmp_path: Path, settings: str) -> None:
    (tmp_path / "helper.yaml").write_text(settings)
    result = run("serve", "--watch", "--host", "0.0.0.0")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "set public_address in" in result.stderr
