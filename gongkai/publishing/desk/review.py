"""The review at the desk: exactly what is reviewed, the form of each step, pass on or send back."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils import timezone

from gongkai.base.inputs import MomentInput
from gongkai.base.office import office_page
from gongkai.base.permissions import staff
from gongkai.base.refusal import Overtaken, Refused
from gongkai.law.taxonomy import deed_articles
from gongkai.publishing.actions.core import may_take, may_touch
from gongkai.publishing.actions.publish import publish, schedule, withdraw
from gongkai.publishing.actions.review import due_step, review, wrote_in
from gongkai.publishing.actions.upkeep import check_afterwards
from gongkai.publishing.content import draft_of
from gongkai.publishing.desk.access import crumb, document_or_404, documents_for
from gongkai.publishing.desk.document import (
    TRAIL,
    document_page,
    draft_differences,
    draft_files,
    facts_of,
    late_section_review,
    opinions,
    progress,
)
from gongkai.publishing.desk.levels import DUTY
from gongkai.publishing.grounds import grounds
from gongkai.publishing.interpretation import explaining
from gongkai.publishing.levels import stage
from gongkai.publishing.models import Document, Evaluation, ReviewState
from gongkai.publishing.models.review import Step
from gongkai.publishing.roles import PUBLISH, PUBLISHERS, REVIEW, REVIEWERS

State = Document.State
Conclusion = ReviewState.Conclusion
#: What each step answers for; shown above its form.
DUTIES = {
    Step.SECTION: "请核对内容是否准确、完整，栏目和文件信息是否正确，附件是否齐全。",
    Step.SECRECY: "请审查是否涉及国家秘密，是否危及国家安全、公共安全、经济安全、社会稳定，"
    "是否含有商业秘密、个人隐私，是否属于内部事务或者过程性信息。",
    Step.FINANCE: "请核对金额、单位、口径和汇总是否正确，与批复是否一致。",
    Step.SIGN: "请确认各环节意见，签发后由经办人发布。",
}


class ReviewForm(forms.Form):
    """The conclusion of one step; the secrecy review says more."""

    opinion = forms.CharField(
        label="意见",
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="通过的可以不写；退回的请写明怎样修改。",
    )

    def __init__(self, *args: Any, secrecy: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if secrecy:
            verdicts = [
                (c.value, c.label)
                for c in (Conclusion.PUBLIC, Conclusion.ON_APPLICATION, Conclusion.WITHHELD)
            ]
            self.fields = {
                "conclusion": forms.ChoiceField(
                    label="结论", choices=verdicts, required=False, widget=forms.RadioSelect
                ),
                "ground": forms.ChoiceField(
                    label="依据",
                    choices=[("", "可以公开的不用选"), *grounds()],
                    required=False,
                    help_text="不能主动公开的，选择依据的条款。",
                ),
                **self.fields,
            }
            self.fields["opinion"].help_text = (
                "可以公开的可以不写；不主动公开的写明理由；"
                "需要删去部分内容的，写明删去什么，再退回。"
            )


@staff(REVIEW)
def review_page(request: HttpRequest, pk: int) -> HttpResponse:
    """What is reviewed and the form of the step that is due."""
    found = document_or_404(request.user, pk)
    state = due_step(found)
    if state is None:
        return _not_in_review(request, found)
    form = ReviewForm(request.POST or None, secrecy=stage(state.task.reviewtask.step).secrecy)
    if request.method != "POST" or not form.is_valid():
        return _reviewed(request, found, state, form)
    try:
        _decide(request, found, form)
    except Refused as no:
        if no.overtaken:
            found = document_or_404(request.user, pk)
        return _reviewed(request, found, due_step(found) or state, form, no)
    done = "已通过。" if "approve" in request.POST else "已退回起草人。"
    messages.success(request, f"{state.task.name}{done}")
    # Who saw it for his level only does not see it any more.
    seen = documents_for(request.user).filter(pk=pk).exists()
    return redirect("desk-document", pk) if seen else redirect("desk-documents")


def _not_in_review(request: HttpRequest, found: Document) -> HttpResponse:
    """Back to the document; an opinion that came too late is shown, to be copied."""
    if opinion := request.POST.get("opinion", "").strip():
        gone = Overtaken("这份信息现在不在审查中，您的意见没有保存。")
        return document_page(request, found, refusal=gone, unsaved=opinion)
    messages.info(request, "这份信息现在不在审查中。")
    return redirect("desk-document", found.pk)


def _decide(request: HttpRequest, found: Document, form: ReviewForm) -> None:
    review(
        found,
        by=request.user,  # type: ignore[arg-type]
        approve="approve" in request.POST,
        step=request.POST.get("step", "-"),
        sha256=request.POST.get("sha256", "-"),
        **form.cleaned_data,
    )


def _reviewed(
    request: HttpRequest,
    found: Document,
    state: Any,
    form: ReviewForm,
    refusal: Refused | None = None,
) -> HttpResponse:
    """The page; its form is there for who may take the step and has not written in the draft."""
    user: Any = request.user
    due = stage(state.task.reviewtask.step)
    draft = draft_of(found)
    mine, wrote = may_take(user, found, due), wrote_in(found, user)
    shown = mine and not wrote
    return office_page(
        request,
        "publishing/desk/review.html",
        state.task.name,
        [*TRAIL, (f"/office/documents/{found.pk}/", crumb(draft.title))],
        icon="check",
        status=422 if refusal or form.errors else 200,
        document=found,
        draft=draft,
        state=state,
        step=due.key,
        secrecy=due.secrecy,
        form=form if shown else None,
        bare=not shown,
        unsaved="" if shown else request.POST.get("opinion", ""),
        wrote=wrote,
        mine=mine,
        duty=(due.level.duty or DUTY) if due.level else DUTIES[Step(due.key)],
        article=deed_articles()["review-before-publication"],
        refusal=refusal,
        facts=facts_of(found, draft),
        steps=progress(found, draft),
        files=draft_files(draft),
        changed=draft_differences(found, draft),
        findings=found.findings.exclude(state="gone").order_by("state", "pk"),
        opinions=opinions(found),
        revision=state.revision,
    )


# --- letting out, taking down -----------------------------------------------------------------


class PublishForm(forms.Form):
    """Now, or at a time; a note from the second release on."""

    when = forms.ChoiceField(
        label="发布时间",
        choices=[("now", "立即发布"), ("later", "定时发布")],
        initial="now",
        widget=forms.RadioSelect,
    )
    at = forms.DateTimeField(
        label="定在",
        required=False,
        widget=MomentInput(),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
        error_messages={"invalid": "请填写正确的时间，例如 2026-11-21 09:00。"},
        help_text="到时间自动发布；发布前内容有改动的，不会发布。",
    )
    note = forms.CharField(
        label="更正说明",
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="写明这次更正或者更新了什么，记入发布记录。没有经过审查，不公开；公众看到前后的改动。",
    )

    def __init__(self, *args: Any, first: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if first:
            del self.fields["note"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("when") == "later" and not data.get("at") and "at" not in self.errors:
            self.add_error("at", "请填写定时发布的时间。")
        return data


@staff(PUBLISH)
def publish_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Let an approved draft out now or at a time, or take the time back."""
    found = document_or_404(request.user, pk)
    user: Any = request.user
    if not may_touch(user, found, *PUBLISHERS):
        raise PermissionDenied("发布由经办人或者负责人办理，请联系管理员。")
    if found.state != State.APPROVED and request.method != "POST":
        messages.info(request, "审查通过以后才能发布。")
        return redirect("desk-document", pk)
    first = found.release_id is None
    initial = {"note": found.publish_note}
    form = PublishForm(request.POST or None, first=first, initial=initial)
    refusal = ""
    if request.method == "POST" and "cancel" in request.POST:
        try:
            schedule(found, None, by=user)
        except Refused as no:
            refusal = str(no)
        else:
            messages.success(request, "已取消定时发布。")
            return redirect("desk-document-publish", pk)
    elif request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            if given["when"] == "now":
                publish(found, by=user, note=given.get("note", ""))
                messages.success(request, "已发布。")
            else:
                schedule(found, given["at"], by=user, note=given.get("note", ""))
                at = timezone.localtime(given["at"])
                messages.success(request, f"已定在{at:%Y-%m-%d %H:%M}发布。")
        except Refused as no:
            refusal = str(no)
        else:
            return redirect("desk-document", pk)
    draft = draft_of(found)
    return office_page(
        request,
        "publishing/desk/publish.html",
        "发布",
        [*TRAIL, (f"/office/documents/{pk}/", crumb(draft.title))],
        explaining=explaining(found, draft),
        icon="upload",
        status=422 if refusal or (request.method == "POST" and form.errors) else 200,
        document=found,
        draft=draft,
        form=form,
        first=first,
        refusal=refusal,
        changed=draft_differences(found, draft),
        opinions=opinions(found),
        article=deed_articles()["publish-in-time"],
    )


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label="撤下的原因",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "请写明撤下的原因。"},
        help_text="记入发布记录。网址保留，打开时说明信息已经撤下。",
    )


