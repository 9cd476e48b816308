"""更正征集结果: the page on which published results are told anew."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.views.decorators.cache import never_cache

from gongkai.base.office import number_of, office_page, seen_again, stored_now
from gongkai.base.permissions import staff
from gongkai.base.refusal import Refused
from gongkai.engagement.actions import corrections
from gongkai.engagement.desk.surveys import LIST, OutcomeForm
from gongkai.engagement.queries import surveys_for
from gongkai.engagement.roles import CLERKS, SURVEYS


class CorrectionForm(OutcomeForm):
    """The outcome as it should have been, and why."""

    reason = forms.CharField(
        label="更正说明",
        max_length=200,
        help_text="错在哪里、更正了什么，和更正后的内容一起公开。",
        error_messages={"required": "请写明更正说明。"},
    )


@staff(SURVEYS)
@never_cache
def survey_correct(request: HttpRequest, pk: int) -> HttpResponse:
    """A slip in published results: the words as they should be, for a second person to let out."""
    survey = get_object_or_404(surveys_for(request.user, *CLERKS), pk=pk, results_at__isnull=False)
    page = reverse("desk-survey", args=[pk])
    waiting = survey.corrections.filter(published_at=None).first()
    stored = {
        "outcome": waiting.outcome if waiting else survey.told,
        "reason": waiting.reason if waiting else "",
    }
    form = CorrectionForm(request.POST or None, initial=stored)
    refusal: Refused | None = None
    if request.method == "POST" and form.is_valid():
        seen = number_of(request.POST.get("seen"))
        try:
            corrections.draft_correction(survey, **form.cleaned_data, by=request.user, seen=seen)
        except Refused as no:
            refusal = no
        else:
            messages.success(request, "已经保存，等待另一人审核公布。公布以前，公开的内容不变。")
            return redirect("desk-survey", pk=pk)
    return office_page(
        request,
        "engagement/desk/form.html",
        "更正征集结果",
        [LIST, (reverse("desk-surveys"), "征集调查"), (page, survey.title)],
        icon="form",
        status=422 if refusal or form.errors else 200,
        form=form,
        refusal=refusal,
        stored_now=stored_now(form) if refusal and refusal.overtaken else [],
        latest=page,
        seen=seen_again(request, survey.version, refusal),
        button="保存，提交审核",
        back=page,
    )


urlpatterns: list[URLPattern] = [
    path("engagement/surveys/<int:pk>/correct/", survey_correct, name="desk-survey-correct"),
]
