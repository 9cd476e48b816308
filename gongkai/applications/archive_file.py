"""案卷: an application's whole file as one PDF, as it goes to the archive (条例 Art 45).

Cover with number and term, 卷内文件目录, every paper in order, 卷内备考表.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import partial

import pikepdf
from django.db.models import QuerySet
from django.utils import timezone

from gongkai.applications.actions.closing import TO_ARCHIVE
from gongkai.applications.binding import Piece, bind, opened, paper
from gongkai.applications.clock import in_force
from gongkai.applications.letters.compose import compose
from gongkai.applications.models import Application, CaseFile, Letter
from gongkai.applications.roles import HANDLERS, HEADS
from gongkai.applications.similar import decision_label
from gongkai.base.refusal import Refused
from gongkai.bodies.models import Role
from gongkai.documents.blocks import Cell, Document, Paragraph, Table, chinese_date
from gongkai.documents.pdf import pdf
from gongkai.law.taxonomy import letters

Kind = CaseFile.Kind
#: Who takes the file along: who made it, who answers for it, who keeps it.
BINDERS = (*HANDLERS, *HEADS, Role.ARCHIVIST)
#: From the end of the work on; before, papers are still added.
BOUND = (*TO_ARCHIVE, Application.State.ARCHIVED)
#: What the applicant brought stands before all else.
_FIRST = (Kind.REQUEST, Kind.IDENTITY, Kind.AUTHORISATION, Kind.RECEIPT_PROOF)
_HIS = (*_FIRST[:3], Kind.CORRECTION, Kind.REASONS, Kind.PAYMENT)


@dataclass(frozen=True, slots=True)
class Paper:
    """A line of the 卷内文件目录 and its pages, or why it has none (``note``)."""

    number: str
    author: str
    title: str
    on: date
    first: bool
    pages: pikepdf.Pdf | None
    note: str


def archive_file(case: Application, *, whole: bool) -> bytes:
    """The case's file as a PDF with bookmarks.

    A paper that cannot be bound in has a sheet that says so. ``whole`` False leaves out, with a
    word, originals and identity papers, for those who may not open them.
    """
    found = [*_letters(case), *_files(case, whole=whole)]
    papers = sorted(found, key=lambda p: (not p.first, p.on))
    pieces = [Piece(f"{n}. {p.title}", p.pages or _sheet(n, p)) for n, p in enumerate(papers, 1)]
    last = Piece("办理经过和卷内备考表", _last(case, len(papers), pieces))
    front = partial(_front, case, papers)
    return bind(front, pieces, title="卷皮和卷内文件目录", rest=[last])


def _letters(case: Application) -> list[Paper]:
    """Letters as they were sent, and the office's own sheets."""
    kept: QuerySet[Letter] = case.letters.exclude(state=Letter.State.CANCELLED)
    out = []
    for letter in kept.select_related("pdf", "template"):
        kind = letters()[letter.code]
        if letter.pdf is not None:
            pages, note = paper(letter.pdf, whole=True)
        elif kind.to == "内部":
            pages, note = _as_it_stands(letter)
        else:
            continue
        on = letter.sent_on or letter.dated_on or timezone.localdate(letter.made_at)
        author = case.body.short_name
        out.append(Paper(letter.number, author, kind.label, on, False, pages, note))
    return out


def _as_it_stands(letter: Letter) -> tuple[pikepdf.Pdf | None, str]:
    try:
        return opened(pdf(compose(letter))), ""
    except Refused as no:  # something it must say is not known
        return None, str(no)


def _files(case: Application, *, whole: bool) -> list[Paper]:
    out = []
    for file in case.files.exclude(kind=Kind.LETTER):
        pages, note = paper(file, whole=whole)
        other = "被征求意见方" if file.kind == Kind.OPINION else case.body.short_name
        author = "申请人" if file.kind in _HIS else other
        on = timezone.localdate(file.added_at)
        title = file.get_kind_display()
        out.append(Paper("", author, title, on, file.kind in _FIRST, pages, note))
    return out


def _front(case: Application, papers: list[Paper], starts: list[int]) -> bytes:
    decided = decision_label(case.decision) or case.get_state_display()
    until = case.retention_until
    facts = [
        ("档号", case.archive_number or "（尚未归档）"),
        ("立卷单位", case.body.name),
        ("题名", f"关于“{case.subject}”的政府信息公开申请"),
        ("受理编号", case.number),
        ("收到申请之日", _day(case.received_on)),
        ("办理结果", decided),
        ("办结日期", _day(case.closed_on)),
        ("归档日期", _day(case.archived_on)),
        ("保管期限", f"至{chinese_date(until)}" if until else "—"),
        ("卷内文件", f"{len(papers)}件"),
    ]
    head = ("序号", "文号", "责任者", "题名", "日期", "页号")
    lines = enumerate(zip(papers, starts, strict=True), 1)
    rows = [(str(n), p.number, p.author, p.title, str(p.on), str(at)) for n, (p, at) in lines]
    table = tuple(tuple(Cell(c, head=not n) for c in row) for n, row in enumerate([head, *rows]))
    return pdf(
        Document(
            "政府信息公开申请案卷",
            (
                Table(tuple((Cell(a, head=True), Cell(b)) for a, b in facts), (1, 3)),
                Paragraph("卷内文件目录", "heading"),
                Table(table, (1.2, 4, 2.4, 4, 2.6, 1.2), heads=1),
            ),
            on=case.archived_on,
        )
    )


def _day(day: date | None) -> str:
    return chinese_date(day) if day else "—"


def _sheet(number: int, missing: Paper) -> pikepdf.Pdf:
    text = (Paragraph(missing.title, "centred"), Paragraph(missing.note))
    return opened(pdf(Document(f"卷内文件{number}", text)))


def _last(case: Application, count: int, pieces: list[Piece]) -> pikepdf.Pdf:
    """What happened day by day, and the sheet that is signed when the file is closed."""
    rows = [(str(e.on), e.text) for e in in_force(case.events.all())]
    table = tuple(
        tuple(Cell(c, head=not n) for c in row) for n, row in enumerate([("日期", "事项"), *rows])
    )
    pages = sum(len(p.pages.pages) for p in pieces)
    closed = (
        ("本卷情况", f"卷内文件{count}件，{pages}页，首尾各页除外。"),
        ("立卷人", ""),
        ("检查人", ""),
        ("立卷时间", _day(case.archived_on)),
    )
    return opened(
        pdf(
            Document(
                "办理经过",
                (
                    Table(table, (1, 4), heads=1),
                    Paragraph("卷内备考表", "heading"),
                    Table(tuple((Cell(a, head=True), Cell(b)) for a, b in closed), (1, 3)),
                ),
                on=case.archived_on,
            )
        )
    )
