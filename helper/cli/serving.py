"""The commands that bring a guide to its readers: a server, or files for any host."""

import datetime
import functools
import gc
import hashlib
import io
import multiprocessing
import os
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from typing import IO
from wsgiref.types import WSGIApplication

import click
from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings

from helper import data_dir
from helper.check import summary
from helper.cli.options import say, settings_option, site_of, tell_all, trees_here, trees_option
from helper.export.site import export
from helper.guide import read_settings
from helper.interface import LANGUAGE
from helper.loading.document import show
from helper.loading.folder import SETTINGS
from helper.model.settings import Settings
from helper.problem import ContentError, nearest
from helper.server.app import LOOPBACK
from helper.server.last_good import LastGood, last_good_set, state_folder
from helper.server.reload import SERVE_INTERVAL, WATCH_INTERVAL, Preloaded, Reloader, Served, prepared, served, watched
from helper.site import Site
from helper.views import paper

LOG = {
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "generic", "stream": "ext://sys.stderr"}},
    "loggers": {"_granian": {"handlers": ["stderr"], "level": "INFO", "propagate": False}},
}
"""Granian's own log, on stderr. An access log is never written."""

HEAD_TIMEOUT = 15_000
"""Milliseconds in which the head of a request must be there."""
MAX_HEAD = 32_768
"""The bytes of a head after which no more are read; what is on its way then still counts. Bodies are never read."""
MAX_CLIENTS = 900
"""The most clients of a worker: fewer than the 1,024 files that a process may usually have open."""


@click.command("export")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path), required=False)
@trees_option
@settings_option
@click.option("--place", "places", multiple=True, help="Write the pages of this place too, and of those it lies in.")
@click.option(
    "--today", "day", type=click.DateTime(["%Y-%m-%d"]), help="The day the pages are for. The default is now."
)
@click.option("--one-file", is_flag=True, help="One guide in one file, instead of the site.")
@click.option("--tree", "tree_id", help="The guide for --one-file.")
@click.option("--language", default=LANGUAGE, show_default=True, help="The language for --one-file.")
@click.option("-o", "--output", type=click.File("w", encoding="utf-8", lazy=True), default="-", help="For --one-file.")
def write_files(
    folder: Path | None,
    trees: Path | None,
    settings_file: Path | None,
    places: tuple[str, ...],
    day: datetime.datetime | None,
    one_file: bool,
    tree_id: str | None,
    language: str,
    output: IO[str],
) -> None:
    """Write the whole site into FOLDER, as files for any host: the same pages at the same addresses.

    Run it every day: lines past their date go from the pages. What did not change is not written again. With
    --one-file it writes one guide as one file, which needs no network.

    \b
    helper export site
    helper export site --place mn --settings helper.yaml
    helper export --one-file --tree crisis -o crisis.html
    """
    site = site_of((trees or trees_here()).resolve(), settings_file)
    today = day.date() if day else datetime.date.today()
    _check_places(site, places)
    if bool(folder) == one_file:
        raise click.UsageError("name a folder to write the site into, or --one-file with -o FILE for one guide")
    if tree_id and not one_file:
        raise click.UsageError("--tree is for --one-file: the site has every guide")
    if folder:
        _write_site(site, folder, places, today)
    else:
        output.write(_one_file(site, places, tree_id or site.settings.home, language, today))


def _check_places(site: Site, places: tuple[str, ...]) -> None:
    """Raises UsageError when one of the places is not there."""
    for place in places:
        if place not in site.content.places:
            place_ids = ", ".join(site.content.places)
            all_places = f"the places are {place_ids}" if place_ids else "there are none"
            hint = nearest(place, site.content.places) or all_places
            raise click.UsageError(f'there is no place "{place}": {hint}')


