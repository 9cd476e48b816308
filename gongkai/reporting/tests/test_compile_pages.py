"""The desk pages of compiling: who sees them, what stands on them, what they refuse."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from gongkai.bodies.models import Body
from gongkai.registers.models import LicenceDecision
from gongkai.reporting.compile import actions
from gongkai.reporting.compile.models import Compilation
from gongkai.reporting.compile.narrative import parts
from gongkai.reporting.desk.urls import urlpatterns
from gongkai.reporting.tests.cast import Cast, make_cast

pytestmark = pytest.mark.django_db
YEAR = 2025
LICENCES = "t2.licensing.decisions"


def licences(body: Body, count: int, year: int = YEAR) -> None:
    LicenceDecision.objects.bulk_create(
        LicenceDecision(
            body=body,
            number=f"示许{year}-{n}",
            party="示例药房",
            content="准予",
            happened_on=date(year, 3, 2),
        )
        for n in range(1, count + 1)
    )


@dataclass
class Task(Cast):
    """The report of the body is being compiled; the other body has none yet."""

    task: Compilation


def make_task() -> Task:
    people = make_cast()
    licences(people.body, 3)
    return Task(**vars(people), task=actions.start(people.body, YEAR, by=people.clerk))


@pytest.fixture(scope="module")
def make_people():
    return make_task


@pytest.fixture
def task(people: Task) -> Compilation:
    return people.task


def pages(task: Compilation) -> list[str]:
    pk = task.report_id
    return [
        reverse("desk-compilation", args=[pk]),
        reverse("desk-compilation-cell", args=[pk, LICENCES]),
        reverse("desk-compilation-cell", args=[pk, "t3.carried_over.total"]),
        reverse("desk-compilation-cell", args=[pk, "t2.regulations.issued"]),
        reverse("desk-compilation-text", args=[pk]),
    ]


def test_staff_of_the_body_and_its_inspector_see_strangers_do_not(
    task: Compilation, people: Cast, client: Client
) -> None:
    compiling, cell, *_, text = pages(task)
    for person, status in (
        (people.clerk, 200),
        (people.reviewer, 200),
        (people.head, 200),
        (people.inspector, 200),
        (people.stranger, 404),
    ):
        client.force_login(person)
        for url in (compiling, cell, text):
            assert client.get(url).status_code == status, (url, person)
            if person != people.clerk and url != compiling:
                assert client.post(url, {"value": "9", "reason": "试"}).status_code in (403, 404)


def test_every_number_of_the_tables_leads_to_its_page(
    task: Compilation, people: Cast, client: Client
) -> None:
    client.force_login(people.clerk)
    html = client.get(pages(task)[0]).content.decode()
    version = task.report.latest
    assert version is not None
    for address, _ in version.as_report.cells():
        url = reverse("desk-compilation-cell", args=[task.report_id, address])
        assert re.search(
            rf'id="cell-{re.escape(address)}"[^>]*><a class="gk-cell" href="{url}"', html
        )


def test_the_page_of_a_number_shows_rule_records_and_the_change_by_hand(
    task: Compilation, people: Cast, client: Client
) -> None:
    client.force_login(people.clerk)
    url = pages(task)[1]
    html = client.get(url).content.decode()
    assert "行政许可台账中决定日期在本年度的决定" in html
    assert html.count("示许2025-") == 3
    refused = client.post(url, {"value": "5", "reason": " ", "seen": "1"})
    assert refused.status_code == 422
    assert 'value="5"' in refused.content.decode()
    assert client.post(url, {"value": "5", "reason": "另有2件", "seen": "1"}).status_code == 302
    report = client.get(pages(task)[0]).content.decode()
    assert "台账数 3，改为 <strong>5</strong>" in report
    assert "另有2件" in report
    assert 'class="gk-changed"' in report
    assert client.post(url, {"value": "6", "reason": "另有3件", "seen": "2"}).status_code == 302
    undo = reverse(
        "desk-compilation-give-back", args=[task.report_id, url.rstrip("/").split("/")[-1]]
    )
    late = client.post(undo, {"reason": "登记已补", "seen": "2"})
    words = late.content.decode()
    assert late.status_code == 409 and "已经保存了第3版" in words and 'value="登记已补"' in words
    assert "台账数 3，改为 <strong>6</strong>" in client.get(pages(task)[0]).content.decode()
    assert "台账数 3 改为 <strong>6</strong>" in client.get(url).content.decode()


def test_a_zero_says_that_no_record_fits_its_rule(
    task: Compilation, people: Cast, client: Client
) -> None:
    client.force_login(people.clerk)
    assert "没有符合规则的记录，所以是 0" in client.get(pages(task)[2]).content.decode()
    assert "这一格按规则填写" in client.get(pages(task)[3]).content.decode()


def test_a_register_that_changed_since_is_told_on_the_page_of_the_number(
    task: Compilation, people: Cast, client: Client
) -> None:
    LicenceDecision.objects.create(
        body=people.body,
        number="后补",
        party="示例药房",
        content="准予",
        happened_on=date(YEAR, 6, 1),
    )
    client.force_login(people.clerk)
    html = client.get(pages(task)[1]).content.decode()
    assert "取数时 3 条，现在 4 条" in html
    assert html.count("取数后登记") == 1


def test_the_carry_over_stands_against_last_years_report(people: Cast, client: Client) -> None:
    clerk = people.stranger
    before = actions.start(people.other_body, YEAR - 1, by=clerk)
    actions.change_cell(before, "t3.carried_forward.total", "2", "纸质登记", by=clerk)
    task = actions.start(people.other_body, YEAR, by=clerk)
    client.force_login(clerk)
    html = client.get(pages(task)[2]).content.decode()
    assert "2024年年报第2版" in html
    assert "不一致，请核对" in html
    assert task.report.problems.filter(rule="C05", gone_at=None).exists()


def test_a_typed_number_that_contradicts_the_register_is_told(
    task: Compilation, people: Cast, client: Client
) -> None:
    client.force_login(people.clerk)
    url = pages(task)[-1]
    sent = {t.part: t.text for t in task.texts.all()} | {"disclosure": "全年作出行政许可决定8件。"}
    assert client.post(url, sent | {"seen": "1"}).status_code == 302
    html = client.get(url).content.decode()
    assert "手写的 8件 与【行政许可决定数】3件不一致" in html
    sent["disclosure"] = "全年作出行政许可决定3件。"
    # From a second tab that is older: told, with what is stored now beside what was typed.
    late = client.post(url, sent | {"seen": "1"})
    words = late.content.decode()
    assert late.status_code == 409 and 'name="seen" value="2"' in words
    assert "<dd>全年作出行政许可决定8件。</dd>" in words and words.count("和您填写的不同") == 1
    assert words.count("<dd>") == 1 and "全年作出行政许可决定3件。</textarea>" in words
    client.post(url, sent | {"seen": "2"})
    assert "这个数可以换成【行政许可决定数】" in client.get(url).content.decode()


def test_what_was_found_stands_beside_the_part_and_its_passage_is_marked(
    task: Compilation, people: Cast, client: Client
) -> None:
    client.force_login(people.clerk)
    words = {"disclosure": "全年作出行政许可决定9件，<b>按时</b>公开。"}
    actions.write_text(task, words, by=people.clerk)
    page = client.get(reverse("desk-compilation-text", args=[task.report_id])).content.decode()
    _, _, after = page.partition('id="found-disclosure"')
    beside, _, rest = after.partition("</section>")
    assert "手写的 9件 与【行政许可决定数】3件不一致" in beside
    assert "<mark>" in beside and "9件" in re.findall("<mark>(.*?)</mark>", beside)[0]
    assert "&lt;b&gt;按时" in beside and "<b>按时" not in page
    assert 'id="found-applications"' not in rest


def test_the_text_is_compared_with_last_years_and_with_other_bodies(
    task: Compilation, people: Cast, client: Client
) -> None:
    client.force_login(people.clerk)
    compiling = reverse("desk-compilation", args=[task.report_id])
    assert "没有上年或者其他机关的年报可以比较" in client.get(compiling).content.decode()
    long = "".join(
        f"按照第{n}项要求逐条核对公开属性并登记办理经过。" for n in "一二三四五六七八九十" * 2
    )
    words = {one.key: long for one in parts() if one.section == 1}
    actions.write_text(task, words, by=people.clerk)
    for body, year in ((people.body, YEAR - 1), (people.other_body, YEAR)):
        former = actions.start(body, year, by=None)
        actions.write_text(former, words, by=None)
    for url in (compiling, reverse("desk-compilation-text", args=[task.report_id])):
        page = client.get(url).content.decode()
        assert f"与{YEAR - 1}年年报" in page and f"与{people.other_body.name}" in page
        assert "疑似照抄" in page


def test_a_refused_text_is_kept_in_the_form(
    task: Compilation, people: Cast, client: Client
) -> None:
    client.force_login(people.clerk)
    refused = client.post(pages(task)[-1], {"disclosure": "许可【没有的数】件。", "seen": "1"})
    assert refused.status_code == 422
    assert "许可【没有的数】件。</textarea>" in refused.content.decode()


def test_counting_anew_leads_to_what_changed(
    task: Compilation, people: Cast, client: Client
) -> None:
    client.force_login(people.clerk)
    url = reverse("desk-compilation-recompute", args=[task.report_id])
    assert client.post(url, {"seen": "1"}).headers["Location"] == pages(task)[0]
    LicenceDecision.objects.filter(body=people.body).first().delete()
    told = client.post(url, {"seen": "1"}, follow=True).content.decode()
    assert "2处有变化" in told
    assert "行政许可" in told


def test_the_list_begins_a_task_once(people: Cast, client: Client) -> None:
    client.force_login(people.stranger)
    body = people.other_body
    licences(body, 1)
    url = reverse("desk-compilation-begin")
    client.post(url, {"body": body.pk, "year": str(YEAR)})
    again = client.post(url, {"body": body.pk, "year": str(YEAR)}, follow=True)
    said = again.content.decode()
    report = Compilation.objects.get(report__body=body).report
    assert "已经在编制中" in said and reverse("desk-compilation", args=[report.pk]) in said
    assert f'value="{YEAR}"' in said, "what was typed stays"
    # Its forms can be taken from its own page and from that of the report.
    file = reverse("desk-report-file", args=[report.pk, "docx"])
    for name in ("desk-compilation", "desk-report"):
        assert file in client.get(reverse(name, args=[report.pk])).content.decode()
    assert client.get(file).content[:2] == b"PK"
    assert client.get(file.replace("docx", "exe")).status_code == 404
    early = client.post(url, {"body": body.pk, "year": "2012"}, follow=True)
    assert "还没有统一的年报格式" in early.content.decode()


def test_a_year_without_any_record_is_asked_about_before_it_becomes_zeros(
    people: Cast, client: Client
) -> None:
    client.force_login(people.stranger)
    theirs = Compilation.objects.filter(report__body=people.other_body)
    url = reverse("desk-compilation-begin")
    sent = {"body": people.other_body.pk, "year": str(YEAR), "replace": "1"}
    asked = client.post(url, sent, follow=True).content.decode()
    assert "台账一行也没有" in asked and 'name="empty"' in asked
    assert not theirs.exists()
    client.post(url, {**sent, "empty": "1"})
    assert theirs.count() == 1


def test_a_year_is_four_digits(people: Cast, client: Client) -> None:
    client.force_login(people.clerk)
    url = reverse("desk-compilation-begin")
    for typed in ("abc", "99999999999", "", "025", "²⁰²⁵"):
        told = client.post(url, {"body": people.body.pk, "year": typed}, follow=True)
        assert "请填写四位数的年度，例如" in told.content.decode(), typed


def test_a_bodys_own_wording_begins_the_next_report(
    task: Compilation, people: Cast, client: Client
) -> None:
    client.force_login(people.clerk)
    client.post(pages(task)[-1], {"platform": "每周检查一次栏目。", "keep": "platform"})
    licences(people.body, 1, YEAR - 1)
    next_task = actions.start(people.body, YEAR - 1, by=people.clerk)
    assert next_task.texts.get(part="platform").text == "每周检查一次栏目。"


def test_the_list_is_narrowed_by_year_and_state_and_its_queries_do_not_grow(
    task: Compilation, people: Cast, client: Client, django_assert_max_num_queries: Any
) -> None:
    client.force_login(people.clerk)
    url = reverse("desk-compilations")
    client.get(url)
    with CaptureQueriesContext(connection) as few:
        client.get(url)
    for year in (YEAR - 1, YEAR - 2, YEAR - 3):
        actions.start(people.body, year, by=people.clerk)
    with django_assert_max_num_queries(len(few)):
        everything = client.get(url).content.decode()
    assert everything.count(people.body.name) >= 4
    here = reverse("desk-compilation", args=[task.report_id])
    assert here in client.get(url, {"year": YEAR, "state": "draft"}).content.decode()
    assert here not in client.get(url, {"state": "published"}).content.decode()
    assert here not in client.get(url, {"year": YEAR - 1}).content.decode()


def test_a_stranger_and_nobody_get_nothing_from_any_route(
    task: Compilation, people: Cast, client: Client
) -> None:
    mine = [u for u in urlpatterns if u.name.startswith("desk-compilation")]
    assert len(mine) == 7
    for route in mine:
        args = (
            []
            if route.name in ("desk-compilations", "desk-compilation-begin")
            else [task.report_id]
        )
        if "address" in str(route.pattern):
            args.append(LICENCES)
        url = reverse(route.name, args=args)
        client.logout()
        assert "/office/login/" in client.get(url)["Location"], route.name
        client.force_login(people.stranger)
        for method in (client.get, client.post):
            response = method(
                url, {"value": "9", "reason": "试", "body": people.body.pk, "year": 2024}
            )
            assert response.status_code in (302, 404, 405) or not args, route.name
            assert people.body.name not in response.content.decode()
    assert Compilation.objects.count() == 1
    assert task.report.versions.count() == 1
