"""Staff pages: the register of reconsiderations and suits, one dispute, its evidence."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse

from gongkai.applications.actions import disputes
from gongkai.applications.actions.redact import DOCX, GUARDED, may_see_originals
from gongkai.applications.case_file import case_file
from gongkai.applications.desk.term import TermForm
from gongkai.applications.letters.parts import defence_name
from gongkai.applications.models import Application, CaseFile, Dispute, Evidence, Letter
from gongkai.applications.roles import VIEW, WORK
from gongkai.applications.suits import review_term, suit_after
from gongkai.base import audit
from gongkai.base.inputs import DayInput
from gongkai.base.office import number_of, office_page, seen_again, stored_now
from gongkai.base.permissions import staff
from gongkai.base.refusal import Refused
from gongkai.bodies.models import Body, Role
from gongkai.bodies.queries import bodies_for

HOME = ("/office/", "待办")
LIST = ("desk-disputes", "复议诉讼")
PER_PAGE = 50
#: Who may read the register: those who keep it and those who supervise.
READERS = (*disputes.KEEPERS, Role.LEADER, Role.ARCHIVIST, Role.INSPECTOR)
DAY = DayInput()


class CorrectForm(forms.Form):
    """What was received from the reviewing body or the court."""

    number = forms.CharField(
        label="申请的受理编号", required=False, help_text="被复议、起诉的答复所对应的申请"
    )
    institution = forms.CharField(label="复议机关或者法院", max_length=100)
    case_number = forms.CharField(label="案号", max_length=60, required=False)
    accepted_on = forms.DateField(label="受理（立案）日期", widget=DAY)
    served_on = forms.DateField(
        label="本机关收到材料的日期", widget=DAY, required=False, help_text="答复期限从次日起算"
    )
    summary = forms.BooleanField(label="适用简易程序（行政复议）", required=False)
    extended_days = forms.IntegerField(
        label="复议机关通知延长审理的天数",
        required=False,
        help_text="收到延长审理的通知以后填写，复议决定的期限随着改变；没有延长的留空",
    )
    over_silence = forms.BooleanField(label="针对没有按期答复", required=False)
    claim = forms.CharField(
        label="请求事项和理由", required=False, widget=forms.Textarea(attrs={"rows": 4})
    )

    def __init__(self, *args: Any, body: Body | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.body = body

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        number, body = data.pop("number", ""), self.body or data.get("body")
        data["application"] = None
        if number and body:
            case = Application.objects.filter(body=body, number=number.strip()).first()
            if case is None:
                self.add_error("number", "没有这个受理编号的申请，请核对；也可以先不填。")
            data["application"] = case
        return data


class RegisterForm(CorrectForm):
    """The same, with what cannot be another afterwards: whose case it is, and of which kind."""

    body = forms.ModelChoiceField(Body.objects.none(), label="机关", empty_label="请选择")
    kind = forms.ChoiceField(label="种类", choices=Dispute.Kind.choices)
    follows = forms.ModelChoiceField(
        Dispute.objects.none(),
        label="先行的复议案件",
        required=False,
        empty_label="（无）",
        help_text="只有复议后起诉填写",
    )
    extended_days = None  # comes later, if at all
    field_order = ("body", "number", "kind", "follows")

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mine = bodies_for(user, *disputes.KEEPERS)
        self.fields["body"].queryset = mine
        self.fields["follows"].queryset = Dispute.objects.filter(
            body__in=mine, kind=Dispute.Kind.RECONSIDERATION
        ).select_related("application")
        # Cases of one day bear like numbers: the application tells them apart.
        self.fields["follows"].label_from_instance = lambda d: (  # type: ignore[attr-defined]
            f"{d}（申请{d.application.number}）" if d.application else str(d)
        )
        if mine.count() == 1:
            self.fields["body"].initial = mine.get()


class AnswerForm(forms.Form):
    on = forms.DateField(label="提交答复（答辩）的日期", widget=DAY)


class DefenceForm(forms.Form):
    reasons = forms.CharField(
        label="作出答复的事实、依据和理由",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text="一段一行。其余的（基本情况、对方的请求、证据目录）由系统按登记的内容写入；"
        "起草以后还可以修改，签发、用印、送出在申请的页面办理。",
        error_messages={"required": "请写明作出答复的事实、依据和理由。"},
    )


class EndForm(TermForm):
    due = "reanswer_due_on"
    outcome = forms.ChoiceField(
        label="审理结果",
        choices=[("", "请选择"), *Dispute.Outcome.choices[1:]],
        error_messages={"required": "请选择审理结果。"},
        help_text="维持、驳回请求为“结果维持”；撤销、变更、确认违法、责令履行为“结果纠正”；"
        "不予受理、撤回、终止、调解为“其他结果”。经过二审、再审的，改成最后的结果",
    )
    detail = forms.CharField(label="结果说明", max_length=200, required=False)
    on = forms.DateField(label="审结日期", widget=DAY)
    reanswer_due_on = forms.DateField(
        label="责令重新答复的期限",
        widget=DAY,
        required=False,
        help_text="决定或者判决要求重新答复的填写，申请会重新打开并按这一天计时；"
        "二审、再审改了期限的，改成新的一天，撤销了重新答复的，清空",
    )
    field_order = ("outcome", "detail", "on", "reanswer_due_on")

    def __init__(self, *args: Any, body: Body, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.body = body

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if self.told:
            data["detail"] = "；".join(filter(None, (data.get("detail"), self.told)))
            if len(data["detail"]) > 200:
                self.add_error("detail", "结果说明请写短一些，期限的说法会写在它的后面。")
        return data


class EvidenceForm(forms.Form):
    title = forms.CharField(label="证据名称", max_length=200)
    proves = forms.CharField(label="证明目的", max_length=300)
    file = forms.ModelChoiceField(
        CaseFile.objects.none(), label="案卷中的材料", required=False, empty_label="另附纸质材料"
    )

    def __init__(self, *args: Any, dispute: Dispute, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        case = dispute.application
        files = CaseFile.objects.filter(application=case, erased_at=None)
        # Of a letter the PDF: it is what was sent, and goes into the bound file.
        files = files.exclude(kind=CaseFile.Kind.LETTER, media_type=DOCX)
        if case is not None and not may_see_originals(user, case):
            files = files.exclude(kind__in=GUARDED)
        self.fields["file"].queryset = files if case is not None else files.none()
        self.fields["file"].label_from_instance = lambda f: f"{f.get_kind_display()}：{f.name}"


def dispute_or_404(user: Any, pk: int) -> Dispute:
    """404 also for a dispute of another body."""
    found = Dispute.objects.filter(body__in=bodies_for(user, *READERS), pk=pk)
    dispute = found.select_related("body", "application__body", "follows").first()
    if dispute is None:
        raise Http404("没有这个案件，或者您没有查看的权限。")
    return dispute


@staff(VIEW)
def dispute_list(request: HttpRequest) -> HttpResponse:
    """The register, pending ones first."""
    found = Dispute.objects.filter(body__in=bodies_for(request.user, *READERS))
    found = found.select_related("body", "application").order_by("ended_on", "-accepted_on", "-pk")
    state = request.GET.get("state", "")
    if state == "pending":
        found = found.filter(outcome=Dispute.Outcome.PENDING)
    return office_page(
        request,
        "applications/desk/disputes.html",
        "复议诉讼",
        [HOME],
        icon="list-ul",
        pages=Paginator(found, PER_PAGE).get_page(request.GET.get("p")),
        may_register=bodies_for(request.user, *disputes.KEEPERS).exists(),
        state=state,
    )


@staff(WORK)
def register(request: HttpRequest) -> HttpResponse:
    """Enter a new reconsideration or suit; from a case page its number is filled in."""
    initial = {}
    if number := request.GET.get("number"):
        case = Application.objects.filter(number=number).first()
        initial = {"number": number, "body": case.body_id if case else None}
    form = RegisterForm(request.POST or None, user=request.user, initial=initial)
    refusal: Refused | None = None
    if request.method == "POST" and form.is_valid():
        data = dict(form.cleaned_data)
        try:
            made = disputes.register_dispute(data.pop("body"), **data, by=request.user)
        except Refused as no:
            refusal = no
        else:
            messages.success(request, "案件已登记，期限已经算好。")
            return redirect("desk-dispute", pk=made.pk)
    return office_page(
        request,
        "applications/desk/dispute_form.html",
        "登记复议诉讼案件",
        [HOME, (reverse(LIST[0]), LIST[1])],
        icon="edit",
        status=422 if form.errors or refusal else 200,
        form=form,
        refusal=refusal,
        verb="登记",
    )


@staff(VIEW)
def dispute_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One dispute: its days, its evidence, what can be done."""
    dispute = dispute_or_404(request.user, pk)
    may = bodies_for(request.user, *disputes.KEEPERS).filter(pk=dispute.body_id).exists()
    return office_page(
        request,
        "applications/desk/dispute.html",
        f"{dispute.get_kind_display()} {dispute.case_number}",
        [HOME, (reverse(LIST[0]), LIST[1])],
        icon="doc-full",
        dispute=dispute,
        doubts=disputes.doubts(dispute),
        term=review_term(dispute),
        suit=suit_after(dispute),
        defence=defence_name(dispute),
        letters=disputes.defences(dispute) if may else [],
        evidence=dispute.evidence.select_related("file"),
        may=may,
    )


