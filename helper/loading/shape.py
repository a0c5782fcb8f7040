"""Documents in, frozen values out, with what is wrong in their shape."""

import re
from collections.abc import Mapping
from typing import Any

from pydantic import TypeAdapter, ValidationError

from helper.loading.document import Document, refuse
from helper.model.contacts import Contact, Hours, LocalContact, Note, OldPlaces, Place, Source
from helper.model.fields import Id, Model, Path_
from helper.model.hazards import Control, Controls, Hazard, HazardLog
from helper.model.settings import Kiosk, Operator, Settings
from helper.model.tree import Choice, Line, More, Option, Review, Step, Story, Topic, Tree, Variant
from helper.problem import Problem, nearest

SHAPES: Mapping[str, TypeAdapter[Any]] = {
    "tree": TypeAdapter(Tree),
    "contacts": TypeAdapter(dict[Id, Contact]),
    "topics": TypeAdapter(dict[Id, Topic]),
    "sources": TypeAdapter(dict[Id, Source]),
    "place": TypeAdapter(Place),
    "moved": TypeAdapter(OldPlaces),
    "settings": TypeAdapter(Settings),
    "hazards": TypeAdapter(HazardLog),
}
NOUNS: Mapping[str, tuple[str, type[Model]]] = {
    "tree": ("a tree", Tree),
    "steps": ("a step", Step),
    "choices": ("a choice", Choice),
    "first": ("a line to say", Line),
    "say": ("a line to say", Line),
    "lines": ("a line to say", Line),
    "instead": ("a variant", Variant),
    "topics": ("a topic", Topic),
    "options": ("an option", Option),
    "more": ("a block", More),
    "tests": ("a story", Story),
    "reviewed": ("a review", Review),
    "contacts": ("a contact", Contact),
    "hours": ("a time", Hours),
    "sources": ("a source", Source),
    "place": ("a place", Place),
    "moved": ("the list of old places", OldPlaces),
    "notes": ("a note", Note),
    "settings": ("the settings file", Settings),
    "hazards": ("a hazard log", HazardLog),
    "hazard": ("a hazard", Hazard),
    "scored": ("a review", Review),
    "controls": ("a set of controls", Controls),
    "control": ("a control", Control),
    "operator": ("the operator", Operator),
    "kiosk": ("the kiosk", Kiosk),
}

_MAPPING = ("must have keys and values", 'write "key: value" lines')
_LIST = ("must be a list", 'begin each entry with "- "')
WRONG_SHAPES = {
    "string_type": ("must be a text", ""),
    "bool_type": ('must be "true" or "false"', ""),
    "date_type": ("must be a date like 2026-11-23", ""),
    "tuple_type": _LIST,
    "model_type": _MAPPING,
    "dict_type": _MAPPING,
}
WORD_HINTS = {'"days"': 'for other days write hours: varies, and name the days and times under "about"'}
"""The help for a word of which the nearest one may mean another thing."""
_VARIANT = 'a line is always said: write "instead: [{when: ..., line: ...}]" for the words that take its place'
FORMER_KEYS = {
    ("a step", "checks"): 'what could be ticked is a topic: name it under "asked", and write it in topics.yaml',
    ("a line to say", "when"): _VARIANT,
    ("a line to say", "if"): _VARIANT,
    ("a story", "tick"): 'write "tap: {topic: option}"',
}
"""The help for keys that files had before there were topics."""


def _owner(path: Path_, kind: str) -> tuple[str, type[Model]]:
    """What the mapping at `path` is, in words, and its class."""
    if kind == "tree" and path:
        inside = path[2:] if path[0] == "steps" else ()
        return NOUNS[next((str(name) for name in reversed(inside) if name in NOUNS), str(path[0]))]
    if kind == "topics":
        return NOUNS[next((str(name) for name in reversed(path[1:]) if name in NOUNS), kind)]
    if kind == "place" and path[2:3] != ("hours",):
        return ("a contact", LocalContact) if path[:1] == ("contacts",) else NOUNS[str(path[0]) if path else kind]
    if kind == "place":
        return NOUNS["hours"]
    if kind == "hazards" and path:  # hazards, H01, controls, design, 0
        return NOUNS[{2: "hazard", 5: "control"}.get(len(path), str(path[-1]))]
    if kind == "settings" and path:
        return NOUNS[str(path[0])]
    return NOUNS["hours" if path[1:] == ("hours",) else kind]


def _shape_problem(document: Document, error: Any) -> Problem:
    """A shape error of pydantic in our words."""
    path: Path_ = error["loc"]
    is_key = path[-1:] == ("[key]",)
    if is_key:
        path = path[:-1]
    hours = {"contacts": 1, "place": 2}.get(document.kind, 0)
    if hours and path[hours : hours + 1] == ("hours",):
        path = path[: hours + 1] + path[hours + 2 :]  # without the form of hours that was tried
    error_type = error["type"]
    word = error["input"] if error_type == "id" else path[-1] if path else None
    name = f'"{word}"' if isinstance(word, str) else "this"
    if error_type == "missing":
        owner, _ = _owner(path[:-1], document.kind)
        return document.problem(path[:-1], "missing-key", f"{owner} needs {name}", key=True)
    if error_type == "extra_forbidden":
        owner, model = _owner(path[:-1], document.kind)
        keys = [info.alias or field_name for field_name, info in model.model_fields.items()]
        hint = (
            FORMER_KEYS.get((owner, str(path[-1]))) or nearest(str(path[-1]), keys) or f"the keys are {', '.join(keys)}"
        )
        return document.problem(path, "unknown-key", f"{owner} has no key {name}", hint, key=True)
    if error_type == "literal_error":
        allowed = error["ctx"]["expected"].replace("'", '"')
        hint = WORD_HINTS.get(name) or nearest(str(error["input"]), re.findall(r'"([^"]*)"', allowed))
        return document.problem(path, "unknown-word", f"{name} must be {allowed}", hint)
    if error_type in WRONG_SHAPES:
        demand, hint = WRONG_SHAPES[error_type]
        return document.problem(path, "wrong-shape", f"{name} {demand}", hint)
    hint = error.get("ctx", {}).get("help", "")
    return document.problem(path, "wrong-value", f"{name} {error['msg']}", hint, key=is_key)


def shape(document: Document) -> Any:
    """The document as a Tree, or as a mapping of contacts or sources. Raises ContentError with all shape problems."""
    try:
        return SHAPES[document.kind].validate_python(document.data)
    except ValidationError as error:
        errors = error.errors()
    refuse(_shape_problem(document, detail) for detail in errors)
