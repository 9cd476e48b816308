"""The open ledger ``gongkai-open-ledger/1``: de-identified rows from which a report is recomputed.

A ZIP of CSV tables and ``ledger.json`` (whose report, the published cells, the manual changes).
Every rule of counting is one function of a row: which cells it counts for. No database, no site.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import partial
from itertools import islice
from typing import IO, Any

from gongkai.annual_report.model import shown
from gongkai.law.decisions import report_row
from gongkai.law.formats import ReportFormat, report_format

SCHEMA = "gongkai-open-ledger/1"
#: More than a million rows of every table have; a ZIP that says more is not opened.
MOST_BYTES = 2_000_000_000
Number = int | Decimal
Row = Mapping[str, str]
Share = tuple[str, Number]
_WAN = Decimal(10_000)
_FOUR = Decimal("0.0001")
_LEAST, _LAST = date(1900, 1, 1), date(9999, 12, 31)


class UnusableLedger(Exception):
    """Why the file is no open ledger, in one Chinese sentence."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table of the ledger: its file, its title, its columns (key → meaning), how a row counts."""

    name: str
    title: str
    columns: Mapping[str, str]
    rule: str
    count: Callable[[Row, int, ReportFormat], Iterable[Share]]

    @property
    def file(self) -> str:
        return f"{self.name}.csv"


# --- the rules ------------------------------------------------------------------------------


def _application(row: Row, year: int, form: ReportFormat) -> Iterator[Share]:
    """Rows 一, 二, the result, （七） and 四 of table 三 (DOMAIN B.7)."""
    rows = ["new_received" if _year(row["received"]) == year else "carried_over"]
    if not row["concluded"]:
        rows.append("carried_forward")
    elif row["decision"]:
        rows += [report_row(row["decision"], form).key, "total_concluded"]
    for key in rows:
        if row["applicant"]:
            yield f"t3.{key}.{row['applicant']}", 1
        yield f"t3.{key}.total", 1


def _dispute(row: Row, year: int, form: ReportFormat) -> Iterator[Share]:
    outcome = row["outcome"] if row["ended"] else "pending"
    yield f"t4.{row['kind']}_{outcome}", 1
    yield f"t4.{row['kind']}_total", 1


def _decision(cell: str) -> Callable[[Row, int, ReportFormat], Iterator[Share]]:
    def count(row: Row, year: int, form: ReportFormat) -> Iterator[Share]:
        if _year(row["on"]) == year:
            yield cell, 1

    return count


def _fee(row: Row, year: int, form: ReportFormat) -> Iterator[Share]:
    if _year(row["on"]) == year:
        yield "t2.fees.fee_amount_wan", Decimal(row["yuan"])


def _procurement(row: Row, year: int, form: ReportFormat) -> Iterator[Share]:
    if _year(row["on"]) == year:
        yield "t2.procurement.projects", 1
        yield "t2.procurement.amount", Decimal(row["yuan"])


def _item(row: Row, year: int, form: ReportFormat) -> Iterator[Share]:
    first = date.fromisoformat(row["from"]) if row["from"] else _LEAST
    last = date.fromisoformat(row["until"]) if row["until"] else _LAST
    before = first <= date(year - 1, 12, 31) < last
    after = first <= date(year, 12, 31) < last
    if before:
        yield f"t2.{row['kind']}.prev_items", 1
    if before != after:
        yield f"t2.{row['kind']}.delta", 1 if after else -1


def _rules(head: str, row: Row, year: int, form: ReportFormat) -> Iterator[Share]:
    """规章 or 行政规范性文件; what has no day of publication is not public."""
    public = row["published"]
    if _year(row["formed"]) == year:
        yield f"{head}issued", 1
        yield f"{head}new_made", 1
    for column, day in (("repealed", row["ended"]), ("new_disclosed", public)):
        if day and _year(day) == year:
            yield head + column, 1
    if row["in_force"] == "1":
        yield f"{head}in_force", 1
        if public and _year(public) <= year:
            yield f"{head}total_disclosed", 1


def _year(text: str) -> int:
    return int(text[:4])


