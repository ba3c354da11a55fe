PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SETUP := $(VENV)/.set-up

.PHONY: demo test lint bench reference docs clean

demo: $(SETUP)  ## Run the main job on a small tree and show what came of it.
	$(BIN)/python examples/demo.py

test: $(SETUP) lint  ## Pass all tests, lint and types.
	$(BIN)/python -m pytest -n auto

lint: $(SETUP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

reference: $(SETUP)  ## Write docs/reference.md from the code.
	$(BIN)/python docs/make_reference.py

docs: $(SETUP)  ## Build the documentation's pages in build/site.
	$(BIN)/mkdocs build --quiet --site-dir build/site

bench: $(SETUP)  ## Measure beside sed, ast-grep and ruamel.yaml.
	$(BIN)/pip install --quiet ast-grep-cli
	$(BIN)/python benchmarks/bench.py

$(SETUP): pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --upgrade pip
	$(BIN)/pip install --quiet --editable . --group dev
	touch $@

clean:
	rm -rf $(VENV) build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis
