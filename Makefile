# The commands of the project. `make help` lists them. Everything is installed in .venv; nothing else is touched.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Where the commands look by themselves, so that they work on what the demo made.
DEMO ?= data/leiden
PORT ?= 3000
CYCLE ?= 2021-03
READY := $(VENV)/.ready
# No version that was published later is looked at, so that resolving again gives the same lock.
LOCKED_ON := 2026-11-22T00:00:00Z
RESOLVE = uv pip compile pyproject.toml --upgrade --exclude-newer $(if $(DATE),$(DATE)T00:00:00Z,$(LOCKED_ON)) \
	--universal --python-version 3.11 --generate-hashes --no-emit-index-url --quiet

.DEFAULT_GOAL := help

.PHONY: help setup demo test test-spark test-long kills kills-cycle full-disk soak faults any-profile recovery mutants coverage same-releases lint security security-scan audit sbom bench ui lock dictionary clean

help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

setup: $(READY) ## Install everything, at the versions of requirements.lock, into .venv

$(READY): requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; name it with make PYTHON=...")'
	$(PYTHON) -m venv $(VENV)
	@# The lock is complete, so nothing is resolved here: some versions of pip stumble over extras in it.
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	$(BIN)/python -m compileall -q schemas kwaliteitsmonitor assets pipelines
	@touch $(READY)

demo: setup ## Write sample deliveries, run cycle 2021-03, show the two tables and where they are
	@# What is there and is no demo stays as it is.
	@test ! -d $(DEMO) || test -e $(DEMO)/landing/.kwaliteitsmonitor-sample || \
	  { echo "$(DEMO) holds something else than the demo; name another place: make demo DEMO=FOLDER"; exit 2; }
	$(BIN)/kwaliteitsmonitor sample --to $(DEMO)/landing --replace
	$(BIN)/kwaliteitsmonitor run --cycle $(CYCLE) --out $(DEMO)

ui: setup ## Open the Dagster UI on 127.0.0.1 with the demo's deliveries
	@test -d $(DEMO) || $(BIN)/kwaliteitsmonitor sample --to $(DEMO)/landing
	DAGSTER_HOME=$(abspath $(DEMO))/dagster $(BIN)/python -m pipelines.instance
	DAGSTER_HOME=$(abspath $(DEMO))/dagster KWALITEITSMONITOR_OUT=$(abspath $(DEMO)) \
	$(BIN)/python -W ignore::FutureWarning -m dagster dev --host 127.0.0.1 --port $(PORT)

test: setup ## Check style and types, and run the tests
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache --no-logo
	$(BIN)/pytest -n 3 --dist loadfile

test-spark: setup ## Run the tests of counting with Spark, which needs Java 17; installs PySpark beside the rest
	@command -v java >/dev/null || { echo "There is no Java: install version 17, such as openjdk-17-jre-headless"; exit 1; }
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --require-hashes \
	  -r requirements-spark.lock
	$(BIN)/pytest -n 0 tests/readers/answers/engines -k spark

test-long: setup ## Run the tests that take a minute or more each: two runs at once, and Dagster's database going away
	$(BIN)/pytest -n 0 -m long

kills: setup ## Kill publication and sign-off at 200 random moments, and see that a reader finds one whole release
	rm -rf .bench/kills
	mkdir -p .bench
	$(BIN)/python -m tests.publication.publishing kill_at_random_moments .bench/kills 200

kills-cycle: setup ## Kill whole cycles at 500 random moments and run them again; goes on where it was stopped
	mkdir -p .bench
	$(BIN)/python -m tests.faults.kills .bench/kills-cycle 500

full-disk: setup ## Have each call that writes fail while a release is published, and each kind of them in a whole cycle
	rm -rf .bench/publishing-full
	mkdir -p .bench/shim
	$(BIN)/python -c 'from pathlib import Path; from tests.faults.disk import shim; shim(Path(".bench/shim"))'
	LD_PRELOAD=$(CURDIR)/.bench/shim/failing.so $(BIN)/python -m tests.faults.publishing_full .bench/publishing-full 1
	$(BIN)/python -m tests.faults.disk .bench/full-disk

