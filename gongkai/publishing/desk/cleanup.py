"""Office pages of a 清理: every document in force, its verdict, the result as a draft."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from gongkai.base.office import office_page
from gongkai.base.permissions import staff
from gongkai.base.refusal import Refused
from gongkai.publishing.actions import cleanup as actions
from gongkai.publishing.desk.access import seen_bodies
from gongkai.publishing.desk.shared import DAY, HOME, body_of, form_page, holds, required
from gongkai.publishing.models import Cleanup, CleanupItem, Column, Document
from gongkai.publishing.normative_register import in_force
from gongkai.publishing.roles import DRAFT, VIEW, WRITERS

TRAIL = (("desk-normative", "规范性文件"), ("desk-cleanups", "清理"))


def _trail(n: int) -> list[tuple[str, str]]:
    return [(reverse(name), label) for name, label in TRAIL[:n]]


class StartForm(forms.Form):
    name = forms.CharField(
        label="名称",
        max_length=100,
        help_text="例如：2026年行政规范性文件清理",
        error_messages=required("请填写这次清理的名称。"),
    )
    reason = forms.CharField(
        label="清理的依据和要求",
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="会写在公布结果的文件开头。",
    )
    as_of = forms.DateField(label="截至", widget=DAY, error_messages=required("请填写日期。"))


class FinishForm(forms.Form):
    column = forms.ModelChoiceField(
        Column.objects.none(),
        label="公布在哪个栏目",
        empty_label="请选择栏目",
        error_messages=required("请选择栏目。"),
    )
    ends_on = forms.DateField(
        label="废止、失效自哪一天起", widget=DAY, error_messages=required("请填写日期。")
    )


def _cleanup_or_404(request: HttpRequest, pk: int) -> Cleanup:
    found = Cleanup.objects.filter(pk=pk, body__in=seen_bodies(request.user))
    cleanup = found.select_related("body", "result").first()
    if cleanup is None:
        raise Http404("没有这次清理，或者您没有查看的权限。")
    return cleanup


@staff(VIEW)
@require_safe
def rounds(request: HttpRequest) -> HttpResponse:
    """The rounds of a body."""
    body, bodies = body_of(request)
    return office_page(
        request,
        "publishing/desk/cleanups.html",
        "规范性文件清理",
        [HOME, *_trail(1)],
        icon="list-ul",
        body=body,
        bodies=bodies,
        rounds=[
            (one, one.items.exclude(verdict="").count(), one.items.count())
            for one in Cleanup.objects.filter(body=body)
        ],
        may=holds(request, body, *WRITERS),
    )


@staff(DRAFT)
def start(request: HttpRequest) -> HttpResponse:
    """Begin a round."""
    body, _ = body_of(request)
    today = timezone.localdate()
    form = StartForm(
        request.POST or None, initial={"as_of": today, "name": f"{today.year}年行政规范性文件清理"}
    )

    def act(values: dict[str, Any]) -> Cleanup:
        return actions.start_cleanup(body, **values, by=request.user)

    return form_page(
        request,
        form,
        act,
        title="开始清理",
        trail=_trail(2),
        button="开始",
        done="清理已经开始，请逐件提出意见。",
        back=lambda made: reverse("desk-cleanup", args=[made.pk]),
        intro=f"{body.name}今天现行有效的行政规范性文件有 {len(in_force(body, today))} 件。",
    )


@staff(VIEW)
@never_cache
@require_safe
def cleanup(request: HttpRequest, pk: int) -> HttpResponse:
    """One round: each document with its verdict."""
    return _show(request, _cleanup_or_404(request, pk))


def _show(request: HttpRequest, found: Cleanup, refusal: str = "", at: int = 0) -> HttpResponse:
    items = list(found.items.select_related("document", "by"))
    return office_page(
        request,
        "publishing/desk/cleanup.html",
        found.name,
        [HOME, *_trail(2)],
        icon="list-ul",
        status=422 if refusal else 200,
        cleanup=found,
        items=items,
        done=sum(bool(item.verdict) for item in items),
        verdicts=CleanupItem.Verdict.choices,
        may=found.finished_at is None and holds(request, found.body, *WRITERS),
        refusal=refusal,
        at=at,
        posted=request.POST,
    )


@staff(DRAFT)
@require_POST
def judge(request: HttpRequest, pk: int, item: int) -> HttpResponse:
    """The verdict on one document."""
    found = _cleanup_or_404(request, pk)
    one = get_object_or_404(CleanupItem, cleanup=found, pk=item)
    verdict, reason = request.POST.get("verdict", ""), request.POST.get("reason", "")[:300]
    try:
        actions.judge(one, verdict, reason, by=request.user)
    except Refused as no:
        return _show(request, found, str(no), one.pk)
    messages.success(request, f"已登记：{one.document.title}")
    return redirect(f"{reverse('desk-cleanup', args=[pk])}#item-{item}")


@staff(DRAFT)
def finish(request: HttpRequest, pk: int) -> HttpResponse:
    """The result becomes a draft."""
    found = _cleanup_or_404(request, pk)
    form = FinishForm(request.POST or None, initial={"ends_on": timezone.localdate()})
    columns = Column.objects.filter(body=found.body)
    form.fields["column"].queryset = columns  # type: ignore[attr-defined]
    form.fields["column"].initial = columns.filter(key="policies").first()

    def act(values: dict[str, Any]) -> Document:
        return actions.finish_cleanup(found, **values, by=request.user)

    return form_page(
        request,
        form,
        act,
        title="形成清理结果",
        trail=[*_trail(2), (reverse("desk-cleanup", args=[pk]), found.name)],
        button="形成公布结果的草稿",
        done="已形成草稿，请核对后送审；发布后，废止和失效的文件自动标明。",
        back=lambda document: reverse("desk-document", args=[document.pk]),
        final="形成结果以后，各件的清理意见不能再改。",
    )


urlpatterns: list[URLPattern] = [
    path("publishing/cleanups/", rounds, name="desk-cleanups"),
    path("publishing/cleanups/new/", start, name="desk-cleanup-new"),
    path("publishing/cleanups/<int:pk>/", cleanup, name="desk-cleanup"),
    path("publishing/cleanups/<int:pk>/<int:item>/", judge, name="desk-cleanup-judge"),
    path("publishing/cleanups/<int:pk>/result/", finish, name="desk-cleanup-finish"),
]
