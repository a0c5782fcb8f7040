"""What editors are told about the files."""

import json

import pytest

from helper.schema import FILES, schema


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
