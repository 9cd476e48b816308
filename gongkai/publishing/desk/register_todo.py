"""待办 beside the documents: legality reviews, expiry, channels, bulletins, proposals."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from gongkai.bodies.models import Role
from gongkai.bodies.queries import held_by
from gongkai.law.parameters import rule
from gongkai.publishing.actions import channels, proposals
from gongkai.publishing.actions.links import dead_links
from gongkai.publishing.desk.documents import ASKED
from gongkai.publishing.interpretation import unexplained
from gongkai.publishing.models import Bulletin, Document, NormativeRecord, Post, Proposal
from gongkai.publishing.roles import WRITERS
from gongkai.publishing.validity import IN_FORCE

State = Document.State


@dataclass(frozen=True, slots=True)
class Waiting:
    """So many wait for a deed, on that page."""

    count: int
    words: str
    url: str


def register_todo(user: Any) -> list[Waiting]:
    """What waits for the person in the registers; nothing that is zero."""
    today = timezone.localdate()
    documents = reverse("desk-documents")
    bodies = held_by(user).bodies
    most = max(rule("normative.expiry_warning", on=today).value)
    lawful = Q(normative__legality__in=(NormativeRecord.Legality.LAWFUL, "earlier"))
    law = Document.objects.filter(
        body__in=bodies(Role.LEGAL),
        is_normative=True,
        state__in=(State.DRAFT, State.RETURNED),
    ).exclude(lawful)
    expiring = Document.objects.filter(
        body__in=bodies(*WRITERS, Role.HEAD, Role.LEGAL),
        live=True,
        is_normative=True,
        validity__in=IN_FORCE,
        expires_on__gte=today,
        expires_on__lte=today + timedelta(days=most),
    )
    bare = unexplained(bodies(*WRITERS, Role.HEAD), today)
    posts = Post.objects.filter(
        channel__body__in=bodies(*channels.CHECKERS), state=Post.State.WRITTEN
    ).exclude(written_by=user.pk)
    figures = Bulletin.objects.filter(
        template__body__in=bodies(*WRITERS, Role.REVIEWER, Role.HEAD), checked_at=None
    ).exclude(entered_by=user.pk)
    proposed = Proposal.objects.filter(
        body__in=bodies(*proposals.DECIDERS), state=Proposal.State.OPEN
    )
    links = dead_links().filter(document__body__in=bodies(*WRITERS))
    # Found after it was published: by a new reading, a scan's words, a new dictionary.
    asked = Document.objects.filter(
        body__in=bodies(*WRITERS, Role.HEAD), state=State.PUBLISHED
    ).filter(ASKED)
    found = (
        (asked, "件已公开的信息机器发现问题，请核对", f"{documents}?tab=live&asked=1"),
        (law, "件规范性文件等待合法性审核", reverse("desk-normative") + "?show=draft"),
        (expiring, "件规范性文件快到期", reverse("desk-normative") + "?show=near"),
        (bare, "件规范性文件公布了，还没有解读", reverse("desk-normative") + "?show=unexplained"),
        (posts, "条渠道文字等待核对", reverse("desk-posts") + "?state=written"),
        (figures, "份情况数字等待复核", reverse("desk-bulletins")),
        (links, "处外部链接打不开", reverse("desk-links")),
        (proposed, "条主动公开建议等待研究", reverse("desk-proposals")),
    )
    return [Waiting(n, words, url) for some, words, url in found if (n := some.count())]
