"""Every deed on bodies, regions, sections, persons, posts and roles: atomic and audited.

``by`` None is the system. Regions, bodies and roles belong to the administrators; a head keeps
his own body's card, sections, people and posts in order.
"""

from __future__ import annotations

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.db.models import ProtectedError
from django.utils import timezone

from gongkai.base import audit
from gongkai.base.refusal import Refused
from gongkai.bodies.models import (
    ADMINISTRATORS,
    Body,
    Membership,
    Person,
    PlannedActing,
    Post,
    Region,
    Role,
    Section,
)
from gongkai.bodies.queries import administrators, bodies_for, is_told, may_manage, own_roles
from gongkai.bodies.roles import sync_groups


def create_body(*, by: AbstractBaseUser | None, **facts: Any) -> Body:
    """A new body from its field values."""
    body = Body(**facts)
    save(body, by=by)
    return body


def create_section(body: Body, name: str, *, by: AbstractBaseUser | None, **facts: Any) -> Section:
    """A new section (科室) or subordinate unit of a body."""
    section = Section(body=body, name=name, **facts)
    save(section, by=by)
    return section


def save(instance: models.Model, *, by: AbstractBaseUser | None) -> None:
    """Store a new or changed region, body, section, person, post or role, with what changed."""
    _require(instance, by)
    with transaction.atomic():
        name = _name(instance)
        known = type(instance)._default_manager.filter(pk=instance.pk)
        former = known.first() if instance.pk is not None else None
        if former is not None:
            _require(former, by)  # nor may he take a section over from another body
        old = _facts(former) if former else {}
        if isinstance(instance, Membership) and (wrong := section_fault(instance)):
            raise Refused(wrong)
        if isinstance(instance, Region) and former and _in_circle(instance):
            raise Refused("上级区划不能是它自己或者它的下级，请重新选择。")
        if isinstance(instance, Section):
            _note_change(instance, former)
        if former is not None and _facts(instance) != old:
            # Before the row is written: a new name is a new key, and who holds the end of the
            # trail may wait to name the row.
            audit.hold(_scope(instance))
        instance.save()
        new = _facts(instance)
        changed = [k for k in new if new[k] != old.get(k)]
        if former is None or changed:
            audit.record(
                f"{'修改' if former else '新增'}{name}",
                instance,
                by=by,
                scope=_scope(instance),
                old={k: _told(k, old.get(k), "") for k in changed} if former else None,
                new={k: _told(k, new[k], "已设置") for k in changed},
            )
        if isinstance(instance, AbstractBaseUser) and former and not instance.is_active:
            _one_administers()
        if isinstance(instance, Membership):
            sync_groups(instance.user)
            if former:
                sync_groups(former.user)
                _end_acting(former, by)
        if isinstance(instance, Region) and former:
            for child in instance.children.all():
                child.parent = instance
                save(child, by=None)  # its path and full name follow


def _note_change(section: Section, former: models.Model | None) -> None:
    """The day on which what the public reads of a section was changed; it is right then."""
    told = ("name", "duties", "phone", "address")
    if former is None or any(getattr(former, n) != getattr(section, n) for n in told):
        section.changed_on = section.checked_on = timezone.localdate()


def check_section(section: Section, *, by: AbstractBaseUser | None) -> Section:
    """Say that the duties and contacts of a section are still right (条例 Art 20 item 2)."""
    _require(section, by)
    with transaction.atomic():
        section = Section.objects.select_for_update(of=("self",), no_key=True).get(pk=section.pk)
        if not is_told(section):
            raise Refused(f"“{section}”的工作职责、联系电话还没有写全，请先补充。")
        section.checked_on = timezone.localdate()
        section.save(update_fields=["checked_on"])
        audit.record("核对科室职责和联系方式", section, by=by, scope=section.body.slug)
    return section


def remove(instance: models.Model, *, by: AbstractBaseUser | None) -> None:
    """Delete one; refused while something else rests on it."""
    _require(instance, by)
    with transaction.atomic():
        if isinstance(instance, Body) and (kept := _still_there(instance)):
            raise Refused(f"“{instance}”还有{kept}，请先逐项删除，再删除机关。")
        if isinstance(instance, Section) and (
            handlers := Membership.objects.filter(section=instance).count()
        ):
            raise Refused(
                f"“{instance}”还有{handlers}名承办人，请先在岗位权限里给他们换科室，再删除科室。"
            )
        if isinstance(instance, Membership):
            _drop_plans(instance, by)
        old, scope = _facts(instance), _scope(instance)
        audit.record(f"删除{_name(instance)}", instance, by=by, scope=scope, old=old)
        try:
            instance.delete()
        except ProtectedError as error:
            raise Refused(f"“{instance}”还有其他记录在使用，不能删除。") from error
        if isinstance(instance, Membership):
            sync_groups(instance.user)
            _end_acting(instance, by)


def _end_acting(former: Membership, by: AbstractBaseUser | None) -> None:
    """Nobody acts for a person in a role that he does not hold any more."""
    held = {"body": former.body, "role": former.role}
    if Membership.objects.filter(user=former.user, acting_for=None, **held).exists():
        return
    _drop_plans(former, by)
    for acting in Membership.objects.filter(acting_for=former.user, **held):
        remove(acting, by=by)


def _drop_plans(former: Membership, by: AbstractBaseUser | None) -> None:
    """Nor is anybody to act in it: whoever has the role now did not ask for it."""
    for plan in PlannedActing.objects.filter(held=former.pk):
        remove(plan, by=by)


