# The verbs of the contributor, which are those of CI:
# run | test | test-dev | stress | fuzz | lint | bench | docs | clean.
# They need Python 3.11 or newer and a Rust toolchain; everything else goes into .venv.
# PYTHON=/path/to/python chooses the interpreter .venv is made from.

SHELL := /bin/sh
export PATH := $(PATH):$(HOME)/.cargo/bin

VENV := .venv
PY := $(VENV)/bin/python
HOME_STAMP := $(VENV)/.checkout
DEPS_STAMP := $(VENV)/.dependencies
DOCS_STAMP := $(VENV)/.docs-dependencies
CORE_STAMP := $(VENV)/.core
MANIFEST := --manifest-path core/Cargo.toml
MATURIN := VIRTUAL_ENV="$(CURDIR)/$(VENV)" $(PY) -m maturin develop --release

# Folders are listed too: removing a file changes the time of its folder.
CORE_SOURCES := core/Cargo.toml $(wildcard core/Cargo.lock) $(shell find core/src)

# A .venv knows its path, so one that was moved with its checkout is made again, as is one whose
# Python is gone; and a missing compiled module is built, whatever the stamp says.
ifneq ($(shell $(PY) -c 'import pip' >/dev/null 2>&1 && cat $(HOME_STAMP) 2>/dev/null),$(CURDIR))
$(HOME_STAMP): FORCE
endif
ifeq ($(wildcard src/netserve/_core.*.so),)
$(CORE_STAMP): FORCE
endif

.PHONY: run test test-core test-python test-dev stress fuzz lint bench docs clean build tools FORCE
.DEFAULT_GOAL := help

.PHONY: help
help:
	@echo 'make run     build, and serve examples.echo on 127.0.0.1:8124'
	@echo 'make test    build, then the tests of the core and of the package'
	@echo 'make test-dev  the tests of the package in the development mode'
	@echo 'make stress  the stress tests with ten times the load'
	@echo 'make fuzz    random programs in Node and in netserve, compared; SEEDS=2000 START=0'
	@echo 'make lint    formatting, lint and types of Python and Rust'
	@echo 'make bench   netserve and its peers on the same work'
	@echo 'make docs    the documentation, as a site in site/'
	@echo 'make clean   remove everything that was built, .venv included'

run: build
	$(VENV)/bin/netserve serve examples.echo:on_connection --host 127.0.0.1 --port 8124

test: test-core
	@$(MAKE) --no-print-directory test-python

# Each core takes the tests of a file, whose programs and loops are shared.
PYTEST := $(PY) -m pytest --numprocesses auto --maxprocesses 4 --dist loadfile

test-python: build
	$(PYTEST)

# Everything once more with Python's own checks, the core's, and warnings as errors; so do the
# programs that the tests start.
test-dev: build
	PYTHONDEVMODE=1 PYTHONWARNINGS=error $(PYTEST)

# Ten times the load, one test after the other.
stress: build
	NETSERVE_STRESS=long $(PY) -m pytest tests/stress

SEEDS := 2000
START := 0
fuzz: build
	$(PY) -m tests.fuzz --seeds $(SEEDS) --start $(START)
	$(PY) -m tests.fuzz --seeds $(SEEDS) --start $(START) --player asyncio+await

# The core's tests are programs of their own: they link libpython and must find it when they run.
# A system's Python without its development files has none to link; then pytest has to do.
test-core: build
	@libdir=$$($(PY) -c '$(FIND_LIBPYTHON)'); \
	if [ -z "$$libdir" ]; then \
	  echo 'SKIPPED: the tests of the core need libpython to link with, and this Python has none' >&2; \
	  echo '(Debian and Ubuntu: apt-get install python3-dev).' >&2; exit 0; \
	fi; \
	PYO3_PYTHON="$(CURDIR)/$(PY)" \
	LD_LIBRARY_PATH="$$libdir$${LD_LIBRARY_PATH:+:$$LD_LIBRARY_PATH}" \
	DYLD_FALLBACK_LIBRARY_PATH="$$libdir$${DYLD_FALLBACK_LIBRARY_PATH:+:$$DYLD_FALLBACK_LIBRARY_PATH}" \
	cargo test $(MANIFEST)

define FIND_LIBPYTHON
import os, sysconfig; \
folder, version = sysconfig.get_config_vars("LIBDIR", "LDVERSION"); \
names = [f"libpython{version}.{kind}" for kind in ("so", "dylib", "a")]; \
print(folder if any(os.path.exists(os.path.join(folder, name)) for name in names) else "")
endef

lint: build
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy --strict
	$(PY) -m mypy.stubtest netserve._core
	$(PY) docs/states.py --check
	cargo fmt $(MANIFEST) --check
	PYO3_PYTHON="$(CURDIR)/$(PY)" cargo clippy $(MANIFEST) --all-targets -- -D warnings

bench: build
	$(MATURIN) --extras bench
	$(PY) -m benchmarks

# Names in code are looked up in the sources and in the built core, whose docstrings are shown.
# The theme's makers advertise on every build; that is no warning about these pages.
docs: build $(DOCS_STAMP)
	$(PY) docs/states.py
	NO_MKDOCS_2_WARNING=1 $(PY) -m mkdocs build --strict
	NO_MKDOCS_2_WARNING=1 $(PY) -m mkdocs build --strict --config-file mkdocs.zh.yml

clean:
	rm -rf $(VENV) core/target build benchmarks/build dist site .pytest_cache .mypy_cache .ruff_cache .hypothesis
	rm -f src/netserve/_core.*.so
	find src tests examples benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +

build: $(CORE_STAMP)

$(CORE_STAMP): $(DEPS_STAMP) $(CORE_SOURCES) pyproject.toml
	$(MATURIN) --extras cli
	@touch $@

$(DEPS_STAMP): $(HOME_STAMP) pyproject.toml
	$(PY) -m pip install -q --disable-pip-version-check 'pip>=25.1'
	$(PY) -m pip install -q --disable-pip-version-check --group dev
	@touch $@

$(DOCS_STAMP): $(DEPS_STAMP)
	$(PY) -m pip install -q --disable-pip-version-check --group docs
	@touch $@

# Debian leaves a .venv without pip behind when python3-venv is missing: such a one is made again.
$(HOME_STAMP): | tools
	@if [ -f $@ ] || ! $(PY) -c 'import pip' >/dev/null 2>&1; then rm -rf $(VENV); $(MAKE_VENV); fi
	@printf '%s\n' "$(CURDIR)" > $@

define MAKE_VENV
for python in $(PYTHON) python3 python3.14 python3.13 python3.12 python3.11; do \
  if "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
    echo "making $(VENV) with $$python"; "$$python" -m venv $(VENV); exit; \
  fi; \
done; \
echo 'netserve needs Python 3.11 or newer, and none was found as python3 or python3.11 to .14.' >&2; \
echo 'Install one, or name it: make PYTHON=/path/to/python' >&2; exit 1
endef

tools:
	@command -v cargo >/dev/null 2>&1 || { \
	  echo 'netserve has a compiled core and needs a Rust toolchain, but cargo was not found.'; \
	  echo 'Get one from https://rustup.rs, open a new shell, and run make again.'; \
	  exit 1; } >&2
	@command -v cc >/dev/null 2>&1 || command -v gcc >/dev/null 2>&1 || { \
	  echo 'netserve has a compiled core, and Rust needs a C linker, but cc was not found.'; \
	  echo 'Install gcc or clang (Debian and Ubuntu: apt-get install gcc), and run make again.'; \
	  exit 1; } >&2
