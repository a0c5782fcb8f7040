"""The two versions that someone asks for: files, or what git keeps of them."""

import subprocess
from pathlib import Path, PurePosixPath

from helper import data_dir
from helper.diff.version import Version
from helper.loading.document import show
from helper.loading.folder import CONTACTS, TOPICS, collect_errors, load_bytes, load_tree

GIT = "git:"


class DiffError(Exception):
    """What was asked for can't be compared: there is no such revision, or no such file in it."""


def read_versions(old: str, new: str) -> tuple[Version, Version]:
    """What the two arguments of `helper diff` name: files, git:REV (of the other file) or git:REV:PATH.

    Raises DiffError, and ContentError where a tree or its contacts can't be read.
    """
    before, after = collect_errors(lambda: _version(old, new), lambda: _version(new, old))
    return before, after


def _version(argument: str, other_argument: str) -> Version:
    if not argument.startswith(GIT):
        return Version(Path(argument).stem, *load_tree(Path(argument)))
    revision, _, inside = argument.removeprefix(GIT).partition(":")
    folder = Path()
    if not inside:
        if other_argument.startswith(GIT):
            inside = other_argument.removeprefix(GIT).partition(":")[2]
            if not inside:
                raise DiffError(f"name the file too, like {argument}:trees/crisis.yaml")
        elif not (folder := Path(other_argument).parent).is_dir():
            raise DiffError(f'there is no folder "{folder}"')
    prefix = _git(folder, "rev-parse", "--show-prefix")
    if prefix is None:
        raise DiffError(f'the folder "{folder}" is in no git repository')
    commit = None if revision.startswith("-") else _git(folder, "rev-parse", "--verify", f"{revision}^{{commit}}")
    if commit is None:
        raise DiffError(f'git knows no revision "{revision}"')
    path = PurePosixPath(inside or prefix.decode().strip("\n") + Path(other_argument).name)

    def blob(path: PurePosixPath) -> tuple[str, bytes] | None:
        raw = _git(folder, "cat-file", "blob", f"{commit.decode().strip()}:{path}")
        return None if raw is None else (f"{revision}:{path}", raw)

    tree = blob(path)
    if tree is None:
        raise DiffError(f'there is no file "{path}" in {revision}')

    def nearest(name: str) -> tuple[str, bytes]:
        return next(filter(None, (blob(parent / name) for parent in path.parents)), None) or _built_in(name)

    return Version(path.stem, *load_bytes(tree, nearest(CONTACTS), nearest(TOPICS)))


def _built_in(name: str) -> tuple[str, bytes]:
    path = data_dir("trees") / name
    return show(path), path.read_bytes()


def _git(folder: Path, *arguments: str) -> bytes | None:
    """What git says, or None where it fails."""
    try:
        result = subprocess.run(["git", "-C", str(folder), *arguments], capture_output=True, check=False)
    except FileNotFoundError:
        raise DiffError("git is not installed") from None
    return result.stdout if result.returncode == 0 else None
