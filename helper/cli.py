"""The command line: helper check, helper diff and helper serve."""

import contextlib
import datetime
import functools
import gc
import hashlib
import io
import multiprocessing
import os
import re
import socket
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import IO
from wsgiref.types import WSGIApplication

import click
from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings

from helper import shipped
from helper.catalog import is_language
from helper.check import content, look_at, summary
from helper.check.kiosk import kiosk_problems
from helper.diff import Misuse, compare, tell, versions
from helper.draw import svg
from helper.export.site import export
from helper.graph import dot, lay_out, mermaid
from helper.guide import places_of, read, read_settings
from helper.hazards import page
from helper.interface import LANGUAGE
from helper.kiosk import Machine, files
from helper.load import SETTINGS, contacts, hazards, load, show, wrong_name
from helper.model import Content, Kiosk, Settings
from helper.new import new
from helper.problem import ContentError, Problem, as_github, as_json, explain, nearest
from helper.review import review
from helper.server.app import LOOPBACK
from helper.server.last_good import LastGood, last_good_set, state_folder
from helper.server.reload import CALMLY, EVERY, Preloaded, Reloader, Served, prepared, served, watched
from helper.site import Site
from helper.translate import status, update, update_interface
from helper.views import paper
from helper.visit import visit

LOG = {
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "generic", "stream": "ext://sys.stderr"}},
    "loggers": {"_granian": {"handlers": ["stderr"], "level": "INFO", "propagate": False}},
}
"""Granian's own log, on stderr. An access log is never written."""

SLOWEST = 15_000
"""Milliseconds in which the head of a request must be there."""
LONGEST = 32_768
"""The bytes of a head after which no more are read; what is on its way then still counts. Bodies are never read."""
CLIENTS = 900
"""The most clients of a worker: fewer than the 1,024 files that a process may usually have open."""
DRAWINGS = {"mermaid": mermaid, "dot": dot, "svg": svg}


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """A guide that walks people through a mental health crisis."""


@main.command()
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "github"]),
    default="text",
    show_default=True,
    help="text: for people, on stderr. json: a list of objects with file, line, column, width, code, severity, "
    "message, help and source, on stdout. github: annotations for a workflow, on stdout.",
)
@click.option("--untold", is_flag=True, help="List every step and choice that no story passes.")
@click.option("--settings", "file", type=click.Path(exists=True, path_type=Path), help="A helper.yaml.")
def check(paths: tuple[Path, ...], form: str, untold: bool, file: Path | None) -> None:
    """Tell what is wrong in the trees at PATHS: folders or files.

    Without PATHS it looks at the folder trees, or at the built-in trees where there is none, with the places that
    the settings name. It ends with 0 when all
    is well (warnings do not count), with 1 when something is wrong. docs/rules.md has a page for every rule. Where
    nothing is wrong it tells what the stories of each tree pass, and which outcomes none does.

    \b
    helper check
    helper check trees/crisis.yaml
    helper check --format github
    """
    kiosk = [] if paths else _kiosk(_settings(file), file)
    reports = [look_at(path) for path in paths] or [look_at(_trees(), places=places_of(file))]
    problems = sorted({*kiosk, *(problem for report in reports for problem in report.problems)})
    silenced = {problem for report in reports for problem in report.silenced}
    if form == "json":
        click.echo(as_json(problems))
    for problem in problems if form != "json" else ():
        if form == "github":
            click.echo(as_github(problem))
        else:
            click.echo(_colored(problem), err=True)
    broken = any(problem.severity == "error" for problem in problems)
    coverage = {each.file: each for report in reports for each in report.coverage}
    for _, each in sorted(coverage.items()) if form == "text" and not broken else ():
        click.echo(each.tell(untold), err=True)
    click.echo(summary(problems, len(silenced)), err=True)
    sys.exit(broken)


def _kiosk(chosen: Settings, file: Path | None) -> list[Problem]:
    """The problems of the kiosk in the settings; none while the trees can't be read, which are told first."""
    try:
        return kiosk_problems(file, chosen, load(_trees(), places_of(file))) if chosen.kiosk != Kiosk() else []
    except ContentError:
        return []


