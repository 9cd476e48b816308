"""Whose turn it is: the reports on which a person has the next step, and those he waits for."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q, QuerySet

from gongkai.bodies.models import Role
from gongkai.bodies.queries import Held, Someone
from gongkai.reporting.models import AnnualReport, ReportVersion, Route
from gongkai.reporting.route.queries import OTHERS, STATIONS, sections_of
from gongkai.reporting.route.seal import State

#: An inspector's reports beyond so many are one line that leads to the countdown.
MOST = 8
#: Everyone who works in a body himself; an inspector waits for thousands and sees the countdown.
OWN_ROLES = tuple(r for r in Role if r != Role.INSPECTOR)


@dataclass(frozen=True, slots=True)
class Turn:
    """One report: the deed that is due and the page where it is done."""

    report: AnnualReport
    detail: str
    deed: str
    address: str
    is_mine: bool
    #: Who may take the step.
    roles: tuple[Role, ...] = ()


@dataclass(frozen=True, slots=True)
class Turns:
    """``more``: reports handed in to the person's office beyond those listed."""

    turns: list[Turn]
    more: int = 0


def turns(held: Held) -> Turns:
    """What is on its way in the person's bodies, and what was handed in to his office."""
    own = list(_under_way(held.bodies(*OWN_ROLES)))
    handed = _handed_in(held)
    listed = list(handed[: MOST + 1])
    more = handed.count() - MOST if len(listed) > MOST else 0
    listed = listed[:MOST]
    wrote = _written(held.user, [*own, *listed]) if own or listed else set()
    found = [_turn(held, report, wrote) for report in own]
    for report in listed:
        mine = report.pk not in wrote
        found.append(Turn(report, "已报送，待审核", "审核", "desk-route", mine))
    return Turns(found, more)


#: Whose the next step is in each state.
_ROLES: dict[State, tuple[Role, ...]] = {
    **{s.state: s.roles for s in STATIONS.values() if s.state != State.SUBMITTED},
    **{state: roles for state, (roles, _) in OTHERS.items()},
}


def _written(user: Someone, reports: list[AnnualReport]) -> set[int]:
    """Of these the reports in whose newest round the person made a version."""
    newer = Q(report__published=None) | Q(number__gt=F("report__published__number"))
    pks = [report.pk for report in reports]
    mine = ReportVersion.objects.filter(newer, made_by=user.pk, report__in=pks)
    return set(mine.values_list("report", flat=True))


def _under_way(bodies: Collection[int] | QuerySet[Any]) -> QuerySet[AnnualReport]:
    """Compiled or sent, and neither archived nor with the supervising office."""
    going = Q(route__isnull=False) | Q(compilation__isnull=False)
    ended = Q(route__state__in=[State.ARCHIVED, State.SUBMITTED])
    return (
        AnnualReport.objects.filter(going, body__in=bodies, versions__isnull=False)
        .exclude(ended)
        # Compiled for practice and published before there was a way: nothing is to be done.
        .exclude(route__isnull=True, published__isnull=False)
        .select_related("body", "route", "compilation")
        .distinct()
        .order_by("-year", "body__name")
    )


def _handed_in(held: Held) -> QuerySet[AnnualReport]:
    offices = {body for body, role in held.roles if role == Role.INSPECTOR}
    return (
        AnnualReport.objects.filter(route__state=State.SUBMITTED, body__supervised_by__in=offices)
        .select_related("body", "route")
        .order_by("route__since", "pk")
    )


def _turn(held: Held, report: AnnualReport, wrote: set[int]) -> Turn:
    route: Route | None = getattr(report, "route", None)
    state = State(route.state) if route is not None else State.DRAFT
    station = STATIONS.get(state)
    deed = station.verb if station else OTHERS[state][1]
    mine = report.body_id in held.bodies(*_ROLES[state])
    if (station or state == State.ACCEPTED) and report.pk in wrote:
        mine = False
    if mine and state == State.CONFIRM and route is not None:
        route.report = report
        mine = bool(sections_of(held.user, route))
    address = "desk-publish" if state == State.ACCEPTED else "desk-route"
    if state == State.DRAFT and hasattr(report, "compilation"):
        address = "desk-compilation"
    return Turn(report, state.label, deed, address, mine, _ROLES[state])
