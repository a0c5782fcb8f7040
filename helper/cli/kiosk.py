"""The command for the screen of a waiting room: it sets up a machine, or looks at one that runs."""

import datetime
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import NoReturn

import click

from helper.cli.options import settings_option, site_of, trees_here, trees_option
from helper.kiosk.doctor import diagnose
from helper.kiosk.setup import Machine, machine_files
from helper.loading.folder import SETTINGS


@click.command("kiosk")
@trees_option
@settings_option
@click.option("--port", type=click.IntRange(1, 65535), help="Where the guide is served to this machine: 8000.")
@click.option("--server", help="The address of a server elsewhere, instead of one on this machine.")
@click.option("--to", type=click.Path(file_okay=False, path_type=Path), help="Write the files below this folder.")
@click.option("--check", "running", metavar="URL", help="Look at a kiosk that runs, and tell what is wrong.")
def set_up(
    trees: Path | None,
    settings_file: Path | None,
    port: int | None,
    server: str | None,
    to: Path | None,
    running: str | None,
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
        if to or trees or settings_file or server or port:
            raise click.UsageError("--check looks at a kiosk that runs: it takes no other option")
        _look_at(running)
    if server and port:
        raise click.UsageError("--port is for the guide on this machine, and --server for one elsewhere")
    folder = (trees or trees_here()).resolve()
    settings = settings_file or (Path(SETTINGS) if Path(SETTINGS).is_file() else None)
    site = site_of(folder, settings)
    machine = Machine(sys.executable, folder, settings and settings.resolve(), site.settings.base, port or 8000, server)
    _warn_of_homes(machine)
    if to:
        _write_below(machine_files(site, machine), to)
    else:
        _print_files(machine_files(site, machine), machine)


def _look_at(address: str) -> NoReturn:
    """Tell what is wrong with the kiosk at an address, and end the program with 1 when something is."""
    wrong = diagnose(address, datetime.datetime.now(datetime.UTC))
    click.echo("\n".join(wrong) or "All is well.")
    sys.exit(bool(wrong))


def _warn_of_homes(machine: Machine) -> None:
    """Tell which of the files that the units need lie where they can't read."""
    for path in (Path(machine.python), machine.trees, machine.settings):
        if path and path.parts[1:2] in (("home",), ("root",)):
            click.echo(f"{path} is in someone's home, where the units can't read: copy it to /opt or /etc", err=True)


def _print_files(files: Mapping[str, str], machine: Machine) -> None:
    """Print the files, each under its name, and what starts the screen without the units."""
    for name, text in files.items():
        click.echo(f"# --- /{name}\n{text}")
    click.echo(f"# --- with a window manager of your own, start this when it starts\n{machine.launch}")


def _write_below(files: Mapping[str, str], root: Path) -> None:
    """Write the files below a folder, and tell their paths. Ends the program when one can't be written."""
    for name, text in files.items():
        try:
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text, encoding="utf-8")
        except OSError as error:
            raise click.ClickException(f"{root / name} can't be written: {error.strerror}") from None
        click.echo(str(root / name))
