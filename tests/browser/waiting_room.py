"""What people do at the screen of a waiting room, and what they see."""

import datetime
import logging
import threading
import time

from guide import CONTENT, START, label, title
from playwright.sync_api import expect
from ports import PATIENCE
from real import LOADED
from walking import choice, option, unfold_topic, wait_until_read
from werkzeug.serving import make_server

from helper.model.settings import Settings
from helper.server.app import GuideApp
from helper.site import Site

logging.getLogger("werkzeug").setLevel(logging.CRITICAL)

LAUNCH = datetime.date(2026, 11, 23)
"""A day on which every line of the guide is offered."""
SCREEN = {"viewport": {"width": 1080, "height": 1920}, "has_touch": True}
BEGIN = "/kiosk/"
FLAGS = (
    "--noerrdialogs",
    "--no-first-run",
    "--disable-session-crashed-bubble",
    "--disable-features=Translate",
    "--disable-pinch",
    "--overscroll-history-navigation=0",
)
"""How Chromium is started there, but for --kiosk and --incognito: without these more of a person could be left."""
TURN = """() => new Promise((done) => {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = done;
  port2.postMessage(0);
})"""
"""Waits until the scripts of the page had a turn, by no clock."""
LEFT = """() => {
  const html = document.documentElement;
  return {
    address: location.href,
    title: document.title,
    page: [...html.attributes].map((one) => `${one.name}=${one.value}`).sort().join(" ") + document.body.outerHTML,
    zoom: visualViewport.scale,
    scroll: [scrollX, scrollY],
    state: history.state,
    selected: String(getSelection()),
    dialogs: [...document.querySelectorAll("dialog[open]")].map((one) => one.id),
  };
}"""
"""Everything that the next person could see of the one before."""


class Host:
    """A server of the guide that can be killed, come back, be slow, or serve something else."""

    def __init__(self, app):
        self.app, self.delay, self.broken, self.port = app, 0, (), 0
        self.server = None
        self.start()
        self.address = f"http://127.0.0.1:{self.port}"

    def start(self):
        self.server = make_server("127.0.0.1", self.port, self.answer, threaded=True)
        self.port = self.server.server_port
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def kill(self):
        if self.server:
            self.server.shutdown()
            self.server.server_close()
        self.server = None

    def answer(self, environ, start_response):
        time.sleep(self.delay)
        if any(part in environ["PATH_INFO"] for part in self.broken):
            start_response("500 Internal Server Error", [("Content-Type", "text/html")])
            return [b"<h1>Broken</h1>"]
        return self.app(environ, start_response)


def site(content=CONTENT, **settings):
    return Site(content, Settings(**settings), LOADED.catalogs)


def app(content=CONTENT, **settings):
    return GuideApp(site(content, **settings))


def titled(words):
    """The content with other words for the title of the first question."""
    tree = CONTENT.trees["crisis"]
    steps = {**tree.steps, tree.start: tree.steps[tree.start].model_copy(update={"title": words})}
    return CONTENT.model_copy(update={"trees": {**CONTENT.trees, "crisis": tree.model_copy(update={"steps": steps})}})


def open_screen(page, server=""):
    """Opens the start screen and waits until all guides are in memory."""
    there = []
    page.on("requestfinished", lambda request: there.append(request.url))
    page.goto(f"{server}{BEGIN}")
    assert_start(page)
    count = page.evaluate("document.body.dataset.bundles.split(' ').length")
    deadline = time.monotonic() + PATIENCE
    while sum(url.endswith("/bundle.json") for url in there) < count:
        assert time.monotonic() < deadline, "the guides do not come into memory"
        page.wait_for_timeout(20)
    page.wait_for_timeout(50)
    for _ in range(3):
        page.evaluate(TURN)  # each comes after what the script still has to do with the last guide


def stop_clock(page):
    """From here on time goes by on the screen only where a test lets it, however slow the machine is."""
    page.clock.pause_at(page.evaluate("Date.now()") / 1000 + 1)
    page.stopped = True


def assert_start(page):
    expect(page.locator("body.start")).to_be_visible()
    expect(page.locator(".step")).to_have_count(0)


def assert_step(page, step):
    """The step is shown, from memory: the address is that of the start screen."""
    expect(page.locator("#step .step")).to_have_attribute("data-step", step)  # two steps can have one title
    expect(page).to_have_title(title(step))
    expect(page.locator("h1")).to_have_text(title(step))
    assert page.evaluate("location.pathname") == BEGIN


def tap(page, locator):
    """Taps as a finger does: not twice in a moment."""
    wait_until_read(page)
    locator.click()


def begin(page):
    tap(page, page.locator("a.language[lang=en]"))
    assert_step(page, START)


def take(page, *steps):
    """Takes the choices that lead to these steps, from the first question."""
    at = START
    for step in steps:
        tap(page, choice(page, label(at, step)))
        assert_step(page, step)
        at = step


def do(page, name):
    tap(page, page.locator(f".dock [data-do={name}]"))


def pick(page, name):
    """Chooses an option of a topic, "topic/option"."""
    label = option(page, name)
    unfold_topic(label)
    page.wait_for_timeout(20)  # that a fold was opened is told a moment later
    wait_until_read(page)
    label.click()
    expect(chosen(page, name)).to_have_count(1)
    page.wait_for_timeout(20)


def chosen(page, name):
    topic, id = name.split("/")
    return page.locator(f'[data-topic="{topic}"] [data-option="{id}"][open]')


def left(page):
    return page.evaluate(LEFT)
