"""What is served while files change: the last good set, whole, and what is wrong with the newest one."""

import shutil
from pathlib import Path

import pytest
from werkzeug.test import Client

from helper import data_dir
from helper.guide import read
from helper.model.settings import Settings
from helper.problem import ContentError
from helper.server import reload
from helper.server.reload import Served, stamps, watched

BIKE = """\
title: Bicycles
start: flat
edited: 2026-11-23
review_by: 2027-05-23
steps:
  flat: {title: Is it flat?, choices: [{label: Next, go: shop}]}
  shop: {title: Ask the shop, outcome: true, urgency: routine, contacts: [shop]}
"""
SHOP = "shop: {name: Bicycle shop, call: 988, hours: always, source: manual, verified: undated}\n"


@pytest.fixture
def trees(tmp_path, monkeypatch) -> Path:
    """A good set: a tree and its sources in a folder, contacts and settings above it."""
    folder = tmp_path / "trees"
    folder.mkdir()
    (folder / "bike.yaml").write_text(BIKE)
    (folder / "sources.yaml").write_text("manual: {title: The manual, checked: 2026-11-23}\n")
    (tmp_path / "contacts.yaml").write_text(SHOP)
    (tmp_path / "helper.yaml").write_text("home: bike\n")
    monkeypatch.chdir(tmp_path)
    return folder


class Guide:
    """A guide that follows its files, and what a browser gets of it."""

    def __init__(self, folder: Path) -> None:
        self.told: list[tuple[list[str], Served]] = []
        self.live = watched(folder, None, Settings(), self.hear)
        self.client = Client(self.live)

    def hear(self, changed: list[Path], state: Served) -> None:
        self.told.append(([path.name for path in changed], state))

    def look(self) -> None:
        """As long as a change needs to be taken."""
        self.live.look()
        self.live.look()

    @property
    def page(self) -> str:
        return self.client.get("/en/bike/shop/").text

    @property
    def codes(self) -> list[str]:
        return [problem.code for problem in self.live.state.problems]

    @property
    def news(self) -> dict:
        return self.client.get("/static/watch.json").json


@pytest.fixture
def guide(trees) -> Guide:
    return Guide(trees)


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def test_a_good_edit_shows(guide, trees):
    before = guide.news
    edit(trees / "bike.yaml", "Ask the shop", "Ask the mechanic")
    guide.look()
    assert "Ask the mechanic" in guide.page
    assert guide.news["version"] == guide.news["newest"] != before["version"]
    assert guide.told[-1][0] == ["bike.yaml"]


def test_nothing_is_made_anew_while_nothing_changes(guide):
    app = guide.live.state.app
    guide.look()
    assert guide.live.state.app is app and len(guide.told) == 1


def test_a_broken_edit_changes_no_page_and_is_told_until_it_is_mended(guide, trees):
    good = guide.news
    edit(trees / "bike.yaml", "title: Ask the shop", "title: Ask the mechanic, titel: x")
    guide.look()
    assert "Ask the shop" in guide.page and "Ask the mechanic" not in guide.page
    assert guide.codes == ["unknown-key"]
    broken = guide.news
    assert broken["version"] == good["version"] and broken["newest"] != good["newest"]
    assert broken["problems"][0].startswith(
        'trees/bike.yaml:7:35: error: a step has no key "titel" [unknown-key]\n  7 |   shop: {'
    )
    edit(trees / "bike.yaml", ", titel: x", "")
    guide.look()
    assert "Ask the mechanic" in guide.page
    assert guide.codes == guide.news["problems"] == []


def test_another_broken_edit_is_news(guide, trees):
    edit(trees / "bike.yaml", "go: shop", "go: shpo")
    guide.look()
    first = guide.news
    (trees / "bike.yaml").write_text((trees / "bike.yaml").read_text() + "# Later\n")
    guide.look()
    assert guide.news["newest"] != first["newest"] and guide.news["problems"] == first["problems"]


def test_a_set_that_is_broken_at_the_start_waits_at_every_address(trees):
    edit(trees / "bike.yaml", "go: shop", "go: shpo")
    guide = Guide(trees)
    assert guide.told[0] == ([], guide.live.state) and "unknown-step" in guide.codes
    for path in ("/", "/en/bike/shop/", "/nope"):
        answer = guide.client.get(path)
        assert answer.status_code == 503 and answer.headers["Cache-Control"] == "no-store"
        assert "[unknown-step]" in answer.text and "watch." in answer.text
        for link in ('href="tel:911"', 'href="tel:988"', 'href="sms:988"'):
            assert link in answer.text
    assert guide.news["version"] == ""
    edit(trees / "bike.yaml", "go: shpo", "go: shop")
    guide.look()
    assert "Ask the shop" in guide.page and guide.news["version"]