def _one_file(site: Site, places: tuple[str, ...], tree_id: str, language: str, day: datetime.date) -> str:
    """One guide as one file. Raises UsageError for two places, or when its tree or language is not there."""
    if len(places) > 1:
        raise click.UsageError("--one-file is for one place")
    if tree_id not in site.content.trees:
        hint = nearest(tree_id, site.content.trees) or f"the trees are {', '.join(site.content.trees)}"
        raise click.UsageError(f'there is no tree "{tree_id}": {hint}')
    if language not in site.languages:
        raise click.UsageError(f'there is no language "{language}": there are {", ".join(site.languages)}')
    return paper.file(site.edition(language, places[0] if places else None), day, tree_id)


def _write_site(site: Site, folder: Path, places: tuple[str, ...], day: datetime.date) -> None:
    """Write the site into a folder, and tell how many files changed. Ends the program when one can't be written."""
    try:
        done = export(site, folder, places, day, _progress)
    except OSError as error:
        raise click.ClickException(f"{error.filename or folder} can't be written: {error.strerror}") from None
    click.echo("", err=True)
    click.echo(f"{done.written} files written, {done.same} the same, {done.removed} taken out")


def _progress(n: int) -> None:
    if n % 100 == 0:
        click.echo(f"\r{n} files", nl=False, err=True)


@click.command()
@trees_option
@settings_option
@click.option(
    "--watch", is_flag=True, help="For writing trees: pages show every edit at once, or what is wrong with it."
)
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535), envvar="PORT")
@click.option(
    "--state",
    type=click.Path(file_okay=False, path_type=Path),
    help="The folder that keeps the last good set. The default is $STATE_DIRECTORY, else crisis-helper in "
    "$XDG_STATE_HOME or ~/.local/state.",
)
def serve(
    trees: Path | None, settings_file: Path | None, watch: bool, host: str, port: int, state: Path | None
) -> None:
    """Serve the trees in a folder, or the built-in ones.

    Trees, places and settings may change meanwhile: a good set takes the place of the one before, whole; a broken one
    changes nothing, and its problems are told here and at /healthz. --host and --port stay until it is started anew.

    On a broken set it starts with the last good one that it served. When there is none, it tells the problems as helper
    check does, and ends with 1. With --watch it does start, and shows them in the browser: over the last good pages, or
    until there are good ones.

    \b
    helper serve
    helper serve --trees trees --port 8080
    helper serve --watch
    """
    _write_at_once()
    folder, host = (trees or trees_here()).resolve(), host.strip("[]")
    public = host not in LOOPBACK
    app: Callable[[], WSGIApplication]
    if watch:
        try:
            chosen = read_settings(settings_file)
        except ContentError:
            chosen = Settings()  # the pages tell what is wrong
        app = functools.partial(_follow, folder, settings_file, chosen)
    else:
        last_good = _last_good(state or state_folder(os.environ), folder, settings_file)
        preloaded, chosen = _prepare(folder, settings_file, last_good)
        if multiprocessing.get_start_method() != "fork":
            preloaded = None  # a site can't be sent to another process
        app = functools.partial(_serve, folder, settings_file, public, last_good, preloaded)
        gc.freeze()  # the workers share what is there, as long as none of them looks through it for garbage
    if public and not chosen.public_address:
        raise click.UsageError(f"--host {host} lets others in: set public_address in helper.yaml, or in --settings")
    _claim(host, port)
    shown = f"[{host}]" if ":" in host else host  # an address of IPv6
    say(f"The guide is at http://{shown}:{port}{chosen.base}/  (Ctrl+C ends it)")
    answer(app, host, port, workers=1 if watch else 2)


