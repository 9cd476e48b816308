"""Forms of the staff pages: every choice narrowed to what the person may touch."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth import get_user_model
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import NON_FIELD_ERRORS
from django.db import transaction
from django.utils.timezone import localdate

from gongkai.base.audit import name_of
from gongkai.base.inputs import DayInput
from gongkai.bodies import actions
from gongkai.bodies.models import (
    ADMINISTRATORS,
    Body,
    Membership,
    Person,
    Post,
    Region,
    Role,
    Section,
)
from gongkai.bodies.queries import Someone, bodies_for, may_manage


class OwnForm(forms.ModelForm):
    """A model form that offers a head only his own bodies and their sections."""

    def __init__(self, *args: Any, user: Someone, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = Body.objects.all() if may_manage(user) else bodies_for(user, Role.HEAD)
        if "body" in self.fields:
            self.fields["body"].queryset = own.order_by("name")  # type: ignore[attr-defined]
        if "section" in self.fields:
            sections = Section.objects.filter(body__in=own).select_related("body")
            self.fields["section"].queryset = sections  # type: ignore[attr-defined]
            self.fields["section"].label_from_instance = (  # type: ignore[attr-defined]
                lambda s: f"{s.body.short_name} {s.name}"
            )
        for name, field in self.fields.items():
            if name.endswith("_on"):
                field.widget = DayInput()
            if isinstance(field, forms.ModelChoiceField):
                field.empty_label = "请选择" if field.required else "（无）"
            elif isinstance(field, forms.TypedChoiceField):
                blank = ("", "请选择" if field.required else "（无）")
                field.choices = [blank, *((k, w) for k, w in field.choices if k != "")]
        if "user" in self.fields:
            accounts = get_user_model().objects.filter(is_active=True).order_by("username")
            self.fields["user"].queryset = accounts  # type: ignore[attr-defined]
            self.fields["user"].label_from_instance = (  # type: ignore[attr-defined]
                lambda u: f"{name_of(u)}（{u.get_username()}）"
            )
        if not may_manage(user):
            for name in ("user", "region", "kind", "supervised_by", "slug", "is_made_up"):
                self.fields.pop(name, None)

    def store(self, *, by: Any) -> None:
        """Save what a valid form says."""
        actions.save(self.save(commit=False), by=by)


class RegionForm(OwnForm):
    class Meta:
        model = Region
        fields = ["parent", "code", "name", "level"]


class BodyForm(OwnForm):
    class Meta:
        model = Body
        fields = [
            "name",
            "short_name",
            "slug",
            "region",
            "kind",
            "sector",
            "supervised_by",
            "credit_code",
            "work_unit",
            "address",
            "post_code",
            "phone",
            "office_hours",
            "email",
            "is_made_up",
        ]
        help_texts = {
            "slug": "公开网址里的名称，用小写拼音字母、数字和短横线，启用后不要再改。",
            "is_made_up": "公开页面会标明“虚构”。",
        }


class SectionForm(OwnForm):
    class Meta:
        model = Section
        fields = ["body", "name", "duties", "phone", "address", "order"]


class PersonForm(OwnForm):
    class Meta:
        model = Person
        fields = ["name", "user"]


class PostForm(OwnForm):
    class Meta:
        model = Post
        fields = [
            *("person", "body", "section", "title", "in_leading_group", "group_role"),
            *("from_on", "to_on"),
        ]
        help_texts = {"group_role": "是领导小组成员的填写：组长、副组长或者成员。"}

    def __init__(self, *args: Any, user: Someone, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        if not may_manage(user):
            own = bodies_for(user, Role.HEAD)
            here = Person.objects.filter(posts__body__in=own) | Person.objects.filter(posts=None)
            self.fields["person"].queryset = here.distinct()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        section, body = data.get("section"), data.get("body")
        if section and body and section.body_id != body.pk:
            self.add_error("section", "这个科室不属于所选的机关，请重新选择。")
        if data.get("group_role") and not data.get("in_leading_group"):
            self.add_error("group_role", "不是领导小组成员的，请留空；是的，请勾选上面一项。")
        start, end = data.get("from_on"), data.get("to_on")
        if start and end and end < start:
            self.add_error("to_on", "任职止不能早于任职起。")
        return data


class MembershipForm(OwnForm):
    class Meta:
        model = Membership
        fields = ["user", "body", "role", "section", "until"]
        widgets = {"until": DayInput()}
        help_texts = {
            "until": "临时给的岗位填最后一天（含当天），过了这一天系统自动收回；长期岗位不填。",
            "role": "决定能办理什么。一个账号有几个岗位的，每个岗位新增一次。",
            "section": "承办人必须选择：只看得到交给这个科室的申请。其他岗位不选。",
        }
        error_messages = {
            NON_FIELD_ERRORS: {"unique_together": "这个账号在这个机关已经有这个岗位了。"}
        }

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("role") and data.get("body"):
            told = Membership(role=data["role"], body=data["body"], section=data.get("section"))
            if wrong := actions.section_fault(told):
                self.add_error("section", wrong)
        until = data.get("until")
        if until is None:
            self.instance.acting_for = None  # without an end it is his own
        elif until < localdate():
            self.add_error("until", "这一天已经过去了，请填今天或者今天以后的日期。")
        return data


class AccountForm(OwnForm):
    """An account: its names, whether it may sign in and administers, a new password if given."""

    administers = forms.BooleanField(
        label=ADMINISTRATORS,
        required=False,
        help_text="可以管理机关、人员、岗位权限和账号，查看全部操作记录。不能因此签发、用印、审核："
        "办理业务要另在“岗位权限”里给它岗位。",
    )

    password = forms.CharField(
        label="新密码",
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="新账号必须填写；已有账号不改密码的留空。",
    )

    class Meta:
        model = get_user_model()
        fields = ["username", "last_name", "first_name", "email", "is_active"]
        labels = {"username": "登录名", "is_active": "可以登录"}
        help_texts = {"is_active": "离职或者调离的，取消勾选；账号和操作记录都会保留。"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.is_superuser:  # administers as it is
            del self.fields["administers"]
        elif self.instance.pk:
            held = self.instance.groups.filter(name=ADMINISTRATORS)
            self.initial["administers"] = held.exists()  # of who may not sign in, too

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        if not password and not self.instance.pk:
            raise forms.ValidationError("请为新账号设置密码。")
        if password:
            validate_password(password, self.instance)
        return password

    def save(self, commit: bool = True) -> Any:
        account = super().save(commit=False)
        if self.cleaned_data["password"]:
            account.set_password(self.cleaned_data["password"])
        if commit:
            account.save()
        return account

    def store(self, *, by: Any) -> None:
        with transaction.atomic():
            super().store(by=by)
            if "administers" in self.fields:
                actions.set_administrator(self.instance, self.cleaned_data["administers"], by=by)
