"""Deeds by which the applicant is asked for something: correction, reasons; the delayed period."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms

from gongkai.applications import clock
from gongkai.applications.actions import handling
from gongkai.applications.desk.deeds import fields
from gongkai.applications.desk.deeds.conditions import foreseen, rule_value, with_letter
from gongkai.applications.desk.deeds.registry import Deed, DeedForm, law_allows, while_open
from gongkai.applications.due import reasons_due
from gongkai.applications.models import Application
from gongkai.applications.roles import CLERKS, HANDLERS
from gongkai.documents.blocks import chinese_date
from gongkai.law.deadlines import EventType, Outcome
from gongkai.law.taxonomy import deed_articles, letters

_PROBLEMS = (
    "未提供申请人姓名或者名称、身份证明、联系方式",
    "未写明或者没有写清楚所需信息的名称、文号或者便于查询的其他特征",
    "未写明获取信息的方式、途径",
    "委托他人申请，未提供授权委托书和受托人的身份证明",
)


class AskCorrectionForm(DeedForm):
    problem = forms.MultipleChoiceField(
        label="哪里不符合要求",
        choices=[(p, p) for p in _PROBLEMS],
        widget=forms.CheckboxSelectMultiple(),
        help_text="有几处的都选上，补正只能要求一次。",
        error_messages={"required": "请选择哪里不符合要求。"},
    )
    items = fields.lines(
        "请申请人补正什么",
        rows=4,
        help_text="请一次写全。这段话会写进补正告知书。",
    )
    guidance = fields.lines(
        "怎样补正（指导和释明）",
        rows=3,
        help_text="用申请人看得懂的话，举例说明怎样写才能找得到信息。",
    )
    days = fields.number("补正期限（工作日）")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["days"].initial = rule_value(self.case, "correction.default_days")
        self.span = rule_value(self.case, "correction.range_days")
        if self.span:
            usual = f"{self.span[0]} 至 {self.span[1]} 个工作日"
            self.fields["days"].help_text = f"自申请人收到告知书之日起（从第二天起算），{usual}。"

    def clean_days(self) -> int:
        days = int(self.cleaned_data["days"])
        if self.span and not self.span[0] <= days <= self.span[1]:
            raise forms.ValidationError(
                f"补正期限应当合理，请填 {self.span[0]} 至 {self.span[1]} 之间的工作日数。"
            )
        return days

    def clean_problem(self) -> str:
        return "；".join(self.cleaned_data["problem"])


class ReceiveCorrectionForm(DeedForm):
    on = fields.day("收到补正的日期", help_text="答复期限从第二天起重新计算。")
    text = fields.lines(
        "补正的内容", rows=5, limit=10_000, required=False, help_text="照申请人的原话录入。"
    )
    files = fields.files("补正材料")
    good_reason = forms.BooleanField(
        label="已经过了补正期限，但申请人有正当理由",
        required=False,
        help_text="没有过期的不用选。",
    )

    @property
    def about(self) -> str:
        kind = EventType.CORRECTED_APPLICATION_RECEIVED
        return foreseen(self.case, kind, "今天收到补正的，新的答复期限为")


class AskReasonsForm(DeedForm):
    counts = fields.lines(
        "数量、频次明显超过合理范围的情况",
        rows=4,
        help_text="写明何时至何时提出多少件、涉及什么，会写进说明理由告知书。",
    )
    days = fields.number("说明理由的期限（工作日）")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["days"].initial = rule_value(self.case, "correction.default_days")


class ReceiveReasonsForm(DeedForm):
    on = fields.day("收到的日期")
    text = fields.lines("申请人说明的理由", rows=4, limit=10_000, required=False)
    files = fields.files("附件")
    reasonable = fields.yes_no("判断", "理由合理", "理由不合理")
    judgement = fields.lines("判断的理由", rows=3)

    @property
    def about(self) -> str:
        last = reasons_due(self.case)
        if last is None:
            return ""
        passed = "已经过了" if clock.today() > last else "还没有过"
        return f"告知书要求说明理由的期限为{chinese_date(last)}，{passed}。"

    def clean_reasonable(self) -> bool:
        return bool(self.cleaned_data["reasonable"] == "yes")


class DelayForm(DeedForm):
    until = fields.day(
        "延迟答复至", initial=None, help_text="合理的期限，由本机关确定，应当晚于现有的答复期限。"
    )
    reason = fields.reason("为什么不能按期答复")


def why_not_reasons(case: Application, found: Outcome) -> tuple[str, str]:
    why_not = while_open(case, found)
    if why_not[0]:
        return why_not
    if found.case.reasons_requested is None:
        return "还没有要求申请人说明理由。", deed_articles()["ask-reasons"]
    return "", ""


def why_not_delay(case: Application, found: Outcome) -> tuple[str, str]:
    day = found.reply_due or clock.today()
    after = max(day, clock.today())
    return clock.probe(case, EventType.DELAYED_PERIOD_SET, until=date(after.year + 1, 1, 1))


def _letter(action: Any) -> Any:
    def act(case: Application, data: dict[str, Any], **who: Any) -> str:
        letter = action(case, **data, **who)
        named = f"（{letter.number}）" if letter.number else ""
        return f"{letters()[letter.code].label}{named}已经起草，请在“文书”中送审、发出。"

    return act


DEEDS: tuple[Deed, ...] = (
    Deed(
        "ask-correction",
        "要求补正",
        "办理",
        CLERKS,
        AskCorrectionForm,
        with_letter(EventType.CORRECTION_NOTICE_SERVED, "L04"),
        _letter(handling.ask_correction),
        hint="申请内容不明确的，起草补正告知书；送达以后等待申请人补正，答复期限从收到补正的第二天起重新计算。",
        final="一件申请只能要求补正一次，请一次写全。",
    ),
    Deed(
        "receive-correction",
        "收到补正",
        "办理",
        CLERKS,
        ReceiveCorrectionForm,
        law_allows(EventType.CORRECTED_APPLICATION_RECEIVED, good_reason=True),
        lambda case, data, **who: handling.receive_correction(case, **data, **who),
        hint="申请人当面或者邮寄交来补正材料；答复期限从第二天起重新计算。",
    ),
    Deed(
        "ask-reasons",
        "要求说明理由",
        "办理",
        CLERKS,
        AskReasonsForm,
        with_letter(EventType.REASONS_REQUESTED, "L05"),
        _letter(handling.ask_reasons),
        hint="申请的数量、频次明显超过合理范围的，起草说明理由告知书。",
    ),
    Deed(
        "receive-reasons",
        "收到说明的理由",
        "办理",
        HANDLERS,
        ReceiveReasonsForm,
        why_not_reasons,
        lambda case, data, **who: handling.receive_reasons(case, **data, **who),
        hint="记录申请人的理由和本机关的判断：不合理的可以不予处理，合理但不能按期答复的可以延迟。",
    ),
    Deed(
        "set-delay",
        "确定延迟答复期限",
        "办理",
        CLERKS,
        DelayForm,
        why_not_delay,
        lambda case, data, **who: handling.set_delay(case, data["until"], data["reason"], **who),
        hint="理由合理但无法按期答复的，确定延迟答复的合理期限，申请人在查询页看得到。",
    ),
)
