"""The twins: registers whose compiled reports equal five published ones, cell by cell."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from django.test import override_settings

from gongkai.bodies.ledger.book import all_books
from gongkai.bodies.models import Body
from gongkai.demo import accounts, seed, twins
from gongkai.demo.data import load
from gongkai.law.formats import report_format
from gongkai.reporting.models import AnnualReport

PUBLISHED: dict[str, dict[str, Any]] = json.loads(
    files("gongkai.demo.tests").joinpath("data/twins.json").read_text("utf-8")
)


@pytest.fixture(scope="session")
def make_people(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Path]:
    """The bodies and accounts of the demonstration, and of the rest only the twins."""

    def fill() -> Path:
        facts = load("bodies.yaml")
        seed._regions(facts["regions"])
        seed._bodies(facts["bodies"], facts["sections"])
        for person in accounts.people():
            if person.username in twins.ACCOUNTS:
                seed._person(person)
        folder = tmp_path_factory.mktemp("twins")
        with override_settings(MEDIA_ROOT=folder):
            for _, step in twins.steps():
                step()
        return folder

    return fill


@pytest.fixture
def filled(people: Path, settings: Any) -> None:
    """The twins stand."""
    settings.MEDIA_ROOT = people


def report_of(slug: str) -> AnnualReport:
    return AnnualReport.objects.get(body__slug=slug, year=PUBLISHED[slug]["year"])


def expected(slug: str) -> dict[str, Decimal]:
    """Address → number as the report printed it; what was cut off there is not expected."""
    printed = PUBLISHED[slug]
    layout = report_format("2019" if printed["year"] < 2021 else "2021")
    cells = {address: Decimal(number) for address, number in printed["table2"].items()}
    for row, numbers in printed["table3"].items():
        for column, number in zip(layout.table3_columns, numbers, strict=True):
            cells[f"t3.{row}.{column.key}"] = Decimal(number)
    for key, number in zip(layout.table4_keys, printed["table4"], strict=True):
        cells[f"t4.{key}"] = Decimal(number)
    return cells


@pytest.mark.parametrize("slug", PUBLISHED)
def test_the_compiled_report_equals_the_published_one_cell_by_cell(slug: str, filled: None) -> None:
    version = report_of(slug).latest
    assert version is not None
    assert version.computation is not None
    compiled = {address: cell.value for address, cell in version.as_report.cells()}
    printed = expected(slug)
    assert {a: compiled[a] for a in printed} == printed
    # Table 三 of one report is cut off in the copy: what it does not print is 0 here.
    assert all(not compiled[a] for a in compiled.keys() - printed.keys())
    assert len(compiled.keys() - printed.keys()) == (28 if slug == "shilixi-wjw" else 0)


def test_no_made_up_line_stands_under_a_real_body(filled: None) -> None:
    real = Body.objects.filter(is_made_up=False)
    assert real.exists()
    for book in all_books():
        assert not book.model._default_manager.filter(body__in=real).exists()
