"""The database refuses by itself what the law excludes: raw SQL tries."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from gongkai.applications.actions.papers import altered
from gongkai.applications.models import Letter, RequestItem
from gongkai.applications.tests.cast import Cast, an_application
from gongkai.applications.tests.paper_way import a_letter, sent

RECEIVED = date(2026, 3, 2)


def raw(statement: str, *values: Any) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)


def two_items(cast: Cast) -> tuple[RequestItem, RequestItem]:
    case = an_application(cast.body, on=RECEIVED, items=("名单", "电话")).case
    one, other = case.items.order_by("order")
    return one, other


def decide(item: RequestItem, decision: str) -> None:
    raw("UPDATE applications_requestitem SET decision = %s WHERE id = %s", decision, item.pk)


@pytest.mark.parametrize("whole", ["other_uncorrected", "other_unpaid"])
def test_a_decision_over_the_whole_application_stands_alone(cast: Cast, whole: str) -> None:
    one, other = two_items(cast)
    decide(one, "granted")
    with pytest.raises(DatabaseError):
        decide(other, whole)
    decide(one, whole)
    decide(other, whole)
    with pytest.raises(DatabaseError):
        decide(one, "granted")


def test_an_item_beside_a_whole_decision_cannot_be_inserted(cast: Cast) -> None:
    one, other = two_items(cast)
    decide(one, "other_unpaid")
    decide(other, "other_unpaid")
    with pytest.raises(DatabaseError), transaction.atomic():
        RequestItem.objects.create(
            application=one.application, order=3, text="x", decision="granted"
        )
    assert one.application.items.count() == 2


def test_a_partial_release_without_grounds_cannot_be_saved(cast: Cast) -> None:
    one, _ = two_items(cast)
    with pytest.raises(DatabaseError):
        decide(one, "partial")
    for nothing in ([], "第2页", None):
        with pytest.raises(DatabaseError):
            raw(
                "UPDATE applications_requestitem SET decision = 'partial', particulars = %s "
                "WHERE id = %s",
                json.dumps({"withheld": nothing}),
                one.pk,
            )
    raw(
        "UPDATE applications_requestitem SET decision = 'partial', particulars = %s WHERE id = %s",
        json.dumps({"withheld": [{"内容": "手机号码"}]}),
        one.pk,
    )
    one.refresh_from_db()
    assert one.decision == "partial"


def test_discretion_needs_its_reason(cast: Cast) -> None:
    one, _ = two_items(cast)
    with pytest.raises(DatabaseError):
        decide(one, "deny_process_info")
    one.refresh_from_db()
    assert one.decision == ""


def a_sent_letter(cast: Cast) -> Letter:
    case = an_application(cast.body, on=RECEIVED).case
    return sent(a_letter(case, "L06", cast, days=5), cast, on=date(2026, 3, 12), way="online")


@pytest.mark.parametrize("column", ["number", "frozen_sha256", "code", "seal_number"])
def test_a_sent_letter_never_changes(cast: Cast, column: str) -> None:
    letter = a_sent_letter(cast)
    with pytest.raises(DatabaseError):
        raw(f'UPDATE applications_letter SET "{column}" = %s WHERE id = %s', "L07", letter.pk)
    with pytest.raises(DatabaseError):
        raw("UPDATE applications_letter SET docx_id = NULL WHERE id = %s", letter.pk)
    raw("UPDATE applications_letter SET tracking = %s WHERE id = %s", "E9", letter.pk)
    assert Letter.objects.get(pk=letter.pk).tracking == "E9"


def test_values_changed_behind_the_program_are_told(cast: Cast) -> None:
    letter = Letter.objects.get(pk=a_sent_letter(cast).pk)
    assert not altered(letter)
    Letter.objects.filter(pk=letter.pk).update(values={"days": 20})
    letter.refresh_from_db()
    assert altered(letter)


def test_a_draft_can_still_change(cast: Cast) -> None:
    letter = a_letter(an_application(cast.body, on=RECEIVED).case, "L06", cast, days=5)
    Letter.objects.filter(pk=letter.pk).update(values={"days": 6})
    letter.refresh_from_db()
    assert letter.values == {"days": 6}
