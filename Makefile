# Everything a newcomer, CI and an operator's laptop need. `make help` lists it.
PYTHON ?= python3
SHELL := /bin/bash
.DEFAULT_GOAL := help
export PATH := $(CURDIR)/.venv/bin:$(PATH)

PACKAGES := $(sort $(wildcard libs/* services/*)) gateway/wsbridge cli compose/local compose/samples
PYPROJECTS := $(PACKAGES:%=%/pyproject.toml)
EDITABLE := $(PACKAGES:%=-e ./%)
READY := .venv/.ready
WEB_READY := web/node_modules/.ready
WEB_SOURCES := $(shell find web -path web/node_modules -prune -o -path web/dist -prune -o -type f -print 2>/dev/null)

.PHONY: help setup run demo test test-extras check format proto lock web bench bench-prediction load chaos soak screenshots images-check clean

help: ## This list
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(READY) ## Install what the repository needs, into .venv
run: setup web ## Start the whole system on this machine; Ctrl-C stops it
	@exec python -m hsc_local up

demo: setup web ## Play a visit in the terminal: type, watch the manual arrive, read the cited answer
	@exec python -m hsc_local demo

test: setup web ## Run every test
	python -m pytest
	cd web && npm test

test-extras: setup ## Run the tests of what answer takes only when told to, each with its own lock
	@for extra in google-generativeai embedding; do \
	  export VIRTUAL_ENV=build/extras/$$extra; \
	  uv venv --quiet --clear $$VIRTUAL_ENV && \
	  uv pip sync --quiet --require-hashes requirements.lock services/answer/requirements-$$extra.lock && \
	  uv pip install --quiet --no-deps $(EDITABLE) && \
	  $$VIRTUAL_ENV/bin/python -m pytest tests/contract/answer/test_$$(tr - _ <<< $$extra).py || exit 1; \
	done
	build/extras/embedding/bin/python -m pytest tests/unit/answer/test_embedding.py

check: setup $(WEB_READY) ## Formatter, linter, types, contracts, house rules
	ruff format --check .
	ruff check .
	python scripts/contracts.py --check
	python scripts/settings_page.py --check
	python scripts/typecheck.py
	lint-imports --no-logo 2>&1
	cd web && npm run check

format: setup ## Format everything
	ruff format .
	ruff check --fix .
	cd web && npm run format

proto: setup $(WEB_READY) ## Generate the code of the contracts
	python scripts/contracts.py
	cd web && npm run proto

lock: $(READY) ## Resolve the versions anew, with hashes and without addresses
	uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-emit-find-links \
	  --custom-compile-command "make lock" --group pyproject.toml:dev $(PYPROJECTS) \
	  $(foreach p,$(PYPROJECTS),--no-emit-package $$(sed -n 's/^name = "\(.*\)"/\1/p' $(p))) \
	  --output-file requirements.lock

screenshots: setup web ## Take the pictures in docs/screenshots anew (needs Chromium)
	cd web && npm run screenshots

bench: setup ## Measure, and print the figures beside their goals
	python tests/bench/run.py

bench-prediction: setup ## Measure prediction beside the libraries one would use otherwise (needs the real catalogues)
	uv pip install --quiet -e 'services/prediction[peers]'
	python tests/bench/prediction "$${HSC_SHARED_DATA:-../shared/data}/halilit-catalogs" --grown 50000 500000 --peers

load: setup ## Measure under load: sockets, visitors, recovery, large starts (on a machine that does nothing else)
	python tests/load/figures.py --docs

chaos: setup web ## Take a running stack apart under full load, a minute a fault
	HSC_CHAOS=long python -m pytest -s tests/chaos

soak: setup web ## Ten times a day's visitors for 20 minutes, then 1,000 damaged manuals
	python tests/load/soak.py
	python tests/bench/reading/soak.py

images-check: setup ## Build the containers' images with podman and start them (docs/DEPLOYMENT_GUIDE.md)
	scripts/images_check.sh

web: $(READY) web/dist/index.html ## Build the page

clean: ## Forget everything that was built; the state in .hsc stays
	rm -rf .venv web/node_modules web/dist .mypy_cache .ruff_cache .pytest_cache

# uv comes by pip, then everything else by uv, from the lock alone.
$(READY): requirements.lock $(PYPROJECTS)
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed, this is " + sys.version.split()[0]) if sys.version_info < (3, 11) else None'
	@test -x .venv/bin/uv || { rm -rf .venv && $(PYTHON) -m venv .venv && .venv/bin/python -m pip install --quiet uv; }
	uv pip sync --quiet --compile-bytecode --require-hashes requirements.lock
	uv pip install --quiet --no-deps $(EDITABLE)
	@touch $@

$(WEB_READY): web/package-lock.json $(READY)
	cd web && npm install --no-save --no-audit --no-fund --silent
	@touch $@

web/dist/index.html: $(WEB_READY) $(WEB_SOURCES)
	cd web && npm run --silent build
	@touch $@
