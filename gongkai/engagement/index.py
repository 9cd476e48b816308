"""What the search of the site knows of public letters and surveys."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils import timezone

from gongkai.base.search import Entry
from gongkai.engagement.models import PublishedLetter, Survey
from gongkai.engagement.queries import public_letters, public_surveys

LETTER, SURVEY = "citizen_letter", "survey"


def letter_entry(public: PublishedLetter) -> Entry:
    """A letter in its public words, with the reply."""
    mailbox = public.letter.mailbox
    return Entry(
        kind=LETTER,
        object_id=public.pk,
        title=public.title,
        text=f"{public.question}\n{public.answer}",
        url=reverse("published-letter", args=[public.pk]),
        body_id=mailbox.body_id,
        on=timezone.localdate(public.published_at) if public.published_at else None,
        heading=mailbox.name,
    )


def survey_entry(survey: Survey) -> Entry:
    """A survey with its material and, once they are out, its results."""
    return Entry(
        kind=SURVEY,
        object_id=survey.pk,
        title=survey.title,
        text="\n".join(
            p for p in (survey.intro, survey.draft, survey.results_at and survey.told) if p
        ),
        url=reverse("survey", args=[survey.pk]),
        body_id=survey.body_id,
        on=timezone.localdate(survey.published_at) if survey.published_at else None,
        heading=survey.get_kind_display(),
    )


def everything() -> Iterator[Entry]:
    """Every public letter and survey, for a new start of the index."""
    for public in public_letters().iterator(chunk_size=500):
        yield letter_entry(public)
    for survey in public_surveys().iterator(chunk_size=500):
        yield survey_entry(survey)
