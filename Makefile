# VRAM Atlas. `make site` to read it, `make test` to prove it; `make` alone lists the rest.
# Another Python: make PYTHON=python3.12 test

PYTHON ?= python3
PORT   ?= 8000
ARGS   ?=

# Tests run in two processes, each file in one of them; in one alone: make test WORKERS=0
WORKERS ?= 2

# Browser tests drive the system's Chromium (or Chrome); they never download one.
ifeq ($(origin VRAM_ATLAS_CHROMIUM),undefined)
VRAM_ATLAS_CHROMIUM := $(shell command -v chromium || command -v chromium-browser || command -v google-chrome || command -v google-chrome-stable)
endif
export VRAM_ATLAS_CHROMIUM

# Material's banner about MkDocs 2 would hide real warnings; we are bound to MkDocs 1.
export NO_MKDOCS_2_WARNING := 1

# The environment: one stamp per Python version inside .venv, so that another PYTHON rebuilds it.
# Nothing of pyproject.toml is installed, so only the lock file makes it out of date.
BIN            := .venv/bin
PYTHON_VERSION := $(shell $(PYTHON) -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null)
ENVIRONMENT    := .venv/installed-$(PYTHON_VERSION)

# The tool that writes the lock file lives in an environment of its own.
UV_VERSION := 0.13.9
UV         := .cache/uv-$(UV_VERSION)

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: site build test check tables watch serve lint format lock environment clean help

site: build ## check, build and serve the site on this machine
	@$(BIN)/python -c 'import socket; socket.create_server(("127.0.0.1", $(PORT))).close()' 2>/dev/null || { \
	  echo "Port $(PORT) is in use. Choose another: make site PORT=8001"; exit 1; }
	@echo "Press Ctrl-C to stop."
	@$(BIN)/python -u -m http.server --bind 127.0.0.1 --directory site $(PORT)

build: check tables ## check and build the site into site/
	@echo "Building the site"
	@$(BIN)/python -m mkdocs build --strict

test: $(ENVIRONMENT) ## run every test; some of them: make test ARGS="-k estimator"
	@if [ -z "$$VRAM_ATLAS_CHROMIUM" ]; then \
	  echo "Chromium is missing, and the browser tests need it. On Debian: sudo apt install chromium"; \
	  [ "$$VRAM_ATLAS_REQUIRE_BROWSER" != 1 ]; fi
	@command -v node >/dev/null || { \
	  echo "Node is missing, and the tests of the printed JavaScript need it. On Debian: sudo apt install nodejs"; \
	  [ "$$VRAM_ATLAS_REQUIRE_BROWSER" != 1 ]; }
	@$(BIN)/python -m pytest --numprocesses $(WORKERS) --dist loadfile --no-loadscope-reorder $(ARGS)

check: $(ENVIRONMENT) ## check the catalogs in data/
	@$(BIN)/python build_tables.py check

tables: $(ENVIRONMENT) ## write the generated pages, charts and JSON; beside a running "make watch", after an edit in data/
	@$(BIN)/python build_tables.py build

watch: tables ## serve, and reload the browser after each edit in docs/
	@$(BIN)/python -m mkdocs serve --livereload --dev-addr 127.0.0.1:$(PORT)

serve: $(ENVIRONMENT) ## serve one family or model, and renew its pages on each save: make serve ONLY=llama-3
	@[ -n "$(ONLY)" ] || { echo "Say which: make serve ONLY=llama-3. The whole site: make site"; exit 1; }
	@mkdir -p .cache/serve
	@ln -sfn ../../docs/assets .cache/serve/assets
	@VRAM_ATLAS_ONLY=$(ONLY) PYTHONPATH=. $(BIN)/python -m mkdocs serve --livereload --config-file .ci/serve.yml --dev-addr 127.0.0.1:$(PORT)

lint: $(ENVIRONMENT) ## ruff (rules, formatting) and mypy (types)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

format: $(ENVIRONMENT) ## let ruff format, and repair what it can
	@$(BIN)/ruff check --fix --exit-zero .
	@$(BIN)/ruff format .

lock: $(UV)/bin/uv ## re-make requirements.lock; newer versions of everything: make lock UPGRADE=1
	@touch requirements.lock && cp requirements.lock .cache/requirements.lock
	@$(UV)/bin/uv pip compile pyproject.toml --group test --group lint --output-file .cache/requirements.lock \
	  --universal --python-version 3.11 --fork-strategy fewest --generate-hashes \
	  --no-header --no-emit-index-url --no-python-downloads --quiet $(if $(UPGRADE),--upgrade)
	@{ echo "# Exact versions with hashes of all that pyproject.toml asks for, for every Python from 3.11."; \
	  echo "# Written by: make lock"; cat .cache/requirements.lock; } > requirements.lock
	@echo "requirements.lock is up to date."

environment: $(ENVIRONMENT) ## make .venv and nothing else; every target above does it when needed

clean: ## remove what the other targets made: generated files, site/, .venv/, caches
	@git clean -fdXq -- docs site .venv .cache __pycache__ vram_atlas tests

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile

$(ENVIRONMENT): requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "Python 3.11 or newer is needed, and $(PYTHON) is not. On Debian 12: sudo apt install python3 python3-venv"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo "Python's venv module is missing. On Debian: sudo apt install $(notdir $(PYTHON))-venv"; exit 1; }
	@echo "Making .venv from requirements.lock (once, about a minute)"
	@$(PYTHON) -m venv --clear .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check \
	  --require-hashes --only-binary :all: --requirement requirements.lock || { \
	  echo "The pinned packages did not install (see above). Every one has wheels for Python 3.11 to 3.14;"; \
	  echo "this is Python $(PYTHON_VERSION). With another one: make PYTHON=python3.11 environment"; exit 1; }
	@touch $@

$(UV)/bin/uv:
	@$(PYTHON) -m venv --clear $(UV)
	@$(UV)/bin/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
