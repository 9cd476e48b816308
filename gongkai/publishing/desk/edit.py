"""Writing a document: the form, its attachments, what it does to others, how it will look."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse

from gongkai.base.office import number_of, office_page
from gongkai.base.permissions import staff
from gongkai.base.refusal import Overtaken, Refused
from gongkai.base.uploads import Checked, SafeFilesField, safe_name
from gongkai.bodies.models import Body
from gongkai.publishing.actions.core import may_touch
from gongkai.publishing.actions.drafts import attach, create_document, save_draft
from gongkai.publishing.content import draft_of
from gongkai.publishing.desk.access import HOME, bodies_to_write_for, crumb, document_or_404
from gongkai.publishing.desk.forms import ChangeForm, DraftForm, defaults, themes
from gongkai.publishing.models import Column, Document
from gongkai.publishing.queries import within_reach
from gongkai.publishing.required import missing
from gongkai.publishing.roles import DRAFT, WRITERS

State = Document.State
#: Empty lines for further documents that are amended or repealed.
SPARE = 2
MOST_CHANGES = 20
TRAIL = [HOME, ("/office/documents/", "政府信息")]


@staff(DRAFT)
def new(request: HttpRequest) -> HttpResponse:
    """A new document of a body for which the person writes."""
    bodies = bodies_to_write_for(request.user)
    slug = request.POST.get("body") or request.GET.get("body", "")
    body = bodies.filter(slug=slug).first() or bodies.first()
    if body is None:
        raise PermissionDenied("起草由经办人或者科室承办人办理，请联系管理员。")
    column = _column(body, request.GET.get("column", ""))
    refusal = ""
    if request.method == "POST":
        form = DraftForm(request.POST, body=body, user=request.user)
        files = _FilesForm(request.POST, request.FILES)
        lines = _lines(request, body, [])
        if all([form.is_valid(), files.is_valid(), *(line.is_valid() for line in lines)]):
            facts = form.content() | {"changes": _entries(lines)}
            try:
                document = create_document(
                    body,
                    facts.pop("column"),
                    facts.pop("title"),
                    by=request.user,  # type: ignore[arg-type]
                    **facts,
                )
                _attach(document, files.cleaned_data["files"], by=request.user)
            except Refused as no:
                refusal = str(no)
            else:
                return _after(request, document)
        elif request.FILES and not files.errors:
            refusal = "还没有保存，请按下面的提示改正。附件要请您再选一次。"
    else:
        start = defaults(body, column, request.user) | _explains(request, body)
        form = DraftForm(initial=start, body=body, user=request.user)
        files, lines = _FilesForm(), _lines(request, body, [])
    return _page(
        request,
        "起草",
        form,
        files,
        lines,
        refusal=refusal,
        body=body,
        bodies=bodies if bodies.count() > 1 else [],
    )


@staff(DRAFT)
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """The newest draft of a document; nothing that was filled in is lost by an error."""
    document = document_or_404(request.user, pk)
    if not may_touch(request.user, document, *WRITERS):  # type: ignore[arg-type]
        raise PermissionDenied("修改由起草的经办人或者科室承办人办理。")
    draft = draft_of(document)
    body = document.body
    refusal: Refused | None = None
    if request.method == "POST":
        form = DraftForm(request.POST, instance=draft, body=body, user=request.user)
        files = _FilesForm(request.POST, request.FILES)
        lines = _lines(request, body, draft.changes)
        good = [form.is_valid(), files.is_valid(), *(line.is_valid() for line in lines)]
        try:
            seen = _seen(request)
            if files.is_valid() and files.cleaned_data["files"]:
                document = _keep_files(document, files, seen, by=request.user)
                seen = document.version
            if all(good):
                kept = draft_of(document).attachments
                values = form.content() | {
                    "changes": _entries(lines),
                    "attachments": _arranged(request, kept),
                }
                save_draft(document, values, by=request.user, seen=seen)  # type: ignore[arg-type]
                return _after(request, document)
        except Refused as no:
            refusal = no
            if no.overtaken:
                document = document_or_404(request.user, pk)
    else:
        form = DraftForm(instance=draft, initial=_work(document), body=body, user=request.user)
        files, lines = _FilesForm(), _lines(request, body, draft.changes)
    return _page(
        request,
        "修改",
        form,
        files,
        lines,
        refusal=refusal,
        latest=reverse("desk-document", args=[pk]),
        document=document,
        body=body,
        recalls=document.state in (State.REVIEW, State.APPROVED),
        attachments=_rows(request, draft_of(document).attachments),
        missing=missing(draft) if request.method != "POST" else [],
    )


def _page(
    request: HttpRequest,
    title: str,
    form: DraftForm,
    files: _FilesForm,
    lines: list[ChangeForm],
    *,
    refusal: Refused | str | None,
    document: Document | None = None,
    **context: Any,
) -> HttpResponse:
    wrong = bool(form.errors or files.errors or any(line.errors for line in lines))
    trail = TRAIL + (
        [(reverse("desk-document", args=[document.pk]), crumb(document.title))] if document else []
    )
    return office_page(
        request,
        "publishing/desk/edit.html",
        title,
        trail,
        icon="edit",
        status=422 if request.method == "POST" and (refusal or wrong) else 200,
        form=form,
        files=files,
        lines=lines,
        refusal=refusal,
        wrong=wrong,
        document=document,
        themes=themes(context["body"]),
        known=within_reach(context["body"])
        .exclude(doc_number="")
        .order_by("-formed_on")
        .values_list("doc_number", "title")[:200],
        **context,
    )


def _after(request: HttpRequest, document: Document) -> HttpResponse:
    """Where the writer goes when it is saved: on with the text, or to what the machine found."""
    messages.success(request, "草稿已保存。")
    where = "desk-findings" if request.POST.get("then") == "check" else "desk-edit-document"
    return redirect(where, document.pk)


# --- parts of the form ------------------------------------------------------------------------


class _FilesForm(forms.Form):
    files = SafeFilesField(label="添加附件", required=False)


def _keep_files(document: Document, files: _FilesForm, seen: int, *, by: Any) -> Document:
    """New files stay even where the rest of the form has an error: nobody chooses them twice."""
    if seen != document.version:
        raise Overtaken("这份信息刚刚由他人修改过，附件没有上传。请核对后再保存。")
    _attach(document, files.cleaned_data["files"], by=by)
    document.refresh_from_db()
    return document


def _attach(document: Document, given: list[Checked], *, by: Any) -> None:
    if given:
        attach(document, given, by=by)


def _rows(request: HttpRequest, kept: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The attachments with what was typed beside each."""
    rows = []
    for number, one in enumerate(kept, 1):
        key = f"file-{one['file']}"
        rows.append(
            one
            | {
                "name": request.POST.get(f"{key}-name", one["name"]),
                "order": request.POST.get(f"{key}-order", number),
                "drop": f"{key}-drop" in request.POST,
            }
        )
    return rows


