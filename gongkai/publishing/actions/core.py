"""What every deed on a document shares: the lock, the permission, the trail."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from wagtail.models import Revision

from gongkai.base import audit
from gongkai.base.refusal import Overtaken
from gongkai.bodies.calendars import calendar_for
from gongkai.bodies.models import Body, Membership, Role
from gongkai.bodies.queries import require_role
from gongkai.law.parameters import NoRuleInForce, rule
from gongkai.law.remedies import add_months
from gongkai.publishing.levels import Stage
from gongkai.publishing.models import Document, ImportedDocument

By = AbstractBaseUser | None


def may_touch(user: AbstractBaseUser, document: Document, *roles: Role) -> bool:
    """Whether the user holds one of the roles in the document's body; a 承办人 in its section."""
    posts = Q(role__in=[role for role in roles if role != Role.HANDLER])
    if Role.HANDLER in roles and document.section_id is not None:
        posts |= Q(role=Role.HANDLER, section=document.section_id)
    return Membership.objects.filter(posts, user=user.pk, body=document.body_id).exists()


def may_take(user: AbstractBaseUser, document: Document, due: Stage) -> bool:
    """Whether a step of the review is this user's.

    A level of one person falls to the head of the body where that person wrote the draft or does
    not work there any more.
    """
    level = due.level
    if level is None or level.role:
        return may_touch(user, document, *due.roles)
    held = Membership.objects.filter(body=document.body_id)
    if level.person is None:
        return held.filter(user=user.pk, role=Role.HANDLER, section=level.section_id).exists()
    if not held.filter(user=level.person).exists() or wrote_in(document, level.person):
        return may_touch(user, document, Role.HEAD)
    return user.pk == level.person_id


def wrote_in(document: Document, user: Any) -> bool:
    """Whether the user saved a revision of this draft since the last release."""
    made = Revision.objects.for_instance(document).filter(user=user)
    if document.release_id:
        made = made.filter(created_at__gt=document.release.at)
    return made.exists() or (document.release_id is None and document.author_id == user.pk)


@contextmanager
def on_document(
    document: Document, *, by: By, roles: tuple[Role, ...] = (), seen: int | None = None
) -> Iterator[Document]:
    """Lock the document for one deed and save its work columns afterwards.

    ``by`` None is the system. ``seen`` is the version the person had on the screen: Overtaken
    when somebody was faster. All or nothing: whatever is raised inside undoes everything.
    """
    with transaction.atomic():
        document = (
            Document.objects.select_for_update(of=("self",), no_key=True)
            .select_related("body", "column", "latest_revision", "imported")
            .get(pk=document.pk)
        )
        if by is not None and not may_touch(by, document, *roles):
            raise PermissionDenied("您没有办理这份信息的权限，请联系管理员。")
        if seen is not None and seen != document.version:
            raise Overtaken("这份信息刚刚由他人办理过，您看到的不是最新情况。请核对以后再办一次。")
        yield document
        document.version += 1
        set_due(document)
        document.save()


def set_due(document: Document) -> None:
    """The last day to publish (条例 Art 26), from the day it was formed or changed.

    None for what is not published on one's own motion, for what an older site had published, and
    for what is older than the rule.
    """
    document.due_on, document.due_is_provisional = None, False
    if document.attribute != Document.Attribute.PUBLIC:
        return
    if document.changed_on is None and _was_public_before(document):
        return
    starts = document.changed_on or document.formed_on
    try:
        limit = rule(document.column.due_rule, on=starts)
    except NoRuleInForce:
        return
    if limit.unit == "日":  # budgets: days of the calendar
        document.due_on = starts + timedelta(days=int(limit.value))
        return
    calendar = calendar_for(document.body)
    document.due_on = calendar.add(starts, int(limit.value))
    document.due_is_provisional = calendar.is_provisional(document.due_on)


def _was_public_before(document: Document) -> bool:
    """Whether it was taken over from an older site, where it stood."""
    taken: ImportedDocument | None = getattr(document, "imported", None)
    return taken is not None and taken.published_at is not None


def require(user: By, body: Body, *roles: Role) -> None:
    """PermissionDenied unless the user holds one of the roles in the body."""
    require_role(user, body, *roles)


def record(document: Document, action: str, *, by: By, **values: Any) -> None:
    """One entry of the audit trail of the document's body."""
    audit.record(action, document, by=by, scope=document.body.slug, **values)


def today() -> date:
    """The day in Beijing time."""
    return timezone.localdate()


def next_evaluation(day: date) -> date:
    """When what is withheld on ``day`` is looked at again (条例 Art 18; the interval is ours)."""
    return add_months(day, int(rule("convention.re_evaluation", on=day).value))
