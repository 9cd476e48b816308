"""The values of a letter's variables: from the case, its clock, its papers, and the office."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from gongkai.applications import clock
from gongkai.applications.letters import parts
from gongkai.applications.letters.articles import articles
from gongkai.applications.letters.remedy import remedy
from gongkai.applications.letters.variables import variables
from gongkai.applications.models import Application, Letter, OfficeSettings
from gongkai.applications.queries import read_once
from gongkai.bodies.calendars import same_calendar
from gongkai.bodies.models import Body
from gongkai.law.taxonomy import applicant_kinds, channels, letters

#: What every kept copy says in the place of the query code: only the applicant has it.
CODE_ELSEWHERE = "另行告知（本件不载）"
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}")


def values_for(letter: Letter) -> dict[str, Any]:
    """Every variable that this letter has a value for.

    What a person wrote comes first: the letter's own values, then the particulars of the items
    that this letter answers, then what follows from the case. Days are dates.
    """
    case, on = letter.application, letter.dated_on or clock.today()
    found = office_values(case.body, case.body.application_settings)
    with read_once(case, "events", "items"), same_calendar():
        found |= _case(case, letter)
        found |= parts.of_kind(letter)
        found |= _letter(letter, on)
        own = parts.particulars(letter)
    given = {k: v for k, v in letter.values.items() if v not in (None, "", [])}
    for name, variable in variables().items():
        value = given.get(name) or (given.get(variable.key) if variable.key else None)
        value = value or own.get(name) or (own.get(variable.key) if variable.key else None)
        value = value or found.get(name)
        if variable.phrase and isinstance(value, str):
            value = _within(value)
        if value not in (None, "", []):
            found[name] = _as_day(value)
    return found | {"查询码": CODE_ELSEWHERE}


def _within(words: str) -> str:
    """What a person wrote as a sentence, to stand within one: “因人手不足。” is 人手不足."""
    return re.sub(r"^(?:因为|由于|因(?![特素]))", "", words.strip()).rstrip("。；，、.; ")


def _as_day(value: Any) -> Any:
    if isinstance(value, str) and _ISO.fullmatch(value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            return value
    return value


def office_values(body: Body, office: OfficeSettings) -> dict[str, Any]:
    """What every letter of the body says of it."""
    unit = body.work_unit or f"{body.name}政府信息公开工作机构"
    contact = [f"联系机构：{unit}"]
    for label, text in (
        ("地址", body.address),
        ("邮政编码", body.post_code),
        ("电话", body.phone),
        ("办公时间", body.office_hours),
    ):
        if text:
            contact.append(f"{label}：{text}")
    return {
        "机关": body.name,
        "工作机构": unit,
        "联系方式": "；".join(contact),
        "缴纳方式": office.payment_way,
        "反映渠道": office.petition_channel,
    }


def _letter(letter: Letter, on: date) -> dict[str, Any]:
    kind = letters()[letter.code]
    organisation = applicant_kinds()[letter.application.applicant_kind].organisation
    you = "您单位" if organisation else "您"
    if kind.to not in ("申请人", "内部", "机关"):
        you = "你方"
    return {
        "文号": letter.number,
        "落款日期": on,
        "收件人": letter.addressee,
        "您": you,
        "依据": parts.basis(letter),
        "条": articles(on) | _receipt_article(letter.application),
        "救济": remedy(letter, on, you) if kind.remedies else "",
    }


def _receipt_article(case: Application) -> dict[str, str]:
    """The article of the day of receipt differs by channel (Art 31): as the clock found it."""
    steps = {step.key: step for step in clock.outcome(case).steps}
    return {"收到": steps["received_date"].article} if "received_date" in steps else {}


def _case(case: Application, letter: Letter) -> dict[str, Any]:
    who = case.applicant or {}
    outcome = clock.outcome(case)
    items = list(case.items.all())
    due, provisional = case.due_on, "reply_due" in outcome.provisional
    if due is None and letter.code == "L02":
        # A receipt that goes out late, while the period stands still: as it began.
        due = next((day for day in outcome.before.values() if day), None)
        provisional = due is not None and clock.law_for(case.body).calendar.is_provisional(due)
    asked_for = [
        {"序号": i.order, "内容": i.text, "答复": parts.decision_label(i.decision)} for i in items
    ]
    return {
        "编号": case.number,
        "收到日期": case.received_on,
        "提交日期": case.submitted_on,
        "提交渠道": channels()[case.channel].label,
        "申请内容": case.subject,
        "内容描述": case.details or case.subject,
        "信息文号": case.document_number,
        "申请事项": asked_for,
        "获取方式": Application.Form(case.form).label,
        "获取途径": Application.Route(case.route).label,
        "答复期限": due,
        "期限说明": "该期限涉及放假安排尚未公布的年度，为预计日期。" if provisional else "",
        "决定": parts.decision_label(case.decision),
        "申请人类别": applicant_kinds()[case.applicant_kind].label,
        "证件名称": who.get("id_type"),
        "证件号码": who.get("id_number"),
        "信用代码": who.get("credit_code"),
        "法定代表人": who.get("representative"),
        "联系人": who.get("contact"),
        "联系电话": who.get("phone"),
        "邮政编码": who.get("post_code"),
        "联系地址": who.get("address"),
        "电子邮箱": who.get("email"),
        "用途": case.purpose,
        "承办科室": case.section.name if case.section else "",
        "经办人": case.clerk.get_full_name() if case.clerk else "",
        "原期限": outcome.before.get("extension") or case.due_on,
        "补正截止日期": outcome.correction_due,
        "缴费截止日期": outcome.payment_due,
        "撤回日期": outcome.case.withdrawn,
        "答复日期": outcome.effective_on,
    }
