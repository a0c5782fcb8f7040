"""The exported folder: the server's bytes under the server's addresses, and nothing written without need."""

import datetime
import errno
import gzip
import json
import os
import re
import tracemalloc
from pathlib import Path

import brotli
import pytest
import small_site
from click.testing import CliRunner
from matrix import some
from real import CONTENT, LOADED
from small_site import DAY, links

from helper.cli import main
from helper.export.hosts import EXPORT_MANIFEST, nginx
from helper.export.site import AHEAD, PACKED, ExportFile, export, only, site_files
from helper.export.site import _written as written
from helper.model.settings import Settings
from helper.server.app import GuideApp
from helper.site import Site

HOST_FILES = {"_headers", "nginx.conf", EXPORT_MANIFEST}
ERRORS = {"400.html", "404.html", "410.html"}


def quiet(n):
    pass


@pytest.fixture
def trees(tmp_path):
    return small_site.write(tmp_path / "trees")


@pytest.fixture
def run(tmp_path, trees, monkeypatch):
    """Runs helper export above the folder of trees, for the pinned day."""
    monkeypatch.chdir(tmp_path)
    return lambda *words: CliRunner().invoke(main, ["export", "--today", str(DAY), *words])


def pages(folder):
    """What an export wrote, without compressed copies and files for hosts: the body by the address in the folder."""
    found = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    return {
        name: path.read_bytes()
        for name, path in found.items()
        if name not in HOST_FILES and path.suffix not in (".br", ".gz")
    }


def stamps(folder):
    return {path: path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()}


def crawl(client, start, headers):
    """Every page that the links of a site lead to, from the first one: its answer by its address."""
    found, waiting = {}, [start]
    while waiting:
        address = waiting.pop().partition("#")[0]
        if not address.startswith("/") or address in found:
            continue
        found[address] = client.get(address, headers=headers)
        if found[address].mimetype == "text/html":
            waiting += links(found[address].text)
    return found


def same_as_the_server(site, folder, places, host=None):
    """Fails when a page of the folder is not the server's, or one that the server links to is missing."""
    export(site, folder, places, DAY, quiet)
    site = only(site, places)
    client, headers = GuideApp(site, today=lambda: DAY).test_client(), {"Host": host} if host else {}
    base, made = site.settings.base, pages(folder)
    moved = {f"/{tree}/{old}/" for tree, found in site.content.trees.items() for old in found.moved}
    for name, body in made.items():
        address = f"{base}/{name.removesuffix('index.html')}"
        answer = client.get(address, headers=headers)
        if name.rpartition("/")[2] in ERRORS:
            continue
        if any(part in address for part in moved):
            assert answer.status_code == 301
            if name.endswith("step.html"):
                assert client.get(answer.location, headers=headers).data == body
            else:
                assert f'url={answer.location}"'.encode() in body
            continue
        gone = any(f"/{tree}/{old}/" in address for tree, found in site.content.trees.items() for old in found.removed)
        assert (answer.status_code, answer.data) == (410 if gone else 200, body), address
    for address, answer in crawl(client, f"{base}/", headers).items():
        name = address.removeprefix(f"{base}/")
        if answer.status_code == 200:
            assert made[f"{name}index.html" if name.endswith("/") or not name else name] == answer.data, address
    return made


@pytest.mark.proof
def test_the_real_site_is_the_servers(tmp_path):
    site = Site(CONTENT, Settings(), LOADED.catalogs)
    made = same_as_the_server(site, tmp_path / "site", ())
    for tree, found in site.content.trees.items():
        for language in site.languages:
            for step in found.steps:
                assert f"{language}/{tree}/{step}/index.html" in made and f"{language}/{tree}/{step}/step.html" in made


