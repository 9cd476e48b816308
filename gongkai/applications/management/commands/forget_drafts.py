"""Drafts that were never sent, with what was uploaded for them."""

from __future__ import annotations

from typing import Any

from django.core.management import BaseCommand

from gongkai.applications.actions.accounts import UNUSED_YEARS, close_unused
from gongkai.applications.public.apply.drafts import KEPT_DAYS, forget_old


class Command(BaseCommand):
    help = (
        "删除多日没有动过的网上申请草稿和随草稿上传的文件，"
        "注销多年没有登录过的申请人账号；由定时器每天运行。"
    )

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(
            f"删除了 {forget_old()} 份 {KEPT_DAYS} 天没有动过的草稿，"
            f"注销了 {close_unused()} 个 {UNUSED_YEARS} 年没有登录的申请人账号。"
        )
