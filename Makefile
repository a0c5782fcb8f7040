# Every command sets up what it needs. The lock files pin every package by its hash.
PORT ?= 8000
MINUTES ?= 10
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check

# Workers that are done take tests over from the others. Three keep two cores busy; the long run has time, and more calm.
TESTS := $(BIN)/pytest --dist worksteal

# What is tried once more on the exported site, behind nginx.
EXPORTED := answers card keyboard leaving next_steps numbers share without_script words

# What meets the day of the machine, because it starts programs or runs commands, is tried once more on a day when all dates
# are past; but for what asks a registry of packages, whose certificates have a day of their own.
DATED = $(filter-out %/test_audit.py %/test_clock.py %/test_wheel.py,$(shell \
	grep -lE 'serving|subprocess|CliRunner|today\(\)' tests/test_*.py))
# On the days before, what looks at the built-in guides: their numbers go one by one.
BUILT_IN = $(filter-out %/test_broken.py %/test_deploy.py %/test_diff.py %/test_fuzz.py %/test_graph.py %/test_languages.py \
	%/test_limits.py %/test_new.py %/test_reload.py %/test_review.py,$(DATED))

.PHONY: run watch test proof safety audit bench load lint fix lock chromium others clean

run: $(VENV)/run.done  ## serve the built-in trees at http://127.0.0.1:8000
	@$(BIN)/helper serve --port $(PORT)

watch: $(VENV)/run.done  ## the same for writing: pages follow every edit, and tell what is wrong
	@$(BIN)/helper serve --port $(PORT) --watch

test: $(VENV)/test.done chromium lint  ## one of each kind of page, step, fault and screen
	$(TESTS) --numprocesses 3 -m "not proof" --hazards=safety/hazards.yaml

proof: $(VENV)/test.done chromium others  ## the whole matrix
	$(TESTS) --numprocesses 2 -m proof --hazards=safety/hazards.yaml
	$(TESTS) --numprocesses 2 -m "not proof" --export $(EXPORTED:%=tests/browser/test_%.py)
	NO_FAKE_STAT=1 faketime '2039-01-02 10:00' $(TESTS) --numprocesses 2 -m "not proof" $(DATED)
	for day in $$($(BIN)/python tests/test_clock.py); do \
		NO_FAKE_STAT=1 faketime "$$day 10:00" $(TESTS) --numprocesses 2 -m "not proof" $(BUILT_IN) || exit 1; done

safety: $(VENV)/run.done  ## the hazard log as a page to print, in hazards.html
	$(BIN)/helper safety -o hazards.html

audit:  ## look the packages up among known faults: it says so where that can't be done
	@$(PYTHON) -m venv $(VENV)/audit
	@$(VENV)/audit/bin/python .ci/audit.py requirements.lock requirements-dev.lock

bench: $(VENV)/test.done chromium  ## how fast all of it is, how much it weighs, and how much memory it takes
	@bad=0; for each in check export serve page; do $(BIN)/python bench/$$each.py || bad=1; done; exit $$bad

load: $(VENV)/test.done  ## what the server does under load, and when clients, workers, the disk or the clock misbehave
	$(BIN)/python bench/load.py --minutes $(MINUTES)

lint: $(VENV)/test.done
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/helper check trees

fix: $(VENV)/test.done  ## put imports and lines in their usual form
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock: $(VENV)/test.done  ## choose the newest packages and write them down
	$(PIP) uv
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --upgrade \
		--group build pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --upgrade \
		--group build --group dev pyproject.toml -o requirements-dev.lock

chromium:
	@sh tests/browser/chromium.sh

others:
	@sh tests/browser/others.sh

clean:
	rm -rf $(VENV)

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/run.done: requirements.lock pyproject.toml | $(VENV)/bin/python
	$(PIP) --require-hashes -r requirements.lock
	$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/test.done: requirements-dev.lock pyproject.toml | $(VENV)/bin/python
	$(PIP) --require-hashes -r requirements-dev.lock
	$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@ $(VENV)/run.done
