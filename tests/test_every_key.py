"""A key that is added to a step or a topic is met by whoever must: translators, reviewers, readers on paper, rules."""

import datetime
from dataclasses import replace
from typing import Annotated, Any, get_args, get_origin

import pytest
from pydantic import create_model
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
from helper.loading.folder import Loaded
from helper.model.contacts import Contact, Note, Place
from helper.model.content import Content
from helper.model.fields import Model, Text, key
from helper.model.settings import Settings
from helper.model.tree import Choice, Line, More, Option, Step, Topic, Tree, Variant
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
                "phone": "dial",
                "first": [{"line": "It is flat.", "instead": [{"when": {"rain": "wet"}, "line": "It is wet."}]}],
                "picked": ["glass"],
                "do": ["Hold it."],
                "show": "Lay it down.",
                "asked": ["glass"],
                "say": ["I need glue."],
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
TOPICS = {
    "glass": Topic.model_validate(
        {
            "ask": "Glass?",
            "options": [{"id": "seen", "tap": "I see it", "line": "There is glass."}],
            "lines": ["The road is (name)."],
        }
    ),
    "rain": Topic(ask="Rain?", options=(Option(id="wet", tap="It rains"),)),
}
GLASS = TOPICS["glass"]
OTHERWISE: dict[type[Model], dict[str, object]] = {
    Step: {"title": "Other", "text": "Other", "why": "Other", "ask": "Other", "urgency": "urgent", "outcome": True}
    | {"request": True, "private": True, "contacts": ("911",), "also": (), "say": (), "more": ()}
    | {"phone": "talk", "first": (), "picked": ("rain",), "do": (), "show": "Other", "asked": ("rain", "glass")}
    | {"where": True, "sheet": "card", "choices": (), "sources": (), "silence": {"many-choices": "Other"}},
    Line: {"line": "Other", "instead": ()},
    Variant: {"when": {"flat": ("other",)}, "line": "Other"},
    Topic: {"ask": "Other", "choose": "any", "options": (), "lines": ()},
    Option: {"id": "other", "tap": "Other", "line": "Other", "instead": (Variant(when={}, line="Other"),)},
    More: {"title": "Other", "text": "Other"},
    Choice: {"label": "Other", "go": "pump", "id": "other", "kind": "unsure", "because": "Other"}
    | {"sets": {"glass": "seen"}},
}
"""Of every key another value than that of `STEP`."""
KEYS = [(model, key) for model, keys in OTHERWISE.items() for key in keys]
NAME = "only a name: whoever asks for it is told by its words"
REVIEWER = "for reviewers, who have their own sheet"
CHOSEN = "on paper nothing is chosen: each option and each variant stands there with its condition"
PHONE = "the phone of a reader does not change what stands on paper"
NOT_SHOWN = {
    ("review", Choice, "id"): NAME,
    ("review", Option, "id"): NAME,
    ("paper", Choice, "id"): NAME,
    ("paper", Option, "id"): NAME,
    ("paper", Choice, "because"): REVIEWER,
    ("paper", Step, "silence"): REVIEWER,
    ("paper", Step, "request"): "only for helper check: a reader sees it in the words",
    ("paper", Step, "outcome"): "on paper a walk ends where no number comes next",
    ("paper", Step, "private"): "only a kiosk shows less",
    ("paper", Step, "where"): "only where a place was chosen, and then its answer stands there",
    ("paper", Step, "picked"): CHOSEN,
    ("paper", Choice, "sets"): CHOSEN,
    ("paper", Topic, "choose"): CHOSEN,
    ("paper", Step, "phone"): PHONE,
    ("paper", Step, "show"): PHONE,
}
"""Why a key does not stand on a form. All others do."""


def guide(step: Step = STEP, topic: Topic = GLASS) -> Content:
    """The guide with another step or another topic."""
    tree = TREE.model_copy(update={"steps": {**TREE.steps, "flat": step}})
    return CONTENT.model_copy(update={"trees": {"tire": tree}, "topics": {**TOPICS, "glass": topic}})


def with_part(part: Model) -> Content:
    """The guide with another step, another topic, or another of what stands first in their lists."""
    match part:
        case Step():
            return guide(part)
        case Topic():
            return guide(topic=part)
        case Option():
            return guide(topic=GLASS.model_copy(update={"options": (part,)}))
        case Variant():
            return with_part(STEP.first[0].model_copy(update={"instead": (part,)}))
    (name,) = (
        name for model, name in {Line: "first", More: "more", Choice: "choices"}.items() if isinstance(part, model)
    )
    return guide(STEP.model_copy(update={name: (part,)}))


PARTS: dict[type[Model], Model] = {
    Step: STEP,
    Line: STEP.first[0],
    Variant: STEP.first[0].instead[0],
    Topic: GLASS,
    Option: GLASS.options[0],
    More: STEP.more[0],
    Choice: STEP.choices[0],
}


def version(content: Content) -> Version:
    return Version("tire", content.trees["tire"], content.contacts, content.topics)


def loaded(content: Content) -> Loaded:
    return replace(LOADED, content=content, trees={"tire": LOADED.trees["crisis"]})


def on_form(form: str, content: Content) -> str:
    site = Site(content, Settings(home="tire"))
    return review(site, "tire", REPORT, DAY) if form == "review" else rendered(site, DAY, "all", "tire")


def other(model: type[Model], key: str) -> Content:
    """The guide with another value of the key."""
    return with_part(PARTS[model].model_copy(update={key: OTHERWISE[model][key]}))


