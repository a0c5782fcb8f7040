"""An app that follows its files. A set of files that is good takes the place of the one before, whole; a broken one
changes nothing, and its problems are kept to be told."""

import datetime
import hashlib
import threading
import time
import traceback
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from helper import data_dir
from helper.assets import TYPES, load_assets
from helper.guide import judge, places_of, read, read_with, sources_of, trust
from helper.loading.document import no_collecting, show
from helper.loading.folder import SETTINGS, below
from helper.model.settings import Settings
from helper.problem import ContentError, Problem, explain
from helper.server.app import GuideApp, WaitingApp, WatchStatus
from helper.server.last_good import LastGood, last_good_set
from helper.site import Site, templates

WATCH_INTERVAL = 0.1
"""Seconds between two looks at the files. A change shows after the second look that finds it."""
SERVE_INTERVAL = 0.25
"""The same where nobody waits for it in front of a page."""
MAX_REASONS = 3
"""How many problems /healthz tells."""


@dataclass(frozen=True)
class Served:
    """What is served, and what is known of the newest files."""

    app: WSGIApplication
    version: str
    """The version of the files that `app` was made from; empty when there is no good set yet."""
    newest: str
    """The version of the newest files: another one when these are broken."""
    problems: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()


Listener = Callable[[list[Path], Served], None]
"""Hears which files changed, none at the start, and what came of it."""


class Build(NamedTuple):
    """A good set: its app, the warnings, and what to do when it has taken its place."""

    app: WSGIApplication
    warnings: tuple[Problem, ...]
    then: Callable[[], None] | None = None


Stamps = Mapping[Path, tuple[int, ...] | None]


class Reloader:
    """A WSGI app that hands each request to the app of the last good set.

    `files` names the files to follow, and may name others each time. `make` reads them and returns an app for the
    version, and warnings; it raises ContentError when they are broken. `first` is served until there is a good set.
    `tell` hears of each change.
    """

    def __init__(
        self,
        files: Callable[[], Iterable[Path]],
        make: Callable[[str], Build],
        first: Served,
        tell: Listener,
    ) -> None:
        self._files, self._make, self._tell = files, make, tell
        self._taken: Stamps = {}
        self._seen = stamps(files())
        self.state = first
        self._take(self._seen)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        return self.state.app(environ, start_response)

    def follow(self, every: float) -> None:
        """Look at the files from now on, beside everything else."""
        threading.Thread(target=self._look_on, args=(every,), daemon=True).start()

    def _look_on(self, every: float) -> None:
        while True:
            time.sleep(every)
            self.look()

    def look(self) -> None:
        """Take the files when they changed and then kept still for one look: what is being written is not read."""
        current = stamps(self._files())
        still, self._seen = current == self._seen, current
        if still and current != self._taken:
            self._take(current)

    def _take(self, current: Stamps) -> None:
        version = version_of(current)
        then: Callable[[], None] | None = None
        try:
            app, warnings, then = self._make(version)
        except ContentError as error:
            state = replace(self.state, newest=version, problems=tuple(error.problems), warnings=())
        except Exception as error:
            state = replace(self.state, newest=version, problems=(_fault(error),), warnings=())
        else:
            state = Served(app, version, version, warnings=warnings)
        if stamps(self._files()) != current:
            return  # what was read may be of two times
        paths = sorted({*self._taken, *current})
        changed = [path for path in paths if self._taken.get(path, ()) != current.get(path, ())]
        first, self._taken, self.state = not self._taken, current, state
        self._tell([] if first else changed, state)
        if then:
            then()


def version_of(current: Stamps) -> str:
    """A name for what the files are now."""
    return hashlib.sha256(repr(sorted(current.items())).encode()).hexdigest()[:12]


def stamps(paths: Iterable[Path]) -> Stamps:
    """What changes about each file when its content does, or None where it can't be found."""
    return {path: _stamp(path) for path in paths}


def _stamp(path: Path) -> tuple[int, ...] | None:
    try:
        stat = path.stat()
    except OSError:
        return None
    return stat.st_ino, stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns


