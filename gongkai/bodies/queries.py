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
