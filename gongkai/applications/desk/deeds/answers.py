"""The deed 转为主动公开 (条例 Art 44): its form starts empty, nothing of the case is copied."""

from __future__ import annotations

from typing import Any

from django import forms

from gongkai.applications.actions.answers import publish_answer, why_not_published
from gongkai.applications.desk.deeds.registry import Deed, DeedForm
from gongkai.applications.models import Application
from gongkai.applications.roles import HEADS
from gongkai.law.deadlines import Outcome


class PublishAnswerForm(DeedForm):
    question = forms.CharField(
        label="申请公开的信息",
        max_length=200,
        help_text="用自己的话写，不写申请人，不照抄申请。例如：2025年校车停靠点一览表。",
        error_messages={"required": "请写明申请公开的是什么信息。"},
    )
    answer = forms.CharField(
        label="公开的内容",
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text="可以向所有人公开的内容；已经在网站公开的，只填下面的网址也可以。",
    )
    address = forms.URLField(
        label="已经公开的网址",
        required=False,
        max_length=500,
        assume_scheme="https",
        error_messages={"invalid": "网址的格式不对，应当以 https:// 或者 http:// 开头。"},
    )
    looked = forms.BooleanField(
        label="已经逐字看过：没有个人信息、商业秘密，经过保密审查，可以向社会公开",
        error_messages={"required": "公开前请逐字看一遍，并勾选确认。"},
    )


def _why_not(case: Application, found: Outcome) -> tuple[str, str]:
    return why_not_published(case), ""


def _act(case: Application, data: dict[str, Any], *, by: Any, seen: int | None) -> str:
    published = publish_answer(
        case,
        question=data["question"],
        answer=data["answer"],
        address=data["address"],
        by=by,
        seen=seen,
    )
    return f"已经公开：“{published.question}”。可以在“已公开的答复”中撤下。"


DEEDS: tuple[Deed, ...] = (
    Deed(
        key="publish-answer",
        label="转为主动公开",
        group="结案",
        roles=HEADS,
        form=PublishAnswerForm,
        why_not=_why_not,
        act=_act,
        hint="把这件答复公开，以后同样的问题一查就有",
        final="公开以后任何人都能看到，并能被检索。",
        archived=True,
    ),
)
