"""The way of a report: who may take which step, on exactly what, and what sends it back."""

from __future__ import annotations

import io
from datetime import date, timedelta
from unittest.mock import patch

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from gongkai.annual_report.model import Cell
from gongkai.annual_report.open_ledger import Ledger, compare
from gongkai.base.audit import name_of
from gongkai.base.refusal import Overtaken, Refused
from gongkai.bodies.acting import hand_over
from gongkai.bodies.actions import grant_role
from gongkai.bodies.models import Membership, Role, Section
from gongkai.bodies.tests.cast import person
from gongkai.engagement.models import HotlineCall
from gongkai.registers.models import LicenceDecision
from gongkai.reporting.actions import import_data, publish_report
from gongkai.reporting.compile import actions as compiling
from gongkai.reporting.compile.narrative import parts
from gongkai.reporting.desk.todo import todo
from gongkai.reporting.models import AnnualReport, Compilation, Snapshot
from gongkai.reporting.route import actions
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


def state(report: AnnualReport) -> str:
    return route_of(report).state


def test_from_the_draft_to_the_archive(report: AnnualReport, office: Cast) -> None:
    to_accepted(report, office)
    assert state(report) == "accepted"
    publish_report(report.latest, by=office.head)
    report.refresh_from_db()
    assert state(report) == "published"
    assert (report.submitted_on, report.disclosed_on) == (timezone.localdate(),) * 2
    actions.archive(report, by=office.clerk)
    assert state(report) == "archived"
    steps = report.route.steps.all()
    assert len({s.sha256 for s in steps}) == 1
    assert [s.deed for s in steps] == [
        *("send", "legal", "secrecy", "sign", "submit", "accept", "publish", "archive")
    ]


def test_each_step_belongs_to_its_role(report: AnnualReport, office: Cast) -> None:
    for stranger in (office.head, office.legal, office.inspector, office.stranger):
        with pytest.raises(PermissionDenied):
            actions.send(report, by=stranger)
    actions.send(report, by=office.clerk)
    for right in (office.legal, office.secrecy, office.head):
        for wrong in (office.clerk, office.inspector, office.stranger, office.reviewer):
            with pytest.raises(PermissionDenied):
                actions.pass_on(report, by=wrong)
        actions.pass_on(report, by=right)
    actions.submit(report, by=office.clerk)
    for wrong in (office.head, office.legal, office.stranger):
        with pytest.raises(PermissionDenied):
            actions.pass_on(report, by=wrong)


def test_who_acts_for_the_head_signs_with_both_names(report: AnnualReport, office: Cast) -> None:
    """外出代行 (docs/operations.md 四之三)."""
    held = Membership.objects.get(user=office.head, body=office.body, role=Role.HEAD)
    hand_over(held, office.reviewer, timezone.localdate(), by=office.head)
    actions.send(report, by=office.clerk)
    for who in (office.legal, office.secrecy, office.reviewer):
        told = [task.acting for task in todo(who).mine if str(report) == task.title]
        assert told == [name_of(office.head) if who == office.reviewer else ""]
        actions.pass_on(report, by=who)
    names = report.route.steps.values_list("by_name", flat=True)
    both = f"{name_of(office.reviewer)}（代 {name_of(office.head)}）"
    assert [name for name in names if "代" in name] == [both]


def test_nobody_reviews_what_he_wrote_in(report: AnnualReport, office: Cast) -> None:
    grant_role(office.clerk, office.body, Role.LEGAL, by=None)
    actions.send(report, by=office.clerk)
    with pytest.raises(PermissionDenied, match="参与过"):
        actions.pass_on(report, by=office.clerk)


def test_a_later_change_sends_it_back_to_the_draft(report: AnnualReport, office: Cast) -> None:
    to_signed(report, office)
    compiling.change_cell(report.compilation, LICENCES, "4", "漏登1件", by=office.clerk)
    assert state(report) == "draft"
    with pytest.raises(Overtaken):
        actions.submit(report, by=office.clerk)
    assert report.route.steps.last().deed == "changed"


def test_what_was_handed_in_is_frozen_and_can_be_recomputed(
    report: AnnualReport, office: Cast
) -> None:
    to_signed(report, office)
    actions.submit(report, by=office.clerk)
    assert Compilation.objects.get(report=report).frozen_at is not None
    with pytest.raises(Refused, match="定稿"):
        compiling.change_cell(report.compilation, LICENCES, "4", "漏登1件", by=office.clerk)
    snapshot = Snapshot.objects.get(version=report.latest)
    assert snapshot.sha256 == route_of(report).sha256
    with snapshot.ledger.open() as stream:
        cells = compare(Ledger(io.BytesIO(stream.read())))
    assert cells and all(c.equal for c in cells)


