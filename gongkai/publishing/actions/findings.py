"""What is done about a passage that the machine asks about."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils import timezone

from gongkai.base.refusal import Refused
from gongkai.publishing.actions.core import By, on_document, record
from gongkai.publishing.models import Finding
from gongkai.publishing.roles import WRITERS

#: Characters of an answer at least: one word explains nothing.
SHORTEST = 4


def alike(finding: Finding) -> QuerySet[Finding]:
    """The open findings that ask the very same, of the same text or attachment, itself too."""
    return finding.document.findings.filter(
        state=Finding.State.OPEN, rule=finding.rule, message=finding.message
    )


def answer(finding: Finding, words: str, *, by: By, all_alike: bool = False) -> int:
    """Say why the passage may stay as it is; the reviewers read the answer beside it.

    ``all_alike``: the same answer for every passage that is asked the same, as the addresses
    of a list of clinics. Returns how many were answered.
    """
    with on_document(finding.document, by=by, roles=WRITERS) as document:
        finding = Finding.objects.select_for_update(no_key=True).get(pk=finding.pk)
        if finding.state != Finding.State.OPEN:
            raise Refused("这一处已经处理过了。")
        words = words.strip()
        if len(words) < SHORTEST:
            raise Refused("请写明为什么可以这样公开，让审查人看得明白。")
        asked = alike(finding) if all_alike else Finding.objects.filter(pk=finding.pk)
        answered = asked.update(
            state=Finding.State.ANSWERED, answer=words, settled_at=timezone.now(), settled_by=by
        )
        new = {"问题": finding.message, "说明": words, "处数": answered}
        record(document, "说明机器检查发现", by=by, new=new)
    return answered
