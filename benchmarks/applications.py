"""Applications at size: pages, table 三, registration by 8 clients, clocks after a notice.

Run: ``python benchmarks/applications.py [--database sqlite|postgresql] [--cases 200000]``.
Wall time. Pages: the whole request in one process. Table 三: against one bare GROUP BY of the
same rows in the same run. Registration: 8 processes file applications at one body through the
action; afterwards every number is there once. Clocks: a notice of the coming year is entered
and every open case is asked again.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from _site import analyze, machine, middle_and_p95, options, site

#: Cases are received in these days before and after the day of the run.
YEARS = 4
CLIENTS = 8
SUBJECTS = (
    "预接种门诊名单",
    "医疗机构设置规划",
    "采购合同",
    "行政处罚决定",
    "会议纪要",
    "财务决算",
)
DECISIONS = ("granted", "partial", "deny_process_info", "unable_not_held", "decline_repeat")
KINDS = ("natural", "natural", "natural", "commercial", "legal", "other")


def fill(cases: int, open_share: int) -> None:
    """Two hundred bodies; one case in ``open_share`` is still open (1: all of them)."""
    from gongkai.applications.models import Application, CaseEvent, SerialCounter
    from gongkai.applications.numbers import code_mark, tracking_number
    from gongkai.applications.tests.cast import set_up_office
    from gongkai.base.sealed import mark
    from gongkai.bodies.models import Body, Region, Section
    from gongkai.law.calendar import national

    region = Region.objects.create(code="99", name="示例省", level="province")
    bodies = [
        Body.objects.create(
            name=f"示例{n}县卫生健康委员会",
            short_name=f"{n}县卫健委",
            slug=f"b{n}",
            region=region,
            kind="department",
            is_made_up=True,
        )
        for n in range(200)
    ]
    sections = []
    for body in bodies:
        set_up_office(body, f"示{body.pk}")
        sections.append(Section.objects.create(body=body, name="医政科"))
    today, days, made = date.today(), national(), 0
    serials: dict[tuple[int, int], int] = {}
    while made < cases:
        batch, events = [], []
        for n in range(made, min(made + 5000, cases)):
            # Half of all cases stand at the first body: the largest list anyone has.
            at = 0 if n % 2 else n // 2 % len(bodies)
            body, is_open = bodies[at], n % open_share == 0
            age = n * 7919 % (25 if is_open else YEARS * 365)
            received = today - timedelta(days=age)
            key = (body.pk, received.year)
            serials[key] = serial = serials.get(key, 0) + 1
            due = days.add(received, 20)
            done = None if is_open else min(today, received + timedelta(days=n % 40))
            number = tracking_number(received.year, body.pk, serial)
            batch.append(
                Application(
                    body=body,
                    year=received.year,
                    serial=serial,
                    number=number,
                    code_mark=code_mark(number, "ABCDEFGH") if n < 1000 else "x",
                    channel="in_person",
                    submitted_on=received,
                    received_on=received,
                    registered_at=f"{received}T09:00:00+08:00",
                    applicant_kind=KINDS[n % len(KINDS)],
                    applicant={"name": f"申请人{n % 5000}", "phone": f"138{n % 5000:08}"},
                    name_mark=mark("name", f"申请人{n % 5000}"),
                    identity_mark=mark("identity", f"{n % 5000}"),
                    subject=f"{SUBJECTS[n % len(SUBJECTS)]}（{n % 977}号）",
                    section=sections[at],
                    state="registered" if is_open else "closed",
                    due_on=due,
                    provisional=days.is_provisional(due),
                    closed_on=done,
                    effective_on=done,
                    on_time=None if done is None else done <= due,
                    decision="" if is_open else DECISIONS[n % len(DECISIONS)],
                )
            )
        saved = Application.objects.bulk_create(batch)
        for case in saved:
            facts = {"channel": "in_person", "applicant": case.applicant_kind}
            common: dict[str, Any] = {"application": case, "by_name": "王经办"}
            events.append(
                CaseEvent(
                    **common,
                    deed="submit",
                    law_type="application_submitted",
                    on=case.received_on,
                    data=facts,
                    public_text="当面提交申请",
                )
            )
            if case.closed_on:
                events.append(
                    CaseEvent(
                        **common,
                        deed="deliver",
                        law_type="reply_signed_for",
                        on=case.closed_on,
                        data={"decision": case.decision},
                        public_text="答复已送达",
                    )
                )
        CaseEvent.objects.bulk_create(events)
        made += len(batch)
    # The next number of each body follows on these.
    SerialCounter.objects.bulk_create(
        SerialCounter(body_id=body_id, year=year, kind="application", last=last)
        for (body_id, year), last in serials.items()
    )


def people() -> dict[str, Any]:
    from django.contrib.auth import get_user_model

    from gongkai.bodies.actions import grant_role
    from gongkai.bodies.models import Body, Role

    body = Body.objects.get(slug="b0")
    made = {}
    for role in (Role.CLERK, Role.HEAD):
        user = get_user_model().objects.create_user(role.value, password="x")
        grant_role(user, body, role, by=None)
        made[role.value] = user
    return made


def time_pages(rounds: int) -> None:
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext
    from django.urls import reverse

    from gongkai.applications.models import Application

    clerk = people()["clerk"]
    staff = Client(SERVER_NAME="localhost")
    staff.force_login(clerk)
    mine = list(Application.objects.filter(body__slug="b0").values_list("pk", flat=True)[:400])
    tracked = list(
        Application.objects.exclude(code_mark="x").values_list("number", flat=True)[:400]
    )
    visitors = []
    for number in tracked[: rounds + 3]:
        visitor = Client(SERVER_NAME="localhost")
        visitor.post(reverse("track"), {"number": number, "code": "ABCDEFGH"})
        visitors.append(visitor)

    def work_list(i: int) -> Any:
        return staff.get(reverse("desk-cases"), {"tab": "body", "p": i % 50 + 1})

    def search(i: int) -> Any:
        return staff.get(reverse("desk-cases"), {"tab": "body", "q": f"{i % 977}号"})

    def case(i: int) -> Any:
        return staff.get(reverse("desk-case", args=[mine[i % len(mine)]]))

    def numbers(i: int) -> Any:
        return staff.get(reverse("desk-statistics"), {"year": date.today().year - i % 2})

    def track(i: int) -> Any:
        return visitors[i % len(visitors)].get(reverse("track-case"))

    asked: dict[str, Callable[[int], Any]] = {
        "work list": work_list,
        "work list, search": search,
        "case page": case,
        "statistics of a year": numbers,
        "tracking page": track,
    }
    print(f"{'page':24}{'median ms':>12}{'p95 ms':>10}{'queries':>10}")
    for name, ask in asked.items():
        times = []
        for i in range(rounds + 3):
            start = time.perf_counter()
            response = ask(i)
            spent = (time.perf_counter() - start) * 1000
            assert response.status_code == 200, (name, response.status_code)
            if i >= 3:
                times.append(spent)
        with CaptureQueriesContext(connection) as captured:
            ask(1)
        median, p95 = middle_and_p95(times)
        print(f"{name:24}{median:12.1f}{p95:10.1f}{len(captured):10}", flush=True)


def time_table3(rounds: int) -> None:
    from django.db import connection

    from gongkai.applications.models import Application
    from gongkai.applications.statistics.tables import Period, table3

    year = date.today().year - 1
    period = Period.of_year(year)
    bare = (
        "SELECT applicant_kind, decision, received_on >= %s, closed_on IS NULL OR closed_on > %s,"
        " count(*) FROM applications_application"
        " WHERE received_on <= %s AND (closed_on IS NULL OR closed_on >= %s)"
        " GROUP BY 1, 2, 3, 4"
    )
    bounds = [period.first, period.last, period.last, period.first]

    def reference() -> Any:
        with connection.cursor() as cursor:
            cursor.execute(bare, bounds)
            return cursor.fetchall()

    def ours() -> Any:
        return table3(Application.objects.all(), period)

    assert sum(row[-1] for row in reference()) == (
        ours()["total_concluded"]["total"] + ours()["carried_forward"]["total"]
    )
    best = {}
    for name, count in (("bare GROUP BY", reference), ("table 三", ours)):
        times = []
        for _ in range(rounds):
            start = time.perf_counter()
            count()
            times.append((time.perf_counter() - start) * 1000)
        best[name] = statistics.median(times)
        print(f"{name:24}{best[name]:12.1f} ms", flush=True)
    print(f"{'ratio':24}{best['table 三'] / best['bare GROUP BY']:12.2f}")


def register(times: int) -> None:
    """One client: file applications at one body and print how long each took."""
    from gongkai.applications.tests.cast import an_application
    from gongkai.bodies.models import Body

    body, spent = Body.objects.get(slug="b1"), []
    for _ in range(times):
        start = time.perf_counter()
        an_application(body, on=date.today(), channel="online")
        spent.append((time.perf_counter() - start) * 1000)
    print(json.dumps(spent))


def time_registration(each: int) -> None:
    from django.db import connection

    from gongkai.applications.models import Application

    before = set(Application.objects.filter(body__slug="b1").values_list("year", "serial"))
    connection.close()
    command = [sys.executable, __file__, "--client", str(each)]
    start = time.perf_counter()
    clients = [subprocess.Popen(command, stdout=subprocess.PIPE) for _ in range(CLIENTS)]
    outputs = [client.communicate(timeout=600)[0] for client in clients]
    wall = time.perf_counter() - start
    assert all(client.returncode == 0 for client in clients)
    spent = [ms for out in outputs for ms in json.loads(out)]
    after = list(Application.objects.filter(body__slug="b1").values_list("year", "serial"))
    new = sorted(serial for year, serial in set(after) - before)
    assert len(after) == len(set(after)), "a number was given twice"
    assert len(new) == CLIENTS * each, "an application was lost"
    assert new == list(range(new[0], new[0] + len(new))), "a gap in the numbers"
    # Starting eight interpreters is not part of it: the slowest client's own time is.
    slowest = max(sum(json.loads(out)) for out in outputs) / 1000
    median, p95 = middle_and_p95(spent)
    print(
        f"registration: {len(spent) / slowest:.0f}/s with {CLIENTS} clients at one body, "
        f"median {median:.0f} ms, p95 {p95:.0f} ms, longest {max(spent):.0f} ms, "
        f"none lost, none doubled, no gap ({wall:.0f} s with starting)"
    )


def time_clocks() -> None:
    from gongkai.applications.actions.recompute import recompute_open_cases
    from gongkai.applications.models import Application
    from gongkai.bodies.models import HolidayNotice

    open_cases = Application.objects.filter(closed_on=None).count()
    off = date.today() + timedelta(days=3)
    while off.weekday() >= 5:
        off += timedelta(days=1)
    HolidayNotice.objects.create(source="临时放假通知", days_off=[off.isoformat()])
    start = time.perf_counter()
    moved = recompute_open_cases()
    seconds = time.perf_counter() - start
    print(f"clocks: {open_cases} open cases in {seconds:.1f} s, {len(list(moved))} moved")


def main() -> None:
    parser = options(__doc__)
    parser.add_argument("--cases", type=int, default=200_000)
    parser.add_argument("--open-share", type=int, default=20, help="1: every case is open")
    parser.add_argument("--only-clocks", action="store_true")
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--each", type=int, default=50, help="applications a client files")
    parser.add_argument("--client", type=int, help=argparse.SUPPRESS)
    wanted = parser.parse_args()
    if wanted.client:
        import django

        django.setup()
        register(wanted.client)
        return
    with site(wanted.database):
        start = time.perf_counter()
        fill(wanted.cases, wanted.open_share)
        analyze()
        print(f"machine: {machine()}")
        seconds = time.perf_counter() - start
        print(f"{wanted.database}, {wanted.cases} cases (filled in {seconds:.0f} s)")
        if not wanted.only_clocks:
            time_table3(max(5, wanted.rounds // 4))
            time_pages(wanted.rounds)
            time_registration(wanted.each)
        time_clocks()


if __name__ == "__main__":
    sys.exit(main())
