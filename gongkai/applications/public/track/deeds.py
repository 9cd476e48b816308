"""What the applicant can do himself on the tracking page: each deed with its form."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path
from django.views.decorators.http import require_http_methods, require_POST

from gongkai.applications import clock
from gongkai.applications.actions import applicant
from gongkai.applications.due import reasons_due
from gongkai.applications.models import Application
from gongkai.applications.public.track.entrance import COLUMN, tracked
from gongkai.applications.state import State
from gongkai.base import ratelimit
from gongkai.base.due import with_weekday
from gongkai.base.office import number_of
from gongkai.base.refusal import Refused
from gongkai.base.satisfaction import SatisfactionForm
from gongkai.base.uploads import SafeFilesField
from gongkai.documents.blocks import chinese_date
from gongkai.law.deadlines import EventType, Outcome
from gongkai.law.taxonomy import deed_articles

LONG = 5000


class WordsAndFiles(forms.Form):
    """Words, files, or both."""

    text = forms.CharField(
        label="内容",
        max_length=LONG,
        required=False,
        widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={"max_length": f"文字超过 {LONG} 字，请缩短，或者写成文件上传。"},
    )
    files = SafeFilesField(label="附件", required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.errors and not data.get("text", "").strip() and not data.get("files"):
            self.add_error("text", "请写明内容，或者上传附件。")
        return data


class CorrectionForm(WordsAndFiles):
    """What the 补正告知书 asked for."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].label = "补正内容"
        self.fields["text"].help_text = "请逐项回答补正告知书列出的事项。"


