"""What this room shows on the page of a body."""

from __future__ import annotations

from typing import Any

from gongkai.bodies.models import Body
from gongkai.engagement import clock
from gongkai.engagement.queries import public_letters, public_surveys

SHOWN = 3


def of_body(body: Body) -> dict[str, Any]:
    """Its mailboxes, the newest public letters, the surveys that run; nothing where none is."""
    today = clock.today()
    mailboxes = list(body.mailboxes.filter(is_open=True))
    running = public_surveys().filter(body=body, opens_on__lte=today, closes_on__gte=today)
    return {
        "template": "engagement/public/panel.html",
        "order": 60,
        "mailboxes": mailboxes,
        "letters": public_letters().filter(letter__mailbox__body=body)[:SHOWN],
        "surveys": running[:SHOWN],
    }
