"""The last good set on disk: whole or as it was, with all that it needs, and the assets of the release before."""

import errno
import os
from pathlib import Path

import pytest
import small_site
from test_live import BIKE, SHOP

from helper import shipped
from helper.assets import TYPES, Asset, assets
from helper.keep import Keep, state_folder
from helper.live import State, read, read_kept, reason, served
from helper.load import SETTINGS
from helper.problem import ContentError, Problem

PROGRAM = assets(shipped("static"))


def asset(name: str) -> Asset:
    return Asset(name, name.encode(), TYPES[".css"], "")


@pytest.fixture
def keep(tmp_path) -> Keep:
    keep = Keep(tmp_path / "state" / "good.zip", lambda text: keep.told.append(text))
    object.__setattr__(keep, "told", [])
    return keep


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


def save(keep, trees, program=PROGRAM, older=()):
    places = trees.parent.parent / "elsewhere"
    keep.save(keep.packed(trees, Path(SETTINGS), places, program, older))


def test_the_set_comes_back_with_all_that_it_needs(keep, trees, tmp_path):
    wanted = read(trees, Path(SETTINGS))
    save(keep, trees)
    for path in (tmp_path / "guide", tmp_path / "elsewhere"):
        path.rename(tmp_path / f"gone-{path.name}")
    loaded, chosen = read_kept(keep)
    assert (loaded.content, chosen) == (wanted[0].content, wanted[1])


def test_translations_come_back_too(keep, tmp_path):
    trees = small_site.write(tmp_path / "small" / "trees")
    keep.save(keep.packed(trees, trees.parent / SETTINGS, None, PROGRAM, ()))
    loaded, _ = read_kept(keep)
    assert set(loaded.catalogs) == {"es"} and set(loaded.content.places) == {"mn", "olmsted", "ohio"}


def test_a_set_without_settings_comes_back_without_those_of_this_folder(keep, trees):
    """The program may be started somewhere else the next time."""
    keep.save(keep.packed(trees, trees / "none.yaml", None, PROGRAM, ()))
    _, chosen = read_kept(keep)
    assert chosen.model_fields_set == {"home"} and chosen.places is None


def test_a_rule_that_is_newer_does_not_take_the_last_good_set_away(keep, trees):
    (trees / "bike.yaml").write_text(
        f"{BIKE}  lost: {{title: Lost, outcome: true, urgency: routine, contacts: [shop]}}\n"
    )
    with pytest.raises(ContentError):
        read(trees, Path(SETTINGS))
    save(keep, trees)
    assert read_kept(keep)


def test_the_same_files_are_not_written_again(keep, trees):
    save(keep, trees)
    before = keep.path.stat()
    save(keep, trees)
    assert keep.path.stat() == before


@pytest.mark.parametrize("kept", [None, b"", b"PK\x03\x04 no zip", "half"])
def test_a_file_that_is_not_whole_is_none(keep, trees, kept):
    save(keep, trees)
    whole = keep.path.read_bytes()
    keep.path.unlink() if kept is None else keep.path.write_bytes(whole[: len(whole) // 2] if kept == "half" else kept)
    assert read_kept(keep) is None and keep.older({}) == []


@pytest.mark.parametrize("call", ["fsync", "replace"])
def test_a_full_disk_leaves_the_set_before_and_is_told(keep, trees, monkeypatch, call):
    save(keep, trees)
    before = keep.path.read_bytes()
    (trees / "bike.yaml").write_text(BIKE.replace("Is it flat", "Is it quite flat"))

    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, call, full)
    save(keep, trees)
    assert keep.path.read_bytes() == before
    assert [path.name for path in keep.path.parent.iterdir()] == ["good.zip"]
    assert keep.told == [f"the last good set can't be kept at {keep.path}: No space left on device"]


def test_the_assets_of_the_release_before_stay_through_new_starts_until_the_next_release(keep, trees):
    one, two, three = ({f"{n}.css": asset(f"guide.{n}.css"), "same.css": asset("same.css")} for n in (1, 2, 3))
    save(keep, trees, one, keep.older(one))
    assert keep.older(one) == []
    for _ in range(3):
        assert [each.name for each in keep.older(two)] == ["guide.1.css"]
        save(keep, trees, two, keep.older(two))
    assert [each.name for each in keep.older(three)] == ["guide.2.css"]
    save(keep, trees, three, keep.older(three))
    assert [each.name for each in keep.older(three)] == ["guide.2.css"]


def test_after_an_upgrade_the_server_serves_the_assets_of_both_releases(keep, trees):
    save(keep, trees, {"old.css": asset("guide.000000000000.css")})
    live = served(trees, Path(SETTINGS), False, keep, None, lambda *_: None)
    client = live.state.app.test_client()
    assert client.get("/static/guide.000000000000.css").data == b"guide.000000000000.css"
    assert client.get(f"/static/{PROGRAM['guide.css'].name}").status_code == 200


def test_who_lets_others_in_can_not_lose_the_public_address_meanwhile(keep, trees):
    (trees.parent / SETTINGS).write_text("home: bike\npublic_address: https://bike.example/\n")
    live = served(trees, None, True, keep, None, lambda *_: None)
    assert reason(live.state) == ""
    (trees.parent / SETTINGS).write_text("home: bike\n")
    live.look()
    live.look()
    assert "public_address" in reason(live.state)
    assert live.state.app.test_client().get("/", headers={"Host": "bike.example"}).status_code == 200


def test_without_any_good_set_a_worker_waits_with_help(keep, trees):
    (trees / "bike.yaml").write_text("titel: x\n")
    live = served(trees, None, False, keep, None, lambda *_: None)
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


def test_the_program_may_be_replaced_on_disk_while_it_runs(keep, trees, monkeypatch):
    """The templates and assets are those of the start, whatever lies there when the trees change."""
    live = served(trees, None, False, keep, None, lambda *_: None)
    monkeypatch.setattr("helper.live.shipped", None)
    monkeypatch.setattr("helper.assets.below", None)
    (trees / "bike.yaml").write_text(BIKE.replace("Is it flat", "Is it quite flat"))
    live.look()
    live.look()
    assert "Is it quite flat" in live.state.app.test_client().get("/").text


def test_health_tells_a_few_problems_in_short():
    found = reason(State(None, "1", "2", tuple(Problem("a.yaml", n, 1, "x", "long " * 300) for n in range(9))))
    assert found.startswith("a.yaml:0: long ") and len(found) <= 1000
    found = reason(State(None, "1", "2", tuple(Problem("a.yaml", n, 1, "x", "no") for n in range(9))))
    assert found == "a.yaml:0: no; a.yaml:1: no; a.yaml:2: no; and 6 more"


def test_the_state_folder_is_where_the_system_wants_it():
    assert state_folder({"STATE_DIRECTORY": "/var/lib/a:/var/lib/b", "XDG_STATE_HOME": "/x"}) == Path("/var/lib/a")
    assert state_folder({"XDG_STATE_HOME": "/x"}) == Path("/x/crisis-helper")
    assert state_folder({}) == Path.home() / ".local" / "state" / "crisis-helper"
