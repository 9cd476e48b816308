"""勾稽关系: the sums inside tables 三 and 四 (C01–C04)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gongkai.annual_report.check.finding import Finding
from gongkai.annual_report.check.registry import finding, rule
from gongkai.annual_report.check.subject import T3_COLUMNS, T3_ENDS, Number, Subject
from gongkai.annual_report.model import Cell
from gongkai.law.formats import report_format

HEAD_NOTE = "年度报告格式表三表头注；国办公开办函〔2021〕30号"
FORM = "年度报告格式（国办公开办函〔2019〕60号、〔2021〕30号）"
_BLOCKS = tuple(b.key for b in report_format("2021").table4_blocks)


def _sum(cells: Sequence[Cell]) -> tuple[Number, bool]:
    """Sum of the numbers, and whether no cell is blank. A mark (/ or -) adds nothing."""
    total: Number = 0
    full = True
    for cell in cells:
        value = cell.value
        if value is None:
            full = False
        elif not isinstance(value, str):
            total += value
    return total, full


def _conflict(parts: Sequence[Cell], total: Cell) -> Number | None:
    """The sum of the parts where it cannot be the total; None where all is well or unknown.

    With blank parts only a sum that is already too big is a conflict: blanks are not zeros.
    """
    wanted = total.value
    if wanted is None or isinstance(wanted, str):
        return None
    found, full = _sum(parts)
    if found == wanted or (not full and found < wanted):
        return None
    if all(isinstance(c.value, str) for c in parts):
        return None
    return found


def _plus(cells: Sequence[Cell]) -> str:
    shown = [str(c.value) for c in cells if c.value not in (None, 0)]
    return "＋".join(shown) if shown else "0"


@rule(
    "C01",
    "error",
    "收到的申请与办理、结转的申请要对平",
    source=HEAD_NOTE,
    about="表三每一列：第一项（本年新收）加第二项（上年结转），等于第三项（办理结果总计）"
    "加第四项（结转下年度）。",
    advice="核对该列四个数字，逐件对照申请台账，改正填错的一格。",
)
def balance(subject: Subject) -> Iterator[Finding]:
    table = subject.report.table3
    if not table or subject.sound3:
        return
    rows = [table.get(k) for k in ("new_received", "carried_over")]
    ends = [table.get(k) for k in ("total_concluded", "carried_forward")]
    if not (rows[0] and rows[1] and ends[0] and ends[1]):
        return
    for column, (a, b, c, d) in enumerate(zip(rows[0], rows[1], ends[0], ends[1], strict=True)):
        values = [x.value for x in (a, b, c, d)]
        if None in values or all(isinstance(v, str) for v in values):
            continue
        came, gone = _sum((a, b))[0], _sum((c, d))[0]
        if came == gone:
            continue
        key = T3_COLUMNS[column]
        addresses = tuple(f"t3.{row}.{key}" for row in T3_ENDS)
        head = subject.name(addresses[0]).rpartition("行")[2]
        yield finding(
            "C01",
            f"表三{head}不平：本年新收 {a.value} ＋上年结转 {b.value} ＝ {came}，"
            f"办理结果总计 {c.value} ＋结转下年度 {d.value} ＝ {gone}，"
            f"相差 {came - gone:+}。{subject.doubt(addresses)}",
            addresses=addresses,
            place=subject.place(*addresses),
            received=came,
            handled=gone,
        )


@rule(
    "C02",
    "error",
    "各类申请人之和要等于总计",
    source=FORM,
    about="表三每一行：自然人与五类法人或其他组织的数字相加，等于该行“总计”。",
    advice="核对该行七个数字；多数情况是总计没有随分项更新，或者某一类申请人填错了列。",
)
def row_totals(subject: Subject) -> Iterator[Finding]:
    if subject.sound3:
        return
    for row, cells in (subject.report.table3 or {}).items():
        values, whole = subject.rows3[row]
        if whole and sum(values[:6]) == values[6]:  # type: ignore[arg-type]
            continue
        found = _conflict(cells[:6], cells[6])
        if found is None:
            continue
        addresses = tuple(f"t3.{row}.{c}" for c in T3_COLUMNS)
        label = subject.name(addresses[0]).partition("行")[0]
        yield finding(
            "C02",
            f"{label}行：各类申请人相加 {_plus(cells[:6])} ＝ {found}，"
            f"但“总计”列是 {cells[6].value}。{subject.doubt(addresses)}",
            addresses=addresses,
            place=subject.place(addresses[6], *addresses),
            sum=found,
            total=cells[6].value,
        )


@rule(
    "C03",
    "error",
    "各项办理结果之和要等于（七）总计",
    source=FORM,
    about="表三每一列：（一）至（六）各行办理结果相加，等于“（七）总计”。",
    advice="核对该列各行，找出漏填、重复计的一行；一件申请只计一种结果。",
)
def column_totals(subject: Subject) -> Iterator[Finding]:
    table = subject.report.table3
    if not table or "total_concluded" not in table or subject.sound3:
        return
    rows = [k for k in table if k not in T3_ENDS]
    complete = subject.layout is None or _has_all_leaves(subject, rows)
    leaves = [table[k] for k in rows]
    for column, total in enumerate(table["total_concluded"]):
        parts = [cells[column] for cells in leaves]
        found = _conflict(parts, total)
        if found is None or (not complete and found < (subject_number(total) or 0)):
            continue
        key = T3_COLUMNS[column]
        addresses = (
            f"t3.total_concluded.{key}",
            *(f"t3.{k}.{key}" for k, c in zip(rows, parts, strict=True) if c.value not in (0,)),
        )
        head = subject.name(addresses[0]).rpartition("行")[2]
        yield finding(
            "C03",
            f"表三{head}：（一）至（六）各行相加 {_plus(parts)} ＝ {found}，"
            f"但“（七）总计”是 {total.value}。{subject.doubt(addresses)}",
            addresses=addresses,
            place=subject.place(*addresses),
            sum=found,
            total=total.value,
        )


def subject_number(cell: Cell) -> Number | None:
    """The cell's number, None for marks and blanks."""
    value = cell.value
    return None if value is None or isinstance(value, str) else value


