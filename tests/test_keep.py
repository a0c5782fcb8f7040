"""The last good set on disk: whole or as it was, with all that it needs, and the assets of the release before."""

import errno
import os
from pathlib import Path

import pytest
import small_site
from test_live import BIKE, SHOP

from helper import data_dir
from helper.assets import TYPES, Asset, load_assets
from helper.guide import read
from helper.loading.folder import SETTINGS
from helper.problem import ContentError, Problem
from helper.server.last_good import LastGood, last_good_set, state_folder
from helper.server.reload import Served, reason, served

PROGRAM = load_assets(data_dir("static"))


def asset(name: str) -> Asset:
    return Asset(name, name.encode(), TYPES[".css"], "")


@pytest.fixture
def last_good(tmp_path) -> LastGood:
    last_good = LastGood(tmp_path / "state" / "good.zip", lambda text: last_good.told.append(text))
    object.__setattr__(last_good, "told", [])
    return last_good


@pytest.fixture
def trees(tmp_path, monkeypatch) -> Path:
    """A set whose contacts stand above its folder, and whose places stand elsewhere."""
    (tmp_path / "guide" / "trees").mkdir(parents=True)
    (tmp_path / "guide" / "trees" / "bike.yaml").write_text(BIKE)
    (tmp_path / "guide" / "contacts.yaml").write_text(SHOP)
    (tmp_path / "guide" / "sources.yaml").write_text("manual: {title: The manual, checked: 2026-11-23}\n")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "ohio.yaml").write_text("name: Ohio\nkind: state\n")
    (tmp_path / "guide" / SETTINGS).write_text("home: bike\nplaces: ../elsewhere\n")
    monkeypatch.chdir(tmp_path / "guide")
    return tmp_path / "guide" / "trees"


def save(last_good, trees, program=PROGRAM, older=()):
    places = trees.parent.parent / "elsewhere"
    last_good.save(last_good.packed(trees, Path(SETTINGS), places, program, older))


def test_the_set_comes_back_with_all_that_it_needs(last_good, trees, tmp_path):
    wanted = read(trees, Path(SETTINGS))
    save(last_good, trees)
    for path in (tmp_path / "guide", tmp_path / "elsewhere"):
        path.rename(tmp_path / f"gone-{path.name}")
    loaded, chosen = last_good_set(last_good)
    assert (loaded.content, chosen) == (wanted[0].content, wanted[1])


def test_translations_come_back_too(last_good, tmp_path):
    trees = small_site.write(tmp_path / "small" / "trees")
    last_good.save(last_good.packed(trees, trees.parent / SETTINGS, None, PROGRAM, ()))
    loaded, _ = last_good_set(last_good)
    assert set(loaded.catalogs) == {"es"} and set(loaded.content.places) == {"mn", "olmsted", "ohio"}


def test_a_set_without_settings_comes_back_without_those_of_this_folder(last_good, trees):
    """The program may be started somewhere else the next time."""
    last_good.save(last_good.packed(trees, trees / "none.yaml", None, PROGRAM, ()))
    _, chosen = last_good_set(last_good)
    assert chosen.model_fields_set == {"home"} and chosen.places is None


def test_a_rule_that_is_newer_does_not_take_the_last_good_set_away(last_good, trees):
    (trees / "bike.yaml").write_text(
        f"{BIKE}  lost: {{title: Lost, outcome: true, urgency: routine, contacts: [shop]}}\n"
    )
    with pytest.raises(ContentError):
        read(trees, Path(SETTINGS))
    save(last_good, trees)
    assert last_good_set(last_good)


def test_the_same_files_are_not_written_again(last_good, trees):
    save(last_good, trees)
    before = last_good.path.stat()
    save(last_good, trees)
    after = last_good.path.stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)  # it may be read meanwhile


@pytest.mark.parametrize("kept", [None, b"", b"PK\x03\x04 no zip", "half"])
def test_a_file_that_is_not_whole_is_none(last_good, trees, kept):
    save(last_good, trees)
    whole = last_good.path.read_bytes()
    last_good.path.unlink() if kept is None else last_good.path.write_bytes(
        whole[: len(whole) // 2] if kept == "half" else kept
    )
    assert last_good_set(last_good) is None and last_good.older_assets({}) == []


@pytest.mark.parametrize("call", ["fsync", "replace"])
def test_a_full_disk_leaves_the_set_before_and_is_told(last_good, trees, monkeypatch, call):
    save(last_good, trees)
    before = last_good.path.read_bytes()
    (trees / "bike.yaml").write_text(BIKE.replace("Is it flat", "Is it quite flat"))

    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, call, full)
    save(last_good, trees)
    assert last_good.path.read_bytes() == before
    assert [path.name for path in last_good.path.parent.iterdir()] == ["good.zip"]
    assert last_good.told == [f"the last good set can't be kept at {last_good.path}: No space left on device"]


