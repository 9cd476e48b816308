"""The pages of the way: each person finds the step that is his, and takes it there."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime
from unittest.mock import patch

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from gongkai.annual_report.model import Cell
from gongkai.bodies.actions import grant_role
from gongkai.bodies.models import Membership, Role, Section
from gongkai.bodies.tests.cast import person
from gongkai.law.calendar import national
from gongkai.law.deadlines.duties import report_due
from gongkai.reporting.actions import import_data, publish_report
from gongkai.reporting.compile import actions as compiling
from gongkai.reporting.desk.todo import todo
from gongkai.reporting.models import AnnualReport, Route, SectionDuty
from gongkai.reporting.route import actions, bundle, turns
from gongkai.reporting.route.queries import route_of
from gongkai.reporting.tests.cast import Cast, sound_report
from gongkai.reporting.tests.route_cast import (
    LICENCES,
    YEAR,
    licences,
    make_office,
    settle,
    to_accepted,
    to_signed,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def make_people():
    return make_office


def page(client: Client, user: object, name: str, *args: object, query: str = "") -> str:
    client.force_login(user)
    response = client.get(reverse(name, args=args) + query)
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def press(client: Client, user: object, report: AnnualReport, name: str, **data: object) -> str:
    """Press a button of the route page; the words of the page that follows."""
    client.force_login(user)
    route = route_of(report)
    sent = {"state": route.state if route.pk else "", "sha256": route.sha256, **data}
    url = reverse("desk-route-deed", args=[report.pk, name])
    return client.post(url, sent, follow=True).content.decode()


def test_the_whole_way_by_its_buttons(client: Client, report: AnnualReport, office: Cast) -> None:
    assert "送审" in page(client, office.clerk, "desk-route", report.pk)
    press(client, office.clerk, report, "send")
    for who, verb in (
        (office.legal, "法制审核通过"),
        (office.secrecy, "保密审查通过"),
        (office.head, "签发"),
    ):
        assert f">{verb}</button>" in page(client, who, "desk-route", report.pk)
        press(client, who, report, "pass")
    # From a page that is older than the others' deeds: told, and what was typed is kept.
    stale = {"state": "legal", "opinion": "第二段太笼统"}
    for name in ("return", "pass"):
        client.force_login(office.legal)
        late = client.post(reverse("desk-route-deed", args=[report.pk, name]), stale)
        words = late.content.decode()
        assert late.status_code == 409 and "请刷新" not in words
        assert "刚刚由他人办理，现在是“待报送”" in words and "第二段太笼统" in words
    late = client.post(reverse("desk-route-read", args=[report.pk]), {"text": "数字不对"})
    assert late.status_code == 422 and "数字不对" in late.content.decode()
    recall = reverse("desk-route-deed", args=[report.pk, "recall"])
    client.force_login(office.clerk)
    shown = client.post(recall, {"reason": "漏" * 501}).content.decode()
    assert f'<input name="reason" value="{"漏" * 501}"' in shown
    press(client, office.clerk, report, "submit")
    assert route_of(report).state == "submitted"
    press(client, office.inspector, report, "pass", opinion="同意")
    assert "公开第" in page(client, office.head, "desk-route", report.pk)
    publish_report(report.latest, by=office.head)
    press(client, office.clerk, report, "archive")
    assert route_of(report).state == "archived"


def test_two_sections_confirm_their_numbers_after_one_has_sent_them_back(
    client: Client, report: AnnualReport, office: Cast
) -> None:
    one, two = (Section.objects.create(body=office.body, name=n) for n in ("审批科", "执法科"))
    people = {}
    for name, section in (("shenpi", one), ("zhifa", two)):
        people[section.name] = person(name, "郑", section.name)
        grant_role(people[section.name], office.body, Role.HANDLER, section=section, by=None)
    first, second = people["审批科"], people["执法科"]
    duties = reverse("desk-route-duties", args=[office.body.slug])
    division = {f"section-{one.pk}": ["licensing"], f"section-{two.pk}": ["penalty"]}
    client.force_login(office.head)
    client.post(duties, division)
    press(client, office.clerk, report, "send")
    client.force_login(office.head)
    assert "正在由科室确认" in client.post(duties, {}).content.decode()
    shown = press(client, second, report, "confirm", section=two.pk)
    assert "✓ 郑执法科" in shown and "待确认" in shown
    assert route_of(report).state == "confirm"

    client.force_login(first)
    read = reverse("desk-route-read", args=[report.pk])
    client.post(read, {"place": LICENCES, "text": "漏登2件，请补登。"})
    press(client, first, report, "return", opinion="许可数不对")
    back = page(client, office.clerk, "desk-route", report.pk)
    assert "漏登2件，请补登。" in back and "行政许可" in back and "还有 1 条意见没有答复" in back
    licences(office, 2, first=10)
    compiling.recompute(report.compilation, by=office.clerk)
    settle(report, office)
    (remark,) = report.route.remarks.all()
    answers = reverse("desk-route-answers", args=[report.pk])
    client.force_login(office.clerk)
    client.post(answers, {f"answer-{remark.pk}": "已补登2件，重新取数。"})
    press(client, office.clerk, report, "send")

    again = page(client, second, "desk-route", report.pk)
    assert again.count("待确认") == 2  # what was confirmed of the former version counts no more
    press(client, second, report, "confirm", section=two.pk)
    press(client, first, report, "confirm", section=one.pk)
    assert route_of(report).state == "legal"
    assert report.latest.as_report.value(LICENCES) == 5


def test_remarks_on_a_cell_and_a_paragraph_come_back_and_are_answered(
    client: Client, report: AnnualReport, office: Cast
) -> None:
    actions.send(report, by=office.clerk)
    read = page(client, office.legal, "desk-route-read", report.pk, query=f"?place={LICENCES}")
    assert "对表二" in read and f"?place={LICENCES}#remark" in read
    url = reverse("desk-route-read", args=[report.pk])
    client.post(url, {"place": LICENCES, "text": "请核对许可数。"})
    client.post(url, {"place": "s5.1", "text": "太笼统。"})
    assert client.post(url, {"place": "s9.1", "text": "？"}).status_code == 422
    press(client, office.legal, report, "return")
    clerk_sees = page(client, office.clerk, "desk-route", report.pk)
    assert "请核对许可数。" in clerk_sees and "还有 2 条意见没有答复" in clerk_sees
    url, names = (
        reverse("desk-route-answers", args=[report.pk]),
        [f"answer-{remark.pk}" for remark in report.route.remarks.all()],
    )
    nothing = client.post(url, {}, follow=True).content.decode()
    assert "还没有写答复" in nothing
    # One that is too long: none is kept, and what was written stands in its place.
    refused = client.post(url, {names[0]: "已经核对许可数。", names[1]: "长" * 501})
    told = refused.content.decode()
    assert refused.status_code == 422 and "请控制在" in told
    assert f'name="{names[0]}" form="answers"' in told and ">已经核对许可数。</textarea>" in told
    assert not report.route.remarks.exclude(answered_at=None).exists()
    client.post(url, dict.fromkeys(names, "已核对。"))
    press(client, office.clerk, report, "send")
    assert route_of(report).state == "legal"


def test_a_stranger_finds_no_page_and_no_button(
    client: Client, report: AnnualReport, office: Cast
) -> None:
    client.force_login(office.stranger)
    for name in ("desk-route", "desk-route-read", "desk-route-bundle"):
        assert client.get(reverse(name, args=[report.pk])).status_code == 404
    assert "送审</button>" not in page(client, office.head, "desk-route", report.pk)


def test_the_list_of_things_to_do_names_the_step(
    report: AnnualReport, office: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def mine(user: object) -> list[str]:
        return [t.deed for t in todo(user).mine if t.title == str(report)]

    # Who wrote it does not review it, whatever he holds; and who only works above waits.
    Membership.objects.create(user=office.clerk, body=office.body, role=Role.LEGAL)
    Membership.objects.create(user=office.stranger, body=office.government, role=Role.CLERK)
    assert mine(office.clerk) == ["送审"]
    actions.send(report, by=office.clerk)
    assert mine(office.legal) == ["法制审核通过"]
    assert mine(office.clerk) == mine(office.head) == []
    actions.pass_on(report, by=office.legal)
    actions.pass_on(report, by=office.secrecy)
    assert mine(office.head) == ["签发"]
    actions.pass_on(report, by=office.head)
    assert mine(office.clerk) == ["报送"]
    actions.submit(report, by=office.clerk)
    assert mine(office.inspector) == ["审核"] and mine(office.stranger) == []
    other = AnnualReport.objects.create(body=office.other_body, year=YEAR)
    Route.objects.create(report=other, state="submitted")
    handed = {str(one): "已报送，待审核" for one in (report, other)}
    assert {t.title: t.detail for t in todo(office.inspector).mine} == handed
    monkeypatch.setattr(turns, "MOST", 1)  # beyond so many a number is enough
    assert {t.detail for t in todo(office.inspector).mine} == {"已报送，待审核", "另有1份待审核"}


def test_the_countdown_says_who_is_where(
    client: Client, report: AnnualReport, office: Cast
) -> None:
    text = page(client, office.inspector, "desk-countdown", query=f"?year={YEAR}")
    assert "示例县教育局" in text and "没有开始" in text
    to_signed(report, office)
    text = page(client, office.inspector, "desk-countdown", query=f"?year={YEAR}&state=review")
    assert "待报送" in text and "示例县教育局" not in text


def test_the_division_of_the_figures_is_kept_by_the_head(
    client: Client, report: AnnualReport, office: Cast
) -> None:
    section = Section.objects.create(body=office.body, name="审批科")
    url = reverse("desk-route-duties", args=[office.body.slug])
    client.force_login(office.reviewer)
    assert client.post(url, {f"section-{section.pk}": ["licensing"]}).status_code == 403
    client.force_login(office.head)
    client.post(url, {f"section-{section.pk}": ["licensing", "nonsense"]})
    assert SectionDuty.objects.get().part == "licensing"
    actions.send(report, by=office.clerk)
    assert "审批科" in page(client, office.reviewer, "desk-route", report.pk)
    press(client, office.reviewer, report, "confirm", section=section.pk)
    assert route_of(report).state == "legal"


def test_the_bundle_holds_everything_and_its_bytes_repeat(
    client: Client, report: AnnualReport, office: Cast
) -> None:
    to_accepted(report, office)
    version = report.latest
    data = bundle.pack(version)
    assert data == bundle.pack(version)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = archive.namelist()
        for suffix in (".docx", ".pdf", ".xlsx", ".html", ".json"):
            assert f"{report}{suffix}" in names
        for name in ("检查发现.csv", "人工改动.csv", "取数来源.json", "开放台账.zip", "清单.json"):
            assert name in names
    client.force_login(office.clerk)
    response = client.get(reverse("desk-route-bundle", args=[report.pk]))
    assert response.content == data


def test_the_hours_of_changes_in_the_bundle_are_those_of_the_wall_clock(
    report: AnnualReport, office: Cast
) -> None:
    early = datetime(2026, 1, 9, 23, 30, tzinfo=UTC)  # half past seven the next morning
    with patch("django.utils.timezone.now", return_value=early):
        compiling.change_cell(report.compilation, LICENCES, "4", "漏登1件", by=office.clerk)
    with zipfile.ZipFile(io.BytesIO(bundle.pack(report.latest))) as archive:
        assert "2026-01-10 07:30" in archive.read("人工改动.csv").decode("utf-8-sig")


def test_the_sum_opens_its_parts(client: Client, report: AnnualReport, office: Cast) -> None:
    slug = office.government.slug
    text = page(client, office.inspector, "desk-rollup", slug, YEAR)
    assert "示例县教育局：没有这一年的年报" in text
    assert "没有包含缺报的 1 个机关，不是全部的数" in text
    cell = page(client, office.inspector, "desk-rollup-cell", slug, YEAR, LICENCES)
    assert "示例县卫生健康委员会" in cell and "合计 <strong>3</strong>" in cell
    records = reverse("desk-compilation-cell", args=[report.pk, LICENCES])
    assert f'href="{records}"' in cell
    client.force_login(office.inspector)
    assert client.get(records).status_code == 200
    client.force_login(office.stranger)
    assert client.get(reverse("desk-rollup", args=[slug, YEAR])).status_code == 404
    client.force_login(office.inspector)
    assert client.get(reverse("desk-rollup", args=[slug, 99999])).status_code == 404


def test_from_the_sum_one_goes_to_the_report_that_has_errors(client: Client, office: Cast) -> None:
    year = YEAR - 1
    report = sound_report(year, agency=office.body.name)
    report = report.with_cells({"t3.granted.total": Cell(9, "9")})
    filed = import_data(report, body=office.body, by=None, year=year)
    link = reverse("desk-report", args=[filed.version.report_id])
    text = page(client, office.inspector, "desk-rollup", office.government.slug, year)
    assert f'<a href="{link}">示例县卫生健康委员会</a>：有' in text


def test_the_sums_and_the_countdown_begin_with_a_year_that_has_reports(
    client: Client, report: AnnualReport, office: Cast
) -> None:
    AnnualReport.objects.create(body=office.body, year=YEAR - 1)  # nothing filed: no report
    import_data(sound_report(2022), body=office.body, by=None, year=2022)
    text = page(client, office.inspector, "desk-rollups")
    link = reverse("desk-rollup", args=[office.government.slug, YEAR])
    assert link in text and f"1 个有{YEAR}年的年报" in text
    assert text.index(f"{YEAR}（1 份）") < text.index("2022（1 份）") < text.index(f">{YEAR - 1}<")
    text = page(client, office.inspector, "desk-rollups", query="?year=2022")
    assert reverse("desk-rollup", args=[office.government.slug, 2022]) in text
    text = page(client, office.inspector, "desk-rollups", query="?year=2021")
    assert "都还没有2021年的年报" in text
    assert link in page(client, office.inspector, "desk-rollups", query="?year=1066")

    text = page(client, office.inspector, "desk-countdown", query="?year=2021")
    assert "还没有2021年的年报，最近有年报的是" in text and f"{YEAR}（1 份）" in text
    now = timezone.localdate().year
    text = page(client, office.inspector, "desk-countdown", query=f"?year={now}")
    assert f"{now}年还没有结束" in text
    # Not before autumn is the calendar of next year known: till then the count is an estimate.
    unknown = national().is_provisional(report_due(now))
    assert ("预计还有" in text) == unknown and "还有" in text


def test_drafts_below_are_for_those_who_sum_sign_and_supervise(
    client: Client, office: Cast
) -> None:
    url = reverse("desk-rollup", args=[office.government.slug, YEAR])
    for role, status in ((Role.REVIEWER, 404), (Role.HEAD, 200)):
        user = person(f"zhengfu-{role}", "冯", "政府")
        grant_role(user, office.government, role, by=None)
        client.force_login(user)
        assert client.get(url).status_code == status


def test_remarks_lead_to_their_places_and_the_office_sees_what_was_mended(
    client: Client, report: AnnualReport, office: Cast
) -> None:
    """The clerk goes from a remark to what it is about; who sent back need not read it all anew."""
    to_signed(report, office)
    actions.submit(report, by=office.clerk)
    actions.add_remark(report, LICENCES, "请核对。", by=office.inspector)
    actions.add_remark(report, "s5.1", "写得太笼统。", by=office.inspector)
    actions.add_remark(report, "", "总的意见。", by=office.inspector)
    client.force_login(office.inspector)
    noted = client.get(reverse("desk-route-read", args=[report.pk])).content.decode()
    assert 'href="#at-"' not in noted and f'href="#at-{LICENCES}"' in noted
    actions.send_back(report, by=office.inspector)
    returned = report.latest.number
    way = reverse("desk-route", args=[report.pk])
    client.force_login(office.clerk)
    told = client.get(way).content.decode()
    assert reverse("desk-compilation-cell", args=[report.pk, LICENCES]) in told
    assert reverse("desk-compilation-text", args=[report.pk]) in told
    assert f"{reverse('desk-route-read', args=[report.pk])}#at-s5.1" in told
    compiling.change_cell(report.compilation, LICENCES, "4", "漏登1件", by=office.clerk)
    for remark in report.route.remarks.all():
        actions.answer_remark(remark, "已改。", by=office.clerk)
    settle(report, office)
    to_signed(report, office)
    actions.submit(report, by=office.clerk)
    client.force_login(office.inspector)
    assert f"比退回的第{returned}版改了什么" in client.get(way).content.decode()
