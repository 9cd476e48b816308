"""Whose schemes and offices a person sees."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, Q

from gongkai.bodies.ledger.queries import KEEPERS
from gongkai.bodies.models import Body, Membership, Section
from gongkai.bodies.queries import Someone, bodies_for
from gongkai.reporting.assess.actions import ASSESSORS
from gongkai.reporting.models import AssessmentScheme


def schemes_for(user: Someone) -> Any:
    """The schemes of the offices for which the person assesses."""
    offices = bodies_for(user, *ASSESSORS)
    return AssessmentScheme.objects.filter(body__in=offices).select_related("body")


def offices_for(user: Someone) -> Any:
    """The offices for which the person assesses, that have somebody to assess."""
    own = Membership.objects.filter(user=user.pk, role__in=ASSESSORS).values("body")
    below = Body.objects.filter(supervised_by=OuterRef("pk"))
    sections = Section.objects.filter(body=OuterRef("pk"))
    return Body.objects.filter(Q(Exists(below)) | Q(Exists(sections)), pk__in=own)


def own_bodies(user: Someone) -> Any:
    """The bodies in which the person himself works on disclosure."""
    held = Membership.objects.filter(user=user.pk, role__in=KEEPERS)
    return held.values_list("body", flat=True)
