"""How long `helper export` takes: all guides in all languages, again with nothing changed, and 10,000 made steps.

It ends with 1 when a bound is broken: 30 seconds for the first, 5 for the second, and 500 MB for the made steps:
pages are made and written one by one.
Seconds are those of the processor, of both cores together, so that other work does not count. Each part runs in a
process of its own.
"""

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from check import CONTACTS, SOURCES, terse

FIRST, SECOND, MEGABYTES = 30.0, 5.0, 500


def measure(folder: str, *words: str) -> None:
    """Export in this process. Print the seconds and the megabytes."""
    from helper.cli import main

    start = time.process_time()
    main(["export", folder, *words], standalone_mode=False)
    print(time.process_time() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def run(*words: str) -> tuple[float, float]:
    done = subprocess.run(
        [sys.executable, __file__, *words], check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    seconds, megabytes = done.stdout.split()[-2:]
    return float(seconds), float(megabytes)


def main() -> int:
    with tempfile.TemporaryDirectory() as name:
        first, most = run(f"{name}/site")
        print(f"all guides: {first:5.2f} s, {most:4.0f} MB")
        second, most = run(f"{name}/site")
        print(f"    again: {second:5.2f} s, {most:4.0f} MB")
    with tempfile.TemporaryDirectory() as name:
        trees = Path(name, "trees")
        trees.mkdir()
        (trees / "contacts.yaml").write_text(CONTACTS)
        (trees / "sources.yaml").write_text(SOURCES)
        (trees / "terse.yaml").write_text(terse(10_000)["terse"])
        seconds, megabytes = run(f"{name}/site", "--trees", str(trees))
        print(f"10,000 steps: {seconds:5.2f} s, {megabytes:4.0f} MB")
    return not (first < FIRST and second < SECOND and megabytes < MEGABYTES)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        measure(*sys.argv[1:])
    else:
        sys.exit(main())
