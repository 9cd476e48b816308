"""The case page: one screen with everything, and the deeds as buttons."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse

from gongkai.applications import clock
from gongkai.applications.desk.deeds import BY_KEY, DEEDS
from gongkai.applications.desk.deeds.registry import offers
from gongkai.applications.queries import case_or_404
from gongkai.applications.roles import VIEW, WORK
from gongkai.base.office import office_page
from gongkai.base.permissions import staff
from gongkai.base.refusal import Refused

TRAIL = [("/office/", "待办")]


@staff(VIEW)
def case_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One case."""
    case = case_or_404(request.user, pk)
    return office_page(
        request,
        "applications/desk/case.html",
        f"申请 {case.number}",
        TRAIL,
        icon="doc-full",
        case=case,
        outcome=clock.outcome(case),
        offers=offers(case, request.user, DEEDS),
    )


@staff(WORK)
def deed(request: HttpRequest, pk: int, key: str) -> HttpResponse:
    """The form of one deed; a refusal is shown on it, nothing is saved."""
    case = case_or_404(request.user, pk)
    found = BY_KEY.get(key)
    if found is None:
        raise Http404
    form = found.form(request.POST or None, request.FILES or None, case=case, user=request.user)
    refusal = ""
    if request.method == "POST" and form.is_valid():
        seen = request.POST.get("seen", "")
        try:
            said = found.act(
                case,
                form.cleaned_data,
                by=request.user,
                seen=int(seen) if seen.isdigit() else None,
            )
        except Refused as no:
            refusal = str(no)
        else:
            messages.success(request, said or f"{found.label}：已办理。")
            return redirect("desk-case", pk=pk)
    return office_page(
        request,
        "applications/desk/deed.html",
        found.label,
        [*TRAIL, (reverse("desk-case", args=[pk]), f"申请 {case.number}")],
        icon="edit",
        status=422 if form.errors or refusal else 200,
        case=case,
        deed=found,
        form=form,
        refusal=refusal,
    )


urlpatterns: list[URLPattern] = [
    path("<int:pk>/", case_page, name="desk-case"),
    path("<int:pk>/do/<slug:key>/", deed, name="desk-case-deed"),
]
