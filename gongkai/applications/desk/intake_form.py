"""The form of an application that comes in at the desk: its fields follow from the channel."""

from __future__ import annotations

import secrets
from datetime import date
from typing import Any

from django import forms
from django.forms.boundfield import BoundField

from gongkai.applications import clock
from gongkai.applications.actions.intake import Intake, NewFile
from gongkai.applications.identity import EVIDENCE, ID_TYPES
from gongkai.applications.models import Application, CaseFile
from gongkai.applications.models.case import KINDS
from gongkai.applications.roles import CLERKS
from gongkai.base.inputs import DayInput
from gongkai.base.uploads import SafeFilesField
from gongkai.bodies.models import Body
from gongkai.bodies.queries import bodies_for
from gongkai.law.taxonomy import Channel

#: How the day is called that the clerk enters, by channel.
DAY = {
    "in_person": "提交申请的日期",
    "oral": "口头提出申请的日期",
    "ems": "签收邮件的日期",
    "registered": "签收邮件的日期",
    "ordinary": "收到信函的日期",
    "online": "网上提交申请的日期",
    "fax": "收到传真的日期",
    "email": "收到电子邮件的日期",
    "other": "收到申请的日期",
}
PROOF = {
    "in_person": "收件凭证（可以不附）",
    "oral": "申请人签名的申请表或者录音的说明",
    "ems": "信封、面单、签收记录",
    "registered": "信封、签收记录",
    "ordinary": "信封、收件登记",
    "online": "网上申请的打印件或者截图",
    "fax": "传真件",
    "email": "邮件打印件或者截图",
    "other": "收件凭证",
}
THEN = [
    ("", "还没有联系申请人，收件以后再确认"),
    ("confirmed", "已经与申请人确认收到"),
    ("contact_failed", "按申请人留下的联系方式联系不上"),
]
#: Which field's files are kept as what.
FILES = {
    "requests": CaseFile.Kind.REQUEST,
    "identity": CaseFile.Kind.IDENTITY,
    "authorisation": CaseFile.Kind.AUTHORISATION,
    "proofs": CaseFile.Kind.RECEIPT_PROOF,
}
_APPLICANT = (
    "name",
    "id_type",
    "id_number",
    "credit_code",
    "representative",
    "contact",
    "agent",
    "agent_id_number",
    "phone",
    "email",
    "address",
    "post_code",
)


def _text(label: str, length: int = 100, *, required: bool = False, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=length, required=required, **more)


