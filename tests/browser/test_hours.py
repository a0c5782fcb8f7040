"""A line that closes says whether it is open, at every minute of a week, by the clocks of its own time zone."""

from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import pytest
from conftest import CHECKOUT
from devices import PHONE
from matrix import some

from helper.model.fields import ZONES

WEEK = 7 * 24 * 60
"""Minutes."""
WEEKS = {  # each begins on a Wednesday, in UTC
    "clocks go back": datetime(2026, 10, 28, tzinfo=UTC),
    "clocks go forward": datetime(2027, 3, 10, tzinfo=UTC),
    "no change": datetime(2027, 7, 7, tzinfo=UTC),
}
KINDS = [
    (days, *times)
    for days in ("Mon-Fri", "Mon-Sun")
    for times in [
        ("10:00", "18:00"), ("17:00", "02:00"), ("17:00", "00:00"), ("17:00", "24:00"), ("00:00", "08:30"),
        ("23:59", "00:01"), ("08:00", "07:59"), ("01:30", "02:30"), ("00:00", "24:00"),
    ]
    if (days, *times) != ("Mon-Sun", "00:00", "24:00")
]  # fmt: skip
LINES = {
    "every zone, and every kind of hours": sorted(
        {(*kind, "America/Chicago") for kind in KINDS} | {("Mon-Fri", "17:00", "02:00", zone) for zone in ZONES}
    ),
    "every kind in each zone of the states": [(*kind, zone) for kind in KINDS for zone in ZONES[:8]],
}
TURNS = """([lines, begin, minutes]) => {
  const Format = Intl.DateTimeFormat, made = {};
  let now;
  Intl.DateTimeFormat = function (language, options) {
    const zone = made[options.timeZone] ??= { format: new Format(language, options) };
    if (zone.at !== now) Object.assign(zone, { at: now, parts: zone.format.formatToParts(now) });
    return { formatToParts: () => zone.parts };
  };
  const step = document.getElementById("step");
  step.replaceChildren(...lines.map(([days, open, close, zone]) => {
    const line = document.createElement("p");
    line.innerHTML = "<span class=hours></span><b class=now data-open=open data-closed=closed></b>";
    Object.assign(line.firstChild.dataset, { days, open, close, zone });
    return line;
  }));
  const turns = lines.map(() => []), last = lines.map(() => false);
  for (let minute = 0; minute < minutes; minute += 1) {
    now = begin + minute * 60000;
    document.dispatchEvent(new Event("visibilitychange"));
    [...step.children].forEach((line, n) => {
      const said = line.lastChild.textContent;
      if (!["open", "closed"].includes(said)) throw new Error(lines[n]);
      if (last[n] !== (said === "open")) turns[n].push(minute);
      last[n] = said === "open";
    });
  }
  return turns;
}"""
"""The minutes at which each line opens or closes, as the page shows it: the clock is set to each minute in turn."""


def open_minutes(days, opens, closes):
    """The minutes of a week, from Monday 00:00, at which a line is open: from the opening of each of its days on."""
    first, end = (60 * int(time[:2]) + int(time[3:]) for time in (opens, closes))
    found = set()
    for day in range(5 if days == "Mon-Fri" else 7):
        last = end if end > first else end + 1440
        found |= {(1440 * day + minute) % WEEK for minute in range(first, last)}
    return found


@cache
def walls(zone, begin):
    """The minute of its week that a clock on a wall of the zone shows, for each minute from `begin`."""
    found = [(begin + timedelta(minutes=minute)).astimezone(ZoneInfo(zone)) for minute in range(WEEK)]
    return [1440 * wall.weekday() + 60 * wall.hour + wall.minute for wall in found]


def turns(line, begin):
    """The same minutes, counted by the clock on a wall."""
    *hours, zone = line
    is_open = open_minutes(*hours)
    states = [False, *(wall in is_open for wall in walls(zone, begin))]
    return [minute for minute in range(WEEK) if states[minute] != states[minute + 1]]


@pytest.mark.parametrize("lines", some(LINES))
@pytest.mark.parametrize("week", some(WEEKS))
def test_a_line_is_open_at_every_minute_at_which_its_hours_say_so(open_page, week, lines):
    page = open_page(PHONE)
    page.set_content("<main id=step></main>")  # without what else on a page follows each change of its words
    page.add_script_tag(path=CHECKOUT / "static/step.js")
    begin = WEEKS[week]
    shown = page.evaluate(TURNS, [LINES[lines], begin.timestamp() * 1000, WEEK])
    wrong = [(line, found) for line, found in zip(LINES[lines], shown, strict=True) if found != turns(line, begin)]
    assert wrong == []


def test_a_page_that_stays_open_says_when_the_line_closes(page):
    page.clock.install(time=datetime.fromisoformat("2026-11-23T21:59:00-05:00"))
    page.goto("/en/crisis/plan/")
    line = page.locator(".contact", has=page.locator(".hours[data-open]"))
    assert line.locator(".now").inner_text() == "Open now."
    page.clock.fast_forward(75_000)
    assert line.locator(".now").inner_text() == "Closed now."
