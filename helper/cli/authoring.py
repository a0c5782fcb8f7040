"""The commands for those who write a guide, translate it, read it before it goes out, and answer for its safety."""

import datetime
import sys
from pathlib import Path
from typing import IO

import click

from helper import data_dir
from helper.catalog import is_language
from helper.check import check_path, summary
from helper.check.kiosk import kiosk_problems
from helper.cli.options import colored, find_tree, output_option, problems_end, settings_of, settings_option, trees_here
from helper.diff import compare
from helper.diff.report import describe
from helper.diff.revisions import DiffError, read_versions
from helper.draw import svg
from helper.due import as_calendar, as_csv, due
from helper.due import as_json as due_as_json
from helper.graph import dot, lay_out, mermaid
from helper.guide import places_of
from helper.hazards import safety_page
from helper.interface import LANGUAGE
from helper.loading.document import show
from helper.loading.folder import load, load_contacts, load_hazards, wrong_name
from helper.model.settings import Kiosk, Settings
from helper.new import new_tree
from helper.problem import ContentError, Problem, as_github, as_json
from helper.propose import proposals
from helper.review import review
from helper.site import Site
from helper.translate import status, update, update_interface

DRAWINGS = {"mermaid": mermaid, "dot": dot, "svg": svg}


FORMATS = {"csv": as_csv, "json": due_as_json, "ics": as_calendar}


@click.group("places")
def places() -> None:
    """Keep what places tell true."""


@places.command("due")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", *FORMATS]),
    default="text",
    show_default=True,
    help="text: a line for each. csv, json: for programs. ics: the last days, for a calendar.",
)
@settings_option
@output_option
def places_due(form: str, settings_file: Path | None, output: IO[str]) -> None:
    """List what somebody has to call or look up again: what is unchecked, ends within 90 days, has no second call, or
    has no page of its own to check it at.

    \b
    helper places due
    helper places due --format ics -o due.ics
    """
    with problems_end():
        entries = due(load(trees_here(), places_of(settings_file)).content, datetime.date.today())
    if form == "text":
        lines = (
            f"{entry.place} {entry.entry}: {entry.reasons} ({entry.expires or 'no last day'})\n" for entry in entries
        )
        output.write("".join(lines))
    else:
        output.write(FORMATS[form](entries))