def _colored(problem: Problem) -> str:
    """The text of a problem in colors, which click takes out again where there is no terminal."""
    color = "red" if problem.severity == "error" else "yellow"
    first, *lines = explain(problem).split("\n")
    start = f"{problem.file}:{problem.line}:{problem.column}: "
    rest = first.removeprefix(f"{start}{problem.severity}: ")
    first = click.style(start, bold=True) + click.style(f"{problem.severity}: ", fg=color, bold=True) + rest
    if problem.source.strip():
        lines[1] = click.style(lines[1], fg=color)
    return "\n".join([first, *lines])


def _trees() -> Path:
    here = Path("trees")
    return here if here.is_dir() else shipped("trees")


@main.command()
@click.argument("old")
@click.argument("new")
def diff(old: str, new: str) -> None:
    """Tell what people who walk a tree meet otherwise in NEW than in OLD.

    OLD and NEW are files; or git:REV, the file as it was in that revision of git, with its contacts; or
    git:REV:PATH, with the path from the top of the repository. It ends with 0 when everybody gets to the same steps,
    urgency and contacts; with 1 when someone does not; with 2 when a file can't be read.

    \b
    helper diff git:HEAD trees/crisis.yaml
    helper diff git:v1:trees/crisis.yaml git:v2:trees/crisis.yaml
    """
    try:
        changes = compare(*versions(old, new), datetime.date.today())
    except Misuse as error:
        raise click.UsageError(str(error)) from None
    except ContentError as error:
        click.echo(str(error), err=True)
        sys.exit(2)
    click.echo(tell(changes))
    sys.exit(any(change.reach for change in changes))


@main.command("graph")
@click.argument("tree")
@click.option("--format", "form", type=click.Choice(list(DRAWINGS)), default="mermaid", show_default=True)
@click.option("--answers-only", is_flag=True, help="Leave out the quiet choices and the warnings that lead to 911.")
@click.option("-o", "--output", type=click.File("w", encoding="utf-8", lazy=True), default="-", help="A file.")
def draw(tree: str, form: str, answers_only: bool, output: IO[str]) -> None:
    """Draw TREE: the name of a tree, or its file.

    Every step links to its page, at the public_address of helper.yaml where there is one.

    \b
    helper graph crisis
    helper graph crisis --format svg -o crisis.svg
    helper graph trees/crisis.yaml --format dot
    """
    _, name, found = _find_tree(tree)
    start = (_settings(None).public_address or "").rstrip("/")
    drawn = DRAWINGS[form](
        lay_out(found, name, quiet=not answers_only), lambda node: f"{start}/{LANGUAGE}/{node[0]}/{node[1]}/"
    )
    output.write(drawn)


@main.command("review")
@click.argument("tree")
@click.option("-o", "--output", type=click.File("w", encoding="utf-8", lazy=True), default="-", help="A file.")
def write_review(tree: str, output: IO[str]) -> None:
    """Write TREE as one page of HTML to print, for who must say yes to it.

    TREE is the name of a tree, or its file. The page has every step with its sources, dates and reading grade, every
    number, the stories, and room to sign. It opens without a network.

    \b
    helper review crisis -o crisis-review.html
    """
    folder, name, found = _find_tree(tree)
    day = datetime.date.today()
    output.write(review(Site(found, _settings(None)), name, look_at(folder / f"{name}.yaml", day), day))


