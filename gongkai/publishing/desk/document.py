"""One document on one page: where it stands, what I can do now, what the machine asks, its history;
handing in, taking back, preview and the files of the draft."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_POST
from wagtail.models import TaskState, WorkflowState

from gongkai.base.models import AuditEntry
from gongkai.base.office import number_of, office_page
from gongkai.base.permissions import staff
from gongkai.base.refusal import Refused
from gongkai.base.streams import locked_down
from gongkai.law.parameters import statute
from gongkai.law.taxonomy import deed_articles
from gongkai.publishing import queries, validity
from gongkai.publishing.actions.clean import may_read
from gongkai.publishing.actions.core import record
from gongkai.publishing.actions.review import due_step, steps_for, submit, take_back
from gongkai.publishing.actions.upkeep import EVALUATORS, urgent_waiting
from gongkai.publishing.content import draft_of, snapshot
from gongkai.publishing.desk.access import HOME, Posts, document_or_404, posts_of
from gongkai.publishing.desk.turns import WRITING, turn_of
from gongkai.publishing.differences import differences
from gongkai.publishing.files import FileDamaged
from gongkai.publishing.files import content as file_content
from gongkai.publishing.grounds import ground_label
from gongkai.publishing.interpretation import explaining
from gongkai.publishing.levels import Stage, stage, stages
from gongkai.publishing.models import Document, PublishedFile, ReviewState
from gongkai.publishing.models.review import Finding, Step
from gongkai.publishing.public.documents import facts
from gongkai.publishing.public.tags import column_tags
from gongkai.publishing.required import missing
from gongkai.publishing.roles import DRAFT, PUBLISHERS, REVIEWERS, VIEW, WRITERS

State = Document.State
TRAIL = [HOME, ("/office/documents/", "政府信息")]
#: Files of a draft that a browser may show by itself.
SHOWN_HERE = ("application/pdf", "image/png", "image/jpeg")


@staff(VIEW)
def document(request: HttpRequest, pk: int) -> HttpResponse:
    """The newest draft with everything around it."""
    found = document_or_404(request.user, pk)
    return document_page(request, found)


def document_page(
    request: HttpRequest, found: Document, *, refusal: Refused | None = None, unsaved: str = ""
) -> HttpResponse:
    """``unsaved``: words that were not saved and have no form any more."""
    draft = draft_of(found)
    posts = posts_of(request.user)
    state = due_step(found)
    due = stage(state.task.reviewtask.step) if state else None
    return office_page(
        request,
        "publishing/desk/document.html",
        found.title if not found.live else draft.title,
        TRAIL,
        icon="doc-full",
        status=422 if refusal else 200,
        document=found,
        draft=draft,
        refusal=refusal,
        bare=True,
        unsaved=unsaved,
        facts=facts_of(found, draft),
        steps=progress(found, draft),
        turn=turn_of(found, posts, due),
        may=_may(found, posts, due),
        missing=missing(draft) if found.state in WRITING else [],
        open_findings=found.findings.filter(state=Finding.State.OPEN).count(),
        findings=found.findings.count(),
        files=draft_files(draft),
        opinions=opinions(found),
        kept=_why_kept(found, draft) if found.state == State.KEPT else "",
        releases=found.releases.order_by("-number"),
        evaluations=found.evaluations.all(),
        changed=draft_differences(found, draft),
        history=AuditEntry.objects.filter(
            object_type="publishing.document", object_id=str(found.pk)
        ).order_by("-pk")[:40],
        article=deed_articles()["publish-in-time"],
        in_calendar_days=statute().values[found.column.due_rule][-1].unit == "日",
        explaining=explaining(found, draft),
    )


def _may(found: Document, posts: Posts, due: Stage | None) -> dict[str, bool]:
    writes = posts.may(found, *WRITERS)
    publishes = posts.may(found, *PUBLISHERS)
    handed_in = found.state in (State.REVIEW, State.APPROVED)
    return {
        "edit": writes,
        "submit": writes and found.state in (*WRITING, State.WITHDRAWN),
        "take_back": writes and handed_in,
        "review": due is not None and posts.may_take(found, due),
        "publish": publishes and found.state == State.APPROVED,
        "withdraw": publishes and found.live,
        "evaluate": found.state == State.KEPT and posts.may(found, *EVALUATORS),
        "urgent": late_section_review(found) and posts.may(found, *REVIEWERS[Step.SECTION]),
    }


def _why_kept(found: Document, draft: Document) -> str:
    """What was concluded of a document that is not published, in a few words."""
    verdicts = ReviewState.objects.filter(
        workflow_state__in=WorkflowState.objects.for_instance(found)
    )
    verdict = verdicts.exclude(conclusion__in=("", ReviewState.Conclusion.PUBLIC)).last()
    if verdict is not None:
        return f"保密审查结论：{verdict.get_conclusion_display()}，{ground_label(verdict.ground)}"
    return f"{draft.get_attribute_display()}：{ground_label(draft.withheld_ground)}"


def late_section_review(found: Document) -> bool:
    """Whether it went out urgently and its section still has to look at it afterwards."""
    return urgent_waiting().filter(pk=found.pk).exists()


def facts_of(found: Document, draft: Document) -> list[tuple[str, Any]]:
    """The metadata of the draft, in the order of the public page; empty ones are left out."""
    pairs: list[tuple[str, Any]] = [
        ("机关", found.body.name),
        ("栏目", draft.column.name),
        ("体裁", draft.get_genre_display()),
        ("发文机关", draft.issuer),
        ("发文字号", draft.doc_number),
        ("成文日期", draft.formed_on),
        ("变更、批复日期", found.changed_on),
        ("施行日期", draft.effective_on),
        ("有效期至", draft.expires_on),
        ("主题分类", draft.theme),
        ("主题词", draft.keywords),
        ("内容概述", draft.summary),
        ("信息来源", draft.source),
        ("解读的文件", draft.interprets.title if draft.interprets_id else ""),
        ("解读形式", draft.get_explains_by_display()),
        ("行政规范性文件", "是" if draft.is_normative else ""),
        ("含财务信息", "是，送审时增加财务核对" if draft.shows_money else ""),
        ("公开属性", draft.get_attribute_display()),
        ("不公开的依据", ground_label(draft.withheld_ground) if draft.withheld_ground else ""),
        ("不公开的理由", draft.withheld_reason),
        ("下次评估", found.re_evaluate_on if draft.attribute != "public" else None),
        ("紧急发布的理由", found.urgent_reason),
        ("起草科室", found.section or ""),
        ("索引号", found.index_number),
    ]
    return [(label, value) for label, value in pairs if value]


def progress(found: Document, draft: Document) -> list[tuple[str, str]]:
    """The steps with "done", "here" or "": of the review that runs, else of the next one."""
    way = WorkflowState.objects.for_instance(found).order_by("-pk").first()
    if way is None or found.state in (State.DRAFT, State.WITHDRAWN):
        urgent = bool(found.urgent_reason)
        keys = steps_for(found.body, shows_money=draft.shows_money, urgent=urgent)
        return [(one.name, "") for one in stages(keys)]
    done = {}
    for state in ReviewState.objects.filter(workflow_state=way).select_related("task"):
        mark = {"approved": "done", "in_progress": "here", "rejected": "back"}
        done[state.task_id] = mark.get(state.status, "")
    tasks = way.workflow.workflow_tasks.select_related("task").order_by("sort_order")
    steps = [(link.task.name, done.get(link.task_id, "")) for link in tasks]
    out = "done" if found.state == State.PUBLISHED else ""
    return [*steps, ("发布", "here" if found.state == State.APPROVED else out)]


def opinions(found: Document) -> list[ReviewState]:
    """Every conclusion that was given on the document, the newest first."""
    ways = WorkflowState.objects.for_instance(found)
    given = (TaskState.STATUS_APPROVED, TaskState.STATUS_REJECTED)
    states = ReviewState.objects.filter(workflow_state__in=ways, status__in=given)
    found_states = list(states.select_related("task", "revision").order_by("-pk"))
    for state in found_states:
        state.ground_words = ground_label(state.ground)  # type: ignore[attr-defined]
    return found_states


def draft_files(draft: Document) -> list[tuple[str, PublishedFile]]:
    """The attachments of the draft in their order: the name that the draft gives, the file."""
    files = PublishedFile.objects.defer("text").in_bulk([one["file"] for one in draft.attachments])
    return [(one["name"], files[one["file"]]) for one in draft.attachments if one["file"] in files]


def draft_differences(found: Document, draft: Document) -> list[Any]:
    """What the draft changes against what was released last; empty before the first release."""
    if found.release is None:
        return []
    return differences(found.release.content, snapshot(draft))


# --- deeds -------------------------------------------------------------------------------------


@staff(DRAFT)
@require_POST
def hand_in(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand the draft in for review."""
    found = document_or_404(request.user, pk)
    try:
        submit(found, by=request.user, seen=number_of(request.POST.get("seen")))  # type: ignore[arg-type]
    except Refused as no:
        return document_page(request, document_or_404(request.user, pk), refusal=no)
    messages.success(request, "已送审。审查结果会出现在“待办”中。")
    return redirect("desk-document", pk)


