# Two commands on a machine with Python and make: `make demo` and `make test`. `make model` rebuilds
# the model in the package.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
TORCH := $(shell sed -n 's/^\(torch==.*\)/\1/p' constraints.txt)
# The index to take torch's CPU build from, where pip's own does not hold one, e.g. TORCH_INDEX=--index-url=URL
TORCH_INDEX ?=
# What make model computes on: auto, cpu, cuda …
DEVICE ?= auto

# Of all that is installed only what is imported is compiled, once: pip would take half its time to
# compile the rest, and every process anew where compiled modules are not kept.
export PYTHONDONTWRITEBYTECODE =

.PHONY: install demo model test check clean

install: $(VENV)/installed

$(VENV)/installed: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --no-compile $(TORCH_INDEX) $(TORCH)
	$(BIN)/pip install --quiet --no-compile --constraint constraints.txt --editable '.[train,dev]'
	$(BIN)/python -W ignore -c "import jieba.posseg, torch"  # else jieba's escapes are warned of once
	touch $@

# With a model in the package it tags at once, and training goes on from that model.
ifneq ($(wildcard ner/shipped/standard/model.json),)
demo: install
	$(BIN)/ner predict data/sample/demo.txt -m ner/shipped/standard
	$(BIN)/ner train configs/finetune.yaml --init-from ner/shipped/standard -o runs/finetune --force
	$(BIN)/ner evaluate runs/finetune data/sample/test.bio
	$(BIN)/ner predict data/sample/demo.txt -m runs/finetune
else
demo: install
	$(BIN)/ner train configs/quickstart.yaml -o runs/quickstart --force
	$(BIN)/ner evaluate runs/quickstart data/sample/test.bio
	$(BIN)/ner predict data/sample/demo.txt -m runs/quickstart
endif

# The model in the package, from the corpora in $NER_CORPORA and the raw text in $NER_TEXT
model: install
	$(BIN)/python benchmarks/shipped_model.py --device $(DEVICE)

test: install
	$(BIN)/pytest --numprocesses auto --dist worksteal

check: install
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/pytest tests/test_architecture.py

clean:
	rm -rf $(VENV) runs build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
