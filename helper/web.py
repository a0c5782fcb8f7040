"""The web door: addresses in, pages out. It keeps nothing about anyone who asks."""

import datetime
import gzip
import hashlib
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from functools import cache, lru_cache
from urllib.parse import urlsplit

import brotli
from flask import Blueprint, Flask, Response, abort, jsonify, make_response, redirect, request
from werkzeug.exceptions import Gone, HTTPException, NotFound

from helper import shipped
from helper.assets import Asset, assets
from helper.model import Settings
from helper.render import LANGUAGE, Site, waiting

HTML = "text/html; charset=utf-8"
LOOPBACK = ("localhost", "127.0.0.1", "[::1]")
PAGE = "public, max-age=0, s-maxage=60, stale-if-error=86400"
PARTIAL = "public, max-age=60, stale-while-revalidate=600"
ASSET = "public, max-age=31536000, immutable"
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
BROKEN = (
    "This page did not load",
    "Something went wrong on our side. You did nothing wrong. Try again, or call or text one of these.",
)


@dataclass(frozen=True)
class News:
    """What watch.js asks for."""

    version: str
    """The version of the pages; empty while there are none."""
    newest: str
    """The version of the files. It is another one when they are broken."""
    problems: tuple[str, ...] = ()


@dataclass(frozen=True)
class Packed:
    """A body in every coding that a browser may ask for, with a tag that changes with it."""

    plain: bytes
    br: bytes
    gzip: bytes
    tag: str


def pack(body: bytes) -> Packed:
    """The body compressed once, for all who ask later."""
    return Packed(body, brotli.compress(body), gzip.compress(body, mtime=0), hashlib.sha256(body).hexdigest()[:16])


def send(packed: Packed, type: str, caching: str) -> Response:
    """The response in the coding that the browser prefers, or 304 when it has it."""
    coding = request.accept_encodings.best_match(["br", "gzip", "identity"], "identity")
    body = {"br": packed.br, "gzip": packed.gzip}.get(coding, packed.plain)
    response = Response(body, content_type=type)
    if body is not packed.plain:
        response.content_encoding = coding
    response.vary.add("Accept-Encoding")
    response.headers["Cache-Control"] = caching
    response.set_etag(f"{packed.tag}-{coding}")
    response.make_conditional(request)
    return response


def _frame(settings: Settings, found: Iterable[Asset], news: Callable[[], News] | None) -> tuple[Flask, Blueprint]:
    """An app without pages, and where pages go: it knows its hosts, its assets and the headers of every response.

    With `news` it answers watch.js, and lets no browser keep a page.
    """
    app = Flask(__name__, static_folder=None)
    app.url_map.strict_slashes = False
    public_host = urlsplit(settings.public_address or "").hostname
    app.config["TRUSTED_HOSTS"] = [*LOOPBACK, *settings.trusted_hosts, *([public_host] if public_host else [])]
    pages = Blueprint("pages", __name__, url_prefix=settings.base or None)
    files = {asset.name: (asset, pack(asset.body)) for asset in found}

    @pages.get("/static/<name>")
    def show_asset(name: str) -> Response:
        if name not in files:
            abort(404)
        asset, body = files[name]
        return send(body, asset.type, ASSET)

    if news:

        @pages.get("/static/watch.json")
        def show_news() -> Response:
            return jsonify(asdict(news()))

    @app.after_request
    def protect(response: Response) -> Response:
        response.headers.update(HEADERS)
        if (settings.public_address or "").startswith("https:"):
            response.headers["Strict-Transport-Security"] = "max-age=63072000; includeSubDomains"
        if news and response.headers.get("Cache-Control") != ASSET:
            response.headers["Cache-Control"] = "no-store"
        return response

    return app, pages


def create_waiting_app(settings: Settings, news: Callable[[], News]) -> Flask:
    """The app that tells what is wrong, at every address, until the trees are good for the first time."""
    found = assets(shipped("static"))
    app, pages = _frame(settings, found.values(), news)
    app.register_blueprint(pages)

    @app.get("/", defaults={"path": ""})
    @app.get("/<path:path>")
    def show_waiting(path: str) -> Response:
        return Response(waiting(found, settings, "\n".join(news().problems)), 503, content_type=HTML)

    return app