def answer(app: Callable[[], WSGIApplication], host: str, port: int, workers: int = 2) -> None:
    """Answer who asks at a port, each worker with the app that it makes. It returns when the program must end."""
    server = Granian(
        "helper",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        http=HTTPModes.http1,  # HTTP/2 is for the server in front; here it lets in headers of 16 MB
        http1_settings=HTTP1Settings(header_read_timeout=HEAD_TIMEOUT, max_buffer_size=MAX_HEAD),
        workers=workers,
        backpressure=MAX_CLIENTS,
        blocking_threads=4,
        websockets=False,
        log_access=False,
        log_dictconfig=LOG,
        respawn_failed_workers=True,
        workers_kill_timeout=5,  # a worker that is still starting does not hear that it must end
    )
    server.serve(target_loader=app, wrap_loader=False)


def _claim(host: str, port: int) -> None:
    # Granian would share the port with a server that has it, and readers would get old and new pages in turn.
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise click.ClickException(
                f"{host}:{port} can't be used: {error.strerror}. Choose another --port"
            ) from None


def _follow(folder: Path, settings_file: Path | None, chosen: Settings) -> Reloader:
    """The app of --watch, in the process that serves it."""
    reloader = watched(folder, settings_file, chosen, _tell)
    reloader.follow(WATCH_INTERVAL)
    return reloader


def _last_good(state: Path, folder: Path, settings_file: Path | None) -> LastGood:
    """Where the last good set of a folder and its settings is kept."""
    folder_name = "built-in" if folder == data_dir("trees") else str(folder)
    name = hashlib.sha256(f"{folder_name}\0{(settings_file or Path(SETTINGS)).absolute()}".encode()).hexdigest()[:12]
    return LastGood(state / f"good-{name}.zip", _warn)


def _warn(text: str) -> None:
    say(f"WARNING: {text}")


def _prepare(folder: Path, settings_file: Path | None, last_good: LastGood) -> tuple[Preloaded | None, Settings]:
    """The set to begin with, or None when the last good one must do; and its settings.

    Ends the program with the problems when there is neither.
    """
    try:
        preloaded, warnings = prepared(folder, settings_file, last_good)
    except ContentError as error:
        tell_all(error.problems)
        last_set = last_good_set(last_good)
        if not last_set:
            click.echo(f"{summary(error.problems)}: the guide can't be served", err=True)
            sys.exit(1)
        when = datetime.datetime.fromtimestamp(last_good.path.stat().st_mtime).isoformat(" ", "minutes")
        _warn(
            f"{summary(error.problems)}: your files are NOT served. Readers get the last good set, of {when}, until "
            "the files are mended: no new start is needed then."
        )
        return None, last_set[1]
    tell_all(warnings)
    return preloaded, preloaded.site.settings


def _serve(
    folder: Path, settings_file: Path | None, public: bool, last_good: LastGood, preloaded: Preloaded | None
) -> Reloader:
    """The app for readers, in a process that serves it."""
    reloader = served(folder, settings_file, public, last_good, preloaded, _tell_change)
    reloader.follow(SERVE_INTERVAL)
    return reloader


def _tell_change(changed: list[Path], state: Served) -> None:
    """What came of a change, with its problems: there is no page that tells them."""
    if changed:
        tell_all(state.problems)
        _tell(changed, state)


def _tell(changed: list[Path], state: Served) -> None:
    """What came of a change, in a line. The problems stand over the pages; only those of the start are told here."""
    count = f"{len(state.problems)} problem{'s' if len(state.problems) != 1 else ''}"
    if not state.problems:
        outcome = "the pages are new"
    elif state.version:
        outcome = f"{count}; the last good pages stay"
    else:
        outcome = f"{count}; there are no pages yet"
    if changed:
        others = f" and {len(changed) - 1} more" if len(changed) > 1 else ""
        say(f"{show(changed[0])}{others} changed: {outcome}")
    elif state.problems:
        tell_all(state.problems)
        say(outcome)
    tell_all(state.warnings)


def _write_at_once() -> None:
    # What waits to be written, for a log on a full disk, would stop the start of each worker.
    if sys.stderr is sys.__stderr__:
        sys.stderr = io.TextIOWrapper(io.FileIO(2, "w", closefd=False), errors="backslashreplace", write_through=True)
