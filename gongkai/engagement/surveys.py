"""Where a survey stands, and its answers counted: pure reads of rows."""

from __future__ import annotations

from collections import Counter
from datetime import date
from enum import StrEnum
from typing import Any

from django.db.models import Count

from gongkai.engagement.models import Survey, SurveyPick, SurveyQuestion

Kind = SurveyQuestion.Kind
SCALE = range(1, 6)


class Standing(StrEnum):
    """Derived from the days; nobody sets it."""

    DRAFT = "起草中"
    COMING = "即将开始"
    RUNNING = "正在进行"
    OVER = "已经结束"
    RESULTS = "已公布结果"
    WITHDRAWN = "已撤下"


def standing(survey: Survey, today: date) -> Standing:
    """Where the survey stands on a day."""
    if survey.withdrawn_at:
        return Standing.WITHDRAWN
    if survey.published_at is None:
        return Standing.DRAFT
    if survey.results_at:
        return Standing.RESULTS
    if today < survey.opens_on:
        return Standing.COMING
    return Standing.RUNNING if today <= survey.closes_on else Standing.OVER


def options(question: SurveyQuestion) -> list[str]:
    """The words of what can be chosen; of a scale its scores."""
    if question.kind == Kind.SCALE:
        return [f"{n} 分" for n in SCALE]
    return list(question.choices)


def count(survey: Survey) -> dict[str, Any]:
    """All answers counted by the database: how many took part, and of each question who chose what.

    Free words are counted only: they may be personal, and are told in the outcome.
    """
    questions = list(survey.questions.all())
    picks = SurveyPick.objects.filter(question__survey=survey).order_by()
    chosen: dict[int, Counter[int]] = {q.pk: Counter() for q in questions}
    for key, place, number in picks.values_list("question", "place").annotate(n=Count("pk")):
        if place is not None:
            chosen[key][place] = number
    each = picks.values_list("question").annotate(n=Count("answer", distinct=True))
    answered = dict(each)
    return {
        "people": survey.answers.count(),
        "questions": [_counted(q, chosen[q.pk], answered.get(q.pk, 0)) for q in questions],
    }


def as_rows(results: dict[str, Any]) -> list[list[str]]:
    """Counted answers as the rows of a table, the first one its head."""
    rows = [["题号", "题目", "题型", "选项", "人次", "比例"]]
    for number, one in enumerate(results["questions"], 1):
        head = [str(number), one["label"], one["kind_label"]]
        answered = [*head, "（回答这道题的）", str(one["answered"]), ""]
        rows += [answered, *([*head, r["label"], str(r["count"]), r["share"]] for r in one["rows"])]
        if "mean" in one:
            rows.append([*head, "（平均分）", one["mean"], ""])
    return [*rows, ["", "（参加人次）", "", "", str(results["people"]), ""]]


def _counted(question: SurveyQuestion, chosen: Counter[int], answered: int) -> dict[str, Any]:
    counted: dict[str, Any] = {
        "label": question.label,
        "kind": question.kind,
        "kind_label": question.get_kind_display(),
        "answered": answered,
        "rows": [
            {
                "label": label,
                "count": chosen[place],
                "share": f"{100 * chosen[place] / answered:.1f}%" if answered else "—",
            }
            for place, label in enumerate(options(question))
        ],
    }
    if question.kind == Kind.SCALE and answered:
        total = sum((place + 1) * n for place, n in chosen.items())
        counted["mean"] = f"{total / answered:.2f}"
    return counted
