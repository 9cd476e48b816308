"""保密审查登记: every conclusion of a secrecy review as a list, on paper, by month."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.core.paginator import Paginator
from django.db.models import BigIntegerField, Q, QuerySet
from django.db.models.functions import Cast, TruncMonth
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.views.decorators.cache import never_cache
from wagtail.models import TaskState

from gongkai.base.office import day_of, office_page
from gongkai.base.permissions import staff
from gongkai.bodies.models import Body
from gongkai.documents import blocks, docx, pdf
from gongkai.law.taxonomy import deed_articles
from gongkai.publishing.actions.review import URGENT
from gongkai.publishing.desk.access import HOME, seen_bodies
from gongkai.publishing.grounds import ground_label
from gongkai.publishing.models import Document, ReviewLevel, ReviewState
from gongkai.publishing.models.review import Step
from gongkai.publishing.roles import VIEW

PER_PAGE = 50
#: Lines of one printed register.
MOST = 1000
FORMATS = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
DONE = (TaskState.STATUS_APPROVED, TaskState.STATUS_REJECTED)
WITHHELD = "returned"


def entries(bodies: QuerySet[Body] | list[Body]) -> QuerySet[Any]:
    """The finished secrecy reviews of these bodies, the newest first, with ``document_id``.

    The levels that a body added are reviews before publication too, and stand between them.
    """
    documents = Document.objects.filter(body__in=bodies).order_by()
    return (
        ReviewState.objects.filter(
            Q(task__reviewtask__step=Step.SECRECY) | Q(task__reviewtask__level__isnull=False),
            status__in=DONE,
            workflow_state__content_type__app_label="publishing",
            workflow_state__content_type__model="document",
        )
        .annotate(document_id=Cast("workflow_state__object_id", BigIntegerField()))
        .filter(document_id__in=documents.values("pk"))
        .select_related(
            "task", "workflow_state__workflow", "workflow_state__requested_by", "revision"
        )
        .order_by("-finished_at", "-pk")
    )


def _narrow(found: QuerySet[Any], data: dict[str, str]) -> QuerySet[Any]:
    conclusion = data["conclusion"]
    if conclusion == WITHHELD:
        found = found.filter(status=TaskState.STATUS_REJECTED)
    elif conclusion in ReviewState.Conclusion.values:
        found = found.filter(conclusion=conclusion, status=TaskState.STATUS_APPROVED)
    if data["q"]:
        titles = Document.objects.filter(title__icontains=data["q"]).order_by()
        found = found.filter(document_id__in=titles.values("pk"))
    since, until = day_of(data["since"]), day_of(data["until"])
    if since:
        found = found.filter(finished_at__date__gte=since)
    if until:
        found = found.filter(finished_at__date__lte=until)
    if data["urgent"]:
        found = found.filter(workflow_state__workflow__name__startswith=URGENT)
    return found


def _asked(request: HttpRequest) -> dict[str, str]:
    names = ("body", "conclusion", "q", "since", "until", "urgent")
    return {n: request.GET.get(n, "").replace("\0", "").strip()[:100] for n in names}


def _chosen(request: HttpRequest, data: dict[str, str]) -> tuple[list[Body], list[Body]]:
    """The bodies whose register it is, and those to choose from."""
    seen = list(seen_bodies(request.user))
    mine = [body for body in seen if body.slug == data["body"]]
    return mine or seen, seen


def rows_of(states: list[Any]) -> list[dict[str, Any]]:
    """The lines of the register: what was reviewed, by whom, with what conclusion."""
    documents = (
        Document.objects.select_related("body", "section", "author")
        .defer("text")
        .in_bulk([state.document_id for state in states])
    )
    rows = []
    for state in states:
        document = documents[state.document_id]
        content = state.revision.content if state.revision else {}
        passed = state.status == TaskState.STATUS_APPROVED
        rows.append(
            {
                "document": document,
                "title": content.get("title") or document.title,
                "number": content.get("doc_number", ""),
                "section": document.section.name if document.section else "",
                "author": _name(document.author),
                "sent_at": state.workflow_state.created_at,
                "at": state.finished_at,
                "by": state.by_name,
                "step": state.task.name,
                "conclusion": (state.get_conclusion_display() or "通过") if passed else "退回修改",
                "ground": ground_label(state.ground) if state.ground else "",
                "opinion": state.comment,
                "urgent": state.workflow_state.workflow.name.startswith(URGENT),
                "sha256": state.seen_sha256,
            }
        )
    return rows


def _name(user: Any) -> str:
    return f"{user.last_name}{user.first_name}" or user.get_username() if user else "系统"


def by_month(found: QuerySet[Any]) -> list[dict[str, Any]]:
    """How many conclusions of each kind in each month, the newest first."""
    months: dict[Any, Counter[str]] = {}
    opinions = Q(task__reviewtask__level__form=ReviewLevel.Form.OPINION)
    counted = found.exclude(opinions).order_by().annotate(month=TruncMonth("finished_at"))
    for month, status, conclusion in counted.values_list("month", "status", "conclusion"):
        line = months.setdefault(month, Counter())
        line["all"] += 1
        line[conclusion if status == TaskState.STATUS_APPROVED else WITHHELD] += 1
    return [{"month": month, **months[month]} for month in sorted(months, reverse=True)]


@staff(VIEW)
def register(request: HttpRequest) -> HttpResponse:
    """The register with its filter, and the sums by month."""
    data = _asked(request)
    bodies, seen = _chosen(request, data)
    found = _narrow(entries(bodies), data)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("p"))
    return office_page(
        request,
        "publishing/desk/register.html",
        "保密审查登记",
        [HOME],
        icon="table",
        pages=page,
        rows=rows_of(list(page.object_list)),
        months=by_month(found),
        data=data,
        query=request.GET.urlencode(),
        bodies=seen if len(seen) > 1 else [],
        conclusions=[
            *((c, word) for c, word in ReviewState.Conclusion.choices if c != "partly"),
            (WITHHELD, "退回修改"),
        ],
        article=deed_articles()["review-before-publication"],
    )


@staff(VIEW)
@never_cache
def printed(request: HttpRequest, kind: str) -> HttpResponse:
    """The filtered register on paper."""
    data = _asked(request)
    bodies, _ = _chosen(request, data)
    if not bodies:
        raise Http404("没有可以打印的登记。")
    rows = rows_of(list(_narrow(entries(bodies), data)[:MOST]))
    document = as_document(rows, bodies[0].name if len(bodies) == 1 else "")
    made = (pdf.pdf if kind == "pdf" else docx.docx)(document)
    name = f"secrecy-register-{timezone.localdate()}.{kind}"
    return HttpResponse(
        made,
        headers={
            "Content-Type": FORMATS[kind],
            "Content-Disposition": f'attachment; filename="{name}"',
        },
    )


def as_document(rows: list[dict[str, Any]], body: str) -> blocks.Document:
    """The register in the layout of official papers."""
    heads = (
        "序号",
        "信息名称",
        "起草科室、拟稿人",
        "审查日期",
        "结论和依据",
        "意见",
        "环节、审查人",
    )
    lines = [tuple(blocks.Cell(h, head=True) for h in heads)]
    for number, row in enumerate(rows, 1):
        verdict = row["conclusion"] + (f"\n{row['ground']}" if row["ground"] else "")
        cells = (
            str(number),
            row["title"] + ("（紧急）" if row["urgent"] else ""),
            f"{row['section']} {row['author']}".strip(),
            timezone.localtime(row["at"]).strftime("%Y-%m-%d"),
            verdict,
            row["opinion"],
            f"{row['step']}\n{row['by']}",
        )
        lines.append(tuple(blocks.Cell(c) for c in cells))
    today = timezone.localdate()
    said = f"{body or '各机关'}，{blocks.chinese_date(today)}打印，共 {len(rows)} 条。"
    return blocks.Document(
        "政府信息公开保密审查登记",
        (
            blocks.Paragraph(said, "plain"),
            blocks.Table(tuple(lines), (1, 5, 2.4, 2.2, 4, 3.4, 2.4), heads=1),
            blocks.Paragraph(f"依据：{deed_articles()['review-before-publication']}。", "note"),
        ),
        on=today,
        wide=True,
    )


urlpatterns: list[URLPattern] = [
    path("documents/secrecy-register/", register, name="desk-secrecy-register"),
    *(
        path(
            f"documents/secrecy-register/register.{kind}",
            printed,
            {"kind": kind},
            name=f"desk-secrecy-register-{kind}",
        )
        for kind in FORMATS
    ),
]
