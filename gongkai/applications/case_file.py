"""The case file of a dispute as one PDF: cover, evidence list with page numbers, every paper."""

from __future__ import annotations

import io

import pikepdf
from PIL import Image

from gongkai.applications.actions.redact import GUARDED
from gongkai.applications.files import content
from gongkai.applications.models import CaseFile, Dispute, Evidence
from gongkai.documents.blocks import Cell, Document, Paragraph, Table, chinese_date, signature
from gongkai.documents.pdf import pdf

#: A4 at this many dots an inch: what a scanned letter is shown at.
_DPI = 150
_A4 = (int(210 / 25.4 * _DPI), int(297 / 25.4 * _DPI))


def case_file(dispute: Dispute, *, whole: bool = True) -> bytes:
    """Cover and list first, then each piece of evidence behind a sheet that names it.

    A paper that is not a PDF or a picture has its sheet only, which says so. Bookmarks lead to
    each piece; the list gives its first page. ``whole`` False leaves out, with a word, originals
    and identity papers, for those who may not open them.
    """
    entries = list(dispute.evidence.select_related("file").order_by("order"))
    parts = [_part(entry, whole=whole) for entry in entries]
    front = pikepdf.open(io.BytesIO(_front(dispute, entries, [0] * len(entries))))
    starts, page = [], len(front.pages) + 1
    for part in parts:
        starts.append(page)
        page += len(part.pages)
    whole = pikepdf.open(io.BytesIO(_front(dispute, entries, starts)))
    with whole.open_outline() as outline:
        outline.root.append(pikepdf.OutlineItem("封面和证据目录", 0))
        for entry, part, start in zip(entries, parts, starts, strict=True):
            whole.pages.extend(part.pages)
            title = f"{entry.order}. {entry.title}"
            outline.root.append(pikepdf.OutlineItem(title, start - 1))
    out = io.BytesIO()
    whole.save(out)
    return out.getvalue()


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
                Table((head, *rows), (1, 5, 6, 2), heads=1),
                Paragraph("", "blank"),
                *signature(dispute.body.name, chinese_date(day)),
            ),
            on=day,
        )
    )


def _part(entry: Evidence, *, whole: bool) -> pikepdf.Pdf:
    """The sheet that names a piece of evidence, and the paper itself behind it."""
    note = "" if entry.file else "原件为纸质材料，另附。"
    papers = None
    if entry.file is not None and entry.file.erased_at is not None:
        note = "电子文件已经按规定清除。"
    elif entry.file is not None and not whole and entry.file.kind in GUARDED:
        note = "原件为受限材料，由有权查看信息原件的人员另附。"
    elif entry.file is not None:
        papers = _papers(entry.file)
        if papers is None:
            note = "原件为不能合订的电子文件，另附。"
    sheet = Document(
        f"证据{entry.order}",
        (
            Paragraph(entry.title, "centred"),
            Paragraph(f"证明目的：{entry.proves}"),
            *((Paragraph(note),) if note else ()),
        ),
    )
    part = pikepdf.open(io.BytesIO(pdf(sheet)))
    if papers is not None:
        part.pages.extend(papers.pages)
    return part


def _papers(file: CaseFile) -> pikepdf.Pdf | None:
    """The file's pages; None for a kind that has none."""
    data = content(file)
    if file.media_type == "application/pdf":
        return pikepdf.open(io.BytesIO(data))
    if file.media_type.startswith("image/"):
        return pikepdf.open(io.BytesIO(_picture(data)))
    return None


def _picture(data: bytes) -> bytes:
    """A picture on an A4 page, as large as fits."""
    with Image.open(io.BytesIO(data)) as opened:
        picture = opened.convert("RGB")
    picture.thumbnail(_A4)
    page = Image.new("RGB", _A4, "white")
    page.paste(picture, ((_A4[0] - picture.width) // 2, (_A4[1] - picture.height) // 2))
    out = io.BytesIO()
    page.save(out, "PDF", resolution=_DPI)
    return out.getvalue()