@places.command("import")
@click.argument("table", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def import_places(table: Path, folder: Path) -> None:
    """Write a place into FOLDER for each row of TABLE, a file in CSV: proposals, of which no number is shown yet.

    A file that is there is left as it is. Check each line by a call, then take its `status` out.

    \b
    helper places import counties.csv trees/places
    """
    with problems_end():
        made = [*proposals(table.read_text(encoding="utf-8-sig"), show(table), datetime.date.today())]
    folder.mkdir(parents=True, exist_ok=True)
    for place_id, text in made:
        path = folder / f"{place_id}.yaml"
        if path.exists():
            click.echo(f"{show(path)} is there already: left as it is", err=True)
        else:
            path.write_text(text, encoding="utf-8")
            click.echo(f"{show(path)}: call its lines, then take status out", err=True)


@click.command("check")
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
@settings_option
def check_paths(paths: tuple[Path, ...], form: str, untold: bool, settings_file: Path | None) -> None:
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
    kiosk = [] if paths else _kiosk(settings_of(settings_file), settings_file)
    reports = [check_path(path) for path in paths] or [check_path(trees_here(), places=places_of(settings_file))]
    problems = sorted({*kiosk, *(problem for report in reports for problem in report.problems)})
    silenced = {problem for report in reports for problem in report.silenced}
    if form == "json":
        click.echo(as_json(problems))
    elif form == "github":
        for problem in problems:
            click.echo(as_github(problem))
    else:
        for problem in problems:
            click.echo(colored(problem), err=True)
    broken = any(problem.severity == "error" for problem in problems)
    if form == "text" and not broken:
        coverages = {coverage.file: coverage for report in reports for coverage in report.coverage}
        for _, coverage in sorted(coverages.items()):
            click.echo(coverage.describe(untold), err=True)
    click.echo(summary(problems, len(silenced)), err=True)
    sys.exit(broken)


def _kiosk(chosen: Settings, settings_file: Path | None) -> list[Problem]:
    """The problems of the kiosk in the settings; none while the trees can't be read, which are told first."""
    if chosen.kiosk == Kiosk():
        return []
    try:
        return kiosk_problems(settings_file, chosen, load(trees_here(), places_of(settings_file)))
    except ContentError:
        return []


@click.command()
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
        changes = compare(*read_versions(old, new), datetime.date.today())
    except DiffError as error:
        raise click.UsageError(str(error)) from None
    except ContentError as error:
        click.echo(str(error), err=True)
        sys.exit(2)
    click.echo(describe(changes))
    sys.exit(any(change.reach for change in changes))


@click.command("graph")
@click.argument("tree")
@click.option("--format", "form", type=click.Choice(list(DRAWINGS)), default="mermaid", show_default=True)
@click.option("--answers-only", is_flag=True, help="Leave out the quiet choices and the warnings that lead to 911.")
@output_option
def draw(tree: str, form: str, answers_only: bool, output: IO[str]) -> None:
    """Draw TREE: the name of a tree, or its file.

    Every step links to its page, at the public_address of helper.yaml where there is one.

    \b
    helper graph crisis
    helper graph crisis --format svg -o crisis.svg
    helper graph trees/crisis.yaml --format dot
    """
    _, name, content = find_tree(tree)
    address = (settings_of(None).public_address or "").rstrip("/")
    drawn = DRAWINGS[form](
        lay_out(content, name, quiet=not answers_only), lambda node: f"{address}/{LANGUAGE}/{node[0]}/{node[1]}/"
    )
    output.write(drawn)


@click.command("review")
@click.argument("tree")
@output_option
def write_review(tree: str, output: IO[str]) -> None:
    """Write TREE as one page of HTML to print, for who must say yes to it.

    TREE is the name of a tree, or its file. The page has every step with its sources, dates and reading grade, every
    number, the stories, and room to sign. It opens without a network.

    \b
    helper review crisis -o crisis-review.html
    """
    folder, name, content = find_tree(tree)
    day = datetime.date.today()
    output.write(review(Site(content, settings_of(None)), name, check_path(folder / f"{name}.yaml", day), day))


@click.command("safety")
@click.option("--log", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Another hazard log.")
@output_option
def write_safety(log: Path | None, output: IO[str]) -> None:
    """Write the hazard log as one page of HTML to print, with a part for the clinic to fill in.

    It says how the guide could harm someone, what is done against it, which tests prove that, and what is left. It
    claims no compliance. It opens without a network.

    \b
    helper safety -o hazards.html
    """
    with problems_end():
        hazard_log = load_hazards(log or data_dir("safety") / "hazards.yaml")
    output.write(safety_page(hazard_log, datetime.date.today()))


@click.command()
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
    folder = (folder or trees_here()).resolve()
    for language in languages:
        if not is_language(language) or language == LANGUAGE:
            raise click.UsageError(f'"{language}" is no language to translate to: use a code of two letters, like es')
    with problems_end():
        loaded = load(folder)
        for language in languages or sorted(loaded.catalogs):
            files = update(loaded, folder, language)
            if folder == data_dir("trees"):
                files = {**update_interface(language), **files}
            for path, messages in files.items():
                click.echo(f"{show(path)}: {status(messages)}")


@click.command("new")
@click.argument("name")
@click.option("--trees", "folder", default="trees", show_default=True, type=click.Path(file_okay=False, path_type=Path))
def write_new_tree(name: str, folder: Path) -> None:
    """Write a small tree to begin with: NAME.yaml in the folder trees, explained line by line.

    It passes helper check as it is.

    \b
    helper new find-my-book
    """
    if why := wrong_name(name):
        raise click.UsageError(f'a tree can\'t be called "{name}": {why}')
    path = folder / f"{name}.yaml"
    with problems_end():
        contacts = load_contacts(folder)
    day = datetime.date.today()
    offered = [contact_id for contact_id, contact in contacts.items() if contact.offered(day)]
    if not offered:
        late = any(contact.status is None for contact in contacts.values())
        hint = "check one that is past its date, then set verified and expires" if late else "add a contact first"
        raise click.ClickException(f"contacts.yaml has nobody to reach: {hint}")
    text = new_tree(name, folder.resolve(), "988" if "988" in offered else offered[0], day)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as output:
            output.write(text)
    except FileExistsError:
        raise click.ClickException(f"{show(path)} is there already: choose another name") from None
    except OSError as error:
        raise click.ClickException(f"{show(path)} can't be written: {error.strerror}") from None
    click.echo(show(path.resolve()))
    click.echo("Now change it, and look at it: helper serve --watch", err=True)
