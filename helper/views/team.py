"""How a crisis team comes to where the reader is, in words."""

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from helper.interface import Interface
from helper.model.contacts import Place, Team
from helper.model.tree import Step
from helper.places import notes, teams
from helper.site import KIOSK, Site


@dataclass(frozen=True)
class LocalView:
    """What is so in a place: a sentence, and its last day where it has one."""

    text: str
    expires: datetime.date | None = None


@dataclass(frozen=True)
class WhereView:
    """Where the reader is, on a step that speaks of a crisis team."""

    place: str | None
    href: str | None
    """The page to choose it on. Kiosks have none: they stand in one place."""
    stay: bool
    """Whether the reader is on a call to 911, which nothing of a place may end."""


def where(site: Site, tree_id: str, step_id: str) -> WhereView | None:
    """The question where the reader is, or the answer. None on a step that does not ask, or with no place to tell."""
    step, places = site.content.trees[tree_id].steps[step_id], site.content.places
    if not step.where or not places:
        return None
    place = whole_name(places, site.place) if site.place else None
    href = site.edition(site.language).url(tree_id, step_id, "where") if site.mode != KIOSK else None
    return WhereView(place, href, stay=step.urgency == "emergency") if place or href else None


def whole_name(places: Mapping[str, Place], place_id: str) -> str:
    """The name of a place, with that of its state: many states have a county of the same name."""
    place = places[place_id]
    outer = [places[parent].name for parent in place.parents if parent in places and place.kind in ("county", "city")]
    return ", ".join((place.name, *outer[:1]))


def local(site: Site, tree_id: str, step_id: str, day: datetime.date) -> tuple[LocalView, ...]:
    """What a step says of the place: how a team comes there, where it asks for that, and its notes."""
    step = site.shown.trees[tree_id].steps[step_id]
    answers = answers_of(site, site.place, day) if step.where and site.place else ()
    said = (LocalView(note.text, note.expires) for note in notes(site.shown, site.place, step, day))
    return (*answers, *said)


def team_sources(site: Site, step: Step, day: datetime.date) -> tuple[str, ...]:
    """Where it stands how a team comes to the place, for a step that says so."""
    found = teams(site.content.places, site.place, day) if step.where and site.place else ()
    return tuple(dict.fromkeys(team.source for team in found if team.source not in step.sources))


def answers_of(site: Site, place_id: str, day: datetime.date) -> Iterator[LocalView]:
    """How a team comes in a place on `day`: a sentence for each age."""
    for team in teams(site.content.places, place_id, day):
        names = [site.edition(site.language, place_id).shown.contacts[name].name for name in team.lines]
        # Without a number of its own it leads to 988, which never expires.
        yield LocalView(sentence(site.words, team, names), team.expires if team.way == "line" else None)


def sentence(words: Interface, team: Team, lines: list[str]) -> str:
    """How a team comes: for whom, who sends it, whether police come, and what to do."""
    _ = words.gettext
    sender = lines[0] if len(lines) == 1 else _("One of the lines here")
    wanted = _("the %(team)s", team=team.ask_for) if team.ask_for else _("a mobile team")
    call = _("Call 988. Say where you are. Ask for %(team)s.", team=wanted)
    match team.way, team.certain:
        case "988", True:
            who, how = (
                _("988 can send a team."),
                _("Call 988. Say where you are. Say: “Please send %(team)s.”", team=wanted),
            )
        case "988", False:
            who, how = _("988 may send a team."), call
        case "line", True:
            who = _("%(line)s can send a team.", line=sender)
            how = _("Tell them: “Please send %(team)s.” No answer? Call 988.", team=wanted)
        case "line", False:
            who = _("%(line)s may send a team.", line=sender)
            how = _("Ask them for %(team)s. No answer? Call 988.", team=wanted)
        case "list", True:
            who, how = _("Counties or regions have teams of their own."), call
        case "list", False:
            who, how = _("Counties may have teams of their own."), call
        case "some", True:
            who, how = _("Parts of it have a team."), _("Call 988. Say where you are. Ask if one can come to you.")
        case "some", False:
            who, how = _("Parts of it may have a team."), _("Call 988. Say where you are. Ask if one can come to you.")
        case "none", _:
            who, how = _("We know of no team here."), _("Call 988. They can tell you who can come.")
        case _:
            who, how = _("We do not know if a team can come here."), _("Call 988 and ask.")
    police = {
        "without": _("It comes without police if no one is in danger."),
        "may come": _("Police may come too. You can ask."),
    }
    return " ".join(part for part in (_ages(words, team), who, police.get(team.police or ""), how) if part)


def _ages(words: Interface, team: Team) -> str:
    _ = words.gettext
    match team.min_age, team.max_age:
        case None, None:
            return ""
        case None, oldest:
            return _("Up to age %(age)s:", age=oldest)
        case youngest, None:
            return _("Age %(age)s and over:", age=youngest)
        case youngest, oldest:
            return _("Age %(youngest)s to %(oldest)s:", youngest=youngest, oldest=oldest)
