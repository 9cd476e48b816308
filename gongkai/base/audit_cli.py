"""``gongkai audit …``: whether the audit trail is whole, and its ends to keep elsewhere."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from gongkai.base.begun import choose_settings, must_stand

FORMAT = "gongkai-audit-heads/1"


@click.group(help="操作记录：核对是否完整，导出链尾另行保存。")
def commands() -> None:
    choose_settings()
    import django

    django.setup()


def _altered() -> Iterator[str]:
    """What the rooms say is no longer as it was when it went out (``AppConfig.audit_verifier``)."""
    from django.apps import apps
    from django.utils.module_loading import import_string

    for config in apps.get_app_configs():
        if named := getattr(config, "audit_verifier", ""):
            yield from import_string(named)()


@commands.command(
    help="核对每一条操作记录链：有没有被改动、删除、调换次序；送出的文书是否仍与送出时一致。"
    "不完整、不一致时退出码为 1。"
)
@click.option("--json", "as_json", is_flag=True, help="输出 JSON。")
@click.option(
    "--expect",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="与先前用 gongkai audit heads 保存的链尾比较，可以发现末尾被截断或者整体改写。",
)
def verify(as_json: bool, expect: Path | None) -> None:
    must_stand()
    from gongkai.base import chain

    found = list(chain.verify(_noted(expect) if expect else None))
    altered = list(_altered())
    broken = [c for c in found if c.broken] or altered
    if as_json:
        click.echo(
            json.dumps(
                {"whole": not broken, "chains": [asdict(c) for c in found], "altered": altered},
                ensure_ascii=False,
                indent=2,
            )
        )
    else:
        _table(found)
        for sentence in altered:
            click.echo(sentence)
    sys.exit(1 if broken else 0)


@commands.command(help="输出每条链的条数和链尾校验值（JSON），请保存到本机以外的地方。")
def heads() -> None:
    must_stand()
    from gongkai.base.models import AuditHead

    ends = AuditHead.objects.exclude(sequence=0).order_by("scope")
    click.echo(
        json.dumps(
            {
                "format": FORMAT,
                "at": datetime.now(UTC).isoformat(timespec="seconds"),
                "chains": {h.scope: {"count": h.sequence, "hash": h.hash} for h in ends},
            },
            ensure_ascii=False,
            indent=2,
        )
    )


def _noted(path: Path) -> dict[str, tuple[int, str]]:
    try:
        raw: dict[str, Any] = json.loads(path.read_text("utf-8"))
        if raw["format"] != FORMAT:
            raise ValueError
        return {s: (int(c["count"]), str(c["hash"])) for s, c in raw["chains"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise click.UsageError(
            f"看不懂“{path}”，请用 gongkai audit heads 输出并保存的文件。"
        ) from None


def _table(found: list[Any]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(title=f"操作记录链 {len(found)} 条")
    for head in ("范围", "条数", "链尾校验值", "结果"):
        table.add_column(head, justify="right" if head == "条数" else "left", overflow="fold")
    for one in found:
        table.add_row(one.name, str(one.count), one.head[:16], one.broken or "完整")
    Console().print(table)
    broken = [c for c in found if c.broken]
    if broken:
        click.echo(f"操作记录不完整：{broken[0].name} {broken[0].broken}")
    else:
        click.echo(f"全部完整，共 {sum(c.count for c in found)} 条。")
