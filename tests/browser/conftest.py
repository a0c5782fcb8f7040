"""A real Chromium for each worker, and pages that are watched for everything that a page must never do."""

import shutil
import signal
from urllib.parse import urlsplit

import pytest
from devices import PHONE
from on_disk import Profile
from playwright.sync_api import expect, sync_playwright
from ports import PATIENCE
from real import CONTENT
from waiting_room import LAUNCH, Host

from helper.model.settings import Settings
from helper.server.app import GuideApp
from helper.site import Site

NAMES = ("chromium", "chromium-browser", "google-chrome")
SHELL = "chromium-headless-shell"
"""The same engine without what stands around a page. It opens a page in two thirds of the time."""
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # The panels of an address bar that nobody sees: two more processes for each page. These take the place of
    # Playwright's own list, so that what it turns off for quiet is named again.
    "--disable-features=WebUIOmniboxPopup,WebUIOmniboxAimPopup,AimEnabled,HttpsUpgrades,HttpsFirstBalancedModeAutoEnable,"
    "LensOverlay,MediaRouter,OptimizationHints,PreconnectToSearch,Translate",
)
MISSING = """
**********************************************************************
No Chromium was found, so NOTHING was proved about what readers see.
Run `make test`: it installs Chromium (apt-get install chromium).
**********************************************************************"""
REPORT_VIOLATIONS = """
document.addEventListener("securitypolicyviolation", (event) => {
  console.error(`policy violated: ${event.violatedDirective} by ${event.blockedURI} at ${event.sourceFile}`);
});
"""
expect.set_options(timeout=PATIENCE * 1000)
NETWORK = ("Failed to load resource", "htmx: htmx:error")
"""How the console reports a request that a test made to fail."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    for item in items:
        if "browser" in item.path.parts:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def chromium():
    """How the whole Chromium is started, as people have it."""
    path = next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        pytest.fail(MISSING, pytrace=False)
    return {"executable_path": path, "args": FLAGS}


@pytest.fixture(scope="session")
def start_browser(request, chromium):
    """Starts a Chromium, with more flags where a test needs them. The exported site meets the whole one."""
    path = None if request.config.getoption("--export") else shutil.which(SHELL)
    how = {"executable_path": path} if path else {}
    with sync_playwright() as playwright:
        yield lambda *flags: playwright.chromium.launch(**{**chromium, **how, "args": [*FLAGS, *flags]})


@pytest.fixture(scope="session")
def browser(start_browser):
    found = start_browser()
    yield found
    found.close()


class Watch:
    """Notes what must never happen: an error of a script, a violated policy, a request to another origin."""

    def __init__(self, context, origin):
        self.seen = []
        self.origin = origin
        self.allowed = {origin}
        self.faults = False
        """Whether the test makes requests fail."""
        context.add_init_script(REPORT_VIOLATIONS)
        context.on("weberror", lambda error: self.seen.append(f"error: {error.error}"))
        context.on("console", self.read)
        context.on("request", self.follow)

    def read(self, message):
        if message.type == "error" and not (self.faults and message.text.startswith(NETWORK)):
            self.seen.append(f"console: {message.text}")

    def follow(self, request):
        parts = urlsplit(request.url)
        if parts.scheme in ("http", "https") and f"{parts.scheme}://{parts.netloc}" not in self.allowed:
            self.seen.append(f"request to another origin: {request.url}")


def new_page(browser, server, device, options):
    # A request that a service worker makes can't be made to fail here: only its own tests let it in.
    options = {"base_url": server, "service_workers": "block", **device, **options}
    context = browser.new_context(**options)
    context.set_default_timeout(PATIENCE * 1000)
    page = context.new_page()
    page.watch = Watch(context, options["base_url"])
    return page


@pytest.fixture
def open_page(browser, server):
    """Makes pages of a device. At the end, none may have done what a page must never do."""
    pages = []

    def make(device, **options):
        pages.append(new_page(browser, server, device, options))
        return pages[-1]

    yield make
    seen = [line for page in pages for line in page.watch.seen]
    for page in pages:
        # A request that a page still has under way is no fault of the next test.
        page.unroute_all(behavior="ignoreErrors")
        page.context.close()
    assert seen == []


@pytest.fixture(scope="module")
def launched():
    """The address of the guide as on the day of its launch, for tests whose page lives on that day too."""
    host = Host(GuideApp(Site(CONTENT, Settings()), today=lambda: LAUNCH))
    yield host.address
    host.kill()


@pytest.fixture(scope="session")
def pages_kept():
    pages = {}
    yield pages
    for page in pages.values():
        page.context.close()


@pytest.fixture
def kept_page(browser, server, pages_kept):
    """Gives the page of a device that tests share which open an address and only look: a new page takes as long as
    such a test. At the end, none may have done what a page must never do."""
    used = []

    def give(device, **options):
        key = repr((server, device, options))
        if key not in pages_kept:
            pages_kept[key] = new_page(browser, server, device, options)
        used.append(pages_kept[key])
        return used[-1]

    yield give
    seen = [line for page in used for line in page.watch.seen]
    for page in used:
        page.unroute_all()
        page.emulate_media(color_scheme="light", reduced_motion="no-preference")
        page.watch.seen.clear()
        page.watch.faults = False
    assert seen == []


@pytest.fixture
def page(open_page):
    """A page on a phone."""
    return open_page(PHONE)


@pytest.fixture
def profile(browser, chromium, tmp_path, server):
    profile = Profile(browser, chromium, tmp_path / "profile", server)
    yield profile
    profile.close(signal.SIGKILL)