def test_the_assets_of_the_release_before_stay_through_new_starts_until_the_next_release(last_good, trees):
    one, two, three = ({f"{n}.css": asset(f"guide.{n}.css"), "same.css": asset("same.css")} for n in (1, 2, 3))
    save(last_good, trees, one, last_good.older_assets(one))
    assert last_good.older_assets(one) == []
    for _ in range(3):
        assert [each.name for each in last_good.older_assets(two)] == ["guide.1.css"]
        save(last_good, trees, two, last_good.older_assets(two))
    assert [each.name for each in last_good.older_assets(three)] == ["guide.2.css"]
    save(last_good, trees, three, last_good.older_assets(three))
    assert [each.name for each in last_good.older_assets(three)] == ["guide.2.css"]


def test_after_an_upgrade_the_server_serves_the_assets_of_both_releases(last_good, trees):
    save(last_good, trees, {"old.css": asset("guide.000000000000.css")})
    live = served(trees, Path(SETTINGS), False, last_good, None, lambda *_: None)
    client = live.state.app.test_client()
    assert client.get("/static/guide.000000000000.css").data == b"guide.000000000000.css"
    assert client.get(f"/static/{PROGRAM['guide.css'].name}").status_code == 200


def test_who_lets_others_in_can_not_lose_the_public_address_meanwhile(last_good, trees):
    (trees.parent / SETTINGS).write_text("home: bike\npublic_address: https://bike.example/\n")
    live = served(trees, None, True, last_good, None, lambda *_: None)
    assert reason(live.state) == ""
    (trees.parent / SETTINGS).write_text("home: bike\n")
    live.look()
    live.look()
    assert "public_address" in reason(live.state)
    assert live.state.app.test_client().get("/", headers={"Host": "bike.example"}).status_code == 200


def test_without_any_good_set_a_worker_waits_with_help(last_good, trees):
    (trees / "bike.yaml").write_text("titel: x\n")
    live = served(trees, None, False, last_good, None, lambda *_: None)
    client = live.state.app.test_client()
    page = client.get("/en/bike/shop/")
    assert page.status_code == 503 and 'href="tel:911"' in page.text and "titel" not in page.text
    assert client.get("/readyz").status_code == 503
    assert client.get("/healthz").json["status"] == "degraded"
    (trees / "bike.yaml").write_text(BIKE)
    live.look()
    live.look()
    client = live.state.app.test_client()
    assert client.get("/en/bike/shop/").status_code == client.get("/readyz").status_code == 200


def test_the_program_may_be_replaced_on_disk_while_it_runs(last_good, trees, monkeypatch):
    """The templates and assets are those of the start, whatever lies there when the trees change."""
    live = served(trees, None, False, last_good, None, lambda *_: None)
    monkeypatch.setattr("helper.server.reload.data_dir", None)
    monkeypatch.setattr("helper.assets.below", None)
    (trees / "bike.yaml").write_text(BIKE.replace("Is it flat", "Is it quite flat"))
    live.look()
    live.look()
    assert "Is it quite flat" in live.state.app.test_client().get("/").text


def test_health_tells_a_few_problems_in_short():
    found = reason(Served(None, "1", "2", tuple(Problem("a.yaml", n, 1, "x", "long " * 300) for n in range(9))))
    assert found.startswith("a.yaml:0: long ") and len(found) <= 1000
    found = reason(Served(None, "1", "2", tuple(Problem("a.yaml", n, 1, "x", "no") for n in range(9))))
    assert found == "a.yaml:0: no; a.yaml:1: no; a.yaml:2: no; and 6 more"


def test_the_state_folder_is_where_the_system_wants_it():
    assert state_folder({"STATE_DIRECTORY": "/var/lib/a:/var/lib/b", "XDG_STATE_HOME": "/x"}) == Path("/var/lib/a")
    assert state_folder({"XDG_STATE_HOME": "/x"}) == Path("/x/crisis-helper")
    assert state_folder({}) == Path.home() / ".local" / "state" / "crisis-helper"
