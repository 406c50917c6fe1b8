# digisim: two commands on a fresh machine (Python 3.11+, make, git): `make run`, `make test`.
# Stamp files in .venv remember what is installed, so that a second call starts at once.

PYTHON ?= python3
WORKERS ?= 2

ifeq ($(OS),Windows_NT)
BIN := .venv/Scripts
else
BIN := .venv/bin
endif
PY := $(BIN)/python
PIP := $(PY) -m pip install --quiet --disable-pip-version-check

.DEFAULT_GOAL := help
.PHONY: help run test test-slow bench golden lint types imports results effects plans unit-costs docs clean

help:  ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "%-10s %s\n", $$1, $$2 }' Makefile

run: .venv/.run.stamp  ## is Dalian's plan reachable? the verdict table, a figure and a result file under out/
	$(PY) -m digisim run

test: .venv/.test.stamp  ## the test suite without the slow tests
	$(PY) -m pytest -m "not slow" -n $(WORKERS)

test-slow: .venv/.test.stamp  ## the slow tests; finding none is a failure
	$(PY) -m pytest -m slow -n $(WORKERS)

bench: .venv/.test.stamp  ## the benchmarks
	$(PY) -m benchmarks

golden: .venv/.test.stamp  ## accept what the packaged scenarios publish now as their golden values
	$(PY) -m digisim.testing.golden accept

lint: .venv/.test.stamp  ## style: ruff's rules and its formatting-independent checks
	$(PY) -m ruff check .

types: .venv/.test.stamp  ## mypy, strict
	$(PY) -m mypy

imports: .venv/.test.stamp  ## the import contracts of pyproject.toml
	$(BIN)/lint-imports --no-cache

results: .venv/.test.stamp  ## the pages of docs/results, from runs (some minutes)
	$(PY) docs/results.py
	$(PY) docs/cities.py

plans: .venv/.test.stamp  ## the values of the plan scenarios, after a change of measures or unit costs
	$(PY) docs/plans.py

unit-costs: .venv/.test.stamp  ## prints what a unit of each lever costs in the baseline of each city (some minutes)
	$(PY) docs/unit_costs.py

effects: .venv/.test.stamp  ## docs/results/levers.csv: what each lever does to its own indicator (some minutes)
	$(PY) docs/effects.py

docs: .venv/.test.stamp  ## the reference pages, from the registers
	$(PY) docs/generate.py

clean:  ## remove the environment, caches and what runs left
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis build dist out

.venv/.made.stamp:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "digisim needs Python 3.11 or later; name one, for example: make run PYTHON=python3.11" >&2; exit 2; }
	$(PYTHON) -m venv .venv
	@touch $@

.venv/.run.stamp: .venv/.made.stamp requirements/run.txt pyproject.toml
	$(PIP) -r requirements/run.txt
	$(PIP) --no-deps --editable .
	@$(PY) -m compileall -q src  # where Python is told to write no bytecode, each process would compile all again
	@touch $@

.venv/.test.stamp: .venv/.run.stamp requirements/test.txt
	$(PIP) -r requirements/test.txt
	@touch $@
