# Two commands on a fresh clone: `make demo` and `make test`. Python 3.11+ and make are all they assume.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

BENCH_VENV := .venv-bench
BENCH_STAMP := $(BENCH_VENV)/.installed

.PHONY: demo test lint types unit browser-ready compiler-ready faults bench clean lock

demo: $(STAMP)
	$(BIN)/tettpa demo

test: $(STAMP) browser-ready lint types unit

$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed: run make PYTHON=python3.11 (or newer)"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

# The browser tests drive Debian's Chromium; as root on Debian it is installed here, elsewhere the command is named.
browser-ready:
	@sh tests/browser/ensure_chromium.sh

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(STAMP)
	$(BIN)/mypy

# Three beside each other on two processors: some wait for programs they started. Each of those would
# compile all of our code anew where nothing is kept of it.
unit: export PYTHONDONTWRITEBYTECODE :=
unit: $(STAMP)
	$(BIN)/python -m compileall -q bot
	$(BIN)/pytest -n 3 --dist worksteal

# Injects every fault of docs/fault-matrix.md into the real program, on both databases.
faults: $(STAMP) compiler-ready
	$(BIN)/python -m benchmarks.faults $(ARGS)

# Row 18 of the matrix preloads a few lines of C; as root on Debian a compiler is installed here.
compiler-ready:
	@sh benchmarks/faults/ensure_compiler.sh

# Side by side with others in the same run; the table stands in benchmarks/results/latest.json too.
bench: $(STAMP) $(BENCH_STAMP)
	$(BIN)/python -m benchmarks $(ARGS)

# The programs it stands beside, which the project itself does not use.
$(BENCH_STAMP): benchmarks/others/requirements.lock
	$(PYTHON) -m venv $(BENCH_VENV)
	$(BENCH_VENV)/bin/pip install --quiet --disable-pip-version-check --require-hashes -r benchmarks/others/requirements.lock
	@touch $@

# Pins every dependency with its hashes, for all platforms, without naming an index.
lock:
	uv pip compile pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -o requirements.lock
	uv pip compile benchmarks/others/requirements.in --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -o benchmarks/others/requirements.lock

clean:
	rm -rf $(VENV) $(BENCH_VENV) data dist .mypy_cache .ruff_cache
