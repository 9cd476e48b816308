"""Remedies against a reply: periods, 复议前置 from 2024-01-01, and the clause of the letter.

Periods are calendar days and months from the day after the applicant knows; a last day off
rolls to the next working day (民诉法 Art 85). What the law leaves open is a parameter.
"""

from __future__ import annotations

import calendar as months
from dataclasses import dataclass
from datetime import date, timedelta

from gongkai.law.calendar import WorkCalendar, national
from gongkai.law.parameters import Rule, Rulebook, statute
from gongkai.law.taxonomy import decisions


@dataclass(frozen=True, slots=True)
class Remedies:
    """Remedies against one reply. ``*_raw`` is the last day before, ``*_due`` after roll-over.

    All days are None while it is not known when the applicant received the reply.
    ``litigation_open`` is False, and ``litigation_*`` are None, where reconsideration must come
    first (``reconsideration_first``) or the switch for unsettled decisions is off.
    ``reconsideration_first`` is None when the decision is not known and it matters.
    ``articles`` are in force on the day of the decision.
    """

    reconsideration_raw: date | None
    reconsideration_due: date | None
    reconsideration_first: bool | None
    reviewing_body: str
    litigation_open: bool
    litigation_raw: date | None
    litigation_due: date | None
    litigation_unsettled: bool
    articles: tuple[str, ...]


def add_months(day: date, count: int) -> date:
    """The same day ``count`` months later, or the last day of a shorter month."""
    year, month0 = divmod(day.year * 12 + day.month - 1 + count, 12)
    last = months.monthrange(year, month0 + 1)[1]
    return date(year, month0 + 1, min(day.day, last))


def remedies(
    decision: str | None,
    *,
    decided_on: date,
    known_on: date | None = None,
    calendar: WorkCalendar | None = None,
    rules: Rulebook | None = None,
    reviewing_body: str | None = None,
) -> Remedies:
    """The remedies against a reply.

    ``decided_on`` (day of the letter) chooses the law: 行政复议法 2017 or, from 2024-01-01,
    2023; ``known_on`` is the day the applicant received or learned of it, day zero of the
    periods, None while it is not known. ``reviewing_body`` replaces the statutory wording where
    a body is special. KeyError for an unknown decision.
    """
    days = calendar or national()
    book = rules or statute()
    if decision is not None and decision not in decisions():
        raise KeyError(decision)
    period = book.rule("reconsideration.days", on=decided_on)
    body = book.rule("reconsideration.body", on=decided_on)
    forced = book.rule("reconsideration.first_decisions", on=decided_on)
    suit = book.rule("litigation.months", on=decided_on)
    first = decision in forced.value if decision is not None or not forced.value else None
    unsettled_rule = book.find("litigation.unsettled_decisions", on=decided_on)
    unsettled = unsettled_rule is not None and decision in unsettled_rule.value
    printed = not unsettled or book.rule("litigation.print_unsettled", on=decided_on).value
    suit_open = not first and bool(printed)
    raw = known_on + timedelta(days=period.value) if known_on else None
    suit_raw = add_months(known_on, suit.value) if known_on and suit_open else None
    articles = [period.article, body.article]
    if first:
        articles.append(forced.article)
    if suit_open:
        articles.append(suit.article)
    return Remedies(
        reconsideration_raw=raw,
        reconsideration_due=days.roll(raw) if raw else None,
        reconsideration_first=first,
        reviewing_body=reviewing_body or body.value,
        litigation_open=suit_open,
        litigation_raw=suit_raw,
        litigation_due=days.roll(suit_raw) if suit_raw else None,
        litigation_unsettled=unsettled,
        articles=tuple(articles),
    )


def suit_after_review_due(
    ended_on: date, *, calendar: WorkCalendar | None = None, rules: Rulebook | None = None
) -> date:
    """Last day to sue after reconsideration (行政诉讼法 Art 45, 行政复议法 Art 34).

    ``ended_on``: the reconsideration decision was received, or its period ran out.
    """
    period = (rules or statute()).rule("litigation.after_review_days", on=ended_on)
    return (calendar or national()).roll(ended_on + timedelta(days=period.value))


def suit_untold_due(
    known_on: date, *, calendar: WorkCalendar | None = None, rules: Rulebook | None = None
) -> date:
    """Last day to sue at all when the decision told no period (法释〔2018〕1号 Art 64).

    The period runs from when he learns of it, at most this long from ``known_on`` (the content).
    """
    longest = (rules or statute()).rule("litigation.untold_max_years", on=known_on)
    return (calendar or national()).roll(add_months(known_on, 12 * longest.value))


