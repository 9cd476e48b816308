"""Deeds of the stage 征求意见: each consultation with its letters, service, answer and judgment."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gongkai.applications import clock
from gongkai.applications.actions import consulting
from gongkai.applications.desk.deeds import fields
from gongkai.applications.desk.deeds.conditions import once_registered, rule_value
from gongkai.applications.desk.deeds.registry import Deed, DeedForm
from gongkai.applications.models import Application, Consultation
from gongkai.applications.roles import HANDLERS
from gongkai.law.deadlines import EventType, Outcome
from gongkai.law.letters import cited
from gongkai.law.taxonomy import deed_articles

Party = Consultation.Party
Position = Consultation.Position


class ConsultForm(DeedForm):
    party = Party.THIRD_PARTY
    name = fields.line("名称或者姓名", limit=100)
    address = fields.line("送达地址", required=False)
    phone = fields.line("联系电话", limit=60, required=False)
    content = fields.lines(
        "涉及的信息",
        limit=300,
        rows=3,
        help_text="写明征求哪些信息的意见。不要写申请人是谁；确有必要的除外。",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["content"].initial = self.case.subject
        days = rule_value(self.case, f"consultation.{self.party.value}_days")
        if days:
            self.fields["content"].help_text += f"对方应当自收到之日起 {days} 个工作日内回复。"


class AskJointForm(ConsultForm):
    party = Party.JOINT_MAKER
    name = fields.line("机关名称", limit=100)


class AskAgencyForm(ConsultForm):
    party = Party.OTHER_AGENCY
    name = fields.line("机关名称", limit=100)
    until = fields.day("请对方于何日前反馈", initial=None)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        days = rule_value(self.case, f"consultation.{self.party.value}_days")
        if days:
            calendar = clock.law_for(self.case.body).calendar
            self.fields["until"].initial = calendar.add(clock.today(), days)


class OneForm(DeedForm):
    """Something about one of the consultations of the case."""

    reference = fields.choice("哪一次征求意见", radio=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fit = fit = [c for c in self.case.consultations.all() if self.fits(c)]
        self.fields["reference"].choices = [  # type: ignore[attr-defined]
            (c.reference, f"{c.reference} {c.get_party_display()}：{c.content}") for c in fit
        ]
        if len(fit) == 1:
            self.fields["reference"].initial = fit[0].reference

    @staticmethod
    def fits(one: Consultation) -> bool:
        return True


class ServedForm(OneForm):
    on = fields.day("对方收到的日期", help_text="对方的回复期限从第二天起算。")
    proof = fields.files("送达凭证（送达回证、邮件签收记录）")

    @staticmethod
    def fits(one: Consultation) -> bool:
        return one.sent_on is not None and one.delivered_on is None and one.replied_on is None


class ReplyForm(OneForm):
    on = fields.day("收到回复的日期")
    position = fields.choice("对方的意见", Position.choices, radio=True)
    reasons = fields.lines("对方的理由", rows=3, required=False)
    reasonable = fields.choice(
        "第三方不同意的理由是否成立",
        [("", "不用判断，或者以后再判断"), ("yes", "成立"), ("no", "不成立")],
        required=False,
        radio=True,
    )
    files = fields.files("书面意见、意见回执")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Only of a third party the law asks whether its reasons hold (Art 32).
        if not any(c.party == Party.THIRD_PARTY for c in self.fit):
            del self.fields["reasonable"]

    @staticmethod
    def fits(one: Consultation) -> bool:
        return one.sent_on is not None and one.replied_on is None

    def clean_reasonable(self) -> bool | None:
        return {"yes": True, "no": False}.get(self.cleaned_data["reasonable"])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        objects = data.get("position") in (Position.OBJECTS, Position.PARTLY)
        if objects and not data.get("reasons", "").strip() and not data.get("files"):
            self.add_error("reasons", "对方不同意或者部分同意的，请写明理由，或者附上书面意见。")
        return data


class JudgeForm(OneForm):
    reasonable = fields.yes_no("不同意的理由是否成立", "成立", "不成立")
    why = fields.lines("判断的理由", rows=3)

    @staticmethod
    def fits(one: Consultation) -> bool:
        return consulting.to_judge(one)

    def clean_reasonable(self) -> bool:
        return bool(self.cleaned_data["reasonable"] == "yes")


# --- why not ----------------------------------------------------------------------------------


def why_not_consult(case: Application, found: Outcome) -> tuple[str, str]:
    why_not = once_registered(case, found)
    if why_not[0]:
        return why_not
    free = f"C{1 + len(case.consultations.all())}"
    return clock.probe(case, EventType.CONSULTATION_SENT, id=free)


def for_some(form: type[OneForm], sentence: str, key: str) -> Any:
    """Possible while there is a consultation that the form is for."""

    def why_not(case: Application, found: Outcome) -> tuple[str, str]:
        if found.closed_on is not None:
            return "这件申请已经办结。", ""
        if any(form.fits(c) for c in case.consultations.all()):
            return "", ""
        return sentence, deed_articles()[key]

    return why_not


def by_party(form: type[OneForm]) -> Callable[[Application], str]:
    """The articles of those consulted that the form is for: a joint maker's is Art 34."""

    def rests_on(case: Application) -> str:
        fit = [c.party for c in case.consultations.all() if form.fits(c)]
        return cited(dict.fromkeys(deed_articles()[consulting.DEED[Party(p)]] for p in fit))

    return rests_on


