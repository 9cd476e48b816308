"""Deeds of the stage 文书 and 送达: review, signature, seal, sending, with the letter in sight."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from gongkai.applications.actions import delivery, papers, resend
from gongkai.applications.actions.papers import MOVES, content_hash, route
from gongkai.applications.actions.served import POST_OFFICE, Sending
from gongkai.applications.desk.deeds import fields
from gongkai.applications.desk.deeds.attached import HowGiven, with_files
from gongkai.applications.desk.deeds.registry import Deed, DeedForm
from gongkai.applications.letters.engine import fill
from gongkai.applications.letters.masked import masked
from gongkai.applications.letters.templates import current
from gongkai.applications.letters.values import values_for
from gongkai.applications.models import Application, Letter
from gongkai.applications.roles import CLERKS
from gongkai.applications.state import DEFENCE, QUIET
from gongkai.base.refusal import Refused
from gongkai.law.deadlines import Outcome
from gongkai.law.taxonomy import deed_articles, letters

State = Letter.State
Wanted = Callable[[Letter], bool]
#: The words of the longest review, in the columns that keep it (``LetterStep.note``).
NOTE = 500
#: When a field about the way of delivery has to be filled in.
POSTED, HANDED_ON = "邮寄的必填", "委托送达的必填"


def preview(letter: Letter, *, unfolded: bool = True) -> SafeString:
    """The letter as text, personal data masked, to be folded up; or what it still lacks."""
    try:
        template = letter.template or current(letter.application.body, letter.code)
        text = fill(letter.code, template.text, masked(values_for(letter))).text()
    except Refused as no:
        return format_html('<span class="gk-warn">{}</span>', str(no))
    paragraphs = format_html_join("", "<p>{}</p>", ((line,) for line in text.split("\n") if line))
    asked = letter.steps.filter(from_state=State.DRAFT, to_state=route(letter)[:2][-1]).last()
    return format_html(
        '{}<details class="ga-paper"{}><summary>{}全文（{}）</summary>{}</details>',
        format_html("<p>送审时说明：{}</p>", asked.note) if asked and asked.note else "",
        mark_safe(" open") if unfolded else "",
        letters()[letter.code].label,
        letter.number or "不编文号",
        paragraphs,
    )


def waiting(case: Application, wanted: Wanted) -> list[Letter]:
    """Letters that one deed can be done on; of an archived case only L40, for a dispute."""
    some = [x for x in case.letters.all() if case.archived_on is None or x.code == DEFENCE]
    return [letter for letter in some if wanted(_with(case, letter))]


def next_letter(some: list[Letter]) -> Letter | None:
    """The one that a deed is most likely about: the only one, else the only one that the case
    waits for (a receipt waits for nobody)."""
    wanted = [x for x in some if x.code not in QUIET] if len(some) > 1 else some
    return wanted[0] if len(wanted) == 1 else None


def _with(case: Application, letter: Letter) -> Letter:
    letter.application = case
    return letter


class LetterForm(DeedForm):
    """A deed on one letter; its choice carries what the person saw of it."""

    letter = fields.choice("文书", radio=True)
    wanted: Wanted = staticmethod(lambda letter: True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.found = {
            f"{letter.pk}.{content_hash(letter)}": letter
            for letter in waiting(self.case, type(self).wanted)
        }
        field = self.fields["letter"]
        field.choices = [(k, papers.name(x)) for k, x in self.found.items()]  # type: ignore[attr-defined]
        first = next_letter(list(self.found.values()))
        field.initial = next((k for k, x in self.found.items() if x is first), None)
        field.error_messages["invalid_choice"] = "这份文书刚刚有改动，请看过最新内容后再办。"
        # Of several, the choice itself has to be in sight before any text.
        one = len(self.found) == 1
        texts = ((preview(x, unfolded=one),) for x in self.found.values())
        field.help_text = format_html_join("", "{}", texts)

    def clean_letter(self) -> Letter:
        self.looked = str(self.cleaned_data["letter"]).partition(".")[2]
        return self.found[self.cleaned_data["letter"]]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        return data | {"looked": getattr(self, "looked", "")}


def _in(*states: State) -> Wanted:
    return lambda letter: letter.state in states


class SubmitForm(HowGiven, LetterForm):
    wanted = staticmethod(lambda letter: letter.state == State.DRAFT and len(route(letter)) > 1)
    # With what is said of the files it stays within NOTE.
    note = fields.lines("送审说明", limit=350, rows=2, required=False, help_text=fields.NO_NAMES)


class LegalForm(LetterForm):
    wanted = staticmethod(_in(State.LEGAL))
    note = fields.lines(
        "审核意见",
        limit=NOTE,
        rows=3,
        required=False,
        initial="事实清楚，依据正确，程序合法，救济途径完整。",
        help_text=fields.NO_NAMES,
    )


class SecrecyForm(LetterForm):
    wanted = staticmethod(_in(State.SECRECY))
    conclusion = fields.choice(
        "审查结论",
        [
            ("不涉及国家秘密，可以按拟稿答复", "不涉及国家秘密，可以按拟稿答复"),
            ("涉及国家秘密的部分已经区分，可以按拟稿答复", "涉密部分已经区分，可以按拟稿答复"),
            ("属于国家秘密，同意不予公开", "属于国家秘密，同意不予公开"),
        ],
        radio=True,
    )
    basis = fields.line("审查依据", limit=120, initial=lambda: deed_articles()["secrecy-review"])
    opinion = fields.lines(
        "审查意见", limit=200, rows=3, required=False, help_text="不要写密级和保密期限的具体内容。"
    )


class SignForm(LetterForm):
    wanted = staticmethod(_in(State.SIGNING))
    on = fields.day("签发日期", help_text="也是文书的落款日期。")
    note = fields.lines("批示", limit=NOTE, rows=2, required=False, initial="同意。")


class SealForm(LetterForm):
    wanted = staticmethod(_in(State.SIGNED))
    on = fields.day("用印日期")


class ReturnForm(LetterForm):
    wanted = staticmethod(_in(State.LEGAL, State.SECRECY, State.SIGNING, State.SIGNED))
    note = fields.lines("哪里要改、怎样改", limit=NOTE, rows=3, help_text=fields.NO_NAMES)


class CancelForm(LetterForm):
    wanted = staticmethod(papers.may_cancel)
    note = fields.lines("作废的原因", limit=NOTE, rows=2, help_text=fields.NO_NAMES)


def _goes_out(letter: Letter) -> bool:  # papers of the file stay in it
    return letter.code not in papers.KEPT_IN_FILE and papers.why_not_sent(letter) == ""


class DeliverForm(LetterForm):
    wanted = staticmethod(_goes_out)
    way = fields.choice("送达方式", Letter.Way.choices, radio=True)
    on = fields.day("送出日期", help_text="当面送达为签收之日，邮寄为交邮之日，网上为发送之日。")
    tracking = fields.needed(POSTED, fields.line("邮件号", limit=40, required=False))
    carrier = fields.needed(
        HANDED_ON,
        fields.line(
            "邮政企业或者代送机关",
            limit=40,
            required=False,
            help_text=f"邮寄只能通过邮政企业，不填即为{POST_OFFICE}；委托送达的写明机关名称。",
        ),
    )
    signed_on = fields.day("已经签收的，签收日期", required=False, initial=None)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        route_way = {
            Application.Route.POST: Letter.Way.POST,
            Application.Route.EMAIL: Letter.Way.EMAIL,
            Application.Route.ONLINE: Letter.Way.ONLINE,
            Application.Route.FAX: Letter.Way.FAX,
        }
        chosen = route_way.get(Application.Route(self.case.route), Letter.Way.COUNTER)
        self.fields["way"].initial = chosen
        self.fields["way"].help_text = f"申请人要求：{self.case.get_route_display()}。"


class SignatureForm(LetterForm):
    wanted = staticmethod(_in(State.SENT))
    on = fields.day("签收日期")
    proof = fields.files("送达回证、邮件回执")


class ResendForm(LetterForm):
    wanted = staticmethod(
        lambda letter: letter.state == State.SENT and letter.way in resend.RETURNABLE
    )
    returned_on = fields.day("退回的日期")
    ours = fields.yes_no(
        "为什么退回",
        "本机关写错了收件人、地址",
        "按对方留下的地址寄出，查无此人、拒收或者逾期未领",
        help_text="本机关写错的，以再次送出之日为准；其他的，第一次交邮之日不变。",
    )
    proof = fields.files("退回的信封、邮政企业的退回凭证")
    way = fields.choice("再次送出的方式", Letter.Way.choices, radio=True)
    on = fields.day("再次送出的日期")
    tracking = fields.needed(POSTED, fields.line("新的邮件号", limit=40, required=False))
    carrier = fields.needed(
        HANDED_ON, fields.line("邮政企业或者代送机关", limit=40, required=False)
    )


def _why_not(form: type[LetterForm], sentence: str) -> Any:
    def why_not(case: Application, found: Outcome) -> tuple[str, str]:
        return ("", "") if waiting(case, form.wanted) else (sentence, "")

    return why_not


def _not_you(key: str, form: type[LetterForm]) -> Callable[[Application, Any], str]:
    """Nobody reviews or signs what he drafted: he is told who does, before he presses."""
    move = MOVES[key]

    def not_you(case: Application, user: Any) -> str:
        said = [papers.why_not_by(letter, move, user) for letter in waiting(case, form.wanted)]
        if not said or not all(said):
            return ""
        if move.back:
            return f"{said[0]}。"
        others = "或者".join(role.label for role in move.roles)
        return f"这份文书是您拟的，由另一位{others}办理。"

    return not_you


def _move(key: str) -> Callable[..., str]:
    def act(case: Application, data: dict[str, Any], **who: Any) -> str:
        letter = papers.move_letter(
            data["letter"],
            key,
            note=data.get("note", ""),
            otherwise=data.get("otherwise", ""),
            on=data.get("on"),
            looked=data["looked"],
            **who,
        )
        return f"{papers.name(letter)}：现在是“{letter.get_state_display()}”。"

    return act


def _secrecy(case: Application, data: dict[str, Any], **who: Any) -> str:
    said = [f"结论：{data['conclusion']}", f"依据：{data['basis']}"]
    if data["opinion"]:
        said.append(f"意见：{data['opinion']}")
    return _move("secrecy-review")(case, data | {"note": "；".join(said)}, **who)


def _deliver(case: Application, data: dict[str, Any], **who: Any) -> str:
    letter = delivery.deliver_letter(
        data["letter"],
        way=data["way"],
        on=data["on"],
        tracking=data["tracking"],
        carrier=data["carrier"],
        signed_on=data["signed_on"],
        **who,
    )
    return f"{papers.name(letter)}：{letter.get_state_display()}（{letter.get_way_display()}）。"


def _signature(case: Application, data: dict[str, Any], **who: Any) -> str:
    letter = delivery.record_signature(
        data["letter"], on=data["on"], proof=data["proof"] or (), **who
    )
    return f"{papers.name(letter)}：已登记签收。"


def _resend(case: Application, data: dict[str, Any], **who: Any) -> str:
    way, on = data["way"], data["on"]
    signed_on = on if way == Letter.Way.COUNTER else None
    letter = resend.resend_letter(
        data["letter"],
        resend.Return(data["returned_on"], data["ours"] == "yes", data["proof"] or ()),
        Sending(way, on, data["tracking"].strip(), data["carrier"].strip(), signed_on),
        **who,
    )
    return f"{papers.name(letter)}：退回已经登记，{letter.get_state_display()}。"


def _station(
    key: str,
    form: type[LetterForm],
    sentence: str,
    act: Any,
    *,
    joined: bool = False,
    **more: str,
) -> Deed:
    move = MOVES[key]
    return Deed(
        key,
        more.get("label", move.verb),
        "文书",
        move.roles,
        form,
        _why_not(form, sentence),
        act,
        hint=more.get("hint", f"{move.hint}。"),
        final=more.get("final", ""),
        joined=joined,
        archived=True,
        not_you=_not_you(key, form),
    )


DEEDS: tuple[Deed, ...] = (
    _station("submit", SubmitForm, "没有等待送审的文书。", with_files(_move("submit"))),
    _station(
        "legal-review",
        LegalForm,
        "没有等待法制审核的文书。",
        _move("legal-review"),
        hint="看事实是否清楚、依据是否正确、程序是否合法、救济途径是否完整。拟稿人不能审核自己的文书。",
    ),
    _station(
        "secrecy-review",
        SecrecyForm,
        "没有等待保密审查的文书。",
        _secrecy,
        hint="公开前的审查：先审查、后公开，一事一审。结论、依据和意见记入审查呈批单。",
    ),
    _station(
        "sign",
        SignForm,
        "没有等待签发的文书。",
        _move("sign"),
        hint="签发后文书内容不能再改；要改的，先退回。",
    ),
    _station(
        "seal", SealForm, "没有等待用印的文书。", _move("seal"), final="用印登记号取用后不再收回。"
    ),
    _station("return", ReturnForm, "没有可以退回的文书。", _move("return"), joined=True),
    _station(
        "cancel",
        CancelForm,
        "没有可以作废的文书：拟稿、已经用印还没有送出的可以作废。",
        _move("cancel"),
        label="作废文书",  # of a letter, not of the case
        final="作废的文号不再使用。",
        joined=True,
    ),
    Deed(
        "deliver",
        "送出文书",
        "送达",
        CLERKS,
        DeliverForm,
        _why_not(DeliverForm, "没有可以送出的文书。"),
        _deliver,
        hint="当面或者委托送达以签收之日为准，邮寄以交邮之日为准，网上以发送之日为准。",
        final="文书连同校验值定稿存档，期限随之起算或者停止，不能再改。",
        joined=True,
        archived=True,
    ),
    Deed(
        "signature",
        "登记签收",
        "送达",
        CLERKS,
        SignatureForm,
        _why_not(SignatureForm, "没有等待签收的文书。"),
        _signature,
        hint="补正、缴费和救济的期限从签收之日起算。",
        joined=True,
        archived=True,
    ),
    Deed(
        "redeliver",
        "登记退回、再次送出",
        "送达",
        CLERKS,
        ResendForm,
        _why_not(ResendForm, "没有寄出以后等待签收的文书。"),
        _resend,
        hint="寄出的文书被邮政退回的：先与收件人核对地址，再送一次；文书内容、文号和落款日期不变。",
        joined=True,
        archived=True,
    ),
)
