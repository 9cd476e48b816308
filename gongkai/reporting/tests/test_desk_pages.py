"""Every staff page: open to its people, closed to a stranger, and does what its button says."""

import re

import pytest
from django.urls import reverse

from gongkai.annual_report.read.kinds import open_document
from gongkai.base.tests.test_words import english
from gongkai.reporting import engine
from gongkai.reporting.actions import correct_cell, file_report, publish_report
from gongkai.reporting.desk import source
from gongkai.reporting.desk.urls import urlpatterns
from gongkai.reporting.models import AnnualReport, ImportBatch
from gongkai.reporting.tests.cast import Filed, as_file, faulty_report, make_filed, sound_report
from gongkai.reporting.tests.route_cast import compiled, licences

CELL = "t3.granted.total"


@pytest.fixture(scope="module")
def make_people():
    return make_filed


@pytest.fixture
def cast(people: Filed) -> Filed:
    """The file of the report lies where it was made."""
    return people


@pytest.fixture
def report(cast: Filed) -> AnnualReport:
    return cast.report


def addresses(report) -> dict[str, str]:
    """One address of every route of this room, by its name."""
    problem = report.problems.order_by("level").first()
    arguments = {
        "desk-problem": [problem.pk],
        "desk-source": [report.pk, 1],
        "desk-page": [report.pk, 1, 1],
        "desk-report-file": [report.pk, "docx"],
        "desk-import-confirm": [ImportBatch.objects.create(by=report.versions.first().made_by).pk],
        "desk-reports": [],
        "desk-import": [],
        "desk-problems": [],
    }
    found = {}
    for route in urlpatterns:
        if route.name.startswith(ELSEWHERE):
            continue
        found[route.name] = reverse(route.name, args=arguments.get(route.name, [report.pk]))
    found["desk-correct"] += f"?address={CELL}"
    return found


#: Compiling, the way of a report, sums and scores have their own tests of who may open what.
ELSEWHERE = ("desk-compilation", "desk-route", "desk-rollup", "desk-countdown", "desk-assess")
POSTED = {"desk-withdraw-correction", "desk-reread", "desk-dates", "desk-withdraw"}
READ = {"desk-report-file"}
OWN = {"desk-reports", "desk-problems", "desk-import"}


def test_every_page_opens_for_the_people_of_the_body(cast, report, client):
    for who, barred in (
        (cast.clerk, {"desk-publish"}),
        (cast.reviewer, {"desk-correct", "desk-publish", "desk-import", "desk-import-confirm"}),
        (cast.head, {"desk-correct", "desk-import", "desk-import-confirm"}),
        (cast.inspector, {"desk-correct", "desk-publish", "desk-import", "desk-import-confirm"}),
    ):
        client.force_login(who)
        for name, url in addresses(report).items():
            if name in POSTED or name == "desk-page":
                continue
            # Wagtail answers a missing permission with a message and the way back to the start.
            status = client.get(url).status_code
            assert status == (302 if name in barred else 200), (who.username, name)


def test_a_superuser_without_the_role_is_not_offered_to_file(cast, client, admin_user):
    """Offered and open only to who may: the form is not shown to one whose upload is refused."""
    url = reverse("desk-import")
    for who, offered in ((admin_user, False), (cast.clerk, True)):
        client.force_login(who)
        assert (f'"{url}"' in client.get(reverse("wagtailadmin_home")).content.decode()) == offered
        assert client.get(url).status_code == (200 if offered else 302)
    form = client.get(url).content.decode()
    assert ".mht,.mhtml," in form and "MHTML" in form
    assert english(form) <= {"jingban", cast.clerk.username}


