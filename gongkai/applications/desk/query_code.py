"""Staff pages: the query code, told once after a deed, and the paper with it for the applicant."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.views.decorators.http import require_POST

from gongkai.applications.actions.query_code import print_code
from gongkai.applications.queries import may_touch, worked_case_or_404
from gongkai.applications.roles import CLERKS, WORK
from gongkai.base import codes
from gongkai.base.permissions import staff
from gongkai.base.refusal import Refused
from gongkai.base.streams import download


@staff(WORK)
@require_POST
def printed(request: HttpRequest, pk: int) -> HttpResponse:
    """The receipt or slip with the code that the page before has told; nothing of it is kept."""
    case = worked_case_or_404(request.user, pk)
    user: Any = request.user
    if not may_touch(user, case, *CLERKS):
        raise PermissionDenied("您没有在这个机关收件的权限，请联系管理员。")
    receipt = request.POST.get("receipt") == "1"
    try:
        made = print_code(
            case,
            codes.typed(request.POST.get("code", "")),
            receipt=receipt,
            handed=request.POST.get("handed") == "1",
            by=user,
        )
    except Refused as no:
        messages.error(request, str(no))
        return redirect("desk-case", pk)
    name = "登记回执" if receipt else "查询码告知单"
    plain = f"query-code-{case.number}.pdf"
    return download(made, f"{name}{case.number}.pdf", "application/pdf", plain=plain)


urlpatterns: list[URLPattern] = [
    path("<int:pk>/code/", printed, name="desk-case-code"),
]
