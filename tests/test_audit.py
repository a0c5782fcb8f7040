"""`make audit` tells known faults, and never takes what it could not look up for a pass."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

AUDIT = Path(__file__).parent.parent / ".ci" / "audit.py"
FINE = {"name": "good", "version": "1", "vulns": []}
FAULTY = {"name": "bad", "version": "2", "vulns": [{"id": "PYSEC-1", "fix_versions": ["3"]}]}
SKIPPED = {"name": "unseen", "skip_reason": "not found"}


def audit(folder, said, installs=True):
    """Run it with a pip and a pip-audit that say this."""
    (folder / "pip.py").write_text("" if installs else "raise SystemExit(1)")
    (folder / "pip_audit.py").write_text(f"print({said!r})")
    done = subprocess.run(
        [sys.executable, AUDIT, "a.lock"], env=os.environ | {"PYTHONPATH": str(folder)}, capture_output=True, text=True
    )
    return done.returncode, done.stdout


def test_a_package_that_is_known_to_be_faulty_is_told(tmp_path):
    said = json.dumps({"dependencies": [FINE, FAULTY]})
    assert audit(tmp_path, said) == (1, "a.lock: bad 2: PYSEC-1, mended in 3\na.lock: 2 packages looked up\n")


def test_packages_without_known_faults_pass(tmp_path):
    assert audit(tmp_path, json.dumps({"dependencies": [FINE]})) == (0, "a.lock: 1 packages looked up\n")


@pytest.mark.parametrize("said", [json.dumps({"dependencies": [FINE, SKIPPED]}), "", "no network", "{}"])
def test_what_could_not_be_looked_up_is_no_pass(tmp_path, said):
    code, out = audit(tmp_path, said)
    assert code == 0 and out.startswith("NOT AUDITED: ")
    assert "looked up\n" not in out or "could not be looked up" in out


def test_without_pip_audit_nothing_is_proved(tmp_path):
    assert audit(tmp_path, "", installs=False) == (0, "NOT AUDITED: pip-audit can't be had\n")
