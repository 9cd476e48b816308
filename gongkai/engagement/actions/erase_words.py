"""Scheduled erasure of what citizens said in surveys, to hotlines and in complaints.

What was counted stays: days, numbers, categories, choices, results (个人信息保护法 Art 47).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import F, Q, QuerySet, TextField
from django.db.models.functions import Cast
from django.utils import timezone

from gongkai.base import audit
from gongkai.bodies.ledger.book import book_of
from gongkai.bodies.models import Body
from gongkai.engagement import clock
from gongkai.engagement.actions.core import By
from gongkai.engagement.models import Complaint, EngagementSettings, HotlineCall, Survey
from gongkai.law.remedies import add_months

#: The registers with sealed words → lines that are settled without a day of reply, by their own.
_SETTLED: dict[type[HotlineCall] | type[Complaint], Q] = {
    HotlineCall: Q(number=""),  # calls of a day that were only counted
    Complaint: ~Q(result=""),
}


def _terms(day: date) -> Iterator[tuple[Body, date]]:
    """Every body with the last day whose term is over on ``day``."""
    years = dict(EngagementSettings.objects.values_list("body", "personal_data_years"))
    usual = EngagementSettings._meta.get_field("personal_data_years").get_default()
    said = Q(pk__in=Survey.objects.values("body"))
    for model in _SETTLED:
        said |= Q(pk__in=model._default_manager.values("body"))
    for body in Body.objects.filter(said).order_by("slug"):
        yield body, add_months(day, -12 * years.get(body.pk, usual))


def due_surveys(*, on: date | None = None) -> list[Survey]:
    """Surveys whose term is over: from the results, else from the day they closed."""
    found: list[Survey] = []
    for body, last in _terms(on or clock.today()):
        closed = body.surveys.filter(closes_on__lte=last, words_erased_at=None)
        ended = Q(results_at=None) | Q(results_at__date__lte=last)
        found += closed.exclude(published_at=None).filter(ended).order_by("pk")
    return found


def erase_survey(survey: Survey, *, by: By = None) -> bool:
    """Erase the free words of every answer; False when it was done already. Choices stay."""
    with transaction.atomic():
        rows = Survey.objects.select_for_update(of=("self",), no_key=True).select_related("body")
        survey = rows.get(pk=survey.pk)
        if survey.words_erased_at is not None:
            return False
        survey.words_erased_at = timezone.now()
        survey.version += 1
        survey.save(update_fields=["words_erased_at", "version"])
        number = survey.answers.update(words={})
        audit.record(
            "清除征集到的文字意见", survey, by=by, scope=survey.body.slug, new={"答卷": number}
        )
        return True


def due_lines(*, on: date | None = None) -> Iterator[tuple[Body, QuerySet[Any]]]:
    """Lines of hotlines and complaints with sealed words whose term is over, by body and register.

    From the day of the reply; of what needs none from its own day, of what was struck off from
    then. What is still open is kept: somebody has to answer it first.
    """
    for body, last in _terms(on or clock.today()):
        for model, settled in _SETTLED.items():
            over = (
                Q(replied_on__lte=last)
                | (settled & Q(replied_on=None, happened_on__lte=last))
                | Q(struck_at__date__lte=last)
            )
            rows = model._default_manager.filter(over, body=body)
            # What is sealed can be compared with nothing: as text it is empty or it is not.
            rows = rows.alias(
                asked=Cast(F("summary"), TextField()), told=Cast(F("reply"), TextField())
            ).exclude(asked="", told="")
            yield body, rows


def erase_lines(body: Body, rows: QuerySet[Any], *, by: By = None) -> int:
    """Erase the sealed words of these lines of ``due_lines``; how many there were."""
    one = book_of(rows.model)
    with transaction.atomic():
        number = rows.update(
            summary="", reply="", words_erased_at=timezone.now(), version=F("version") + 1
        )
        if number:
            audit.record(
                f"清除{one.title}的加密内容", body, by=by, scope=body.slug, new={"条数": number}
            )
    return number
