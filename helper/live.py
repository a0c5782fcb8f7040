"""An app that follows its files. A set of files that is good takes the place of the one before, whole; a broken one
changes nothing, and its problems are kept to be told."""

import datetime
import hashlib
import threading
import time
import traceback
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from helper import shipped
from helper.assets import TYPES, assets
from helper.check import report
from helper.check.kiosk import kiosk_problems
from helper.check.languages import untranslated
from helper.check.subject import code
from helper.keep import Keep
from helper.load import SETTINGS, Loaded, below, files, load, no_collecting, settings, show, together
from helper.model import Settings
from helper.problem import ContentError, Problem, explain, nearest
from helper.render import Site, templates
from helper.web import News, create_app, create_waiting_app

EVERY = 0.1
"""Seconds between two looks at the files. A change shows after the second look that finds it."""
CALMLY = 0.25
"""The same where nobody waits for it in front of a page."""
TOLD = 3
"""How many problems /healthz tells."""


def read(folder: Path, file: Path | None, writing: bool = False) -> tuple[Loaded, Settings, tuple[Problem, ...]]:
    """What a folder and a settings file say, with the warnings. Raises ContentError with the problems of both.

    A tree that stands alone is the first page, unless the settings name another. While someone is `writing`, a text
    that waits for its translation keeps no page back: it shows in English.
    """
    waits = (code(untranslated),) if writing else ()
    return _read(folder, file, places_of(file), lambda loaded: _sound(loaded, waits))


def read_kept(keep: Keep) -> tuple[Loaded, Settings] | None:
    """The last good set, or None. It was good when it was kept: rules that are newer do not take it away."""
    with keep.unpacked() as at:
        if at is None:
            return None
        try:
            loaded, chosen, _ = _read(at / "trees", at / SETTINGS, at / "places", _unasked)
        except ContentError:
            return None
        return loaded, chosen


Rules = Callable[[Loaded], tuple[Problem, ...]]
"""What the rules say of a set: the warnings. Raises ContentError with the errors."""


def _sound(loaded: Loaded, waits: Collection[str] = ()) -> tuple[Problem, ...]:
    """The warnings of all rules. Errors with a code in `waits` are none."""
    found = report(loaded).problems
    if errors := [problem for problem in found if problem.severity == "error" and problem.code not in waits]:
        raise ContentError(errors)
    return tuple(problem for problem in found if problem.severity == "warning")


def _unasked(loaded: Loaded) -> tuple[Problem, ...]:
    """For a set that is known to be good: the rules are not tried again."""
    return ()


def _read(
    folder: Path, file: Path | None, places: Path | None, rules: Rules
) -> tuple[Loaded, Settings, tuple[Problem, ...]]:
    (loaded, warnings), chosen = together(lambda: _trees(folder, file, places, rules), lambda: read_settings(file))
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


def _trees(folder: Path, file: Path | None, places: Path | None, rules: Rules) -> tuple[Loaded, tuple[Problem, ...]]:
    """The set of a folder in the languages that are offered, and the warnings. Raises ContentError."""
    loaded = load(folder, places)
    if languages := _settings(file).languages:
        offered = {language: each for language, each in loaded.catalogs.items() if language in languages}
        loaded = replace(loaded, catalogs=offered)
    return loaded, rules(loaded)


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


class Made(NamedTuple):
    """A good set: its app, the warnings, and what to do when it has taken its place."""

    app: WSGIApplication
    warnings: tuple[Problem, ...]
    then: Callable[[], None] | None = None


Stamps = Mapping[Path, tuple[int, ...] | None]


