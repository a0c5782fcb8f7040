"""The Flask app: addresses in, pages out. It keeps nothing about anyone who asks."""

import datetime
import re
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, replace
from functools import lru_cache, partial
from urllib.parse import urlsplit
from wsgiref.types import StartResponse, WSGIEnvironment

from flask import Flask, Response, abort, jsonify, make_response, redirect, request
from werkzeug.exceptions import Gone, HTTPException, NotFound
from werkzeug.sansio.utils import host_is_trusted

from helper import data_dir
from helper.assets import TYPES, Asset, load_assets
from helper.astray import meant
from helper.catalog import is_language
from helper.headers import ASSET, ERROR, FRESH, HTML, JSON, PAGE, secure
from helper.interface import LANGUAGE
from helper.model.settings import Settings
from helper.pages import PAGES, Address, Page
from helper.server.cache import LONGEST_HEADER, CachedResponse, PageCache, build_response, encode, encode_asset, respond
from helper.site import HEALTH, KIOSK, Mode, Site, health
from helper.views import errors
from helper.views.offline import worker

LOOPBACK = ("localhost", "127.0.0.1", "::1")
READY = "readyz"
"""The address that tells whether there are pages."""


@dataclass(frozen=True)
class WatchStatus:
    """What watch.js asks for."""

    version: str
    """The version of the pages; empty while there are none."""
    newest: str
    """The version of the files. It is another one when they are broken."""
    problems: tuple[str, ...] = ()


def flask_response(ready: CachedResponse) -> Response:
    """What `respond` answers to this request, as Flask hands it on."""
    status, headers, body = respond(ready, request.environ)
    return Response([body], status, headers)


def plain_host(host: str) -> str:
    """The host that a request names, as it is usually written: small, without the dot of the root at its end."""
    name, colon, port = host.rpartition(":") if re.search(r":[0-9]*$", host) else (host, "", "")
    name = name.lower().removesuffix(".")
    name = LOOPBACK[0] if name == "[::1]" else name  # werkzeug knows no address in brackets
    return f"{name}{colon}{port}"


