"""Servers on loopback to measure: the guide, a bare Flask app under the same server, and nginx with the export."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
EXAMPLE = ROOT / "docs" / "examples" / "bicycle"
BROTLI = Path("/usr/lib/nginx/modules/ngx_http_brotli_static_module.so")
TICKS = os.sysconf("SC_CLK_TCK")


class Server:
    """A program that answers on a port of its own, with all its workers."""

    def __init__(self, process: "subprocess.Popen[Any]", port: int, ready: float) -> None:
        self.process, self.port = process, port
        self.ready = ready
        """Seconds from its start to its first answer."""

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def workers(self) -> list[int]:
        """The processes that answer."""
        found = subprocess.run(["ps", "-o", "pid=", "--ppid", str(self.process.pid)], capture_output=True, text=True)
        return [pid for pid in map(int, found.stdout.split()) if is_worker(pid)]

    def processes(self) -> list[int]:
        return [self.process.pid, *self.workers()]

    def megabytes(self) -> float:
        """The memory of all its processes. What they share counts once."""
        return sum(map(proportional, self.processes())) / 1024

    def seconds(self) -> float:
        """The time of the processor that its processes took so far."""
        return sum(map(_spent, self.processes()))

    def in_turn(self) -> float:
        """The same without workers that work beside the busiest one: what a start has to wait for."""
        first, *others = [_spent(pid) for pid in self.processes()]
        return first + max(others, default=0)

    def get(self, path: str, coding: str = "br") -> tuple[int, bytes]:
        question = urllib.request.Request(self.address + path, headers={"Accept-Encoding": coding})
        try:
            with urllib.request.urlopen(question, timeout=30) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.read()


def _spent(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def is_worker(pid: int) -> bool:
    """Whether a process serves: Python starts another one beside, which tracks what they share."""
    try:
        return b"resource_tracker" not in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False


def proportional(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:  # it has just ended
        return 0
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@contextmanager
def started(words: list[str], port: int, path: str = "/", **options: Any) -> Iterator[Server]:
    """A program, from its first answer with 200 until the block ends."""
    start = time.monotonic()
    process = subprocess.Popen(words, **{"stderr": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, **options})
    server = Server(process, port, 0)
    try:
        while not _answers(server, path):
            if process.poll() is not None or time.monotonic() - start > 120:
                sys.exit(f"{' '.join(words)} did not answer")
            time.sleep(0.005)
        server.ready = time.monotonic() - start
        yield server
    finally:
        workers = server.workers()
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        for pid in filter(is_worker, workers):
            if os.path.exists(f"/proc/{pid}"):
                os.kill(pid, signal.SIGKILL)


def _answers(server: Server, path: str) -> bool:
    try:
        return server.get(path)[0] == 200
    except OSError:
        return False


@contextmanager
def guide(
    *words: str,
    state: Path | None = None,
    before: tuple[str, ...] = (),
    env: Mapping[str, str] | None = None,
    **more: Any,
) -> Iterator[Server]:
    """`helper serve` with some words of its own. `before` is a program that runs it."""
    port = free_port()
    with tempfile.TemporaryDirectory() as name:
        run = [*before, sys.executable, "-m", "helper", "serve", "--port", str(port), "--state", str(state or name)]
        paths = f"{ROOT}:{os.environ.get('PYTHONPATH', '')}"
        whole = {**os.environ, "PYTHONPATH": paths, **(env or {})}
        with started([*run, *words], port, "/readyz", env=whole, **more) as server:
            yield server


@contextmanager
def hello() -> Iterator[Server]:
    """A Flask app with one view, under the same server with as many workers."""
    port = free_port()
    run = [sys.executable, __file__, str(port)]
    with started(run, port, env={**os.environ, "PYTHONPATH": str(ROOT)}) as server:
        yield server


def serve_hello(port: int) -> None:
    from flask import Flask

    from helper.cli.serving import answer

    app = Flask("hello")
    app.add_url_rule("/", view_func=lambda: "hello")
    answer(lambda: app, "127.0.0.1", port)


@contextmanager
def nginx(program: str) -> Iterator[Server]:
    """The exported site behind nginx."""
    port = free_port()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)  # the workers of a master that is root are someone else
        run = [sys.executable, "-m", "helper", "export", f"{folder}/site", "--trees", str(ROOT / "trees")]
        subprocess.run(run, check=True, capture_output=True, env={**os.environ, "PYTHONPATH": str(ROOT)})
        rules, load = (folder / "site/nginx.conf").read_text(), ""
        if BROTLI.is_file():
            load, rules = f"load_module {BROTLI};", rules.replace("# brotli_static on;", "brotli_static on; #")
        (folder / "rules.conf").write_text(rules)
        bodies = "".join(
            f"{kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        (folder / "nginx.conf").write_text(f"""
{load}
daemon off;
worker_processes 2;
pid {folder}/pid;
error_log {folder}/error.log;
events {{}}
http {{
    access_log off;
    sendfile on;
    keepalive_requests 1000000;
    open_file_cache max=1000;
    {bodies}
    server {{
        listen 127.0.0.1:{port} reuseport;
        root {folder}/site;
        include {folder}/rules.conf;
    }}
}}
""")
        with started([program, "-c", f"{folder}/nginx.conf", "-p", name], port) as server:
            yield server


def install(program: str, package: str) -> str | None:
    """The path of a program, which the package manager installs where it is missing and that works."""
    places = f"{os.environ['PATH']}:/usr/sbin"
    if not shutil.which(program, path=places) and shutil.which("apt-get"):
        sudo = [] if os.getuid() == 0 else ["sudo", "-n"]
        for words in (["update"], ["install", "-y", "--no-install-recommends", *package.split()]):
            run = [*sudo, "apt-get", "-qq", *words]
            subprocess.run(run, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return shutil.which(program, path=places)


def copies(folder: Path, trees: int) -> list[str]:
    """The words of `helper serve` for so many trees: each is the bicycle to mend, under a name of its own."""
    folder.mkdir(parents=True)
    for name in ("contacts.yaml", "sources.yaml"):
        shutil.copy(EXAMPLE / name, folder)
    for n in range(trees):
        shutil.copy(EXAMPLE / "bicycle-repair.yaml", folder / f"guide-{n}.yaml")
    settings = folder.with_suffix(".settings.yaml")
    settings.write_text("home: guide-0\n")
    return ["--trees", str(folder), "--settings", str(settings)]


class Verdict:
    """Tells each goal, and remembers whether all were met."""

    def __init__(self) -> None:
        self.met = True

    def tell(self, what: str, value: str, goal: str, good: bool, binding: bool = True) -> None:
        """A line. What is not `binding` may be missed."""
        self.met &= good or not binding
        print(f"  {what:<52} {value:>30}   goal {goal:<16} {'met' if good else 'MISSED'}", flush=True)


def noise() -> str:
    """How busy the machine is, in words."""
    one, five, _ = os.getloadavg()
    return f"load average {one:.1f} (1 minute), {five:.1f} (5 minutes) on {os.cpu_count()} processors"


if __name__ == "__main__":
    serve_hello(int(sys.argv[1]))
