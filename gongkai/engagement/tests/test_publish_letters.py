"""来信选登: only where the writer agreed, de-identified, read by a second person."""

import re

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from gongkai.base.refusal import Refused
from gongkai.engagement.actions import publication
from gongkai.engagement.models import PublishedLetter
from gongkai.engagement.tests.cast import Cast, a_letter, answered, published

QUESTION, ANSWER = "社区门诊周末不开门，什么时候能打疫苗？", "门诊周六上午开诊。"


def test_what_everybody_may_read_is_found_and_holds_nothing_personal(
    cast: Cast, client: Client
) -> None:
    public = published(cast)
    page = client.get(f"/engagement/letters/{public.pk}/").content.decode()
    assert QUESTION in page and ANSWER in page
    assert "周写信" not in page and "13800000000" not in page
    assert public.letter.number not in page
    listed = client.get("/engagement/letters/?q=疫苗").content.decode()
    assert public.title in listed
    assert public.title not in client.get("/engagement/letters/?q=没有的词").content.decode()
    address = f"/engagement/letters/{public.pk}/"
    assert address in client.get("/search/?q=社区门诊").content.decode()


def test_the_words_to_start_from_are_masked(cast: Cast) -> None:
    words = publication.suggested(answered(cast))
    assert "周写信" not in str(words) and "13800000000" not in str(words)


@pytest.mark.parametrize("text", ["我是周写信", "电话13800000000", "邮箱 zhou@example.com"])
def test_words_with_personal_data_are_refused(cast: Cast, text: str) -> None:
    with pytest.raises(Refused, match="个人信息"):
        publication.prepare(answered(cast), "标题", text, ANSWER, by=cast.clerk)


def test_without_the_writers_consent_nothing_becomes_public(cast: Cast) -> None:
    letter = answered(cast, wish_public=False)
    with pytest.raises(Refused, match="不同意公开"):
        publication.prepare(letter, "标题", QUESTION, ANSWER, by=cast.clerk)
    public = PublishedLetter.objects.create(
        letter=letter, title="标题", question=QUESTION, answer=ANSWER, drafted_by=cast.clerk
    )
    with pytest.raises(Refused):
        publication.prepare(a_letter(cast), "标题", QUESTION, ANSWER, by=cast.clerk)
    now = timezone.now()
    with pytest.raises(IntegrityError), transaction.atomic():
        PublishedLetter.objects.filter(pk=public.pk).update(
            published_at=now, reviewed_at=now, reviewed_by=cast.reviewer
        )


def test_nobody_lets_out_what_he_prepared_himself(cast: Cast) -> None:
    public = publication.prepare(answered(cast), "标题", QUESTION, ANSWER, by=cast.head)
    with pytest.raises(Refused, match="两人"):
        publication.review_public(public, approve=True, by=cast.head)
    now = timezone.now()
    with pytest.raises(IntegrityError), transaction.atomic():
        PublishedLetter.objects.update(published_at=now, reviewed_at=now, reviewed_by=cast.head)


def test_public_words_are_changed_only_with_a_new_review(cast: Cast) -> None:
    public = published(cast)
    with pytest.raises(Refused, match="先撤下"):
        publication.prepare(public.letter, "标题", "另外的话", ANSWER, by=cast.clerk)
    with pytest.raises(IntegrityError), transaction.atomic():
        PublishedLetter.objects.update(question="另外的话")


def test_what_was_taken_down_is_gone_and_may_come_back_after_a_review(
    cast: Cast, client: Client
) -> None:
    public = published(cast)
    publication.withdraw(public, "内容有误", by=cast.head)
    assert client.get(f"/engagement/letters/{public.pk}/").status_code == 404
    address = f"/engagement/letters/{public.pk}/"
    assert address not in client.get("/search/?q=社区门诊").content.decode()
    again = publication.prepare(public.letter, "新标题", QUESTION, ANSWER, by=cast.clerk)
    publication.review_public(again, approve=True, by=cast.reviewer)
    assert "新标题" in client.get(f"/engagement/letters/{public.pk}/").content.decode()


def test_a_draft_is_given_back_with_a_reason(cast: Cast) -> None:
    public = publication.prepare(answered(cast), "标题", QUESTION, ANSWER, by=cast.clerk)
    publication.review_public(public, approve=False, opinion="标题太短", by=cast.reviewer)
    public.refresh_from_db()
    assert public.returned == "标题太短" and public.published_at is None


def on_screen(client: Client, address: str, deed: str) -> dict[str, str]:
    """What the page's form for the deed carries unseen."""
    page = client.get(address).content.decode()
    found = re.search(
        rf'name="deed" value="{deed}"><input type="hidden" name="seen" value="(\d+)"', page
    )
    assert found, f"{deed} is not on the page"
    return {"deed": deed, "seen": found[1]}


def test_words_that_were_changed_since_they_were_read_do_not_become_public(
    cast: Cast, client: Client
) -> None:
    letter = answered(cast)
    publication.prepare(letter, "标题", QUESTION, ANSWER, by=cast.clerk)
    address = f"/office/engagement/letters/{letter.pk}/"
    client.force_login(cast.reviewer)
    verdict = on_screen(client, address, "let-out") | {"let-out-approve": "yes"}
    publication.prepare(letter, "标题", "没有人读过的话", ANSWER, by=cast.clerk)
    for late in (verdict, verdict | {"seen": ""}, verdict | {"seen": "9" * 5000}):
        answer = client.post(address, late)
        assert answer.status_code == 422 and "不是最新情况" in answer.content.decode()
        assert not PublishedLetter.objects.filter(published_at__isnull=False).exists()
    # The page of the refusal has the new words and what was typed; the verdict is to be given anew.
    page = client.post(address, verdict | {"let-out-opinion": "再读一遍"}).content.decode()
    assert "没有人读过的话" in page and "再读一遍" in page and "请刷新" not in page
    assert "checked" not in page.split('value="let-out"')[1].split("</form>")[0]
    verdict |= on_screen(client, address, "let-out")
    assert f'name="seen" value="{verdict["seen"]}"' in page
    assert client.post(address, verdict).status_code == 302
    assert PublishedLetter.objects.get().published_at


def test_words_prepared_meanwhile_are_not_overwritten_unseen(cast: Cast, client: Client) -> None:
    letter = answered(cast)
    address = f"/office/engagement/letters/{letter.pk}/"
    client.force_login(cast.head)
    words = {"prepare-title": "我的", "prepare-question": QUESTION, "prepare-answer": ANSWER}
    mine = on_screen(client, address, "prepare") | words
    publication.prepare(letter, "别人的", QUESTION, ANSWER, by=cast.clerk)
    for _ in range(2):
        answer = client.post(address, mine)
        assert answer.status_code == 422 and "我的" in answer.content.decode()
    assert PublishedLetter.objects.get().title == "别人的"


def test_what_became_public_anew_is_not_taken_down_from_an_old_page(
    cast: Cast, client: Client
) -> None:
    public = published(cast)
    address = f"/office/engagement/letters/{public.letter_id}/"
    client.force_login(cast.reviewer)
    old = on_screen(client, address, "withdraw") | {"withdraw-reason": "内容有误"}
    publication.withdraw(public, "内容有误", by=cast.head)
    anew = publication.prepare(public.letter, "改正", QUESTION, ANSWER, by=cast.clerk)
    publication.review_public(anew, approve=True, by=cast.head)
    assert client.post(address, old).status_code == 422
    assert PublishedLetter.objects.get().published_at
