# Bare `make` prints the commands below. Everything is installed inside this folder, but for what Debian must bring.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
export PATH := $(CURDIR)/$(BIN):$(PATH)
export PYTHONDONTWRITEBYTECODE :=

INSTALLED := $(VENV)/.installed
WEB_DEPS  := web/node_modules/.installed
WEB_BUILD := web/dist/index.html
IDE_BUILD := web/dist-graphiql/index.html
WEB_FILES := $(shell find web graphql -type f -not -path '*/node_modules/*' -not -path 'web/dist*' -not -path 'web/graphiql/*' -not -path 'web/src/generated/*')

ATTACK_TOOLS := .venv-attack/.installed

.DEFAULT_GOAL := help
.PHONY: help install demo test check serve work chat schema attack bench lock web browser clean

help: ## print these commands
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-9s %s\n", $$1, $$2}'

install: $(INSTALLED) $(WEB_DEPS) ## build .venv and fetch the web app's packages, by their hashes

demo: install web ## start everything with seeded data, and print the addresses and logins
	@exec $(BIN)/registry demo

test: install web browser ## every check and every test, in real Chromium too
	@$(MAKE) --no-print-directory check
	@cd web && npm test --silent
	@$(BIN)/pytest -n 2 --dist loadgroup

check: install web ## format, lint, types, import directions, locks, web app
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo
	@cd web && npm run --silent check

serve: install web ## the api alone; settings from the environment
	@exec $(BIN)/registry serve

work: install ## a worker alone; settings from the environment
	@exec $(BIN)/registry work

chat: install ## talk to the text-message bot in this terminal
	@exec $(BIN)/registry chat

schema: install ## write graphql/schema.graphql anew
	@$(BIN)/registry export-schema

attack: install web $(ATTACK_TOOLS) ## guess codes, run up a bill, rebuild the schema, send nonsense: against the running service
	@$(BIN)/python -m tests.attack $(ATTACKS)

bench: install ## measure, as ratios against a baseline of the same run
	@$(BIN)/python -m tests.bench

lock: install ## write the hashed locks anew
	@$(BIN)/uv pip compile -q --upgrade --universal --python-version 3.11 --no-header --generate-hashes requirements/installer.in -o requirements/installer.lock
	@$(BIN)/uv pip compile -q --upgrade --universal --python-version 3.11 --no-header --generate-hashes pyproject.toml -o requirements/service.lock
	@$(BIN)/uv pip compile -q --upgrade --universal --python-version 3.11 --no-header --generate-hashes pyproject.toml --group dev -o requirements/development.lock
	@$(BIN)/uv pip compile -q --upgrade --universal --python-version 3.11 --no-header --generate-hashes requirements/attack.in -o requirements/attack.lock

web: $(WEB_BUILD) $(IDE_BUILD) ## build the web app

browser: $(INSTALLED) ## make sure that Chromium is here
	@deploy/install-chromium

clean: ## remove what was installed and built
	@rm -rf $(VENV) .venv-attack web/node_modules web/dist web/dist-graphiql web/src/generated .demo

$(INSTALLED): pyproject.toml requirements/installer.lock requirements/development.lock
	@echo "Installing Python packages into $(VENV); on a slow line this takes some minutes …"
	@deploy/make-venv "$(PYTHON)" "$(VENV)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/installer.lock
	@$(BIN)/uv pip sync --quiet --python $(BIN)/python --require-hashes requirements/development.lock
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation -e .
	@deploy/install-libraries
	@touch $@

$(WEB_DEPS): web/package.json web/package-lock.json | $(INSTALLED)
	@echo "Installing the web app's packages …"
	@cd web && npm ci --silent --no-audit --no-fund
	@touch $@

$(WEB_BUILD): $(WEB_DEPS) $(WEB_FILES)
	@echo "Building the web app …"
	@cd web && npm run --silent build
	@touch $@

$(ATTACK_TOOLS): requirements/attack.lock
	@echo "Installing the tools that attack into .venv-attack …"
	@$(BIN)/uv venv --quiet --clear --python $(BIN)/python .venv-attack
	@$(BIN)/uv pip sync --quiet --python .venv-attack/bin/python --require-hashes requirements/attack.lock
	@touch $@

$(IDE_BUILD): $(WEB_DEPS) $(wildcard web/graphiql/*)
	@echo "Building GraphiQL …"
	@cd web && npm run --silent build:graphiql
	@touch $@
