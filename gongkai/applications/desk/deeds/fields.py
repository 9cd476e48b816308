"""Fields that many deeds ask for, with their words and defaults."""

from __future__ import annotations

from typing import Any

from django import forms

from gongkai.applications import clock
from gongkai.applications.models import Application, CaseFile
from gongkai.base.inputs import DayInput
from gongkai.base.uploads import SafeFilesField

NO_NAMES = "会留在办理记录里，请不要写姓名、电话等个人信息。"


def day(label: str, *, required: bool = True, help_text: str = "", **more: Any) -> forms.DateField:
    """A day, today when nothing else is said."""
    more.setdefault("initial", clock.today)
    return forms.DateField(
        label=label,
        required=required,
        help_text=help_text,
        widget=DayInput(),
        input_formats=["%Y-%m-%d", "%Y年%m月%d日", "%Y/%m/%d", "%Y.%m.%d"],
        error_messages={
            "required": f"请填写{label}。",
            "invalid": f"{label}看不懂，请写成 2026-11-21 这样的日期。",
        },
        **more,
    )


def line(
    label: str, *, limit: int = 200, required: bool = True, help_text: str = "", **more: Any
) -> forms.CharField:
    """One line of text."""
    return forms.CharField(
        label=label,
        max_length=limit,
        required=required,
        help_text=help_text,
        error_messages={
            "required": f"请填写{label}。",
            "max_length": f"{label}请控制在{limit}字以内。",
        },
        **more,
    )


def needed(when: str, field: forms.Field) -> Any:
    """A field that must be filled in only then: 邮寄的必填 beside its name, not 可以不填."""
    field.needed = when  # type: ignore[attr-defined]
    return field


def lines(
    label: str,
    *,
    limit: int = 2000,
    rows: int = 4,
    required: bool = True,
    help_text: str = "",
    **more: Any,
) -> forms.CharField:
    """A longer text."""
    widget = forms.Textarea(attrs={"rows": rows})
    return line(label, limit=limit, required=required, help_text=help_text, widget=widget, **more)


def number(label: str, *, least: int = 1, help_text: str = "", **more: Any) -> forms.IntegerField:
    """A whole number."""
    return forms.IntegerField(
        label=label,
        min_value=least,
        help_text=help_text,
        error_messages={
            "required": f"请填写{label}。",
            "invalid": f"{label}请填写整数。",
            "min_value": f"{label}不能少于 {least}。",
        },
        **more,
    )


def released(case: Application) -> list[tuple[str, str]]:
    """The files of the case that may be given out, as choices."""
    files = case.files.filter(kind=CaseFile.Kind.RELEASED, erased_at=None)
    return [(str(f.pk), f.name or f"文件{f.pk}") for f in files]


def given_files() -> forms.MultipleChoiceField:
    """Which of them go with the reply; its form sets the choices."""
    return forms.MultipleChoiceField(
        label="随答复提供的文件",
        required=False,
        widget=forms.CheckboxSelectMultiple(),
        help_text="网上或者电子邮件送达的，申请人可以在查询页下载这些文件。",
    )


def choice(
    label: str,
    choices: Any = (),
    *,
    required: bool = True,
    help_text: str = "",
    radio: bool = False,
    **more: Any,
) -> forms.ChoiceField:
    """One of several; ``radio`` where all of them should be in sight."""
    return forms.ChoiceField(
        label=label,
        choices=choices,
        required=required,
        help_text=help_text,
        widget=forms.RadioSelect() if radio else forms.Select(),
        error_messages={
            "required": f"请选择{label}。",
            "invalid_choice": f"请从列出的选项中选择{label}。",
        },
        **more,
    )


def yes_no(label: str, yes: str, no: str, *, help_text: str = "", **more: Any) -> forms.ChoiceField:
    """Yes or no in the words of the question; cleaned to "yes" or "no"."""
    return choice(label, [("yes", yes), ("no", no)], radio=True, help_text=help_text, **more)


def reason(label: str = "理由", *, required: bool = True, help_text: str = NO_NAMES) -> Any:
    """Why it is done; kept in the trail."""
    return lines(label, limit=200, rows=2, required=required, help_text=help_text)


def files(label: str, *, required: bool = False) -> SafeFilesField:
    """Files that come with it, each looked at."""
    return SafeFilesField(label=label, required=required)


def nothing_chosen(options: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """The options, of several none chosen beforehand: the browser would take the first."""
    return [("", "请选择"), *options] if len(options) > 1 else options


def sections(case: Application) -> list[tuple[str, str]]:
    """The sections of the case's body, as choices."""
    return [(str(s.pk), s.name) for s in case.body.sections.all()]
