"""Office pages of an import: the runs with what was not taken, and the review of a whole batch."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from gongkai.base.office import office_page
from gongkai.base.permissions import staff
from gongkai.publishing.actions import batch as actions
from gongkai.publishing.actions.review import due_step, wrote_in
from gongkai.publishing.content import draft_of, words
from gongkai.publishing.desk.access import seen_bodies
from gongkai.publishing.desk.shared import HOME, body_of, holds
from gongkai.publishing.models import Document, ImportRun, ReviewState
from gongkai.publishing.models.review import Step
from gongkai.publishing.roles import PUBLISHERS, REVIEWERS, VIEW, WRITERS

LIST = ("desk-imports", "导入")
#: So many are looked through and confirmed at once.
PER_PAGE = 20
State = Document.State


@staff(VIEW)
@require_safe
def runs(request: HttpRequest) -> HttpResponse:
    """The runs of a body."""
    body, bodies = body_of(request)
    found = ImportRun.objects.filter(body=body).annotate(there=Count("documents"))
    return office_page(
        request,
        "publishing/desk/imports.html",
        "导入旧站",
        [HOME],
        icon="download",
        body=body,
        bodies=bodies,
        runs=found[:100],
    )


@staff(VIEW)
@never_cache
def run(request: HttpRequest, pk: int) -> HttpResponse:
    """One run: what waits for which step, twenty at a time, with their words to look through."""
    found = ImportRun.objects.filter(pk=pk, body__in=seen_bodies(request.user)).first()
    if found is None:
        raise Http404("没有这一批，或者您没有查看的权限。")
    documents = Document.objects.filter(imported__run=found).order_by("pk")
    stages = _stages(documents)
    stage = request.POST.get("stage") or request.GET.get("stage", "")
    if stage not in stages:
        stage = next((key for key, of_it in stages.items() if of_it), "draft")
    outcome = None
    if request.method == "POST":
        outcome = _act(request, stage, stages[stage])
        stages = _stages(documents)
    pages = Paginator(stages[stage], PER_PAGE).get_page(request.GET.get("p"))
    return office_page(
        request,
        "publishing/desk/import_run.html",
        f"导入：{found}",
        [HOME, (reverse(LIST[0]), LIST[1])],
        icon="download",
        run=found,
        stages=[(key, LABELS[key], len(of_it)) for key, of_it in stages.items()],
        stage=stage,
        label=LABELS[stage],
        button=BUTTONS.get(stage, ""),
        pages=pages,
        rows=[_row(request, one, stage) for one in pages],
        may=holds(request, found.body, *MAY.get(stage, ())) if stage in MAY else False,
        outcome=outcome,
        query=f"stage={stage}",
        conclusions=[
            c for c in ReviewState.Conclusion.choices if c[0] == ReviewState.Conclusion.PUBLIC
        ],
    )


LABELS = {
    "draft": "待送审",
    **{step.value: f"待{step.label}" for step in Step},
    "approved": "待发布",
    "live": "已发布",
    #: Levels of its own a body passes on each document's page.
    "other": "其他",
}
BUTTONS = {
    "draft": "把选中的送审",
    **{step.value: f"选中的{step.label}通过" for step in Step},
    "approved": "发布选中的",
}
MAY: dict[str, Any] = {
    "draft": WRITERS,
    **{step.value: REVIEWERS[step] for step in Step},
    "approved": PUBLISHERS,
}


def _stages(documents: Any) -> dict[str, list[Document]]:
    found: dict[str, list[Document]] = {key: [] for key in LABELS}
    for document in documents.select_related("body", "column", "imported", "release"):
        if document.state in (State.DRAFT, State.RETURNED):
            found["draft"].append(document)
        elif document.state == State.REVIEW:
            due = due_step(document)
            step = due.task.reviewtask.step if due else ""
            found[step if step in found else "other"].append(document)
        elif document.state == State.APPROVED:
            found["approved"].append(document)
        elif document.live:
            found["live"].append(document)
        else:
            found["other"].append(document)
    return found


def _row(request: HttpRequest, document: Document, stage: str) -> dict[str, Any]:
    draft = draft_of(document)
    due = due_step(document) if stage in Step.values else None
    return {
        "document": document,
        "draft": draft,
        "words": words(draft.text)[:400],
        "sha256": due.seen_sha256 if due else "",
        "open": document.findings.filter(state="open").count() if stage == "draft" else 0,
        "mine": due is not None and wrote_in(document, request.user),
    }


def _act(request: HttpRequest, stage: str, waiting: list[Document]) -> actions.Outcome:
    chosen = {int(key) for key in request.POST.getlist("document") if key.isdigit()}
    documents = [one for one in waiting if one.pk in chosen]
    by: Any = request.user
    if stage == "draft":
        return actions.submit_many(documents, by=by)
    if stage == "approved":
        return actions.publish_many(documents, by=by)
    if stage in Step.values:
        return actions.review_many(
            documents,
            by=by,
            step=stage,
            seen={one.pk: request.POST.get(f"sha256-{one.pk}", "") for one in documents},
            conclusion=request.POST.get("conclusion", "") if stage == Step.SECRECY else "",
            opinion=request.POST.get("opinion", "")[:300],
        )
    return actions.Outcome()


urlpatterns: list[URLPattern] = [
    path("publishing/imports/", runs, name="desk-imports"),
    path("publishing/imports/<int:pk>/", run, name="desk-import-run"),
]
