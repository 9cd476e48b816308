"""What a person can use is documented; what is documented exists."""

from __future__ import annotations

import ast
import re
import shlex
from collections.abc import Iterator

import click
import pytest
from django.apps import apps
from django.core.management import get_commands

from gongkai.cli import main
from tests.house.source import PACKAGE, ROOT, modules, tracked, tree

OPERATIONS = (ROOT / "docs/operations.md").read_text("utf-8")
GLOSSARY = (ROOT / "docs/glossary.md").read_text("utf-8")


def commands(group: click.Command, words: str) -> Iterator[str]:
    """Every command of the tree as a person types it."""
    if not isinstance(group, click.Group):
        yield words
        return
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        yield from commands(command, f"{words} {name}")


@pytest.mark.parametrize("words", sorted(commands(main, "gongkai")))
def test_every_command_is_documented_and_says_what_it_does(words: str) -> None:
    assert f"`{words}" in OPERATIONS
    command: click.Command | None = main
    for name in words.split()[1:]:
        assert isinstance(command, click.Group)
        command = command.get_command(click.Context(command), name)
    assert command is not None
    assert command.help


def test_every_management_command_of_ours_is_documented() -> None:
    ours = sorted(name for name, app in get_commands().items() if app.startswith("gongkai"))
    assert ours
    missing = [name for name in ours if f"`gongkai site {name}" not in OPERATIONS]
    assert not missing


def test_the_timers_of_the_manual_run_every_command_that_a_timer_is_to_run() -> None:
    told = dict(re.findall(r"^\| `gongkai site (\w+)[^|]*\| (.*) \|$", OPERATIONS, re.MULTILINE))
    timed = {name for name, words in told.items() if re.search("定时(?:器|任务)|每日提醒", words)}
    daily = {name for name in timed if re.search("每日提醒|定时器每天", told[name])}
    units = re.findall(r"\[Service\]\nType=oneshot\n(.*?)```", OPERATIONS, re.DOTALL)
    minutes, days = [
        re.findall(r"^ExecStart=-\S+ site (\w+)", unit, re.MULTILINE) for unit in units
    ]
    assert set(minutes) == timed - daily
    assert set(days) == daily
    in_cron = re.findall(r"for c in (.*?); do \S+ site \$c; done", OPERATIONS)
    assert [[one.split()[0] for one in shlex.split(line)] for line in in_cron] == [minutes, days]


def test_every_make_target_is_documented() -> None:
    targets = re.findall(r"^([a-z-]+):.*## ", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    assert {"setup", "demo", "demo-reset", "test", "lint", "journeys", "bench"} <= set(targets)
    assert not [t for t in targets if f"`make {t}" not in OPERATIONS]


def test_every_environment_variable_is_documented() -> None:
    used = set()
    for path in tracked():
        if path.suffix in {".py", ".sh"} or path.name in {"Makefile", "setup"}:
            used |= set(re.findall(r"\bGONGKAI_[A-Z_]+\b", path.read_text("utf-8")))
    assert used
    assert not [name for name in sorted(used) if f"`{name}`" not in OPERATIONS]


def test_every_setting_of_ours_is_documented() -> None:
    """Settings that Django and the libraries do not have: GONGKAI_…, and what settings/ reads."""
    named = {
        target.id
        for path in (PACKAGE / "settings").glob("*.py")
        for node in tree(path).body
        if isinstance(node, ast.Assign | ast.AnnAssign)
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        if isinstance(target, ast.Name) and target.id.startswith("GONGKAI_")
    }
    assert not [name for name in sorted(named) if f"`{name}`" not in OPERATIONS]


def test_the_operations_page_names_no_variable_that_nothing_reads() -> None:
    code = "".join(
        p.read_text("utf-8")
        for p in tracked()
        if p.suffix == ".py" or p.name in {"Makefile", "setup", "run"}
    )
    named = set(re.findall(r"`(GONGKAI_[A-Z_]+)`", OPERATIONS))
    assert not [name for name in sorted(named) if name not in code]


def test_the_glossary_pairs_every_model_with_its_term() -> None:
    missing = []
    for config in apps.get_app_configs():
        if not config.name.startswith("gongkai."):
            continue
        for model in config.get_models():
            row = re.search(rf"^\|.*`{model.__name__}`.*\|", GLOSSARY, re.MULTILINE)
            if row is None or str(model._meta.verbose_name) not in row[0]:
                missing.append(f"{model.__name__} {model._meta.verbose_name}")
    assert not missing


def test_models_have_chinese_names() -> None:
    plain = [
        f"{model.__name__}.{field.name}: {field.verbose_name}"
        for config in apps.get_app_configs()
        if config.name.startswith("gongkai.")
        for model in config.get_models()
        if not model._meta.proxy
        for field in model._meta.get_fields()
        # What Wagtail's models bring with them is named in its translations, or private.
        if not field.auto_created and field.model.__module__.startswith("gongkai.")
        if not field.name.startswith("_")
        if not re.search(r"[\u4e00-\u9fff]", str(field.verbose_name))
    ]
    assert not plain


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md", "CONTRIBUTING.md", "docs/map.md"])
def test_every_command_and_file_that_a_guide_names_exists(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    for target in re.findall(r"(?:^|`|bin/)make ([a-z][a-z-]*)", text, re.MULTILINE):
        assert target in targets, f"make {target}"
    known = set(commands(main, "gongkai"))
    for words in re.findall(r"(?:^|`|bin/)(gongkai (?:law|report) [a-z]+)", text, re.MULTILINE):
        assert words in known, words
    for link in re.findall(r"\]\(([^)#:]+)\)", text):
        assert ((ROOT / name).parent / link).exists(), link
    for path in re.findall(r"`((?:gongkai|tests|docs|benchmarks)/[\w./-]*)`", text):
        assert (ROOT / path).exists(), path


def test_every_decision_record_says_what_and_why() -> None:
    records = sorted((ROOT / "docs/adr").glob("*.md"))
    numbers = [r.name[:4] for r in records]
    assert len(numbers) == len(set(numbers)), "two records with one number"
    for record in records:
        assert re.fullmatch(r"\d{4}-[a-z0-9-]+\.md", record.name), record.name
        assert len(record.read_text("utf-8").split("\n")) < 60, f"{record.name}: half a page"


def test_modules_open_with_what_they_are() -> None:
    silent = [
        name
        for name, path in modules().items()
        if ast.get_docstring(tree(path)) is None
        and path.read_text("utf-8").strip()
        and path.name not in {"apps.py"}
    ]
    assert not silent
