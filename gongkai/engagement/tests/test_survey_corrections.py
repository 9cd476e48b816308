"""更正征集结果: with a reason, by two persons, what was public before stays to be read."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from gongkai.base.models import AuditEntry
from gongkai.base.refusal import Overtaken, Refused
from gongkai.engagement.actions import corrections, surveys
from gongkai.engagement.models import Survey, SurveyCorrection
from gongkai.engagement.tests.cast import Cast
from gongkai.engagement.tests.test_surveys import over, running, said

WRONG, RIGHT = "采纳意见 12 条。", "采纳意见 21 条。"
REASON = "采纳的条数写颠倒了"


def told(cast: Cast) -> Survey:
    survey = running(cast)
    surveys.answer_survey(survey, "b" * 32, said(survey, 0, [0], 5, ""))
    survey = over(survey)
    surveys.draft_outcome(survey, WRONG, by=cast.clerk)
    surveys.publish_outcome(survey, by=cast.reviewer)
    return Survey.objects.get(pk=survey.pk)


def test_a_slip_is_mended_by_two_persons_and_shown_as_corrected(cast: Cast) -> None:
    survey, visitor = told(cast), Client()
    page = reverse("survey", args=[survey.pk])
    corrections.draft_correction(survey, RIGHT, REASON, by=cast.head)
    before = visitor.get(page).content.decode()
    assert WRONG in before and RIGHT not in before and "更正" not in before
    with pytest.raises(Refused, match="两人"):
        corrections.publish_correction(survey, by=cast.head)
    with pytest.raises(PermissionDenied):
        corrections.publish_correction(survey, by=cast.clerk)
    corrections.publish_correction(survey, by=cast.reviewer)
    after = visitor.get(page).content.decode()
    assert after.index(RIGHT) < after.index(REASON) < after.index(WRONG)
    assert "结果公布后更正过" in after and "1</strong> 人次参加" in after
    entry = AuditEntry.objects.get(action="更正征集结果")
    assert entry.old == {"结果和采纳情况": WRONG}
    assert entry.new == {"结果和采纳情况": RIGHT, "更正说明": REASON}
    assert page in visitor.get("/search/?q=采纳意见 21 条").content.decode()
    feed = visitor.get(reverse("engagement-feed")).content.decode()
    corrected = SurveyCorrection.objects.get()
    assert corrected.published_at is not None
    assert f"<updated>{corrected.published_at:%Y-%m-%dT%H}" in feed
    # A second one corrects what stands now.
    corrections.draft_correction(survey, "采纳意见 22 条。", "漏了一条", by=cast.clerk)
    assert SurveyCorrection.objects.get(published_at=None).before == RIGHT
    for change in (
        lambda: SurveyCorrection.objects.filter(pk=corrected.pk).update(reason="另一个说法"),
        lambda: corrected.delete(),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()


@pytest.mark.parametrize(
    ("outcome", "reason", "said"),
    [
        (WRONG, REASON, "和已经公布的内容相同"),
        (RIGHT, " ", "更正说明"),
        ("采纳王某13800000000的意见", REASON, "个人信息"),
        (RIGHT, "删去电话13800000000", "个人信息"),
    ],
)
def test_what_is_no_correction_is_refused(cast: Cast, outcome: str, reason: str, said: str) -> None:
    survey = told(cast)
    with pytest.raises(Refused, match=said):
        corrections.draft_correction(survey, outcome, reason, by=cast.clerk)
    assert not SurveyCorrection.objects.exists()


def test_only_published_results_are_corrected_and_a_correction_may_be_given_up(cast: Cast) -> None:
    survey = over(running(cast))
    with pytest.raises(Refused, match="还没有公布"):
        corrections.draft_correction(survey, RIGHT, REASON, by=cast.clerk)
    survey = told(cast)
    for deed in (corrections.publish_correction, corrections.drop_correction):
        with pytest.raises(Refused, match="没有等待审核"):
            deed(survey, by=cast.reviewer)
    corrections.draft_correction(survey, RIGHT, REASON, by=cast.clerk, seen=survey.version)
    with pytest.raises(Overtaken):
        corrections.draft_correction(survey, RIGHT, REASON, by=cast.head, seen=survey.version)
    corrections.drop_correction(survey, by=cast.reviewer)
    assert not SurveyCorrection.objects.exists()
    assert AuditEntry.objects.get(action="放弃征集结果的更正").old == {
        "结果和采纳情况": RIGHT,
        "更正说明": REASON,
    }


def test_the_office_corrects_on_its_pages(cast: Cast, client: Client) -> None:
    survey = told(cast)
    page, correct = (reverse(n, args=[survey.pk]) for n in ("desk-survey", "desk-survey-correct"))
    client.force_login(cast.reviewer)
    assert client.get(correct).status_code == 404
    client.force_login(cast.clerk)
    assert correct in client.get(page).content.decode()
    form = client.get(correct)
    sent = {"outcome": RIGHT, "reason": "", "seen": form.context["seen"]}
    missing = client.post(correct, sent)
    assert missing.status_code == 422 and "请写明更正说明" in missing.content.decode()
    assert client.post(correct, sent | {"reason": REASON}).status_code == 302
    assert "审核通过并公布更正" not in client.get(page).content.decode()
    client.force_login(cast.reviewer)
    assert "结果的更正等待审核公布" in client.get("/office/").content.decode()
    shown = client.get(page)
    assert RIGHT in shown.content.decode()
    deed = reverse("desk-survey-deed", args=[survey.pk, "let-correction-out"])
    assert client.post(deed, {"seen": shown.context["survey"].version}).status_code == 302
    assert "更正前的内容" in client.get(page).content.decode()
