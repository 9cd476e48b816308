"""Notices to applicants: queued with the deed, sent once, silent about everything personal."""

from __future__ import annotations

import json
import smtplib
from datetime import timedelta

import pytest
from django.core import mail
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

from gongkai.applications import clock, notices, sms
from gongkai.applications.actions.notify import notify
from gongkai.applications.models import Application, Notice
from gongkai.applications.notices import CAUSES, TRIES, send_waiting
from gongkai.applications.tests.cast import APPLICANT, Cast, an_application
from gongkai.base import outbox
from gongkai.settings.mail import mail_settings

FILE = "gongkai.applications.sms.FileBackend"


@pytest.fixture
def case(cast: Cast) -> Application:
    return an_application(cast.body, on=clock.today()).case


def tell(case: Application, cause: str = "answered") -> list[Notice]:
    Notice.objects.all().delete()
    return notify(case, cause)


@pytest.mark.parametrize("cause", CAUSES)
def test_a_notice_says_what_happened_and_nothing_personal(
    case: Application, cause: str, settings
) -> None:
    settings.GONGKAI_SMS_BACKEND = FILE
    by_mail, by_sms = tell(case, cause)
    assert (by_mail.to, by_sms.to) == (APPLICANT["email"], APPLICANT["phone"])
    for notice in (by_mail, by_sms):
        assert case.number in notice.text
        text = notice.text.replace("周申请您好", "", 1).replace(case.number, "")
        assert case.subject not in text
        for secret in APPLICANT.values():
            assert secret not in text
            assert secret not in notice.subject
    assert len(by_sms.text) <= 140


def test_a_deed_undone_takes_its_notice_with_it(case: Application) -> None:
    Notice.objects.all().delete()
    with pytest.raises(RuntimeError), transaction.atomic():
        notify(case, "answered")
        raise RuntimeError
    assert not Notice.objects.exists()
    assert mail.outbox == []


def test_an_installation_without_mail_and_sms_queues_nothing(case: Application, settings) -> None:
    settings.EMAIL_BACKEND = outbox.DUMMY
    assert tell(case) == []


def test_no_sms_to_a_landline(case: Application, settings) -> None:
    settings.GONGKAI_SMS_BACKEND = FILE
    case.applicant = {**case.applicant, "phone": "0371-65900000", "email": ""}
    assert tell(case) == []


def test_the_command_sends_each_notice_once(case: Application, capsys) -> None:
    tell(case)
    call_command("send_notices")
    call_command("send_notices")
    (sent,) = mail.outbox
    assert sent.to == [APPLICANT["email"]]
    assert sent.extra_headers["Auto-Submitted"] == "auto-generated"
    notice = Notice.objects.get()
    assert (notice.state, notice.attempts) == (Notice.State.SENT, 1)
    assert notice.sent_at is not None
    assert "已发送 1 条" in capsys.readouterr().out


def test_what_could_not_be_sent_waits_longer_and_longer_and_is_given_up(
    case: Application, monkeypatch, caplog
) -> None:
    tell(case)

    def down(*args: object, **kwargs: object) -> None:
        raise OSError(f"no route to {APPLICANT['email']}")

    monkeypatch.setattr(outbox.EmailMessage, "send", down)
    waits = []
    now = timezone.now()
    for _ in range(TRIES - 1):
        assert send_waiting(now=now).put_off == 1
        assert send_waiting(now=now).put_off == 0  # not before its time
        notice = Notice.objects.get()
        waits.append(round((notice.next_try_at - timezone.now()).total_seconds() / 60))
        now = notice.next_try_at + timedelta(seconds=1)
    assert waits == [5, 20, 80, 320, 1280]
    assert send_waiting(now=now).failed == 1
    assert Notice.objects.get().state == Notice.State.FAILED
    assert send_waiting(now=now + timedelta(weeks=1)) == notices.Run()
    assert APPLICANT["email"] not in caplog.text


