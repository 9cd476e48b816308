"""What is generated is in step with what it is generated from."""

from __future__ import annotations

import ast
import gettext
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.core.management import call_command

from gongkai import __version__
from gongkai.cli import main
from tests.house.source import PACKAGE, ROOT, tracked


def test_the_page_of_check_rules_is_current() -> None:
    printed = CliRunner().invoke(main, ["report", "rules", "--markdown"])
    assert printed.exit_code == 0
    page = (ROOT / "docs/rules.md").read_text("utf-8")
    assert page.strip() == printed.output.strip(), "run: gongkai report rules --markdown"


def messages(po: Path) -> dict[str, str]:
    """The translated messages of a .po file (singular ones)."""
    found = {}
    text = po.read_text("utf-8")
    entry = re.compile(r'^msgid ((?:".*"\n)+)msgstr ((?:".*"(?:\n|$))+)', re.MULTILINE)
    for match in entry.finditer(text):
        key, value = (
            "".join(ast.literal_eval(line) for line in part.strip().splitlines())
            for part in match.groups()
        )
        if key and value:
            found[key] = value
    return found


@pytest.mark.parametrize("po", sorted(PACKAGE.rglob("*.po")), ids=lambda p: p.name)
def test_a_compiled_translation_is_in_step_with_its_source(po: Path) -> None:
    with po.with_suffix(".mo").open("rb") as stream:
        compiled = gettext.GNUTranslations(stream)
    stale = [k for k, v in messages(po).items() if compiled.gettext(k) != v]
    assert not stale


def test_the_database_needs_no_new_migration(db: None) -> None:
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)
    assert not list(PACKAGE.glob("*/migrations/*_auto_*.py"))


def test_the_wheel_carries_every_file_that_the_package_needs(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    wheel = next(tmp_path.glob("gongkai-*.whl"))
    assert __version__ in wheel.name
    with zipfile.ZipFile(wheel) as archive:
        inside = set(archive.namelist())
    needed = {str(p.relative_to(ROOT)) for p in tracked() if p.is_relative_to(PACKAGE)}
    assert not needed - inside
    assert {Path(n).suffix for n in needed} >= {".py", ".yaml", ".html", ".css", ".js", ".mo"}


def test_the_version_is_said_once() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    assert "version" in project["project"]["dynamic"]
    assert re.fullmatch(r"\d+\.\d+\.\d+", __version__)
