"""The web door: addresses in, pages out. It keeps nothing about anyone who asks."""

import datetime
import gzip
import hashlib
import re
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import urlsplit
from wsgiref.types import StartResponse, WSGIEnvironment

import brotli
from flask import Blueprint, Flask, Response, abort, jsonify, make_response, redirect, request
from werkzeug.datastructures import Accept
from werkzeug.exceptions import Gone, HTTPException, NotFound
from werkzeug.http import parse_accept_header, parse_etags
from werkzeug.sansio.utils import host_is_trusted

from helper import shipped
from helper.assets import TYPES, Asset, assets
from helper.astray import meant
from helper.catalog import is_language
from helper.headers import ASSET, ERROR, FRESH, PAGE, PARTIAL, secure
from helper.interface import LANGUAGE
from helper.model import Settings, Tree
from helper.render import HEALTH, KIOSK, MANIFEST, Mode, Site, health, qr_png, qr_svg, waiting, worker

HTML = "text/html; charset=utf-8"
LOOPBACK = ("localhost", "127.0.0.1", "::1")
MOST_KEPT = 64_000_000
"""How many bytes of answers are kept: all pages of two languages need 20 million, each place as many again."""
BIG = 100_000
"""A body with more bytes is compressed less well: half a second is too long to wait for it."""
LONGEST = 255
"""The most characters that the name of a host has, and any header that we remember."""


@dataclass(frozen=True)
class News:
    """What watch.js asks for."""

    version: str
    """The version of the pages; empty while there are none."""
    newest: str
    """The version of the files. It is another one when they are broken."""
    problems: tuple[str, ...] = ()


class Form(NamedTuple):
    """An answer in one coding: a tag that changes with the body, and the headers with it and without it."""

    body: bytes
    tag: str
    headers: list[tuple[str, str]]
    unchanged: list[tuple[str, str]]


class Answer(NamedTuple):
    """What an address answers, in every coding that a browser may ask for."""

    forms: Mapping[str, Form]
    size: int


def code(body: bytes, type: str) -> Mapping[str, bytes]:
    """The body in every coding, compressed once for all who ask later."""
    if type == TYPES[".png"]:
        return {"identity": body}
    br = brotli.compress(body, quality=11 if len(body) < BIG else 5)
    return {"identity": body, "br": br, "gzip": gzip.compress(body, mtime=0)}


code_asset = lru_cache(maxsize=100)(code)
"""The same for assets, which stay when the pages change."""


def pack(bodies: Mapping[str, bytes], type: str, caching: str, more: Mapping[str, str]) -> Answer:
    """The answer with a body in these codings. `more` are headers of its own."""
    digest = hashlib.sha256(bodies["identity"]).hexdigest()[:16]
    forms = {}
    for coding, coded in bodies.items():
        tag = f'"{digest}-{coding}"'
        vary = [("Vary", "Accept-Encoding")] if len(bodies) > 1 else []
        same = [("ETag", tag), ("Cache-Control", caching), *vary, *more.items()]
        own = [("Content-Type", type), ("Content-Length", str(len(coded)))]
        own += [("Content-Encoding", coding)] if coding != "identity" else []
        forms[coding] = Form(coded, tag, own + same, same)
    return Answer(forms, sum(map(len, bodies.values())))


@lru_cache(maxsize=100)
def _coding(accepted: str) -> str:
    """The coding that a browser prefers."""
    return parse_accept_header(accepted, Accept).best_match(["br", "gzip", "identity"], "identity") or "identity"


def reply(answer: Answer, environ: WSGIEnvironment) -> tuple[str, list[tuple[str, str]], bytes]:
    """The status, headers and body in the coding that the browser prefers, or 304 when it has it."""
    coding = _coding(environ.get("HTTP_ACCEPT_ENCODING", "")[:LONGEST])
    form = answer.forms.get(coding) or answer.forms["identity"]
    known = environ.get("HTTP_IF_NONE_MATCH")
    if known and (known == form.tag or parse_etags(known).contains_weak(form.tag[1:-1])):
        return "304 NOT MODIFIED", [*form.unchanged], b""
    return "200 OK", [*form.headers], b"" if environ["REQUEST_METHOD"] == "HEAD" else form.body


class Shelf:
    """Answers by address: those that never change, and of the others the latest ones of one day, within MOST_KEPT."""

    def __init__(self, today: Callable[[], datetime.date]) -> None:
        self.fixed: dict[str, Answer] = {}
        self._today = today
        self._kept = OrderedDict[str, Answer]()
        self._day: datetime.date | None = None
        self._lock = threading.Lock()
        self.size = 0

    def get(self, address: str) -> Answer | None:
        """The answer, if it is there and of today."""
        if address in self.fixed:
            return self.fixed[address]
        if address not in self._kept or self._day != self._today():
            return None
        with self._lock:
            if found := self._kept.get(address):
                self._kept.move_to_end(address)
            return found

    def put(self, address: str, answer: Answer, day: datetime.date) -> None:
        """Keep an answer that was made for a day. Those of another day go, then those that nobody asked for longest."""
        with self._lock:
            if day != self._day:
                self._kept.clear()
                self._day, self.size = day, 0
            if old := self._kept.pop(address, None):
                self.size -= old.size
            self._kept[address] = answer
            self.size += answer.size
            while self.size > MOST_KEPT:
                self.size -= self._kept.popitem(last=False)[1].size


