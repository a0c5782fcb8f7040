"""docs/deploy.md is true: every block in it is run as it stands there, with other ports and folders."""

import datetime
import getpass
import gzip
import http.client
import json
import os
import re
import shlex
import shutil
import socket
import ssl
import subprocess
import sys
import time
import urllib.request
from contextlib import ExitStack, closing, contextmanager
from fnmatch import fnmatch
from pathlib import Path

import pytest
import small_site
import yaml
from conftest import CHECKOUT, serving
from ports import PATIENCE, free_port
from programs import installed
from small_site import DAY

from helper.assets import TYPES
from helper.export.site import export
from helper.headers import ASSET, ERROR, FRESH, PAGE, PARTIAL, secure
from helper.model.settings import Settings
from helper.site import HEALTH, KIOSK

PAGE_OF_DEPLOY = (CHECKOUT / "docs" / "deploy.md").read_text()
BLOCKS = dict(re.findall(r"```\w+\n# (/etc/\S+)\n(.*?)```", PAGE_OF_DEPLOY, re.S))
UNITS = {Path(path).name: text for path, text in BLOCKS.items() if path.startswith("/etc/systemd/")}
NGINX, CADDY = BLOCKS["/etc/nginx/conf.d/guide.conf"], BLOCKS["/etc/caddy/Caddyfile"]
HOST = "clinic.example"
SETTINGS = "public_address: https://clinic.example/\nhome: bike\n"
CANARY = "zebra-4711"


def changed(text, other):
    """The text with what is different on this machine: old and new."""
    assert [old for old in other if old not in text] == []
    names = sorted(other, key=len, reverse=True)
    return re.sub("|".join(map(re.escape, names)), lambda found: str(other[found[0]]), text)


# What can be told from the texts


def test_the_page_has_every_block_that_is_tried_here():
    assert set(UNITS) == {
        "crisis-helper.service",
        "crisis-helper-export.service",
        "crisis-helper-export.timer",
        "crisis-helper-tell@.service",
    }
    fenced = re.findall(r"```(?:ini|nginx|caddyfile)\n(.*)", PAGE_OF_DEPLOY)
    assert sorted(line.removeprefix("# ") for line in fenced) == sorted(BLOCKS)


def test_the_settings_of_the_page_are_settings():
    (text,) = re.findall(r"```yaml\n(public_address.*?)```", PAGE_OF_DEPLOY, re.S)
    found = Settings.model_validate(yaml.safe_load(text))
    assert found.origin == f"https://{HOST}" and found.operator and found.operator.contact


def test_caddys_headers_are_those_of_the_server():
    wanted = secure(Settings(public_address=f"https://{HOST}/"))
    for name, value in wanted.items():
        assert f'\t\t{name} "{value}"\n' in CADDY
    for value in (PAGE, PARTIAL, ASSET, FRESH, ERROR):
        assert f'Cache-Control "{value}"\n' in CADDY


def test_the_table_for_object_stores_is_what_the_server_sends(tmp_path):
    """For each file of an export, the first row of the table that fits says what the server says."""
    rows = re.findall(r"^\| `(\S+)` \| `([^`]+)` \| `([^`]+)` \|$", PAGE_OF_DEPLOY, re.M)
    site = small_site.site(small_site.write(tmp_path / "trees"))
    export(site, tmp_path / "site", [], DAY, lambda n: None)
    seen = set()
    for path in json.loads((tmp_path / "site" / "export.json").read_text())["files"]:
        if path in ("_headers", "nginx.conf"):
            continue
        row = next(row for row in rows if fnmatch(path, row[0]))
        seen.add(row)
        assert row[1:] == (kind(path), caching(path)), path
    assert set(rows) - seen <= {row for row in rows if row[0] in ("*.svg", "*.png")}  # QR codes need an address


def kind(path):
    if path == HEALTH:
        return "application/json"
    others = {
        ".html": "text/html; charset=utf-8",
        ".json": "application/json",
        ".webmanifest": "application/manifest+json",
    }
    return {**TYPES, **others}[Path(path).suffix]


def caching(path):
    if path == HEALTH or path.startswith(f"{KIOSK}/"):
        return ERROR
    if path.startswith("static/"):
        return ASSET
    if path.endswith(("step.html", "words.json")):
        return PARTIAL
    return FRESH if path.endswith((".js", ".json", ".webmanifest")) else PAGE


# The units


