"""What a body's page and the home page show of reports."""

from __future__ import annotations

from typing import Any

from gongkai.bodies.models import Body
from gongkai.reporting import queries
from gongkai.reporting.public.awaited import awaited


def reports_of(body: Body) -> dict[str, Any]:
    return {
        "template": "reporting/public/panel.html",
        "reports": queries.years_of(body),
        "awaited": awaited(body),
        "body": body,
    }


def latest() -> dict[str, Any]:
    """The newest published reports, what one can do with them, and how many there are."""
    return {
        "template": "reporting/public/home_panel.html",
        "latest": queries.published().order_by("-published_at", "-year", "body_id")[:5],
        "counts": queries.counts(),
        "years": queries.published_years()[:8],
    }
