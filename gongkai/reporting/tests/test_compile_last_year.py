"""Last year's number: what was not kept then is unknown, what was kept and empty is 0."""

from datetime import date

import pytest

from gongkai.registers.models import Meeting
from gongkai.reporting.compile.quantities import from_registers

NAME = "会议数"


@pytest.mark.parametrize(("before", "last"), [((), None), ((2024,), "0"), ((2024, 2025), "1")])
def test_a_register_not_kept_last_year_says_nothing_of_it(cast, before, last):
    for year in (*before, 2026):
        Meeting.objects.create(body=cast.body, subject="部署", happened_on=date(year, 5, 6))
    told = from_registers(cast.body, 2026)[NAME]
    assert (told["value"], told["last"]) == ("1", last)
