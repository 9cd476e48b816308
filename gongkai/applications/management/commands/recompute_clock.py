"""``gongkai site recompute_clock``: the days of all open cases reckoned anew."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from gongkai.applications.actions.recompute import (
    catch_up,
    reckoned,
    recompute_open_cases,
    waiting,
)
from gongkai.bodies.models import Body


class Command(BaseCommand):
    help = "按现行放假安排重新推算在办申请的期限，列出变动的申请；可以随时中断、再次运行。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--body", default="", help="只推算这个机关（网址标识）。")
        parser.add_argument(
            "--waiting",
            action="store_true",
            help="放假安排变化以后还没有推算的才推算；供定时器用。",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        body = None
        if slug := options["body"]:
            body = Body.objects.filter(slug=slug).first()
            if body is None:
                raise CommandError(f"没有“{slug}”这个机关，请核对网址标识。", returncode=2)
        if options["waiting"]:
            moved = catch_up()
        else:
            found = None if body else waiting()
            moved = recompute_open_cases(body)
            if found is not None:
                reckoned(found.notices)
        for one in moved:
            name = "答复期限" if one.what == "due_on" else "等待至"
            self.stdout.write(f"{one.number} {name} {one.old or '未定'} → {one.new or '未定'}")
        self.stdout.write(f"变动 {len({m.case for m in moved})} 件。")
