"""Files of a case: added with a kind, listed, downloaded by those who may."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse

from gongkai.applications.actions.case_files import ADDED, add_files
from gongkai.applications.actions.core import record
from gongkai.applications.actions.redact import DOCX, GUARDED, PDF, may_see_originals
from gongkai.applications.archive_file import BINDERS, BOUND, archive_file
from gongkai.applications.files import FileDamaged, content
from gongkai.applications.models import Application, CaseFile
from gongkai.applications.queries import may_touch, worked_case_or_404
from gongkai.applications.roles import HANDLERS, STAFF, VIEW, WORK
from gongkai.base.office import number_of, office_page
from gongkai.base.permissions import staff
from gongkai.base.refusal import Refused
from gongkai.base.streams import locked_down
from gongkai.base.uploads import SafeFilesField

TRAIL = [("/office/", "待办")]


class AddForm(forms.Form):
    """Which files, and what they are."""

    kind = forms.ChoiceField(
        label="材料种类",
        choices=[(k.value, k.label) for k in ADDED],
        error_messages={"invalid_choice": "请选择材料种类。", "required": "请选择材料种类。"},
        initial=CaseFile.Kind.ORIGINAL.value,
        help_text="“信息原件”是申请人所要信息的原文，只有经办、保密审查和签发人员能打开，可以区分处理。",
    )
    files = SafeFilesField(label="文件")


def file_or_404(user: Any, pk: int) -> CaseFile:
    """A file of a case that the person may see; 404 also for those of other bodies."""
    file = (
        CaseFile.objects.select_related("application__body").filter(pk=pk, erased_at=None).first()
    )
    case = file.application if file else None
    if file is None or case is None or not may_touch(user, case, *STAFF):
        raise Http404("没有这份文件，或者您没有查看的权限。")
    return file


def can_redact(file: CaseFile, user: Any) -> bool:
    """Whether the redaction page can be opened for this file."""
    return (
        file.kind == CaseFile.Kind.ORIGINAL
        and file.media_type in (PDF, DOCX)
        and file.application is not None
        and may_see_originals(user, file.application)
    )


@staff(WORK)
def case_files(request: HttpRequest, pk: int) -> HttpResponse:
    """The files of a case, and the form to add some."""
    case = worked_case_or_404(request.user, pk)
    form = AddForm(request.POST or None, request.FILES or None)
    refusal = ""
    if request.method == "POST" and form.is_valid():
        try:
            kept = add_files(
                case,
                form.cleaned_data["kind"],
                form.cleaned_data["files"],
                by=request.user,
                seen=number_of(request.POST.get("seen")),
            )
        except Refused as no:
            refusal = str(no)
        else:
            messages.success(request, f"已添加 {len(kept)} 份材料。")
            return redirect("desk-case-files", pk=pk)
    return office_page(
        request,
        "applications/desk/files.html",
        "案卷材料",
        [*TRAIL, (reverse("desk-case", args=[pk]), f"申请 {case.number}")],
        icon="folder-open-inverse",
        status=422 if form.errors or refusal else 200,
        case=case,
        form=form,
        refusal=refusal,
        can_add=case.archived_on is None and may_touch(request.user, case, *HANDLERS),
        rows=listed(case, request.user),
    )


def listed(case: Application, user: Any) -> list[dict[str, Any]]:
    """The files of a case as one person sees them."""
    guarded = may_see_originals(user, case)
    return [
        {
            "file": file,
            "open": guarded or file.kind not in GUARDED,
            "redact": can_redact(file, user),
        }
        for file in case.files.filter(erased_at=None).order_by("kind", "pk")
    ]


@staff(WORK)
def download(request: HttpRequest, pk: int) -> HttpResponse:
    """The file as an attachment; originals and identity papers are noted in the audit trail."""
    file = file_or_404(request.user, pk)
    if file.kind in GUARDED:
        assert file.application is not None
        if not may_see_originals(request.user, file.application):
            raise PermissionDenied("信息原件、身份证明和授权书只有经办、保密审查和签发人员能打开。")
        record(
            file.application,
            "打开受限材料",
            by=request.user,  # type: ignore[arg-type]
            new={"材料": file.pk, "种类": file.get_kind_display()},
        )
    try:
        data = content(file)
    except (FileDamaged, OSError):
        raise Http404("文件没有通过完整性核对，请联系管理员从备份恢复。") from None
    return locked_down(data, file.media_type, file.name)


@staff(WORK)
def bound_file(request: HttpRequest, pk: int) -> HttpResponse:
    """案卷合订本: the whole file of a finished case; taking it is noted, it names the applicant."""
    case = worked_case_or_404(request.user, pk)
    if not may_touch(request.user, case, *BINDERS):
        raise PermissionDenied("您没有下载案卷的权限，请联系管理员。")
    if case.state not in BOUND:
        raise Http404("这件申请还没有办结，办结以后才能合订案卷。")
    data = archive_file(case, whole=may_see_originals(request.user, case))
    record(case, "下载案卷合订本", by=request.user)  # type: ignore[arg-type]
    return locked_down(data, PDF, f"case-file-{case.number}.pdf")


urlpatterns: list[URLPattern] = [
    path("<int:pk>/files/", case_files, name="desk-case-files"),
    path("<int:pk>/case-file.pdf", bound_file, name="desk-case-bound"),
    path("file/<int:pk>/", download, name="desk-case-file"),
]
__all__ = ["VIEW", "can_redact", "file_or_404", "listed", "locked_down", "urlpatterns"]