@pytest.mark.proof
def test_a_site_with_places_languages_and_old_steps_is_the_servers(tmp_path, trees):
    site = small_site.site(trees)
    made = same_as_the_server(site, tmp_path / "site", site.content.places)
    for name in ("index.html", "in/mn/index.html", "in/olmsted/es/bike/shop/step.html", "in/ohio/bike/index.html",
                 "es/bike/old-shop/index.html", "in/mn/en/bike/pump/index.html", "en/about/places/index.html",
                 "es/bike/all/index.html", "en/book/map/index.html"):  # fmt: skip
        assert name in made
    assert "¿Está desinflada una rueda?" in made["es/bike/flat/index.html"].decode()
    assert b"800-555-0102" in made["in/olmsted/en/bike/shop/index.html"]
    assert b"800-555-0102" not in made["en/bike/shop/index.html"]


@pytest.mark.proof
def test_a_public_address_with_a_path_stands_before_every_link_and_not_in_the_folder(tmp_path, trees):
    (tmp_path / "public.yaml").write_text("home: bike\npublic_address: https://clinic.example/help/\n")
    site = small_site.site(trees, tmp_path / "public.yaml")
    made = same_as_the_server(site, tmp_path / "site", (), "clinic.example")
    assert "en/bike/flat/index.html" in made
    assert all(
        link.startswith(("/help/", "https:", "tel:", "sms:", "#")) for link in links(made["index.html"].decode())
    )


@pytest.mark.proof
def test_a_second_run_writes_nothing(run, tmp_path):
    first = run("site", "--place", "mn")
    before = stamps(tmp_path / "site")
    second = run("site", "--place", "mn")
    assert (first.exit_code, second.exit_code) == (0, 0)
    assert first.stdout.startswith(f"{len(pages(tmp_path / 'site')) + 2} files written, 0 the same")
    assert second.stdout.startswith("0 files written, ")
    assert stamps(tmp_path / "site") == before


def test_a_change_writes_only_the_pages_that_show_it(run, trees, tmp_path):
    run("site")
    before, shown = stamps(tmp_path / "site"), pages(tmp_path / "site")
    (trees / "book.yaml").write_text(small_site.BOOK.replace("Ask at the desk", "Ask the reader at the desk"))
    run("site")
    after, now = stamps(tmp_path / "site"), pages(tmp_path / "site")
    changed = {path.relative_to(tmp_path / "site").as_posix() for path in after if after[path] != before.get(path)}
    texts = {name for name in now if now[name] != shown[name]}
    # All that a kiosk asks for tells the version, so that it notices.
    assert {name for name in now if name.endswith("bundle.json") and name.startswith("kiosk/")} < texts
    changed, texts = ({name for name in one if not name.startswith(("kiosk/", "healthz"))} for one in (changed, texts))
    own = ("index.html", "where/index.html", "where/step.html", "map/index.html", "all/index.html")
    assert texts == {
        *(f"{language}/book/{part}" for language in ("en", "es") for part in (*own, "bundle.json", "words.json")),
        *(f"{language}/bike/{part}/index.html" for language in ("en", "es") for part in ("map", "all")),
    }
    assert changed == {f"{name}{ending}" for name in texts for ending in ("", ".br", ".gz")} | {EXPORT_MANIFEST}


@pytest.mark.proof
def test_a_page_that_is_no_more_goes_with_its_copies_and_old_assets_stay(run, trees, tmp_path):
    run("site")
    site = tmp_path / "site"
    old = site / "static" / "guide.000000000000.css"
    old.write_text("body {}")
    manifest = json.loads((site / EXPORT_MANIFEST).read_text())
    manifest["files"]["static/guide.000000000000.css"] = "0"
    (site / EXPORT_MANIFEST).write_text(json.dumps(manifest))
    mine = site / "CNAME"
    mine.write_text("clinic.example")
    (trees / "book.yaml").unlink()
    (trees / "bike.yaml").write_text(small_site.BIKE.replace("go: book/where, kind: aside", "go: shop"))
    assert run("site").exit_code == 0
    assert not [path for path in site.rglob("*") if path.is_file() and "book" in path.parts]
    assert old.is_file() and mine.is_file()
    assert run("site").stdout.startswith("0 files written")
    assert old.is_file()


