"""Staff pages: one letter of a case: what it says, what is still missing, its files."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_POST

from gongkai.applications.actions.core import record
from gongkai.applications.actions.drafts import change_draft, use_newest_template, writable
from gongkai.applications.desk.templates import HOME, in_line
from gongkai.applications.letters.compose import DOCX, PDF, file_names, render_letter
from gongkai.applications.letters.engine import MissingValues, fill
from gongkai.applications.letters.masked import masked
from gongkai.applications.letters.templates import current
from gongkai.applications.letters.values import values_for
from gongkai.applications.letters.variables import Variable
from gongkai.applications.models import Letter
from gongkai.applications.queries import may_touch, worked_case_or_404
from gongkai.applications.roles import HANDLERS, WORK
from gongkai.applications.state import DEFENCE
from gongkai.base.inputs import DayInput
from gongkai.base.office import number_of, office_page
from gongkai.base.permissions import staff
from gongkai.base.refusal import Overtaken, Refused
from gongkai.base.streams import download
from gongkai.documents.pages import page_images
from gongkai.documents.pdf import pdf
from gongkai.law.taxonomy import letters

LONGEST_VALUE = 4000
KINDS = {"docx": DOCX, "pdf": PDF}
GONE = "文书内容已随个人信息清除，文号、日期和校验值仍然保留。"


class DraftForm(forms.Form):
    """What a person writes in this kind of letter."""

    def __init__(
        self, *args: Any, fields: tuple[Variable, ...], values: dict[str, Any], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.names = {f"v{n}": variable.name for n, variable in enumerate(fields)}
        for (key, name), variable in zip(self.names.items(), fields, strict=True):
            self.fields[key] = _field(variable)
            self.initial.setdefault(key, values.get(name))

    def said(self) -> dict[str, Any]:
        """Variable → what was written; what was left empty stays as the system has it."""
        return {
            name: self.cleaned_data[key]
            for key, name in self.names.items()
            if self.cleaned_data.get(key) not in (None, "") and key in self.changed_data
        }


def _field(variable: Variable) -> forms.Field:
    shared: dict[str, Any] = {
        "label": variable.label,
        "required": not variable.optional,
        "help_text": variable.help or (f"例如：{variable.sample}" if variable.sample else ""),
    }
    said = {"required": f"请填写{variable.label}。"}
    if variable.number:
        wrong = said | {"invalid": "请填写整数。", "min_value": "请填写大于 0 的整数。"}
        return forms.IntegerField(min_value=1, max_value=999, error_messages=wrong, **shared)
    if variable.date:
        widget = DayInput()
        return forms.DateField(
            widget=widget, error_messages=said | {"invalid": "日期不对。"}, **shared
        )
    area = forms.Textarea(attrs={"rows": 3})
    return forms.CharField(max_length=LONGEST_VALUE, widget=area, error_messages=said, **shared)


def _letter_or_404(request: HttpRequest, pk: int) -> Letter:
    letter = get_object_or_404(Letter.objects.select_related("template", "docx", "pdf"), pk=pk)
    letter.application = worked_case_or_404(request.user, letter.application_id)
    return letter


@staff(WORK)
def letter_page(request: HttpRequest, pk: int) -> HttpResponse:
    """The letter as it stands; a draft can be changed. Personal data are masked until asked for."""
    letter = _letter_or_404(request, pk)
    case, kind = letter.application, letters()[letter.code]
    values = _values(letter)
    at_rest = case.archived_on is not None and letter.code != DEFENCE
    may_write = not at_rest and case.erased_at is None and may_touch(request.user, case, *HANDLERS)
    fields = writable(letter) if may_write else ()
    form = DraftForm(request.POST or None, fields=fields, values=values) if fields else None
    refusal, overtaken, status = "", False, 200
    if request.method == "POST" and form is not None:
        if form.is_valid():
            try:
                change_draft(
                    letter, form.said(), by=request.user, seen=number_of(request.POST.get("seen"))
                )
            except Refused as no:
                refusal, overtaken, status = str(no), isinstance(no, Overtaken), 422
            else:
                messages.success(request, "文书内容已保存。")
                return redirect("desk-letter", pk)
        else:
            status = 422
    return _show(
        request,
        letter,
        values,
        status=status,
        form=form,
        refusal=refusal,
        overtaken=overtaken,
        kind=kind,
        newer=_newer(letter) if may_write else None,
    )


def _values(letter: Letter) -> dict[str, Any]:
    try:
        return values_for(letter)
    except Refused:
        return {}


def _newer(letter: Letter) -> str:
    """The template in force, when the draft was made with another one."""
    if letter.state != Letter.State.DRAFT or letter.frozen_sha256:
        return ""
    newest = current(letter.application.body, letter.code)
    return "" if newest.pk == letter.template_id else str(newest)


def _show(
    request: HttpRequest, letter: Letter, values: dict[str, Any], *, status: int, **context: Any
) -> HttpResponse:
    pages, printed, lacking = list[str](), "", ""
    full = context.pop("full", False)
    gone = letter.application.erased_at is not None
    if gone:
        lacking = GONE
    elif not letter.frozen_sha256 or full:
        try:
            if letter.frozen_sha256:
                pages = [in_line(p) for p in page_images(render_letter(letter)[1])]
            else:
                template = letter.template or current(letter.application.body, letter.code)
                document = fill(letter.code, template.text, values if full else masked(values))
                pages = [in_line(p) for p in page_images(pdf(document))]
                printed = document.text()
        except MissingValues as missing:
            lacking = str(missing)
        except Refused as no:
            lacking = str(no)
    case = letter.application
    return office_page(
        request,
        "applications/desk/letter.html",
        letters()[letter.code].label,
        [HOME, (reverse("desk-case", args=[case.pk]), f"申请 {case.number}")],
        icon="doc-full",
        status=status,
        letter=letter,
        case=case,
        full=full,
        pages=pages,
        printed=printed,
        lacking=lacking,
        gone=gone,
        **context,
    )


@staff(WORK)
@require_POST
def letter_whole(request: HttpRequest, pk: int) -> HttpResponse:
    """The letter with the personal data in it; that it was looked at is noted."""
    letter = _letter_or_404(request, pk)
    if letter.application.erased_at is not None:
        return redirect("desk-letter", pk)
    _note(letter, "查看文书全文", request)
    return _show(
        request,
        letter,
        _values(letter),
        status=200,
        full=True,
        form=None,
        refusal="",
        kind=letters()[letter.code],
        newer=None,
    )


@staff(WORK)
@require_POST
def letter_newest(request: HttpRequest, pk: int) -> HttpResponse:
    """Make the draft with the template in force now."""
    letter = _letter_or_404(request, pk)
    try:
        use_newest_template(letter, by=request.user, seen=number_of(request.POST.get("seen")))
    except Refused as no:
        messages.error(request, str(no))
    else:
        messages.success(request, "已改用现在的模板。")
    return redirect("desk-letter", pk)


@staff(WORK)
def letter_file(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """The letter as DOCX or PDF; the sent one as it was sent. The download is noted."""
    letter = _letter_or_404(request, pk)
    if kind not in KINDS:
        raise Http404("没有这种格式。")
    if letter.application.erased_at is not None:
        return redirect("desk-letter", pk)
    try:
        as_docx, as_pdf = render_letter(letter)
    except Refused as no:
        messages.error(request, str(no))
        return redirect("desk-letter", pk)
    _note(letter, "下载文书", request)
    called, plain = file_names(letter, kind)
    data = as_docx if kind == "docx" else as_pdf
    return download(data, called, KINDS[kind], plain=plain)


def _note(letter: Letter, deed: str, request: HttpRequest) -> None:
    known = letter.number or letters()[letter.code].label
    record(letter.application, deed, by=request.user, new={"文书": known})  # type: ignore[arg-type]


urlpatterns: list[URLPattern] = [
    path("letters/<int:pk>/", letter_page, name="desk-letter"),
    path("letters/<int:pk>/whole/", letter_whole, name="desk-letter-whole"),
    path("letters/<int:pk>/newest/", letter_newest, name="desk-letter-newest"),
    path("letters/<int:pk>/file/<slug:kind>/", letter_file, name="desk-letter-file"),
]
