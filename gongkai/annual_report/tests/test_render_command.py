"""``gongkai report render``: where documents go, and that nothing is overwritten unasked."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gongkai.annual_report.cli import commands
from gongkai.annual_report.read import read
from gongkai.annual_report.render import KINDS, render
from gongkai.annual_report.render.tests import cast


def run(*arguments: str | Path, stdin: bytes = b"") -> Result:
    return CliRunner().invoke(commands, ["render", *map(str, arguments)], input=stdin)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "示例.json"
    path.write_bytes(render(cast.report("2021"), "json"))
    return path


@pytest.mark.parametrize("kind", KINDS)
def test_a_report_is_written_in_every_form(kind: str, source: Path, tmp_path: Path) -> None:
    target = tmp_path / f"结果{KINDS[kind].suffix}"
    result = run(source, "--to", kind, "-o", target)
    assert result.exit_code == 0, result.output
    assert read(target)[0].value("t3.granted.natural") == cast.report().value("t3.granted.natural")


def test_standard_input_goes_to_standard_output(source: Path) -> None:
    result = run("-", "--to", "json", stdin=source.read_bytes())
    assert result.exit_code == 0
    assert json.loads(result.stdout)["year"] == 2023


def test_an_existing_file_is_kept_unless_forced(source: Path, tmp_path: Path) -> None:
    target = tmp_path / "结果.csv"
    target.write_text("旧", "utf-8")
    refused = run(source, "--to", "csv", "-o", target)
    assert refused.exit_code == 2
    assert "已经存在" in refused.stderr and "示例.json" in refused.stderr
    assert target.read_text("utf-8") == "旧"
    assert run(source, "--to", "csv", "-o", target, "--force").exit_code == 0
    assert target.read_text("utf-8-sig").startswith("地址")


def test_the_input_is_never_overwritten(source: Path) -> None:
    before = source.read_bytes()
    result = run(source, "--to", "json", "-o", source, "--force")
    assert result.exit_code == 2 and "同一个文件" in result.stderr
    assert source.read_bytes() == before


@pytest.mark.parametrize("command", ["render", "compare"])
def test_what_is_no_report_in_a_folder_is_passed_over(command: str, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    for year in (2022, 2023):
        report = cast.report("2021", year=year)
        (folder / f"{year}.json").write_bytes(render(report, "json"))
    (folder / "README.md").write_text("These are the reports of two years.\n" * 9, "utf-8")
    out = ["--to", "csv", "-o", f"{tmp_path}/out/"] if command == "render" else ["--json"]
    result = CliRunner().invoke(commands, [command, str(folder), *out])
    assert result.exit_code == 0, result.output
    assert "README.md：已跳过" in result.stderr


def test_a_place_that_cannot_be_written_to_is_named_in_chinese(
    source: Path, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    result = run(source, "--to", "csv", "-o", tmp_path / "file" / "out.csv")
    assert result.exit_code == 2
    assert "请检查这个位置的权限" in result.stderr and "Errno" not in result.stderr
    assert "directory" not in result.stderr


def test_a_folder_of_reports_goes_to_a_folder(source: Path, tmp_path: Path) -> None:
    folder = tmp_path / "来源"
    folder.mkdir()
    for name in ("甲", "乙"):
        (folder / f"{name}.json").write_bytes(source.read_bytes())
    result = run(folder, "--to", "html", "-o", f"{tmp_path}/结果/")
    assert result.exit_code == 0, result.output
    assert {p.name for p in (tmp_path / "结果").iterdir()} == {"甲.html", "乙.html"}


def test_several_files_need_a_folder(source: Path, tmp_path: Path) -> None:
    result = run(source, source, "--to", "html", "-o", tmp_path / "一个.html")
    assert result.exit_code == 2 and "文件夹" in result.stderr
    assert not (tmp_path / "一个.html").exists()


def test_two_files_of_one_name_do_not_overwrite_each_other(source: Path, tmp_path: Path) -> None:
    folder = tmp_path / "来源"
    folder.mkdir()
    for suffix in (".json", ".html"):
        (folder / f"甲{suffix}").write_bytes(render(cast.report("2021"), suffix[1:]))
    result = run(folder, "--to", "csv", "-o", f"{tmp_path}/结果/", "--force")
    assert result.exit_code == 2 and "同名" in result.stderr
    assert [p.name for p in (tmp_path / "结果").iterdir()] == ["甲.csv"]


def test_a_file_that_is_no_report_is_named_and_stops_nothing(source: Path, tmp_path: Path) -> None:
    bad = tmp_path / "坏.json"
    bad.write_text("{", "utf-8")
    result = run(bad, source, "--to", "csv", "-o", f"{tmp_path}/结果/")
    assert result.exit_code == 2 and "坏.json" in result.stderr
    assert "Traceback" not in result.output
    assert (tmp_path / "结果" / "示例.csv").exists()


def test_a_place_that_cannot_be_written_is_one_chinese_sentence(source: Path) -> None:
    result = run(source, "--to", "csv", "-o", "/proc/没有/结果.csv")
    assert result.exit_code == 2 and "不能写" in result.stderr


def test_several_reports_of_one_file_are_numbered(tmp_path: Path) -> None:
    one = json.loads(render(cast.report("2021"), "json"))
    many = tmp_path / "两份.json"
    many.write_text(json.dumps([one, one], ensure_ascii=False), "utf-8")
    refused = run(many, "--to", "csv", "-o", tmp_path / "一份.csv")
    assert refused.exit_code == 2 and "2 份年报" in refused.stderr
    assert run(many, "--to", "csv", "-o", f"{tmp_path}/结果/").exit_code == 0
    assert {p.name for p in (tmp_path / "结果").iterdir()} == {"两份-1.csv", "两份-2.csv"}