def _area(label: str, rows: int, length: int, help_text: str = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=length,
        required=False,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


class IntakeForm(forms.Form):
    """One application. Only what no application can be without is required.

    What the law asks for and the applicant did not write is asked for afterwards (补正).
    """

    submission_key = forms.RegexField(r"^[0-9a-f]{32}$", widget=forms.HiddenInput)
    body = forms.ModelChoiceField(Body.objects.none(), label="受理机关", empty_label=None)
    on = forms.DateField(
        label="",
        widget=DayInput(),
        error_messages={"required": "请填写日期。", "invalid": "看不懂这个日期，请重新选择。"},
    )
    tracking = forms.RegexField(
        r"^[0-9A-Za-z-]{6,30}$",
        label="邮件号",
        error_messages={
            "required": "请填写邮件号，它是签收日期的凭据。",
            "invalid": "邮件号由 6 至 30 位数字和字母组成，请核对面单。",
        },
    )
    then = forms.ChoiceField(
        label="与申请人确认收到", choices=THEN, required=False, widget=forms.RadioSelect
    )
    then_on = forms.DateField(
        label="确认或者联系的日期",
        required=False,
        help_text="不填的，与上面的日期相同。",
        widget=DayInput(),
        error_messages={"invalid": "看不懂这个日期，请重新选择。"},
    )
    call = _area("确认记录", 3, 1000, "什么时间、用什么方式联系、申请人怎样答复。")
    read_back = forms.BooleanField(
        label="已把填写的内容读给申请人听，申请人确认无误",
        error_messages={"required": "口头申请代填以后，须经申请人确认无误才能收件。"},
    )
    proofs = SafeFilesField(label="", required=False)

    applicant_kind = forms.ChoiceField(label="申请人类别", choices=KINDS)
    name = _text(
        "姓名或者名称",
        60,
        required=True,
        help_text="申请书上没有写明的，填“未写明”，收件以后通知补正。",
        error_messages={"required": "请填写申请人的姓名或者名称。"},
    )
    id_type = forms.ChoiceField(
        label="证件名称", choices=[(t, t) for t in ID_TYPES], required=False, help_text="自然人填写"
    )
    id_number = _text("证件号码", 40, help_text="自然人填写")
    credit_code = _text("统一社会信用代码", 18, help_text="法人或者其他组织填写")
    representative = _text("法定代表人或者负责人", 60, help_text="法人或者其他组织填写")
    contact = _text("联系人", 60)
    agent = _text(
        "代理人", 60, help_text="代为申请的，类别和姓名按委托人填写，这里填代理人；文书写明代理人"
    )
    agent_id_number = _text("代理人证件号码", 40)
    phone = _text("联系电话", 40)
    email = forms.EmailField(
        label="电子邮箱",
        max_length=100,
        required=False,
        error_messages={"invalid": "电子邮箱不对，请核对，例如 name@example.com。"},
    )
    address = _text("通信地址", 200)
    post_code = _text("邮政编码", 6)
    identity = SafeFilesField(label="身份证明复印件", required=False, kinds=EVIDENCE)
    authorisation = SafeFilesField(label="授权委托书", required=False, kinds=EVIDENCE)

    subject = _text(
        "所需信息的名称",
        200,
        required=True,
        help_text="用一句话概括，不写姓名等个人信息，这一栏在列表中显示。",
        error_messages={"required": "请写明申请人需要什么信息。"},
    )
    document_number = _text("文号或者其他特征", 200)
    details = _area("内容描述", 4, 4000, "照申请书填写。")
    items = _area("申请事项", 3, 4000, "一件申请里有几项不同的信息，每行写一项；只有一项的不用填。")
    purpose = _area("用途（可以不填）", 2, 1000)
    requests = SafeFilesField(label="申请书扫描件", required=False)

    form = forms.ChoiceField(label="提供方式", choices=Application.Form.choices)
    route = forms.ChoiceField(label="获取途径", choices=Application.Route.choices)
    fee_relief = _area("申请减免信息处理费的理由", 2, 1000)
    help_needed = _text("需要的协助", 200, help_text="阅读、视听有困难的，写明需要什么帮助。")

    def __init__(self, data: Any = None, files: Any = None, *, channel: Channel, user: Any) -> None:
        self.channel, self.user = channel, user
        super().__init__(data, files, label_suffix="")
        today = clock.today()
        bodies = bodies_for(user, *CLERKS).filter(application_settings__isnull=False)
        self.fields["body"].queryset = bodies.select_related("application_settings")  # type: ignore[attr-defined]
        self.fields["submission_key"].initial = secrets.token_hex(16)
        self.fields["on"].initial = today
        self.fields["on"].label = DAY[channel.key]
        self.fields["proofs"].label = PROOF[channel.key]
        posted = channel.receipt != "receipt.online"
        self.fields["route"].initial = "post" if posted else "email"
        self.fields["form"].initial = "paper" if posted else "electronic"
        for name in self._not_for_this_channel():
            del self.fields[name]
        for name in ("on", "then_on"):
            if name in self.fields:
                self.fields[name].widget.attrs["max"] = today.isoformat()

    def _not_for_this_channel(self) -> set[str]:
        out = set()
        if self.channel.receipt != "receipt.signed_post":
            out |= {"tracking"}
        if self.channel.receipt not in ("receipt.ordinary_mail", "receipt.online"):
            out |= {"then", "then_on", "call"}
        if self.channel.key != "oral":
            out |= {"read_back"}
        return out

    def fieldsets(self) -> list[tuple[str, list[BoundField]]]:
        """The fields under their headings; those that this channel has not are left out."""
        groups = (
            ("怎样收到", ("body", "on", "tracking", "then", "then_on", "call", "proofs")),
            ("申请人", ("applicant_kind", *_APPLICANT, "identity", "authorisation")),
            (
                "需要的信息",
                ("subject", "document_number", "details", "items", "purpose", "requests"),
            ),
            ("提供", ("form", "route", "fee_relief", "help_needed", "read_back")),
        )
        return [(title, [self[n] for n in names if n in self.fields]) for title, names in groups]

    def _day(self, name: str) -> date | None:
        day: date | None = self.cleaned_data.get(name)
        if day is not None and day > clock.today():
            raise forms.ValidationError("日期不能晚于今天，请改正。")
        return day

    def clean_on(self) -> date | None:
        return self._day("on")

    def clean_then_on(self) -> date | None:
        return self._day("then_on")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("then") and not data.get("call", "").strip():
            self.add_error("call", "请写明怎样与申请人联系的，这是收到之日的凭据。")
        on, then_on = data.get("on"), data.get("then_on")
        if data.get("then") and on and then_on and then_on < on:
            self.add_error("then_on", "联系的日期不能早于收到的日期，请核对。")
        return data

    def intake(self, kept: tuple[CaseFile, ...] = ()) -> Intake:
        """What was filled in, as the action takes it; only of a valid form."""
        data = self.cleaned_data
        return Intake(
            body=data["body"],
            channel=self.channel.key,
            on=data["on"],
            applicant_kind=data["applicant_kind"],
            applicant=self._applicant(),
            subject=data["subject"],
            document_number=data["document_number"],
            details=data["details"],
            items=tuple(line.strip() for line in data["items"].splitlines() if line.strip()),
            purpose=data["purpose"],
            form=data["form"],
            route=data["route"],
            fee_relief=data["fee_relief"],
            help_needed=data["help_needed"],
            # A key of the desk is never one that an applicant's own form has.
            submission_key=f"desk-{self.user.pk}-{data['submission_key']}",
            then=data.get("then", ""),
            then_on=data.get("then_on") if data.get("then") else None,
            call=data.get("call", ""),
            tracking=data.get("tracking", ""),
            kept=kept,
        )

    def _applicant(self) -> dict[str, str]:
        given = {name: str(self.cleaned_data.get(name, "")).strip() for name in _APPLICANT}
        if not given["id_number"]:
            given["id_type"] = ""
        return {name: text for name, text in given.items() if text}

    def new_files(self) -> list[NewFile]:
        """The files chosen this time."""
        return [
            NewFile(kind, file.name, file.data, file.media_type)
            for name, kind in FILES.items()
            for file in self.cleaned_data.get(name) or ()
        ]
