"""The text against the tables and against itself (C15, C16, C20)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from gongkai.annual_report.check.finding import Finding
from gongkai.annual_report.check.narrative import Quantity
from gongkai.annual_report.check.registry import finding, rule
from gongkai.annual_report.check.subject import Number, Subject
from gongkai.law.formats import report_format

SOURCE = "《政府信息公开条例》第五十条；平台检查约定（正文与表格一致）"
_T4 = ("direct_total", "after_review_total")


@dataclass(frozen=True, slots=True)
class TextCell:
    """One way to say a table's number in words (data/text_cells.yaml)."""

    pattern: re.Pattern[str]
    cells: tuple[str, ...]
    soft: bool = False
    listed: bool = False
    bare: bool = False
    needs: re.Pattern[str] | None = None


def load(name: str) -> Any:
    """A YAML file of this room's data folder."""
    text = (files("gongkai.annual_report.check") / "data" / f"{name}.yaml").read_text("utf-8")
    return yaml.safe_load(text)


@cache
def text_cells() -> tuple[TextCell, ...]:
    return tuple(
        TextCell(
            re.compile(e["pattern"]),
            tuple(e["cells"]),
            e.get("soft", False),
            e.get("listed", False),
            e.get("bare", False),
            re.compile(e["needs"]) if "needs" in e else None,
        )
        for e in load("text_cells")
    )


@cache
def _group(name: str, format_id: str) -> tuple[str, ...]:
    """The addresses that a word of text_cells.yaml stands for (deny, unable, litigation …)."""
    layout = report_format(format_id)
    t3 = {
        "deny": "deny_",
        "unable": "unable_",
        "decline": "decline_",
        "others": "other",
    }
    if name in t3:
        return tuple(f"t3.{k}.total" for k in layout.table3_leaves if k.startswith(t3[name]))
    if name == "organisations":
        return tuple(f"t3.new_received.{c.key}" for c in layout.table3_columns[1:6])
    if name == "litigation":
        return tuple(f"t4.{k}" for k in _T4)
    if name == "review_and_litigation":
        return ("t4.review_total", *(f"t4.{k}" for k in _T4))
    if name == "licensing_and_penalty":
        return ("t2.licensing.decisions", "t2.penalty.decisions")
    return (name,)


_HINT = re.compile(
    "申请|许可|处罚|强制|规范性|有效|复议|诉讼|采购|收费|公开|提供|处理|结转|转下|自然人|法人|服务事项|办结|答复|不掌握"
)


def _meaning(quantity: Quantity, subject: Subject) -> TextCell | None:
    phrase = quantity.phrase
    if not _HINT.search(phrase):
        return None
    for entry in text_cells():
        if not entry.pattern.search(phrase):
            continue
        if entry.needs and not entry.needs.search(_sentence(quantity)):
            continue
        if quantity.listed and not entry.listed:
            return None
        return entry if entry.cells else None
    return None


def _sentence(quantity: Quantity) -> str:
    """The paragraph around a quantity: the words before it that set its subject."""
    if quantity.passage is None:
        return quantity.phrase
    plain = quantity.passage.plain
    return plain[max(0, quantity.start - 150) : quantity.end + 40]


def _addresses(entry: TextCell, subject: Subject) -> tuple[str, ...]:
    """The cells this report has for the entry; of alternatives (new_made, issued) the real one."""
    found: list[str] = []
    for name in entry.cells:
        found += _group(name, subject.report.format)
    if len(entry.cells) > 1:
        found = [a for a in found if subject.number(a) is not None][:1]
    elif entry.cells == ("others",) and "other" in (subject.report.table3 or {}):
        found = ["t3.other.total"]
    return tuple(found)


@dataclass(slots=True)
class _Claim:
    quantity: Quantity
    entry: TextCell


