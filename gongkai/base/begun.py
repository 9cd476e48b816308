"""The settings of a command: one that only looks begins no site in a mistyped folder."""

from __future__ import annotations

import os
from pathlib import Path

import click

DEMO = "gongkai.settings.demo"
#: What the demo settings keep in the data folder unless the environment gives it.
_KEPT = {"GONGKAI_SECRET_KEY": "secret-key", "GONGKAI_DATA_KEYS": "data-key"}
#: Stands for a key that is not there, so that the settings make none; opens and seals nothing.
_NONE = "0" * 43 + "="


def choose_settings(*, begins: bool = False) -> None:
    """Before Django starts. Help is given without a site; ``must_stand`` precedes every deed."""
    module = os.environ.setdefault("DJANGO_SETTINGS_MODULE", DEMO)
    if module == DEMO and not begins:
        folder = Path(os.environ.get("GONGKAI_DATA_DIR", "var"))
        for variable, name in _KEPT.items():
            if not (os.environ.get(variable) or (folder / name).is_file()):
                os.environ[variable] = _NONE


def must_stand() -> None:
    from django.conf import settings

    if _NONE in (settings.SECRET_KEY, *settings.GONGKAI_DATA_KEYS):
        raise click.UsageError(
            f"“{settings.DATA_DIR}”里没有站点，请核对 GONGKAI_DATA_DIR 和当前目录；"
            "要在这里新建站点，请先运行 gongkai site prepare。"
        )
