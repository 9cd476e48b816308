"""Deeds of the stage 结案: withdrawal, closing, the archive, with their forms."""

from __future__ import annotations

from typing import Any

from gongkai.applications.actions import closing as actions
from gongkai.applications.desk.deeds import fields
from gongkai.applications.desk.deeds.registry import Deed, DeedForm, law_allows
from gongkai.applications.desk.term import TermForm
from gongkai.applications.models import Application
from gongkai.applications.roles import CLERKS
from gongkai.applications.state import is_closed
from gongkai.law.deadlines import EventType, Outcome
from gongkai.law.taxonomy import deed_articles


class WithdrawForm(DeedForm):
    on = fields.day("撤回日期")
    note = fields.line(
        "怎样撤回", limit=100, required=False, help_text=f"例如：当面书面撤回。{fields.NO_NAMES}"
    )


class CloseForm(DeedForm):
    """Nothing to fill in."""


class ArchiveForm(DeedForm):
    on = fields.day("归档日期")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        office = self.case.body.application_settings
        gaps = actions.gaps(self.case)
        self.about = (
            f"案卷还缺：{'；'.join(gaps)}。补齐以后再归档，确实没有的可以直接归档。"
            if gaps
            else f"案卷齐全。保管期限{office.retention_years}年，"
            f"个人信息{office.personal_data_years}年后清除。"
        )


class ReopenForm(TermForm, DeedForm):
    due = "until"
    on = fields.day("复议决定或者判决的日期")
    until = fields.day(
        "重新答复的期限",
        required=False,
        initial=None,
        help_text="复议决定或者判决确定的最后一日；只写了天数的，填下面的日期和天数。",
    )
    reason = fields.line("复议决定书或者判决书文号", limit=100, help_text=fields.NO_NAMES)
    field_order = ("on", "until", "term_from", "term_count", "term_unit", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.body = self.case.body

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if not data.get(self.due) and not self.errors:
            self.add_error(self.due, "请填写最后一日；只写了天数的，填下面收到的日期和天数。")
        if self.told and data.get("reason"):
            data["reason"] = f"{data['reason']}（{self.told}）"
        return data


def why_not_reopen(case: Application, found: Outcome) -> tuple[str, str]:
    if found.status != "replied":
        return "还没有答复，或者正在重新答复。", deed_articles()["reopen"]
    if case.erased_at is not None:
        return "这件申请的个人信息已经清除。", deed_articles()["erase"]
    return "", ""


def why_not_close(case: Application, found: Outcome) -> tuple[str, str]:
    if case.state in (Application.State.CLOSED, Application.State.ARCHIVED) or is_closed(case):
        return "已经结案。", ""
    if found.closed_on is None:
        return "答复还没有送达，也没有撤回或者视为放弃。", deed_articles()["close"]
    if actions.unsent(case):
        return "还有没有送出的文书，请送出或者作废。", deed_articles()["close"]
    return "", ""


def why_not_archive(case: Application, found: Outcome) -> tuple[str, str]:
    if case.archived_on is not None:
        return f"已经归档，档号{case.archive_number}。", ""
    if case.state not in actions.TO_ARCHIVE:
        return "请先结案再归档。", deed_articles()["archive"]
    return "", ""


def _withdraw(case: Application, data: dict[str, Any], **who: Any) -> str:
    letter = actions.withdraw_case(case, **data, **who)
    return f"已登记撤回，撤回申请确认书（{letter.number}）已起草，请送出。"


def _archive(case: Application, data: dict[str, Any], **who: Any) -> str:
    return f"已归档，档号{actions.archive_case(case, **data, **who)}。"


DEEDS: tuple[Deed, ...] = (
    Deed(
        "withdraw",
        "登记撤回申请",
        "结案",
        CLERKS,
        WithdrawForm,
        law_allows(EventType.APPLICATION_WITHDRAWN),
        _withdraw,
        hint="申请人本人提出撤回的才能登记；同时起草撤回申请确认书。",
        final="撤回后不再答复；申请人可以另行申请。",
    ),
    Deed(
        "close",
        "结案",
        "结案",
        CLERKS,
        CloseForm,
        why_not_close,
        lambda case, data, **who: actions.close_case(case, **who),
        hint="已经答复（或者申请已经撤回、视为放弃），没有其他要办的。",
    ),
    Deed(
        "archive",
        "归档",
        "结案",
        actions.ARCHIVISTS,
        ArchiveForm,
        why_not_archive,
        _archive,
        hint="取档号，按设置的期限保管。",
        final="归档以后不能再办理；复议、诉讼要求重新答复的除外。",
    ),
    Deed(
        "reopen",
        "按复议决定、判决重新答复",
        "结案",
        actions.REOPENERS,
        ReopenForm,
        why_not_reopen,
        lambda case, data, **who: actions.reopen(case, **data, **who),
        hint="复议决定或者判决责令重新答复的，按其确定的期限重新作出决定；不另计一件。",
        final="各事项的原决定将清空，重新判断；已经送出的文书不变。",
        archived=True,
    ),
)
