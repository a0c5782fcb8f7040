"""The safety gate: with `--hazards=safety/hazards.yaml` a run fails unless every test that the log names has passed.

A named test that is not there fails each run. One that is there must pass in the run that selects it: in `-m "not
proof"` (make test) or in `-m proof` (make proof). Skipped, expected to fail, or left out for another reason is not
passed. With --collect-only it looks at the names alone. It works with and without xdist: there the workers tell what
they collected, and the main process what passed.

Write "=" before the file: without it pytest takes the file for tests, and does not find this option.
"""

from pathlib import Path

import pytest

from helper.loading.folder import load_hazards
from helper.problem import ContentError

OTHER_RUN = {"not proof": "proof", "proof": "not proof"}
"""For the -m of a run, that of the other. The two together run every test."""


def pytest_addoption(parser):
    parser.addoption("--hazards", type=Path, help="Fail unless every test that this hazard log names has passed.")


def pytest_configure(config):
    if path := config.getoption("hazards"):
        try:
            log = load_hazards(path)
        except ContentError as error:
            raise pytest.UsageError(str(error)) from None
        named = {}
        for number, hazard in log.hazards.items():
            for test in hazard.proofs():
                named.setdefault(test, []).append(number)
        config.pluginmanager.register(Gate(config, named), "hazards")


class Gate:
    """`named` has the numbers of the hazards for each test that the log names."""

    def __init__(self, config, named):
        self.config, self.named = config, named
        self.seen = {}  # for each named test its cases; for each case whether this run selects it, or why not
        self.passed, self.failed = set(), set()

    def pytest_itemcollected(self, item):
        for test in {item.nodeid, item.nodeid.partition("[")[0]} & set(self.named):
            self.seen.setdefault(test, {})[item.nodeid] = "proof" if item.get_closest_marker("proof") else "not proof"

    def pytest_collection_finish(self, session):
        selected = {item.nodeid for item in session.items}
        other = OTHER_RUN.get(self.config.option.markexpr)
        for cases in self.seen.values():
            for case, run in cases.items():
                cases[case] = "selected" if case in selected else "other run" if run == other else "left out"

    def pytest_runtest_logreport(self, report):
        if report.failed:
            self.failed.add(report.nodeid)
        elif report.when == "call" and report.passed and not hasattr(report, "wasxfail"):
            self.passed.add(report.nodeid)

    def pytest_testnodedown(self, node, error):
        """All workers collect the same."""
        self.seen = getattr(node, "workeroutput", {}).get("hazards") or self.seen

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session):
        if hasattr(self.config, "workeroutput"):
            self.config.workeroutput["hazards"] = self.seen
        elif self.wrong() and session.exitstatus in (0, 1, pytest.ExitCode.NO_TESTS_COLLECTED):
            session.exitstatus = 1

    def wrong(self):
        """What is not proved, a line each."""
        found, names_only = [], self.config.option.collectonly
        for test, numbers in self.named.items():
            words = ", ".join(numbers)
            if test not in self.seen:
                found.append(f"{words}: there is no test {test}")
            for case, state in self.seen.get(test, {}).items():
                if state == "left out":
                    found.append(f"{words}: left out of this run: {case}")
                elif state == "selected" and not names_only and (case in self.failed or case not in self.passed):
                    found.append(f"{words}: did not pass: {case}")
        return found

    def pytest_terminal_summary(self, terminalreporter):
        states = [state for cases in self.seen.values() for state in cases.values()]
        terminalreporter.section("hazards")
        for line in self.wrong():
            terminalreporter.write_line(f"NOT PROVED {line}", red=True)
        terminalreporter.write_line(
            f"{len({number for numbers in self.named.values() for number in numbers})} hazards name "
            f"{len(self.named)} tests with {len(states)} cases: {states.count('selected')} in this run, "
            f"{states.count('other run')} in the other"
        )
