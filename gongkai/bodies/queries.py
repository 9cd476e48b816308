"""Reads of bodies: the tree, and the one guarded door to "may this person act for that body?"."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q, QuerySet

from gongkai.bodies.models import ADMINISTRATORS, Body, Membership, Region, Role, Section
from gongkai.law.parameters import statute
from gongkai.law.remedies import add_months

Someone = AbstractBaseUser | AnonymousUser
#: Whoever signs may have somebody act for him while he is away; without him everything waits.
HANDED_OVER = (Role.HEAD, Role.LEADER)


def in_region(region: Region) -> QuerySet[Body]:
    """Bodies in a region and everything below it."""
    return Body.objects.filter(region__path__startswith=region.path)


def bodies_for(user: Someone, *roles: Role) -> QuerySet[Body]:
    """Bodies for which the user holds one of the roles (any role when none is named).

    An inspector of a body holds it for the bodies it supervises too; a superuser sees every body
    as its inspector does, and holds any other role only where it was given to him.
    """
    if not user.is_authenticated:
        return Body.objects.none()
    wanted = roles or tuple(Role)
    if Role.INSPECTOR in wanted and getattr(user, "is_superuser", False):
        return Body.objects.all()
    own = Q(memberships__user=user, memberships__role__in=list(wanted))
    if Role.INSPECTOR in wanted:
        own |= Q(
            supervised_by__memberships__user=user,
            supervised_by__memberships__role=Role.INSPECTOR,
        )
    return Body.objects.filter(own).distinct()


def require_role(user: Someone | None, body: Body, *roles: Role) -> None:
    """PermissionDenied unless the user holds one of the roles in the body; None is the system."""
    # Mostly; else it is an inspector of those above it, or a superuser.
    if user is None or holds(user, body, *roles):
        return
    if not bodies_for(user, *roles).filter(pk=body.pk).exists():
        raise PermissionDenied(f"您没有在“{body.name}”办理这项工作的权限，请联系管理员。")


def holds(user: Someone, body: Body, *roles: Role) -> bool:
    """Whether the user holds one of the roles in this very body, not only in one above it."""
    return Membership.objects.filter(user=user.pk, body=body, role__in=roles).exists()


@dataclass(frozen=True, slots=True)
class Held:
    """What a person holds, for pages that ask it of many roles: read once."""

    user: Someone
    roles: frozenset[tuple[int, str]]
    #: Where he is 承办人.
    sections: frozenset[int]

    def bodies(self, *roles: Role) -> Collection[int] | QuerySet[Any]:
        """The keys of ``bodies_for``, for an ``__in``."""
        wanted = roles or tuple(Role)
        inspects = getattr(self.user, "is_superuser", False) or any(
            role == Role.INSPECTOR for _, role in self.roles
        )
        if inspects and Role.INSPECTOR in wanted:  # of a whole province perhaps
            return bodies_for(self.user, *roles).order_by().values_list("pk", flat=True)
        return {body for body, role in self.roles if role in wanted}


def held_by(user: Someone) -> Held:
    """The roles of a person by body, and the sections in which he is 承办人; one query for all."""
    rows = list(Membership.objects.filter(user=user.pk).values_list("body", "role", "section"))
    sections = {section for _, role, section in rows if role == Role.HANDLER and section}
    return Held(user, frozenset((body, role) for body, role, _ in rows), frozenset(sections))


def own_roles(user: Someone) -> QuerySet[Membership]:
    """The roles that the person may hand over while away: his own ones of those who sign."""
    held = Membership.objects.filter(user=user.pk, acting_for=None, role__in=HANDED_OVER)
    return held.select_related("body", "user").order_by("body__name", "pk")


# --- what the public reads of the sections ---------------------------------------------------


def is_told(section: Section) -> bool:
    """Whether the public learns what a section does and how to reach it."""
    return bool(section.duties.strip() and section.phone.strip())


def sections_to_check(user: Someone, on: date) -> QuerySet[Section]:
    """Sections of the bodies that the person heads whose duties or contacts are not told, or that
    nobody has looked over for the months of ``convention.section_check``.
    """
    months = int(statute().rule("convention.section_check", on=on).value)
    headed = Membership.objects.filter(user=user.pk, role=Role.HEAD).values("body")
    old = Q(checked_on=None) | Q(checked_on__lte=add_months(on, -months))
    rows = Section.objects.filter(Q(duties="") | Q(phone="") | old, body__in=headed)
    return rows.select_related("body").order_by("body__name", "order", "pk")


# --- the public tree ------------------------------------------------------------------------

#: Up to so many regions a choice shows the whole tree; beyond it, the branch that is open.
WHOLE_TREE = 300


def region_choices(selected: Region | None) -> list[Region]:
    """Regions to choose from, in the order of the tree.

    A small tree is shown whole; of a large one the first two levels, the branch of the selected
    region, and what lies directly below it.
    """
    regions = Region.objects.all()
    if regions[: WHOLE_TREE + 1].count() > WHOLE_TREE:
        roots = Q(parent=None) | Q(parent__parent=None)
        if selected is not None:
            roots |= Q(code__in=selected.path.strip("/").split("/"))
            roots |= Q(parent=selected)
            if selected.parent_id:
                roots |= Q(parent_id=selected.parent_id)
        regions = regions.filter(roots)
    return list(regions.order_by("path"))


@dataclass(slots=True)
class Branch:
    """A region of the tree with its bodies, the branches below it, and how many bodies in all."""

    region: Region
    bodies: list[Body] = field(default_factory=list)
    below: list[Branch] = field(default_factory=list)
    count: int = 0


def branches(region: Region | None) -> list[Branch]:
    """The tree at and below a region: its own bodies, and what lies below it.

    Up to ``WHOLE_TREE`` bodies every branch is filled; beyond it only the region's own bodies
    are listed, and the branches directly below carry their numbers. Three queries at most.
    """
    bodies = Body.objects.all() if region is None else in_region(region)
    counts = Counter(dict(bodies.values_list("region__path").annotate(n=Count("id")).order_by()))
    whole = sum(counts.values()) <= WHOLE_TREE
    wanted = Q(path__in=_with_ancestors(counts))
    regions = Region.objects.filter(wanted).order_by("path")
    if region is not None:
        regions = regions.filter(path__startswith=region.path)
    if not whole:
        near = Q(parent=region) if region is None else Q(pk=region.pk) | Q(parent=region)
        regions = regions.filter(near)
        bodies = bodies.filter(region=region) if region is not None else bodies.none()
    by_path = {r.path: Branch(r) for r in regions}
    for path, n in counts.items():
        for above in _with_ancestors([path]):
            if above in by_path:
                by_path[above].count += n
    for body in bodies.select_related("region").order_by("name"):
        by_path[body.region.path].bodies.append(body)
    roots = []
    for path, branch in by_path.items():
        parent = by_path.get(path[: path.rstrip("/").rfind("/") + 1])
        (parent.below if parent else roots).append(branch)
    return roots


def _with_ancestors(paths: Iterable[str]) -> set[str]:
    """The paths and all their beginnings: "/41/4190/" gives "/41/" and "/41/4190/"."""
    found = set()
    for path in paths:
        codes = path.strip("/").split("/")
        found |= {f"/{'/'.join(codes[: i + 1])}/" for i in range(len(codes))}
    return found


def depth(region: Region) -> int:
    """How deep a region lies in the tree, from 0."""
    return region.path.count("/") - 2


def may_manage(user: Someone) -> bool:
    """Whether the user administers bodies, regions and accounts of the whole installation."""
    if not user.is_authenticated:
        return False
    return bool(
        getattr(user, "is_superuser", False) or user.groups.filter(name=ADMINISTRATORS).exists()  # type: ignore[attr-defined]
    )


def administrators() -> QuerySet[Any]:
    """Everybody of whom ``may_manage`` is true and who may sign in."""
    held = Q(is_superuser=True) | Q(groups__name=ADMINISTRATORS)
    return get_user_model().objects.filter(held, is_active=True).distinct()