soak: setup ## Run 200 cycles after each other in one process, and see whether anything grows
	mkdir -p .bench
	$(BIN)/python -m tests.faults.soak .bench/soak 200

faults: kills kills-cycle full-disk soak ## The long forms of the tests of faults, for hours

any-profile: setup ## Run the cycle of 50 made-up institutions, and see that every total adds up
	KWALITEITSMONITOR_ANY_PROFILES=50 $(BIN)/pytest -n 0 tests/institutions/test_any_profile.py -k whose_totals

recovery: setup ## Try to recover what is suppressed from 300 made-up releases and their successors
	KWALITEITSMONITOR_ATTACKS=300 $(BIN)/pytest -n 0 tests/methods/disclosure/test_recovery.py

coverage: setup ## Run the tests and show which lines they reach
	$(BIN)/pytest -n 3 --dist loadfile --cov --cov-report=term:skip-covered

same-releases: setup ## Make releases with the code of BASE and with the code at hand, and say what differs
	$(BIN)/python -m benchmarks.same_releases $(or $(BASE),HEAD)

lint: setup ## Check style and types alone
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache --no-logo

security: security-scan ## Look for faults of security in the code, for secrets in files, and run the tests of security
	$(BIN)/pytest -n 0 tests/security

security-scan: setup ## The first two of those: bandit over the code, detect-secrets over every file of the repository
	@# What is left out: asserts, which a test looks at; programs that are started, each by a list and not by a shell; names in
	@# SQL, which come from contracts; words such as "token" as a name; .extra() of Django, which this is not.
	$(BIN)/bandit --quiet --recursive --skip B101,B105,B404,B603,B608,B610 schemas kwaliteitsmonitor assets pipelines
	@# 3 says that known examples stand on other lines, which is noted in the file; 1 that there is something new.
	$(BIN)/detect-secrets-hook --baseline .secrets.baseline $$(git ls-files) || test $$? -eq 3

audit: setup ## Ask whether a version in the lock is known to be vulnerable; else say how far the lock is behind
	$(BIN)/python -m deploy.supply.audit

sbom: setup ## Write the software bill of materials (CycloneDX) of the lock to sbom.json
	$(BIN)/python -m deploy.supply.sbom sbom.json

bench: setup ## Measure run times and memory, as ratios in one run
	$(BIN)/python -m benchmarks
	$(BIN)/python -m benchmarks.workbook
	$(BIN)/python -m benchmarks.answers
	$(BIN)/python -m benchmarks.nothing_changed
	$(BIN)/python -m benchmarks.count_io
	$(BIN)/python -m benchmarks.counting
	$(BIN)/python -m benchmarks.breakdowns
	$(BIN)/python -m benchmarks.replaced
	$(BIN)/python -m benchmarks.reporting
	$(BIN)/python -m benchmarks.profiles
	$(BIN)/python -m benchmarks.scale

dictionary: setup ## Write the data dictionaries in docs/ and the types of rows in schemas/rows/
	$(BIN)/python -m pipelines.dictionary docs

lock: ## Resolve the dependencies as of LOCKED_ON, the same bytes each time; DATE=2027-02-01 moves it
	$(if $(DATE),sed -i 's/^LOCKED_ON := .*/LOCKED_ON := $(DATE)T00:00:00Z/' Makefile,)
	$(RESOLVE) --extra dev --no-header --output-file requirements.lock
	$(RESOLVE) --extra spark --constraint requirements.lock --no-header --no-annotate --output-file .spark.lock
	awk '/^[a-z0-9]/ { keep = $$0 ~ /^(pyspark|py4j)==/ } keep' .spark.lock > requirements-spark.lock
	rm .spark.lock

mutants: setup ## Change the code of money, statistics and disclosure in one place at a time, and see which tests notice
	$(BIN)/python -m pip install --quiet --disable-pip-version-check mutmut==3.8.1
	nice -n 15 $(BIN)/python -m benchmarks.mutants

clean: ## Remove what was installed and made
	@test ! -e $(DEMO)/landing/.kwaliteitsmonitor-sample || rm -rf $(DEMO)
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
