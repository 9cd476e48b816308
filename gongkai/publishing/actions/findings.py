"""What is done about a passage that the machine asks about."""

from __future__ import annotations

from django.utils import timezone

from gongkai.base.refusal import Refused
from gongkai.publishing.actions.core import By, on_document, record
from gongkai.publishing.models import Finding
from gongkai.publishing.roles import WRITERS

#: Characters of an answer at least: one word explains nothing.
SHORTEST = 4


def answer(finding: Finding, words: str, *, by: By) -> Finding:
    """Say why the passage may stay as it is; the reviewers read the answer beside it."""
    with on_document(finding.document, by=by, roles=WRITERS) as document:
        finding = Finding.objects.select_for_update().get(pk=finding.pk)
        if finding.state != Finding.State.OPEN:
            raise Refused("这一处已经处理过了。")
        words = words.strip()
        if len(words) < SHORTEST:
            raise Refused("请写明为什么可以这样公开，让审查人看得明白。")
        finding.state, finding.answer = Finding.State.ANSWERED, words
        finding.settled_at, finding.settled_by = timezone.now(), by
        finding.save()
        record(document, "说明机器检查发现", by=by, new={"问题": finding.message, "说明": words})
    return finding