_ON = {"row": "行号", "on": "日期"}
_MONEY = {**_ON, "yuan": "金额（元）"}
_RULES = {
    "row": "行号",
    "title": "标题；没有公开的为空",
    "number": "文号；没有公开的为空",
    "formed": "成文日期",
    "published": "公开日期；没有公开的为空",
    "ended": "失效、废止日期；没有的为空",
    "in_force": "统计年度末是否有效：1 有效，0 无效",
}
TABLES = {
    t.name: t
    for t in (
        Table(
            "applications",
            "依申请公开办件",
            {
                "row": "行号",
                "applicant": "申请人类别（表三的列）",
                "received": "收到申请的年月",
                "concluded": "办结的年月；统计年度末仍未办结的为空",
                "decision": "答复决定（表三的行）；未办结的为空",
            },
            "当年收到的计入“本年新收”，以前收到、当年仍在办的计入“上年结转”；"
            "办结的计入答复决定所在的行和“总计”，年末未办结的计入“结转下年度”。",
            _application,
        ),
        Table(
            "disputes",
            "行政复议和行政诉讼",
            {
                "row": "行号",
                "kind": "类别：review 行政复议，direct 未经复议直接起诉，after_review 复议后起诉",
                "accepted": "受理的年月",
                "ended": "审结的年月；统计年度末尚未审结的为空",
                "outcome": "结果：upheld 维持，corrected 纠正，other 其他",
            },
            "审结的按结果计，年末未审结的计入“尚未审结”；每一件同时计入该类的“总计”。",
            _dispute,
        ),
        Table("licences", "行政许可决定", _ON, "每行一件。", _decision("t2.licensing.decisions")),
        Table(
            "services",
            "其他对外管理服务决定",
            _ON,
            "每行一件。",
            _decision("t2.other_services.decisions"),
        ),
        Table("penalties", "行政处罚决定", _ON, "每行一件。", _decision("t2.penalty.decisions")),
        Table("coercion", "行政强制决定", _ON, "每行一件。", _decision("t2.coercion.decisions")),
        Table(
            "fees",
            "行政事业性收费",
            _MONEY,
            "金额相加，换算为万元，保留四位小数，四舍五入。",
            _fee,
        ),
        Table(
            "procurement",
            "政府集中采购",
            _MONEY,
            "每行一个项目；金额相加，换算为万元，保留四位小数，四舍五入。",
            _procurement,
        ),
        Table(
            "service-items",
            "事项清单",
            {
                "row": "行号",
                "kind": "类别（表二的行）",
                "from": "开始日期",
                "until": "取消日期；没有取消的为空",
            },
            "上一年末有效的计入“上一年项目数量”；上一年末和本年末不同的计入“本年增/减”。",
            _item,
        ),
        Table(
            "normative",
            "行政规范性文件",
            _RULES,
            "当年成文的计入制发，当年失效、废止的计入废止，年末有效的计入现行有效。",
            partial(_rules, "t2.normative_documents."),
        ),
        Table(
            "regulations",
            "规章",
            {**_RULES, "formed": "公布日期"},
            "当年公布的计入制发，当年废止的计入废止，年末有效的计入现行有效。",
            partial(_rules, "t2.regulations."),
        ),
    )
}
_IN_WAN = ("t2.fees.fee_amount_wan", "t2.procurement.amount")


# --- opening --------------------------------------------------------------------------------


#: RuntimeError: a password, an unknown packing, or JSON nested deeper than Python goes.
_DAMAGED = (zipfile.BadZipFile, zlib.error, KeyError, EOFError, RuntimeError)


class Ledger:
    """An opened ledger: ``about`` is its ledger.json, ``rows`` reads one table."""

    def __init__(self, source: str | IO[bytes]) -> None:
        try:
            self._zip = zipfile.ZipFile(source)
            if sum(m.file_size for m in self._zip.infolist()) > MOST_BYTES:
                raise UnusableLedger("文件解开后太大，没有打开。")
            self.about: dict[str, Any] = json.loads(self._zip.read("ledger.json"))
        except (*_DAMAGED, ValueError, OSError) as error:
            raise UnusableLedger("这不是开放台账文件（应是含有 ledger.json 的 ZIP）。") from error
        if not isinstance(self.about, dict) or self.about.get("schema") != SCHEMA:
            raise UnusableLedger(f"这不是 {SCHEMA} 格式的开放台账。")
        try:
            self.year = int(self.about["year"])
            self.form = report_format(self.about["format"])
            self.published: dict[str, str | None] = dict(self.about["published"])
            self.changes = {c["address"]: (str(c["to"]), c) for c in self.about["changes"]}
            self.fixed = {a: int(text) for a, text in self.about["fixed"].items()}
            self.tables = [TABLES[t["name"]] for t in self.about["tables"]]
            str(self.about["title"]), str(self.about["agency"])
        except (AttributeError, KeyError, TypeError, ValueError, OverflowError) as error:
            raise UnusableLedger("台账说明 ledger.json 不完整，请重新下载。") from error

    def rows(self, table: Table, first: int = 0) -> Iterator[dict[str, str]]:
        """The rows of a table in their order, those before the position ``first`` left out."""
        try:
            with self._zip.open(table.file) as stream:
                text = io.TextIOWrapper(stream, "utf-8-sig", newline="")
                lines = filter(None, csv.reader(text))  # a blank line is no row
                head = next(lines, [])
                for values in islice(lines, first, None):
                    yield dict(zip(head, values, strict=False))
        except (*_DAMAGED, UnicodeDecodeError, csv.Error) as error:
            raise UnusableLedger(f"台账里的 {table.file} 缺少或者损坏。") from error

    def damaged(self) -> list[str]:
        """The tables whose bytes are not those that ledger.json names."""
        found = []
        for told in self.about["tables"]:
            try:
                digest = hashlib.sha256(self._zip.read(TABLES[told["name"]].file)).hexdigest()
            except _DAMAGED:
                digest = ""
            if digest != told.get("sha256"):
                found.append(TABLES[told["name"]].file)
        return found


