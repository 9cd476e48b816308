"""The query code: the applicant's alone, in no row and no file; lost, another takes its place."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from gongkai.applications import clock, numbers
from gongkai.applications.actions import accounts, handling
from gongkai.applications.actions.query_code import WAYS, renew_code
from gongkai.applications.desk.deeds import BY_KEY
from gongkai.applications.desk.deeds.registry import offer
from gongkai.applications.files import content
from gongkai.applications.letters.compose import DOCX, PDF
from gongkai.applications.models import Application, CaseFile, Letter
from gongkai.applications.tests.cast import Cast, an_application
from gongkai.applications.tests.test_apply import fill, send
from gongkai.applications.tests.test_confirm_and_register import MONDAY, registered
from gongkai.applications.tests.test_desk_intake import address, filled, hidden
from gongkai.applications.tests.test_receipt import words_of
from gongkai.base.models import AuditEntry
from gongkai.base.refusal import Refused

pytestmark = pytest.mark.django_db


def _kept() -> Iterator[tuple[str, str]]:
    """Everything that is kept, opened: rows, sessions, files, mails; each as (where, text)."""
    for model in apps.get_models():
        for row in model._default_manager.all():
            for field in row._meta.concrete_fields:
                yield f"{model.__name__}.{field.attname}", str(getattr(row, field.attname))
    for session in Session.objects.all():
        yield "session", str(session.get_decoded())
    for file in CaseFile.objects.exclude(media_type=""):
        data = content(file)
        if file.media_type == PDF:
            yield file.name, words_of(data)
        elif file.media_type == DOCX:
            inside = zipfile.ZipFile(io.BytesIO(data))
            yield (
                file.name,
                "".join(inside.read(n).decode(errors="replace") for n in inside.namelist()),
            )
    for message in mail.outbox:
        yield "mail", f"{message.subject}{message.body}"


def holders(*codes: str) -> list[set[str]]:
    """Where each of the codes is kept, as it is or as it is printed."""
    kept = list(_kept())
    return [
        {where for where, text in kept if code in text or numbers.grouped(code) in text}
        for code in codes
    ]


@pytest.fixture
def desk(client: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Client:
    monkeypatch.setattr(clock, "today", lambda: MONDAY)
    client.force_login(cast.clerk)
    return client


def taken_in(desk: Client, cast: Cast) -> tuple[Application, str]:
    """An application at the counter, and the code that its page told."""
    page = desk.post(address("in_person"), filled(cast)).content.decode()
    data = filled(cast, step="save", shown=hidden(page, "shown"))
    saved = desk.post(address("in_person"), data)
    assert "打印登记回执，当面交给申请人" in saved.content.decode()
    return saved.context["case"], saved.context["filed"].code


def test_what_the_counter_keeps_has_no_query_code_but_the_copy_handed_over_has(
    desk: Client, cast: Cast
) -> None:
    """工作人员也看不到, 系统不保存明文: so the site says. The receipt in hand is no draft."""
    case, code = taken_in(desk, cast)
    where, said = reverse("desk-case-code", args=[case.pk]), {"code": code, "receipt": "1"}
    for more, state in (
        ({}, "draft"),
        ({"handed": "1"}, "delivered"),
        ({"handed": "1"}, "delivered"),
    ):
        made = desk.post(where, said | more)
        printed = words_of(made.content)
        assert numbers.grouped(code) in printed and case.number in printed
        assert "no-store" in made["Cache-Control"]
        assert Letter.objects.get().state == state
    letter = Letter.objects.get()
    assert (letter.way, letter.delivered_on) == (Letter.Way.COUNTER, MONDAY)
    registered(Application.objects.get(), cast)
    for kind in ("pdf", "docx"):
        assert desk.get(reverse("desk-letter-file", args=[letter.pk, kind])).status_code == 200
    kept = desk.get(reverse("desk-letter-file", args=[letter.pk, "pdf"])).content
    assert "另行告知（本件不载）" in words_of(kept)
    of_code, of_number = holders(code, case.number)
    assert of_code == set() and {".pdf", "docx"} <= {where[-4:] for where in of_number}
    refused = desk.post(where, said | {"code": "2" * 8}, follow=True)
    assert "这个查询码已经换发或者有误" in refused.content.decode()
    desk.force_login(cast.handler)
    assert desk.post(where, said).status_code in (403, 404)


def test_what_is_filed_online_keeps_no_query_code(
    client: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "today", lambda: MONDAY)
    fill(client, cast)
    send(client)
    case = Application.objects.get()
    code = numbers.code_of_form(case)
    assert numbers.grouped(code) in client.get("/apply/receipt/").content.decode()
    own = client.get("/apply/receipt.pdf", {"number": case.number})
    assert numbers.grouped(code) in words_of(own.content)
    case = registered(handling.confirm_receipt(case, how="电话", by=cast.clerk), cast)
    assert case.letters.filter(code="L02").exists()
    assert numbers.code_of_form(Application.objects.get()) == code
    assert holders(code) == [set()]


def test_a_lost_code_is_given_anew_after_the_identity_was_checked(desk: Client, cast: Cast) -> None:
    """The old one and what it had open end at once; of the new one nothing is kept either."""
    case, old = taken_in(desk, cast)
    citizen = Client()

    def look_up(code: str) -> Any:
        return citizen.post("/track/", {"number": case.number, "code": code})

    assert look_up(old).status_code == 302
    assert citizen.get("/track/case/").status_code == 200
    account = accounts.register_account("云边小镇", "yuntou-3-yaoyuan")
    accounts.link_case(account, case)
    do = reverse("desk-case-deed", args=[case.pk, "renew-code"])
    assert desk.post(do, {"how": "没有核对"}).status_code == 422
    assert look_up(old).status_code == 302
    seen = Application.objects.get().version
    told = desk.post(do, {"how": WAYS[0], "note": "与登记的一致", "seen": seen})
    code = told.context["told"].codes[0].told
    assert numbers.grouped(code) in told.content.decode() and "no-store" in told["Cache-Control"]
    assert citizen.get("/track/case/").status_code == 302
    assert look_up(old).status_code == 422
    assert not account.links.exists(), "what the old one had opened for good"
    assert look_up(code).status_code == 302
    assert "换发了查询码，原来的不能再用" in citizen.get("/track/case/").content.decode()
    slip = desk.post(reverse("desk-case-code", args=[case.pk]), {"code": code})
    assert numbers.grouped(code) in words_of(slip.content)
    entry = AuditEntry.objects.get(action="换发查询码")
    assert entry.new == {"核对身份": WAYS[0], "说明": "与登记的一致"}
    assert holders(code, old) == [set(), set()]


def test_who_asks_for_a_new_code_after_the_archive_gets_one_until_the_content_is_erased(
    cast: Cast,
) -> None:
    case = an_application(cast.body, on=MONDAY).case
    Application.objects.filter(pk=case.pk).update(archived_on=MONDAY)
    case.refresh_from_db()
    renew, deeds = BY_KEY["renew-code"], (cast.clerk, cast.handler, cast.inspector)
    assert [offer(renew, case, who).possible for who in deeds] == [True, False, False]
    code = renew_code(case, WAYS[0], by=cast.clerk)
    case.refresh_from_db()
    assert numbers.code_fits(case.number, code, case.code_mark)
    with pytest.raises(PermissionDenied):
        renew_code(case, WAYS[0], by=cast.handler)
    Application.objects.filter(pk=case.pk).update(erased_at=timezone.now())
    case.refresh_from_db()
    assert not offer(renew, case, cast.clerk).possible
    with pytest.raises(Refused, match="已满保存年限"):
        renew_code(case, WAYS[0], by=cast.clerk)
