"""Surveys and consultations: drafted by one, published by another, answered once, told."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from gongkai.base import audit, search
from gongkai.base.refusal import Overtaken, Refused
from gongkai.base.sealed import mark
from gongkai.bodies.models import Role
from gongkai.bodies.queries import require_role
from gongkai.documents.personal import personal_data
from gongkai.engagement import clock
from gongkai.engagement.actions.core import CHANGED, By
from gongkai.engagement.index import SURVEY, survey_entry
from gongkai.engagement.models import Survey, SurveyAnswer, SurveyPick, SurveyQuestion
from gongkai.engagement.roles import CLERKS, REVIEWERS
from gongkai.engagement.surveys import Standing, count, options, standing
from gongkai.law.calendar import FIRST_YEAR, LAST_YEAR
from gongkai.law.remedies import add_months

Kind = SurveyQuestion.Kind


@dataclass(frozen=True, slots=True)
class Asked:
    """One question as it is drafted."""

    kind: str
    label: str
    choices: list[str] = field(default_factory=list)
    required: bool = True


@contextmanager
def on_survey(
    survey: Survey, *, by: By, roles: tuple[Role, ...], seen: int | None = None
) -> Iterator[Survey]:
    """Lock the survey for one deed and save it afterwards; nothing is kept when it is refused."""
    require_role(by, survey.body, *roles)
    with transaction.atomic():
        survey = (
            Survey.objects.select_for_update(of=("self",), no_key=True)
            .select_related("body")
            .get(pk=survey.pk)
        )
        if seen is not None and seen != survey.version:
            raise Overtaken(CHANGED)
        yield survey
        survey.version += 1
        survey.save()


def note(
    survey: Survey, action: str, *, by: By, old: dict[str, Any] | None = None, **new: Any
) -> None:
    """Write the deed into the audit trail of the survey's body."""
    audit.record(action, survey, by=by, scope=survey.body.slug, old=old, new=new or None)


def save_survey(
    survey: Survey, questions: list[Asked], *, by: By, seen: int | None = None
) -> Survey:
    """Keep the draft with its questions; the one who changed it last has drafted it."""
    require_role(by, survey.body, *CLERKS)
    _fit(survey, questions)
    with transaction.atomic():
        if survey.pk:
            held = Survey.objects.select_for_update(of=("self",), no_key=True).get(pk=survey.pk)
            if seen is not None and seen != held.version:
                raise Overtaken(CHANGED)
            if held.published_at:
                raise Refused("已经发布，不能再修改。需要更正的，请撤下后重新起草。")
            survey.version = held.version + 1
        survey.drafted_by = by  # type: ignore[assignment]
        survey.save()
        survey.questions.all().delete()
        SurveyQuestion.objects.bulk_create(
            SurveyQuestion(
                survey=survey,
                order=order,
                kind=one.kind,
                label=one.label,
                choices=one.choices,
                required=one.required,
            )
            for order, one in enumerate(questions)
        )
        note(survey, "起草征集调查", by=by, 题目数=len(questions))
        return survey


def _fit(survey: Survey, questions: list[Asked]) -> None:
    """Refused when the days or the questions cannot stand."""
    if survey.closes_on < survey.opens_on:
        raise Refused("截止日期早于开始日期，请改正。")
    if survey.closes_on > add_months(survey.opens_on, 12):
        raise Refused("征集的期限最长一年，请核对截止日期。")
    if survey.opens_on.year < FIRST_YEAR or survey.closes_on.year >= LAST_YEAR:
        raise Refused(f"请填写{FIRST_YEAR}年至{LAST_YEAR - 1}年之间的日期。")
    if not questions:
        raise Refused("请至少写一道题。意见征集可以只有一道填写题，例如“您对征求意见稿的意见”。")
    for one in questions:
        if one.kind in (Kind.SINGLE, Kind.MULTIPLE) and len(one.choices) < 2:
            raise Refused(f"“{one.label}”是选择题，请至少写两个选项。")
        if len(set(one.choices)) != len(one.choices):
            raise Refused(f"“{one.label}”有相同的选项，请改正。")
    if survey.kind == Survey.Kind.CONSULTATION and not survey.short_reason.strip():
        shortest = clock.rules_for(survey.body).find("survey.shortest_days", on=survey.opens_on)
        if shortest and (survey.closes_on - survey.opens_on).days + 1 < int(shortest.value):
            raise Refused(
                f"公开征求意见一般不少于{shortest.value}{shortest.unit}（{shortest.article}）。"
                "期限较短的，请写明原因，公开时一并说明。"
            )


def publish_survey(survey: Survey, *, by: By, seen: int | None = None) -> Survey:
    """A second person has read it: the public sees it, and answers from the first day."""
    with on_survey(survey, by=by, roles=REVIEWERS, seen=seen) as survey:
        if survey.published_at:
            raise Refused("已经发布。")
        if by is not None and survey.drafted_by_id == by.pk:
            raise Refused("征集调查由两人完成：这份是您起草的，请由另一位审核发布。")
        if survey.closes_on < clock.today():
            raise Refused("截止日期已经过去，请先修改日期。")
        survey.published_at, survey.published_by = timezone.now(), by  # type: ignore[assignment]
        note(survey, "发布征集调查", by=by)
        search.put(survey_entry(survey))
    return survey