def test_a_name_without_a_number_in_the_text_stops_the_sending(
    report: AnnualReport, office: Cast
) -> None:
    words = {"disclosure": "作出许可【行政许可决定数】件，上年【行政许可决定数·上年】件。"}
    compiling.write_text(report.compilation, words, by=office.clerk)
    settle(report, office)
    with (
        patch("gongkai.reporting.route.freeze.ledger.pack") as packed,
        pytest.raises(Refused, match="行政许可决定数·上年"),
    ):
        actions.send(report, by=office.clerk)
    assert not packed.called  # else every refusal leaves a file behind
    words = {"disclosure": "作出许可【行政许可决定数】件。"}
    compiling.write_text(report.compilation, words, by=office.clerk)
    settle(report, office)
    actions.send(report, by=office.clerk)


def test_registers_that_changed_since_the_counting_stop_the_sending(
    report: AnnualReport, office: Cast
) -> None:
    licences(office, 1, first=10)
    with pytest.raises(Refused, match="重新取数"):
        actions.send(report, by=office.clerk)
    compiling.recompute(report.compilation, by=office.clerk)
    actions.send(report, by=office.clerk)


def test_numbers_of_the_text_that_changed_since_the_counting_stop_the_sending(
    report: AnnualReport, office: Cast
) -> None:
    # Kept since last year, with nothing in it this year: 0, which is no missing number.
    HotlineCall.objects.create(body=office.body, happened_on=date(YEAR - 1, 5, 6))
    compiling.recompute(report.compilation, by=office.clerk)
    words = {"platform": "办理热线工单【热线工单数】件。"}
    compiling.write_text(report.compilation, words, by=office.clerk)
    settle(report, office)
    HotlineCall.objects.create(body=office.body, happened_on=date(YEAR, 5, 6))
    with pytest.raises(Refused, match=r"【热线工单数量?】取数时为“0”，现在为“1”.*重新取数"):
        actions.send(report, by=office.clerk)
    done = compiling.recompute(report.compilation, by=office.clerk)
    assert "办理热线工单1件" in done.version.as_report.section(1).text
    actions.send(report, by=office.clerk)


def test_a_number_that_the_text_does_not_use_does_not_stop_the_sending(
    report: AnnualReport, office: Cast
) -> None:
    words = {one.key: "按时限公开。" for one in parts() if one.section != 6}
    compiling.write_text(report.compilation, words, by=office.clerk)
    settle(report, office)
    HotlineCall.objects.create(body=office.body, happened_on=date(YEAR, 5, 6))
    actions.send(report, by=office.clerk)


def test_a_changed_report_of_last_year_is_told_and_can_be_taken_over(
    report: AnnualReport, office: Cast
) -> None:
    words = {"disclosure": "作出许可【行政许可决定数】件【行政许可决定数·比上年】。"}
    compiling.write_text(report.compilation, words, by=office.clerk)
    settle(report, office)
    former = sound_report(YEAR - 1, agency=office.body.name).with_cells({LICENCES: Cell(1, "1")})
    import_data(former, body=office.body, by=None, year=YEAR - 1)
    with pytest.raises(Refused, match=r"上年数有变化.*重新取数"):
        actions.send(report, by=office.clerk)
    assert compiling.recompute(report.compilation, by=office.clerk).created
    settle(report, office)
    actions.send(report, by=office.clerk)


def test_the_same_version_sent_again_is_held_against_the_registers_again(
    report: AnnualReport, office: Cast
) -> None:
    actions.send(report, by=office.clerk)
    kept = Snapshot.objects.get(version=report.latest)
    actions.recall(report, "再核对", by=office.clerk)
    licences(office, 1, first=10)
    with pytest.raises(Refused, match="重新取数"):
        actions.send(report, by=office.clerk)
    LicenceDecision.objects.filter(number="示许10").delete()
    actions.send(report, by=office.clerk)
    again = Snapshot.objects.get(version=report.latest)
    assert (again.pk, again.ledger.name) == (kept.pk, kept.ledger.name)


def test_sending_back_takes_the_remarks_of_every_reviewer_along(
    report: AnnualReport, office: Cast
) -> None:
    other = person("fazhi2", "孙", "法制")
    grant_role(other, office.body, Role.LEGAL, by=None)
    actions.send(report, by=office.clerk)
    actions.add_remark(report, LICENCES, "请核对。", by=other)
    actions.send_back(report, "写得太笼统。", by=office.legal)
    sent = report.route.remarks.filter(sent_at__isnull=False)
    assert sorted(r.text for r in sent) == ["写得太笼统。", "请核对。"]