@staff(WORK)
def deed(request: HttpRequest, pk: int, key: str) -> HttpResponse:
    """One deed on a dispute: correct, answer, end, evidence."""
    dispute = dispute_or_404(request.user, pk)
    if not bodies_for(request.user, *disputes.KEEPERS).filter(pk=dispute.body_id).exists():
        raise PermissionDenied("您没有办理复议诉讼案件的权限，请联系管理员。")
    kinds: dict[str, tuple[str, Any]] = {
        "correct": (
            "更正登记",
            CorrectForm(request.POST or None, body=dispute.body, initial=_registered(dispute)),
        ),
        "answer": ("提交答复（答辩）", AnswerForm(request.POST or None)),
        "draft": (f"起草{defence_name(dispute)}", DefenceForm(request.POST or None)),
        "end": (
            "更正审理结果" if dispute.ended_on else "登记审理结果",
            EndForm(request.POST or None, body=dispute.body, initial=_ended(dispute)),
        ),
        "evidence": (
            "增加证据",
            EvidenceForm(request.POST or None, dispute=dispute, user=request.user),
        ),
    }
    if key not in kinds:
        raise Http404
    verb, form = kinds[key]
    refusal: Refused | None = None
    if request.method == "POST" and form.is_valid():
        try:
            letter = _act(key, dispute, form.cleaned_data, request)
        except Refused as no:
            refusal = no
        else:
            if letter is not None:
                messages.success(request, "已经起草，请看过全文以后送审。")
                return redirect("desk-letter", pk=letter.pk)
            messages.success(request, f"{verb}：已保存。")
            return redirect("desk-dispute", pk=pk)
    return office_page(
        request,
        "applications/desk/dispute_form.html",
        verb,
        [
            HOME,
            (reverse(LIST[0]), LIST[1]),
            (reverse("desk-dispute", args=[pk]), dispute.case_number or "案件"),
        ],
        icon="edit",
        status=422 if form.errors or refusal else 200,
        form=form,
        refusal=refusal,
        stored_now=stored_now(form) if key == "correct" and refusal and refusal.overtaken else [],
        latest=reverse("desk-dispute", args=[pk]),
        verb=verb,
        dispute=dispute,
        seen=seen_again(request, dispute.version, refusal),
    )


