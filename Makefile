# Everything a person does with this repository, in a few words; `make` alone lists them. Needs git, make and Python >= 3.11.
# PYTHON picks the interpreter, for example `make run PYTHON=python3.13`. Paths are relative: this folder's name may hold spaces.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip -qq --disable-pip-version-check
REF ?= examples/harbour-bridge.html
ARGS ?=
export REF
export PYTHONUTF8 := 1

RUN_READY := $(VENV)/.ready-run
DEV_READY := $(VENV)/.ready-dev
SYSTEM_READY := $(VENV)/.ready-system
TRAIN := .venv-train/bin
TRAIN_READY := .venv-train/.ready

.PHONY: help run setup test check format gate bench docs train lock clean
.DEFAULT_GOAL := help

help: ## list these words
	@grep -E '^[a-z]+:.*## ' Makefile | sed -E 's/^([a-z]+):[^#]*## (.*)/  make \1 @\2/' | awk -F@ '{ printf "%-14s%s\n", $$1, $$2 }'

run: $(RUN_READY) ## digest an example; `make run REF=https://…` or `REF=file` digests that
	@$(BIN)/aili "$$REF" $(ARGS)

setup: $(DEV_READY) ## set up .venv for working on aili

test: $(DEV_READY) $(SYSTEM_READY) ## run all tests; ARGS="-k name" picks some
	@$(BIN)/python -m pytest $(ARGS)

check: $(DEV_READY) ## formatter, linter, strict types, import floors, dead code, generated pages
	$(BIN)/python -m ruff format --check .
	$(BIN)/python -m ruff check .
	$(BIN)/python -m mypy
	$(BIN)/lint-imports
	$(BIN)/python -m vulture
	$(BIN)/python docs/generate.py --check

format: $(DEV_READY) ## lay the code out as `make check` wants it
	$(BIN)/python -m ruff format .
	$(BIN)/python -m ruff check --fix .

gate: $(DEV_READY) ## quality floors on the public yardsticks in ../shared; says what it skips
	@$(BIN)/python -m benchmarks.all --gate $(ARGS)

bench: $(DEV_READY) ## speed and quality against peers, as tables
	@$(BIN)/python -m benchmarks.all $(ARGS)

docs: $(DEV_READY) ## write the generated pages of docs/ again
	$(BIN)/python docs/generate.py

train: $(TRAIN_READY) ## make the embedded engine's weights again (training/README.md); needs ../shared and a few hours
	$(TRAIN)/python -m training.export_encoder
	$(TRAIN)/python -m training.train_heads prepare
	$(TRAIN)/python -m training.train_heads train
	$(TRAIN)/python -m training.train_heads export
	$(TRAIN)/python -m training.train_salience
	$(TRAIN)/python -m training.judging_data
	$(TRAIN)/python -m training.judgments
	$(TRAIN)/python -m training.train_judging train
	$(TRAIN)/python -m training.train_judging tune
	for fold in 0 1 2; do $(TRAIN)/python -m training.train_judging fold --fold $$fold || exit 1; done
	$(TRAIN)/python -m training.train_judging export
	$(TRAIN)/python -m training.train_questions
	$(TRAIN)/python -m training.train_asked
	$(TRAIN)/python -m training.train_answers
	$(TRAIN)/python -m training.entailment_data
	$(TRAIN)/python -m training.train_entailment prepare
	$(TRAIN)/python -m training.train_entailment train
	$(TRAIN)/python -m training.train_entailment export
	$(TRAIN)/python -m training.score

lock: ## resolve the newest versions that pyproject.toml allows into the two locks
	@test -x .venv-lock/bin/uv || { $(PYTHON) -m venv .venv-lock && .venv-lock/bin/python -m pip --quiet install uv; }
	$(LOCK) --group build --output-file requirements.lock
	$(LOCK) --group build --group dev --constraint requirements.lock --output-file requirements-dev.lock
LOCK := .venv-lock/bin/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
	--custom-compile-command "make lock" pyproject.toml

clean: ## remove all that was made here, .venv included
	rm -rf $(VENV) .venv-lock .venv-train build dist benchmarks/out .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# A stamp says that .venv holds what the locks say; pip runs again only when a lock or pyproject.toml is newer than it.
# The locks are complete, the package's own build tools included, so pip is told to choose nothing (--no-deps; pip 23.0, which
# Debian 12 has, also stumbles over extras that it meets under two spellings).
$(BIN)/python:
	@$(PYTHON) -c 'pass' 2>/dev/null || { echo "aili needs Python 3.11 or newer, and there is no '$(PYTHON)' here: install it, or name one with make PYTHON=/path/to/python3." >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "aili needs Python 3.11 or newer, and '$(PYTHON)' is $$($(PYTHON) -c 'import sys; print("%d.%d" % sys.version_info[:2])'): name a newer one with make PYTHON=/path/to/python3." >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "This Python cannot make virtual environments: on Debian or Ubuntu run 'apt install python3-venv' (as root), then make again." >&2; exit 1; }
	@echo "Setting up $(VENV) (once, about a minute) …" >&2
	@$(PYTHON) -m venv --clear $(VENV)

$(RUN_READY): requirements.lock pyproject.toml | $(BIN)/python
	@$(PIP) install --no-deps --require-hashes -r requirements.lock
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(DEV_READY): requirements-dev.lock $(RUN_READY)
	@$(PIP) install --no-deps --require-hashes -r requirements-dev.lock
	@touch $@

$(SYSTEM_READY): tests/system-packages.sh | $(BIN)/python
	@sh tests/system-packages.sh
	@touch $@

$(TRAIN_READY): training/requirements.txt | $(BIN)/python
	@$(PYTHON) -m venv .venv-train
	@$(TRAIN)/python -m pip -qq --disable-pip-version-check install --editable . -r $<
	@touch $@
