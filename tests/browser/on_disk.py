"""A Chromium whose profile is on disk, to look at what it writes there."""

import contextlib
import os
import subprocess
import time

from playwright.sync_api import Error
from ports import PATIENCE
from waiting_room import FLAGS, SCREEN


class Profile:
    """A Chromium with a profile on disk, as a screen has it that someone started without --incognito."""

    def __init__(self, browser, chromium, folder, server):
        self.browser, self.chromium, self.folder, self.server = browser, chromium, folder, server
        self.process = self.remote = None

    def open(self, *flags):
        """The page of the browser that is started."""
        port = self.folder / "DevToolsActivePort"
        port.unlink(missing_ok=True)
        flags = (*self.chromium["args"], *FLAGS, *flags, "--headless", "--remote-debugging-port=0")
        self.process = subprocess.Popen(
            [self.chromium["executable_path"], *flags, f"--user-data-dir={self.folder}"],
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        deadline = time.monotonic() + PATIENCE
        while not port.exists() or "\n" not in port.read_text():
            assert time.monotonic() < deadline, "Chromium does not start"
            time.sleep(0.05)
        address = f"http://127.0.0.1:{port.read_text().splitlines()[0]}"
        self.remote = self._connect(address)
        page = self.remote.contexts[0].pages[0]
        page.set_viewport_size(SCREEN["viewport"])
        return page

    def _connect(self, address):
        # Playwright waits for ever when it meets a tab whose first page is not there yet: another connection finds it.
        for _ in range(5):
            with contextlib.suppress(Error):
                return self.browser.browser_type.connect_over_cdp(address, timeout=6000)
        raise AssertionError(f"Chromium runs at {address} and does not let itself be driven")

    def close(self, end):
        if self.process:
            os.killpg(self.process.pid, end)
            self.process.wait(10)
            if self.remote:
                self.remote.close()
        self.process = self.remote = None
