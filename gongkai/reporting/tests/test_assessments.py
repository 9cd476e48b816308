"""DOMAIN G.2 59: a yearly scheme, points taken off by what the records say, confirmed by a person.

What nothing is known of is null, neither 0 nor full marks.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from gongkai.applications.models import Application, Dispute
from gongkai.base.models import AuditEntry
from gongkai.base.refusal import Overtaken, Refused
from gongkai.bodies.actions import create_section, grant_role
from gongkai.bodies.models import Body, Role
from gongkai.bodies.tests.cast import person
from gongkai.law.parameters import statute
from gongkai.publishing.tests import cast as press
from gongkai.registers.models import AccountabilityCase, Assessment
from gongkai.reporting.assess import actions
from gongkai.reporting.assess.measures import MEASURES
from gongkai.reporting.assess.scores import Row, results_for, rows_of
from gongkai.reporting.models import AssessmentScheme, FoundProblem
from gongkai.reporting.route import actions as route
from gongkai.reporting.tests.cast import Cast
from gongkai.reporting.tests.public_cast import publish
from gongkai.reporting.tests.route_cast import office_of, to_signed

pytestmark = pytest.mark.django_db
YEAR = timezone.localdate().year - 1
MAY = date(YEAR, 5, 6)


@pytest.fixture
def scheme(people: Cast) -> AssessmentScheme:
    return actions.make_scheme(people.government, YEAR, "bodies", by=people.inspector)


def a_case(body: Body, **values: Any) -> Application:
    n = Application.objects.count() + 1
    return Application.objects.create(
        body=body,
        year=YEAR,
        serial=n,
        number=f"{YEAR}-{n}",
        code_mark=f"x{n}",
        channel="in_person",
        submitted_on=MAY,
        received_on=MAY,
        applicant_kind="natural",
        subject="示例",
        state="closed",
        closed_on=MAY,
        decision="granted",
        **values,
    )


def of(scheme: AssessmentScheme, body: Body) -> dict[str, Any]:
    (row,) = rows_of(scheme, [body.pk])
    return {one.part: one for one in row.parts}


def test_the_sample_names_parts_and_measures_that_there_are() -> None:
    for rule in statute().values["assessment.sample"]:
        for part, one in rule.value.items():
            assert part in Assessment.Part.values
            assert all(MEASURES[key].part == part for key in one["takes"])


def test_of_what_nothing_is_known_nothing_is_proposed(people: Cast, scheme: Any) -> None:
    parts = of(scheme, people.body)
    assert {one.proposal for one in parts.values()} == {None}
    assert parts["applications"].told == "未核实"
    a_case(people.body, on_time=True)
    assert of(scheme, people.body)["applications"].proposal == 6
    assert of(scheme, people.other_body)["applications"].proposal is None


def test_each_deduction_opens_the_records_it_rests_on(people: Cast, scheme: Any) -> None:
    late = a_case(people.body, on_time=False, due_on=MAY - timedelta(days=3))
    a_case(people.body, on_time=True)
    lost = Dispute.objects.create(
        body=people.body,
        kind="reconsideration",
        institution="示例市人民政府",
        accepted_on=MAY,
        ended_on=MAY,
        outcome="corrected",
    )
    actions.change_scheme(
        scheme,
        scheme.title,
        {
            "applications": "6",
            "answered_late": "2.5",
            "corrected_review": "3",
            "corrected_suit": "3",
        },
        by=people.inspector,
        seen=1,
    )
    scheme.refresh_from_db()
    part = of(scheme, people.body)["applications"]
    assert part.proposal == actions.Decimal("0.5")
    assert part.words == "逾期答复1件，扣2.5分；复议纠正1件，扣3分"
    links = [r.url for t in part.taken for r in t.records]
    assert links == [reverse("desk-case", args=[late.pk]), reverse("desk-dispute", args=[lost.pk])]
    a_case(people.body, on_time=False)
    assert of(scheme, people.body)["applications"].proposal == 0, "never below 0"


def test_a_report_is_late_incomplete_alike_or_returned(people: Cast, scheme: Any) -> None:
    report = publish(people.body, YEAR - 1)
    report.disclosed_on = date(YEAR, 2, 9)
    report.save()
    one = FoundProblem(report=report, version=report.latest, rule="C23", level="warn")
    one.message, one.fingerprint, one.finding = "与上年雷同", "x", {}
    one.save()
    taken = {t.measure.key: t for t in of(scheme, people.body)["report"].taken}
    assert {key: t.off for key, t in taken.items()} == {
        "report_late": 5,
        "report_elements": 0,
        "report_copied": 5,
        "report_returned": None,
    }, "it was never handed in here: whether it was returned nobody knows"
    one.state = FoundProblem.State.DISMISSED
    one.save()
    taken = {t.measure.key: t for t in of(scheme, people.body)["report"].taken}
    assert taken["report_copied"].off == 0


def test_only_what_the_office_above_returned_counts(people: Cast) -> None:
    """A return on the way through the body itself is its own care and costs nothing."""
    office = office_of(people)
    report = office.report
    route.send(report, by=office.clerk)
    route.send_back(report, "表述不准", by=office.legal)
    for remark in report.route.remarks.all():
        route.answer_remark(remark, "已改", by=office.clerk)
    to_signed(report, office)
    route.submit(report, by=office.clerk)
    made = actions.make_scheme(office.government, report.year + 1, "bodies", by=office.inspector)

    def returned() -> Any:
        taken = of(made, office.body)["report"].taken
        return next(t.off for t in taken if t.measure.key == "report_returned")

    assert returned() == 0
    route.send_back(report, "表格不对", by=office.inspector)
    assert returned() == 5


def test_a_leak_counts_where_the_register_is_kept(people: Cast, scheme: Any) -> None:
    kept = {"body": people.body, "unit": "监督科", "happened_on": MAY}
    AccountabilityCase.objects.create(cause="处罚决定没有按期公开", **kept)
    assert of(scheme, people.body)["secrecy"].proposal == 6
    AccountabilityCase.objects.create(cause="发布的信息泄密", **kept)
    assert of(scheme, people.body)["secrecy"].proposal == 0
    assert of(scheme, people.other_body)["secrecy"].proposal is None


def confirm(scheme: Any, people: Cast, by: Any = None, seen: int | None = None, **values: str):
    by = by or people.inspector
    return actions.confirm(scheme, people.body.pk, "applications", values, by=by, seen=seen)


def test_a_person_confirms_and_says_why_he_deviates(people: Cast, scheme: Any) -> None:
    with pytest.raises(Refused, match="没有建议分"):
        confirm(scheme, people, score="6")
    a_case(people.body, on_time=False)
    with pytest.raises(Refused, match="与建议的0分不同"):
        confirm(scheme, people, score="4")
    with pytest.raises(Refused, match="不超过200个字"):
        confirm(scheme, people, score="0", reason="长" * 201)
    for wrong in ("", "7", "-1", "1.25", "NaN", "四"):
        with pytest.raises(Refused, match="得分"):
            confirm(scheme, people, score=wrong)
    with pytest.raises(PermissionDenied):
        confirm(scheme, people, by=people.head, score="0")
    line = confirm(
        scheme, people, score="4", reason="系统停机", outcome="良好", yearly_review="yes"
    )
    assert (line.body, line.score, line.yearly_review) == (people.government, 4, "yes")
    assert line.reason == "逾期答复1件，扣6分。系统停机"
    told = AuditEntry.objects.latest("pk")
    assert (told.action, told.new["得分"]) == ("登记考核和表彰", "4")
    with pytest.raises(Overtaken):
        confirm(scheme, people, score="0")
    Assessment.objects.update(happened_on=MAY)
    # Who confirms anew stands on the page with his own day.
    again = confirm(scheme, people, score="0", seen=line.version)
    assert again.happened_on == timezone.localdate()
    told = AuditEntry.objects.latest("pk")
    assert (told.old["得分"], told.new["得分"]) == ("4.0", "0")
    with pytest.raises(Refused, match="方案不能再改"):
        actions.change_scheme(scheme, "另一个", {"other": "9"}, by=people.inspector, seen=1)


def test_who_is_renamed_or_leaves_keeps_his_score(people: Cast, scheme: Any) -> None:
    score = {"score": "8", "reason": "按方案评定"}
    actions.confirm(scheme, people.body.pk, "proactive", score, by=people.inspector)
    Body.objects.filter(pk=people.body.pk).update(name="改了名的机关", supervised_by=None)
    scheme.refresh_from_db()
    row = next(row for row in rows_of(scheme) if row.key == people.body.pk)
    assert row.name == people.body.name and of(scheme, people.body)["proactive"].score == 8
    ((told, line),) = results_for([people.body.pk])
    assert told == scheme and line.score == 8
    assert results_for([]) == results_for([people.government.pk]) == []


@pytest.mark.parametrize(
    ("points", "said"),
    [
        ({}, "至少填写一项"),
        ({"late": "5"}, "请填写它的满分"),
        ({"other": "0"}, "要大于 0"),
        ({"other": "多"}, "用数字"),
    ],
)
def test_points_that_make_no_sense_are_refused(people, scheme, points, said) -> None:
    with pytest.raises(Refused, match=said):
        actions.change_scheme(scheme, scheme.title, points, by=people.inspector, seen=1)
    with pytest.raises(Overtaken):
        actions.change_scheme(scheme, "甲", {"other": "9"}, by=people.inspector, seen=7)


def test_the_sections_of_a_body_are_assessed_by_their_own_records(people: Cast) -> None:
    first, second = (create_section(people.body, name, by=None) for name in ("甲科", "乙科"))
    a_case(people.body, on_time=False, section=first)
    scheme = actions.make_scheme(people.body, YEAR, "sections", by=people.head)
    rows = rows_of(scheme)
    assert "report" not in {part.part for part in rows[0].parts}
    scores = {row.name: next(p for p in row.parts if p.part == "applications") for row in rows}
    assert {name: one.proposal for name, one in scores.items()} == {"甲科": 0, "乙科": None}
    with pytest.raises(Refused, match="已经有了"):
        actions.make_scheme(people.body, YEAR, "sections", by=people.head)
    with pytest.raises(Refused, match="没有所属机关"):
        actions.make_scheme(people.body, YEAR, "bodies", by=people.head)
    with pytest.raises(Refused, match="还没有开始"):
        actions.make_scheme(people.body, YEAR + 2, "sections", by=people.head)
    assert second.name == rows[1].name


def test_more_bodies_ask_no_more_queries(people: Cast, scheme: Any) -> None:
    def asked() -> tuple[int, list[Row]]:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            rows = rows_of(scheme)
        return len(seen), rows

    before, rows = asked()
    for n in range(3):
        Body.objects.create(
            name=f"示例{n}局",
            short_name=f"{n}局",
            slug=f"b{n}",
            region=people.body.region,
            kind=Body.Kind.DEPARTMENT,
            supervised_by=people.government,
        )
    after, more = asked()
    assert (after, len(more)) == (before, len(rows) + 3)


def test_the_pages_of_the_assessment(client: Client, people: Cast, scheme: Any) -> None:
    late = a_case(people.body, on_time=False)
    client.force_login(people.inspector)
    one = reverse("desk-assessed", args=[scheme.pk, people.body.pk])
    text = client.get(reverse("desk-assessment", args=[scheme.pk])).content.decode()
    assert one in text and "建议 0" in text and "未核实" in text
    assert reverse("desk-case", args=[late.pk]) in client.get(one).content.decode()
    told = client.post(one, {"part": "applications", "score": "5", "reason": ""})
    assert told.status_code == 422 and "请写明理由" in told.content.decode()
    told = client.post(one, {"part": "applications", "score": "0"}, follow=True)
    assert "得分已确认" in told.content.decode() and "赵检查于" in told.content.decode()
    sheet = client.get(reverse("desk-assessment-export", args=[scheme.pk]))
    assert AuditEntry.objects.latest("pk").action == "导出考核结果"
    assert sheet.content[:2] == b"PK"
    points = reverse("desk-assessment-edit", args=[scheme.pk])
    # The inspector does not keep the register: he is told who takes a score off it.
    assert "先由本机关的经办人、审核人或者负责人在台账" in client.get(points).content.decode()
    for year in ("x", "", "0", "1", "9999"):
        wrong = {"body": "shili-gov", "year": year, "kind": "bodies"}
        assert client.post(reverse("desk-assessments"), wrong).status_code == 422
    made = {"body": "shili-gov", "year": str(YEAR + 1), "kind": "bodies"}
    told = client.post(reverse("desk-assessments"), made, follow=True)
    assert "取自泉州市鲤城区2020年" in told.content.decode()
    client.force_login(people.head)
    assert client.get(one).status_code == 404
    own = client.get(reverse("desk-assessments")).content.decode()
    assert "上级考核的结果" in own and "逾期答复1件，扣6分" in own, "the body reads its own"
    client.force_login(people.stranger)
    assert "上级考核的结果" not in client.get(reverse("desk-assessments")).content.decode()
    clerk = person("zhengfu", "冯", "政府")
    grant_role(clerk, people.government, Role.CLERK, by=None)
    client.force_login(clerk)
    text = client.get(one).content.decode()
    assert late.number in text and reverse("desk-case", args=[late.pk]) not in text


def test_what_came_out_late_and_bare_is_of_its_section() -> None:
    """The documents of a section: late by the clock, or without what they are found by."""
    cast = press.make_cast()
    day = timezone.localdate()
    late = press.published(cast, section=cast.section, formed_on=day - timedelta(days=90))
    fine = {"formed_on": day, "doc_number": "", "keywords": "接种"}
    press.published(cast, section=cast.section, **fine)
    scheme = actions.make_scheme(cast.body, day.year, "sections", by=cast.head)
    (row,) = rows_of(scheme)
    found = {t.measure.key: t.records for t in row.parts[0].taken}
    url = reverse("desk-document", args=[late.pk])
    assert {key: [r.url for r in records] for key, records in found.items()} == {
        "late": [url],
        "early": [],
        "metadata": [url],
    }
    assert row.parts[0].proposal == 4
