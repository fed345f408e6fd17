# The project's commands. `make run` and `make test` are all the set-up there is.
PYTHON ?= python3
PORT ?= 8000
UV_VERSION := 0.13.9
BIN := .venv/bin
UV := $(BIN)/uv
STAMP := .venv/.installed
export PYTHONDONTWRITEBYTECODE ?= 1

.PHONY: help run setup test test-postgresql check ci journeys drills drills-full coverage lock messages bench-search bench-quality bench-chat soak-chat audit

help: ## List what can be made
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1|\2/p' $(MAKEFILE_LIST) | column -t -s '|'

run: $(STAMP) ## Make the environment, migrate, load the demo alliance and serve
	@DEBUG=$${DEBUG:-1} PORT=$(PORT) $(BIN)/python manage.py serve --demo

setup: $(STAMP) ## Make the environment in .venv

$(STAMP): requirements.lock deploy/bootstrap.sh
	@deploy/bootstrap.sh "$(PYTHON)" "$(UV_VERSION)"
	@$(UV) pip sync --quiet --python $(BIN)/python --require-hashes requirements.lock
	@touch $(STAMP)

test: $(STAMP) ## Pass all tests that need no browser, on SQLite
	@$(BIN)/pytest -m "not journey and not drill" -n auto --dist worksteal

test-postgresql: $(STAMP) ## The same on PostgreSQL (DATABASE_URL) and Redis (REDIS_URL)
	@$(BIN)/pytest -m "not journey and not drill" -n auto --dist worksteal

journeys: $(STAMP) ## Drive a real browser; skips with a reason where there is no Chromium
	@$(BIN)/pytest -m journey

drills: $(STAMP) ## Kill real processes and look whether anything is lost
	@$(BIN)/pytest -m drill

drills-full: $(STAMP) ## The drills of the chat with twenty kills each (some minutes)
	@KENNISKRING_KILLS=20 $(BIN)/pytest -m drill tests/drills/test_chat_survives.py

coverage: $(STAMP) ## The tests with branch coverage, and its floors
	@$(BIN)/coverage erase
	@$(BIN)/coverage run --parallel-mode -m pytest -q -m "not journey and not drill"
	@$(BIN)/coverage combine --quiet
	@$(BIN)/coverage report --fail-under 95
	@$(BIN)/coverage report --include '*/access.py,*/reach.py,*/labelling.py,*/actions/*,*/actions.py' --fail-under 100

check: $(STAMP) ## Formatting, lint, types, imports, templates, migrations, deployment settings
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy --no-error-summary .
	@$(BIN)/lint-imports > .lint-imports.log 2>&1 || { cat .lint-imports.log; exit 1; }
	@rm -f .lint-imports.log
	@git ls-files -z 'templates/*.html' | xargs -0 $(BIN)/djade --check --target-version 5.2
	@$(BIN)/djlint --quiet --lint templates
	@DEBUG=1 $(BIN)/python manage.py makemigrations --check --dry-run -v 0
	@deploy/check.sh

ci: check test journeys drills ## Everything; with CI_DATABASE_URL the tests run again on PostgreSQL
	@if [ -n "$${CI_DATABASE_URL:-}" ]; then \
		DATABASE_URL="$$CI_DATABASE_URL" REDIS_URL="$${CI_REDIS_URL:-}" $(MAKE) test-postgresql; fi

lock: $(STAMP) ## Renew the lock file from pyproject.toml
	@$(UV) pip compile --quiet --generate-hashes --no-header --no-annotate --universal --python-version 3.11 \
		pyproject.toml --group dev -o requirements.lock

audit: $(STAMP) ## Ask the vulnerability database about what is locked (needs the network)
	@$(BIN)/pip-audit --require-hashes --disable-pip -r requirements.lock

messages: $(STAMP) ## Collect the texts of the site into locale/, and compile the Dutch ones
	@DEBUG=1 $(BIN)/python manage.py collect_messages

bench-search: $(STAMP) ## How fast search is, beside other engines
	@$(BIN)/python -m benchmarks.search_speed

bench-quality: $(STAMP) ## How well search finds what was meant; ARGS=--ablate tells what each weight is worth
	@$(BIN)/python -m benchmarks.search_quality $(ARGS)

bench-chat: $(STAMP) ## Deliveries and delays of the live chat, beside Node's ws and uWebSockets (OPTIONS=--quick)
	@$(BIN)/python -m benchmarks.chat $(OPTIONS)

soak-chat: $(STAMP) ## Half an hour of chat (MINUTES=30): does the server hold on to memory?
	@$(BIN)/python -m benchmarks.soak --minutes $(or $(MINUTES),30)
