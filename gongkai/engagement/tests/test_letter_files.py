"""Attachments of letters, the notice that one was answered, and what is left after the term."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings
from django.core import mail
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse
from PIL import Image

from gongkai.base import codes
from gongkai.base.models import AuditEntry
from gongkai.base.refusal import Refused
from gongkai.base.uploads import check_upload
from gongkai.engagement.actions import erase, letters, publication, replies
from gongkai.engagement.actions.mailboxes import save_limits
from gongkai.engagement.files import keep_file
from gongkai.engagement.models import CitizenLetter, LetterFile, LetterNotice, PublishedLetter
from gongkai.engagement.queries import year_counts
from gongkai.engagement.tests.cast import TEXT, WRITER, Cast, a_letter, answered, filled, published
from gongkai.engagement.tests.test_write import LETTER, WRITE
from gongkai.law.remedies import add_months


def a_picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (8, 8), "white").save(out, "PNG")
    return out.getvalue()


def upload(data: bytes, name: str = "周写信的路口照片.png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)


def with_file(cast: Cast, **more: object) -> CitizenLetter:
    return a_letter(cast, files=(check_upload("周写信的照片.png", a_picture()),), **more)


def on_disk() -> list[Path]:
    return [p for p in (Path(settings.MEDIA_ROOT) / "letters").rglob("*") if p.is_file()]


# --- attachments ----------------------------------------------------------------------------


def test_an_attachment_is_sealed_and_only_its_writer_and_the_office_open_it(
    cast: Cast, client: Client
) -> None:
    sent = filled(client, WRITE, **LETTER) | {"files": [upload(a_picture())]}
    page = client.post(WRITE, sent, follow=True).content.decode()
    letter = CitizenLetter.objects.get()
    file = letter.files.get()
    assert "周写信的路口照片.png" in page
    mine = reverse("letter-file", args=[file.pk])
    assert client.get(mine).content == a_picture()
    assert (Path(settings.MEDIA_ROOT) / file.path).read_bytes() != a_picture()
    other = a_letter(cast)
    stranger = Client()
    assert stranger.get(mine).status_code == 302
    stranger.post(
        reverse("letter-track"),
        {"number": other.number, "code": codes.new_code(other.submission_key)},
    )
    assert stranger.get(mine).status_code == 404
    desk = reverse("desk-citizen-letter-file", args=[letter.pk, file.pk])
    client.force_login(cast.stranger)
    assert client.get(desk).status_code == 404
    client.force_login(cast.clerk)
    page = client.get(reverse("desk-citizen-letter", args=[letter.pk])).content.decode()
    assert "周**的路口照片" in page and "周写信的路口照片" not in page
    assert client.get(desk).content == a_picture()
    assert AuditEntry.objects.filter(action="打开来信附件", by=cast.clerk).count() == 1


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("照片.png", b"MZ\x90\x00 no picture", "照片.png"),
        ("照片.pdf", a_picture(), "不一致"),
        ("空.png", b"", "空"),
    ],
)
def test_what_is_no_harmless_file_is_refused_and_the_words_stay(
    cast: Cast, client: Client, name: str, data: bytes, said: str
) -> None:
    sent = filled(client, WRITE, **LETTER) | {"files": [upload(data, name)]}
    refused = client.post(WRITE, sent)
    page = refused.content.decode()
    assert refused.status_code == 422 and said in page and TEXT in page
    assert "附件请重新选择" in page
    assert not CitizenLetter.objects.exists() and not LetterFile.objects.exists()


def test_more_files_than_allowed_are_refused(cast: Cast, client: Client) -> None:
    many = [upload(a_picture(), f"{n}.png") for n in range(6)]
    refused = client.post(WRITE, filled(client, WRITE, **LETTER) | {"files": many})
    assert refused.status_code == 422 and "最多上传 5 个文件" in refused.content.decode()


def test_the_same_form_with_another_file_is_not_taken_for_the_first(cast: Cast) -> None:
    key = "k" * 40
    first = with_file(cast, submission_key=key)
    assert with_file(cast, submission_key=key) == first
    with pytest.raises(letters.FormUsed):
        a_letter(cast, submission_key=key, files=(check_upload("b.png", a_picture() + b"\0"),))


def test_files_of_a_reply_are_reviewed_and_then_the_writers_to_download(
    cast: Cast, client: Client, django_capture_on_commit_callbacks
) -> None:
    letter = a_letter(cast)
    address = reverse("desk-citizen-letter", args=[letter.pk])
    sent = {"deed": "reply", "reply-result": "done", "reply-text": "门诊周六上午开诊。"}
    bad = sent | {"seen": letter.version, "reply-files": [upload(b"MZ\x90\x00", "安排.png")]}
    client.force_login(cast.clerk)
    refused = client.post(address, bad)
    assert refused.status_code == 422 and "请重新选择" in refused.content.decode()
    assert not letter.replies.exists() and on_disk() == []
    good = sent | {"seen": letter.version, "reply-files": [upload(a_picture(), "安排.png")]}
    assert client.post(address, good).status_code == 302
    (first,) = letter.files.all()
    # The reviewer sees it, the writer not yet.
    opened = reverse("desk-citizen-letter-file", args=[letter.pk, first.pk])
    client.force_login(cast.reviewer)
    assert opened in client.get(address).content.decode()
    assert client.get(opened).content == a_picture()
    assert AuditEntry.objects.filter(action="打开答复附件", by=cast.reviewer).count() == 1
    code = {"number": letter.number, "code": codes.new_code(letter.submission_key)}
    writer = Client()
    writer.post(reverse("letter-track"), code)
    assert writer.get(reverse("letter-file", args=[first.pk])).status_code == 404
    # Given back: the file may go with the next draft; the draft given back keeps its own.
    replies.review_reply(letter, approve=False, opinion="补充电话", by=cast.reviewer)
    letter.refresh_from_db()
    client.force_login(cast.clerk)
    assert "安排.png" in client.get(address).content.decode()
    again = sent | {"seen": letter.version, "reply-keep": [str(first.pk)]}
    assert client.post(address, again).status_code == 302
    replies.review_reply(letter, approve=True, by=cast.reviewer)
    second = letter.files.get(reply__approved=True)
    page = writer.get(reverse("letter-status")).content.decode()
    mine = reverse("letter-file", args=[second.pk])
    assert mine in page and reverse("letter-file", args=[first.pk]) not in page
    assert writer.get(mine).content == a_picture()
    with pytest.raises(DatabaseError), transaction.atomic():
        LetterFile.objects.filter(pk=first.pk).update(reply=second.reply)
    with django_capture_on_commit_callbacks(execute=True):
        erase.erase_letter(long_ago(letter))
    assert on_disk() == [] and {file.name for file in letter.files.all()} == {""}
    assert writer.get(mine).status_code in (302, 404)


def test_more_files_of_a_reply_than_allowed_are_refused(cast: Cast) -> None:
    letter = a_letter(cast)
    many = [check_upload(f"{n}.png", a_picture()) for n in range(6)]
    with pytest.raises(Refused, match="最多 5 个"):
        replies.draft_reply(letter, "done", "好", by=cast.clerk, files=many)
    assert on_disk() == []


# --- the notice -----------------------------------------------------------------------------


def test_the_writer_is_told_by_mail_that_his_letter_was_answered_and_nothing_of_it(
    cast: Cast, caplog: pytest.LogCaptureFixture
) -> None:
    letter = answered(cast)
    notice = LetterNotice.objects.get(letter=letter)
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT * FROM "{LetterNotice._meta.db_table}"')
        assert WRITER["email"] not in str(cursor.fetchall())
    call_command("send_notices", verbosity=0)
    call_command("send_notices", verbosity=0)
    (sent,) = mail.outbox
    assert sent.to == [WRITER["email"]] and letter.number in sent.body
    for secret in (WRITER["phone"], "门诊", "疫苗", codes.new_code(letter.submission_key)):
        assert secret not in sent.body + sent.subject
    notice.refresh_from_db()
    assert notice.state == LetterNotice.State.SENT
    assert WRITER["email"] not in caplog.text


def test_who_left_no_address_is_told_on_his_page_only(cast: Cast) -> None:
    answered(cast, sender={"name": "周写信", "phone": "13800000000"})
    assert not LetterNotice.objects.exists()


# --- after the term -------------------------------------------------------------------------


def long_ago(letter: CitizenLetter) -> CitizenLetter:
    CitizenLetter.objects.filter(pk=letter.pk).update(answered_on=date(2018, 3, 1))
    letter.refresh_from_db()
    return letter


def test_after_the_term_nothing_personal_is_left_and_the_letter_still_counts(
    cast: Cast, client: Client, django_capture_on_commit_callbacks
) -> None:
    letter = long_ago(answered(cast, files=(check_upload("周写信.png", a_picture()),)))
    code = codes.new_code(letter.submission_key)
    counts = year_counts(cast.body, letter.received_on.year)
    with django_capture_on_commit_callbacks(execute=True):
        assert erase.erase_letter(letter)
    assert not erase.erase_letter(letter)
    letter.refresh_from_db()
    assert (letter.sender, letter.subject, letter.text) == ({}, "", "")
    assert {reply.text for reply in letter.replies.all()} == {""}
    assert {(n.to, n.text) for n in letter.notices.all()} == {("", "")}
    assert on_disk() == [] and letter.files.get().name == ""
    assert year_counts(cast.body, letter.received_on.year) == counts
    assert AuditEntry.objects.filter(action="清除个人信息").count() == 1
    opened = client.post(reverse("letter-track"), {"number": letter.number, "code": code})
    assert opened.status_code == 410
    client.force_login(cast.clerk)
    page = client.get(reverse("desk-citizen-letter", args=[letter.pk])).content.decode()
    assert "已按保存期限清除" in page and "整理公开来信" not in page
    assert letter.shown_subject == "（个人信息已清除）"


def test_what_was_published_without_the_writer_stays(cast: Cast, client: Client) -> None:
    public = published(cast)
    address = reverse("published-letter", args=[public.pk])
    assert "附件不公开" not in client.get(address).content.decode()
    keep_file(public.letter, check_upload("a.png", a_picture()))
    cache.clear()
    assert "附件不公开" in client.get(address).content.decode()
    erase.erase_letter(long_ago(public.letter))
    assert PublishedLetter.objects.get().answer == "门诊周六上午开诊。"
    with pytest.raises(Refused, match="保存期限"):
        publication.prepare(public.letter, "a", "b", "c", by=cast.clerk)


def test_the_term_is_the_bodys_own_and_runs_from_the_answer(cast: Cast, client: Client) -> None:
    letter = long_ago(answered(cast))
    unanswered = a_letter(cast)
    save_limits(cast.body, {}, 3, by=cast.head)
    last = add_months(date(2018, 3, 1), 36)
    assert erase.due_for_erasure(on=last) == [letter]
    assert erase.due_for_erasure(on=last.replace(day=28, month=2)) == []
    with pytest.raises(Refused, match="1 至 30"):
        save_limits(cast.body, {}, 0, by=cast.head)
    call_command("erase_letters", verbosity=0)
    letter.refresh_from_db()
    unanswered.refresh_from_db()
    assert letter.erased_at and not unanswered.erased_at
    known = {"number": letter.number, "code": codes.new_code(letter.submission_key)}
    gone = client.post(reverse("letter-track"), known)
    assert gone.status_code == 410 and "内容已经清除" in gone.content.decode()
    guess = client.post(reverse("letter-track"), known | {"code": "AAAA2222"})
    assert guess.status_code == 422 and "清除" not in guess.content.decode()
    client.force_login(cast.clerk)
    desk = client.get(reverse("desk-citizen-letter", args=[letter.pk])).content.decode()
    assert "已按保存期限清除。</p>" in desk and "<dt>姓名</dt>" not in desk


def test_a_reviewed_reply_is_emptied_only_with_its_letter(cast: Cast) -> None:
    letter = answered(cast)
    with pytest.raises(DatabaseError), transaction.atomic():
        letter.replies.update(text="")
    letter.refresh_from_db()
    assert letter.replies.get().text


def test_a_file_of_a_letter_undone_is_swept_after_a_day(cast: Cast) -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        with_file(cast)
        raise RuntimeError
    assert len(on_disk()) == 1
    assert erase.sweep().orphans == 0
    assert erase.sweep(young=0).orphans == 1 and on_disk() == []
