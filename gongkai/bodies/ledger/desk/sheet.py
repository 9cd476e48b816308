"""Import: the sheet to fill in, the look at what was sent, and the taking in."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.views.decorators.http import require_safe

from gongkai.base.office import office_page
from gongkai.base.permissions import staff
from gongkai.base.refusal import Refused
from gongkai.base.uploads import check_length, safe_name
from gongkai.bodies.ledger import sheets, take_in
from gongkai.bodies.ledger.book import Book, all_books
from gongkai.bodies.ledger.desk.shared import (
    KEEP,
    body_of,
    book_or_404,
    download,
    ticked_lines,
    trail,
)
from gongkai.bodies.ledger.models import SheetImport
from gongkai.bodies.ledger.queries import keeps_any


class SheetForm(forms.Form):
    file = forms.FileField(
        label="表格",
        help_text="Excel（.xlsx）或者 CSV 文件。",
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv"}),
        error_messages={
            "required": "请选择要导入的表格。",
            "empty": "文件是空的，请检查后重新上传。",
        },
    )


def _called(name: str) -> str:
    """The name of the sheet, safe to show, with one ending."""
    stem, _, ending = name.rpartition(".")
    return safe_name(stem or ending, "csv" if ending.lower() == "csv" else "xlsx")


def _require_own(one: Book, name: str) -> None:
    """Refused where the file is named as the export or the empty sheet of another register."""
    title = name.partition("-")[0].strip()
    if title != one.title and title in {other.title for other in all_books()}:
        raise Refused(
            f"文件名是“{title}”台账的，这里是“{one.title}”台账。请到“{title}”里导入；"
            "确实要导入到这里的，请改文件名后再上传。"
        )


@staff(KEEP)
def import_sheet(request: HttpRequest, slug: str) -> HttpResponse:
    """Send a sheet: its bad lines are shown and nothing is kept, or it waits to be confirmed."""
    one = book_or_404(slug)
    body, _ = body_of(request)
    if not keeps_any(request.user, body):
        raise PermissionDenied("您没有登记这本台账的权限，请联系管理员。")
    form = SheetForm(request.POST or None, request.FILES or None)
    refusal, found = "", None
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            check_length(file.size)
            _require_own(one, file.name)
            sent, found = take_in.look_at(
                one, body, _called(file.name), file.read(), by=request.user
            )
        except Refused as no:
            refusal = str(no)
        else:
            if sent.pk and found.same:
                told = f"另有 {found.same} 行已经登记过，内容相同，不再登记。"
                messages.warning(request, told)
            if sent.pk:
                return redirect("desk-ledger-import-look", one.slug, sent.pk)
    return office_page(
        request,
        "bodies/desk/ledger/import.html",
        f"导入{one.title}（{body.short_name}）",
        trail(one),
        icon="upload",
        status=422 if refusal or found or form.errors else 200,
        book=one,
        body=body,
        form=form,
        refusal=refusal,
        found=found,
        wrong=[
            (number, column, sentence, found.written.get((number, column)))
            for number, column, sentence in (found.wrong if found else ())
        ],
        columns=sheets.head(one),
        past=SheetImport.objects.filter(
            body=body, book=one.slug, state=SheetImport.State.TAKEN_IN
        ).select_related("sent_by")[:20],
    )


@staff(KEEP)
def import_look(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """What a good sheet would enter and correct; the button does it."""
    one = book_or_404(slug)
    sent = get_object_or_404(
        SheetImport,
        pk=pk,
        book=one.slug,
        sent_by=request.user,
        state=SheetImport.State.LOOKED_AT,
    )
    refusal, found = "", take_in.looked_at(sent)
    if request.method == "POST":
        if "give_up" in request.POST:
            take_in.give_up(sent, by=request.user)
            messages.success(request, "没有导入，表格已经丢弃。")
            return redirect("desk-ledger-import", one.slug)
        ticked = ticked_lines(request.POST)
        if "all" in request.POST:
            ticked = {one["line"]: one["version"] for one in found.get("changes", ())}
        try:
            number = take_in.take_in(sent, by=request.user, ticked=ticked)
        except take_in.NothingChosen as no:
            refusal = str(no)
        except Refused as no:
            messages.error(request, str(no))
            return redirect("desk-ledger-import", one.slug)
        else:
            told = f"，更正 {len(ticked)} 行" if ticked else ""
            messages.success(request, f"已导入 {number} 行{told}。")
            return redirect("desk-ledger", one.slug)
    return office_page(
        request,
        "bodies/desk/ledger/import_look.html",
        f"核对后导入{one.title}",
        trail(one),
        icon="upload",
        status=422 if refusal else 200,
        book=one,
        sent=sent,
        refusal=refusal,
        found=found,
    )


@staff(KEEP)
@require_safe
def blank_sheet(request: HttpRequest, slug: str) -> HttpResponse:
    """The sheet to fill in."""
    one = book_or_404(slug)
    body, _ = body_of(request)
    return download(sheets.blank(one, body), f"{one.title}-导入模板")


urlpatterns: list[URLPattern] = [
    path("ledgers/<slug:slug>/import/", import_sheet, name="desk-ledger-import"),
    path("ledgers/<slug:slug>/import/<int:pk>/", import_look, name="desk-ledger-import-look"),
    path("ledgers/<slug:slug>/sheet.xlsx", blank_sheet, name="desk-ledger-sheet"),
]
