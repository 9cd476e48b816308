"""向档案馆、图书馆移送: a batch of what was published, its 移送明细表, and the receipt."""

from __future__ import annotations

import io
from datetime import date

import xlsxwriter
from django.db import transaction
from django.db.models import Exists, Max, OuterRef, QuerySet
from django.utils import timezone

from gongkai.base import audit
from gongkai.base.refusal import Refused
from gongkai.base.uploads import Checked
from gongkai.bodies.models import Body, Role
from gongkai.documents import blocks
from gongkai.documents.blocks import Cell, Paragraph, Table, chinese_date
from gongkai.documents.docx import docx
from gongkai.publishing.actions.channels import keep_proof
from gongkai.publishing.actions.core import By, require
from gongkai.publishing.models import (
    Document,
    PublishingSettings,
    TransferBatch,
    TransferItem,
)

State = TransferBatch.State
Retention = TransferItem.Retention
KEEPERS = (Role.CLERK, Role.HEAD, Role.ARCHIVIST)
HEAD = (
    *("序号", "索引号", "标题", "发文字号", "成文日期", "发布日期", "附件数"),
    *("档号", "保管期限"),
)


def waiting(body: Body, to: str, from_on: date, to_on: date) -> QuerySet[Document]:
    """What was published from a day to a day and not yet handed to that place in this release."""
    handed = TransferItem.objects.filter(
        batch__body=body, batch__to=to, release=OuterRef("release")
    )
    return (
        Document.objects.filter(
            body=body,
            live=True,
            changed_at__date__gte=from_on,
            changed_at__date__lte=to_on,
        )
        .filter(~Exists(handed))
        .order_by("changed_at", "pk")
    )


def prepare_batch(
    body: Body,
    to: str,
    to_name: str,
    from_on: date,
    to_on: date,
    *,
    by: By,
    retention: str = Retention.PERMANENT,
) -> TransferBatch:
    """The next batch of the year for an archive or library, of all that waits for it.

    What goes to an archive is numbered through the year for each retention.
    """
    require(by, body, *KEEPERS)
    if to not in TransferBatch.To.values or not to_name.strip():
        raise Refused("请选择移送对象，并写明接收单位。")
    if retention not in Retention.values:
        raise Refused("请选择保管期限。")
    if to_on < from_on:
        raise Refused("截止日期早于开始日期，请改正。")
    with transaction.atomic():
        # The settings row of the body is the lock: no two batches get one number.
        PublishingSettings.objects.select_for_update(no_key=True).get_or_create(body=body)
        documents = list(waiting(body, to, from_on, to_on))
        if not documents:
            raise Refused("这段时间没有等待移送的信息。")
        year = timezone.localdate().year
        last = TransferBatch.objects.filter(body=body, to=to, year=year).aggregate(n=Max("number"))
        batch = TransferBatch.objects.create(
            body=body,
            to=to,
            to_name=to_name.strip(),
            year=year,
            number=1 + (last["n"] or 0),
            made_by=by,
        )
        items = [
            TransferItem(batch=batch, document=one, release_id=one.release_id, serial=n)
            for n, one in enumerate(documents, 1)
        ]
        new: dict[str, object] = {"件数": len(items)}
        if to == TransferBatch.To.ARCHIVE:
            _number(items, batch, retention)
            new |= {"保管期限": Retention(retention).label}
            new |= {"档号": f"{items[0].archive_number} 至 {items[-1].archive_number}"}
        TransferItem.objects.bulk_create(items)
        audit.record("编制移送批次", batch, by=by, scope=body.slug, new=new)
    return batch


def _number(items: list[TransferItem], batch: TransferBatch, retention: str) -> None:
    """档号 that go on where the year's last with this retention ended; under the body's lock."""
    numbered = TransferItem.objects.filter(
        batch__body=batch.body, batch__year=batch.year, retention=retention
    )
    first = numbered.exclude(archive_number="").count() + 1
    for number, item in enumerate(items, first):
        item.retention = retention
        item.archive_number = f"{batch.year}-{retention}-{number:04d}"


def send_batch(batch: TransferBatch, on: date, *, by: By) -> TransferBatch:
    """It was handed over on a day."""
    with transaction.atomic():
        batch = _locked(batch, by)
        if batch.state != State.PREPARED:
            raise Refused("这一批已经移送，不用重复登记。")
        if on > timezone.localdate():
            raise Refused("移送日期晚于今天，请改正。")
        batch.state, batch.sent_on = State.SENT, on
        batch.save()
        audit.record("移送", batch, by=by, scope=batch.body.slug, new={"日期": str(on)})
    return batch


