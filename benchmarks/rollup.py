"""A government's report as the sum of 3,000 bodies, against the bare SQL that adds up their cells.

Run: ``python benchmarks/rollup.py [--database sqlite|postgresql] [--bodies 3000]``.
Wall time, the best of the rounds. Three of four bodies hand their report in to the root itself,
the others to ten governments below it that have none of their own. ``sum`` is ``roll_up`` with
parts, missing and faulty ones and provenance; ``version`` the whole deed with text, version and
checks; ``countdown`` where every body stands. The bare SQL opens the stored reports in the
database and sums tables 二, 三 and 四 cell by cell, without saying whose they are.
"""

from __future__ import annotations

import argparse
import time
from datetime import date
from typing import Any

from _site import analyze, best, machine, options, site

YEAR = date.today().year - 1
GOVERNMENTS = 10


def fill(number: int) -> Any:
    """The root, the governments below it, and so many bodies with a report each."""
    from gongkai.bodies.models import Body, Region
    from gongkai.reporting.models import AnnualReport, ReportVersion, as_stored
    from gongkai.reporting.tests.cast import sound_report

    region = Region.objects.create(code="99", name="示例省", level="province")

    def body(name: str, above: Any, kind: str = "department") -> Any:
        return Body(
            name=name,
            short_name=name[-20:],
            slug=name.encode().hex()[-56:],
            region=region,
            kind=kind,
            supervised_by=above,
            is_made_up=True,
        )

    root = body("示例省人民政府", None, "government")
    root.save()
    below = [body(f"示例{n}市人民政府", root, "government") for n in range(GOVERNMENTS)]
    Body.objects.bulk_create(below)
    made = [
        body(f"示例第{n}单位", below[n % GOVERNMENTS] if n % 4 == 0 else root)
        for n in range(number)
    ]
    Body.objects.bulk_create(made, batch_size=500)
    reports = [AnnualReport(body=one, year=YEAR) for one in made]
    AnnualReport.objects.bulk_create(reports, batch_size=500)
    contents = [as_stored(sound_report(YEAR, received=n)) for n in range(50)]
    for start in range(0, number, 500):
        ReportVersion.objects.bulk_create(
            ReportVersion(
                report=report,
                number=1,
                origin="data",
                reading=contents[n % 50],
                content=contents[n % 50],
            )
            for n, report in enumerate(reports[start : start + 500], start)
        )
    return root


#: One statement a table; {versions} stands for the newest versions of the year.
_SQLITE = (
    "SELECT r.key, c.key, sum(c.value) FROM {versions} v,"
    " json_each(v.content, '$.table3.rows') r, json_each(r.value) c GROUP BY 1, 2",
    "SELECT c.key, sum(c.value) FROM {versions} v,"
    " json_each(v.content, '$.table4.values') c GROUP BY 1",
    "SELECT json_extract(r.value, '$.row'), c.key, sum(c.value) FROM {versions} v,"
    " json_each(v.content, '$.table2') r, json_each(r.value, '$.cells') c GROUP BY 1, 2",
)
_POSTGRESQL = (
    "SELECT r.key, c.n, sum(c.value::numeric) FROM {versions} v,"
    " jsonb_each(v.content #> '{{table3,rows}}') r,"
    " jsonb_array_elements_text(r.value) WITH ORDINALITY c(value, n) GROUP BY 1, 2",
    "SELECT c.n, sum(c.value::numeric) FROM {versions} v,"
    " jsonb_array_elements_text(v.content #> '{{table4,values}}') WITH ORDINALITY c(value, n)"
    " GROUP BY 1",
    "SELECT r.value ->> 'row', c.key, sum(c.value::numeric) FROM {versions} v,"
    " jsonb_array_elements(v.content -> 'table2') r,"
    " jsonb_each_text(r.value -> 'cells') c GROUP BY 1, 2",
)
_VERSIONS = (
    "(SELECT v.content FROM reporting_reportversion v"
    " JOIN reporting_annualreport a ON a.id = v.report_id WHERE a.year = %s AND v.number ="
    " (SELECT max(w.number) FROM reporting_reportversion w WHERE w.report_id = a.id))"
)


def bare() -> None:
    from django.db import connection

    statements = _POSTGRESQL if connection.vendor == "postgresql" else _SQLITE
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement.format(versions=_VERSIONS), [YEAR])
            cursor.fetchall()


def main() -> None:
    parser = options(__doc__)
    parser.add_argument("--bodies", type=int, default=3000)
    parser.add_argument("--rounds", type=int, default=3)
    wanted = parser.parse_args()
    with site(wanted.database):
        run(wanted)


def run(wanted: argparse.Namespace) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext
    from django.utils import timezone

    from gongkai.reporting.compile import actions
    from gongkai.reporting.route.countdown import standings
    from gongkai.reporting.route.rollup import below, roll_up
    from gongkai.reporting.route.summed import make_version

    start = time.perf_counter()
    root = fill(wanted.bodies)
    analyze()
    seconds = time.perf_counter() - start
    print(f"machine: {machine()}")
    print(f"{wanted.database}, {wanted.bodies} bodies (filled in {seconds:.0f} s)", flush=True)
    with CaptureQueriesContext(connection) as queries:
        whole = roll_up(root, YEAR)
    expected = sum(n % 50 for n in range(wanted.bodies))
    assert whole.cells["t3.new_received.total"] == expected
    reference = best(bare, wanted.rounds)
    summed = best(lambda: roll_up(root, YEAR), wanted.rounds)
    actions.start(root, YEAR, by=None)
    version = best(lambda: make_version(root, YEAR, by=None, despite=True), 1)
    ids = below(root)
    near = best(lambda: standings(ids, YEAR, timezone.localdate()), wanted.rounds)
    print(f"{'bare SQL':12}{reference:8.3f} s")
    print(f"queries of the sum: {len(queries)}")
    for name, spent in (("sum", summed), ("version", version), ("countdown", near)):
        print(f"{name:12}{spent:8.3f} s   ratio {spent / reference:.2f}", flush=True)


if __name__ == "__main__":
    main()
