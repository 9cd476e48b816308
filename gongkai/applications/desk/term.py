"""The term for a new answer: a decision names its last day, or so many days or months from its
receipt."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms

from gongkai.applications import clock
from gongkai.base.inputs import DayInput
from gongkai.bodies.calendars import calendar_for
from gongkai.bodies.models import Body
from gongkai.documents.blocks import chinese_date
from gongkai.law.remedies import add_months

WORKING, NATURAL, MONTHS = "working", "natural", "months"

_COUNTED = {WORKING: "个工作日", NATURAL: "日", MONTHS: "个月"}


class TermForm(forms.Form):
    """Beside the field ``due`` (the last day) three that say it as the decision does.

    Once cleaned only ``due`` is left; ``told`` are the words of the decision, to be kept with it.
    """

    due: str
    term_from = forms.DateField(
        label="没有写明哪一天的：收到决定书、判决书的日期",
        widget=DayInput(),
        required=False,
        help_text="例如“自收到之日起二十个工作日内重新答复”：填收到的日期和天数，系统算出最后一日",
    )
    term_count = forms.IntegerField(
        label="天数（月数）", required=False, min_value=1, max_value=366
    )
    term_unit = forms.ChoiceField(
        label="按什么算",
        required=False,
        choices=[
            (WORKING, "工作日"),
            (NATURAL, "日（自然日，最后一日放假的顺延）"),
            (MONTHS, "个月（届满月的对应日，没有对应日的为月末，最后一日放假的顺延）"),
        ],
    )
    body: Body | None = None
    told = ""

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        since, count, unit = (data.pop(f"term_{n}", None) for n in ("from", "count", "unit"))
        if since is None and count is None:
            return data
        if since is None or count is None:
            if not {"term_from", "term_count"} & set(self.errors):
                missing = "term_from" if since is None else "term_count"
                self.add_error(missing, "收到的日期和天数要一起填，才能算出最后一日。")
        elif since > clock.today():
            self.add_error("term_from", "收到的日期不能晚于今天，请改正。")
        elif data.get("on") and since < data["on"]:
            self.add_error("term_from", "收到的日期不能早于作出决定的日期，请核对。")
        elif data.get(self.due):
            self.add_error(self.due, "最后一日和天数请只填一种：决定书怎样写的，就填哪一种。")
        else:
            data[self.due] = last_day(self.body, since, count, unit or WORKING)
            days = f"{count}{_COUNTED[unit or WORKING]}"
            self.told = f"{chinese_date(since)}收到，收到之日起{days}内"
        return data


def last_day(body: Body | None, since: date, count: int, unit: str) -> date:
    """The last of so many days or months after the day of receipt, which does not count itself."""
    calendar = calendar_for(body)
    if unit == WORKING:
        return calendar.add(since, count)
    return calendar.roll(
        add_months(since, count) if unit == MONTHS else since + timedelta(days=count)
    )
