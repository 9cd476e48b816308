"""An applicant's account: possible, never needed; it opens its own cases and tells nobody."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.utils import timezone

from gongkai.applications import clock, resets
from gongkai.applications.actions import accounts, erase, handling
from gongkai.applications.actions.handling.shape import Part
from gongkai.applications.models import AccountCase, ApplicantAccount, Application, PasswordReset
from gongkai.applications.tests.cast import Cast, a_registered_application, an_application
from gongkai.applications.tests.test_apply import WHO, fill, reply_to, send
from gongkai.applications.tests.test_erase import an_archived_case
from gongkai.base import outbox
from gongkai.base.models import AuditEntry

pytestmark = pytest.mark.django_db

AT = "/apply/account/"
NAME, PASSWORD = "云边小镇", "yuntou-3-yaoyuan"


def answered(client: Client, page: str, **fields: str) -> dict[str, str]:
    """The form's fields with the answer to the question on its page."""
    html = client.get(page).content.decode()
    asked = re.search(r'<label for="id_answer">([^<]+)</label>', html)
    assert asked
    token = reply_to(html.replace(asked[0], f"请回答：{asked[1]}</label>"))
    return {**fields, "token": token["token"], "answer": token["answer"]}


def register(client: Client, name: str = NAME, password: str = PASSWORD) -> object:
    page = f"{AT}register/"
    return client.post(
        page, answered(client, page, username=name, password=password, again=password)
    )


def joined(client: Client, name: str = NAME) -> None:
    """An account, signed in to in this browser, without the page of the registration."""
    accounts.register_account(name, PASSWORD)
    assert sign_in(client, name).url == AT


def sign_in(client: Client, name: str = NAME, password: str = PASSWORD) -> object:
    return client.post(f"{AT}sign-in/", {"username": name, "password": password})


def shown(client: Client) -> str:
    return client.get(AT).content.decode()


def test_from_registration_to_the_case_and_the_end(client: Client, cast: Cast) -> None:
    assert register(client).url == AT
    profile = {**WHO, "email": "zhou@example.com", "address": "示例县人民路1号"}
    assert client.post(f"{AT}profile/", profile).url == AT
    fill(client, cast, until="who")
    assert 'value="周申请"' in client.get("/apply/who/").content.decode()
    fill(client, cast)
    send(client)
    case = Application.objects.get()
    assert "已经列在您的账号里" in client.get("/apply/receipt/").content.decode()
    page = shown(client)
    assert case.number in page and "等待确认收到" in page

    # Opening it is what number and query code do: no number in an address.
    key = AccountCase.objects.get().pk
    assert client.post(f"{AT}open/", {"case": key}).url == "/track/case/"
    assert case.number in client.get("/track/case/").content.decode()

    account = ApplicantAccount.objects.get()
    wrong = client.post(f"{AT}close/", {"password": "gar-nicht-9"})
    assert wrong.status_code == 422 and AccountCase.objects.exists()
    assert client.post(f"{AT}close/", {"password": PASSWORD}).url == "/apply/"
    account.refresh_from_db()
    assert (account.username, account.login_mark, account.password) == ("", None, "")
    assert account.profile == {} and account.closed_at
    assert not AccountCase.objects.exists() and Application.objects.get() == case
    assert client.get("/track/case/").status_code == 302, "what it had opened is shut"
    with pytest.raises(accounts.Refused):  # from a window that was still open
        accounts.link_case(account, case)
    assert sign_in(client).status_code == 422
    assert register(client).url == AT, "the name may be taken anew"


def test_filing_without_an_account_is_as_it_was(client: Client, cast: Cast) -> None:
    accounts.register_account(NAME, PASSWORD)
    fill(client, cast)
    send(client)
    assert not AccountCase.objects.exists()
    assert "账号" not in client.get("/apply/receipt/").content.decode()


def test_name_and_data_are_sealed_and_the_trail_has_neither(client: Client) -> None:
    register(client)
    client.post(f"{AT}profile/", WHO)
    sign_in(Client(), password="falsch-falsch")
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM applications_applicantaccount")
        row = str(cursor.fetchall())
    for known in (NAME, PASSWORD, WHO["person"], WHO["id_number"], WHO["phone"]):
        assert known not in row
    said = [
        (e.action, e.object_label, str(e.old), str(e.new))
        for e in AuditEntry.objects.order_by("id")
    ]
    assert [x[0] for x in said] == ["注册账号", "账号登录失败"]
    assert NAME not in str(said)


