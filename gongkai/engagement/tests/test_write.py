"""Writing to a mailbox without an account, and finding one's letter again."""

import re
import secrets

import pytest
from django.db import connection
from django.test import Client

from gongkai.base import codes
from gongkai.base.models import AuditEntry
from gongkai.engagement.actions import replies
from gongkai.engagement.models import CitizenLetter
from gongkai.engagement.tests.cast import TEXT, Cast, answered_question, filled, received
from gongkai.law.calendar import national

WRITE = "/engagement/mailboxes/zhuren/write/"
LETTER = {
    "category": "咨询",
    "subject": "社区门诊周末能打疫苗吗",
    "text": TEXT,
    "name": "周写信",
    "phone": "138 0000 0000",
    "email": "",
    "wish_public": "yes",
}


def test_a_letter_is_sent_and_its_receipt_shows_number_and_code_once(
    cast: Cast, client: Client
) -> None:
    sent = client.post(WRITE, filled(client, WRITE, **LETTER), follow=True)
    letter = CitizenLetter.objects.get()
    page = sent.content.decode()
    assert letter.number in page and "已经收到您的来信" in page
    code = re.search(r'ge-code">([^<]+)<', page)
    assert code and codes.code_fits(letter.number, codes.typed(code[1]), letter.code_mark)
    stranger = Client()
    assert stranger.get("/engagement/letter/").status_code == 302
    found = stranger.post(
        "/engagement/letter/track/", {"number": letter.number, "code": code[1]}, follow=True
    ).content.decode()
    assert TEXT in found and "ge-code" not in found


def test_the_state_comes_first_and_the_computer_forgets_the_letter(
    cast: Cast, client: Client
) -> None:
    client.post(WRITE, filled(client, WRITE, **LETTER))
    letter = CitizenLetter.objects.get()
    page = client.get("/engagement/letter/").content.decode()
    assert page.index("ge-now") < page.index("已经收到您的来信")
    replies.draft_reply(letter, "done", "门诊周六上午开诊。", by=cast.clerk)
    replies.review_reply(letter, approve=True, by=cast.reviewer)
    page = client.get("/engagement/letter/").content.decode()
    assert "已经收到您的来信" not in page and "请抄下" not in page
    assert page.index("已答复") < page.index("ge-code")
    code = codes.grouped(codes.new_code(letter.submission_key))
    assert code in page and "清除本机记录" in page
    client.post("/engagement/letter/leave/")
    assert client.get("/engagement/letter/").status_code == 302
    assert "letter-fresh" not in client.session


def test_the_same_form_sent_twice_is_one_letter(cast: Cast, client: Client) -> None:
    sent = filled(client, WRITE, **LETTER)
    first, second = client.post(WRITE, sent), client.post(WRITE, sent)
    assert first.status_code == second.status_code == 302
    assert CitizenLetter.objects.count() == 1
    key = secrets.token_urlsafe(32)
    assert received(cast, submission_key=key) == received(cast, submission_key=key)


def test_another_letter_in_a_form_already_sent_is_not_lost(cast: Cast, client: Client) -> None:
    sent = filled(client, WRITE, **LETTER)
    client.post(WRITE, sent)
    # 返回: the browser still holds the form; its words are changed and it is sent once more.
    other = "另一件事：路口的路灯坏了。"
    refused = client.post(WRITE, sent | {"text": other})
    page = refused.content.decode()
    assert refused.status_code == 422 and "还没有提交" in page and other in page
    assert CitizenLetter.objects.count() == 1
    anew = sent | {"text": other} | answered_question(page)
    assert anew["key"] != sent["key"]
    assert client.post(WRITE, anew).status_code == 302
    assert {one.text for one in CitizenLetter.objects.all()} == {TEXT, other}


@pytest.mark.parametrize(
    "wrong", [{"answer": "99"}, {"token": "x"}, {"website": "http://a.example"}]
)
def test_a_machine_is_kept_out(cast: Cast, client: Client, wrong: dict[str, str]) -> None:
    sent = client.post(WRITE, filled(client, WRITE, **LETTER) | wrong)
    assert sent.status_code == 422
    assert not CitizenLetter.objects.exists()


def test_what_is_missing_is_said_and_the_words_stay(cast: Cast, client: Client) -> None:
    sent = client.post(WRITE, filled(client, WRITE, **LETTER) | {"name": "", "phone": "abc"})
    page = sent.content.decode()
    assert sent.status_code == 422
    assert "请填写姓名" in page and "电话号码写法不对" in page and TEXT in page


def test_too_many_letters_from_one_address_are_refused(cast: Cast, client: Client) -> None:
    states = [client.post(WRITE, {"category": "咨询"}).status_code for _ in range(21)]
    assert states[:20] == [422] * 20 and states[20] == 429


def test_a_closed_mailbox_takes_no_letter(cast: Cast, client: Client) -> None:
    sent = filled(client, WRITE, **LETTER)
    cast.mailbox.is_open = False
    cast.mailbox.save()
    assert client.post(WRITE, sent).status_code == 422
    assert not CitizenLetter.objects.exists()


def test_wrong_number_and_wrong_code_look_the_same(cast: Cast, client: Client) -> None:
    letter = received(cast).letter
    track = "/engagement/letter/track/"
    no_number = client.post(track, {"number": "8202600010009900", "code": "AAAA2222"})
    no_code = client.post(track, {"number": letter.number, "code": "AAAA2222"})
    assert no_number.status_code == no_code.status_code == 422

    def plain(page: bytes) -> str:
        text = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", page.decode())
        return text.replace(letter.number, "N").replace("8202600010009900", "N")

    assert plain(no_number.content) == plain(no_code.content)


def test_who_brings_the_number_of_an_application_is_sent_to_the_other_entrance(
    cast: Cast, client: Client
) -> None:
    track, link = "/engagement/letter/track/", '<a href="/track/">查询办理进度</a>'
    assert link in client.get(track).content.decode()
    wrong = client.post(track, {"number": "202600010000016", "code": "AAAA2222"})
    error = re.search(r'role="alert">(.*?)</div>', wrong.content.decode(), re.DOTALL)
    assert error and link in error[1]


def test_guessing_codes_ends_soon(cast: Cast, client: Client) -> None:
    number = received(cast).letter.number
    states = [
        client.post("/engagement/letter/track/", {"number": number, "code": f"AAAA222{n % 9}"})
        for n in range(21)
    ]
    assert states[-1].status_code == 429


def test_nothing_personal_lies_open_in_the_database_or_the_trail(cast: Cast) -> None:
    letter = received(cast).letter
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT * FROM "{CitizenLetter._meta.db_table}"')
        row = str(cursor.fetchall())
    for secret in ("周写信", "13800000000", "zhou@example.com", "社区门诊"):
        assert secret not in row
    for entry in AuditEntry.objects.filter(object_id=str(letter.pk)):
        assert "周" not in str([entry.old, entry.new, entry.object_label])


def test_the_last_day_follows_from_the_usual_limit_and_cites_it(cast: Cast, client: Client) -> None:
    letter = received(cast).letter
    assert letter.due_on == national().add(letter.received_on, 5)
    page = client.get("/engagement/mailboxes/zhuren/").content.decode()
    assert "5 个工作日" in page and "15 个工作日" in page