def _registered(dispute: Dispute) -> dict[str, Any]:
    """The case as its form shows it."""
    names = [name for name in CorrectForm.base_fields if name != "number"]
    case = dispute.application
    return {"number": case.number if case else ""} | {n: getattr(dispute, n) for n in names}


def _ended(dispute: Dispute) -> dict[str, Any]:
    """The result as its form shows it; of a pending case nothing is chosen."""
    names = {"detail": "outcome_detail", "on": "ended_on", "reanswer_due_on": "reanswer_due_on"}
    known = {field: getattr(dispute, name) for field, name in names.items()}
    return {"outcome": dispute.outcome if dispute.ended_on else ""} | known


def _act(key: str, dispute: Dispute, data: dict[str, Any], request: HttpRequest) -> Letter | None:
    """Do it; the letter where one was drafted."""
    seen = number_of(request.POST.get("seen"))
    if key == "draft":
        return disputes.draft_defence(dispute, **data, by=request.user, seen=seen)
    if key == "correct":
        disputes.correct_dispute(dispute, **data, by=request.user, seen=seen)
    elif key == "answer":
        disputes.record_answer(dispute, on=data["on"], by=request.user, seen=seen)
    elif key == "end":
        disputes.end_dispute(dispute, **data, by=request.user, seen=seen)
    else:
        disputes.add_evidence(dispute, **data, by=request.user)
    return None


@staff(WORK)
def remove_evidence(request: HttpRequest, pk: int, entry: int) -> HttpResponse:
    """Take one entry off the list (POST)."""
    dispute = dispute_or_404(request.user, pk)
    found = get_object_or_404(Evidence, dispute=dispute, pk=entry)
    if request.method == "POST":
        disputes.remove_evidence(found, by=request.user)
        messages.success(request, f"证据“{found.title}”已从清单中删除。")
    return redirect("desk-dispute", pk=pk)


@staff(WORK)
def bound_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The whole case file as one PDF; taking it is noted, it holds the applicant's papers."""
    dispute = dispute_or_404(request.user, pk)
    if not bodies_for(request.user, *disputes.KEEPERS).filter(pk=dispute.body_id).exists():
        raise PermissionDenied("您没有下载案卷的权限，请联系管理员。")
    case = dispute.application
    data = case_file(dispute, whole=case is None or may_see_originals(request.user, case))
    audit.record("下载案卷合订本", dispute, by=request.user, scope=dispute.body.slug)
    response = HttpResponse(data, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="case-file-{dispute.pk}.pdf"'
    response["Cache-Control"] = "no-store"
    return response


urlpatterns: list[URLPattern] = [
    path("disputes/", dispute_list, name="desk-disputes"),
    path("disputes/new/", register, name="desk-dispute-new"),
    path("disputes/<int:pk>/", dispute_page, name="desk-dispute"),
    path("disputes/<int:pk>/case-file.pdf", bound_file, name="desk-dispute-file"),
    path("disputes/<int:pk>/do/<slug:key>/", deed, name="desk-dispute-deed"),
    path(
        "disputes/<int:pk>/evidence/<int:entry>/remove/",
        remove_evidence,
        name="desk-evidence-remove",
    ),
]