def _has_all_leaves(subject: Subject, rows: Sequence[str]) -> bool:
    layout = subject.layout
    if layout is None:
        return True
    missing = set(layout.table3_leaves) - set(rows)
    if "other" in rows:
        missing -= {"other_uncorrected", "other_unpaid", "other_other"}
    return not missing


@rule(
    "C04",
    "error",
    "复议、诉讼各项结果之和要等于总计",
    source=FORM,
    about="表四三个部分（行政复议、未经复议直接起诉、复议后起诉）：结果维持、结果纠正、"
    "其他结果、尚未审结相加，等于该部分“总计”。",
    advice="核对该部分五个数字，通常是“总计”漏填或者仍为 0。",
)
def table4_totals(subject: Subject) -> Iterator[Finding]:
    cells = subject.report.table4
    if not cells or subject.sound4:
        return
    for index, block in enumerate(_BLOCKS):
        five = cells[index * 5 : index * 5 + 5]
        found = _conflict(five[:4], five[4])
        if found is None:
            continue
        addresses = tuple(
            f"t4.{block}_{c}" for c in ("upheld", "corrected", "other", "pending", "total")
        )
        label = subject.name(addresses[0]).removeprefix("表四“").partition("—")[0]
        yield finding(
            "C04",
            f"表四“{label}”部分：维持 {five[0].value} ＋纠正 {five[1].value} ＋其他 {five[2].value}"
            f" ＋尚未审结 {five[3].value} ＝ {found}，但“总计”是 {five[4].value}。"
            f"{subject.doubt(addresses)}",
            addresses=addresses,
            place=subject.place(addresses[4], *addresses),
            sum=found,
            total=five[4].value,
        )