def test_an_unknown_name_and_a_wrong_password_get_the_same_answer(
    client: Client, django_assert_num_queries, monkeypatch: pytest.MonkeyPatch
) -> None:
    joined(client)
    checked: list[str] = []
    real = accounts.check_password
    monkeypatch.setattr(
        accounts, "check_password", lambda *a: (checked.append(a[1][:1]), real(*a))[1]
    )
    answers = [
        re.sub(r'value="[^"]*"', "", sign_in(Client(), name, "falsch-falsch").content.decode())
        for name in (NAME, "没有这个人")
    ]
    assert answers[0] == answers[1] and "登录名或者密码不对" in answers[0]
    assert len(checked) == 2, "both cost one look at a password"
    for name in (NAME, "没有这个人"):
        with django_assert_num_queries(4):
            assert accounts.account_of(name, "falsch-falsch") is None


def test_guessing_ends_for_the_guesser_and_not_for_the_owner() -> None:
    accounts.register_account(NAME, PASSWORD)
    stranger = Client(REMOTE_ADDR="10.0.0.7")
    for name in (NAME, "没有这个人"):
        tried = [sign_in(stranger, name, "falsch-falsch").status_code for _ in range(12)]
        assert tried == [422] * 10 + [429] * 2
    assert sign_in(stranger).status_code == 429
    assert AuditEntry.objects.filter(action="账号登录次数过多").count() == 1
    assert sign_in(Client(REMOTE_ADDR="10.0.1.1")).url == AT


def test_a_name_is_one_account_and_none_that_tells_who_it_is(client: Client) -> None:
    accounts.register_account(NAME, PASSWORD)
    again = register(client, f" {NAME[:2]}{NAME[2:]}")
    assert again.status_code == 422 and accounts.TAKEN in again.content.decode()
    with pytest.raises(accounts.Refused):  # at the same moment, past the form
        accounts.register_account(NAME, PASSWORD)
    for name in ("13800000000", "zhou@example.com", "a", "a b", "<b>"):
        assert register(client, name).status_code == 422, name
    assert register(client, "春山在望", "12345678").status_code == 422
    assert register(client, "chunshan", "chunshan1").status_code == 422
    assert ApplicantAccount.objects.count() == 1


def test_nobody_opens_the_case_of_another(client: Client, cast: Cast) -> None:
    filed = an_application(cast.body, on=clock.today())
    joined(client)
    wrong = {"number": filed.case.number, "code": "ABCDEFGH"}
    assert client.post(f"{AT}add/", wrong).status_code == 422
    right = {"number": filed.case.number, "code": filed.code}
    assert client.post(f"{AT}add/", right).url == AT
    assert client.post(f"{AT}add/", right).url == AT and AccountCase.objects.count() == 1
    key = AccountCase.objects.get().pk

    other = Client()
    assert other.post(f"{AT}open/", {"case": key}).url == f"{AT}sign-in/"
    joined(other, "春山在望")
    assert filed.case.number not in shown(other)
    for tried in (str(key), "0", "", "x", "9" * 40):
        assert other.post(f"{AT}open/", {"case": tried}).status_code == 404
    assert other.get("/track/case/").status_code == 302
    assert other.get("/office/").status_code == 302, "no account of an applicant leads there"


def test_what_is_split_from_a_case_comes_along_and_what_is_erased_goes(
    client: Client, cast: Cast
) -> None:
    joined(client)
    account = ApplicantAccount.objects.get()
    case = a_registered_application(cast, on=clock.today())
    accounts.link_case(account, case)
    parts = [Part("名单", ""), Part("电话", "")]
    handling.split(case, parts, "两件事", by=cast.clerk)
    assert account.links.count() == 3
    AccountCase.objects.all().delete()

    old = an_archived_case(cast)
    accounts.link_case(account, old)
    assert shown(client).count("查看<span") == 1
    assert erase.erase_case(old)
    assert not AccountCase.objects.exists()


