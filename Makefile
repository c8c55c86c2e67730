# Stockmesh: everything starts here. `make` lists the commands.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
UV      = $(BIN)/uv
ORDERS ?=
PORT   ?= 8420

.DEFAULT_GOAL := help
.PHONY: help demo demo-reset check format soak bench warm lock clean

help:  ## list the commands
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

$(BIN)/uv: requirements/bootstrap.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/bootstrap.txt
	@touch $(BIN)/uv

$(VENV)/runtime.done: $(BIN)/uv requirements/runtime.txt pyproject.toml
	$(UV) pip install --quiet --compile-bytecode --python $(BIN)/python --require-hashes -r requirements/runtime.txt
	$(UV) pip install --quiet --compile-bytecode --python $(BIN)/python --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/dev.done: $(VENV)/runtime.done requirements/dev.txt
	$(UV) pip install --quiet --compile-bytecode --python $(BIN)/python --require-hashes -r requirements/dev.txt
	@touch $@

# The compiled core is built once here, so that nobody waits for a compiler at start.
warm: $(VENV)/runtime.done
	@$(BIN)/stockmesh warm

demo: warm  ## place a year of orders (the sample retailer, or ORDERS=FILE) and serve the console
	@$(BIN)/stockmesh demo $(if $(ORDERS),--orders "$(ORDERS)") --port $(PORT)

demo-reset: $(VENV)/runtime.done  ## forget the demo's data
	@$(BIN)/stockmesh demo-reset --yes

check: $(VENV)/dev.done warm  ## everything CI runs: format, lint, types, import contracts, tests, docs
	@$(BIN)/python scripts/check.py

format: $(VENV)/dev.done  ## format the code
	@$(BIN)/ruff format . && $(BIN)/ruff check --fix --quiet .

soak: $(VENV)/dev.done warm  ## long crash, concurrency and property runs
	@$(BIN)/python -m pytest -m soak tests

bench: $(VENV)/dev.done warm  ## one JSON line per figure, ours beside a yardstick
	@$(BIN)/python -m benchmarks

lock: $(BIN)/uv  ## compile the pinned requirements anew
	$(UV) pip compile pyproject.toml --group build --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --quiet -o requirements/runtime.txt
	$(UV) pip compile pyproject.toml --group build --group dev --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --quiet -c requirements/runtime.txt -o requirements/dev.txt

clean:  ## remove the environment and caches (never the data)
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
