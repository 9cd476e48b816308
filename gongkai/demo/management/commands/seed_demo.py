"""Fill an empty database with the demonstration; a second run changes nothing."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError

from gongkai.demo.seed import seed


class Command(BaseCommand):
    help = "写入演示数据（区划、机关、年报、账号）；重复运行不会改变已有内容。"

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.GONGKAI_DEMO:
            raise CommandError(
                "正式站点不写入演示数据。请在演示设置（gongkai.settings.demo）下运行。",
                returncode=2,
            )
        with _seldom_swept():
            for step in seed():
                self.stdout.write(f"== 演示数据：{step}")
                self.stdout.flush()


@contextmanager
def _seldom_swept() -> Iterator[None]:
    """Rows by the ten thousand are made and let go: looking for cycles among them is in vain."""
    usual = gc.get_threshold()
    gc.set_threshold(200_000, *usual[1:])
    try:
        yield
    finally:
        gc.set_threshold(*usual)
