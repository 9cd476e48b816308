"""Reads of applications, and the guarded door: who may see and touch which case."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db.models import Q, QuerySet, prefetch_related_objects
from django.http import Http404

from gongkai.applications.models import Application, OfficeSettings
from gongkai.applications.roles import STAFF
from gongkai.bodies.models import Body, Membership, Role
from gongkai.bodies.queries import Someone, bodies_for

#: Whoever holds any of these for a case may see it.
_SEES = tuple(r for r in Role if r != Role.REVIEWER)


@contextmanager
def read_once(case: Application, *names: str) -> Iterator[None]:
    """Inside, these rows of the case are read once; nothing is added to them there."""
    known = getattr(case, "_prefetched_objects_cache", {})
    new = [name for name in names if name not in known]
    prefetch_related_objects([case], *new)
    try:
        yield
    finally:
        for name in new:
            case._prefetched_objects_cache.pop(name)  # type: ignore[attr-defined]


def office_of(body: Body) -> OfficeSettings | None:
    """The settings of a body's disclosure office; None while it has not been set up."""
    return OfficeSettings.objects.filter(body=body).first()


def reviewing_body(office: OfficeSettings) -> Body | None:
    """The 复议机关 of its replies, where that is a body of this site."""
    return Body.objects.filter(name=office.government).first()


def cases_for(user: Someone, *roles: Role) -> QuerySet[Application]:
    """Cases that the person may see: of his bodies, or as 承办人 those given to his section.

    ``roles`` narrows it to what he may see in one of these roles.
    """
    wanted = roles or _SEES
    whole = [r for r in wanted if r != Role.HANDLER]
    seen = Q(body__in=bodies_for(user, *whole)) if whole else Q(pk__in=[])
    if Role.HANDLER in wanted and user.is_authenticated:
        sections = Membership.objects.filter(
            user=user, role=Role.HANDLER, section__isnull=False
        ).values("section")
        seen |= Q(pk__in=Application.objects.filter(assignments__section__in=sections).values("pk"))
    return Application.objects.filter(seen)


def may_touch(user: Someone, case: Application, *roles: Role) -> bool:
    """Whether the person holds one of the roles for this case, as ``cases_for`` lists it."""
    return not roles_on(user, case).isdisjoint(roles or _SEES)


def roles_on(user: Someone, case: Application) -> frozenset[Role]:
    """Every role the person holds for this case, as ``cases_for`` would find them one by one."""
    if not user.is_authenticated:
        return frozenset()
    held = {Role.INSPECTOR} if getattr(user, "is_superuser", False) else set()
    for one in Membership.objects.filter(user=user, body__in=_own_and_above(case)):
        own = one.body_id == case.body_id
        if one.role == Role.HANDLER:
            if any(a.section_id == one.section_id for a in case.assignments.all()):
                held.add(Role.HANDLER)
        elif own or one.role == Role.INSPECTOR:
            held.add(Role(one.role))
    return frozenset(held)


def _own_and_above(case: Application) -> list[int]:
    above = case.body.supervised_by_id
    return [case.body_id, above] if above else [case.body_id]


def case_or_404(user: Someone, pk: int) -> Application:
    """404 also for a case of another body: a stranger does not learn that it exists."""
    return case_and_roles(user, pk)[0]


def worked_case_or_404(user: Someone, pk: int) -> Application:
    """The same for those who work on the case: who only inspects it has no business there.

    One person may work in one body and inspect others; the Django permission cannot tell.
    """
    return case_and_roles(user, pk, *STAFF)[0]


def case_and_roles(user: Someone, pk: int, *roles: Role) -> tuple[Application, frozenset[Role]]:
    """``case_or_404`` for who holds one of ``roles`` for it, with every role that he holds."""
    case = Application.objects.select_related("body", "section").filter(pk=pk).first()
    held: frozenset[Role] = frozenset() if case is None else roles_on(user, case)
    if case is None or held.isdisjoint(roles or _SEES):
        raise Http404("没有这件申请，或者您没有查看的权限。")
    return case, held
