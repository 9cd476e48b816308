"""Deeds of the stage 受理: confirm, register, put right, split, merge, link, with their forms."""

from __future__ import annotations

from typing import Any

from gongkai.applications import clock
from gongkai.applications.actions import handling
from gongkai.applications.actions.handling.receipt import STRIKABLE
from gongkai.applications.actions.handling.shape import earlier_answers, earlier_cases
from gongkai.applications.actions.unmask import LABELS
from gongkai.applications.desk.deeds import fields
from gongkai.applications.desk.deeds.conditions import foreseen
from gongkai.applications.desk.deeds.registry import (
    Deed,
    DeedForm,
    Told,
    law_allows,
    while_open,
)
from gongkai.applications.models import Application, Approval
from gongkai.applications.models.case import CHANNELS, KINDS
from gongkai.applications.roles import CLERKS
from gongkai.applications.similar import decision_label
from gongkai.applications.state import ENDED
from gongkai.base.masking import MASKS
from gongkai.law.deadlines import EventType, Outcome
from gongkai.law.taxonomy import channels, deed_articles

WAYS = [(w, w) for w in ("电话", "短信", "电子邮件", "当面", "网上互动", "传真")]
#: Items and parts that one form takes.
MOST = 6


class ConfirmForm(DeedForm):
    on = fields.day("双方确认的日期", help_text="这一天就是收到申请之日，答复期限从第二天起算。")
    how = fields.choice(
        "确认方式", WAYS, help_text="完整的电话号码在申请页面点“查看完整的个人信息”。"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if channels()[self.case.channel].receipt == "receipt.ordinary_mail":
            self.fields["on"].initial = self.case.submitted_on
            self.fields[
                "on"
            ].help_text = "平常信函应当在收到当天与申请人确认；确认的日期就是收到申请之日。"

    @property
    def about(self) -> str:
        kind = EventType.RECEIPT_CONFIRMED_BY_BOTH
        return foreseen(self.case, kind, "今天双方确认的，答复期限为")


class ContactForm(DeedForm):
    on = fields.day("日期")
    how = fields.choice("联系方式", WAYS)


class RegisterForm(DeedForm):
    applicant_kind = fields.choice("申请人类别", KINDS, help_text="年度报告按这个类别统计。")
    subject = fields.line("所需信息", help_text="一句话写明要什么信息，会出现在文书里。")
    items = fields.lines(
        "申请事项",
        rows=5,
        limit=5000,
        help_text="一行写一项。每一项单独作出决定；内容互不相干的，登记后可以拆分为几件。",
    )
    document_number = fields.line("文号或者其他特征", required=False)
    form = fields.choice("获取信息的方式", Application.Form.choices)
    route = fields.choice("获取信息的途径", Application.Route.choices)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("applicant_kind", "subject", "document_number", "form", "route"):
            self.fields[name].initial = getattr(self.case, name)
        self.fields["items"].initial = items_text(self.case)

    def clean_items(self) -> list[str]:
        return item_lines(self.cleaned_data["items"])


def items_text(case: Application) -> str:
    """One line for each item."""
    return "\n".join(" ".join(i.text.split()) for i in case.items.all())


def item_lines(text: str) -> list[str]:
    """The items of a text with one line for each."""
    return [line.strip() for line in text.splitlines() if line.strip()]


_DIRECT = ("applicant_kind", "subject", "document_number", "form", "route", "channel")


class CorrectForm(RegisterForm):
    """Personal data are not shown: what stays empty stays as it is."""

    channel = fields.choice("申请渠道", CHANNELS, help_text="收到申请之日随渠道确定。")
    submitted_on = fields.day("提交（签收、收到信件）的日期")
    reason = fields.reason("为什么更正")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["channel"].initial = self.case.channel
        self.fields["submitted_on"].initial = self.case.submitted_on
        for name in MASKS:
            shown = MASKS[name]((self.case.applicant or {}).get(name)) or "没有填写"
            self.fields[f"who_{name}"] = fields.line(
                LABELS[name], required=False, help_text=f"现在是：{shown}。不改就不填。"
            )
        self.order_fields([*[n for n in self.fields if n != "reason"], "reason"])

    def changes(self) -> dict[str, Any]:
        """What the person changed, by field of the application."""
        data = self.cleaned_data
        found = {n: data[n] for n in (*_DIRECT, "submitted_on") if n in self.changed_data}
        if data["items"] != item_lines(items_text(self.case)):
            found["items"] = data["items"]
        who = {n: data[f"who_{n}"].strip() for n in MASKS if data[f"who_{n}"].strip()}
        if who:
            found["applicant"] = {**(self.case.applicant or {}), **who}
        return found

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.errors:
            data["changes"] = self.changes()
        return data


class StrikeForm(DeedForm):
    event = fields.choice("哪一条记录有误", radio=True)
    reason = fields.reason("为什么更正", help_text=fields.NO_NAMES)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["event"].choices = [  # type: ignore[attr-defined]
            (str(e.pk), f"{e.on} {e.text}") for e in strikable(self.case)
        ]


def strikable(case: Application) -> list[Any]:
    """Entries that can be struck out by themselves."""
    return [
        e
        for e in clock.in_force(case.events.all())
        if e.deed in STRIKABLE and "letter" not in e.data
    ]


class SplitForm(DeedForm):
    reason = fields.reason("为什么拆分", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        texts = [i.text for i in self.case.items.all()]
        for n in range(1, MOST + 1):
            text = texts[n - 1] if len(texts) >= n and len(texts) > 1 else ""
            self.fields[f"subject_{n}"] = fields.line(
                f"第{n}件：要什么信息", required=n < 3, initial=" ".join(text.split())[:200]
            )
            self.fields[f"details_{n}"] = fields.lines(
                f"第{n}件：申请人的具体描述", rows=2, required=False, initial=text
            )
        self.order_fields([*[n for n in self.fields if n != "reason"], "reason"])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        data["parts"] = [
            handling.Part(data[f"subject_{n}"], data.get(f"details_{n}", ""))
            for n in range(1, MOST + 1)
            if data.get(f"subject_{n}", "").strip()
        ]
        return data


class EarlierForm(DeedForm):
    """An earlier application of the same applicant; ``offered``: not answered yet."""

    earlier = fields.choice("哪一件", radio=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["earlier"].choices = [  # type: ignore[attr-defined]
            (str(c.pk), f"{c.submitted_on} {c.number} {c.subject}（{self.word(c)}）")
            for c in self.offered()
        ]

    def offered(self) -> list[Application]:
        return [c for c in earlier_cases(self.case) if c.state not in ENDED and not c.closed_on]

    def word(self, other: Application) -> str:
        return other.get_state_display()

    def clean_earlier(self) -> Application:
        return Application.objects.get(pk=self.cleaned_data["earlier"])


class MergeForm(EarlierForm):
    reason = fields.reason("为什么合并")


class RepeatForm(EarlierForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["earlier"].help_text = "所要信息相同、最早作出实质答复的一件，排在最前面。"

    def offered(self) -> list[Application]:
        return earlier_answers(self.case)

    def word(self, other: Application) -> str:
        return f"{decision_label(other.decision) or '已答复'}，{other.effective_on}"


# --- why not --------------------------------------------------------------------------------


def why_not_register(case: Application, found: Outcome) -> tuple[str, str]:
    why_not = while_open(case, found)
    if why_not[0]:
        return why_not
    if case.registered_at is not None:
        return "这件申请已经登记。", ""
    return "", ""


def why_not_open(case: Application, found: Outcome) -> tuple[str, str]:
    """Also before the receipt is confirmed."""
    if case.state in ENDED or found.closed_on is not None:
        return "这件申请已经办结。", ""
    return "", ""


def why_not_strike(case: Application, found: Outcome) -> tuple[str, str]:
    if case.archived_on is not None:
        return "这件申请已经归档。", ""
    if not strikable(case):
        return "没有可以单独更正的办理记录。", ""
    return "", ""


def why_not_split(case: Application, found: Outcome) -> tuple[str, str]:
    why_not = why_not_open(case, found)
    if why_not[0]:
        return why_not
    if case.split_from_id is not None:
        return "这件申请已经是拆分出来的一件。", ""
    if found.consultations:
        return "已经征求意见，请分项作出决定。", deed_articles()["decide"]
    if found.payment_due is not None:
        return "已经发出收费通知，不能再拆分。", deed_articles()["payment"]
    if any(a.kind == Approval.Kind.EXTENSION and a.approved is None for a in case.approvals.all()):
        return "延期请求正在等待负责人批示，批示以后再办。", deed_articles()["approve-extension"]
    return "", ""


def why_not_merge(case: Application, found: Outcome) -> tuple[str, str]:
    why_not = why_not_split(case, found)
    if why_not[0]:
        return why_not
    if not any(c.state not in ENDED and c.closed_on is None for c in earlier_of(case)):
        return "没有同一申请人更早的、正在办理的申请。", deed_articles()["merge"]
    return "", ""


def why_not_repeat(case: Application, found: Outcome) -> tuple[str, str]:
    why_not = why_not_open(case, found)
    if why_not[0]:
        return why_not
    if not any(c.effective_on is not None for c in earlier_of(case)):
        return "没有同一申请人更早的、已经答复的申请。", deed_articles()["repeat"]
    return "", ""


def earlier_of(case: Application) -> list[Application]:
    """``earlier_cases``, read once for a page."""
    known: list[Application] | None = getattr(case, "known_earlier", None)
    if known is None:
        known = case.known_earlier = earlier_cases(case)  # type: ignore[attr-defined]
    return known


def _correct(case: Application, data: dict[str, Any], **who: Any) -> None:
    handling.correct_register(case, data["changes"], reason=data["reason"], **who)


def _register(case: Application, data: dict[str, Any], **who: Any) -> str:
    handling.register(case, **data, **who)
    return "已登记，登记回执和登记表已经起草，见“文书”。"


def _split(case: Application, data: dict[str, Any], **who: Any) -> str | Told:
    made = handling.split(case, data["parts"], data["reason"], **who)
    said = f"已拆分为{len(made)}件：{'、'.join(p.number for p in made)}。请分别发出登记回执"
    told = tuple(p for p in made if p.told)
    return Told(f"{said}和查询码。", told) if told else f"{said}，各件的查询码与原来的相同。"


DEEDS: tuple[Deed, ...] = (
    Deed(
        "confirm-receipt",
        "确认收到",
        "受理",
        CLERKS,
        ConfirmForm,
        law_allows(EventType.RECEIPT_CONFIRMED_BY_BOTH),
        lambda case, data, **who: handling.confirm_receipt(case, **data, **who),
        hint="与申请人双方确认申请已经收到，答复期限从此起算。",
        final="收到申请之日确定以后不再变更，请核对日期。",
    ),
    Deed(
        "contact",
        "记录联系不上",
        "受理",
        CLERKS,
        ContactForm,
        law_allows(EventType.CONTACT_ATTEMPT_FAILED),
        lambda case, data, **who: handling.note_contact(case, reached=False, **data, **who),
        hint="按申请人留下的方式联系不上：先登记在案，恢复联系之日为收到申请之日。",
    ),
    Deed(
        "contact-restored",
        "记录恢复联系",
        "受理",
        CLERKS,
        ContactForm,
        law_allows(EventType.CONTACT_RESTORED),
        lambda case, data, **who: handling.note_contact(case, reached=True, **data, **who),
        hint="与申请人恢复联系的当天为收到申请之日。",
        final="收到申请之日确定以后不再变更，请核对日期。",
    ),
    Deed(
        "register",
        "登记",
        "受理",
        CLERKS,
        RegisterForm,
        why_not_register,
        _register,
        hint="核对申请人类别、申请事项和信息特征，登记在册，并起草登记回执和登记表。",
    ),
    Deed(
        "split",
        "拆分为几件",
        "受理",
        CLERKS,
        SplitForm,
        why_not_split,
        _split,
        hint="一份申请包含几个互不相干的事项：按一事一申请拆分，各件分别编号、分别答复、分别统计。",
        final="各件送出文书以后不能撤销。",
    ),
    Deed(
        "merge",
        "并入更早的一件",
        "受理",
        CLERKS,
        MergeForm,
        why_not_merge,
        lambda case, data, **who: handling.merge(case, data["earlier"], data["reason"], **who),
        hint="同一申请人就同一事项先后提出、前一件还没有答复的，并入前一件一并答复，只统计一件。",
        final="再送出文书以后不能撤销。",
    ),
    Deed(
        "repeat",
        "关联为重复申请",
        "受理",
        CLERKS,
        RepeatForm,
        why_not_repeat,
        lambda case, data, **who: handling.link_repeat(case, data["earlier"], **who),
        hint="同一申请人就相同信息再次提出、前一件已经答复的，关联前一件，可以作不予重复处理的决定。",
    ),
    Deed(
        "correct-register",
        "更正登记内容",
        "受理",
        CLERKS,
        CorrectForm,
        why_not_open,
        _correct,
        hint="登记时写错的，在这里改正；原来的内容和现在的内容都留在操作记录里。",
    ),
    Deed(
        "void",
        "更正一条办理记录",
        "受理",
        CLERKS,
        StrikeForm,
        why_not_strike,
        lambda case, data, **who: handling.strike_out(
            case, int(data["event"]), data["reason"], **who
        ),
        hint="记错的日期、误点的办理：划去这一条，期限重新计算；划去的记录仍然看得到。",
        joined=True,
    ),
)
