"""All that we print, and all that the truths say, fits the published JSON Schema."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path

import jsonschema  # type: ignore[import-untyped]
import pytest

from gongkai.annual_report.read import read
from gongkai.annual_report.render.data import json_text
from gongkai.law.formats import FORMAT_IDS, report_format
from tests.shared import SHARED

SAMPLES = Path(__file__).resolve().parents[3] / "tests" / "samples" / "reports"
SCHEMA = json.loads(
    (files("gongkai.annual_report") / "schema" / "gongkai-annual-report-1.json").read_text("utf-8")
)
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
FOLDERS = [SAMPLES, *([SHARED / "reports"] if SHARED else [])]
FILES = sorted(
    p for folder in FOLDERS for p in folder.glob("*.*") if p.name != "SCHEMA.md" and p.is_file()
)
TRUTHS = sorted(p for folder in FOLDERS for p in (folder / "truth").glob("*.json"))


def test_the_schema_is_itself_valid() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.name)
def test_what_is_read_fits_the_schema(path: Path) -> None:
    for report in read(path):
        VALIDATOR.validate(json.loads(json_text(report)))


@pytest.mark.parametrize("path", TRUTHS, ids=lambda p: p.name)
def test_a_truth_fits_the_schema(path: Path) -> None:
    data = json.loads(path.read_text("utf-8"))
    for item in data if isinstance(data, list) else [data]:
        VALIDATOR.validate(item)


def test_the_schema_names_every_row_and_column_of_the_formats() -> None:
    row2 = SCHEMA["$defs"]["row2"]["properties"]
    rows3 = set(SCHEMA["$defs"]["row3"]["enum"])
    for fmt in map(report_format, FORMAT_IDS):
        assert {r.key for b in fmt.table2 for r in b.rows} <= set(row2["row"]["enum"])
        assert {c.key for b in fmt.table2 for c in b.columns} <= set(
            row2["cells"]["propertyNames"]["enum"]
        )
        assert {r.key for r in fmt.table3_rows} <= rows3


@pytest.mark.parametrize(
    "change",
    [
        {"schema": "something else"},
        {"format": "2020"},
        {"table4": {"columns": [], "values": []}},
        {"table3": {"columns": [], "rows": {"granted": [0] * 6}}},
        {"year": "2020"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_the_schema_refuses_what_is_not_a_report(change: dict[str, object]) -> None:
    (report,) = read(SAMPLES / "vertical_heads_2020.txt")
    data = json.loads(json_text(report)) | change
    assert not VALIDATOR.is_valid(data)
