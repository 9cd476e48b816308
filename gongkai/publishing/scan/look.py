"""Read a draft with every rule and keep its findings in step."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils import timezone

from gongkai.publishing.content import draft_of, words
from gongkai.publishing.models import Document, Finding, PublishedFile
from gongkai.publishing.scan.rules import RULES, Hit, Part


def look(document: Document) -> list[Finding]:
    """Read the newest draft; new passages become findings, those that are gone are settled.

    An answer given once holds for the same passage. Returns the open findings.
    """
    hits = {(hit.rule, hit.mark): hit for part in parts(draft_of(document)) for hit in _hits(part)}
    known = {(f.rule, f.mark): f for f in document.findings.all()}
    for key, hit in hits.items():
        finding = known.get(key)
        if finding is None:
            _new(document, hit)
        else:
            finding.place, finding.excerpt = hit.place, hit.excerpt
            if finding.state in (Finding.State.GONE, Finding.State.MASKED):
                finding.state, finding.settled_at = Finding.State.OPEN, None
            finding.save()
    for key, finding in known.items():
        if key not in hits and finding.state == Finding.State.OPEN:
            finding.state, finding.settled_at = Finding.State.GONE, timezone.now()
            finding.save()
    return list(document.findings.filter(state=Finding.State.OPEN))


def parts(draft: Document) -> Iterator[Part]:
    """The pieces of a draft with words in them."""
    for name in ("title", "doc_number", "keywords", "summary", "source"):
        if text := getattr(draft, name):
            label = Document._meta.get_field(name).verbose_name
            yield Part({"field": name}, f"“{label}”", text)
    if text := words(draft.text):
        yield Part({"field": "text"}, "正文", text)
    files = PublishedFile.objects.in_bulk([one["file"] for one in draft.attachments])
    for one in draft.attachments:
        file = files.get(one["file"])
        if file is not None and file.text:
            yield Part({"file": file.pk}, f"附件“{file.name}”", file.text)


def _hits(part: Part) -> Iterator[Hit]:
    for rule in RULES:
        yield from rule(part)


def _new(document: Document, hit: Hit) -> None:
    Finding.objects.create(
        document=document,
        rule=hit.rule,
        mark=hit.mark,
        level=hit.level,
        message=hit.message,
        place=hit.place,
        excerpt=hit.excerpt[:300],
    )
