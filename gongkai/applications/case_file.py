"""The case file of a dispute as one PDF: cover, evidence list with page numbers, every paper."""

from __future__ import annotations

from functools import partial

from gongkai.applications.binding import Piece, bind, opened, paper
from gongkai.applications.models import Dispute, Evidence
from gongkai.documents.blocks import Cell, Document, Paragraph, Table, chinese_date, signature
from gongkai.documents.pdf import pdf


def case_file(dispute: Dispute, *, whole: bool = True) -> bytes:
    """Cover and list first, then each piece of evidence behind a sheet that names it.

    A paper that is not a PDF or a picture has its sheet only, which says so. Bookmarks lead to
    each piece; the list gives its first page. ``whole`` False leaves out, with a word, originals
    and identity papers, for those who may not open them.
    """
    entries = list(dispute.evidence.select_related("file").order_by("order"))
    pieces = [_piece(entry, whole=whole) for entry in entries]
    return bind(partial(_front, dispute, entries), pieces, title="封面和证据目录")


def _front(dispute: Dispute, entries: list[Evidence], starts: list[int]) -> bytes:
    case = dispute.application
    facts = [
        ("案件种类", dispute.get_kind_display()),
        ("复议机关或者法院", dispute.institution),
        ("案号", dispute.case_number or "—"),
        ("对应的申请", f"受理编号{case.number}" if case else "—"),
        ("受理（立案）日期", chinese_date(dispute.accepted_on)),
        (
            "提交答复（答辩）的期限",
            chinese_date(dispute.answer_due_on) if dispute.answer_due_on else "—",
        ),
    ]
    head = tuple(Cell(text, head=True) for text in ("序号", "证据名称", "证明目的", "起始页"))
    rows = tuple(
        (Cell(str(e.order)), Cell(e.title), Cell(e.proves), Cell(str(start or "")))
        for e, start in zip(entries, starts, strict=True)
    )
    day = dispute.answered_on or dispute.served_on or dispute.accepted_on
    return pdf(
        Document(
            "案卷和证据目录",
            (
                Table(tuple((Cell(a, head=True), Cell(b)) for a, b in facts), (1, 2)),
                Paragraph("", "blank"),
                Table((head, *rows), (1.3, 5, 6, 2), heads=1),
                Paragraph("", "blank"),
                *signature(dispute.body.name, chinese_date(day)),
            ),
            on=day,
        )
    )


def _piece(entry: Evidence, *, whole: bool) -> Piece:
    """The sheet that names a piece of evidence, and the paper itself behind it."""
    papers, note = paper(entry.file, whole=whole)
    sheet = Document(
        f"证据{entry.order}",
        (
            Paragraph(entry.title, "centred"),
            Paragraph(f"证明目的：{entry.proves}"),
            *((Paragraph(note),) if note else ()),
        ),
    )
    pages = opened(pdf(sheet))
    if papers is not None:
        pages.pages.extend(papers.pages)
    return Piece(f"{entry.order}. {entry.title}", pages)
