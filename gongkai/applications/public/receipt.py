"""Public pages: the receipt after an application was sent, its PDF, and the verification page."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from gongkai.applications import numbers
from gongkai.applications.models import Application, Draft
from gongkai.applications.public import signed_in
from gongkai.applications.public.apply import drafts
from gongkai.applications.receipts import (
    QR_WORDS,
    is_genuine,
    receipt_pdf,
    verification_address,
    verification_code,
    what_next,
)
from gongkai.base import codes, qr, ratelimit
from gongkai.base.permissions import public
from gongkai.base.public import column
from gongkai.base.streams import download

#: One address: tries to verify in ten minutes; receipts made as PDF in ten minutes.
TRIES, PDFS, WINDOW = 20, 30, 600
COLUMN = column("登记回执", "政府信息公开申请的登记回执", "依申请公开", "apply")


#: Compared with where there is no such number, so that the answer takes as long.
_NOBODY = Application(number="0", submitted_on=date.min)


def _filed(request: HttpRequest) -> tuple[Draft | None, list[tuple[Application, str]]]:
    """The draft of this browser, and what was sent from it with the query codes, newest first."""
    draft = drafts.current(request)
    if draft is None:
        return None, []
    keys = [draft.key, *reversed(draft.content.get("before", []))]
    cases = {
        c.submission_key: c
        for c in Application.objects.filter(submission_key__in=keys).select_related("body")
    }
    return draft, [(cases[k], numbers.code_of_form(cases[k])) for k in keys if k in cases]


@public
@never_cache
@require_safe
def receipt(request: HttpRequest) -> HttpResponseBase:
    """What was sent from this browser; only with the key in its cookie."""
    draft, filed = _filed(request)
    if draft is None:
        return redirect("track")
    if not filed:
        return redirect("apply-check")
    wanted = request.GET.get("number", "")
    case, code = next((pair for pair in filed if pair[0].number == wanted), filed[0])
    account = signed_in.current(request)
    return render(
        request,
        "applications/public/apply/receipt.html",
        {
            "column": COLUMN,
            "crumbs": [("依申请公开", reverse("apply")), ("登记回执", None)],
            "case": case,
            "code": numbers.grouped(code),
            "verification": verification_code(case),
            "qr": qr.svg(
                verification_address(case, request.build_absolute_uri(reverse("receipt-verify"))),
                words=QR_WORDS,
            ),
            "next": what_next(case),
            "others": [c for c, _ in filed if c.pk != case.pk],
            "rest": draft.content.get("rest", []),
            "linked": account is not None and account.links.filter(application=case).exists(),
        },
    )


@public
@never_cache
@require_safe
def receipt_file(request: HttpRequest) -> HttpResponseBase:
    """The receipt as PDF."""
    _, filed = _filed(request)
    wanted = request.GET.get("number", "")
    for case, code in filed:
        if case.number == wanted and code:
            ratelimit.hit(request, "receipt-pdf", limit=PDFS, seconds=WINDOW)
            address = request.build_absolute_uri(reverse("receipt-verify"))
            made = receipt_pdf(case, code, address)
            name, plain = f"登记回执{case.number}.pdf", f"receipt-{case.number}.pdf"
            return download(made, name, "application/pdf", plain=plain)
    return redirect("apply-receipt")


class VerifyForm(forms.Form):
    """What stands on the receipt, however it was copied: blanks, dashes, wide letters."""

    number = forms.CharField(
        label="受理编号", max_length=40, error_messages={"required": "请填写受理编号，在回执上。"}
    )
    code = forms.CharField(
        label="回执验证码",
        max_length=40,
        help_text="10位字母和数字，不是查询码。",
        error_messages={"required": "请填写回执验证码，在回执上。"},
    )

    def clean_number(self) -> str:
        return codes.typed(self.cleaned_data["number"])


@public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    """Genuine or not: which body received it on which day, nothing of the person.

    The QR code of the receipt brings number and code along in the address.
    """
    given = request.POST or ({"number", "code"} <= request.GET.keys() and request.GET)
    form = VerifyForm(given or None, label_suffix="")
    found: dict[str, Any] = {}
    if form.is_bound and form.is_valid():
        ratelimit.hit(request, "receipt-verify", limit=TRIES, seconds=WINDOW)
        case = (
            Application.objects.filter(number=form.cleaned_data["number"])
            .select_related("body")
            .first()
        )
        # Where there is no such number the work is the same.
        genuine = is_genuine(case or _NOBODY, form.cleaned_data["code"])
        found = {"asked": True, "case": case if case is not None and genuine else None}
    return render(
        request,
        "applications/public/apply/verify.html",
        {
            "column": column(
                "核验回执", "核验政府信息公开申请登记回执的真伪", "办事服务", "receipt-verify"
            ),
            "crumbs": [("依申请公开", reverse("apply")), ("核验回执", None)],
            "form": form,
            **found,
        },
        status=422 if form.errors or (found and found["case"] is None) else 200,
    )


urlpatterns: list[URLPattern] = [
    path("apply/receipt/", receipt, name="apply-receipt"),
    path("apply/receipt.pdf", receipt_file, name="apply-receipt-pdf"),
    path("receipt/verify/", verify, name="receipt-verify"),
]
