"""The browser of a kiosk, and the eye on it: python -m helper.kiosk.watchdog ADDRESS WAIT_PAGE [FLAG…]

It opens the wait page, which goes on to ADDRESS. When the page crashed, shows an error of the browser or is closed, or
the browser hangs, it starts the browser anew with an empty profile. It needs nothing but the standard library, and
never ends by itself.
"""

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--kiosk",
    "--incognito",
    "--noerrdialogs",
    "--no-first-run",
    "--no-default-browser-check",
    "--hide-crash-restore-bubble",
    "--disable-session-crashed-bubble",  # its name before it was called hide-crash-restore-bubble
    "--disable-features=Translate",
    "--disable-pinch",
    "--overscroll-history-navigation=0",
    "--disable-back-forward-cache",
    "--disable-component-update",
    "--disable-background-networking",
    "--disable-breakpad",
    "--deny-permission-prompts",
    "--password-store=basic",  # otherwise it may ask for the password of a keyring
)
EVERY = 10
"""Seconds between two looks at the browser."""
PATIENCE = 15
"""Seconds in which it must answer. With two bad looks and a start this stays below a minute."""
PAUSE = 2
"""Seconds before the next start, so that a browser that can't start leaves the machine some air."""


class BrowserGone(Exception):
    """The browser must be started anew; the text tells why."""


def command(wait: str, profile: str, extra_flags: Sequence[str] = ()) -> list[str]:
    """What starts the browser on the wait page, with `profile` for its files."""
    browser = next(filter(None, map(shutil.which, BROWSERS)), BROWSERS[0])
    wayland = ["--ozone-platform=wayland"] if os.environ.get("WAYLAND_DISPLAY") else []
    return [browser, *FLAGS, *wayland, f"--user-data-dir={profile}", *extra_flags, Path(wait).as_uri()]


def lost(url: str, title: str, homes: Sequence[str]) -> bool:
    """Whether a page is none of the kiosk's, or an error of the browser.

    Each page of the kiosk has a title of its own. Where it was not loaded, the browser makes one of the address.
    """
    return not url.startswith(tuple(homes)) or title.casefold() in url.casefold() or title == "Privacy error"


class Browser:
    """A browser that is asked which pages it shows. No page can be read or changed this way: the policy forbids it."""

    def __init__(self, argv: Sequence[str], profile: str) -> None:
        self._line, theirs = socket.socketpair()

        def connect() -> None:
            for fd in (3, 4):  # where Chromium reads and writes
                os.dup2(theirs.fileno(), fd)
                os.set_inheritable(fd, True)

        # LANGUAGE: `lost` knows one title in English; what the kiosk shows has languages of its own. TMPDIR: what the
        # browser leaves behind there goes with the profile.
        self._process = subprocess.Popen(
            [*argv[:-1], "--remote-debugging-pipe", argv[-1]],
            preexec_fn=connect,
            close_fds=False,
            start_new_session=True,
            env={**os.environ, "LANGUAGE": "en_US", "TMPDIR": profile},
        )
        theirs.close()
        self._heard = b""
        self._asked = 0
        self.crashed = set[str]()
        """The ids of pages that crashed."""

    def follow(self) -> None:
        """Hear from now on when a page crashes. Raises BrowserGone when there is no answer."""
        self._ask("Target.setDiscoverTargets", {"discover": True})

    def pages(self) -> list[dict[str, str]]:
        """Each page that it shows, with targetId, url and title. Raises BrowserGone when there is no answer."""
        targets = self._ask("Target.getTargets", {})["targetInfos"]
        # A part of the window's own frame calls itself a page.
        return [target for target in targets if target["type"] == "page" and ".top-chrome/" not in target["url"]]

    def _ask(self, method: str, params: dict[str, object]) -> dict[str, Any]:
        self._asked += 1
        self._line.settimeout(PATIENCE)
        try:
            self._line.sendall(json.dumps({"id": self._asked, "method": method, "params": params}).encode() + b"\0")
        except OSError as error:
            raise BrowserGone("the browser ended") from error
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            for message in self._hear(until):
                if message.get("id") == self._asked:
                    return dict(message["result"])
        raise BrowserGone("the browser does not answer")

    def listen(self, seconds: float) -> None:
        """Hear what happens for a while. Raises BrowserGone when the browser ends."""
        until = time.monotonic() + seconds
        while time.monotonic() < until and not self.crashed:
            self._hear(until)

    def _hear(self, until: float) -> list[dict[str, Any]]:
        """The next messages, if there are any before that time."""
        self._line.settimeout(max(0.01, until - time.monotonic()))
        try:
            received = self._line.recv(65536)
        except TimeoutError:
            return []
        except OSError as error:
            raise BrowserGone("the browser ended") from error
        if not received:
            raise BrowserGone("the browser ended")
        *whole, self._heard = (self._heard + received).split(b"\0")
        messages = [json.loads(message) for message in whole]
        self.crashed |= {
            message["params"]["targetId"] for message in messages if message.get("method") == "Target.targetCrashed"
        }
        return messages

    def end(self) -> None:
        """End it with all that it started."""
        self._line.close()
        for sign in (signal.SIGTERM, signal.SIGKILL):
            try:
                os.killpg(self._process.pid, sign)
            except ProcessLookupError:
                break
            try:
                self._process.wait(5)
            except subprocess.TimeoutExpired:
                continue
        self._process.wait()


def watch(browser: Browser, homes: Sequence[str]) -> None:
    """Look at the browser again and again. Raises BrowserGone when it must be started anew."""
    browser.follow()
    bad = 0
    while True:
        browser.listen(EVERY)
        pages = browser.pages()
        crashed = browser.crashed & {page["targetId"] for page in pages}
        browser.crashed.clear()
        if crashed:
            raise BrowserGone("the page crashed")
        # A page may have its address before its title: only the second look counts.
        bad = bad + 1 if not pages or any(lost(page["url"], page["title"], homes) for page in pages) else 0
        if bad == 2:
            raise BrowserGone("no page of the kiosk is shown")


def run_browser(address: str, wait: str, extra_flags: Sequence[str]) -> str:
    """Show the kiosk until something is wrong, and tell what. The profile is new, and gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="kiosk-", ignore_cleanup_errors=True) as profile:
        browser = None
        try:
            browser = Browser(command(wait, profile, extra_flags), profile)
            watch(browser, (address, Path(wait).as_uri()))
        except (BrowserGone, OSError) as error:
            return str(error)
        finally:
            if browser:
                browser.end()
    return ""


def main(argv: Sequence[str]) -> None:
    """Show the kiosk for ever. `argv`: its address, the wait page, and more flags for the browser."""
    if len(argv) < 2:
        sys.exit("usage: python -m helper.kiosk.watchdog ADDRESS WAIT_PAGE [FLAG…]")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    address, wait, *extra_flags = argv
    while True:
        ended = run_browser(address, wait, extra_flags)
        with contextlib.suppress(OSError):  # a log on a full disk
            print(f"{ended}: starting it anew", file=sys.stderr, flush=True)
        time.sleep(PAUSE)


if __name__ == "__main__":
    main(sys.argv[1:])
