"""What is installed works on its own: the wheel in a clean environment, outside the checkout."""

import subprocess
import sys
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


VERSION = "crisis_helper-0.1.0"
FOLDERS = {
    "helper": {".py", ".json", ".po", ".txt", ".yaml"},
    "trees": {".yaml", ".po"},
    "templates": {".html", ".js"},
    "static": {".css", ".js", ".svg", ".png", ".LICENSE", ".sha384"},
    "safety": {".yaml"},
}
"""The folders that people get, and the endings of the files in each."""
ABOUT = {"METADATA", "WHEEL", "RECORD", "entry_points.txt", "licenses/LICENSE"}
BESIDE = {"LICENSE", "README.md", "pyproject.toml", "PKG-INFO", ".gitignore"}


def build(target: str, folder: Path, root: Path = ROOT) -> Path:
    """A wheel or an sdist, built by the backend without a network."""
    hook = f"from hatchling.build import build_{target} as build; print(build({str(folder)!r}))"
    made = subprocess.run([sys.executable, "-c", hook], cwd=root, capture_output=True, text=True)
    assert made.returncode == 0, made.stderr
    return folder / made.stdout.strip().splitlines()[-1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    return build("wheel", tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def sdist(tmp_path_factory):
    return build("sdist", tmp_path_factory.mktemp("sdist"))


def ours() -> set[str]:
    """The files of the folders that people get, as they are in git or about to be."""
    listed = ["git", "ls-files", "--cached", "--others", "--exclude-standard", *FOLDERS]
    names = subprocess.run(listed, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    return {name for name in names if (ROOT / name).is_file()}


def test_each_folder_has_only_files_of_its_kinds():
    for name in ours():
        folder = name.split("/")[0]
        assert Path(name).suffix in FOLDERS[folder], name
        packages = ("check", "cli", "diff", "export", "locale", "server", "views", "model", "loading", "kiosk")
        assert folder != "helper" or name.count("/") == 1 or name.split("/")[1] in packages, name


def test_the_wheel_holds_the_program_its_trees_templates_and_static_files_and_nothing_else(wheel):
    assert wheel.name == f"{VERSION}-py3-none-any.whl"
    moved = {name if name.startswith("helper/") else f"helper/{name}" for name in ours()}
    assert set(zipfile.ZipFile(wheel).namelist()) == moved | {f"{VERSION}.dist-info/{name}" for name in ABOUT}


def test_the_sdist_holds_the_same_with_what_builds_it_and_nothing_else(sdist):
    with tarfile.open(sdist) as file:
        names = {member.name for member in file if member.isfile()}
        assert all(member.isfile() for member in file)
    assert sdist.name == f"{VERSION}.tar.gz"
    assert names == {f"{VERSION}/{name}" for name in ours() | BESIDE}


def test_the_sdist_builds_the_same_wheel(sdist, wheel, tmp_path):
    with tarfile.open(sdist) as file:
        file.extraction_filter = getattr(tarfile, "data_filter", None)  # Debian 12's Python is older than this
        file.extractall(tmp_path)
    again = zipfile.ZipFile(build("wheel", tmp_path, tmp_path / VERSION))
    first = zipfile.ZipFile(wheel)
    assert set(again.namelist()) == set(first.namelist())
    for name in first.namelist():
        assert again.read(name) == first.read(name), name


def test_the_installed_program_checks_its_own_trees(wheel, tmp_path):
    """The packages it needs come from this environment; the program itself only from the wheel."""
    venv.create(tmp_path / "venv", with_pip=False)
    python = tmp_path / "venv" / "bin" / "python"
    site = subprocess.run(
        [python, "-c", "import site; print(site.getsitepackages()[0])"], capture_output=True, text=True, check=True
    ).stdout.strip()
    zipfile.ZipFile(wheel).extractall(site)
    packages = next(path for path in sys.path if path.endswith("site-packages"))
    code = (
        f"import sys; sys.path.append({packages!r})\n"
        "import helper\n"
        "from helper.cli import main\n"
        f"assert helper.__file__.startswith({site!r}), helper.__file__\n"
        f"assert str(helper.data_dir('trees')).startswith({site!r})\n"
        "main(['check'])"
    )
    done = subprocess.run([python, "-I", "-c", code], cwd=tmp_path, capture_output=True, text=True)
    assert (done.returncode, done.stderr.splitlines()[-1:]) == (0, ["no problems; 1 silenced"])
