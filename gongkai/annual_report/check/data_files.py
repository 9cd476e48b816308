"""The dictionaries of this room (data/*.yaml), read once."""

from __future__ import annotations

from functools import cache
from typing import Any

from gongkai.law.shipped import shipped


@cache
def load(name: str) -> Any:
    """The content of ``data/<name>.yaml``."""
    return shipped("gongkai.annual_report.check", f"data/{name}.yaml")
