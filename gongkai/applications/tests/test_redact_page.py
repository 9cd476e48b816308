"""区分处理 from the upload of an original to the file for the applicant."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from gongkai.applications.actions.redact import release_redacted, save_passages
from gongkai.applications.files import content, keep_file
from gongkai.applications.grounds import from_redactions
from gongkai.applications.models import Application, CaseFile
from gongkai.applications.tests.cast import Cast, an_application
from gongkai.base.models import AuditEntry
from gongkai.base.refusal import Overtaken, Refused
from gongkai.documents.incoming import KINDS
from gongkai.documents.redact.verify import docx_text, pdf_text, verify_docx, verify_pdf
from gongkai.documents.tests.redact_files import docx, para, typeset

PHONE, IDENTITY = "13800001234", "11010519491231002X"
REASON = "涉及第三方个人信息"
TEXT = f"投诉人电话 {PHONE}，证件 {IDENTITY}。经查属实。\n\n回访电话 {PHONE}。"


@pytest.fixture
def case(cast: Cast) -> Application:
    return an_application(cast.body, on=date(2026, 11, 2)).case


def an_original(case: Application, cast: Cast, data: bytes, kind: str = "pdf") -> CaseFile:
    return keep_file(
        case,
        CaseFile.Kind.ORIGINAL,
        f"调查报告.{kind}",
        data,
        KINDS[kind].media_type,
        by=cast.clerk,
    )


@pytest.fixture
def original(case: Application, cast: Cast) -> CaseFile:
    return an_original(case, cast, typeset(TEXT))


def post(client, file: CaseFile, **data: object):
    basis = {"ground": "deny_third_party", "reason": REASON}
    return client.post(reverse("desk-redact", args=[file.pk]), basis | data)


def draft(file: CaseFile) -> list[dict]:
    return file.redactions.get(made_at=None).passages


def test_files_are_added_with_a_kind_and_listed(cast, case, client) -> None:
    client.force_login(cast.clerk)
    url = reverse("desk-case-files", args=[case.pk])
    upload = SimpleUploadedFile("../报告.pdf", typeset("一"))
    assert client.post(url, {"kind": "original", "files": upload}).status_code == 302
    file = case.files.get(kind="original")
    assert file.name == "报告.pdf"
    page = client.get(url).content.decode()
    assert "报告.pdf" in page and reverse("desk-redact", args=[file.pk]) in page
    bad = SimpleUploadedFile("a.svg", b"<svg onload=alert(1)>")
    refused = client.post(url, {"kind": "other", "files": bad})
    assert refused.status_code == 422 and "SVG" in refused.content.decode()
    assert case.files.count() == 1


def test_downloads_are_attachments_and_originals_are_noted(cast, original, client) -> None:
    client.force_login(cast.handler)
    url = reverse("desk-case-file", args=[original.pk])
    assert client.get(url).status_code == 404  # not given to his section
    client.force_login(cast.clerk)
    answer = client.get(url)
    assert answer.content == content(original)
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in answer["Cache-Control"]
    assert "sandbox" in answer["Content-Security-Policy"]
    entry = AuditEntry.objects.filter(action="打开受限材料").get()
    assert entry.new == {"材料": original.pk, "种类": "信息原件"}


def test_strangers_inspectors_and_those_without_the_permission_see_no_original(
    cast, original, client
) -> None:
    routes = [("desk-case-file", []), ("desk-redact", []), ("desk-redact-page", [1])]
    for who in (cast.inspector, cast.archivist, cast.legal, cast.stranger):
        client.force_login(who)
        for name, more in routes:
            # Wagtail answers a missing permission with a message and the way to the start.
            assert client.get(reverse(name, args=[original.pk, *more])).status_code in (
                302,
                403,
                404,
            )
    client.force_login(cast.archivist)
    page = client.get(reverse("desk-case-files", args=[original.application_id]))
    assert "调查报告" not in page.content.decode()


def test_the_page_shows_text_to_select_and_what_may_be_personal(cast, original, client) -> None:
    client.force_login(cast.clerk)
    page = client.get(reverse("desk-redact", args=[original.pk])).content.decode()
    assert page.count('textLength="') == 2
    assert " selected" not in page and 'id="reason" list="reasons" maxlength="200" required' in page
    assert "身份证号码" in page and "手机号码" in page
    assert "属于四类过程性信息" in page and 'aria-label="第 1 页"' in page
    png = client.get(reverse("desk-redact-page", args=[original.pk, 1]))
    assert png.content.startswith(b"\x89PNG") and "no-store" in png["Cache-Control"]
    assert client.get(reverse("desk-redact-page", args=[original.pk, 9])).status_code == 404


def test_find_all_then_release_leaves_nothing_and_the_original_untouched(
    in_a_child, cast, case, original, client
) -> None:
    client.force_login(cast.clerk)
    before = content(original)
    assert post(client, original, op="find", word=PHONE).status_code == 302
    assert len(draft(original)) == 2
    stored = str(draft(original))
    assert PHONE not in stored and REASON in stored
    again = f"{reverse('desk-redact', args=[original.pk])}?p=1&like={draft(original)[-1]['id']}"
    assert 'value="deny_third_party" selected' in client.get(again).content.decode()
    page = client.get(reverse("desk-redact", args=[original.pk])).content.decode()
    assert page.count('class="gr-mark"') == 2
    shown = client.get(reverse("desk-redact-preview", args=[original.pk]))
    assert "检查通过" in shown.content.decode()
    assert client.get(reverse("desk-redact-result", args=[original.pk, 1])).status_code == 200
    case.refresh_from_db()
    in_a_child()
    assert post(client, original, op="release", seen=case.version).status_code == 302
    released = case.files.get(kind="released")
    assert released.name == "调查报告（区分处理）.pdf" and not released.for_applicant
    assert verify_pdf(content(released), [PHONE]) == []
    assert "经查属实" in pdf_text(content(released)) and content(original) == before
    (made,) = case.redactions.exclude(made_at=None)
    assert [(p["ground"], p["reason"], p["page"]) for p in made.passages] == [
        ("deny_third_party", REASON, 1)
    ] * 2
    assert case.events.filter(deed="sever").exists()
    entry = AuditEntry.objects.get(action="区分处理")
    assert PHONE not in str(entry.new) and REASON not in str(entry.new)


def test_a_box_a_line_and_a_place_in_millimetres_can_be_chosen(cast, original, client) -> None:
    client.force_login(cast.clerk)
    post(client, original, op="add", box="1:60:60:300:90")
    post(client, original, op="add", span="1:0:3")
    mm = {"mm_page": 1, "mm_left": 10, "mm_top": 200, "mm_width": 20, "mm_height": 10}
    post(client, original, op="add", **mm)
    assert [p["excerpt_hidden"] for p in draft(original)].count("画框") == 2
    assert any(p.get("end") == 3 for p in draft(original))


REFUSED = [
    ({"op": "add"}, "请先选择"),
    ({"op": "add", "span": "1:5:5"}, "没有选中文字"),
    ({"op": "add", "span": "x"}, "位置不正确"),
    ({"op": "add", "span": "7:0:2"}, "不在这份文件里"),
    ({"op": "add", "box": "1:5:5:5:9"}, "没有大小"),
    ({"op": "add", "box": "1:5:5"}, "位置不正确"),
    ({"op": "add", "box": "1:nan:5:6:9"}, "位置不正确"),
    ({"op": "find", "word": "没有的词"}, "没有这个词语"),
    ({"op": "find", "word": " "}, "请填写"),
    ({"op": "add", "span": "1:0:2", "reason": " "}, "理由"),
    ({"op": "add", "span": "1:0:2", "ground": "deny_admin_query"}, "依据"),  # of a whole item
    ({"op": "release"}, "还没有选择"),
]


def test_what_cannot_be_done_is_said_and_nothing_is_saved(cast, original, client) -> None:
    client.force_login(cast.clerk)
    for data, said in REFUSED:
        answer = post(client, original, **data)
        assert answer.status_code == 422 and said in answer.content.decode(), data
        assert not any(r.passages for r in original.redactions.all()), data


def test_a_passage_is_changed_and_taken_out_again(cast, original, client) -> None:
    client.force_login(cast.clerk)
    post(client, original, op="add", span="1:0:3")
    key = draft(original)[0]["id"]
    new = {f"ground_{key}": "deny_process_info", f"reason_{key}": "过程稿"}
    post(client, original, change=key, **new)
    assert draft(original)[0]["ground"] == "deny_process_info"
    post(client, original, drop=key)
    assert draft(original) == []


def test_a_new_version_replaces_the_one_nobody_has(cast, case, original) -> None:
    passage = {"page": 1, "start": 0, "end": 3, "ground": "deny_third_party", "reason": REASON}
    first = release_redacted(original, [passage], by=cast.clerk)
    save_passages(original, by=cast.clerk)  # begins with the list of the last release
    assert len(draft(original)) == 1
    second = release_redacted(original, [passage | {"end": 5}], by=cast.clerk)
    assert case.files.get(kind="released") == second.released
    first.released.refresh_from_db()
    assert first.released.kind == CaseFile.Kind.OTHER
    assert sum(len(made.passages) for made in case.redactions.exclude(made_at=None)) == 1


def test_the_slower_of_two_is_told(cast, case, original) -> None:
    passage = {"page": 1, "start": 0, "end": 3, "ground": "deny_third_party", "reason": REASON}
    seen = Application.objects.get(pk=case.pk).version
    release_redacted(original, [passage], by=cast.clerk, seen=seen)
    with pytest.raises(Overtaken):
        release_redacted(original, [passage], by=cast.clerk, seen=seen)


def test_a_word_document_is_shown_in_paragraphs_and_redacted(cast, case, client) -> None:
    file = an_original(
        case,
        cast,
        docx(
            para(f"电话{PHONE}。"),
        ),
        "docx",
    )
    client.force_login(cast.clerk)
    page = client.get(reverse("desk-redact", args=[file.pk])).content.decode()
    assert 'data-start="0"' in page and "手机号码" in page
    assert post(client, file, op="add", span="1:2:13").status_code == 302
    assert "gr-chosen" in client.get(reverse("desk-redact", args=[file.pk])).content.decode()
    assert client.get(reverse("desk-redact-preview", args=[file.pk])).status_code == 200
    assert post(client, file, op="release").status_code == 302
    data = content(case.files.get(kind="released"))
    assert verify_docx(data, [PHONE]) == [] and "第三方权益" in docx_text(data)
    # A DOCX has no pages: the letter speaks of its paragraphs.
    assert from_redactions(case)[0]["内容"] == "第1段遮盖的内容"
    assert post(client, file, op="add", box="1:1:1:9:9").status_code == 422


@pytest.mark.parametrize("kind", ["pdf", "docx"])
def test_what_is_hidden_in_a_file_does_not_stand_in_its_name(cast, case, client, kind) -> None:
    words = "当事人李大壮，女，处罚五千元。"
    data = typeset(words) if kind == "pdf" else docx(para(words))
    file = an_original(case, cast, data, kind)
    CaseFile.objects.filter(pk=file.pk).update(name=f"李大壮处罚决定书.{kind}")
    client.force_login(cast.clerk)
    # More than the name was chosen: its words are looked for one by one.
    assert post(client, file, op="add", span="1:3:8").status_code == 302
    page = client.get(reverse("desk-redact-preview", args=[file.pk])).content.decode()
    assert 'value="××处罚决定书（区分处理）"' in page and "李大壮" not in page
    assert post(client, file, op="release").status_code == 302
    assert case.files.get(kind="released").name == f"××处罚决定书（区分处理）.{kind}"
    post(client, file, op="add", span="1:0:3")
    assert post(client, file, op="release", name="../某医院 处罚决定书").status_code == 302
    assert case.files.get(kind="released").name == f"某医院 处罚决定书.{kind}"


def test_other_files_cannot_be_redacted_here(cast, case, client) -> None:
    client.force_login(cast.clerk)
    text = an_original(case, cast, b"x", "txt")
    assert client.get(reverse("desk-redact", args=[text.pk])).status_code == 404
    broken = an_original(case, cast, b"%PDF-1.4 broken")
    answer = client.get(reverse("desk-redact", args=[broken.pk]))
    assert answer.status_code == 422 and "打不开" in answer.content.decode()
    with pytest.raises(Refused):
        release_redacted(
            text,
            [{"page": 1, "start": 0, "end": 1, "ground": "deny_third_party", "reason": REASON}],
            by=cast.clerk,
        )
