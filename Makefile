# `make demo` and `make test` are all that a newcomer needs; `make help` lists the rest.
PYTHON ?= python3
UV_VERSION := 0.13.9
BIN := .venv/bin
UV := $(BIN)/uv
STAMP := .venv/.installed
LOCK := $(UV) pip compile --quiet --no-emit-index-url --python-version 3.11 --universal --custom-compile-command "make lock"
SOURCE ?=
USERS ?= 300
WRITER ?= template

.DEFAULT_GOAL := help
.PHONY: help install demo down test browser lint types bench kill lock docs

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@echo "  Variables: PYTHON=python3.12   SOURCE=folder, USERS=number, WRITER=messages|batches for demo"

install: $(STAMP) ## the environment in .venv, from the lock file

$(STAMP): pyproject.toml requirements.lock
	@$(PYTHON) -c 'import sys; v = sys.version_info[:2]; sys.exit(None if (3, 11) <= v < (3, 14) else f"Python %d.%d does not fit: choose one of 3.11 to 3.13, e.g. make install PYTHON=python3.12" % v)'
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	test -x $(UV) && $(UV) --version | grep -qF ' $(UV_VERSION)' || $(BIN)/python -m pip install --quiet uv==$(UV_VERSION)
	$(UV) pip sync --quiet --compile-bytecode --python $(BIN)/python --require-hashes requirements.lock
	$(UV) pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $(STAMP)

demo: install ## everything once, up to a brief on the screen (SOURCE=…, USERS=…, WRITER=…)
	@$(BIN)/almanac demo --writer $(WRITER) --users $(USERS) $(if $(SOURCE),--source "$(SOURCE)")

down: ## stop every process that demo or `almanac up` started
	@if test -x $(BIN)/almanac; then $(BIN)/almanac down; else echo "Nothing is installed here, so nothing runs."; fi

test: lint types ## linters, types and all tests
	$(BIN)/python -m pytest --numprocesses 2 --dist loadscope --no-loadscope-reorder

browser: ## Debian's Chromium, in which the pages are tested (as root; without it those tests skip)
	@for name in chromium chromium-browser google-chrome; do \
		if command -v $$name >/dev/null; then echo "There is $$(command -v $$name)."; exit 0; fi; \
	done; \
	if test "$$(id -u)" != 0 || ! command -v apt-get >/dev/null; then \
		echo "Chromium cannot be installed from here: that takes root and apt-get. Install it by hand, or name one by ALMANAC_CHROMIUM."; exit 1; \
	fi; \
	apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium fonts-liberation >/dev/null \
		|| { echo "apt-get did not install Chromium; its words are above."; exit 1; }

lint: install ## ruff and the import rules
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports

types: install ## mypy
	$(BIN)/mypy

bench: install ## every benchmark, full size
	$(BIN)/python -m benchmarks.weekly_batch
	$(BIN)/python -m benchmarks.llm
	$(BIN)/python -m benchmarks.leaderboard
	$(BIN)/python -m benchmarks.coaching
	$(BIN)/python -m benchmarks.api

kill: install ## 500 random kills of the writing; the provider's bill tells what was paid
	$(BIN)/python -m benchmarks.kill

lock: $(UV) ## after a change of pyproject.toml: requirements.lock, and what is exported from it
	$(LOCK) pyproject.toml --group dev --generate-hashes -o requirements.lock
	$(LOCK) pyproject.toml --no-annotate -c requirements.lock -o requirements.txt
	$(LOCK) --group pyproject.toml:api --no-annotate -c requirements.lock -o api/requirements.txt

$(UV):
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet uv==$(UV_VERSION)

docs: install ## docs/DAGs.md from the DAGs' own docs
	$(BIN)/python -m include.orchestration.dag_docs
