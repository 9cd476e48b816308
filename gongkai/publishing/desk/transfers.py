"""Office pages of 移送: batches to the archive and library, their list and receipt."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from gongkai.base.office import office_page
from gongkai.base.permissions import staff
from gongkai.base.streams import download
from gongkai.base.uploads import SafeFilesField
from gongkai.publishing.actions import transfer as actions
from gongkai.publishing.desk.access import seen_bodies
from gongkai.publishing.desk.shared import (
    DAY,
    DOCX,
    HOME,
    XLSX,
    body_of,
    form_page,
    holds,
    required,
)
from gongkai.publishing.models import TransferBatch, TransferItem
from gongkai.publishing.roles import VIEW

LIST = ("desk-transfers", "移送档案馆、图书馆")


class PrepareForm(forms.Form):
    to = forms.ChoiceField(
        label="移送对象", widget=forms.RadioSelect, choices=TransferBatch.To.choices
    )
    to_name = forms.CharField(
        label="接收单位",
        max_length=100,
        help_text="例如：示例市档案馆",
        error_messages=required("请写明接收单位。"),
    )
    retention = forms.ChoiceField(
        label="保管期限",
        choices=TransferItem.Retention.choices,
        help_text="移送档案馆的按年度、保管期限编档号；移送图书馆的不编。",
    )
    from_on = forms.DateField(label="发布日期从", widget=DAY)
    to_on = forms.DateField(label="到", widget=DAY)


class SendForm(forms.Form):
    on = forms.DateField(label="移送日期", widget=DAY)


class ReceiveForm(forms.Form):
    on = forms.DateField(label="签收日期", widget=DAY)
    name = forms.CharField(label="签收人", max_length=60)
    receipt = SafeFilesField(label="回执", kinds=("jpg", "png", "pdf"), max_files=1, required=False)


def _batch_or_404(request: HttpRequest, pk: int) -> TransferBatch:
    found = TransferBatch.objects.filter(pk=pk, body__in=seen_bodies(request.user))
    batch = found.select_related("body", "receipt").first()
    if batch is None:
        raise Http404("没有这一批，或者您没有查看的权限。")
    return batch


@staff(VIEW)
@require_safe
def batches(request: HttpRequest) -> HttpResponse:
    """The batches of a body, and what waits."""
    body, bodies = body_of(request)
    today = timezone.localdate()
    return office_page(
        request,
        "publishing/desk/transfers.html",
        "移送档案馆、图书馆",
        [HOME],
        icon="folder-open-1",
        body=body,
        bodies=bodies,
        batches=[(one, one.items.count()) for one in TransferBatch.objects.filter(body=body)[:100]],
        waiting=[
            (to.label, actions.waiting(body, to, date(2000, 1, 1), today).count())
            for to in TransferBatch.To
        ],
        may=holds(request, body, *actions.KEEPERS),
    )


@staff(VIEW)
def prepare(request: HttpRequest) -> HttpResponse:
    """The next batch."""
    body, _ = body_of(request)
    today = timezone.localdate()
    form = PrepareForm(
        request.POST or None,
        initial={"to": "archive", "from_on": date(today.year, 1, 1), "to_on": today},
    )
    return form_page(
        request,
        form,
        lambda values: actions.prepare_batch(body, **values, by=request.user),
        title="编制移送批次",
        trail=[(reverse(LIST[0]), LIST[1])],
        button="编制",
        done="批次已编制，可以打印移送明细表。",
        back=lambda batch: reverse("desk-transfer", args=[batch.pk]),
        intro=f"{body.name}这段时间发布、还没有移送过的信息全部列入。",
    )


@staff(VIEW)
@never_cache
@require_safe
def batch(request: HttpRequest, pk: int) -> HttpResponse:
    """One batch with its list."""
    found = _batch_or_404(request, pk)
    return office_page(
        request,
        "publishing/desk/transfer.html",
        str(found),
        [HOME, (reverse(LIST[0]), LIST[1])],
        icon="folder-open-1",
        batch=found,
        head=actions.HEAD,
        rows=[zip(actions.HEAD, row, strict=True) for row in actions.rows(found)],
        may=holds(request, found.body, *actions.KEEPERS),
    )


@staff(VIEW)
def move(request: HttpRequest, pk: int, deed: str) -> HttpResponse:
    """It was sent, or signed for."""
    found = _batch_or_404(request, pk)
    if deed not in ("send", "receive"):
        raise Http404
    sent = request.method == "POST"
    initial: dict[str, Any] = {"on": timezone.localdate()}
    again = deed == "receive" and found.received_on is not None
    if again:
        initial = {"on": found.received_on, "name": found.received_by}
    form: forms.Form
    if deed == "send":
        form = SendForm(request.POST if sent else None, initial=initial)
    else:
        form = ReceiveForm(
            request.POST if sent else None, request.FILES if sent else None, initial=initial
        )

    def act(values: dict[str, Any]) -> TransferBatch:
        if deed == "send":
            return actions.send_batch(found, values["on"], by=request.user)
        files = values["receipt"]
        return actions.receive_batch(
            found,
            values["on"],
            values["name"],
            by=request.user,
            receipt=files[0] if files else None,
        )

    return form_page(
        request,
        form,
        act,
        title="登记移送" if deed == "send" else "更正签收" if again else "登记签收",
        trail=[
            (reverse(LIST[0]), LIST[1]),
            (reverse("desk-transfer", args=[pk]), str(found)),
        ],
        button="保存",
        done="已登记。",
        back=reverse("desk-transfer", args=[pk]),
    )


@staff(VIEW)
@require_safe
def list_file(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """The 移送明细表 as DOCX or XLSX."""
    found = _batch_or_404(request, pk)
    name = f"移送明细表{found.year}年第{found.number}批"
    if kind == "docx":
        return download(actions.list_docx(found), f"{name}.docx", DOCX)
    if kind == "xlsx":
        return download(actions.list_xlsx(found), f"{name}.xlsx", XLSX)
    raise Http404


urlpatterns: list[URLPattern] = [
    path("publishing/transfers/", batches, name="desk-transfers"),
    path("publishing/transfers/new/", prepare, name="desk-transfer-new"),
    path("publishing/transfers/<int:pk>/", batch, name="desk-transfer"),
    path("publishing/transfers/<int:pk>/list.<slug:kind>", list_file, name="desk-transfer-list"),
    path("publishing/transfers/<int:pk>/<slug:deed>/", move, name="desk-transfer-deed"),
]