def test_a_returned_report_is_sent_again_when_every_remark_is_answered(
    report: AnnualReport, office: Cast
) -> None:
    to_signed(report, office)
    actions.submit(report, by=office.clerk)
    with pytest.raises(Refused, match="没有这个位置"):
        actions.add_remark(report, "t3.nothing.total", "请核对。", by=office.inspector)
    actions.add_remark(report, LICENCES, "许可数与去年相差较大。", by=office.inspector)
    actions.add_remark(report, "s5.1", "写得太笼统。", by=office.inspector)
    actions.send_back(report, by=office.inspector)
    assert state(report) == "returned"
    assert Compilation.objects.get(report=report).frozen_at is None
    with pytest.raises(Refused, match="2条退回意见"):
        actions.send(report, by=office.clerk)
    compiling.change_cell(report.compilation, LICENCES, "4", "漏登1件", by=office.clerk)
    settle(report, office)
    for remark in report.route.remarks.all():
        with pytest.raises(PermissionDenied):
            actions.answer_remark(remark, "已改。", by=office.inspector)
        actions.answer_remark(remark, "已核实并改正。", by=office.clerk)
    to_accepted(report, office)
    assert state(report) == "accepted"


def test_a_remark_is_seen_only_when_the_report_came_back(
    report: AnnualReport, office: Cast
) -> None:
    from gongkai.reporting.route.queries import remarks_seen

    actions.send(report, by=office.clerk)
    remark = actions.add_remark(report, LICENCES, "请核对。", by=office.legal)
    assert not remarks_seen(report.route, office.clerk).exists()
    assert remarks_seen(report.route, office.legal).get() == remark
    actions.drop_remark(remark, by=office.legal)
    with pytest.raises(Refused, match="意见"):
        actions.send_back(report, by=office.legal)


def test_each_section_confirms_its_own_numbers(report: AnnualReport, office: Cast) -> None:
    one = Section.objects.create(body=office.body, name="审批科")
    two = Section.objects.create(body=office.body, name="执法科")
    handler = person("chengban", "郑", "承办")
    grant_role(handler, office.body, Role.HANDLER, section=one, by=None)
    actions.set_duties(office.body, {one: ["licensing"], two: ["penalty"]}, by=office.head)
    actions.send(report, by=office.clerk)
    assert state(report) == "confirm"
    with pytest.raises(PermissionDenied):
        actions.confirm(report, [two], by=handler)
    actions.confirm(report, [one], by=handler)
    with pytest.raises(PermissionDenied):
        actions.confirm(report, [one], by=office.reviewer)
    actions.confirm(report, [two], by=office.reviewer)
    assert state(report) == "legal"


def test_what_was_seen_must_be_what_is_passed(report: AnnualReport, office: Cast) -> None:
    actions.send(report, by=office.clerk)
    with pytest.raises(Overtaken):
        actions.pass_on(report, by=office.legal, sha256="0" * 64)
    with pytest.raises(Overtaken):
        actions.pass_on(report, by=office.legal, state="secrecy")


def test_a_compiled_report_is_public_only_after_it_was_accepted(
    report: AnnualReport, office: Cast
) -> None:
    with pytest.raises(Refused, match="送审"):
        publish_report(report.latest, by=office.head)
    to_signed(report, office)
    with pytest.raises(Refused, match="待报送"):
        publish_report(report.latest, by=office.head)


def test_a_correction_after_publication_goes_the_way_again_and_is_an_erratum(
    client: Client, report: AnnualReport, office: Cast
) -> None:
    to_accepted(report, office)
    publish_report(report.latest, by=office.head)
    actions.reopen(report, "许可数漏登1件", by=office.head)
    compiling.change_cell(report.compilation, LICENCES, "4", "漏登1件", by=office.clerk)
    settle(report, office)
    first = timezone.localdate() - timedelta(days=100)
    AnnualReport.objects.filter(pk=report.pk).update(submitted_on=first)
    report.refresh_from_db()
    client.force_login(office.clerk)
    shown = client.get(reverse("desk-route", args=[report.pk])).content.decode()
    public, newest = report.published.number, report.latest.number
    assert f"第{newest}版，正在更正；现在公开的是第{public}版" in shown and "流转的是" not in shown
    assert report.published.number < report.latest.number
    to_accepted(report, office)
    done = publish_report(report.latest, by=office.head, note="行政许可漏登1件")
    assert [d["address"] for d in done.differences] == [LICENCES, "s1"]
    # The correction is handed in anew; the report itself was handed in when it was.
    assert AnnualReport.objects.get(pk=report.pk).submitted_on == first


def test_the_clerk_takes_it_back_before_it_is_accepted(report: AnnualReport, office: Cast) -> None:
    to_signed(report, office)
    actions.submit(report, by=office.clerk)
    actions.recall(report, "发现漏登", by=office.clerk)
    assert state(report) == "draft"
    assert Compilation.objects.get(report=report).frozen_at is None


def test_archiving_a_public_report_has_no_legal_day(report: AnnualReport, office: Cast) -> None:
    to_accepted(report, office)
    publish_report(report.latest, by=office.head)
    late = date(YEAR + 1, 5, 1)
    (task,) = (t for t in todo(office.clerk, late).mine if t.deed == "归档")
    assert task.due_on is None and task.is_public
