"""The editorial desk: writing, findings, review, letting out, looking again."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime, timedelta
from typing import Any
from unittest.mock import patch

import pytest
import xlsxwriter
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.utils import timezone

from gongkai.base.models import AuditEntry
from gongkai.base.refusal import Refused
from gongkai.base.uploads import check_upload
from gongkai.bodies.actions import grant_role
from gongkai.bodies.models import Role
from gongkai.publishing import duties
from gongkai.publishing.actions.drafts import attach, save_draft
from gongkai.publishing.actions.mask import mask
from gongkai.publishing.actions.publish import publish, publish_due, schedule
from gongkai.publishing.actions.remind import remind
from gongkai.publishing.actions.review import due_step, review, steps_for, submit, take_back
from gongkai.publishing.actions.settings import remove_column, save_column, save_settings
from gongkai.publishing.actions.upkeep import check_afterwards, evaluate, urgent_waiting
from gongkai.publishing.content import draft_of
from gongkai.publishing.files import content
from gongkai.publishing.models import Column, Document, PublishedFile
from gongkai.publishing.models.review import Step
from gongkai.publishing.tests.cast import Cast, a_draft, passed, published

IDENTITY = "11010519491231002X"


def form_of(document: Document, **more: Any) -> dict[str, Any]:
    """What the editor sends for a draft."""
    draft = draft_of(document)
    return {
        "column": draft.column_id,
        "title": draft.title,
        "genre": draft.genre,
        "issuer": draft.issuer,
        "doc_number": draft.doc_number,
        "formed_on": draft.formed_on.isoformat(),
        "text": draft.text,
        "attribute": draft.attribute,
        "seen": document.version,
    } | more


def signed_in(client: Client, user: Any) -> Client:
    client.force_login(user)
    return client


# --- writing -----------------------------------------------------------------------------------


def test_a_new_draft_is_saved_and_plain_lines_become_paragraphs(client: Client, cast: Cast) -> None:
    signed_in(client, cast.clerk)
    page = client.get("/office/documents/new/")
    assert page.status_code == 200 and cast.body.name in page.content.decode()
    given = {
        "column": cast.column.pk,
        "title": "关于接种时间的通知",
        "genre": "notice",
        "issuer": cast.body.name,
        "formed_on": "2026-03-02",
        "text": "第一段<1>\n\n第二段",
        "attribute": "public",
    }
    assert client.post("/office/documents/new/", given).status_code == 302
    document = Document.objects.get()
    assert (
        document.text == "<p>第一段&lt;1&gt;</p>\n\n<p>第二段</p>" and document.author == cast.clerk
    )
    # Another one explains it: named, not chosen from a list that is never whole; 文号 in its form.
    number, names = "示卫发（2026） 1号", {"genre": "interpretation", "interprets_other": "没有的"}
    Document.objects.update(doc_number="示卫发〔2026〕1号")
    given |= {**names, "title": "解读", "doc_number": "示卫发[2026]2号"}
    answer = client.post("/office/documents/new/", given)
    assert answer.status_code == 422 and "“没有的”：没有找到" in answer.content.decode()
    assert client.post("/office/documents/new/", given | {"interprets_other": number})["Location"]
    second = Document.objects.get(title="解读")
    assert second.interprets_id == document.pk and second.doc_number == "示卫发〔2026〕2号"
    with patch("gongkai.publishing.desk.forms.OFFERED", 0):
        page = client.get(f"/office/documents/{second.pk}/edit/").content.decode()
    assert f'<option value="{document.pk}" selected>' in page and "-----" not in page


def test_an_error_keeps_everything_that_was_filled_in(client: Client, cast: Cast) -> None:
    document = a_draft(cast)
    page = signed_in(client, cast.clerk).post(
        f"/office/documents/{document.pk}/edit/",
        form_of(document, title="", text="<p>刚写的一段</p>", keywords="疫苗"),
    )
    shown = page.content.decode()
    assert page.status_code == 422 and "请填写标题" in shown
    assert "刚写的一段" in shown and "疫苗" in shown
    assert draft_of(document).keywords == ""


def test_who_was_overtaken_is_told_and_overwrites_nothing(client: Client, cast: Cast) -> None:
    document = a_draft(cast)
    given = form_of(document, text="<p>我的改动</p>")
    save_draft(document, {"text": "<p>别人的改动</p>"}, by=cast.clerk)
    page = signed_in(client, cast.clerk).post(f"/office/documents/{document.pk}/edit/", given)
    assert page.status_code == 422 and "由他人办理过" in page.content.decode()
    assert "请刷新" not in page.content.decode()
    document.refresh_from_db()
    assert draft_of(document).text == "<p>别人的改动</p>" and "我的改动" in page.content.decode()


def test_attachments_are_named_ordered_and_removed_by_the_writer(
    client: Client, cast: Cast
) -> None:
    document = a_draft(cast)
    files = [check_upload(f"{n}.txt", n.encode(), kinds=("txt",)) for n in ("甲", "乙", "丙")]
    one, two, three = attach(document, files, by=cast.clerk)
    document.refresh_from_db()
    given = form_of(document) | {
        f"file-{one.pk}-order": "2",
        f"file-{one.pk}-name": "门诊名单.exe",
        f"file-{two.pk}-order": "1",
        f"file-{two.pk}-name": "",
        f"file-{three.pk}-drop": "on",
    }
    client = signed_in(client, cast.clerk)
    assert client.post(f"/office/documents/{document.pk}/edit/", given).status_code == 302
    document.refresh_from_db()
    names = [entry["name"] for entry in draft_of(document).attachments]
    assert names == ["乙.txt", "门诊名单.exe.txt"]


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"is_normative": True, "doc_number": ""}, "发文字号"),
        ({"is_normative": True}, "施行日期.*行政规范性文件要有内容概述"),
        ({"theme": ""}, "“通知”要有主题分类"),
        ({"genre": "news", "theme": "", "text": ""}, "^还没有正文.*附件。$"),
        ({"genre": "interpretation"}, "解读的文件"),
        ({"attribute": "withheld", "withheld_reason": "内部事务"}, "依据"),
    ],
)
def test_each_kind_has_what_it_must_say_before_the_review(
    cast: Cast, facts: dict[str, Any], said: str
) -> None:
    with pytest.raises(Refused, match=said):
        submit(a_draft(cast, **facts), by=cast.clerk)


# --- findings ----------------------------------------------------------------------------------


def test_a_passage_is_masked_for_good_and_the_trail_keeps_nothing_of_it(
    client: Client, cast: Cast
) -> None:
    document = a_draft(cast, text=f"<p>身份证号 {IDENTITY}，再写一次<b>{IDENTITY}</b></p>")
    with pytest.raises(Refused, match="机器检查"):
        submit(document, by=cast.clerk)
    page = signed_in(client, cast.clerk).get(f"/office/documents/{document.pk}/findings/")
    assert page.status_code == 200 and 'id="found-1"' in page.content.decode()
    finding = document.findings.get(state="open")
    mask(finding, by=cast.clerk)
    document.refresh_from_db()
    draft = draft_of(document)
    assert IDENTITY not in draft.text and draft.text.count("×") == 2 * len(IDENTITY)
    assert document.findings.get(pk=finding.pk).state == "masked"
    assert not any(IDENTITY in str(entry.new) for entry in AuditEntry.objects.all())
    submit(document, by=cast.clerk)


def test_a_passage_in_a_workbook_is_masked_in_a_new_file(cast: Cast) -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, ["姓名", "证件"])
        page.write_row(1, 0, ["示例某", IDENTITY])
    document = a_draft(cast)
    attach(document, [check_upload("名单.xlsx", out.getvalue())], by=cast.clerk)
    for finding in document.findings.filter(state="open", message__contains="身份证"):
        mask(finding, by=cast.clerk)
    document.refresh_from_db()
    (kept,) = draft_of(document).attachments
    file = PublishedFile.objects.get(pk=kept["file"])
    assert IDENTITY not in file.text and "■" in file.text
    with zipfile.ZipFile(io.BytesIO(content(file))) as book_now:
        assert not any(IDENTITY.encode() in book_now.read(name) for name in book_now.namelist())


def test_an_answer_is_words_and_a_short_one_is_refused(client: Client, cast: Cast) -> None:
    document = a_draft(cast, text=f"<p>{IDENTITY}</p>")
    finding = document.findings.get(state="open")
    address = f"/office/documents/{document.pk}/findings/{finding.pk}/"
    client = signed_in(client, cast.clerk)
    assert client.post(address, {"words": "可"}).status_code == 422
    assert client.post(address, {"words": "编造的号码，用作填表样例"}).status_code == 302
    finding.refresh_from_db()
    assert finding.state == "answered" and finding.settled_by == cast.clerk


# --- review ------------------------------------------------------------------------------------


def test_the_page_of_a_step_shows_what_is_reviewed_and_takes_the_conclusion(
    client: Client, cast: Cast
) -> None:
    document = a_draft(cast)
    submit(document, by=cast.clerk)
    review(document, by=cast.reviewer, approve=True)
    page = signed_in(client, cast.secrecy).get(f"/office/documents/{document.pk}/review/")
    state = due_step(document)
    assert state is not None and state.seen_sha256 in page.content.decode()
    given = {"step": "secrecy", "sha256": state.seen_sha256, "approve": "1"}
    address = f"/office/documents/{document.pk}/review/"
    assert client.post(address, given).status_code == 422
    kept = given | {"conclusion": "withheld", "ground": "", "opinion": "内部事务"}
    assert client.post(address, kept).status_code == 422
    assert client.post(address, given | {"conclusion": "public"}).status_code == 302
    now = due_step(document)
    assert now is not None and now.task.specific.step == Step.SIGN


def test_who_wrote_is_told_in_words_that_he_does_not_review(client: Client, cast: Cast) -> None:
    document = a_draft(cast)
    grant_role(cast.clerk, cast.body, Role.REVIEWER, by=None)
    submit(document, by=cast.clerk)
    client = signed_in(client, cast.clerk)
    address = f"/office/documents/{document.pk}/review/"
    assert "不能自己审查" in client.get(address).content.decode()
    assert client.post(address, {"approve": "1", "step": "section"}).status_code in (403, 422)
    state = due_step(document)
    assert state is not None and state.task.specific.step == Step.SECTION


def test_what_changed_meanwhile_is_not_passed_unseen(client: Client, cast: Cast) -> None:
    document = a_draft(cast)
    submit(document, by=cast.clerk)
    client = signed_in(client, cast.reviewer)
    page = client.post(
        f"/office/documents/{document.pk}/review/",
        {"approve": "1", "step": "section", "sha256": "0" * 64},
    )
    assert page.status_code == 422 and "最新" in page.content.decode()
    # Another took the step, or the draft was taken back: what was written can be copied.
    review(document, by=cast.reviewer, approve=True)
    address = f"/office/documents/{document.pk}/review/"
    late = {"approve": "1", "step": "section", "sha256": "0" * 64, "opinion": "附件名单已核对"}
    shown = client.post(address, late)
    assert shown.status_code == 422 and "附件名单已核对" in shown.content.decode()
    take_back(document, by=cast.clerk)
    shown = client.post(address, late)
    assert shown.status_code == 422 and "附件名单已核对" in shown.content.decode()


def test_money_is_read_by_finance_too(cast: Cast) -> None:
    save_settings(cast.body, {"steps": []}, by=cast.head)
    assert steps_for(cast.body, shows_money=True) == ["secrecy", "sign"]
    save_settings(cast.body, {"steps": ["finance"]}, by=cast.head)
    assert steps_for(cast.body, shows_money=True) == ["secrecy", "finance", "sign"]
    assert steps_for(cast.body, shows_money=False) == ["secrecy", "sign"]


def test_what_is_urgent_is_reviewed_first_and_by_its_section_afterwards(cast: Cast) -> None:
    document = a_draft(cast)
    save_draft(document, {"urgent_reason": "突发传染病疫情"}, by=cast.clerk)
    submit(document, by=cast.clerk)
    with pytest.raises(Refused):
        publish(document, by=cast.clerk)
    review(document, by=cast.secrecy, approve=True, conclusion="public")
    review(document, by=cast.leader, approve=True)
    publish(document, by=cast.clerk)
    document.refresh_from_db()
    assert document.live and document.urgent_reason == "" and urgent_waiting().get() == document
    logged = AuditEntry.objects.get(action="发布")
    assert logged.new is not None and logged.new["紧急"] == "突发传染病疫情"
    grant_role(cast.clerk, cast.body, Role.REVIEWER, by=None)
    with pytest.raises(PermissionDenied):
        check_afterwards(document, "fine", "无误", by=cast.clerk)
    check_afterwards(document, "fine", "内容无误", by=cast.reviewer)
    assert not urgent_waiting().exists()
    with pytest.raises(Refused):
        check_afterwards(document, "fine", "再来一次", by=cast.reviewer)


# --- letting out -------------------------------------------------------------------------------


def test_a_time_is_kept_until_it_comes_and_a_change_takes_it_back(cast: Cast) -> None:
    document = passed(cast, a_draft(cast))
    at = timezone.now() + timedelta(hours=1)
    schedule(document, at, by=cast.clerk)
    assert publish_due() == 0
    save_draft(document, {"title": "改过的标题"}, by=cast.clerk)
    assert publish_due(at + timedelta(hours=1)) == 0
    document = passed(cast, document)
    schedule(document, at, by=cast.clerk)
    assert publish_due(at + timedelta(hours=1)) == 1 and publish_due(at) == 0
    document.refresh_from_db()
    assert document.live and document.title == "改过的标题"


def test_a_later_release_at_a_time_says_what_is_different(cast: Cast) -> None:
    document = published(cast)
    save_draft(document, {"title": "更新后的通知"}, by=cast.clerk)
    document = passed(cast, document)
    at = timezone.now() + timedelta(hours=1)
    with pytest.raises(Refused, match="更正"):
        schedule(document, at, by=cast.clerk)
    schedule(document, at, by=cast.clerk, note="更新门诊名单")
    publish_due(at)
    assert document.releases.get(number=2).note == "更新门诊名单"


# --- looking again -----------------------------------------------------------------------------


def test_what_is_withheld_has_a_day_to_be_looked_at_again(cast: Cast) -> None:
    document = passed(cast, a_draft(cast), conclusion="withheld")
    assert document.re_evaluate_on is not None and document.re_evaluate_on > date.today()
    with pytest.raises(Refused, match="理由"):
        evaluate(document, "keep", " ", by=cast.clerk)
    done = evaluate(document, "keep", "情形没有变化", by=cast.clerk)
    assert done.next_on is not None and done.next_on > date.today()


def test_what_may_be_published_now_takes_the_whole_review_from_today(cast: Cast) -> None:
    document = passed(
        cast,
        a_draft(
            cast,
            attribute="withheld",
            withheld_ground="deny_internal_affairs",
            withheld_reason="内部工作安排",
        ),
    )
    evaluate(document, "open", "工作已经结束", by=cast.secrecy)
    document.refresh_from_db()
    draft = draft_of(document)
    assert (document.state, draft.attribute, draft.withheld_ground) == ("draft", "public", "")
    assert document.changed_on == timezone.localdate() and document.due_on is not None
    with pytest.raises(Refused):
        publish(document, by=cast.clerk)


def test_a_column_is_due_two_weeks_or_six_months_after_its_newest(cast: Cast) -> None:
    at = timezone.make_aware(datetime(2026, 3, 2, 9))
    for update, due in (("news", date(2026, 3, 16)), ("notice", date(2026, 9, 2))):
        cast.column.update, cast.column.newest_at = update, at
        found = duties.of_column(cast.column, date(2026, 3, 3))
        assert found is not None and found.due_on == due and found.colour == "green"
        late = duties.of_column(cast.column, due + timedelta(1))
        assert late is not None and late.colour == "overdue"
        near = duties.of_column(cast.column, due)
        assert near is not None and near.colour == "due_today"
    cast.column.update = "sometimes"
    assert duties.of_column(cast.column, date(2026, 3, 3)) is None


def test_each_reminder_is_given_once(cast: Cast, mailoutbox: list[Any], settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    for user in (cast.clerk, cast.head):
        user.email = f"{user.username}@example.org"
        user.save()
    a_draft(cast)
    first, again = remind(), remind()
    assert first.reminded["overdue"] == 1 and first.mails == 1 == len(mailoutbox)
    assert sum(again.reminded.values()) == 0 and again.mails == 0
    assert mailoutbox[0].to == [cast.head.email]


# --- settings and columns ----------------------------------------------------------------------


def test_settings_are_kept_by_the_head_and_noted(cast: Cast) -> None:
    with pytest.raises(PermissionDenied):
        save_settings(cast.body, {"steps": []}, by=cast.clerk)
    save_settings(cast.body, {"own_words": {"卫计委": "卫生健康委员会"}}, by=cast.head)
    assert AuditEntry.objects.filter(action="修改主动公开设置").count() == 1


def test_a_column_is_made_changed_and_only_removed_while_nothing_was_in_it(cast: Cast) -> None:
    facts = {"key": "topic", "name": "健康科普", "block": "topic", "description": "科普文章"}
    column = save_column(cast.body, facts, by=cast.head)
    with pytest.raises(Refused, match="网址标识"):
        save_column(cast.body, facts, by=cast.head)
    with pytest.raises(Refused, match="上级"):
        save_column(cast.body, {"parent": column}, by=cast.head, column=column)
    with pytest.raises(PermissionDenied):
        save_column(cast.body, {"name": "改"}, by=cast.clerk, column=column)
    remove_column(column, by=cast.head)
    a_draft(cast)
    with pytest.raises(Refused, match="关闭日期"):
        remove_column(cast.column, by=cast.head)
    assert Column.objects.get() == cast.column and not PublishedFile.objects.exists()
