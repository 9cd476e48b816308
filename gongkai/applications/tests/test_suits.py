"""Until when the applicant may sue after a reconsideration: on the desk and on his own page."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from gongkai.applications import clock
from gongkai.applications.actions import disputes
from gongkai.applications.models import Application, Dispute
from gongkai.applications.suits import suit_after
from gongkai.applications.tests.cast import Cast, an_application
from gongkai.applications.tests.paper_way import a_letter, sent
from gongkai.documents.blocks import chinese_date


def a_review(cast: Cast, accepted: date, case: Application | None = None) -> Dispute:
    return disputes.register_dispute(
        cast.body,
        kind="reconsideration",
        institution="示例县人民政府",
        case_number="示政复〔2026〕9号",
        accepted_on=accepted,
        application=case,
        by=cast.legal,
    )


def desk_page(cast: Cast, review: Dispute) -> str:
    client = Client()
    client.force_login(cast.legal)
    return client.get(reverse("desk-dispute", args=[review.pk])).content.decode()


def test_the_desk_says_until_when_a_suit_may_follow_told_or_not(cast: Cast) -> None:
    """行政诉讼法 Art 45; 法释〔2018〕1号 Art 64. 21 May and 4 June 2026 are working days."""
    review = a_review(cast, date(2026, 4, 1))
    review = disputes.end_dispute(review, outcome="upheld", on=date(2026, 5, 20), by=cast.head)
    page = desk_page(cast, review)
    assert "申请人起诉的最后一天" in page and "2026年6月4日" in page
    assert "没有告知起诉期限的，从知道之日起算，最迟预计2027年5月20日" in page
    assert "《行政诉讼法》第四十五条" in page
    disputes.register_dispute(
        cast.body,
        kind="suit_after_review",
        institution="示例县人民法院",
        accepted_on=date(2026, 6, 1),
        follows=review,
        by=cast.legal,
    )
    assert suit_after(review) is None and "申请人起诉的最后一天" not in desk_page(cast, review)


def test_a_review_that_is_not_decided_in_time_opens_the_court(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    review = a_review(cast, date(2026, 4, 1))  # due on 1 June 2026
    monkeypatch.setattr(clock, "today", lambda: date(2026, 6, 1))
    assert suit_after(review) is None
    monkeypatch.setattr(clock, "today", lambda: date(2026, 6, 2))
    found = suit_after(review)
    assert found and (found.silent, found.day, found.latest) == (True, date(2026, 6, 16), None)
    assert "复议机关到期没有作出决定" in desk_page(cast, review)


def test_the_desk_sees_whether_a_review_came_in_time_told_or_not(cast: Cast) -> None:
    """行政复议法 Art 20(1) and (3)."""
    case = an_application(cast.body, on=date(2026, 3, 2)).case
    case.items.update(decision="granted", letter="L14")
    sent(a_letter(case, "L14", cast), cast, on=date(2026, 3, 9))
    page = desk_page(cast, a_review(cast, date(2026, 4, 1), case))
    assert "对答复申请复议的最后一天</dt><dd>2026年5月8日" in page
    assert "最迟预计2027年3月9日" in page


def test_the_applicant_reads_his_last_day_while_it_lasts(cast: Cast, client: Client) -> None:
    day = clock.today()
    filed = an_application(cast.body, on=day - timedelta(days=40))
    review = a_review(cast, day - timedelta(days=30), filed.case)
    client.post("/track/", {"number": filed.case.number, "code": filed.code})
    assert "行政复议已经审结" not in client.get("/track/case/").content.decode()
    disputes.end_dispute(review, outcome="upheld", on=day - timedelta(days=3), by=cast.head)
    page = client.get("/track/case/").content.decode()
    found = suit_after(Dispute.objects.get())
    assert found is not None and "行政复议已经审结" in page
    assert chinese_date(found.day) in page and "收到决定书的次日起15日内向示例县人民法院" in page
    Dispute.objects.update(ended_on=day - timedelta(days=29))
    assert "行政复议已经审结" in client.get("/track/case/").content.decode()
    Dispute.objects.update(ended_on=day - timedelta(days=400))
    assert "行政复议已经审结" not in client.get("/track/case/").content.decode()