# --- the deeds --------------------------------------------------------------------------------


def _consult(party: Consultation.Party) -> Any:
    def act(case: Application, data: dict[str, Any], **who: Any) -> str:
        contact = {k: data[k].strip() for k in ("name", "address", "phone")}
        entry = consulting.consult(
            case, party, contact=contact, content=data["content"], until=data.get("until"), **who
        )
        return (
            f"征求意见（{entry.reference}）的文书已经起草，请在“文书”中送审、发出；"
            "发出之日起答复期限中止计算。"
        )

    return act


_EXCLUDED = "征求意见所需时间不计入答复期限。"

DEEDS: tuple[Deed, ...] = (
    Deed(
        "consult-third-party",
        "征求第三方意见",
        "征求意见",
        HANDLERS,
        ConsultForm,
        why_not_consult,
        _consult(Party.THIRD_PARTY),
        hint="公开会损害第三方合法权益的，书面征求其意见：起草征求意见书、意见回执和给申请人的告知书。"
        + _EXCLUDED,
    ),
    Deed(
        "consult-joint-maker",
        "征求共同制作机关意见",
        "征求意见",
        HANDLERS,
        AskJointForm,
        why_not_consult,
        _consult(Party.JOINT_MAKER),
        hint="几个机关共同制作的信息，由牵头机关征求其他机关的意见；逾期不回复视为同意公开。"
        + _EXCLUDED,
    ),
    Deed(
        "consult-agency",
        "请其他机关协办",
        "征求意见",
        HANDLERS,
        AskAgencyForm,
        why_not_consult,
        _consult(Party.OTHER_AGENCY),
        hint="需要其他机关协助确认的，发协办函。" + _EXCLUDED,
    ),
    Deed(
        "consultation-served",
        "记录对方收到",
        "征求意见",
        HANDLERS,
        ServedForm,
        for_some(ServedForm, "没有已经发出、等待送达的征求意见。", "consultation-served"),
        lambda case, data, **who: consulting.note_service(case, **data, **who),
        hint="对方收到征求意见文书的日期，回复期限由此起算。",
    ),
    Deed(
        "consultation-reply",
        "记录对方回复",
        "征求意见",
        HANDLERS,
        ReplyForm,
        for_some(ReplyForm, "没有等待回复的征求意见。", "consultation-reply"),
        lambda case, data, **who: consulting.note_reply(case, **data, **who),
        hint="对方同意、部分同意还是不同意公开；是第三方不同意的，理由是否成立。",
        rests_on=by_party(ReplyForm),
    ),
    Deed(
        "judge-objection",
        "判断反对的理由",
        "征求意见",
        HANDLERS,
        JudgeForm,
        for_some(JudgeForm, "没有第三方反对公开的意见需要判断。", "judge-objection"),
        lambda case, data, **who: consulting.judge_objection(case, **data, **who),
        hint="不同意公开且有合理理由的，不予公开；认为不公开会对公共利益造成重大影响的，可以公开。",
    ),
)
