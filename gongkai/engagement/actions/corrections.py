"""A slip in published results: told anew by one, let out by another, shown as corrected."""

from __future__ import annotations

from django.utils import timezone

from gongkai.base import search
from gongkai.base.refusal import Refused
from gongkai.documents.personal import personal_data
from gongkai.engagement import clock
from gongkai.engagement.actions.core import By
from gongkai.engagement.actions.surveys import note, on_survey
from gongkai.engagement.index import survey_entry
from gongkai.engagement.models import Survey, SurveyCorrection
from gongkai.engagement.roles import CLERKS, REVIEWERS
from gongkai.engagement.surveys import Standing, standing

NOTHING = "没有等待审核的更正。"


def draft_correction(
    survey: Survey, outcome: str, reason: str, *, by: By, seen: int | None = None
) -> SurveyCorrection:
    """What the outcome should have said, and why; what is public stays until it is let out."""
    outcome, reason = outcome.strip(), reason.strip()
    with on_survey(survey, by=by, roles=CLERKS, seen=seen) as survey:
        if standing(survey, clock.today()) is not Standing.RESULTS:
            raise Refused("结果还没有公布，不用更正。")
        if not outcome or not reason:
            raise Refused("请写明更正后的内容和更正说明。")
        if outcome == survey.told:
            raise Refused("和已经公布的内容相同，没有要更正的。")
        if found := {one.kind for text in (outcome, reason) for one in personal_data(text)}:
            raise Refused(f"文字中还有个人信息：{'、'.join(sorted(found))}。请删去后再提交。")
        was = survey.corrections.filter(published_at=None).first()
        correction, _ = SurveyCorrection.objects.update_or_create(
            survey=survey,
            published_at=None,
            defaults={
                "before": survey.told,
                "outcome": outcome,
                "reason": reason,
                "drafted_by": by,
            },
        )
        note(
            survey,
            "整理征集结果的更正",
            by=by,
            old={"结果和采纳情况": was.outcome, "更正说明": was.reason} if was else None,
            结果和采纳情况=outcome,
            更正说明=reason,
        )
    return correction


def publish_correction(survey: Survey, *, by: By, seen: int | None = None) -> SurveyCorrection:
    """A second person lets it out: the page tells the new words, the old ones and the reason."""
    with on_survey(survey, by=by, roles=REVIEWERS, seen=seen) as survey:
        correction = _waiting(survey)
        if by is not None and correction.drafted_by_id == by.pk:
            raise Refused("更正由两人完成：这份更正是您整理的，请由另一位审核公布。")
        correction.published_at, correction.published_by = timezone.now(), by  # type: ignore[assignment]
        correction.save()
        note(
            survey,
            "更正征集结果",
            by=by,
            old={"结果和采纳情况": correction.before},
            结果和采纳情况=correction.outcome,
            更正说明=correction.reason,
        )
        search.put(survey_entry(survey))
    return correction


def drop_correction(survey: Survey, *, by: By, seen: int | None = None) -> None:
    """What is public was right after all, or the words of the correction were not."""
    with on_survey(survey, by=by, roles=(*CLERKS, *REVIEWERS), seen=seen) as survey:
        correction = _waiting(survey)
        note(
            survey,
            "放弃征集结果的更正",
            by=by,
            old={"结果和采纳情况": correction.outcome, "更正说明": correction.reason},
        )
        correction.delete()


def _waiting(survey: Survey) -> SurveyCorrection:
    correction = survey.corrections.filter(published_at=None).first()
    if correction is None or survey.withdrawn_at:
        raise Refused(NOTHING)
    return correction