def test_new_and_deleted_trees_are_seen(guide, trees):
    (trees / "bell.yaml").write_text(BIKE)
    guide.look()
    assert guide.client.get("/en/bell/shop/").status_code == 200
    (trees / "bell.yaml").unlink()
    guide.look()
    assert guide.client.get("/en/bell/shop/").status_code == 404
    assert [changed for changed, _ in guide.told[1:]] == [["bell.yaml"], ["bell.yaml"]]


def test_a_file_that_is_being_written_is_not_read(guide, trees):
    """An editor that empties a file before it writes it, and one that writes it in parts."""
    whole = BIKE.replace("Ask the shop", "Ask the mechanic")
    for part in ("", whole[:80], whole[:200], whole):
        (trees / "bike.yaml").write_text(part)
        guide.live.look()
        assert guide.codes == [] and "Ask the shop" in guide.page
    guide.live.look()
    assert "Ask the mechanic" in guide.page and len(guide.told) == 2


def test_what_changes_while_it_is_read_is_read_again(guide, trees, monkeypatch):
    read = reload.read

    def slow(*words, **more):
        found = read(*words, **more)
        monkeypatch.setattr(reload, "read", read)
        edit(trees / "bike.yaml", "Ask the mechanic", "Ask a friend")
        return found

    monkeypatch.setattr(reload, "read", slow)
    edit(trees / "bike.yaml", "Ask the shop", "Ask the mechanic")
    guide.look()
    assert "Ask the shop" in guide.page
    guide.look()
    assert "Ask a friend" in guide.page and len(guide.told) == 2


def test_an_editor_that_saves_by_rename_is_seen(guide, trees):
    """The new file may be as long and as old as the one before."""
    path, other = trees / "bike.yaml", trees / ".bike.yaml.new"
    other.write_text(BIKE.replace("Ask the shop", "Ask our shop"))
    shutil.copystat(path, other)
    other.rename(path)
    guide.look()
    assert "Ask our shop" in guide.page


def test_a_link_that_leads_elsewhere_is_seen(guide, trees, tmp_path):
    """As volumes of a cluster change: one link to all files is turned."""
    for name, title in (("one", "Ask the shop"), ("two", "Ask the mechanic")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "bike.yaml").write_text(BIKE.replace("Ask the shop", title))
    (trees / "..data").symlink_to(tmp_path / "one")
    (trees / "bike.yaml").unlink()
    (trees / "bike.yaml").symlink_to("..data/bike.yaml")
    guide.look()
    (trees / "..next").symlink_to(tmp_path / "two")
    (trees / "..next").rename(trees / "..data")
    guide.look()
    assert "Ask the mechanic" in guide.page


def test_contacts_above_the_folder_are_followed_and_nearer_ones_take_their_place(guide, trees, tmp_path):
    edit(tmp_path / "contacts.yaml", "Bicycle shop", "Shop of Ann")
    guide.look()
    assert "Shop of Ann" in guide.page
    (trees / "contacts.yaml").write_text(SHOP.replace("Bicycle shop", "Shop of Bo"))
    guide.look()
    assert "Shop of Bo" in guide.page
    (trees / "contacts.yaml").unlink()
    guide.look()
    assert "Shop of Ann" in guide.page
    assert [changed for changed, _ in guide.told[1:]] == [["contacts.yaml"]] * 3


def test_files_in_subfolders_are_followed_and_what_editors_hide_is_not(guide, trees):
    (trees / "places").mkdir()
    (trees / "places" / "ohio.yaml").write_text("contacts: {}\n")
    guide.look()
    assert guide.told[-1][0] == ["ohio.yaml"]
    (trees / ".bike.yaml.swp").write_bytes(b"\x00")
    (trees / "bike.yaml~").write_text("")
    (trees / ".#bike.yaml").symlink_to("ann@desk.4711")
    (trees / ".git").mkdir()
    (trees / ".git" / "other.yaml").write_text("")
    guide.look()
    assert len(guide.told) == 2


def test_a_link_that_leads_nowhere_is_told_like_any_change(guide, trees):
    (trees / "bell.yaml").symlink_to("gone.yaml")
    guide.look()
    assert guide.codes == ["unreadable"] and guide.told[-1][0] == ["bell.yaml"]


def test_a_folder_that_goes_and_comes_back_is_told(guide, trees, tmp_path):
    trees.rename(tmp_path / "away")
    guide.look()
    assert guide.codes == ["unreadable"] and "Ask the shop" in guide.page
    (tmp_path / "away").rename(trees)
    guide.look()
    assert guide.codes == []