@pytest.mark.parametrize("harm", some(["half", "gone", "other"]))
def test_files_that_were_harmed_are_written_again(run, tmp_path, harm):
    run("site")
    pages = {"shop": "", "pump": ".br", "flat": ".gz"}
    paths = [tmp_path / "site" / "en" / "bike" / step / f"index.html{ending}" for step, ending in pages.items()]
    whole = [path.read_bytes() for path in paths]
    for path, body in zip(paths, whole, strict=True):
        if harm == "gone":
            path.unlink()
        else:
            path.write_bytes(body[: len(body) // 2] if harm == "half" else b"x")
    assert run("site").stdout.startswith("3 files written")
    assert [path.read_bytes() for path in paths] == whole


def test_the_compressed_copies_hold_the_page(run, tmp_path):
    run("site")
    made = pages(tmp_path / "site")
    for name, body in made.items():
        path = tmp_path / "site" / name
        if path.suffix not in PACKED:
            assert not Path(f"{path}.br").exists()
            continue
        assert brotli.decompress(Path(f"{path}.br").read_bytes()) == body
        assert gzip.decompress(Path(f"{path}.gz").read_bytes()) == body


def test_the_manifest_names_every_file_and_the_day(run, tmp_path):
    run("site")
    manifest = json.loads((tmp_path / "site" / EXPORT_MANIFEST).read_text())
    assert manifest["day"] == "2026-11-23"
    assert set(manifest["files"]) == set(pages(tmp_path / "site")) | HOST_FILES - {EXPORT_MANIFEST}


def test_a_reader_never_gets_half_of_a_page(run, trees, tmp_path, monkeypatch):
    """A disk that fills up in the middle of a file leaves the old page, and the message names the file."""
    run("site")
    shown, page = pages(tmp_path / "site"), tmp_path / "site" / "en" / "book" / "where" / "index.html"
    (trees / "book.yaml").write_text(small_site.BOOK.replace("Ask at the desk", "Ask the reader"))
    whole = Path.write_bytes

    def full(path, body):
        if path.name.startswith("index.html") and path.resolve().parent == page.parent:
            whole(path, body[:100])
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))
        return whole(path, body)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "write_bytes", full)
        result = run("site")
    assert result.exit_code == 1
    assert "en/book/where/index.html" in result.stderr and "No space left on device" in result.stderr
    assert "Traceback" not in result.stderr
    assert page.read_bytes() == shown["en/book/where/index.html"]
    assert run("site").exit_code == 0
    assert b"Ask the reader" in page.read_bytes()
    assert not list((tmp_path / "site").rglob("*.new"))


def test_a_file_in_the_way_of_a_folder_is_named(run, tmp_path):
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "en").write_text("")
    result = run("site")
    assert result.exit_code == 1
    assert result.stderr.strip().splitlines()[-1].startswith("Error: site/en")


@pytest.mark.parametrize(
    "words, told",
    [
        (["site", "--place", "olmstead"], 'there is no place "olmstead": the nearest name is "olmsted"'),
        (["--one-file", "--place", "xyz"], 'there is no place "xyz": the places are mn, ohio, olmsted'),
        (["--one-file", "--place", "mn", "--place", "ohio"], "--one-file is for one place"),
        (["--one-file", "--tree", "bikes"], 'there is no tree "bikes": the nearest name is "bike"'),
        (["--one-file", "--language", "fr"], 'there is no language "fr": there are en, es'),
        (["site", "--tree", "bike"], "--tree is for --one-file: the site has every guide"),
        (["site", "--one-file"], "name a folder to write the site into, or --one-file with -o FILE for one guide"),
        ([], "name a folder to write the site into, or --one-file with -o FILE for one guide"),
        (["site", "--today", "tomorrow"], "'tomorrow' does not match the format '%Y-%m-%d'"),
        (["helper.yaml"], "Directory 'helper.yaml' is a file."),
    ],
)
def test_a_wrong_word_is_told_and_nothing_is_written(run, tmp_path, words, told):
    result = run(*words)
    assert result.exit_code == 2
    assert told in result.stderr
    assert not (tmp_path / "site").exists()


