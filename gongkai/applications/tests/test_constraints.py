"""The database refuses by itself what the law excludes: raw SQL tries."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse

from gongkai.applications.actions.papers import altered, not_as_sent
from gongkai.applications.models import Letter, RequestItem
from gongkai.applications.tests.cast import Cast, an_application
from gongkai.applications.tests.paper_way import a_letter, sent
from gongkai.base.audit_cli import commands
from gongkai.base.sealed import seal
from gongkai.law.taxonomy import decisions

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


@pytest.mark.parametrize(
    ("decision", "letter"),
    [("granted", "L22"), ("deny_security", "L14"), ("unable_unclear", "L34")],
)
def test_a_decision_is_told_by_a_letter_of_its_own(cast: Cast, decision: str, letter: str) -> None:
    one, _ = two_items(cast)
    change = "UPDATE applications_requestitem SET decision = %s, letter = %s WHERE id = %s"
    with pytest.raises(DatabaseError):
        raw(change, decision, letter, one.pk)
    for right in decisions()[decision].letters:
        raw(change, decision, right, one.pk)
    with pytest.raises(DatabaseError):
        raw("UPDATE applications_requestitem SET letter = %s WHERE id = %s", letter, one.pk)


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


def test_a_sent_letter_never_changes(cast: Cast) -> None:
    letter = a_sent_letter(cast)
    for column in ("number", "frozen_sha256", "code", "seal_number"):
        with pytest.raises(DatabaseError):
            raw(f'UPDATE applications_letter SET "{column}" = %s WHERE id = %s', "L07", letter.pk)
    with pytest.raises(DatabaseError):
        raw("UPDATE applications_letter SET docx_id = NULL WHERE id = %s", letter.pk)
    with pytest.raises(DatabaseError):
        raw("UPDATE applications_letter SET template_id = NULL WHERE id = %s", letter.pk)
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


def test_the_case_page_and_the_audit_name_a_letter_that_is_not_as_it_was_sent(
    cast: Cast, client: Client
) -> None:
    letter = a_sent_letter(cast)
    address = reverse("desk-case", args=[letter.application_id])
    client.force_login(cast.clerk)
    assert list(not_as_sent()) == []
    assert "内容与送出时不一致" not in client.get(address).content.decode()
    Letter.objects.filter(pk=letter.pk).update(values={"days": 20})
    assert "内容与送出时不一致" in client.get(address).content.decode()
    (said,) = not_as_sent()
    assert letter.number in said and "内容要素" in said
    told = CliRunner().invoke(commands.commands["verify"], [])
    assert told.exit_code == 1
    assert "内容要素与送出时不一致" in told.output


def test_a_kept_file_exchanged_on_disk_is_told(cast: Cast) -> None:
    letter = a_sent_letter(cast)
    assert letter.pdf is not None
    (Path(settings.MEDIA_ROOT) / letter.pdf.path).write_bytes(seal(b"%PDF-1.7 another"))
    (said,) = not_as_sent()
    assert "存档文件与送出时不一致" in said
