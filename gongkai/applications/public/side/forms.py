"""The forms of a record correction, a suggestion to publish, and a complaint."""

from __future__ import annotations

import re
import secrets
from typing import Any

from django import forms

from gongkai.applications.actions.side import SideIntake
from gongkai.applications.identity import is_phone
from gongkai.applications.models import SideRequest
from gongkai.base.uploads import SafeFilesField
from gongkai.bodies.models import Body

Kind = SideRequest.Kind
_KEY = re.compile(r"[A-Za-z0-9_-]{32,64}")
LONG = 5000


def _text(label: str, needed: str = "", *, rows: int = 5, limit: int = LONG, help_text: str = ""):
    return forms.CharField(
        label=label,
        max_length=limit,
        required=bool(needed),
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": rows}),
        error_messages={
            "required": needed,
            "max_length": f"“{label}”超过 {limit} 字，请缩短，或者写成文件上传。",
        },
    )


def _line(label: str, needed: str = "", *, limit: int = 100, help_text: str = "", auto: str = ""):
    return forms.CharField(
        label=label,
        max_length=limit,
        required=bool(needed),
        help_text=help_text,
        widget=forms.TextInput(attrs={"autocomplete": auto} if auto else {}),
        error_messages={"required": needed, "max_length": f"“{label}”最多 {limit} 字。"},
    )


class BodyChoice(forms.ModelChoiceField):
    """A body by its full name."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            Body.objects.none(),
            empty_label="请选择",
            error_messages={
                "required": "请选择机关。",
                "invalid_choice": "请从列表中选择机关。",
            },
            **kwargs,
        )


class SideForm(forms.Form):
    """What the three have in common; each says which bodies it can name, and its words."""

    kind: str
    title = summary = ""
    #: Fields in the order of the page; the key is hidden.
    order: tuple[str, ...] = ()

    key = forms.CharField(required=False, widget=forms.HiddenInput)
    body = BodyChoice(label="机关")
    name = _line("姓名或者名称", limit=60, auto="name")
    phone = _line("联系电话", limit=40, auto="tel")
    email = forms.EmailField(
        label="电子邮箱",
        required=False,
        max_length=100,
        help_text="可以不填。填写后，答复时会发邮件提醒您。",
        error_messages={"invalid": "电子邮箱写法不对，例如 name@example.com。"},
    )

    #: Answer of the question in words (base.question); a machine also fills in the other.
    answer = _line("请回答", "请回答这道题，用来区分人和机器。", limit=20)
    website = forms.CharField(required=False, max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["body"].queryset = self.bodies()
        if not self.is_bound:
            self.initial.setdefault("key", secrets.token_urlsafe(32))
        self.order_fields(["key", *self.order])

    def shown(self) -> list[forms.BoundField]:
        """The fields in their order, without the question."""
        return [self["key"], *(self[name] for name in self.order)]

    def bodies(self) -> Any:
        return Body.objects.filter(application_settings__isnull=False).order_by(
            "region__path", "name"
        )

    def clean_key(self) -> str:
        """The form's own mark; a made-up one is not taken."""
        key = self.cleaned_data["key"]
        return key if _KEY.fullmatch(key) else secrets.token_urlsafe(32)

    def clean_phone(self) -> str:
        phone = self.cleaned_data["phone"].strip()
        if phone and not is_phone(phone):
            raise forms.ValidationError("电话号码写法不对，例如 13800000000 或者 0371-65900000。")
        return phone

    def subject(self) -> str:
        raise NotImplementedError

    def words(self) -> str:
        raise NotImplementedError

    def intake(self) -> SideIntake:
        """What the form says, for ``file_side``."""
        data = self.cleaned_data
        who = {k: data.get(k, "") for k in ("name", "phone", "email", "id_number", "address")}
        return SideIntake(
            kind=self.kind,
            body=data["body"],
            subject=self.subject(),
            text=self.words(),
            applicant={k: v for k, v in who.items() if v},
            identity=data.get("identity") or (),
            evidence=data.get("evidence") or (),
            case_number="".join(data.get("case_number", "").split()),
            submission_key=data["key"],
        )