def test_a_file_that_may_be_read_again_has_changed(trees):
    before = stamps([trees / "bike.yaml"])
    (trees / "bike.yaml").chmod(0)
    assert stamps([trees / "bike.yaml"]) != before


def test_settings_are_followed(guide, tmp_path):
    (tmp_path / "helper.yaml").write_text("home: bike\nexit: https://example.org/\n")
    guide.look()
    assert 'href="https://example.org/"' in guide.page
    (tmp_path / "helper.yaml").write_text("home: bkie\n")
    guide.look()
    assert [(problem.file, problem.code, problem.help) for problem in guide.live.state.problems] == [
        ("trees", "unknown-home", 'the nearest name is "bike"')
    ]
    (tmp_path / "helper.yaml").write_text("hoem: bike\n")
    guide.look()
    assert guide.codes == ["unknown-key"] and 'href="https://example.org/"' in guide.page
    (tmp_path / "helper.yaml").write_text("home: bike\npublic_address: https://bike.example/help/\n")
    guide.look()
    assert guide.client.get("/help/en/bike/shop/").status_code == 200
    assert guide.client.get("/help/static/watch.json").json["problems"] == []


def test_a_tree_that_stands_alone_is_the_first_page(trees, tmp_path):
    (tmp_path / "helper.yaml").unlink()
    assert read(trees, None)[1].home == "bike"
    (trees / "bell.yaml").write_text((trees / "bike.yaml").read_text())
    with pytest.raises(ContentError):
        read(trees, None)


def test_problems_of_settings_and_trees_are_told_together(guide, trees, tmp_path):
    (tmp_path / "helper.yaml").write_text("hoem: bike\n")
    (trees / "bike.yaml").write_text("")
    guide.look()
    assert [(problem.file, problem.code) for problem in guide.live.state.problems] == [
        ("helper.yaml", "unknown-key"), ("trees/bike.yaml", "empty"),
    ]  # fmt: skip


def test_warnings_do_not_break_a_set(guide, tmp_path):
    edit(tmp_path / "contacts.yaml", "undated", "undated, expires: 2020-02-29")
    guide.look()
    state = guide.live.state
    assert guide.codes == [] and [problem.code for problem in state.warnings] == ["expired-contact"]
    assert state.version == state.newest


@pytest.fixture
def program(tmp_path, monkeypatch) -> Path:
    """A copy of the templates and static files, to be edited."""
    for name in ("templates", "static"):
        shutil.copytree(data_dir(name), tmp_path / "program" / name)

    def copied(name):
        return tmp_path / "program" / name if name in ("templates", "static") else data_dir(name)

    for module in ("server.reload", "server.app", "site", "views.offline"):
        monkeypatch.setattr(f"helper.{module}.data_dir", copied)
    return tmp_path / "program"


def test_templates_and_static_files_are_followed(program, trees):
    guide = Guide(trees)
    edit(program / "templates" / "_step.html", "<h1", '<h1 class="canary"')
    guide.look()
    assert '<h1 class="canary"' in guide.page
    before = guide.page
    (program / "static" / ".#guide.css").symlink_to("ann@desk.4711")
    edit(program / "static" / "guide.css", "color-scheme: light dark", "color-scheme: light")
    guide.look()
    assert guide.codes == [] and guide.page != before


def test_a_broken_template_is_told_and_the_old_ones_stay_whole(program, trees):
    guide = Guide(trees)
    edit(program / "templates" / "page.html", "<footer", '<footer class="canary"')
    edit(program / "templates" / "_step.html", "{% if view.text %}", "{% iff view.text %}")
    guide.look()
    (problem,) = guide.live.state.problems
    line = (program / "templates" / "_step.html").read_text().split("{% iff")[0].count("\n") + 1
    assert (problem.file, problem.line, problem.code) == ("program/templates/_step.html", line, "fault")
    assert problem.source == "{% iff view.text %}"
    assert guide.client.get("/en/bike/flat/").status_code == 200
    assert "canary" not in guide.page + guide.client.get("/en/bike/flat/").text


def test_no_browser_keeps_what_may_change(guide):
    for path in ("/en/bike/shop/", "/en/bike/shop/step.html", "/static/watch.json", "/nope"):
        assert guide.client.get(path).headers["Cache-Control"] == "no-store"


def test_others_than_trusted_hosts_get_neither_pages_nor_problems(trees):
    edit(trees / "bike.yaml", "go: shop", "go: shpo")
    guide = Guide(trees)
    for path in ("/", "/static/watch.json"):
        answer = guide.client.get(path, headers={"Host": "bike.example"})
        assert answer.status_code == 400 and "shpo" not in answer.text