def section_fault(membership: Membership) -> str:
    """What is wrong with the section of a role; "" when it is as it should be."""
    section = membership.section
    if membership.role != Role.HANDLER:
        return "" if section is None else "只有承办人需要选择科室，其他岗位请不要选。"
    if section is None:
        return "承办人只办理交给本科室的申请，请选择他所在的科室。"
    return "" if section.body_id == membership.body_id else "这个科室不属于所选的机关，请重新选择。"


def _still_there(body: Body) -> str:
    """What would go with a body unrecorded: its sections, posts and roles, in words."""
    parts = (("科室", body.sections), ("职务", body.posts), ("岗位权限", body.memberships))
    return "、".join(name for name, rows in parts if rows.exists())


def grant_role(
    user: AbstractBaseUser,
    body: Body,
    role: Role,
    *,
    by: AbstractBaseUser | None,
    section: Section | None = None,
) -> Membership:
    """Give a user a role in a body (once; again changes nothing but the section, and makes his
    own what he held for a time).

    ``section``: where a 承办人 works; he needs one, the other roles have none.
    """
    known = Membership.objects.filter(user=user, body=body, role=role).first()
    if known and not known.until and known.section_id == (section.pk if section else None):
        return known
    membership = known or Membership(user=user, body=body, role=role)
    membership.section, membership.until, membership.acting_for = section, None, None
    save(membership, by=by)
    return membership


def set_administrator(user: Any, administers: bool, *, by: AbstractBaseUser | None) -> None:
    """Let an account look after bodies, regions and accounts, or no more. It brings no role in a
    body. Refused for the last one who does.
    """
    _require(user, by)
    with transaction.atomic():
        if user.groups.filter(name=ADMINISTRATORS).exists() == administers:
            return
        group = Group.objects.get(name=ADMINISTRATORS)
        if administers:
            user.groups.add(group)
        else:
            user.groups.remove(group)
            _one_administers()
        deed = f"{'设为' if administers else '取消'}{ADMINISTRATORS}"
        old, new = {ADMINISTRATORS: not administers}, {ADMINISTRATORS: administers}
        audit.record(deed, user, by=by, old=old, new=new)


def _one_administers() -> None:
    """Refused when nobody who may sign in administers any more; two at once wait for each other."""
    list(Group.objects.select_for_update(no_key=True).filter(name=ADMINISTRATORS))
    if not administrators().exists():
        raise Refused(
            "这是最后一个可以登录的系统管理员。请先把另一个账号设为系统管理员，再改这个账号。"
        )


def _require(instance: models.Model, by: AbstractBaseUser | None) -> None:
    """PermissionDenied unless the person administers all of this, or heads the body concerned."""
    if isinstance(instance, AbstractBaseUser):
        # Nobody but a superuser touches a superuser: else an administrator could become one.
        above = getattr(instance, "is_superuser", False)
        if by is None or (may_manage(by) and (getattr(by, "is_superuser", False) or not above)):
            return
        raise PermissionDenied("您没有管理账号的权限，请联系管理员。")
    if by is None or may_manage(by):
        return
    headed = bodies_for(by, Role.HEAD)
    if isinstance(instance, Membership):
        allowed = (
            instance.acting_for_id == by.pk
            and own_roles(by).filter(body=instance.body_id, role=instance.role).exists()
        )
    elif isinstance(instance, PlannedActing):
        allowed = own_roles(by).filter(pk=instance.held_id).exists()
    elif isinstance(instance, Body) and instance.pk:
        allowed = headed.filter(pk=instance.pk).exists()
    elif isinstance(instance, Section | Post):
        allowed = headed.filter(pk=instance.body_id).exists()
    elif isinstance(instance, Person):
        posts = Post.objects.filter(person=instance) if instance.pk else Post.objects.none()
        elsewhere = posts.exclude(body__in=headed).exists()
        allowed = headed.exists() and not elsewhere
    else:
        allowed = False
    if not allowed:
        raise PermissionDenied("您没有办理这项工作的权限，请联系管理员。")


def _in_circle(region: Region) -> bool:
    above = region.parent
    while above is not None:
        if above.pk == region.pk:
            return True
        above = above.parent
    return False


def _name(instance: models.Model) -> str:
    return "账号" if isinstance(instance, AbstractBaseUser) else str(instance._meta.verbose_name)


def _scope(instance: models.Model) -> str:
    if isinstance(instance, Body):
        return instance.slug
    body = getattr(instance, "body", None)
    return body.slug if body is not None else ""


_PASSWORD = "密码"
#: What follows from a deed and is none.
_DERIVED = ("path", "full_name", "last_login", "changed_on", "checked_on")


def _told(name: str, value: Any, word: str) -> Any:
    """A value for the trail, which says that a password was set and never what it is."""
    return word if name == _PASSWORD else value


def _facts(instance: models.Model) -> dict[str, Any]:
    """Field values under their Chinese names, as JSON."""
    facts = {}
    for field in instance._meta.concrete_fields:
        if field.primary_key or field.name in _DERIVED:
            continue
        if field.name == "password":
            facts[_PASSWORD] = field.value_from_object(instance)
            continue
        if isinstance(field, models.ForeignKey):
            related = getattr(instance, field.name)
            value: Any = None if related is None else str(related)
        else:
            value = field.value_from_object(instance)
            if not isinstance(value, bool | int | str | None):
                value = str(value)
        facts[str(field.verbose_name)] = value
    return facts