@pytest.fixture(scope="module")
def units(tmp_path_factory):
    """The units as files, with a program that is here."""
    folder = tmp_path_factory.mktemp("units")
    for name, text in UNITS.items():
        (folder / name).write_text(text.replace("/opt/crisis-helper/current/bin/helper", sys.executable))
    return folder


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not on this machine")
@pytest.mark.parametrize("name", UNITS)
def test_systemd_takes_the_unit(units, name):
    done = subprocess.run(["systemd-analyze", "verify", "--man=no", units / name], capture_output=True, text=True)
    ours = [line for line in done.stderr.splitlines() if "crisis-helper" in line]
    assert (done.returncode, ours) == (0, [])


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not on this machine")
def test_the_unit_of_the_server_is_closed_as_far_as_it_can_be(units):
    """systemd scores from 0 (closed) to 10; what is between 0 and 2 it calls OK."""
    words = ["systemd-analyze", "security", "--offline=true", "--threshold=15", "--no-pager"]
    done = subprocess.run([*words, units / "crisis-helper.service"], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-300:]


def test_an_export_that_fails_is_told_by_mail(tmp_path):
    """With a `mail` and a `systemctl` that note what they get."""
    (told,) = re.findall("^OnFailure=(.*)$", UNITS["crisis-helper-export.service"], re.M)
    failed = "crisis-helper-export.service"
    assert told == "crisis-helper-tell@%n.service"
    (line,) = re.findall("^ExecStart=(.*)$", UNITS["crisis-helper-tell@.service"], re.M)
    for name, text in (("systemctl", 'echo "asked for $3"'), ("mail", '(echo "$1 $2 $3"; cat) > mail.txt')):
        (tmp_path / name).write_text(f"#!/bin/sh\n{text}\n")
        (tmp_path / name).chmod(0o755)
    words = shlex.split(line.replace("%i", failed))
    subprocess.run(words, cwd=tmp_path, env={"PATH": f"{tmp_path}:/usr/bin:/bin"}, check=True)
    assert (tmp_path / "mail.txt").read_text() == f"-s {failed} failed root\nasked for {failed}\n"


