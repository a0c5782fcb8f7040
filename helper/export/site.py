"""The whole site as files, for any host that serves files: the same pages at the same addresses as the server's."""

import datetime
import gzip
import hashlib
import json
import zlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import NamedTuple

import brotli

from helper.export.hosts import EXPORT_MANIFEST, host_headers, nginx
from helper.pages import addresses
from helper.places import around
from helper.site import HEALTH, Site, health
from helper.views.offline import worker

PACKED = (".html", ".css", ".js", ".json", ".svg", ".webmanifest")
"""Files that lie there compressed too."""
AHEAD = 50
"""How many files may wait to be written, so that a big guide does not fill the memory."""
QUALITY = 9
"""Of brotli. 11 makes pages 3 % smaller and takes ten times as long."""
KEPT_TYPES = (".css", ".js", ".png", ".svg")
"""Files of older exports that stay: pages in someone's hand still ask for them."""


class ExportFile(NamedTuple):
    """A file of the export, and what makes it."""

    path: str
    make: Callable[[], bytes]


class Outcome(NamedTuple):
    """How many files an export wrote, left as they were, and took out."""

    written: int
    same: int
    removed: int


def only(site: Site, places: Iterable[str]) -> Site:
    """The site with these places, that of its kiosk, and those that they lie in, so that no page links to another."""
    all_places, kiosk = site.content.places, site.settings.kiosk.place
    place_ids = (*places, *((kiosk,) if kiosk else ()))
    included = {name: all_places[name] for place in place_ids for name in around(all_places, place)}
    return replace(site, content=site.content.model_copy(update={"places": included}), editions={})


def site_files(site: Site, day: datetime.date) -> Iterator[ExportFile]:
    """Every file of the site, in all its languages, without a place and for each of its places."""
    base = site.settings.base
    for address in addresses(site):
        index = "" if address.page.file else "index.html"
        yield ExportFile(f"{address.path[len(base) + 1 :]}{index}", partial(address.body, day))
    for asset in site.assets.values():
        yield ExportFile(f"static/{asset.name}", partial(bytes, asset.body))
    yield ExportFile("sw.js", worker(site.settings, site.copied).encode)
    yield ExportFile(HEALTH, health(site.version).encode)
    yield ExportFile("_headers", host_headers(site).encode)
    yield ExportFile("nginx.conf", nginx(site).encode)


def copies(path: Path, body: bytes) -> dict[str, bytes]:
    """What lies in the folder for a file, by the ending that its name gets."""
    if path.suffix not in PACKED:
        return {"": body}
    return {
        "": body,
        ".br": brotli.compress(body, quality=QUALITY),
        ".gz": gzip.compress(body, mtime=0),
    }


def up_to_date(path: Path, body: bytes) -> bool:
    """Whether the file and its compressed copies are there and hold this body."""
    try:
        if path.read_bytes() != body:
            return False
        return path.suffix not in PACKED or (
            brotli.decompress(path.with_name(f"{path.name}.br").read_bytes()) == body
            and gzip.decompress(path.with_name(f"{path.name}.gz").read_bytes()) == body
        )
    except (OSError, EOFError, brotli.error, zlib.error):
        return False


def write_atomic(path: Path, body: bytes) -> None:
    """Write a file so that a reader gets all of it or what was there before."""
    partial_file = path.with_name(f"{path.name}.new")
    partial_file.write_bytes(body)
    partial_file.replace(path)


def write(folder: Path, file: ExportFile) -> tuple[str, str, bool]:
    """The path, the hash, and whether the file had to be written."""
    body, path = file.make(), folder / file.path
    needed = not up_to_date(path, body)
    if needed:
        path.parent.mkdir(parents=True, exist_ok=True)
        for ending, content in copies(path, body).items():
            write_atomic(path.with_name(f"{path.name}{ending}"), content)
    return file.path, hashlib.sha256(body).hexdigest(), needed


def export(site: Site, folder: Path, places: Iterable[str], day: datetime.date, tell: Callable[[int], None]) -> Outcome:
    """Write the site into a folder. `tell` hears after each file how many there are so far.

    What the last export wrote and this one does not is taken out, but for the assets that pages still ask for. Raises
    OSError when a file can't be written.
    """
    site = only(site, places)
    folder.mkdir(parents=True, exist_ok=True)
    manifest = folder / EXPORT_MANIFEST
    try:
        last_digests = dict(json.loads(manifest.read_text())["files"])
    except (OSError, ValueError, KeyError, TypeError):
        last_digests = {}
    digests, written = dict[str, str](), 0
    for path, digest, is_new in _written(folder, site_files(site, day)):
        digests[path] = digest
        written += is_new
        tell(len(digests))
    stale = {path: digest for path, digest in last_digests.items() if path not in digests}
    kept = {path: digest for path, digest in stale.items() if path.startswith("static/") and path.endswith(KEPT_TYPES)}
    removed = [path for path in stale if path not in kept]
    for path in removed:
        for ending in ("", ".br", ".gz"):
            (folder / f"{path}{ending}").unlink(missing_ok=True)
    text = json.dumps({"day": day.isoformat(), "files": {**digests, **kept}}, indent=0, sort_keys=True).encode()
    if not manifest.is_file() or manifest.read_bytes() != text:
        write_atomic(manifest, text)
    return Outcome(written, len(digests) - written, len(removed))


def _written(folder: Path, files: Iterable[ExportFile]) -> Iterator[tuple[str, str, bool]]:
    """Write the files, a few ahead of who asks for the outcome."""
    # Compressing lets go of the interpreter's lock, so that two cores are busy.
    with ThreadPoolExecutor(2) as pool:
        waiting = deque[Future[tuple[str, str, bool]]]()
        for file in files:
            waiting.append(pool.submit(write, folder, file))
            if len(waiting) > AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
