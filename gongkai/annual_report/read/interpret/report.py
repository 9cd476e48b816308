"""One document → its reports."""

from __future__ import annotations

import re

from gongkai.annual_report.model import Cell, FormatId, Report, Section, Table2Row
from gongkai.annual_report.read.document import Document, NotAReport, Paragraph, UnusableInput
from gongkai.annual_report.read.interpret import identity, outline
from gongkai.annual_report.read.interpret.common import Notices
from gongkai.annual_report.read.interpret.headings import Heading
from gongkai.annual_report.read.interpret.lines import Line, document_lines
from gongkai.annual_report.read.interpret.outline import MAX_TABLE_LINES, Outline
from gongkai.annual_report.read.interpret.pinyin import without_pinyin
from gongkai.annual_report.read.interpret.table2 import read_table2
from gongkai.annual_report.read.interpret.table3 import read_table3
from gongkai.annual_report.read.interpret.table4 import read_table4
from gongkai.law.formats import format_for_year

_OLD_WORDS = re.compile(
    r"新制作数量|新公开数量|对外公开总|上一年项目|增/减|采购项目|采购总金额|对外管理服务"
)
_NEW_WORDS = re.compile(
    r"制发件数|制发数量|本年处理决定|废止|现行有效|收费金额|逾期不补正|未按收费通知"
)

_TABLE4_WORDS = ("复议", "诉讼", "维持", "纠正", "审结")
_GARBLED = tuple("信息".encode().decode(wrong) for wrong in ("gb18030", "latin-1"))


def interpret(document: Document) -> list[Report]:
    """The reports in a document, in order; nearly always one.

    Raises UnusableInput if nothing in it looks like an annual report.
    """
    document = without_pinyin(document)
    lines = document_lines(document)
    found = outline.outline(lines)
    reports = []
    for start, end in outline.parts(lines, found):
        part = Outline(
            [
                Heading(h.at - start, h.ordinal, h.number, h.title)
                for h in found.headings
                if start <= h.at < end
            ],
            found.table[start:end],
            [t - start for t in found.titles if start <= t < end],
        )
        reports.append(_report(document, lines[start:end], part))
    if len(reports) == 1 and not _plausible(reports[0], lines):
        if _garbled(document):
            raise UnusableInput(
                "文件里的文字是乱码，像是按错误的编码转存过，请用原软件打开原来的文件，"
                "另存为 UTF-8 编码后再试。"
            )
        if _foreign(document):
            raise NotAReport(
                "文件里大多不是中文，看不出这是政府信息公开工作年度报告，请检查文件内容。"
            )
        raise UnusableInput(
            "没有找到年报的标题、章节或者表格，看不出这是政府信息公开工作年度报告，请检查文件内容。"
        )
    return reports


def _garbled(document: Document) -> bool:
    """A text that was stored as UTF-8 and read as something else: every such text has 信息."""
    text = "".join([b.text for b in document.blocks if isinstance(b, Paragraph)])
    return any(word in text for word in _GARBLED)


def _foreign(document: Document) -> bool:
    """A text file that is not written in Chinese; what is read from a picture can be garbled."""
    if document.kind != "text":
        return False
    text = "".join([b.text for b in document.blocks if isinstance(b, Paragraph)])
    latin = sum(c.isascii() and c.isalpha() for c in text)
    return latin > sum("\u4e00" <= c <= "\u9fff" for c in text)


def _plausible(report: Report, lines: list[Line]) -> bool:
    # Fifteen numbers in a row are table 四 only where something says so.
    said = report.table4 is not None and any(
        word in line.compact for line in lines for word in _TABLE4_WORDS
    )
    return (
        report.table2 is not None
        or report.table3 is not None
        or said
        or report.title is not None
        or (len({s.number for s in report.sections} - {0}) >= 2)
    )


