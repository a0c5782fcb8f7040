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

from helper.astray import MARKS
from helper.headers import ASSET, ERROR, FRESH, PAGE, PARTIAL, secure
from helper.places import around
from helper.render import HEALTH, KIOSK, Site, health, qr_png, qr_svg, worker
from helper.render import MANIFEST as APP

MANIFEST = "export.json"
"""The day, and the hash of every file: the file that tells the next export what to take out."""
PACKED = (".html", ".css", ".js", ".json", ".svg", ".webmanifest")
"""Files that lie there compressed too."""
AHEAD = 50
"""How many files may wait to be written, so that a big guide does not fill the memory."""
QUALITY = 9
"""Of brotli. 11 makes pages 3 % smaller and takes ten times as long."""
KEPT = (".css", ".js", ".png", ".svg")
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


def only(site: Site, places: Iterable[str]) -> Site:
    """The site with these places, that of its kiosk, and those that they lie in, so that no page links to another."""
    there, kiosk = site.content.places, site.settings.kiosk.place
    wanted = (*places, *((kiosk,) if kiosk else ()))
    found = {name: there[name] for place in wanted for name in around(there, place)}
    return replace(site, content=site.content.model_copy(update={"places": found}), editions={})


def files(site: Site, day: datetime.date) -> Iterator[Made]:
    """Every file of the site, in all its languages, without a place and for each of its places."""
    base, kiosk = site.settings.base, site.kiosk

    def page(address: str, make: Callable[..., str], *args: object, name: str = "index.html") -> Made:
        return Made(f"{address[len(base) + 1 :]}{name}", lambda: make(*args).encode())

    def guide(edition: Site, tree_id: str) -> Iterator[Made]:
        """The pages of a guide in either mode."""
        tree = site.content.trees[tree_id]
        yield page(edition.url(tree_id), edition.page, tree_id, tree.start, day)
        yield page(edition.url(tree_id), edition.missing, 404, tree_id, name="404.html")
        if site.copied or edition.mode == KIOSK:
            yield page(edition.url(tree_id), edition.bundle, tree_id, day, name="bundle.json")
        for step_id in tree.steps:
            address = edition.url(tree_id, step_id)
            yield page(address, edition.page, tree_id, step_id, day)
            yield page(address, edition.partial, tree_id, step_id, day, name="step.html")
        for old, new in tree.moved.items():
            yield page(edition.url(tree_id, old), edition.moved, tree_id, new)
            yield page(edition.url(tree_id, old), edition.partial, tree_id, new, day, name="step.html")
        for old in tree.removed:
            yield page(edition.url(tree_id, old), edition.missing, 410, tree_id)
        if tree.removed:
            yield page(edition.url(tree_id), edition.missing, 410, tree_id, name="410.html")

    for place in (None, *site.content.places):
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
            yield page(edition.url(), edition.missing, 404, name="404.html")
            for tree_id, tree in site.content.trees.items():
                yield from guide(edition, tree_id)
                yield page(edition.url(tree_id), edition.answer_words, tree_id, name="words.json")
                yield page(edition.url(tree_id, "map"), edition.map, tree_id)
                yield page(edition.url(tree_id, "all"), edition.all, tree_id, day)
                for step_id in tree.steps:
                    address = edition.url(tree_id, step_id)
                    yield page(f"{address}share/", edition.share, tree_id, step_id, day)
                    if shared := edition.shared(tree_id, step_id):
                        folder = f"{address[len(base) + 1 :]}share"
                        yield Made(f"{folder}/qr.svg", partial(qr_svg, shared))
                        yield Made(f"{folder}/qr.png", partial(qr_png, shared))
    for place in dict.fromkeys((kiosk.place, *site.content.places)):
        first = kiosk.edition(kiosk.language, place)
        yield page(f"{first.root}/", first.begin_screen)
        for language in kiosk.languages:
            edition = kiosk.edition(language, place)
            yield page(edition.url(), edition.page, kiosk.begin, site.content.trees[kiosk.begin].start, day)
            yield page(edition.url(), edition.missing, 404, name="404.html")
            for tree_id in kiosk.guides:
                yield from guide(edition, tree_id)
    for status in (400, 404):
        for found in (site.edition(site.languages[0]), kiosk):
            start = f"{base}/{KIOSK}/" if found is kiosk else f"{base}/"
            yield page(start, found.missing, status, name=f"{status}.html")
    for asset in site.assets.values():
        yield Made(f"static/{asset.name}", lambda body=asset.body: body)  # type: ignore[misc]
    yield Made("sw.js", lambda: worker(site.settings, site.copied).encode())
    yield Made(APP, lambda: site.edition(site.languages[0]).manifest().encode())
    yield Made(HEALTH, health(site.version).encode)
    yield Made("_headers", lambda: host_headers(site).encode())
    yield Made("nginx.conf", lambda: nginx(site).encode())


