"""Documents out: one report as HTML, PDF, DOCX, XLSX, JSON or CSV, all from the same blocks.

Doors: render(report, kind) → bytes, KINDS, tables_html(report, marks=…), render_findings(…).
Plan: blocks (what a document is made of) · official, annexe (report, findings → blocks) · a
writer each. Writers are loaded when they are first asked for.
"""

from __future__ import annotations

from dataclasses import dataclass

from gongkai.annual_report.model import Report
from gongkai.annual_report.render.blocks import CellMark
from gongkai.annual_report.render.html import tables_html

__all__ = ["KINDS", "CellMark", "Kind", "render", "tables_html"]


@dataclass(frozen=True, slots=True)
class Kind:
    """A form of a report: its Chinese name, media type and file suffix (with the dot)."""

    label: str
    media_type: str
    suffix: str


KINDS: dict[str, Kind] = {
    "html": Kind("网页", "text/html; charset=utf-8", ".html"),
    "pdf": Kind("PDF 文档", "application/pdf", ".pdf"),
    "json": Kind("JSON 数据", "application/json", ".json"),
    "csv": Kind("CSV 数据", "text/csv; charset=utf-8", ".csv"),
}


def render(report: Report, kind: str) -> bytes:
    """The report in one of ``KINDS``. ValueError (Chinese) for any other kind.

    Cells and tables that the report does not have stay blank or away; marks stay; amounts have
    four decimals. Reading the result back gives the same values.
    """
    from gongkai.annual_report.render import official

    match kind:
        case "html":
            from gongkai.annual_report.render import html

            return html.page(official.document(report)).encode()
        case "pdf":
            from gongkai.annual_report.render import pdf

            return pdf.pdf(official.document(report))
        case "json":
            from gongkai.annual_report.render import data

            return data.json_text(report).encode()
        case "csv":
            from gongkai.annual_report.render import data

            return data.csv_text(report).encode()
    raise ValueError(f"没有“{kind}”这种输出格式，可选：{'、'.join(KINDS)}。")
