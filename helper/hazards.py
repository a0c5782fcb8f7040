"""The hazard log on paper, for a safety officer: what could harm someone, what is done against it, what is left."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup

from helper import data_dir
from helper.interface import LANGUAGE, interface_for
from helper.model.hazards import Control, Hazard, HazardLog
from helper.site import templates

CONTROL_KINDS = {"design": "Safe by design", "protect": "Protective measure", "inform": "Information for safety"}
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


def safety_page(log: HazardLog, day: datetime.date) -> str:
    """A page of HTML that needs nothing else."""
    interface = interface_for(LANGUAGE)
    css = "".join((data_dir("static") / name).read_text() for name in ("review.css", "safety.css"))
    view = SafetyView(
        lang=LANGUAGE,
        css=Markup(css),
        day=interface.day(day),
        edited=interface.day(log.edited),
        hazards=log.hazards,
        controls={
            number: tuple(
                (name, control) for kind, name in CONTROL_KINDS.items() for control in getattr(hazard.controls, kind)
            )
            for number, hazard in log.hazards.items()
        },
        signed={
            number: f"{hazard.scored.by}, {hazard.scored.role}, {interface.day(hazard.scored.on)}"
            for number, hazard in log.hazards.items()
            if hazard.scored
        },
        tests=len({test for hazard in log.hazards.values() for test in hazard.proofs()}),
    )
    return templates().get_template("safety.html").render(view=view)
