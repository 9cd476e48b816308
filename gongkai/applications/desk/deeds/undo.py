"""The deed that puts a wrong split, merger or link right, while nothing of it went out."""

from __future__ import annotations

from gongkai.applications.actions import handling
from gongkai.applications.desk.deeds import fields
from gongkai.applications.desk.deeds.registry import Deed, DeedForm
from gongkai.applications.models import Application
from gongkai.applications.roles import CLERKS
from gongkai.law.deadlines import Outcome
from gongkai.law.taxonomy import deed_articles


class UndoForm(DeedForm):
    reason = fields.reason("为什么撤销", help_text=fields.NO_NAMES)


def why_not_undo(case: Application, found: Outcome) -> tuple[str, str]:
    why_not = handling.why_not_undo(case)
    return why_not, deed_articles()["undo-shape"] if why_not else ""


DEEDS: tuple[Deed, ...] = (
    Deed(
        "undo-shape",
        "撤销拆分、合并、重复登记",
        "受理",
        CLERKS,
        UndoForm,
        why_not_undo,
        lambda case, data, **who: handling.undo_shape(case, data["reason"], **who),
        hint="登记有误、还没有送出文书的，恢复原来的一件（几件），期限照旧；两次登记都留在办理记录里。",
        joined=True,
    ),
)
