# `make help` says what there is. `make demo` and `make test` each do all set-up by themselves.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup demo test check bench wheel messages shots pins clean

# The first Python that is new enough; `make PY=/some/python3.12 …` takes another.
PY ?= $(firstword $(foreach p,python3.11 python3.12 python3.13 python3.14 python3,\
        $(if $(shell $(p) -c 'import sys, venv, ensurepip; print(sys.version_info >= (3, 11) or "")' 2>/dev/null),$(p))))
VENV := .venv
RUN := $(VENV)/bin/python
export PYTHONUTF8 := 1
export PIP_DISABLE_PIP_VERSION_CHECK := 1

help:  ## this list
	@echo "Nucleus: make WORD, and ARGS=\"…\" for what follows it"
	@sed -n 's/^\([a-z]*\):[^#]*## /  \1\t/p' Makefile | expand -t 12

setup: $(VENV)/.ready $(VENV)/.vendor messages  ## the environment, the browser libraries, the translations

demo: setup  ## a running network with an alert answered (ARGS="--exit --json --import FILE")
	@$(RUN) -m tests.demo $(ARGS)

test: setup  ## every test, with coverage (ARGS="tests/roster -k …" for some)
	@.ci/system_parts
	@.ci/tests $(ARGS)

check: setup  ## what CI runs: the rules of the house and every test
	@bash .ci/run

bench: setup  ## the figures (ARGS="NAME options" for one)
	@$(RUN) -m tests.benchmarks $(ARGS)

shots: setup  ## pictures of every main page, in var/shots
	@.ci/system_parts
	@$(RUN) -m tests.browser.shots $(ARGS)

wheel: setup  ## the package, in dist
	@rm -rf dist && $(RUN) -m build -n -w . >var/wheel.log 2>&1 || { cat var/wheel.log; exit 1; }
	@ls dist/*.whl

messages: $(VENV)/.ready  ## the translations, made ready for use (ARGS="--renew" gathers new strings first)
	@$(RUN) .ci/messages.py $(if $(filter messages,$(MAKECMDGOALS)),$(ARGS))

pins: $(VENV)/.ready  ## constraints.txt anew, with the newest versions that fit
	@$(RUN) .ci/pin.py

clean:  ## away with all that was made, except var (your data)
	@rm -rf $(VENV) dist build nucleus/static/vendor .coverage* .*_cache

# The stamp comes last: an environment without one is half-made, and made again from nothing.
$(VENV)/.ready: constraints.txt pyproject.toml
	@PY="$(PY)" VENV="$(VENV)" .ci/environment

$(VENV)/.vendor: nucleus/static/package-lock.json nucleus/static/vendor.lock.json .ci/browser_libraries.py .ci/outline.py $(VENV)/.ready
	@$(RUN) .ci/browser_libraries.py
	@touch $@
