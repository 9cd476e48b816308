"""The hash of exactly one version, and what binds the way of a report to it."""

from __future__ import annotations

import hashlib
from typing import Any

from django.db import transaction
from django.utils import timezone

from gongkai.annual_report import exchange
from gongkai.base.audit import SYSTEM
from gongkai.reporting.models import Compilation, ReportVersion, Route, RouteStep

State = Route.State
Deed = RouteStep.Deed
#: With the clerk: not on its way.
AT_HOME = (State.DRAFT, State.RETURNED)
#: Handed in or further: what it was then stays frozen.
HANDED_IN = (State.SUBMITTED, State.ACCEPTED, State.PUBLISHED, State.ARCHIVED)


def fingerprint(version: ReportVersion) -> str:
    """SHA-256 of the version's content in its one canonical spelling."""
    text = exchange.dumps(exchange.to_dict(version.as_report), indent=None)
    return hashlib.sha256(text.encode()).hexdigest()


def move(route: Route, state: State) -> None:
    """Put the report into another state, and freeze or free its compilation with it."""
    route.state, route.since = state, timezone.now()
    route.save()
    frozen = timezone.now() if state in HANDED_IN else None
    task = Compilation.objects.filter(report=route.report_id)
    if frozen is None:
        task.update(frozen_at=None)
    else:
        task.filter(frozen_at=None).update(frozen_at=frozen)


def step(
    route: Route, deed: Deed, *, by: Any, name: str, opinion: str = "", section: Any = None
) -> RouteStep:
    """Write down a step on the version that is on its way."""
    assert route.version is not None
    return RouteStep.objects.create(
        route=route,
        round=route.round,
        deed=deed,
        section=section,
        version=route.version,
        sha256=route.sha256,
        opinion=opinion[:500],
        by=by,
        by_name=name,
    )


def sent_back_by(sender: Any, instance: ReportVersion, created: bool, **kwargs: Any) -> None:
    """A new version while the report is on its way: the reviews saw another one, it goes back."""
    if not created:
        return
    with transaction.atomic(savepoint=False):
        route = (
            Route.objects.select_for_update(no_key=True).filter(report=instance.report_id).first()
        )
        if route is None or route.version_id is None or route.state in AT_HOME:
            return
        step(
            route,
            Deed.CHANGED,
            by=None,
            name=SYSTEM,
            opinion=f"有了第{instance.number}版，此前的审核意见不再适用，请重新送审。",
        )
        move(route, State.DRAFT)
