"""An app that follows its files. A set of files that is good takes the place of the one before, whole; a broken one
changes nothing, and its problems are kept to be told."""

import hashlib
import threading
import time
import traceback
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from helper import shipped
from helper.assets import TYPES
from helper.check import report
from helper.check.kiosk import kiosk_problems
from helper.check.languages import untranslated
from helper.check.subject import code
from helper.load import SETTINGS, Loaded, below, files, load, settings, show, together
from helper.model import Settings
from helper.problem import ContentError, Problem, explain, nearest
from helper.render import Site
from helper.web import News, create_app, create_waiting_app

EVERY = 0.1
"""Seconds between two looks at the files. A change shows after the second look that finds it."""


def read(folder: Path, file: Path | None, writing: bool = False) -> tuple[Loaded, Settings, tuple[Problem, ...]]:
    """What a folder and a settings file say, with the warnings. Raises ContentError with the problems of both.

    A tree that stands alone is the first page, unless the settings name another. While someone is `writing`, a text
    that waits for its translation keeps no page back: it shows in English.
    """
    (loaded, warnings), chosen = together(lambda: _trees(folder, file, writing), lambda: read_settings(file))
    trees = loaded.content.trees
    if len(trees) == 1 and "home" not in chosen.model_fields_set:
        chosen = chosen.model_copy(update={"home": next(iter(trees))})
    if chosen.home not in trees:
        write = f'write "home: {next(iter(trees))}" in {SETTINGS}, or in the file that --settings names'
        help = nearest(chosen.home, trees) or write
        message = f'there is no tree "{chosen.home}" for the first page'
        raise ContentError([Problem(show(folder), 1, 1, "unknown-home", message, help)])
    if problems := kiosk_problems(file, chosen, loaded):
        raise ContentError(problems)
    return loaded, chosen, warnings


def _trees(folder: Path, file: Path | None, writing: bool) -> tuple[Loaded, tuple[Problem, ...]]:
    """The set of a folder in the languages that are offered, and the warnings. Raises ContentError."""
    loaded = load(folder, places_of(file))
    if languages := _settings(file).languages:
        offered = {language: each for language, each in loaded.catalogs.items() if language in languages}
        loaded = replace(loaded, catalogs=offered)
    found = report(loaded).problems
    waits = (code(untranslated),) if writing else ()
    if errors := [problem for problem in found if problem.severity == "error" and problem.code not in waits]:
        raise ContentError(errors)
    return loaded, tuple(problem for problem in found if problem.severity == "warning")


def read_settings(file: Path | None) -> Settings:
    """The settings in a file; without one, those of the folder that the program was started in."""
    path = file or Path(SETTINGS)
    return settings(path) if file or path.is_file() else Settings()


def places_of(file: Path | None) -> Path | None:
    """The folder of places that the settings name. None where they name none or can't be read."""
    name = _settings(file).places
    return (file or Path(SETTINGS)).parent / name if name else None


def _settings(file: Path | None) -> Settings:
    """The settings, or the usual ones where they can't be read: what is wrong with them is told elsewhere."""
    try:
        return read_settings(file)
    except ContentError:
        return Settings()


@dataclass(frozen=True)
class State:
    """What is served, and what is known of the newest files."""

    app: WSGIApplication
    version: str
    """The version of the files that `app` was made from; empty when there is no good set yet."""
    newest: str
    """The version of the newest files: another one when these are broken."""
    problems: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()


Made = tuple[WSGIApplication, tuple[Problem, ...]]
Stamps = Mapping[Path, tuple[int, ...] | None]


class Live:
    """A WSGI app that hands each request to the app of the last good set.

    `files` names the files to follow, and may name others each time. `make` reads them and returns an app for the
    version, and warnings; it raises ContentError when they are broken. `waiting` serves until there is a good set.
    `tell` hears of each change: the files, none at the start, and what came of it.
    """

    def __init__(
        self,
        files: Callable[[], Iterable[Path]],
        make: Callable[[str], Made],
        waiting: WSGIApplication,
        tell: Callable[[list[Path], State], None],
    ) -> None:
        self._files, self._make, self._tell = files, make, tell
        self._taken: Stamps = {}
        self._seen = stamps(files())
        self.state = State(waiting, "", "")
        self._take(self._seen)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        return self.state.app(environ, start_response)

    def follow(self) -> None:
        """Look at the files from now on, beside everything else."""
        threading.Thread(target=self._look_on, daemon=True).start()

    def _look_on(self) -> None:
        while True:
            time.sleep(EVERY)
            self.look()

    def look(self) -> None:
        """Take the files when they changed and then kept still for one look: what is being written is not read."""
        now = stamps(self._files())
        still, self._seen = now == self._seen, now
        if still and now != self._taken:
            self._take(now)

    def _take(self, now: Stamps) -> None:
        version = hashlib.sha256(repr(sorted(now.items())).encode()).hexdigest()[:12]
        try:
            app, warnings = self._make(version)
        except ContentError as error:
            state = replace(self.state, newest=version, problems=tuple(error.problems), warnings=())
        except Exception as error:
            state = replace(self.state, newest=version, problems=(_fault(error),), warnings=())
        else:
            state = State(app, version, version, warnings=warnings)
        if stamps(self._files()) != now:
            return  # what was read may be of two times
        both = sorted({*self._taken, *now})
        changed = [path for path in both if self._taken.get(path, ()) != now.get(path, ())]
        first, self._taken, self.state = not self._taken, now, state
        self._tell([] if first else changed, state)


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


def watched(folder: Path, file: Path | None, chosen: Settings, tell: Callable[[list[Path], State], None]) -> Live:
    """The guide of a folder for the one who writes it: pages show themselves anew, with what is wrong over them.

    `chosen` are the settings until there is a good set.
    """

    templates = shipped("templates")

    def news() -> News:
        state = live.state
        return News(state.version, state.newest, tuple(explain(problem) for problem in state.problems))

    def followed() -> Iterable[Path]:
        yield from files(folder)
        yield file or Path(SETTINGS)
        if places := places_of(file):
            yield from below(places, ".yaml")
        yield from below(templates, ".html")
        yield from below(shipped("static"), *TYPES)

    def make(version: str) -> Made:
        loaded, settings, warnings = read(folder, file, writing=True)
        site = Site(loaded.content, settings, loaded.catalogs, watch=version)
        for path in below(templates, ".html"):
            site.templates.get_template(str(path.relative_to(templates)))
        return create_app(site, news=news), warnings

    live = Live(followed, make, create_waiting_app(chosen, news), tell)
    return live
