# Everything a contributor or a newcomer runs. `make help` lists it.

PREFIX ?= /usr/local
JOBS ?= $(shell nproc)
export CTEST_OUTPUT_ON_FAILURE = 1

.DEFAULT_GOAL := help
.PHONY: help setup setup-tests build demo test check sanitize fuzz soak bench oracle install package hooks clean

help:  ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: build  ## install what is missing, build, show trades on their way to Iceberg tables
	@tools/demo

test: setup-tests  ## install what is missing, then every test (what CI runs)
	@tools/test

build: setup  ## the release build alone; ./tarn runs it
	@cmake --preset release > build/configure.log 2>&1 || { cat build/configure.log; exit 1; }
	@cmake --build --preset release -j $(JOBS) --target tarn

setup: | build/
	@tools/setup

setup-tests: | build/
	@tools/setup tests

build/:
	@mkdir -p build

check: setup-tests  ## format, folder order, dead files, clang-tidy
	@tools/check

sanitize: setup-tests  ## the unit tests under address, undefined and thread sanitizers
	@cmake --workflow --preset asan
	@cmake --workflow --preset tsan

fuzz: setup-tests  ## each fuzz target for half a minute
	@cmake --workflow --preset fuzz

soak: setup-tests build  ## a thousand kills in the middle of work, an hour
	@TARN_KILL_ROUNDS=$${TARN_KILL_ROUNDS:-1000} .deps/venv/bin/pytest -q tests/system -k kill

bench: build  ## the benchmarks whose figures stand in docs/benchmarks.md
	@cmake --build --preset release -j $(JOBS)
	@bench/run

oracle:  ## ask a real Flink, fetched when missing, for the answers in tests/sql
	@tools/deps --only flink
	@tools/oracle

install: build  ## copy the binary and its libraries below PREFIX (default /usr/local)
	@cmake --install build/release --prefix "$(PREFIX)" > build/install.log && echo "installed below $(PREFIX)"

package: build  ## one relocatable archive in build/
	@tools/package

hooks:  ## run the checks before each commit
	@git config core.hooksPath tools/hooks

clean:  ## remove what was built; .deps/ stays
	@rm -rf build
