"""The hazard log on paper, for a safety officer: what could harm someone, what is done against it, what is left."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup

from helper import data_dir
from helper.interface import LANGUAGE, interface_for
from helper.model.hazards import Control, Hazard, HazardLog
from helper.site import templates

KINDS = {"design": "Safe by design", "protect": "Protective measure", "inform": "Information for safety"}
"""The kinds of control, in the order of ISO 14971."""


@dataclass(frozen=True)
class SafetyView:
    """What `safety.html` shows."""

    lang: str
    css: Markup
    day: str
    edited: str
    hazards: Mapping[str, Hazard]
    controls: Mapping[str, tuple[tuple[str, Control], ...]]
    """The controls of each hazard with the words for their kind."""
    signed: Mapping[str, str]
    """For each hazard with scores, who gave them."""
    tests: int


def page(log: HazardLog, day: datetime.date) -> str:
    """A page of HTML that needs nothing else."""
    told = interface_for(LANGUAGE)
    css = "".join((data_dir("static") / name).read_text() for name in ("review.css", "safety.css"))
    view = SafetyView(
        lang=LANGUAGE,
        css=Markup(css),
        day=told.day(day),
        edited=told.day(log.edited),
        hazards=log.hazards,
        controls={
            number: tuple((name, control) for kind, name in KINDS.items() for control in getattr(hazard.controls, kind))
            for number, hazard in log.hazards.items()
        },
        signed={
            number: f"{hazard.scored.by}, {hazard.scored.role}, {told.day(hazard.scored.on)}"
            for number, hazard in log.hazards.items()
            if hazard.scored
        },
        tests=len({test for hazard in log.hazards.values() for test in hazard.proofs()}),
    )
    return templates().get_template("safety.html").render(view=view)
