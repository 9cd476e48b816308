"""The plain marks of a template: one paragraph a line, 【…】 at its start says what it is."""

from __future__ import annotations

import re
from dataclasses import dataclass

from gongkai.documents.blocks import Block, Cell, PageBreak, Paragraph, Style, Table, signature

TITLE, SIGN, DAY, TABLE, BREAK = "标题", "署名", "日期", "表", "另起一页"
STYLES: dict[str, Style] = {
    "文号": "number",
    "称呼": "addressee",
    "小标题": "heading",
    "二级标题": "subheading",
    "左": "plain",
    "居中": "centred",
    "附件": "annex",
    "联系": "contact",
    "小字": "note",
    "空行": "blank",
}
#: Every mark with what it does, as the editor explains it.
MARKS = {
    TITLE: "文书标题，2号小标宋居中；每份文书必须有一个",
    "文号": "发文字号，居中",
    "称呼": "收件人，顶格",
    "小标题": "一级小标题，黑体",
    "二级标题": "二级小标题，楷体",
    "左": "顶格、不缩进的一段",
    "居中": "居中的一段",
    TABLE: (
        "表格开始，后面写各栏宽度的比例，例如“【表】2 3 2 3”；以后每行写作“| *栏目 | 内容 |”，"
        "占用左边的格写“<”，占用上面的格写“^”"
    ),
    SIGN: "署名，盖印章处",
    DAY: "成文日期，接在署名之后",
    "附件": "附件说明",
    "联系": "工作机构联系方式，放在文末",
    "小字": "表格下的填写说明",
    "空行": "空一行",
    BREAK: "以下另起一页",
}
_MARK = re.compile(r"【([^】]*)】(.*)", re.DOTALL)
#: What stands in the text for a value's own line ends and strokes, and where a value starts:
#: nothing in a value is ever taken for a mark.
VALUE, NEWLINE, STROKE = "\ue0a0", "\ue0a1", "\ue0a2"
_STOPS = re.compile("[。；，;]+([。；，])")
_PRIVATE = re.compile("[\ue0a0-\ue0af\x00-\x08\x0b\x0c\x0e-\x1f]")


class Misplaced(ValueError):
    """A mark that cannot be understood; ``line`` counts from 0 in the text given."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line


def as_value(text: str) -> str:
    """A value so that it stays text: no mark, no cell border, no line of the template in it."""
    clean = _PRIVATE.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip("\n")
    return VALUE + clean.replace("\n", NEWLINE).replace("|", STROKE)


def plain(text: str) -> str:
    """The text as it is printed."""
    whole = text.replace(VALUE, "").replace(STROKE, "|").replace(NEWLINE, "\n").strip()
    # A value that ends its own sentence needs no second mark.
    return _STOPS.sub(r"\1", whole)


def parse(text: str) -> tuple[str, list[Block]]:
    """Title and blocks of a filled template; Misplaced where a mark is wrong."""
    title, blocks, rows = "", list[Block](), list[list[str]]()
    widths: tuple[float, ...] = ()
    signer = ""

    def close() -> None:
        nonlocal widths
        if rows:
            blocks.append(_table(rows, widths))
            rows.clear()
        widths = ()

    for number, raw in enumerate(text.split("\n")):
        line = raw.strip()
        if not line:
            continue
        if line.startswith("|"):
            if not widths:
                raise Misplaced(number, "表格的行前面要有一行“【表】”，写明各栏宽度的比例。")
            rows.append(_cells(line, number, len(widths)))
            continue
        found = _MARK.fullmatch(line)
        name, rest = (found[1], found[2].strip()) if found else ("", line)
        close()
        if name == TABLE:
            widths = _widths(rest, number)
        elif name == TITLE:
            if title:
                raise Misplaced(number, "标题只能有一个。")
            title = plain(rest).replace("\n", "")
        elif name == SIGN:
            signer = plain(rest)
        elif name == DAY:
            if not signer:
                raise Misplaced(number, "“【日期】”前面要有“【署名】”。")
            # Room for the seal, which stands over name and date.
            blocks.append(Paragraph("", "blank"))
            blocks += signature(signer, plain(rest))
            signer = ""
        elif name == BREAK:
            blocks.append(PageBreak())
        elif found and name not in STYLES:
            raise Misplaced(number, f"没有“【{name}】”这个标记，可以用的有：{'、'.join(MARKS)}。")
        else:
            style = STYLES[name] if found else "body"
            parts = plain(rest).split("\n")
            blocks += [Paragraph(p.strip(), style) for p in parts if p.strip() or style == "blank"]
    close()
    if signer:
        blocks += signature(signer, "")[:1]
    if not title:
        raise Misplaced(0, "缺少标题，请加一行“【标题】……”。")
    return title, blocks


def _widths(text: str, number: int) -> tuple[float, ...]:
    try:
        widths = tuple(float(part) for part in text.split())
    except ValueError:
        widths = ()
    if not 1 <= len(widths) <= 12 or not all(0 < w < 1000 for w in widths):
        raise Misplaced(number, "“【表】”后面写各栏宽度的比例，用空格隔开，例如“【表】2 3 2 3”。")
    return widths


def _cells(line: str, number: int, columns: int) -> list[str]:
    parts = [part.strip() for part in line.strip("|").split("|")]
    if len(parts) != columns:
        raise Misplaced(number, f"这一行有{len(parts)}格，表格是{columns}栏；要占用左边的格写“<”。")
    if parts[0] == "<":
        raise Misplaced(number, "第一格的左边没有格，不能写“<”。")
    return parts


def _table(rows: list[list[str]], widths: tuple[float, ...]) -> Table:
    """The rows as cells; “<” belongs to the cell on its left, “^” to the one above."""
    out: list[list[_Draft]] = []
    above: list[_Draft | None] = [None] * len(widths)
    for row in rows:
        cells: list[_Draft] = []
        owners: list[_Draft | None] = []
        for column, part in enumerate(row):
            over = above[column]
            if part == "<" and owners[-1] is not None:
                owner = owners[-1]
                owner.columns |= {column}
            elif part == "^" and over is not None:
                owner = over
                owner.rows |= {len(out)}
            else:
                owner = _Draft(part, {len(out)}, {column})
                cells.append(owner)
            owners.append(owner)
        above = owners
        out.append(cells)
    labels = len(out) > 1 and all(d.text.startswith("*") for d in out[0])
    plain_rows = tuple(tuple(d.cell() for d in row) for row in out)
    return Table(plain_rows, widths, heads=1 if labels else 0)


@dataclass(slots=True)
class _Draft:
    """A cell while its table is read: the rows and columns that it takes."""

    text: str
    rows: set[int]
    columns: set[int]

    def cell(self) -> Cell:
        head = self.text.startswith("*")
        shown = plain(self.text[1:] if head else self.text)
        return Cell(shown, len(self.columns), len(self.rows), head)
