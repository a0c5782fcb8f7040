"""What makes a machine a kiosk: the files of `helper kiosk`, the browser that they govern, and the look of --check."""

import datetime
import json
import mmap
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from click.testing import CliRunner
from conftest import free_port
from ports import PATIENCE
from small_site import DAY, write
from small_site import site as made

from helper.cli import main
from helper.kiosk import watchdog
from helper.kiosk.doctor import diagnose
from helper.kiosk.setup import POLICY, SCREEN_UNIT, SERVER_UNIT, USER, WAIT, Machine, machine_files, policy, wait_page
from helper.server.app import GuideApp

NOW = datetime.datetime(2026, 11, 23, 12, tzinfo=datetime.UTC)
CHROMIUM = next(filter(None, map(shutil.which, watchdog.BROWSERS)), None)
HEADLESS = ["--headless", "--no-sandbox", "--disable-gpu"]
COMMAND = watchdog.command


def machine(port=8000, **more):
    usual = {"python": sys.executable, "trees": Path("/opt/trees"), "settings": None, "base": ""}
    return Machine(**{**usual, **more}, port=port)


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = write(tmp_path_factory.mktemp("site") / "trees")
    (folder.parent / "helper.yaml").write_text("home: bike\npublic_address: https://clinic.example/\n")
    return made(folder)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A small set of trees, seen from the folder above it."""
    write(tmp_path / "trees")
    monkeypatch.chdir(tmp_path)
    return tmp_path


# --- The files ------------------------------------------------------------------------------------------------------


def test_the_command_writes_every_file_below_a_folder(folder, tmp_path):
    tmp_path /= "root"
    result = CliRunner().invoke(main, ["kiosk", "--to", str(tmp_path), "--port", "8080"])
    assert result.exit_code == 0
    written = sorted(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file())
    assert written == sorted([POLICY, SCREEN_UNIT, SERVER_UNIT, USER, WAIT])
    assert "--host 127.0.0.1 --port 8080" in (tmp_path / SERVER_UNIT).read_text()
    assert "http://127.0.0.1:8080/kiosk/" in json.loads((tmp_path / POLICY).read_text())["URLAllowlist"]


def test_without_a_folder_it_prints_them_and_the_launch_command(folder):
    output = CliRunner().invoke(main, ["kiosk"]).output
    for path in (POLICY, SCREEN_UNIT, SERVER_UNIT, USER, WAIT):
        assert f"# --- /{path}\n" in output
    assert output.splitlines()[-1] == f"{sys.executable} -m helper.kiosk.watchdog http://127.0.0.1:8000/kiosk/ /{WAIT}"


def test_a_server_elsewhere_needs_none_here(folder):
    output = CliRunner().invoke(main, ["kiosk", "--server", "https://clinic.example/help/"]).output
    assert SERVER_UNIT not in output
    assert "https://clinic.example/help/kiosk/" in output
    assert 'data-health="https://clinic.example/help/healthz"' in output


@pytest.mark.parametrize(
    "words",
    [
        ["--check", "clinic.example"],
        ["--server", "nowhere"],
        ["--check", "http://127.0.0.1/", "--to", "x"],
        ["--server", "https://a.example", "--port", "1"],
    ],
)
def test_misuse_ends_with_2(folder, words):
    assert CliRunner().invoke(main, ["kiosk", *words]).exit_code == 2


def test_broken_settings_are_told_as_everywhere(folder):
    (folder / "helper.yaml").write_text("home: bike\nkiosk:\n  place: nowhere\n")
    result = CliRunner().invoke(main, ["kiosk", "--settings", str(folder / "helper.yaml")])
    assert result.exit_code == 1
    assert 'helper.yaml:3:10: error: there is no place "nowhere"' in result.output


def test_the_browser_gets_the_flags_of_a_kiosk():
    argv = watchdog.command("/usr/wait.html", "/run/profile", ["--headless"])
    needed = {
        "--kiosk",
        "--incognito",
        "--noerrdialogs",
        "--no-first-run",
        "--disable-session-crashed-bubble",
        "--disable-pinch",
        "--disable-features=Translate",
        "--overscroll-history-navigation=0",
        "--disable-back-forward-cache",
        "--user-data-dir=/run/profile",
        "--headless",
    }
    assert needed <= set(argv)
    assert argv[-1] == "file:///usr/wait.html"
    assert not any("remote-debugging-port" in word for word in argv)


@pytest.mark.parametrize(
    ("url", "title", "lost"),
    [
        ("http://127.0.0.1:8000/kiosk/", "Touch to begin", False),
        ("file:///usr/local/share/crisis-helper/wait.html", "Please wait", False),
        ("https://clinic.example/kiosk/", "Privacy error", True),  # its certificate is no longer good
        ("http://127.0.0.1:8000/kiosk/", "127.0.0.1", True),  # what Chromium calls a page that it could not load
        ("https://elsewhere.example/", "Welcome", True),
        ("chrome-error://chromewebdata/", "", True),
    ],
)
def test_a_page_that_is_not_the_kiosks_is_known(url, title, lost):
    homes = ("http://127.0.0.1:8000/kiosk/", "https://clinic.example/kiosk/", "file:///usr/local/share/crisis-helper/")
    assert watchdog.lost(url, title, homes) == lost


def test_the_units_start_again_whatever_happens(site):
    found = machine_files(site, machine())
    for unit in (SERVER_UNIT, SCREEN_UNIT):
        assert {"Restart=always", "StartLimitIntervalSec=0"} <= set(found[unit].splitlines())
        assert "network-online" not in found[unit]
    assert "ExecStart=/usr/bin/cage -d -- " in found[SCREEN_UNIT]
    assert " -s " not in re.search("ExecStart=.*", found[SCREEN_UNIT])[0]


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd-analyze is not installed")
def test_systemd_finds_no_fault_in_the_units(site, tmp_path):
    for path, text in machine_files(site, machine(settings=Path("/etc/100%.yaml"))).items():
        if path.endswith(".service"):
            unit = tmp_path / Path(path).name
            # cage need not be on the machine of the tests.
            unit.write_text(text if shutil.which("cage") else text.replace("/usr/bin/cage", "/bin/true"))
    result = subprocess.run(
        ["systemd-analyze", "verify", *map(str, tmp_path.glob("*.service"))], capture_output=True, text=True
    )
    mine = [line for line in result.stderr.splitlines() if "crisis-helper" in line]
    assert (result.returncode, mine) == (0, [])


@pytest.mark.skipif(not shutil.which("systemd-sysusers"), reason="systemd-sysusers is not installed")
def test_systemd_makes_the_user_of_the_screen(site, tmp_path):
    (tmp_path / "etc").mkdir()
    file = tmp_path / "crisis-helper.conf"
    file.write_text(machine_files(site, machine())[USER])
    result = subprocess.run(["systemd-sysusers", f"--root={tmp_path}", str(file)], capture_output=True, text=True)
    if not (tmp_path / "etc/passwd").is_file():
        pytest.skip(f"systemd-sysusers can't write here: {result.stderr}")
    assert "kiosk:" in (tmp_path / "etc/passwd").read_text()


# --- The look at one that runs --------------------------------------------------------------------------------------


class Quiet(WSGIRequestHandler):
    def log_message(self, *_):
        pass


@pytest.fixture
def running(site):
    """Serves the small site, changed on the way: `change(path, status, headers, body)` returns the last three."""
    servers = []

    def serve(change=lambda path, *rest: rest, found=site):
        app = GuideApp(found, lambda: DAY)

        def spoiled(environ, start_response):
            kept = {}
            environ.pop("HTTP_ACCEPT_ENCODING", None)
            body = b"".join(app(environ, lambda status, headers: kept.update(status=status, headers=headers)))
            headers = {**dict(kept["headers"]), "Date": "Mon, 23 Nov 2026 12:00:00 GMT"}
            status, headers, text = change(environ["PATH_INFO"], kept["status"], headers, body.decode())
            body = text.encode()
            start_response(status, [*{**headers, "Content-Length": str(len(body))}.items()])
            return [body]

        server = make_server("127.0.0.1", 0, spoiled, WSGIServer, Quiet)
        servers.append(server)
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        return f"http://127.0.0.1:{server.server_port}/"

    yield serve
    for server in servers:
        server.shutdown()
        server.server_close()


def test_a_good_kiosk_passes(running):
    assert diagnose(running(), NOW) == []


def test_the_start_screen_and_the_address_of_the_site_are_the_same_to_it(running):
    address = running()
    assert diagnose(f"{address}kiosk/", NOW) == diagnose(address.rstrip("/"), NOW) == []


def header(name, value, where=""):
    def change(path, status, headers, body):
        return status, {**headers, name: value} if where in path else headers, body

    return change


def replaced(old, new, where="", status=None):
    def change(path, was, headers, body):
        return (status or was, headers, body.replace(old, new)) if where in path else (was, headers, body)

    return change


SPOILED = {
    "kept": (header("Cache-Control", "max-age=60", "/kiosk/"), "may be kept by the browser"),
    "errors kept": (header("Cache-Control", "max-age=60", "no-such-page"), "no-such-page/ may be kept"),
    "cookie": (header("Set-Cookie", "a=b", "bundle"), "sets a cookie"),
    "clock": (header("Date", "Mon, 23 Nov 2020 10:00:00 GMT"), "the clocks are apart: 2020-11-23 10:00"),
    "no clock": (header("Date", "soon"), "does not tell its time"),
    "tel": (replaced("</h1>", '</h1><a href=\\"tel:911\\">x</a>', "bundle"), "a link leaves the kiosk: tel:911"),
    "web mode": (replaced("</h1>", '</h1><a href=\\"/en/\\">x</a>', "bundle"), "a link leaves the kiosk: /en/"),
    "elsewhere": (replaced("</h1>", '</h1><img src=\\"https://a.example/x.png\\">', "bundle"), "from elsewhere"),
    "download": (replaced("</h1>", '</h1><a download href=\\"/kiosk/\\">x</a>', "bundle"), "can be downloaded"),
    "file": (replaced("</h1>", '</h1><input type=\\"file\\">', "bundle"), "there is a <input>"),
    "manifest": (replaced("<title>", "<link rel=manifest href=/m><title>", "/kiosk/en/"), "installed as an app"),
    "version": (replaced('"version"', '"version":"other","was"', "healthz"), "of another version than the server"),
    "bundle": (replaced('"version"', '"version":"other","was"', "bundle"), "of another version than the start screen"),
    "degraded": (replaced('"ok"', '"degraded"', "healthz"), "the server says that it is degraded"),
    "silent": (replaced("{", "", "healthz"), "does not tell how the server is"),
    "closed": (header("Access-Control-Allow-Origin", "https://a.example", "healthz"), "is not open to the wait page"),
    "no memory": (replaced("", "", "bundle", "404 Not Found"), "can't hold this guide in memory"),
    "script gone": (replaced("", "", "/static/kiosk", "404 Not Found"), "the page misses a part"),
    "worker": (replaced('"use strict"', "navigator.serviceWorker.register('/sw.js')", ".js"), "has a service worker"),
    "expired": (replaced("</h1>", '</h1><p data-expires=\\"2020-01-01\\">x</p>', "bundle"), "good until 2020-01-01"),
    "hidden": (replaced("</h1>", '</h1><p class=\\"unchecked\\">x</p>', "bundle"), "out of date and not shown"),
    "web page": (replaced("data-version", "data-v", "/kiosk/"), "is no page of a kiosk"),
    "torn": (replaced("{", "", "bundle"), "is no guide that the screen can hold"),
    "gone": (replaced("", "", "/kiosk/", "404 Not Found"), "answers 404: there is no kiosk"),
}


@pytest.mark.parametrize(("change", "told"), SPOILED.values(), ids=SPOILED)
def test_each_fault_is_told(running, change, told):
    found = diagnose(running(change), NOW)
    assert any(told in line for line in found), found


def test_a_fault_of_many_pages_is_one_line(running):
    found = diagnose(running(replaced("</h1>", '</h1><a href=\\"tel:911\\">x</a>', "bundle")), NOW)
    assert len(found) == 1
    assert "more pages: a link leaves" in found[0]


def test_a_kiosk_without_public_address_has_no_code_to_carry(running, site):
    plain = site.settings.model_copy(update={"public_address": None, "trusted_hosts": ()})
    found = diagnose(running(found=replace(site, settings=plain, editions={})), NOW)
    assert found == ["no step has a QR code to carry it away: set public_address in the settings"]


def test_where_nothing_answers_it_says_so():
    found = diagnose(f"http://127.0.0.1:{free_port()}/", NOW)
    assert len(found) == 1
    assert "can't be reached" in found[0]


def test_http_from_afar_is_told_before_anything_else():
    found = diagnose("http://kiosk.invalid/", NOW)
    assert "can't be reached" in found[-1]


@pytest.mark.parametrize(("path", "code", "said"), [("", 0, "All is well.\n"), ("none", 1, "answers 404")])
def test_the_command_ends_with_what_it_found(monkeypatch, running, path, code, said):
    address = running(replaced("", "", "/kiosk/", "404 Not Found")) if path else running()
    monkeypatch.setattr("helper.cli.kiosk.diagnose", lambda address, now: diagnose(address, NOW))
    result = CliRunner().invoke(main, ["kiosk", "--check", address])
    assert (result.exit_code, said in result.output) == (code, True)


# --- The browser ----------------------------------------------------------------------------------------------------

FOREIGN = (
    "https://example.com/",
    "http://127.0.0.1:1/kiosk/",
    "{origin}/",
    "{origin}/en/",
    "file:///etc/hostname",
    "file:///usr/local/share/",
    "view-source:{origin}/kiosk/",
    "chrome://version/",
    "chrome://policy/",
    "chrome://newtab/",
    "devtools://devtools/bundled/inspector.html",
    "data:text/html,hello",
    "ftp://example.com/",
)
WITHOUT_TOOLS = ("DeveloperToolsAvailability",)
SHOWN = "location.href + ' ' + document.title + ' ' + document.body.innerText"


class Kiosk:
    """A root folder with the files of `helper kiosk`, a server that may be there, and browsers governed by them.

    The files lie over those of the machine in a mount of the browser's own: no other browser sees them.
    """

    def __init__(self, root, site):
        self.root, self.port = root, free_port()
        self.machine = machine(self.port)
        self.asked = []
        self.server = None
        for name, text in machine_files(site, self.machine).items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text)
        shutil.copytree("/etc/chromium", root / "etc/chromium", dirs_exist_ok=True)
        (root / "bin").mkdir()
        mounts = " && ".join(f"mount --bind {root}/{one} /{one}" for one in ("etc/chromium", "usr/local/share"))
        program = root / "bin/chromium"
        program.write_text(f'#!/bin/sh\nexec unshare --mount sh -c \'{mounts} && exec {CHROMIUM} "$@"\' sh "$@"\n')
        program.chmod(0o755)
        (root / "tmp").mkdir()
        self.env = {**os.environ, "PATH": f"{root}/bin:{os.environ['PATH']}", "TMPDIR": f"{root}/tmp"}

    def without(self, *names):
        """Take rules out of the policy, so that a test can look into the pages."""
        rules = {name: rule for name, rule in policy(self.machine).items() if name not in names}
        (self.root / POLICY).write_text(json.dumps(rules))

    def serve(self):
        """A server appears that has a kiosk of one page."""
        asked = self.asked

        class Stub(BaseHTTPRequestHandler):
            def do_GET(self):
                asked.append(self.path)
                body = b'{"version": "1"}' if self.path == "/healthz" else b"<title>Touch</title><p>the kiosk"
                self.send_response(200 if self.path in ("/healthz", "/kiosk/") else 404)
                self.send_header("Access-Control-Allow-Origin", "*")
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", self.port), Stub)
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    def processes(self, word):
        """The processes of this kiosk with a word in their command."""
        found = subprocess.run(
            ["ps", "-eww", "-o", "pid=", "-o", "args="], capture_output=True, text=True
        ).stdout.splitlines()
        return [int(line.split()[0]) for line in found if word in line and f"{self.root}/tmp/" in line]

    @contextmanager
    def screen(self):
        """The screen as its unit starts it."""
        words = [sys.executable, "-m", "helper.kiosk.watchdog", self.machine.start, f"/{WAIT}", *HEADLESS]
        log = self.root / "log"
        with log.open("wb") as output:
            process = subprocess.Popen(words, env=self.env, stderr=output)
        try:
            yield log
        finally:
            process.terminate()
            process.wait(20)


@pytest.fixture
def kiosk(site):
    if not CHROMIUM or not Path("/etc/chromium").is_dir():
        pytest.skip("there is no Chromium that reads /etc/chromium")
    if not shutil.which("unshare") or subprocess.run(["unshare", "--mount", "true"], capture_output=True).returncode:
        pytest.skip("a policy can't be tried here: the machine allows no mount of one's own (unshare --mount)")
    # The socket of the browser needs a short path.
    with tempfile.TemporaryDirectory(prefix="k", dir="/tmp") as root:
        found = Kiosk(Path(root), site)
        yield found
        if found.server:
            found.server.shutdown()
            found.server.server_close()


class Reader(watchdog.Browser):
    """A browser whose page can be read: for that the policy must let tools in."""

    def attach(self):
        wait_for(self.pages)
        target = {"targetId": self.pages()[0]["targetId"], "flatten": True}
        self.session = self._ask("Target.attachToTarget", target)["sessionId"]
        return self

    def tell(self, method, **params):
        message = {"id": 10**6, "method": method, "params": params, "sessionId": self.session}
        self._line.sendall(json.dumps(message).encode() + b"\0")
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            for found in self._hear(until):
                if found.get("id") == 10**6:
                    return found.get("result", {})
        raise AssertionError("no answer")

    def read(self, expression=SHOWN):
        return self.tell("Runtime.evaluate", expression=expression).get("result", {}).get("value", "")

    def open(self, url):
        return self.tell("Page.navigate", url=url).get("errorText")


@contextmanager
def reading(kiosk, monkeypatch, wait=f"/{WAIT}"):
    for name, value in kiosk.env.items():
        monkeypatch.setenv(name, value)
    profile = f"{kiosk.root}/tmp/profile"
    Path(profile).mkdir()
    browser = Reader(watchdog.command(wait, profile, HEADLESS), profile)
    try:
        yield browser.attach()
    finally:
        browser.end()


def wait_for(what):
    until = time.monotonic() + PATIENCE
    while not (found := what()):
        assert time.monotonic() < until, "it did not come"
        time.sleep(0.1)
    return found


@pytest.mark.proof
@pytest.mark.browser
def test_every_way_out_is_blocked(kiosk, monkeypatch):
    kiosk.without(*WITHOUT_TOOLS)
    kiosk.serve()
    with reading(kiosk, monkeypatch) as browser:
        wait_for(lambda: "the kiosk" in browser.read())
        for address in FOREIGN:
            error = browser.open(address.format(origin=kiosk.machine.origin))
            assert error == "net::ERR_BLOCKED_BY_ADMINISTRATOR", address
            browser.open(kiosk.machine.start)
            wait_for(lambda: "the kiosk" in browser.read())
        for address in (kiosk.machine.start, f"{kiosk.machine.start}en/", f"file:///{WAIT}"):
            assert browser.open(address) is None


PROGRAM = Path("/usr/lib/chromium/chromium")


@pytest.mark.skipif(not PROGRAM.is_file(), reason=f"{PROGRAM} is not there to be searched")
def test_chromium_knows_every_rule_of_the_policy():
    # Names and values were read in Chromium's own list: components/policy/resources/templates/policy_definitions.
    with PROGRAM.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as program:
        assert [name for name in policy(machine()) if program.find(b"\0%s\0" % name.encode()) < 0] == []


@pytest.mark.browser
def test_no_tool_can_read_a_page(kiosk, monkeypatch):
    with pytest.raises(KeyError), reading(kiosk, monkeypatch):  # the answer is an error: not allowed
        pass


@pytest.mark.proof
@pytest.mark.browser
def test_the_wait_page_goes_on_when_the_server_comes_and_a_crash_is_mended(kiosk):
    with kiosk.screen() as log:
        wait_for(lambda: kiosk.processes("--type=renderer"))
        time.sleep(2)
        assert kiosk.asked == []
        kiosk.serve()
        wait_for(lambda: "/kiosk/" in kiosk.asked)
        time.sleep(1)
        kiosk.asked.clear()
        for pid in kiosk.processes("--type=renderer"):
            os.kill(pid, signal.SIGSEGV)
        wait_for(lambda: "/kiosk/" in kiosk.asked)
        assert "the page crashed: starting it anew" in log.read_text()
    assert kiosk.processes("--user-data-dir") == []
    assert list((kiosk.root / "tmp").iterdir()) == []


@pytest.mark.browser
@pytest.mark.proof
def test_the_browser_itself_comes_back(kiosk):
    kiosk.serve()
    with kiosk.screen():
        wait_for(lambda: "/kiosk/" in kiosk.asked)
        kiosk.asked.clear()
        os.kill(min(kiosk.processes("--user-data-dir")), signal.SIGKILL)
        wait_for(lambda: "/kiosk/" in kiosk.asked)


@pytest.mark.browser
@pytest.mark.parametrize(
    "address",
    [
        "https://example.com/",
        *(pytest.param(one, marks=pytest.mark.proof) for one in ("http://127.0.0.1:1/kiosk/", "file:///none.html")),
    ],
)
def test_an_error_of_the_browser_does_not_stay(kiosk, monkeypatch, address):
    for name, value in kiosk.env.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(watchdog, "EVERY", 1)
    monkeypatch.setattr(watchdog, "command", lambda *words: [*COMMAND(*words)[:-1], address])
    assert watchdog.run_browser(kiosk.machine.start, f"/{WAIT}", HEADLESS) == "no page of the kiosk is shown"


@pytest.mark.proof
@pytest.mark.browser
def test_who_waits_long_is_shown_911_and_988(kiosk, monkeypatch, site):
    monkeypatch.setattr("helper.kiosk.setup.NUMBERS_AFTER", 3)
    kiosk.without(*WITHOUT_TOOLS)
    (kiosk.root / WAIT).write_text(wait_page(site, kiosk.machine))
    with reading(kiosk, monkeypatch) as browser:
        first = wait_for(lambda: browser.read("document.body.innerText"))
        assert first.split("\n\n") == ["One moment, please.", "Un momento, por favor."]
        later = wait_for(lambda: found if "911" in (found := browser.read("document.body.innerText")) else "")
        assert "One moment" not in later
        assert later.count("911") == 4 and later.count("988") == 4