def receive_batch(
    batch: TransferBatch, on: date, name: str, *, by: By, receipt: Checked | None = None
) -> TransferBatch:
    """The archive or library has signed for it; the receipt is kept.

    Done again it mends a slip, or adds the receipt that came later.
    """
    with transaction.atomic():
        batch = _locked(batch, by)
        if batch.state == State.PREPARED or batch.sent_on is None:
            raise Refused("移送以后才能登记签收。")
        if on < batch.sent_on or on > timezone.localdate():
            raise Refused("签收日期要在移送日期和今天之间，请改正。")
        if not name.strip():
            raise Refused("请填写签收人。")
        again = batch.state == State.RECEIVED
        old = _signed(batch) if again else None
        if receipt is not None:
            batch.receipt = keep_proof(batch.body, receipt, by=by)
        batch.state, batch.received_on, batch.received_by = State.RECEIVED, on, name.strip()
        if receipt is None and old == _signed(batch):
            raise Refused("和已经登记的相同，没有要更正的。")
        batch.save()
        audit.record(
            "更正移送回执" if again else "登记移送回执",
            batch,
            by=by,
            scope=batch.body.slug,
            old=old,
            new=_signed(batch),
        )
    return batch


def _signed(batch: TransferBatch) -> dict[str, object]:
    return {
        "日期": str(batch.received_on),
        "签收人": batch.received_by,
        "回执": batch.receipt.name if batch.receipt else "",
    }


def rows(batch: TransferBatch) -> list[tuple[str, ...]]:
    """The lines of the 移送明细表: as the release of the batch had them."""
    found = []
    items = batch.items.select_related("document", "release")
    for item in items:
        content: dict[str, object] = item.release.content
        found.append(
            (
                str(item.serial),
                item.document.index_number,
                str(content["title"]),
                str(content["doc_number"] or "—"),
                str(content["formed_on"]),
                str(timezone.localdate(item.release.at)),
                str(len(content["attachments"])),  # type: ignore[arg-type]
                item.archive_number or "—",
                item.get_retention_display() or "—",
            )
        )
    return found


def list_docx(batch: TransferBatch) -> bytes:
    """The 移送明细表 with places for both signatures."""
    lines = rows(batch)
    sent = chinese_date(batch.sent_on) if batch.sent_on else "　　年　月　日"
    table = Table(
        (
            tuple(Cell(text, head=True) for text in HEAD),
            *(tuple(Cell(text) for text in line) for line in lines),
        ),
        (1.3, 4.6, 6.6, 3, 2.8, 2.8, 1.7, 2, 1.3),
        heads=1,
    )
    return docx(
        blocks.Document(
            title="政府信息移送明细表",
            blocks=(
                Paragraph(f"移送单位：{batch.body.name}", "plain"),
                Paragraph(f"接收单位：{batch.to_name}", "plain"),
                Paragraph(f"批次：{batch.year}年第{batch.number}批，共 {len(lines)} 件", "plain"),
                table,
                Paragraph("移送人（签字）：　　　　　　　接收人（签字）：", "plain"),
                Paragraph(
                    f"移送日期：{sent}　　签收日期：　　年　月　日",
                    "plain",
                ),
            ),
            wide=True,
        )
    )


def list_xlsx(batch: TransferBatch) -> bytes:
    """The same list as a workbook."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False}) as book:
        sheet = book.add_worksheet("移送明细表")
        bold = book.add_format({"bold": True, "border": 1, "text_wrap": True})
        plain = book.add_format({"border": 1, "text_wrap": True, "valign": "top"})
        sheet.write_row(0, 0, HEAD, bold)
        for at, line in enumerate(rows(batch), 1):
            for column, text in enumerate(line):
                sheet.write_string(at, column, text, plain)
        for column, width in enumerate((6, 30, 50, 22, 12, 12, 8, 16, 10)):
            sheet.set_column(column, column, width)
        sheet.freeze_panes(1, 0)
        sheet.repeat_rows(0)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
    return out.getvalue()


def _locked(batch: TransferBatch, by: By) -> TransferBatch:
    found = (
        TransferBatch.objects.select_for_update(of=("self",), no_key=True)
        .select_related("body")
        .get(pk=batch.pk)
    )
    require(by, found.body, *KEEPERS)
    return found
