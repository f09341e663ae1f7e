# Two commands: `make demo` and `make test`. The environment is built in .venv on first use; nothing outside this folder
# is touched. Another Python: make PYTHON=python3.12
export MPLCONFIGDIR := $(CURDIR)/.venv/matplotlib
PY := .venv/bin/python
READY := .venv/.ready
OUT ?= results/demo
REPLICATIONS ?= 7
PLANS := baseline more-service all-in-sales four-more-hires

.PHONY: help demo test bench lint types install clean

help:  ## what can be made
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' Makefile | expand -t 10

demo: $(READY)  ## compare the shipped plans; tables, pictures and a report in results/demo
	$(PY) -m sim compare $(PLANS) -o "$(OUT)" -r $(REPLICATIONS)

test: $(READY)  ## all tests
	$(PY) -m pytest -n auto --dist worksteal

bench: $(READY)  ## speed, as ratios to textbook SimPy in the same run
	@missed=0; for file in tests/benchmarks/bench_*.py; do $(PY) "$$file" || missed=1; done; exit $$missed

lint: $(READY)  ## style
	$(PY) -m ruff check .

types: $(READY)  ## types
	$(PY) -m mypy

install: $(READY)  ## the environment in .venv

$(READY): requirements.lock pyproject.toml .ci/install
	@sh .ci/install
	@touch $(READY)

clean:  ## remove the environment, caches and results of the demo
	rm -rf .venv .hypothesis .mypy_cache .pytest_cache .ruff_cache results/demo
	find sim tests -name __pycache__ -type d -prune -exec rm -rf {} +
