"""行政规范性文件: the register, the legality review before the review, filing, expiry notices."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from gongkai.base import audit
from gongkai.base.refusal import Overtaken, Refused
from gongkai.bodies.models import Role
from gongkai.law.parameters import rule
from gongkai.publishing import validity
from gongkai.publishing.actions.core import By, on_document, record, today
from gongkai.publishing.content import draft_of, snapshot
from gongkai.publishing.models import Document, ExpiryNotice, NormativeRecord, PublishingSettings
from gongkai.publishing.roles import WRITERS

Legality = NormativeRecord.Legality
#: What the legality review looks at; a new keyword does not send a document back to it.
LEGAL_FIELDS = ("title", "text", "attachments", "effective_on", "expires_on", "changes")
#: What a writer enters in the register.
ENTERED = (
    "register_number",
    "is_trial",
    "basis",
    "competition",
    "competition_note",
    "consultation",
    "consulted_from",
    "consulted_to",
    "consultation_note",
    "discussed_on",
    "discussed_at",
    "filed_on",
    "filed_with",
    "filing_number",
    "no_interpretation",
)


def legal_fingerprint(draft: Document) -> str:
    """SHA-256 of what the legality review looks at."""
    whole = snapshot(draft)
    text = json.dumps({k: whole[k] for k in LEGAL_FIELDS}, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def enter(
    document: Document, values: Mapping[str, Any], *, by: By, seen: int | None = None
) -> NormativeRecord:
    """Enter facts in the register (``ENTERED``); also after publication: filing comes then."""
    with on_document(document, by=by, roles=(*WRITERS, Role.LEGAL), seen=seen) as document:
        if not draft_of(document).is_normative:
            raise Refused("这份信息没有标为行政规范性文件，不用登记。请先在草稿中勾选。")
        entry = record_of(document)
        old = {name: _plain(getattr(entry, name)) for name in ENTERED}
        for name in ENTERED:
            if name in values:
                value = values[name]
                setattr(entry, name, value.strip() if isinstance(value, str) else value)
        _check(entry)
        entry.save()
        new = {name: _plain(getattr(entry, name)) for name in ENTERED}
        changed = [name for name in ENTERED if old[name] != new[name]]
        if changed:
            record(
                document,
                "登记规范性文件",
                by=by,
                old={label(n): old[n] for n in changed},
                new={label(n): new[n] for n in changed},
            )
    return entry


def review_legality(
    document: Document, result: str, opinion: str, *, by: By, sha256: str = ""
) -> NormativeRecord:
    """The legality review (合法性审核) of the newest draft, by somebody who did not write in it.

    ``sha256``: the ``legal_fingerprint`` that the person had on the screen; Overtaken when the
    draft is another one by now. An opinion is required, also for a lawful one: it is kept.
    """
    from gongkai.publishing.actions.review import wrote_in

    with on_document(document, by=by, roles=(Role.LEGAL,)) as document:
        draft = draft_of(document)
        if not draft.is_normative:
            raise Refused("这份信息没有标为行政规范性文件，不用合法性审核。")
        if by is not None and wrote_in(document, by):
            raise PermissionDenied("您参与过这一稿的起草，不能自己审核，请由其他人办理。")
        now = legal_fingerprint(draft)
        if sha256 and sha256 != now:
            raise Overtaken("草稿刚刚有修改，没有保存。请看过最新内容后再审核。")
        if result not in (Legality.LAWFUL, Legality.CHANGE, Legality.UNLAWFUL):
            raise Refused("请选择合法性审核的结论。")
        if not opinion.strip():
            raise Refused("请写明合法性审核意见。")
        entry = record_of(document)
        entry.legality, entry.legality_opinion = result, opinion.strip()
        entry.legality_on, entry.legality_sha256 = today(), now
        entry.legality_by, entry.legality_by_name = by, audit.name_of(by)  # type: ignore[assignment]
        entry.save()
        record(document, "合法性审核", by=by, new={"结论": entry.get_legality_display()})
    return entry


def why_not_submitted(document: Document, draft: Document) -> str:
    """Why a draft cannot go to review as a normative document; "" when it can."""
    if not draft.is_normative:
        return ""
    entry = NormativeRecord.objects.filter(document=document).first()
    if entry is None or entry.legality == Legality.WAITING:
        return "行政规范性文件要先通过合法性审核，才能送审。请交法制审核人审核。"
    if entry.legality not in (Legality.LAWFUL, Legality.EARLIER):
        return f"合法性审核的结论是“{entry.get_legality_display()}”，请修改后重新审核，再送审。"
    if entry.legality_sha256 != legal_fingerprint(draft):
        return "合法性审核以后内容又有修改，请法制审核人重新审核，再送审。"
    return ""


def missing(entry: NormativeRecord) -> list[str]:
    """What the register still lacks, in words."""
    found = []
    for name in ("register_number", "basis", "competition", "consultation", "discussed_on"):
        if not getattr(entry, name):
            found.append(label(name))
    if not entry.document.expires_on:
        found.append("有效期")
    if entry.document.live and not entry.filed_on:
        found.append("备案")
    return found


def filing_due(entry: NormativeRecord) -> date | None:
    """The last day to file it with the authority above; None before publication."""
    if entry.document.published_at is None:
        return None
    day = timezone.localdate(entry.document.published_at)
    return day + timedelta(days=int(rule("normative.filing_days", on=day).value))


def usual_expiry(effective_on: date, *, is_trial: bool) -> date:
    """The last day of the usual validity, for the form's default; the local rule decides."""
    years = rule("normative.validity_years", on=effective_on).value
    year = effective_on.year + int(years["trial" if is_trial else "ordinary"])
    try:
        again = effective_on.replace(year=year)
    except ValueError:  # 29 February
        again = date(year, 3, 1)
    return again - timedelta(days=1)