class ReasonsForm(WordsAndFiles):
    """Why so many applications, or so often."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].label = "申请理由"
        self.fields["text"].help_text = "请说明为什么需要这些信息、准备怎样使用。"


class PaymentForm(forms.Form):
    """Proof of payment."""

    files = SafeFilesField(
        label="缴费凭证",
        error_messages={"required": "请选择缴费凭证，例如缴款成功的截图或者票据照片。"},
    )


class WithdrawForm(forms.Form):
    """The second step of a withdrawal: a word that is meant."""

    sure = forms.BooleanField(
        label="我已了解后果，确认撤回这件申请",
        error_messages={"required": "如果确定撤回，请勾选确认。"},
    )


class RateForm(SatisfactionForm):
    asks = "您对这件申请的办理是否满意"
    hint = "可以不填。评价不影响您申请行政复议、提起行政诉讼的权利。"


class HelpForm(forms.Form):
    """Help with reading, seeing or hearing."""

    wishes = forms.MultipleChoiceField(
        label="需要哪种协助",
        choices=[(w, w) for w in applicant.HELP],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "请至少选择一种。"},
        help_text="可以多选。工作人员会按您的需要提供答复，不收费用。",
    )


@dataclass(frozen=True, slots=True)
class OwnDeed:
    """A deed of the applicant. ``urgent``: the office waits for it; ``warns``: what it ends."""

    key: str
    label: str
    hint: str
    form: type[forms.Form]
    why_not: Callable[[Application, Outcome], tuple[str, str]]
    act: Callable[[Application, dict[str, Any], int | None], None]
    done: str
    urgent: bool = False
    warns: str = ""

    @property
    def article(self) -> str:
        return deed_articles().get(self.key, "")


def _law(kind: EventType) -> Callable[[Application, Outcome], tuple[str, str]]:
    return lambda case, found: clock.probe(case, kind)


def _while_open(case: Application, found: Outcome) -> tuple[str, str]:
    return ("这件申请已经办结。", "") if found.closed_on else ("", "")


DEEDS: tuple[OwnDeed, ...] = (
    OwnDeed(
        "receive-correction",
        "提交补正材料",
        "按补正告知书补充说明，可以附文件。",
        CorrectionForm,
        _law(EventType.CORRECTED_APPLICATION_RECEIVED),
        lambda case, d, seen: applicant.send_correction(case, d["text"], d["files"], seen=seen),
        "补正材料已经收到，答复期限从明天起重新计算。",
        urgent=True,
    ),
    OwnDeed(
        "receive-reasons",
        "说明申请理由",
        "本机关认为申请的数量、频次较多，请您说明理由。",
        ReasonsForm,
        applicant.why_not_reasons,
        lambda case, d, seen: applicant.answer_reasons(case, d["text"], d["files"], seen=seen),
        "您说明的理由已经收到。",
        urgent=True,
    ),
    OwnDeed(
        "payment-proof",
        "上传缴费凭证",
        "缴费后上传凭证。工作人员核对到账后，才算完成缴费。",
        PaymentForm,
        applicant.why_not_pay,
        lambda case, d, seen: applicant.send_payment_proof(case, d["files"], seen=seen),
        "缴费凭证已经收到，工作人员核对到账后会更新进度。",
        urgent=True,
    ),
    OwnDeed(
        "rate",
        "评价这次办理",
        "满意还是不满意，都请告诉我们。",
        RateForm,
        applicant.why_not_rate,
        lambda case, d, seen: applicant.rate(case, d["score"], d["note"], seen=seen),
        "评价已经收到，谢谢您。",
    ),
    OwnDeed(
        "accessible-form",
        "需要阅读或者视听方面的协助",
        "有阅读困难或者视听障碍的，可以要求大字版、电话宣读等协助。",
        HelpForm,
        _while_open,
        lambda case, d, seen: applicant.ask_accessible(case, d["wishes"], seen=seen),
        "已经转告承办人员。",
    ),
    OwnDeed(
        "withdraw",
        "撤回申请",
        "不再需要这些信息时，可以撤回。",
        WithdrawForm,
        _law(EventType.APPLICATION_WITHDRAWN),
        lambda case, d, seen: applicant.withdraw(case, seen=seen),
        "已经撤回申请。",
        warns="撤回以后，本机关不再办理这件申请，也不能恢复；以后还需要的，可以重新提出申请。",
    ),
)
BY_KEY = {deed.key: deed for deed in DEEDS}
#: Nothing is done on a case that lives on in others.
_ELSEWHERE = (State.SPLIT, State.MERGED)


def possible(case: Application, found: Outcome) -> list[OwnDeed]:
    """The deeds that are legal today."""
    if case.state in _ELSEWHERE:
        return []
    archived = case.archived_on is not None
    return [
        deed
        for deed in DEEDS
        if not (archived and deed.key != "rate") and not deed.why_not(case, found)[0]
    ]


@tracked(Application)
@require_http_methods(["GET", "HEAD", "POST"])
def own_deed(request: HttpRequest, case: Application, key: str) -> HttpResponse:
    """The form of one deed; a refusal is shown on it and nothing is kept."""
    deed = BY_KEY.get(key)
    if deed is None or case.state in _ELSEWHERE:
        raise Http404
    sent = request.method == "POST"
    refusal = "" if sent else _refusal(deed, case)
    form = deed.form(request.POST, request.FILES) if sent else deed.form()
    if sent:
        ratelimit.hit(request, "track-deed", limit=30, seconds=3600)
        if form.is_valid():
            try:
                deed.act(case, form.cleaned_data, number_of(request.POST.get("seen")))
            except Refused as no:
                refusal = str(no)
            else:
                messages.success(request, deed.done)
                return redirect("track-case")
    return render(
        request,
        "applications/public/track_deed.html",
        {
            "column": COLUMN,
            "crumbs": [("查询办理进度", "/track/case/"), (deed.label, None)],
            "case": case,
            "deed": deed,
            "form": form,
            "refusal": refusal,
            # What was filled in stays; what cannot be done any more is not asked for.
            "offered": sent or not refusal,
            "asked": asked(case, key),
            "by_when": by_when(case, key),
        },
        status=422 if refusal or form.errors else 200,
    )


#: The notice that a deed answers, and what of it (``Letter.values``) the applicant must see.
_ANSWERS = {
    "receive-correction": ("L04", ("problem", "items", "guidance")),
    "receive-reasons": ("L05", ("counts",)),
}


def by_when(case: Application, key: str) -> str:
    """Until when reasons are awaited, or that the day has passed and they are read all the same."""
    last = reasons_due(case) if key == "receive-reasons" else None
    if last is None:
        return ""
    if clock.today() <= last:
        return f"请在{with_weekday(last)}前（含当日）说明理由。"
    return (
        f"告知书要求说明理由的期限（{chinese_date(last)}）已经过了。"
        "本机关作出答复以前，您仍然可以说明，请尽快。"
    )


def asked(case: Application, key: str) -> list[str]:
    """What the office asked for, so that nobody answers a letter that he has not at hand."""
    code, names = _ANSWERS.get(key, ("", ()))
    letter = case.letters.filter(code=code, sent_on__isnull=False).order_by("-pk").first()
    return [str(letter.values[n]) for n in names if letter.values.get(n)] if letter else []


def _refusal(deed: OwnDeed, case: Application) -> str:
    sentence, article = deed.why_not(case, clock.outcome(case))
    return applicant.with_article(sentence, article) if sentence else ""


@tracked(Application)
@require_POST
def confirm(request: HttpRequest, case: Application, pk: int) -> HttpResponse:
    """The applicant has this letter."""
    letter = get_object_or_404(case.letters, pk=pk)
    try:
        applicant.confirm_reply(case, letter)
    except Refused as no:
        messages.error(request, str(no))
    else:
        messages.success(request, "已经登记您收到这份文书。")
    return redirect("track-case")


urlpatterns: list[URLPattern] = [
    path("track/case/do/<slug:key>/", own_deed, name="track-deed"),
    path("track/case/letters/<int:pk>/confirm/", confirm, name="track-confirm"),
]
