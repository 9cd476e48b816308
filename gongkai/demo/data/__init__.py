"""The demonstration's facts as YAML, figures of reports and a text to read."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

import yaml


def load(name: str) -> Any:
    """A YAML file of this folder."""
    return yaml.safe_load(files(__package__).joinpath(name).read_text("utf-8"))
