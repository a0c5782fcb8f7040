"""What is wrong with the settings of a kiosk, seen with the trees, places and languages that there are."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from helper.interface import offered
from helper.loading.document import Document, read_file
from helper.loading.folder import SETTINGS, Loaded
from helper.model.settings import Settings
from helper.problem import Problem, nearest


def kiosk_problems(file: Path | None, chosen: Settings, loaded: Loaded) -> list[Problem]:
    """The problems of the kiosk in a settings file, or in that of this folder; `chosen` is what it says."""
    path = file or Path(SETTINGS)
    return list(_problems(read_file(path, "settings"), chosen, loaded)) if path.is_file() else []


def _problems(found: Document, chosen: Settings, loaded: Loaded) -> Iterator[Problem]:
    kiosk, trees = chosen.kiosk, loaded.content.trees
    there = offered(loaded.catalogs, chosen.languages)
    if kiosk.place is not None and kiosk.place not in loaded.content.places:
        message = f'there is no place "{kiosk.place}"'
        help = _near(kiosk.place, loaded.content.places, "places")
        yield found.problem(("kiosk", "place"), "unknown-place", message, help)
    for n, language in enumerate(kiosk.languages):
        if language not in there:
            path = ("kiosk", "languages", n)
            message = f'the guides are not offered in "{language}"'
            yield found.problem(path, "unknown-language", message, _near(language, there, "languages"))
    for n, tree_id in enumerate(kiosk.guides):
        if tree_id not in trees:
            path = ("kiosk", "guides", n)
            yield found.problem(path, "unknown-tree", f'there is no tree "{tree_id}"', _near(tree_id, trees, "trees"))
    if kiosk.guides and chosen.home not in kiosk.guides:
        message = f'"guides" leaves out "{chosen.home}", the tree of the first page'
        yield found.problem(("kiosk", "guides"), "kiosk-home", message, f"add {chosen.home}")
    for key in ("desk", "desk_hours"):
        lines = getattr(kiosk, key)
        missing = [language for language in kiosk.languages or there if lines and language not in lines]
        if missing:
            message = f'"{key}" has no line in {", ".join(missing)}'
            help = f"add it, or name the languages of the screen under languages: [{', '.join(lines)}]"
            yield found.problem(("kiosk", key), "kiosk-desk", message, help, key=True)
    if kiosk.urgent < kiosk.idle:
        message = f"urgent steps would wait {kiosk.urgent} seconds, less than others, which wait {kiosk.idle}"
        key = "urgent" if "urgent" in kiosk.model_fields_set else "idle"
        yield found.problem(("kiosk", key), "kiosk-times", message, f"write urgent: {kiosk.idle}, or more")


def _near(word: str, names: Iterable[str], what: str) -> str:
    found = [*names]
    return nearest(word, found) or (f"the {what} are {', '.join(found)}" if found else f"there are no {what}")
