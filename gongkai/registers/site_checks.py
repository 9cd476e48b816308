"""What the self-check finds in the registers: accounts that put out nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from gongkai.base.site_checks import Problem
from gongkai.bodies.models import Body
from gongkai.registers.books.media import silent


def problems(body: Body, on: date, whole: bool) -> Iterator[Problem]:
    for words, account in silent(body, on):
        yield Problem(
            kind="media",
            key=f"media:{account.pk}:{words}",
            place=f"账号“{account.name}”",
            words=f"{words}。请更新并在台账“发布统计”登记，或者注销账号。",
            veto=True,
            section=account.section_id,
        )
