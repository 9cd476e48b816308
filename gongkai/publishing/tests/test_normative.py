"""立改废: legality before review, validity and counts as a day-by-day replay has them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from gongkai.base.refusal import Overtaken, Refused
from gongkai.bodies.actions import grant_role
from gongkai.bodies.models import Role
from gongkai.law.calendar import national
from gongkai.law.parameters import rule
from gongkai.publishing import duties, validity
from gongkai.publishing.actions import cleanup, normative
from gongkai.publishing.actions.drafts import save_draft
from gongkai.publishing.actions.publish import publish, withdraw
from gongkai.publishing.actions.remind import remind
from gongkai.publishing.actions.review import submit
from gongkai.publishing.content import draft_of
from gongkai.publishing.desk.forms import ChangeForm
from gongkai.publishing.desk.register_todo import register_todo
from gongkai.publishing.interpretation import unexplained
from gongkai.publishing.models import Change, Document, ExpiryNotice
from gongkai.publishing.normative_register import Counts, normative_counts
from gongkai.publishing.templatetags import publishing_desk
from gongkai.publishing.tests.cast import Cast, a_draft, passed, published

Validity = Document.Validity
TODAY = timezone.localdate()


@pytest.fixture
def lawyer(cast: Cast) -> User:
    return cast.legal


FACTS: dict[str, Any] = {
    "title": "示例县预防接种管理办法",
    "is_normative": True,
    "genre": "measures",
    "summary": "规定预防接种门诊的设置和管理。",
    "effective_on": date(2024, 1, 1),
    "expires_on": date(2099, 12, 31),
}


def measures(cast: Cast, lawyer: User, **more: Any) -> Document:
    """A normative document that the public sees."""
    document = a_draft(cast, **(FACTS | more))
    normative.review_legality(document, "lawful", "符合上位法规定。", by=lawyer)
    publish(passed(cast, document), by=cast.clerk)
    return Document.objects.get(pk=document.pk)


def test_a_normative_document_is_not_submitted_without_its_legality_review(
    cast: Cast, lawyer: User
) -> None:
    document = a_draft(cast, **FACTS)
    with pytest.raises(Refused, match="合法性审核"):
        submit(document, by=cast.clerk)
    normative.review_legality(document, "change", "第三条超越职权。", by=lawyer)
    with pytest.raises(Refused, match="应当修改"):
        submit(document, by=cast.clerk)
    normative.review_legality(document, "lawful", "符合上位法规定。", by=lawyer)
    save_draft(document, {"text": "<p>改过的条文。</p>"}, by=cast.clerk)
    with pytest.raises(Refused, match="重新审核"):
        submit(document, by=cast.clerk)
    normative.review_legality(document, "lawful", "修改后符合规定。", by=lawyer)
    save_draft(document, {"keywords": "接种"}, by=cast.clerk)
    assert submit(document, by=cast.clerk)


def test_the_legality_review_is_by_its_person_on_what_he_saw(cast: Cast, lawyer: User) -> None:
    document = a_draft(cast, is_normative=True)
    for stranger in (cast.clerk, cast.stranger):
        with pytest.raises(PermissionDenied):
            normative.review_legality(document, "lawful", "同意。", by=stranger)
    with pytest.raises(Overtaken):
        normative.review_legality(document, "lawful", "同意。", by=lawyer, sha256="old")
    with pytest.raises(Refused, match="意见"):
        normative.review_legality(document, "lawful", " ", by=lawyer)
    grant_role(lawyer, cast.body, Role.CLERK, by=None)
    save_draft(document, {"text": "<p>由审核人改写。</p>"}, by=lawyer)
    with pytest.raises(PermissionDenied, match="起草"):
        normative.review_legality(document, "lawful", "同意。", by=lawyer)


def test_a_register_number_is_given_once(cast: Cast, lawyer: User) -> None:
    first = measures(cast, lawyer)
    normative.enter(first, {"register_number": "SLWJ-2026-01", "basis": "条例"}, by=cast.clerk)
    second = measures(cast, lawyer, title="另一个办法")
    with pytest.raises(Refused, match="已经用于"):
        normative.enter(second, {"register_number": "SLWJ-2026-01"}, by=cast.clerk)
    with pytest.raises(Refused, match="没有标为"):
        normative.enter(a_draft(cast), {"basis": "无"}, by=cast.clerk)


def test_a_cleanup_ends_what_it_repeals_when_its_result_is_published(
    cast: Cast, lawyer: User
) -> None:
    documents = [measures(cast, lawyer, title=f"办法之{n}") for n in "甲乙丙丁"]
    a_draft(cast, title="没有公开的办法", is_normative=True)
    round_ = cleanup.start_cleanup(cast.body, "2026年清理", by=cast.clerk)
    assert round_.items.count() == 4
    with pytest.raises(Refused, match="没有完成"):
        cleanup.start_cleanup(cast.body, "又一次", by=cast.clerk)
    items = {item.document_id: item for item in round_.items.all()}
    with pytest.raises(Refused, match="理由"):
        cleanup.judge(items[documents[0].pk], "repeal", "", by=cast.clerk)
    for document, verdict in zip(documents, ("keep", "amend", "repeal", "lapse"), strict=True):
        with pytest.raises(Refused, match="没有提出"):
            cleanup.finish_cleanup(round_, cast.column, by=cast.clerk)
        cleanup.judge(items[document.pk], verdict, "依据已经改变", by=cast.clerk)
    result = cleanup.finish_cleanup(round_, cast.column, by=cast.clerk)
    assert [Document.objects.get(pk=d.pk).validity for d in documents] == ["valid"] * 4
    publish(passed(cast, result), by=cast.clerk)
    now = [Document.objects.get(pk=d.pk).validity for d in documents]
    assert now == ["valid", "valid", "repealed", "expired"]
    assert documents[2].changes_undergone.get().by_id == result.pk
    with pytest.raises(Refused, match="不能再改"):
        cleanup.judge(items[documents[0].pk], "repeal", "改主意", by=cast.clerk)


def test_a_cleanup_publishes_no_verdict_on_what_ended_meanwhile(cast: Cast, lawyer: User) -> None:
    """“继续有效” of a repealed document would be a false announcement."""
    first, second = (measures(cast, lawyer, title=f"办法之{n}") for n in "甲乙")
    round_ = cleanup.start_cleanup(cast.body, "2026年清理", by=cast.clerk)
    for item in round_.items.all():
        cleanup.judge(item, "keep", "", by=cast.clerk)
    change = {"document": first.pk, "does": "repeals", "on": "2026-03-05"}
    published(cast, title="关于废止的通知", doc_number="示卫发〔2026〕9号", changes=[change])
    with pytest.raises(Refused, match="办法之甲"):
        cleanup.finish_cleanup(round_, cast.column, by=cast.clerk)
    item = round_.items.get(document=first)
    cleanup.judge(item, "repeal", "已经由另一文件废止。", by=cast.clerk)
    result = cleanup.finish_cleanup(round_, cast.column, by=cast.clerk)
    assert "办法之甲（清理期间已经停止执行）" in result.text and second.title in result.text
    assert result.changes == []


def test_the_daily_run_moves_validity_and_warns_once(cast: Cast, lawyer: User) -> None:
    today = validity.timezone.localdate()
    near = measures(cast, lawyer, expires_on=today + timedelta(days=40))
    past = measures(cast, lawyer, title="到期的办法", expires_on=today + timedelta(days=1))
    moved, notices = normative.daily(today)
    assert (moved, notices) == (0, 2)
    assert normative.daily(today) == (0, 0)
    moved, _ = normative.daily(today + timedelta(days=2))
    assert moved == 1
    past.refresh_from_db()
    assert past.validity == "expired"
    assert normative.daily(today + timedelta(days=15))[1] == 1
    assert "▲</span> <strong>临近期满</strong>" in publishing_desk.runs_out(near)
    for left, colour in ((181, None), (111, "green"), (90, "yellow"), (30, "red"), (-1, None)):
        found = duties.expiry_near(today + timedelta(days=left), today)
        assert (found and found[0]) == colour, left
    steps = ExpiryNotice.objects.filter(document=near).values_list("days", flat=True)
    assert set(steps) == {90, 30}
    call_command("refresh_validity")
    past.refresh_from_db()
    assert past.validity == "valid"


# --- replay -----------------------------------------------------------------------------------

START = date(2025, 1, 1)
DAY = st.integers(0, 40).map(lambda n: START + timedelta(days=n))
CHANGES = st.lists(st.tuples(st.sampled_from(Change.Does.values), DAY), max_size=4)


def replay(
    until: date, effective: date | None, expires: date | None, changes: list[tuple[str, date]]
) -> str:
    """Day by day from long before, with a state that each day's happenings move."""
    repealed = lapsed = amended = False
    state = ""
    day = START - timedelta(days=1)
    while day <= until:
        for does, on in changes:
            if on == day:
                repealed |= does == "repeals"
                lapsed |= does == "lapses"
                amended |= does == "amends"
        if expires is not None and day == expires + timedelta(days=1):
            lapsed = True
        begun = effective is None or day >= effective
        if repealed:
            state = "repealed"
        elif lapsed:
            state = "expired"
        elif not begun:
            state = "not_yet"
        else:
            state = "amended" if amended else "valid"
        day += timedelta(days=1)
    return state