def test_a_stranger_gets_nothing_from_any_route(cast, report, client):
    client.force_login(cast.stranger)
    for name, url in addresses(report).items():
        for method in (client.get, client.post):
            response = method(
                url, {"address": CELL, "value": "3", "reason": "x", "to": "confirmed"}
            )
            if name in OWN:
                assert "示例县卫生健康委员会" not in response.content.decode()
            elif name in (POSTED if method == client.get else READ):
                assert response.status_code == 405
            else:
                assert response.status_code == 404, name
    report.refresh_from_db()
    assert report.versions.count() == 1 and report.published is None
    assert not report.problems.exclude(state="found").exists()


def test_nobody_signed_in_is_led_to_the_sign_in_page(cast, report, client):
    for name, url in addresses(report).items():
        response = client.get(url)
        assert response.status_code == 302 and "/office/login/" in response["Location"], name


def test_every_route_says_its_permission():
    assert all(route.callback.permission.startswith("reporting.") for route in urlpatterns)


def test_the_list_filters_and_remembers(cast, report, client):
    file_report(as_file(sound_report(2022)), "b.json", body=cast.body, by=cast.clerk)
    client.force_login(cast.clerk)
    url = reverse("desk-reports")
    page = client.get(url, {"year": "2022"})
    assert [r.year for r in page.context["reports"]] == [2022]
    again = client.get(url)
    assert [r.year for r in again.context["reports"]] == [2022]
    client.get(url, {"clear": "1"})
    assert len(client.get(url).context["reports"]) == 2
    assert [r.year for r in client.get(url, {"state": "errors"}).context["reports"]]
    assert [r.year for r in client.get(url, {"q": "卫健委 2022年"}).context["reports"]] == [2022]
    assert not client.get(url, {"q": "教育局"}).context["reports"]


def test_the_source_is_only_ever_a_download(cast, report, client):
    client.force_login(cast.inspector)
    response = client.get(reverse("desk-source", args=[report.pk, 1]))
    assert b"".join(response.streaming_content) == as_file(faulty_report())
    assert response["Content-Disposition"].startswith("attachment")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Type"] == "application/octet-stream"


def test_stored_files_have_no_address_of_their_own(cast, report, client):
    client.force_login(cast.clerk)
    name = report.latest.source.content.name
    for url in (f"/media/{name}", f"/{name}", f"/static/{name}"):
        assert client.get(url).status_code == 404


def test_a_correction_through_the_form_makes_a_version(cast, report, client):
    client.force_login(cast.clerk)
    url = reverse("desk-correct", args=[report.pk])
    data = {"address": CELL, "value": "3", "reason": "经核对台账", "seen": "1"}
    assert client.post(url, data).status_code == 302
    assert report.latest.number == 2
    late = client.post(url, data | {"value": "4"})
    assert late.status_code == 409 and "没有保存" in late.content.decode()
    wrong = client.post(url, data | {"value": "三", "seen": "2"})
    assert wrong.status_code == 400 and "不是数字" in wrong.content.decode()
    assert 'value="三"' in wrong.content.decode(), "what was typed is kept"


def test_a_finding_is_moved_by_its_button_and_illegal_ones_are_not_offered(cast, report, client):
    problem = report.problems.filter(level="error").first()
    url = reverse("desk-problem", args=[problem.pk])
    client.force_login(cast.clerk)
    page = client.get(url).content.decode()
    assert "确认问题" in page and "复核通过" not in page
    client.post(url, {"to": "confirmed", "note": "属实", "seen": "found"})
    problem.refresh_from_db()
    assert problem.state == "confirmed"
    assert client.post(url, {"to": "reviewed", "note": "", "seen": "confirmed"}).status_code == 400
    client.force_login(cast.inspector)
    page = client.get(url).content.decode()
    assert "由经办人办理" in page and "<textarea" not in page


