"""Categories of hotline calls, complaints and counselling, as data."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import yaml


@cache
def _all() -> dict[str, dict[str, str]]:
    text = files("gongkai.engagement").joinpath("data/categories.yaml").read_text("utf-8")
    found: dict[str, dict[str, str]] = yaml.safe_load(text)
    return found


def hotline() -> list[tuple[str, str]]:
    return list(_all()["hotline"].items())


def complaint() -> list[tuple[str, str]]:
    return list(_all()["complaint"].items())


def counselling() -> list[tuple[str, str]]:
    return list(_all()["counselling"].items())