@given(DAY, st.none() | DAY, st.none() | DAY, CHANGES)
def test_validity_on_any_day_is_that_of_a_replay(
    day: date, effective: date | None, expires: date | None, changes: list[tuple[str, date]]
) -> None:
    rows = [Change(does=does, on=on) for does, on in changes]
    assert validity.on_day(day, effective, expires, rows) == replay(
        day, effective, expires, changes
    )


def replayed_counts(
    documents: list[tuple[date, date | None, date | None, list[tuple[str, date]]]],
    from_on: date,
    to_on: date,
    on: date,
) -> tuple[int, int, int, int]:
    """制发、废止、现行有效、尚未施行 by walking the days and watching each document."""
    made = ended = 0
    day = START - timedelta(days=1)
    gone: set[int] = set()
    while day <= max(to_on, on):
        for key, (formed, effective, expires, changes) in enumerate(documents):
            if formed > day:
                continue
            if formed == day and from_on <= day <= to_on:
                made += 1
            if key not in gone and replay(day, effective, expires, changes) in (
                "repealed",
                "expired",
            ):
                gone.add(key)
                ended += from_on <= day <= to_on
        day += timedelta(days=1)
    there = [d for d in documents if d[0] <= on]
    then = [replay(on, *d[1:]) for d in there]
    return made, ended, sum(s in ("valid", "amended") for s in then), then.count("not_yet")


