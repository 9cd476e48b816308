"""What a body's page shows of its reports."""

from __future__ import annotations

from typing import Any

from gongkai.bodies.models import Body
from gongkai.reporting import queries


def reports_of(body: Body) -> dict[str, Any]:
    return {
        "template": "reporting/public/panel.html",
        "reports": queries.years_of(body),
        "body": body,
    }
