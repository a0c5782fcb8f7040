"""The command line: helper check and helper serve."""

import functools
import socket
import sys
from pathlib import Path

import click
from granian import Granian
from granian.constants import Interfaces

from helper import shipped
from helper.check import content, problems_at, summary
from helper.load import settings, show
from helper.model import Settings
from helper.problem import ContentError, explain
from helper.render import Site
from helper.web import LOOPBACK, create_app

LOG = {
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "generic", "stream": "ext://sys.stderr"}},
    "loggers": {"_granian": {"handlers": ["stderr"], "level": "INFO", "propagate": False}},
}
"""Granian's own log, on stderr. An access log is never written."""


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """A guide that walks people through a mental health crisis."""


@main.command()
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path))
def check(paths: tuple[Path, ...]) -> None:
    """Tell what is wrong in the trees at PATHS: folders or files.

    Without PATHS it looks at the folder trees, or at the built-in trees where there is none. It ends with 0 when all
    is well (warnings do not count), with 1 when something is wrong.

    \b
    helper check
    helper check trees/crisis.yaml
    """
    problems = sorted({problem for path in paths or (_trees(),) for problem in problems_at(path)})
    for problem in problems:
        click.echo(explain(problem), err=True)
    click.echo(summary(problems) or "no problems", err=True)
    sys.exit(any(problem.severity == "error" for problem in problems))


def _trees() -> Path:
    here = Path("trees")
    return here if here.is_dir() else shipped("trees")


@main.command()
@click.option("--trees", type=click.Path(exists=True, file_okay=False, path_type=Path), help="The folder of trees.")
@click.option("--settings", "file", type=click.Path(exists=True, path_type=Path), help="A helper.yaml.")
@click.option(
    "--watch", is_flag=True, help="For writing trees: one process that reads the trees again when they change."
)
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535), envvar="PORT")
def serve(trees: Path | None, file: Path | None, watch: bool, host: str, port: int) -> None:
    """Serve the trees in a folder, or the built-in ones.

    It does not start on a tree with errors: it tells them as helper check does, and ends with 1.

    \b
    helper serve
    helper serve --trees trees --port 8080
    """
    folder = (trees or _trees()).resolve()
    chosen = _settings(file)
    if host not in (*LOOPBACK, "::1") and not (chosen.public_address or chosen.trusted_hosts):
        raise click.UsageError(f"--host {host} lets others in: set public_address or trusted_hosts in --settings")
    site = _site(folder, chosen)
    create_app(site)
    _claim(host, port)
    click.echo(f"The guide is at http://{host}:{port}{chosen.base}/  (Ctrl+C ends it)", err=True)
    if watch:
        app = create_app(site)
        files = [str(path) for path in folder.rglob("*.yaml")]
        app.run(host, port, use_reloader=True, extra_files=files)
        return
    server = Granian(
        "helper",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=2,
        blocking_threads=4,
        websockets=False,
        log_access=False,
        log_dictconfig=LOG,
        respawn_failed_workers=True,
    )
    server.serve(target_loader=functools.partial(create_app, site), wrap_loader=False)


def _claim(host: str, port: int) -> None:
    # Granian would share the port with a server that has it, and readers would get old and new pages in turn.
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host.strip("[]"), port))
        except OSError as error:
            raise click.ClickException(
                f"{host}:{port} can't be used: {error.strerror}. Choose another --port"
            ) from None


def _site(folder: Path, chosen: Settings) -> Site:
    """The site of a folder. Ends the program with the problems when there are any."""
    try:
        found = content(folder)
    except ContentError as error:
        click.echo(f"{error}\n{summary(error.problems)}: the guide can't be served", err=True)
        sys.exit(1)
    if chosen.home not in found.trees:
        click.echo(f'there is no tree "{chosen.home}" in {show(folder)} for the first page', err=True)
        sys.exit(1)
    return Site(found, chosen)


def _settings(file: Path | None) -> Settings:
    path = file or Path("helper.yaml")
    if file is None and not path.is_file():
        return Settings()
    try:
        return settings(path)
    except ContentError as error:
        click.echo(str(error), err=True)
        sys.exit(1)
