"""Staff pages for regions, bodies, sections, persons, posts and roles, and the audit trail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.http import urlencode
from django.utils.timezone import localdate, localtime

from gongkai.base.audit import name_of
from gongkai.base.models import AuditEntry
from gongkai.base.office import day_of, number_of, office_page
from gongkai.base.permissions import staff
from gongkai.base.refusal import Refused
from gongkai.bodies import actions, forms
from gongkai.bodies.models import (
    ADMINISTRATORS,
    Body,
    Membership,
    Person,
    Post,
    Region,
    Role,
    Section,
)
from gongkai.bodies.queries import bodies_for, is_told, may_manage, sections_to_check
from gongkai.law.parameters import statute

ENTER = "wagtailadmin.access_admin"
AUDIT = "base.view_auditentry"
SECTIONS = "bodies.change_section"
PER_PAGE = 50


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of thing that is looked after: its form, its columns, what a search looks in."""

    slug: str
    model: type[Model]
    form: type[forms.OwnForm]
    columns: tuple[str, ...]
    search: tuple[str, ...]
    related: tuple[str, ...] = ()
    body: str = ""  # path to the body that owns a row; "" for what only administrators touch
    help: str = ""

    @property
    def name(self) -> str:
        return "账号" if self.model is get_user_model() else str(self.model._meta.verbose_name)

    def may(self, user: Any, verb: str) -> bool:
        if self.model is get_user_model():  # an account is switched off, never deleted
            return verb != "delete" and may_manage(user)
        return bool(user.has_perm(f"bodies.{verb}_{self.model._meta.model_name}"))

    def rows(self, user: Any) -> QuerySet[Any]:
        """What the person may see and change: everything, or what belongs to his own body."""
        rows = self.model._default_manager.select_related(*self.related)
        if self.model is get_user_model():
            rows = rows.prefetch_related("groups")
            if not user.is_superuser:
                rows = rows.filter(is_superuser=False)
        if may_manage(user):
            return rows
        own = bodies_for(user, Role.HEAD)
        if self.model is Body:
            return rows.filter(pk__in=own)
        if self.model is Person:
            return (rows.filter(posts__body__in=own) | rows.filter(posts=None)).distinct()
        return rows.filter(**{f"{self.body}__in": own}) if self.body else rows.none()


KINDS = {
    kind.slug: kind
    for kind in (
        Kind(
            "bodies",
            Body,
            forms.BodyForm,
            ("name", "region", "kind", "supervised_by", "work_unit", "phone"),
            ("name", "short_name"),
            ("region", "supervised_by"),
            help="独立编制政府信息公开工作年度报告的机关。",
        ),
        Kind(
            "sections",
            Section,
            forms.SectionForm,
            ("name", "body", "phone", "order"),
            ("name", "body__name"),
            ("body",),
            "body",
            "机关的内设科室和二级机构。",
        ),
        Kind("people", Person, forms.PersonForm, ("name", "user"), ("name",), ("user",)),
        Kind(
            "posts",
            Post,
            forms.PostForm,
            (
                *("person", "body", "section", "title", "in_leading_group", "group_role"),
                *("from_on", "to_on"),
            ),
            ("person__name", "title", "body__name"),
            ("person", "body", "section"),
            "body",
            "人员在机关担任的职务和任职起止，包括政务公开领导小组。",
        ),
        Kind(
            "roles",
            Membership,
            forms.MembershipForm,
            ("user", "body", "role", "section", "until", "acting_for"),
            ("user__username", "user__last_name", "user__first_name", "body__name"),
            ("user", "body", "section", "acting_for"),
            help="账号在机关里的岗位。同一个账号可以有几个岗位；岗位决定能办理什么。",
        ),
        Kind(
            "accounts",
            get_user_model(),
            forms.AccountForm,
            ("username", "last_name", "first_name", "groups", "is_active", "last_login"),
            ("username", "last_name", "first_name"),
            help="登录工作平台的账号。建立账号以后，在“岗位权限”里给它岗位；日常管理勾选“系统管理员”。",
        ),
        Kind(
            "regions",
            Region,
            forms.RegionForm,
            ("full_name", "code", "level"),
            ("full_name", "code"),
            help="行政区划代码采用国家标准 GB/T 2260。",
        ),
    )
}


@staff(ENTER)
def rows(request: HttpRequest, slug: str) -> HttpResponse:
    """The list of one kind, with a search."""
    kind = _kind(request, slug, "view")
    words = request.GET.get("q", "").strip()[:60]
    found = kind.rows(request.user)
    if words:
        matching = found.none()
        for name in kind.search:
            matching = matching | found.filter(**{f"{name}__icontains": words})
        found = matching.distinct()
    pages = Paginator(found.order_by(*(kind.model._meta.ordering or ["pk"])), PER_PAGE)
    current = pages.get_page(request.GET.get("p"))
    heads = [_head(kind.model._meta.get_field(name)) for name in kind.columns]
    return _page(
        request,
        "rows.html",
        kind.name,
        [],
        kind=kind,
        heads=heads,
        table=[
            (row, list(zip(heads, (_shown(row, name) for name in kind.columns), strict=True)))
            for row in current
        ],
        pages=current,
        words=words,
        query=urlencode({"q": words}) if words else "",
        may_add=kind.may(request.user, "add"),
    )


