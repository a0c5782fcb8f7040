"""The JSON Schemas that editors use to complete, explain and underline, made from the models.

`python -m helper.schema` writes them beside this file.
"""

import json
from pathlib import Path
from typing import Any

from helper.loading.shape import SHAPES

FILES = {kind: Path(__file__).parent / f"{kind}.schema.json" for kind in SHAPES}


def schema(kind: str) -> str:
    """The JSON Schema of the files of a kind: "tree", "contacts", "topics", "sources", "place", "moved", "settings" or
    "hazards"."""
    body = _for_editors(SHAPES[kind].json_schema(mode="validation", by_alias=True))
    return json.dumps({"$schema": "http://json-schema.org/draft-07/schema#", **body}, indent=1) + "\n"


def _for_editors(node: Any) -> Any:
    """Without what only programs need: generated titles, and null, which no YAML file here may hold."""
    if isinstance(node, list):
        return [_for_editors(item) for item in node]
    if not isinstance(node, dict):
        return node
    kept = {
        name: value if name == "examples" else _for_editors(value)
        for name, value in node.items()
        if not (name == "title" and isinstance(value, str))
    }
    if "anyOf" in kept:
        ways = [way for way in kept["anyOf"] if way != {"type": "null"}]
        if len(ways) == 1:
            return {name: value for name, value in kept.items() if name not in ("anyOf", "default")} | ways[0]
        kept["anyOf"] = ways
    if kept.get("default", ...) is None:
        del kept["default"]
    return kept


if __name__ == "__main__":
    for kind, path in FILES.items():
        path.write_text(schema(kind))
