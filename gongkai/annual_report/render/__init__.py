"""Documents out: one report as HTML, PDF, DOCX, XLSX, JSON or CSV, all from the same blocks.

Doors: render(report, kind) → bytes, KINDS, tables_html(report, marks=…), marks_of(findings),
render_findings(report, findings, kind), write(document, kind).
Plan: blocks (what a document is made of) · official, annexe (report, findings → blocks) · a
writer each. Writers are loaded when they are first asked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from gongkai.annual_report.check.finding import Finding
from gongkai.annual_report.model import Report
from gongkai.annual_report.render.blocks import CellMark, Document
from gongkai.annual_report.render.html import tables_html
from gongkai.annual_report.render.marks import marks_of

__all__ = [
    "FINDINGS_KINDS",
    "KINDS",
    "CellMark",
    "Kind",
    "marks_of",
    "render",
    "render_findings",
    "tables_html",
    "write",
]


@dataclass(frozen=True, slots=True)
class Kind:
    """A form of a report: its Chinese name, media type and file suffix (with the dot)."""

    label: str
    media_type: str
    suffix: str


KINDS: dict[str, Kind] = {
    "html": Kind("网页", "text/html; charset=utf-8", ".html"),
    "docx": Kind(
        "Word 文档",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ".docx",
    ),
    "pdf": Kind("PDF 文档", "application/pdf", ".pdf"),
    "xlsx": Kind(
        "Excel 表格",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ".xlsx",
    ),
    "json": Kind("JSON 数据", "application/json", ".json"),
    "csv": Kind("CSV 数据", "text/csv; charset=utf-8", ".csv"),
}
#: The forms of the result of a check.
FINDINGS_KINDS = ("docx", "xlsx", "pdf", "html")


def render(report: Report, kind: str, *, made_at: datetime | None = None) -> bytes:
    """The report in one of ``KINDS``. ValueError (Chinese) for any other kind.

    Cells and tables that the report does not have stay blank or away; marks stay; amounts have
    four decimals. Reading the result back gives the same values. ``made_at`` (UTC) is what the
    file says of its own making, None now: with it the same report gives the same bytes.
    """
    if kind in ("json", "csv"):
        from gongkai.annual_report.render import data

        text = data.json_text(report) if kind == "json" else data.csv_text(report)
        return text.encode()
    if kind not in KINDS:
        raise ValueError(f"没有“{kind}”这种输出格式，可选：{'、'.join(KINDS)}。")
    from gongkai.annual_report.render import official

    return write(replace(official.document(report), made_at=made_at), kind)


def render_findings(report: Report, findings: Sequence[Finding], kind: str) -> bytes:
    """体检结果: the findings as a list, and the report's tables with the found cells marked.

    Findings are numbered from 1 in the order given. ``kind`` is one of ``FINDINGS_KINDS``;
    ValueError (Chinese) for any other.
    """
    if kind not in FINDINGS_KINDS:
        raise ValueError(f"体检结果没有“{kind}”这种格式，可选：{'、'.join(FINDINGS_KINDS)}。")
    from gongkai.annual_report.render import annexe

    return write(annexe.document(report, findings), kind)


def write(document: Document, kind: str) -> bytes:
    """Any document of blocks as html, docx, pdf or xlsx. KeyError for another kind."""
    match kind:
        case "html":
            from gongkai.annual_report.render import html

            return html.page(document).encode()
        case "docx":
            from gongkai.annual_report.render import docx

            return docx.docx_bytes(document)
        case "pdf":
            from gongkai.annual_report.render import pdf

            return pdf.pdf(document)
        case "xlsx":
            from gongkai.annual_report.render import xlsx

            return xlsx.xlsx(document)
    raise KeyError(kind)
