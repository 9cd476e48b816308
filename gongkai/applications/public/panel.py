"""What a body's page shows of applying to it."""

from __future__ import annotations

from typing import Any

from gongkai.applications.models import PublicAnswer
from gongkai.applications.queries import office_of
from gongkai.bodies.models import Body

#: Answers shown on a body's page; the list has the others.
SHOWN = 5


def applying_to(body: Body) -> dict[str, Any]:
    office = office_of(body)
    answers = PublicAnswer.objects.filter(body=body, withdrawn_on=None)
    return {
        "template": "applications/public/apply/panel.html",
        "body": body,
        "office": office,
        "answers": answers[:SHOWN],
    }
