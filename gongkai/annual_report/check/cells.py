"""Single cells: filled, whole, in the right unit, written plainly (C06–C09, C27)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import cache

from gongkai.annual_report.check.blanks import all_numbers, is_blank, visible
from gongkai.annual_report.check.finding import Finding, Level
from gongkai.annual_report.check.registry import finding, rule
from gongkai.annual_report.check.subject import T3_COLUMNS, T4_KEYS, Subject, labels
from gongkai.annual_report.check.thresholds import value as law_value
from gongkai.annual_report.model import Cell, Report
from gongkai.law.formats import report_format

FORM = "年度报告格式（国办公开办函〔2019〕60号、〔2021〕30号）"
AMOUNTS = ("t2.procurement.amount", "t2.fees.fee_amount_wan")
_THOUSANDS = re.compile(r"\d{1,3}(?:[,，]\d{3})+(?!\d)")
_SPLIT_OTHER = ("other_uncorrected", "other_unpaid", "other_other")


@cache
def _kinds(format_id: str) -> dict[str, dict[str, str]]:
    return {
        row.key: {c.key: c.kind for c in clause.columns}
        for clause in report_format(format_id).table2
        for row in clause.rows
    }


@cache
def _rows3(format_id: str) -> dict[str, None]:
    return dict.fromkeys(r.key for r in report_format(format_id).table3_rows)


def _listed(names: list[str], most: int = 6) -> str:
    shown = "、".join(f"“{n}”" for n in names[:most])
    return shown if len(names) <= most else f"{shown}等 {len(names)} 行"


@rule(
    "C06",
    "error",
    "每一格都要填，没有就填 0",
    source=FORM,
    about="规定的行列一行不少，每格都有数字；没有发生的填 0，不留空，也不用“/”“-”代替。",
    advice="补齐缺的行和空格。确实没有发生的填 0；不知道的先向责任科室核实，不要随手填 0。",
)
def filled(subject: Subject) -> Iterator[Finding]:
    report = subject.report
    if subject.blank:
        yield finding(
            "C06",
            "这是一份空白的报告表格：没有机关名、年份，所有格都没有填。",
            level="info",
        )
        return
    if subject.layout is None:
        return
    yield from _table2(subject, report)
    yield from _table3(subject, report)
    yield from _table4(subject, report)


def _table2(subject: Subject, report: Report) -> Iterator[Finding]:
    table = subject.table2
    kinds = _kinds(report.format)
    if all_numbers(kinds, table):
        return
    words = labels(report.format)
    missing = [words.rows2[r] for r in kinds if r not in table]
    if not table:
        if subject.complete:
            yield finding("C06", "没有找到表二（主动公开政府信息情况）的数字，请补上整张表。")
        return
    if missing and subject.complete:
        yield finding("C06", f"表二缺少 {_listed(missing)}，请按规定格式补齐。")
    marks: list[str] = []
    for row, columns in kinds.items():
        cells = table.get(row)
        if cells is None:
            continue
        found = [(c, cells.get(c, _NOTHING)) for c in columns]
        blanks = [c for c, cell in found if cell.value is None and cell.printed is None]
        marks += [f"t2.{row}.{c}" for c in columns if isinstance(cells.get(c, _NOTHING).value, str)]
        if blanks:
            addresses = tuple(f"t2.{row}.{c}" for c in blanks)
            heads = "、".join(f"“{words.columns2[f'{row}.{c}']}”" for c in blanks)
            yield finding(
                "C06",
                f"表二“{words.rows2[row]}”行的{heads}是空白，没有发生的请填 0。",
                addresses=addresses,
                place=subject.place(*addresses, *(f"t2.{row}.{c}" for c in columns)),
            )
    yield from _marked(subject, "表二", marks)


_NOTHING = Cell()


def _marked(subject: Subject, table: str, marks: list[str]) -> Iterator[Finding]:
    if marks:
        mark = subject.cell(marks[0]).value
        yield finding(
            "C06",
            f"{table}有 {len(marks)} 格填的是“{mark}”，应填数字；没有发生的填 0。"
            f"第一处：{subject.name(marks[0])}。",
            level="warn",
            addresses=tuple(marks),
            place=subject.place(*marks),
        )


def _table3(subject: Subject, report: Report) -> Iterator[Finding]:
    table = report.table3
    if table is None:
        if subject.complete:
            yield finding(
                "C06", "没有找到表三（收到和处理政府信息公开申请情况）的数字，请补上整张表。"
            )
        return
    if subject.whole3 and _rows3(report.format).keys() <= table.keys():
        return
    words = labels(report.format)
    expected = list(_rows3(report.format))
    if "other" in table and "other" not in expected:
        expected = [r for r in expected if r not in _SPLIT_OTHER]
    if not subject.complete:
        expected = visible(expected, table)
    lost: list[str] = []
    holes: dict[str, list[str]] = {}
    marks: list[str] = []
    rows = subject.rows3
    unread = 0
    for row in expected:
        if row not in rows:
            lost.append(row)
            continue
        values, whole = rows[row]
        if whole:
            continue
        if not any(is_blank(c) or c.value is not None for c in table[row]):
            unread += 1
            continue
        blanks = [c for c, v in zip(T3_COLUMNS, values, strict=True) if v is None]
        if len(blanks) == len(values):
            lost.append(row)
        elif blanks:
            holes[row] = blanks
        if any(isinstance(v, str) for v in values):
            marks += [
                f"t3.{row}.{c}"
                for c, v in zip(T3_COLUMNS, values, strict=True)
                if isinstance(v, str)
            ]
    if lost:
        addresses = tuple(f"t3.{r}.{c}" for r in lost for c in T3_COLUMNS)
        names = _listed([words.rows3[r] for r in lost])
        what = (
            "整张表都没有数字"
            if len(lost) == len(expected) and not unread
            else f"缺少或整行空白：{names}"
        )
        yield finding(
            "C06",
            f"表三{what}（共 {len(lost)} 行），请按规定格式补齐，没有发生的填 0。",
            addresses=addresses,
            place=subject.place(*addresses),
            rows=len(lost),
        )
    yield from _holes(subject, holes)
    yield from _marked(subject, "表三", marks)


def _holes(subject: Subject, holes: dict[str, list[str]]) -> Iterator[Finding]:
    """Blank cells: one finding for a whole column left empty, else one a row."""
    words = labels(subject.report.format)
    patterns = {tuple(c) for c in holes.values()}
    for pattern in sorted(patterns):
        rows = [r for r, c in holes.items() if tuple(c) == pattern]
        addresses = tuple(f"t3.{r}.{c}" for r in rows for c in pattern)
        heads = "、".join(f"“{words.columns3[c]}”" for c in pattern)
        names = _listed([words.rows3[r] for r in rows], 3)
        yield finding(
            "C06",
            f"表三{names}的{heads}列是空白（共 {len(addresses)} 格），没有发生的请填 0。",
            addresses=addresses,
            place=subject.place(*addresses, *(f"t3.{r}.total" for r in rows)),
            cells=len(addresses),
        )


def _table4(subject: Subject, report: Report) -> Iterator[Finding]:
    if subject.sound4:
        return
    if report.table4 is None:
        if subject.complete:
            yield finding(
                "C06", "没有找到表四（行政复议、行政诉讼情况）的数字，请补上整张表，没有的填 0。"
            )
        return
    blanks = [k for k, c in zip(T4_KEYS, report.table4, strict=True) if is_blank(c)]
    if blanks:
        addresses = tuple(f"t4.{k}" for k in blanks)
        yield finding(
            "C06",
            f"表四有 {len(blanks)} 格是空白，没有发生的请填 0。"
            f"第一处：{subject.name(addresses[0])}。",
            addresses=addresses,
            place=subject.place(*addresses),
        )
    marks = [
        f"t4.{k}" for k, c in zip(T4_KEYS, report.table4, strict=True) if isinstance(c.value, str)
    ]
    yield from _marked(subject, "表四", marks)


@rule(
    "C07",
    "error",
    "件数是不小于 0 的整数",
    source=FORM,
    about="表中数量为非负整数；只有旧格式的“本年增/减”可以是负数。",
    advice="改成整数；负号如果是破折号误读，请对照原件。",
)
def whole_counts(subject: Subject) -> Iterator[Finding]:
    report = subject.report
    kinds = _kinds(report.format) if subject.layout else {}
    suspects: list[tuple[str, Cell, bool]] = []
    for row in report.table2 or ():
        columns = kinds.get(row.key, {})
        for key, cell in row.cells.items():
            if type(cell.value) is int and cell.value >= 0:
                continue
            kind = columns.get(key, "count")
            if kind != "amount" and _odd(cell, signed=kind == "signed"):
                suspects.append((f"t2.{row.key}.{key}", cell, kind == "signed"))
    for row_key, cells in () if subject.sound3 else (report.table3 or {}).items():
        for key, cell in zip(T3_COLUMNS, cells, strict=True):
            if _odd(cell, signed=False):
                suspects.append((f"t3.{row_key}.{key}", cell, False))
    for key, cell in () if subject.sound4 else zip(T4_KEYS, report.table4 or (), strict=False):
        if cell.value and _odd(cell, signed=False):
            suspects.append((f"t4.{key}", cell, False))
    for address, cell, signed in suspects:
        wanted = "整数" if signed else "不小于 0 的整数"
        yield finding(
            "C07",
            f"{subject.name(address)}填的是 {cell.value}，这里应为{wanted}。"
            f"{subject.doubt([address])}",
            addresses=(address,),
            place=cell.place,
            value=cell.value,
        )


def _odd(cell: Cell, *, signed: bool) -> bool:
    value = cell.value
    if value is None or isinstance(value, str):
        return False
    broken = isinstance(value, Decimal) and value != value.to_integral_value()
    return broken or (value < 0 and not signed)


@rule(
    "C08",
    "error",
    "金额以万元计，保留 4 位小数",
    source=FORM,
    about="收费金额、采购总金额的单位是万元，保留 4 位小数，如 60.1733；不能为负。",
    advice="按“元 ÷ 10000”换算，写足 4 位小数，表头注明“单位：万元，保留4位小数”。",
)
def amounts(subject: Subject) -> Iterator[Finding]:
    for address in AMOUNTS:
        cell = subject.cell(address)
        value = cell.value
        if value is None or isinstance(value, str):
            continue
        if value < 0:
            yield finding(
                "C08",
                f"{subject.name(address)}是负数（{value}），金额不能小于 0。",
                addresses=(address,),
                place=cell.place,
                value=value,
            )
        decimals = _decimals(value)
        wanted = law_value("report.amount_decimals", subject.report.year)
        if value and decimals != wanted:
            yield finding(
                "C08",
                f"{subject.name(address)}填的是 {value:f}，有 {decimals} 位小数；"
                f"按格式保留 {wanted} 位，写作 {round(Decimal(value), wanted):f}。"
                f"{subject.doubt([address])}",
                level=_decimals_level(subject, decimals > wanted),
                addresses=(address,),
                place=cell.place,
                value=value,
            )
        if address == "t2.procurement.amount" and _unit_missing(subject):
            yield finding(
                "C08",
                f"{subject.name(address)}（{value:f}）没有注明单位，请写明“单位：万元”并核对数字的口径。",
                level="warn" if value else "info",
                addresses=(address,),
                place=cell.place,
                value=value,
            )


def _decimals(value: int | Decimal) -> int:
    if not isinstance(value, Decimal):
        return 0
    exponent = value.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _decimals_level(subject: Subject, too_many: bool) -> Level:
    """More than four places cannot be right; fewer is a slip (2021: the form says only 万元)."""
    if too_many:
        return "error"
    return "warn" if subject.report.format == "2019" else "info"


def _unit_missing(subject: Subject) -> bool:
    rows = subject.report.table2 or ()
    return any(r.key == "procurement" and r.amount_unit is None for r in rows)


@rule(
    "C09",
    "warn",
    "疑似把元填成了万元",
    source="数值合理性检查（平台约定）",
    about=f"万元格里的数达到 {law_value('check.c09.unit_slip', None):,}，"
    "或者正好等于正文里以元计的金额。",
    advice="核对单位：表中应填“元 ÷ 10000”后的数。",
)
def yuan_for_wan(subject: Subject) -> Iterator[Finding]:
    for address in AMOUNTS:
        cell = subject.cell(address)
        value = cell.value
        if value is None or isinstance(value, str) or not value:
            continue
        name = subject.name(address)
        if value >= law_value("check.c09.unit_slip", subject.report.year):
            yield finding(
                "C09",
                f"{name}是 {value:f} 万元，数额异常大，可能把元当成了万元填写。",
                addresses=(address,),
                place=cell.place,
                value=value,
            )
            continue
        same = next(
            (q for q in subject.quantities if q.unit == "元" and q.value == value and not q.approx),
            None,
        )
        if same:
            yield finding(
                "C09",
                f"{name}填的是 {value:f}（万元），与正文“{same.quote}”中的 {same.value} 元相同，"
                "单位可能填错。",
                addresses=(address,),
                section=same.section,
                quote=same.quote,
                place=cell.place,
                value=value,
            )


@rule(
    "C27",
    "warn",
    "表中数字不写千分位逗号",
    source="平台约定（数字写法）",
    about="表格里的数字按普通阿拉伯数字书写，不加千分位分隔符。",
    advice="去掉逗号，如“1,325”改为“1325”。",
)
def plain_numbers(subject: Subject) -> Iterator[Finding]:
    for address, cell in _with_comma(subject.report):
        if cell.printed and _THOUSANDS.search(cell.printed):
            yield finding(
                "C27",
                f"{subject.name(address)}写作“{cell.printed.strip()}”，请去掉千分位逗号，"
                f"写作 {cell.value}。",
                addresses=(address,),
                place=cell.place,
                printed=cell.printed,
            )


def _with_comma(report: Report) -> list[tuple[str, Cell]]:
    """The cells, if one has a comma in its printed form; nearly always none."""
    table2 = [row.cells.values() for row in report.table2 or ()]
    rows = [*table2, *(report.table3 or {}).values(), report.table4 or ()]
    printed = "".join([cell.printed for row in rows for cell in row if cell.printed])
    return list(report.cells()) if "," in printed or "，" in printed else []
