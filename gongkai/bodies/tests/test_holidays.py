"""放假安排: pasted as the notice writes it, previewed, saved, corrected, deleted."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from gongkai.base.models import AuditEntry
from gongkai.base.refusal import Refused
from gongkai.bodies import holidays
from gongkai.bodies.calendars import calendar_for
from gongkai.bodies.holidays import read_days
from gongkai.bodies.models import HolidayNotice

SOURCE = "国务院办公厅关于2029年部分节假日安排的通知"
#: The built-in calendar knows the festivals of 2029, not the notice.
YEAR = {
    "year": 2029,
    "source": SOURCE,
    "days_off": ["2029-01-01", "2029-02-12/2029-02-18", "2029-04-04/2029-04-06"],
    "working_days": ["2029-02-10"],
}


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("2027-02-05", ["2027-02-05"]),
        ("2027-02-05/2027-02-11", ["2027-02-05/2027-02-11"]),
        ("2月5日至11日", ["2027-02-05/2027-02-11"]),
        ("2月5日（农历除夕、周五）至11日（周四）放假调休，共7天。", ["2027-02-05/2027-02-11"]),
        ("2027年9月28日至10月3日", ["2027-09-28/2027-10-03"]),
        ("12月30日至1月1日", ["2027-12-30/2028-01-01"]),
        ("2026年12月30日至2027年1月1日", ["2026-12-30/2027-01-01"]),
        (
            "2月20日（周六）、2月28日（周日）上班。",
            ["2027-02-20", "2027-02-28"],
        ),
        ("2027.4.3-2027.4.5", ["2027-04-03/2027-04-05"]),
        ("2027-05-02\n2027-05-01；2027-05-03", ["2027-05-01", "2027-05-02", "2027-05-03"]),
        ("", []),
    ],
)
def test_days_are_read_as_notices_and_people_write_them(text: str, days: list[str]) -> None:
    assert read_days(text, 2027) == days


@pytest.mark.parametrize(
    ("text", "year", "why"),
    [
        ("2月5日", None, "没有写年份"),
        ("2027-02-30", None, "不是日历上的日期"),
        ("春节放假", 2027, "看不懂“春节”"),
        ("2027-02-11/2027-02-05", None, "结束早于开始"),
        ("2041-01-01", None, "不在 2008 年至"),
        ("2027-02-05/2027-09-11", None, "太长"),
        ("2027-02-05 明天", None, "看不懂“明天”"),
    ],
)
def test_what_cannot_be_read_is_said_in_a_sentence(text: str, year: int | None, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        read_days(text, year)


def test_the_preview_names_every_day_that_changes_and_nothing_else(cast) -> None:
    found = {c.day: c.words for c in holidays.preview(HolidayNotice(**YEAR))}
    assert found[date(2029, 2, 10)] == "由放假改为上班"
    assert found[date(2029, 4, 6)] == "由上班改为放假"
    assert date(2029, 1, 1) not in found, "off already"
    assert all(day.year == 2029 for day in found)


def test_a_saved_entry_counts_and_a_deleted_one_no_longer(cast) -> None:
    entry = HolidayNotice(**YEAR)
    announced = [c.day for c in holidays.preview(entry)]
    holidays.save_notice(entry, by=cast.administrator)
    assert calendar_for(None).is_working(date(2029, 2, 10))
    assert not calendar_for(cast.body).is_provisional(date(2029, 6, 1))
    assert [c.day for c in holidays.preview_removal(entry)] == announced
    holidays.remove_notice(entry, by=cast.administrator)
    assert not calendar_for(None).is_working(date(2029, 2, 10))
    told = AuditEntry.objects.filter(action="删除放假安排").get()
    assert told.old["来源"] == SOURCE and "2029-02-10" in told.old["上班"]


def test_a_correction_is_a_new_entry_and_the_trail_keeps_both(cast) -> None:
    entry = HolidayNotice(**YEAR)
    holidays.save_notice(entry, by=cast.administrator)
    better = HolidayNotice(**YEAR | {"working_days": ["2029-02-11"]})
    holidays.save_notice(better, by=cast.administrator, instead_of=entry)
    assert [e.working_days for e in HolidayNotice.objects.all()] == [["2029-02-11"]]
    told = AuditEntry.objects.filter(action="更正放假安排").get()
    assert (told.old["上班"], told.new["上班"]) == ("2029-02-10", "2029-02-11")
    with pytest.raises(Refused, match="刚刚被他人"):
        holidays.save_notice(HolidayNotice(**YEAR), by=cast.administrator, instead_of=entry)
    assert HolidayNotice.objects.count() == 1


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ({"days_off": [], "working_days": []}, "还没有填写日期"),
        ({"days_off": [], "year": 2029}, "至少要有放假"),
        ({"working_days": ["2029-02-12"]}, "既写成放假又写成上班"),
        ({"days_off": ["2028-05-01"]}, "不属于 2029 年"),
        ({"source": " "}, "缺少来源"),
    ],
)
def test_an_entry_that_contradicts_itself_is_refused(cast, facts, why) -> None:
    with pytest.raises(Refused, match=why):
        holidays.save_notice(HolidayNotice(**YEAR | facts), by=cast.administrator)
    assert not HolidayNotice.objects.exists()


def test_a_head_keeps_the_days_of_his_own_body_only(cast) -> None:
    local = {"source": "县政府通知", "days_off": ["2026-06-15"], "year": None}
    holidays.save_notice(HolidayNotice(body=cast.body, **local), by=cast.head)
    assert not calendar_for(cast.body).is_working(date(2026, 6, 15))
    assert calendar_for(cast.other_body).is_working(date(2026, 6, 15))
    for user, body in ((cast.head, None), (cast.head, cast.other_body), (cast.clerk, cast.body)):
        with pytest.raises(PermissionDenied):
            holidays.save_notice(HolidayNotice(body=body, **local), by=user)
    with pytest.raises(PermissionDenied):
        holidays.remove_notice(HolidayNotice.objects.get(), by=cast.stranger)


def test_those_who_reckon_with_the_calendar_are_told_and_answer(cast) -> None:
    heard = []

    def listen(sender, body, by, cause, **kwargs) -> str:
        heard.append((body, cause))
        return "有 3 件变动。"

    holidays.calendar_changed.connect(listen)
    try:
        said = holidays.save_notice(HolidayNotice(**YEAR), by=None)
        local = HolidayNotice(body=cast.body, source="本机关", days_off=["2026-06-15"])
        holidays.save_notice(local, by=None)
    finally:
        holidays.calendar_changed.disconnect(listen)
    assert "有 3 件变动。" in said
    assert heard == [(None, SOURCE), (cast.body, "本机关")]


def test_the_page_previews_first_and_saves_then(cast, client) -> None:
    client.force_login(cast.administrator)
    url = reverse("desk-holiday-new")
    data = {"body": "", "year": "2029", "source": SOURCE, "off": "2月12日至18日", "work": "2月10日"}
    page = client.post(url, data | {"preview": "1"})
    text = page.content.decode()
    assert page.status_code == 200 and "2029-02-10" in text and "由放假改为上班" in text
    assert not HolidayNotice.objects.exists(), "a preview saves nothing"
    assert client.post(url, data | {"save": "1"}).status_code == 302
    entry = HolidayNotice.objects.get()
    assert (entry.year, entry.days_off) == (2029, ["2029-02-12/2029-02-18"])
    page = client.get(reverse("desk-holidays")).content.decode()
    assert SOURCE in page and "2029-02-12/2029-02-18" in page
    wrong = client.post(url, data | {"off": "某日", "save": "1"})
    assert wrong.status_code == 422 and "看不懂“某日”" in wrong.content.decode()
    page = client.get(reverse("desk-holiday-edit", args=[entry.pk])).content.decode()
    assert "2029-02-12/2029-02-18" in page
    assert (
        "2029-02-10" in client.get(reverse("desk-holiday-delete", args=[entry.pk])).content.decode()
    )
    client.post(reverse("desk-holiday-delete", args=[entry.pk]))
    assert not HolidayNotice.objects.exists()


def test_pages_are_for_administrators_and_heads(cast, client) -> None:
    entry = HolidayNotice.objects.create(**YEAR)
    pages = [reverse("desk-holidays"), reverse("desk-holiday-new")]
    mine = [reverse(f"desk-holiday-{deed}", args=[entry.pk]) for deed in ("edit", "delete")]
    for user, seen, changes in (
        (cast.administrator, True, True),
        (cast.head, True, False),
        (cast.clerk, False, False),
        (cast.inspector, False, False),
    ):
        client.force_login(user)
        assert [client.get(u).status_code == 200 for u in pages] == [seen] * 2, user
        assert [client.get(u).status_code == 200 for u in mine] == [changes] * 2, user
    client.force_login(cast.head)
    form = client.get(reverse("desk-holiday-new")).content.decode()
    assert cast.body.name in form and cast.other_body.name not in form
    assert "全国（" not in form
