"""Staff pages of the 放假安排: list, enter with a preview of what changes, correct, delete."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse

from gongkai.base.due import WEEKDAYS
from gongkai.base.office import office_page
from gongkai.base.permissions import staff
from gongkai.base.refusal import Refused
from gongkai.bodies import holidays
from gongkai.bodies.calendars import calendar_for
from gongkai.bodies.models import Body, HolidayNotice
from gongkai.bodies.queries import may_manage
from gongkai.bodies.set_up import bodies_to_set_up
from gongkai.law.calendar import FIRST_YEAR, LAST_YEAR

ENTER = "wagtailadmin.access_admin"


class NoticeForm(forms.Form):
    """What a notice says; days are pasted as the notice writes them."""

    body = forms.ModelChoiceField(
        Body.objects.none(),
        label="适用范围",
        required=False,
        empty_label="全国（国务院办公厅通知）",
    )
    year = forms.IntegerField(
        label="年度",
        required=False,
        min_value=FIRST_YEAR,
        max_value=LAST_YEAR,
        help_text="录入全年安排时填写，并把全年的日期一次填全；只调整个别日期的留空。",
        error_messages={"invalid": "请填写四位数的年份，例如 2027。"},
    )
    source = forms.CharField(
        label="来源（文件名称、文号）",
        max_length=200,
        help_text="例如：国务院办公厅关于2027年部分节假日安排的通知（国办发明电〔2026〕×号）",
        error_messages={"required": "请写明依据的文件名称或者文号。"},
    )
    off = forms.CharField(
        label="放假日期",
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="可以从通知中粘贴，如“2月5日至11日”“2027-04-03/2027-04-05”，用逗号、顿号或者换行隔开。",
    )
    work = forms.CharField(
        label="调休上班日期",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="因调休而上班的周六、周日，写法同上。",
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["body"]
        field.queryset = bodies_to_set_up(user)  # type: ignore[attr-defined]
        if not may_manage(user):
            field.required, field.empty_label = True, None  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for name in ("off", "work"):
            try:
                data[f"{name}_days"] = holidays.read_days(data.get(name, ""), data.get("year"))
            except ValueError as wrong:
                self.add_error(name, str(wrong))
        return data

    def entry(self) -> HolidayNotice:
        """The entry that the form describes, not saved."""
        data = self.cleaned_data
        return HolidayNotice(
            body=data["body"],
            year=data["year"],
            source=data["source"],
            days_off=data["off_days"],
            working_days=data["work_days"],
        )


@staff(ENTER)
def notices(request: HttpRequest) -> HttpResponse:
    """What is known of days off: the built-in years, and the entries on top of them."""
    _entering(request)
    calendar = calendar_for(None)
    return office_page(
        request,
        "bodies/desk/holidays.html",
        "放假安排",
        [(reverse("wagtailadmin_home"), "待办")],
        icon="calendar",
        entries=[
            (entry, holidays.may_change(request.user, entry.body))
            for entry in holidays.entries_for(request.user)
        ],
        first_year=calendar.known_years[0],
        last_year=calendar.known_years[-1],
    )


@staff(ENTER)
def edit(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """A new entry, or one in the place of another; saved after its preview was shown."""
    _entering(request)
    former = _entry(request, pk) if pk else None
    initial = _initial(former) if former else None
    form = NoticeForm(request.POST or None, initial=initial, user=request.user)
    days: list[tuple[holidays.Change, str]] | None = None
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            entry = form.entry()
            try:
                if "save" in request.POST:
                    said = holidays.save_notice(entry, by=request.user, instead_of=former)
                    messages.success(request, " ".join([f"已保存：{entry.source}。", *said]))
                    return redirect("desk-holidays")
                days = _shown(holidays.preview(entry, instead_of=former))
                status = 200
            except (Refused, ValueError) as wrong:
                form.add_error(None, str(wrong))
    return office_page(
        request,
        "bodies/desk/holiday_form.html",
        "更正放假安排" if former else "录入放假安排",
        _trail(),
        icon="calendar",
        status=status,
        form=form,
        days=days,
        former=former,
    )


@staff(ENTER)
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask, with what changes, then delete."""
    _entering(request)
    entry = _entry(request, pk)
    if request.method == "POST":
        try:
            said = holidays.remove_notice(entry, by=request.user)
            messages.success(request, " ".join([f"已删除：{entry.source}。", *said]))
        except Refused as wrong:
            messages.error(request, str(wrong))
        return redirect("desk-holidays")
    return office_page(
        request,
        "bodies/desk/holiday_delete.html",
        "删除放假安排",
        _trail(),
        icon="calendar",
        entry=entry,
        days=_shown(holidays.preview_removal(entry)),
    )


def may_enter(user: Any) -> bool:
    """Whether the pages are for this person at all: who may change a body, an administrator or a
    head. What they may do there is asked of ``bodies.holidays``."""
    return bool(user.has_perm("bodies.change_body"))


def _entering(request: HttpRequest) -> None:
    if not may_enter(request.user):
        raise PermissionDenied("放假安排由系统管理员和机关负责人维护，请联系他们。")


def _entry(request: HttpRequest, pk: int) -> HolidayNotice:
    entry = holidays.entries_for(request.user).filter(pk=pk).first()
    if entry is None:
        raise Http404("没有这条放假安排，可能已经被更正或者删除。")
    if not holidays.may_change(request.user, entry.body):
        raise PermissionDenied("全国的放假安排由系统管理员维护，请联系他们。")
    return entry


def _initial(entry: HolidayNotice) -> dict[str, Any]:
    return {
        "body": entry.body_id,
        "year": entry.year,
        "source": entry.source,
        "off": "\n".join(entry.days_off),
        "work": "\n".join(entry.working_days),
    }


def _shown(days: list[holidays.Change]) -> list[tuple[holidays.Change, str]]:
    return [(change, f"周{WEEKDAYS[change.day.weekday()]}") for change in days]


def _trail() -> list[tuple[str, str]]:
    return [
        (reverse("wagtailadmin_home"), "待办"),
        (reverse("desk-holidays"), "放假安排"),
    ]


urlpatterns = [
    path("holidays/", notices, name="desk-holidays"),
    path("holidays/new/", edit, name="desk-holiday-new"),
    path("holidays/<int:pk>/", edit, name="desk-holiday-edit"),
    path("holidays/<int:pk>/delete/", delete, name="desk-holiday-delete"),
]
