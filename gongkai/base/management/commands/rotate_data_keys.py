"""``gongkai site rotate_data_keys``: everything sealed is sealed anew with the newest key."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from gongkai.base import rotation


class Command(BaseCommand):
    help = "把全部已加密的个人信息和文件改用最新的密钥加密；可以随时中断、再次运行。"

    def handle(self, *args: Any, **options: Any) -> None:
        if len(settings.GONGKAI_DATA_KEYS) < 2:
            raise CommandError(
                "只有一个密钥，没有可更换的。请先用 gongkai site new_data_key 生成新密钥，"
                "放在 GONGKAI_DATA_KEYS 的最前面，原有的保留在后面。"
            )
        done = rotation.rotate()
        self.stdout.write(f"已改用最新密钥：{done.values} 项内容、{done.files} 个文件。")
        if done.unreadable:
            for name in done.unreadable:
                self.stderr.write(f"用现有的密钥都解不开：{name}")
            raise CommandError(
                f"有 {len(done.unreadable)} 项解不开，请找回当时的密钥，加入后再运行一次。"
            )
        self.stdout.write("除最后一个以外的旧密钥可以从 GONGKAI_DATA_KEYS 中去掉了。")
