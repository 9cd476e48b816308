"""``gongkai law``: what it prints, and that bad input gives one Chinese sentence and code 2."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from gongkai.cli import main

STORY = {
    "id": "demo",
    "events": [{"date": "2022-09-20", "type": "application_submitted", "channel": "in_person"}],
}


def law(*args: object, stdin: str | None = None) -> Result:
    return CliRunner().invoke(main, ["law", *map(str, args)], input=stdin)


def test_clock_reads_a_file_and_prints_one_object(tmp_path: Path) -> None:
    path = tmp_path / "events.json"
    path.write_text(json.dumps(STORY), "utf-8")
    done = law("clock", path)
    found = json.loads(done.stdout)
    assert done.exit_code == 0
    assert (found["id"], found["reply_due"]) == ("demo", "2022-10-21")
    assert found["steps"][0]["article"].startswith("《条例》第三十一条")


def test_clock_reads_standard_input_and_a_bare_list_of_events() -> None:
    found = json.loads(law("clock", "-", stdin=json.dumps(STORY["events"])).stdout)
    assert found["reply_due"] == "2022-10-21"


def test_clock_answers_many_stories_with_a_list() -> None:
    for many in ([STORY, STORY], {"scenarios": [STORY, STORY]}):
        found = json.loads(law("clock", "-", stdin=json.dumps(many)).stdout)
        assert [one["reply_due"] for one in found] == ["2022-10-21"] * 2


def test_clock_judges_silence_on_the_day_asked_for() -> None:
    events = [
        *STORY["events"],
        {"date": "2022-09-22", "type": "correction_notice_served", "correction_days_wd": 10},
    ]
    text = json.dumps({"events": events})
    assert json.loads(law("clock", "-", stdin=text).stdout)["status"] == "abandoned"
    early = json.loads(law("clock", "-", "--on", "2022-09-30", stdin=text).stdout)
    assert early["status"] == "awaiting_correction"


def test_clock_loses_nothing_that_is_written_twice() -> None:
    event = '{"date": "2022-09-20", "date": "2022-09-21", "type": "information_formed"}'
    done = law("clock", "-", stdin=f'{{"events": [{event}]}}')
    assert done.exit_code == 2
    assert done.stderr == "错误：同一个对象里“date”写了两次，请只留一个。\n"


@pytest.mark.parametrize("name", ["received_date", "reply_due", "steps", "events"])
def test_an_alternative_hides_no_key_of_the_result(name: str) -> None:
    events = [*STORY["events"], {"date": "2022-09-21", "type": "reply_issued", "case": name}]
    done = law("clock", "-", stdin=json.dumps({"events": events}))
    assert done.exit_code == 2
    assert "重名" in done.stderr


def test_clock_says_how_near_the_day_is() -> None:
    found = json.loads(law("clock", "-", "--on", "2022-10-20", stdin=json.dumps(STORY)).stdout)
    assert found["warning"] == {"colour": "red", "label": "即将到期", "days_left": 1}
    assert "warning" not in json.loads(law("clock", "-", stdin=json.dumps(STORY)).stdout)


def _event(**event: object) -> str:
    return json.dumps({"events": [event]})


@pytest.mark.parametrize(
    ("stdin", "says"),
    [
        ("", "标准输入是空的"),
        ("  \n", "标准输入是空的"),
        ("{", "不是正确的 JSON"),
        ("null", "events 应当是列表"),
        ("3", "events 应当是列表"),
        ("[]", "events 是空的"),
        ('{"id": "x"}', "没有 events"),
        ('{"events": {}}', "events 应当是列表"),
        ('{"events": [7]}', "第 1 个事件不是对象"),
        (_event(type="signed_for"), "缺少 date"),
        (_event(date=None, type="signed_for"), "缺少 date"),
        (_event(date="2022-01-04", type="application_submitted", channel=" "), "缺少 channel"),
        (_event(date="2022-01-04"), "缺少 type"),
        (_event(date="2022-02-30", type="signed_for"), "2022-02-30"),
        (_event(date="20220204", type="signed_for"), "20220204"),
        (_event(date=20220204, type="signed_for"), "20220204"),
        (_event(date="2022-W05-2", type="signed_for"), "2022-W05-2"),
        (_event(date="2022-01-04", type="teleported\nhome"), "teleported home"),
        (_event(date="2022-01-04", type="annual_report_deadline", report_year=2031), "2030"),
        (_event(date="1999-01-04", type="signed_for"), "2008 年至 2030 年"),
        (_event(date="2022-01-04", type="teleported"), "teleported"),
        (_event(date="2022-01-04", type=["signed_for"]), "不认识"),
        (_event(date="2022-01-04", type="extension_decided"), "缺少 days"),
        (_event(date="2022-01-04", type="extension_decided", days=-3), "天数“-3”"),
        (_event(date="2022-01-04", type="extension_decided", days="10"), "天数“10”"),
        (_event(date="2022-01-04", type="extension_decided", days=True), "天数“True”"),
        (_event(date="2022-01-04", type="extension_decided", days=1.5), "天数“1.5”"),
        (_event(date="2022-01-04", type="application_submitted"), "缺少 channel"),
        (_event(date="2022-01-04", type="application_submitted", channel="owl"), "渠道“owl”"),
        (_event(date="2022-01-04", type="reply_issued", decision="yes"), "答复决定“yes”"),
        (_event(date="2022-01-04", type="consultation_sent", party="x"), "征求对象“x”"),
        (_event(date="2022-01-04", type="fee_notice_served", mode="free"), "计费方式“free”"),
        (_event(date="2022-01-04", type="fee_notice_served", amount=-1), "金额“-1”"),
        (_event(date="2022-01-04", type="delayed_period_set"), "缺少 until"),
        (_event(date="2022-01-04", type="signed_for", case=["A"]), "case"),
        (_event(date="2022-01-04", type="signed_for", case="steps"), "重名"),
        (_event(date="2022-01-04", type="signed_for", applicant_class="elf"), "申请人类别"),
        (_event(date="2022-01-04", type="signed_for", case="\ud800", channel="\ud800"), "渠道"),
        ("[" * 100_000, "JSON"),
        ('{"events": [{"date": 1' + "0" * 5000 + "}]}", "JSON"),
    ],
)  # fmt: skip
def test_clock_says_what_is_wrong_with_the_input(stdin: Any, says: Any) -> None:
    done = law("clock", "-", stdin=stdin)
    assert done.exit_code == 2
    assert done.stdout == ""
    assert says in done.stderr
    assert done.stderr.startswith("错误：")
    assert "Traceback" not in done.stderr
    assert done.stderr.count("\n") == 1


def test_clock_names_the_file_it_cannot_use(tmp_path: Path) -> None:
    latin = tmp_path / "latin.json"
    latin.write_bytes('{"id": "é"}'.encode("latin-1"))
    for path, says in (
        (tmp_path / "none.json", "找不到"),
        (tmp_path, "是文件夹"),
        (latin, "不是 UTF-8"),
    ):
        done = law("clock", path)
        assert done.exit_code == 2
        assert says in done.stderr and str(path) in done.stderr


def test_clock_names_the_story_that_is_wrong() -> None:
    many = [STORY, {"events": [{"date": "2022-01-04"}]}]
    done = law("clock", "-", stdin=json.dumps(many))
    assert done.exit_code == 2
    assert "第 2 个情形：第 1 个事件缺少 type" in done.stderr


def test_fee_by_piece_and_by_page() -> None:
    found = json.loads(law("fee", "--pieces", 32, "--json").stdout)
    assert (found["total"], found["rate"]) == (2400, 200)
    assert "合计2400元" in found["formula"]
    assert "合计 380 元" in law("fee", "--pages", 68).stdout


@pytest.mark.parametrize(
    "args",
    [
        ["fee"],
        ["fee", "--pieces", "1", "--pages", "1"],
        ["fee", "--pieces", "-3"],
        ["fee", "--pieces", "three"],
        ["fee", "--pieces", "9" * 5000],
        ["fee", "--pieces"],
        ["fee", "--weight", "3"],
        ["fee", "--pages", "3", "--on", "2020-12-31"],
        ["workdays", "2022-10-09", "2022-10-01"],
        ["workdays", "2022-10-01"],
        ["workdays", "2022-10-01", "2022-11-31"],
        ["workdays", "2022-10-01", "2031-01-01"],
        ["rules", "--on", "yesterday"],
        ["clock"],
        ["dance"],
    ],
)
def test_a_wrong_command_line_gets_one_chinese_sentence(args: Any) -> None:
    done = law(*args)
    assert done.exit_code == 2
    assert done.stderr.startswith("错误：")
    assert done.stderr.count("\n") == 1


def test_workdays_counts_swapped_days_and_lists_them() -> None:
    text = law("workdays", "2022-09-20", "2022-10-21").stdout
    assert "21 个工作日" in text and "首日不计：20 个工作日" in text
    assert "调休上班：2022-10-08、2022-10-09" in text
    found = json.loads(law("workdays", "2022-10-01", "2022-10-09", "--json").stdout)
    assert found["days"] == ["2022-10-08", "2022-10-09"]
    assert found["provisional"] is False
    listed = law("workdays", "2022-10-01", "2022-10-09", "--list").stdout
    assert listed.endswith("2022-10-08\n2022-10-09\n")


def test_workdays_of_a_year_without_a_notice_warn() -> None:
    assert "预计" in law("workdays", "2029-01-01", "2029-02-01").stderr


def test_rules_print_every_value_in_force_with_its_article() -> None:
    text = law("rules", "--on", "2019-05-14").stdout
    assert "T3 答复：15（工作日）" in text
    found = json.loads(law("rules", "--on", "2019-05-15", "--json").stdout)
    assert all(one["article"] and one["since"] <= "2019-05-15" for one in found)
    assert next(o for o in found if o["key"] == "reply.days")["value"] == 20
    assert law("rules").exit_code == 0
