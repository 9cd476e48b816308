"""`make demo`: say where the site is and who may sign in, then serve it on this machine.

No Django here: the server loads it once, so that a second start takes a few seconds.
"""

from __future__ import annotations

import os
import socket
import sys

import click

from gongkai.demo.accounts import APPLICANT, PASSWORD, people

HOST = "127.0.0.1"


@click.command(help="在本机端口上提供演示站点（先运行 make setup，或者 gongkai site prepare）。")
@click.option("--port", default="8000", show_default=True, help="端口")
def main(port: str) -> None:
    number = free_port(port)
    address = f"http://{HOST}:{number}"
    click.echo("\n政府信息公开工作平台（演示数据）· 正在启动，几秒后可以访问 starting …\n")
    click.echo(f"  公开页面 public   {address}/")
    click.echo(f"  年报体检 check    {address}/check/")
    click.echo(f"  工作页面 office   {address}/office/\n")
    click.echo(f"演示账号（密码均为 {PASSWORD}）· accounts, all with this password:")
    for person in sorted(people(), key=lambda one: one.body not in ("", people()[0].body)):
        click.echo(f"  {person.username:<10} {person.says}")
    click.echo(f"  {APPLICANT:<5} 申请人，在 {address}/apply/account/ 登录")
    click.echo("\n按 Ctrl-C 结束。Press Ctrl-C to stop.")
    sys.stdout.flush()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongkai.settings.demo")
    # The server takes this process over: one process id, one Ctrl-C.
    server = f"-m granian --interface wsgi --host {HOST} --port {number} --blocking-threads 4"
    quiet = "--log-level error --workers-kill-timeout 2 --no-ws gongkai.wsgi:application"
    os.execv(sys.executable, [sys.executable, *server.split(), *quiet.split()])


def free_port(text: str) -> int:
    """The port as a number if it can be bound on this machine; exit code 2 if not."""
    if not (text.isdigit() and 1 <= int(text) <= 65535):
        refuse(f"端口应是 1 到 65535 的整数，现在是“{text}”。PORT must be a number, 1 to 65535.")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, int(text)))
        except OSError:
            other = int(text) % 60000 + 1
            refuse(
                f"端口 {text} 已被占用或不可用，请换一个，例如：make demo PORT={other}\n"
                f"Port {text} is in use or not allowed; choose another: make demo PORT={other}"
            )
    return int(text)


def refuse(message: str) -> None:
    click.echo(message, err=True)
    sys.exit(2)


if __name__ == "__main__":
    main()
