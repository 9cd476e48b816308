"""The forms of the steps. What is only doubtful is a hint on the last page, never a refusal.

The number of an identity card is not doubtful when its last character does not fit: whoever has
other evidence chooses another kind.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from django import forms
from django.core.validators import EmailValidator

from gongkai.applications.identity import EVIDENCE, ID_TYPES, how_long, is_id_number, is_phone
from gongkai.applications.models import Application, CaseFile
from gongkai.base.uploads import SafeFilesField
from gongkai.law.taxonomy import applicant_kinds

#: Help for those to whom reading, seeing or hearing is difficult (条例 Art 43).
HELPS = (
    "视力不便，需要大字版或者电话朗读",
    "听力不便，请用文字联系，不要打电话",
    "阅读、书写有困难，需要工作人员当面帮助",
    "行动不便，需要上门或者无障碍设施",
)
NATURAL = "natural"
Form, Route = Application.Form, Application.Route
#: Ways by which a form of information can be handed over.
FITS = {
    Form.PAPER: {Route.POST, Route.PICK_UP, Route.FAX},
    Form.ELECTRONIC: {Route.EMAIL, Route.ONLINE, Route.PICK_UP},
    Form.DISC: {Route.POST, Route.PICK_UP},
    Form.READING: {Route.ON_SITE},
}


def ways_for(form: Form) -> str:
    """By which ways information of this form can be handed over, in words."""
    return "、".join(r.label for r in Route if r in FITS[form])


#: Bytes of one identity picture, and how many of them.
IDENTITY_LIMIT, IDENTITY_FILES = 10 << 20, 4
#: Bytes of an attachment, and how many of them.
ATTACHMENT_LIMIT, ATTACHMENTS = 20 << 20, 5
#: Field → what its files are kept as, and how many there may be in all.
UPLOADS = {
    "attachments": (CaseFile.Kind.REQUEST, ATTACHMENTS),
    "identity": (CaseFile.Kind.IDENTITY, IDENTITY_FILES),
    "authorisation": (CaseFile.Kind.AUTHORISATION, IDENTITY_FILES),
}
_POST_CODE = re.compile(r"\d{6}")


def _text(label: str, required: str = "", *, longest: int, **more: Any) -> forms.CharField:
    """A line of text; ``required`` is the sentence shown when it is missing."""
    return forms.CharField(
        label=label,
        required=bool(required),
        max_length=longest,
        error_messages={
            "required": required,
            "max_length": "太长了，最多%(limit_value)d个字，现在有%(show_value)d个字，请写短一些。",
        },
        **more,
    )


def _area(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


def _slip(number: str) -> str:
    """What looks wrong with the number of an identity card, in a sentence; "" when nothing."""
    if (length := how_long(number)) != 18:
        return f"身份证号码是18位，您填了{length}位，请对照证件再核对一遍。"
    if not is_id_number(number):
        return "这个身份证号码好像有一位抄错了，请对照证件再核对一遍。"
    return ""


class StepForm(forms.Form):
    """A step: what it keeps can be kept as JSON and fill the form again."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)

    def kept(self) -> dict[str, Any]:
        """What goes into the draft."""
        files = {k for k, f in self.fields.items() if isinstance(f, forms.FileField)}
        return {k: v for k, v in self.cleaned_data.items() if k not in files}

    def uploads(self) -> list[str]:
        """The fields of this step that take files."""
        return [name for name in UPLOADS if name in self.fields]


