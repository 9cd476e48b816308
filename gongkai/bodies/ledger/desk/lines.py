"""One line of a register: enter, change, strike off, let out, withdraw."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from gongkai.base import audit, form_key
from gongkai.base.models import AuditEntry
from gongkai.base.office import office_page, stored_now
from gongkai.base.permissions import staff
from gongkai.base.refusal import Refused
from gongkai.base.streams import locked_down
from gongkai.bodies.ledger import actions, photos, queries
from gongkai.bodies.ledger.book import FILLED, Book, shown
from gongkai.bodies.ledger.desk.shared import (
    KEEP,
    PUBLISH,
    VIEW,
    body_of,
    book_or_404,
    days_left,
    may_publish,
    ticked_lines,
    trail,
    whole,
)
from gongkai.bodies.ledger.forms import LineForm
from gongkai.bodies.ledger.once import FormUsed, enter_once
from gongkai.bodies.models import Body


def _saved(one: Book, before: Any, line: Any) -> str:
    """What a change did, to the public page too."""
    if not one.is_public or before.published_at is None or line.published_at is not None:
        return "已保存。"
    if line.withdrawn_at is not None:
        return "已保存。这条登记不再符合公开的条件，已经从公开页面撤回。"
    return "已保存。这条登记已经从公开页面撤下，请由另一位同事重新核对公开。"


def _form(
    request: HttpRequest, one: Book, body: Body, sent: QueryDict | None, line: Any = None
) -> LineForm:
    own = None if queries.may_keep(request.user, body, None) else queries.sections_of(request.user)
    initial: dict[str, Any] = {"happened_on": timezone.localdate()}
    if line is not None:
        initial = {name: getattr(line, name) for name in one.sheet_fields}
        initial["section"] = line.section_id
    elif "again" in request.session:
        initial |= request.session.pop("again")
    form = LineForm(
        one,
        body,
        sent,
        request.FILES if sent is not None else None,
        initial=initial,
        sections=None if own is None else own.filter(body=body),
    )
    if one.photos:
        photos.ask(form, one, line.pk if line is not None else None)
    return form


def _pictures(form: LineForm) -> tuple[dict[str, Any], list[Any], list[Any]]:
    """The values of a good form, the pictures that came with it, and those to be taken off."""
    values = dict(form.cleaned_data)
    return values, list(values.pop("photos", ())), list(values.pop("photos_off", ()))


@staff(KEEP)
def new_line(request: HttpRequest, slug: str) -> HttpResponse:
    """Enter a line; "保存并继续登记" keeps the day and the section for the next one."""
    one = book_or_404(slug)
    body, _ = body_of(request)
    if not queries.keeps_any(request.user, body):
        raise PermissionDenied("您没有登记这本台账的权限，请联系管理员。")
    form = _form(request, one, body, request.POST or None)
    key = form_key.sent(request.POST.get("form_key", ""))
    refusal = ""
    if request.method == "POST" and form.is_valid():
        values, add, _ = _pictures(form)
        try:
            with transaction.atomic():
                line, is_new = enter_once(one, body, values, key=key, by=request.user)  # type: ignore[arg-type]
                if is_new:
                    photos.settle(one, line, add, (), by=request.user)  # type: ignore[arg-type]
        except FormUsed as no:
            refusal, key = str(no), form_key.fresh()
        except Refused as no:
            refusal = str(no)
        else:
            told = f"已登记：{line}。" if is_new else f"“{line}”刚才已经登记，没有重复登记。"
            messages.success(request, told)
            if "again" in request.POST:
                section = form.cleaned_data["section"]
                request.session["again"] = {
                    "happened_on": line.happened_on.isoformat(),
                    "section": section.pk if section else None,
                }
                return redirect("desk-ledger-new", one.slug)
            return redirect("desk-ledger", one.slug)
    return office_page(
        request,
        "bodies/desk/ledger/line.html",
        f"登记{one.title}（{body.short_name}）",
        trail(one),
        icon="plus",
        status=422 if refusal or form.errors else 200,
        book=one,
        body=body,
        form=form,
        form_key=key,
        refusal=refusal,
    )


def _line_or_404(request: HttpRequest, one: Book, pk: int) -> Any:
    rows = one.model._default_manager.select_related("body", "section", "entered_by")
    line = rows.filter(pk=pk, body__in=queries.bodies_seen(request.user)).first()
    if line is None or not queries.entries_for(request.user, one, line.body).filter(pk=pk).exists():
        raise Http404("没有这条登记。")
    return line


#: A page of this site or of another: nothing else becomes a link.
_ADDRESS = re.compile(r"(https?://|/(?!/))\S+\Z")


@staff(VIEW)
def line(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """One line: its form for those who keep it, else its values; its trail below.

    What is sealed in it is closed until it is opened.
    """
    one = book_or_404(slug)
    found = _line_or_404(request, one, pk)
    sent = request.POST if request.method == "POST" else None
    # A form that is sent was opened before.
    is_open = sent is not None or not any(getattr(found, n) for n in one.sealed)
    return _line_page(request, one, found, sent, is_open=is_open)


@staff(VIEW)
@require_POST
@never_cache
def open_line(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """What is sealed in a line, to be read or changed; that it was opened is noted."""
    one = book_or_404(slug)
    found = _line_or_404(request, one, pk)
    if not queries.may_open(request.user, found.body, found.section_id):
        raise PermissionDenied("群众反映的内容由本机关经办、审核和负责的人员查看。")
    audit.record(
        f"打开{one.title}的加密内容",
        found,
        by=request.user,
        scope=found.body.slug,  # type: ignore[arg-type]
    )
    return _line_page(request, one, found, None, is_open=True)


def _line_page(
    request: HttpRequest, one: Book, found: Any, sent: QueryDict | None, *, is_open: bool
) -> HttpResponse:
    """The page of a line; ``sent`` is its form, when it was sent."""
    pk = found.pk
    keeps = (
        request.user.has_perm(KEEP)
        and found.struck_at is None
        and queries.may_keep(request.user, found.body, found.section_id)
    )
    if sent is not None and not keeps:
        raise PermissionDenied("您不能修改这条登记。")
    form = _form(request, one, found.body, sent, found) if keeps and is_open else None
    refusal: Refused | None = None
    if form is not None and sent is not None and form.is_valid():
        seen = whole(sent.get("seen", ""))
        values, add, off = _pictures(form)
        try:
            with transaction.atomic():
                changed = actions.change(one, pk, values, by=request.user, seen=seen)
                photos.settle(one, changed, add, off, by=request.user)  # type: ignore[arg-type]
        except Refused as no:
            refusal = no
        else:
            messages.success(request, _saved(one, found, changed))
            return redirect("desk-ledger", one.slug)
    opened = is_open and queries.may_open(request.user, found.body, found.section_id)
    closed = () if opened else one.sealed
    values = [
        (one.label(n), FILLED if n in closed and getattr(found, n) else shown(one, found, n))
        for n in one.sheet_fields
    ]
    return office_page(
        request,
        "bodies/desk/ledger/line.html",
        str(found),
        trail(one),
        icon="edit",
        status=422 if refusal or (form and form.errors) else 200,
        book=one,
        body=found.body,
        line=found,
        form=form,
        refusal=refusal,
        stored_now=stored_now(form) if form and refusal and refusal.overtaken else [],
        # A refused form rests on what was on the screen then; who was overtaken is told.
        seen=found.version
        if sent is None or (refusal and refusal.overtaken)
        else sent.get("seen", found.version),
        values=values,
        addresses=[(label, value) for label, value in values if _ADDRESS.match(value)],
        may_open=not is_open and queries.may_open(request.user, found.body, found.section_id),
        keeps=keeps,
        photos=photos.of_line(one, pk) if one.photos else (),
        may_publish=may_publish(request, one, found.body),
        may_be_public=one.may_be_public(found),
        is_ahead=one.is_ahead(found, timezone.localdate()),
        days_left=days_left(found) if one.is_public else "",
        steps=AuditEntry.objects.filter(
            object_type=one.model._meta.label_lower, object_id=str(found.pk)
        )[:20],
    )


@staff(VIEW)
@require_safe
def photo(request: HttpRequest, slug: str, pk: int, number: int) -> HttpResponse:
    """A picture of a line, for those who may see the line."""
    one = book_or_404(slug)
    found = _line_or_404(request, one, pk)
    shown_one = get_object_or_404(photos.of_line(one, found.pk), pk=number)
    try:
        data = photos.content(shown_one)
    except Refused as no:
        raise Http404(str(no)) from None
    return locked_down(data, shown_one.media_type, shown_one.name, attachment=False)


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label="理由", max_length=200, error_messages={"required": "请写明理由。"}
    )


def _with_reason(
    request: HttpRequest, one: Book, pk: int, act: Any, *, title: str, button: str, intro: str
) -> HttpResponse:
    found = _line_or_404(request, one, pk)
    form = ReasonForm(request.POST or None)
    seen = whole(request.POST.get("seen", ""))
    refusal: Refused | None = None
    if request.method == "POST" and form.is_valid():
        try:
            act(one, pk, form.cleaned_data["reason"], by=request.user, seen=seen)
        except Refused as no:
            refusal = no
        else:
            messages.success(request, f"{title}已办好。")
            return redirect("desk-ledger", one.slug)
    return office_page(
        request,
        "bodies/desk/ledger/reason.html",
        f"{title}：{found}",
        trail(one),
        icon="edit",
        status=422 if refusal or form.errors else 200,
        form=form,
        refusal=refusal,
        button=button,
        intro=intro,
        seen=found.version
        if refusal and refusal.overtaken
        else request.POST.get("seen", found.version),
        back=reverse("desk-ledger-line", args=[one.slug, pk]),
    )


@staff(KEEP)
def strike(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Strike a line off with a reason."""
    return _with_reason(
        request,
        book_or_404(slug),
        pk,
        actions.strike,
        title="划销",
        button="划销这条登记",
        intro="划销以后不再计数，也不再公开；登记和理由一直保留，不能恢复，需要的话重新登记。",
    )


