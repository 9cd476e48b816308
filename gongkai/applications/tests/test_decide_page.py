"""The pages of the seven questions: one at a time, the conclusion, the form behind it."""

from __future__ import annotations

from urllib.parse import urlencode

from django.test import Client
from django.urls import reverse

from gongkai.applications.actions.deciding import answers_to
from gongkai.applications.files import keep_file
from gongkai.applications.models import Application, CaseFile
from gongkai.applications.tests.cast import Cast
from gongkai.applications.tests.test_decide import a_case, first
from gongkai.law.taxonomy import letters


def desk(cast: Cast, client: Client, case: Application, query: str = "") -> str:
    client.force_login(cast.clerk)
    address = reverse("desk-decide-item", args=[case.pk, first(case).pk]) + query
    return client.get(address).content.decode()


def test_the_page_asks_one_question_with_its_article(cast: Cast, client: Client) -> None:
    page = desk(cast, client, a_case(cast))
    assert "姓名或者名称、身份证明" in page
    assert "第二十九条" in page
    assert "能否公开" not in page


def test_the_page_shows_letter_row_and_what_is_missing(cast: Cast, client: Client) -> None:
    case = a_case(cast)
    page = desk(cast, client, case, "?complete=clear&kind=repeat")
    assert letters()["L30"].label in page
    assert "还不能这样决定" in page
    page = desk(cast, client, case, "?complete=unclear")
    assert reverse("desk-case-deed", args=[case.pk, "ask-correction"]) in page


def test_the_page_of_a_conclusion_names_only_what_was_asked_and_its_own_articles(
    cast: Cast, client: Client
) -> None:
    query = "?complete=clear&kind=information&responsible=ours&held=not_found"
    page = desk(cast, client, a_case(cast), query)
    assert f"<dd>{letters()['L25'].basis}</dd>" in page
    assert '<li class="gk-done">有没有</li>' in page
    assert "<li>给不给</li><li>怎么给</li>" in page


def test_what_is_ready_to_be_given_is_filled_in(cast: Cast, client: Client) -> None:
    case = a_case(cast)
    kind = CaseFile.Kind.RELEASED
    keep_file(case, kind, "调查报告（区分处理）.pdf", b"x", "application/pdf", by=cast.clerk)
    found = "?complete=clear&kind=information&responsible=ours&held=found"
    for way in ("&give=severable", "&give=open&form=as_requested"):
        assert "《调查报告（区分处理）》</textarea>" in desk(cast, client, case, found + way)


def test_the_page_saves_a_decision_and_keeps_a_refused_form(cast: Cast, client: Client) -> None:
    case = a_case(cast)
    client.force_login(cast.clerk)
    query = "?complete=clear&kind=information&responsible=ours&held=found&give=already_public"
    address = reverse("desk-decide-item", args=[case.pk, first(case).pk]) + query
    refused = client.post(address, {"seen": case.version, "公开位置": ""})
    assert refused.status_code == 422
    saved = client.post(address, {"seen": case.version, "公开位置": "本机关网站公开栏目"})
    assert saved.status_code == 302
    assert first(case).particulars == {"公开位置": "本机关网站公开栏目"}
    page = client.get(reverse("desk-decide", args=[case.pk])).content.decode()
    assert "予以公开" in page


def test_a_foreign_case_is_not_there(cast: Cast, client: Client) -> None:
    case = a_case(cast)
    client.force_login(cast.stranger)
    for name, arguments in (
        ("desk-decide", [case.pk]),
        ("desk-decide-item", [case.pk, first(case).pk]),
    ):
        assert client.get(reverse(name, args=arguments)).status_code == 404


def test_the_clerk_adds_a_row_without_script_and_loses_nothing(cast: Cast, client: Client) -> None:
    case = a_case(cast)
    client.force_login(cast.clerk)
    address = reverse("desk-decide-item", args=[case.pk, first(case).pk])
    address += "?" + urlencode(answers_to("partial"))
    assert 'name="what3"' not in client.get(address).content.decode()
    typed = {"rows": "3", "what0": "手机号码", "ground0": "deny_third_party", "more": "1"}
    page = client.post(address, typed)
    assert page.status_code == 200
    shown = page.content.decode()
    assert 'name="what3"' in shown and 'name="what4"' not in shown
    assert 'value="手机号码"' in shown and "请写明" not in shown.split("<form", 1)[1]
    assert first(case).decision == ""
