"""The command line: `helper` and its eleven commands, by who uses them.

check, diff, graph, new, places, review, safety and translate are in authoring.py, export and serve in serving.py, kiosk
in kiosk.py.
"""

import click

from helper.cli import authoring, kiosk, serving


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """A guide that walks people through a mental health crisis."""


for command in (
    authoring.check_paths,
    authoring.places,
    authoring.diff,
    authoring.draw,
    authoring.write_new_tree,
    authoring.write_review,
    authoring.write_safety,
    authoring.translate,
    serving.write_files,
    serving.serve,
    kiosk.set_up,
):
    main.add_command(command)
