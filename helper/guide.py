"""A folder of trees and its settings as one guide: read, and judged by the rules."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from pathlib import Path

from helper.check import report
from helper.check.context import rule_id
from helper.check.kiosk import kiosk_problems
from helper.check.languages import untranslated
from helper.loading.document import show
from helper.loading.folder import SETTINGS, Loaded, below, collect_errors, content_files, load, load_settings
from helper.model.settings import Settings
from helper.problem import ContentError, Problem, nearest

Rules = Callable[[Loaded], tuple[Problem, ...]]
"""What the rules say of a set: the warnings. Raises ContentError with the errors."""


def read(
    folder: Path, settings_file: Path | None, writing: bool = False
) -> tuple[Loaded, Settings, tuple[Problem, ...]]:
    """What a folder and a settings file say, with the warnings. Raises ContentError with the problems of both.

    A tree that stands alone is the first page, unless the settings name another. While someone is `writing`, a text
    that waits for its translation keeps no page back: it shows in English.
    """
    waits = (rule_id(untranslated),) if writing else ()
    return read_with(folder, settings_file, places_of(settings_file), lambda loaded: judge(loaded, waits))


def judge(loaded: Loaded, waits: Collection[str] = ()) -> tuple[Problem, ...]:
    """The warnings of all rules. Raises ContentError with the errors, but for those with a code in `waits`."""
    problems = report(loaded).problems
    if errors := [problem for problem in problems if problem.severity == "error" and problem.code not in waits]:
        raise ContentError(errors)
    return tuple(problem for problem in problems if problem.severity == "warning")


def trust(loaded: Loaded) -> tuple[Problem, ...]:
    """For a set that is known to be good: the rules are not tried again."""
    return ()


def read_with(
    folder: Path, settings_file: Path | None, places: Path | None, rules: Rules
) -> tuple[Loaded, Settings, tuple[Problem, ...]]:
    """The same, by these rules, with a folder of places. Raises ContentError."""
    (loaded, warnings), chosen = collect_errors(
        lambda: _trees(folder, settings_file, places, rules), lambda: read_settings(settings_file)
    )
    trees = loaded.content.trees
    if len(trees) == 1 and "home" not in chosen.model_fields_set:
        chosen = chosen.model_copy(update={"home": next(iter(trees))})
    if chosen.home not in trees:
        write = f'write "home: {next(iter(trees))}" in {SETTINGS}, or in the file that --settings names'
        hint = nearest(chosen.home, trees) or write
        message = f'there is no tree "{chosen.home}" for the first page'
        raise ContentError([Problem(show(folder), 1, 1, "unknown-home", message, hint)])
    if problems := kiosk_problems(settings_file, chosen, loaded):
        raise ContentError(problems)
    return loaded, chosen, warnings


def _trees(
    folder: Path, settings_file: Path | None, places: Path | None, rules: Rules
) -> tuple[Loaded, tuple[Problem, ...]]:
    """The set of a folder in the languages that are offered, and the warnings. Raises ContentError."""
    loaded = load(folder, places)
    if languages := _settings(settings_file).languages:
        offered = {language: catalog for language, catalog in loaded.catalogs.items() if language in languages}
        loaded = replace(loaded, catalogs=offered)
    return loaded, rules(loaded)


def read_settings(settings_file: Path | None) -> Settings:
    """The settings in a file; without one, those of the folder that the program was started in. Raises ContentError."""
    path = settings_file or Path(SETTINGS)
    return load_settings(path) if settings_file or path.is_file() else Settings()


def places_of(settings_file: Path | None) -> Path | None:
    """The folder of places that the settings name. None where they name none or can't be read."""
    name = _settings(settings_file).places
    return (settings_file or Path(SETTINGS)).parent / name if name else None


def sources_of(folder: Path, settings_file: Path | None) -> Iterable[Path]:
    """The files that an operator or author changes."""
    yield from content_files(folder)
    yield settings_file or Path(SETTINGS)
    if places := places_of(settings_file):
        yield from below(places, ".yaml")


def _settings(settings_file: Path | None) -> Settings:
    """The settings, or the usual ones where they can't be read: what is wrong with them is told elsewhere."""
    try:
        return read_settings(settings_file)
    except ContentError:
        return Settings()
