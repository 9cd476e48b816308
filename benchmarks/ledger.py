"""Pages of a register with a million lines, and the import of a sheet with a hundred thousand.

Run: ``python benchmarks/ledger.py [--database sqlite|postgresql] [--lines 1000000]
[--sheet 100000]``. Pages: wall time of the whole request in one process, median and p95. Import:
wall time and peak memory of looking at the sheet and of taking it in, each line with eight
columns, beside bare python-calamine that only reads the cells and bare bulk_create that only
writes the rows (``reference``).
"""

from __future__ import annotations

import random
import resource
import time
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from _site import analyze, machine, middle_and_p95, options, site, timed

YEARS = 5
LAST = date.today().year - 1
FIRST = date(LAST - YEARS + 1, 1, 1)
BATCH = 10_000
HEAD = ("收款日期", "收费项目", "票据号", "金额（元）", "科室", "备注", "经手", "地点")


def people() -> tuple[Any, Any]:
    from django.contrib.auth import get_user_model

    from gongkai.bodies.actions import create_section, grant_role
    from gongkai.bodies.models import Body, Region, Role

    region = Region.objects.create(code="99", name="示例省", level="province")
    body = Body.objects.create(
        name="示例县卫生健康委员会",
        short_name="县卫健委",
        slug="bench",
        region=region,
        kind="department",
        is_made_up=True,
    )
    create_section(body, "监督科", by=None)
    clerk = get_user_model().objects.create_user("bench", password="x")
    for role in (Role.CLERK, Role.REVIEWER):
        grant_role(clerk, body, role, by=None)
    return body, clerk


def fill(body: Any, lines: int) -> None:
    """Ten thousand lines through the model, the rest inside the database as copies of them."""
    from django.db import connection
    from django.utils import timezone

    from gongkai.registers.models import PenaltyDecision

    now, words = timezone.now(), ("未公示诊疗科目", "未按规定消毒", "超范围执业")
    PenaltyDecision.objects.bulk_create(
        PenaltyDecision(
            body=body,
            number=f"示卫罚〔0〕{n}号",
            party=f"第{n % 5000}诊所",
            content="警告",
            cause=words[n % 3],
            basis="示例",
            fine=n % 900,
            party_kind="legal",
            has_social_impact=True,
            happened_on=FIRST + timedelta(days=n * 7919 % (365 * YEARS)),
            published_at=now if n % 10 else None,
        )
        for n in range(min(BATCH, lines))
    )
    fields = PenaltyDecision._meta.concrete_fields
    columns = [f.column for f in fields if not f.primary_key and f.name != "number"]
    names, table = ", ".join(columns), PenaltyDecision._meta.db_table
    first = PenaltyDecision.objects.order_by("pk")[0].pk
    with connection.cursor() as cursor:
        for copy in range(1, lines // BATCH):
            cursor.execute(
                f"INSERT INTO {table} (number, {names})"
                f" SELECT replace(number, '〔0〕', '〔{copy}〕'), {names} FROM {table}"
                f" WHERE id >= %s AND id < %s",
                [first, first + BATCH],
            )


#: An address, with what is posted to it.
Asked = tuple[str, dict[str, str]]


def pages(lines: int) -> dict[str, Callable[[], str | Asked]]:
    """What is asked for, anew at each call; a search is posted and leads to its list."""
    rnd = random.Random(20260101)
    office, site = "/office/ledgers/penalties/", "/ledgers/bench/penalties/"
    return {
        "list": lambda: f"{office}?p={rnd.randrange(1, 200)}",
        "list of a year": lambda: f"{office}?year={rnd.randrange(FIRST.year, LAST + 1)}",
        "to be let out": lambda: f"{office}?show=waiting",
        "search by number": lambda: (
            office,
            {"q": f"示卫罚〔{rnd.randrange(max(lines // BATCH, 1))}〕7号"},
        ),
        "search, a year": lambda: (
            office,
            {"q": f"第{rnd.randrange(5000)}诊所", "year": str(LAST)},
        ),
        "counts of a year": lambda: f"{office}counts/?year={rnd.randrange(FIRST.year, LAST + 1)}",
        "all registers": lambda: "/office/ledgers/",
        "public list": lambda: f"{site}?p={rnd.randrange(1, 200)}",
        "public, a year": lambda: f"{site}?year={rnd.randrange(FIRST.year, LAST + 1)}",
    }


def measure(clerk: Any, lines: int, rounds: int) -> None:
    from django.test import Client

    client = Client(SERVER_NAME="localhost")
    client.force_login(clerk)
    for name, address in pages(lines).items():
        times = []
        for i in range(rounds + 2):
            asked = address()
            url, sent = (asked, None) if isinstance(asked, str) else asked
            start = time.perf_counter()
            response = client.post(url, sent, follow=True) if sent else client.get(url)
            spent = (time.perf_counter() - start) * 1000
            assert response.status_code == 200, (url, response.status_code)
            if i >= 2:  # the first ones load templates
                times.append(spent)
        median, p95 = middle_and_p95(times)
        print(f"{name:20}{median:9.0f} ms{p95:9.0f} ms (p95)", flush=True)


def sheet(lines: int) -> bytes:
    from gongkai.documents.tables import workbook

    days = [(FIRST + timedelta(days=n)).isoformat() for n in range(365)]
    rows = (
        [days[n % 365], "", f"票{n}", f"{n % 900}.50", "", "", "甲", "乙"] for n in range(lines)
    )
    return workbook("收费", [list(HEAD), *rows])


def imports(body: Any, clerk: Any, lines: int) -> None:
    import io

    import python_calamine
    from django.db import transaction

    from gongkai.bodies.ledger import take_in
    from gongkai.bodies.ledger.book import book
    from gongkai.registers.models import FeeReceipt

    data = sheet(lines)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    fees = book("fees")

    def bare_read() -> None:
        opened = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        for _ in opened.get_sheet_by_index(0).iter_rows():
            pass

    def bare_write() -> None:
        with transaction.atomic():
            rows = (
                FeeReceipt(body=body, amount=1, receipt_number=f"参{n}", happened_on=FIRST)
                for n in range(lines)
            )
            FeeReceipt.objects.bulk_create(rows, batch_size=1000)

    read, write = timed(bare_read), timed(bare_write)
    sent: list[Any] = []
    looked = timed(lambda: sent.append(take_in.look_at(fees, body, "收费.xlsx", data, by=clerk)[0]))
    took = timed(lambda: take_in.take_in(sent[0], by=clerk))
    peak = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    print(f"sheet of {lines} lines, {len(data) / 1e6:.1f} MB")
    print(f"  reference: reading the cells {read:.1f} s, writing the rows {write:.1f} s")
    print(f"  look {looked:.1f} s ({lines / looked:,.0f} lines/s, {looked / read:.1f} × reading)")
    both = read + write
    print(f"  take in {took:.1f} s ({lines / took:,.0f} lines/s, {took / both:.1f} × both)")
    print(f"  peak memory {peak:.0f} MB above the start", flush=True)


def main() -> None:
    parser = options(__doc__)
    parser.add_argument("--lines", type=int, default=1_000_000)
    parser.add_argument("--sheet", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=20)
    wanted = parser.parse_args()
    with site(wanted.database):
        body, clerk = people()
        filled = timed(lambda: fill(body, wanted.lines))
        analyze()
        print(f"machine: {machine()}")
        print(f"{wanted.database}, {wanted.lines} lines (filled in {filled:.0f} s)", flush=True)
        measure(clerk, wanted.lines, wanted.rounds)
        imports(body, clerk, wanted.sheet)


if __name__ == "__main__":
    main()
