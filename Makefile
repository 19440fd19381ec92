# What there is to do; `make` alone lists it.

python := .venv/bin/python
packages := shared services/registration services/activation services/letters services/letters/print-shop services/notifier services/member-space deploy/local

.PHONY: help demo run keys test soak lint bench definitions dead-letters pictures install
.DEFAULT_GOAL := help

help: ## List what there is to do
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile

demo: ## Install what is missing, play one member's whole journey on the real system, stop it
	@deploy/local/install run
	@$(python) -m launcher demo

run: ## Install what is missing and run the system on http://localhost:8080 until Ctrl-C
	@deploy/local/install run
	@$(python) -m launcher run

test: ## Install what is missing and run every test on real servers and a real browser
	@deploy/local/install test
	@$(python) tests/run

soak: ## Run the whole fault suite, the days of the print room and a long search for odd input; FAULT_SEED=… repeats the faults
	@deploy/local/install test
	@$(python) tests/run tests/faults tests/letters/test_a_day.py -q -m "soak or not soak"
	@$(python) tests/run tests -q -m hypothesis --hypothesis-profile=searching --ignore=tests/journey --ignore=tests/surface

lint: ## Check style, types, imports, dependencies and the lock file
	@deploy/local/install lint
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check --quiet .
	@.venv/bin/mypy
	@.venv/bin/lint-imports
	@for package in $(packages); do (cd $$package && $(CURDIR)/.venv/bin/deptry --config $(CURDIR)/$$package/pyproject.toml src) || exit 1; done
	@.tools/bin/uv lock --check --quiet

bench: ## Measure the running system
	@deploy/local/install test
	@$(python) tests/bench

definitions: ## Write the broker's definitions, the events' schemas and the documents of events and API anew, from the code
	@deploy/local/install test
	@$(python) -m shared.contracts.schemas
	@$(python) deploy/broker/make_definitions.py
	@cd tests && ../$(python) -m contracts.golden_files
	@$(python) deploy/broker/make_documents.py
	@$(python) deploy/make_api_documents.py

dead-letters: ## List what the running system's services could not handle
	@$(python) -m launcher dead-letters

keys: ## Make every key and password of a production in FOLDER=…
	@deploy/local/install run
	@$(python) -m launcher keys make $(if $(FOLDER),"$(FOLDER)",$(error say where: make keys FOLDER=…))

pictures: ## Make the README's pictures anew, from the running system
	@deploy/local/install test
	@PICTURES_DIR=docs/pictures $(python) tests/run tests/browser -q -k with_javascript

install: ## Install everything: to run, to test and to check
	@deploy/local/install test
