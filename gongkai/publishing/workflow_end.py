"""Named in the settings, which Wagtail reads before any model exists: imports nothing."""

from __future__ import annotations

from typing import Any


def nothing_goes_out(workflow_state: Any, user: Any = None) -> None:
    """At the end of a review Wagtail would publish; here only ``actions.publish`` does."""