class Live:
    """A WSGI app that hands each request to the app of the last good set.

    `files` names the files to follow, and may name others each time. `make` reads them and returns an app for the
    version, and warnings; it raises ContentError when they are broken. `first` is served until there is a good set.
    `tell` hears of each change: the files, none at the start, and what came of it.
    """

    def __init__(
        self,
        files: Callable[[], Iterable[Path]],
        make: Callable[[str], Made],
        first: State,
        tell: Callable[[list[Path], State], None],
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
        now = stamps(self._files())
        still, self._seen = now == self._seen, now
        if still and now != self._taken:
            self._take(now)

    def _take(self, now: Stamps) -> None:
        version = version_of(now)
        then: Callable[[], None] | None = None
        try:
            app, warnings, then = self._make(version)
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
        if then:
            then()


def version_of(now: Stamps) -> str:
    """A name for what the files are now."""
    return hashlib.sha256(repr(sorted(now.items())).encode()).hexdigest()[:12]


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


def _followed(folder: Path, file: Path | None) -> Iterable[Path]:
    """The files that an operator or author changes."""
    yield from files(folder)
    yield file or Path(SETTINGS)
    if places := places_of(file):
        yield from below(places, ".yaml")


def watched(folder: Path, file: Path | None, chosen: Settings, tell: Callable[[list[Path], State], None]) -> Live:
    """The guide of a folder for the one who writes it: pages show themselves anew, with what is wrong over them.

    `chosen` are the settings until there is a good set.
    """

    pages = shipped("templates")

    def news() -> News:
        state = live.state
        return News(state.version, state.newest, tuple(explain(problem) for problem in state.problems))

    def followed() -> Iterable[Path]:
        yield from _followed(folder, file)
        yield from below(pages, ".html")
        yield from below(shipped("static"), *TYPES)

    def make(version: str) -> Made:
        loaded, settings, warnings = read(folder, file, writing=True)
        site = Site(loaded.content, settings, loaded.catalogs, watch=version)
        for path in below(pages, ".html"):
            site.templates.get_template(str(path.relative_to(pages)))
        return Made(create_app(site, news=news, reason=lambda: reason(live.state)), warnings)

    live = Live(followed, make, State(create_waiting_app(chosen, news), "", ""), tell)
    return live


class Ready(NamedTuple):
    """A set that was read before there were workers: so it is read once, not by each of them."""

    version: str
    site: Site


def _proof(folder: Path, file: Path | None) -> str:
    """What the outcome of the rules hangs on: each file with its content, those of the program, and the day."""
    found = {*_followed(folder, file), *below(Path(__file__).parent, ".py", ".json", ".txt", ".po")}
    digest = hashlib.sha256(datetime.date.today().isoformat().encode())
    for path in sorted(found):
        body = path.read_bytes() if path.is_file() else b""
        digest.update(f"\0{path}\0{len(body)}\0".encode() + body)
    return digest.hexdigest()


@no_collecting()
def prepared(folder: Path, file: Path | None, keep: Keep) -> tuple[Ready, tuple[Problem, ...]]:
    """The set of a folder, and the warnings. Raises ContentError.

    The rules take as long as all the rest. A set of which they said nothing today is not tried again by the same
    program: a server that fell down at night is back sooner.
    """
    version = version_of(stamps(_followed(folder, file)))
    proof = _proof(folder, file)
    known = keep.proven(proof)
    loaded, chosen, warnings = _read(folder, file, places_of(file), _unasked if known else _sound)
    if not known and not warnings:
        keep.prove(proof)
    site = Site(loaded.content, chosen, loaded.catalogs)
    for name in site.templates.list_templates(["html"]):
        site.templates.get_template(name)  # now, since a new release may be put over this one while it runs
    create_app(site)  # what it makes of the assets is there for all workers
    return Ready(version, site), warnings


def served(
    folder: Path,
    file: Path | None,
    public: bool,
    keep: Keep,
    ready: Ready | None,
    tell: Callable[[list[Path], State], None],
) -> Live:
    """The guide of a folder for readers: it follows the trees and the settings, and keeps the last good set on disk.

    `public` tells that others than this machine are let in: settings without a public address are broken then.
    """
    program, pages = (ready.site.assets, ready.site.templates) if ready else (assets(shipped("static")), templates())
    older = keep.older(program)

    def app_of(site: Site) -> WSGIApplication:
        return create_app(site, reason=lambda: reason(live.state), older=older)

    def make(version: str) -> Made:
        app, warnings = first.app, first.warnings
        if version != first.version:
            loaded, chosen, warnings = read(folder, file)
            if public and not chosen.public_address:
                message = "others are let in, and there is no public_address"
                raise ContentError([Problem(show(file or Path(SETTINGS)), 1, 1, "public-address", message)])
            app = app_of(Site(loaded.content, chosen, loaded.catalogs, assets=program, templates=pages))
        packed = keep.packed(folder, file or Path(SETTINGS), places_of(file), program, older)
        return Made(app, warnings, lambda: keep.save(packed))

    first = State(create_waiting_app(Settings(), lambda: News("", "")), "", "")
    if ready and ready.version == version_of(stamps(_followed(folder, file))):
        first = State(app_of(ready.site), ready.version, ready.version)
    elif kept := read_kept(keep):
        loaded, chosen = kept
        site = Site(loaded.content, chosen, loaded.catalogs, assets=program, templates=pages)
        first = State(app_of(site), "kept", "")
    live = Live(lambda: _followed(folder, file), make, first, tell)
    return live


def reason(state: State) -> str:
    """What is wrong with the newest files, in short; empty when nothing is."""
    told = [f"{problem.file}:{problem.line}: {problem.message}" for problem in state.problems[:TOLD]]
    more = [f"and {len(state.problems) - TOLD} more"] if len(state.problems) > TOLD else []
    return "; ".join([*told, *more])[:1000]