DOCUMENTS = st.lists(st.tuples(DAY, st.none() | DAY, st.none() | DAY, CHANGES), max_size=5)


@given(DOCUMENTS, DAY, DAY, DAY)
def test_counts_of_any_period_are_those_of_a_replay(
    documents: Any, from_on: date, to_on: date, on: date
) -> None:
    rows = []
    for formed, effective, expires, changes in documents:
        row = Document(formed_on=formed, effective_on=effective, expires_on=expires)
        row.undergone = [Change(does=does, on=day) for does, day in changes]  # type: ignore[attr-defined]
        rows.append(row)
    from unittest.mock import patch

    with patch("gongkai.publishing.normative_register.normative", return_value=rows):
        counts: Counts = normative_counts(None, from_on, to_on, on)  # type: ignore[arg-type]
    found = tuple(len(getattr(counts, n)) for n in ("made", "ended", "in_force", "not_yet"))
    assert found == replayed_counts(documents, from_on, to_on, on)


def test_what_runs_out_is_told_by_mail_at_each_step_once(
    cast: Cast, lawyer: User, mailoutbox: list[Any]
) -> None:
    for user in (cast.clerk, lawyer):
        user.email = f"{user.username}@example.org"
        user.save()
    soon = timezone.localdate() + timedelta(days=20)
    document = measures(cast, lawyer, expires_on=soon)
    assert (remind().reminded["expire"], remind().reminded["expire"]) == (1, 0)
    told = [mail for mail in mailoutbox if "有效期届满" in mail.body]
    assert {mail.to[0] for mail in told} == {cast.clerk.email, lawyer.email}
    assert all(document.title in mail.body for mail in told)