def test_another_password_ends_the_sessions_of_the_former_one(client: Client) -> None:
    joined(client)
    elsewhere = Client()
    sign_in(elsewhere)
    new = "qiushui-7-changtian"
    told = {"former": "falsch-falsch", "password": new, "again": new}
    assert client.post(f"{AT}password/", told).status_code == 422
    before = client.cookies["sessionid"].value
    assert client.post(f"{AT}password/", told | {"former": PASSWORD}).url == AT
    assert client.cookies["sessionid"].value != before
    assert client.get(AT).status_code == 200 and elsewhere.get(AT).status_code == 302
    assert sign_in(Client(), password=new).url == AT


def test_signing_out_leaves_nothing_on_the_machine(client: Client, cast: Cast) -> None:
    joined(client)
    fill(client, cast)
    assert "接着填写" in shown(client)
    client.post(f"{AT}sign-out/")
    assert client.get(AT).url == f"{AT}sign-in/"
    assert client.get("/apply/check/").url == "/apply/body/"


def test_a_session_ends_by_itself(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    joined(client)
    later = timezone.now().timestamp() + 1801
    monkeypatch.setattr("gongkai.applications.public.signed_in.time.time", lambda: later)
    assert client.get(AT).url == f"{AT}sign-in/"


def test_a_forgotten_password_is_set_by_mail_once_and_nobody_learns_who_is_there(
    client: Client, settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.EMAIL_BACKEND = outbox.DUMMY
    page = f"{AT}forgotten/"
    assert "本站不发送电子邮件" in client.get(page).content.decode()
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    joined(client)
    client.post(f"{AT}profile/", {"email": "zhou@example.com"})
    stranger = Client()
    answers = [
        stranger.post(page, answered(stranger, page, username=name)).content.decode()
        for name in (NAME, "没有这个人")
    ]
    assert answers[0] == answers[1] and "如果这个账号" in answers[0]
    assert PasswordReset.objects.count() == 2
    assert outbox.send_all().sent == 2 and [m.to for m in mail.outbox] == [["zhou@example.com"]]
    link = re.search(r"/apply/account/reset/\S+", mail.outbox[0].body)
    assert link and NAME not in mail.outbox[0].body
    assert {r.text for r in PasswordReset.objects.all()} == {""}

    assert stranger.get(link[0]).url == f"{AT}reset/", "the token leaves the address at once"
    new = {"password": "qiushui-7-changtian", "again": "qiushui-7-changtian"}
    assert stranger.post(f"{AT}reset/", {**new, "again": "anders-anders"}).status_code == 422
    with monkeypatch.context() as same_moment:  # the link is asked for before the first is done
        before = ApplicantAccount.objects.get()
        same_moment.setattr(resets, "account_of", lambda token: before)
        assert stranger.post(f"{AT}reset/", new).url == f"{AT}sign-in/"
        stranger.get(link[0])
        before.password = "as it was read"
        assert stranger.post(f"{AT}reset/", new).url == page, "one link, one password"
    assert sign_in(Client(), password=new["password"]).url == AT
    assert client.get(AT).status_code == 302, "sessions of the former password have ended"
    stranger.get(link[0])
    assert stranger.post(f"{AT}reset/", new).url == page, "a link counts once"
    assert stranger.get(f"{AT}reset/verfaelscht/").status_code == 302
    assert stranger.get(f"{AT}reset/").url == page


def test_what_nobody_has_used_for_years_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = accounts.register_account("春山在望", PASSWORD)
    accounts.register_account(NAME, PASSWORD)
    long_ago = clock.today() - timedelta(days=365 * accounts.UNUSED_YEARS + 1)
    back = accounts.register_account("秋水长天", PASSWORD)
    ApplicantAccount.objects.exclude(pk=kept.pk).update(seen_on=long_ago)
    PasswordReset.objects.create(way="email", subject="x", login_mark="x", to="", text="")
    PasswordReset.objects.update(made_at=timezone.now() - timedelta(days=2))
    close = accounts.close_account

    def and_another_signs_in(account: ApplicantAccount, *, unused: bool) -> None:
        close(account, unused=unused)
        accounts.note_seen(back)

    monkeypatch.setattr(accounts, "close_account", and_another_signs_in)
    call_command("forget_drafts")
    assert set(ApplicantAccount.objects.filter(closed_at=None)) == {kept, back}
    assert not PasswordReset.objects.exists()
