"""Reads of the way of a report: whose turn it is, who wrote in it, what hinders the next step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from gongkai.bodies.models import Body, Membership, Role, Section
from gongkai.bodies.queries import Someone, bodies_for
from gongkai.reporting.models import AnnualReport, Remark, Route, RouteStep, SectionDuty
from gongkai.reporting.roles import FILERS, PUBLISHERS

State = Route.State
Deed = RouteStep.Deed
Part = SectionDuty.Part


@dataclass(frozen=True, slots=True)
class Station:
    """A stop on the way: who may act there, by which deed it is passed, what comes next."""

    state: State
    roles: tuple[Role, ...]
    deed: Deed
    then: State
    verb: str


STATIONS = {
    s.state: s
    for s in (
        Station(
            State.CONFIRM, (Role.HANDLER, Role.REVIEWER), Deed.CONFIRM, State.LEGAL, "确认数字"
        ),
        Station(State.LEGAL, (Role.LEGAL,), Deed.LEGAL, State.SECRECY, "法制审核通过"),
        Station(State.SECRECY, (Role.SECRECY,), Deed.SECRECY, State.SIGN, "保密审查通过"),
        Station(State.SIGN, (Role.HEAD,), Deed.SIGN, State.SIGNED, "签发"),
        Station(State.SUBMITTED, (Role.INSPECTOR,), Deed.ACCEPT, State.ACCEPTED, "审核通过"),
    )
}
#: The stops in the order in which a report comes to them, as the page shows them.
WAY = (
    State.DRAFT,
    State.CONFIRM,
    State.LEGAL,
    State.SECRECY,
    State.SIGN,
    State.SIGNED,
    State.SUBMITTED,
    State.ACCEPTED,
    State.PUBLISHED,
    State.ARCHIVED,
)
ARCHIVERS = (Role.ARCHIVIST, Role.CLERK)
#: Who acts in the states that are no station, and what the deed is called.
OTHERS: dict[State, tuple[tuple[Role, ...], str]] = {
    State.DRAFT: (FILERS, "送审"),
    State.RETURNED: (FILERS, "答复意见，修改后再送"),
    State.SIGNED: (FILERS, "报送"),
    State.ACCEPTED: (PUBLISHERS, "公开"),
    State.PUBLISHED: (ARCHIVERS, "归档"),
}


def sections_to_confirm(body: Body) -> dict[Section, list[Part]]:
    """The sections that keep registers of a body, with the parts that each confirms."""
    found: dict[Section, list[Part]] = {}
    duties = SectionDuty.objects.filter(section__body=body).select_related("section")
    for duty in duties.order_by("section__order", "section_id", "part"):
        found.setdefault(duty.section, []).append(Part(duty.part))
    return found


def confirmed(route: Route) -> dict[int, RouteStep]:
    """Section → its confirmation in this round of exactly this version."""
    steps = route.steps.filter(
        deed=Deed.CONFIRM, round=route.round, sha256=route.sha256
    ).select_related("section")
    return {s.section_id: s for s in steps if s.section_id}


def wrote_in(report: AnnualReport, user: Any) -> bool:
    """Whether the person made a version of the report since it was last made public."""
    versions = report.versions.filter(made_by=user.pk)
    if report.published_id and report.published is not None:
        versions = versions.filter(number__gt=report.published.number)
    return versions.exists()


def supervises(user: Someone, body: Body) -> bool:
    """Whether the person is an inspector of the office to which the body hands its report in."""
    return Membership.objects.filter(
        user=user.pk, role=Role.INSPECTOR, body=body.supervised_by_id
    ).exists()


def may_act(user: Someone, route: Route) -> bool:
    """Whether the next step of this report is this person's, by his role and not yet taken."""
    body = route.report.body
    state = State(route.state)
    if state == State.SUBMITTED:
        return supervises(user, body) and not wrote_in(route.report, user)
    if state == State.CONFIRM:
        return bool(sections_of(user, route)) and not wrote_in(route.report, user)
    if station := STATIONS.get(state):
        mine = bodies_for(user, *station.roles).filter(pk=body.pk).exists()
        return mine and not wrote_in(route.report, user)
    if state not in OTHERS:
        return False
    mine = bodies_for(user, *OTHERS[state][0]).filter(pk=body.pk).exists()
    return mine and not (state == State.ACCEPTED and wrote_in(route.report, user))


def sections_of(user: Someone, route: Route) -> list[Section]:
    """The sections for which this person may confirm now: his own; a reviewer for every one."""
    body = route.report.body
    done = confirmed(route)
    waiting = [s for s in sections_to_confirm(body) if s.pk not in done]
    if bodies_for(user, Role.REVIEWER).filter(pk=body.pk).exists():
        return waiting
    own = set(
        Membership.objects.filter(user=user.pk, role=Role.HANDLER, body=body).values_list(
            "section", flat=True
        )
    )
    return [s for s in waiting if s.pk in own]


def open_remarks(route: Route) -> QuerySet[Remark]:
    """Remarks with which the report came back and that nobody has answered."""
    return route.remarks.filter(sent_at__isnull=False, answered_at=None)


def remarks_seen(route: Route, user: Someone) -> QuerySet[Remark]:
    """Those that came back; and one's own that have not been sent yet."""
    return route.remarks.filter(Q(sent_at__isnull=False) | Q(by=user.pk)).select_related(
        "version", "answered_by"
    )


def route_of(report: AnnualReport) -> Route:
    """The way of a report; one that was never sent is a draft (not saved)."""
    found = Route.objects.filter(report=report).select_related("version").first()
    route = found or Route(report=report)
    route.report = report
    return route
