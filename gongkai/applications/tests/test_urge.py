"""催办: who supervises sees which bodies are late and urges them; they see that they were."""

from __future__ import annotations

from datetime import date

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from gongkai.applications import clock
from gongkai.applications.actions.urge import urge
from gongkai.applications.desk.todo import case_todo
from gongkai.applications.models import Reminder
from gongkai.applications.tests.cast import APPLICANT, Cast, an_application
from gongkai.applications.tests.first_page import panel
from gongkai.base.models import AuditEntry
from gongkai.base.refusal import Refused
from gongkai.bodies.models import Body


def test_who_supervises_sees_what_is_late_and_urges_the_body(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks
) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr(clock, "today", lambda: date(2026, 9, 21))
    case = an_application(cast.body, on=date(2026, 6, 1)).case
    an_application(cast.body, on=date(2026, 9, 18))
    (behind,) = case_todo(cast.inspector).supervised
    assert (behind.body, behind.count, behind.urged) == (cast.body, 1, None)
    address = reverse("desk-cases-urge", args=[cast.body.slug])
    seen = panel(cast.inspector)
    assert address in seen and APPLICANT["name"] not in seen
    assert not case_todo(cast.head).supervised and not case_todo(cast.administrator).supervised

    for other in (cast.stranger, cast.clerk):
        with pytest.raises(PermissionDenied):
            urge(cast.body, by=other)
    cast.head.email = "fuze@example.gov.cn"
    cast.head.save()
    client = Client()
    client.force_login(cast.inspector)
    with django_capture_on_commit_callbacks(execute=True):
        client.post(address)
    with pytest.raises(Refused, match="催办过"):
        urge(cast.body, by=cast.inspector)
    with pytest.raises(Refused, match="没有逾期"):
        urge(Body.objects.get(slug="shili-edu"), by=cast.inspector)
    assert [one.application for one in Reminder.objects.filter(cause="urged")] == [case]
    entry = AuditEntry.objects.get(action="催办")
    assert (entry.by, entry.scope, entry.new) == (
        cast.inspector,
        cast.body.slug,
        {"逾期未答复": [case.number]},
    )
    assert "催办" in panel(cast.head) and case_todo(cast.head).late.cases[0].urged
    assert case_todo(cast.inspector).supervised[0].urged
    assert all(case.number in one.body and "催办" in one.subject for one in mail.outbox)
