"""Reads of bodies: the tree, and the one guarded door to "may this person act for that body?"."""

from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet

from gongkai.bodies.models import Body, Region, Role

Someone = AbstractBaseUser | AnonymousUser


def in_region(region: Region) -> QuerySet[Body]:
    """Bodies in a region and everything below it."""
    return Body.objects.filter(region__path__startswith=region.path)


def bodies_for(user: Someone, *roles: Role) -> QuerySet[Body]:
    """Bodies for which the user holds one of the roles (any role when none is named).

    A superuser holds every role. An inspector of a body holds it for the bodies it supervises too.
    """
    if not user.is_authenticated:
        return Body.objects.none()
    if getattr(user, "is_superuser", False):
        return Body.objects.all()
    wanted = roles or tuple(Role)
    own = Q(memberships__user=user, memberships__role__in=list(wanted))
    if Role.INSPECTOR in wanted:
        own |= Q(
            supervised_by__memberships__user=user,
            supervised_by__memberships__role=Role.INSPECTOR,
        )
    return Body.objects.filter(own).distinct()


def require_role(user: Someone | None, body: Body, *roles: Role) -> None:
    """PermissionDenied unless the user holds one of the roles in the body; None is the system."""
    if user is not None and not bodies_for(user, *roles).filter(pk=body.pk).exists():
        raise PermissionDenied(f"您没有在“{body.name}”办理这项工作的权限，请联系管理员。")


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


def depth(region: Region) -> int:
    """How deep a region lies in the tree, from 0."""
    return region.path.count("/") - 2