@main.command("safety")
@click.option("--log", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Another hazard log.")
@click.option("-o", "--output", type=click.File("w", encoding="utf-8", lazy=True), default="-", help="A file.")
def write_safety(log: Path | None, output: IO[str]) -> None:
    """Write the hazard log as one page of HTML to print, with a part for the clinic to fill in.

    It says how the guide could harm someone, what is done against it, which tests prove that, and what is left. It
    claims no compliance. It opens without a network.

    \b
    helper safety -o hazards.html
    """
    with _problems_end():
        found = hazards(log or shipped("safety") / "hazards.yaml")
    output.write(page(found, datetime.date.today()))


@main.command()
@click.argument("languages", nargs=-1)
@click.option("--trees", "folder", type=click.Path(exists=True, file_okay=False, path_type=Path), help="A folder.")
def translate(languages: tuple[str, ...], folder: Path | None) -> None:
    """Bring the files for translators up to date: trees/locale/LANGUAGE/TREE.po.

    Without LANGUAGES it looks after those that are there; a new one, like es, gets new files. A text whose English
    changed keeps its translation, marked fuzzy: readers see English until a person has read it again and taken the
    mark out. It prints how far each file is.

    \b
    helper translate
    helper translate es
    """
    folder = (folder or _trees()).resolve()
    for language in languages:
        if not is_language(language) or language == LANGUAGE:
            raise click.UsageError(f'"{language}" is no language to translate to: use a code of two letters, like es')
    with _problems_end():
        loaded = load(folder)
        for language in languages or sorted(loaded.catalogs):
            files = update(loaded, folder, language)
            if folder == shipped("trees"):
                files = {**update_interface(language), **files}
            for path, messages in files.items():
                click.echo(f"{show(path)}: {status(messages)}")


@main.command("export")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path), required=False)
@click.option("--trees", type=click.Path(exists=True, file_okay=False, path_type=Path), help="The folder of trees.")
@click.option("--settings", "file", type=click.Path(exists=True, path_type=Path), help="A helper.yaml.")
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
    file: Path | None,
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
    site = _site((trees or _trees()).resolve(), file)
    today = day.date() if day else datetime.date.today()
    for place in places:
        if place not in site.content.places:
            there = ", ".join(site.content.places)
            help = nearest(place, site.content.places) or (f"the places are {there}" if there else "there are none")
            raise click.UsageError(f'there is no place "{place}": {help}')
    if bool(folder) == one_file:
        raise click.UsageError("name a folder to write the site into, or --one-file with -o FILE for one guide")
    if tree_id and not one_file:
        raise click.UsageError("--tree is for --one-file: the site has every guide")
    if one_file:
        if len(places) > 1:
            raise click.UsageError("--one-file is for one place")
        tree_id = tree_id or site.settings.home
        if tree_id not in site.content.trees:
            help = nearest(tree_id, site.content.trees) or f"the trees are {', '.join(site.content.trees)}"
            raise click.UsageError(f'there is no tree "{tree_id}": {help}')
        if language not in site.languages:
            raise click.UsageError(f'there is no language "{language}": there are {", ".join(site.languages)}')
        output.write(paper.file(site.edition(language, places[0] if places else None), today, tree_id))
        return
    assert folder
    try:
        done = export(site, folder, places, today, _progress)
    except OSError as error:
        raise click.ClickException(f"{error.filename or folder} can't be written: {error.strerror}") from None
    click.echo("", err=True)
    click.echo(f"{done.written} files written, {done.same} the same, {done.removed} taken out")


def _progress(n: int) -> None:
    if n % 100 == 0:
        click.echo(f"\r{n} files", nl=False, err=True)


@main.command("new")
@click.argument("name")
@click.option("--trees", "folder", default="trees", show_default=True, type=click.Path(file_okay=False, path_type=Path))
def begin(name: str, folder: Path) -> None:
    """Write a small tree to begin with: NAME.yaml in the folder trees, explained line by line.

    It passes helper check as it is.

    \b
    helper new find-my-book
    """
    if why := wrong_name(name):
        raise click.UsageError(f'a tree can\'t be called "{name}": {why}')
    file = folder / f"{name}.yaml"
    with _problems_end():
        found = contacts(folder)
    day = datetime.date.today()
    offered = [contact_id for contact_id, contact in found.items() if contact.offered(day)]
    if not offered:
        late = any(contact.status is None for contact in found.values())
        help = "check one that is past its date, then set verified and expires" if late else "add a contact first"
        raise click.ClickException(f"contacts.yaml has nobody to reach: {help}")
    text = new(name, folder.resolve(), "988" if "988" in offered else offered[0], day)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with file.open("x", encoding="utf-8") as out:
            out.write(text)
    except FileExistsError:
        raise click.ClickException(f"{show(file)} is there already: choose another name") from None
    except OSError as error:
        raise click.ClickException(f"{show(file)} can't be written: {error.strerror}") from None
    click.echo(show(file.resolve()))
    click.echo("Now change it, and look at it: helper serve --watch", err=True)


