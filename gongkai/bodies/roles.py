"""Roles as Django groups: what a person may do at all; in which body is said by Membership."""

from __future__ import annotations

from collections.abc import Iterable

from django.apps import apps
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType

from gongkai.bodies.models import ADMINISTRATORS, Membership, Role
from gongkai.bodies.queries import HANDED_OVER

GROUPS = (*(r.label for r in Role), ADMINISTRATORS)


def give(group_names: Iterable[str], *permissions: str) -> None:
    """Add permissions ("reporting.file_report") to the groups, which are made if missing.

    Rooms call it after ``migrate``; it may run before Django has made the permissions of the
    room, so it asks for them first. Idempotent.
    """
    groups = [Group.objects.get_or_create(name=name)[0] for name in group_names]
    for name in permissions:
        label, codename = name.split(".")
        if not (found := _find(label, codename)):
            _make(label)
            found = _find(label, codename)
        if found is None:
            raise LookupError(name)
        for group in groups:
            group.permissions.add(found)


def _make(label: str) -> None:
    """Make the permissions of a room; the right to enter the office belongs to no model."""
    if label == "wagtailadmin":
        office, _ = ContentType.objects.get_or_create(app_label=label, model="admin")
        Permission.objects.get_or_create(
            content_type=office, codename="access_admin", defaults={"name": "进入工作平台"}
        )
    else:
        create_permissions(apps.get_app_config(label), verbosity=0)


def _find(label: str, codename: str) -> Permission | None:
    return Permission.objects.filter(content_type__app_label=label, codename=codename).first()


def sync_groups(user: AbstractBaseUser) -> None:
    """Make the user's role groups those of his memberships; other groups stay as they are."""
    held = {
        Role(r).label for r in Membership.objects.filter(user=user).values_list("role", flat=True)
    }
    groups = user.groups  # type: ignore[attr-defined]
    had = groups.filter(name__in=[role.label for role in Role])
    names = {group.name for group in had}
    groups.add(*(Group.objects.get_or_create(name=name)[0] for name in held - names))
    groups.remove(*(group for group in had if group.name not in held))


def set_up_groups(**kwargs: object) -> None:
    """The groups, the right to enter the office, and what this room lets them do."""
    give(GROUPS, "wagtailadmin.access_admin")
    models = ("region", "body", "section", "person", "post", "membership")
    give([ADMINISTRATORS], *(f"bodies.{verb}_{m}" for m in models for verb in _VERBS))
    give([ADMINISTRATORS, Role.HEAD.label], "base.change_siteerror")
    give([ADMINISTRATORS], "base.view_auditentry")
    # A head keeps his own body's card, sections and posts in order; row by row in the views.
    give(
        [Role.HEAD.label],
        *("bodies.view_body", "bodies.change_body"),
        *(f"bodies.{verb}_{m}" for m in ("section", "person", "post") for verb in _VERBS),
        "base.view_auditentry",
    )
    give([role.label for role in HANDED_OVER], "bodies.hand_over_role")
    give([Role.INSPECTOR.label], "base.view_auditentry")
    give([role.label for role in Role], "bodies.view_ledger")
    keepers = (Role.CLERK, Role.HANDLER, Role.REVIEWER, Role.HEAD)
    give([role.label for role in keepers], "bodies.keep_ledger")
    give([r.label for r in (Role.REVIEWER, Role.HEAD, Role.FINANCE)], "bodies.publish_ledger")


_VERBS = ("view", "add", "change", "delete")
