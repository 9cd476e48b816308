"""Staff pages of consultations and surveys: list, draft, questions, answers, outcome."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from gongkai.base.inputs import DayInput
from gongkai.base.office import number_of, office_page, stored_now
from gongkai.base.permissions import staff
from gongkai.base.refusal import Refused
from gongkai.bodies.models import Section
from gongkai.bodies.queries import bodies_for
from gongkai.engagement import clock
from gongkai.engagement.actions import corrections
from gongkai.engagement.actions import surveys as deeds
from gongkai.engagement.models import Survey, SurveyQuestion
from gongkai.engagement.public.surveys import csv_of
from gongkai.engagement.queries import surveys_for
from gongkai.engagement.roles import CLERKS, REVIEWERS, SURVEYS
from gongkai.engagement.surveys import Standing, count, standing

Kind = SurveyQuestion.Kind
PER_PAGE = 50
LIST = ("/office/", "待办")
_HEAD = re.compile(
    r"^\s*[\[【](?P<kind>单选|多选|填写|打分)(?P<free>，?选答)?[\]】]\s*(?P<label>.+)$"
)
_KINDS = {"单选": Kind.SINGLE, "多选": Kind.MULTIPLE, "填写": Kind.TEXT, "打分": Kind.SCALE}
USUAL = "【填写】您对征求意见稿有哪些意见和建议？"


def read_questions(text: str) -> list[deeds.Asked]:
    """The questions as they are typed: 【单选】 and the words, then one choice a line.

    ValueError with a Chinese sentence that names the line.
    """
    asked: list[deeds.Asked] = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        if head := _HEAD.match(line):
            asked.append(
                deeds.Asked(_KINDS[head["kind"]], head["label"].strip()[:200], [], not head["free"])
            )
        elif not asked:
            raise ValueError(f"第 {number} 行：每道题先写题型，例如“【单选】您的年龄”。")
        elif asked[-1].kind not in (Kind.SINGLE, Kind.MULTIPLE):
            raise ValueError(f"第 {number} 行：填写题、打分题下面不写选项。")
        else:
            asked[-1].choices.append(line.strip().lstrip("-·•").strip()[:100])
    return asked


def written(survey: Survey) -> str:
    """The questions of a survey as they are typed."""
    words = {kind: word for word, kind in _KINDS.items()}
    parts = []
    for one in survey.questions.all():
        free = "" if one.required else "，选答"
        parts.append("\n".join([f"【{words[Kind(one.kind)]}{free}】{one.label}", *one.choices]))
    return "\n\n".join(parts)


class SurveyForm(forms.ModelForm):
    """The whole draft on one page."""

    questions = forms.CharField(
        label="题目",
        widget=forms.Textarea(attrs={"rows": 12}),
        help_text=(
            "一道题先写题型和题目，例如“【单选】您到过哪家门诊？”；选择题下面一行写一个选项。"
            "题型有【单选】【多选】【填写】【打分】；可以不答的写成【单选，选答】。"
        ),
        error_messages={"required": "请至少写一道题。"},
    )

    class Meta:
        model = Survey
        fields = (
            *("kind", "title", "intro", "draft", "other_ways"),
            *("opens_on", "closes_on", "short_reason", "section"),
        )
        widgets = {
            "intro": forms.Textarea(attrs={"rows": 5}),
            "draft": forms.Textarea(attrs={"rows": 8}),
            "opens_on": DayInput(),
            "closes_on": DayInput(),
        }
        help_texts = {
            "draft": "征求意见稿的全文，或者在本站的网址",
            "other_ways": "来信、来电的地址和电话",
        }
        error_messages = {
            "title": {"required": "请填写标题。"},
            "intro": {"required": "请写明为什么征集、怎样参加。"},
            "opens_on": {"required": "请填写开始日期。", "invalid": "日期写法不对。"},
            "closes_on": {"required": "请填写截止日期。", "invalid": "日期写法不对。"},
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["section"].queryset = Section.objects.filter(body=self.instance.body)  # type: ignore[attr-defined]
        self.initial["questions"] = written(self.instance) if self.instance.pk else USUAL

    def clean_questions(self) -> list[deeds.Asked]:
        try:
            return read_questions(self.cleaned_data["questions"])
        except ValueError as wrong:
            raise forms.ValidationError(str(wrong)) from None


class OutcomeForm(forms.Form):
    """What came of it."""

    outcome = forms.CharField(
        label="结果和采纳情况",
        max_length=20000,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text="征集到多少意见、采纳了哪些；没有采纳的，说明理由。统计数字由系统计算，不用填写。",
        error_messages={"required": "请写明结果和采纳情况。"},
    )


#: So many written answers on one page.
WORDS_PER_PAGE = 50


@staff(SURVEYS)
@require_safe
def survey_list(request: HttpRequest) -> HttpResponse:
    """Every survey of the person's bodies, the newest first."""
    found = surveys_for(request.user).select_related("body").annotate(people=Count("answers"))
    found = found.order_by("-opens_on", "-pk")
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("p"))
    for row in page:
        row.standing = standing(row, clock.today())
    return office_page(
        request,
        "engagement/desk/surveys.html",
        "征集调查",
        [LIST],
        icon="form",
        rows=page,
        may_draft=bodies_for(request.user, *CLERKS).exists(),
    )


