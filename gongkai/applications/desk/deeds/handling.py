"""Deeds of the stage 办理: sections, search, opinion, extension, notes, with their forms."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone

from gongkai.applications import clock
from gongkai.applications.actions import handling
from gongkai.applications.actions.handling.section import sections_of
from gongkai.applications.desk.deeds import asking, fields
from gongkai.applications.desk.deeds.conditions import (
    foreseen,
    once_assigned,
    once_registered,
    rule_value,
    with_letter,
)
from gongkai.applications.desk.deeds.registry import Deed, DeedForm
from gongkai.applications.due import due_day
from gongkai.applications.models import Application, Approval, CaseNote
from gongkai.applications.roles import CLERKS, HANDLERS, HEADS, STAFF
from gongkai.base import audit
from gongkai.base.inputs import MomentInput
from gongkai.bodies.models import Section
from gongkai.law.deadlines import EventType, Outcome
from gongkai.law.taxonomy import deed_articles


class AssignForm(DeedForm):
    sections = forms.MultipleChoiceField(
        label="承办科室",
        widget=forms.CheckboxSelectMultiple(),
        help_text="涉及几个科室的可以多选，第一个为牵头科室。",
        error_messages={"required": "请选择承办科室。"},
    )
    asked = fields.line("交办要求", limit=300, required=False, initial="请检索并提出承办意见。")
    due_on = fields.day("内部时限", required=False, initial=None)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sections"].choices = fields.sections(self.case)  # type: ignore[attr-defined]
        if self.case.section_id:
            self.fields["sections"].initial = [str(self.case.section_id)]
        last = due_day(self.case.due_on, self.case.body)
        due = f"答复期限为{last}，" if last else ""
        self.fields["due_on"].help_text = f"{due}请给审核、签发和送达留出时间。"

    def clean_sections(self) -> list[Section]:
        known = {str(s.pk): s for s in self.case.body.sections.all()}
        return [known[pk] for pk in self.cleaned_data["sections"]]


class HandOverForm(DeedForm):
    to = fields.choice("转给哪个科室")
    reason = fields.reason("为什么转办")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = [c for c in fields.sections(self.case) if c[0] != str(self.case.section_id)]
        self.fields["to"].choices = fields.nothing_chosen(others)  # type: ignore[attr-defined]

    def clean_to(self) -> Section:
        return self.case.body.sections.get(pk=self.cleaned_data["to"])


class OwnSectionForm(DeedForm):
    """Something said for a section: a 承办人 for his own, a clerk for any."""

    section = fields.choice("科室")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mine = [(str(s.pk), s.name) for s in sections_of(self.user, self.case)]
        self.fields["section"].choices = fields.nothing_chosen(mine)  # type: ignore[attr-defined]

    def clean_section(self) -> Section:
        return self.case.body.sections.get(pk=self.cleaned_data["section"])


class SearchForm(OwnSectionForm):
    place = fields.line(
        "检索地点", limit=100, help_text="例如：公文系统、档案室、业务系统、科室文件柜。"
    )
    words = fields.line("检索词", help_text="用过的每一个词，用顿号隔开。")
    searched_on = fields.day("检索日期")
    searcher = fields.line("检索人", limit=60)
    found = fields.yes_no("是否找到", "找到", "没有找到")
    result = fields.line(
        "检索结果",
        limit=300,
        help_text="找到的写明文件名称、文号；没有找到的写明查了什么范围、年度。",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["searcher"].initial = audit.name_of(self.user)

    def clean_found(self) -> bool:
        return bool(self.cleaned_data["found"] == "yes")


class OpinionForm(OwnSectionForm):
    opinion = fields.lines(
        "承办意见",
        rows=6,
        help_text="有没有这些信息，是不是本机关负责公开，建议公开、部分公开还是不予公开，依据和理由。",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mine = {str(s) for s, _ in self.fields["section"].choices}  # type: ignore[attr-defined]
        given = [a for a in self.case.assignments.all() if str(a.section_id) in mine]
        if len(given) == 1:
            self.fields["opinion"].initial = given[0].opinion


class ExtendForm(DeedForm):
    days = fields.number("延长几个工作日")
    reason = fields.lines(
        "延期的理由",
        limit=300,
        rows=3,
        help_text=f"会写进延期答复告知书。{fields.NO_NAMES}",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        longest = rule_value(self.case, "extension.max_days")
        self.fields["days"].initial = longest
        if longest:
            self.fields["days"].max_value = longest  # type: ignore[attr-defined]
            self.fields["days"].help_text = f"最长 {longest} 个工作日，只能延长一次。"

    @property
    def about(self) -> str:
        days = rule_value(self.case, "extension.max_days")
        kind, said = EventType.EXTENSION_DECIDED, f"延长{days}个工作日的，答复期限延至"
        return foreseen(self.case, kind, said, days=days) if days else ""


class AnswerExtensionForm(DeedForm):
    approved = fields.yes_no("批示", "同意延期", "不同意延期")
    days = fields.number(
        "同意延长几个工作日", required=False, help_text="可以少于请求的天数，不能多于。"
    )
    answer = fields.reason(
        "意见", required=False, help_text=f"不同意的，请写明理由。{fields.NO_NAMES}"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        entry = asked_extension(self.case)
        if entry is not None:
            self.fields["days"].initial = entry.asked["days"]

    def clean_approved(self) -> bool:
        return bool(self.cleaned_data["approved"] == "yes")

    @property
    def about(self) -> str:
        """What the head is asked, for the page of the deed."""
        entry = asked_extension(self.case)
        if entry is None:
            return ""
        days = entry.asked["days"]
        due = clock.foresee(self.case, EventType.EXTENSION_DECIDED, days=days).reply_due
        until = f"，延至{due_day(due, self.case.body)}" if due else ""
        asker = audit.name_of(entry.asked_by) if entry.asked_by else ""
        return f"{asker}请求延长{days}个工作日{until}。理由：{entry.asked['reason']}"


class NoteForm(DeedForm):
    text = fields.lines(
        "备注", rows=2, help_text="只有本机关办理人员看得到，加密保存，随个人信息一并清除。"
    )


class CallForm(DeedForm):
    happened_at = forms.DateTimeField(
        label="通话时间",
        widget=MomentInput(),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
        error_messages={
            "required": "请填写通话时间。",
            "invalid": "通话时间看不懂，请写成 2026-11-21 15:30 这样。",
        },
        initial=timezone.localtime,
    )
    text = fields.lines("通话内容", rows=2, help_text="谁打给谁，解释了什么，申请人怎么说。")
    result = fields.line("结果", required=False, help_text="例如：申请人表示理解。")


# --- why not ----------------------------------------------------------------------------------


def asked_extension(case: Application) -> Approval | None:
    """The extension that waits for the head's word."""
    waiting = [
        a for a in case.approvals.all() if a.kind == Approval.Kind.EXTENSION and a.approved is None
    ]
    return waiting[-1] if waiting else None