def host_headers(site: Site) -> str:
    """The headers for hosts that read a file called _headers."""
    base = site.settings.base
    lines = ["/*", *(f"  {name}: {value}" for name, value in secure(site.settings).items())]
    lines += [f"  Cache-Control: {PAGE}"]
    # Without the line with "!" such a host would send both values.
    caches = {
        "*/step.html": PARTIAL,
        "*/words.json": PARTIAL,
        "static/*": ASSET,
        "sw.js": FRESH,
        APP: FRESH,
        "*/bundle.json": FRESH,
    }
    caches |= {f"{KIOSK}/*": ERROR, HEALTH: ERROR}  # last: it wins over what stands above
    for path, caching in caches.items():
        lines += [f"{base}/{path}", "  ! Cache-Control", f"  Cache-Control: {caching}"]
    return "\n".join(lines) + "\n"


def nginx(site: Site) -> str:
    """A part of a server block of nginx, with the headers, caching, redirects and errors of the server."""
    base, trees = site.settings.base, site.content.trees
    add = "\n".join(f'add_header {name} "{value}" always;' for name, value in secure(site.settings).items())
    kiosk, places = site.kiosk, _either("/in/", site.content.places)
    pages = f"{base}{places}/({'|'.join(site.languages)})"
    screens = f"{base}/{KIOSK}{places}/({'|'.join(kiosk.languages)})"
    start = f"({pages}|{screens})"
    moved = "".join(
        f"rewrite ^(?<guide>{start}/{name})/{old}/(?<part>step\\.html)?$ $guide/{new}/$part permanent;\n"
        for name, tree in trees.items()
        for old, new in tree.moved.items()
    )
    gone = "".join(
        f"location ~ ^(?<guide>{start}/{name})/({'|'.join(tree.removed)})/ {{\n"
        f"    error_page 410 $guide/410.html;\n    return 410;\n}}\n"
        for name, tree in trees.items()
        if tree.removed
    )
    old, place = site.content.old_places, f"^{base}(?<screen>/{KIOSK})?/in"
    led = _lead(f"^(?<page>/.*[a-z0-9])/*(?:{_bytes(MARKS)})(?:/|{_bytes(MARKS)})*$", "$page/", 301)
    for name, new in old.moved.items():
        led += _lead(f"{place}/{name}/(?<rest>.*)$", f"{base}$screen/in/{new}/$rest", 301)
    for name in old.removed:
        led += _lead(f"{place}/{name}/(?<rest>.*)$", f"{base}$screen/$rest", 301)
    there = "".join(f"(?!{name}/)" for name in site.content.places)
    led += _lead(f"{place}/{there}[^/]+/(?<rest>.*)$", f"{base}$screen/$rest", 302)
    broken = "error_page 400 405 413 414 500 502 503 504"
    where = f"the folder that has the exported files under {base[1:]}" if base else "the folder of the exported files"
    return f"""\
# Inside server {{ }}: root names {where}.
types {{ text/html html; text/css css; text/javascript js; image/svg+xml svg; image/png png;
        application/json json; application/manifest+json webmanifest; }}
charset utf-8;
charset_types text/css text/javascript;
index index.html;
gzip_static on;
gzip_vary on;
# brotli_static on;   # where the module is there
absolute_redirect off;
server_tokens off;
error_page 403 =404 {base}/404.html;
error_page 404 {base}/404.html;
{broken} {base}/400.html;
set $caching "{PAGE}";
if ($uri ~ /(step\\.html|words\\.json)$) {{ set $caching "{PARTIAL}"; }}
if ($uri ~ ^{base}/static/) {{ set $caching "{ASSET}"; }}
if ($uri ~ (/bundle\\.json|^{base}/(sw\\.js|{APP}))$) {{ set $caching "{FRESH}"; }}
if ($uri ~ (/4[01][0-9]\\.html|^{base}/{HEALTH})$) {{ set $caching "{ERROR}"; }}
if ($uri ~ ^{base}/{KIOSK}(/|$)) {{ set $caching "{ERROR}"; }}
add_header Cache-Control $caching always;
{add}
{moved}{led}{gone}location ~ /4[01][0-9]\\.html$ {{ internal; }}
location = {base}/{HEALTH} {{ default_type application/json; }}
location ~ ^{base}/({MANIFEST}|_headers|nginx\\.conf)(\\.gz|\\.br)?$ {{ return 404; }}
location ~ ^(?<from>{screens}{_either("/", kiosk.guides)})/ {{
    error_page 403 =404 $from/404.html;
    error_page 404 $from/404.html;
    {broken} {base}/{KIOSK}/400.html;
}}
location ~ ^{base}/{KIOSK}/ {{
    error_page 403 =404 {base}/{KIOSK}/404.html;
    error_page 404 {base}/{KIOSK}/404.html;
    {broken} {base}/{KIOSK}/400.html;
}}
location ~ ^(?<from>{pages}{_either("/", trees)})/ {{
    error_page 403 =404 $from/404.html;
    error_page 404 $from/404.html;
    {broken} {base}/400.html;
}}
"""


