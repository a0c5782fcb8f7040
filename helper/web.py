"""The web door: addresses in, pages out. It keeps nothing about anyone who asks."""

import datetime
import gzip
import hashlib
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from urllib.parse import urlsplit

import brotli
from flask import Blueprint, Flask, Response, abort, jsonify, make_response, redirect, request
from werkzeug.exceptions import Gone, HTTPException, NotFound

from helper import shipped
from helper.assets import TYPES, Asset, assets
from helper.catalog import is_language
from helper.headers import ASSET, ERROR, FRESH, PAGE, PARTIAL, secure
from helper.interface import LANGUAGE
from helper.model import Settings, Tree
from helper.render import HEALTH, KIOSK, MANIFEST, Mode, Site, qr_png, qr_svg, waiting, worker

HTML = "text/html; charset=utf-8"
LOOPBACK = ("localhost", "127.0.0.1", "[::1]")
MOST_KEPT = 4000
"""How many pages and partials of a day are kept."""
MOST_BUNDLES = 40
"""How many whole guides of a day are kept; each is as big as a hundred pages."""


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


def pack(body: bytes, quality: int = 11) -> Packed:
    """The body compressed once, for all who ask later."""
    return Packed(
        body,
        brotli.compress(body, quality=quality),
        gzip.compress(body, mtime=0),
        hashlib.sha256(body).hexdigest()[:16],
    )


def send(packed: Packed, type: str, caching: str) -> Response:
    """The response in the coding that the browser prefers, or 304 when it has it."""
    squeezed = type == TYPES[".png"]
    coding = "identity" if squeezed else request.accept_encodings.best_match(["br", "gzip", "identity"], "identity")
    body = {"br": packed.br, "gzip": packed.gzip}.get(coding, packed.plain)
    response = Response(body, content_type=type)
    if body is not packed.plain:
        response.content_encoding = coding
    if not squeezed:
        response.vary.add("Accept-Encoding")
    response.headers["Cache-Control"] = caching
    response.set_etag(f"{packed.tag}-{coding}")
    response.make_conditional(request)
    return response


def in_kiosk(settings: Settings) -> bool:
    """Whether the address that is asked for is one of a kiosk."""
    return f"{request.path}/".startswith(f"{settings.base}/{KIOSK}/")


def _frame(
    settings: Settings, found: Iterable[Asset], copied: bool, news: Callable[[], News] | None
) -> tuple[Flask, Blueprint]:
    """An app without pages, and where pages go: it knows its hosts, its assets and the headers of every response.

    With `copied` browsers keep offline copies; without it they delete theirs. With `news` it answers watch.js, and lets
    no browser keep a page.
    """
    app = Flask(__name__, static_folder=None)
    app.url_map.strict_slashes = False
    public_host = urlsplit(settings.public_address or "").hostname
    app.config["TRUSTED_HOSTS"] = [*LOOPBACK, *settings.trusted_hosts, *([public_host] if public_host else [])]
    pages = Blueprint("pages", __name__, url_prefix=settings.base or None)
    script = pack(worker(settings, copied).encode())
    files = {asset.name: (asset, pack(asset.body)) for asset in found}

    @pages.get("/static/<name>")
    def show_asset(name: str) -> Response:
        if name not in files:
            abort(404)
        asset, body = files[name]
        return send(body, asset.type, ASSET)

    @pages.get("/sw.js")
    def show_worker() -> Response:
        return send(script, TYPES[".js"], FRESH)

    if news:

        @pages.get("/static/watch.json")
        def show_news() -> Response:
            return jsonify(asdict(news()))

    @app.after_request
    def protect(response: Response) -> Response:
        response.headers.update(secure(settings))
        if in_kiosk(settings):
            response.headers["Cache-Control"] = ERROR
        if news and response.headers.get("Cache-Control") != ASSET:
            response.headers["Cache-Control"] = "no-store"
        return response

    return app, pages


