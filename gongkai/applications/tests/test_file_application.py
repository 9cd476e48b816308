"""An application comes in: its number, its first day, its due day (条例 Arts 31, 33)."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection

from gongkai.applications.models import Application
from gongkai.applications.tests.cast import APPLICANT, Cast, an_application
from gongkai.base.refusal import Refused


def test_an_application_in_person_is_received_that_day_and_due_in_20_working_days(
    cast: Cast,
) -> None:
    case = an_application(cast.body, on=date(2026, 3, 2)).case
    assert (case.received_on, case.due_on) == (date(2026, 3, 2), date(2026, 3, 30))
    assert case.state == Application.State.RECEIVED


def test_the_first_entry_names_the_channel_once(cast: Cast) -> None:
    told = {
        channel: an_application(cast.body, on=date(2026, 3, 2), channel=channel)
        .case.events.order_by("pk")
        .first()
        .text
        for channel in ("in_person", "oral")
    }
    assert told["in_person"].partition("，")[0] == "当面提交申请"
    assert told["oral"].startswith("当面提交申请（")


def test_an_online_application_waits_until_both_sides_confirm(cast: Cast) -> None:
    case = an_application(cast.body, on=date(2026, 3, 2), channel="online").case
    assert case.received_on is None
    assert case.state == Application.State.AWAITING_CONFIRMATION


def test_the_same_form_sent_twice_is_one_application(cast: Cast) -> None:
    first = an_application(cast.body, on=date(2026, 3, 2), submission_key="k" * 32)
    second = an_application(cast.body, on=date(2026, 3, 2), submission_key="k" * 32)
    assert second.again
    assert (first.case.pk, first.code) == (second.case.pk, second.code)


def test_numbers_follow_each_other_and_a_refused_one_leaves_no_gap(cast: Cast) -> None:
    first = an_application(cast.body, on=date(2026, 3, 2)).case
    with pytest.raises(Refused):
        an_application(cast.body, on=date(2026, 3, 2), subject=" ")
    second = an_application(cast.body, on=date(2026, 3, 2)).case
    assert (first.serial, second.serial) == (1, 2)


def test_no_personal_data_is_readable_in_the_database(cast: Cast) -> None:
    an_application(cast.body, on=date(2026, 3, 2))
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f'SELECT * FROM "{table}"')
            stored = repr(cursor.fetchall())
            for secret in (APPLICANT["name"], APPLICANT["id_number"], APPLICANT["phone"]):
                assert secret not in stored, table