@staff(PUBLISH)
def withdraw_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a public document down, with the reason."""
    found = document_or_404(request.user, pk)
    user: Any = request.user
    if not may_touch(user, found, *PUBLISHERS):
        raise PermissionDenied("撤下由经办人或者负责人办理，请联系管理员。")
    form = ReasonForm(request.POST or None)
    refusal = ""
    if request.method == "POST" and form.is_valid():
        try:
            withdraw(found, form.cleaned_data["reason"], by=user)
        except Refused as no:
            refusal = str(no)
        else:
            messages.success(request, "已撤下，公众看不到了。")
            return redirect("desk-document", pk)
    return office_page(
        request,
        "publishing/desk/deed.html",
        "撤下",
        [*TRAIL, (f"/office/documents/{pk}/", crumb(found.title))],
        icon="cross",
        status=422 if refusal or form.errors else 200,
        document=found,
        form=form,
        refusal=refusal,
        button="撤下",
        final="撤下以后公众立即看不到这份信息，重新公开要再次送审。",
    )


class AfterwardsForm(forms.Form):
    result = forms.ChoiceField(
        label="初审结果",
        choices=[(r.value, r.label) for r in (Evaluation.Result.FINE, Evaluation.Result.MEND)],
        widget=forms.RadioSelect,
        error_messages={"required": "请选择初审结果。"},
    )
    opinion = forms.CharField(
        label="意见",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "请写明初审意见。"},
    )


@staff(REVIEW)
def afterwards_page(request: HttpRequest, pk: int) -> HttpResponse:
    """The section's review of what went out urgently."""
    found = document_or_404(request.user, pk)
    user: Any = request.user
    if not may_touch(user, found, *REVIEWERS[Step.SECTION]):
        raise PermissionDenied("补办初审由审核人或者负责人办理，请联系管理员。")
    form = AfterwardsForm(request.POST or None)
    refusal = ""
    if request.method == "POST" and form.is_valid():
        try:
            check_afterwards(found, by=user, **form.cleaned_data)
        except Refused as no:
            refusal = str(no)
        else:
            messages.success(request, "已补办初审。")
            return redirect("desk-document", pk)
    elif request.method != "POST" and not late_section_review(found):
        messages.info(request, "这份信息没有等待补办的初审。")
        return redirect("desk-document", pk)
    return office_page(
        request,
        "publishing/desk/deed.html",
        "补办初审",
        [*TRAIL, (f"/office/documents/{pk}/", crumb(found.title))],
        icon="check",
        status=422 if refusal or form.errors else 200,
        document=found,
        form=form,
        refusal=refusal,
        button="补办初审",
        hint="这份信息按紧急程序发布，保密审查和签发已经办理。需要更正的，请再通知起草人修改或者撤下。",
    )


urlpatterns: list[URLPattern] = [
    path("documents/<int:pk>/review/", review_page, name="desk-review"),
    path("documents/<int:pk>/publish/", publish_page, name="desk-document-publish"),
    path("documents/<int:pk>/withdraw/", withdraw_page, name="desk-document-withdraw"),
    path("documents/<int:pk>/check-afterwards/", afterwards_page, name="desk-check-afterwards"),
]
