"""Notes, the telephone log, the section's search and opinion: who may write what, who reads it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from gongkai.applications import clock
from gongkai.applications.actions import handling
from gongkai.applications.models import Application, CaseNote
from gongkai.applications.tests.cast import Cast, an_application
from gongkai.base.models import AuditEntry
from gongkai.base.refusal import Refused

MONDAY, FRIDAY = date(2026, 3, 2), date(2026, 3, 6)


@pytest.fixture
def case(cast: Cast) -> Application:
    case = an_application(cast.body, on=MONDAY).case
    case = handling.register(
        case, applicant_kind="natural", subject=case.subject, items=["名单"], by=cast.clerk
    )
    return handling.assign(case, [cast.section], by=cast.clerk)


def test_a_call_is_logged_with_its_result_and_stored_encrypted(
    cast: Cast, case: Application
) -> None:
    handling.add_note(
        case, "向周申请解释政策", kind=CaseNote.Kind.CALL, result="表示理解", by=cast.clerk
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT text FROM applications_casenote")
        assert "周申请" not in repr(cursor.fetchall())
    assert "周申请" not in repr(list(AuditEntry.objects.values("old", "new", "action")))
    assert case.notes.get().text == "向周申请解释政策"


def test_a_note_stands_in_nobody_s_way(cast: Cast, case: Application) -> None:
    handling.add_note(case, "第一条", by=cast.clerk, seen=0)
    handling.add_note(case, "第二条", by=cast.head, seen=0)
    assert case.notes.count() == 2


def test_a_call_of_tomorrow_is_refused(cast: Cast, case: Application) -> None:
    with pytest.raises(Refused, match="不能晚于现在"):
        handling.add_note(case, "x", happened_at=timezone.now() + timedelta(days=1), by=cast.clerk)


def test_the_inspector_and_the_stranger_write_nothing(cast: Cast, case: Application) -> None:
    for other in (cast.inspector, cast.stranger):
        with pytest.raises(PermissionDenied):
            handling.add_note(case, "x", by=other)


def test_a_note_is_written_on_the_page_itself(cast: Cast, case: Application) -> None:
    client = Client()
    client.force_login(cast.clerk)
    answer = client.post(
        reverse("desk-case-deed", args=[case.pk, "note"]), {"text": "材料在二楼", "seen": "0"}
    )
    assert answer.status_code == 302 and answer["Location"].endswith("#notes")
    page = client.get(reverse("desk-case", args=[case.pk])).content.decode()
    assert "材料在二楼" in page


def test_a_handler_speaks_for_his_own_section_only(cast: Cast, case: Application) -> None:
    handling.assign(case, [cast.other_section], by=cast.clerk)
    handling.give_opinion(case, cast.section, "可以公开", by=cast.handler)
    with pytest.raises(Refused, match="本科室"):
        handling.give_opinion(case, cast.other_section, "可以公开", by=cast.handler)
    handling.give_opinion(case, cast.other_section, "代填", by=cast.clerk)


def test_an_opinion_that_is_changed_keeps_the_former_in_the_trail(
    cast: Cast, case: Application
) -> None:
    handling.give_opinion(case, cast.section, "不予公开", by=cast.handler)
    handling.give_opinion(case, cast.section, "可以公开", by=cast.handler)
    entry = AuditEntry.objects.filter(action="提出承办意见").latest("pk")
    assert entry.old == {"意见": "不予公开"}
    assert case.assignments.get(section=cast.section).opinion == "可以公开"


def test_a_search_before_the_receipt_or_after_today_is_refused(
    cast: Cast, case: Application
) -> None:
    facts = {
        "section": cast.section,
        "place": "档案室",
        "words": "接种 门诊",
        "searcher": "陈承办",
        "result": "2020年至2025年目录中没有",
        "found": False,
    }
    for day in (date(2026, 2, 27), clock.today() + timedelta(days=1)):
        with pytest.raises(Refused, match="检索日期"):
            handling.record_search(case, searched_on=day, by=cast.handler, **facts)
    handling.record_search(case, searched_on=FRIDAY, by=cast.handler, **facts)
    assert case.searches.get().searcher == "陈承办"


def test_a_case_handed_over_is_no_longer_seen_by_a_silent_section(
    cast: Cast, case: Application
) -> None:
    case = handling.hand_over(case, cast.other_section, "不是本科室职责", by=cast.clerk)
    assert case.section == cast.other_section
    client = Client()
    client.force_login(cast.handler)
    assert client.get(reverse("desk-case", args=[case.pk])).status_code == 404


def test_nothing_is_assigned_before_it_is_registered_or_to_another_body(cast: Cast) -> None:
    case = an_application(cast.body, on=MONDAY).case
    with pytest.raises(Refused, match="先登记"):
        handling.assign(case, [cast.section], by=cast.clerk)
    with pytest.raises(Refused, match="选择承办科室"):
        handling.assign(case, [], by=cast.clerk)
