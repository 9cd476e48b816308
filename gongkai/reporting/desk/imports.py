"""Import: choose files (one, many, a ZIP), see what each would become, then file all or none."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from gongkai.base.office import number_of
from gongkai.base.permissions import staff
from gongkai.base.refusal import Refused
from gongkai.bodies.models import Body
from gongkai.bodies.queries import bodies_for
from gongkai.reporting.actions import confirm_batch, drop_batch, stage_files
from gongkai.reporting.desk.access import LIST, page, trail
from gongkai.reporting.models import AnnualReport, ImportBatch, ImportItem
from gongkai.reporting.roles import FILE, FILERS, files_reports

IMPORT = ("desk-import", "录入年报")


@staff(FILE)
def upload(request: HttpRequest) -> HttpResponse:
    """Choose files; they are read at once and nothing is filed before it is confirmed."""
    if not files_reports(request.user):
        raise PermissionDenied("录入年报由本机关的经办人办理，请在“机关和人员”中设置经办人。")
    refusal = ""
    if request.method == "POST":
        files = [(f.name or "未命名", f.read()) for f in request.FILES.getlist("files")]
        try:
            batch = stage_files(files, by=request.user)
            return redirect("desk-import-confirm", pk=batch.pk)
        except Refused as error:
            refusal = str(error)
    return page(
        request,
        "import.html",
        "录入年报",
        trail(LIST),
        icon="upload",
        status=400 if refusal else 200,
        refusal=refusal,
    )


@staff(FILE)
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """What each file would become, with body and year to confirm."""
    batch = ImportBatch.objects.filter(pk=pk, by=request.user.pk).first()
    if batch is None:
        raise Http404("这批文件已经录入，或者已经过期。")
    bodies = {b.pk: b for b in bodies_for(request.user, *FILERS).order_by("name")}
    refusal, status = "", 200
    if request.method == "POST" and "drop" in request.POST:
        drop_batch(batch, by=request.user)
        messages.success(request, "已取消，没有录入任何文件。")
        return redirect("desk-import")
    if request.method == "POST":
        try:
            filed = confirm_batch(batch, _choices(request, batch, bodies), by=request.user)
            new = sum(1 for f in filed if f.created)
            messages.success(request, f"已录入{new}份。" + _same(len(filed) - new))
            if len(filed) == 1:
                return redirect("desk-report", pk=filed[0].version.report_id)
            return redirect("desk-reports")
        except PermissionDenied as error:
            refusal, status = str(error), 403
        except Refused as error:
            refusal, status = str(error), 400
    rows = _rows(request, batch)
    return page(
        request,
        "confirm.html",
        "核对后录入",
        trail(LIST, IMPORT),
        icon="upload",
        status=status,
        batch=batch,
        rows=rows,
        bodies=bodies.values(),
        refusal=refusal,
        usable=sum(1 for row in rows if not row["item"].refusal),
    )


def _choices(
    request: HttpRequest, batch: ImportBatch, bodies: dict[int, Body]
) -> dict[int, tuple[Body, int]]:
    """The files ticked, each with the body and the year that were chosen for it."""
    choices = {}
    for item in batch.items.filter(refusal=""):
        if f"take-{item.pk}" not in request.POST:
            continue
        body = bodies.get(number_of(request.POST.get(f"body-{item.pk}")) or 0)
        year = number_of(request.POST.get(f"year-{item.pk}"))
        if body is None or year is None:
            raise Refused(f"请为“{item.title or item.name}”选择机关，填写年度。")
        choices[item.pk] = (body, year)
    return choices


def _rows(request: HttpRequest, batch: ImportBatch) -> list[dict[str, Any]]:
    """Each file with what was read of it, or what the form that came back says of it."""
    items = list(batch.items.select_related("body"))
    there = set(
        AnnualReport.objects.filter(
            body__in={i.body_id for i in items if i.body_id}, versions__isnull=False
        ).values_list("body_id", "year")
    )
    return [
        {
            "item": item,
            "body": number_of(request.POST.get(f"body-{item.pk}")) or item.body_id,
            "year": request.POST.get(f"year-{item.pk}") or item.year or "",
            "taken": f"take-{item.pk}" in request.POST if request.method == "POST" else _sure(item),
            "is_new": (item.body_id, item.year) not in there,
            "other_name": _of_another(item),
        }
        for item in items
    ]


def _sure(item: ImportItem) -> bool:
    """Ticked from the start only where body and year are known and figures were read."""
    known = item.body_id and item.year and not _of_another(item)
    return bool(known and not item.facts.startswith(("没有", "读到0格")))


def _of_another(item: ImportItem) -> bool:
    """Whether the file names another body than the one it would be filed for."""
    return bool(item.body and item.agency and item.agency not in item.body.name)


def _same(number: int) -> str:
    return f"{number}份文件与现有版本相同，没有重复生成版本。" if number else ""
