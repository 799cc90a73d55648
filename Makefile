# Homeroom. `make` alone lists what there is.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

PYTHON ?= python3
PORT ?=
CLEVER_URL ?=
PARAMETERS ?=
STACK_NAME ?=
WORKERS ?= 2
LOCAL := .local
VENV := .venv
PY := $(VENV)/bin/python
STACK = $(PY) -m sandbox.stack
STACK_OPTIONS = --port "$(PORT)" --clever-url "$(CLEVER_URL)" --parameters "$(PARAMETERS)"
TYPED := $(wildcard functions layers/common/homeroom sandbox ops)

.PHONY: help
help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | awk -F '\t' '{printf "  make %-10s %s\n", $$1, $$2}'

# --- Installing: each tool in an environment of its own, from a lock with hashes, made again when the lock changes ---

.PHONY: python setup
python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	echo "Homeroom needs Python 3.11 or newer, and '$(PYTHON)' is not: install one, or name it: make PYTHON=python3.13" >&2; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { \
	echo "'$(PYTHON)' has no venv module: install it (on Debian and Ubuntu: apt install python3-venv)." >&2; exit 1; }

setup: $(VENV)/.stamp $(LOCAL)/venv-sam/.stamp $(LOCAL)/venv-emulator/.stamp $(LOCAL)/venv-checkov/.stamp ## Install everything (others do it as needed)

# $(1): the environment, $(2): its lock. --no-deps: a lock is complete, pip need not look further. --no-compile: what is
# never imported needs no bytecode, which halves the time.
define install
	@echo "Installing $(notdir $(2)) into $(1) ..."
	@rm -rf $(1) && $(PYTHON) -m venv $(1)
	@$(1)/bin/python -m pip install --quiet --disable-pip-version-check --no-compile --no-deps --require-hashes -r $(2)
	@touch $(1)/.stamp
endef

$(VENV)/.stamp: requirements/dev.txt | python
	$(call install,$(VENV),$<)

$(LOCAL)/venv-%/.stamp: requirements/%.txt | python
	@mkdir -p $(LOCAL)
	$(call install,$(LOCAL)/venv-$*,$<)

# Side by side, since pip uses one core.
.PHONY: tools environments
tools:
	@$(MAKE) -j3 environments
environments: $(VENV)/.stamp $(LOCAL)/venv-sam/.stamp $(LOCAL)/venv-emulator/.stamp

# --- Running ---

.PHONY: up down status demo sync redrive
up: tools ## Start the local AWS stack and deploy to it [PORT=4566] [CLEVER_URL=http://...] [PARAMETERS="Name=value ..."]
	@$(STACK) up $(STACK_OPTIONS)

down: $(VENV)/.stamp ## Stop the local stack; what it holds is kept
	@$(STACK) down

status: $(VENV)/.stamp ## Say what the local stack is and where
	@$(STACK) status

demo: tools ## Start everything and tell the story of a district, step by step
	@PYTHONPATH=layers/common $(PY) -m sandbox.demo

sync: $(VENV)/.stamp ## Run a district's sync now: DISTRICT=<clever id>
	@test -n "$(DISTRICT)" || { echo "Which district? make sync DISTRICT=<clever id>" >&2; exit 1; }
	@$(PY) -m ops sync --district "$(DISTRICT)" --wait

redrive: $(VENV)/.stamp ## Put notices that were given up back into their queue [STACK_NAME=<a stack on AWS>]
	@$(PY) -m ops $(if $(STACK_NAME),--stack-name "$(STACK_NAME)") redrive

# --- Checking ---

.PHONY: check format lint types imports templates contract
check: format lint types imports templates contract ## Format, lint, types, import contracts, template lints

format: $(VENV)/.stamp
	$(VENV)/bin/ruff format --check --quiet .

lint: $(VENV)/.stamp
	$(VENV)/bin/ruff check --quiet .

types: $(VENV)/.stamp
	$(VENV)/bin/mypy --no-error-summary $(TYPED)

imports: $(VENV)/.stamp
	PYTHONPATH=layers/common:. $(VENV)/bin/lint-imports --no-logo

