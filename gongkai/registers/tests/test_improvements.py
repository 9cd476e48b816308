"""问题和改进措施: a line belongs to the year of its report."""

import re
from datetime import date

from django.urls import reverse

from gongkai.bodies.ledger import actions
from gongkai.bodies.ledger.book import book


def test_improvements_are_counted_by_the_year_of_the_report_that_names_them(client, cast):
    one, clerk = book("improvements"), client
    clerk.force_login(cast.clerk)
    values = {"problem": "解读形式单一", "measure": "每季度一期图解"}
    day = date(2026, 1, 27)
    actions.enter(one, cast.body, values | {"happened_on": day, "report_year": 2025}, by=cast.clerk)

    def told(year: int) -> str:
        shown = clerk.get(reverse("desk-ledgers"), {"year": year}).content.decode()
        return re.search(r"ledgers/improvements/.*?</tr>", shown, re.DOTALL)[0]

    assert "1 项" in told(2025) and "按年报年度" in told(2025)
    assert "0 项" in told(2026)
    address = reverse("desk-ledger", args=[one.slug])
    shown = clerk.get(address, {"year": 2025}).content.decode()
    assert "解读形式单一" in shown and "<option selected>2025</option>" in shown
    assert "解读形式单一" not in clerk.get(address, {"year": 2026}).content.decode()
    counted = clerk.get(reverse("desk-ledger-counts", args=[one.slug])).content.decode()
    assert "2025 年统计" in counted