def create_waiting_app(settings: Settings, news: Callable[[], News]) -> Flask:
    """The app that tells what is wrong, at every address, until the trees are good for the first time."""
    found = assets(shipped("static"))
    app, pages = _frame(settings, found.values(), False, news)
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
    app, pages = _frame(settings, site.assets.values(), site.copied, news)
    kiosk = site.kiosk
    broken = {
        (language, mode): found.edition(language).missing(500)
        for mode, found in (("web", site), (KIOSK, kiosk))
        for language in found.languages
    }
    manifest = pack(site.edition(site.languages[0]).manifest().encode())

    @lru_cache(maxsize=1)
    def kept(day: datetime.date) -> Callable[..., Packed]:
        """The pages of one day; those of the day before are let go. The number is bounded: places make many."""
        return lru_cache(maxsize=MOST_KEPT)(
            lambda *key: pack(getattr(site.edition(*key[:3]), key[3])(*key[4:]).encode())
        )

    @lru_cache(maxsize=MOST_BUNDLES)
    def bundle(language: str, place: str | None, mode: Mode, tree_id: str, day: datetime.date) -> Packed:
        return pack(site.edition(language, place, mode).bundle(tree_id, day).encode(), quality=5)

    def edition(language: str, place: str | None) -> Site:
        """The site that an address asks for. Aborts with 404 when there is no such place or language."""
        if place is not None and place not in content.places:
            raise NotFound
        if in_kiosk(settings):
            if language not in kiosk.languages:
                raise NotFound
            return kiosk.edition(language, place or kiosk.place)
        if language in site.languages:
            return site.edition(language, place)
        if not is_language(language) or LANGUAGE not in site.languages:
            raise NotFound
        return replace(site.edition(LANGUAGE, place), asked=language)

    def page(found: Site, address: str, make: str, *args: object, type: str = PAGE) -> Response:
        if request.path != address:
            return make_response(redirect(address, 301))
        if found.asked:
            return send(pack(getattr(found, make)(*args).encode()), HTML, type)
        return send(kept(today())(found.language, found.place, found.mode, make, *args), HTML, type)

    def here(found: Site, *parts: str) -> str:
        """The address that was asked for, as it is written."""
        return "/".join((found.root, found.asked or found.language, *parts, ""))

    def find_tree(tree_id: str) -> Tree:
        if tree_id not in (kiosk.guides if in_kiosk(settings) else content.trees):
            raise NotFound
        return content.trees[tree_id]

    def find_step(tree_id: str, step_id: str) -> str:
        """The id under which the step is found now. Aborts with 404, or with 410 when it was taken out."""
        tree = find_tree(tree_id)
        if step_id in tree.moved:
            return tree.moved[step_id]
        if step_id in tree.removed:
            raise Gone
        if step_id not in tree.steps:
            raise NotFound
        return step_id

    View = Callable[..., Response]

    def at(rule: str, *modes: Mode) -> Callable[[View], View]:
        """Serve a view at its address in these modes, and at that of every place."""

        def add(view: View) -> View:
            for mode in modes:
                start = f"/{KIOSK}" if mode == KIOSK else ""
                pages.add_url_rule(
                    f"{start}{rule}", f"{mode}_{view.__name__}", view, defaults={"place": None}, methods=["GET"]
                )
                pages.add_url_rule(
                    f"{start}/in/<place>{rule}", f"{mode}_{view.__name__}_in_place", view, methods=["GET"]
                )
            return view

        return add

    @at("/", "web")
    def show_home(place: str | None) -> Response:
        found = edition(site.languages[0], place)
        return page(found, f"{found.root}/", "page", settings.home, site.home.start, today())

    @at("/<name>/", "web")
    def show_language_or_tree(place: str | None, name: str) -> Response:
        if name in content.trees:
            found = edition(site.languages[0], place)
            return page(found, f"{found.root}/{name}/", "choose_language", name)
        found = edition(name, place)
        return page(found, here(found), "page", settings.home, site.home.start, today())

    @at("/", KIOSK)
    def show_begin(place: str | None) -> Response:
        found = edition(kiosk.languages[0], place)
        return page(found, f"{found.root}/", "begin_screen")

    @at("/<lang>/", KIOSK)
    def show_first(place: str | None, lang: str) -> Response:
        found, start = edition(lang, place), content.trees[kiosk.begin].start
        return page(found, here(found), "page", kiosk.begin, start, today())

    @at("/<lang>/about/", "web")
    def show_about(place: str | None, lang: str) -> Response:
        return page(found := edition(lang, place), here(found, "about"), "about", today())

    @at("/<lang>/about/leaving/", "web")
    def show_leaving(place: str | None, lang: str) -> Response:
        return page(found := edition(lang, place), here(found, "about", "leaving"), "leaving")

    @at("/<lang>/about/card/", "web")
    def show_card(place: str | None, lang: str) -> Response:
        return page(found := edition(lang, place), here(found, "about", "card"), "card")

    @at("/<lang>/about/places/", "web")
    def show_places(place: str | None, lang: str) -> Response:
        if not content.places:
            raise NotFound
        return page(found := edition(lang, place), here(found, "about", "places"), "places", today())

    @at("/<lang>/<tree_id>/", "web", KIOSK)
    def show_tree(place: str | None, lang: str, tree_id: str) -> Response:
        found, start = edition(lang, place), find_tree(tree_id).start
        return page(found, here(found, tree_id), "page", tree_id, start, today())

    @at("/<lang>/<tree_id>/map/", "web")
    def show_map(place: str | None, lang: str, tree_id: str) -> Response:
        find_tree(tree_id)
        return page(found := edition(lang, place), here(found, tree_id, "map"), "map", tree_id)

    @at("/<lang>/<tree_id>/all/", "web")
    def show_all(place: str | None, lang: str, tree_id: str) -> Response:
        find_tree(tree_id)
        return page(found := edition(lang, place), here(found, tree_id, "all"), "all", tree_id, today())

    @at("/<lang>/<tree_id>/<step_id>/", "web", KIOSK)
    def show_step(place: str | None, lang: str, tree_id: str, step_id: str) -> Response:
        found, step = edition(lang, place), find_step(tree_id, step_id)
        return page(found, here(found, tree_id, step), "page", tree_id, step, today())

    @at("/<lang>/<tree_id>/<step_id>/step.html", "web", KIOSK)
    def show_partial(place: str | None, lang: str, tree_id: str, step_id: str) -> Response:
        found, step = edition(lang, place), find_step(tree_id, step_id)
        return page(found, f"{here(found, tree_id, step)}step.html", "partial", tree_id, step, today(), type=PARTIAL)

    @at("/<lang>/<tree_id>/<step_id>/share/", "web")
    def show_share(place: str | None, lang: str, tree_id: str, step_id: str) -> Response:
        found, step = edition(lang, place), find_step(tree_id, step_id)
        return page(found, here(found, tree_id, step, "share"), "share", tree_id, step, today())

    @at("/<lang>/<tree_id>/<step_id>/share/qr.<any(svg, png):form>", "web")
    def show_code(place: str | None, lang: str, tree_id: str, step_id: str, form: str) -> Response:
        found, step = edition(lang, place), find_step(tree_id, step_id)
        address = found.shared(tree_id, step)
        if address is None:
            raise NotFound
        body, type = (qr_svg(address), TYPES[".svg"]) if form == "svg" else (qr_png(address), TYPES[".png"])
        response = send(pack(body), type, PAGE)
        response.headers["Content-Disposition"] = f'attachment; filename="{found.file_name(tree_id, step)}.{form}"'
        return response

    @at("/<lang>/<tree_id>/bundle.json", "web", KIOSK)
    def show_bundle(place: str | None, lang: str, tree_id: str) -> Response:
        found = edition(lang, place)
        find_tree(tree_id)
        if found.mode != KIOSK and (not site.copied or found.asked):
            raise NotFound
        return send(bundle(found.language, found.place, found.mode, tree_id, today()), "application/json", FRESH)

    @pages.get(f"/{HEALTH}")
    def show_health() -> Response:
        response = Response(site.health(), content_type="application/json")
        response.headers["Cache-Control"] = ERROR
        return response

    @pages.get(f"/{MANIFEST}")
    def show_manifest() -> Response:
        return send(manifest, "application/manifest+json", FRESH)

    app.register_blueprint(pages)

    def asked() -> Site:
        """The site in the language and for the place of the address, as far as it tells them: it may be any."""
        found = kiosk if in_kiosk(settings) else site
        start = f"{settings.base}/{KIOSK}" if found is kiosk else settings.base
        parts = request.path.removeprefix(start).split("/")[1:] + ["", "", ""]
        place, language = (parts[1], parts[2]) if parts[0] == "in" else (None, parts[0])
        return found.edition(
            language if language in found.languages else found.languages[0],
            place if place in content.places else found.place,
        )

    @app.errorhandler(HTTPException)
    def show_error(error: HTTPException) -> Response:
        """An error page that carries help, and the start of the guide whose step was asked for."""
        body = asked().missing(error.code or 500, (request.view_args or {}).get("tree_id", ""))
        response = Response(body, error.code, content_type=HTML)
        response.headers["Cache-Control"] = ERROR
        return response

    @app.errorhandler(Exception)
    def show_broken(error: Exception) -> Response:
        # The kind of fault and its place only: what was asked for is nobody's business.
        frame = error.__traceback__
        while frame and frame.tb_next:
            frame = frame.tb_next
        where = f"{frame.tb_frame.f_code.co_filename}:{frame.tb_lineno}" if frame else "?"
        app.logger.error("%s at %s", type(error).__name__, where)
        response = Response(broken[asked().language, asked().mode], 500, content_type=HTML)
        response.headers["Cache-Control"] = ERROR
        return response

    return app
