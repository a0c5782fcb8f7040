"""What several commands take: a folder of trees, a tree, the settings, a file to write; and how they tell problems."""

import contextlib
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import click

from helper import data_dir
from helper.check import content, summary
from helper.guide import read, read_settings
from helper.loading.document import show
from helper.model.content import Content
from helper.model.settings import Settings
from helper.problem import ContentError, Problem, explain, nearest
from helper.site import Site

trees_option = click.option(
    "--trees", type=click.Path(exists=True, file_okay=False, path_type=Path), help="The folder of trees."
)
settings_option = click.option(
    "--settings", "settings_file", type=click.Path(exists=True, path_type=Path), help="A helper.yaml."
)
output_option = click.option(
    "-o", "--output", type=click.File("w", encoding="utf-8", lazy=True), default="-", help="A file."
)


def trees_here() -> Path:
    """The folder trees of where the command is given; the built-in trees where there is none."""
    local = Path("trees")
    return local if local.is_dir() else data_dir("trees")


def settings_of(settings_file: Path | None) -> Settings:
    """The settings. Ends the program with the problems when there are any."""
    with problems_end():
        return read_settings(settings_file)


def site_of(folder: Path, settings_file: Path | None) -> Site:
    """The site of a folder. Ends the program with the problems when there are any."""
    try:
        loaded, chosen, warnings = read(folder, settings_file)
    except ContentError as error:
        click.echo(f"{error}\n{summary(error.problems)}: the guide can't be served", err=True)
        sys.exit(1)
    tell_all(warnings)
    return Site(loaded.content, chosen, loaded.catalogs)


def find_tree(tree: str) -> tuple[Path, str, Content]:
    """The folder, the name and the content of the tree that a person names, by its name or its file.

    Ends the program when it is not there or has errors.
    """
    path = Path(tree)
    folder, name = (path.parent, path.stem) if path.suffix == ".yaml" else (trees_here(), tree)
    if path.suffix == ".yaml" and not path.is_file():
        raise click.UsageError(f'there is no file "{tree}"')
    with problems_end():
        folder_content = content(folder)
    if name not in folder_content.trees:
        hint = nearest(name, folder_content.trees) or f"the trees are {', '.join(folder_content.trees)}"
        raise click.UsageError(f'there is no tree "{name}" in {show(folder)}: {hint}')
    return folder, name, folder_content


@contextlib.contextmanager
def problems_end() -> Iterator[None]:
    """Ends the program with the problems that are found meanwhile."""
    try:
        yield
    except ContentError as error:
        click.echo(str(error), err=True)
        sys.exit(1)


def colored(problem: Problem) -> str:
    """The text of a problem in colors, which click takes out again where there is no terminal."""
    color = "red" if problem.severity == "error" else "yellow"
    first, *lines = explain(problem).split("\n")
    start = f"{problem.file}:{problem.line}:{problem.column}: "
    message = first.removeprefix(f"{start}{problem.severity}: ")
    first = click.style(start, bold=True) + click.style(f"{problem.severity}: ", fg=color, bold=True) + message
    if problem.source.strip():
        lines[1] = click.style(lines[1], fg=color)
    return "\n".join([first, *lines])


def tell_all(problems: Iterable[Problem]) -> None:
    """Tell each of the problems on stderr, as `say` does."""
    for problem in problems:
        say(colored(problem))


def say(text: str) -> None:
    """Tell it on stderr. Where that can't be written, as in a log on a full disk, the guide goes on all the same."""
    with contextlib.suppress(OSError):
        click.echo(text, err=True)
