# The two commands of the README are `make demo` and `make test`; the rest are their parts.
SHELL := /bin/bash
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
PACKAGES := contracts contracts/tools libs/chassis libs/worktime libs/office libs/papers services/intake services/routing \
	services/notify services/reception services/council gateway ops
PYTEST := $(BIN)/python -m pytest
NODE_TOOL := contracts/tools/asyncapi-parser

.PHONY: help venv system demo run check schemas test test-architecture test-unit test-contract test-component test-e2e compose-test bench-journey bench-submit bench-batch bench-search lock clean

help:  ## Show what can be made
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | sort

venv: $(VENV)/ready  ## The virtual environment, from requirements.lock

# Our own packages are found by a .pth file: nothing to build, and what runs is what is edited.
$(VENV)/ready: requirements.lock Makefile
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || { apt-get update -q && apt-get install -y -q --no-install-recommends python3-venv; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	printf '%s\n' $(addprefix $(CURDIR)/,$(PACKAGES)) > $$($(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/motcua.pth
	touch $@

system: venv  ## Debian's RabbitMQ, and node for the contract tests, when they are missing
	$(BIN)/python -m motcua.install

demo: venv  ## Play a day at the office, check that it balances, stay up until Ctrl-C
	@$(BIN)/python -m motcua.cli demo $(ARGS)

run: venv  ## Run the system on this machine; data are kept in var/
	@$(BIN)/python -m motcua.cli run $(ARGS)

check: venv  ## Lint, format, types, fresh schemas, compatible contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	cd integrations && MYPYPATH=. ../$(BIN)/mypy --config-file mypy.ini
	$(BIN)/python -m contract_tools check
	$(BIN)/python -m contract_tools compat

schemas: venv  ## Write the JSON Schemas and the AsyncAPI document from the contracts
	$(BIN)/python -m contract_tools generate

$(NODE_TOOL)/node_modules: $(NODE_TOOL)/package-lock.json
	npm ci --prefix $(NODE_TOOL) --ignore-scripts --no-audit --no-fund --loglevel=error
	touch $@

test:  ## Everything: each part with its result and time
	@tests/run-all.sh

test-architecture: venv  ## Directions between the rooms
	$(PYTEST) -q tests/architecture

test-unit: venv  ## Rules, without broker or database
	$(PYTEST) -q tests/unit

test-contract: venv system $(NODE_TOOL)/node_modules  ## Messages, schemas, AsyncAPI
	$(PYTEST) -q tests/contract

test-component: system  ## One service at a time on a real broker and database
	$(PYTEST) -q tests/component

test-e2e: system  ## The whole journey in separate processes
	$(PYTEST) -q tests/e2e

compose-test: venv  ## The whole system in containers, built and tried; says so where no Docker engine answers
	$(PYTEST) -q tests/compose

bench-journey: system  ## Processor time and rate of a dossier's journey, over a raw floor and plain nameko
	@$(BIN)/python -m bench.journey $(ARGS)

bench-submit: system  ## Latency of a submission at a steady load, over bare Flask
	@$(BIN)/python -m bench.submit $(ARGS)

bench-batch: system  ## A large push: dossiers a second and memory, over a raw loop
	@$(BIN)/python -m bench.batch $(ARGS)

bench-search: system  ## The first page of each kind of search at 10k, 100k and 1M dossiers
	@$(BIN)/python -m bench.search $(ARGS)

lock:  ## Write requirements.lock anew
	$(PYTHON) -m venv var/lock && var/lock/bin/pip install --quiet pip-tools
	var/lock/bin/pip-compile --quiet --generate-hashes --allow-unsafe --strip-extras --no-header \
		--output-file requirements.lock requirements.in
	sed -i '/^--/d' requirements.lock  # where this machine gets packages is nobody else's affair

clean:  ## Remove what was made; data in var/ too
	rm -rf $(VENV) var $(NODE_TOOL)/node_modules .pytest_cache .mypy_cache .ruff_cache .hypothesis
