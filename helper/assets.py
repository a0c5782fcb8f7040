"""The files in static/ under names that change with their content, so that browsers may keep them for ever."""

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from helper.loading.folder import below

TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".png": "image/png",
    ".svg": "image/svg+xml",
}


OURS = (".css", ".js")
"""The files that are written here, with comments and indentation. Browsers need neither."""


@dataclass(frozen=True)
class Asset:
    """A file: `name` carries a hash of `body`; `integrity` is what a page writes beside it."""

    name: str
    body: bytes
    type: str
    integrity: str


def load_assets(folder: Path) -> Mapping[str, Asset]:
    """The files that pages use, by their plain name, such as guide.css."""
    by_name = {}
    for path in sorted(below(folder, *TYPES)):
        body = path.read_bytes() if path.suffix not in OURS or path.parent != folder else _bare(path.read_bytes())
        sha384 = hashlib.sha384(body).digest()
        name = f"{path.stem}.{sha384.hex()[:12]}{path.suffix}"
        integrity = "sha384-" + base64.b64encode(sha384).decode()
        by_name[path.name] = Asset(name, body, TYPES[path.suffix], integrity)
    return by_name


def _bare(body: bytes) -> bytes:
    """A script or a style without its comments, which begin a line, and without the blanks before its lines."""
    lines = []
    in_comment = False
    for line in map(bytes.strip, body.splitlines()):
        in_comment = in_comment or line.startswith(b"/*")
        if not in_comment and not line.startswith(b"//"):
            lines.append(line)
        in_comment = in_comment and not line.endswith(b"*/")
    return b"\n".join([*lines, b""])
