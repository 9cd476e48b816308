"""行政许可、其他服务、行政处罚、行政强制."""

from __future__ import annotations

from typing import Any

from gongkai.base.masking import mask_name
from gongkai.bodies.ledger.book import Book, Points, Publication, register_book
from gongkai.documents.personal import is_credit_code, is_identity_number
from gongkai.registers.models import (
    CoercionDecision,
    LicenceDecision,
    PenaltyDecision,
    ServiceItem,
    ServiceRecord,
)
from gongkai.registers.models.enforcement import Decision

GROUP = "执法和服务"
_PARTY = ("party_kind", "party", "party_code", "representative")
_DECISION = ("number", "item", *_PARTY, "content")
_LIST = ("happened_on", "number", "party", "content")
_FIND = ("number", "party", "content")
_ORGANISATIONS = (Decision.Party.LEGAL, Decision.Party.SELF_EMPLOYED)


def items(kind: ServiceItem.Kind) -> dict[str, Points]:
    """The book's lines name items of its own kind."""
    label = str(kind.label)
    return {"item": Points({"kind": kind}, label if label.endswith("事项") else f"{label}事项")}


def party(decision: Decision) -> str:
    """The party as the public sees it: a natural person by his surname only."""
    return decision.party if decision.party_kind in _ORGANISATIONS else mask_name(decision.party)


def party_code(decision: Decision) -> str:
    """The credit code of an organisation; a person has none that anybody may see."""
    return decision.party_code if decision.party_kind in _ORGANISATIONS else ""


def representative(decision: Decision) -> str:
    """Who stands for an organisation; of a 个体工商户 it is the person himself: his surname."""
    if decision.party_kind == Decision.Party.LEGAL:
        return decision.representative
    return mask_name(decision.representative) if decision.representative else ""


_MASKS = {"party": party, "party_code": party_code, "representative": representative}


def after_start(values: dict[str, Any]) -> dict[str, str]:
    """What ends does not end before it began."""
    begin, end = values.get("happened_on"), values.get("ended_on")
    if begin and end and end < begin:
        return {"ended_on": "取消日期早于列入日期，请核对两个日期。"}
    return {}


def code_fits(values: dict[str, Any]) -> dict[str, str]:
    """A credit code is one; beside a natural person it is an identity number misplaced."""
    code = values.get("party_code") or ""
    if values.get("party_kind") == Decision.Party.PERSON and code:
        return {"party_code": "相对人是自然人的，这里请留空，不要填写身份证号码。"}
    if values.get("party_kind") == Decision.Party.PERSON and values.get("representative"):
        return {"representative": "相对人是自然人的，没有法定代表人，请留空。"}
    if is_identity_number(code):
        return {"party_code": "这是身份证号码，不能登记在这里。个体工商户请填写统一社会信用代码。"}
    if code and not is_credit_code(code):
        return {"party_code": "统一社会信用代码不对：应当是 18 位。请逐位核对，没有的请留空。"}
    return {}


def licence(values: dict[str, Any]) -> dict[str, str]:
    begin, end = values.get("valid_from_on"), values.get("valid_to_on")
    wrong = code_fits(values)
    if begin and end and end < begin:
        wrong["valid_to_on"] = "有效期止早于有效期起，请核对两个日期。"
    return wrong


def penalty(values: dict[str, Any]) -> dict[str, str]:
    wrong = code_fits(values)
    made, annulled = values.get("happened_on"), values.get("annulled_on")
    if made and annulled and annulled < made:
        wrong["annulled_on"] = "撤销日期早于作出决定日期，请核对两个日期。"
    if (values.get("fine") or 0) < 0:
        wrong["fine"] = "罚款金额不能小于 0。不是罚款的，请留空。"
    if (values.get("confiscated") or 0) < 0:
        wrong["confiscated"] = "没收金额不能小于 0。没有没收的，请留空。"
    return wrong