def test_every_key_of_a_step_is_tried() -> None:
    assert {model: set(keys) for model, keys in OTHERWISE.items()} == {m: set(m.model_fields) for m in OTHERWISE}


def unmarked(annotation: Any) -> bool:
    return annotation is str or get_origin(annotation) is not Annotated and any(map(unmarked, get_args(annotation)))


@pytest.mark.parametrize("model", [*OTHERWISE, Tree, Contact, Place, Note], ids=lambda model: model.__name__)
def test_every_key_with_words_says_what_they_are(model: type[Model]) -> None:
    """A text for readers, one that no language changes, an id or a number."""
    fields = model.model_fields.items()
    assert [name for name, field in fields if not field.metadata and unmarked(field.annotation)] == []


@pytest.mark.proof
@pytest.mark.parametrize("form", ["review", "paper"])
@pytest.mark.parametrize(("model", "key"), KEYS, ids=[f"{model.__name__}.{key}" for model, key in KEYS])
def test_a_key_stands_on_the_form_or_a_reason_says_why_not(form: str, model: type[Model], key: str) -> None:
    """What the clinician signs, and what a reader takes along."""
    assert (on_form(form, other(model, key)) == on_form(form, guide())) == ((form, model, key) in NOT_SHOWN)


def longer(model: type[Model], **values: object) -> Content:
    """The guide in which one part has keys that do not exist yet."""
    made = create_model(
        f"Longer{model.__name__}",
        __base__=model,
        hint=(Text | None, key("What helps.", "Look under the seat.", default=None)),
        hints=(tuple[Text, ...], key("What else helps.", ["Look below."], default=())),
        audio=(str | None, key("A file to hear.", "flat.mp3", default=None)),
    )
    return with_part(made.model_construct(**{**dict(PARTS[model]), **values}))


CONTEXTS = {
    Step: ("tire", "flat hint"),
    Choice: ("tire", "flat choices.hint"),
    Line: ("tire", "flat first.hint"),
    Variant: ("tire", "flat first.instead.hint"),
    More: ("tire", "flat more.hint"),
    Topic: ("topics", "glass hint"),
    Option: ("topics", "glass seen hint"),
}
EACH = pytest.mark.parametrize("model", CONTEXTS, ids=lambda model: model.__name__)


@EACH
@pytest.mark.parametrize(("name", "value"), [("hint", "Feel it."), ("hints", ("Feel it.",))])
def test_a_new_text_is_translated(model: type[Model], name: str, value: object) -> None:
    content = longer(model, **{name: value})
    domain, context = CONTEXTS[model]
    context = context.replace("hint", name)
    assert (domain, context, "Feel it.") in {(one.domain, one.context, one.text) for one in texts(loaded(content))}
    entry = Entry(context, "Feel it.", "Tóquelo.", False, 1)
    spanish = translated(content, {domain: Catalog(f"{domain}.po", {(context, "Feel it."): entry})})
    part: Model = spanish.topics["glass"] if domain == "topics" else spanish.trees["tire"].steps["flat"]
    assert "Tóquelo." in {text for _, text in part.texts()}


@EACH
def test_a_new_text_is_told_by_diff(model: type[Model]) -> None:
    old, new = version(longer(model)), version(longer(model, hint="Feel it."))
    assert ("more" if model is More else "hint") in describe(compare(old, new, DAY))
    assert compare(new, new, DAY) == []


@EACH
def test_a_new_text_stands_on_the_sheet_for_reviewers(model: type[Model]) -> None:
    assert "Feel it." in on_form("review", longer(model, hint="Feel it."))
    assert "Feel it." not in on_form("review", longer(model))


def test_a_new_key_with_the_name_of_another_is_told_and_stands_on_the_sheet() -> None:
    """A block has a text, a choice has none so far."""
    made = create_model(
        "TextChoice", __base__=Choice, text=(Text | None, key("What it means.", "Alone.", default=None))
    )
    old, new = (with_part(made(**dict(STEP.choices[0]) | text)) for text in ({}, {"text": "Feel it."}))
    assert "Feel it." in on_form("review", new)
    assert 'changed of the choice "Nobody": text' in describe(compare(version(old), version(new), DAY))


def test_a_new_key_that_is_no_text_is_not_translated_and_stands_on_the_sheet() -> None:
    content = longer(Step, audio="flat.mp3")
    assert "flat.mp3" not in {one.text for one in texts(loaded(content))}
    assert "<b>audio:</b> flat.mp3 <i>(A file to hear.)</i>" in on_form("review", content)


@pytest.mark.parametrize(("model", "name"), [(Step, "hint"), (Step, "hints"), (Line, "first"), (More, "more")])
def test_a_new_text_needs_a_source_and_spells_no_number(model: type[Model], name: str) -> None:
    words = "Call 800-555-0199."
    content = longer(model, **({"hints": (words,)} if name == "hints" else {"hint": words}))
    step = content.trees["tire"].steps["flat"]
    lists = {key: () for key in ("sources", "first", "do", "asked", "picked", "say", "more") if key != name}
    step = step.model_copy(update={"text": None, "why": None, "show": None, **lists})
    tree = TREE.model_copy(update={"urgent": True, "steps": {**TREE.steps, "flat": step}})
    context = Context(loaded(content.model_copy(update={"trees": {"tire": tree}})))
    assert [found.path for found in unsourced_step(context)] == [("steps", "flat", name)]
    assert [found.word for found in phone_number_in_prose(context)] == ["800-555-0199"]