@staff(DRAFT)
@require_POST
def call_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the draft back from the review."""
    found = document_or_404(request.user, pk)
    try:
        take_back(found, by=request.user)  # type: ignore[arg-type]
    except Refused as no:
        return document_page(request, document_or_404(request.user, pk), refusal=no)
    messages.success(request, "已撤回，可以继续修改。")
    return redirect("desk-edit-document", pk)


@staff(VIEW)
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """The draft as the public would read it. It is only for the office."""
    found = document_or_404(request.user, pk)
    draft = draft_of(found)
    draft.live, draft.validity = True, validity.of(draft)
    written = facts(draft)
    if draft.published_at is None:
        written.append(("发布日期", "发布时填入"))
    files = [
        (file, reverse("desk-document-file", args=[file.pk])) for _, file in draft_files(draft)
    ]
    response = render(
        request,
        "publishing/desk/preview.html",
        {
            "document": draft,
            "real": found,
            "column": column_tags(draft.column),
            "crumbs": [("预览", None)],
            "preview": True,
            "kept": found.state == State.KEPT,
            "facts": written,
            "undergone": queries.undergone(found),
            "files": files,
            "explained": draft.interprets,
        },
    )
    response["X-Robots-Tag"] = "noindex"
    return response


@staff(VIEW)
def file(request: HttpRequest, pk: int) -> HttpResponse:
    """A file of a document, for the office; what a browser might run is only downloaded."""
    found = PublishedFile.objects.filter(pk=pk).select_related("document").first()
    if found is None:
        raise Http404("没有这个附件。")
    document = document_or_404(request.user, found.document_id)
    user: Any = request.user
    if not may_read(user, found):
        raise PermissionDenied(
            "这是遮盖或者清除以前的原件，只有保密审查人、负责人和上传人可以查看。"
        )
    if found.replaced_by_id is not None:
        record(document, "查看清除以前的原件", by=user, new={"附件": found.pk})
    try:
        data = file_content(found)
    except (FileDamaged, OSError):
        raise Http404("文件没有通过完整性核对，请联系管理员从备份恢复。") from None
    shown = found.media_type in SHOWN_HERE
    return locked_down(data, found.media_type, found.name, attachment=not shown)


urlpatterns: list[URLPattern] = [
    path("documents/<int:pk>/", document, name="desk-document"),
    path("documents/<int:pk>/submit/", hand_in, name="desk-submit"),
    path("documents/<int:pk>/take-back/", call_back, name="desk-take-back"),
    path("documents/<int:pk>/preview/", preview, name="desk-preview"),
    path("documents/file/<int:pk>/", file, name="desk-document-file"),
]
