# Two commands: make run, make test. Everything else helps with work on the project.
SHELL := /bin/sh
PYTHON_VERSION := 3.10
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

export RASA_TELEMETRY_ENABLED := false
export TF_CPP_MIN_LOG_LEVEL := 3
export SQLALCHEMY_SILENCE_UBER_WARNING := 1
export PYTHONWARNINGS := ignore

.PHONY: run test test-fast train talk check lint widget widget-check bench bench-nlu load chaos fuzz audit profile idle lock clean install

run: install
	@$(BIN)/okienko train --if-needed
	@$(BIN)/okienko serve

test: install widget-check
	@$(BIN)/okienko check --no-warnings
	@$(BIN)/python -m pytest

test-fast: install
	@$(BIN)/python -m pytest -m "not training and not browser and not slow"

train: install
	@$(BIN)/okienko train

talk: install
	@$(BIN)/okienko train --if-needed
	@$(BIN)/okienko talk

check: install
	@$(BIN)/okienko check

lint: install
	@$(BIN)/ruff check .
	@$(BIN)/mypy

# The bundle in widget/dist is kept in the repository; whoever changes widget/src builds it anew.
widget:
	@cd widget && npm ci --silent --no-audit --no-fund && npm run --silent check && npm run --silent build

widget-check:
	@sh scripts/widget.sh

bench: install
	@$(BIN)/okienko train --if-needed
	@$(BIN)/python -W ignore benchmarks/bench.py
	@$(BIN)/python -W ignore benchmarks/idle.py

idle: install
	@$(BIN)/okienko train --if-needed
	@$(BIN)/python -W ignore benchmarks/idle.py

profile: install
	@$(BIN)/okienko train --if-needed
	@$(BIN)/python -W ignore benchmarks/parts.py

# Processes killed while clients talk; needs PostgreSQL and Redis at their standard local ports.
load: install
	@$(BIN)/okienko train --if-needed
	@$(BIN)/python benchmarks/load.py

# Faults on purpose while clients talk; needs PostgreSQL and Redis at their standard local ports.
chaos: install
	@$(BIN)/okienko train --if-needed
	@$(BIN)/python -W ignore benchmarks/chaos.py

# Bad inputs, counted; what it needs does not fit beside Rasa and has an environment of its own.
fuzz: install
	@$(BIN)/okienko train --if-needed
	@sh scripts/fuzz-venv.sh .fuzz-venv $(VENV)
	@$(BIN)/python -W ignore benchmarks/fuzz.py

# Known advisories against what is locked.
audit: install
	@$(BIN)/python scripts/advisories.py

bench-nlu: install
	@$(BIN)/python benchmarks/nlu.py

install: $(STAMP)

$(STAMP): requirements.lock pyproject.toml
	@sh scripts/venv.sh $(PYTHON_VERSION) $(VENV)
	@echo "Instaluję zależności (za pierwszym razem kilka minut)…"
	@$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

# The lock holds versions and hashes, and no address of a registry.
lock:
	@$(BIN)/python -m pip install -q uv
	@$(BIN)/uv pip compile pyproject.toml --extra dev --extra otel --universal --python-version $(PYTHON_VERSION) --generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links -q -o requirements.lock
	@$(BIN)/uv pip compile benchmarks/fuzz.in --universal --python-version $(PYTHON_VERSION) --generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links -q -o benchmarks/fuzz.lock

clean:
	rm -rf $(VENV) .fuzz-venv models var .rasa
