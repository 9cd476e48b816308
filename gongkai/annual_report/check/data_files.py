"""The dictionaries of this room (data/*.yaml), read once."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

import yaml


@cache
def load(name: str) -> Any:
    """The content of ``data/<name>.yaml``."""
    text = (files("gongkai.annual_report.check") / "data" / f"{name}.yaml").read_text("utf-8")
    return yaml.safe_load(text)
