"""Read a draft with every rule and keep its findings in step."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils import timezone

from gongkai.base.masking import mask_text
from gongkai.publishing.content import LINES, draft_of, words
from gongkai.publishing.models import Document, Finding, PublishedFile
from gongkai.publishing.models.settings import PublishingSettings
from gongkai.publishing.scan import places
from gongkai.publishing.scan.carried import carried, hidden_parts
from gongkai.publishing.scan.links import links
from gongkai.publishing.scan.model import Context, Hit, Part
from gongkai.publishing.scan.personal import own_of
from gongkai.publishing.scan.rules import RULES, WHOLE_RULES

#: Findings of one reading; a file full of them is not helped by more.
MOST = 400


def look(document: Document) -> list[Finding]:
    """Read the newest draft; new passages become findings, those that are gone are settled.

    An answer given once holds for the same passage. Returns the open findings.
    """
    hits: dict[tuple[str, str], Hit] = {}
    for hit in read(draft_of(document)):
        hits.setdefault((hit.rule, hit.mark), hit)
        if len(hits) >= MOST:
            break
    known = {(f.rule, f.mark): f for f in document.findings.all()}
    for key, hit in hits.items():
        finding = known.get(key)
        if finding is None:
            known[key] = _new(document, hit)
        else:
            finding.place, finding.excerpt = hit.place, hit.excerpt
            if finding.state in (Finding.State.GONE, Finding.State.MASKED):
                finding.state, finding.settled_at = Finding.State.OPEN, None
            finding.save()
    for key, finding in known.items():
        if key not in hits and finding.state == Finding.State.OPEN:
            finding.state, finding.settled_at = Finding.State.GONE, timezone.now()
            finding.save()
    found = [finding for finding in known.values() if finding.state == Finding.State.OPEN]
    return sorted(found, key=lambda finding: (finding.level, finding.pk))


def read(draft: Document) -> Iterator[Hit]:
    """Everything that the rules ask about in a draft; nothing is kept."""
    context = context_of(draft)
    pieces = list(parts(draft))
    for part in pieces:
        for rule in RULES:
            yield from rule(part, context)
    for whole in WHOLE_RULES:
        yield from whole(pieces, context)
    yield from links(context)
    for file in _files(draft):
        yield from carried(file)


def context_of(draft: Document) -> Context:
    """What the rules know of the body and the draft."""
    body = draft.body
    sections = body.sections.order_by().values_list("phone", "address")
    published = [body.phone, body.address, body.email, *(v for row in sections for v in row)]
    settings = PublishingSettings.objects.filter(body=body).first()
    words = settings.own_words if settings and isinstance(settings.own_words, dict) else {}
    return Context(
        draft=draft,
        own=own_of(published),
        own_words={str(k): str(v) for k, v in words.items()},
        on=draft.formed_on or timezone.localdate(),
        places=places.state(),
    )


def parts(draft: Document) -> Iterator[Part]:
    """The pieces of a draft with words in them."""
    for name in LINES:
        if text := getattr(draft, name):
            label = Document._meta.get_field(name).verbose_name
            yield Part({"field": name}, f"“{label}”", text)
    if text := words(draft.text):
        yield Part({"field": "text"}, "正文", text)
    for one in draft.attachments:
        yield Part({"name_of": one["file"]}, "附件的名称", one["name"])
    for file in _files(draft):
        if file.text:
            yield Part({"file": file.pk}, f"附件“{mask_text(file.name)}”", file.text)
        yield from hidden_parts(file)


def _files(draft: Document) -> list[PublishedFile]:
    found = PublishedFile.objects.in_bulk([one["file"] for one in draft.attachments])
    return [found[one["file"]] for one in draft.attachments if one["file"] in found]


def _new(document: Document, hit: Hit) -> Finding:
    return Finding.objects.create(
        document=document,
        rule=hit.rule,
        mark=hit.mark,
        level=hit.level,
        message=hit.message,
        place=hit.place,
        excerpt=hit.excerpt[:300],
    )
