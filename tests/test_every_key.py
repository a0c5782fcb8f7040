"""A key that is added to a step is met by whoever must: translators, reviewers, readers on paper, and the rules."""

import datetime
from dataclasses import replace
from typing import Annotated, Any, get_args, get_origin

import pytest
from real import CONTENT, LOADED
from table import rendered

from helper import data_dir
from helper.catalog import Catalog, Entry
from helper.check import check_path
from helper.check.context import Context
from helper.check.truth import phone_number_in_prose, unsourced_step
from helper.diff import compare
from helper.diff.report import describe
from helper.diff.version import Version
from helper.model.contacts import Contact, Note, Place
from helper.model.content import Content
from helper.model.fields import Model, Text, key
from helper.model.settings import Settings
from helper.model.tree import Check, Choice, More, Say, Step, Tree
from helper.review import review
from helper.site import Site
from helper.translate import texts, translated

DAY = datetime.date(2026, 11, 23)
REPORT = check_path(data_dir("trees") / "crisis.yaml", DAY)
TREE = Tree.model_validate(
    {
        "title": "A flat tire",
        "start": "flat",
        "edited": "2026-11-23",
        "review_by": "2027-05-23",
        "steps": {
            "flat": {
                "title": "Where is the hole?",
                "text": "Look for it.",
                "why": "Air comes out.",
                "ask": "Who helps?",
                "urgency": "routine",
                "contacts": ["211"],
                "also": ["988"],
                "checks": [{"id": "glass", "label": "Glass"}],
                "say": [{"line": "There is glass.", "if": "If there is glass"}],
                "more": [{"title": "Glue", "text": "Let it dry."}],
                "choices": [{"label": "Nobody", "go": "shop"}],
                "sources": ["our-advice"],
            },
            "shop": {"title": "Ask the shop", "outcome": True, "urgency": "routine", "contacts": ["211"]},
            "pump": {"title": "Pump", "outcome": True, "urgency": "routine", "contacts": ["211"]},
        },
    }
)
STEP = TREE.steps["flat"]
OTHERWISE: dict[type[Model], dict[str, object]] = {
    Step: {"title": "Other", "text": "Other", "why": "Other", "ask": "Other", "urgency": "urgent", "outcome": True}
    | {"request": True, "private": True, "contacts": ("911",), "also": (), "checks": (), "say": (), "more": ()}
    | {"sheet": "card", "choices": (), "sources": (), "silence": {"many-choices": "Other"}},
    Check: {"id": "other", "label": "Other", "group": "other"},
    Say: {"line": "Other", "when": {"glass": ("ticked",)}, "if_": "Other"},
    More: {"title": "Other", "text": "Other"},
    Choice: {"label": "Other", "go": "pump", "id": "other", "kind": "unsure", "because": "Other"},
}
"""Of every key another value than that of `STEP`."""
KEYS = [(model, key) for model, keys in OTHERWISE.items() for key in keys]
LISTS = {Check: "checks", Say: "say", More: "more", Choice: "choices"}
NAME = "only a name: whoever asks for it is told by its words"
REVIEWER = "for reviewers, who have their own sheet"
TICKS = "on paper nothing can be ticked: each line stands there with its condition"
NOT_SHOWN = {
    ("review", Choice, "id"): NAME,
    ("review", Check, "id"): NAME,
    ("paper", Choice, "id"): NAME,
    ("paper", Choice, "because"): REVIEWER,
    ("paper", Step, "silence"): REVIEWER,
    ("paper", Step, "request"): "only for helper check: a reader sees it in the words",
    ("paper", Step, "outcome"): "on paper a walk ends where no number comes next",
    ("paper", Step, "private"): "only a kiosk shows less",
    ("paper", Step, "checks"): TICKS,
    ("paper", Check, "id"): TICKS,
    ("paper", Check, "label"): TICKS,
    ("paper", Check, "group"): TICKS,
    ("paper", Say, "when"): "its words stand in if",
}
"""Why a key of a step does not stand on a form. All others do."""


def with_step(step: Step) -> Content:
    tree = TREE.model_copy(update={"steps": TREE.steps | {"flat": step}})
    return CONTENT.model_copy(update={"trees": {"tire": tree}})


def on_form(form: str, step: Step) -> str:
    site = Site(with_step(step), Settings(home="tire"))
    return review(site, "tire", REPORT, DAY) if form == "review" else rendered(site, DAY, "all", "tire")


def other(model: type[Model], key: str) -> Step:
    """`STEP` with another value of the key."""
    change = {key: OTHERWISE[model][key]}
    if model is Step:
        return STEP.model_copy(update=change)
    (part,) = getattr(STEP, LISTS[model])
    return STEP.model_copy(update={LISTS[model]: (part.model_copy(update=change),)})


def test_every_key_of_a_step_is_tried() -> None:
    assert {model: set(keys) for model, keys in OTHERWISE.items()} == {m: set(m.model_fields) for m in OTHERWISE}


def unmarked(annotation: Any) -> bool:
    return annotation is str or get_origin(annotation) is not Annotated and any(map(unmarked, get_args(annotation)))


@pytest.mark.parametrize("model", [*OTHERWISE, Tree, Contact, Place, Note], ids=lambda model: model.__name__)
def test_every_key_with_words_says_what_they_are(model: type[Model]) -> None:
    """A text for readers, one that no language changes, an id or a number."""
    fields = model.model_fields.items()
    assert [name for name, field in fields if not field.metadata and unmarked(field.annotation)] == []


