"""Values that only some letters need: searches, opinions, fees, earlier letters, disputes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date
from functools import cache
from typing import Any

from gongkai.applications import clock
from gongkai.applications.corrected import corrected, in_a_sentence
from gongkai.applications.grounds import place
from gongkai.applications.models import (
    Application,
    CaseFile,
    Consultation,
    Dispute,
    FeeNotice,
    Letter,
    RequestItem,
)
from gongkai.applications.state import DEFENCE, REPLIES
from gongkai.documents.blocks import chinese_date
from gongkai.law.deadlines import EventType
from gongkai.law.fees import UNITS
from gongkai.law.formats import report_format
from gongkai.law.letters import cited
from gongkai.law.parameters import statute
from gongkai.law.taxonomy import decisions, letters

Values = dict[str, Any]


@cache
def _labels() -> dict[str, str]:
    rows = report_format("2021").table3_rows
    return {r.key: re.sub(r"^(?:\d+\.|（.+?）)|（.*）$", "", r.label) for r in rows}


def decision_label(decision: str) -> str:
    """The words of a decision, as table 三 has them; "" for none."""
    return _labels().get(decision, "")


def of_kind(letter: Letter) -> Values:
    """What this kind of letter needs beyond the facts of the case."""
    return _corrected(letter.application) | _KINDS.get(letter.code, lambda _: {})(letter)


def _corrected(case: Application) -> Values:
    """From the day on which the correction came the reply is counted (Art 30)."""
    found = corrected(case)
    return {"补正日期": found.on, "补正内容": in_a_sentence(found.words)} if found else {}


def _items(letter: Letter) -> list[RequestItem]:
    """The items that the letter answers; every item when it is not said."""
    items = list(letter.application.items.all())
    return [i for i in items if i.letter == letter.code] or items


def particulars(letter: Letter) -> Values:
    """What was laid down for the items that the letter answers; of several items, in lines."""
    found: dict[str, list[str]] = {}
    for item in _items(letter):
        own = dict(item.particulars) | {"理由": item.reasons, "裁量理由": item.discretion}
        for name, value in own.items():
            text = str(value).strip() if value is not None else ""
            if text and text not in found.setdefault(name, []):
                found[name].append(text)
    return {name: "\n".join(texts) for name, texts in found.items() if texts}


# --- before the reply -------------------------------------------------------------------------


def _correction(letter: Letter) -> Values:
    return {"补正指导": "对补正有疑问的，请与本机关政府信息公开工作机构联系，联系方式见文末。"}


def _extension(letter: Letter) -> Values:
    days = letter.values.get("days")
    if not days:
        return {}
    found = clock.foresee(letter.application, EventType.EXTENSION_DECIDED, days=days)
    return {"新期限": found.reply_due}


def _consultation(letter: Letter) -> Consultation | None:
    reference = letter.values.get("reference") or letter.values.get("consultation")
    all_of_it = letter.application.consultations.order_by("id")
    return (all_of_it.filter(reference=reference) if reference else all_of_it).last()


def _consulting(letter: Letter) -> Values:
    one, on = _consultation(letter), letter.dated_on or clock.today()
    if one is None:
        party = "joint_maker" if letter.code == "L10" else "third_party"
        return {"征求日数": _days(party, on)}
    return {
        "涉及信息": one.content,
        "公开内容": one.content,
        "征求对象": "、".join(_parties(letter.application)),
        "征求开始日期": one.sent_on or on,
        "征求日数": _days(one.party, on),
        "第三方意见": _opinion(one),
        "协办事项": one.content,
    }


def _days(party: str, on: date) -> int | None:
    found = statute().find(f"consultation.{party}_days", on=on)
    return found.value if found else None


def _parties(case: Application) -> list[str]:
    known = [c.get_party_display() for c in case.consultations.order_by("id")]
    return list(dict.fromkeys(known))


def _opinion(one: Consultation) -> str:
    if not one.position:
        return "已书面征求第三方意见，第三方逾期未提出意见" if one.delivered_on else ""
    said = f"第三方答复{one.get_position_display()}"
    return f"{said}，理由是：{one.reasons}" if one.reasons else said


def _third_party(letter: Letter) -> Values:
    asked = letter.application.consultations.filter(party="third_party").order_by("id")
    opinions = [text for one in asked if (text := _opinion(one))]
    return {"第三方意见": "；".join(opinions)}


def _fee(letter: Letter) -> Values:
    on = letter.dated_on or clock.today()
    fee = FeeNotice.objects.filter(application=letter.application).first()
    given = letter.values
    mode = given.get("mode") or (fee.mode if fee else "")
    if mode not in UNITS:
        return {}
    units = given.get("units") or (fee.units if fee else None)
    payment = statute().find("fee.payment_days", on=on)
    month = letter.application.received_on or on
    counted = (
        f"{month.year}年{month.month}月在本机关申请公开政府信息累计{units}件"
        if mode == "per_piece"
        else f"本件申请提供的政府信息共{units}页"
    )
    return {
        "计收方式": "按件" if mode == "per_piece" else "按量",
        "数量说明": counted if units else "",
        "收费标准": tariff(mode, on),
        "计算方法": given.get("formula") or (fee.formula if fee else ""),
        "金额": given.get("amount") or (fee.amount if fee else None),
        "缴纳日数": payment.value if payment else None,
    }


def tariff(mode: str, on: date) -> str:
    """The tariff in words, from the value in force on the day ``on``."""
    unit = UNITS[mode]  # type: ignore[index]
    value = statute().rule(f"fee.{mode}", on=on).value
    last, said = value["free"], [f"{value['free']}{unit}及以下不收费"]
    for tier in value["tiers"]:
        upto = tier["upto"]
        span = f"{last + 1}至{upto}{unit}" if upto else f"{last + 1}{unit}及以上"
        said.append(f"{span}每{unit}{tier['rate']}元")
        last = upto or last
    if then := value.get("then"):
        said.append(
            f"{last + 1}{unit}及以上每{then['step']}{unit}为一档，"
            f"第一档每{unit}{then['rate']}元，以后每档每{unit}增加{then['increment']}元"
        )
    return "，".join(said)


# --- the reply --------------------------------------------------------------------------------


def given_out(case: Application, chosen: Iterable[int] = ()) -> str:
    """The files of the case that are ready for the applicant, by name; "" when there is none.

    ``chosen``: only these of them.
    """
    files = case.files.filter(kind=CaseFile.Kind.RELEASED, erased_at=None).order_by("id")
    if wanted := list(chosen):
        files = files.filter(pk__in=wanted)
    names = [re.sub(r"\.\w{1,5}$", "", f.name) for f in files]
    return "、".join(f"《{n.strip('《》')}》" for n in names)


#: How a letter says that the information comes with it.
TOGETHER = "一并提供"


def _open(letter: Letter) -> Values:
    case = letter.application
    form, route = Application.Form(case.form).label, Application.Route(case.route).label
    how = f"按照申请要求，以{form}形式，通过{route}的途径，与本告知书{TOGETHER}"
    wanted = _corrected(case).get("补正内容") or case.subject
    given = given_out(case, letter.values.get("files", ())) or f"“{wanted}”"
    return {"提供内容": given, "提供方式": how}


def _partly(letter: Letter) -> Values:
    case = letter.application
    refused: list[Values] = []
    for item in case.items.all():
        found = decisions().get(item.decision)
        if found and found.group not in ("open", "partial"):
            refused.append({"内容": item.text, "依据": cited(found.articles), "理由": item.reasons})
    for (ground, reason), places in _passages(case).items():
        where = "、".join(places) + "中" if places else ""
        known = decisions().get(ground)
        refused.append(
            {
                "内容": f"{where}作区分处理的内容",
                "依据": cited(known.articles) if known else letters()[letter.code].basis,
                "理由": reason or decision_label(ground),
            }
        )
    numbered = [{"序号": n, **one} for n, one in enumerate(refused, 1)]
    return _open(letter) | {
        "不予公开内容": numbered,
        "区分方法": "对不予公开的内容予以删除、遮盖，其余内容予以提供",
    }


def _passages(case: Application) -> dict[tuple[str, str], list[str]]:
    found: dict[tuple[str, str], list[str]] = {}
    made = case.redactions.exclude(released=None).select_related("original").order_by("id")
    for redaction in made:
        for passage in sorted(redaction.passages, key=lambda p: p.get("page") or 0):
            key = (passage.get("ground", ""), passage.get("reason", ""))
            places = found.setdefault(key, [])
            where = place(redaction, passage)
            if where and where not in places:
                places.append(where)
    return found


def _searched(letter: Letter) -> Values:
    records = list(letter.application.searches.order_by("id"))
    said = "；".join(
        f"在{r.place}以“{r.words}”为检索词检索（{chinese_date(r.searched_on)}），结果：{r.result}"
        for r in records
    )
    rows = [
        {"地点": r.place, "检索词": r.words, "日期": r.searched_on, "结果": r.result}
        for r in records
    ]
    return {"检索记录": rows, "检索情况": said}


def _repeated(letter: Letter) -> Values:
    former = letter.application.repeats
    found = _last(former, *REPLIES) if former else None
    return {"前次文号": found.number, "前次日期": _day_of(found)} if found else {}


def _earlier(code: str, name: str) -> Callable[[Letter], Values]:
    def values(letter: Letter) -> Values:
        found = _last(letter.application, code)
        return {f"{name}文号": found.number, f"{name}日期": _day_of(found)} if found else {}

    return values


def _last(case: Application, *codes: str) -> Letter | None:
    return case.letters.filter(code__in=codes).exclude(state=Letter.State.CANCELLED).last()


def _day_of(letter: Letter) -> date | None:
    return letter.dated_on or letter.sent_on or letter.delivered_on


# --- beside the reply -------------------------------------------------------------------------


def _delivery(letter: Letter) -> Values:
    given = letter.values
    name, number = given.get("letter_name"), given.get("letter_number")
    return {"送达文书": f"《{name}》" + (f"（{number}）" if number else "")} if name else {}


def _review(letter: Letter) -> Values:
    case = letter.application
    opinions = [f"{a.section.name}：{a.opinion}" for a in case.assignments.all() if a.opinion]
    reply = _last(case, *REPLIES)
    steps = list(reply.steps.all()) if reply else []
    said = {
        state: "；".join(
            f"{s.by_name}：{s.note}" for s in steps if s.from_state == state and s.note
        )
        for state in ("legal", "secrecy", "signing")
    }
    return {
        "承办意见": "\n".join(opinions),
        "拟公开方式": letters()[reply.code].label if reply else "",
        "审查意见": "\n".join(said[s] for s in ("legal", "secrecy") if said[s]),
        "领导批示": said["signing"],
    }


def basis(letter: Letter) -> str:
    """The articles that the letter rests on, as words of a sentence; of a defence those of its
    own procedure."""
    one = _dispute_of(letter) if letter.code == DEFENCE else None
    if one is None:
        return letters()[letter.code].basis.replace("；", "和")
    key = "reconsideration.summary_answer_days" if one.summary else "reconsideration.answer_days"
    if one.kind != one.Kind.RECONSIDERATION:
        key = "litigation.defence_days"
    article = statute().rule(key, on=one.served_on or one.accepted_on).article
    return re.sub(r"（\d{4}）", "", article).partition("、")[0]


def defence_name(dispute: Dispute) -> str:
    """What the body's answer is called in this procedure."""
    suit = dispute.kind != Dispute.Kind.RECONSIDERATION
    return "行政诉讼答辩状" if suit else "行政复议答复书"