@staff(PUBLISH)
def withdraw(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Take a line off the public page with a reason."""
    return _with_reason(
        request,
        book_or_404(slug),
        pk,
        actions.withdraw,
        title="撤回",
        button="从公开页面撤回",
        intro="撤回以后公众看不到这条登记，台账里仍然保留并计数。",
    )


@staff(PUBLISH)
@require_POST
def publish(request: HttpRequest, slug: str) -> HttpResponse:
    """Let the ticked lines out."""
    one = book_or_404(slug)
    body, _ = body_of(request)
    seen = ticked_lines(request.POST)
    back = request.POST.get("back") == "line" and len(seen) == 1
    try:
        if not seen:
            raise Refused("请先勾选要公开的登记。")
        number = actions.publish(one, body, seen, by=request.user, seen=seen)
    except Refused as no:
        messages.error(request, f"没有公开。{no}")
    else:
        messages.success(request, f"已公开 {number} {one.unit}。")
    if back:
        return redirect("desk-ledger-line", one.slug, *seen)
    return redirect(f"{reverse('desk-ledger', args=[one.slug])}?show=waiting")


urlpatterns: list[URLPattern] = [
    path("ledgers/<slug:slug>/new/", new_line, name="desk-ledger-new"),
    path("ledgers/<slug:slug>/publish/", publish, name="desk-ledger-publish"),
    path("ledgers/<slug:slug>/<int:pk>/", line, name="desk-ledger-line"),
    path("ledgers/<slug:slug>/<int:pk>/open/", open_line, name="desk-ledger-open"),
    path("ledgers/<slug:slug>/<int:pk>/photos/<int:number>/", photo, name="desk-ledger-photo"),
    path("ledgers/<slug:slug>/<int:pk>/strike/", strike, name="desk-ledger-strike"),
    path("ledgers/<slug:slug>/<int:pk>/withdraw/", withdraw, name="desk-ledger-withdraw"),
]
