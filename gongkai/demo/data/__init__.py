"""The demonstration's facts as YAML, figures of reports and a text to read."""

from __future__ import annotations

from typing import Any

from gongkai.law.shipped import shipped


def load(name: str) -> Any:
    """A YAML file of this folder."""
    return shipped(__package__, name)
