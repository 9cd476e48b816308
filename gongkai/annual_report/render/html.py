"""HTML: a page that stands alone, and the official tables as fragments for the site.

No style attribute and no script is written: the fragments work under a strict content policy.
Every figure's ``td`` has ``data-address``; every text is escaped.
"""

from __future__ import annotations

from html import escape

from gongkai.annual_report.model import Report
from gongkai.annual_report.render.blocks import (
    LEVELS,
    CellMark,
    Document,
    Paragraph,
    Row,
    Table,
    TableCell,
)
from gongkai.annual_report.render.official import Marks, official_tables

_CSS = """
body{max-width:900px;margin:0 auto;padding:24px 16px;background:#fff;color:#1b1b1b;
font:16px/1.75 "PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif}
h1{text-align:center;font-size:1.6rem;line-height:1.5}
h2{font-size:1.2rem;margin:1.6em 0 .4em}h3{font-size:1rem;margin:1em 0 .2em}
p{margin:.4em 0;text-indent:2em;overflow-wrap:anywhere}p.note{text-indent:0;font-size:.9rem}
p.sign{text-align:right;padding-right:2em}
.table-frame{overflow-x:auto;margin:1em 0}
table{border-collapse:collapse;width:100%;font:14px/1.45 SimSun,"Noto Serif CJK SC",serif}
caption{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
th,td{border:1px solid #333;padding:.3em .4em;text-align:center;font-weight:normal}
th.label,td.text{text-align:left}
.official-findings .label{white-space:nowrap}
td.value{font-variant-numeric:tabular-nums;min-width:2.5em}
th.head,td.head{background:#eef3f9}
td.found-error{background:#fbe4e2;color:#b3261e}td.found-warn{background:#fff0cc;color:#7a4b00}
td.found-info{background:#e3eefa;color:#0b4f9e}
@media print{body{max-width:none;padding:0}thead{display:table-header-group}tr{break-inside:avoid}}
""".strip()


def page(document: Document) -> str:
    """The document as one HTML page, styles included, nothing loaded from elsewhere."""
    title = escape(document.title)
    author = (
        f'<meta name="author" content="{escape(document.author)}">\n' if document.author else ""
    )
    body = "\n".join(
        _frame(block) if isinstance(block, Table) else _paragraph(block)
        for block in document.blocks
    )
    return (
        '<!doctype html>\n<html lang="zh-CN">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"{author}<title>{title}</title>\n<style>\n{_CSS}\n</style>\n</head>\n"
        f"<body>\n<main>\n<h1>{title}</h1>\n{body}\n</main>\n</body>\n</html>\n"
    )


def tables_html(
    report: Report, *, marks: Marks | None = None, as_printed: bool = False
) -> dict[str, str]:
    """The official tables as safe HTML fragments, by key ``t2``, ``t3``, ``t4``.

    A table that the report does not have has no key. ``marks`` (address → ``CellMark``) marks
    found cells with a class ``found found-<level>``, a sign and links ``#finding-<number>``.
    ``as_printed`` shows figures in the form the source had.
    """
    tables = official_tables(report, marks, as_printed=as_printed)
    return {table.key: table_html(table) for table in tables}


def table_html(table: Table) -> str:
    """One table, head and body told apart; several groups become one ``tbody`` each."""
    parts = [f'<table class="official official-{escape(table.key)}">']
    parts.append(f"<caption>{escape(table.caption)}</caption>")
    if len(table.groups) == 1:
        group = table.groups[0]
        parts += ["<thead>", *map(_row, group.head), "</thead>"]
        parts += ["<tbody>", *map(_row, group.body), "</tbody>"]
    else:
        for group in table.groups:
            parts += ["<tbody>", *map(_row, group.rows), "</tbody>"]
    parts.append("</table>")
    return "\n".join(parts)


def _frame(table: Table) -> str:
    # Reachable by keyboard, so that a wide table can be scrolled without a mouse.
    label = escape(table.caption)
    return (
        f'<div class="table-frame" role="region" aria-label="{label}" tabindex="0">\n'
        f"{table_html(table)}\n</div>"
    )


def _paragraph(paragraph: Paragraph) -> str:
    text = escape(paragraph.text)
    match paragraph.style:
        case "heading":
            return f"<h2>{text}</h2>"
        case "subheading":
            return f"<h3>{text}</h3>"
        case "note" | "sign":
            return f'<p class="{paragraph.style}">{text}</p>'
    if paragraph.lead:
        lead, rest = paragraph.text[: paragraph.lead], paragraph.text[paragraph.lead :]
        return f"<p><strong>{escape(lead)}</strong>{escape(rest)}</p>"
    return f"<p>{text}</p>"


def _row(row: Row) -> str:
    return f"<tr>{''.join(_cell(cell) for cell in row)}</tr>"


def _cell(cell: TableCell) -> str:
    heads = cell.role in ("head", "label") and cell.scope is not None
    tag = "th" if heads else "td"
    classes: list[str] = [cell.role]
    attributes = ""
    if cell.scope and heads:
        attributes += f' scope="{cell.scope}"'
    if cell.colspan > 1:
        attributes += f' colspan="{cell.colspan}"'
    if cell.rowspan > 1:
        attributes += f' rowspan="{cell.rowspan}"'
    if cell.anchor:
        attributes += f' id="{escape(cell.anchor)}"'
    if cell.address:
        attributes += f' data-address="{escape(cell.address)}"'
    text = escape(cell.text)
    if cell.mark:
        classes += ["found", f"found-{cell.mark.level}"]
        text += _mark(cell.mark)
        if cell.mark.title:
            attributes += f' title="{escape(cell.mark.title)}"'
    return f'<{tag} class="{" ".join(classes)}"{attributes}>{text}</{tag}>'


def _mark(mark: CellMark) -> str:
    word, sign = LEVELS[mark.level]
    links = "、".join(
        f'<a href="#finding-{n}" aria-label="{word}，第{n}条">{n}</a>' for n in mark.numbers
    )
    return f'<sup class="found-sign"><span aria-hidden="true">{sign}</span>{links}</sup>'
