"""How many applications a person has made this natural month: the 按件 fee counts them.

Applications received, after splitting, by the same applicant at the same body, whatever became
of them; a corrected one stays in the month in which it first came (国办函〔2020〕109号).
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from gongkai.applications.models import Application
from gongkai.applications.similar import same_applicant


@dataclass(frozen=True, slots=True)
class Pieces:
    """The applicant's natural month ``first`` to ``last``.

    ``ordinal``: which piece of it this application is, from 1; ``cases`` all of them in the
    order received. ``clients``: how many other applicants left the same telephone or have the same
    agent this month; the pieces are counted for each client by himself.
    """

    first: date
    last: date
    ordinal: int
    cases: list[Application]
    clients: int

    @property
    def count(self) -> int:
        return len(self.cases)


def pieces_this_month(case: Application) -> Pieces:
    """The applicant's pieces in the month in which ``case`` was received.

    While its receipt is not settled yet, the day it was submitted stands for it.
    """
    day = case.received_on or case.submitted_on
    first, last = day.replace(day=1), day.replace(day=monthrange(day.year, day.month)[1])
    month = _counted_between(case, first, last)
    own = [*month.filter(same_applicant(case)).order_by("pk")]
    if not any(c.pk == case.pk for c in own):
        own.append(case)
    own.sort(key=lambda c: (c.received_on or c.submitted_on, c.pk))
    ordinal = 1 + [c.pk for c in own].index(case.pk)
    return Pieces(first, last, ordinal, own, _clients(case, month))


def _counted_between(case: Application, first: date, last: date) -> QuerySet[Application]:
    """Applications to the body received in those days, the whole of a split one left out."""
    gone = (Application.State.SPLIT, Application.State.MERGED)
    received = Q(received_on__range=(first, last))
    pending = Q(received_on=None, submitted_on__range=(first, last))
    return Application.objects.filter(received | pending, body=case.body).exclude(state__in=gone)


def _clients(case: Application, month: QuerySet[Application]) -> int:
    if not case.phone_mark:
        return len(_of_agent(case, month))
    same_phone = month.filter(phone_mark=case.phone_mark).exclude(same_applicant(case))
    found = set(same_phone.order_by().values_list("identity_mark", "name_mark").distinct())
    return len(found | _of_agent(case, month))


def _of_agent(case: Application, month: QuerySet[Application]) -> set[tuple[str, str]]:
    """The clients for whom the same agent acts this month, by his number, else by his name.

    He stands in the sealed words only, so they are opened one by one, where there is an agent.
    """
    agent = _agent(case)
    if not any(agent):
        return set()
    others = month.exclude(same_applicant(case)).order_by()
    return {
        (other.identity_mark, other.name_mark)
        for other in others.only("applicant", "identity_mark", "name_mark").iterator()
        if _same_agent(agent, _agent(other))
    }


def _agent(case: Application) -> tuple[str, str]:
    who = case.applicant or {}
    return (
        "".join(who.get("agent_id_number", "").split()).upper(),
        "".join(who.get("agent", "").split()),
    )


def _same_agent(one: tuple[str, str], other: tuple[str, str]) -> bool:
    if one[0] and other[0]:
        return one[0] == other[0]
    return bool(one[1]) and one[1] == other[1]