@staff(SURVEYS)
def survey_form(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """A new draft, or changes to one."""
    if pk:
        survey = get_object_or_404(surveys_for(request.user, *CLERKS), pk=pk)
    else:
        mine = bodies_for(request.user, *CLERKS)
        body = mine.filter(slug=request.GET.get("body", "")[:60]).first() or mine.first()
        if body is None:
            raise PermissionDenied("您没有起草征集调查的权限。")
        survey = Survey(body=body)
    # Taken before the form writes into the row: what is stored now.
    stored = str(survey.version)
    form = SurveyForm(request.POST or None, instance=survey)
    refusal: Refused | None = None
    # A refused form rests on what was on the screen when it was opened, not on what came since.
    seen = request.POST.get("seen", stored)
    if request.method == "POST" and form.is_valid():
        try:
            saved = deeds.save_survey(
                form.save(commit=False),
                form.cleaned_data["questions"],
                by=request.user,
                seen=number_of(seen) if pk else None,
            )
        except Refused as no:
            refusal = no
            seen = stored if no.overtaken else seen
        else:
            messages.success(request, "已经保存，等待另一人审核发布。")
            return redirect("desk-survey", pk=saved.pk)
    return office_page(
        request,
        "engagement/desk/form.html",
        "修改征集调查" if pk else f"起草{survey.body.short_name}的征集调查",
        [LIST, (reverse("desk-surveys"), "征集调查")],
        icon="form",
        status=422 if refusal or form.errors else 200,
        form=form,
        refusal=refusal,
        stored_now=stored_now(form) if refusal and refusal.overtaken else [],
        latest=reverse("desk-survey", args=[pk]) if pk else "",
        seen=seen,
        button="保存",
        back=reverse("desk-survey", args=[pk]) if pk else reverse("desk-surveys"),
    )


@staff(SURVEYS)
@require_safe
@never_cache
def survey_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One survey: as it will be or is, its answers counted, what can be done."""
    survey = get_object_or_404(surveys_for(request.user).select_related("body", "section"), pk=pk)
    return _show(request, survey)


def _show(
    request: HttpRequest,
    survey: Survey,
    *,
    outcome: OutcomeForm | None = None,
    refusal: Refused | None = None,
) -> HttpResponse:
    now = standing(survey, clock.today())
    mine = bodies_for(request.user, *CLERKS).filter(pk=survey.body_id).exists()
    second = bodies_for(request.user, *REVIEWERS).filter(pk=survey.body_id).exists()
    me = request.user.pk
    feedback = clock.limit(survey.body, "survey.feedback_days", survey.closes_on)
    return office_page(
        request,
        "engagement/desk/survey.html",
        survey.title,
        [LIST, (reverse("desk-surveys"), "征集调查")],
        icon="form",
        status=422 if refusal or (outcome and outcome.errors) else 200,
        survey=survey,
        standing=now,
        questions=survey.questions.all(),
        results=survey.results or (count(survey) if survey.published_at else None),
        feedback=feedback,
        late=now is Standing.OVER and clock.today() > feedback.on,
        # Words already typed rest on what was on the screen then; who was overtaken is told.
        outcome_seen=survey.version
        if outcome is None or (refusal and refusal.overtaken)
        else request.POST.get("seen", ""),
        outcome=outcome or OutcomeForm(initial={"outcome": survey.outcome}),
        stored_now=stored_now(outcome) if outcome and refusal and refusal.overtaken else [],
        refusal=refusal,
        bare=outcome is None and "reason" not in request.POST,
        reason=request.POST.get("reason", ""),
        may_edit=mine and now is Standing.DRAFT,
        may_publish=second and now is Standing.DRAFT and survey.drafted_by_id != me,
        may_tell=mine and (now is Standing.OVER or outcome is not None),
        may_let_out=second
        and now is Standing.OVER
        and bool(survey.outcome)
        and survey.outcome_by_id != me,
        correction=(waiting := survey.corrections.filter(published_at=None).first()),
        may_correct=mine and now is Standing.RESULTS,
        may_let_correction_out=second and waiting and waiting.drafted_by_id != me,
        may_drop=mine or second,
        may_withdraw=second and survey.published_at and not survey.withdrawn_at,
        to_read=[q for q in survey.questions.all() if q.kind == Kind.TEXT]
        if survey.published_at and not survey.words_erased_at
        else [],
    )


@staff(SURVEYS)
@require_POST
@never_cache
def survey_deed(request: HttpRequest, pk: int, deed: str) -> HttpResponse:
    """publish, tell, let-out, let-correction-out, drop-correction, withdraw."""
    survey = get_object_or_404(surveys_for(request.user).select_related("body"), pk=pk)
    form = None
    if deed == "tell":
        form = OutcomeForm(request.POST, initial={"outcome": survey.outcome})
    if form and not form.is_valid():
        return _show(request, survey, outcome=form)
    seen = number_of(request.POST.get("seen"))
    try:
        match deed:
            case "publish":
                deeds.publish_survey(survey, by=request.user, seen=seen)
                done = "已经发布。"
            case "tell" if form:
                deeds.draft_outcome(
                    survey, form.cleaned_data["outcome"], by=request.user, seen=seen
                )
                done = "已经保存，等待另一人审核公布。"
            case "let-out":
                deeds.publish_outcome(survey, by=request.user, seen=seen)
                done = "结果和采纳情况已经公布。"
            case "let-correction-out":
                corrections.publish_correction(survey, by=request.user, seen=seen)
                done = "更正已经公布。"
            case "drop-correction":
                corrections.drop_correction(survey, by=request.user, seen=seen)
                done = "已经放弃更正，公开的内容不变。"
            case "withdraw":
                reason = request.POST.get("reason", "")
                deeds.withdraw_survey(survey, reason, by=request.user, seen=seen)
                done = "已经撤下。"
            case _:
                raise Http404
    except Refused as no:
        return _show(request, survey, outcome=form, refusal=no)
    messages.success(request, done)
    return redirect("desk-survey", pk=pk)


@staff(SURVEYS)
@require_POST
@never_cache
def survey_words(request: HttpRequest, pk: int, question: int) -> HttpResponse:
    """What was written to one question, page by page; every look is noted."""
    survey = get_object_or_404(surveys_for(request.user).select_related("body"), pk=pk)
    if survey.words_erased_at:
        raise Http404("填写的文字已经按保存期限清除。")
    asked = get_object_or_404(survey.questions.filter(kind=Kind.TEXT), pk=question)
    pages = Paginator(range(asked.chosen.count()), WORDS_PER_PAGE)
    current = pages.get_page(request.POST.get("p"))
    start = (current.number - 1) * WORDS_PER_PAGE
    said = deeds.read_words(survey, asked, start, start + WORDS_PER_PAGE, by=request.user)
    return office_page(
        request,
        "engagement/desk/survey_words.html",
        asked.label,
        [
            LIST,
            (reverse("desk-surveys"), "征集调查"),
            (reverse("desk-survey", args=[pk]), survey.title),
        ],
        icon="form",
        survey=survey,
        question=asked,
        words=said,
        start=start + 1,
        pages=current,
    )


@staff(SURVEYS)
@require_safe
def survey_csv(request: HttpRequest, pk: int) -> HttpResponse:
    """The counted answers as a table; words are not in it."""
    survey = get_object_or_404(surveys_for(request.user), pk=pk, published_at__isnull=False)
    return csv_of(survey, survey.results or count(survey))


urlpatterns: list[URLPattern] = [
    path("engagement/surveys/", survey_list, name="desk-surveys"),
    path("engagement/surveys/new/", survey_form, name="desk-survey-new"),
    path("engagement/surveys/<int:pk>/", survey_page, name="desk-survey"),
    path("engagement/surveys/<int:pk>/edit/", survey_form, name="desk-survey-edit"),
    path("engagement/surveys/<int:pk>/results.csv", survey_csv, name="desk-survey-csv"),
    path(
        "engagement/surveys/<int:pk>/words/<int:question>/", survey_words, name="desk-survey-words"
    ),
    path("engagement/surveys/<int:pk>/<slug:deed>/", survey_deed, name="desk-survey-deed"),
]
