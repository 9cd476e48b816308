"""Scheduled erasure of who wrote a letter and what; the tombstone still counts.

Each letter in its own transaction; its files go after the commit (个人信息保护法 Art 47).
"""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone

from gongkai.base import kept_files
from gongkai.base.kept_files import Swept
from gongkai.engagement import clock
from gongkai.engagement.actions.core import By, record
from gongkai.engagement.files import FOLDER
from gongkai.engagement.models import CitizenLetter, EngagementSettings, LetterFile
from gongkai.law.remedies import add_months


def due_for_erasure(*, on: date | None = None) -> list[CitizenLetter]:
    """Answered letters whose term, that of their body, is over on the day."""
    day = on or clock.today()
    years = dict(EngagementSettings.objects.values_list("body", "personal_data_years"))
    usual = EngagementSettings._meta.get_field("personal_data_years").get_default()
    answered = (
        CitizenLetter.objects.filter(answered_on__isnull=False, erased_at=None)
        .select_related("mailbox")
        .defer("subject", "text", "sender", "score_note")
        .order_by("pk")
    )
    return [
        letter
        for letter in answered.iterator(chunk_size=500)
        if letter.answered_on is not None
        and add_months(letter.answered_on, 12 * years.get(letter.mailbox.body_id, usual)) <= day
    ]


def erase_letter(letter: CitizenLetter, *, by: By = None) -> bool:
    """Erase the writer, his words, files and the reply to him; False when it was done already.

    Number, days, category, result and score stay, and what was published without him.
    """
    with transaction.atomic():
        letter = (
            CitizenLetter.objects.select_for_update(of=("self",), no_key=True)
            .select_related("mailbox__body")
            .get(pk=letter.pk)
        )
        if letter.erased_at is not None:
            return False
        letter.erased_at = timezone.now()
        letter.sender = {}
        letter.subject = letter.text = letter.score_note = letter.complex_reason = ""
        letter.version += 1
        letter.save()
        letter.replies.update(text="", opinion="")
        letter.notices.update(to="", text="")
        files = list(letter.files.filter(erased_at=None))
        for file in files:
            file.name, file.erased_at = "", letter.erased_at
        LetterFile.objects.bulk_update(files, ["name", "erased_at"])
        paths = [file.path for file in files]
        transaction.on_commit(lambda: kept_files.unlink(paths))
        record(letter, "清除个人信息", by=by, 删除附件=len(files))
        return True


def sweep(*, young: int = kept_files.YOUNG_SECONDS) -> Swept:
    """Remove attachments that should be gone: of letters undone or erased.

    ``young``: seconds for which a file without a row is left alone.
    """
    rows = dict(LetterFile.objects.values_list("path", "erased_at"))
    return kept_files.sweep(FOLDER, rows, young=young)
