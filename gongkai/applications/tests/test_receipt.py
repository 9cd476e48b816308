"""The receipt: shown only to the one who sent, printed, and verified by anybody who holds it."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import pypdfium2
import pytest
from django.test import Client

from gongkai.applications import clock, numbers
from gongkai.applications.models import Application
from gongkai.applications.public import receipt
from gongkai.applications.receipts import receipt_pdf, verification_code, what_next
from gongkai.applications.tests.cast import APPLICANT, Cast, an_application
from gongkai.applications.tests.test_apply import fill, send_newest
from gongkai.law.parameters import statute

pytestmark = pytest.mark.django_db
MONDAY = date(2026, 3, 2)


@pytest.fixture
def filed(client: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Application:
    """An application of this browser, sent on 2 March 2026."""
    monkeypatch.setattr(clock, "today", lambda: MONDAY)
    fill(client, cast)
    send_newest()
    return Application.objects.get()


def words_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(io.BytesIO(pdf))
    return "".join(page.get_textpage().get_text_range() for page in document).replace("\r\n", "")


def test_the_receipt_shows_number_code_and_what_happens_next(
    client: Client, filed: Application
) -> None:
    page = client.get("/apply/receipt/").content.decode()
    code = numbers.new_code(filed.submission_key)
    assert filed.number in page
    assert f"{code[:4]} {code[4:]}" in page
    assert numbers.code_fits(filed.number, code, filed.code_mark)
    assert "双方确认的那一天就是收到申请之日" in page
    assert "最迟2026年3月30日（周一）答复" in page


def test_the_days_on_the_receipt_are_those_of_the_law_room(cast: Cast) -> None:
    case = an_application(cast.body, on=MONDAY, channel="online").case
    told = "".join(what_next(case))
    for key in ("reply.days", "correction.notice_days", "extension.max_days"):
        rule = statute().rule(key, on=MONDAY)
        assert f"{rule.value}个工作日" in told
    assert statute().rule("receipt.online", on=MONDAY).article in told


def test_an_application_already_received_names_its_due_day(cast: Cast) -> None:
    case = an_application(cast.body, on=MONDAY).case
    told = "".join(what_next(case))
    assert "2026年3月2日收到申请，2026年3月30日（周一）前（含当日）答复" in told


@pytest.mark.parametrize("route", Application.Route.values)
def test_only_what_goes_online_or_by_mail_is_promised_for_download(cast: Cast, route: str) -> None:
    case = an_application(cast.body, on=MONDAY, route=route).case
    told = "".join(what_next(case))
    assert ("下载" in told) == (route in {Application.Route.ONLINE, Application.Route.EMAIL})
    assert "查询办理进度" in told


def test_who_gave_no_mail_is_not_told_to_look_for_one(cast: Cast) -> None:
    who = {k: v for k, v in APPLICANT.items() if k != "email"}
    case = an_application(cast.body, on=MONDAY, channel="online", applicant=who).case
    assert "请留意来电。" in "".join(what_next(case))


def test_a_receipt_is_verified_however_it_was_copied(client: Client, filed: Application) -> None:
    wide = {ord(c): ord(c) + 0xFEE0 for c in "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"}
    given = {
        "number": f" {filed.number[:4]}-{filed.number[4:]}".translate(wide),
        "code": verification_code(filed).lower().translate(wide).replace("-", "　"),
    }
    assert "回执是真实的" in client.post("/receipt/verify/", given).content.decode()


def test_the_receipt_is_a_pdf_with_number_code_and_verification_code(
    client: Client, filed: Application
) -> None:
    answer = client.get(f"/apply/receipt.pdf?number={filed.number}")
    assert answer["Content-Type"] == "application/pdf"
    words = words_of(answer.content)
    for part in (
        filed.number,
        numbers.grouped(numbers.new_code(filed.submission_key)),
        verification_code(filed),
        "登记回执",
        filed.subject,
        "/receipt/verify/",
    ):
        assert part in words


def test_the_receipt_fits_on_one_sheet_and_speaks_to_whom_it_is(cast: Cast) -> None:
    """Signature and contact stood alone on a second page, and a person was “您（单位）”."""
    body = cast.body
    body.phone, body.address = "0000-00000000", "示例省示例市示例县示例路1号行政中心3号楼2层"
    body.office_hours = "工作日上午8:30—12:00，下午14:30—17:30"
    subject = "2025年度全县社区卫生服务中心药品采购目录及实际采购价格明细"
    case = an_application(body, on=MONDAY, channel="online", subject=subject, route="email").case
    for kind, you in (("natural", "接收您在网上"), ("legal", "接收您单位在网上")):
        case.applicant_kind = kind
        paper = receipt_pdf(case, "ABCD2345", "https://www.gongkai.shili.gov.cn/receipt/verify/")
        assert len(pypdfium2.PdfDocument(io.BytesIO(paper))) == 1
        assert you in words_of(paper) and "联系电话：0000-00000000" in words_of(paper)


def read_code(picture: Any) -> str:
    """The words of the QR code in a picture of a page."""
    import cv2

    words: str = cv2.QRCodeDetector().detectAndDecode(picture)[0]
    return words


def test_the_qr_code_of_the_receipt_leads_to_its_verification(
    client: Client, filed: Application
) -> None:
    paper = client.get(f"/apply/receipt.pdf?number={filed.number}").content
    pages = [
        page.render(scale=3).to_numpy()[:, :, :3].copy()
        for page in pypdfium2.PdfDocument(io.BytesIO(paper))
    ]
    address = next(words for words in map(read_code, pages) if words)
    assert address.startswith("http://testserver/receipt/verify/?")
    assert numbers.new_code(filed.submission_key) not in address
    page = Client().get(address.removeprefix("http://testserver")).content.decode()
    assert "回执是真实的" in page


def test_the_receipt_on_the_screen_shows_the_qr_code_too(
    client: Client, filed: Application
) -> None:
    page = client.get("/apply/receipt/").content.decode()
    assert '<svg role="img"' in page
    assert "<title>核验本回执真伪的二维码</title>" in page


def test_codes_tried_by_address_are_told_to_wait_too(
    client: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receipt, "TRIES", 1)
    case = an_application(cast.body, on=MONDAY).case
    address = f"/receipt/verify/?number={case.number}&code=AAAAA-AAAAA"
    assert [client.get(address).status_code for _ in range(2)] == [422, 429]


def test_the_receipt_names_no_person(cast: Cast) -> None:
    case = an_application(cast.body, on=MONDAY, channel="online").case
    words = words_of(receipt_pdf(case, "CODE", "https://example.gov.cn/receipt/verify/"))
    assert APPLICANT["name"] not in words
    assert APPLICANT["id_number"] not in words


def test_another_browser_does_not_see_the_receipt(filed: Application) -> None:
    stranger = Client()
    assert stranger.get("/apply/receipt/").url == "/track/"
    assert stranger.get(f"/apply/receipt.pdf?number={filed.number}").status_code == 302


def test_a_receipt_of_somebody_elses_number_is_not_given(
    client: Client, filed: Application, cast: Cast
) -> None:
    other = an_application(cast.body, on=MONDAY).case
    assert client.get(f"/apply/receipt.pdf?number={other.number}").status_code == 302
    page = client.get(f"/apply/receipt/?number={other.number}").content.decode()
    assert f"<dd>{filed.number}</dd>" in page
    assert f"<dd>{other.number}</dd>" not in page


def test_on_a_shared_computer_the_way_back_can_be_cleared(
    client: Client, filed: Application
) -> None:
    client.post("/apply/discard/")
    assert client.get("/apply/receipt/").url == "/track/"
    assert Application.objects.filter(pk=filed.pk).exists()


# --- verification ---------------------------------------------------------------------------


def verify(client: Client, number: str, code: str) -> Any:
    return client.post("/receipt/verify/", {"number": number, "code": code})


def test_a_genuine_receipt_is_known_by_its_code_however_it_is_typed(
    client: Client, cast: Cast
) -> None:
    case = an_application(cast.body, on=MONDAY, channel="online").case
    code = verification_code(case)
    for typed in (code, code.lower(), code.replace("-", " "), f" {code} "):
        page = verify(client, case.number, typed).content.decode()
        assert "回执是真实的" in page
        assert f"{cast.body.name}于2026年3月2日" in page


def test_verifying_shows_nothing_of_the_person_or_the_matter(client: Client, cast: Cast) -> None:
    case = an_application(cast.body, on=MONDAY, channel="online").case
    page = verify(client, case.number, verification_code(case)).content.decode()
    for hidden in (APPLICANT["name"], APPLICANT["phone"], case.subject):
        assert hidden not in page


def test_a_wrong_code_and_a_number_that_does_not_exist_look_the_same(
    client: Client, cast: Cast
) -> None:
    case = an_application(cast.body, on=MONDAY).case
    other = an_application(cast.body, on=MONDAY).case
    wrong = verify(client, case.number, verification_code(other))
    none = verify(client, "20260001999990", verification_code(case))
    assert (wrong.status_code, none.status_code) == (422, 422)
    for answer in (wrong, none):
        assert "没有核验通过" in answer.content.decode()
        assert "回执是真实的" not in answer.content.decode()


def test_the_verification_code_is_not_the_query_code(client: Client, filed: Application) -> None:
    code = numbers.new_code(filed.submission_key)
    assert verify(client, filed.number, code).status_code == 422
    assert not numbers.code_fits(
        filed.number, verification_code(filed).replace("-", ""), filed.code_mark
    )


def test_a_receipt_stays_verifiable_after_the_personal_data_are_erased(
    client: Client, cast: Cast, settings: Any
) -> None:
    case = an_application(cast.body, on=MONDAY).case
    code = verification_code(case)
    Application.objects.filter(pk=case.pk).update(applicant={}, subject="", details="")
    settings.SECRET_KEY = "another one"
    assert "回执是真实的" in verify(client, case.number, code).content.decode()


def test_trying_codes_is_told_to_wait(
    client: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receipt, "TRIES", 2)
    case = an_application(cast.body, on=MONDAY).case
    for _ in range(2):
        verify(client, case.number, "AAAAA-AAAAA")
    assert verify(client, case.number, verification_code(case)).status_code == 429
