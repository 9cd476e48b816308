"""Roles for a time: whoever signs and is away has somebody act for him, until a day.

A role whose last day is over is taken back, and one handed over from that day on is given, before
anybody of the office is answered on a day (``middleware.RolesInTime``), so nothing rests on
somebody remembering it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from gongkai.base import audit
from gongkai.base.audit import name_of
from gongkai.base.models import AuditEntry
from gongkai.base.refusal import Refused
from gongkai.bodies.actions import remove, save
from gongkai.bodies.models import Body, Membership, PlannedActing, Role
from gongkai.bodies.queries import HANDED_OVER, own_roles
from gongkai.documents.blocks import chinese_date

NOT_BEGUN = "外出代行没有开始"
#: So long who planned it is told.
TOLD_DAYS = 30


def colleagues(held: Membership) -> QuerySet[Membership]:
    """The roles of those who may act in this one: accounts that work in the body themselves."""
    there = Membership.objects.filter(body=held.body_id, acting_for=None, until=None)
    others = there.exclude(role=Role.INSPECTOR).exclude(user=held.user_id)
    return others.filter(user__is_active=True).order_by("pk")


def what_colleagues_do(roles: Iterable[Membership]) -> dict[int, str]:
    """Who may act in one of these roles (account → what he does there, in words)."""
    found: dict[int, list[str]] = {}
    for held in roles:
        for one in colleagues(held):
            found.setdefault(one.user_id, []).append(one.get_role_display())
    return {user: "、".join(dict.fromkeys(words)) for user, words in found.items()}


def hand_over(
    held: Membership,
    to: AbstractBaseUser,
    until: date,
    *,
    by: AbstractBaseUser,
    since: date | None = None,
) -> Membership | PlannedActing:
    """Let a colleague act in one's own role to the end of a day, from now or from a day ahead.

    Once more for the same colleague changes the day. Raises PermissionDenied for a role that is
    not one's own, Refused for a day that is over, or a colleague who cannot.
    """
    with transaction.atomic():
        held = Membership.objects.select_for_update(of=("self",), no_key=True).get(pk=held.pk)
        if held.user_id != by.pk or held.acting_for_id or held.role not in HANDED_OVER:
            raise PermissionDenied("只能请人代行您自己的岗位。")
        first = since or timezone.localdate()
        _check_days(held, first, until)
        if not colleagues(held).filter(user=to.pk).exists():
            raise Refused("请选择本机关有岗位的同事，再办理代行。")
        role = {"user": to, "body": held.body, "role": held.role}
        acting = Membership.objects.filter(**role).first()
        if acting and acting.acting_for_id != by.pk:
            word = f"“{held.get_role_display()}”"
            raise Refused(
                f"{name_of(to)}正在代另一位行使{word}岗位，请另选一位同事。"
                if acting.acting_for_id
                else f"{name_of(to)}本来就有{word}岗位，可以直接办理，不用代行。"
            )
        others = Membership.objects.filter(acting_for=by, body=held.body, role=held.role)
        if (other := others.filter(until__gte=first).exclude(user=to).first()) is not None:
            raise Refused(
                f"{name_of(other.user)}正在代行这个岗位，到{chinese_date(other.until)}为止。"
                "换人的，请先收回，再请另一位。"
            )
        plan = PlannedActing.objects.filter(held=held).first()
        ahead = first > timezone.localdate()
        if plan and (plan.user_id != to.pk if ahead else plan.since <= until):
            raise Refused(
                f"您已经请{name_of(plan.user)}从{chinese_date(plan.since)}起代行这个岗位。"
                f"请{'' if ahead else '把最后一天改到那以前，或者'}先收回那一次安排。"
            )
        if ahead:
            plan = plan or PlannedActing(held=held)
            plan.user, plan.since, plan.until = to, first, until
            save(plan, by=by)
            return plan
        acting = acting or Membership(**role, acting_for=by)
        acting.until = until
        save(acting, by=by)
        return acting


def _check_days(held: Membership, first: date, until: date) -> None:
    today = timezone.localdate()
    if until < today:
        raise Refused("代行的最后一天已经过去了，请填今天或者今天以后的日期。")
    if first < today:
        raise Refused("代行的第一天已经过去了，从今天开始的可以不填第一天。")
    if until < first:
        raise Refused("代行的最后一天不能早于第一天，请改正。")
    if held.until and held.until < until:
        own_end = chinese_date(held.until)
        raise Refused(f"您自己的这个岗位到{own_end}为止，代行不能超过这一天。")


def take_back(acting: Membership | PlannedActing, *, by: AbstractBaseUser) -> None:
    """End it before its day, or before it began; what was done stays done. By whom it was handed
    over."""
    if acting.acting_for_id is None:
        raise PermissionDenied("只能收回请人代行的岗位。")
    remove(acting, by=by)


def lapse(today: date) -> int:
    """Take back every role whose last day is over. Returns how many there were."""
    over = Membership.objects.filter(until__lt=today)
    if not over.exists():
        return 0
    ended = 0
    with transaction.atomic():
        rows = over.select_for_update(of=("self",), no_key=True).select_related("body", "user")
        for one in rows.order_by("acting_for", "pk"):
            if Membership.objects.filter(pk=one.pk).exists():  # may have gone with another's
                remove(one, by=None)
                ended += 1
    return ended


def begin(today: date) -> int:
    """Give the roles that were handed over for a time beginning by now. Returns how many.

    One that cannot begin any more is dropped; the trail says why.
    """
    begun = 0
    due = PlannedActing.objects.filter(since__lte=today).order_by("pk").values_list("pk", flat=True)
    for pk in list(due):
        with transaction.atomic():
            rows = PlannedActing.objects.select_for_update(of=("self",), no_key=True)
            plan = rows.select_related("held__body", "held__user", "user").filter(pk=pk).first()
            if plan is None:  # begun in another process
                continue
            held, to, until = plan.held, plan.user, plan.until
            remove(plan, by=None)
            try:
                hand_over(held, to, until, by=held.user)
                begun += 1
            except (Refused, PermissionDenied) as no:
                why = {"原因": str(no)}
                why["代行人"] = name_of(to)
                audit.record(NOT_BEGUN, held, by=None, scope=held.body.slug, new=why)
    return begun


def not_begun(user: AbstractBaseUser) -> list[tuple[Membership, str, str]]:
    """What the person planned and could not begin in the last days, until he hands the role over
    anew: the role, who was to act, and why it could not be."""
    own = {str(one.pk): one for one in own_roles(user)}
    tried = AuditEntry.objects.filter(
        action=NOT_BEGUN,
        object_type=Membership._meta.label_lower,
        object_id__in=own,
        at__gte=timezone.now() - timedelta(days=TOLD_DAYS),
    )
    handed = [one for one in [*in_force(user), *planned(user)] if one.acting_for_id == user.pk]
    given = {(one.body.pk, one.role) for one in handed}
    found = {entry.object_id: entry.new or {} for entry in tried.order_by("pk")}
    return [
        (own[key], said.get("代行人", ""), said.get("原因", ""))
        for key, said in found.items()
        if (own[key].body_id, own[key].role) not in given
    ]


def given_roles(user: Any, body: Body) -> dict[Role, str]:
    """The roles of the body that the person has only for somebody who is away, and for whom."""
    held = Membership.objects.filter(user=user.pk, body=body).exclude(acting_for=None)
    return {Role(one.role): name_of(one.acting_for) for one in held.select_related("acting_for")}


def for_whom(user: Any) -> Callable[[int, Iterable[Role]], str]:
    """For lists of what there is to do, one query for all of them (none where nothing is listed):
    of a body and the roles that the next deed needs, for whom the person does it; "" where one
    of them is his own.
    """
    rows = Membership.objects.filter(user=user.pk).select_related("acting_for").order_by("pk")

    def said(body: int, roles: Iterable[Role]) -> str:
        wanted = set(roles)
        here = [one for one in rows if one.body_id == body and one.role in wanted]
        givers = [one.acting_for for one in here]
        return "" if None in givers else "、".join(dict.fromkeys(map(name_of, givers)))

    return said


def signature(user: Any, body: Body, *roles: Role) -> str:
    """How papers and records name who does a deed for which one of the roles is needed: his own
    name, and for whom he acts, where none of them is his own.
    """
    if user is None or not set(roles) & set(HANDED_OVER):
        return name_of(user)
    if Membership.objects.filter(user=user.pk, body=body, role__in=roles, acting_for=None).exists():
        return name_of(user)
    givers = [giver for role, giver in given_roles(user, body).items() if role in roles]
    return f"{name_of(user)}（代 {'、'.join(dict.fromkeys(givers))}）" if givers else name_of(user)


def planned(user: AbstractBaseUser) -> QuerySet[PlannedActing]:
    """What is to begin of the same, the earliest first."""
    mine = PlannedActing.objects.filter(Q(user=user.pk) | Q(held__user=user.pk))
    return mine.select_related("user", "held__body", "held__user").order_by("since", "pk")


def in_force(user: AbstractBaseUser) -> QuerySet[Membership]:
    """Roles in which the person acts for another, or another for him, the earliest end first."""
    rows = Membership.objects.exclude(acting_for=None)
    mine = rows.filter(user=user.pk) | rows.filter(acting_for=user.pk)
    return mine.select_related("user", "body", "acting_for").order_by("until", "pk")