def shares(row: Row, table: Table, year: int, form: ReportFormat) -> list[Share]:
    """The cells for which a row counts, with what it adds; UnusableLedger for a broken row."""
    try:
        return list(table.count(row, year, form))
    except (KeyError, ValueError, TypeError, InvalidOperation) as error:
        raise UnusableLedger(f"{table.file} 第 {row.get('row')} 行不完整或者有错。") from error


def recount(ledger: Ledger) -> dict[str, Number | None]:
    """Every cell of the year's format, counted from the rows; None where there is no register."""
    cells: dict[str, Number | None] = dict.fromkeys(ledger.form.addresses)
    for address, number in ledger.fixed.items():
        if address in cells:
            cells[address] = number
    for table in ledger.tables:
        for address in covered(table, ledger.form):
            cells[address] = 0
        for row in ledger.rows(table):
            for address, more in shares(row, table, ledger.year, ledger.form):
                if address in cells:
                    cells[address] = (cells[address] or 0) + more
    for address in _IN_WAN:
        value = cells.get(address)
        if value is not None:
            cells[address] = (Decimal(value) / _WAN).quantize(_FOUR, ROUND_HALF_UP)
    return cells


def covered(table: Table, form: ReportFormat) -> list[str]:
    """The cells that a table counts at all, so that one without any row is 0."""
    heads: dict[str, tuple[str, ...]] = {
        "applications": ("t3.",),
        "disputes": ("t4.",),
        "licences": ("t2.licensing.decisions",),
        "services": ("t2.other_services.decisions",),
        "penalties": ("t2.penalty.decisions",),
        "coercion": ("t2.coercion.decisions",),
        "fees": ("t2.fees.fee_amount_wan",),
        "procurement": ("t2.procurement.",),
        "normative": ("t2.normative_documents.",),
        "regulations": ("t2.regulations.",),
    }
    if table.name == "service-items":
        return [a for a in form.addresses if a.endswith((".prev_items", ".delta"))]
    return [a for a in form.addresses if a.startswith(heads[table.name])]


def table_of(ledger: Ledger, address: str) -> Table | None:
    """The table from which a cell is counted; None where it rests on no rows."""
    return next((t for t in ledger.tables if address in covered(t, ledger.form)), None)


def index(ledger: Ledger, table: Table, every: int, most: int) -> dict[str, tuple[int, list[int]]]:
    """Of each cell that a table counts: how many rows, and where its pages begin.

    In one pass over the table: a page has ``every`` rows, no more than ``most`` pages are noted.
    """
    found: dict[str, tuple[int, list[int]]] = {}
    for position, row in enumerate(ledger.rows(table)):
        for address in {a for a, _ in shares(row, table, ledger.year, ledger.form)}:
            count, pages = found.get(address, (0, []))
            if count % every == 0 and len(pages) < most:
                pages.append(position)
            found[address] = (count + 1, pages)
    return found


def rows_behind(ledger: Ledger, address: str, first: int = 0) -> Iterator[dict[str, str]]:
    """The rows that count for a cell, from a position in their table on."""
    table = table_of(ledger, address)
    if table is None:
        return
    for row in ledger.rows(table, first):
        if any(a == address for a, _ in shares(row, table, ledger.year, ledger.form)):
            yield row


# --- comparing ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Compared:
    """A cell: what the rows give, the manual change over it (""), what was published."""

    address: str
    counted: str
    changed: str
    published: str
    reason: str = ""

    @property
    def equal(self) -> bool:
        return _number(self.changed or self.counted) == _number(self.published)

    @property
    def by_hand(self) -> bool:
        """Published as the manual change says, which is another number than the rows give."""
        return self.equal and _number(self.counted) != _number(self.published)


def _number(text: str) -> Decimal | str:
    """0.0 and 0.0000 are the same number; a mark is itself."""
    try:
        return Decimal(text)
    except InvalidOperation:
        return text


def compare(ledger: Ledger, published: Mapping[str, str | None] | None = None) -> list[Compared]:
    """Every cell of the format: recounted beside published (the ledger's own, or those given)."""
    said = ledger.published if published is None else published
    found = []
    for address, value in recount(ledger).items():
        changed, change = ledger.changes.get(address, ("", {}))
        reason = str(change.get("reason", ""))
        found.append(Compared(address, shown(value), changed, said.get(address) or "", reason))
    return found