def create_app(
    site: Site,
    today: Callable[[], datetime.date] = datetime.date.today,
    news: Callable[[], News] | None = None,
) -> Flask:
    """The Flask app for a site. `today` tells the day that pages are made for, `news` what watch.js asks for."""
    content, settings = site.content, site.settings
    app, pages = _frame(settings, site.assets.values(), news)
    broken = site.error(*BROKEN)

    @lru_cache(maxsize=1)
    def kept(day: datetime.date) -> Callable[..., Packed]:
        """The pages of one day. There are as many as the trees have; those of the day before are let go."""
        return cache(lambda make, *args: pack(getattr(site, make)(*args).encode()))

    def page(address: str, make: str, *args: object) -> Response:
        if request.path != address:
            return make_response(redirect(address, 301))
        return send(kept(today())(make, *args), HTML, PAGE)

    def find_step(tree_id: str, step_id: str) -> str:
        """The id under which the step is found now. Aborts with 404, or with 410 when it was taken out."""
        if tree_id not in content.trees:
            raise NotFound
        tree = content.trees[tree_id]
        if step_id in tree.moved:
            return tree.moved[step_id]
        if step_id in tree.removed:
            raise Gone
        if step_id not in tree.steps:
            raise NotFound
        return step_id

    @pages.get("/")
    def show_home() -> Response:
        return page(site.url(), "page", settings.home, site.home.start, today())

    @pages.get("/<name>/")
    def show_language_or_tree(name: str) -> Response:
        if name == LANGUAGE:
            return page(site.url(name), "page", settings.home, site.home.start, today())
        if name not in content.trees:
            abort(404)
        return page(site.url(name), "languages", name)

    @pages.get(f"/{LANGUAGE}/about/")
    def show_about() -> Response:
        return page(site.url(LANGUAGE, "about"), "about", today())

    @pages.get(f"/{LANGUAGE}/about/leaving/")
    def show_leaving() -> Response:
        return page(site.url(LANGUAGE, "about", "leaving"), "leaving")

    @pages.get(f"/{LANGUAGE}/<tree_id>/")
    def show_tree(tree_id: str) -> Response:
        if tree_id not in content.trees:
            abort(404)
        return page(site.url(LANGUAGE, tree_id), "page", tree_id, content.trees[tree_id].start, today())

    @pages.get(f"/{LANGUAGE}/<tree_id>/map/")
    def show_map(tree_id: str) -> Response:
        if tree_id not in content.trees:
            abort(404)
        return page(site.url(LANGUAGE, tree_id, "map"), "map", tree_id)

    @pages.get(f"/{LANGUAGE}/<tree_id>/<step_id>/")
    def show_step(tree_id: str, step_id: str) -> Response:
        found = find_step(tree_id, step_id)
        return page(site.url(LANGUAGE, tree_id, found), "page", tree_id, found, today())

    @pages.get(f"/{LANGUAGE}/<tree_id>/<step_id>/step.html")
    def show_partial(tree_id: str, step_id: str) -> Response:
        found = find_step(tree_id, step_id)
        if found != step_id:
            return make_response(redirect(f"{site.url(LANGUAGE, tree_id, found)}step.html", 301))
        return send(kept(day := today())("partial", tree_id, found, day), HTML, PARTIAL)

    app.register_blueprint(pages)

    @app.errorhandler(HTTPException)
    def show_error(error: HTTPException) -> Response:
        """An error page that carries help, and the start of the guide whose step was asked for."""
        tree_id = (request.view_args or {}).get("tree_id", "") if error.code in (404, 410) else ""
        name = content.trees[tree_id].title if tree_id in content.trees else ""
        title, text = {
            404: (
                "This page is not here",
                f"There is no such step in the guide “{name}”. Its first question is below."
                if name
                else "The address may be mistyped. The first question is below.",
            ),
            410: ("This step was taken out", f"The guide “{name}” has changed. Its first question is below."),
        }.get(error.code or 500, ("This page can’t be shown", "The address or the request was not one we know."))
        response = Response(site.error(title, text, tree_id if name else None), error.code, content_type=HTML)
        response.headers["Cache-Control"] = "no-store"
        return response

    @app.errorhandler(Exception)
    def show_broken(error: Exception) -> Response:
        # The kind of fault and its place only: what was asked for is nobody's business.
        frame = error.__traceback__
        while frame and frame.tb_next:
            frame = frame.tb_next
        where = f"{frame.tb_frame.f_code.co_filename}:{frame.tb_lineno}" if frame else "?"
        app.logger.error("%s at %s", type(error).__name__, where)
        response = Response(broken, 500, content_type=HTML)
        response.headers["Cache-Control"] = "no-store"
        return response

    return app