class Frame(NamedTuple):
    """An app without pages, and where pages go."""

    app: Flask
    pages: Blueprint
    shelf: Shelf
    headers: Mapping[str, str]
    """What every answer carries."""


def in_kiosk(settings: Settings) -> bool:
    """Whether the address that is asked for is one of a kiosk."""
    return f"{request.path}/".lower().startswith(f"{settings.base}/{KIOSK}/".lower())


@lru_cache(maxsize=100)
def _plain_host(host: str) -> str:
    """The host that a request names, as it is usually written: small, without the dot of the root at its end."""
    name, colon, port = host.rpartition(":") if re.search(r":[0-9]*$", host) else (host, "", "")
    name = name.lower().removesuffix(".")
    name = LOOPBACK[0] if name == "[::1]" else name  # werkzeug knows no address in brackets
    return f"{name}{colon}{port}"


def _frame(
    settings: Settings,
    found: Iterable[Asset],
    copied: bool,
    news: Callable[[], News] | None,
    version: str,
    reason: Callable[[], str],
    today: Callable[[], datetime.date] = datetime.date.today,
) -> Frame:
    """An app that knows its hosts, its assets, the headers of every answer, and what is ready to be sent.

    `version` is that of the pages, empty without any; `reason` tells what is wrong with the newest files.
    With `copied` browsers keep offline copies; without it they delete theirs. With `news` it answers watch.js, and lets
    no browser keep a page.
    """
    app = Flask(__name__, static_folder=None)
    app.url_map.strict_slashes = False
    app.url_map.merge_slashes = False  # it would redirect, with what was asked for in the address
    public_host = urlsplit(settings.public_address or "").hostname
    hosts = [*LOOPBACK, *settings.trusted_hosts, *([public_host] if public_host else [])]
    app.config["TRUSTED_HOSTS"] = hosts
    pages = Blueprint("pages", __name__, url_prefix=settings.base or None)
    shelf, headers = Shelf(today), secure(settings)
    for asset in found:
        shelf.fixed[f"{settings.base}/static/{asset.name}"] = pack(
            code_asset(asset.body, asset.type), asset.type, ASSET, headers
        )
    script = code_asset(worker(settings, copied).encode(), TYPES[".js"])
    shelf.fixed[f"{settings.base}/sw.js"] = pack(script, TYPES[".js"], ERROR if news else FRESH, headers)
    probes = (f"{settings.base}/{HEALTH}", f"{settings.base}/readyz")

    @pages.get("/static/<name>")
    @pages.get("/sw.js")
    def show_fixed(name: str = "") -> Response:
        if request.path not in shelf.fixed:
            abort(404)
        status, sent, body = reply(shelf.fixed[request.path], request.environ)
        return Response([body], status, sent)

    @pages.get(f"/{HEALTH}")
    def show_health() -> Response:
        response = Response(health(version, reason()), content_type="application/json")
        # A kiosk asks from its wait page, which is a file.
        response.headers["Access-Control-Allow-Origin"] = "*"
        return response

    @pages.get("/readyz")
    def show_readiness() -> Response:
        ready = bool(version)
        return Response("ready\n" if ready else "not ready\n", 200 if ready else 503, content_type="text/plain")

    if news:

        @pages.get("/static/watch.json")
        def show_news() -> Response:
            return jsonify(asdict(news()))

    @app.after_request
    def protect(response: Response) -> Response:
        response.headers.update(headers)
        if news or in_kiosk(settings) or "Cache-Control" not in response.headers:
            response.headers["Cache-Control"] = ERROR
        return response

    @lru_cache(maxsize=100)
    def trusted(host: str) -> bool:
        return host_is_trusted(host, hosts)

    inner = app.wsgi_app

    def quick(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Send what is ready, without Flask, which takes ten times as long; let Flask do the rest."""
        host, path = environ.get("HTTP_HOST", ""), environ["PATH_INFO"]
        if path in probes:
            environ["HTTP_HOST"] = LOOPBACK[0]  # who balances the load asks by an address of its own
        elif len(host) > LONGEST:
            environ["HTTP_HOST"] = ""  # the port may have more digits than Python reads
        elif host:
            environ["HTTP_HOST"] = host = _plain_host(host)
            if environ["REQUEST_METHOD"] in ("GET", "HEAD") and (answer := shelf.get(path)) and trusted(host):
                status, sent, body = reply(answer, environ)
                start_response(status, sent)
                return [body]
        return inner(environ, start_response)

    app.wsgi_app = quick  # type: ignore[method-assign]
    return Frame(app, pages, shelf, headers)


def create_waiting_app(settings: Settings, news: Callable[[], News]) -> Flask:
    """The app that tells what is wrong, at every address, until the trees are good for the first time."""
    found = assets(shipped("static"))
    app, pages, _, _ = _frame(settings, found.values(), False, news, "", lambda: "no good set yet")
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
    reason: Callable[[], str] = lambda: "",
    older: Iterable[Asset] = (),
) -> Flask:
    """The Flask app for a site.

    `today` tells the day that pages are made for, `news` what watch.js asks for, `reason` what is
    wrong with the newest files.
    `older` are assets of the release before, which pages in someone's hand still ask for.
    """
    content, settings = site.content, site.settings
    found = [*older, *site.assets.values()]
    app, pages, shelf, headers = _frame(settings, found, site.copied, news, site.version, reason, today)
    kiosk = site.kiosk
    broken = {
        (language, mode): found.edition(language).missing(500)
        for mode, found in (("web", site), (KIOSK, kiosk))
        for language in found.languages
    }
    manifest = site.edition(site.languages[0]).manifest().encode()
    astray = lru_cache(maxsize=20)(lambda place, asked: replace(site.edition(LANGUAGE, place), asked=asked))

    def send(body: bytes, type: str, caching: str, day: datetime.date, **more: str) -> Response:
        """The answer to this request, which is ready for the next one as well."""
        answer = pack(code(body, type), type, ERROR if news or in_kiosk(settings) else caching, {**headers, **more})
        shelf.put(request.path, answer, day)
        status, sent, coded = reply(answer, request.environ)
        return Response([coded], status, sent)

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
        return astray(place, language)

    def lead_on(address: str, status: int = 301) -> Response:
        response = make_response(redirect(address, status))
        response.headers["Cache-Control"] = PAGE  # without it a browser may keep it for ever
        return response

    def page(
        found: Site, address: str, make: str, *args: object, caching: str = PAGE, type: str = HTML, **more: str
    ) -> Response:
        if request.path != address:
            return lead_on(address)
        # What was made for yesterday, a moment before midnight, is not kept as today's.
        day = next((arg for arg in args if isinstance(arg, datetime.date)), today())
        return send(getattr(found, make)(*args).encode(), type, caching, day, **more)

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
        return page(found, f"{here(found, tree_id, step)}step.html", "partial", tree_id, step, today(), caching=PARTIAL)

    @at("/<lang>/<tree_id>/words.json", "web")
    def show_answer_words(place: str | None, lang: str, tree_id: str) -> Response:
        find_tree(tree_id)
        address = f"{here(found := edition(lang, place), tree_id)}words.json"
        return page(found, address, "answer_words", tree_id, caching=PARTIAL, type="application/json")

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
        disposition = f'attachment; filename="{found.file_name(tree_id, step)}.{form}"'
        return send(body, type, PAGE, today(), **{"Content-Disposition": disposition})

    @at("/<lang>/<tree_id>/bundle.json", "web", KIOSK)
    def show_bundle(place: str | None, lang: str, tree_id: str) -> Response:
        found = edition(lang, place)
        find_tree(tree_id)
        if found.mode != KIOSK and (not site.copied or found.asked):
            raise NotFound
        address = f"{here(found, tree_id)}bundle.json"
        return page(found, address, "bundle", tree_id, today(), caching=FRESH, type="application/json")

    @pages.get(f"/{MANIFEST}")
    def show_manifest() -> Response:
        return send(manifest, "application/manifest+json", FRESH, today())

    app.register_blueprint(pages)

    def asked() -> Site:
        """The site in the language and for the place of the address, as far as it tells them: it may be any."""
        found = kiosk if in_kiosk(settings) else site
        start = f"{settings.base}/{KIOSK}" if found is kiosk else settings.base
        parts = request.path.lower().removeprefix(start.lower()).split("/")[1:] + ["", "", ""]
        place, language = (parts[1], parts[2]) if parts[0] == "in" else (None, parts[0])
        return found.edition(
            language if language in found.languages else found.languages[0],
            place if place in content.places else found.place,
        )

    def look_for_meant() -> Response | None:
        """For an address that leads nowhere: the way to the page that it was meant for, if there is one.

        It begins with what is found there, so that no word of the request comes back.
        """
        goal = meant(request.path, settings.base, content) if request.method in ("GET", "HEAD") else None
        if goal is None:
            return None
        with app.request_context({**request.environ, "PATH_INFO": goal.path}):
            found = app.full_dispatch_request()
        if found.status_code == 404 or found.mimetype == "application/json":
            return None
        if found.status_code not in (200, 301, 304):
            return found
        return lead_on(found.location or goal.path, 301 if goal.lasting else 302)

    @app.errorhandler(HTTPException)
    def show_error(error: HTTPException) -> Response:
        """The way to the page that was meant; or an error page with help, and the start of the guide asked for."""
        if error.code == 404 and (way := look_for_meant()):
            return way
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
