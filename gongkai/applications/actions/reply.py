"""The reply from the decisions: which letter it is, and what it says of each item."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from typing import Any

from gongkai.applications import clock
from gongkai.applications.actions.core import By, add_event, on_case, record
from gongkai.applications.actions.deciding import DISCRETION, REASONS
from gongkai.applications.actions.papers import name
from gongkai.applications.grounds import ITEMS, WITHHELD, withheld
from gongkai.applications.letters.compose import draft_letter
from gongkai.applications.letters.enclosed import released_among
from gongkai.applications.letters.templates import current
from gongkai.applications.letters.variables import asks
from gongkai.applications.models import Application, Consultation, Letter, RequestItem
from gongkai.applications.roles import HANDLERS
from gongkai.applications.similar import decision_label
from gongkai.applications.state import REPLIES
from gongkai.base.refusal import Refused
from gongkai.documents.blocks import chinese_dates
from gongkai.law.decisions import statistical_decision
from gongkai.law.letters import cited
from gongkai.law.taxonomy import decisions, letters

PARTIAL = "L16"
TO_THIRD_PARTY = "L12"
#: The variable of the letter that holds these sections.
SECTIONS = "分类答复"
#: The one that says which of several items the decision of the letter is about.
OWN_ITEMS = "所答事项"
#: Groups of decisions that a partial release answers in a section of their own, and its heading.
_KINDS = {
    "unable": "无法提供的内容",
    "decline": "不予处理的内容",
    "other": "作其他处理的内容",
}
#: The sections before them: what is given, what is withheld, how it was severed.
_NUMERALS = "四五六"


def draft_reply(
    case: Application,
    *,
    files: Iterable[int] = (),
    by: By,
    seen: int | None = None,
) -> list[Letter]:
    """Draft the letter that the decisions ask for; several items have a paragraph each.

    ``files``: the released files (``CaseFile`` keys) that go with it. Items open and items
    withheld together make a partial release (L16). Where the public interest outweighs a third
    party's objection, its letter (L12) is drafted first. Gives the letters, the reply last.
    Refused while an item is undecided, or a reply is under way.
    """
    with on_case(case, by=by, roles=HANDLERS, seen=seen) as case:
        items = list(case.items.order_by("order"))
        _check(case, items)
        decision = statistical_decision([i.decision for i in items])
        chosen = released_among(case, files)
        made = [_third_party(case, i, by) for i in items if _over_objection(i)]
        code = letter_for(items)
        values = _values(items, code) | {"decision": decision, "files": chosen}
        letter = draft_letter(case, code, by=by, values=values)
        add_event(case, "draft", by=by, text=f"起草{letters()[code].label}")
        record(
            case,
            "起草答复文书",
            by=by,
            new={"文书": name(letter), "决定": decision, "附件": len(chosen)},
        )
        return [*made, letter]


def _check(case: Application, items: list[RequestItem]) -> None:
    if undecided := [str(i.order) for i in items if not i.decision]:
        raise Refused(f"第{'、'.join(undecided)}项还没有拟定答复决定，请先逐项作出决定。")
    if clock.outcome(case).status == "withdrawn":
        raise Refused("申请人已经撤回申请，请使用“撤回”出具撤回申请确认书。")
    busy = case.letters.filter(code__in=REPLIES, frozen_sha256="").exclude(
        state=Letter.State.CANCELLED
    )
    if letter := busy.first():
        raise Refused(
            f"{name(letter)}正在办理（{letter.get_state_display()}），请继续办理或者先作废。"
        )


def letter_for(items: list[RequestItem]) -> str:
    """The letter that answers all items: that of the decision under which the case is counted."""
    decision = statistical_decision([i.decision for i in items])
    if decision == "partial":
        return PARTIAL
    return next(i.letter for i in items if i.decision == decision)


def _values(items: list[RequestItem], code: str) -> dict[str, Any]:
    """What the letter says: the particulars of the items, each under its number."""
    if len(items) == 1:
        return _own(items[0])
    values: dict[str, Any] = {}
    text = current(items[0].application.body, code).text
    printed: set[str] = set()
    for variable in asks(code):
        said = [(i, _own(i).get(variable.name)) for i in items if i.letter == code]
        texts = [f"第{i.order}项：{chinese_dates(v)}" for i, v in said if isinstance(v, str) and v]
        if texts:
            values[variable.name] = "；".join(texts)
            if re.search(rf"{{{{\s*{variable.name}\s*[|}}]", text):
                printed.add(variable.name)
    if code == PARTIAL:
        values |= _severed(items)
    elif len(mine := [i for i in items if i.letter == code]) < len(items):
        values[OWN_ITEMS] = "、".join(f"第{i.order}项" for i in mine)
    # What the letter says of its own items under their numbers is not said again in the list.
    values["申请事项"] = [
        {
            "序号": i.order,
            "内容": _asked_for(i),
            "答复": answer_to(i, said_above=printed if i.letter == code else ()),
        }
        for i in items
    ]
    return values


def _asked_for(item: RequestItem) -> str:
    """The applicant's words of the item, as they stand in quotation marks."""
    return (item.text or "").rstrip("。；")