@pytest.mark.parametrize("form", ["review", "paper"])
@pytest.mark.parametrize(("model", "key"), KEYS, ids=[f"{model.__name__}.{key}" for model, key in KEYS])
def test_a_key_stands_on_the_form_or_a_reason_says_why_not(form: str, model: type[Model], key: str) -> None:
    """What the clinician signs, and what a reader takes along."""
    assert (on_form(form, other(model, key)) == on_form(form, STEP)) == ((form, model, key) in NOT_SHOWN)


class LongerStep(Step):
    hint: Text | None = key("What helps.", "Look under the seat.", default=None)
    hints: tuple[Text, ...] = key("What else helps.", ["Look below."], default=())
    audio: str | None = key("A file to hear.", "flat.mp3", default=None)


class LongerChoice(Choice):
    hint: Text | None = key("What helps.", "Look under the seat.", default=None)
    text: Text | None = key("What it means.", "You do it alone.", default=None)


class LongerCheck(Check):
    hint: Text | None = key("What helps.", "Look under the seat.", default=None)


class LongerSay(Say):
    hint: Text | None = key("What helps.", "Look under the seat.", default=None)


class LongerMore(More):
    hint: Text | None = key("What helps.", "Look under the seat.", default=None)


LONGER = LongerStep(
    **dict(STEP)
    | {"choices": [LongerChoice(**dict(STEP.choices[0]))], "checks": [LongerCheck(**dict(STEP.checks[0]))]}
    | {"more": [LongerMore(**dict(STEP.more[0]))]}
).model_copy(update={"say": (LongerSay.model_construct(**dict(STEP.say[0])),)})


def hinted(place: str, words: str = "Feel it.") -> Step:
    """A step with a text under a key that does not exist yet, in itself or in the first of a list."""
    if place == "flat":
        return LONGER.model_copy(update={"hint": words})
    if place == "hints":
        return LONGER.model_copy(update={"hints": (words,)})
    (part,) = getattr(LONGER, place)
    return LONGER.model_copy(update={place: (part.model_copy(update={"hint": words}),)})


PLACES = {
    "flat": "flat hint",
    "hints": "flat hints",
    "choices": "flat choices.hint",
    "checks": "flat checks.hint",
    "say": "flat say.hint",
    "more": "flat more.hint",
}


@pytest.mark.parametrize(("place", "context"), PLACES.items())
def test_a_new_text_is_translated(place: str, context: str) -> None:
    content = with_step(hinted(place))
    loaded = replace(LOADED, content=content, trees={"tire": LOADED.trees["crisis"]})
    assert (context, "Feel it.") in {(one.context, one.text) for one in texts(loaded) if one.domain == "tire"}
    entry = Entry(context, "Feel it.", "Tóquelo.", False, 1)
    step = translated(content, {"tire": Catalog("tire.po", {(context, "Feel it."): entry})}).trees["tire"].steps["flat"]
    assert "Tóquelo." in {text for _, text in step.texts()}


@pytest.mark.parametrize("place", PLACES)
def test_a_new_text_is_told_by_diff(place: str) -> None:
    old, new = (Version("tire", with_step(step).trees["tire"], CONTENT.contacts) for step in (LONGER, hinted(place)))
    assert ("more" if place == "more" else "hint") in describe(compare(old, new, DAY))
    assert compare(new, new, DAY) == []


@pytest.mark.parametrize("place", PLACES)
def test_a_new_text_stands_on_the_sheet_for_reviewers(place: str) -> None:
    assert "Feel it." in on_form("review", hinted(place)) and "Feel it." not in on_form("review", LONGER)


def test_a_new_key_with_the_name_of_another_is_told_and_stands_on_the_sheet() -> None:
    """A block has a text, a choice has none so far."""
    step = LONGER.model_copy(update={"choices": (LONGER.choices[0].model_copy(update={"text": "Feel it."}),)})
    old, new = (Version("tire", with_step(one).trees["tire"], CONTENT.contacts) for one in (LONGER, step))
    assert "Feel it." in on_form("review", step)
    assert 'changed of the choice "Nobody": text' in describe(compare(old, new, DAY))


def test_a_new_key_that_is_no_text_is_not_translated_and_stands_on_the_sheet() -> None:
    step = LONGER.model_copy(update={"audio": "flat.mp3"})
    assert "flat.mp3" not in {text for _, text in step.texts()}
    assert "<b>audio:</b> flat.mp3 <i>(A file to hear.)</i>" in on_form("review", step)


@pytest.mark.parametrize("place", ["flat", "hints", "say", "more"])
def test_a_new_text_needs_a_source_and_spells_no_number(place: str) -> None:
    bare = {"text": None, "why": None, "sources": (), "say": (), "more": ()}
    step = hinted(place, "Call 800-555-0199.")
    step = step.model_copy(update={**bare, place: getattr(step, place)} if place in ("say", "more") else bare)
    content = with_step(step)
    tree = content.trees["tire"].model_copy(update={"urgent": True})
    content = content.model_copy(update={"trees": {"tire": tree}})
    context = Context(replace(LOADED, content=content, trees={"tire": LOADED.trees["crisis"]}))
    assert [found.path for found in unsourced_step(context)] == [("steps", "flat", {"flat": "hint"}.get(place, place))]
    assert [found.word for found in phone_number_in_prose(context)] == ["800-555-0199"]