@main.command()
@click.option("--trees", type=click.Path(exists=True, file_okay=False, path_type=Path), help="The folder of trees.")
@click.option("--settings", "file", type=click.Path(exists=True, path_type=Path), help="A helper.yaml.")
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
def serve(trees: Path | None, file: Path | None, watch: bool, host: str, port: int, state: Path | None) -> None:
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
    folder, host = (trees or _trees()).resolve(), host.strip("[]")
    public = host not in LOOPBACK
    app: Callable[[], WSGIApplication]
    if watch:
        try:
            chosen = read_settings(file)
        except ContentError:
            chosen = Settings()  # the pages tell what is wrong
        app = functools.partial(_follow, folder, file, chosen)
    else:
        last_good = _last_good(state or state_folder(os.environ), folder, file)
        preloaded, chosen = _prepare(folder, file, last_good)
        if multiprocessing.get_start_method() != "fork":
            preloaded = None  # a site can't be sent to another process
        app = functools.partial(_serve, folder, file, public, last_good, preloaded)
        gc.freeze()  # the workers share what is there, as long as none of them looks through it for garbage
    if public and not chosen.public_address:
        raise click.UsageError(f"--host {host} lets others in: set public_address in helper.yaml, or in --settings")
    _claim(host, port)
    shown = f"[{host}]" if ":" in host else host  # an address of IPv6
    _say(f"The guide is at http://{shown}:{port}{chosen.base}/  (Ctrl+C ends it)")
    answer(app, host, port, workers=1 if watch else 2)


def answer(app: Callable[[], WSGIApplication], host: str, port: int, workers: int = 2) -> None:
    """Answer who asks at a port, each worker with the app that it makes. It returns when the program must end."""
    server = Granian(
        "helper",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        http=HTTPModes.http1,  # HTTP/2 is for the server in front; here it lets in headers of 16 MB
        http1_settings=HTTP1Settings(header_read_timeout=SLOWEST, max_buffer_size=LONGEST),
        workers=workers,
        backpressure=CLIENTS,
        blocking_threads=4,
        websockets=False,
        log_access=False,
        log_dictconfig=LOG,
        respawn_failed_workers=True,
        workers_kill_timeout=5,  # a worker that is still starting does not hear that it must end
    )
    server.serve(target_loader=app, wrap_loader=False)


@main.command("kiosk")
@click.option("--trees", type=click.Path(exists=True, file_okay=False, path_type=Path), help="The folder of trees.")
@click.option("--settings", "file", type=click.Path(exists=True, path_type=Path), help="A helper.yaml.")
@click.option("--port", type=click.IntRange(1, 65535), help="Where the guide is served to this machine: 8000.")
@click.option("--server", help="The address of a server elsewhere, instead of one on this machine.")
@click.option("--to", type=click.Path(file_okay=False, path_type=Path), help="Write the files below this folder.")
@click.option("--check", "running", metavar="URL", help="Look at a kiosk that runs, and tell what is wrong.")
def set_up(
    trees: Path | None, file: Path | None, port: int | None, server: str | None, to: Path | None, running: str | None
) -> None:
    """Make this machine a screen for a waiting room: print the files it needs, or write them with --to.

    They are: a unit that serves the guide to this machine, a unit that shows it in a browser and nothing else, a policy
    for the browser, and a page to wait on. docs/kiosk.md leads through it. With --check it ends with 0 when all is
    well, and with 1 when something is wrong.

    \b
    helper kiosk
    sudo helper kiosk --settings /etc/crisis-helper/helper.yaml --to /
    helper kiosk --check http://127.0.0.1:8000/
    """
    for option, address in (("--check", running), ("--server", server)):
        if address is not None and not re.match(r"https?://[^/]", address):
            raise click.UsageError(f'{option} needs an address like https://clinic.example/, not "{address}"')
    if running is not None:
        if to or trees or file or server or port:
            raise click.UsageError("--check looks at a kiosk that runs: it takes no other option")
        wrong = visit(running, datetime.datetime.now(datetime.UTC))
        click.echo("\n".join(wrong) or "All is well.")
        sys.exit(bool(wrong))
    if server and port:
        raise click.UsageError("--port is for the guide on this machine, and --server for one elsewhere")
    folder = (trees or _trees()).resolve()
    found = file or (Path(SETTINGS) if Path(SETTINGS).is_file() else None)
    site = _site(folder, found)
    machine = Machine(sys.executable, folder, found and found.resolve(), site.settings.base, port or 8000, server)
    for path in (Path(machine.python), folder, machine.settings):
        if path and path.parts[1:2] in (("home",), ("root",)):
            click.echo(f"{path} is in someone's home, where the units can't read: copy it to /opt or /etc", err=True)
    for name, text in files(site, machine).items():
        if not to:
            click.echo(f"# --- /{name}\n{text}")
            continue
        try:
            (to / name).parent.mkdir(parents=True, exist_ok=True)
            (to / name).write_text(text, encoding="utf-8")
        except OSError as error:
            raise click.ClickException(f"{to / name} can't be written: {error.strerror}") from None
        click.echo(str(to / name))
    if not to:
        click.echo(f"# --- with a window manager of your own, start this when it starts\n{machine.launch}")


