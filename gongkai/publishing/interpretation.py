"""政策解读: drafted, reviewed and published together with the document it explains (三同步)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.safestring import SafeString

from gongkai.base.due import due_mark, due_words
from gongkai.bodies.calendars import calendar_for
from gongkai.law.deadlines.duties import warning
from gongkai.law.parameters import NoRuleInForce, rule, statute
from gongkai.publishing.models import Column, Document, NormativeRecord
from gongkai.publishing.validity import IN_FORCE

RULE = "publication.interpretation_days"


@dataclass(frozen=True, slots=True)
class Explaining:
    """What explains a normative document, drafts too; else why nothing does, or by when.

    ``days`` and ``article``: the rule; ``due`` only once the document is public.
    """

    documents: list[Document]
    reason: str
    days: int
    article: str
    due: SafeString
    column: Column | None

    @property
    def waits(self) -> bool:
        """Whether nothing public explains it yet; a draft explains nothing to the public."""
        return not self.reason and not any(one.live for one in self.documents)


def explaining(document: Document, draft: Document) -> Explaining | None:
    """How it stands with the interpretation of a document; None where none is asked for."""
    if not draft.is_normative:
        return None
    entry = NormativeRecord.objects.filter(document=document).first()
    try:
        found = rule(RULE, on=_shown_on(document) or timezone.localdate())
    except NoRuleInForce:
        return None
    if entry and entry.legality == NormativeRecord.Legality.EARLIER:
        return None
    own = Document.objects.filter(interprets=document)
    return Explaining(
        list(own.exclude(state=Document.State.WITHDRAWN).order_by("-live", "-pk")),
        entry.no_interpretation if entry else "",
        int(found.value),
        found.article or "",
        _due(document, int(found.value)),
        Column.objects.filter(body=document.body, block=Column.Block.INTERPRETATION).first(),
    )


def unexplained(bodies: Iterable[Any], today: date) -> QuerySet[Document]:
    """The normative documents in force of these bodies (or their keys) that are public and of
    which nothing public explains.

    Not those of before the rule, nor those entered as history, nor those with a reason.
    """
    since = statute().values[RULE][0].since
    explained = Document.objects.filter(interprets=OuterRef("pk"), live=True)
    wanted = Document.objects.filter(
        body__in=list(bodies),
        live=True,
        is_normative=True,
        validity__in=(*IN_FORCE, Document.Validity.NOT_YET),
        published_at__date__range=(since, today),
    )
    told = Q(normative__legality=NormativeRecord.Legality.EARLIER)
    told |= Q(normative__isnull=False) & ~Q(normative__no_interpretation="")
    return wanted.exclude(told).exclude(Exists(explained)).order_by("published_at", "pk")


def _shown_on(document: Document) -> date | None:
    return timezone.localdate(document.published_at) if document.published_at else None


def _due(document: Document, days: int) -> SafeString:
    """The last day with its sign and word; nothing before the document is public."""
    if not document.live or (day := _shown_on(document)) is None:
        return SafeString()
    calendar = calendar_for(document.body)
    last = calendar.add(day, days)
    near = warning(last, timezone.localdate(), calendar=calendar)
    return due_mark(near, due_words(last, near, provisional=calendar.is_provisional(last)))
