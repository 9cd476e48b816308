"""Until when the applicant may go to court after a reconsideration (DOMAIN A.3 T15, D.2).

The body knows the day of the decision, not the day on which it reached the applicant: the days
are the earliest that may hold, and the pages say so.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q, QuerySet

from gongkai.applications import clock
from gongkai.applications.models import Application, Dispute
from gongkai.law.parameters import NoRuleInForce
from gongkai.law.remedies import suit_after_review_due, suit_untold_due, untold_due


@dataclass(frozen=True, slots=True)
class Suit:
    """The last day to sue. ``silent``: no decision came in time, counted from ``start``.

    ``latest`` is the last day where the decision told no period, None before there was a rule.
    """

    review: Dispute
    start: date
    silent: bool
    days: int
    day: date
    latest: date | None
    article: str


def suit_after(review: Dispute) -> Suit | None:
    """What follows a reconsideration that has ended, or whose period ran out without a decision.

    None for a suit, while the review is under way, and where a suit has followed it already.
    """
    found = _suit(review)
    followed = found is not None and Dispute.objects.filter(follows=review).exists()
    return None if followed else found


def suits_between(reviews: QuerySet[Dispute], first: date, last: date) -> Iterator[Suit]:
    """What may still be sued over, where the last day for it lies from ``first`` to ``last``."""
    today = clock.today()
    period = clock.law_for(None).rules.find("litigation.after_review_days", on=today)
    if period is None:
        return
    # A period that is rolled over the longest holiday stays shorter than twice its days.
    starts = (first - timedelta(days=2 * period.value), last)
    late = Q(outcome=Dispute.Outcome.PENDING, decision_due_on__range=starts)
    followed = Dispute.objects.exclude(follows=None).values("follows")
    for review in reviews.filter(late | Q(ended_on__range=starts)).exclude(pk__in=followed):
        found = _suit(review)
        if found is not None and max(first, today) <= found.day <= last:
            yield found


def _suit(review: Dispute) -> Suit | None:
    """The suit that may follow, whether or not one has."""
    if review.kind != Dispute.Kind.RECONSIDERATION:
        return None
    late = review.decision_due_on if _ran_out(review) else None
    start = review.ended_on or late
    if start is None:
        return None
    law = clock.law_for(review.body)
    try:
        rule = law.rules.rule("litigation.after_review_days", on=start)
        day = suit_after_review_due(start, calendar=law.calendar, rules=law.rules)
    except NoRuleInForce:
        return None
    latest = None
    if review.ended_on is not None and law.rules.find("litigation.untold_max_years", on=start):
        latest = suit_untold_due(start, calendar=law.calendar, rules=law.rules)
    return Suit(review, start, review.ended_on is None, rule.value, day, latest, rule.article)


def _ran_out(review: Dispute) -> bool:
    due = review.decision_due_on
    return review.outcome == Dispute.Outcome.PENDING and due is not None and due < clock.today()


def suits_open(case: Application) -> list[Suit]:
    """The reviews of this case after which somebody may still sue, the newest first.

    The decision may have reached him later than it was made, or told no period: they are shown
    as long as any of it may hold.
    """
    found = [suit_after(one) for one in case.disputes.select_related("body")]
    return [s for s in found if s is not None and (s.latest or s.day) >= clock.today()]


@dataclass(frozen=True, slots=True)
class ReviewTerm:
    """Until when reconsideration of a reply may be asked for; ``latest`` where it was not told."""

    day: date
    latest: date | None


def review_term(review: Dispute) -> ReviewTerm | None:
    """For the desk, which checks whether a review under way was asked for in time.

    None where the review is over a silence, or the day on which the reply arrived is not known.
    """
    case = review.application
    under_way = review.outcome == Dispute.Outcome.PENDING and not review.over_silence
    if case is None or review.kind != Dispute.Kind.RECONSIDERATION or not under_way:
        return None
    found = clock.outcome(case)
    reply, told = found.case.answer, found.remedies
    if reply is None or reply.decided is None or reply.known is None or told is None:
        return None
    if told.reconsideration_due is None:
        return None
    law = clock.law_for(case.body)
    latest = None
    if law.rules.find("reconsideration.untold_max_years", on=reply.decided):
        latest = untold_due(
            reply.known, decided_on=reply.decided, calendar=law.calendar, rules=law.rules
        )
    return ReviewTerm(told.reconsideration_due, latest)
