"""The due day of a case: how near it is, and in words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Case, DateField, Exists, F, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce

from gongkai.applications import clock
from gongkai.applications.models import Application, CaseEvent, Dispute, Letter
from gongkai.applications.state import ENDED
from gongkai.base.due import due_words
from gongkai.bodies.models import Body, HolidayNotice
from gongkai.documents.blocks import chinese_date
from gongkai.law.calendar import WorkCalendar
from gongkai.law.deadlines import DueWarning, EventType, warning
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

#: The body's own day before the reply: what cannot be found must be asked about by then.
NOTICE = "补正告知"


@dataclass(frozen=True, slots=True)
class LastDay:
    """What the office must do by which day, and how near that is."""

    what: str
    on: date
    near: DueWarning


def nearest(case: Application) -> LastDay | None:
    """The office's nearest last day of an open case, with its name; ``near`` is the reply's."""
    due, notice = awaited(case), notice_day(case)
    calendar = clock.law_for(case.body).calendar
    if notice is not None:
        return LastDay(NOTICE, notice, warning(notice, clock.today(), calendar=calendar))
    if due is None:
        return None
    what = "重新答复" if case.state == Application.State.REANSWERING else "答复"
    return LastDay(what, due, warning(due, clock.today(), calendar=calendar))


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


def nearest_day() -> Coalesce:
    """The office's nearest last day as an expression, to put cases in order."""
    return Coalesce(notice_days(), awaited_day())


# --- 补正告知: once and for all, within days of the receipt (条例 Art 30) -----------------------


def correction_notices(
    cases: QuerySet[Application], last: date
) -> Iterator[tuple[Application, date]]:
    """Cases that may still be asked to correct with the day, today to ``last``, by which."""
    today = clock.today()
    # So many working days span at most five times as many days, the longest holidays included.
    since = today - 5 * timedelta(statute().rule("correction.notice_days", on=today).value)
    fresh = cases.filter(_correctable(), received_on__gte=since)
    for case in fresh.select_related("body").prefetch_related("events"):
        on = clock.outcome(case).correction_notice_due
        if on is not None and today <= on <= last:
            yield case, on


def notice_day(case: Application) -> date | None:
    """The day by which the applicant may still be asked to correct; a list brings it with it
    (``turns.with_turns``)."""
    if "notice_on" in case.__dict__:
        return case.__dict__["notice_on"]  # type: ignore[no-any-return]
    early = case.closed_on is None and case.state in _EARLY
    today, calendar = clock.today(), clock.law_for(case.body).calendar
    days = statute().rule("correction.notice_days", on=today).value
    if not early or case.received_on is None or calendar.add(case.received_on, days) < today:
        return None
    if not _may_still_ask(case):
        return None
    on = clock.outcome(case).correction_notice_due
    return on if on is not None and on >= today else None


def notice_days() -> Case:
    """``notice_day`` as an expression."""
    receipts = [(where, _receipts(calendar)) for where, calendar in calendars()]
    whens = [
        When(where & Q(received_on__in=received), then=Value(on, DateField()))
        for where, found in receipts
        for on, received in found.items()
    ]
    # First the day, which the row holds: few of the open cases are as young.
    young = Q(received_on__gte=min(d for _, found in receipts for r in found.values() for d in r))
    return Case(When(young & _correctable(), then=Case(*whens, default=None)), default=None)


def notice_within(calendar: WorkCalendar, fits: Callable[[date], bool]) -> Q:
    """The cases whose ``notice_day`` by this calendar fits."""
    days = [d for on, received in _receipts(calendar).items() if fits(on) for d in received]
    return Q(received_on__in=days) & _correctable()


def calendars() -> list[tuple[Q, WorkCalendar]]:
    """Each calendar with the cases that are reckoned by it: the common one, and those of bodies
    with days off of their own."""
    local = local_calendars()
    common = ~Q(body__in=local) if local else Q()
    own = [(Q(body=body), calendar) for body, calendar in local.items()]
    return [*own, (common, clock.law_for(None).calendar)]


def local_calendars() -> dict[int, WorkCalendar]:
    """Body → its calendar, of the bodies with days off of their own."""
    own = Body.objects.filter(Exists(HolidayNotice.objects.filter(body=OuterRef("pk"))))
    return {body.pk: clock.law_for(body).calendar for body in own}


def _receipts(calendar: WorkCalendar) -> dict[date, list[date]]:
    """Last day of the notice → the days of receipt it follows from; none that has passed."""
    today = clock.today()
    days = statute().rule("correction.notice_days", on=today).value
    found: dict[date, list[date]] = {}
    received = today
    while (on := calendar.add(received, days)) >= today:
        found.setdefault(on, []).append(received)
        received -= timedelta(1)
    return found


#: Not yet in hand; once it is, only with a notice that is on its way.
_FRESH = (Application.State.RECEIVED, Application.State.REGISTERED)
_EARLY = (*_FRESH, Application.State.IN_REVIEW)


def _correctable() -> Q:
    asked = CaseEvent.objects.filter(
        application=OuterRef("pk"), law_type=EventType.CORRECTION_NOTICE_SERVED, voided_by=None
    )
    begun = Letter.objects.filter(application=OuterRef("pk"), code="L04")
    begun = begun.exclude(state=Letter.State.CANCELLED)
    early = Q(state__in=_FRESH) | Q(state=Application.State.IN_REVIEW) & Q(Exists(begun))
    return Q(closed_on=None) & early & ~Q(Exists(asked))


def _may_still_ask(case: Application) -> bool:
    """The same of one open case in ``_EARLY``, from its papers."""
    begun = (x.code == "L04" and x.state != Letter.State.CANCELLED for x in case.letters.all())
    if case.state not in _FRESH and not any(begun):
        return False
    known = clock.law_events(case)
    return all(e.type != EventType.CORRECTION_NOTICE_SERVED for e in known)


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
    found, due = nearest(case), awaited(case)
    if found is not None and found.what == NOTICE:
        words = due_words(found.on, found.near, provisional=guessed(found.on, case.body))
        reply = f"；答复{due_day(due, case.body)}前" if due else ""
        return f"如需{NOTICE}：{words}{reply}"
    if found is not None:
        again = "重新答复：" if case.state == Application.State.REANSWERING else ""
        # A day that was fixed does not move; the count of days up to it may.
        rough = guessed(found.on, case.body)
        return again + due_words(found.on, found.near, provisional=case.provisional, rough=rough)
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
    if case.received_on is not None:
        return "期限中止"
    waited = (clock.today() - case.submitted_on).days
    return "期限尚未起算，" + (f"提交以后已等待 {waited} 天" if waited > 0 else "今天提交")


def due_colour(case: Application) -> str:
    """green, yellow, red, due_today, overdue; still while no reply period runs; done."""
    found = nearest(case)
    if found is not None:
        return found.near.colour
    return "done" if case.closed_on is not None or case.state in ENDED else "still"
