"""The page of one letter, and the settings of the office."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import quote

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from gongkai.applications.actions.core import on_case
from gongkai.applications.actions.drafts import change_draft, use_newest_template
from gongkai.applications.actions.office import save_office
from gongkai.applications.actions.papers import content_hash, move_letter, shipped_routes
from gongkai.applications.files import keep_file
from gongkai.applications.letters.compose import compose, draft_letter, freeze_letter
from gongkai.applications.letters.enclosed import empty_handed
from gongkai.applications.letters.templates import current, save_template, shipped_text
from gongkai.applications.models import CaseFile, Letter, OfficeSettings
from gongkai.applications.tests.cast import Cast, an_application
from gongkai.applications.tests.paper_way import a_letter
from gongkai.base.models import AuditEntry
from gongkai.base.refusal import Overtaken, Refused
from gongkai.law.taxonomy import letters

ON = date(2026, 11, 2)
WHERE = "本机关网站“政府信息公开”栏目"


def a_draft(cast: Cast, code: str = "L15", **values: str) -> Letter:
    case = an_application(cast.body, on=ON).case
    with on_case(case, by=None) as case:
        return draft_letter(case, code, by=cast.clerk, values=values)


def test_a_draft_says_what_it_lacks_and_can_be_completed(cast: Cast, client: Client) -> None:
    letter = a_draft(cast)
    client.force_login(cast.clerk)
    address = reverse("desk-letter", args=[letter.pk])
    assert "还缺少“网址、公报期号或者查阅点”" in client.get(address).content.decode()
    seen = letter.application.version
    assert client.post(address, {"v0": WHERE, "seen": seen}).status_code == 302
    letter.refresh_from_db()
    assert letter.values == {"公开位置": WHERE}
    html = client.get(address).content.decode()
    assert WHERE in html
    assert "data:image/png;base64," in html


def test_the_preview_masks_the_applicant_and_the_whole_is_noted(cast: Cast, client: Client) -> None:
    letter = a_draft(cast, 公开位置=WHERE)
    client.force_login(cast.clerk)
    assert "周申请" not in client.get(reverse("desk-letter", args=[letter.pk])).content.decode()
    html = client.post(reverse("desk-letter-whole", args=[letter.pk])).content.decode()
    assert "周申请：" in html
    assert AuditEntry.objects.filter(action="查看文书全文").count() == 1


def test_docx_and_pdf_can_be_fetched_and_it_is_noted(cast: Cast, client: Client) -> None:
    letter = a_draft(cast, 公开位置=WHERE)
    client.force_login(cast.clerk)
    for kind, start in (("pdf", b"%PDF"), ("docx", b"PK")):
        reply = client.get(reverse("desk-letter-file", args=[letter.pk, kind]))
        assert reply.content.startswith(start)
        assert "周申请" not in reply["Content-Disposition"]
        called = f"{letters()[letter.code].label}{letter.number}.{kind}"
        plain = f"{letter.code}-{letter.application.number}.{kind}"
        for name in (f'filename="{plain}"', f"filename*=UTF-8''{quote(called)}"):
            assert name in reply["Content-Disposition"]
    assert AuditEntry.objects.filter(action="下载文书").count() == 2
    unfinished = a_draft(cast)
    reply = client.get(reverse("desk-letter-file", args=[unfinished.pk, "pdf"]))
    assert reply.status_code == 302


def test_a_letter_of_another_body_is_not_found(cast: Cast, client: Client) -> None:
    letter = a_draft(cast, 公开位置=WHERE)
    client.force_login(cast.stranger)
    for name, more in (("desk-letter", []), ("desk-letter-file", ["pdf"])):
        assert client.get(reverse(name, args=[letter.pk, *more])).status_code == 404
    client.force_login(cast.inspector)
    assert client.get(reverse("desk-letter", args=[letter.pk])).status_code in (302, 403)


def test_a_letter_under_review_cannot_be_changed(cast: Cast) -> None:
    letter = a_draft(cast, 公开位置=WHERE)
    Letter.objects.filter(pk=letter.pk).update(state=Letter.State.LEGAL)
    with pytest.raises(Refused, match="送审"):
        change_draft(letter, {"公开位置": "别处"}, by=cast.clerk)


def test_who_saw_an_older_case_is_told(cast: Cast) -> None:
    letter = a_draft(cast)
    with pytest.raises(Overtaken):
        change_draft(letter, {"公开位置": WHERE}, by=cast.clerk, seen=0)


def test_days_that_the_head_approved_are_not_changed_in_the_letter(cast: Cast) -> None:
    letter = a_draft(cast, "L06", days="5")
    with pytest.raises(Refused, match="没有变化"):
        change_draft(letter, {"延长日数": 20}, by=cast.clerk)


def test_a_draft_can_take_over_a_new_template(cast: Cast) -> None:
    letter = a_draft(cast, 公开位置=WHERE)
    text = shipped_text("L15").replace("已经主动公开", "此前已经主动公开")
    save_template(cast.body, "L15", text, by=cast.head)
    use_newest_template(letter, by=cast.clerk)
    letter = Letter.objects.get(pk=letter.pk)
    assert letter.template == current(cast.body, "L15")
    assert "此前已经主动公开" in compose(letter).text()


def test_a_sent_letter_is_shown_as_it_was_sent(cast: Cast, client: Client) -> None:
    letter = a_draft(cast, 公开位置=WHERE)
    with on_case(letter.application, by=None):
        letter = freeze_letter(letter, by=None)
    client.force_login(cast.clerk)
    html = client.get(reverse("desk-letter", args=[letter.pk])).content.decode()
    assert letter.frozen_sha256 in html
    assert "data:image" not in html
    html = client.post(reverse("desk-letter-whole", args=[letter.pk])).content.decode()
    assert "data:image" in html


# --- settings of the office ---------------------------------------------------------------------


def office(**more: object) -> dict[str, object]:
    return {
        "agency_code": "示教",
        "government": "示例县人民政府",
        "court": "示例县人民法院",
        "retention_years": 10,
        "personal_data_years": 5,
        **more,
    }


def test_the_head_changes_the_settings_and_both_values_are_kept(cast: Cast, client: Client) -> None:
    client.force_login(cast.head)
    address = reverse("desk-office-settings-of", args=[cast.body.slug])
    assert "用在文书的文号里" in client.get(address).content.decode()
    assert client.post(address, office(agency_code="示卫")).status_code == 302
    known = OfficeSettings.objects.get(body=cast.body)
    assert (known.agency_code, known.payment_way) == ("示卫", "")
    entry = AuditEntry.objects.get(action="修改依申请公开设置")
    assert entry.old is not None
    assert entry.new is not None
    assert (entry.old["机关代字"], entry.new["机关代字"]) == ("示卫健", "示卫")


def ways(**unticked: set[str]) -> dict[str, Any]:
    """Every box of the stations ticked, but for those named."""
    return {"routes_shown": "1"} | {
        f"route_{code}": [
            s for s in way.stations if s not in way.fixed and s not in unticked.get(code, set())
        ]
        for code, way in shipped_routes().items()
    }


def test_the_head_chooses_for_each_letter_which_stations_it_passes(
    cast: Cast, client: Client
) -> None:
    client.force_login(cast.head)
    address = reverse("desk-office-settings-of", args=[cast.body.slug])
    assert client.post(address, office(**ways(L14={"legal"}, L04={"seal"}))).status_code == 302
    known = OfficeSettings.objects.get(body=cast.body)
    assert known.letter_routes == {"L14": ["secrecy", "sign", "seal"], "L04": ["sign"]}
    assert client.post(address, office(agency_code="示卫")).status_code == 302
    known.refresh_from_db()
    assert known.letter_routes["L04"] == ["sign"]  # a form without the boxes changes nothing
    client.post(address, office(**ways()))
    known.refresh_from_db()
    assert known.letter_routes == {}


@pytest.mark.parametrize("way", [["legal", "sign", "seal"], ["legal", "secrecy"], ["x"]])
def test_secrecy_review_and_signature_of_a_reply_cannot_be_left_out(
    cast: Cast, way: list[str]
) -> None:
    with pytest.raises(Refused, match="流转环节不对"):
        save_office(cast.body, {"letter_routes": {"L14": way}}, by=cast.head)


def test_the_way_of_a_letter_does_not_change_while_one_is_under_way(cast: Cast) -> None:
    case = an_application(cast.body, on=date(2026, 3, 2)).case
    case.items.update(decision="granted", letter="L14")
    move_letter(a_letter(case, "L14", cast), "submit", by=cast.clerk)
    shorter = {"letter_routes": {"L14": ["secrecy", "sign"]}}
    with pytest.raises(Refused, match="正在审核签发"):
        save_office(cast.body, shorter, by=cast.head)
    save_office(cast.body, {"letter_routes": {"L15": ["secrecy", "sign"]}}, by=cast.head)


def test_what_is_missing_is_said_and_nothing_is_saved(cast: Cast, client: Client) -> None:
    client.force_login(cast.head)
    address = reverse("desk-office-settings-of", args=[cast.body.slug])
    reply = client.post(address, office(court="", retention_years=0))
    assert reply.status_code == 422
    assert "请填写有管辖权的人民法院" in reply.content.decode()
    assert OfficeSettings.objects.get(body=cast.body).court == "示例县人民法院"


def test_the_administrator_opens_another_body(cast: Cast, client: Client) -> None:
    client.force_login(cast.administrator)
    address = reverse("desk-office-settings-of", args=[cast.government.slug])
    assert "还没有开通" in client.get(address).content.decode()
    client.post(address, office())
    assert OfficeSettings.objects.filter(body=cast.government).exists()


def test_others_do_not_change_the_settings(cast: Cast, client: Client) -> None:
    with pytest.raises(PermissionDenied):
        save_office(cast.body, {"agency_code": "别"}, by=cast.clerk)
    client.force_login(cast.stranger)
    address = reverse("desk-office-settings-of", args=[cast.body.slug])
    assert client.get(address).status_code == 404


def submitted(cast: Cast, client: Client, letter: Letter, **form: Any) -> tuple[int, str]:
    """What the form of 送审 answers to the clerk, who saw the letter as it is."""
    client.force_login(cast.clerk)
    letter = Letter.objects.get(pk=letter.pk)
    address = reverse("desk-case-deed", args=[letter.application_id, "submit"])
    form = {"letter": f"{letter.pk}.{content_hash(letter)}"} | form
    answer = client.post(address, form | {"seen": letter.application.version})
    return answer.status_code, answer.content.decode()


def test_a_reply_with_nothing_attached_is_not_reviewed_without_a_word_how_it_is_given(
    cast: Cast, client: Client
) -> None:
    """“与本告知书一并提供”: the information goes with the letter, or it is said how else."""
    letter = a_draft(cast, "L14", 提供内容="《名单》1份2页")
    client.force_login(cast.clerk)
    address = reverse("desk-case-deed", args=[letter.application_id, "submit"])
    assert "还没有附上文件" in client.get(address).content.decode()
    status, page = submitted(cast, client, letter)
    assert status == 422 and "或者在这里写明怎样提供" in page
    with pytest.raises(Refused, match="没有附上文件"):  # the deed asks the same of every way to it
        move_letter(letter, "submit", by=cast.clerk)
    letter.refresh_from_db()
    assert letter.state == Letter.State.DRAFT

    assert submitted(cast, client, letter, otherwise="纸质件随信寄出")[0] == 302
    letter.refresh_from_db()
    assert letter.state == Letter.State.LEGAL
    assert letter.steps.get().note == "没有附文件，提供方式：纸质件随信寄出。"
    assert "提供方式：纸质件随信寄出。" in compose(letter).text()  # the applicant reads it too
    assert not empty_handed(letter)  # sent back and submitted again, it is not asked anew
    # DOMAIN D.4: the form of the paper alone says neither what is enclosed nor where to go.
    for how, enough in (
        ("纸质件，邮寄", False),
        ("网上下载", False),
        ("政务大厅3号窗口领取", True),
    ):
        other = a_draft(cast, "L16", 提供内容="《名单》", 提供方式=how)
        assert empty_handed(other) is not enough, how
    elsewhere = a_draft(cast, "L26")
    move_letter(elsewhere, "submit", otherwise="纸质件随信寄出", by=cast.clerk)
    assert elsewhere.steps.get().note == ""  # it promises nothing
    client.force_login(cast.legal)
    review = reverse("desk-case-deed", args=[letter.application_id, "legal-review"])
    assert "提供方式：纸质件随信寄出" in client.get(review).content.decode()


def test_the_file_can_be_attached_when_the_reply_is_sent_to_review(
    cast: Cast, client: Client
) -> None:
    letter = a_draft(cast, "L14", 提供内容="《名单》1份2页")
    case = letter.application
    file = keep_file(case, CaseFile.Kind.RELEASED, "名单.pdf", b"%PDF", "application/pdf", by=None)
    other = an_application(cast.body, on=ON).case
    strange = keep_file(
        other, CaseFile.Kind.RELEASED, "他人.pdf", b"%PDF", "application/pdf", by=None
    )
    assert submitted(cast, client, letter, files=[strange.pk])[0] == 422
    assert submitted(cast, client, letter, files=[file.pk])[0] == 302
    letter.refresh_from_db()
    assert letter.state == Letter.State.LEGAL
    assert letter.values["files"] == [file.pk]
    assert AuditEntry.objects.filter(action="随文书附上文件").count() == 1


def test_who_gives_it_on_the_spot_is_not_asked_for_files(cast: Cast, client: Client) -> None:
    letter = a_draft(cast, "L14", 提供内容="《名单》", 提供方式="请到本机关查阅点查阅")
    client.force_login(cast.clerk)
    address = reverse("desk-case-deed", args=[letter.application_id, "submit"])
    page = client.get(address).content.decode()
    assert "还没有附上文件" not in page and 'name="otherwise"' not in page
    assert submitted(cast, client, letter)[0] == 302