@contextlib.contextmanager
def _problems_end() -> Iterator[None]:
    """Ends the program with the problems that are found meanwhile."""
    try:
        yield
    except ContentError as error:
        click.echo(str(error), err=True)
        sys.exit(1)


def _find_tree(tree: str) -> tuple[Path, str, Content]:
    """The folder, the name and the content of the tree that a person names, by its name or its file.

    Ends the program when it is not there or has errors.
    """
    path = Path(tree)
    folder, name = (path.parent, path.stem) if path.suffix == ".yaml" else (_trees(), tree)
    if path.suffix == ".yaml" and not path.is_file():
        raise click.UsageError(f'there is no file "{tree}"')
    with _problems_end():
        found = content(folder)
    if name not in found.trees:
        help = nearest(name, found.trees) or f"the trees are {', '.join(found.trees)}"
        raise click.UsageError(f'there is no tree "{name}" in {show(folder)}: {help}')
    return folder, name, found


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


def _site(folder: Path, file: Path | None) -> Site:
    """The site of a folder. Ends the program with the problems when there are any."""
    try:
        loaded, chosen, warnings = read(folder, file)
    except ContentError as error:
        click.echo(f"{error}\n{summary(error.problems)}: the guide can't be served", err=True)
        sys.exit(1)
    _tell_all(warnings)
    return Site(loaded.content, chosen, loaded.catalogs)


def _settings(file: Path | None) -> Settings:
    """The settings. Ends the program with the problems when there are any."""
    with _problems_end():
        return read_settings(file)


def _follow(folder: Path, file: Path | None, chosen: Settings) -> Reloader:
    """The app of --watch, in the process that serves it."""
    live = watched(folder, file, chosen, _tell)
    live.follow(EVERY)
    return live


def _last_good(state: Path, folder: Path, file: Path | None) -> LastGood:
    """Where the last good set of a folder and its settings is kept."""
    which = "built-in" if folder == shipped("trees") else str(folder)
    name = hashlib.sha256(f"{which}\0{(file or Path(SETTINGS)).absolute()}".encode()).hexdigest()[:12]
    return LastGood(state / f"good-{name}.zip", _warn)


def _warn(text: str) -> None:
    _say(f"WARNING: {text}")


def _prepare(folder: Path, file: Path | None, last_good: LastGood) -> tuple[Preloaded | None, Settings]:
    """The set to begin with, or None when the last good one must do; and its settings.

    Ends the program with the problems when there is neither.
    """
    try:
        ready, warnings = prepared(folder, file, last_good)
    except ContentError as error:
        _tell_all(error.problems)
        kept = last_good_set(last_good)
        if not kept:
            click.echo(f"{summary(error.problems)}: the guide can't be served", err=True)
            sys.exit(1)
        when = datetime.datetime.fromtimestamp(last_good.path.stat().st_mtime).isoformat(" ", "minutes")
        _warn(
            f"{summary(error.problems)}: your files are NOT served. Readers get the last good set, of {when}, until "
            "the files are mended: no new start is needed then."
        )
        return None, kept[1]
    _tell_all(warnings)
    return ready, ready.site.settings


def _serve(folder: Path, file: Path | None, public: bool, last_good: LastGood, preloaded: Preloaded | None) -> Reloader:
    """The app for readers, in a process that serves it."""
    live = served(folder, file, public, last_good, preloaded, _tell_change)
    live.follow(CALMLY)
    return live


def _tell_change(changed: list[Path], state: Served) -> None:
    """What came of a change, with its problems: there is no page that tells them."""
    if changed:
        _tell_all(state.problems)
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
        _say(f"{show(changed[0])}{others} changed: {outcome}")
    elif state.problems:
        _tell_all(state.problems)
        _say(outcome)
    _tell_all(state.warnings)


def _write_at_once() -> None:
    # What waits to be written, for a log on a full disk, would stop the start of each worker.
    if sys.stderr is sys.__stderr__:
        sys.stderr = io.TextIOWrapper(io.FileIO(2, "w", closefd=False), errors="backslashreplace", write_through=True)


def _say(text: str) -> None:
    """Tell it on stderr. Where that can't be written, as in a log on a full disk, the guide goes on all the same."""
    with contextlib.suppress(OSError):
        click.echo(text, err=True)


def _tell_all(problems: Iterable[Problem]) -> None:
    for problem in problems:
        _say(_colored(problem))
