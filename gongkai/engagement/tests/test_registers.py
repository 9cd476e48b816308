"""Hotline, complaints, counselling, proposals, press conferences, opinion response."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from gongkai.base.models import AuditEntry
from gongkai.base.refusal import Refused
from gongkai.bodies.actions import grant_role
from gongkai.bodies.ledger import actions, queries
from gongkai.bodies.ledger.book import book
from gongkai.bodies.models import Role
from gongkai.bodies.tests.cast import person
from gongkai.engagement.actions.erase_words import due_lines
from gongkai.engagement.actions.mailboxes import save_limits
from gongkai.engagement.books import late_opinions, unsigned
from gongkai.engagement.models import HotlineCall, OpinionCase, PressConference, Proposal
from gongkai.engagement.tests.cast import Cast
from gongkai.law.calendar import national
from gongkai.law.parameters import rule

DAY = date(2026, 3, 2)
HEAD = "来电日期,热线,工单编号,类别,数量,内容摘要,签收日期,答复日期,答复摘要,满意度,科室,备注"


def enter(cast: Cast, slug: str, **values: Any) -> Any:
    values.setdefault("happened_on", DAY)
    line = actions.enter(book(slug), cast.body, values, by=cast.clerk)
    line.refresh_from_db()
    return line


def a_proposal(cast: Cast, **more: Any) -> Proposal:
    facts = {
        "kind": "congress",
        "number": "12",
        "meeting": "十五届人大五次会议",
        "title": "关于增加社区门诊周末服务的建议",
    }
    return enter(cast, "proposals", **(facts | more))


def test_a_daily_sheet_is_taken_in_and_counted_by_category(cast: Cast, client: Client) -> None:
    client.force_login(cast.clerk)
    rows = [
        "2026-03-02,12345热线,,政策咨询,120,,,,,未评价,,",
        "2026-03-02,12345热线,,物价上涨,5,,,,,未评价,,",
        "2026-03-03,12345热线,GD001,医疗服务,1,门诊排队,2026-03-03,2026-03-05,已增设窗口,满意,,",
    ]
    sheet = "\n".join([HEAD, *rows]).encode("utf-8-sig")
    sent = client.post(
        reverse("desk-ledger-import", args=["hotline"]),
        {"file": SimpleUploadedFile("日报.csv", sheet)},
    )
    assert sent.status_code == 302
    client.post(sent["Location"], {"deed": "take-in"})
    assert HotlineCall.objects.count() == 3
    counted = queries.by_category(HotlineCall.objects.all(), book("hotline"))
    assert {label: row["quantity"] for label, row in counted}["政策咨询"] == 120


def test_a_spoiled_sheet_changes_nothing(cast: Cast, client: Client) -> None:
    client.force_login(cast.clerk)
    rows = [
        "2026-03-02,12345热线,,政策咨询,120,,,,,未评价,,",
        "2026-03-02,12345热线,,没有的类,1,,,,,,,",
    ]
    client.post(
        reverse("desk-ledger-import", args=["hotline"]),
        {"file": SimpleUploadedFile("日报.csv", "\n".join([HEAD, *rows]).encode())},
    )
    assert not HotlineCall.objects.exists()


def test_what_a_caller_said_is_sealed_and_not_in_the_trail(cast: Cast) -> None:
    call = enter(cast, "hotline", category="help", number="GD1", summary="李某家中断药")
    assert call.summary == "李某家中断药"
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT * FROM "{HotlineCall._meta.db_table}"')
        assert "李某" not in str(cursor.fetchall())
    assert "李某" not in str(list(AuditEntry.objects.values_list("new", "object_label")))


def test_a_ticket_has_its_day_and_the_bodys_own_limit_moves_it(cast: Cast) -> None:
    usual = rule("hotline.reply_days", on=DAY).value
    assert enter(cast, "hotline", category="help", number="GD1").reply_due_on == national().add(
        DAY, usual
    )
    assert enter(cast, "hotline", category="help", quantity=9).reply_due_on is None
    local = {"hotline.reply_days": {"value": 2, "source": "示例县热线办法"}}
    save_limits(cast.body, local, by=cast.head)
    assert enter(cast, "hotline", category="help", number="GD2").reply_due_on == national().add(
        DAY, 2
    )


@pytest.mark.parametrize(
    ("slug", "values"),
    [
        ("counselling", {"category": "sleep", "note": "王女士 13800000000"}),
        ("counselling-volunteers", {"code": "13800000000"}),
        ("hotline", {"category": "help", "note": "请回电13800000000"}),
    ],
)
def test_open_fields_hold_nothing_personal(cast: Cast, slug: str, values: dict[str, Any]) -> None:
    with pytest.raises(Refused, match="个人信息"):
        enter(cast, slug, **values)


def test_no_calls_at_all_are_no_line_and_the_clerk_is_told_so(cast: Cast) -> None:
    for number in ("", "GD1"):
        with pytest.raises(Refused, match="至少是 1"):
            enter(cast, "hotline", category="help", quantity=0, number=number)


def test_counselling_is_counted_by_people_and_volunteers_by_code(cast: Cast) -> None:
    volunteer = enter(cast, "counselling-volunteers", code="V01")
    enter(cast, "counselling", category="sleep", quantity=7, volunteer=volunteer)
    enter(cast, "counselling", category="anxiety", quantity=5)
    one = book("counselling")
    assert queries.counts(queries.entries(one, cast.body), one)["quantity"] == 12


def test_a_complaint_is_settled_from_the_day_it_was_accepted(cast: Cast) -> None:
    days = rule("complaint.reply_days", on=DAY).value
    open_one = enter(cast, "complaints", category="fees")
    assert (open_one.reply_due_on - DAY).days == days
    accepted = enter(cast, "complaints", category="fees", accepted_on=date(2026, 3, 9))
    assert (accepted.reply_due_on - date(2026, 3, 9)).days == days


def test_a_proposal_is_due_in_months_and_a_hard_one_later(cast: Cast) -> None:
    assert a_proposal(cast).reply_due_on == date(2026, 6, 2)
    assert a_proposal(cast, number="13", is_hard=True).reply_due_on == date(2026, 9, 2)


def test_a_reply_to_a_proposal_is_public_after_a_second_person_looked(
    cast: Cast, client: Client
) -> None:
    with pytest.raises(Refused, match="不能公开答复"):
        a_proposal(cast, open_reply=True)
    one = book("proposals")
    done = a_proposal(
        cast, replied_on=date(2026, 5, 8), reply="周末门诊自六月起开诊。", open_reply=True
    )
    assert done.due_on == national().add(date(2026, 5, 8), rule("publication.days", on=DAY).value)
    for someone in (cast.clerk, cast.stranger):
        with pytest.raises(Exception):  # noqa: B017  (Refused, or no role at all)
            actions.publish(one, cast.body, [done.pk], by=someone)
    actions.publish(one, cast.body, [done.pk], by=cast.reviewer)
    page = client.get(reverse("body-ledger", args=[cast.body.slug, "proposals"]))
    assert "周末门诊自六月起开诊" in page.content.decode()


def test_the_database_keeps_a_reply_that_is_not_open_from_the_public(cast: Cast) -> None:
    line = a_proposal(cast)
    with pytest.raises(IntegrityError), transaction.atomic():
        Proposal.objects.filter(pk=line.pk).update(published_at=timezone.now())


def moment(day: date, hour: int, minute: int = 0) -> datetime:
    return timezone.make_aware(datetime(day.year, day.month, day.day, hour, minute))


def test_the_hours_of_a_press_conference_run_from_the_incident(cast: Cast) -> None:
    facts = {"topic": "事件处置情况", "speakers": "王某 副主任", "incident_at": moment(DAY, 6)}
    hours = rule("publication.public_opinion_hours", on=DAY).value["press_conference"]
    held = enter(cast, "press-conferences", held_at=moment(DAY, 20), **facts)
    assert held.hold_by == moment(DAY, 6) + timedelta(hours=hours) and held.in_time == "按时"
    late = enter(
        cast,
        "press-conferences",
        happened_on=date(2026, 3, 4),
        held_at=moment(date(2026, 3, 4), 9),
        **facts,
    )
    assert late.in_time == "超时"
    assert PressConference(topic="例行", happened_on=DAY).in_time == ""


@pytest.mark.parametrize(("level", "name"), [("grave", "authoritative"), ("other", "other")])
def test_public_opinion_is_answered_within_its_hours(cast: Cast, level: str, name: str) -> None:
    hours = rule("publication.public_opinion_hours", on=DAY).value[name]
    facts = {"source": "微博", "subject": "门诊停诊", "level": level, "found_at": moment(DAY, 8)}
    case = enter(cast, "opinions", responded_at=moment(DAY, 12), channel="官方微博", **facts)
    assert case.respond_by == moment(DAY, 8) + timedelta(hours=hours)
    assert case.in_time == "按时" and case.responded_on == DAY
    assert (case.conference_by is None) == (level == "other")


def test_what_was_not_answered_in_its_hours_stands_out(cast: Cast) -> None:
    enter(cast, "opinions", source="微博", subject="门诊停诊", found_at=moment(DAY, 8))
    told = late_opinions(cast.body, timezone.localdate())
    assert [case.subject for _, case in told] == ["门诊停诊"]
    assert OpinionCase.objects.get().in_time == "超时未回应"


def test_a_conference_that_is_only_planned_was_not_held(cast: Cast) -> None:
    """DOMAIN T19: of a grave incident the word in its hours, then the conference in its own."""
    planned = enter(cast, "press-conferences", topic="处置情况", speakers="王某 副主任")
    facts = {"source": "微博", "subject": "停诊", "level": "grave", "found_at": moment(DAY, 8)}
    case = enter(
        cast, "opinions", responded_at=moment(DAY, 9), channel="网站", conference=planned, **facts
    )
    ((sentence, told),) = late_opinions(cast.body, timezone.localdate())
    assert told == case and "发布会时限" in sentence and "超时未举行" in case.conference_in_time
    actions.change(
        book("press-conferences"), planned.pk, {"held_at": moment(DAY, 15)}, by=cast.clerk
    )
    assert late_opinions(cast.body, timezone.localdate()) == []
    assert OpinionCase.objects.get().conference_in_time == "按时"
    actions.strike(book("press-conferences"), planned.pk, "登记错了", by=cast.clerk)
    assert len(late_opinions(cast.body, timezone.localdate())) == 1
    assert "超时未举行" in OpinionCase.objects.get().conference_in_time


def test_the_conferences_of_a_list_are_read_with_it(cast: Cast, client: Client) -> None:
    client.force_login(cast.clerk)

    def asked(number: int) -> int:
        for n in range(number):
            held = enter(cast, "press-conferences", topic=f"处置{n}", speakers="王某 副主任")
            facts = {"source": "微博", "subject": f"停诊{n}", "found_at": moment(DAY, 8)}
            enter(cast, "opinions", level="grave", conference=held, **facts)
        with CaptureQueriesContext(connection) as made:
            client.get(reverse("desk-ledger", args=["opinions"]))
        return len(made)

    asked(1)
    assert asked(1) == asked(3)


def test_what_needs_no_answer_has_no_clock_and_says_why(cast: Cast) -> None:
    facts = {"source": "微博", "subject": "排队久", "level": "noted", "found_at": moment(DAY, 8)}
    with pytest.raises(Refused, match="写明研判的意见"):
        enter(cast, "opinions", **facts)
    case = enter(cast, "opinions", note="个人体验，不涉及公共事件。", **facts)
    assert case.respond_by is None and case.in_time == ""
    assert late_opinions(cast.body, timezone.localdate()) == []


def test_a_ticket_that_nobody_signed_for_stands_out(cast: Cast) -> None:
    ticket = enter(cast, "hotline", category="help", number="GD1")
    enter(cast, "hotline", category="help", number="GD2", signed_on=DAY)
    enter(cast, "hotline", category="help", quantity=30)
    assert [line for _, line in unsigned(cast.body, timezone.localdate())] == [ticket]
    assert unsigned(cast.body, DAY) == []


def test_what_citizens_said_is_not_open_to_those_who_do_not_work_on_it(
    cast: Cast, client: Client
) -> None:
    call = enter(cast, "hotline", category="help", number="GD1", summary="李某家中断药")
    address = reverse("desk-ledger-line", args=["hotline", call.pk])
    opened = reverse("desk-ledger-open", args=["hotline", call.pk])
    for role in (Role.INSPECTOR, Role.SEAL_KEEPER, Role.ARCHIVIST, Role.FINANCE, Role.LEGAL):
        other = person(role.value, "卫", "旁人")
        grant_role(other, cast.government if role == Role.INSPECTOR else cast.body, role, by=None)
        client.force_login(other)
        page = client.get(address).content.decode()
        assert "已填写" in page and "断药" not in page and "打开内容" not in page, role
        assert client.post(opened).status_code != 200, role
        for kind in ("csv", "xlsx"):
            taken = client.get(
                reverse(f"desk-ledger-{kind}", args=["hotline"]), {"body": cast.body.slug}
            )
            assert "断药".encode() not in b"".join(taken), role
    assert not AuditEntry.objects.filter(action__startswith="打开").exists()


def test_opening_what_a_citizen_said_is_a_noted_deed_and_leads_to_its_form(
    cast: Cast, client: Client
) -> None:
    call = enter(cast, "complaints", number="TS1", category="service", summary="李某投诉排队")
    client.force_login(cast.clerk)
    address = reverse("desk-ledger-line", args=["complaints", call.pk])
    assert "排队" not in client.get(address).content.decode()
    page = client.post(reverse("desk-ledger-open", args=["complaints", call.pk])).content.decode()
    assert "李某投诉排队" in page and f'action="{address}"' in page
    noted = AuditEntry.objects.get(action__startswith="打开")
    assert noted.by == cast.clerk and "排队" not in str([noted.old, noted.new, noted.object_label])
    client.force_login(cast.leader)
    page = client.post(reverse("desk-ledger-open", args=["complaints", call.pk])).content.decode()
    assert "李某投诉排队" in page and 'name="summary"' not in page
    none = enter(cast, "hotline", category="help", number="GD2")
    client.force_login(cast.clerk)
    plain = reverse("desk-ledger-line", args=["hotline", none.pk])
    assert 'name="summary"' in client.get(plain).content.decode()


def test_after_the_bodys_term_what_was_said_is_gone_and_still_counts(
    cast: Cast, client: Client
) -> None:
    save_limits(cast.body, {}, 3, by=cast.head)
    long_ago = date(2018, 5, 2)
    words = {"happened_on": long_ago, "summary": "李某家中断药", "reply": "已送药"}
    settled = {
        "answered": enter(
            cast, "hotline", **words, category="help", number="GD1", replied_on=date(2018, 5, 9)
        ),
        "counted": enter(cast, "hotline", **words, category="help", quantity=9),
        "not ours": enter(cast, "complaints", **words, category="other", result="not_ours"),
    }
    struck = enter(cast, "hotline", **words, category="help", number="GD2")
    actions.strike(book("hotline"), struck.pk, "重复", by=cast.clerk)
    kept = [
        enter(cast, "hotline", **words, category="help", number="GD3"),  # nobody has answered yet
        enter(cast, "hotline", category="help", number="GD4", summary="李某", replied_on=DAY),
        struck,
    ]

    def due(on: date) -> int:
        return sum(rows.count() for _, rows in due_lines(on=on))

    assert due(date(2021, 5, 1)) == 0 and due(date(2021, 5, 2)) == 2 and due(date(2021, 5, 9)) == 3
    call_command("erase_words", "--dry-run", verbosity=0)
    assert due(DAY) == 3
    for _ in range(2):
        call_command("erase_words", verbosity=0)
    for line in settled.values():
        line.refresh_from_db()
        assert (line.summary, line.reply) == ("", "") and line.words_erased_at
    for line in kept:
        line.refresh_from_db()
        assert "李某" in line.summary and line.words_erased_at is None
    assert AuditEntry.objects.filter(action="清除热线工单的加密内容").get().new == {"条数": 2}
    assert queries.counts(HotlineCall.objects.filter(struck_at=None), book("hotline"))["lines"] == 4
    client.force_login(cast.clerk)
    address = reverse("desk-ledger-line", args=["hotline", settled["answered"].pk])
    assert "已按保存期限清除" in client.get(address).content.decode()
