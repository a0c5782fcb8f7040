"""How a crisis team comes to where the reader is, in words."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass

from helper.interface import Interface
from helper.model.contacts import Team
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


def where(site: Site, tree_id: str, step_id: str) -> WhereView | None:
    """The question where the reader is, or the answer. None on a step that does not ask, or with no place to tell."""
    if not site.content.trees[tree_id].steps[step_id].where or not site.content.places:
        return None
    place = site.shown.places[site.place].name if site.place else None
    href = site.edition(site.language).url(tree_id, step_id, "where") if site.mode != KIOSK else None
    return WhereView(place, href) if place or href else None


def local(site: Site, tree_id: str, step_id: str, day: datetime.date) -> tuple[LocalView, ...]:
    """What a step says of the place: how a team comes there, where it asks for that, and its notes."""
    step = site.shown.trees[tree_id].steps[step_id]
    answers = answers_of(site, site.place, day) if step.where and site.place else ()
    said = (LocalView(note.text, note.expires) for note in notes(site.shown, site.place, step.contacts, day))
    return (*answers, *said)


def answers_of(site: Site, place_id: str, day: datetime.date) -> Iterator[LocalView]:
    """How a team comes in a place on `day`: a sentence for each age."""
    for team in teams(site.content.places, place_id, day):
        names = [site.edition(site.language, place_id).shown.contacts[name].name for name in team.lines]
        # Without a number of its own it leads to 988, which never expires.
        yield LocalView(sentence(site.words, team, names), team.expires if team.way == "line" else None)


def sentence(words: Interface, team: Team, lines: list[str]) -> str:
    """How a team comes, in at most 25 words: for whom, whom to call, and what to say."""
    _ = words.gettext
    names, team_name = words.gettext(" or ").join(lines), team.ask_for or _("mobile team")
    match team.way, team.certain:
        case "988", True:
            way = _(
                "988 can send a team. Call 988. Say where you are. Then say: “Please send the %(team)s.”",
                team=team_name,
            )
        case "988", False:
            way = _("988 may send a team. Call 988. Say where you are. Ask for the %(team)s.", team=team_name)
        case "line", True:
            way = _(
                "%(line)s can send a team. Say: “Please send the %(team)s.” No answer? Call 988.",
                line=names,
                team=team_name,
            )
        case "line", False:
            way = _("%(line)s may send a team. Ask for the %(team)s. No answer? Call 988.", line=names, team=team_name)
        case "list", _:
            way = _(
                "Counties have teams of their own. Call 988. Say where you are. Ask for the %(team)s there.",
                team=team_name,
            )
        case "some", _:
            way = _("Parts of it have a team. Call 988. Say where you are. Ask if one can come to you.")
        case "none", _:
            way = _("We know of no team here. Call 988. They can tell you who can come.")
        case _:
            way = _("We do not know if a team can come here. Call 988 and ask.")
    police = {
        "without": _("It comes without police if no one is in danger."),
        "may come": _("Police may come too. You can ask."),
    }
    return " ".join(part for part in (_ages(words, team), way, police.get(team.police or "")) if part)


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
