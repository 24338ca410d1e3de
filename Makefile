# `make` lists what there is. Everything runs in .venv, which is made from the lock files on first use.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
RUNTIME := $(VENV)/.runtime-is-installed
TOOLS := $(VENV)/.tools-are-installed

# A file's tests stay together: some compare what the two databases answer. Each worker brings a Postgres of its own.
# Files are taken in order, because the few tests of the largest of them would otherwise come last, on one worker.
WORKERS := --numprocesses=auto --maxprocesses=4 --dist=loadfile --no-loadscope-reorder

PIP := PIP_DISABLE_PIP_VERSION_CHECK=1 $(BIN)/python -m pip -qq
COMPILE := $(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --no-emit-index-url \
	--no-emit-find-links pyproject.toml

.PHONY: help dev test check lock clean
.DELETE_ON_ERROR:

help: ## List the targets.
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-6s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

dev: $(RUNTIME) ## Migrate, fill a new database with demo data, serve on http://127.0.0.1:8000. Stop with Ctrl-C.
	@exec $(BIN)/python -m app.cli dev

test: $(TOOLS) ## Run the tests on SQLite and Postgres. ARGS="tests/edge -x" goes to pytest.
	@$(BIN)/python -m pytest $(WORKERS) $(ARGS)

check: $(TOOLS) ## Check format, lint, types, import contracts, the composition and the committed API document.
	$(BIN)/ruff format --check --quiet .
	$(BIN)/ruff check --quiet .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/check-jsonschema --builtin-schema vendor.compose-spec docker-compose.yml
	$(BIN)/python -m app.cli openapi --check docs/openapi.json

lock: $(TOOLS) ## Write both lock files anew, with hashes and without addresses. ARGS=--upgrade takes newer versions.
	$(COMPILE) $(ARGS) --output-file requirements.lock
	$(COMPILE) $(ARGS) --extra dev --constraint requirements.lock --output-file requirements-dev.lock

clean: ## Remove the environment, caches and build results. The database in var/ stays.
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build *.egg-info
	find app tests alembic -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "PeerLoop needs Python 3.11 or newer; '$(PYTHON)' is not. Try: make PYTHON=python3.11" >&2; exit 1; }
	@echo "Making $(VENV) ..."
	@$(PYTHON) -m venv $(VENV)

$(RUNTIME): requirements.lock pyproject.toml | $(BIN)/python
	@echo "Installing what requirements.lock names ..."
	@$(PIP) install --require-hashes -r requirements.lock
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

$(TOOLS): requirements-dev.lock requirements.lock pyproject.toml | $(BIN)/python
	@echo "Installing what requirements-dev.lock names ..."
	@$(PIP) install --require-hashes -r requirements-dev.lock
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $(RUNTIME) $@
