# Two commands set everything up: `make up` and `make test`. `make help` lists the rest.
.DEFAULT_GOAL := help
SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c

PYTHON ?= python3
STACK ?=
UV_VERSION := 0.13.9
BIN := .venv/bin
TRIFLOW := $(BIN)/triflow
# As the engine is built, so that its compiled modules serve the tests of the language host too.
ENGINE_FLAGS := -trimpath -tags=osusergo,grpcnotrace

# Bytecode halves the start of every preview; some shells switch it off.
unexport PYTHONDONTWRITEBYTECODE

# Each worker collects by itself, all 7,000 tests for six seconds: it is given the files at issue.
marked = $$(grep -rlE --include='test_*.py' 'mark\.$(1)' tests | sort)

.PHONY: help up preview destroy test check bench clean lock upgrade docs
help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## */  make \1\t/' | expand -t 20

up: $(TRIFLOW) ## bring the platform up locally: all stacks, or STACK=prod
	@$(TRIFLOW) up $(STACK)

preview: $(TRIFLOW) ## show what an update would change and what the policies say, STACK=prod
	@$(TRIFLOW) preview $(STACK)

destroy: $(TRIFLOW) ## take the local stacks down again
	@$(TRIFLOW) destroy $(STACK)

check: $(TRIFLOW) ## the fast part of the tests: format, lint, types, unit and policy tests
	@$(BIN)/ruff format --check -q .
	@$(BIN)/ruff check -q .
	@$(BIN)/mypy --no-error-summary .
	@$(BIN)/pytest -q -n 2 --dist worksteal -m "not end_to_end and not thorough"

# The thorough tests come last: they end with what the proof of the policies has counted.
test: check ## everything: check, the language host in Go, end to end, and the thorough tests
	@$(BIN)/python -m local.engine go vet $(ENGINE_FLAGS) ./...
	@$(BIN)/python -m local.engine go test $(ENGINE_FLAGS) ./...
	@PATH="$$PWD/.local/uv/bin:$$PATH" $(BIN)/pytest -q -m end_to_end -n 2 --dist loadfile --durations=10 \
	  $(call marked,end_to_end)
	@$(BIN)/pytest -q -n 2 -m thorough $(call marked,thorough)

bench: $(TRIFLOW) ## what the policies and the layers cost, as ratios measured side by side
	@$(BIN)/python -m tests.bench

docs: $(TRIFLOW) ## write the generated pages anew
	@$(BIN)/python docs/generate.py

clean: ## take the local AWS down and remove what make has laid; the engine's cache stays
	@[ ! -x $(TRIFLOW) ] || $(TRIFLOW) local reset
	@rm -rf .venv .local .mypy_cache .ruff_cache .pytest_cache .hypothesis *.egg-info
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The environment: exactly requirements.lock, hashes checked. uv comes from PATH, else from PyPI.
UV = $$(command -v uv || echo .local/uv/bin/uv)
.local/uv/bin/uv:
	@command -v uv >/dev/null || { echo "no uv on PATH; installing uv $(UV_VERSION)"; \
	  $(PYTHON) -m venv .local/uv && .local/uv/bin/python -m pip install -q uv==$(UV_VERSION); }

$(TRIFLOW): requirements.lock pyproject.toml | .local/uv/bin/uv
	@echo "laying .venv from requirements.lock"
	@[ -x .venv/bin/python ] || $(UV) venv -q --python $(PYTHON) .venv
	@$(UV) pip sync -q --python $(BIN)/python --require-hashes --compile-bytecode requirements.lock
	@$(UV) pip install -q --python $(BIN)/python --no-deps --no-build-isolation -e .
	@touch $@

# Reads the versions that the file holds and keeps them, unless it is told to upgrade.
LOCK = $(UV) pip compile -q --universal --generate-hashes --no-annotate --no-emit-index-url --python-version 3.11 \
  pyproject.toml --group dev -o requirements.lock --custom-compile-command "make lock"

lock: | .local/uv/bin/uv ## write requirements.lock from pyproject.toml; versions stay as they are
	@$(LOCK)

upgrade: | .local/uv/bin/uv ## write requirements.lock anew, everything at its newest version
	@$(LOCK) --upgrade
