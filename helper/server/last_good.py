"""The last good set of files, kept on disk: what is served when the files are broken at the start, and the assets of
the release before."""

import io
import os
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from helper.assets import TYPES, Asset
from helper.guide import read_with, trust
from helper.loading.folder import CONTACTS, SETTINGS, SOURCES, Loaded, above, below
from helper.model.settings import Settings
from helper.problem import ContentError

STATIC = "static"
BEFORE = "before"
"""The folders of the assets of this release, and of the one before it."""
UNREADABLE = (OSError, zipfile.BadZipFile, zlib.error)


def state_folder(environ: Mapping[str, str]) -> Path:
    """Where the system wants what a program keeps."""
    if from_systemd := environ.get("STATE_DIRECTORY"):  # from systemd, which may name several
        return Path(from_systemd.split(":")[0])
    home = environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    return Path(home) / "crisis-helper"


def last_good_set(last_good: "LastGood") -> tuple[Loaded, Settings] | None:
    """The last good set, or None. It was good when it was kept: rules that are newer do not take it away."""
    with last_good.unpacked() as folder:
        if folder is None:
            return None
        try:
            loaded, settings, _ = read_with(folder / "trees", folder / SETTINGS, folder / "places", trust)
        except ContentError:
            return None
        return loaded, settings


@dataclass(frozen=True)
class LastGood:
    """One file, written whole or not at all, for one folder of trees."""

    path: Path
    tell: Callable[[str], None]
    """Hears why the set can't be kept."""

    def packed(
        self,
        folder: Path,
        settings: Path,
        places: Path | None,
        assets: Mapping[str, Asset],
        older: Iterable[Asset],
    ) -> bytes:
        """The set as it is now, in one piece. The same files give the same bytes."""
        paths = {f"trees/{path.relative_to(folder)}": path for path in below(folder, ".yaml", ".po")}
        paths |= {f"trees/{name}": above(folder, name) for name in (CONTACTS, SOURCES)}
        if places:
            paths |= {f"places/{path.name}": path for path in below(places, ".yaml")}
        bodies = {name: path.read_bytes() for name, path in paths.items()}
        bodies[SETTINGS] = settings.read_bytes() if settings.is_file() else b"{}"
        bodies |= {f"{STATIC}/{asset.name}": asset.body for asset in assets.values()}
        bodies |= {f"{BEFORE}/{asset.name}": asset.body for asset in older}
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            for name, body in sorted(bodies.items()):
                archive.writestr(zipfile.ZipInfo(name), body, zipfile.ZIP_DEFLATED)
        return buffer.getvalue()

    def save(self, packed: bytes) -> None:
        """Put the set in the place of the one before. When that can't be done it is told, and all goes on."""
        try:
            if self.path.is_file() and self.path.read_bytes() == packed:
                return
            self.path.parent.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(".new", "", self.path.parent)
            try:
                with open(handle, "wb") as file:
                    file.write(packed)
                    file.flush()
                    os.fsync(file.fileno())
                os.replace(name, self.path)
            except BaseException:
                os.unlink(name)
                raise
        except OSError as error:
            self.tell(f"the last good set can't be kept at {self.path}: {error.strerror}")

    def passed(self, mark: str) -> bool:
        """Whether it was kept that the rules found nothing wrong in what the mark stands for."""
        try:
            return self._mark.read_text() == mark
        except (OSError, UnicodeDecodeError):
            return False

    def mark_passed(self, mark: str) -> None:
        """Keep that the rules found nothing wrong. When that can't be kept, the next start tries them again."""
        with suppress(OSError):
            self._mark.parent.mkdir(parents=True, exist_ok=True)
            self._mark.write_text(mark)

    @property
    def _mark(self) -> Path:
        return self.path.with_suffix(".proven")

    @contextmanager
    def unpacked(self) -> Iterator[Path | None]:
        """A folder with the set, for a moment; or None when there is none that is whole."""
        with tempfile.TemporaryDirectory() as temporary:
            folder: Path | None = Path(temporary)
            try:
                with zipfile.ZipFile(self.path) as archive:
                    archive.extractall(temporary)
                for name in ("trees", "places"):
                    Path(temporary, name).mkdir(exist_ok=True)
            except UNREADABLE:
                folder = None
            yield folder

    def older_assets(self, assets: Mapping[str, Asset]) -> list[Asset]:
        """The assets of the release before the one that has these."""
        current = {asset.name for asset in assets.values()}
        try:
            with zipfile.ZipFile(self.path) as archive:
                names = [PurePosixPath(name) for name in archive.namelist()]
                last = {path.name for path in names if path.parts[0] == STATIC}
                folder = BEFORE if last == current else STATIC
                return [
                    Asset(path.name, archive.read(str(path)), TYPES[path.suffix], "")
                    for path in names
                    if path.parts[0] == folder and path.name not in current and path.suffix in TYPES
                ]
        except UNREADABLE:
            return []