def untold_due(
    known_on: date,
    told_on: date | None = None,
    *,
    decided_on: date,
    calendar: WorkCalendar | None = None,
    rules: Rulebook | None = None,
) -> date:
    """Last day for reconsideration when the letter did not tell the remedies (Art 20(3)).

    The period runs from ``told_on``, at most one year from ``known_on`` (the content); the end of
    that year where he has not been told (None).
    """
    book, days = rules or statute(), calendar or national()
    period = book.rule("reconsideration.days", on=decided_on).value
    years = book.rule("reconsideration.untold_max_years", on=decided_on).value
    longest = add_months(known_on, 12 * years)
    return days.roll(min(told_on + timedelta(days=period), longest) if told_on else longest)


def answer_due(
    served_on: date,
    *,
    summary: bool = False,
    calendar: WorkCalendar | None = None,
    rules: Rulebook | None = None,
) -> date:
    """Last day for the agency's answer in reconsideration, ``summary`` = 简易程序 (T17)."""
    key = "reconsideration.summary_answer_days" if summary else "reconsideration.answer_days"
    found, days = (rules or statute()).rule(key, on=served_on), calendar or national()
    if found.unit == "工作日":
        return days.add(served_on, found.value)
    return days.roll(served_on + timedelta(days=found.value))


def defence_due(
    served_on: date, *, calendar: WorkCalendar | None = None, rules: Rulebook | None = None
) -> date:
    """Last day for the agency's defence and evidence in court (行政诉讼法 Art 67, T18)."""
    period = (rules or statute()).rule("litigation.defence_days", on=served_on)
    return (calendar or national()).roll(served_on + timedelta(days=period.value))


def clause(
    decision: str,
    *,
    decided_on: date,
    government: str,
    court: str,
    upper: str = "上一级主管部门",
    rules: Rulebook | None = None,
) -> str:
    """The remedies clause of a reply letter, for the law in force on the day of the letter.

    ``government``, ``upper`` and ``court`` are full names; ``upper`` is used before 2024 only.
    """
    book = rules or statute()
    found = remedies(decision, decided_on=decided_on, rules=book)
    days = book.rule("reconsideration.days", on=decided_on).value
    later = book.rule("litigation.after_review_days", on=decided_on).value
    span = book.rule("litigation.months", on=decided_on).value
    either = "或者" in book.rule("reconsideration.body", on=decided_on).value
    body = f"{government}或者{upper}" if either else government
    if found.reconsideration_first:
        return (
            f"应当自收到本告知书之日起{days}日内先向{body}申请行政复议；对行政复议决定不服的，"
            f"可以自收到行政复议决定书之日起{later}日内向{court}提起行政诉讼"
        )
    text = f"可以自收到本告知书之日起{days}日内向{body}申请行政复议"
    if not found.litigation_open:
        return text
    return f"{text}，也可以自收到之日起{span}个月内向{court}提起行政诉讼"


@dataclass(frozen=True, slots=True)
class Way:
    """One thing to know of a remedy before one needs it: what, in what words, by what article."""

    title: str
    text: str
    article: str


def ways(
    on: date,
    *,
    government: str = "",
    upper: str = "",
    court: str = "",
    rules: Rulebook | None = None,
) -> tuple[Way, ...]:
    """The remedies against a reply of this day, for someone who has none yet.

    Names that are not known are left in the words of the law.
    """
    book = rules or statute()

    def of(key: str) -> Rule:
        return book.rule(f"reconsideration.{key}", on=on)

    body, days, form, first = of("body"), of("days"), of("form"), of("first_decisions")
    silence, decided, longer = (
        of(key) for key in ("silence_from", "decision_days", "decision_extension_days")
    )
    suit = book.rule("litigation.months", on=on)
    later = book.rule("litigation.after_review_days", on=on)
    where = government or body.value
    if government and "或者" in body.value:
        where = f"{government}或者{upper or '上一级主管部门'}"
    at = court or "有管辖权的人民法院"
    found = [
        Way("什么时候可以申请", f"从知道答复之日起{days.value}日内", days.article),
        Way(
            "没有按期收到答复的",
            f"从{silence.value}起{days.value}日内申请行政复议",
            f"{silence.article}；{days.article}",
        ),
        Way("向谁申请行政复议", where, body.article),
        Way("怎样申请行政复议", form.value, form.article),
        Way(
            "多久有复议决定",
            f"受理之日起{decided.value}日内，情况复杂的最多延长{longer.value}日",
            decided.article,
        ),
        Way(
            "对复议决定不服",
            f"收到复议决定书之日起{later.value}日内向{at}提起行政诉讼",
            later.article,
        ),
        Way(
            "直接提起行政诉讼",
            f"从知道答复之日起{suit.value}个月内向{at}起诉"
            + ("；应当先申请行政复议的除外" if first.value else ""),
            suit.article,
        ),
    ]
    if first.value:
        text = "机关不予公开、部分不予公开的，先申请行政复议，对复议决定不服再起诉"
        found.insert(2, Way("哪些要先申请行政复议", text, first.article))
    return tuple(found)