def daily(day: date | None = None) -> tuple[int, int]:
    """The daily run: copies of validity brought up to date, and expiry notices, each once.

    Returns how many moved and how many notices were made.
    """
    day = day or today()
    return validity.refresh_all(day), give_notices(day)


def give_notices(day: date) -> int:
    """A notice for every document in force that runs out within one of the steps."""
    steps = sorted(rule("normative.expiry_warning", on=day).value)
    made = 0
    near = Document.objects.filter(
        live=True,
        is_normative=True,
        validity__in=validity.IN_FORCE,
        expires_on__gte=day,
        expires_on__lte=day + timedelta(days=steps[-1]),
    )
    for document in near:
        left = (document.expires_on - day).days
        step = next(step for step in steps if left <= step)
        with transaction.atomic():
            _, new = ExpiryNotice.objects.get_or_create(
                document=document, expires_on=document.expires_on, days=step
            )
            if new:
                made += 1
                record(document, "到期预警", by=None, new={"有效期至": str(document.expires_on)})
    return made


def record_of(document: Document) -> NormativeRecord:
    """The entry of a document in the register, a new one unsaved."""
    found = NormativeRecord.objects.filter(document=document).first()
    return found or NormativeRecord(document=document)


def label(name: str) -> str:
    """What a column of the register is called."""
    return str(NormativeRecord._meta.get_field(name).verbose_name)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _check(entry: NormativeRecord) -> None:
    first, last = entry.consulted_from, entry.consulted_to
    if first and last and last < first:
        raise Refused("征求意见的截止日期早于开始日期，请改正。")
    if entry.register_number:
        # One row per body is the lock against the same number given twice.
        body = entry.document.body
        PublishingSettings.objects.select_for_update(no_key=True).get_or_create(body=body)
        same = NormativeRecord.objects.filter(
            document__body=body, register_number=entry.register_number
        ).exclude(document=entry.document)
        number = entry.register_number
        if other := same.select_related("document").first():
            raise Refused(f"统一登记号“{number}”已经用于《{other.document}》，请核对。")