def _lead(pattern: str, goal: str, status: int) -> str:
    """The rule that leads from addresses like a pattern to a page, where that page is there."""
    return (
        f'set $goal "";\nif ($uri ~ "{pattern}") {{ set $goal "{goal}"; }}\n'
        f'if (-f "$document_root${{goal}}index.html") {{ return {status} $goal; }}\n'
    )


def _bytes(letters: str) -> str:
    """A pattern for one of the letters, byte by byte: nginx does not read UTF-8."""
    return "|".join("".join(f"\\x{byte:02x}" for byte in letter.encode()) for letter in letters)


def _either(before: str, names: Iterable[str]) -> str:
    """A pattern for one of the names or none; without names, for nothing."""
    found = "|".join(names)
    return f"({before}({found}))?" if found else ""


def copies(path: Path, body: bytes) -> dict[str, bytes]:
    """What lies in the folder for a file, by the ending that its name gets."""
    if path.suffix not in PACKED:
        return {"": body}
    return {
        "": body,
        ".br": brotli.compress(body, quality=QUALITY),
        ".gz": gzip.compress(body, mtime=0),
    }


def lies(path: Path, body: bytes) -> bool:
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


def put(path: Path, body: bytes) -> None:
    """Write a file so that a reader gets all of it or what was there before."""
    new = path.with_name(f"{path.name}.new")
    new.write_bytes(body)
    new.replace(path)


def write(folder: Path, made: Made) -> tuple[str, str, bool]:
    """The path, the hash, and whether the file had to be written."""
    body, path = made.make(), folder / made.path
    needed = not lies(path, body)
    if needed:
        path.parent.mkdir(parents=True, exist_ok=True)
        for ending, content in copies(path, body).items():
            put(path.with_name(f"{path.name}{ending}"), content)
    return made.path, hashlib.sha256(body).hexdigest(), needed


def export(site: Site, folder: Path, places: Iterable[str], day: datetime.date, tell: Callable[[int], None]) -> Outcome:
    """Write the site into a folder. `tell` hears after each file how many there are so far.

    What the last export wrote and this one does not is taken out, but for the assets that pages still ask for. Raises
    OSError when a file can't be written.
    """
    site = only(site, places)
    folder.mkdir(parents=True, exist_ok=True)
    manifest = folder / MANIFEST
    try:
        before = dict(json.loads(manifest.read_text())["files"])
    except (OSError, ValueError, KeyError, TypeError):
        before = {}
    now, written = dict[str, str](), 0
    for path, digest, new in _written(folder, files(site, day)):
        now[path] = digest
        written += new
        tell(len(now))
    old = {path: digest for path, digest in before.items() if path not in now}
    kept = {path: digest for path, digest in old.items() if path.startswith("static/") and path.endswith(KEPT)}
    removed = [path for path in old if path not in kept]
    for path in removed:
        for ending in ("", ".br", ".gz"):
            (folder / f"{path}{ending}").unlink(missing_ok=True)
    text = json.dumps({"day": day.isoformat(), "files": {**now, **kept}}, indent=0, sort_keys=True).encode()
    if not manifest.is_file() or manifest.read_bytes() != text:
        put(manifest, text)
    return Outcome(written, len(now) - written, len(removed))


def _written(folder: Path, found: Iterable[Made]) -> Iterator[tuple[str, str, bool]]:
    """Write the files, a few ahead of who asks for the outcome."""
    # Compressing lets go of the interpreter's lock, so that two cores are busy.
    with ThreadPoolExecutor(2) as pool:
        waiting = deque[Future[tuple[str, str, bool]]]()
        for made in found:
            waiting.append(pool.submit(write, folder, made))
            if len(waiting) > AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
