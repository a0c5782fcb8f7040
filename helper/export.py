"""The whole site as files, for any host that serves files: the same pages at the same addresses as the server's."""

import datetime
import gzip
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import brotli

from helper.headers import ASSET, PAGE, PARTIAL, secure
from helper.render import Site

MANIFEST = "manifest.json"
"""What was written, and when: the file that tells the next export what did not change."""
QUALITY = 9
"""Of brotli. 11 makes pages 3 % smaller and takes ten times as long."""
KEPT = (".css", ".js", ".svg")
"""Files of older exports that stay: pages in someone's hand still ask for them."""


class Made(NamedTuple):
    """A file of the export, and what makes it."""

    path: str
    make: Callable[[], bytes]


class Outcome(NamedTuple):
    """How many files an export wrote, left as they were, and took out."""

    written: int
    same: int
    removed: int


def files(site: Site, places: Iterable[str], day: datetime.date) -> Iterator[Made]:
    """Every file of the site, in all its languages, without a place and for each of `places`."""
    base = len(site.settings.base)

    def page(address: str, make: Callable[..., str], *args: object, name: str = "index.html") -> Made:
        return Made(f"{address[base + 1 :]}{name}", lambda: make(*args).encode())

    for place in (None, *places):
        first = site.edition(site.languages[0], place)
        home = site.settings.home
        yield page(f"{first.root}/", first.page, home, first.home.start, day)
        for tree_id in site.content.trees:
            yield page(f"{first.root}/{tree_id}/", first.choose_language, tree_id)
        for language in site.languages:
            edition = site.edition(language, place)
            yield page(edition.url(), edition.page, home, edition.home.start, day)
            yield page(edition.url("about"), edition.about, day)
            yield page(edition.url("about", "leaving"), edition.leaving)
            yield page(edition.url("about", "card"), edition.card)
            if site.content.places:
                yield page(edition.url("about", "places"), edition.places, day)
            for tree_id, tree in site.content.trees.items():
                yield page(edition.url(tree_id), edition.page, tree_id, tree.start, day)
                yield page(edition.url(tree_id, "map"), edition.map, tree_id)
                yield page(edition.url(tree_id, "all"), edition.all, tree_id, day)
                for step_id in tree.steps:
                    address = edition.url(tree_id, step_id)
                    yield page(address, edition.page, tree_id, step_id, day)
                    yield page(address, edition.partial, tree_id, step_id, day, name="step.html")
                for old, new in tree.moved.items():
                    yield page(edition.url(tree_id, old), edition.moved, tree_id, new)
                    yield page(edition.url(tree_id, old), edition.partial, tree_id, new, day, name="step.html")
                for old in tree.removed:
                    yield page(edition.url(tree_id, old), edition.missing, 410, tree_id)
    yield Made("404.html", lambda: site.edition(site.languages[0]).missing(404).encode())
    for asset in site.assets.values():
        yield Made(f"static/{asset.name}", lambda body=asset.body: body)  # type: ignore[misc]
    yield Made("_headers", lambda: host_headers(site).encode())
    yield Made("nginx.conf", lambda: nginx(site).encode())


def host_headers(site: Site) -> str:
    """The headers for hosts that read a file called _headers."""
    lines = ["/*", *(f"  {name}: {value}" for name, value in secure(site.settings.public_address).items())]
    lines += [
        f"  Cache-Control: {PAGE}",
        f"{site.settings.base}/static/*",
        "  ! Cache-Control",
        f"  Cache-Control: {ASSET}",
    ]
    return "\n".join(lines) + "\n"


def nginx(site: Site) -> str:
    """A part of a server block of nginx, with the same headers and caching as the server's."""
    base = site.settings.base
    add = "".join(
        f'    add_header {name} "{value}" always;\n' for name, value in secure(site.settings.public_address).items()
    )
    out = [(name, "|".join(tree.removed)) for name, tree in site.content.trees.items() if tree.removed]
    gone = "".join(
        f"location ~ ^{base}(/in/[^/]+)?/[a-z]+/{name}/({steps})/ {{\n"
        f"    error_page 410 $uri/index.html;\n    return 410;\n}}\n"
        for name, steps in out
    )
    return f"""\
# Inside server {{ }}: the exported files lie in the folder that root names{f", under {base}" if base else ""}.
charset utf-8;
gzip_static on;
# brotli_static on;   # where the module is there
absolute_redirect off;
server_tokens off;
error_page 404 {base}/404.html;
{gone}location {base}/ {{
    try_files $uri $uri/index.html =404;
    add_header Cache-Control "{PAGE}" always;
{add}}}
location ~ /step\\.html$ {{
    add_header Cache-Control "{PARTIAL}" always;
{add}}}
location {base}/static/ {{
    add_header Cache-Control "{ASSET}" always;
{add}}}
location ~ ({MANIFEST}|/_headers|/nginx\\.conf)$ {{ return 404; }}
"""


@dataclass(frozen=True)
class Writer:
    """Writes files into a folder, each with its compressed copies, and only those that changed."""

    folder: Path
    before: dict[str, str]
    """The hashes of what the last export wrote."""

    def write(self, made: Made) -> tuple[str, str, bool]:
        """The path, the hash, and whether the file had to be written."""
        body = made.make()
        digest = hashlib.sha256(body).hexdigest()
        path = self.folder / made.path
        if self.before.get(made.path) == digest and path.is_file():
            return made.path, digest, False
        path.parent.mkdir(parents=True, exist_ok=True)
        copies = {"": body}
        if path.suffix in (".html", ".css", ".js", ".svg"):
            copies[".br"] = brotli.compress(body, quality=QUALITY)
            copies[".gz"] = gzip.compress(body, mtime=0)
        for ending, content in copies.items():
            # Under another name first: a reader never gets half of a page.
            new = path.with_name(f"{path.name}{ending}.new")
            new.write_bytes(content)
            new.replace(path.with_name(f"{path.name}{ending}"))
        return made.path, digest, True


def export(site: Site, folder: Path, places: Iterable[str], day: datetime.date, tell: Callable[[int], None]) -> Outcome:
    """Write the site into a folder. `tell` hears after each file how many there are so far.

    What the last export wrote and this one does not is taken out, but for the assets that pages still ask for. Raises
    OSError when a file can't be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    manifest = folder / MANIFEST
    try:
        before = dict(json.loads(manifest.read_text())["files"])
    except (OSError, ValueError, KeyError, TypeError):
        before = {}
    writer, now, written = Writer(folder, before), dict[str, str](), 0
    # Compressing lets go of the interpreter's lock, so that two cores are busy.
    with ThreadPoolExecutor(2) as pool:
        for path, digest, new in pool.map(writer.write, files(site, places, day)):
            now[path] = digest
            written += new
            tell(len(now))
    old = {path: digest for path, digest in before.items() if path not in now}
    kept = {path: digest for path, digest in old.items() if path.startswith("static/") and path.endswith(KEPT)}
    removed = [path for path in old if path not in kept]
    for path in removed:
        for ending in ("", ".br", ".gz"):
            (folder / f"{path}{ending}").unlink(missing_ok=True)
    text = json.dumps({"day": day.isoformat(), "files": {**now, **kept}}, indent=0, sort_keys=True)
    if not manifest.is_file() or manifest.read_text() != text:
        manifest.write_text(text)
    return Outcome(written, len(now) - written, len(removed))
