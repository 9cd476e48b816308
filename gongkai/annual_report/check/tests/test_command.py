"""``gongkai report check`` and ``rules`` as a person or a pipe uses them."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gongkai.annual_report.check.samples import clean, put
from gongkai.annual_report.cli.check import command
from gongkai.annual_report.cli.rules import command as rules
from gongkai.annual_report.exchange import dumps, to_dict
from gongkai.annual_report.model import Report


def stored(folder: Path, name: str, report: Report) -> str:
    path = folder / name
    path.write_text(dumps(to_dict(report)), "utf-8")
    return str(path)


def run(*args: str) -> Result:
    return CliRunner().invoke(command, list(args))


@pytest.fixture
def wrong() -> Report:
    return put(clean(), {"t4.review_upheld": 3})


def test_a_clean_report_ends_with_0(tmp_path: Path) -> None:
    result = run(stored(tmp_path, "a.json", clean()))
    assert result.exit_code == 0
    assert "没有发现问题" in result.stdout


def test_an_error_ends_with_1_and_says_level_rule_and_file(tmp_path: Path, wrong: Report) -> None:
    result = run(stored(tmp_path, "b.json", wrong))
    assert result.exit_code == 1
    assert "b.json" in result.stdout
    assert "✖ 错误 C04" in result.stdout


def test_whose_report_it_is_and_whose_day_it_missed_are_said(tmp_path: Path) -> None:
    nameless = replace(clean(), agency=None, title=None, year=None, sections=())
    assert "没有写明机关和年度：" in run(stored(tmp_path, "a.json", nameless)).stdout
    path = stored(tmp_path, "b.json", clean())
    for whose, words in (("--government", "政府公布"), ("--department", "部门报送、公布")):
        late = run(path, "--published", "2030-01-01", "--submitted", "2030-01-01", whose)
        assert f"晚于{words}年报的期限" in " ".join(late.stdout.split())


def test_a_rule_made_milder_or_switched_off_changes_the_end(tmp_path: Path, wrong: Report) -> None:
    path = stored(tmp_path, "b.json", wrong)
    assert run(path, "--level", "C04=warn").exit_code == 0
    assert "C04" not in run(path, "--level", "c04=off").stdout


def test_json_of_one_file_is_an_object_and_of_several_a_list(tmp_path: Path, wrong: Report) -> None:
    one, two = stored(tmp_path, "a.json", clean()), stored(tmp_path, "b.json", wrong)
    single = json.loads(run(two, "--json").stdout)
    assert single["counts"]["error"] == 1
    assert single["findings"][0]["addresses"][0] == "t4.review_upheld"
    several = json.loads(run(one, two, "--json").stdout)
    assert [len(r["findings"]) for r in several] == [0, 1]


def test_an_unusable_file_ends_with_2_and_the_others_are_still_checked(
    tmp_path: Path, wrong: Report
) -> None:
    bad = tmp_path / "bad.json"
    bad.write_text("{", "utf-8")
    result = run(str(bad), stored(tmp_path, "b.json", wrong))
    assert result.exit_code == 2
    assert "bad.json" in result.stderr
    assert "C04" in result.stdout


@pytest.mark.parametrize("level", ["C99=off", "C04=quiet", "C04"])
def test_a_level_that_cannot_be_set_is_refused_in_words(tmp_path: Path, level: str) -> None:
    result = run(stored(tmp_path, "a.json", clean()), "--level", level)
    assert result.exit_code == 2
    assert "C04=quiet" in result.stderr or "C99" in result.stderr or "“C04”" in result.stderr


def test_reports_of_a_wrong_year_or_body_are_said_to_be_so(tmp_path: Path) -> None:
    now = stored(tmp_path, "now.json", clean("2021", 2023))
    older = stored(tmp_path, "older.json", put(clean("2021", 2021), {"t3.granted.natural": 999}))
    result = run(now, "--previous", older, "--parts", older)
    assert result.exit_code == 0
    assert "没有同一机关 2022 年度的年报，年度衔接没有检查" in result.stderr
    assert "1 份不是 2023 年度的，没有计入汇总" in result.stderr
    assert "C28" not in result.stdout
    before = replace(clean("2021", 2022), agency="另一个县卫生健康委员会")
    foreign = run(now, "--previous", stored(tmp_path, "foreign.json", before), "--json")
    assert "另一个县卫生健康委员会的年报，机关不同" in foreign.stderr
    assert json.loads(foreign.stdout)["year"] == 2023


def test_a_folder_beside_may_hold_something_else_than_reports(tmp_path: Path) -> None:
    folder = tmp_path / "beside"
    folder.mkdir()
    stored(folder, "other.json", clean())
    (folder / "README.md").write_text("These are the reports of the year.\n" * 9, "utf-8")
    now = stored(tmp_path, "now.json", clean())
    result = run(now, "--others", str(folder))
    assert result.exit_code == 0
    assert "README.md：已跳过" in result.stderr
    (folder / "cut.pdf").write_bytes(b"%PDF-1.7\ncut")
    assert run(now, "--others", str(folder)).exit_code == 2


def test_previous_parts_and_others_bring_their_rules(tmp_path: Path) -> None:
    now = stored(tmp_path, "now.json", clean("2021", 2023))
    before = stored(
        tmp_path,
        "before.json",
        put(clean("2021", 2022), {"t3.carried_forward.natural": 2, "t3.carried_forward.total": 2}),
    )
    found = json.loads(run(now, "--previous", before, "--json").stdout)
    assert {f["rule"] for f in found["findings"]} == {"C05", "C23"}
    found = json.loads(run(now, "--parts", now, "--parts", now, "--json").stdout)
    assert {f["rule"] for f in found["findings"]} == {"C28"}
    found = json.loads(run(now, "--others", before, "--json").stdout)
    assert {f["rule"] for f in found["findings"]} == {"C23"}
    assert json.loads(run(now, "--others", now, "--json").stdout)["findings"] == []


def test_many_files_behind_an_option_belong_to_it(tmp_path: Path) -> None:
    """``--parts towns/*.json`` as the shell hands it over: C28 sums all of them."""
    parts = [stored(tmp_path, f"part{n}.json", clean("2021", 2023)) for n in (1, 2)]
    now = stored(tmp_path, "now.json", clean("2021", 2023))
    found = json.loads(run(now, "--parts", *parts, "--level", "C11=off", "--json").stdout)
    assert "2 个单位合计" in found["findings"][0]["message"]
    assert (
        found["findings"]
        == json.loads(run("--parts", parts[0], "--parts", parts[1], now, "--json").stdout)[
            "findings"
        ]
    )
    several = json.loads(run("--parts", parts[0], now, parts[1], "--json").stdout)
    assert len(several) == 2


def test_a_late_publication_is_an_error(tmp_path: Path) -> None:
    path = stored(tmp_path, "a.json", clean("2021", 2023))
    assert run(path, "--published", "2024-01-31", "--submitted", "2024-01-20").exit_code == 0
    assert run(path, "--published", "2024-02-01", "--submitted", "2024-01-20").exit_code == 1
    late = run(path, "--published", "2024-03-31", "--submitted", "2024-01-20", "--government")
    assert late.exit_code == 0
    assert run(path, "--published", "31.1.2024").exit_code == 2


def test_a_folder_is_checked_with_a_summary(tmp_path: Path, wrong: Report) -> None:
    stored(tmp_path, "a.json", clean())
    stored(tmp_path, "b.json", wrong)
    result = run(str(tmp_path))
    assert result.exit_code == 1
    assert "检查了 2 份年报" in result.stdout


def test_the_rules_are_listed_as_table_json_and_page() -> None:
    runner = CliRunner()
    assert "C28" in runner.invoke(rules, []).stdout
    listed = json.loads(runner.invoke(rules, ["--json"]).stdout)
    assert {"id", "level", "title", "source", "about", "advice", "needs"} == set(listed[0])
    assert runner.invoke(rules, ["--markdown"]).stdout.startswith("# 年报检查规则")