register_book(
    Book(
        slug="service-items",
        model=ServiceItem,
        title="事项清单",
        group=GROUP,
        rank=0,
        unit="项",
        help="本机关的许可、服务、处罚、强制、收费事项。哪年列入、哪年取消，年报里的项目数量由此计算。",
        fields=("kind", "code", "name", "basis", "standard", "ended_on"),
        columns=("name", "kind", "code", "happened_on", "ended_on"),
        filters=("kind",),
        search=("name", "code"),
        key=("kind", "name"),
        category="kind",
        check=after_start,
    )
)
register_book(
    Book(
        slug="licences",
        model=LicenceDecision,
        title="行政许可决定",
        group=GROUP,
        rank=1,
        help="每作出一件许可决定登记一条，按作出决定日期计入年报表二。",
        fields=(
            *(*_DECISION, "document", "kind", "nature", "certificate", "certificate_number"),
            *("valid_from_on", "valid_to_on"),
        ),
        ahead=("valid_from_on", "valid_to_on"),
        columns=(*_LIST, "kind"),
        filters=("kind", "item", "party_kind"),
        search=_FIND,
        key=("number",),
        points=items(ServiceItem.Kind.LICENCE),
        category="kind",
        check=licence,
        publication=Publication(
            columns=(
                *("happened_on", "document", "number", "party", "party_code", "representative"),
                *("content", "kind", "nature", "certificate", "certificate_number"),
                *("valid_from_on", "valid_to_on"),
            ),
            why="行政许可的结果向社会公开，相对人是自然人的只显示姓氏。",
            rule="publication.licence_result_days",
            masks=_MASKS,
        ),
    )
)
register_book(
    Book(
        slug="services",
        model=ServiceRecord,
        title="其他对外管理服务",
        group=GROUP,
        rank=2,
        help="许可以外的对外管理服务，每办结一件登记一条。",
        fields=_DECISION,
        columns=_LIST,
        filters=("item", "party_kind"),
        search=_FIND,
        key=("number",),
        points=items(ServiceItem.Kind.SERVICE),
        check=code_fits,
        publication=Publication(
            columns=("happened_on", "number", "party", "content"),
            why="对外管理服务事项的办理结果。",
            masks=_MASKS,
        ),
    )
)
register_book(
    Book(
        slug="penalties",
        model=PenaltyDecision,
        title="行政处罚决定",
        group=GROUP,
        rank=3,
        help="每作出一件处罚决定登记一条。被撤销、变更或者确认违法的，请在期限内填写日期，保存后随即从公开页面撤回。",
        fields=(
            *_DECISION,
            *("offence", "cause", "basis", "penalties", "fine", "confiscated", "licence_taken"),
            *("has_social_impact", "annulled_on"),
        ),
        columns=(*_LIST, "fine", "annulled_on", "withdrawal"),
        filters=("item", "party_kind"),
        search=(*_FIND, "cause"),
        key=("number",),
        points=items(ServiceItem.Kind.PENALTY),
        sums=("fine",),
        check=penalty,
        publication=Publication(
            columns=(
                *("happened_on", "number", "party", "party_code", "representative", "offence"),
                *("cause", "basis", "penalties", "content", "fine", "confiscated"),
                "licence_taken",
            ),
            why="具有一定社会影响的行政处罚决定依法公开，相对人是自然人的只显示姓氏。",
            rule="publication.penalty_result_days",
            masks=_MASKS,
            only={"has_social_impact": True, "annulled_on": None},
            annulled="annulled_on",
            annulled_rule="publication.penalty_withdrawal_days",
            annulled_why="公开的决定被依法变更、撤销、确认违法或者确认无效的，撤回并说明理由。",
        ),
    )
)
register_book(
    Book(
        slug="coercion",
        model=CoercionDecision,
        title="行政强制决定",
        group=GROUP,
        rank=4,
        help="每采取一次强制措施或者作出一件强制执行决定登记一条。",
        fields=(*_DECISION, "basis"),
        columns=_LIST,
        filters=("item", "party_kind"),
        search=_FIND,
        key=("number",),
        points=items(ServiceItem.Kind.COERCION),
        check=code_fits,
        publication=Publication(
            columns=("happened_on", "number", "party", "basis", "content"),
            why="行政强制的结果，相对人是自然人的只显示姓氏。",
            masks=_MASKS,
        ),
    )
)
