"""The mark of a form: sent twice, by a double click or a reload, it does its deed once."""

from __future__ import annotations

import re
import secrets

_KEY = re.compile(r"[A-Za-z0-9_-]{32,64}")


def fresh() -> str:
    """The mark of a form that is shown for the first time."""
    return secrets.token_urlsafe(32)


def sent(text: str) -> str:
    """The mark that came back with a form; in place of a made-up one a fresh one."""
    return text if _KEY.fullmatch(text) else fresh()