def test_a_broken_tree_is_told_and_changes_nothing(run, trees, tmp_path):
    run("site")
    before = stamps(tmp_path / "site")
    (trees / "bike.yaml").write_text(small_site.BIKE.replace("go: shop}", "go: shpo}", 1))
    result = run("site")
    assert result.exit_code == 1
    assert 'there is no step "shpo"' in result.stderr
    assert stamps(tmp_path / "site") == before


@pytest.mark.proof
def test_progress_is_told_apart_from_the_result(run):
    result = run("site", "--place", "olmsted")
    assert "100 files" in result.stderr
    assert len(result.stdout.splitlines()) == 1 and "files written" in result.stdout


@pytest.mark.proof
def test_a_place_comes_with_those_it_lies_in_and_no_other(run, tmp_path):
    run("site", "--place", "olmsted")
    made = pages(tmp_path / "site")
    assert {name.split("/")[1] for name in made if name.startswith("in/")} == {"mn", "olmsted"}
    for name in ("en/about/places/index.html", "in/olmsted/en/about/places/index.html"):
        assert "/in/ohio/" not in made[name].decode() and "/in/mn/" in made[name].decode()
    assert b"800-555-0101" in made["in/olmsted/en/bike/shop/index.html"]


def test_a_line_past_its_date_is_on_no_page(run, trees, tmp_path):
    run("site")
    assert b"800-555-0100" in pages(tmp_path / "site")["en/bike/shop/index.html"]
    CliRunner().invoke(main, ["export", "--today", "2027-02-01", "site"])
    assert not [name for name, body in pages(tmp_path / "site").items() if b"800-555-0100" in body]


def test_one_file_names_nothing_outside_itself(run, tmp_path):
    result = run("--one-file", "--tree", "bike", "--language", "es", "--place", "olmsted", "-o", "bike.html")
    assert (result.exit_code, result.stdout) == (0, "")
    page = (tmp_path / "bike.html").read_text()
    assert "¿Está desinflada una rueda?" in page and "800-555-0102" in page
    assert "<script" not in page and "<link" not in page and "@import" not in page and "url(" not in page
    assert all(link.startswith(("#", "tel:", "sms:", "https:")) for link in links(page))
    assert run("--one-file", "--tree", "bike", "--language", "es", "--place", "olmsted").stdout == page


def test_few_files_wait_to_be_written(tmp_path):
    """A guide of any size needs the memory of a few pages: what is made next waits for what is written."""
    ahead = []

    def made():
        for n in range(2000):
            ahead.append(n)
            yield ExportFile(f"{n}.txt", lambda: b"x" * 100_000)

    tracemalloc.start()
    for done, _ in enumerate(written(tmp_path, made())):
        assert len(ahead) <= done + AHEAD + 1
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 10_000_000


def test_every_file_is_made_once(trees):
    site = small_site.site(trees)
    names = [made.path for made in site_files(site, DAY)]
    assert len(names) == len(set(names))


def test_the_pages_are_those_of_the_day_they_are_made_for(tmp_path, trees):
    export(small_site.site(trees), tmp_path / "site", (), datetime.date(2027, 1, 31), quiet)
    assert b"January 31, 2027" in pages(tmp_path / "site")["en/bike/all/index.html"]


def test_nginx_answers_410_for_a_step_that_was_taken_out(trees):
    rules = nginx(small_site.site(trees))
    (location,) = re.findall(r"location ~ (\S+) \{\n    error_page 410 \$guide/410\.html;\n    return 410;", rules)
    location = location.replace("?<", "?P<")
    assert all(
        re.match(location, f"/{language}/bike/{step}/") for language in ("en", "es") for step in ("pump", "glue")
    )
    assert not re.match(location, "/en/bike/flat/") and not re.match(location, "/en/book/pump/")
