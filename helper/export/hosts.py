"""What hosts of the exported files are told: headers, caching, redirects and errors, as the server has them."""

import re
from collections.abc import Iterable

from helper.astray import MARKS
from helper.headers import ASSET, ERROR, FRESH, PAGE, secure
from helper.pages import PAGES, Page
from helper.site import HEALTH, KIOSK, Site

EXPORT_MANIFEST = "export.json"
"""The day of an export, and the hash of every file: it tells the next export what to take out."""


def host_headers(site: Site) -> str:
    """The headers for hosts that read a file called _headers."""
    base = site.settings.base
    lines = ["/*", *(f"  {name}: {value}" for name, value in secure(site.settings).items())]
    lines += [f"  Cache-Control: {PAGE}"]
    caching_of = {f"{'/*' if '<lang>' in page.path else ''}/{page.file}": page.caching for page in _cached_otherwise()}
    caching_of |= {"/static/*": ASSET, "/sw.js": FRESH}
    caching_of |= {f"/{KIOSK}/*": ERROR, f"/{HEALTH}": ERROR}  # last: it wins over what stands above
    for path, caching in caching_of.items():
        # Without the line with "!" such a host would send both values.
        lines += [f"{base}{path}", "  ! Cache-Control", f"  Cache-Control: {caching}"]
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
        f"rewrite ^(?<guide>{start}/{name})/{old_id}/(?<part>step\\.html)?$ $guide/{new_id}/$part permanent;\n"
        for name, tree in trees.items()
        for old_id, new_id in tree.moved.items()
    )
    gone = "".join(
        f"location ~ ^(?<guide>{start}/{name})/({'|'.join(tree.removed)})/ {{\n"
        f"    error_page 410 $guide/410.html;\n    return 410;\n}}\n"
        for name, tree in trees.items()
        if tree.removed
    )
    old_places, place = site.content.old_places, f"^{base}(?<screen>/{KIOSK})?/in"
    redirects = _lead(f"^(?<page>/.*[a-z0-9])/*(?:{_bytes(MARKS)})(?:/|{_bytes(MARKS)})*$", "$page/", 301)
    for name, new_id in old_places.moved.items():
        redirects += _lead(f"{place}/{name}/(?<rest>.*)$", f"{base}$screen/in/{new_id}/$rest", 301)
    for name in old_places.removed:
        redirects += _lead(f"{place}/{name}/(?<rest>.*)$", f"{base}$screen/$rest", 301)
    unknown = "".join(f"(?!{name}/)" for name in site.content.places) + "[^/]+"
    redirects += _lead(f"{place}/{unknown}/(?<rest>.*)$", f"{base}$screen/$rest", 302)
    caching = "".join(
        f"if ($uri ~ {'/' if '<lang>' in page.path else f'^{base}/'}{re.escape(page.file)}$) "
        f'{{ set $caching "{page.caching}"; }}\n'
        for page in _cached_otherwise()
    )
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
{caching}if ($uri ~ ^{base}/static/) {{ set $caching "{ASSET}"; }}
if ($uri ~ ^{base}/sw\\.js$) {{ set $caching "{FRESH}"; }}
if ($uri ~ (/4[01][0-9]\\.html|^{base}/{HEALTH})$) {{ set $caching "{ERROR}"; }}
if ($uri ~ ^{base}/{KIOSK}(/|$)) {{ set $caching "{ERROR}"; }}
add_header Cache-Control $caching always;
{add}
{moved}{redirects}{gone}location ~ /4[01][0-9]\\.html$ {{ internal; }}
location = {base}/{HEALTH} {{ default_type application/json; }}
location ~ ^{base}/({EXPORT_MANIFEST}|_headers|nginx\\.conf)(\\.gz|\\.br)?$ {{ return 404; }}
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


def _cached_otherwise() -> list[Page]:
    """The pages with a file name of their own that are kept otherwise than most pages."""
    return [page for page in PAGES if page.file and not page.for_hosts and page.caching != PAGE]


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
    pattern = "|".join(names)
    return f"({before}({pattern}))?" if pattern else ""
