"""A report compiled from a million register lines, against the bare SQL that its numbers need.

Run: ``python benchmarks/compile.py [--database sqlite|postgresql] [--lines 1000000]``.
Wall time, the best of the rounds. One body with lines of five years: licences, penalties, other
services, receipts, issues of new media, and one application for every twenty lines. ``tables``
is ``compute`` (every cell with its records' trace), ``text`` every named number of this and of
last year, ``compile`` the whole deed with version and checks. The bare SQL is one statement for
each register that counts and sums the same rows of the year.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from _site import analyze, best, machine, options, site

YEAR = date.today().year - 1
YEARS = 5
FIRST = date(YEAR - YEARS + 1, 1, 1)
#: How the lines are shared out.
SHARES = {"licence": 60, "penalty": 15, "service": 5, "fee": 10, "issue": 10}
DECISIONS = ("granted", "partial", "deny_process_info", "unable_not_held", "decline_repeat")
KINDS = ("natural", "natural", "natural", "commercial", "legal", "other")


def fill(lines: int) -> Any:
    from gongkai.bodies.models import Body, Region
    from gongkai.registers import models

    region = Region.objects.create(code="99", name="示例省", level="province")
    body = Body.objects.create(
        name="示例县卫生健康委员会",
        short_name="县卫健委",
        slug="bench",
        region=region,
        kind="department",
        is_made_up=True,
    )
    account = models.MediaAccount.objects.create(
        body=body, platform="wechat", name="示例健康", happened_on=FIRST
    )
    common: dict[str, Any] = {"body": body}
    decision = {"party": "示例药房", "content": "准予许可，有效期五年"}
    made: dict[str, Callable[[int], Any]] = {
        "licence": lambda n: models.LicenceDecision(number=f"许{n}", **decision, **common),
        "penalty": lambda n: models.PenaltyDecision(
            number=f"罚{n}", cause="未公示", basis="示例", **decision, **common
        ),
        "service": lambda n: models.ServiceRecord(number=f"服{n}", **decision, **common),
        "fee": lambda n: models.FeeReceipt(amount=80, **common),
        "issue": lambda n: models.MediaIssue(
            account=account, category=("科普", "公告", "通知")[n % 3], items=n % 9, **common
        ),
    }
    for name, share in SHARES.items():
        keep(made[name], lines * share // 100)
    keep(lambda n: application(body, n), lines // 20)
    return body


#: So many lines are made by the models; the rest are copies that the database makes of them.
SEED = 10_000


def keep(make: Callable[[int], Any], count: int) -> None:
    """So many lines, their days spread over the years."""
    from django.db import connection

    batch = [make(n) for n in range(min(SEED, count))]
    model = type(batch[0])
    for n, line in enumerate(batch):
        if hasattr(line, "happened_on"):
            line.happened_on = FIRST + timedelta(days=n * 7919 % (365 * YEARS))
    model._default_manager.bulk_create(batch)
    columns = [f.column for f in model._meta.local_concrete_fields if not f.primary_key]
    told = {"number": "number || '-' || {n}", "serial": f"serial + {SEED} * {{n}}"}
    table = model._meta.db_table
    for n in range(1, -(-count // SEED)):
        values = ", ".join(told.get(c, f'"{c}"').format(n=n) for c in columns)
        names = ", ".join(f'"{c}"' for c in columns)
        many = min(SEED, count - n * SEED)
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO {table} ({names}) SELECT {values} FROM {table} "
                f"WHERE id <= {batch[-1].pk} AND id > {batch[-1].pk - many}"
            )


def application(body: Any, n: int) -> Any:
    from gongkai.applications.models import Application

    received = FIRST + timedelta(days=n * 7919 % (365 * YEARS))
    done = received + timedelta(days=5 + n % 20)
    return Application(
        body=body,
        year=received.year,
        serial=n + 1,
        number=f"{received.year}-{n}",
        code_mark="x",
        channel="in_person",
        submitted_on=received,
        received_on=received,
        registered_at=f"{received}T09:00:00+08:00",
        applicant_kind=KINDS[n % len(KINDS)],
        applicant={},
        subject="预接种门诊名单",
        state="closed",
        closed_on=done,
        effective_on=done,
        decision=DECISIONS[n % len(DECISIONS)],
    )


def bare(body: Any) -> None:
    """The counts and sums of the year, one statement a register, written by hand."""
    from django.db import connection

    first, last = date(YEAR, 1, 1), date(YEAR, 12, 31)
    of_year = "WHERE body_id = %s AND struck_at IS NULL AND happened_on BETWEEN %s AND %s"
    with connection.cursor() as cursor:
        for table in ("licencedecision", "penaltydecision", "servicerecord", "coerciondecision"):
            cursor.execute(
                f"SELECT count(*) FROM registers_{table} {of_year}", [body.pk, first, last]
            )
            cursor.fetchall()
        cursor.execute(
            f"SELECT count(*), sum(amount) FROM registers_feereceipt {of_year}",
            [body.pk, first, last],
        )
        cursor.fetchall()
        cursor.execute(
            "SELECT applicant_kind, decision, received_on >= %s,"
            " closed_on IS NULL OR closed_on > %s, count(*) FROM applications_application"
            " WHERE body_id = %s AND received_on <= %s AND (closed_on IS NULL OR closed_on >= %s)"
            " GROUP BY 1, 2, 3, 4",
            [first, last, body.pk, last, first],
        )
        cursor.fetchall()


def main() -> None:
    parser = options(__doc__)
    parser.add_argument("--lines", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    wanted = parser.parse_args()
    with site(wanted.database):
        run(wanted)


def run(wanted: argparse.Namespace) -> None:

    from gongkai.reporting.compile import actions
    from gongkai.reporting.compile.compute import compute
    from gongkai.reporting.compile.quantities import from_registers

    start = time.perf_counter()
    body = fill(wanted.lines)
    analyze()
    seconds = time.perf_counter() - start
    print(f"machine: {machine()}")
    print(f"{wanted.database}, {wanted.lines} lines (filled in {seconds:.0f} s)", flush=True)
    reference = best(lambda: bare(body), wanted.rounds)
    tables = best(lambda: compute(body, YEAR), wanted.rounds)
    text = best(lambda: from_registers(body, YEAR), wanted.rounds)
    whole = best(lambda: actions.start(body, YEAR, by=None), 1)
    print(f"{'bare SQL':12}{reference:8.3f} s")
    for name, spent in (("tables", tables), ("text", text), ("compile", whole)):
        print(f"{name:12}{spent:8.3f} s   ratio {spent / reference:.2f}", flush=True)


if __name__ == "__main__":
    main()