def _dispute_of(letter: Letter) -> Dispute | None:
    known = letter.application.disputes.order_by("id")
    chosen = letter.values.get("dispute")
    return (known.filter(pk=chosen) if chosen else known).last()


def _dispute(letter: Letter) -> Values:
    case = letter.application
    one = _dispute_of(letter)
    reply = _last(case, *REPLIES)
    found: Values = {"收件人": letter.addressee}
    if reply is not None:
        found["原文书"] = f"《{letters()[reply.code].label}》（{reply.number}）"
    if one is None:
        return found
    if one.over_silence:
        found |= {"原文书": "逾期未作答复的行为", "答复日期": ""}
    suit = one.kind != one.Kind.RECONSIDERATION
    return found | {
        "审理机关": one.institution,
        "案号": one.case_number,
        "争议类别": "行政诉讼" if suit else "行政复议",
        "材料名称": defence_name(one),
        "复议请求": one.claim,
        "证据目录": [
            {"序号": e.order, "名称": e.title, "证明目的": e.proves, "页码": ""}
            for e in one.evidence.all()
        ],
    }


_KINDS: dict[str, Callable[[Letter], Values]] = {
    "L04": _correction,
    "L06": _extension,
    "L07": _consulting,
    "L08": _consulting,
    "L09": _consulting,
    "L10": _consulting,
    "L11": _consulting,
    "L12": _consulting,
    "L13": _fee,
    "L14": _open,
    "L16": _partly,
    "L20": _third_party,
    "L25": _searched,
    "L28": _earlier("L04", "补正文书"),
    "L30": _repeated,
    "L32": _earlier("L05", "说理文书"),
    "L34": _earlier("L04", "补正文书"),
    "L35": _earlier("L13", "收费文书"),
    "L38": _delivery,
    "L39": _review,
    "L40": _dispute,
}