def _arranged(request: HttpRequest, kept: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The attachments that stay, named and ordered as the writer says; a name keeps its kind."""
    found = []
    for number, one in enumerate(kept, 1):
        key = f"file-{one['file']}"
        if f"{key}-drop" in request.POST:
            continue
        order = request.POST.get(f"{key}-order", "")
        end = one["name"].rpartition(".")[2]
        name = request.POST.get(f"{key}-name", "").strip() or one["name"]
        place = int(order) if order.isdecimal() and len(order) < 5 else number
        entry = {"file": one["file"], "name": safe_name(name, end), "sha256": one["sha256"]}
        found.append((place, number, entry))
    return [entry for _, _, entry in sorted(found, key=lambda row: row[:2])]


def _lines(request: HttpRequest, body: Body, kept: list[dict[str, Any]]) -> list[ChangeForm]:
    """A line for every document that this one amends or repeals, and some empty ones."""
    count = min(len(kept) + SPARE, MOST_CHANGES)
    if request.method == "POST":
        given = sum(1 for key in request.POST if key.startswith("change-") and "document" in key)
        count = min(max(count, given), MOST_CHANGES)
        return [ChangeForm(request.POST, prefix=f"change-{n}", body=body) for n in range(count)]
    others = Document.objects.in_bulk([entry["document"] for entry in kept])
    lines = []
    for n in range(count):
        initial: dict[str, Any] = {}
        if n < len(kept) and (other := others.get(kept[n]["document"])) is not None:
            initial = {**kept[n], "document": other.doc_number or other.index_number}
        lines.append(ChangeForm(initial=initial, prefix=f"change-{n}", body=body))
    return lines


def _entries(lines: list[ChangeForm]) -> list[dict[str, Any]]:
    return [line.cleaned_data["entry"] for line in lines if "entry" in line.cleaned_data]


def _seen(request: HttpRequest) -> int:
    seen = number_of(request.POST.get("seen"))
    if seen is None:
        raise Http404("页面不完整，请重新打开。")
    return seen


def _column(body: Body, key: str) -> Column | None:
    return Column.objects.filter(body=body, pk=number_of(key)).first()


def _explains(request: HttpRequest, body: Body) -> dict[str, Any]:
    """What a draft begins with that was asked for beside the document it is to explain."""
    pk = number_of(request.GET.get("interprets"))
    found = Document.objects.filter(body=body, pk=pk).first()
    if found is None:
        return {}
    return {
        "genre": Document.Genre.INTERPRETATION,
        "explains_by": Document.Explains.TEXT,
        "interprets": found.pk,
        "title": f"《{found.title}》政策解读"[:200],
    }


def _work(document: Document) -> dict[str, Any]:
    """The work fields stand in the row, not in the revision."""
    return {
        "section": document.section_id,
        "urgent_reason": document.urgent_reason,
        "changed_on": document.changed_on,
        "re_evaluate_on": document.re_evaluate_on,
    }


urlpatterns: list[URLPattern] = [
    path("documents/new/", new, name="desk-new-document"),
    path("documents/<int:pk>/edit/", edit, name="desk-edit-document"),
]