def test_the_head_publishes_through_the_page(cast, report, client):
    client.force_login(cast.head)
    url = reverse("desk-publish", args=[report.pk])
    assert "还不能公开" in client.get(url).content.decode()
    assert client.post(url, {"version": "1"}).status_code == 409
    version = correct_cell(report, CELL, "3", "核对", by=cast.clerk)
    report.problems.filter(level="error").update(state="dismissed")
    assert client.post(url, {"version": "1"}).status_code == 409, "an older version"
    assert client.post(url, {"version": "2"}).status_code == 302
    report.refresh_from_db()
    assert report.published == version
    client.post(reverse("desk-withdraw", args=[report.pk]), {"reason": "数据有误"})
    report.refresh_from_db()
    assert report.published is None


def test_a_report_filed_under_another_year_is_pointed_out_before_it_is_public(cast, client):
    filed = file_report(
        as_file(sound_report()), "年报.json", body=cast.body, by=cast.clerk, year=2019
    )
    client.force_login(cast.head)
    page = client.get(reverse("desk-publish", args=[filed.version.report_id])).content.decode()
    assert f"文件写的是{sound_report().year}年，登记的是2019年" in page
    assert "文件写的机关是" not in page


def test_differences_of_a_published_correction_are_shown_before_it_goes(cast, report, client):
    report.problems.filter(level="error").update(state="dismissed")
    publish_report(report.latest, by=cast.head)
    correct_cell(report, CELL, "3", "核对", by=cast.clerk)
    client.force_login(cast.head)
    page = client.get(reverse("desk-publish", args=[report.pk])).content.decode()
    assert "对已公开年报的更正" in page and re.search(r"5 → <strong>3</strong>", page)


def test_side_by_side_every_finding_leads_to_cell_and_source(cast, client, monkeypatch):
    text = (
        "示例县卫生健康委员会2023年政府信息公开工作年度报告\n"
        "一、总体情况\n根据《中华人民共和国政府信息公开条例》（国令第492号）编制。\n"
        "二、主动公开政府信息情况\n全年公开信息120条。\n"
    )
    # As if it were an old Word file: LibreOffice takes seconds, it is not asked for every look.
    monkeypatch.setattr(engine, "detect", lambda data, name: "doc")
    asked = []
    monkeypatch.setattr(
        source, "open_document", lambda *file: asked.append(file) or open_document(*file)
    )
    filed = file_report(text.encode(), "年报.txt", body=cast.body, by=cast.clerk, year=2023)
    client.force_login(cast.clerk)
    address = reverse("desk-beside", args=[filed.version.report_id])
    page = client.get(address).content.decode()
    assert client.get(address).content.decode().count("line-") == page.count("line-")
    assert len(asked) == 1
    anchors = set(re.findall(r'id="([^"]+)"', page))
    pointing = re.findall(r'href="#((?:line|page|finding|cell)-[^"]+)"', page)
    assert any(p.startswith("line-") for p in pointing)
    assert set(pointing) <= anchors, "no link leads nowhere"


def test_a_source_is_offered_where_there_is_one(cast, report, client):
    licences(cast, 1)
    made = compiled(cast)
    client.force_login(cast.clerk)
    listed = client.get(reverse("desk-reports"))
    assert {one.pk for one in listed.context["reports"]} == {made.pk, report.pk}
    assert listed.content.decode().count("对照源文件") == 1
    for name in ("desk-report", "desk-beside"):
        assert "对照源文件" not in client.get(reverse(name, args=[made.pk])).content.decode()
    pages = client.get(reverse("desk-problems"), {"report": made.pk}).content.decode()
    assert "对照源文件" not in pages and "查看内容" in pages
    for name in ("desk-report", "desk-beside"):
        assert "对照源文件" in client.get(reverse(name, args=[report.pk])).content.decode()


def test_the_number_of_queries_of_the_list_does_not_grow(
    cast, client, django_assert_max_num_queries
):
    for year in (2019, 2020, 2021, 2022):
        report = AnnualReport.objects.create(body=cast.body, year=year)
        assert report.pk
    client.force_login(cast.clerk)
    client.get(reverse("desk-reports"))
    with django_assert_max_num_queries(22):
        client.get(reverse("desk-reports"))
