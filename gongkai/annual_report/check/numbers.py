"""The text against the tables and against itself (C15, C16, C20)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from gongkai.annual_report.check.finding import Finding
from gongkai.annual_report.check.narrative import Quantity
from gongkai.annual_report.check.registry import finding, rule
from gongkai.annual_report.check.scan import find_led, led_by
from gongkai.annual_report.check.subject import Number, Passage, Subject
from gongkai.annual_report.check.text_cells import TextCell, any_telling, group, possible, telling

SOURCE = "《政府信息公开条例》第五十条；平台检查约定（正文与表格一致）"


_HINT = re.compile(
    "申请|许可|处罚|强制|规范性|有效|复议|诉讼|采购|收费|公开|提供|处理|结转|转下|自然人|法人|服务事项|办结|答复|不掌握"
)


def _meaning(quantity: Quantity) -> TextCell | None:
    """The entry that says what this number is; it has a word of ``any_telling``."""
    unit = quantity.unit
    phrase = quantity.phrase
    if not _HINT.search(phrase):
        return None
    for entry in possible(unit, tuple([word for word in telling(unit) if word in phrase])):
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
    if len(entry.cells) > 1:
        every = [a for name in entry.cells for a in group(name, subject.report.format)]
        return tuple([a for a in every if subject.number(a) is not None][:1])
    if entry.cells == ("others",) and "other" in (subject.report.table3 or {}):
        return ("t3.other.total",)
    return group(entry.cells[0], subject.report.format)


@dataclass(slots=True)
class _Claim:
    quantity: Quantity
    entry: TextCell


def _claims(subject: Subject) -> dict[tuple[str, ...], list[_Claim]]:
    """What the text says of the tables, by the cells it speaks of; made once a subject."""
    return subject.once("claims", _find_claims)


def _find_claims(subject: Subject) -> dict[tuple[str, ...], list[_Claim]]:
    out: dict[tuple[str, ...], list[_Claim]] = {}
    if subject.layout is None:
        return out
    for quantity in subject.quantities:
        # First a look at the text itself, of which the phrase is made: most numbers end here.
        word = any_telling(quantity.unit)
        if word is None or not word.search(quantity.text, quantity.since, quantity.stop):
            continue
        entry = _meaning(quantity)
        if entry is None or quantity.time != (None, False) or quantity.change:
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


#: How the addresses of amounts end.
_IN_WAN = ("amount", "amount_wan")


def _in_wan(quantity: Quantity) -> Quantity:
    """An amount in yuan brought to the table's 万元."""
    if quantity.unit != "元":
        return quantity
    from dataclasses import replace

    return replace(quantity, value=Decimal(quantity.value) / 10_000, unit="万元")


#: A statement of another scope than the table's is not compared with it.
_WIDER = re.compile("全[区县市省州旗镇乡]|全系统|各|[下所直]属")


def _other_scope(quantity: Quantity, subject: Subject) -> bool:
    if quantity.scope is None:
        return False
    wider = bool(_WIDER.match(quantity.scope))
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
        if addresses[0].endswith(_IN_WAN):
            claims = [_Claim(_in_wan(c.quantity), c.entry) for c in claims]
        if len(claims) == 1 and claims[0].quantity.fits(table):
            continue
        if any(c.quantity.fits(table) for c in claims):
            claims = [c for c in claims if _beyond(c, table) or _of_all(c.quantity)]
        elif len(claims) > 1 and sum(c.quantity.value for c in claims) == table:
            continue
        seen: set[Number] = set()
        for claim in claims:
            quantity = claim.quantity
            if quantity.fits(table) or quantity.value in seen:
                continue
            seen.add(quantity.value)
            yield _mismatch(subject, addresses, table, claim)


def _beyond(claim: _Claim, table: Number) -> bool:
    """Where another sentence agrees with the table: smaller figures may be parts of it."""
    quantity = claim.quantity
    return not claim.entry.soft and not quantity.listed and quantity.value > table


#: 收到申请 83 件 with nothing beside it (channel, kind, office): all applications of the year.
_OF_ALL = re.compile(
    "(?:(?:20[0-9][0-9]年度?|本年度?|全年)，?)?(?:[我本全](?:[委局厅市县区镇乡]|街道|单位))?，?"
    "(?:共计?|一共|累计|总共)?(?:新?收到|新收|接到|接收|受理)(?:的|了)?"
    "(?:政府)?(?:信息公开)?申请(?:共计?)?#[件条份宗例]"
)


def _of_all(quantity: Quantity) -> bool:
    """Whether it is said of all applications, so that a smaller figure is no part of them."""
    return _OF_ALL.fullmatch(quantity.phrase) is not None and quantity.scope is None


def _mismatch(
    subject: Subject, addresses: tuple[str, ...], table: Number, claim: _Claim
) -> Finding:
    quantity = claim.quantity
    names = subject.name(addresses[0])
    if len(addresses) > 1:
        names = f"{names}等 {len(addresses)} 格之和"
    quote, place = located(quantity)
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


def located(quantity: Quantity) -> tuple[str, Any]:
    if quantity.passage is None:
        return quantity.quote, None
    return quantity.passage.locate(quantity.quote.strip("，、；：。"))


