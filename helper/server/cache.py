"""Responses that are ready: each is made and compressed once, and sent to all who ask later.

A ready response takes 2 microseconds from here and 110 through Flask, so the app sends it before Flask is asked.
"""

import datetime
import gzip
import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import NamedTuple
from wsgiref.types import WSGIEnvironment

import brotli
from werkzeug.datastructures import Accept
from werkzeug.http import is_resource_modified, parse_accept_header

MOST_BYTES = 64_000_000
"""How many bytes of responses are kept: all pages of two languages need 20 million, each place as many again."""
BIG = 100_000
"""A body with more bytes is compressed less well: half a second is too long to wait for it."""
LONGEST_HEADER = 255
"""The most characters of a header that we remember: those of the longest name of a host."""

Sent = tuple[str, list[tuple[str, str]], bytes]
"""The status line, the headers and the body of a response."""


class Encoding(NamedTuple):
    """A body in one coding: a tag that changes with the body, and the headers with the body and without it."""

    body: bytes
    etag: str
    headers: list[tuple[str, str]]
    unchanged: list[tuple[str, str]]


class CachedResponse(NamedTuple):
    """What an address answers, in every coding that a browser may ask for."""

    encodings: Mapping[str, Encoding]
    size: int


def encode(body: bytes, media_type: str) -> Mapping[str, bytes]:
    """The body in every coding."""
    if media_type == "image/png":
        return {"identity": body}
    br = brotli.compress(body, quality=11 if len(body) < BIG else 5)
    return {"identity": body, "br": br, "gzip": gzip.compress(body, mtime=0)}


encode_asset = lru_cache(maxsize=100)(encode)
"""The same for assets, which stay when the pages change."""


def build_response(bodies: Mapping[str, bytes], media_type: str, headers: Mapping[str, str]) -> CachedResponse:
    """The response with a body in these codings, and these headers beside those of the body."""
    digest = hashlib.sha256(bodies["identity"]).hexdigest()[:16]
    encodings = {}
    for coding, body in bodies.items():
        etag = f"{digest}-{coding}"
        vary = {"Vary": "Accept-Encoding"} if len(bodies) > 1 else {}
        unchanged = {"ETag": f'"{etag}"', **vary, **headers}
        entity = {"Content-Type": media_type, "Content-Length": str(len(body))}
        entity |= {"Content-Encoding": coding} if coding != "identity" else {}
        encodings[coding] = Encoding(body, etag, [*entity.items(), *unchanged.items()], [*unchanged.items()])
    return CachedResponse(encodings, sum(map(len, bodies.values())))


@lru_cache(maxsize=100)
def _preferred(accepted: str) -> str:
    """The coding that a browser prefers."""
    return parse_accept_header(accepted, Accept).best_match(["br", "gzip", "identity"], "identity") or "identity"


def respond(response: CachedResponse, environ: WSGIEnvironment) -> Sent:
    """The response in the coding that the browser prefers, or 304 when it has it."""
    coding = _preferred(environ.get("HTTP_ACCEPT_ENCODING", "")[:LONGEST_HEADER])
    encoding = response.encodings.get(coding) or response.encodings["identity"]
    if "HTTP_IF_NONE_MATCH" in environ and not is_resource_modified(environ, etag=encoding.etag):
        return "304 NOT MODIFIED", [*encoding.unchanged], b""
    return "200 OK", [*encoding.headers], b"" if environ["REQUEST_METHOD"] == "HEAD" else encoding.body


class PageCache:
    """Responses by address: those that never change, and of the others the latest of one day, within MOST_BYTES."""

    def __init__(self, today: Callable[[], datetime.date]) -> None:
        self.fixed: dict[str, CachedResponse] = {}
        self._today = today
        self._pages = OrderedDict[str, CachedResponse]()
        self._day: datetime.date | None = None
        self._lock = threading.Lock()
        self.size = 0

    def get(self, address: str) -> CachedResponse | None:
        """The response, if it is there and of today."""
        if address in self.fixed:
            return self.fixed[address]
        if address not in self._pages or self._day != self._today():
            return None
        with self._lock:
            if response := self._pages.get(address):
                self._pages.move_to_end(address)
            return response

    def store(self, address: str, response: CachedResponse, day: datetime.date) -> None:
        """Keep a response that was made for a day. Those of another day go, then those that nobody asked for
        longest."""
        with self._lock:
            if day != self._day:
                self._pages.clear()
                self._day, self.size = day, 0
            if old := self._pages.pop(address, None):
                self.size -= old.size
            self._pages[address] = response
            self.size += response.size
            while self.size > MOST_BYTES:
                self.size -= self._pages.popitem(last=False)[1].size
