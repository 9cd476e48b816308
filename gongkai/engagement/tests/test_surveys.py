"""征集调查: two persons, open by days, once for each browser, results with what was taken up."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from gongkai.base.models import AuditEntry
from gongkai.base.refusal import Refused
from gongkai.engagement.actions import surveys
from gongkai.engagement.actions.erase_words import due_surveys, erase_survey
from gongkai.engagement.actions.surveys import Asked
from gongkai.engagement.desk.surveys import read_questions, written
from gongkai.engagement.models import Survey, SurveyAnswer, SurveyQuestion
from gongkai.engagement.surveys import Standing, count, standing
from gongkai.engagement.tests.cast import Cast, filled
from gongkai.law.parameters import rule
from gongkai.law.remedies import add_months

QUESTIONS = [
    Asked("single", "您去过哪家门诊？", ["人民路门诊", "城关镇卫生院"]),
    Asked("multiple", "希望周末开哪些服务？", ["预防接种", "儿童体检", "慢病取药"]),
    Asked("scale", "您对服务打几分？"),
    Asked("text", "其他意见", [], False),
]


def a_survey(cast: Cast, *, opens: int = -1, closes: int = 10, **more: Any) -> Survey:
    today = timezone.localdate()
    facts: dict[str, Any] = {
        "kind": "survey",
        "title": "社区门诊周末服务问卷调查",
        "intro": "想听听您的意见。",
        "opens_on": today + timedelta(days=opens),
        "closes_on": today + timedelta(days=closes),
    }
    return surveys.save_survey(
        Survey(body=cast.body, **(facts | more)), list(QUESTIONS), by=cast.clerk
    )


def running(cast: Cast, **more: Any) -> Survey:
    survey = a_survey(cast, **more)
    surveys.publish_survey(survey, by=cast.reviewer)
    survey.refresh_from_db()
    return survey


def over(survey: Survey) -> Survey:
    """The same, a month later."""
    today = timezone.localdate()
    Survey.objects.filter(pk=survey.pk).update(
        opens_on=today - timedelta(days=40), closes_on=today - timedelta(days=1)
    )
    return Survey.objects.get(pk=survey.pk)


def said(survey: Survey, one: int, several: list[int], score: int, words: str) -> dict[int, Any]:
    first, second, third, fourth = survey.questions.all()
    return {first.pk: [one], second.pk: several, third.pk: [score - 1], fourth.pk: words}


def test_a_second_person_publishes_and_then_the_questions_stay(cast: Cast) -> None:
    survey = a_survey(cast)
    for person in (cast.clerk, cast.stranger):
        with pytest.raises(PermissionDenied):
            surveys.publish_survey(survey, by=person)
    own = surveys.save_survey(survey, list(QUESTIONS), by=cast.head)
    with pytest.raises(Refused, match="两人"):
        surveys.publish_survey(own, by=cast.head)
    surveys.publish_survey(own, by=cast.reviewer)
    with pytest.raises(Refused, match="不能再修改"):
        surveys.save_survey(own, QUESTIONS[:1], by=cast.clerk)
    for change in (
        lambda: SurveyQuestion.objects.filter(survey=own).update(label="别的问题"),
        lambda: SurveyQuestion.objects.create(survey=own, kind="text", label="又一题"),
        lambda: own.questions.all().delete(),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()


def test_a_short_consultation_says_why(cast: Cast) -> None:
    days = rule("survey.shortest_days", on=timezone.localdate()).value
    with pytest.raises(Refused, match="期限较短"):
        a_survey(cast, opens=0, closes=days - 2, kind="consultation")
    assert a_survey(cast, opens=0, closes=days - 1, kind="consultation").pk
    assert a_survey(cast, kind="consultation", short_reason="疫情应急需要").pk


@pytest.mark.parametrize(
    "wrong",
    [[], [Asked("single", "只有一个选项", ["甲"])], [Asked("multiple", "重复", ["甲", "甲"])]],
)
def test_questions_that_cannot_be_answered_are_refused(cast: Cast, wrong: list[Asked]) -> None:
    survey = a_survey(cast)
    with pytest.raises(Refused):
        surveys.save_survey(survey, wrong, by=cast.clerk)


def test_a_citizen_takes_part_once(cast: Cast, client: Client) -> None:
    survey = running(cast)
    address = f"/engagement/surveys/{survey.pk}/"
    first, second, third, fourth = (f"q{q.pk}" for q in survey.questions.all())
    answers = {first: "0", second: ["0", "2"], third: "4", fourth: "周日也开"}
    done = client.post(address, filled(client, address, **answers), follow=True)
    assert "谢谢您参加" in done.content.decode()
    assert "已经提交过" in client.get(address).content.decode()
    other = Client()
    assert other.post(address, filled(other, address, **answers)).status_code == 302
    assert SurveyAnswer.objects.count() == 2
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT * FROM "{SurveyAnswer._meta.db_table}"')
        assert "周日也开" not in str(cursor.fetchall())


def test_the_same_browser_answers_once_even_with_two_open_forms(cast: Cast) -> None:
    survey = running(cast)
    assert surveys.answer_survey(survey, "b" * 32, said(survey, 0, [0], 5, ""))
    assert not surveys.answer_survey(survey, "b" * 32, said(survey, 1, [1], 1, ""))
    assert SurveyAnswer.objects.count() == 1


def test_what_is_missing_is_said_and_a_machine_is_kept_out(cast: Cast, client: Client) -> None:
    survey = running(cast)
    address = f"/engagement/surveys/{survey.pk}/"
    missing = client.post(address, filled(client, address))
    assert missing.status_code == 422 and "请回答这道题" in missing.content.decode()
    first, second, third, _ = (f"q{q.pk}" for q in survey.questions.all())
    full = filled(client, address, **{first: "0", second: ["0"], third: "4"})
    assert client.post(address, full | {"answer": "99"}).status_code == 422
    assert client.post(address, full | {first: "7"}).status_code == 422
    assert not SurveyAnswer.objects.exists()


@pytest.mark.parametrize(("opens", "closes"), [(1, 9), (-9, -1)])
def test_nobody_answers_outside_the_days(cast: Cast, opens: int, closes: int) -> None:
    survey = running(cast)
    today = timezone.localdate()
    Survey.objects.filter(pk=survey.pk).update(
        opens_on=today + timedelta(days=opens), closes_on=today + timedelta(days=closes)
    )
    with pytest.raises(Refused, match="期限内"):
        surveys.answer_survey(survey, "b" * 32, said(survey, 0, [0], 5, ""))
    assert Client().post(f"/engagement/surveys/{survey.pk}/", {}).status_code == 422


def test_results_are_counted_and_told_by_two_persons(cast: Cast, client: Client) -> None:
    survey = running(cast)
    for n, one in enumerate(((0, [0, 1], 5), (0, [0], 4), (1, [0], 3))):
        surveys.answer_survey(survey, str(n) * 32, said(survey, *one, "夜间也开"))
    with pytest.raises(Refused, match="截止以后"):
        surveys.draft_outcome(survey, "采纳", by=cast.clerk)
    survey = over(survey)
    with pytest.raises(Refused, match="个人信息"):
        surveys.draft_outcome(survey, "王某13800000000的意见", by=cast.clerk)
    surveys.draft_outcome(survey, "采纳两条：周日也开诊。", by=cast.head)
    with pytest.raises(Refused, match="两人"):
        surveys.publish_outcome(survey, by=cast.head)
    surveys.publish_outcome(survey, by=cast.reviewer)
    survey.refresh_from_db()
    assert standing(survey, timezone.localdate()) is Standing.RESULTS
    counted = survey.results
    assert counted == count(survey) and counted["people"] == 3
    assert [row["count"] for row in counted["questions"][1]["rows"]] == [3, 1, 0]
    assert counted["questions"][0]["rows"][0]["share"] == "66.7%"
    assert counted["questions"][2]["mean"] == "4.00"
    page = client.get(f"/engagement/surveys/{survey.pk}/").content.decode()
    assert "采纳两条" in page and "66.7%" in page and "夜间也开" not in page
    with pytest.raises(IntegrityError), transaction.atomic():
        Survey.objects.update(outcome="别的结果")


def test_answers_are_counted_by_the_database_in_the_same_few_queries(
    cast: Cast, django_assert_num_queries
) -> None:
    survey = running(cast)
    for n in range(4):
        surveys.answer_survey(survey, str(n) * 32, said(survey, n % 2, [0, 2], 5, ""))
    with django_assert_num_queries(4):
        counted = count(survey)
    single, several, score, words = counted["questions"]
    assert [row["count"] for row in single["rows"]] == [2, 2]
    assert [row["count"] for row in several["rows"]] == [4, 0, 4]
    assert (several["answered"], score["mean"], words["answered"]) == (4, "5.00", 0)


def test_what_was_written_is_read_by_pages_and_every_look_is_noted(
    cast: Cast, client: Client
) -> None:
    survey = running(cast)
    for n in range(52):
        words = f"第{n}条意见" if n != 7 else ""
        surveys.answer_survey(survey, f"{n:032d}", said(survey, 0, [0], 5, words))
    text = survey.questions.get(kind="text")
    address = f"/office/engagement/surveys/{survey.pk}/words/{text.pk}/"
    client.force_login(cast.clerk)
    first, second = (client.post(address, {"p": p}).content.decode() for p in (1, 2))
    assert "第0条意见" in first and "第50条意见" in first and "第51条意见" not in first
    assert "第51条意见" in second and 'start="51"' in second
    assert AuditEntry.objects.filter(action="查看征集到的文字意见").count() == 2
    client.force_login(cast.stranger)
    assert client.post(address).status_code == 404
    assert client.get(address).status_code in (403, 404, 405)


def test_the_counts_can_be_taken_along_by_the_office_now_and_by_everybody_later(
    cast: Cast, client: Client
) -> None:
    survey = running(cast)
    surveys.answer_survey(survey, "b" * 32, said(survey, 0, [0], 5, "夜间也开"))
    everybody = f"/engagement/surveys/{survey.pk}/results.csv"
    assert client.get(everybody).status_code == 404
    client.force_login(cast.clerk)
    taken = client.get(f"/office{everybody}").content.decode("utf-8-sig")
    assert "1,您去过哪家门诊？,单选,人民路门诊,1,100.0%" in taken
    survey = over(survey)
    surveys.draft_outcome(survey, "采纳一条。", by=cast.head)
    surveys.publish_outcome(survey, by=cast.reviewer)
    public = Client().get(everybody).content.decode("utf-8-sig")
    assert public == taken and "夜间也开" not in public


@pytest.mark.parametrize("days", [366 + 1, 365 * 40])
def test_a_survey_is_open_for_a_year_at_most(cast: Cast, days: int) -> None:
    with pytest.raises(Refused, match="最长一年"):
        a_survey(cast, opens=0, closes=days)
    with pytest.raises(Refused, match="年之间的日期"):
        a_survey(cast, opens=365 * 40, closes=365 * 40 + 9)


def test_drafts_and_what_was_taken_down_are_not_public(cast: Cast, client: Client) -> None:
    draft = a_survey(cast)
    assert client.get(f"/engagement/surveys/{draft.pk}/").status_code == 404
    surveys.publish_survey(draft, by=cast.reviewer)
    address = f"/engagement/surveys/{draft.pk}/"
    assert address in client.get("/search/?q=周末服务").content.decode()
    assert address in client.get("/engagement/surveys/").content.decode()
    surveys.withdraw_survey(draft, "内容有误", by=cast.head)
    assert client.get(address).status_code == 404
    assert address not in client.get("/search/?q=周末服务").content.decode()


def test_an_outcome_written_meanwhile_is_not_overwritten_unseen(cast: Cast, client: Client) -> None:
    survey = over(running(cast))
    address = f"/office/engagement/surveys/{survey.pk}/tell/"
    client.force_login(cast.clerk)
    mine = {"outcome": "我写的", "seen": survey.version}
    surveys.draft_outcome(survey, "别人写的", by=cast.head)
    page = client.post(address, mine).content.decode()
    assert f'name="seen" value="{survey.version + 1}"' in page
    assert "我写的" in page and "<dd>别人写的</dd>" in page and "请刷新" not in page
    assert client.post(address, mine).status_code == 422
    assert Survey.objects.get().outcome == "别人写的"
    # Long after the day on which it was to be told, nobody is promised that day.
    long_ago = timezone.localdate() - timedelta(days=200)
    Survey.objects.update(opens_on=long_ago, closes_on=long_ago)
    assert "还没有公布，原定" in client.get(reverse("survey", args=[survey.pk])).content.decode()
    desk = client.get(reverse("desk-survey", args=[survey.pk])).content.decode()
    assert "▲ 已过期限" in desk


def test_questions_are_typed_and_read_back_the_same(cast: Cast) -> None:
    survey = a_survey(cast)
    assert read_questions(written(survey)) == QUESTIONS
    for wrong, line in (("甲", "第 1 行"), ("【填写】意见\n甲", "第 2 行")):
        with pytest.raises(ValueError, match=line):
            read_questions(wrong)


def test_the_office_drafts_publishes_and_tells_on_its_pages(cast: Cast, client: Client) -> None:
    today = timezone.localdate()
    client.force_login(cast.clerk)
    sent = client.post(
        "/office/engagement/surveys/new/",
        {
            "kind": "survey",
            "title": "问卷",
            "intro": "说明",
            "opens_on": today.isoformat(),
            "closes_on": (today + timedelta(days=5)).isoformat(),
            "questions": "【单选】去过吗？\n去过\n没有",
        },
    )
    assert sent.status_code == 302
    survey = Survey.objects.get()
    address = f"/office/engagement/surveys/{survey.pk}/"
    assert "审核通过并发布" not in client.get(address).content.decode()
    client.force_login(cast.reviewer)
    assert "审核通过并发布" in client.get(address).content.decode()
    assert client.post(f"{address}publish/", {"seen": survey.version}).status_code == 302
    client.force_login(cast.stranger)
    assert client.get(address).status_code == 404


def test_after_the_term_the_words_are_gone_and_the_choices_still_count(
    cast: Cast, client: Client
) -> None:
    survey = running(cast)
    surveys.answer_survey(survey, "a", said(survey, 0, [0], 5, "我是周写信"))
    survey = over(survey)
    counted = count(survey)
    last = add_months(survey.closes_on, 12 * 5)
    assert due_surveys(on=last - timedelta(days=1)) == []
    assert due_surveys(on=last) == [survey]
    assert erase_survey(survey) and not erase_survey(survey)
    survey.refresh_from_db()
    assert SurveyAnswer.objects.get().words == {} and count(survey) == counted
    assert due_surveys(on=last) == []
    assert AuditEntry.objects.filter(action="清除征集到的文字意见").count() == 1
    client.force_login(cast.clerk)
    page = client.get(reverse("desk-survey", args=[survey.pk])).content.decode()
    assert "已按保存期限清除" in page and "查看填写的文字" not in page
    question = survey.questions.last()
    words = reverse("desk-survey-words", args=[survey.pk, question.pk])
    assert client.post(words).status_code == 404