def test_counts_open_the_public_normative_documents_of_the_body(cast: Cast, lawyer: User) -> None:
    kept = measures(cast, lawyer, formed_on=date(2026, 1, 5))
    old = measures(cast, lawyer, title="旧办法", formed_on=date(2024, 5, 6))
    change = {"document": old.pk, "does": "repeals", "on": "2026-02-01"}
    measures(cast, lawyer, title="新办法", formed_on=date(2026, 2, 1), changes=[change])
    a_draft(cast, is_normative=True, title="草稿")
    year = (date(2026, 1, 1), date(2026, 12, 31), date(2026, 12, 31))
    counts = normative_counts(cast.body, *year)
    assert [d.title for d in counts.made] == [kept.title, "新办法"]
    assert [d.title for d in counts.ended] == ["旧办法"]
    assert len(counts.in_force) == 2
    before = normative_counts(cast.body, date(2025, 1, 1), date(2025, 12, 31), date(2025, 12, 31))
    assert (len(before.made), len(before.ended), len(before.in_force)) == (0, 0, 1)
    assert draft_of(old).title == "旧办法"


def test_a_document_and_its_interpretation_go_together(
    client: Any, cast: Cast, lawyer: User
) -> None:
    """DOMAIN T20 三同步: the office is asked until something public explains it."""
    document = measures(cast, lawyer, genre="notice")
    client.force_login(cast.clerk)
    own = reverse("desk-document", args=[document.pk])
    last = national().add(
        timezone.localdate(), rule("publication.interpretation_days", on=TODAY).value
    )
    page = client.get(own).content.decode()
    assert "还没有解读" in page and f"{last.day}日" in page
    (waits,) = [one for one in register_todo(cast.clerk) if "还没有解读" in one.words]
    assert waits.count == 1 and document.title in client.get(waits.url).content.decode()

    # Drafted beside it: the form knows what it explains, and the document shows its draft.
    new = client.get(reverse("desk-new-document") + f"?interprets={document.pk}").content.decode()
    assert f'value="{document.pk}" selected' in new and f"《{document.title}》政策解读" in new
    reading = a_draft(
        cast, genre="interpretation", interprets=document, title="解读", explains_by="text"
    )
    page = client.get(own).content.decode()
    assert "还没有解读" not in page
    # A draft explains nothing to the public: its last day stays in sight.
    assert "解读还没有公布" in page and f"{last.day}日" in page
    assert unexplained([cast.body], TODAY).count() == 1
    publish(passed(cast, reading), by=cast.clerk)
    assert "解读还没有公布" not in client.get(own).content.decode()
    assert not unexplained([cast.body], TODAY).exists()

    withdraw(reading, "误发", by=cast.head)
    assert unexplained([cast.body], TODAY).exists()
    normative.enter(document, {"no_interpretation": "只调整一处电话。"}, by=cast.clerk)
    assert not unexplained([cast.body], TODAY).exists()
    assert "不单独解读：只调整一处电话。" in client.get(own).content.decode()


def test_a_repeal_without_its_day_is_told_the_day_alone(cast: Cast) -> None:
    """What was filled in is not asked for again."""
    repealed = published(cast)
    said = {"document": repealed.title, "does": "repeals", "on": ""}
    (sentence,) = ChangeForm(said, body=cast.body).non_field_errors()
    assert "填写自哪一天起" in sentence and "作用" not in sentence
