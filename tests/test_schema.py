"""What editors are told about the files, and that a validator of another make agrees with `helper check` on them."""

import json
import re
from pathlib import Path

import jsonschema
import pytest
import yaml

from helper import data_dir
from helper.check import CALENDAR_RULES, RULES
from helper.check.context import rule_id
from helper.schema import FILES, schema

BROKEN = Path(__file__).parent / "broken"
SHAPE = {"missing-key", "unknown-key", "unknown-word", "wrong-shape", "wrong-value"}
OURS = {rule_id(rule) for rule in (*RULES, *CALENDAR_RULES)} | {"step-name", "tree-name"}
"""What no schema can tell."""
FOLDERS = {"trees": "tree", **{kind: kind for kind in ("contacts", "topics", "sources", "settings", "moved")}}


class Editor(yaml.SafeLoader):
    """YAML as editors read it (1.2): 988 is a number, true a truth, and a date a text."""

    yaml_implicit_resolvers = {}


for name, form, first in (
    ("bool", "true|True|TRUE|false|False|FALSE", "tTfF"),
    ("int", "[-+]?[0-9]+", "-+0123456789"),
    ("float", r"[-+]?(\.[0-9]+|[0-9]+\.[0-9]*)([eE][-+]?[0-9]+)?", "-+.0123456789"),
    ("null", "null|Null|NULL|~", "nN~"),
):
    Editor.add_implicit_resolver(f"tag:yaml.org,2002:{name}", re.compile(f"^({form})$"), list(first))


OURS_IN_YAML = [*sorted(data_dir("trees").glob("*.yaml")), data_dir("safety") / "hazards.yaml"]


def underlined(kind, path):
    """What an editor finds wrong with a file of a kind."""
    validator = jsonschema.Draft7Validator(json.loads(FILES[kind].read_text()))
    return [error.message for error in validator.iter_errors(yaml.load(path.read_text(), Editor))]


@pytest.mark.parametrize("path", OURS_IN_YAML, ids=lambda path: path.stem)
def test_editors_underline_nothing_in_our_files(path):
    assert underlined(path.stem if path.stem in FILES else "tree", path) == []


@pytest.mark.parametrize("path", OURS_IN_YAML, ids=lambda path: path.stem)
def test_our_files_name_their_schema(path):
    first = path.read_text().partition("\n")[0]
    kind = path.stem if path.stem in FILES else "tree"
    assert first == f"# yaml-language-server: $schema=../helper/{kind}.schema.json"


SLIPS = [
    path
    for path in sorted(BROKEN.glob("*/*.yaml"))
    if path.parent.name in FOLDERS and path.stem.partition("--")[0] in SHAPE | OURS
]


@pytest.mark.parametrize("path", SLIPS, ids=[f"{path.parent.name}/{path.stem}" for path in SLIPS])
def test_editors_underline_wrong_shapes_and_nothing_else(path):
    found = underlined(FOLDERS[path.parent.name], path)
    assert bool(found) == (path.stem.partition("--")[0] in SHAPE), found


@pytest.mark.parametrize("kind", FILES)
def test_the_schema_beside_the_code_is_made_from_the_models(kind):
    assert FILES[kind].read_text() == schema(kind), "run python -m helper.schema"


def properties(node):
    if isinstance(node, dict):
        yield from node.get("properties", {}).items()
        for name, value in node.items():
            if name != "examples":
                yield from properties(value)


@pytest.mark.parametrize("kind", FILES)
def test_every_key_is_explained_with_an_example(kind):
    found = dict(properties(json.loads(schema(kind))))
    assert found
    for name, value in found.items():
        assert value.get("description") and value.get("examples"), name
