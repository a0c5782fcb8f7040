"""A guide that walks people through a mental health crisis, one question a screen."""

from pathlib import Path


def data_dir(name: str) -> Path:
    """The folder `name` (trees, templates, static or safety) that came with this copy of the program.

    A wheel carries the folders inside the package; in a checkout they stand beside it.
    """
    inside = Path(__file__).parent / name
    return inside if inside.is_dir() else Path(__file__).parent.parent / name