def test_an_address_that_does_not_exist_is_not_tried_again(case: Application, monkeypatch) -> None:
    tell(case)

    def refused(*args: object, **kwargs: object) -> None:
        raise smtplib.SMTPRecipientsRefused({APPLICANT["email"]: (550, b"no such user")})

    monkeypatch.setattr(outbox.EmailMessage, "send", refused)
    assert send_waiting().failed == 1


class Killed(BaseException):
    """The process ends here."""


def test_a_run_killed_while_sending_leaves_a_mark_and_the_next_uses_the_same_reference(
    case: Application, monkeypatch
) -> None:
    tell(case)
    seen = []

    def killed(message: mail.EmailMessage, *args: object) -> None:
        seen.append(message.extra_headers["Message-ID"])
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(outbox.EmailMessage, "send", killed)
        with pytest.raises(Killed):
            send_waiting()
    assert Notice.objects.get().state == Notice.State.SENDING
    assert send_waiting().sent == 0  # somebody may still be at it
    later = timezone.now() + timedelta(minutes=outbox.LEFT_BEHIND + 1)
    assert send_waiting(now=later).sent == 1
    assert mail.outbox[0].extra_headers["Message-ID"] == seen[0]


def test_two_runs_at_once_never_take_the_same_notice(case: Application, monkeypatch) -> None:
    tell(case)
    inner = []
    send = outbox.EmailMessage.send

    def send_and_run_another(message: mail.EmailMessage, *args: object) -> int:
        inner.append(send_waiting())
        return send(message)

    monkeypatch.setattr(outbox.EmailMessage, "send", send_and_run_another)
    assert send_waiting().sent == 1
    assert inner == [notices.Run()]
    assert len(mail.outbox) == 1


def test_the_file_back_end_writes_one_line_for_each_message(
    case: Application, settings, tmp_path
) -> None:
    settings.GONGKAI_SMS_BACKEND = FILE
    settings.DATA_DIR = tmp_path
    tell(case, "correction")
    assert send_waiting().sent == 2
    path = tmp_path / "sms.jsonl"
    (line,) = path.read_text("utf-8").splitlines()
    said = json.loads(line)
    assert said["number"] == APPLICANT["phone"]
    assert "补正" in said["text"]
    assert path.stat().st_mode & 0o077 == 0


class Full:
    """A gateway that refuses for good."""

    def send(self, number: str, text: str, *, reference: str) -> None:
        raise sms.NotSent("空号", final=True)


def test_a_gateway_can_say_that_trying_again_is_of_no_use(case: Application, settings) -> None:
    settings.GONGKAI_SMS_BACKEND = f"{__name__}.Full"
    settings.EMAIL_BACKEND = outbox.DUMMY
    tell(case)
    assert send_waiting().failed == 1


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://mail.example.gov.cn", ("mail.example.gov.cn", 25, False, False, "")),
        (
            "smtp+tls://a%40b:p%2Fw@mail.example.gov.cn",
            ("mail.example.gov.cn", 587, False, True, "a@b"),
        ),
        ("smtps://a:b@mail.example.gov.cn:994", ("mail.example.gov.cn", 994, True, False, "a")),
    ],
)
def test_the_mail_server_is_one_address(url: str, expected: tuple[object, ...]) -> None:
    found = mail_settings(url)
    names = ("EMAIL_HOST", "EMAIL_PORT", "EMAIL_USE_SSL", "EMAIL_USE_TLS", "EMAIL_HOST_USER")
    assert tuple(found[n] for n in names) == expected


def test_a_mail_server_that_cannot_be_read_is_refused_and_none_sends_nothing() -> None:
    assert mail_settings("")["EMAIL_BACKEND"] == outbox.DUMMY
    with pytest.raises(ValueError, match="GONGKAI_SMTP_URL"):
        mail_settings("http://mail.example.gov.cn")