def _claims(subject: Subject) -> dict[tuple[str, ...], list[_Claim]]:
    """What the text says of the tables, by the cells it speaks of."""
    out: dict[tuple[str, ...], list[_Claim]] = {}
    for quantity in subject.quantities:
        if quantity.year is not None or quantity.change or quantity.partial:
            continue
        entry = _meaning(quantity, subject)
        if entry is None:
            continue
        addresses = _addresses(entry, subject)
        if addresses:
            out.setdefault(addresses, []).append(_Claim(quantity, entry))
    return out


def _table_number(subject: Subject, addresses: tuple[str, ...]) -> Number | None:
    """The sum of the cells; None where one of them has no number."""
    total: Number = 0
    for address in addresses:
        number = subject.number(address)
        if number is None:
            return None
        total += number
    return total


def _in_wan(quantity: Quantity, addresses: tuple[str, ...]) -> Quantity:
    """Amounts in yuan brought to the table's 万元."""
    if quantity.unit != "元" or not addresses[0].endswith(("amount", "amount_wan")):
        return quantity
    from dataclasses import replace

    return replace(quantity, value=Decimal(quantity.value) / 10_000, unit="万元")


#: A statement of another scope than the table's is not compared with it.
_WIDER = frozenset(
    [
        "全区",
        "全县",
        "全市",
        "全省",
        "全州",
        "全旗",
        "全镇",
        "全乡",
        "全系统",
        "各部门",
        "各单位",
        "各镇",
        "各乡",
        "各街道",
        "下属",
        "所属",
        "直属",
    ]
)


def _other_scope(quantity: Quantity, subject: Subject) -> bool:
    if quantity.scope is None:
        return False
    wider = quantity.scope in _WIDER
    return not wider if subject.is_government else wider


@rule(
    "C15",
    "error",
    "正文的数与表格的数一致",
    source=SOURCE,
    about="正文写到的申请、复议诉讼、规范性文件、许可处罚强制、采购、收费等数字，与表二、表三、表四"
    "对应格相同。约数（余、多、约、近）按范围比较；写明另一口径（本级、全区等）、另一年度或部分时段的不比。",
    advice="先核对台账确定哪个对，再改另一处；口径不同的（如按公开条数计），在正文里写明口径。",
)
def text_and_tables(subject: Subject) -> Iterator[Finding]:
    for addresses, claims in _claims(subject).items():
        table = _table_number(subject, addresses)
        if table is None:
            continue
        claims = [_Claim(_in_wan(c.quantity, addresses), c.entry) for c in claims]
        if any(c.quantity.fits(table) for c in claims):
            claims = [c for c in claims if not c.entry.listed and c.quantity.value > table]
        elif len(claims) > 1 and sum(c.quantity.value for c in claims) == table:
            continue
        seen: set[Number] = set()
        for claim in claims:
            quantity = claim.quantity
            if quantity.fits(table) or quantity.value in seen:
                continue
            seen.add(quantity.value)
            yield _mismatch(subject, addresses, table, claim)


def _mismatch(
    subject: Subject, addresses: tuple[str, ...], table: Number, claim: _Claim
) -> Finding:
    quantity = claim.quantity
    names = subject.name(addresses[0])
    if len(addresses) > 1:
        names = f"{names}等 {len(addresses)} 格之和"
    quote, place = _located(quantity)
    about = {"over": "（约数，不少于）", "under": "（约数，不超过）", "about": "（约数）"}
    scope = _other_scope(quantity, subject)
    note = f"正文说的是“{quantity.scope}”，口径与表格不同时请写明。" if scope else ""
    return finding(
        "C15",
        f"正文“{quote}”写的是 {quantity.value}{quantity.unit}"
        f"{about.get(quantity.approx or '', '')}，{names}是 {table}，两处不一致。{note}"
        f"{subject.doubt(addresses)}",
        level="info" if scope else "warn" if claim.entry.soft or quantity.approx else None,
        addresses=addresses,
        section=quantity.section or None,
        quote=quote,
        place=place,
        text=quantity.value,
        table=table,
    )


def _located(quantity: Quantity) -> tuple[str, Any]:
    if quantity.passage is None:
        return quantity.quote, None
    return quantity.passage.locate(quantity.quote.strip("，、；：。"))