# Checkov reads the expanded template: in SAM's own short forms it does not see roles and policies.
templates: $(VENV)/.stamp $(LOCAL)/venv-sam/.stamp $(LOCAL)/venv-checkov/.stamp
	$(VENV)/bin/cfn-lint -a cfn_lint_serverless.rules -t template.yaml
	@mkdir -p $(LOCAL)/expanded $(LOCAL)/sam
	SAM_CLI_TELEMETRY=0 __SAM_CLI_APP_DIR=$(LOCAL)/sam AWS_DEFAULT_REGION=us-east-1 $(LOCAL)/venv-sam/bin/sam validate --lint
	$(PY) -m tests.support.expand > $(LOCAL)/expanded/template.json
	$(LOCAL)/venv-checkov/bin/checkov --quiet --compact --skip-download --framework cloudformation -f $(LOCAL)/expanded/template.json \
		$(if $(wildcard .checkov.yaml),--config-file .checkov.yaml)

contract: $(VENV)/.stamp
ifneq ($(wildcard ops/openapi.py ops/openapi/__main__.py),)
	$(PY) -m ops.openapi --check
endif

# Where recorded runs tell what they came to; what is run on the stack alone, with a core for its functions.
RECORDS := $(LOCAL)/recorded
RECORDED := $(PY) -m pytest -p tests.rules.recorder
ON_STACK := local_stack or another_dynamodb
SIDE_BY_SIDE = -n $(WORKERS) --dist worksteal

# What is off by default is on where it is tested over HTTP.
.PHONY: test fast rules sweep bench
test: PARAMETERS := ClassTransfer=on IndependentCoTeaching=on $(PARAMETERS)
test: tools ## Everything CI runs: check, and every test, those that need it on a stack that is up for the while
	@$(MAKE) -j2 check
	@rm -rf $(RECORDS)
	-$(RECORDED) --part local $(SIDE_BY_SIDE) -m "not ($(ON_STACK))"
	-$(STACK) run $(STACK_OPTIONS) -- $(RECORDED) --part stack -m "$(ON_STACK)" tests/e2e tests/contract
	-@$(MAKE) engine
	@$(PY) -m tests.rules --closing local stack

# The record that a run of the engine leaves behind takes the place of an empty one, which stands for one that was cut off.
.PHONY: engine
engine: $(VENV)/.stamp ## The stores' contract on Amazon's own DynamoDB Local, where a JDK and npm can be had
	@mkdir -p $(RECORDS) && touch $(RECORDS)/engine.json
	@$(PY) -m tests.support.dynamodb_local -- $(RECORDED) --part engine -q -m another_dynamodb tests/contract || { code=$$?; \
	test $$code -eq 3 && rm $(RECORDS)/engine.json && \
	echo "SKIPPED: the contract tests on DynamoDB Local, for the reason above." || exit $$code; }

fast: $(VENV)/.stamp ## The tests that need neither the stack nor much time [WORKERS=2]
	$(PY) -m pytest -q $(SIDE_BY_SIDE) -m "not slow and not ($(ON_STACK))" --ignore=tests/e2e

rules: $(VENV)/.stamp ## Run the tests that the machine allows now; count the rules that a passed test names, print the others
	@rm -rf $(RECORDS)
	-@$(RECORDED) -q
	@$(PY) -m tests.rules

sweep: $(VENV)/.stamp ## Fail every AWS call of a representative run in every way, and compare the ends [EVERY=11]
	@PYTHONPATH=layers/common $(PY) -m tests.sweep --every $(or $(EVERY),1) --jobs 2

bench: tools ## Measure against the budgets [SIZE=full]
	@$(PY) -m benchmarks $(if $(SIZE),--size $(SIZE))

# --- Writing what is committed ---

.PHONY: tidy openapi lock
tidy: $(VENV)/.stamp ## Format the code and mend what ruff can mend
	$(VENV)/bin/ruff check --fix --quiet .
	$(VENV)/bin/ruff format --quiet .

openapi: $(VENV)/.stamp ## Write docs/api from the handlers
	$(PY) -m ops.openapi

COMPILE = uv pip compile --quiet --generate-hashes --no-emit-index-url --universal --python-version 3.11
lock: ## Lock the dependencies again (needs uv) [UPGRADE=1]
	@command -v uv >/dev/null || { echo "Locking needs uv: pip install uv" >&2; exit 1; }
	$(COMPILE) $(if $(UPGRADE),--upgrade) layers/common/requirements.in -o layers/common/requirements.txt
	for set in dev sam emulator checkov; do \
		$(COMPILE) $(if $(UPGRADE),--upgrade) requirements/$$set.in -o requirements/$$set.txt || exit 1; done
