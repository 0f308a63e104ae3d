# `make help` lists what there is. Everything runs from .venv, which `make setup` builds from the lock.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
LOCK   := requirements/dev.txt
STAMP  := $(VENV)/.made
E2E    := tests/e2e
PIP    := PIP_DISABLE_PIP_VERSION_CHECK=1 $(BIN)/python -m pip --quiet

.DEFAULT_GOAL := help
.PHONY: help setup demo test e2e emulators chromium lint format bench fuzz soak lock clean

help: ## print this list
	@awk -F ':.*## ' '/^[a-z0-9]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(STAMP) ## build .venv from the lock, every hash checked

# Rebuilt whenever the lock or pyproject.toml is newer than the last finished setup.
$(STAMP): $(LOCK) pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Placet needs Python 3.11 or newer; say which with: make setup PYTHON=python3.12" >&2; exit 1; }
	@test -x $(BIN)/python || { echo "Making $(VENV) ..."; $(PYTHON) -m venv $(VENV); }
	@echo "Installing what $(LOCK) pins (a minute or so) ..."
	@$(PIP) install --require-hashes -r $(LOCK)
	@$(PIP) install --no-deps --no-build-isolation --no-index --editable .
	@touch $@
	@echo "Ready: $(BIN)/placet --help"

demo: $(STAMP) ## an approval from first ask to signed answer, on this machine alone
	@$(BIN)/placet demo

test: $(STAMP) ## every test that needs neither node nor a browser
	@$(BIN)/pytest

e2e: $(STAMP) emulators chromium ## the running product against emulators and a real browser
	@$(BIN)/pytest $(E2E) --numprocesses 0

lint: $(STAMP) ## ruff, mypy and the import contracts
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy
	@$(BIN)/lint-imports

format: $(STAMP) ## let ruff put the code in order
	@$(BIN)/ruff check --fix --quiet
	@$(BIN)/ruff format

bench: $(STAMP) ## measure throughput and latency
	@$(BIN)/python -m bench

fuzz: $(STAMP) ## the property tests, with far more examples
	@$(BIN)/pytest --hypothesis-profile fuzz --timeout 3600 -m "not e2e and not soak" -k "property or machine"

soak: $(STAMP) ## kill the service again and again for minutes; nothing may be lost
	@$(BIN)/pytest -m soak --numprocesses 0 --timeout 3600
