"""The tracking page: in by number and code only, nothing personal outside it (条例 Art 31, 45)."""

from __future__ import annotations

import logging
import re
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from gongkai.applications import clock
from gongkai.applications.actions.core import add_event, on_case
from gongkai.applications.actions.intake import Filed
from gongkai.applications.due import guessed
from gongkai.applications.files import keep_file
from gongkai.applications.models import Application, CaseFile, Letter, SideRequest
from gongkai.applications.public.track import entrance
from gongkai.applications.tests.cast import APPLICANT, Cast, an_application
from gongkai.base import entrance as base_entrance
from gongkai.base.models import AuditEntry
from gongkai.law.deadlines import EventType

ENTRANCE = "/track/"
PAGE = "/track/case/"


def today() -> date:
    return clock.today()


def come_in(client: Client, filed: Filed) -> Client:
    answer = client.post(ENTRANCE, {"number": filed.case.number, "code": filed.code})
    assert (answer.status_code, answer.url) == (302, PAGE)
    return client


def said(html: str) -> str:
    """The page without what differs from one request to the next."""
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"|value="[^"]*"', "", html)


def test_number_and_code_open_the_page_and_no_address_holds_them(
    cast: Cast, client: Client
) -> None:
    filed = an_application(cast.body, on=today())
    page = come_in(client, filed).get(PAGE)
    assert page.status_code == 200
    assert filed.case.number in page.content.decode()
    assert page["Cache-Control"] == "private, no-store"


def test_who_brings_the_number_of_a_letter_is_sent_to_the_other_entrance(
    cast: Cast, client: Client
) -> None:
    link = f'<a href="{reverse("letter-track")}">查询来信</a>'
    assert link in client.get(ENTRANCE).content.decode()
    wrong = client.post(ENTRANCE, {"number": "8202600010009900", "code": "AAAA2222"})
    error = re.search(r'role="alert">(.*?)</div>', wrong.content.decode(), re.DOTALL)
    assert error and link in error[1]


def test_number_and_code_may_be_typed_with_blanks_and_small_or_wide_letters(
    cast: Cast, client: Client
) -> None:
    filed = an_application(cast.body, on=today())
    number = " ".join(filed.case.number)
    wide = "".join(chr(ord(c) + 0xFEE0) for c in filed.code)
    assert client.post(ENTRANCE, {"number": number, "code": wide}).status_code == 302
    small = f"{filed.code[:4]}-{filed.code[4:]}".lower()
    assert client.post(ENTRANCE, {"number": number, "code": small}).status_code == 302


def test_a_wrong_number_and_a_wrong_code_get_the_same_answer(cast: Cast, client: Client) -> None:
    filed = an_application(cast.body, on=today())
    unknown = f"{filed.case.number[:-2]}00"
    answers = [
        client.post(ENTRANCE, {"number": number, "code": code})
        for number, code in (
            (filed.case.number, "ABCDEFGH"),
            (unknown, filed.code),
            ("1", "2"),
            ("9" + filed.case.number, filed.code),
        )
    ]
    assert {a.status_code for a in answers} == {422}
    assert len({said(a.content.decode()) for a in answers}) == 1
    assert entrance.ENTRANCE.wrong in answers[0].content.decode()


def test_a_wrong_number_costs_as_many_queries_as_a_wrong_code(
    cast: Cast, client: Client, django_assert_num_queries
) -> None:
    filed = an_application(cast.body, on=today())
    client.post(ENTRANCE, {"number": filed.case.number, "code": "ABCDEFGH"})
    for number in (filed.case.number, "20260001000019"):
        with django_assert_num_queries(1):
            assert entrance.ENTRANCE.looked_up(number, "ABCDEFGH") is None


def guess(client: Client, number: str, code: str = "ABCDEFGH") -> int:
    return client.post(ENTRANCE, {"number": number, "code": code}).status_code


def test_guessing_at_one_number_ends_after_twenty_tries(cast: Cast) -> None:
    filed = an_application(cast.body, on=today())
    stranger = Client(REMOTE_ADDR="10.0.0.7")
    answers = [guess(stranger, filed.case.number) for _ in range(22)]
    assert answers == [422] * 20 + [429] * 2
    # Whether he guesses right now makes no difference that he could see.
    assert guess(stranger, filed.case.number, filed.code) == 429


def test_a_stranger_who_guesses_does_not_lock_the_applicant_out(cast: Cast) -> None:
    filed = an_application(cast.body, on=today())
    for turn in range(40):
        guess(Client(REMOTE_ADDR=f"10.0.0.{turn % 2}"), filed.case.number)
    assert guess(Client(REMOTE_ADDR="10.0.1.1"), filed.case.number, filed.code) == 302


def test_looking_at_the_progress_often_is_no_failure_and_is_not_counted(
    cast: Cast, client: Client
) -> None:
    filed = an_application(cast.body, on=today())
    assert {guess(client, filed.case.number, filed.code) for _ in range(35)} == {302}


def test_one_address_may_try_thirty_times_in_ten_minutes(cast: Cast, client: Client) -> None:
    answers = [
        client.post(ENTRANCE, {"number": f"{n}", "code": "ABCDEFGH"}).status_code for n in range(31)
    ]
    assert answers == [422] * 30 + [429]


def test_without_a_session_every_page_leads_to_the_entrance(cast: Cast, client: Client) -> None:
    filed = an_application(cast.body, on=today())
    file = keep_file(
        filed.case,
        CaseFile.Kind.RELEASED,
        "a.pdf",
        b"%PDF",
        "application/pdf",
        by=None,
        for_applicant=True,
    )
    for address in (
        PAGE,
        reverse("track-file", args=[file.pk]),
        reverse("track-deed", args=["withdraw"]),
        reverse("side-status"),
    ):
        answer = client.get(address)
        assert (answer.status_code, answer.url) == (302, ENTRANCE)


def test_leaving_closes_the_page(cast: Cast, client: Client) -> None:
    come_in(client, an_application(cast.body, on=today()))
    client.post(reverse("track-leave"))
    assert client.get(PAGE).status_code == 302


def test_half_an_hour_without_a_click_closes_the_page(
    cast: Cast, client: Client, monkeypatch
) -> None:
    come_in(client, an_application(cast.body, on=today()))
    now = base_entrance.time.time()
    monkeypatch.setattr(base_entrance.time, "time", lambda: now + base_entrance.IDLE - 1)
    assert client.get(PAGE).status_code == 200
    monkeypatch.setattr(base_entrance.time, "time", lambda: now + 3 * base_entrance.IDLE)
    assert client.get(PAGE).status_code == 302


def test_coming_in_gives_the_browser_a_new_session_key(cast: Cast, client: Client) -> None:
    come_in(client, an_application(cast.body, on=today()))
    first = client.cookies["sessionid"].value
    come_in(client, an_application(cast.body, on=today()))
    assert client.cookies["sessionid"].value != first


def test_another_applicants_file_and_letter_are_not_found(cast: Cast, client: Client) -> None:
    mine = an_application(cast.body, on=today())
    other = an_application(cast.body, on=today()).case
    file = keep_file(
        other,
        CaseFile.Kind.RELEASED,
        "b.pdf",
        b"%PDF",
        "application/pdf",
        by=None,
        for_applicant=True,
    )
    letter = Letter.objects.create(application=other, code="L14", state=Letter.State.SENT)
    come_in(client, mine)
    assert client.get(reverse("track-file", args=[file.pk])).status_code == 404
    assert client.post(reverse("track-confirm", args=[letter.pk])).status_code == 404


def test_only_what_is_open_to_the_applicant_can_be_fetched(cast: Cast, client: Client) -> None:
    filed = an_application(cast.body, on=today())
    original = keep_file(
        filed.case, CaseFile.Kind.ORIGINAL, "原件.pdf", b"%PDF", "application/pdf", by=cast.clerk
    )
    draft = keep_file(
        filed.case,
        CaseFile.Kind.LETTER,
        "稿.pdf",
        b"%PDF",
        "application/pdf",
        by=cast.clerk,
        for_applicant=True,
    )
    Letter.objects.create(application=filed.case, code="L14", pdf=draft)
    come_in(client, filed)
    for file in (original, draft):
        assert client.get(reverse("track-file", args=[file.pk])).status_code == 404


def test_a_letter_that_was_sent_is_downloaded_decrypted_and_noted(
    cast: Cast, client: Client
) -> None:
    filed = an_application(cast.body, on=today())
    pdf = keep_file(
        filed.case,
        CaseFile.Kind.LETTER,
        "x.pdf",
        b"%PDF-1.7 answer",
        "application/pdf",
        by=cast.clerk,
        for_applicant=True,
    )
    Letter.objects.create(
        application=filed.case, code="L14", state=Letter.State.SENT, way=Letter.Way.ONLINE,
        number="示卫健公开〔2026〕第1号-告", pdf=pdf, sent_on=today(),
    )  # fmt: skip
    come_in(client, filed)
    assert "公开告知书" in client.get(PAGE).content.decode()
    answer = client.get(reverse("track-file", args=[pdf.pk]))
    assert answer.content == b"%PDF-1.7 answer"
    assert answer["Cache-Control"] == "private, no-store"
    assert "%E5%85%AC%E5%BC%80%E5%91%8A%E7%9F%A5%E4%B9%A6" in answer["Content-Disposition"]
    entry = AuditEntry.objects.get(action="申请人下载文书")
    assert entry.by_name == "申请人"


def test_the_due_day_and_every_step_to_it_are_on_the_page(cast: Cast, client: Client) -> None:
    filed = an_application(cast.body, on=today())
    html = come_in(client, filed).get(PAGE).content.decode()
    due = filed.case.due_on
    assert f"{due.year}年{due.month}月{due.day}日" in html
    assert "还有 20 个工作日" in html
    assert "这个日期怎么算的" in html
    for step in clock.outcome(filed.case).steps:
        assert step.article in html


def test_what_the_office_notes_for_itself_is_not_in_the_timeline(
    cast: Cast, client: Client
) -> None:
    filed = an_application(cast.body, on=today())
    with on_case(filed.case, by=None) as case:
        add_event(case, "note", by=cast.clerk, text="内部讨论：拟不予公开")
        add_event(
            case, "extend", by=cast.clerk, law_type=EventType.EXTENSION_DECIDED, days=10,
            text="经张负责同意延期",
        )  # fmt: skip
    html = come_in(client, filed).get(PAGE).content.decode()
    assert "内部讨论" not in html
    assert "张负责" not in html
    assert "本机关延长答复期限（10 个工作日）" in html


def test_no_personal_data_in_title_address_or_log(cast: Cast, client: Client, caplog) -> None:
    filed = an_application(cast.body, on=today())
    with caplog.at_level(logging.DEBUG):
        html = come_in(client, filed).get(PAGE).content.decode()
    assert re.search("<title>(.*?)</title>", html)[1].startswith("查询办理进度")
    logged = "".join(r.getMessage() for r in caplog.records if r.name != "django.db.backends")
    for secret in (*APPLICANT.values(), filed.code):
        assert secret not in html
        assert secret not in logged


def test_the_session_in_the_database_knows_neither_number_nor_code(
    cast: Cast, client: Client
) -> None:
    filed = an_application(cast.body, on=today())
    come_in(client, filed)
    held = client.session["track"]
    assert set(held) == {"kind", "pk", "at", "of"}
    with connection.cursor() as cursor:
        cursor.execute("SELECT session_data FROM django_session")
        assert filed.code not in repr(cursor.fetchall())


def test_of_an_erased_case_only_who_has_its_code_learns_that_it_was_erased(
    cast: Cast, client: Client
) -> None:
    filed = an_application(cast.body, on=today())
    Application.objects.filter(pk=filed.case.pk).update(erased_at="2026-01-01T00:00:00Z")
    answer = client.post(ENTRANCE, {"number": filed.case.number, "code": filed.code})
    html = answer.content.decode()
    assert answer.status_code == 410 and "已于2026年1月1日清除" in html
    assert cast.body.name in html and APPLICANT["name"] not in html
    assert "track" not in client.session
    guess = client.post(ENTRANCE, {"number": filed.case.number, "code": "AAAA2222"})
    nothing = client.post(ENTRANCE, {"number": f"{filed.case.number[:-2]}00", "code": "AAAA2222"})
    assert guess.status_code == nothing.status_code == 422
    assert said(guess.content.decode()) == said(nothing.content.decode())
    assert client.get(PAGE).status_code == 302


def test_a_case_is_no_side_request(cast: Cast, client: Client) -> None:
    come_in(client, an_application(cast.body, on=today()))
    assert client.get(reverse("side-status")).status_code == 302
    assert not SideRequest.objects.exists()


def test_after_the_reply_the_remedies_with_their_last_days_are_shown(
    cast: Cast, client: Client
) -> None:
    filed = an_application(cast.body, on=today() - timedelta(1))
    with on_case(filed.case, by=None) as case:
        add_event(
            case, "deliver", by=cast.clerk, law_type=EventType.REPLY_SENT_ONLINE,
            decision="deny_process_info",
        )  # fmt: skip
    html = come_in(client, filed).get(PAGE).content.decode()
    told = clock.outcome(Application.objects.get(pk=filed.case.pk)).remedies
    last = told.reconsideration_due
    assert f"{last.year}年{last.month}月{last.day}日" in html
    assert "应当先申请行政复议" in html
    assert "示例县人民政府" in html
    section = html.split('id="remedy"')[1].split("</section>")[0]
    assert ("预计" in section) is guessed(last, cast.body)


@pytest.mark.parametrize("state", Application.State.values)
def test_every_state_has_words_for_the_applicant(state: str) -> None:
    from gongkai.applications.public.track.words import stand

    told = stand(Application(state=state))
    assert told.name
    if state == "abandoned":
        unpaid = stand(Application(state=state, decision="other_unpaid")).sentence
        assert "缴纳的费用" in unpaid and "补正" not in unpaid and "重新提出" in unpaid
    assert told.sentence.endswith("。")
    # Only what was sent to the page is to be fetched there.
    if state in ("delivered", "closed", "archived"):
        for way, words in (("post", "已经邮寄给您"), ("online", "可以在本页下载")):
            assert words in stand(Application(state=state), [Letter(code="L14", way=way)]).sentence
