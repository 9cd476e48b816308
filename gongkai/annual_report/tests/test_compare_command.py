"""``gongkai report compare``: reports side by side for people, pipes and spreadsheets."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gongkai.annual_report.cli import commands
from gongkai.annual_report.model import Cell
from gongkai.annual_report.render import render
from gongkai.annual_report.render.tests import cast


def run(*arguments: str | Path) -> Result:
    return CliRunner(env={"COLUMNS": "200"}).invoke(commands, ["compare", *map(str, arguments)])


@pytest.fixture
def years(tmp_path: Path) -> list[Path]:
    paths = []
    for year, granted in ((2022, 4), (2023, 5)):
        report = cast.report("2021", lambda *_: 0, year=year)
        report = report.with_cells({"t3.granted.natural": Cell(granted)})
        path = tmp_path / f"{year}.json"
        path.write_bytes(render(report, "json"))
        paths.append(path)
    return paths


def test_the_table_shows_values_change_and_growth(years: list[Path]) -> None:
    result = run(*years)
    assert result.exit_code == 0
    flat = "".join(result.stdout.split())
    assert "+25.0%" in flat and "予以公开·自然人" in flat
    assert "没有列出" in flat
    assert "上年结转：一致" in flat


def test_a_window_too_narrow_hides_no_column(tmp_path: Path) -> None:
    files = []
    for year in range(2021, 2026):
        path = tmp_path / f"{year}.json"
        path.write_bytes(render(cast.report("2021", year=year), "json"))
        files.append(path)
    head = run(*files).stdout.splitlines()[1]
    assert head.count("┳") == len(files)
    assert head.endswith("┓")


def test_json_goes_to_pipes(years: list[Path]) -> None:
    found = json.loads(run(*years, "--json").stdout)
    assert found["kind"] == "years"
    line = next(c for c in found["cells"] if c["address"] == "t3.granted.natural")
    assert (line["values"], line["differences"], line["growths"]) == (
        [4, 5],
        [None, 1],
        [None, 0.25],
    )


def test_csv_opens_in_spreadsheets(years: list[Path]) -> None:
    content = run(*years, "--csv").stdout_bytes
    assert content.startswith(b"\xef\xbb\xbf")
    head, *lines = csv.reader(io.StringIO(content.decode("utf-8-sig")))
    assert head[4:6] == ["示例市卫生健康委员会2022年", "示例市卫生健康委员会2022年 增减"]
    line = next(row for row in lines if row[0] == "t3.granted.natural")
    assert line[4:] == ["4", "", "", "5", "1", "0.2500"]


def test_two_copies_of_one_report_are_called_so_and_compared(years: list[Path]) -> None:
    copy = years[0].with_name("改过的.json")
    report = cast.report("2021", lambda *_: 0, year=2022)
    copy.write_bytes(render(report.with_cells({"t3.granted.natural": Cell(6)}), "json"))
    shown = run(years[0], copy).stdout
    assert "示例市卫生健康委员会2022年年报：2 份对照" in shown and "多个" not in shown
    assert "+2" in shown and "改过的.json" in shown
    found = json.loads(run(years[0], copy, "--json").stdout)
    assert found["kind"] == "copies"
    mixed = run(years[0], copy, years[1]).stdout
    assert "机关、年度不全相同：3 份年报" in mixed


def test_a_report_that_names_no_body_is_called_by_its_file(tmp_path: Path) -> None:
    nameless = tmp_path / "无名.json"
    nameless.write_bytes(render(replace(cast.report("2021"), agency=None), "json"))
    named = tmp_path / "有名.json"
    named.write_bytes(render(cast.report("2021"), "json"))
    result = run(nameless, named, "--csv")
    assert "无名.json（2023年）" in result.stdout.splitlines()[0]


def test_an_unusable_file_is_named_and_nothing_is_compared(years: list[Path]) -> None:
    result = run(*years, years[0].with_name("没有.txt"))
    assert result.exit_code == 2
    assert "没有.txt" in result.stderr and result.stdout == ""


def test_one_report_is_not_enough(years: list[Path]) -> None:
    result = run(years[0])
    assert result.exit_code == 2 and "至少需要两份" in result.stderr
