"""Looks the locked packages up among the known faults. Ends with 1 when one is known to be faulty.

Without a network, or where the advisories can't be had, it says so and ends with 0: nothing is proved then.
"""

import json
import subprocess
import sys


def main(locks: list[str]) -> int:
    """Audit each lock file by pip-audit, in the environment that runs this."""
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "pip-audit"]
    if subprocess.run(install).returncode:
        return not_audited("pip-audit can't be had")
    worst = 0
    for lock in locks:
        audit = [sys.executable, "-m", "pip_audit", "--require-hashes", "--disable-pip", "--format", "json", "-r", lock]
        done = subprocess.run(audit, capture_output=True, text=True)
        try:
            found = json.loads(done.stdout)["dependencies"]
        except (ValueError, KeyError):
            return not_audited(f"{lock}: " + (done.stderr.strip().splitlines() or ["it said nothing"])[-1][:200])
        skipped = [one["name"] for one in found if "skip_reason" in one]
        for one in found:
            for fault in one.get("vulns", []):
                fixed = ", ".join(fault["fix_versions"]) or "no version yet"
                print(f"{lock}: {one['name']} {one['version']}: {fault['id']}, mended in {fixed}")
                worst = 1
        if skipped:
            not_audited(f"{lock}: {len(skipped)} of {len(found)} packages could not be looked up")
        else:
            print(f"{lock}: {len(found)} packages looked up")
    return worst


def not_audited(why: str) -> int:
    """Say it so that nobody takes it for a pass."""
    print(f"NOT AUDITED: {why}")
    return 0


sys.exit(main(sys.argv[1:]))