class MatterForm(StepForm):
    subject = _text(
        "需要什么信息",
        "请写明需要什么信息，例如“全县预防接种门诊名单”。",
        longest=200,
        help_text="写信息的名称。一件申请只写一件事；要几件不同的信息，下一步可以帮您拆开。",
    )
    document_number = _text(
        "文号或者其他特征",
        longest=200,
        help_text="知道文件的文号、年份、项目名称、由谁制作的，写在这里，便于查找。可以不填。",
    )
    details = forms.CharField(
        label="内容描述",
        required=False,
        max_length=5000,
        widget=_area(8),
        help_text="时间范围、地点、要哪些内容。有几项的，一项写一行，前面写 1、2、3。可以不填。",
        error_messages={"max_length": "内容太长，请写在5000字以内，或者写成文件作为附件上传。"},
    )
    attachments = SafeFilesField(
        label="附件", required=False, limit=ATTACHMENT_LIMIT, max_files=ATTACHMENTS
    )


class WhoForm(StepForm):
    applicant_kind = forms.ChoiceField(
        label="以什么身份申请",
        choices=[(k.key, k.label) for k in applicant_kinds().values()],
        widget=forms.RadioSelect,
        error_messages={"required": "请选择以什么身份申请。"},
        help_text="个人选“自然人”。律师代理当事人申请的，按委托人的身份选。",
    )
    person = _text("姓名", longest=60)
    id_type = forms.ChoiceField(
        label="证件类型", choices=[(t, t) for t in ID_TYPES], required=False, initial=ID_TYPES[0]
    )
    id_number = _text("证件号码", longest=40)
    organisation = _text("单位名称", longest=120)
    credit_code = _text(
        "统一社会信用代码", longest=40, help_text="营业执照或者登记证书上的18位代码。"
    )
    representative = _text("法定代表人（负责人）", longest=60)
    contact = _text("联系人", longest=60)
    phone = _text(
        "联系电话",
        longest=40,
        help_text="网上申请要由双方确认收到，机关可能打电话联系您。",
    )
    email = _text("电子邮箱", longest=120)
    address = _text("通信地址", longest=200, help_text="需要邮寄的必须填写。")
    post_code = _text("邮政编码", longest=6)
    identity = SafeFilesField(
        label="身份证明",
        required=False,
        kinds=EVIDENCE,
        limit=IDENTITY_LIMIT,
        max_files=IDENTITY_FILES,
    )
    agent = _text(
        "代理人姓名",
        longest=60,
        help_text="上面填写委托人（要信息的人）。文书会写明代理人，联系方式可以填代理人的。",
    )
    agent_id_number = _text("代理人证件号码", longest=40)
    authorisation = SafeFilesField(
        label="授权委托书",
        required=False,
        kinds=EVIDENCE,
        limit=IDENTITY_LIMIT,
        max_files=IDENTITY_FILES,
    )
    helps = forms.MultipleChoiceField(
        label="需要的帮助",
        choices=[(h, h) for h in HELPS],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    help_more = _text("其他需要", longest=60)

    def clean_id_number(self) -> str:
        """As it is printed, also when it was typed with wide letters."""
        return unicodedata.normalize("NFKC", self.cleaned_data["id_number"]).strip()

    def clean_post_code(self) -> str:
        code: str = self.cleaned_data["post_code"].strip()
        if code and not _POST_CODE.fullmatch(code):
            raise forms.ValidationError("邮政编码是6位数字，请核对。不知道可以不填。")
        return code

    def clean_phone(self) -> str:
        phone: str = self.cleaned_data["phone"].strip()
        if phone and not is_phone(phone):
            raise forms.ValidationError(
                "电话号码只用数字，至少7位，固定电话请加区号，例如 0000-0000000。"
            )
        return phone

    def clean_email(self) -> str:
        address: str = self.cleaned_data["email"].strip()
        if address:
            EmailValidator("电子邮箱的格式不对，应当像 name@example.com。")(address)
        return address

    def needed(self, found: dict[str, Any]) -> dict[str, str]:
        """What may not be missing: field → the sentence shown."""
        kind = found.get("applicant_kind")
        person = {"person": "请填写姓名。", "id_number": "请填写证件号码。"}
        organisation = {
            "organisation": "请填写单位名称。",
            "credit_code": "请填写统一社会信用代码。",
            "contact": "请填写联系人。",
        }
        needed = person if kind == NATURAL else organisation
        if not kind:  # both parts are open: the one begun is the one meant
            begun = [part for part in (person, organisation) if any(map(found.get, part))]
            needed = begun[0] if begun else {"person": "请填写姓名；单位申请的，填写单位名称。"}
        if not found.get("email") and "email" not in self.errors:
            reach = "电话和电子邮箱请至少填写一个，机关要与您确认收到申请。"
            needed = {**needed, "phone": reach}
        return needed

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        for name, sentence in self.needed(found).items():
            if not found.get(name) and name not in self.errors:
                self.add_error(name, sentence)
        number = found.get("id_number")
        card = found.get("applicant_kind") == NATURAL and found.get("id_type") == ID_TYPES[0]
        if card and number and (slip := _slip(number)):
            self.add_error("id_number", f"{slip}用的是其他证件的，请改选证件类型。")
        if found.get("agent_id_number") and not found.get("agent") and "agent" not in self.errors:
            self.add_error("agent", "请填写代理人姓名；没有代理人的，把代理人证件号码删去。")
        return found

    def applicant(self) -> dict[str, str]:
        """The fields of ``Application.applicant``."""
        data = self.cleaned_data
        if data["applicant_kind"] == NATURAL:
            who = {"name": data["person"], **{k: data[k] for k in ("id_type", "id_number")}}
        else:
            own = ("credit_code", "representative", "contact")
            who = {"name": data["organisation"], **{k: data[k] for k in own}}
        others = ("agent", "agent_id_number", "phone", "email", "address", "post_code")
        who |= {k: data[k] for k in others}
        return {k: v.strip() for k, v in who.items() if v.strip()}

    def help_needed(self) -> str:
        data = self.cleaned_data
        return "；".join(filter(None, [*data["helps"], data["help_more"].strip()]))[:200]


class DeliveryForm(StepForm):
    form = forms.ChoiceField(
        label="希望得到什么形式的信息",
        choices=Form.choices,
        widget=forms.RadioSelect,
        initial=Form.ELECTRONIC,
        error_messages={"required": "请选择信息的形式。"},
    )
    route = forms.ChoiceField(
        label="怎样交给您",
        choices=Route.choices,
        widget=forms.RadioSelect,
        initial=Route.ONLINE,
        error_messages={"required": "请选择怎样交给您。"},
        help_text="；".join(f"{form.label}：{ways_for(form)}" for form in FITS) + "。",
    )
    fax = _text("传真号码", longest=40)
    purpose = forms.CharField(
        label="用途",
        required=False,
        max_length=1000,
        widget=_area(3),
        help_text="可以不填。不说明用途，不影响机关受理和答复。",
    )
    fee_relief = forms.CharField(
        label="请求减免信息处理费的理由", required=False, max_length=500, widget=_area(3)
    )

    def __init__(self, *args: Any, who: dict[str, Any] | None = None, **kwargs: Any) -> None:
        self.who = who or {}
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        form, route = found.get("form"), found.get("route")
        if form and route and route not in FITS[Form(form)]:
            said = f"“{Form(form).label}”可以这样交给您：{ways_for(Form(form))}。请改选一种。"
            self.add_error("route", said)
        elif route == Route.POST and not self.who.get("address"):
            self.add_error("route", "邮寄需要通信地址，请返回“您是谁”补上地址，或者改选一种方式。")
        elif route == Route.EMAIL and not self.who.get("email"):
            self.add_error(
                "route", "发电子邮件需要邮箱，请返回“您是谁”补上邮箱，或者改选一种方式。"
            )
        elif route == Route.FAX and not found.get("fax", "").strip():
            self.add_error("fax", "请填写传真号码。")
        return found


class SendForm(StepForm):
    """The last question; ``website`` is for machines: a person never sees it."""

    answer = _text("防机器提交", "请回答这道题。", longest=20)
    website = forms.CharField(required=False, max_length=200)
