"""Conditions that deeds of several stages share, beyond those of ``registry``."""

from __future__ import annotations

from typing import Any

from gongkai.applications import clock
from gongkai.applications.desk.deeds.registry import while_open
from gongkai.applications.due import due_day
from gongkai.applications.models import Application, Letter
from gongkai.law.deadlines import EventType, Outcome
from gongkai.law.taxonomy import deed_articles, letters


def rule_value(case: Application, key: str) -> Any:
    """A value of the law in force today; None where there is none."""
    found = clock.law_for(case.body).rules.find(key, on=clock.today())
    return found.value if found else None


def once_registered(case: Application, found: Outcome) -> tuple[str, str]:
    """Only for a registered application that is not concluded."""
    why_not = while_open(case, found)
    if why_not[0]:
        return why_not
    if case.registered_at is None:
        return "请先登记。", deed_articles()["register"]
    return "", ""


def once_assigned(case: Application, found: Outcome) -> tuple[str, str]:
    why_not = once_registered(case, found)
    if why_not[0]:
        return why_not
    if not case.assignments.all():
        return "还没有交科室承办。", deed_articles()["assign"]
    return "", ""


def under_way(case: Application, code: str) -> str:
    """The sentence that a letter of this kind is under way, or ""."""
    over = (Letter.State.CANCELLED, Letter.State.DELIVERED)
    letter = next((x for x in case.letters.all() if x.code == code and x.state not in over), None)
    if letter is None:
        return ""
    return f"{letters()[code].label}正在办理（{letter.get_state_display()}），见“文书”。"


def with_letter(kind: EventType, code: str) -> Any:
    """The law allows the event, and no such letter is under way."""

    def why_not(case: Application, found: Outcome) -> tuple[str, str]:
        if busy := under_way(case, code):
            return busy, letters()[code].basis
        data: dict[str, Any] = {"days": 1} if kind is EventType.EXTENSION_DECIDED else {}
        return clock.probe(case, kind, **data)

    return why_not


def foreseen(case: Application, kind: EventType, sentence: str, **data: Any) -> str:
    """What the deed would do to the reply period if it happened today, in one sentence."""
    if clock.probe(case, kind, **data)[0]:
        return ""
    day = clock.foresee(case, kind, **data).reply_due
    return f"{sentence}{due_day(day, case.body)}。" if day else ""
