"""``gongkai report parse`` and ``formats``: what goes to which stream, and the exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gongkai.annual_report.cli import COMMANDS, commands, files
from gongkai.annual_report.model import Report
from gongkai.annual_report.read import read

SAMPLES = Path(__file__).resolve().parents[3] / "tests" / "samples" / "reports"
ONE = str(SAMPLES / "vertical_heads_2020.txt")
TWO = str(SAMPLES / "mixed_marks_2020.md")
PAIR = str(SAMPLES / "two_reports.txt")


def _run(*args: str, stdin: bytes | None = None) -> Result:
    return CliRunner().invoke(commands, list(args), input=stdin)


def test_one_report_of_one_file_is_an_object() -> None:
    result = _run("parse", ONE, "--json")
    assert result.exit_code == 0
    data = json.loads(result.stdout)
    assert data["schema"] == "gongkai-annual-report/1"
    assert data["file"] == "vertical_heads_2020.txt"
    assert result.stderr == ""


def test_the_numbers_of_the_text_stand_beside_the_tables(tmp_path: Path) -> None:
    path = tmp_path / "one.txt"
    path.write_text(
        "示例县卫生健康委员会2022年政府信息公开工作年度报告\n一、总体情况\n"
        "公开政策文件12件，发布健康科普信息1300余条。\n",
        "utf-8",
    )
    files, news = json.loads(_run("parse", str(path), "--json").stdout)["narrative_numbers"]
    assert (files["what"], files["value"], files["unit"]) == ("公开政策文件", 12, "件")
    assert files["place"] == {"line": 3}
    assert "approx" not in files
    assert (news["value"], news["unit"], news["approx"]) == (1300, "条", True)


def test_two_reports_of_one_file_are_a_list() -> None:
    data = json.loads(_run("parse", PAIR, "--json").stdout)
    assert [item["year"] for item in data] == [2023, 2022]


def test_several_files_are_a_list_in_the_order_given() -> None:
    data = json.loads(_run("parse", TWO, ONE, "--json").stdout)
    assert [item["file"] for item in data] == ["mixed_marks_2020.md", "vertical_heads_2020.txt"]


def test_a_folder_is_read_whole_in_order_of_name(tmp_path: Path) -> None:
    for name in ("b.txt", "a.txt", ".hidden.txt", "notes.log", "e.odt"):
        (tmp_path / name).write_bytes(Path(ONE).read_bytes())
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "c.txt").write_bytes(Path(ONE).read_bytes())
    data = json.loads(_run("parse", str(tmp_path), "--json").stdout)
    assert [item["file"] for item in data] == ["a.txt", "b.txt", "c.txt", "e.odt"]


def test_a_remark_stays_in_one_line_where_another_program_reads_it(tmp_path: Path) -> None:
    report = Path(ONE).read_text("utf-8")
    rows = [line for line in report.splitlines() if line.strip()]
    path = tmp_path / "a.txt"
    path.write_text("\n".join(rows[: len(rows) // 2]), "utf-8")  # half of the rows are missing
    remarks = [n for n in _run("parse", str(path)).stdout.splitlines() if "行没有数" in n]
    assert remarks and all(n.startswith("· ") and n.endswith("处理") for n in remarks)


def test_standard_input_is_read() -> None:
    result = _run("parse", "-", "--json", stdin=Path(ONE).read_bytes())
    assert json.loads(result.stdout)["year"] == 2020


def test_a_bad_file_stops_no_other_and_is_named(tmp_path: Path) -> None:
    bad = tmp_path / "bad.txt"
    bad.write_text("今天天气很好。", "utf-8")
    missing = tmp_path / "missing.txt"
    result = _run("parse", str(bad), ONE, str(missing), "--json")
    assert result.exit_code == 2
    assert [item["file"] for item in json.loads(result.stdout)] == ["vertical_heads_2020.txt"]
    first, second = result.stderr.strip().split("\n")
    assert first.startswith(f"{bad}：") and "看不出这是政府信息公开工作年度报告" in first
    assert second == f"{missing}：找不到这个文件，请检查文件名和路径。"


@pytest.mark.parametrize("wrong", ["latin-1", "gb18030"])
def test_a_report_stored_in_a_wrong_encoding_is_refused(tmp_path: Path, wrong: str) -> None:
    text = "示例市2020年政府信息公开工作年度报告\n一、总体情况\n政府信息公开\n"
    figures = "\t".join(["0"] * 15)
    garbled = (text + "四、行政复议\n").encode().decode(wrong, "replace") + figures
    bad = tmp_path / "2020.txt"
    bad.write_text(garbled, "utf-8")
    result = _run("check", str(bad))
    assert result.exit_code == 2
    assert "乱码" in result.stderr and "另存为 UTF-8" in result.stderr


def test_fifteen_numbers_alone_are_no_report(tmp_path: Path) -> None:
    bad = tmp_path / "2020.txt"
    bad.write_text("今年的数字\n" + "\t".join(["0"] * 15), "utf-8")
    assert _run("check", str(bad)).exit_code == 2


def test_a_report_that_ends_in_the_middle_is_told_so(tmp_path: Path) -> None:
    cut = tmp_path / "2023.txt"
    cut.write_text(
        "示例市2023年政府信息公开工作年度报告\n一、总体情况\n全年收到申请 12 件。\n", "utf-8"
    )
    assert "没有读到第二、三、四、五、六部分" in _run("check", str(cut)).stdout
    assert "没有读到第" not in _run("check", ONE).stdout
    out = ["--to", "html", "-o", str(tmp_path / "out.html")]
    assert "没有读到第二" in _run("render", str(cut), *out).stderr


def test_what_is_plainly_no_report_is_passed_over_among_others(tmp_path: Path) -> None:
    note = tmp_path / "README.md"
    note.write_text("# Reports\n\nOne file for each body, see 年报格式 for the words.\n", "utf-8")
    among = _run("parse", str(note), ONE, "--json")
    assert among.exit_code == 0
    assert [item["file"] for item in json.loads(among.stdout)] == ["vertical_heads_2020.txt"]
    assert among.stderr.startswith(f"{note}：已跳过，文件里大多不是中文")
    assert _run("check", str(note), ONE).exit_code in (0, 1)


def test_what_is_no_report_is_unusable_where_nothing_else_was_read(tmp_path: Path) -> None:
    for name in ("a.md", "b.md"):
        (tmp_path / name).write_text("Nothing but notes.", "utf-8")
    alone = _run("parse", str(tmp_path / "a.md"), "--json")
    assert (alone.exit_code, "已跳过" in alone.stderr) == (2, False)
    assert _run("parse", str(tmp_path), "--json").exit_code == 2
    assert _run("check", str(tmp_path), "--json").exit_code == 2


@pytest.mark.parametrize(
    "content", [b"", b"\x00\x01\x02", b"%PDF-1.4 broken", b"PK\x03\x04 broken"]
)
def test_rubbish_is_one_sentence_and_code_2(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "rubbish.txt"
    path.write_bytes(content)
    result = _run("parse", str(path), "--json")
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.startswith(f"{path}：") and result.stderr.count("\n") == 1
    assert "Traceback" not in result.output


@pytest.mark.parametrize("command", ["parse", "check", "compare", "render"])
def test_an_error_that_nobody_foresaw_is_one_sentence_and_code_2(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever goes wrong inside one file, the run goes on and no traceback is shown."""

    def broken(data: Path, name: str | None = None) -> list[Report]:
        if data.name == "odd.txt":
            raise ZeroDivisionError("division by zero")
        return read(data, name)

    monkeypatch.setattr(files, "read", broken)
    odd = tmp_path / "odd.txt"
    odd.write_text("无论什么", "utf-8")
    output = ["-o", f"{tmp_path}/out/"] if command == "render" else ["--json"]
    if command == "render":
        output += ["--to", "json"]
    result = _run(command, str(odd), ONE, *output)
    assert result.exit_code == 2
    (line,) = (x for x in result.stderr.strip().split("\n") if "odd.txt" in x)
    assert line.startswith(f"{odd}：程序没能读懂这个文件（ZeroDivisionError）")
    assert "请把文件发给维护者" in line and "Traceback" not in result.output
    if command in ("parse", "check"):
        assert "示例" in result.stdout  # the other file
    if command == "render":
        assert [p.name for p in (tmp_path / "out").iterdir()] == ["vertical_heads_2020.json"]


