# Two commands: `make demo` and `make test`. Neither needs a step before it.
#
# Everything is installed into .venv from the locks, by hash. The stamps in .venv make the second run quick.

PYTHON ?= python3
PIP := .venv/bin/python -m pip install -qq --disable-pip-version-check --no-input
BIN := .venv/bin

# The rooms of the tests that open a database.
ON_POSTGRESQL := tests/storage tests/service tests/journeys
ON_POSTGRESQL_SAMPLE := tests/storage/test_database.py tests/storage/test_inbox.py tests/storage/test_outbox.py \
	tests/storage/test_reports.py tests/storage/test_boards.py tests/journeys/test_earlier_reports.py

export DEBIAN_FRONTEND = noninteractive

.DEFAULT_GOAL := help
.PHONY: help demo install test test-postgresql sample-postgresql check bench soak lock sbom

help:
	@echo "make demo [ONCE=1]  Rollcall on a mailbox of its own, with sample mails; ONCE=1: print the board and stop"
	@echo "make install        the command .venv/bin/rollcall"
	@echo "make test           check, then the whole test suite, real servers included, and a sample of it on PostgreSQL"
	@echo "make test-postgresql  the tests of whatever opens a database, on PostgreSQL"
	@echo "make check          format, lint, types, import contract"
	@echo "make bench          measures speed and memory"
	@echo "make soak           the long sweeps that make test leaves out"
	@echo "make lock           new locks from pyproject.toml"
	@echo "make sbom           sbom.json: what requirements.lock installs (CycloneDX)"

demo: .venv/.installed
	$(BIN)/python -m service.demo $(if $(filter-out 0,$(ONCE)),--once)

install: .venv/.installed
	@echo "Installed: $(CURDIR)/$(BIN)/rollcall"

test: .venv/.installed-dev
	scripts/install-test-servers dovecot postfix rspamd libreoffice chromium strace postgresql
	$(MAKE) check
	$(BIN)/pytest -m "not soak" -n auto --dist loadfile
	$(MAKE) sample-postgresql

# What differs most between the two databases, in less than a minute.
sample-postgresql: .venv/.installed-dev
	ROLLCALL_TEST_DATABASE=postgresql $(BIN)/pytest -m "not soak" -n auto --dist loadfile $(ON_POSTGRESQL_SAMPLE)

test-postgresql: .venv/.installed-dev
	scripts/install-test-servers dovecot postfix rspamd libreoffice chromium postgresql
	ROLLCALL_TEST_DATABASE=postgresql $(BIN)/pytest -m "not soak" -n auto --dist loadfile $(ON_POSTGRESQL)

check: .venv/.installed-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: .venv/.installed-dev
	scripts/install-test-servers dovecot
	$(BIN)/python -m bench

soak: .venv/.installed-dev
	scripts/install-test-servers dovecot libreoffice ooxml-validator strace postgresql
	$(BIN)/pytest -m soak --timeout=0
	$(MAKE) test-postgresql

sbom:
	$(PYTHON) scripts/write-bill-of-materials requirements.lock > sbom.json

# The locks are made by uv, which lives in a folder of its own for as long as that takes.
lock:
	folder=$$(mktemp -d) && trap 'rm -rf "$$folder"' EXIT && $(PYTHON) -m venv "$$folder" \
	&& "$$folder/bin/python" -m pip install -qq --disable-pip-version-check uv \
	&& compile="$$folder/bin/uv pip compile --quiet --system-certs --generate-hashes --no-emit-index-url --no-header --python-version 3.11 --universal" \
	&& $$compile pyproject.toml -o requirements.lock \
	&& $$compile pyproject.toml --extra dev -c requirements.lock -o requirements-dev.lock

.venv/.made:
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Rollcall needs Python 3.11 or newer")'
	@$(PYTHON) -m venv .venv
	@touch $@

.venv/.installed: requirements.lock pyproject.toml | .venv/.made
	@echo "Installing what $< locks into .venv ..."
	@$(PIP) --no-deps --require-hashes -r requirements.lock
	@$(PIP) --no-deps --no-build-isolation --no-index --editable .
	@touch $@

.venv/.installed-dev: requirements-dev.lock pyproject.toml | .venv/.made
	@echo "Installing what $< locks into .venv ..."
	@$(PIP) --no-deps --require-hashes -r requirements-dev.lock
	@$(PIP) --no-deps --no-build-isolation --no-index --editable .
	@touch $@