class CorrectionForm(SideForm):
    """更正本人信息 (条例 Art 41)."""

    kind = Kind.CORRECTION
    title = "要求更正与自己有关的政府信息记录"
    summary = (
        "有证据证明行政机关提供的、与您自身相关的政府信息记录不准确的，可以要求更正。"
        "机关核实后更正并告知您；不属于它更正的，会转送或者告诉您向哪里提出。"
    )
    order = (
        "body", "record", "wrong", "right", "evidence",
        "name", "id_number", "identity", "phone", "email", "address",
    )  # fmt: skip

    record = _line(
        "哪一份信息", "请写明是哪一份信息记录。", limit=200,
        help_text="名称、文号、网址，或者取得的时间和方式",
    )  # fmt: skip
    wrong = _text("哪里不准确", "请写明哪里不准确。", rows=4)
    right = _text("应当怎样更正", "请写明应当更正成什么。", rows=3)
    evidence = SafeFilesField(
        label="证明材料",
        error_messages={"required": "请上传证明记录不准确的材料。"},
    )
    identity = SafeFilesField(
        label="身份证明",
        max_files=3,
        error_messages={"required": "请上传身份证明，以核对这条信息与您有关。"},
    )
    id_number = _line("证件号码或者统一社会信用代码", "请填写证件号码。", limit=40)
    address = _line("通讯地址", limit=200, auto="street-address")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].required = True
        self.fields["name"].error_messages["required"] = "请填写姓名或者名称。"
        self.fields["phone"].help_text = "电话和电子邮箱至少填一个，机关核查时要与您联系。"
        self.fields["email"].help_text = "填写后，答复时会发邮件提醒您。"

    def clean(self) -> dict[str, Any]:
        # Who does not hear has no telephone to give.
        found = super().clean() or {}
        reached = {k for k in ("phone", "email") if found.get(k) or k in self.errors}
        if not reached:
            self.add_error("phone", "电话和电子邮箱请至少填写一个，机关核查时要与您联系。")
        return found

    def subject(self) -> str:
        # What the record is about may be personal: the list shows only this.
        return "更正本人信息记录"

    def words(self) -> str:
        d = self.cleaned_data
        return f"信息记录：{d['record']}\n不准确之处：{d['wrong']}\n要求更正为：{d['right']}"


class SuggestionForm(SideForm):
    """建议主动公开 (条例 Art 44)."""

    kind = Kind.SUGGESTION
    title = "建议主动公开一项政府信息"
    summary = (
        "您认为机关依申请公开的、或者没有公开的信息应当让大家都看到，可以提出建议。"
        "机关审核后，认为属于主动公开范围的，会及时公开。"
    )
    order = ("body", "what", "reason", "name", "phone", "email")

    what = _line(
        "建议公开什么信息", "请写明建议公开什么信息。", limit=200,
        help_text="写名称或者内容即可，请不要写个人信息",
    )  # fmt: skip
    reason = _text("为什么应当公开", "请写明理由。")

    def subject(self) -> str:
        return str(self.cleaned_data["what"])

    def words(self) -> str:
        return str(self.cleaned_data["reason"])


class ComplaintForm(SideForm):
    """投诉、举报 to the supervising office (条例 Arts 47, 51)."""

    kind = Kind.COMPLAINT
    title = "投诉、举报政府信息公开工作中的问题"
    summary = (
        "认为行政机关没有按照要求开展政府信息公开工作，或者侵犯您合法权益的，可以向它的"
        "政府信息公开工作主管部门投诉、举报。由主管部门办理，被投诉的机关看不到您的身份和内容。"
    )
    order = (
        "body", "topic", "case_number", "what", "evidence", "name", "phone", "email",
    )  # fmt: skip
    TOPICS = (
        "逾期没有答复申请",
        "答复内容或者理由不符合规定",
        "违规收费或者拒收申请",
        "应当主动公开的没有公开",
        "公开的信息错误或者没有更新",
        "泄露个人信息",
        "其他问题",
    )

    topic = forms.ChoiceField(
        label="问题的种类",
        choices=[("", "请选择"), *((t, t) for t in TOPICS)],
        error_messages={"required": "请选择问题的种类。", "invalid_choice": "请从列表中选择。"},
    )
    case_number = _line(
        "申请的受理编号", limit=40, help_text="与您的一件申请有关的，请填写；没有的可以不填"
    )
    what = _text("具体情况", "请写明具体情况：什么时间、哪个机关、发生了什么。", rows=7)
    evidence = SafeFilesField(label="材料", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["body"].label = "被投诉、举报的机关"
        self.fields["body"].help_text = (
            "没有列出的机关，请当面或者书面向它的政府信息公开工作主管部门"
            "（一般是同级人民政府的办公厅、办公室）投诉、举报。"
        )
        self.fields["name"].help_text = "可以不填。不填的，凭编号和查询码查看结果。"

    def bodies(self) -> Any:
        return Body.objects.filter(supervised_by__isnull=False).order_by("region__path", "name")

    def subject(self) -> str:
        return str(self.cleaned_data["topic"])

    def words(self) -> str:
        return str(self.cleaned_data["what"])


FORMS: dict[str, type[SideForm]] = {
    form.kind: form for form in (CorrectionForm, SuggestionForm, ComplaintForm)
}
