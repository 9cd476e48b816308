"""Reads: who may see which letter, what waits, what is public."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Avg, Count, F, Max, Q, QuerySet
from django.db.models.functions import Coalesce
from django.http import Http404

from gongkai.bodies.models import Body, Membership, Role
from gongkai.bodies.queries import Held, Someone, bodies_for, held_by
from gongkai.engagement.models import CitizenLetter, Mailbox, PublishedLetter, Survey
from gongkai.engagement.roles import STAFF

State = CitizenLetter.State


def letters_for(user: Someone, *roles: Role) -> QuerySet[CitizenLetter]:
    """Letters of the person's bodies; a 承办人 sees those given to his section."""
    return CitizenLetter.objects.filter(are_for(held_by(user), *roles))


def are_for(held: Held, *roles: Role) -> Q:
    """``letters_for``, for pages that ask it of several roles."""
    wanted = roles or STAFF
    wide = [role for role in wanted if role != Role.HANDLER]
    seen = Q(mailbox__body__in=held.bodies(*wide)) if wide else Q(pk__in=[])
    return seen | Q(section__in=held.sections) if Role.HANDLER in wanted else seen


def may_touch(user: Someone, letter: CitizenLetter, *roles: Role) -> bool:
    """Whether the person holds one of the roles for this letter: ``letters_for``, of one."""
    wanted = roles or STAFF
    posts = Q(role__in=[role for role in wanted if role != Role.HANDLER])
    if Role.HANDLER in wanted and letter.section_id is not None:
        posts |= Q(role=Role.HANDLER, section=letter.section_id)
    held = Membership.objects.filter(posts, user=user.pk, body=letter.mailbox.body_id)
    return held.exists()


def letter_or_404(user: Someone, pk: int) -> CitizenLetter:
    """404 also for a letter to another body: a stranger does not learn that it exists."""
    found = letters_for(user).select_related("mailbox__body", "section").filter(pk=pk).first()
    if found is None:
        raise Http404("没有这封来信，或者您没有查看的权限。")
    return found


def mailboxes_for(user: Someone, *roles: Role) -> QuerySet[Mailbox]:
    """Mailboxes of the bodies in which the person holds one of the roles."""
    return Mailbox.objects.filter(body__in=bodies_for(user, *(roles or STAFF)))


def surveys_for(user: Someone, *roles: Role) -> QuerySet[Survey]:
    """Surveys of the bodies in which the person holds one of the roles."""
    wanted = roles or (Role.CLERK, Role.HEAD, Role.REVIEWER, Role.LEADER)
    return Survey.objects.filter(body__in=bodies_for(user, *wanted))


def public_letters() -> QuerySet[PublishedLetter]:
    """What everybody may read, the newest first."""
    return PublishedLetter.objects.filter(published_at__isnull=False).select_related(
        "letter__mailbox__body"
    )


#: SQL of ``Survey.told_at``.
LAST_TOLD = Coalesce(Max("corrections__published_at"), "results_at")


def public_surveys() -> QuerySet[Survey]:
    """Surveys that the public sees."""
    found = Survey.objects.filter(published_at__isnull=False, withdrawn_at__isnull=True)
    return found.select_related("body").prefetch_related("corrections")


def year_counts(body: Body, year: int) -> list[dict[str, Any]]:
    """Of each mailbox: letters of the year, answered, in time, rated, satisfied, published."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    in_year = Q(letters__received_on__gte=first, letters__received_on__lte=last)
    done = in_year & Q(letters__state=State.ANSWERED)
    rated = in_year & Q(letters__score__isnull=False)
    return list(
        Mailbox.objects.filter(body=body)
        .annotate(
            received=Count("letters", filter=in_year),
            answered=Count("letters", filter=done),
            in_time=Count(
                "letters", filter=done & Q(letters__answered_on__lte=F("letters__due_on"))
            ),
            rated=Count("letters", filter=rated),
            satisfied=Count("letters", filter=rated & Q(letters__score__gte=4)),
            score=Avg("letters__score", filter=rated),
            published=Count(
                "letters", filter=in_year & Q(letters__public__published_at__isnull=False)
            ),
        )
        .values(
            *("pk", "name", "received", "answered", "in_time", "rated", "satisfied"),
            *("score", "published"),
        )
        .order_by("order", "pk")
    )
