"""Office pages of an import: the runs with what was not taken, and the review of a whole batch."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from gongkai.base.office import number_of, office_page
from gongkai.base.permissions import staff
from gongkai.bodies.queries import held_by
from gongkai.publishing.actions import batch as actions
from gongkai.publishing.actions.review import wrote_in
from gongkai.publishing.content import draft_of, words
from gongkai.publishing.desk.access import (
    Posts,
    due_steps,
    posts_of,
    seen_bodies,
    waiting_at_levels,
)
from gongkai.publishing.desk.shared import HOME, body_of, holds
from gongkai.publishing.levels import Stage, in_order, stages
from gongkai.publishing.models import Document, ImportRun, ReviewState
from gongkai.publishing.models.review import Step
from gongkai.publishing.required import lacking
from gongkai.publishing.roles import PUBLISHERS, VIEW, WRITERS

LIST = ("desk-imports", "导入")
#: So many are looked through and confirmed at once.
PER_PAGE = 20
NOT_SEEN = "没有这一批，或者您没有查看的权限。"
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
    found = ImportRun.objects.select_related("body").filter(pk=pk).first()
    if found is None:
        raise Http404(NOT_SEEN)
    whole = seen_bodies(request.user).filter(pk=found.body_id).exists()
    documents = Document.objects.filter(imported__run=found)
    if not whole:  # what waits at a level of his, as it was when he came
        mine = documents.filter(pk__in=waiting_at_levels(held_by(request.user)))
        documents = Document.objects.filter(pk__in=list(mine.values_list("pk", flat=True)))
    if not whole and not documents.exists():
        raise Http404(NOT_SEEN)
    steps, groups = _groups(found, documents)
    stage = request.POST.get("stage") or request.GET.get("stage", "")
    posts = posts_of(request.user)
    if stage not in groups:  # what is his to do, else what waits for others
        filled = [key for key, of_it in groups.items() if of_it]
        his = (key for key in filled if _may(request, groups[key][0], key, steps.get(key), posts))
        stage = next(his, filled[0] if filled else "draft")
    outcome = None
    if request.method == "POST":
        outcome = _act(request, stage, steps.get(stage), groups[stage])
        steps, groups = _groups(found, documents)
        groups.setdefault(stage, [])
    labels = LABELS | {key: f"待{one.name}" for key, one in steps.items()}
    pages = Paginator(groups[stage], PER_PAGE).get_page(request.GET.get("p"))
    due = steps.get(stage)
    rows = [_row(request, one, stage, due, posts) for one in pages]
    return office_page(
        request,
        "publishing/desk/import_run.html",
        f"导入：{found}",
        [HOME, (reverse(LIST[0]), LIST[1])] if whole else [HOME],
        icon="download",
        run=found,
        whole=whole,
        stages=[(key, labels.get(key, ""), len(of_it)) for key, of_it in groups.items()],
        stage=stage,
        button=f"选中的{due.name}通过" if due else BUTTONS.get(stage, ""),
        pages=pages,
        rows=rows,
        step=due,
        may=any(row["may"] for row in rows),
        outcome=outcome,
        query=f"stage={stage}",
        conclusions=[
            c for c in ReviewState.Conclusion.choices if c[0] == ReviewState.Conclusion.PUBLIC
        ],
    )


#: What is no step of a review.
LABELS = {"draft": "待送审", "approved": "待发布", "live": "已发布", "other": "其他"}
BUTTONS = {"draft": "把选中的送审", "approved": "发布选中的"}
MAY: dict[str, Any] = {"draft": WRITERS, "approved": PUBLISHERS}


def _groups(
    found: ImportRun, documents: QuerySet[Document]
) -> tuple[dict[str, Stage], dict[str, list[Document]]]:
    """The steps of the review by key, and what waits where, in the order of the way.

    A level that the body does not ask for any more stands there as long as something waits at it.
    """
    waiting = due_steps().filter(document_id__in=documents.order_by().values("pk"))
    due = {s.document_id: s for s in waiting.select_related("task__reviewtask")}  # type: ignore[attr-defined]
    keys = in_order(Step.values, found.body)
    ended = {s.task.reviewtask.step for s in due.values()} - {*keys}
    steps = {one.key: one for one in stages([*keys, *sorted(ended)])}
    groups: dict[str, list[Document]] = {
        key: [] for key in ("draft", *steps, "approved", "live", "other")
    }
    related = ("body", "column", "imported", "release", "section")
    for document in documents.select_related(*related).defer("text").order_by("pk"):
        document.waits = state = due.get(document.pk)  # type: ignore[attr-defined]
        if document.state in (State.DRAFT, State.RETURNED):
            groups["draft"].append(document)
        elif document.state == State.REVIEW and state is not None:
            groups[state.task.reviewtask.step].append(document)
        elif document.state == State.APPROVED:
            groups["approved"].append(document)
        else:
            groups["live" if document.live else "other"].append(document)
    return steps, groups


def _row(
    request: HttpRequest, document: Document, stage: str, due: Stage | None, posts: Posts
) -> dict[str, Any]:
    draft = draft_of(document)
    return {
        "document": document,
        "draft": draft,
        "words": words(draft.text)[:400],
        "sha256": document.waits.seen_sha256 if due else "",  # type: ignore[attr-defined]
        "open": document.findings.filter(state="open").count() if stage == "draft" else 0,
        "lacks": [Document._meta.get_field(name).verbose_name for name, _ in lacking(draft)],
        "may": _may(request, document, stage, due, posts),
        "mine": due is not None and wrote_in(document, request.user),
    }


def _may(
    request: HttpRequest, document: Document, stage: str, due: Stage | None, posts: Posts
) -> bool:
    if due is not None:
        return posts.may_take(document, due)
    return stage in MAY and holds(request, document.body, *MAY[stage])


def _act(
    request: HttpRequest, stage: str, due: Stage | None, waiting: list[Document]
) -> actions.Outcome:
    chosen = {number_of(key) for key in request.POST.getlist("document")}
    documents = [one for one in waiting if one.pk in chosen]
    by: Any = request.user
    if stage == "draft":
        return actions.submit_many(documents, by=by)
    if stage == "approved":
        return actions.publish_many(documents, by=by)
    if due is not None:
        return actions.review_many(
            documents,
            by=by,
            step=stage,
            seen={one.pk: request.POST.get(f"sha256-{one.pk}", "") for one in documents},
            conclusion=request.POST.get("conclusion", "") if due.secrecy else "",
            opinion=request.POST.get("opinion", "")[:300],
        )
    return actions.Outcome()


urlpatterns: list[URLPattern] = [
    path("publishing/imports/", runs, name="desk-imports"),
    path("publishing/imports/<int:pk>/", run, name="desk-import-run"),
]
