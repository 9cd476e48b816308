"""`make demo`: seed what is missing, say where the site is, serve it."""

from __future__ import annotations

import os
import socket
import sys
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError, CommandParser, call_command

HOST = "127.0.0.1"


class Command(BaseCommand):
    help = "启动演示站点：缺什么演示数据就补什么，然后在本机端口上提供服务。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", default="8000", help="端口，默认 8000")

    def handle(self, *args: Any, port: str, **options: Any) -> None:
        if not settings.GONGKAI_DEMO:
            raise CommandError("这是演示命令，只能在演示设置下运行（gongkai.settings.demo）。")
        number = free_port(port)
        call_command("seed_demo", stdout=self.stdout)
        from gongkai.demo.accounts import PASSWORD, people

        address = f"http://{HOST}:{number}"
        self.stdout.write(f"\n政府信息公开工作平台（演示数据）\n  公开页面 public   {address}/")
        self.stdout.write(
            f"  工作页面 office   {address}/office/\n\n演示账号（密码均为 {PASSWORD}）："
        )
        for person in people():
            self.stdout.write(f"  {person.username:<10} {person.says}")
        self.stdout.write("\n按 Ctrl-C 结束。Press Ctrl-C to stop.\n")
        self.stdout.flush()
        # The server takes this process over: one process id, one Ctrl-C.
        os.execv(
            sys.executable,
            [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", HOST]
            + ["--port", str(number), "--blocking-threads", "4", "--log-level", "warning"]
            + ["--workers-kill-timeout", "3", "--no-ws", "gongkai.wsgi:application"],
        )


def free_port(text: str) -> int:
    """The port as a number if it can be bound on this machine; CommandError (exit 2) if not."""
    if not (text.isdigit() and 1 <= int(text) <= 65535):
        raise CommandError(f"端口应是 1 到 65535 的整数，现在是“{text}”。", returncode=2)
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, int(text)))
        except OSError as error:
            raise CommandError(
                f"端口 {text} 已被占用或不可用，请换一个，例如：make demo PORT={int(text) % 60000 + 1}"
                f"\nPort {text} is in use or not allowed; choose another with PORT=.",
                returncode=2,
            ) from error
    return int(text)
