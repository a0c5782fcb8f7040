"""The hazard log: what could harm someone, and what is done against it."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    BeforeValidator,
    WithJsonSchema,
    model_validator,
)
from pydantic_core import PydanticCustomError

from helper.model.fields import SHORT_TEXT, TEST, Day, Model, Text, hazard_id, key, not_empty, test_id
from helper.model.tree import Review

UNSCORED = "to be confirmed"
Score = Annotated[Literal["to be confirmed", "1", "2", "3", "4", "5"],
                  WithJsonSchema({"enum": [UNSCORED, 1, 2, 3, 4, 5]})]  # fmt: skip
HazardId = Annotated[str, BeforeValidator(hazard_id), WithJsonSchema({"type": "string", "pattern": "^H[0-9]{2}$"})]
Test = Annotated[
    str, BeforeValidator(test_id), WithJsonSchema(SHORT_TEXT | {"pattern": f"^{TEST.pattern}$"})
]  # fmt: skip


class Control(Model):
    """What is done against a hazard, and the tests that fail when it is not."""

    text: Text = key("What is done.", "The first question is whether anyone is in danger.")
    proof: Annotated[tuple[Test, ...], BeforeValidator(not_empty)] = key(
        "Tests that prove it. A name without [ ] stands for all cases of the test, and each must pass.",
        ["tests/test_trees.py::test_the_first_question_is_danger"],
    )


class Controls(Model):
    """The controls of a hazard in the order of ISO 14971: from what takes it away to what only tells of it."""

    design: tuple[Control, ...] = key(
        "Safe by design: the hazard can’t come up, or can’t do harm.",
        [{"text": "A number stands in one file.", "proof": ["tests/test_a.py::test_b"]}],
        default=(),
    )
    protect: tuple[Control, ...] = key(
        "A protective measure: something catches it.",
        [{"text": "An alert shows 911.", "proof": ["tests/test_a.py::test_b"]}],
        default=(),
    )
    inform: tuple[Control, ...] = key(
        "Information for safety: the reader or the clinic is told.",
        [{"text": "The page says so.", "proof": ["tests/test_a.py::test_b"]}],
        default=(),
    )


def _more_than_words(value: Controls) -> Controls:
    if not (value.design or value.protect):
        raise PydanticCustomError("words", 'only inform: a hazard needs a control under "design" or "protect"')
    return value


class Hazard(Model):
    """One way in which the guide could harm someone."""

    hazard: Text = key("What could be wrong.", "A number that is shown is out of date.")
    causes: Annotated[tuple[Text, ...], BeforeValidator(not_empty)] = key("How it comes up.", ["A line has closed."])
    effect: Text = key("What it could do to a person.", "The reader reaches nobody, and help comes late.")
    severity: Score = key("How bad that would be, once a clinician has said so.", UNSCORED, "4")
    likelihood: Score = key("How likely it is with the controls, once a clinician has said so.", UNSCORED, "2")
    scored: Review | None = key(
        "The clinician who gave both scores.",
        {"by": "A. Example", "role": "psychiatrist", "on": "2026-11-23"},
        default=None,
    )
    controls: Annotated[Controls, AfterValidator(_more_than_words)] = key(
        "What is done against it.",
        {"design": [{"text": "A number stands in one file.", "proof": ["tests/test_a.py::test_b"]}]},
    )
    remains: Annotated[tuple[Text, ...], BeforeValidator(not_empty)] = key(
        "What no control here takes away: what the clinic must look after.", ["Nobody has called the numbers."]
    )

    @model_validator(mode="after")
    def _signed(self) -> "Hazard":
        # A score is a clinician's word. Nobody else may write one, and one alone says nothing.
        unscored = [score == UNSCORED for score in (self.severity, self.likelihood)]
        if unscored != [self.scored is None] * 2:
            message = f'needs both scores and who gave them under "scored", or "{UNSCORED}" twice'
            raise PydanticCustomError("signed", "{why}", {"why": message})
        return self

    def proofs(self) -> Iterator[str]:
        """The tests that its controls name."""
        for control in (*self.controls.design, *self.controls.protect, *self.controls.inform):
            yield from control.proof


class HazardLog(Model):
    """All hazards that are known, in safety/hazards.yaml."""

    edited: Day = key("The last day on which someone changed this file.", "2026-11-23")
    hazards: Mapping[HazardId, Hazard] = key(
        "The hazards under their numbers, which are for ever.",
        {"H01": {"hazard": "A number is out of date.", "causes": ["A line closed."], "effect": "Help comes late.",
                 "severity": UNSCORED, "likelihood": UNSCORED, "remains": ["Nobody has called it."],
                 "controls": {"design": [{"text": "One file.", "proof": ["tests/test_a.py::test_b"]}]}}},
    )  # fmt: skip
