"""What is installed works on its own: the wheel in a clean environment, outside the checkout."""

import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("dist")
    made = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert made.returncode == 0, made.stderr
    return next(folder.glob("*.whl"))


def test_the_wheel_holds_the_trees_templates_static_files_and_hazards_and_nothing_else(wheel):
    names = {Path(name).parts[:2] for name in zipfile.ZipFile(wheel).namelist()}
    folders = {parts[1] for parts in names if parts[0] == "helper"}
    assert {"trees", "templates", "static", "safety", "cli.py"} <= folders
    assert {parts[0] for parts in names} == {"helper", "crisis_helper-0.1.0.dist-info"}


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
        f"assert str(helper.shipped('trees')).startswith({site!r})\n"
        "main(['check'])"
    )
    done = subprocess.run([python, "-I", "-c", code], cwd=tmp_path, capture_output=True, text=True)
    assert (done.returncode, done.stderr.splitlines()[-1:]) == (0, ["no problems; 1 silenced"])
