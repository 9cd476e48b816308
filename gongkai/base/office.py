"""Staff pages: the one way to fill the office shell, and the desk of 我为网站找错."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone

from gongkai.base import audit
from gongkai.base.models import SiteError
from gongkai.base.permissions import staff
from gongkai.base.refusal import Refused

SETTLE = "base.change_siteerror"
PER_PAGE = 50


def office_page(
    request: HttpRequest,
    template: str,
    title: str,
    trail: list[tuple[str, str]],
    *,
    icon: str,
    status: int = 200,
    **context: Any,
) -> HttpResponse:
    """A page of the office with its breadcrumb; ``trail`` holds (address, words) of those above."""
    crumbs = [{"url": url, "label": label} for url, label in trail]
    context |= {
        "header_title": title,
        "page_title": title,
        "header_icon": icon,
        "breadcrumbs_items": [*crumbs, {"url": "", "label": title}],
    }
    return render(request, template, context, status=status)


def number_of(text: str | None) -> int | None:
    """A whole number that a form or an address sent, or None."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else None


def day_of(text: str) -> date | None:
    """A day that an address sent, or None."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def seen_again(request: HttpRequest, newest: int, refusal: Refused | None) -> int:
    """The version with which a form that came back goes on: what the person saw.

    Only who has just been told that somebody was faster goes on with the newest: a slip in a
    field, or a preview, must not hide what another has saved meanwhile.
    """
    posted = number_of(request.POST.get("seen")) if request.method == "POST" else None
    told = refusal is not None and refusal.overtaken
    return newest if posted is None or told else posted


def stored_now(form: forms.BaseForm) -> list[tuple[str, str]]:
    """Label and stored value of each field where a valid form, sent by who was overtaken, differs.

    For ``base/desk/refused.html``. The form's initial values must have been read when it was sent.
    """
    found = []
    for name, field in form.fields.items():
        bound = form[name]
        now = _in_words(field, bound.initial)
        sent = (form.cleaned_data.get(name), bound.data)
        if now not in (_in_words(field, value) for value in sent):
            found.append((str(bound.label), now))
    return found


def _in_words(field: forms.Field, value: Any) -> str:
    """A value as the form shows it."""
    if isinstance(value, list | tuple | set):
        return "、".join(_in_words(field, one) for one in value)
    if isinstance(field, forms.BooleanField):
        return "是" if value else "否"
    value = getattr(value, "pk", value)
    text = "\n".join(("" if value is None else str(value)).strip().splitlines())
    for key, label in getattr(field, "choices", ()) if text else ():
        if str(key) == text:
            return str(label)
    return text


class AnswerForm(forms.ModelForm):
    """What was done about it."""

    answer = forms.CharField(
        label="处理结果",
        max_length=500,
        error_messages={"required": "请写明怎样处理的，例如“已改正”或者“经核对无误”。"},
    )

    class Meta:
        model = SiteError
        fields = ("answer",)


@transaction.atomic
def settle_site_error(entry: SiteError, answer: str, *, by: Any) -> SiteError:
    """Note what was done about a remark; a later answer replaces it, the trail keeps both."""
    entry = SiteError.objects.select_for_update(no_key=True).get(pk=entry.pk)
    old = {"处理结果": entry.answer}
    entry.answer, entry.settled_at = answer, timezone.now()
    entry.save(update_fields=["answer", "settled_at"])
    audit.record("处理网站找错", entry, by=by, old=old, new={"处理结果": answer})
    return entry


@staff(SETTLE)
def site_errors(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """What visitors found wrong, open ones first; the one named ``pk`` shows its form."""
    chosen = get_object_or_404(SiteError, pk=pk) if pk else None
    form = AnswerForm(request.POST or None, instance=chosen) if chosen else None
    if chosen and form and request.method == "POST" and form.is_valid():
        settle_site_error(chosen, form.cleaned_data["answer"], by=request.user)
        return redirect("desk-site-errors")
    # Open ones first on both databases, whichever end they sort an empty time to.
    entries = SiteError.objects.order_by(F("settled_at").desc(nulls_first=True), "-sent_at")
    return office_page(
        request,
        "base/desk/site_errors.html",
        "网站找错",
        [(reverse("wagtailadmin_home"), "待办")],
        icon="warning",
        status=422 if form and form.errors else 200,
        entries=Paginator(entries, PER_PAGE).get_page(request.GET.get("p")),
        waiting=SiteError.objects.filter(settled_at=None).count(),
        chosen=chosen,
        form=form,
    )


urlpatterns: list[URLPattern] = [
    path("site-errors/", site_errors, name="desk-site-errors"),
    path("site-errors/<int:pk>/", site_errors, name="desk-site-error"),
]
