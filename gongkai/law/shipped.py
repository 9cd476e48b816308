"""The data files that ship with the code (YAML): how every room reads its own."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

import yaml

# libyaml reads about ten times as fast as the parser in Python, where the wheel has it.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def shipped(package: str, path: str) -> Any:
    """What a data file says.

    Args:
        package: the package in whose folder it stands, ``gongkai.law``.
        path: its place below, ``parameters/deadlines.yaml``.
    """
    return yaml.load(files(package).joinpath(path).read_text("utf-8"), Loader=_LOADER)
