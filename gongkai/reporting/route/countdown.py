"""倒计时: where the reports of all bodies of an office stand, and how many days are left."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, OuterRef, Q
from django.utils import timezone

from gongkai.bodies.models import Body, Membership, Role
from gongkai.bodies.queries import Someone, bodies_for
from gongkai.law.calendar import national
from gongkai.law.deadlines.duties import DueWarning, report_due, warning
from gongkai.reporting.models import AnnualReport, ReportVersion, Route
from gongkai.reporting.route.rollup import below

State = Route.State
NOTHING, FILED = "nothing", "filed"
#: The groups that the page counts and filters by, in the order of the way.
GROUPS = {
    NOTHING: "没有开始",
    State.DRAFT: "编制中",
    "review": "本机关审签中",
    State.SUBMITTED: "等待主管部门审核",
    State.RETURNED: "退回修改",
    FILED: "已录入文件，未公开",
    State.ACCEPTED: "待公开",
    "done": "已公开",
    "late": "逾期公开",
}
_REVIEW = (State.CONFIRM, State.LEGAL, State.SECRECY, State.SIGN, State.SIGNED)


@dataclass(frozen=True, slots=True)
class Standing:
    """One body: its report (None: none), where it stands, its day, how near that is."""

    body: Body
    report: AnnualReport | None
    group: str
    label: str
    since: date | None
    due_on: date
    warning: DueWarning | None
    remarks: int

    @property
    def rough(self) -> bool:
        """Whether the working days left rest on a year whose holiday notice is not out."""
        return national().is_provisional(self.due_on)


def offices_of(user: Someone) -> list[Body]:
    """The offices for which the person is an inspector, those alone that supervise somebody."""
    own = Membership.objects.filter(user=user.pk, role=Role.INSPECTOR).values("body")
    bodies = Body.objects.filter(pk__in=own)
    if getattr(user, "is_superuser", False):
        bodies = Body.objects.all()
    return list(bodies.filter(Exists(Body.objects.filter(supervised_by=OuterRef("pk")))))


def bodies_watched(user: Someone, office: Body | None) -> list[int]:
    """The bodies of one office at every depth; without one those of the person himself."""
    if office is not None:
        return below(office)
    return list(bodies_for(user).values_list("pk", flat=True))


def standings(bodies: Sequence[int], year: int, today: date) -> list[Standing]:
    """Where each body's report of a year stands, the most pressing first. Three queries."""
    reports = (
        AnnualReport.objects.filter(body__in=bodies, year=year)
        .select_related("route")
        .annotate(
            filed=Exists(ReportVersion.objects.filter(report=OuterRef("pk"))),
            compiled=Exists(
                ReportVersion.objects.filter(report=OuterRef("pk"), computation__isnull=False)
            ),
            asked=Count(
                "route__remarks",
                filter=Q(route__remarks__sent_at__isnull=False, route__remarks__answered_at=None),
            ),
        )
    )
    known = {r.body_id: r for r in reports}
    near: dict[date, DueWarning] = {}
    found = []
    for body in Body.objects.filter(pk__in=bodies).order_by("name"):
        due = report_due(year, government=body.kind == Body.Kind.GOVERNMENT)
        if due not in near:
            near[due] = warning(due, today)
        report = known.get(body.pk)
        group, label, since = _stands(report, due)
        done = group in ("done", "late")
        found.append(
            Standing(
                body,
                report if report is not None and report.filed else None,  # type: ignore[attr-defined]
                group,
                label,
                since,
                due,
                None if done else near[due],
                report.asked if report is not None else 0,  # type: ignore[attr-defined]
            )
        )
    order = list(GROUPS)
    return sorted(found, key=lambda s: (s.warning is None, s.due_on, order.index(s.group)))


def counts(found: Sequence[Standing]) -> list[tuple[str, str, int]]:
    """Group, its name, how many."""
    met = Counter(s.group for s in found)
    return [(key, label, met[key]) for key, label in GROUPS.items()]


def _stands(report: AnnualReport | None, due: date) -> tuple[str, str, date | None]:
    if report is None or not report.filed:  # type: ignore[attr-defined]
        return NOTHING, GROUPS[NOTHING], None
    route = getattr(report, "route", None)
    public = report.disclosed_on or (
        timezone.localdate(report.published_at) if report.published_at else None
    )
    if public is not None:
        group = "late" if public > due else "done"
        label = (
            "公开后更正中" if route and route.state in (State.DRAFT, *_REVIEW) else GROUPS[group]
        )
        return group, label, public
    if route is None:
        group = State.DRAFT if report.compiled else FILED  # type: ignore[attr-defined]
        return group, GROUPS[group], None
    since = timezone.localdate(route.since)
    state = State(route.state)
    group = "review" if state in _REVIEW else state
    return group, state.label, since
