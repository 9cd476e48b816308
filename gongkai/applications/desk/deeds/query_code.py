"""The deed for one who has lost his query code, with its form."""

from __future__ import annotations

from typing import Any

from gongkai.applications.actions.query_code import WAYS, renew_code
from gongkai.applications.desk.deeds import fields
from gongkai.applications.desk.deeds.registry import Deed, DeedForm, Told
from gongkai.applications.models import Application
from gongkai.applications.roles import CLERKS
from gongkai.law.deadlines import Outcome


class RenewForm(DeedForm):
    how = fields.choice("怎样核对的身份", [(way, way) for way in WAYS], radio=True)
    note = fields.line(
        "核对的情况",
        limit=100,
        required=False,
        help_text=f"例如：与申请时登记的一致。{fields.NO_NAMES}",
    )


def why_not_renew(case: Application, found: Outcome) -> tuple[str, str]:
    if case.erased_at is not None:
        return "这件申请的内容已满保存年限清除，没有可以查询的了。", ""
    return "", ""


def _renew(case: Application, data: dict[str, Any], **who: Any) -> Told:
    case.told = renew_code(case, data["how"], note=data["note"], **who)
    return Told("已换发查询码，原来的从现在起不能再用。", (case,))


DEEDS: tuple[Deed, ...] = (
    Deed(
        "renew-code",
        "换发查询码",
        "受理",
        CLERKS,
        RenewForm,
        why_not_renew,
        _renew,
        hint="申请人遗失查询码的：核对身份以后换发，新的查询码只显示一次，请当场打印告知单。",
        final="原来的查询码立即失效，正在用它查询的随即退出。这件申请也从网上的申请人账号中移出，"
        "申请人用新的查询码可以再添加。",
        joined=True,
        archived=True,
    ),
)
