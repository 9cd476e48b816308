"""Categories of hotline calls, complaints and counselling, as data."""

from __future__ import annotations

from functools import cache

from gongkai.law.shipped import shipped


@cache
def _all() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = shipped("gongkai.engagement", "data/categories.yaml")
    return found


def hotline() -> list[tuple[str, str]]:
    return list(_all()["hotline"].items())


def complaint() -> list[tuple[str, str]]:
    return list(_all()["complaint"].items())


def counselling() -> list[tuple[str, str]]:
    return list(_all()["counselling"].items())
