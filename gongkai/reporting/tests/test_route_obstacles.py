"""What hinders the sending is refused with its reason, and the page says so beforehand."""

from __future__ import annotations

from datetime import date
from unittest.mock import patch

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from gongkai.base.refusal import Refused
from gongkai.law.deadlines import DueWarning
from gongkai.reporting.actions import publish_report
from gongkai.reporting.compile import actions as compiling
from gongkai.reporting.compile.narrative import parts
from gongkai.reporting.models import AnnualReport
from gongkai.reporting.route import actions
from gongkai.reporting.templatetags.desk import due
from gongkai.reporting.tests.cast import Cast
from gongkai.reporting.tests.route_cast import YEAR, make_office, settle, to_accepted

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def make_people():
    return make_office


def route_page(client: Client, who: object, report: AnnualReport) -> str:
    client.force_login(who)
    return client.get(reverse("desk-route", args=[report.pk])).content.decode()


@pytest.mark.parametrize("number", [1, 5])
def test_a_section_without_text_is_not_sent_whatever_was_said_of_the_finding(
    client: Client, report: AnnualReport, office: Cast, number: int
) -> None:
    emptied = {p.key: "" for p in parts() if p.section == number}
    compiling.write_text(report.compilation, emptied, by=office.clerk)
    (found,) = report.problems.filter(rule="C26", gone_at=None)
    assert found.level == "error"
    settle(report, office)
    with pytest.raises(Refused, match="只有标题，没有文字"):
        actions.send(report, by=office.clerk)
    shown = route_page(client, office.clerk, report)
    assert "还不能送审：" in shown and "只有标题，没有文字" in shown
    assert "版送审</button>" not in shown


def test_a_name_without_a_number_is_told_before_the_button(
    client: Client, report: AnnualReport, office: Cast
) -> None:
    assert "版送审</button>" in route_page(client, office.clerk, report)
    words = {"disclosure": "作出许可【行政许可决定数】件，上年【行政许可决定数·上年】件。"}
    compiling.write_text(report.compilation, words, by=office.clerk)
    settle(report, office)
    shown = route_page(client, office.clerk, report)
    task = client.get(reverse("desk-compilation", args=[report.pk])).content.decode()
    told = task[task.index("正文里还有没写完的地方：") :].split("</p>")[0]
    assert "【行政许可决定数·上年】" in told and "到正文里" in told
    assert ">送审</a>" in task
    told = shown[shown.index("正文里还有没写完的地方：") :].split("</p>")[0]
    assert "【行政许可决定数·上年】" in told
    assert "版送审</button>" not in shown


def test_a_year_that_is_not_over_is_compiled_but_not_sent(client: Client, office: Cast) -> None:
    year = timezone.localdate().year
    task = compiling.start(office.body, year, by=office.clerk)
    compiling.write_text(task, {"problems": "解读形式单一，明年增加图解。"}, by=office.clerk)
    settle(task.report, office)
    client.force_login(office.clerk)
    first = f"{year + 1}年1月1日起才能送审"
    shown = client.get(reverse("desk-compilation", args=[task.report_id])).content.decode()
    assert first in shown and ">送审</a>" not in shown
    assert first in route_page(client, office.clerk, task.report)
    with pytest.raises(Refused, match=first):
        actions.send(task.report, by=office.clerk)
    where = "gongkai.reporting.route.actions.timezone.localdate"
    with patch(where, return_value=date(year, 12, 31)), pytest.raises(Refused, match=first):
        actions.send(task.report, by=office.clerk)
    with patch(where, return_value=date(year + 1, 1, 1)):
        assert actions.send(task.report, by=office.clerk).state == "legal"


def test_the_legal_day_says_that_it_has_passed_until_the_report_is_public(
    client: Client, report: AnnualReport, office: Cast
) -> None:
    task = reverse("desk-compilation", args=[report.pk])
    client.force_login(office.clerk)
    where = "gongkai.reporting.desk.compile.timezone.localdate"
    with patch(where, return_value=date(YEAR + 1, 2, 3)):
        assert "已逾期" in client.get(task).content.decode()
    with patch(where, return_value=date(YEAR + 1, 1, 5)):
        shown = client.get(task).content.decode()
    assert "已逾期" not in shown and "个工作日" in shown and "为什么是这一天" in shown
    assert "，还有 " in shown
    assert "月31日（周日）前，预计还有 " in due(date(2027, 1, 31), DueWarning("green", 46))
    to_accepted(report, office)
    publish_report(report.latest, by=office.head)
    with patch(where, return_value=date(YEAR + 1, 2, 3)):
        shown = client.get(task).content.decode()
    assert "已逾期" not in shown and "年报已经公开" in shown


def test_what_was_accepted_with_an_empty_section_is_opened_again_and_not_published(
    client: Client, report: AnnualReport, office: Cast
) -> None:
    compiling.write_text(report.compilation, {"problems": ""}, by=office.clerk)
    settle(report, office)
    with patch("gongkai.reporting.route.actions.obstacles", return_value=[]):
        to_accepted(report, office)
    with pytest.raises(Refused, match=r"五、.*没有文字.*重新打开"):
        publish_report(report.latest, by=office.head)
    client.force_login(office.head)
    shown = client.get(reverse("desk-publish", args=[report.pk])).content.decode()
    assert "还不能公开" in shown and "重新打开" in shown and "版</button>" not in shown
    actions.reopen(report, "第五部分没有文字", by=office.head)
    compiling.write_text(report.compilation, {"problems": "解读形式单一。"}, by=office.clerk)
    settle(report, office)
    to_accepted(report, office)
    publish_report(report.latest, by=office.head)