def _fault(error: Exception) -> Problem:
    """What stopped the program, such as a slip in a template, where it happened."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    message = f"{type(error).__name__}: {error}"
    return Problem(show(Path(frame.filename)), frame.lineno or 1, 1, "fault", message, source=frame.line or "")


def watched(folder: Path, settings_file: Path | None, chosen: Settings, tell: Listener) -> Reloader:
    """The guide of a folder for the one who writes it: pages show themselves anew, with what is wrong over them.

    `chosen` are the settings until there is a good set.
    """

    template_folder = data_dir("templates")

    def watch_status() -> WatchStatus:
        state = reloader.state
        return WatchStatus(state.version, state.newest, tuple(explain(problem) for problem in state.problems))

    def followed() -> Iterable[Path]:
        yield from sources_of(folder, settings_file)
        yield from below(template_folder, ".html")
        yield from below(data_dir("static"), *TYPES)

    def make(version: str) -> Build:
        loaded, settings, warnings = read(folder, settings_file, writing=True)
        site = Site(loaded.content, settings, loaded.catalogs, watch=version)
        for path in below(template_folder, ".html"):
            site.templates.get_template(str(path.relative_to(template_folder)))
        return Build(GuideApp(site, watch_status=watch_status, reason=lambda: reason(reloader.state)), warnings)

    reloader = Reloader(followed, make, Served(WaitingApp(chosen, watch_status), "", ""), tell)
    return reloader


class Preloaded(NamedTuple):
    """A set that was read before there were workers: so it is read once, not by each of them."""

    version: str
    site: Site


def _proof(folder: Path, settings_file: Path | None) -> str:
    """What the outcome of the rules hangs on: each file with its content, those of the program, and the day."""
    paths = {*sources_of(folder, settings_file), *below(Path(__file__).parent.parent, ".py", ".json", ".txt", ".po")}
    digest = hashlib.sha256(datetime.date.today().isoformat().encode())
    for path in sorted(paths):
        body = path.read_bytes() if path.is_file() else b""
        digest.update(f"\0{path}\0{len(body)}\0".encode() + body)
    return digest.hexdigest()


@no_collecting()
def prepared(folder: Path, settings_file: Path | None, last_good: LastGood) -> tuple[Preloaded, tuple[Problem, ...]]:
    """The set of a folder, and the warnings. Raises ContentError.

    The rules take as long as all the rest. A set of which they said nothing today is not tried again by the same
    program: a server that fell down at night is back sooner.
    """
    version = version_of(stamps(sources_of(folder, settings_file)))
    proof = _proof(folder, settings_file)
    already_passed = last_good.passed(proof)
    rules = trust if already_passed else judge
    loaded, chosen, warnings = read_with(folder, settings_file, places_of(settings_file), rules)
    if not already_passed and not warnings:
        last_good.mark_passed(proof)
    site = Site(loaded.content, chosen, loaded.catalogs)
    for name in site.templates.list_templates(["html"]):
        site.templates.get_template(name)  # now, since a new release may be put over this one while it runs
    GuideApp(site)  # what it makes of the assets is there for all workers
    return Preloaded(version, site), warnings


def served(
    folder: Path,
    settings_file: Path | None,
    public: bool,
    last_good: LastGood,
    ready: Preloaded | None,
    tell: Listener,
) -> Reloader:
    """The guide of a folder for readers: it follows the trees and the settings, and keeps the last good set on disk.

    `public` tells that others than this machine are let in: settings without a public address are broken then.
    """
    assets = ready.site.assets if ready else load_assets(data_dir("static"))
    environment = ready.site.templates if ready else templates()
    older = last_good.older_assets(assets)

    def app_of(site: Site) -> WSGIApplication:
        return GuideApp(site, reason=lambda: reason(reloader.state), older=older)

    def make(version: str) -> Build:
        app, warnings = first.app, first.warnings
        if version != first.version:
            loaded, chosen, warnings = read(folder, settings_file)
            if public and not chosen.public_address:
                message = "others are let in, and there is no public_address"
                raise ContentError([Problem(show(settings_file or Path(SETTINGS)), 1, 1, "public-address", message)])
            app = app_of(Site(loaded.content, chosen, loaded.catalogs, assets=assets, templates=environment))
        packed = last_good.packed(folder, settings_file or Path(SETTINGS), places_of(settings_file), assets, older)
        return Build(app, warnings, lambda: last_good.save(packed))

    first = Served(WaitingApp(Settings(), lambda: WatchStatus("", "")), "", "")
    if ready and ready.version == version_of(stamps(sources_of(folder, settings_file))):
        first = Served(app_of(ready.site), ready.version, ready.version)
    elif last_set := last_good_set(last_good):
        loaded, chosen = last_set
        site = Site(loaded.content, chosen, loaded.catalogs, assets=assets, templates=environment)
        first = Served(app_of(site), "kept", "")
    reloader = Reloader(lambda: sources_of(folder, settings_file), make, first, tell)
    return reloader


def reason(state: Served) -> str:
    """What is wrong with the newest files, in short; empty when nothing is."""
    lines = [f"{problem.file}:{problem.line}: {problem.message}" for problem in state.problems[:MAX_REASONS]]
    remaining = [f"and {len(state.problems) - MAX_REASONS} more"] if len(state.problems) > MAX_REASONS else []
    return "; ".join([*lines, *remaining])[:1000]
