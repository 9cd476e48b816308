"""What is looked at again (条例 Art 18), and the columns that must be updated: lists and deeds."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils import timezone

from gongkai.base.inputs import DayInput
from gongkai.base.office import number_of, office_page
from gongkai.base.permissions import staff
from gongkai.base.refusal import Refused
from gongkai.law.taxonomy import deed_articles
from gongkai.publishing import duties
from gongkai.publishing.actions.core import may_touch, next_evaluation
from gongkai.publishing.actions.upkeep import EVALUATORS, evaluate, urgent_waiting
from gongkai.publishing.desk.access import (
    HOME,
    crumb,
    document_or_404,
    documents_for,
    seen_bodies,
)
from gongkai.publishing.desk.document import TRAIL, opinions
from gongkai.publishing.grounds import ground_label
from gongkai.publishing.models import Document, Evaluation
from gongkai.publishing.roles import VIEW

State = Document.State
Result = Evaluation.Result
PER_PAGE = 50


class EvaluationForm(forms.Form):
    """The result, why, and when next."""

    result = forms.ChoiceField(
        label="评估结果",
        choices=[(r.value, r.label) for r in (Result.KEEP, Result.OPEN, Result.PARTLY)],
        widget=forms.RadioSelect,
        error_messages={"required": "请选择评估结果。"},
    )
    opinion = forms.CharField(
        label="理由",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "请写明评估的理由。"},
        help_text="例如：涉及的项目已经完成，不公开的情形不再存在。",
    )
    next_on = forms.DateField(
        label="下次评估",
        required=False,
        widget=DayInput(),
        error_messages={"invalid": "请填写正确的日期，例如 2026-11-21。"},
        help_text="继续不公开的填写；不填的，按约定的间隔计算。",
    )


@staff(VIEW)
def waiting(request: HttpRequest) -> HttpResponse:
    """Everything that is withheld, what is due first at the top; and urgent ones to look at."""
    seen = documents_for(request.user)
    kept = seen.filter(state=State.KEPT).select_related("body", "column", "section").defer("text")
    kept = kept.order_by(F("re_evaluate_on").asc(nulls_first=True), "-pk")
    rows = Paginator(kept, PER_PAGE).get_page(request.GET.get("p"))
    today = timezone.localdate()
    for row in rows:
        row.near = duties.evaluation_near(row.re_evaluate_on, today)
        row.ground_words = ground_label(_withheld(row)[0])
        row.mine = may_touch(request.user, row, *EVALUATORS)  # type: ignore[arg-type]
    return office_page(
        request,
        "publishing/desk/re_evaluation.html",
        "不公开信息的评估",
        [HOME],
        icon="history",
        rows=rows,
        urgent=urgent_waiting().filter(pk__in=seen.values("pk")).select_related("body", "release"),
        article=deed_articles()["re-evaluate"],
    )


def _withheld(found: Document) -> tuple[str, str]:
    """Ground and reason of the review that withheld it; else those of the draft."""
    decided = next((one for one in opinions(found) if one.ground), None)
    if decided is None:
        return found.withheld_ground, found.withheld_reason
    return decided.ground, decided.comment


@staff(VIEW)
def evaluate_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Look again at one document that is withheld."""
    found = document_or_404(request.user, pk)
    user: Any = request.user
    if not may_touch(user, found, *EVALUATORS):
        raise PermissionDenied("评估由经办人、承办人、保密审查人或者负责人办理，请联系管理员。")
    initial = {"next_on": next_evaluation(timezone.localdate())}
    form = EvaluationForm(request.POST or None, initial=initial)
    refusal: Refused | None = None
    if request.method == "POST" and form.is_valid():
        seen = number_of(request.POST.get("seen"))
        try:
            done = evaluate(found, by=user, seen=seen, **form.cleaned_data)
        except Refused as no:
            refusal = no
        else:
            if done.result == Result.KEEP:
                messages.success(request, "评估已记录。")
                return redirect("desk-re-evaluation")
            messages.success(request, "已转为主动公开的草稿，请核对后送审。")
            return redirect("desk-document", pk)
    elif request.method != "POST" and found.state != State.KEPT:
        messages.info(request, "只有审定为不主动公开的信息才需要评估。")
        return redirect("desk-document", pk)
    ground, reason = _withheld(found)
    return office_page(
        request,
        "publishing/desk/deed.html",
        "评估",
        [*TRAIL, (f"/office/documents/{pk}/", crumb(found.title))],
        icon="history",
        status=422 if refusal or form.errors else 200,
        document=found,
        form=form,
        refusal=refusal,
        button="记录评估",
        article=deed_articles()["re-evaluate"],
        hint="行政机关应当定期评估不予公开的信息；因情势变化可以公开的，应当公开。",
        kept=[
            ("不公开的依据", ground_label(ground) or "没有写明"),
            ("不公开的理由", reason or "没有写明"),
        ],
        final="选择可以公开的，这份信息转回草稿，公开期限从今天起算，仍要经过全部审查。",
    )


@staff(VIEW)
def update_duties(request: HttpRequest) -> HttpResponse:
    """Every column that must be updated by a day, the most urgent first."""
    bodies = seen_bodies(request.user)
    chosen = bodies.filter(slug=request.GET.get("body", "")).first()
    today: date = timezone.localdate()
    rows = duties.of_bodies([chosen] if chosen else bodies, today)
    return office_page(
        request,
        "publishing/desk/update_duties.html",
        "栏目更新",
        [HOME],
        icon="time",
        rows=rows,
        late=sum(1 for row in rows if row.colour == "overdue"),
        bodies=bodies if bodies.count() > 1 else [],
        chosen=chosen,
        sources=duties.sources(today),
    )


urlpatterns: list[URLPattern] = [
    path("documents/re-evaluation/", waiting, name="desk-re-evaluation"),
    path("documents/update-duties/", update_duties, name="desk-update-duties"),
    path("documents/<int:pk>/evaluate/", evaluate_page, name="desk-evaluate"),
]
