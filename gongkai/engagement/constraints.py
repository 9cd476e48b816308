"""What the database itself refuses in this room, whatever the program says.

- a letter becomes public only when its writer agreed and it was answered;
- words that a second person has read are changed only together with a new review (they go when
  the personal data of their letter are erased), and no file joins them afterwards;
- the questions of a published survey, published results and their corrections stay as they are.

Triggers of ``base.guards``.
"""

from __future__ import annotations

from collections.abc import Iterator

from gongkai.base.guards import Guard, changed
from gongkai.engagement.models import (
    CitizenLetter,
    LetterFile,
    LetterReply,
    PublishedLetter,
    Survey,
    SurveyCorrection,
    SurveyQuestion,
)

_LETTER, _REPLY = CitizenLetter._meta.db_table, LetterReply._meta.db_table
_FILE = LetterFile._meta.db_table
_PUBLIC, _SURVEY = PublishedLetter._meta.db_table, Survey._meta.db_table
_QUESTION = SurveyQuestion._meta.db_table
_CORRECTION = SurveyCorrection._meta.db_table


def guards(vendor: str) -> Iterator[Guard]:
    """Every trigger in the words of the database."""
    yield from _of_public_letters(vendor)
    yield from _of_replies(vendor)
    yield from _of_surveys(vendor)


def _of_public_letters(vendor: str) -> Iterator[Guard]:
    agreed = (
        f'EXISTS (SELECT 1 FROM "{_LETTER}" l WHERE l.id = NEW.letter_id AND l.wish_public '
        "AND l.state = 'answered')"
    )
    yield Guard(
        f"{_PUBLIC}_begins_as_draft",
        _PUBLIC,
        "INSERT",
        "NEW.published_at IS NOT NULL OR NEW.reviewed_at IS NOT NULL",
        "a public letter begins as a draft",
    )
    words = " OR ".join(
        changed(name, vendor) for name in ("title", "question", "answer", "drafted_by_id")
    )
    yield Guard(
        f"{_PUBLIC}_reviewed",
        _PUBLIC,
        "UPDATE",
        f"(NEW.published_at IS NOT NULL AND NOT {agreed}) "
        f"OR (({words}) AND NEW.reviewed_at IS NOT NULL)",
        "words become public as they were reviewed, of a writer who agreed",
    )


def _of_replies(vendor: str) -> Iterator[Guard]:
    erased = (
        f"(NEW.text = '' AND EXISTS (SELECT 1 FROM \"{_LETTER}\" l WHERE l.id = NEW.letter_id "
        "AND l.erased_at IS NOT NULL))"
    )
    yield Guard(
        f"{_REPLY}_reviewed",
        _REPLY,
        "UPDATE",
        f"OLD.reviewed_at IS NOT NULL AND (({changed('text', vendor)} AND NOT {erased}) "
        f"OR {changed('approved', vendor)} OR {changed('drafted_by_id', vendor)})",
        "a reviewed reply stays as it is",
    )
    reviewed = (
        f'EXISTS (SELECT 1 FROM "{_REPLY}" r WHERE r.id = NEW.reply_id '
        "AND r.reviewed_at IS NOT NULL)"
    )
    for event, when in (("INSERT", reviewed), ("UPDATE", changed("reply_id", vendor))):
        yield Guard(
            f"{_FILE}_{event.lower()}_before_review",
            _FILE,
            event,
            when,
            "no file comes to a reply that was reviewed, and none changes its reply",
        )


def _of_surveys(vendor: str) -> Iterator[Guard]:
    published = (
        f'EXISTS (SELECT 1 FROM "{_SURVEY}" s WHERE s.id = {{row}}.survey_id '
        "AND s.published_at IS NOT NULL)"
    )
    for event, row in (("INSERT", "NEW"), ("UPDATE", "NEW"), ("DELETE", "OLD")):
        yield Guard(
            f"{_QUESTION}_{event.lower()}_before_publication",
            _QUESTION,
            event,
            published.format(row=row),
            "the questions of a published survey stay as they are",
        )
    yield Guard(
        f"{_SURVEY}_results_stay",
        _SURVEY,
        "UPDATE",
        "OLD.results_at IS NOT NULL AND NEW.results_at IS NOT NULL AND "
        f"({changed('outcome', vendor)} OR {changed('results_by_id', vendor)})",
        "published results stay as they are",
    )
    for event in ("UPDATE", "DELETE"):
        yield Guard(
            f"{_CORRECTION}_{event.lower()}_before_publication",
            _CORRECTION,
            event,
            "OLD.published_at IS NOT NULL",
            "a published correction stays as it is",
        )