def _report(document: Document, lines: list[Line], found: Outline) -> Report:
    notices = Notices(list(document.notices))
    meta = dict(document.meta)
    title, title_lines = identity.title_of(lines, found.titles)
    text = "".join([line.compact for i, line in enumerate(lines) if not found.table[i]])
    period = identity.period_of(text)
    year, basis = identity.year_of(title, period, text, document.name)
    by_table = _table_lines(lines, found, notices)
    format_id = _format(by_table, year)
    official = "2021" if format_id == "older" else format_id
    table2 = read_table2(by_table[2], official, notices) if by_table[2] else None
    table3 = read_table3(by_table[3], official, notices) if by_table[3] else None
    table4 = read_table4(by_table[4], notices) if by_table[4] else None
    notices.tell_blanks()
    if format_id == "older" and any(t is not None for t in (table2, table3, table4)):
        format_id = "2021"
    if format_id != "older":
        for number, name, table in ((2, "表二", table2), (3, "表三", table3), (4, "表四", table4)):
            if table is None:
                heading = next((h for h in found.headings if h.number == number), None)
                place = lines[heading.at].place if heading else None
                what = "有标题而没有表格" if heading else "没有找到"
                notices.add(f"T{number}_MISSING", f"{name}{what}", place)
    if basis == "file" and not _has_values(table2, table3, table4):
        year = None  # an empty form: the year in its name is that of the form
    if year is None:
        notices.add("YEAR_UNKNOWN", "没有找到报告年份")
    elif basis == "file":
        notices.add("YEAR_FROM_FILE", f"正文没有写明年份，“{year}”取自文件名，请核对")
    agency = identity.agency_of(title, lines, text, meta)
    if title is None:
        notices.add("TITLE_MISSING", "没有找到标题")
    elif any(h.at < title_lines[0] for h in found.headings):
        notices.add("TITLE_LATE", "标题排在章节标题之后", lines[title_lines[0]].place)
    if agency is None:
        notices.add("AGENCY_UNKNOWN", "没有找到机关名称")
    sections, heads = _sections(lines, found, set(title_lines))
    numbers = {h.number for h in found.headings}
    full = not numbers.isdisjoint((5, 6)) and not numbers.isdisjoint((1, 2, 3))
    if not full and numbers - {0}:
        unseen = [name for n, name in enumerate("一二三四五六", 1) if n not in numbers]
        notices.add(
            "EXCERPT",
            f"没有读到第{'、'.join(unseen)}部分，按节选处理，没有读到的部分不检查；"
            "如果文件应当是整份年报，请确认文件完整后再试",
        )
    return Report(
        format=format_id,
        year=year,
        agency=agency,
        region=identity.region_of(agency),
        title=title,
        file=document.name,
        scope="full" if full else "excerpt",
        period=period,
        sections=sections,
        table2=table2,
        table3=table3,
        table4=table4,
        notices=tuple(notices.items),
        headings=heads,
    )


def _table_lines(lines: list[Line], found: Outline, notices: Notices) -> dict[int, list[Line]]:
    """The lines of each table, as many as an official table can have at the most."""
    out: dict[int, list[Line]] = {2: [], 3: [], 4: []}
    for line, table in zip(lines, found.table, strict=True):
        if table:
            out[table].append(line)
    for table, of_table in out.items():
        if len(of_table) > MAX_TABLE_LINES:
            message = (
                f"表{'一二三四'[table - 1]}一带有 {len(of_table)} 行，只读了前 {MAX_TABLE_LINES} 行"
            )
            notices.add("TABLE_TOO_LONG", message, of_table[MAX_TABLE_LINES].place)
            del of_table[MAX_TABLE_LINES:]
    return out


def _has_values(
    table2: tuple[Table2Row, ...] | None,
    table3: dict[str, tuple[Cell, ...]] | None,
    table4: tuple[Cell, ...] | None,
) -> bool:
    rows = [tuple(row.cells.values()) for row in table2 or ()] + list((table3 or {}).values())
    return any(c.value is not None for row in [*rows, table4 or ()] for c in row)


def _format(by_table: dict[int, list[Line]], year: int | None) -> FormatId:
    text = "".join([line.compact for n in (2, 3) for line in by_table[n]])
    old, new = len(_OLD_WORDS.findall(text)), len(_NEW_WORDS.findall(text))
    if old > new:
        return "2019"
    if new > old:
        return "2021"
    if year is None:
        return "2021" if any(by_table.values()) else "older"
    governing = format_for_year(year)
    if governing is None:
        return "older"
    return "2019" if governing.id == "2019" else "2021"


def _sections(
    lines: list[Line], found: Outline, title_lines: set[int]
) -> tuple[tuple[Section, ...], tuple[Section, ...]]:
    """The sections with their text, and every top-level heading in the order met."""
    matched = {h.number for h in found.headings}
    heads: list[Section] = []
    out: list[Section] = []
    bounds = [-1, *(h.at for h in found.headings), len(lines)]
    for k in range(len(bounds) - 1):
        first, last = bounds[k] + 1, bounds[k + 1]
        keep = [i for i in range(first, last) if not found.table[i] and i not in title_lines]
        body = [lines[i] for i in keep]
        text = "\n".join([line.raw.strip() for line in body])
        numbers = tuple([line.place.line if line.place else None for line in body])
        if k == 0:
            if body:
                out.append(Section(0, "", text, body[0].place, numbers))
            continue
        heading = found.headings[k - 1]
        number = heading.number
        in_step = k == 1 or heads[-1].number == heading.ordinal - 1
        if number == 0 and in_step and heading.ordinal not in matched and heading.ordinal <= 6:
            number = heading.ordinal
        place = lines[heading.at].place
        heads.append(Section(number, heading.title, "", place))
        out.append(Section(number, heading.title, text, place, numbers))
    return tuple(out), tuple(heads)
