"""The work list as XLSX or CSV; nothing in it becomes a formula."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from gongkai.applications.desk.turns import turn_of
from gongkai.applications.due import NOTICE, awaited, nearest
from gongkai.applications.models import Application
from gongkai.applications.similar import decision_label
from gongkai.base import masking
from gongkai.documents.tables import CSV, XLSX, csv_file, workbook

FORMATS = {"xlsx": XLSX, "csv": CSV}
#: More cases than this are not written into one file.
MOST = 20_000
_HEAD = (
    "受理编号", "机关", "所需信息", "渠道", "申请人类别", "提交日期", "收到之日", "答复期限",
    "期限提示", "预计", "已延期", "状态", "下一步", "承办科室", "经办人", "答复决定", "办结日期",
    "档号", "归档日期", "保管至",
)  # fmt: skip
_PERSON = ("申请人", "联系电话")


def as_file(cases: Iterable[Application], kind: str, *, names: bool, plain: bool) -> bytes:
    """The cases (from ``turns.with_turns``) as a file of that kind.

    ``names`` False leaves the applicant out; ``plain`` shows him in clear, else he is masked.
    """
    rows = _rows(cases, names=names, plain=plain)
    return workbook("申请", rows) if kind == "xlsx" else csv_file(rows).encode()


def _rows(cases: Iterable[Application], *, names: bool, plain: bool) -> Iterator[list[str]]:
    yield [*_HEAD, *(_PERSON if names else ())]
    for case in cases:
        row = [
            case.number,
            case.body.name,
            case.subject if names and plain else case.shown_subject,
            case.get_channel_display(),
            case.get_applicant_kind_display(),
            *(_day(d) for d in (case.submitted_on, case.received_on, awaited(case) or case.due_on)),
            _near(case),
            "预计" if case.provisional and awaited(case) else "",
            "是" if case.extended else "",
            case.get_state_display(),
            _next(case),
            case.section.name if case.section else "",
            f"{case.clerk.last_name}{case.clerk.first_name}" if case.clerk else "",
            decision_label(case.decision),
            _day(case.closed_on),
            case.archive_number,
            *(_day(d) for d in (case.archived_on, case.retention_until)),
        ]
        if names:
            who = case.applicant or {}
            shown = who if plain else masking.masked(who)
            row += [shown.get("name", ""), shown.get("phone", "")]
        yield row


def _day(day: Any) -> str:
    return day.isoformat() if day else ""


def _near(case: Application) -> str:
    found = nearest(case)
    if found is None:
        return ""
    return found.near.label + (f"（{NOTICE}{_day(found.on)}）" if found.what == NOTICE else "")


def _next(case: Application) -> str:
    turn = turn_of(case)
    return turn.label if turn else ""
