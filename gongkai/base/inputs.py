"""The browser's own controls for a day and a moment.

They take and give ISO only: a value written in the way of the site's language would be shown as
empty, and lost with the next saving.
"""

from __future__ import annotations

from typing import Any

from django import forms


class DayInput(forms.DateInput):
    """A day; an ISO day goes in and comes out."""

    input_type = "date"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="%Y-%m-%d", **kwargs)


class MomentInput(forms.DateTimeInput):
    """A day and a time to the minute."""

    input_type = "datetime-local"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M", **kwargs)
