"""The form of a line, made from its book; the sheet's cells are cleaned by the same fields."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models
from django.utils import timezone

from gongkai.base.grams import written_number
from gongkai.base.inputs import DayInput, MomentInput
from gongkai.bodies.ledger.book import Book, is_number
from gongkai.bodies.ledger.queries import choices_of, related
from gongkai.bodies.models import Body, Section

DAY = DayInput()
#: How a day is written in a sheet, besides a real date cell.
DAYS = ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日", "%Y%m%d")
MOMENT = MomentInput()
MOMENTS = (
    *("%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S", "%Y/%m/%d %H:%M"),
    "%Y年%m月%d日 %H:%M",
)
#: 1,234.50 as accountants write it.
_GROUPED = re.compile(r"-?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]*)?")
_WAN = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,6})?) ?万元?")
#: A day in the form of one of ``DAYS``, whether or not the calendar has it.
_WRITTEN_DAY = re.compile(
    r"(\d{4})(?:([-/.])(\d{1,2})\2(\d{1,2})|年(\d{1,2})月(\d{1,2})日)"
    r"|(\d{4})(\d\d)(\d\d)"
)
_PLAIN = re.compile(r"-?([0-9]+\.?[0-9]*|\.[0-9]+)")
WORDS = {
    "required": "请填写这一项。",
    "invalid": "填写得不对，请改正。",
    "invalid_choice": "请从列表中选择。",
    "max_digits": "数字太长了，请核对。",
    "max_whole_digits": "数字太长了，请核对。",
    "max_decimal_places": "小数位数太多，金额最多 2 位小数。",
    "min_value": "不能小于 0。",
}


class LineForm(forms.Form):
    """The fields of one book for one body."""

    def __init__(
        self,
        book: Book,
        body: Body,
        *args: Any,
        sections: models.QuerySet[Section] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.book = book
        for name in book.sheet_fields:
            self.fields[name] = _field(book, name, body)
        places = Section.objects.filter(body=body) if sections is None else sections
        self.fields["section"] = forms.ModelChoiceField(
            places,
            label="科室",
            required=sections is not None,
            empty_label=None if sections is not None else "（不分科室）",
            error_messages=WORDS,
        )

    def clean(self) -> dict[str, Any]:
        values = dict(super().clean() or {})
        for name, value in values.items():
            initial = self.fields[name].initial
            # An emptied field that has a value of its own means that value.
            if value is None and isinstance(initial, int):
                values[name] = initial
        for name, sentence in (self.book.check(values) if self.book.check else {}).items():
            if name in self.fields and name not in self.errors:
                self.add_error(name, sentence)
        return values


#: Before the state there was no body that could enter anything.
FIRST_YEAR = 1949


class NumberText(forms.CharField):
    """文号, 编号, 代码: kept as official papers write them."""

    def to_python(self, value: Any) -> str:
        return written_number(str(super().to_python(value) or ""))


class _Plain:
    """Digits in full width are digits; 1e3 and 1_000 are nothing that people write."""

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str):
            value = unicodedata.normalize("NFKC", value).strip()
            if _GROUPED.fullmatch(value):
                value = value.replace(",", "")
            if wan := _WAN.fullmatch(value):
                yuan = f"{Decimal(wan[1]) * 10000:f}".rstrip("0").rstrip(".")
                raise ValidationError(f"这里以元为单位：{value}请填 {yuan}。", code="invalid")
            if value and not _PLAIN.fullmatch(value):
                raise ValidationError(self.error_messages["invalid"], code="invalid")  # type: ignore[attr-defined]
        return super().to_python(value)  # type: ignore[misc]


class Whole(_Plain, forms.IntegerField):
    pass


class Decimals(_Plain, forms.DecimalField):
    pass


def not_ahead(day: date | datetime) -> None:
    """What has happened has happened by today."""
    on = timezone.localdate(day) if isinstance(day, datetime) else day
    if on > timezone.localdate():
        raise ValidationError("日期晚于今天，已经发生的才登记，请核对。")


def within_a_year(day: date) -> None:
    """What a line counts by has happened, or will next year: 2062 is a slip for 2026."""
    _within(day, 1)


def within_a_life(day: date) -> None:
    """Terms may be long, not endless."""
    _within(day, 100)


def _within(day: date, years: int) -> None:
    if not FIRST_YEAR <= day.year <= timezone.localdate().year + years:
        raise ValidationError("日期不对，请核对年份。")


class DayField(forms.DateField):
    """A day as sheets write it; bare digits only where they are eight: 202611 is a month."""

    def to_python(self, value: Any) -> date | None:
        if isinstance(value, str):
            value = "".join(unicodedata.normalize("NFKC", value).split())
            if value.isdecimal() and len(value) != 8:
                raise ValidationError(self.error_messages["invalid"], code="invalid")
            _must_be(value)
        return super().to_python(value)


class MomentField(forms.DateTimeField):
    """A day and a time as sheets write them."""

    def to_python(self, value: Any) -> datetime | None:
        if isinstance(value, str):
            _must_be(re.split("[T ]", value.strip())[0])
        return super().to_python(value)


def _must_be(text: str) -> None:
    """A day written as it should be may still be none: 2026年2月30日."""
    if not (found := _WRITTEN_DAY.fullmatch(text)):
        return
    year, month, day = (int(part) for part in found.groups() if part and part.isdecimal())
    try:
        date(year, month, day)
    except ValueError:
        raise ValidationError(f"没有“{text}”这一天，请核对。", code="no_such_day") from None


def _field(book: Book, name: str, body: Body) -> forms.Field:
    column: Any = book.model._meta.get_field(name)
    common: dict[str, Any] = {
        "label": str(column.verbose_name),
        "required": not (column.blank or column.has_default()),
        "error_messages": WORDS,
    }
    if name in book.choices:
        choices = choices_of(book, name)
        if isinstance(column, models.JSONField):
            return forms.MultipleChoiceField(
                choices=choices, widget=forms.CheckboxSelectMultiple, **common
            )
        return forms.ChoiceField(choices=choices, **common)
    if column.is_relation:
        if name in book.points:
            words = WORDS | {"invalid_choice": f"请从列表中选择{book.points[name].called}。"}
            common["error_messages"] = words
        return forms.ModelChoiceField(
            related(book, name, body), empty_label="（没有）" if column.blank else None, **common
        )
    if isinstance(column, models.BooleanField):
        return forms.BooleanField(**common | {"required": False, "initial": column.default})
    if isinstance(column, models.TextField):
        return forms.CharField(widget=forms.Textarea(attrs={"rows": 4}), **common)
    past = [] if book.may_lie_ahead(name) else [not_ahead]
    if isinstance(column, models.DateField) and not isinstance(column, models.DateTimeField):
        common["error_messages"] = WORDS | {"invalid": "请写成 2026-11-21 这样的日期。"}
        bounds = within_a_year if name == "happened_on" else within_a_life
        return DayField(widget=DAY, input_formats=DAYS, validators=[bounds, *past], **common)
    if isinstance(column, models.DateTimeField):
        common["error_messages"] = WORDS | {"invalid": "请写成 2026-11-21 09:30 这样的时间。"}
        return MomentField(widget=MOMENT, input_formats=MOMENTS, validators=past, **common)
    if isinstance(column, models.URLField):
        common["assume_scheme"] = "https"
    if isinstance(column, models.DecimalField | models.IntegerField):
        decimal = isinstance(column, models.DecimalField)
        common["form_class"] = Decimals if decimal else Whole
        # A number input of a browser takes no digits in full width.
        common["widget"] = forms.TextInput(attrs={"inputmode": "decimal"})
    elif is_number(name) or name.endswith("_code"):
        common["form_class"] = NumberText
    found = column.formfield(**common)
    if column.choices:
        # No blank line above the choices of a field that has to be chosen.
        found.choices = [c for c in found.choices if c[0] != "" or column.blank]
    found.initial = column.default if column.has_default() else None
    if isinstance(found, forms.IntegerField) and not isinstance(found, forms.DecimalField):
        most = 32_767 if isinstance(column, models.PositiveSmallIntegerField) else 2_147_483_647
        found.validators.append(MaxValueValidator(most, "数字太大了，请核对。"))
    if isinstance(found, forms.IntegerField | forms.DecimalField):
        found.error_messages |= {"invalid": "请填写数字，不要带单位。"}
    return found