def test_a_file_to_compare_with_that_breaks_the_reader_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(data: Path, name: str | None = None) -> list[Report]:
        raise KeyError("x")

    monkeypatch.setattr(files, "read", broken)
    result = _run("check", ONE, "--previous", TWO)
    assert result.exit_code == 2
    assert result.stderr.startswith(f"{TWO}：程序没能读懂这个文件（KeyError）")


def test_an_empty_folder_is_said_so(tmp_path: Path) -> None:
    result = _run("parse", str(tmp_path))
    assert result.exit_code == 2
    assert "没有可以读取的年报文件" in result.stderr


def test_without_json_a_summary_names_body_year_and_cells() -> None:
    result = _run("parse", ONE, TWO)
    assert result.exit_code == 0
    assert "读出 2 份年报" in result.stdout
    assert "2020" in result.stdout and "161/161" in result.stdout


def test_several_processes_give_the_same(tmp_path: Path) -> None:
    alone = _run("parse", str(SAMPLES), "--json", "--jobs", "1")
    together = _run("parse", str(SAMPLES), "--json", "--jobs", "2")
    assert together.exit_code == alone.exit_code
    assert json.loads(together.stdout) == json.loads(alone.stdout)


def test_formats_shows_both_official_formats() -> None:
    text = _run("formats").stdout
    assert "〔2019〕60号" in text and "〔2021〕30号" in text
    data = json.loads(_run("formats", "--json").stdout)
    assert [item["id"] for item in data] == ["2019", "2021"]


def test_every_command_of_the_group_loads() -> None:
    result = _run("--help")
    assert result.exit_code == 0
    for name in COMMANDS:
        assert name in result.output
