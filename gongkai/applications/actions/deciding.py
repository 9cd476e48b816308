"""Deciding: the seven questions answered for each item, legal combinations only (DOMAIN A.6)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from gongkai.applications import clock
from gongkai.applications.actions.core import By, add_event, on_case, record
from gongkai.applications.due import reasons_due
from gongkai.applications.grounds import WITHHELD, grounds, withheld
from gongkai.applications.letters.variables import asks
from gongkai.applications.models import Application, Letter, RequestItem
from gongkai.applications.roles import HANDLERS
from gongkai.applications.similar import decision_label
from gongkai.applications.state import REPLIES
from gongkai.base.refusal import Refused
from gongkai.documents.blocks import chinese_date
from gongkai.law.deadlines import Outcome
from gongkai.law.decisions import (
    Conclusion,
    Question,
    check_items,
    choose,
    missing_steps,
    questions,
    statistical_decision,
)
from gongkai.law.taxonomy import decisions, letters

REASONS, DISCRETION = "理由", "裁量理由"
#: What is missing before a decision, by the step that the law names.
_MISSING = {
    "corrected": "作出这一决定前，应当先告知补正并收到补正材料",
    "correction_overdue": "补正期限届满而没有补正的，才能这样决定",
    "payment_overdue": "缴费期限届满而没有缴费的，才能这样决定",
    "reasons_requested": "作出这一决定前，应当先要求申请人说明理由",
    "third_party_consulted": "作出这一决定前，应当先书面征求第三方意见，并等到答复或者期限届满",
    "answered_before": "请先在“关联申请”中指明已经答复的前一件申请",
    "searched": "请先登记检索记录：在哪里、由谁、用什么词、什么时间检索",
    "joint_consulted": "请先征求共同制作机关意见，并等到答复或者期限届满",
    "paid": "申请人还没有缴费",
    "withdrawn": "请先登记申请人撤回申请",
    "objection": "第三方没有提出合理的反对理由，请先登记并判断第三方的意见",
}


@dataclass(frozen=True, slots=True)
class Ruling:
    """What is decided on one item: the answers to the questions, and what the letter must say.

    ``particulars``: variables of the letter (``letters.variables.asks``) by name; the withheld
    parts under ``grounds.WITHHELD``. ``discretion``: why Art 16 (may, not must) is used.
    """

    answers: Mapping[str, str]
    particulars: Mapping[str, Any] = field(default_factory=dict)
    reasons: str = ""
    discretion: str = ""


def conclusion_of(answers: Mapping[str, str]) -> Conclusion:
    """Where the answers lead; Refused while they lead to no decision yet."""
    try:
        found = choose(answers)
    except ValueError as wrong:
        raise Refused(str(wrong)) from None
    if isinstance(found, Question):
        raise Refused(f"还有一个问题没有回答：{found.text}")
    if found.decision is None:
        raise Refused(
            f"先要发出{letters()[found.letter].label}，等到结果后再作决定（{found.articles[0]}）。"
        )
    return found


def answers_to(decision: str, letter: str = "") -> dict[str, str]:
    """A way through the questions to a decision (and its letter), the shortest one.

    KeyError where no answers lead there.
    """
    wanted: list[dict[str, str]] = [{}]
    for answers in wanted:
        found = choose(answers)
        if isinstance(found, Question):
            wanted += [answers | {found.id: option.key} for option in found.options]
            continue
        leads_to = found.decision.key if found.decision else ""
        if leads_to == decision and letter in ("", found.letter):
            return answers
    raise KeyError((decision, letter))


def decide_items(
    case: Application, rulings: Mapping[int, Ruling], *, by: By, seen: int | None = None
) -> str:
    """Decide items of the application (by primary key), and give the statistical decision.

    The decision follows from the answers. Refused where a step that the law wants before it is
    missing, where the letter would lack what it must say, or where the decisions of the items
    cannot stand together. "" is given while other items are undecided.
    """
    with on_case(case, by=by, roles=HANDLERS, seen=seen) as case:
        _no_letter_yet(case)
        items = {
            item.pk: item for item in case.items.select_for_update(no_key=True).order_by("order")
        }
        if unknown := set(rulings) - set(items):
            raise Refused(
                f"有{len(unknown)}项已经不在这件申请里，可能刚刚由他人拆分或者更正。"
                "请从申请页面重新进入“拟定答复决定”。"
            )
        found = clock.outcome(case)
        old = {f"第{i.order}项": i.decision for i in items.values() if i.pk in rulings}
        for pk, ruling in rulings.items():
            _apply(case, found, items[pk], ruling, by)
        taken = [i.decision for i in items.values() if i.decision]
        if defects := check_items(taken):
            raise Refused("".join(defects))
        # All cleared first: the database looks at each row against the others as they stand.
        case.items.filter(pk__in=rulings).update(decision="")
        for pk in rulings:
            items[pk].save()
        for item in (items[pk] for pk in rulings):
            add_event(
                case,
                "decide",
                by=by,
                text=f"第{item.order}项拟定：{decision_label(item.decision)}",
            )
        record(
            case,
            "拟定答复决定",
            by=by,
            old=old,
            new={f"第{i.order}项": i.decision for i in items.values() if i.pk in rulings},
        )
        return statistical_decision(taken) if len(taken) == len(items) else ""


def _no_letter_yet(case: Application) -> None:
    made = case.letters.filter(code__in=REPLIES, frozen_sha256="").exclude(
        state=Letter.State.CANCELLED
    )
    if letter := made.first():
        raise Refused(f"已经起草了{letters()[letter.code].label}，请先作废这份文书，再修改决定。")


def _apply(case: Application, found: Outcome, item: RequestItem, ruling: Ruling, by: By) -> None:
    conclusion = conclusion_of(ruling.answers)
    assert conclusion.decision is not None
    decision = conclusion.decision
    lacking = lacks(case, found, conclusion)
    if lacking:
        raise Refused(f"{'；'.join(lacking)}（{decision.articles[0]}）。")
    particulars = {k: v for k, v in ruling.particulars.items() if v not in ("", None, [])}
    reasons, discretion = ruling.reasons.strip(), ruling.discretion.strip()
    item.decision, item.letter = decision.key, conclusion.letter
    item.answers = dict(conclusion.path)
    item.particulars = particulars
    item.reasons = reasons
    item.discretion = discretion
    item.decided_by = by  # type: ignore[assignment]
    if decision.key == "partial":
        parts = withheld(particulars.get(WITHHELD, []), known=dict(grounds()))
        particulars[WITHHELD] = parts
        item.reasons = reasons or "；".join(p["理由"] for p in parts)
        needs_discretion = any(decisions()[p["ground"]].discretion for p in parts)
    else:
        needs_discretion = decision.discretion
        item.reasons = reasons or _told(particulars)
    if needs_discretion and not discretion:
        raise Refused(f"法律规定“可以不予公开”，请写明为什么决定不公开（{decision.articles[0]}）。")
    _complete(conclusion, item)


def _told(particulars: Mapping[str, Any]) -> str:
    """What was filled in stands for the reasons where the letter has no field of that name."""
    return "；".join(v for v in particulars.values() if isinstance(v, str))


def _complete(conclusion: Conclusion, item: RequestItem) -> None:
    """Refused while something is missing that the letter must say."""
    for code in (conclusion.letter, *conclusion.also):
        for variable in asks(code):
            if variable.optional or variable.source not in ("", "决定"):
                continue  # the system knows it, or the letter may be without it
            said = {REASONS: item.reasons, DISCRETION: item.discretion}.get(
                variable.name, item.particulars.get(variable.name)
            )
            if not said:
                raise Refused(
                    f"请填写：{variable.label}（{letters()[code].label}必须写明，"
                    f"{letters()[code].basis}）。"
                )


# --- what must have happened before --------------------------------------------------------------


def steps_done(case: Application, found: Outcome) -> set[str]:
    """Steps that decisions presuppose, as ``law.decisions.missing_steps`` names them."""
    done = set()
    law_case = found.case
    if law_case.correction is not None and law_case.correction.received is not None:
        done.add("corrected")
    if found.abandoned_on is not None:
        done.add(
            "correction_overdue" if found.decision == "other_uncorrected" else "payment_overdue"
        )
    if law_case.reasons_requested is not None:
        done.add("reasons_requested")
    if law_case.fee is not None and law_case.fee.paid_on is not None:
        done.add("paid")
    if found.status == "withdrawn":
        done.add("withdrawn")
    asked = {c.party for c, said in found.consultations if said != "pending"}
    if "third_party" in asked:
        done.add("third_party_consulted")
    if "joint_maker" in asked:
        done.add("joint_consulted")
    if case.searches.exists():
        done.add("searched")
    if case.repeats is not None and case.repeats.closed_on is not None:
        done.add("answered_before")
    return done


def lacks(case: Application, found: Outcome, conclusion: Conclusion) -> list[str]:
    """What must be done before this conclusion may be saved, in words; empty when nothing."""
    assert conclusion.decision is not None
    done, path = steps_done(case, found), dict(conclusion.path)
    missing = list(missing_steps(conclusion.decision.key, done))
    wanted = {
        "joint_consulted": path.get("responsible") == "joint_consulted",
        "paid": path.get("excessive") == "paid",
        "reasons_requested": path.get("excessive") in ("reasonable", "unreasonable"),
        "third_party_consulted": path.get("give") == "third_party",
        "searched": conclusion.letter == "L25",
        "withdrawn": path.get("kind") == "withdrawn",
    }
    missing += [s for s, applies in wanted.items() if applies and s not in (*done, *missing)]
    if (
        path.get("third_party") == "objects"
        and "third_party_consulted" in done
        and not case.consultations.filter(party="third_party", reasonable=True).exists()
    ):
        missing.append("objection")
    if (
        found.abandoned_on is not None
        and not conclusion.decision.whole
        and conclusion.decision.key != found.decision
    ):
        label = decision_label(found.decision or "")
        return [f"期限届满视为放弃申请，只能作“{label}”的决定"]
    said = [_MISSING[step] for step in missing]
    if path.get("excessive") == "unreasonable" and (last := _may_still_say_why(case)):
        said.append(f"等申请人说明理由，告知书的期限到{chinese_date(last)}")
    return said


def _may_still_say_why(case: Application) -> date | None:
    """The last day for the reasons that were asked for, where it is to come and none were given."""
    last = reasons_due(case)
    if last is None or clock.today() > last:
        return None
    given = any(e.deed == "receive-reasons" for e in clock.in_force(case.events.all()))
    return None if given else last


def asked(conclusion: Conclusion) -> list[str]:
    """The questions on the way with the answers given, for the page and the file."""
    known = questions()
    return [
        f"{known[q].text}{next(o.text for o in known[q].options if o.key == a)}"
        for q, a in conclusion.path
    ]
