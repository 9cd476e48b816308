# The commands of this project. `make demo` starts a site, `make test` proves it.
# Everything lands in .venv/ and in the data folder (var/, or GONGKAI_DATA_DIR).
SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory
# Two goals may want the same environment.
.NOTPARALLEL:

PORT ?= 8000
GONGKAI_DATA_DIR ?= var
export GONGKAI_DATA_DIR
PY := .venv/bin/python
# A folder name with spaces, as make wants it.
empty :=
space := $(empty) $(empty)
DATA := $(subst $(space),\ ,$(GONGKAI_DATA_DIR))
# What the database and the collected static files depend on.
SITE := $(wildcard gongkai/*/migrations/*.py) \
        $(shell find gongkai -path '*/static/*' -type f ! -name '*[[:space:]]*' 2>/dev/null)

.PHONY: help setup dev demo demo-reset test journeys lint bench lock licences clean

help:  ## 列出全部命令 list the commands
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' Makefile | expand -t 20

setup: .venv/ready $(DATA)/ready  ## 准备环境、数据库和静态文件 environment, database, static files

dev: .venv/ready-dev  ## 加装测试和检查工具 test and lint tools

demo: setup $(DATA)/seeded  ## 启动演示站点（PORT=8000）start the demonstration site
	@exec $(PY) -m gongkai.demo.serve --port "$(PORT)"

demo-reset: .venv/ready  ## 清空演示数据，重新开始 start anew
	@$(PY) -m gongkai.demo.reset
	@$(MAKE) setup

test: .venv/ready-dev  ## 全部测试：SQLite 与 PostgreSQL both databases
	@$(PY) tests/run.py

journeys: .venv/ready-dev  ## 真实浏览器走查 stories in a real Chromium
	@$(PY) -m pytest tests/journeys $(JOURNEYS)

lint: .venv/ready-dev  ## ruff 与 mypy
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@$(PY) -m mypy

bench: .venv/ready-dev  ## 性能测量 see benchmarks/README.md
	@set -e; for file in benchmarks/[a-z]*.py; do echo "== $$file"; $(PY) "$$file"; done

# The locks are compiled from pyproject.toml; run after a change of dependencies.
# Left out: pillow-heif, whose wheel is GPL; Willow works without it (docs/adr/0002).
COMPILE = $(PY) -m uv pip compile -q --universal --generate-hashes --no-header \
          --python-version 3.11 --no-emit-package pillow-heif pyproject.toml
lock: .venv/ready-dev  ## 重新生成依赖锁定文件 compile the lock files anew
	@$(COMPILE) -o requirements.lock
	@$(COMPILE) -c requirements.lock --extra ocr --group dev -o requirements-dev.lock

licences: .venv/ready-dev  ## 重新生成 docs/licences.md
	@$(PY) docs/licences.py

clean:  ## 删除环境（数据保留）remove the environment, keep the data
	rm -rf .venv

.venv/ready: requirements.lock .ci/setup
	@sh .ci/setup requirements.lock
	@touch $@

# Its list holds everything of the other one: both are done.
.venv/ready-dev: requirements.lock requirements-dev.lock .ci/setup
	@sh .ci/setup requirements-dev.lock
	@touch .venv/ready $@

$(DATA)/seeded: $(DATA)/ready $(wildcard gongkai/demo/*.py gongkai/demo/data/*)
	@.venv/bin/gongkai site seed_demo
	@touch "$(GONGKAI_DATA_DIR)/seeded"

$(DATA)/ready: .venv/ready $(SITE)
	@.venv/bin/gongkai site prepare
	@touch "$(GONGKAI_DATA_DIR)/ready"
