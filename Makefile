# What people do with Shanshui, one word each. `make help` lists the words.
# .venv is made by the first target that needs it, from the locked versions, and made anew when the
# locks change, when it no longer runs, or when PYTHON= names another interpreter than it was made with.

.DEFAULT_GOAL := help
.PHONY: help demo test test-all bench lint lock clean rebuild

BIN := .venv/bin
INSTALL := $(BIN)/python -m pip install --disable-pip-version-check --quiet --no-deps
JOBS ?= 2
ARGS ?=

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## /  make \1	/p' Makefile | expand -t 18
	@echo "  PYTHON=python3.12 picks the interpreter, ARGS=\"-k wheel\" adds to the command, JOBS=4 to test on more cores than 2"

demo: .venv/installed ## five policies on the landscape of Xiamen over 50 years, into results/demo; resumes
	$(BIN)/shanshui compare 'policies=[business_as_usual,natural_first,strict_enforcement,funding_reform,xiamen_practice]' landscape=xiamen \
	    years=50 replicates=30 'keep=[flows,maps]' out=results/demo $(ARGS)

test: .venv/installed ## the fast tests
	$(BIN)/python -m pytest -n auto --maxprocesses $(JOBS) -m "not slow" $(ARGS)

test-all: .venv/installed ## every test, the slow ones too
	$(BIN)/python -m pytest -n auto --maxprocesses $(JOBS) $(ARGS)

bench: .venv/installed ## speed and memory, as ratios measured in one run
	$(BIN)/python -m benchmarks $(ARGS)

lint: .venv/installed ## style, format, types, and who may import whom
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

COMPILE = $(BIN)/uv pip compile pyproject.toml --quiet --universal --python-version 3.11 --generate-hashes \
    --no-emit-index-url --custom-compile-command "make lock" --group build $(ARGS)

lock: .venv/locked ## re-make the locks from pyproject.toml; ARGS=--upgrade takes newer versions
	$(COMPILE) --output-file requirements.txt
	$(COMPILE) --output-file requirements-dev.txt --constraint requirements.txt --group dev

clean: ## remove .venv, builds and caches; results/ stays
	rm -rf .venv build dist *.egg-info .cache .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# --- .venv -------------------------------------------------------------------------------------------

# The same words from an interpreter and from every virtual environment made with it.
IDENTITY := import sys; print(sys.version, sys.base_prefix)
SUITABLE := import sys; sys.exit(sys.version_info < (3, 11))

ifdef PYTHON
FRESH := test "$$($(BIN)/python -c '$(IDENTITY)' 2>&1)" = "$$('$(PYTHON)' -c '$(IDENTITY)' 2>&1)"
CANDIDATES := '$(PYTHON)'
else
FRESH := $(BIN)/python -c '$(SUITABLE)'
CANDIDATES := python3 python3.13 python3.12 python3.11
endif
STALE := $(shell ($(FRESH)) 2>/dev/null || echo rebuild)

# An interpreter on the path may be a shim that fails, so each is run before it is believed.
.venv/locked: requirements-dev.txt $(STALE)
	@for python in $(CANDIDATES); do \
	    "$$python" -c '$(SUITABLE)' 2>/dev/null || continue; \
	    found="$$python"; \
	    "$$python" -c 'import ensurepip, venv' 2>/dev/null || continue; \
	    echo "Making .venv with $$("$$python" --version): about a minute." >&2; \
	    rm -rf .venv && "$$python" -m venv .venv; exit; \
	done; \
	if [ -n "$$found" ]; then \
	    echo "$$found cannot make a virtual environment: its modules venv and ensurepip are missing." >&2; \
	    echo "On Debian and Ubuntu: apt install python3-venv. Or name another: make PYTHON=/path/to/python3.12" >&2; \
	else \
	    echo "No Python of 3.11 or newer runs as:" $(CANDIDATES)". Name one: make PYTHON=/path/to/python3.12" >&2; \
	fi; exit 1
	@# Hydra's ANTLR is a source package: it is built with the locked setuptools, not with today's newest.
	@sed -n '/^setuptools==/,/[^\\]$$/p' requirements-dev.txt | $(INSTALL) --require-hashes --requirement /dev/stdin
	@$(INSTALL) --require-hashes --no-build-isolation --use-pep517 --requirement requirements-dev.txt
	@touch $@

.venv/installed: .venv/locked pyproject.toml setup.py
	@$(INSTALL) --no-build-isolation --editable .
	@touch $@
