"""The due day of a case: how near it is, and in words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django.db.models import Case, F, Q, QuerySet, When

from gongkai.applications import clock
from gongkai.applications.models import Application, Dispute
from gongkai.applications.state import ENDED
from gongkai.base.due import due_words
from gongkai.bodies.models import Body
from gongkai.documents.blocks import chinese_date
from gongkai.law.deadlines import DueWarning, warning
from gongkai.law.parameters import statute

#: What was split or merged has no day of its own.
ELSEWHERE = {
    Application.State.SPLIT: "期限在拆分出的各件上计算",
    Application.State.MERGED: "期限在并入的那一件上计算",
}
#: How the period ended; 办结 is said once the case was closed.
ENDINGS = {
    Application.State.DELIVERED: "答复",
    Application.State.ABANDONED: "视为放弃",
    Application.State.WITHDRAWN: "撤回",
}
#: No pause but an end: the period begins anew with what the applicant gives (Arts 30, 42).
ANEW = {
    Application.State.AWAITING_CORRECTION: ("等待补正", "收到补正后"),
    Application.State.AWAITING_PAYMENT: ("等待缴费", "缴清后"),
}


def near(case: Application) -> DueWarning | None:
    """How near the due day of an open case is; None when no reply is being waited for."""
    due = awaited(case)
    if due is None:
        return None
    return warning(due, clock.today(), calendar=clock.law_for(case.body).calendar)


def defence_near(dispute: Dispute) -> DueWarning | None:
    """How near the last day of the body's answer or defence is; None when none is awaited."""
    on, open_ = dispute.answer_due_on, dispute.outcome == Dispute.Outcome.PENDING
    if on is None or not open_ or dispute.answered_on is not None:
        return None
    calendar = clock.law_for(dispute.body).calendar
    return warning(on, clock.today(), calendar=calendar)


def defences_awaited() -> QuerySet[Dispute]:
    """The nearest day first."""
    return Dispute.objects.filter(defence_awaited()).order_by("answer_due_on", "pk")


def defence_awaited() -> Q:
    """Disputes in which the body has yet to answer (行政复议法 Art 70, 行政诉讼法 Art 34: what is
    not handed in by then is taken as no evidence)."""
    waiting = Q(outcome=Dispute.Outcome.PENDING, answered_on=None)
    return waiting & Q(answer_due_on__isnull=False)


def awaited(case: Application) -> date | None:
    """The day on which an answer is due, the first one or the new one that was ordered."""
    if case.state == Application.State.REANSWERING:
        return case.waiting_until
    return None if case.closed_on is not None or case.state in ENDED else case.due_on


def awaited_within(**bounds: Any) -> Q:
    """The cases whose awaited day lies so: ``awaited_within(lt=today)``, as lookups of a day."""
    again = Q(state=Application.State.REANSWERING)
    first = Q(closed_on=None, **{f"due_on__{name}": day for name, day in bounds.items()})
    return first & ~again | again & Q(**{f"waiting_until__{n}": d for n, d in bounds.items()})


def awaited_day() -> Case:
    """The awaited day as an expression, to put cases in order."""
    again = When(state=Application.State.REANSWERING, then=F("waiting_until"))
    over = When(Q(closed_on__isnull=False) | Q(state__in=ENDED), then=None)
    return Case(again, over, default=F("due_on"))


def correction_notices(
    cases: QuerySet[Application], last: date
) -> Iterator[tuple[Application, date]]:
    """Cases not yet in hand with the day, today to ``last``, by which the body may still ask to
    have them corrected: once and for all (条例 Art 30)."""
    today = clock.today()
    # So many working days span at most five times as many days, the longest holidays included.
    since = today - 5 * timedelta(statute().rule("correction.notice_days", on=today).value)
    waiting = Application.State.RECEIVED, Application.State.REGISTERED
    fresh = cases.filter(state__in=waiting, received_on__gte=since, closed_on=None)
    for case in fresh.select_related("body").prefetch_related("events"):
        found = clock.outcome(case)
        on = found.correction_notice_due
        if found.correction_due is None and on is not None and today <= on <= last:
            yield case, on


def reasons_due(case: Application) -> date | None:
    """Last day for the reasons that the applicant was asked for (条例 Art 35): so many working
    days as the notice says, from the day after he received it; None where none was delivered."""
    asked = [x for x in case.letters.all() if x.code == "L05" and x.delivered_on]
    days = asked[-1].values.get("days") if asked else None
    if not days:
        return None
    return clock.law_for(case.body).calendar.add(asked[-1].delivered_on, int(days))


def after_the_day(case: Application, on: date) -> str:
    """（晚于告知书的期限2026年11月20日）, for reasons that came later than they were asked for."""
    last = reasons_due(case)
    return f"（晚于告知书的期限{chinese_date(last)}）" if last and on > last else ""


def guessed(day: date | None, body: Body) -> bool:
    """Whether the day may still move: the holiday notice of its year is not out (DOMAIN A.4.2)."""
    return day is not None and clock.law_for(body).calendar.is_provisional(day)


def due_day(day: date | None, body: Body) -> str:
    """2026年12月18日, 预计2027年1月12日: the last day of a period counted in working days."""
    return f"{'预计' if guessed(day, body) else ''}{chinese_date(day) if day else ''}"


def due_text(case: Application) -> str:
    """The due day of a case in one line, or why there is none."""
    found = near(case)
    due = awaited(case)
    if found is not None and due is not None:
        again = "重新答复：" if case.state == Application.State.REANSWERING else ""
        # A day that was fixed does not move; the count of days up to it may.
        rough = guessed(due, case.body)
        return again + due_words(due, found, provisional=case.provisional, rough=rough)
    if case.closed_on is not None:
        late = "，超期" if case.on_time is False else ""
        ended = ENDINGS.get(Application.State(case.state), "办结")
        return f"{chinese_date(case.closed_on)}{ended}{late}"
    if case.waiting_until is not None:
        until = due_day(case.waiting_until, case.body)
        anew = ANEW.get(Application.State(case.state))
        return f"{anew[0]}至{until}，{anew[1]}重新计算期限" if anew else f"期限中止，等待至{until}"
    if case.state in ELSEWHERE:
        return ELSEWHERE[case.state]
    return "期限尚未起算" if case.received_on is None else "期限中止"


def due_colour(case: Application) -> str:
    """green, yellow, red, due_today, overdue; still while no reply period runs; done."""
    found = near(case)
    if found is not None:
        return found.colour
    return "done" if case.closed_on is not None or case.state in ENDED else "still"