def withdraw_survey(survey: Survey, reason: str, *, by: By, seen: int | None = None) -> Survey:
    """Take it down; the answers stay with the office."""
    with on_survey(survey, by=by, roles=REVIEWERS, seen=seen) as survey:
        if survey.published_at is None or survey.withdrawn_at:
            raise Refused("没有发布，不用撤下。")
        if not reason.strip():
            raise Refused("请写明撤下的原因。")
        survey.withdrawn_at, survey.withdrawn_reason = timezone.now(), reason.strip()[:200]
        note(survey, "撤下征集调查", by=by, 原因=survey.withdrawn_reason)
        search.forget(SURVEY, survey.pk)
    return survey


def answer_survey(survey: Survey, browser: str, said: dict[int, Any]) -> bool:
    """Keep what one browser answered; False when it had answered before.

    ``said``: question → places chosen, or words. Refused outside the days, or when an answer
    is missing or was not offered.
    """
    survey = Survey.objects.select_related("body").get(pk=survey.pk)
    now = clock.today()
    if standing(survey, now) is not Standing.RUNNING:
        raise Refused("现在不在征集期限内，没有提交。")
    picks: dict[int, list[int | None]] = {}
    words: dict[str, str] = {}
    for one in survey.questions.all():
        given = said.get(one.pk)
        if not given:
            if one.required:
                raise Refused(f"请回答“{one.label}”。")
        elif one.kind == Kind.TEXT:
            words[str(one.pk)] = str(given)
            picks[one.pk] = [None]
        else:
            places = sorted(set(given))
            several = one.kind == Kind.MULTIPLE
            if not set(places) <= set(range(len(options(one)))) or (
                len(places) > 1 and not several
            ):
                raise Refused(f"“{one.label}”的选项不对，请重新选择。")
            picks[one.pk] = [*places]
    try:
        with transaction.atomic():
            answer = SurveyAnswer.objects.create(
                survey=survey,
                browser=mark("survey", f"{survey.pk}|{browser}"),
                answered_on=now,
                words=words,
            )
            SurveyPick.objects.bulk_create(
                SurveyPick(answer=answer, question_id=question, place=place)
                for question, places in picks.items()
                for place in places
            )
    except IntegrityError:
        return False
    return True


def has_answered(survey: Survey, browser: str) -> bool:
    """Whether this browser has answered."""
    key = mark("survey", f"{survey.pk}|{browser}")
    return bool(browser) and survey.answers.filter(browser=key).exists()


def read_words(
    survey: Survey, question: SurveyQuestion, start: int, stop: int, *, by: By
) -> list[str]:
    """What was written to a text question, from ``start`` to before ``stop``.

    It may be personal, so reading is noted.
    """
    require_role(by, survey.body, *CLERKS, *REVIEWERS)
    with transaction.atomic():
        rows = SurveyAnswer.objects.filter(chosen__question=question, survey=survey).order_by("pk")
        found = [(one.words or {}).get(str(question.pk), "") for one in rows[start:stop]]
        note(survey, "查看征集到的文字意见", by=by, 题目=question.label, 从第=start + 1)
    return found


def draft_outcome(survey: Survey, outcome: str, *, by: By, seen: int | None = None) -> Survey:
    """What came of it: which views were taken up, which not and why."""
    with on_survey(survey, by=by, roles=CLERKS, seen=seen) as survey:
        now = standing(survey, clock.today())
        if now is not Standing.OVER:
            raise Refused(
                "结果已经公布，有差错的请办理更正。"
                if now is Standing.RESULTS
                else "截止以后才能整理结果。"
            )
        if not outcome.strip():
            raise Refused("请写明征集到的意见和采纳情况，没有采纳的说明理由。")
        if found := {one.kind for one in personal_data(outcome)}:
            raise Refused(f"文字中还有个人信息：{'、'.join(sorted(found))}。请删去后再提交。")
        survey.outcome, survey.outcome_by = outcome.strip(), by  # type: ignore[assignment]
        note(survey, "整理征集结果", by=by)
    return survey


def publish_outcome(survey: Survey, *, by: By, seen: int | None = None) -> Survey:
    """A second person lets the outcome out; the answers are counted once more and kept."""
    with on_survey(survey, by=by, roles=REVIEWERS, seen=seen) as survey:
        if standing(survey, clock.today()) is not Standing.OVER or not survey.outcome:
            raise Refused("没有等待公布的结果。")
        if by is not None and survey.outcome_by_id == by.pk:
            raise Refused("结果由两人完成：这份结果是您整理的，请由另一位审核公布。")
        survey.results = count(survey)
        survey.results_at, survey.results_by = timezone.now(), by  # type: ignore[assignment]
        note(survey, "公布征集结果", by=by, 参加人次=survey.results["people"])
        search.put(survey_entry(survey))
    return survey
