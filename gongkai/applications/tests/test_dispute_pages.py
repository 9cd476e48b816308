"""The register on the screen, the bound case file, and the statistics page with its lists."""

from __future__ import annotations

import io
from datetime import date

import pypdfium2
import pytest
from django.test import Client
from django.urls import reverse
from PIL import Image

from gongkai.applications.actions import disputes
from gongkai.applications.actions.closing import archive_case, close_case
from gongkai.applications.actions.papers import move_letter
from gongkai.applications.desk.statistics import PeriodForm
from gongkai.applications.files import keep_file
from gongkai.applications.letters.compose import compose
from gongkai.applications.models import Dispute
from gongkai.applications.tests.cast import APPLICANT, Cast, an_application
from gongkai.applications.tests.paper_way import a_letter, sent
from gongkai.base.models import AuditEntry
from gongkai.documents.blocks import Document, Paragraph
from gongkai.documents.incoming import KINDS
from gongkai.documents.pdf import pdf


def signed_in(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def review(cast: Cast) -> Dispute:
    case = an_application(cast.body, on=date(2026, 3, 2)).case
    return disputes.register_dispute(
        cast.body,
        kind="reconsideration",
        institution="示例县人民政府",
        case_number="示政复〔2026〕3号",
        accepted_on=date(2026, 4, 1),
        served_on=date(2026, 4, 3),
        application=case,
        by=cast.legal,
    )


def test_a_dispute_is_registered_from_the_number_of_its_application(cast: Cast) -> None:
    case = an_application(cast.body, on=date(2026, 3, 2)).case
    facts = {
        "body": cast.body.pk,
        "number": case.number,
        "kind": "reconsideration",
        "institution": "示例县人民政府",
        "accepted_on": "2026-04-01",
        "served_on": "2026-04-03",
    }
    client = signed_in(cast.legal)
    wrong = client.post(reverse("desk-dispute-new"), facts | {"number": "123"})
    assert wrong.status_code == 422
    assert "没有这个受理编号" in wrong.content.decode()
    client.post(reverse("desk-dispute-new"), facts)
    assert Dispute.objects.get().application == case


def test_a_slip_in_the_register_is_corrected_and_its_days_follow(
    cast: Cast, review: Dispute
) -> None:
    client = signed_in(cast.legal)
    address = reverse("desk-dispute-deed", args=[review.pk, "correct"])
    assert address in client.get(reverse("desk-dispute", args=[review.pk])).content.decode()
    asked = client.get(address)
    # As the browser's control wants it: else it is empty there, and the next saving loses it.
    assert 'value="2026-04-01"' in asked.content.decode()
    assert 'value="2026-04-03"' in asked.content.decode()
    shown = asked.context["form"]
    sent = {name: shown[name].value() or "" for name in shown.fields} | {"served_on": "2026-04-07"}
    sent["seen"] = str(review.version)
    late = client.post(address, sent | {"accepted_on": "2026-04-08"})
    assert late.status_code == 422 and "不能早于受理" in late.content.decode()
    assert client.post(address, sent).status_code == 302
    now = Dispute.objects.get()
    assert (now.served_on, now.application) == (date(2026, 4, 7), review.application)
    assert now.answer_due_on == date(2026, 4, 21) and review.answer_due_on == date(2026, 4, 20)
    entry = AuditEntry.objects.get(action="更正复议诉讼登记")
    assert "2026-04-03" in str(entry.old) and "2026-04-07" in str(entry.new)


def test_the_notice_that_a_review_takes_longer_is_registered_from_its_page(
    cast: Cast, review: Dispute
) -> None:
    client = signed_in(cast.legal)
    page = reverse("desk-dispute", args=[review.pk])
    address = reverse("desk-dispute-deed", args=[review.pk, "correct"])
    assert f'<a href="{address}">登记延长审理</a>' in client.get(page).content.decode()
    shown = client.get(address).context["form"]
    sent = {name: shown[name].value() or "" for name in shown.fields} | {"extended_days": "20"}
    assert client.post(address, sent | {"seen": str(review.version)}).status_code == 302
    after = client.get(page).content.decode()
    assert "已经延长20日" in after and "登记延长审理" not in after
    assert "extended_days" not in client.get(reverse("desk-dispute-new")).context["form"].fields
    assert (
        "---" not in client.get(reverse("desk-dispute-new")).content.decode()
    )  # says what empty is


def test_a_wrong_result_is_put_right(cast: Cast, review: Dispute) -> None:
    """Table 四 counts the latest result: a slip, or what a higher court made of it (DOMAIN B.5)."""
    client = signed_in(cast.legal)
    page, end = (
        reverse("desk-dispute", args=[review.pk]),
        reverse("desk-dispute-deed", args=[review.pk, "end"]),
    )
    nothing = client.post(end, {"on": "2026-05-20", "seen": "0"})
    assert nothing.status_code == 422
    assert "请选择审理结果。" in nothing.content.decode()
    first = {"outcome": "other", "detail": "撤销", "on": "2026-05-20", "seen": "0"}
    client.post(end, first)
    assert "更正审理结果" in client.get(page).content.decode()
    shown = client.get(end).content.decode()
    assert '<option value="other" selected' in shown
    assert 'value="2026-05-20"' in shown
    version = str(Dispute.objects.get().version)
    client.post(end, first | {"outcome": "corrected", "seen": version})
    assert Dispute.objects.get().outcome == "corrected"
    trail = AuditEntry.objects.get(action="更正审理结果")
    assert (trail.old["结果"], trail.new["结果"]) == ("其他结果", "结果纠正")
    # The term that was ordered stands in the form: else the next correction would lift it.
    Dispute.objects.update(reanswer_due_on=date(2026, 7, 31))
    assert end in client.get(page).content.decode()
    assert 'value="2026-07-31"' in client.get(end).content.decode()


def test_who_corrects_a_case_that_another_corrected_reads_what_is_stored(
    cast: Cast, review: Dispute
) -> None:
    client = signed_in(cast.legal)
    address = reverse("desk-dispute-deed", args=[review.pk, "correct"])
    shown = client.get(address).context["form"]
    sent = {name: shown[name].value() or "" for name in shown.fields}
    sent |= {"seen": str(review.version), "claim": "我写的请求"}
    disputes.correct_dispute(review, case_number="示政复〔2026〕33号", by=cast.head)
    # A slip in a field does not hide that somebody was faster.
    slip = client.post(address, sent | {"accepted_on": "四月"})
    assert slip.context["seen"] == review.version
    late = client.post(address, sent)
    page = late.content.decode()
    assert late.status_code == 422 and "刚刚由他人改动过" in page
    assert "<dt>案号</dt><dd>示政复〔2026〕33号" in page and "我写的请求" in page
    assert client.post(address, sent | {"seen": late.context["seen"]}).status_code == 302


def test_another_body_sees_no_dispute(cast: Cast, review: Dispute) -> None:
    client = signed_in(cast.stranger)
    assert client.get(reverse("desk-dispute", args=[review.pk])).status_code == 404
    assert "示政复" not in client.get(reverse("desk-disputes")).content.decode()


def test_the_case_file_holds_the_list_and_every_paper_in_order(cast: Cast, review: Dispute) -> None:
    paper = pdf(Document("答复书正文", (Paragraph("这是第一份证据的内容。"),)))
    picture = io.BytesIO()
    Image.new("RGB", (800, 600), "grey").save(picture, "PNG")
    case = review.application
    letter = keep_file(case, "letter", "a.pdf", paper, "application/pdf", by=None)
    scan = keep_file(case, "delivery", "b.png", picture.getvalue(), "image/png", by=None)
    table = keep_file(case, "other", "c.xlsx", b"PK", "application/zip", by=None)
    for title, file in (("答复书", letter), ("送达回证", scan), ("台账", table), ("纸质", None)):
        disputes.add_evidence(review, title=title, proves="程序合法", file=file, by=cast.legal)
    answer = signed_in(cast.legal).get(reverse("desk-dispute-file", args=[review.pk]))
    document = pypdfium2.PdfDocument(answer.content)
    texts = [document[i].get_textpage().get_text_range() for i in range(len(document))]
    order = [
        "证据目录",
        "证据1",
        "这是第一份证据的内容",
        "证据2",
        "",
        "不能合订",
        "纸质材料",
    ]
    assert len(texts) == len(order)
    assert all(wanted in text for wanted, text in zip(order, texts, strict=True))
    assert "2" in texts[0] and "4" in texts[0]


def test_of_a_letter_only_what_can_be_bound_is_offered_as_evidence(
    cast: Cast, review: Dispute
) -> None:
    for name, media_type in (("答复.pdf", KINDS["pdf"]), ("答复.docx", KINDS["docx"])):
        keep_file(review.application, "letter", name, b"x", media_type.media_type, by=None)
    address = reverse("desk-dispute-deed", args=[review.pk, "evidence"])
    page = signed_in(cast.legal).get(address).content.decode()
    assert "答复.pdf" in page and "答复.docx" not in page


def test_the_inspector_reads_the_register_and_takes_no_case_file(
    cast: Cast, review: Dispute
) -> None:
    client = signed_in(cast.inspector)
    assert client.get(reverse("desk-dispute", args=[review.pk])).status_code == 200
    # The office sends those without permission back to its first page.
    refused = client.get(reverse("desk-dispute-file", args=[review.pk]))
    assert (refused.status_code, refused["Location"]) == (302, "/office/")


def test_the_statistics_page_links_every_number_to_its_cases(cast: Cast) -> None:
    case = an_application(cast.body, on=date(2026, 3, 2)).case
    client = signed_in(cast.head)
    page = client.get(reverse("desk-statistics"), {"year": 2026}).content.decode()
    address = f"{reverse('desk-statistics-cases')}?year=2026&row=new_received&column=natural"
    assert address.replace("&", "&amp;") in page
    # The labels are merged as in the official table; no row has an empty one.
    assert 'rowspan="22">三、本年度办理结果<' in page and 'rowspan="8">（三）不予公开<' in page
    assert 'colspan="2">（七）总计<' in page and 'colspan="3">四、结转下年度继续办理<' in page
    assert case.number in client.get(address).content.decode()
    assert client.get(reverse("desk-statistics-file"), {"year": 2026}).content[:2] == b"PK"
    assert client.get(f"{reverse('desk-statistics-cases')}?row=x&column=y").status_code == 404


NO_PERIOD = [
    ({"year": "1999"}, "年度请写成四位数字"),
    ({"year": "abc"}, "年度请写成四位数字"),
    ({"year": "²²"}, "年度请写成四位数字"),
    ({"month": "13"}, "请从列出的选项中选择"),
    ({"body": "99999"}, "请从列出的选项中选择"),
    ({"first": "x", "last": "x"}, "看不懂这个日期"),
    ({"first": "2026-02-01"}, "请把开始和结束日期都填上"),
    ({"first": "2026-02-01", "last": "2026-01-01"}, "开始日期晚于结束日期"),
]


def test_a_period_that_is_none_is_refused_in_plain_words(cast: Cast) -> None:
    for asked, said in NO_PERIOD:
        form = PeriodForm(asked, user=cast.clerk)
        assert not form.is_valid() and said in str(form.errors), asked
    # The page shows what the form says.
    answer = signed_in(cast.clerk).get(reverse("desk-statistics"), asked)
    assert answer.status_code == 422 and said in answer.content.decode()


def test_the_inspector_counts_and_reads_no_name(cast: Cast) -> None:
    case = an_application(cast.body, on=date(2026, 3, 2)).case
    client = signed_in(cast.inspector)
    for address in (
        f"{reverse('desk-statistics')}?year=2026",
        f"{reverse('desk-statistics-cases')}?year=2026&row=new_received&column=total",
    ):
        page = client.get(address).content.decode()
        assert not any(secret in page for secret in (APPLICANT["name"], APPLICANT["phone"]))
    assert case.number in page


def test_a_stranger_counts_only_his_own_body(cast: Cast) -> None:
    an_application(cast.body, on=date(2026, 3, 2))
    page = signed_in(cast.stranger).get(reverse("desk-statistics"), {"year": 2026})
    assert "新收政府信息公开申请0件" in page.content.decode()


def test_the_answer_is_drafted_from_the_register_also_when_the_case_is_archived(
    cast: Cast,
) -> None:
    case = an_application(cast.body, on=date(2026, 3, 2)).case
    case.items.update(decision="granted", letter="L14")
    sent(a_letter(case, "L14", cast), cast, on=date(2026, 3, 12))
    close_case(case, by=cast.clerk)
    archive_case(case, on=date(2026, 3, 20), by=cast.archivist)
    facts = {"institution": "示例县人民政府", "accepted_on": date(2026, 4, 1), "by": cast.legal}
    said = {}
    for kind in ("reconsideration", "direct_suit"):
        one = disputes.register_dispute(
            cast.body, kind=kind, application=case, claim="请求撤销该答复。", **facts
        )
        disputes.add_evidence(one, title="申请表", proves="申请内容", file=None, by=cast.legal)
        address = reverse("desk-dispute-deed", args=[one.pk, "draft"])
        client = signed_in(cast.legal)
        answer = client.post(address, {"reasons": "本机关具有作出答复的职权。"})
        (letter,) = disputes.defences(one)
        assert answer.url == reverse("desk-letter", args=[letter.pk])
        said[kind] = compose(letter).text()
        again = client.post(address, {"reasons": "再写一份"})
        assert again.status_code == 422 and "已经起草了一份" in again.content.decode()
        assert move_letter(letter, "submit", by=cast.clerk).state == letter.State.SIGNING
    review, suit = said["reconsideration"], said["direct_suit"]
    assert "申请行政复议" in review and "《中华人民共和国行政复议法》第四十八条，" in review
    assert "提起行政诉讼" in suit and "《中华人民共和国行政诉讼法》第六十七条第一款，" in suit
    assert "行政诉讼" not in review and "行政复议" not in suit
    for text in said.values():
        assert "请求撤销该答复。\n" in text and "申请表" in text and "。。" not in text
