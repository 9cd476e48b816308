"""Whatever the registers hold, the open rows alone give every cell that the report was given."""

from __future__ import annotations

import io
from datetime import date, timedelta
from decimal import Decimal
from random import Random

import pytest

from gongkai.annual_report.open_ledger import Ledger, compare, rows_behind
from gongkai.applications.models import Application, Dispute
from gongkai.bodies.models import Body
from gongkai.law.formats import report_format
from gongkai.law.taxonomy import decisions
from gongkai.registers import models as books
from gongkai.reporting.compile import actions
from gongkai.reporting.route import ledger
from gongkai.reporting.tests.cast import Cast

pytestmark = pytest.mark.django_db
PARTY = {"party": "示例药房", "content": "示例"}


def fill(body: Body, year: int, chance: Random) -> None:
    """Lines of every register on any day of three years."""

    def day() -> date:
        return date(year - 1, 1, 1) + timedelta(days=chance.randrange(3 * 365))

    def some(most: int = 12) -> range:
        return range(chance.randrange(most))

    for model, more in (
        (books.LicenceDecision, {}),
        (books.ServiceRecord, {}),
        (books.PenaltyDecision, {"cause": "示例", "basis": "示例"}),
        (books.CoercionDecision, {"basis": "示例"}),
    ):
        model.objects.bulk_create(
            model(body=body, number=f"示{n}", happened_on=day(), **PARTY, **more) for n in some()
        )
    books.FeeReceipt.objects.bulk_create(
        books.FeeReceipt(
            body=body, amount=Decimal(chance.randrange(10**7)) / 100, happened_on=day()
        )
        for _ in some()
    )
    books.Procurement.objects.bulk_create(
        books.Procurement(
            body=body,
            number=f"采{n}",
            name="示例项目",
            amount=Decimal(chance.randrange(10**9)) / 100,
            happened_on=day(),
        )
        for n in some()
    )
    for n in some(20):
        first, last = sorted((day(), day()))
        books.ServiceItem.objects.create(
            body=body,
            kind=chance.choice(books.ServiceItem.Kind.values),
            name=f"事项{n}",
            happened_on=first,
            ended_on=chance.choice((None, last)),
        )
    kinds = [c.key for c in report_format("2021").table3_columns[:-1]]
    for n in some(40):
        received, done = sorted((day(), day()))
        closed = chance.choice((None, done))
        Application.objects.create(
            body=body,
            year=received.year,
            serial=n + 1,
            number=f"{received.year}-{n}",
            code_mark=f"x{n}",
            channel="in_person",
            submitted_on=received,
            received_on=received,
            registered_at=f"{received}T09:00:00+08:00",
            applicant_kind=chance.choice(kinds),
            applicant={},
            subject="示例",
            state="closed" if closed else "registered",
            closed_on=closed,
            effective_on=closed,
            decision=chance.choice(sorted(decisions())) if closed else "",
        )
    for _ in some():
        accepted, ended = sorted((day(), day()))
        over = chance.choice((True, False))
        Dispute.objects.create(
            body=body,
            kind=chance.choice(Dispute.Kind.values),
            institution="示例市人民政府",
            accepted_on=accepted,
            ended_on=ended if over else None,
            outcome=chance.choice(("upheld", "corrected", "other")) if over else "pending",
        )


@pytest.mark.parametrize("first", [2019, 2020, 2023])
@pytest.mark.parametrize("seed", range(2))
def test_two_years_of_any_register_compile_without_errors_and_their_rows_give_the_tables(
    people: Cast, first: int, seed: int
) -> None:
    """From the lines themselves, with the year before in the system: its carry-over is held too."""
    fill(people.body, first, Random(f"{first}:{seed}"))
    for year in (first, first + 1):
        report = actions.start(people.body, year, by=people.clerk).report
        assert report.latest is not None
        errors = report.problems.filter(level="error", gone_at=None)
        assert [(e.rule, e.message) for e in errors] == []
    received = Application.objects.filter(body=people.body, received_on__year=first + 1).count()
    version = report.latest
    assert version.as_report.cell("t3.new_received.total").value == received
    data, rows = ledger.pack(version)
    opened = Ledger(io.BytesIO(data))
    assert rows == sum(t["rows"] for t in opened.about["tables"])
    different = [c for c in compare(opened) if not c.equal]
    assert different == []
    for address, counted in version.computation.cells.items():
        if address.startswith(("t3.", "t4.")):
            number = int(counted["value"])
            assert len(list(rows_behind(opened, address))) == number, address
