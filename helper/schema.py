"""The JSON Schemas that editors use to complete, explain and underline, made from the models.

`python -m helper.schema` writes them beside this file.
"""

import json
from pathlib import Path
from typing import Any

from helper.loading.shape import SHAPES

FILES = {kind: Path(__file__).parent / f"{kind}.schema.json" for kind in SHAPES}


def schema(kind: str) -> str:
    """The JSON Schema of the files of a kind: "tree", "contacts", "sources", "place", "moved", "settings"
    or "hazards"."""
    made = _plain(SHAPES[kind].json_schema(mode="validation", by_alias=True))
    return json.dumps({"$schema": "http://json-schema.org/draft-07/schema#", **made}, indent=1) + "\n"


def _plain(node: Any) -> Any:
    """Without what only programs need: generated titles, and null, which no YAML file here may hold."""
    if isinstance(node, list):
        return [_plain(item) for item in node]
    if not isinstance(node, dict):
        return node
    found = {
        name: value if name == "examples" else _plain(value)
        for name, value in node.items()
        if not (name == "title" and isinstance(value, str))
    }
    if "anyOf" in found:
        ways = [way for way in found["anyOf"] if way != {"type": "null"}]
        if len(ways) == 1:
            return {name: value for name, value in found.items() if name not in ("anyOf", "default")} | ways[0]
        found["anyOf"] = ways
    if found.get("default", ...) is None:
        del found["default"]
    return found


if __name__ == "__main__":
    for kind, path in FILES.items():
        path.write_text(schema(kind))