def _own(item: RequestItem) -> dict[str, Any]:
    values = dict(item.particulars)
    if parts := values.pop(WITHHELD, []):
        values[ITEMS] = parts
    if item.reasons:
        values[REASONS] = item.reasons
    if item.discretion:
        values[DISCRETION] = item.discretion
    return values


def _severed(items: list[RequestItem]) -> dict[str, Any]:
    """A partial release over several items: what is given, what is withheld and why."""
    given = [
        f"第{i.order}项：{i.particulars.get('提供内容') or i.particulars.get('公开位置') or '全部'}"
        for i in items
        if decisions()[i.decision].group in ("open", "partial")
    ]
    parts: list[dict[str, Any]] = []
    for item in items:
        if item.decision == "partial":
            parts += [
                p | {"内容": f"第{item.order}项：{p['内容']}"}
                for p in item.particulars.get(WITHHELD, [])
            ]
        elif decisions()[item.decision].group == "deny":
            parts.append(
                {
                    "内容": f"第{item.order}项：{item.text or '申请的信息'}",
                    "ground": item.decision,
                    "理由": "；".join(t for t in (item.reasons, item.discretion) if t),
                }
            )
    ways = [str(w) for i in items if (w := i.particulars.get("区分方法"))]
    ways = ways or ["按申请事项分别处理"]
    sections = _sections(items)
    if SECTIONS not in current(items[0].application.body, PARTIAL).text:
        # A body's own template without them: told among the ways, so that nothing is left out.
        ways += [t.rstrip("。") for one in sections for t in one["内容"].splitlines()]
    return {
        "提供内容": "；".join(given),
        ITEMS: withheld(parts, known=decisions()),
        "区分方法": "；".join(ways),
        SECTIONS: sections,
    }


def _sections(items: list[RequestItem]) -> list[dict[str, str]]:
    """What is neither given nor withheld, a section of the letter for each kind of answer."""
    found = []
    for group, title in _KINDS.items():
        told = [
            f"第{i.order}项“{_asked_for(i) or '申请的信息'}”：{answer_to(i)}"
            for i in items
            if decisions()[i.decision].group == group
        ]
        if told:
            heading = f"{_NUMERALS[len(found)]}、{title}"
            found.append({"标题": heading, "内容": "\n".join(told)})
    return found


def answer_to(item: RequestItem, *, said_above: Collection[str] = ()) -> str:
    """One sentence of the letter on one item: the decision, its articles, what must be said.

    ``said_above``: names of variables that the letter has said of it already.
    """
    decision = decisions()[item.decision]
    letter = letters().get(item.letter)
    basis = letter.basis if letter else cited(decision.articles)
    own = _own(item)
    said = []
    for variable in asks(item.letter) if item.letter else ():
        value = own.get(variable.name)
        if isinstance(value, str) and value and variable.name not in said_above:
            said.append(f"{variable.label.split('（')[0]}：{value}")
    tail = f"。{'；'.join(said)}" if said else ""
    told = letter.told if letter else ""
    if not told:
        told = decision_label(item.decision) + ("，不予公开" if decision.group == "deny" else "")
    return f"{told}（{basis}）{tail}".rstrip("。") + "。"


def _over_objection(item: RequestItem) -> bool:
    return item.answers.get("third_party") == "public_interest"


def _third_party(case: Application, item: RequestItem, by: By) -> Letter:
    """The letter that tells a third party, before the release, what is published and why."""
    consulted = case.consultations.filter(party=Consultation.Party.THIRD_PARTY).last()
    if consulted is None:
        raise Refused("没有征求第三方意见的记录。")
    return draft_letter(
        case,
        TO_THIRD_PARTY,
        by=by,
        addressee=str(consulted.contact.get("name", "")),
        values={"consultation": consulted.reference, **_own(item)},
    )