class BaseApp(Flask):
    """An app without pages: it knows its hosts, its assets, the headers of every answer, and what is ready.

    With `copied` browsers keep offline copies; without it they delete theirs. `version` is that of the pages, empty
    without any; `reason` tells what is wrong with the newest files. With `watch_status` it answers watch.js, and lets
    no browser keep a page.
    """

    def __init__(
        self,
        settings: Settings,
        files: Iterable[Asset],
        copied: bool,
        version: str,
        reason: Callable[[], str],
        today: Callable[[], datetime.date],
        watch_status: Callable[[], WatchStatus] | None,
    ) -> None:
        super().__init__(__name__, static_folder=None)
        self.url_map.strict_slashes = False
        self.url_map.merge_slashes = False  # it would redirect, with what was asked for in the address
        self.config["TRUSTED_HOSTS"] = [LOOPBACK[0]]  # wsgi_app decides who else is let in
        self.settings, self.version, self.reason = settings, version, reason
        self.today, self.watch_status = today, watch_status
        self.cache = PageCache(today)
        self._secure = secure(settings)
        public_host = urlsplit(settings.public_address or "").hostname
        hosts = [*LOOPBACK, *settings.trusted_hosts, *([public_host] if public_host else [])]
        self._trusts = lru_cache(maxsize=100)(lambda host: host_is_trusted(plain_host(host), hosts))
        base = settings.base
        self._probes = (f"{base}/{HEALTH}", f"{base}/{READY}")
        self._keep_fixed(files, copied)
        rules = {
            "/static/<name>": self.show_fixed,
            "/sw.js": self.show_fixed,
            f"/{HEALTH}": self.show_health,
            f"/{READY}": self.show_readiness,
            **({"/static/watch.json": self.show_watch_status} if watch_status else {}),
        }
        for rule, view in rules.items():
            self.add_url_rule(f"{base}{rule}", rule, view, methods=["GET"])
        self.after_request(self.protect)

    def _keep_fixed(self, files: Iterable[Asset], copied: bool) -> None:
        """What stays the same as long as the app runs."""
        base, javascript = self.settings.base, TYPES[".js"]
        for file in files:
            bodies = encode_asset(file.body, file.type)
            response = build_response(bodies, file.type, {**self._secure, "Cache-Control": ASSET})
            self.cache.fixed[f"{base}/static/{file.name}"] = response
        bodies, path = encode_asset(worker(self.settings, copied).encode(), javascript), f"{base}/sw.js"
        self.cache.fixed[path] = build_response(bodies, javascript, self.headers(path, FRESH))

    def wsgi_app(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Let in who may ask, send what is ready, and let Flask do the rest, which takes ten times as long."""
        path = environ["PATH_INFO"]
        # No page depends on the host that was asked for: Flask sees one name for those that are let in, or none.
        environ["HTTP_HOST"] = LOOPBACK[0] if path in self._probes or self.trusts(environ) else ""
        if environ["HTTP_HOST"] and environ["REQUEST_METHOD"] in ("GET", "HEAD") and (ready := self.cache.get(path)):
            status, headers, body = respond(ready, environ)
            start_response(status, headers)
            return [body]
        return super().wsgi_app(environ, start_response)

    def trusts(self, environ: WSGIEnvironment) -> bool:
        """Whether the host that a request names is one of ours. Who balances the load asks the probes by another."""
        host = environ["HTTP_HOST" if "HTTP_HOST" in environ else "SERVER_NAME"]
        return len(host) <= LONGEST_HEADER and self._trusts(host)  # a longer port has more digits than Python reads

    def headers(self, path: str, caching: str) -> dict[str, str]:
        """What every answer carries. It may be kept by `caching`, but for an author's pages and those of screens."""
        return {**self._secure, "Cache-Control": ERROR if self.watch_status or self.in_kiosk(path) else caching}

    def in_kiosk(self, path: str) -> bool:
        """Whether an address is one of a screen."""
        return f"{path}/".lower().startswith(f"{self.settings.base}/{KIOSK}/".lower())

    def protect(self, response: Response) -> Response:
        """Give an answer of Flask the headers that it lacks."""
        response.headers.update(self.headers(request.path, response.headers.get("Cache-Control", ERROR)))
        return response

    def show_fixed(self, name: str = "") -> Response:
        """An asset that was asked for by a method or host for which it is not ready, or one that is not there."""
        if request.path not in self.cache.fixed:
            abort(404)
        return flask_response(self.cache.fixed[request.path])

    def show_health(self) -> Response:
        """Whether the newest files are served. A kiosk asks from its wait page, which is a file."""
        headers = {"Access-Control-Allow-Origin": "*"}
        return Response(health(self.version, self.reason()), headers=headers, content_type=JSON)

    def show_readiness(self) -> Response:
        """Whether there are pages."""
        ready = bool(self.version)
        return Response("ready\n" if ready else "not ready\n", 200 if ready else 503, content_type="text/plain")

    def show_watch_status(self) -> Response:
        """What watch.js shows."""
        return jsonify(asdict(self.watch_status())) if self.watch_status else abort(404)


class WaitingApp(BaseApp):
    """The app that tells what is wrong, at every address, until the trees are good for the first time."""

    def __init__(self, settings: Settings, watch_status: Callable[[], WatchStatus]) -> None:
        self.files = load_assets(data_dir("static"))
        super().__init__(
            settings, self.files.values(), False, "", lambda: "no good set yet", datetime.date.today, watch_status
        )
        self.add_url_rule("/", "waiting", self.show_waiting, defaults={"path": ""}, methods=["GET"])
        self.add_url_rule("/<path:path>", "waiting", self.show_waiting, methods=["GET"])

    def show_waiting(self, path: str) -> Response:
        """The page that waits."""
        problems = "\n".join(self.watch_status().problems) if self.watch_status else ""
        return Response(errors.waiting(self.files, self.settings, problems), 503, content_type=HTML)


class GuideApp(BaseApp):
    """The app for a site.

    `today` tells the day that pages are made for, `watch_status` what watch.js asks for, `reason` what is wrong with
    the newest files. `older` are assets of the release before, which pages in someone's hand still ask for.
    """

    def __init__(
        self,
        site: Site,
        today: Callable[[], datetime.date] = datetime.date.today,
        watch_status: Callable[[], WatchStatus] | None = None,
        reason: Callable[[], str] = lambda: "",
        older: Iterable[Asset] = (),
    ) -> None:
        files = [*older, *site.assets.values()]
        super().__init__(site.settings, files, site.copied, site.version, reason, today, watch_status)
        self.site, self.kiosk = site, site.kiosk
        self._broken = {
            (edition.language, edition.mode): errors.page(edition, 500)
            for each in (site, self.kiosk)
            for edition in map(each.edition, each.languages)
        }
        self._unoffered = lru_cache(maxsize=20)(
            lambda language, place: replace(site.edition(LANGUAGE, place), requested_language=language)
        )
        for page in PAGES:
            if not page.for_hosts:
                self._add_page(page)
        self.register_error_handler(HTTPException, self.show_error)
        self.register_error_handler(Exception, self.show_fault)

    def _add_page(self, page: Page) -> None:
        """Serve a page in its modes, and at the address of every place."""
        # An id of a tree at the beginning looks like a language, and wins.
        trees = ",".join(f'"{tree_id}"' for tree_id in self.site.content.trees)
        path = re.sub("^/<tree>", f"/<any({trees}):tree>", page.path)
        for mode in page.modes:
            start = f"{self.settings.base}{f'/{KIOSK}' if mode == KIOSK else ''}"
            for place in ("", "/in/<place>") if page.placed else ("",):
                view = partial(self.show_page, page, mode)
                self.add_url_rule(f"{start}{place}{path}", f"{mode} {page.name} {place}", view, methods=["GET"])

    def show_page(
        self, page: Page, mode: Mode, place: str | None = None, lang: str | None = None, tree: str = "", step: str = ""
    ) -> Response:
        """A page of the table. Raises NotFound or Gone where there is none."""
        if tree and tree not in (self.kiosk if mode == KIOSK else self.site).guides:
            raise NotFound
        address = Address(page, self.edition(mode, lang, place), tree, self.find_step(tree, step) if step else "")
        if not address.exists:
            raise NotFound
        if request.path != address.path:
            return self.lead_on(address.path)
        day = self.today()
        headers = self.headers(address.path, page.caching)
        if saved_as := address.saved_as:
            headers["Content-Disposition"] = f'attachment; filename="{saved_as}"'
        response = build_response(encode(address.body(day), page.type), page.type, headers)
        self.cache.store(request.path, response, day)
        return flask_response(response)

    def edition(self, mode: Mode, language: str | None, place: str | None) -> Site:
        """The site that an address asks for. Raises NotFound when there is no such place or language."""
        site = self.kiosk if mode == KIOSK else self.site
        if place is not None and place not in site.content.places:
            raise NotFound
        if language is None or language in site.languages:
            return site.edition(language or site.languages[0], place or site.place)
        if mode == KIOSK or not is_language(language) or LANGUAGE not in site.languages:
            raise NotFound
        unoffered: Site = self._unoffered(language, place)
        return unoffered

    def find_step(self, tree_id: str, step_id: str) -> str:
        """The id under which a step is found now. Raises NotFound, or Gone when it was taken out."""
        tree = self.site.content.trees[tree_id]
        if step_id in tree.removed:
            raise Gone
        if step_id not in tree.steps and step_id not in tree.moved:
            raise NotFound
        return tree.moved.get(step_id, step_id)

    def lead_on(self, address: str, status: int = 301) -> Response:
        """The way to another address."""
        response = make_response(redirect(address, status))
        response.headers["Cache-Control"] = PAGE  # without it a browser may keep it for ever
        return response

    def requested(self) -> Site:
        """The site in the language and for the place of the address, as far as it tells them: it may be any."""
        site, start = self.site, self.settings.base
        if self.in_kiosk(request.path):
            site, start = self.kiosk, f"{start}/{KIOSK}"
        parts = request.path.lower().removeprefix(start.lower()).split("/")[1:] + ["", "", ""]
        place, language = (parts[1], parts[2]) if parts[0] == "in" else (None, parts[0])
        return site.edition(
            language if language in site.languages else site.languages[0],
            place if place in site.content.places else site.place,
        )

    def look_for_meant(self) -> Response | None:
        """For an address that leads nowhere: the way to the page that it was meant for, if there is one.

        It begins with what is found there, so that no word of the request comes back.
        """
        readable = request.method in ("GET", "HEAD")
        goal = meant(request.path, self.settings.base, self.site.content) if readable else None
        if goal is None:
            return None
        with self.request_context({**request.environ, "PATH_INFO": goal.path}):
            response = self.full_dispatch_request()
        if response.status_code == 404 or response.mimetype == JSON:
            return None
        if response.status_code not in (200, 301, 304):
            return response
        return self.lead_on(response.location or goal.path, 301 if goal.lasting else 302)

    def show_error(self, error: HTTPException) -> Response:
        """The way to the page that was meant; or an error page with help, and the start of the guide asked for."""
        if error.code == 404 and (way := self.look_for_meant()):
            return way
        body = errors.page(self.requested(), error.code or 500, (request.view_args or {}).get("tree", ""))
        return Response(body, error.code, {"Cache-Control": ERROR}, content_type=HTML)

    def show_fault(self, error: Exception) -> Response:
        """The page for a fault of ours. The log gets its kind and place only: what was asked for is nobody's
        business."""
        frame = error.__traceback__
        while frame and frame.tb_next:
            frame = frame.tb_next
        where = f"{frame.tb_frame.f_code.co_filename}:{frame.tb_lineno}" if frame else "?"
        self.logger.error("%s at %s", type(error).__name__, where)
        site = self.requested()
        return Response(self._broken[site.language, site.mode], 500, {"Cache-Control": ERROR}, content_type=HTML)
