"""Staff pages: the applicant's personal data in plain, once, with the reason noted."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse

from gongkai.applications.actions import unmask as deeds
from gongkai.applications.models import Application
from gongkai.applications.queries import case_or_404, may_touch
from gongkai.applications.roles import HEADS, STAFF, VIEW
from gongkai.base.audit import name_of
from gongkai.base.office import office_page
from gongkai.base.permissions import staff
from gongkai.base.refusal import Refused
from gongkai.law.taxonomy import deed_articles


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label="查看的理由",
        max_length=200,
        help_text="例如“电话联系申请人补正”“核对寄送地址”。理由会记入操作记录，请不要写姓名、电话。",
        error_messages={"required": "请写明查看的理由，例如“电话联系申请人补正”。"},
    )


class AnswerForm(forms.Form):
    answer = forms.CharField(label="意见", max_length=300, required=False)


@staff(VIEW)
def unmask(request: HttpRequest, pk: int) -> HttpResponse:
    """Say why, then see it once; for an inspector ask first; for the head answer him."""
    case = case_or_404(request.user, pk)
    form = ReasonForm(request.POST if request.POST.get("do") in ("see", "ask") else None)
    shown: dict[str, str] = {}
    refusal = ""
    if request.method == "POST":
        try:
            if request.POST.get("do") == "answer":
                _answer(request, case)
                return redirect("desk-case-unmask", pk=pk)
            if form.is_valid() and request.POST.get("do") == "ask":
                deeds.ask_unmask(case, by=request.user, reason=form.cleaned_data["reason"])
                messages.success(request, "已请示，请等机关负责人批示。")
                return redirect("desk-case-unmask", pk=pk)
            if form.is_valid():
                shown = deeds.unmask(case, by=request.user, reason=form.cleaned_data["reason"])
        except Refused as no:
            refusal = str(no)
    response = _page(request, case, form, shown, refusal)
    response["Cache-Control"] = "private, no-store"
    return response


def _answer(request: HttpRequest, case: Application) -> None:
    entry = get_object_or_404(case.approvals, pk=request.POST.get("entry") or 0)
    approved = request.POST.get("approved") == "yes"
    answer = AnswerForm(request.POST)
    text = answer.cleaned_data["answer"] if answer.is_valid() else ""
    deeds.answer_unmask(entry, approved=approved, answer=text, by=request.user)
    messages.success(request, "已批示：同意。" if approved else "已批示：不同意。")


def _page(
    request: HttpRequest, case: Application, form: ReasonForm, shown: dict[str, str], refusal: str
) -> HttpResponse:
    heads = may_touch(request.user, case, *HEADS)
    waiting = deeds.waiting_for(case)
    context: dict[str, Any] = {
        "case": case,
        "form": form,
        "shown": shown,
        "refusal": refusal,
        "may_see": may_touch(request.user, case, *STAFF)
        or deeds.consent_of(case, request.user) is not None,
        "asked": any(e.asked_by == request.user for e in waiting),
        "waiting": [(e, name_of(e.asked_by)) for e in waiting] if heads else [],
        "article": deed_articles()["unmask"],
    }
    return office_page(
        request,
        "applications/desk/unmask.html",
        "查看申请人个人信息",
        [
            (reverse("wagtailadmin_home"), "待办"),
            (reverse("desk-case", args=[case.pk]), f"申请 {case.number}"),
        ],
        icon="view",
        status=422 if refusal or form.errors else 200,
        **context,
    )


urlpatterns: list[URLPattern] = [path("<int:pk>/person/", unmask, name="desk-case-unmask")]
