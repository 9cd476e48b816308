"""Last year's number: what was not kept then is unknown, what was kept and empty is 0."""

from datetime import date

import pytest
from django.urls import reverse

from gongkai.annual_report.model import ABSENT, Cell
from gongkai.law.formats import report_format
from gongkai.registers.models import Meeting
from gongkai.reporting.compile.compute import named
from gongkai.reporting.tests.cast import sound_report
from gongkai.reporting.tests.public_cast import publish

NAME = "会议数"
FORWARD = {f"t3.carried_forward.{column}": Cell(2, "2") for column in ("natural", "total")}


@pytest.mark.parametrize(("before", "last"), [((), None), ((2024,), "0"), ((2024, 2025), "1")])
def test_a_register_not_kept_last_year_says_nothing_of_it(cast, before, last):
    for year in (*before, 2026):
        Meeting.objects.create(body=cast.body, subject="部署", happened_on=date(year, 5, 6))
    told = named(cast.body, 2026)[NAME]
    assert (told["value"], told["last"]) == ("1", last)


def test_the_statistics_hold_the_carry_over_against_last_years_report(cast, client):
    """C05 of statistics and compilation has one source; without a report the page says so."""
    client.force_login(cast.clerk)
    url = f"{reverse('desk-statistics')}?year=2024"
    assert "没有2023年年报可以核对，按现在的台账计算" in client.get(url).content.decode()
    # A report that does not say a number proves nothing: it is not what was compared.
    columns = (column.key for column in report_format("2021").table3_columns)
    silent = {f"t3.carried_forward.{column}": ABSENT for column in columns}
    publish(cast.body, 2022, report=sound_report(2022).with_cells(silent))
    before = client.get(f"{reverse('desk-statistics')}?year=2023").content.decode()
    assert "没有2022年年报可以核对，按现在的台账计算" in before
    publish(cast.body, 2023, report=sound_report(2023).with_cells(FORWARD))
    text = client.get(url).content.decode()
    assert "2023年年报第1版“结转下年度继续办理”" in text
    assert "本期上年结转 0，2023年年报第1版结转下年 2" in text
    assert "按现在的台账计算" in client.get(f"{url}&month=5").content.decode()
