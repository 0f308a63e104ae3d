# `make help` lists what there is. Everything runs from .venv, which `make setup` builds from the lock.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
LOCK   := requirements/dev.txt
STAMP  := $(VENV)/.made
E2E    := tests/e2e
SBOM   := build/sbom.cdx.json
BANDIT := $(BIN)/bandit --quiet --configfile pyproject.toml --recursive adapters bot storage
RESOLVE := .cache/lock/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
  --no-header --no-emit-index-url --no-emit-find-links
PEERS  := $(basename $(notdir $(wildcard bench/peers/locks/*.txt)))
PIP    := PIP_DISABLE_PIP_VERSION_CHECK=1 $(BIN)/python -m pip --quiet

.DEFAULT_GOAL := help
.PHONY: help setup demo test e2e lint format bench peers fuzz properties soak mutants sbom lock emulators chromium

help: ## print this list
	@awk -F ':.*## ' '/^[a-z0-9]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

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

# The same examples of every property each time; `make properties` looks for others.
test: $(STAMP) ## every test that needs neither node nor a browser
	@$(BIN)/pytest --numprocesses auto --dist worksteal --hypothesis-profile ci

e2e: $(STAMP) emulators chromium ## the running product against emulators and a real browser
	@$(BIN)/pytest $(E2E)

lint: $(STAMP) ## ruff, mypy, the import contracts, bandit and hadolint
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo
	@$(BANDIT) >/dev/null 2>&1 || $(BANDIT) # it remarks on each exception that has its reason; only complaints are shown
	@test ! -x $(BIN)/hadolint || $(BIN)/hadolint --failure-threshold style Dockerfile

format: $(STAMP) ## let ruff put the code in order
	@$(BIN)/ruff check --fix
	@$(BIN)/ruff format

bench: $(STAMP) ## measure everything that has a figure (BENCH_ARGS="--quick", "--save x", "--compare x")
	@$(BIN)/python -m bench $(BENCH_ARGS)

peers: $(PEERS:%=.cache/peers/%/.made) ## install the servers that `bench` also measures, apart from Placet

.cache/peers/%/.made: bench/peers/locks/%.txt
	@echo "Installing $* into .cache/peers ..."
	@$(PYTHON) -m venv --clear $(@D)
	@PIP_DISABLE_PIP_VERSION_CHECK=1 $(@D)/bin/python -m pip --quiet install --require-hashes -r $<
	@touch $@

fuzz: $(STAMP) ## made-up input for whatever reads input (FUZZ_MINUTES=10 each, FUZZ_ONLY=policy)
	@$(BIN)/python -m tests.fuzzing $(FUZZ_ONLY)

properties: $(STAMP) ## the property tests, with very many examples
	@$(BIN)/pytest --numprocesses auto --hypothesis-profile fuzz --timeout 3600 -m "hypothesis and not soak"

soak: $(STAMP) ## kill the service again and again for minutes; nothing may be lost
	@$(BIN)/pytest -m soak --timeout 3600

sbom: $(STAMP) ## list everything the product is made of (CycloneDX, build/sbom.cdx.json)
	@mkdir -p $(dir $(SBOM))
	@PYTHONWARNINGS=ignore $(BIN)/cyclonedx-py requirements --pyproject pyproject.toml --mc-type application \
	  --output-reproducible --output-format JSON --output-file $(SBOM) requirements/runtime.txt
	@echo "Written: $(SBOM)"

mutants: $(STAMP) ## break the code on purpose, one thing at a time; the tests must notice each
	@$(BIN)/python -m tests.mutants

lock: ## pin what pyproject.toml declares (LOCK_ARGS=--upgrade: newest of it)
	@test -x .cache/lock/bin/uv || { $(PYTHON) -m venv .cache/lock && .cache/lock/bin/python -m pip --quiet install uv; }
	@$(RESOLVE) $(LOCK_ARGS) --group build pyproject.toml --output-file requirements/runtime.txt
	@$(RESOLVE) $(LOCK_ARGS) --group dev --constraints requirements/runtime.txt pyproject.toml --output-file requirements/dev.txt

# What `make e2e` needs beside Python. Nothing of it is ever shipped.
emulators: $(E2E)/node_modules/.made

$(E2E)/node_modules/.made: $(E2E)/package.json $(E2E)/package-lock.json
	@$(call need,npm,nodejs npm)
	@echo "Installing the emulators that $(E2E)/package-lock.json pins ..."
	@cd $(E2E) && npm ci --loglevel=error
	@touch $@

chromium:
	@$(call need,chromium,chromium fonts-noto-color-emoji)

# $(call need,command,packages): found, or installed where that is possible, or a sentence.
define need
command -v $(1) >/dev/null || { \
  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
    echo "Installing $(2) ..."; \
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq --yes --no-install-recommends $(2) >/dev/null; \
  else \
    echo "make e2e needs $(1): install it (Debian: $(2)) and try again" >&2; exit 1; \
  fi; }
endef