def why_not_extend(case: Application, found: Outcome) -> tuple[str, str]:
    if asked_extension(case) is not None:
        return "已经请求延期，等待负责人批示。", deed_articles()["extend"]
    return with_letter(EventType.EXTENSION_DECIDED, "L06")(case, found)  # type: ignore[no-any-return]


def why_not_answer(case: Application, found: Outcome) -> tuple[str, str]:
    if asked_extension(case) is None:
        return "没有等待批示的延期请求。", deed_articles()["approve-extension"]
    return "", ""


def unless_erased(case: Application, found: Outcome) -> tuple[str, str]:
    return handling.why_not_noted(case), deed_articles()["erase"]


# --- the deeds --------------------------------------------------------------------------------


def _extend(case: Application, data: dict[str, Any], **who: Any) -> str:
    handling.request_extension(case, data["days"], data["reason"], **who)
    return "延期请求已经送负责人批示。批准并送达申请人以后，期限才会延长。"


def _answer(case: Application, data: dict[str, Any], **who: Any) -> str:
    handling.answer_extension(case, **data, **who)
    if data["approved"]:
        return "已同意延期，延期答复告知书已经起草；送达申请人之日起按新期限计算。"
    return "已批示不同意延期。"


DEEDS: tuple[Deed, ...] = (
    Deed(
        "assign",
        "交科室承办",
        "办理",
        CLERKS,
        AssignForm,
        once_registered,
        lambda case, data, **who: handling.assign(case, **data, **who),
        hint="交给保存这些信息的科室检索、提出意见；可以同时交几个科室。",
    ),
    Deed(
        "transfer-section",
        "转其他科室",
        "办理",
        CLERKS,
        HandOverForm,
        once_assigned,
        lambda case, data, **who: handling.hand_over(case, data["to"], data["reason"], **who),
        hint="交错了科室的，转给另一个科室；没有提出意见的原科室不再看到这件申请。",
    ),
    Deed(
        "search",
        "记录检索情况",
        "办理",
        HANDLERS,
        SearchForm,
        once_assigned,
        lambda case, data, **who: handling.record_search(case, **data, **who),
        hint="在哪里、谁、用什么词、哪一天检索，结果如何。答复信息不存在时，这是本机关的证据。",
    ),
    Deed(
        "opinion",
        "提出承办意见",
        "办理",
        HANDLERS,
        OpinionForm,
        once_assigned,
        lambda case, data, **who: handling.give_opinion(
            case, data["section"], data["opinion"], **who
        ),
        hint="承办科室对能不能公开、依据和理由的意见。",
    ),
    *asking.DEEDS,
    Deed(
        "extend",
        "请求延期",
        "办理",
        HANDLERS,
        ExtendForm,
        why_not_extend,
        _extend,
        hint="送工作机构负责人批示；批准后起草延期答复告知书，应当在现有期限届满前送达。",
    ),
    Deed(
        "approve-extension",
        "批示延期请求",
        "办理",
        HEADS,
        AnswerExtensionForm,
        why_not_answer,
        _answer,
        hint="由政府信息公开工作机构负责人决定是否延期。",
    ),
    Deed(
        "note",
        "添加备注",
        "办理",
        STAFF,
        NoteForm,
        unless_erased,
        lambda case, data, **who: handling.add_note(case, data["text"], **who),
        joined=True,
        archived=True,
    ),
    Deed(
        "call",
        "记录电话",
        "办理",
        STAFF,
        CallForm,
        unless_erased,
        lambda case, data, **who: handling.add_note(case, kind=CaseNote.Kind.CALL, **data, **who),
        joined=True,
        archived=True,
    ),
)