@pytest.mark.parametrize("name", [name for name in UNITS if "/bin/helper " in UNITS[name]])
def test_the_command_of_the_unit_is_one_of_ours(name, tmp_path):
    """It is asked for help, so that a word that is none is told."""
    (line,) = re.findall("^ExecStart=/opt/crisis-helper/current/bin/helper (.*)$", UNITS[name], re.M)
    (tmp_path / "helper.yaml").write_text(SETTINGS)
    words = [sys.executable, "-m", "helper", *line.split(), "--help"]
    env = {**os.environ, "PYTHONPATH": str(CHECKOUT)}
    done = subprocess.run(words, cwd=tmp_path, env=env, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


# The container


FOLDERS = ("/opt/crisis-helper", "/etc/crisis-helper", "/src")
"""The folders of the image that the Containerfile names."""


def steps():
    """The instructions of the Containerfile: the word, and what follows it."""
    text = (CHECKOUT / "Containerfile").read_text().replace("\\\n", " ")
    return [tuple(line.split(None, 1)) for line in text.splitlines() if line and not line.startswith("#")]


def last(word):
    return [rest for name, rest in steps() if name == word][-1]


def inside(text, root):
    """The text with the folders of the image below another root, and with this Python."""
    text = re.sub("|".join(FOLDERS), lambda found: f"{root}{found[0]}", text)
    return re.sub(r"\bpython -m", f"{sys.executable} -m", text)


def build(root):
    """Do what the Containerfile does, below a folder, with nothing of the checkout but what it copies."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    where = root
    for word, rest in steps():
        if word == "WORKDIR":
            where = Path(inside(rest, root))
            where.mkdir(parents=True, exist_ok=True)
        elif word == "COPY" and "--from" not in rest:
            *sources, goal = rest.split()
            for source in sources:
                found, to = CHECKOUT / source, where / (source if goal == "./" else goal)
                shutil.copytree(found, to) if found.is_dir() else shutil.copy(found, to)
        elif word == "RUN":
            subprocess.run(inside(rest, root), shell=True, check=True, cwd=where, env=env, stdout=subprocess.DEVNULL)


def test_the_image_runs_without_rights_and_asks_for_its_health():
    user, group = last("USER").split(":")
    assert int(user) > 0 and int(group) > 0
    names = [name for name, _ in steps()]
    assert names.index("USER") > max(n for n, name in enumerate(names) if name in ("RUN", "COPY"))


def test_what_is_copied_into_the_image_is_not_kept_from_it():
    """.dockerignore lets in what COPY names, and nothing else."""
    allowed = {line[1:] for line in (CHECKOUT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    copied = {name for word, rest in steps() if word == "COPY" and "--from" not in rest for name in rest.split()[:-1]}
    assert allowed == copied
    assert all((CHECKOUT / name).exists() for name in copied)


def healthy(python, address):
    """Whether the command of HEALTHCHECK ends well where the server is at this address."""
    command = json.loads(last("HEALTHCHECK").partition("CMD ")[2])
    env = {**os.environ, "HEALTH": f"{address}/healthz"}
    return subprocess.run([python, *command[1:]], env=env, stderr=subprocess.DEVNULL).returncode == 0


def test_the_health_of_the_image_is_that_of_the_server(server):
    assert healthy(sys.executable, server)
    assert not healthy(sys.executable, f"http://127.0.0.1:{free_port()}")


@pytest.mark.proof
def test_the_image_is_built_and_serves_and_writes_nothing(tmp_path, tmp_path_factory):
    build(tmp_path)
    shutil.rmtree(tmp_path / "src")  # the last stage has it no more
    home, port = tmp_path / "etc" / "crisis-helper", free_port()
    (home / "helper.yaml").write_text("public_address: https://clinic.example/\n")
    before = sorted(tmp_path.rglob("*"))
    command = [*json.loads(inside(last("ENTRYPOINT"), tmp_path)), *json.loads(last("CMD")), "--port", str(port)]
    plain = dict(pair.split("=", 1) for word, rest in steps() if word == "ENV" for pair in rest.split())
    state = str(tmp_path_factory.mktemp("state"))
    env = {"PATH": "/usr/bin:/bin", **plain, "XDG_STATE_HOME": state}
    process = subprocess.Popen(command, cwd=home, env=env, stderr=subprocess.PIPE, start_new_session=True)
    try:
        deadline = time.monotonic() + PATIENCE
        while not healthy(sys.executable, f"http://127.0.0.1:{port}"):
            assert process.poll() is None and time.monotonic() < deadline
            time.sleep(0.1)
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/en/crisis/danger/", timeout=PATIENCE) as answer:
            assert b'href="tel:911"' in answer.read()
    finally:
        process.terminate()
        process.communicate(timeout=PATIENCE)
    assert sorted(tmp_path.rglob("*")) == before


# nginx and Caddy in front of the server


class Front:
    """A proxy in front of the server, as the page has it."""

    def __init__(self, address, port, context, folder):
        self.address, self.port, self.context, self.folder = address, port, context, folder

    def ask(self, path, host=HOST, method="GET", **headers):
        """Status, headers as pairs, and body of what the proxy answers."""
        connection = http.client.HTTPSConnection(HOST, self.port, timeout=PATIENCE, context=self.context)
        plain = socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE)
        connection.sock = self.context.wrap_socket(plain, server_hostname=HOST)
        with closing(connection):
            connection.request(method, path, headers={"Host": host, **headers})
            answer = connection.getresponse()
            return answer.status, [(name.lower(), value) for name, value in answer.getheaders()], answer.read()

    def server(self, path, **headers):
        """The same from the server itself."""
        request = urllib.request.Request(self.address + path, headers={"Host": HOST, **headers})
        try:
            answer = urllib.request.build_opener(Stay).open(request, timeout=PATIENCE)
        except urllib.error.HTTPError as error:
            answer = error
        return answer.status, [(name.lower(), value) for name, value in answer.headers.items()], answer.read()

    def logged(self):
        """All that was written by the proxy and the server."""
        files = [path for path in self.folder.rglob("*") if path.is_file() and path.parts[-2] == "logs"]
        return b"".join(path.read_bytes() for path in files)


class Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *words):
        return None


def listens(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def running(words, folder, port, **more):
    """A program, from when it listens at the port."""
    with (folder / "logs" / "proxy").open("wb") as output:
        process = subprocess.Popen(words, cwd=folder, stdout=output, stderr=subprocess.STDOUT, **more)
    try:
        deadline = time.monotonic() + PATIENCE
        while not listens(port):
            if process.poll() is not None or time.monotonic() > deadline:
                pytest.fail(f"it did not start:\n{(folder / 'logs' / 'proxy').read_text()}", pytrace=False)
            time.sleep(0.05)
        yield
    finally:
        process.terminate()
        process.wait(10)


def nginx(folder, ports):
    found = installed("nginx", "nginx-light")
    if not found:
        pytest.skip("nginx is missing, and can't be installed")
    other = {"443 ssl": f"127.0.0.1:{ports['https']} ssl", "/etc/ssl/guide": folder, **common(folder, ports)}
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    temporary = "".join(f"{kind}_temp_path {folder}/{kind};" for kind in kinds)
    (folder / "nginx.conf").write_text(
        f"daemon off; user {getpass.getuser()}; pid {folder}/pid; error_log {folder}/logs/error.log info; events {{}} "
        f"http {{ access_log {folder}/logs/access.log; {temporary}\n{changed(NGINX, other)}}}"
    )
    return [found, "-c", f"{folder}/nginx.conf", "-p", str(folder)]


def caddy(folder, ports):
    found = installed("caddy", "caddy")
    if not found:
        pytest.skip("caddy is missing, and can't be installed")
    first = f"{{\n\tadmin off\n\tauto_https disable_redirects\n\thttps_port {ports['https']}\n\tlog {{"
    site = f"clinic.example {{\n\tbind 127.0.0.1\n\ttls {folder}/fullchain.pem {folder}/privkey.pem"
    other = {"{\n\tlog {": first, "clinic.example {": site, **common(folder, ports)}
    (folder / "Caddyfile").write_text(changed(CADDY, other))
    return [found, "run", "--config", "Caddyfile", "--adapter", "caddyfile"]


def common(folder, ports):
    """What both configurations name."""
    return {"8000": ports["server"], "8001": ports["files"], "/srv/guide": folder / "guide"}


@contextmanager
def standing(proxy, folder):
    """The proxy with the server and the exported files behind it, and a word that ends the server."""
    (folder / "logs").mkdir()
    trees = small_site.write(folder / "trees")
    (folder / "helper.yaml").write_text(SETTINGS)
    site = small_site.site(trees)
    export(site, folder / "guide", site.content.places, datetime.date.today(), lambda n: None)
    certify(folder)
    context = ssl.create_default_context(cafile=folder / "fullchain.pem")
    with ExitStack() as end:
        server = ExitStack()
        end.push(server)
        words = ("--trees", "trees", "--settings", "helper.yaml")
        address = server.enter_context(serving(folder, folder / "logs" / "server", *words))
        ports = {"server": address.rpartition(":")[2], "files": free_port(), "https": free_port()}
        own = {"XDG_DATA_HOME": str(folder / "data"), "XDG_CONFIG_HOME": str(folder / "config")}
        command = {"nginx": nginx, "caddy": caddy}[proxy](folder, ports)
        end.enter_context(running(command, folder, ports["https"], env={**os.environ, **own}))
        yield Front(address, ports["https"], context, folder), server.close


def certify(folder):
    """A certificate that is good for the host, in this folder only."""
    openssl = installed("openssl", "openssl")
    if not openssl:
        pytest.skip("openssl is missing, and can't be installed")
    words = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
    names = ["-subj", f"/CN={HOST}", "-addext", f"subjectAltName=DNS:{HOST}"]
    files = ["-keyout", folder / "privkey.pem", "-out", folder / "fullchain.pem"]
    subprocess.run([openssl, *words, *names, *files], check=True, stderr=subprocess.DEVNULL)


PROXIES = ["nginx", "caddy"]


@pytest.fixture(scope="module", params=PROXIES)
def front(request, tmp_path_factory):
    with standing(request.param, tmp_path_factory.mktemp(request.param)) as (found, _):
        yield found


OWN = ("date", "server", "connection", "transfer-encoding", "alt-svc", "keep-alive")
"""Headers that are the proxy's own affair."""
ASKED = [
    "/", "/en/", "/es/bike/flat/", "/en/bike/flat/step.html", "/en/about/", "/en/bike/bundle.json", "/sw.js",
    "/manifest.webmanifest", "/en/bike/old-shop/", "/en/bike/pump/", "/en/nope/", "/static/nope.css", "/en/?x=1",
    "/kiosk/en/bike/flat/step.html",
]  # fmt: skip


def rest(headers):
    return sorted(pair for pair in headers if pair[0] not in OWN)


@pytest.mark.proof
@pytest.mark.parametrize("coding", ["identity", "br", "gzip"])
@pytest.mark.parametrize("path", ASKED)
def test_the_proxy_hands_on_every_header_and_byte(front, path, coding):
    accept = {"Accept-Encoding": coding}
    status, headers, body = front.ask(path, **accept)
    wanted = front.server(path, **accept)
    assert (status, rest(headers), body) == (wanted[0], rest(wanted[1]), wanted[2])
    security = {name.lower(): value for name, value in secure(Settings(public_address=f"https://{HOST}/")).items()}
    for name, value in security.items():
        assert [each for key, each in headers if key == name] == [value]


@pytest.mark.proof
def test_the_tag_of_a_page_is_good_through_the_proxy(front):
    _, headers, _ = front.ask("/en/", **{"Accept-Encoding": "br"})
    tag = dict(headers)["etag"]
    status, _, body = front.ask("/en/", **{"Accept-Encoding": "br", "If-None-Match": tag})
    assert (status, body, tag[:2] == "W/") == (304, b"", False)


@pytest.mark.proof
def test_another_host_gets_nothing_of_ours(front):
    status, _, body = front.ask("/en/", host="evil.example")
    assert (status == 400 and b'href="tel:911"' in body) or body == b""
    assert b"evil.example" not in body


@pytest.mark.proof
def test_what_is_asked_for_is_written_nowhere(front):
    for path in (f"/en/{CANARY}/", f"/en/?{CANARY}", f"/{CANARY}%00/", "/" + CANARY * 2000):
        front.ask(path, **{"User-Agent": CANARY, "Referer": f"https://{CANARY}.example/", "Cookie": CANARY})
    front.ask("/en/", host=f"{CANARY}.example")
    front.ask("/en/", method="POST")
    assert CANARY.encode() not in front.logged() and b"/en/" not in front.logged()


@pytest.mark.proof
@pytest.mark.parametrize("proxy", PROXIES)
def test_the_files_stand_in_while_the_server_is_down(proxy, tmp_path):
    with standing(proxy, tmp_path) as (front, end_server):
        before = {path: front.ask(path) for path in ASKED}
        end_server()
        for path in ASKED:
            status, headers, body = front.ask(path)
            here = secure(Settings(public_address=f"https://{HOST}/"))
            for name, value in here.items():
                assert [each for key, each in headers if key == name.lower()] == [value], path
            if before[path][0] == 200:
                assert (status, body) == (200, before[path][2]), path
                assert dict(headers)["cache-control"] == dict(before[path][1])["cache-control"], path
            elif before[path][0] in (404, 410):
                assert b'href="tel:911"' in body and b'href="tel:988"' in body, path
        for path in ("/kiosk/", "/healthz"):
            status, headers, _ = front.ask(path)
            assert (status, dict(headers)["cache-control"]) == (200, "no-store")
        assert dict(headers)["content-type"] == "application/json"
        status, headers, body = front.ask("/en/", **{"Accept-Encoding": "gzip"})
        assert dict(headers)["content-encoding"] == "gzip"
        assert gzip.decompress(body) == front.ask("/en/")[2]
        front.ask(f"/en/{CANARY}/?{CANARY}", **{"User-Agent": CANARY})
        assert CANARY.encode() not in front.logged()


@pytest.mark.proof
def test_what_nginx_refuses_itself_has_help_and_headers(tmp_path):
    with standing("nginx", tmp_path) as (front, _):
        long, large, big = {"path": "/" + "x" * 9000}, {"X-Large": "x" * 9000}, {"Content-Length": "9000"}
        for asked, wanted in ((long, 414), (large, 400), (big, 413), ({"path": "/refused"}, 404)):
            status, headers, body = front.ask(**{"path": "/en/", **asked})
            assert (status, b'href="tel:911"' in body) == (wanted, True)
            assert "content-security-policy" in dict(headers)


@pytest.mark.proof
def test_caddy_names_nobody_when_nothing_answers(tmp_path, monkeypatch):
    monkeypatch.setitem(globals(), "CADDY", changed(CADDY, {"127.0.0.1:8000 127.0.0.1:8001 {": "127.0.0.1:8000 {"}))
    with standing("caddy", tmp_path) as (front, end_server):
        end_server()
        assert front.ask(f"/en/{CANARY}/?{CANARY}", **{"User-Agent": CANARY})[0] >= 500
        assert CANARY.encode() not in front.logged()