@staff(ENTER)
def edit(request: HttpRequest, slug: str, pk: int | None = None) -> HttpResponse:
    """The form for a new or an existing one."""
    kind = _kind(request, slug, "change" if pk else "add")
    instance = _row(kind, request, pk) if pk else None
    form = kind.form(request.POST or None, instance=instance, user=request.user)
    status = 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            try:
                form.store(by=request.user)
                messages.success(request, f"已保存：{form.instance}")
                return redirect("desk-bodies", slug=slug)
            except Refused as error:
                form.add_error(None, str(error))
    title = f"修改{kind.name}" if pk else f"新增{kind.name}"
    return _page(
        request,
        "form.html",
        title,
        [(reverse("desk-bodies", args=[slug]), kind.name)],
        status=status,
        kind=kind,
        form=form,
        instance=instance,
        may_delete=bool(pk) and kind.may(request.user, "delete"),
    )


@staff(ENTER)
def delete(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Ask, then delete; what other records rest on stays."""
    kind = _kind(request, slug, "delete")
    instance = _row(kind, request, pk)
    if request.method == "POST":
        name = str(instance)
        try:
            actions.remove(instance, by=request.user)
            messages.success(request, f"已删除：{name}")
        except Refused as error:
            messages.error(request, str(error))
        return redirect("desk-bodies", slug=slug)
    return _page(
        request,
        "delete.html",
        f"删除{kind.name}",
        [(reverse("desk-bodies", args=[slug]), kind.name)],
        kind=kind,
        instance=instance,
    )


@staff(SECTIONS)
def sections_check(request: HttpRequest) -> HttpResponse:
    """Sections of one's own bodies whose duties and contacts want a look; POST: one is right."""
    if request.method == "POST":
        section = _row(KINDS["sections"], request, number_of(request.POST.get("section")))
        try:
            actions.check_section(section, by=request.user)  # type: ignore[arg-type]
            messages.success(request, f"已核对：{section}")
        except Refused as no:
            messages.error(request, str(no))
        return redirect("desk-sections-check")
    today = localdate()
    return _page(
        request,
        "sections_check.html",
        "核对科室职责和联系方式",
        [(reverse("desk-bodies", args=["sections"]), "科室")],
        sections=[(one, is_told(one)) for one in sections_to_check(request.user, today)],
        rule=statute().rule("convention.section_check", on=today),
    )


@staff(AUDIT)
def audit_trail(request: HttpRequest) -> HttpResponse:
    """Who did what, with old and new values; a head or inspector reads that of his own bodies."""
    entries = AuditEntry.objects.all()
    bodies = bodies_for(request.user, Role.HEAD, Role.INSPECTOR).order_by("name")
    if may_manage(request.user):
        bodies = Body.objects.order_by("name")
    else:
        entries = entries.filter(scope__in=bodies.values("slug"))
    chosen = {k: request.GET.get(k, "").strip()[:60] for k in ("body", "person", "from", "to")}
    if chosen["body"]:
        entries = entries.filter(scope=chosen["body"])
    if chosen["person"]:
        entries = entries.filter(by_name__icontains=chosen["person"])
    for name, lookup in (("from", "at__date__gte"), ("to", "at__date__lte")):
        if day := day_of(chosen[name]):
            entries = entries.filter(**{lookup: day})
    current = Paginator(entries, PER_PAGE).get_page(request.GET.get("p"))
    return _page(
        request,
        "audit.html",
        "操作记录",
        [],
        icon="history",
        entries=current,
        bodies=bodies,
        chosen=chosen,
        query=urlencode({k: v for k, v in chosen.items() if v}),
    )


def _kind(request: HttpRequest, slug: str, verb: str) -> Kind:
    kind = KINDS.get(slug)
    if kind is None:
        raise Http404
    if not kind.may(request.user, verb):
        raise PermissionDenied
    return kind


def _row(kind: Kind, request: HttpRequest, pk: int | None) -> Model:
    found: Model | None = kind.rows(request.user).filter(pk=pk).first()
    if found is None:
        raise Http404("没有这条记录，或者您没有查看的权限。")
    return found


def _shown(row: Model, name: str) -> str:
    """A field's value as words."""
    if name == "groups":
        if row.is_superuser:
            return "是（初始账号）"
        return "是" if any(group.name == ADMINISTRATORS for group in row.groups.all()) else "否"
    display = getattr(row, f"get_{name}_display", None)
    value = display() if display else getattr(row, name)
    if isinstance(value, bool):
        return "是" if value else "否"
    if hasattr(value, "get_username"):
        return name_of(value)
    if isinstance(value, datetime):
        return f"{localtime(value):%Y-%m-%d %H:%M}"
    return "" if value is None else str(value)


def _head(field: Any) -> str:
    """A column's name; Django's own words for an account's fields are long."""
    words = {"username": "登录名", "is_active": "可以登录", "groups": ADMINISTRATORS}
    return words.get(field.name, str(field.verbose_name))


def _page(
    request: HttpRequest,
    template: str,
    title: str,
    above: list[tuple[str, str]],
    *,
    icon: str = "group",
    status: int = 200,
    **context: Any,
) -> HttpResponse:
    trail = [(reverse("wagtailadmin_home"), "待办"), *above]
    template = f"bodies/desk/{template}"
    return office_page(request, template, title, trail, icon=icon, status=status, **context)


urlpatterns = [
    path("organisation/check/", sections_check, name="desk-sections-check"),
    path("organisation/<slug:slug>/", rows, name="desk-bodies"),
    path("organisation/<slug:slug>/new/", edit, name="desk-body-new"),
    path("organisation/<slug:slug>/<int:pk>/", edit, name="desk-body-edit"),
    path("organisation/<slug:slug>/<int:pk>/delete/", delete, name="desk-body-delete"),
    path("audit/", audit_trail, name="desk-audit"),
]
