"""征集调查: what runs, taking part, results and what was taken up."""

from __future__ import annotations

import re
import secrets
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_safe

from gongkai.base import question, ratelimit
from gongkai.base.entrance import is_person
from gongkai.base.permissions import public
from gongkai.base.public import column
from gongkai.base.refusal import Refused
from gongkai.bodies.models import Body
from gongkai.documents.tables import CSV, csv_file
from gongkai.engagement import clock
from gongkai.engagement.actions.surveys import answer_survey, has_answered
from gongkai.engagement.models import Survey, SurveyQuestion
from gongkai.engagement.queries import public_surveys
from gongkai.engagement.surveys import Standing, as_rows, options, standing

PAGE_SIZE = 20
#: One address may send so many forms in an hour: many people share one, machines do not stop.
TRIES = 30
COOKIE = "survey"
_KEY = re.compile(r"[A-Za-z0-9_-]{32,64}")
COLUMN = column("征集调查", "意见征集、问卷调查，以及结果和采纳情况", "征集调查", "survey-list")
_YEAR = 365 * 24 * 3600


class AnswerForm(forms.Form):
    """The questions of one survey, and the question in words that keeps machines out."""

    answer = forms.CharField(
        label="请回答",
        max_length=20,
        error_messages={"required": "请回答这道题，用来区分人和机器。"},
    )
    website = forms.CharField(required=False, max_length=200)

    def __init__(self, *args: Any, survey: Survey, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.questions = list(survey.questions.all())
        for one in self.questions:
            self.fields[f"q{one.pk}"] = _field(one)

    def shown(self) -> list[forms.BoundField]:
        """The survey's own questions."""
        return [self[f"q{one.pk}"] for one in self.questions]

    def said(self) -> dict[int, Any]:
        """Question → places chosen, or words."""
        out: dict[int, Any] = {}
        for one in self.questions:
            given = self.cleaned_data.get(f"q{one.pk}")
            if one.kind == SurveyQuestion.Kind.TEXT:
                out[one.pk] = (given or "").strip()
            elif one.kind == SurveyQuestion.Kind.MULTIPLE:
                out[one.pk] = [int(place) for place in given or ()]
            else:
                out[one.pk] = [int(given)] if given else []
        return out


def _field(one: SurveyQuestion) -> forms.Field:
    needed = {
        "required": "请回答这道题。",
        "invalid_choice": "请从选项中选择。",
        "max_length": "最多 2000 字，请缩短。",
    }
    if one.kind == SurveyQuestion.Kind.TEXT:
        return forms.CharField(
            label=one.label,
            required=one.required,
            max_length=2000,
            help_text="请不要写个人信息",
            widget=forms.Textarea(attrs={"rows": 5}),
            error_messages=needed,
        )
    choices = [(str(place), label) for place, label in enumerate(options(one))]
    if one.kind == SurveyQuestion.Kind.MULTIPLE:
        return forms.MultipleChoiceField(
            label=one.label,
            required=one.required,
            help_text="可以多选",
            choices=choices,
            widget=forms.CheckboxSelectMultiple,
            error_messages=needed,
        )
    scale = one.kind == SurveyQuestion.Kind.SCALE
    return forms.ChoiceField(
        label=one.label,
        required=one.required,
        help_text="1 分最低，5 分最高" if scale else "",
        choices=choices,
        widget=forms.RadioSelect,
        error_messages=needed,
    )


@public
@require_safe
def survey_list(request: HttpRequest) -> HttpResponse:
    """All of them: those that run first, then those to come, then those that are over."""
    today = clock.today()
    found = public_surveys()
    if body := Body.objects.filter(slug=request.GET.get("body", "")[:60]).first():
        found = found.filter(body=body)
    over = Paginator(found.filter(closes_on__lt=today), PAGE_SIZE).get_page(request.GET.get("page"))
    return render(
        request,
        "engagement/public/surveys.html",
        {
            "column": COLUMN,
            "crumbs": [("互动回应", reverse("engagement")), (COLUMN["name"], None)],
            "body": body,
            "running": found.filter(opens_on__lte=today, closes_on__gte=today),
            "coming": found.filter(opens_on__gt=today),
            "page": over,
            "pages": over.paginator.get_elided_page_range(over.number),
            "query": f"body={body.slug}" if body else "",
        },
    )


@public
@require_http_methods(["GET", "HEAD", "POST"])
def survey(request: HttpRequest, pk: int) -> HttpResponse:
    """One of them: the material, the form while it runs, the results when they are out."""
    found = get_object_or_404(public_surveys().select_related("section"), pk=pk)
    now = standing(found, clock.today())
    browser = request.COOKIES.get(COOKIE, "")
    browser = browser if _KEY.fullmatch(browser) else ""
    running = now is Standing.RUNNING
    sent = running and request.method == "POST"
    form = AnswerForm(request.POST if sent else None, survey=found) if running else None
    refusal = ""
    if request.method == "POST" and not running:
        refusal = "现在不在征集期限内，没有提交。"
    if sent:
        ratelimit.hit(request, "survey", limit=TRIES, seconds=3600, of=str(found.pk))
    if form and sent and form.is_valid() and is_person(request, form, about=f"survey-{found.pk}"):
        browser = browser or secrets.token_urlsafe(32)
        try:
            first = answer_survey(found, browser, form.said())
        except Refused as no:
            refusal = str(no)
        else:
            messages.success(
                request, "已经提交，谢谢您参加。" if first else "您已经参加过，以第一次提交的为准。"
            )
            response = redirect("survey", pk=pk)
            response.set_cookie(
                COOKIE, browser, max_age=_YEAR, samesite="Lax", httponly=True,
                secure=request.is_secure(),
            )  # fmt: skip
            return response
    feedback = clock.limit(found.body, "survey.feedback_days", found.closes_on)
    return render(
        request,
        "engagement/public/survey.html",
        {
            "column": COLUMN,
            "crumbs": [
                ("互动回应", reverse("engagement")),
                (COLUMN["name"], reverse("survey-list")),
                (found.title, None),
            ],
            "survey": found,
            "standing": now,
            "form": form,
            "running": running,
            "done": has_answered(found, browser),
            "refusal": refusal,
            "question": question.ask(f"survey-{found.pk}") if running else None,
            "feedback": feedback,
            "late": clock.today() > feedback.on,
            "article": {
                "title": found.title,
                "published_at": found.published_at,
                "source": found.body.name,
                "keywords": found.get_kind_display(),
                "description": found.title,
                "url": request.build_absolute_uri(),
            },
        },
        status=422 if refusal or (form and form.errors) else 200,
    )


@public
@require_safe
def results_csv(request: HttpRequest, pk: int) -> HttpResponse:
    """The published results as a table."""
    found = get_object_or_404(public_surveys(), pk=pk, results_at__isnull=False)
    return csv_of(found, found.results or {})


def csv_of(survey: Survey, results: dict[str, Any]) -> HttpResponse:
    """Counted answers as a CSV file that Excel opens in Chinese."""
    response = HttpResponse(csv_file(as_rows(results)), content_type=CSV)
    name = f"{survey.title[:60]}（统计）.csv"
    response["Content-Disposition"] = str(content_disposition_header(True, name))
    return response


urlpatterns: list[URLPattern] = [
    path("engagement/surveys/", survey_list, name="survey-list"),
    path("engagement/surveys/<int:pk>/", survey, name="survey"),
    path("engagement/surveys/<int:pk>/results.csv", results_csv, name="survey-csv"),
]
