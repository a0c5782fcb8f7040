"""What is wrong with the settings of a kiosk, seen with the trees, places and languages that there are."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from helper.interface import offered
from helper.loading.document import Document, read_file
from helper.loading.folder import SETTINGS, Loaded
from helper.model.settings import Settings
from helper.problem import Problem, nearest


def kiosk_problems(settings_file: Path | None, chosen: Settings, loaded: Loaded) -> list[Problem]:
    """The problems of the kiosk in a settings file, or in that of this folder; `chosen` is what it says."""
    path = settings_file or Path(SETTINGS)
    return list(_problems(read_file(path, "settings"), chosen, loaded)) if path.is_file() else []


def _problems(document: Document, chosen: Settings, loaded: Loaded) -> Iterator[Problem]:
    kiosk, trees = chosen.kiosk, loaded.content.trees
    languages = offered(loaded.catalogs, chosen.languages)
    if kiosk.place is not None and kiosk.place not in loaded.content.places:
        message = f'there is no place "{kiosk.place}"'
        hint = _suggestion(kiosk.place, loaded.content.places, "places")
        yield document.problem(("kiosk", "place"), "unknown-place", message, hint)
    for n, language in enumerate(kiosk.languages):
        if language not in languages:
            path = ("kiosk", "languages", n)
            message = f'the guides are not offered in "{language}"'
            yield document.problem(path, "unknown-language", message, _suggestion(language, languages, "languages"))
    for n, tree_id in enumerate(kiosk.guides):
        if tree_id not in trees:
            path = ("kiosk", "guides", n)
            message = f'there is no tree "{tree_id}"'
            yield document.problem(path, "unknown-tree", message, _suggestion(tree_id, trees, "trees"))
    if kiosk.guides and chosen.home not in kiosk.guides:
        message = f'"guides" leaves out "{chosen.home}", the tree of the first page'
        yield document.problem(("kiosk", "guides"), "kiosk-home", message, f"add {chosen.home}")
    for key in ("desk", "desk_hours"):
        lines = getattr(kiosk, key)
        missing = [language for language in kiosk.languages or languages if lines and language not in lines]
        if missing:
            message = f'"{key}" has no line in {", ".join(missing)}'
            hint = f"add it, or name the languages of the screen under languages: [{', '.join(lines)}]"
            yield document.problem(("kiosk", key), "kiosk-desk", message, hint, key=True)
    if kiosk.urgent < kiosk.idle:
        message = f"urgent steps would wait {kiosk.urgent} seconds, less than others, which wait {kiosk.idle}"
        key = "urgent" if "urgent" in kiosk.model_fields_set else "idle"
        yield document.problem(("kiosk", key), "kiosk-times", message, f"write urgent: {kiosk.idle}, or more")


def _suggestion(word: str, names: Iterable[str], what: str) -> str:
    known = [*names]
    return nearest(word, known) or (f"the {what} are {', '.join(known)}" if known else f"there are no {what}")
