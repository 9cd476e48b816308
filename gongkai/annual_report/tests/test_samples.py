"""Every sample document, and every real one where they are at hand, reads to its truth."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from gongkai.annual_report.exchange import dumps, loads, to_dict
from gongkai.annual_report.model import Report
from gongkai.annual_report.read import read
from gongkai.annual_report.render.data import json_text
from tests.shared import SHARED

SAMPLES = Path(__file__).resolve().parents[3] / "tests" / "samples" / "reports"
REAL = SHARED / "reports" if SHARED else None


def _truths(folder: Path | None) -> list[Path]:
    return sorted((folder / "truth").glob("*.json")) if folder else []


def _load(path: Path) -> list[dict[str, Any]]:
    data = json.loads(path.read_text("utf-8"), parse_float=Decimal)
    return data if isinstance(data, list) else [data]


def _cells2(data: dict[str, Any]) -> dict[str, Any] | None:
    if data["table2"] is None:
        return None
    return {
        row["row"]: (row["item"], row["cells"], row.get("amount_unit"), row.get("uncertain"))
        for row in data["table2"]
    }


def _as_data(report: Report) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(dumps(to_dict(report)), parse_float=Decimal)
    return data


@pytest.mark.parametrize("path", _truths(SAMPLES), ids=lambda p: p.stem)
def test_a_sample_reads_to_its_truth(path: Path) -> None:
    truths = _load(path)
    reports = read(SAMPLES / truths[0]["file"])
    assert len(reports) == len(truths)
    for report, truth in zip(reports, truths, strict=True):
        data = _as_data(report)
        assert data["table3"] == truth["table3"]
        assert data["table4"] == truth["table4"]
        assert _cells2(data) == _cells2(truth)
        assert [(r["label"], r.get("raw")) for r in data["table2"] or ()] == [
            (r["label"], r.get("raw")) for r in truth["table2"] or ()
        ]
        for key in ("file", "title", "agency", "year", "format", "scope", "stat_period"):
            assert data[key] == truth[key], key


@pytest.mark.parametrize("path", _truths(REAL), ids=lambda p: p.stem)
def test_a_real_report_reads_to_its_truth(path: Path) -> None:
    assert REAL is not None
    (truth,) = _load(path)
    (report,) = read(REAL / truth["file"])
    data = _as_data(report)
    assert data["table3"] == truth["table3"]
    assert data["table4"] == truth["table4"]
    assert _cells2(data) == _cells2(truth)
    for key in ("file", "year", "format", "scope", "stat_period"):
        assert data[key] == truth[key], key
    # Some truths name the body by its web address: what the text says must agree with them.
    if report.agency is not None:
        assert truth["agency"].endswith(report.agency)
    for row, true_row in zip(data["table2"] or (), truth["table2"] or (), strict=True):
        for column, printed in true_row.get("raw", {}).items():
            if column in true_row["cells"]:
                assert row["raw"][column] == printed
    said = {
        (n["value"], n["unit"], n.get("approx", False))
        for n in json.loads(json_text(report), parse_float=Decimal)["narrative_numbers"]
    }
    units = {(value, approx) for value, _, approx in said}
    for number in truth.get("narrative_numbers", ()):
        wanted = (number["value"], number.get("approx", False))
        assert (
            (wanted[0], number["unit"], wanted[1]) in said if "unit" in number else wanted in units
        )


@pytest.mark.parametrize("path", _truths(SAMPLES), ids=lambda p: p.stem)
def test_json_keeps_all_that_was_read(path: Path) -> None:
    for report in read(SAMPLES / _load(path)[0]["file"]):
        assert loads(dumps(to_dict(report))) == report


def test_the_samples_cover_every_format() -> None:
    formats = {truth["format"] for path in _truths(SAMPLES) for truth in _load(path)}
    assert formats == {"2019", "2021", "older"}
