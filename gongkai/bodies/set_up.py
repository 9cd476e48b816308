"""Whose settings a person keeps, and the body of a page of settings."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest

from gongkai.bodies.models import Body, Role
from gongkai.bodies.queries import Someone, bodies_for, may_manage


def bodies_to_set_up(user: Someone) -> QuerySet[Body]:
    """Bodies whose settings the person may change: his own as head, all as administrator."""
    own = Body.objects.all() if may_manage(user) else bodies_for(user, Role.HEAD)
    return own.order_by("name")


def may_set_up(user: Someone, body: Body) -> bool:
    """Whether the user sets the body up."""
    return bodies_to_set_up(user).filter(pk=body.pk).exists()


def require_set_up(by: Someone | None, body: Body) -> None:
    """PermissionDenied unless the user sets the body up; None is the system."""
    if by is not None and not may_set_up(by, body):
        raise PermissionDenied("修改设置由本机关负责人或者系统管理员办理。")


def body_to_set_up(request: HttpRequest, slug: str = "") -> tuple[Body, list[Body]]:
    """The body named in the address or the choice, else the first; those to choose from, none
    where there is but one."""
    mine = bodies_to_set_up(request.user)
    body = mine.filter(slug=slug or request.GET.get("body", "")).first()
    if body is None and slug:
        raise Http404("没有这个机关，或者您没有修改它的设置的权限。")
    body = body or mine.first()
    if body is None:
        raise PermissionDenied("修改设置由本机关负责人或者系统管理员办理。")
    return body, list(mine) if mine.count() > 1 else []
