"""Page times and queries of the public site with 20,000 reports stored.

Run: ``python benchmarks/site_pages.py [--database sqlite|postgresql] [--reports 20000]``.
Wall time of the whole request in one process (middleware, queries, template), best seen by one
visitor at a time; the queries are counted apart.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import replace

from _site import analyze, machine, middle_and_p95, options, site

YEARS = (2019, 2020, 2021, 2022, 2023)
PER_COUNTY = 20


def fill(reports: int) -> None:
    """Provinces, cities, counties, twenty bodies a county, five years a body."""
    from django.db import connection
    from django.utils import timezone

    from gongkai.annual_report.model import Cell
    from gongkai.bodies.models import Body, Region
    from gongkai.reporting.models import AnnualReport, ReportVersion, as_stored
    from gongkai.reporting.tests.cast import sound_report

    words = ["卫生健康委员会", "教育局", "财政局", "公安局", "民政局", "自然资源局", "水利局"]
    words += ["农业农村局", "交通运输局", "人力资源和社会保障局", "司法局", "审计局", "统计局"]
    words += ["应急管理局", "市场监督管理局", "住房和城乡建设局", "文化和旅游局", "林业局"]
    words += ["商务局", "城市管理局"]
    texts = ["本机关按照要求做好政府信息公开各项工作，更新栏目，办理申请，整改问题。" * 14] * 6
    contents = []
    for n in range(20):
        report = sound_report(2023, received=n)
        report = replace(report, headings=())
        content = as_stored(report.with_cells({"t2.licensing.decisions": Cell(n * 7, str(n * 7))}))
        for section, text in zip(content["sections"], texts, strict=True):
            section["text"] = text
        contents.append(content)
    counties = -(-reports // (len(YEARS) * PER_COUNTY))
    province = city = None
    for c in range(counties):
        if c % 100 == 0:
            code = f"{60 + c // 100}"
            province = Region.objects.create(code=code, name=f"第{code}省", level="province")
        if c % 10 == 0:
            name = f"第{c // 10}市"
            city = Region.objects.create(
                code=f"{60 + c // 100}{c // 10 % 10:02}", name=name, level="city", parent=province
            )
        assert city is not None
        code = f"{city.code}{c % 10:02}"
        county = Region.objects.create(code=code, name=f"第{c}县", level="county", parent=city)
        bodies = Body.objects.bulk_create(
            Body(
                name=f"第{c}县{word}",
                short_name=f"{c}县{word[:4]}",
                slug=f"b{c}-{i}",
                region=county,
                kind="department",
            )
            for i, word in enumerate(words)
        )
        AnnualReport.objects.bulk_create(
            AnnualReport(body=b, year=y, format="2021", received=(b.pk + y) % 20, granted=3)
            for b in bodies
            for y in YEARS
        )
    first = AnnualReport.objects.order_by("pk")[0].pk
    for n, content in enumerate(contents):
        ReportVersion.objects.create(
            report_id=first + n, number=1, origin="data", reading=content, content=content
        )
    # The rest inside the database: copies of these twenty.
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO reporting_reportversion"
            " (report_id, number, origin, reading, content, note, made_at)"
            " SELECT r.id, 1, 'data', t.reading, t.content, '', t.made_at"
            " FROM reporting_annualreport r JOIN reporting_reportversion t"
            " ON t.report_id = %s + r.id %% 20 WHERE r.id >= %s",
            [first, first + len(contents)],
        )
        cursor.execute(
            "UPDATE reporting_annualreport SET published_at = %s, published_id ="
            " (SELECT v.id FROM reporting_reportversion v"
            " WHERE v.report_id = reporting_annualreport.id)",
            [timezone.now()],
        )


def pages(counties: int) -> dict[str, Callable[[], str]]:
    rnd = random.Random(20260101)

    def county() -> int:
        return rnd.randrange(counties)

    def code(c: int) -> str:
        return f"{60 + c // 100}{c // 10 % 10:02}{c % 10:02}"

    return {
        "home": lambda: "/",
        "list": lambda: f"/reports/?page={rnd.randrange(1, 50)}",
        "list, last page": lambda: f"/reports/?page={counties * 5}",
        "list of a region": lambda: f"/reports/?region={code(county())}",
        "list of a year": lambda: f"/reports/?year={rnd.choice(YEARS)}",
        "search": lambda: f"/reports/?q=第{county()}县教育 2022",
        "report": lambda: f"/reports/b{county()}-{rnd.randrange(20)}/{rnd.choice(YEARS)}/",
        "comparison, 5 years": lambda: f"/reports/compare/?body=b{county()}-{rnd.randrange(20)}",
        "comparison, 5 bodies": lambda: (
            f"/reports/compare/?year=2022{''.join(f'&body=b{county()}-1' for _ in range(5))}"
        ),
        "body": lambda: f"/bodies/b{county()}-{rnd.randrange(20)}/",
        "bodies of a region": lambda: f"/bodies/?region={code(county())}",
    }


def measure(counties: int, rounds: int) -> list[tuple[str, float, float, int, int]]:
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    # One for all: a new one looks through the folder of static files before its first answer.
    client = Client(SERVER_NAME="localhost")
    out = []
    for name, address in pages(counties).items():
        times, queries = [], []
        for i in range(rounds + 3):
            client.cookies.clear()  # every visitor is a new one
            url = address()
            start = time.perf_counter()
            response = client.get(url)
            spent = (time.perf_counter() - start) * 1000
            assert response.status_code == 200, (url, response.status_code)
            if i >= 3:  # the first ones load templates
                times.append(spent)
        for _ in range(5):
            client.cookies.clear()
            with CaptureQueriesContext(connection) as captured:
                client.get(address())
            queries.append(len(captured))
        median, p95 = middle_and_p95(times)
        out.append((name, median, p95, min(queries), max(queries)))
    return out


def main() -> None:
    parser = options(__doc__)
    parser.add_argument("--reports", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=60)
    wanted = parser.parse_args()
    with site(wanted.database):
        start = time.perf_counter()
        fill(wanted.reports)
        analyze()
        seconds = time.perf_counter() - start
        print(f"machine: {machine()}")
        print(f"{wanted.database}, {wanted.reports} reports (filled in {seconds:.0f} s)")
        print(f"{'page':24}{'median ms':>12}{'p95 ms':>10}{'queries':>10}")
        counties = -(-wanted.reports // (len(YEARS) * PER_COUNTY))
        for name, median, p95, least, most in measure(counties, wanted.rounds):
            counted = str(least) if least == most else f"{least}–{most}"
            print(f"{name:24}{median:12.1f}{p95:10.1f}{counted:>10}", flush=True)


if __name__ == "__main__":
    main()
