"""Deeds of the stage 答复: deciding (on a page of its own) and the draft of the reply."""

from __future__ import annotations

from typing import Any

from gongkai.applications.actions import reply
from gongkai.applications.actions.papers import name
from gongkai.applications.desk.deeds import fields
from gongkai.applications.desk.deeds.registry import Deed, DeedForm
from gongkai.applications.models import Application, Letter
from gongkai.applications.roles import HANDLERS
from gongkai.applications.similar import decision_label
from gongkai.applications.state import REPLIES
from gongkai.base.refusal import Refused
from gongkai.law.deadlines import Outcome
from gongkai.law.decisions import statistical_decision
from gongkai.law.taxonomy import deed_articles, letters


class DraftForm(DeedForm):
    files = fields.given_files()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = fields.released(self.case)
        self.fields["files"].choices = choices  # type: ignore[attr-defined]
        self.fields["files"].initial = [k for k, _ in choices]
        if not choices:
            del self.fields["files"]
        items = list(self.case.items.all())
        if items and all(i.decision for i in items):
            code = reply.letter_for(items)
            decision = statistical_decision([i.decision for i in items])
            self.about = (
                f"将起草{letters()[code].label}，共{len(items)}项；"
                f"整件计入“{decision_label(decision)}”。"
            )


def busy_reply(case: Application) -> Letter | None:
    """The reply that is under way, read from what the page has read already."""
    for letter in case.letters.all():
        if (
            letter.code in REPLIES
            and not letter.frozen_sha256
            and letter.state != Letter.State.CANCELLED
        ):
            return letter
    return None


def why_not_decide(case: Application, found: Outcome) -> tuple[str, str]:
    """Deciding: registered, not answered and not withdrawn, no reply under way."""
    if found.status in ("replied", "withdrawn") or case.state in ("split", "merged"):
        return "这件申请已经办结。", ""
    if found.received_on is None:
        return "还没有确定收到申请之日，请先确认收到。", deed_articles()["confirm-receipt"]
    if case.registered_at is None:
        return "请先登记。", deed_articles()["register"]
    if letter := busy_reply(case):
        return f"已经起草{letters()[letter.code].label}，要改决定的请先作废文书。", ""
    return "", ""


def why_not_draft(case: Application, found: Outcome) -> tuple[str, str]:
    why_not = why_not_decide(case, found)
    if why_not[0]:
        return why_not
    if not all(i.decision for i in case.items.all()):
        return "还有事项没有拟定答复决定。", deed_articles()["decide"]
    return "", ""


def _on_its_own_page(case: Application, data: dict[str, Any], **who: Any) -> None:
    raise Refused("请逐项回答七个问题后作出决定。")


def _draft(case: Application, data: dict[str, Any], **who: Any) -> str:
    made = reply.draft_reply(case, files=[int(pk) for pk in data.get("files", ())], **who)
    said = "、".join(name(letter) for letter in made)
    return f"已起草{said}，请看过全文后送审。"


DEEDS: tuple[Deed, ...] = (
    Deed(
        "decide",
        "拟定答复决定",
        "答复",
        HANDLERS,
        DeedForm,
        why_not_decide,
        _on_its_own_page,
        hint="按七个问题逐项判断；法律不允许的组合不能保存。",
    ),
    Deed(
        "draft",
        "起草答复文书",
        "答复",
        HANDLERS,
        DraftForm,
        why_not_draft,
        _draft,
        hint="按拟定的决定生成文书，写明依据、理由和救济途径。",
    ),
)