_NONE_RECEIVED = led_by(
    "未没无",
    r"有?(?:收到|接到|接收到?|受理|发生|产生)?(?:过)?"
    r"(?:任何)?[^，。；、\d#]{0,14}(?:信息公开申请|公开申请|依申请公开(?:申请|事项|件|政府信息)?)"
    r"(?=[，。；、]|$|的?情况|事项|件)",
)
_NONE_DISPUTED = led_by(
    "未没无",
    r"有?(?:发生|出现|产生|收到|引起|引发|涉及)?[^。；\d]{0,24}?"
    r"(?P<what>行政复议(?:案件|申请)?(?:[、和及与或，]|或者|以及)+(?:提起)?(?:的)?(?:行政)?诉讼|行政复议|行政诉讼)"
    r"(?!机关|纠|后|被|案件被|[^。；]{0,6}(?:纠正|纠错|败诉|撤销|维持))",
)
_ALL_DONE = led_by(
    "均都部",
    r"(?:已经?)?(?:按[^，。；]{0,8}|依法|如期|全部)*"
    r"(?:办理完成|办理完毕|办结|答复完毕|办理答复完毕)",
)


_ANYWHERE = 1 << 30


def _spoken(
    subject: Subject, patterns: tuple[re.Pattern[str], ...], first: str, reach: int, *words: str
) -> Iterator[tuple[Passage, re.Match[str]]]:
    """Where one of the patterns stands.

    Each of them begins with one of the characters of ``first`` and has one of these words, which
    begins no further than ``reach`` characters behind it.
    """
    for passage in subject.passages:
        text = passage.plain
        for word in words:
            if word in text and _led(text, word, first, reach):
                for found in find_led(patterns, text):
                    yield passage, found
                break


def _led(text: str, word: str, first: str, reach: int) -> bool:
    """Whether the word stands anywhere with one of these characters before it, near enough."""
    at = text.find(word)
    while at >= 0:
        before = text[max(0, at - reach) : at]
        for letter in first:
            if letter in before:
                return True
        at = text.find(word, at + 1)
    return False


@rule(
    "C15a",
    "error",
    "正文说“没有”“全部办结”，表格也要相符",
    source=SOURCE,
    about="正文说未收到申请、未发生复议诉讼、所有申请均已办结，表三、表四对应格应为 0。",
    advice="核对台账后改正文或者改表格。",
)
def statements(subject: Subject) -> Iterator[Finding]:
    seen: set[tuple[str, ...]] = set()
    for passage, found in _spoken(subject, _NONE_RECEIVED, "未没无", 24, "公开申请", "申请公开"):
        yield from _contradicted(subject, passage, found, ("t3.new_received.total",), seen)
    for passage, found in _spoken(subject, _NONE_DISPUTED, "未没无", 28, "行政复议", "行政诉讼"):
        what = found["what"]
        addresses: tuple[str, ...] = ()
        if "复议" in what:
            addresses += ("t4.review_total",)
        if "诉讼" in what:
            addresses += group("litigation", "2021")
        yield from _contradicted(subject, passage, found, addresses, seen)
    left = subject.number("t3.carried_forward.total")
    address = "t3.carried_forward.total"
    if left is None:
        left, address = subject.number("t3.carried_forward.natural"), "t3.carried_forward.natural"
    if not left:
        return
    for passage, found in _spoken(
        subject, _ALL_DONE, "均都部", _ANYWHERE, "办结", "办理完", "答复完毕"
    ):
        around = passage.plain[max(0, found.start() - 60) : found.end()]
        if "申请" not in around or re.search(r"建议|提案|信访|热线|留言", found.group()):
            continue
        quote, place = passage.locate(_clause(passage.plain, found))
        yield finding(
            "C15a",
            f"正文说“{quote}”，但{subject.name(address)}是 {left}，还有申请没有办完。"
            f"{subject.doubt([address])}",
            addresses=(address,),
            section=passage.number or None,
            quote=quote,
            place=place,
            table=left,
        )


def _clause(text: str, found: re.Match[str]) -> str:
    start, end = found.span()
    while start and text[start - 1] not in "，。；：\n":
        start -= 1
    while end < len(text) and text[end] not in "，。；：\n":
        end += 1
    return text[start:end]


def _contradicted(
    subject: Subject,
    passage: Passage,
    found: re.Match[str],
    addresses: tuple[str, ...],
    seen: set[tuple[str, ...]],
) -> Iterator[Finding]:
    clause = _clause(passage.plain, found)
    if addresses in seen or (re.search(r"20\d\d年", clause) and _other_year(clause, subject)):
        return
    table = _table_number(subject, addresses)
    if not table:
        return
    seen.add(addresses)
    quote, place = passage.locate(clause)
    names = "、".join(subject.name(a) for a in addresses if subject.number(a))
    yield finding(
        "C15a",
        f"正文说“{quote}”，但{names}合计是 {table}。{subject.doubt(addresses)}",
        addresses=addresses,
        section=passage.number or None,
        quote=quote,
        place=place,
        text=0,
        table=table,
    )


def _other_year(clause: str, subject: Subject) -> bool:
    return all(int(y) != subject.report.year for y in re.findall(r"(20\d\d)年", clause))


@rule(
    "C20",
    "warn",
    "正文有申请而表三全为 0，或者相反",
    source="平台约定（正文与表格一致）",
    about="正文写收到若干件申请，表三却全是 0；或者正文写收到 0 件，表三却有数。"
    "多半是整张表忘了填。",
    advice="按申请台账填写表三，再核对正文。",
)
def empty_table(subject: Subject) -> Iterator[Finding]:
    table = subject.report.table3
    if not table:
        return
    claims = _claims(subject).get(("t3.new_received.total",), ())
    if not claims or all(v is None for v in subject.values3):
        return
    empty = not any(v and not isinstance(v, str) for v in subject.values3)
    for claim in claims:
        quantity = claim.quantity
        if bool(quantity.value) is not empty:
            continue
        quote, place = located(quantity)
        yield finding(
            "C20",
            f"正文写“{quote}”，而表三全部是 0。"
            if empty
            else f"正文写“{quote}”，而表三有不为 0 的数字。",
            addresses=("t3.new_received.total",),
            section=quantity.section or None,
            quote=quote,
            place=place,
            text=quantity.value,
        )
        return
