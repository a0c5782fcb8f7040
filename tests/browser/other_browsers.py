"""Firefox and WebKit, driven by what they speak themselves: WebDriver's commands, by Marionette or by HTTP."""

import json
import os
import shutil
import socket
import subprocess
import time
import urllib.request
from pathlib import Path

import pytest
from ports import free_port

PATIENCE = 60
"""Seconds in which a browser must start, and a step must show."""
MISSING = """
{} is missing, so nothing was proved about {}. `make proof` installs it on Debian and its kin:
apt-get install firefox-esr webkit2gtk-driver xvfb"""
ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
"""The name under which WebDriver hands over an element."""


def find(program, browser):
    return shutil.which(program) or pytest.fail(MISSING.format(program, browser), pytrace=False)


def wait_for(look, told):
    """What `look` finds, once it finds something."""
    deadline = time.monotonic() + PATIENCE
    while not (found := look()):
        assert time.monotonic() < deadline, told()
        time.sleep(0.1)
    return found


class Browser:
    """What a reader does in a browser. `send` takes a command of WebDriver to it."""

    def open(self, address):
        self.send("Navigate", url=address)

    def tap(self, selector):
        """Taps as a finger does: not in the moment in which something new came under it."""
        time.sleep(1.5)
        self.send("ElementClick", id=self.send("FindElement", using="css selector", value=selector)[ELEMENT])

    def ask(self, script):
        """What a script in the page returns, or what its promise comes to."""
        return self.send("ExecuteScript", script=f"return {script}", args=[])

    def back(self):
        self.send("Back")

    def reload(self):
        """As a reader does it: the command of WebDriver passes by the service worker in Firefox."""
        self.ask("setTimeout(() => location.reload(), (window.old = 1))")
        self.wait_until("!window.old")

    def wait_for_title(self, title):
        wait_for(lambda: self.send("GetTitle") == title, lambda: f"{self.send('GetTitle')!r} is not {title!r}")

    def wait_until(self, script):
        wait_for(lambda: self.ask(script), lambda: f"never true in {type(self).__name__}: {script}")


class Firefox(Browser):
    """Speaks Marionette on a socket: each message is its length, a colon, and JSON."""

    def __init__(self, folder, script=True):
        self.log = folder / "log"
        profile = folder / "profile"
        profile.mkdir(parents=True)
        settings = {
            "marionette.port": (port := free_port()),
            "javascript.enabled": script,
            "browser.dom.window.dump.enabled": True,  # tells the log of every error of a script
        }
        lines = (f"user_pref({json.dumps(name)}, {json.dumps(value)});\n" for name, value in settings.items())
        (profile / "user.js").write_text("".join(lines))
        program = find("firefox-esr", "Firefox")
        self.process = begin(self.log, program, "--headless", "--marionette", "--no-remote", "--profile", str(profile))
        self.socket = wait_for(lambda: connect(port), self.log.read_text)
        self.stream = self.socket.makefile("rwb")
        self.count = 0
        self.read()
        self.send("NewSession")

    def read(self):
        length = b""
        while (byte := self.stream.read(1)) != b":":
            length += byte
        return json.loads(self.stream.read(int(length)))

    def send(self, command, **words):
        self.count += 1
        message = json.dumps([0, self.count, f"WebDriver:{command}", words]).encode()
        self.stream.write(b"%d:%s" % (len(message), message))
        self.stream.flush()
        _, _, error, value = self.read()
        assert error is None, f"{command}: {error['message']}"
        return value.get("value") if isinstance(value, dict) else value

    def errors(self):
        """What scripts of pages did wrong; Firefox's own are at addresses of its own."""
        return [line for line in self.log.read_text().splitlines() if line.startswith("JavaScript error: http")]

    def close(self):
        self.stream.close()
        self.socket.close()
        end(self.process)


def connect(port):
    try:
        return socket.create_connection(("127.0.0.1", port), PATIENCE)
    except OSError:
        return None


class WebKit(Browser):
    """The engine of Safari, in the small browser that comes with WebKitGTK, on a screen that nobody sees."""

    PATHS = {
        "Navigate": "url",
        "Back": "back",
        "ExecuteScript": "execute/sync",
        "FindElement": "element",
        "ElementClick": "element/{id}/click",
        "GetTitle": "title",
    }

    def __init__(self, folder, script=True):
        folder.mkdir(parents=True)
        self.log = folder / "log"
        program = find("WebKitWebDriver", "WebKit")
        browser = next(Path("/usr/lib").glob("*/webkit2gtk-4.*/MiniBrowser"), None)
        self.screen = subprocess.Popen(
            [find("Xvfb", "WebKit"), "-displayfd", "1", "-screen", "0", "1280x1024x24", "-nolisten", "tcp"],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        display = self.screen.stdout.readline().decode().strip()
        self.address = f"http://127.0.0.1:{(port := free_port())}"
        own = {"DISPLAY": f":{display}", "GDK_BACKEND": "x11", "XDG_DATA_HOME": str(folder)}
        self.process = begin(self.log, program, f"--port={port}", **own)
        wait_for(lambda: connect(port), self.log.read_text).close()
        options = {"binary": str(browser), "args": ["--automation", f"--enable-javascript={str(script).lower()}"]}
        wanted = {"alwaysMatch": {"webkitgtk:browserOptions": options}}
        self.session = ""
        self.session = "/" + self.request("POST", "", capabilities=wanted)["sessionId"]

    def request(self, method, path, **words):
        data = json.dumps(words).encode() if method == "POST" else None
        request = urllib.request.Request(f"{self.address}/session{self.session}{path}", data, method=method)
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as error:
            raise AssertionError(f"{path}: {json.load(error)['value']['message']}") from error

    def tap(self, selector):
        self.ask(f"document.querySelector({json.dumps(selector)}).scrollIntoView({{ block: 'center' }})")
        super().tap(selector)  # its driver does not scroll

    def send(self, command, **words):
        path = self.PATHS[command].format(id=words.pop("id", ""))
        return self.request("GET" if command == "GetTitle" else "POST", f"/{path}", **words)

    def errors(self):
        """Its driver does not tell."""
        return []

    def close(self):
        self.request("DELETE", "")
        end(self.process)
        end(self.screen)
        self.screen.stdout.close()


def begin(log, *words, **environment):
    with log.open("wb") as output:
        return subprocess.Popen(words, stdout=output, stderr=subprocess.STDOUT, env={**os.environ, **environment})


def end(process):
    process.terminate()
    process.wait(20)
