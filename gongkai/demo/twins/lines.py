"""Lines of a register in bulk, as an import writes them: one batch, one entry in the trail."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cache
from itertools import accumulate, pairwise
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.utils import timezone

from gongkai.base import audit
from gongkai.bodies.ledger.actions import set_due
from gongkai.bodies.ledger.book import Book, Publication, book
from gongkai.bodies.ledger.models import PublishedEntry, SheetImport
from gongkai.bodies.models import Body
from gongkai.demo.accounts import KEEPER, PUBLISHER
from gongkai.law.calendar import national

Rows = list[dict[str, Any]]
_BATCH = 2_000


@dataclass(frozen=True, slots=True)
class Team:
    """Who enters the lines, and who lets them out to the public."""

    keeper: AbstractBaseUser
    publisher: AbstractBaseUser


def team() -> Team:
    users = get_user_model().objects
    return Team(users.get(username=KEEPER), users.get(username=PUBLISHER))


@cache
def _working_days(year: int) -> tuple[date, ...]:
    return tuple(national().days(date(year, 1, 1), date(year, 12, 31)))


def spread(year: int, number: int) -> list[date]:
    """``number`` days of a year in order, evenly over its working days."""
    working = _working_days(year)
    return [working[i * len(working) // number] for i in range(number)]


def shares(total: int, parts: int) -> list[int]:
    """A total in so many different parts, each at least 1; their sum is the total."""
    weights = list(accumulate(3 + (7 * i) % 5 for i in range(parts)))
    free = total - parts
    cut = [0, *(free * weight // weights[-1] for weight in weights)]
    return [1 + now - before for before, now in pairwise(cut)]


def enter(slug: str, body: Body, year: int, rows: Iterable[dict[str, Any]], by: Team) -> int:
    """Lines of a book from their values, spread over the year where they have no day.

    What of them is public was let out by the other person, within the days the book's rule gives.
    """
    one, values = book(slug), list(rows)
    if not values:
        return 0
    for on, row in zip(spread(year, len(values)), values, strict=True):
        row.setdefault("happened_on", on)
    batch = _batch(one, body, year, values, by)
    calendar = national()
    made = [one.model(body=body, entered_by=by.keeper, sheet=batch, **row) for row in values]
    for number, line in enumerate(made):
        set_due(one, line, calendar)
        if one.publication is not None and isinstance(line, PublishedEntry):
            _let_out(one.publication, line, number, by)
    one.model._default_manager.bulk_create(made, batch_size=_BATCH)
    told = {"行数": len(made), "文件校验值": batch.sha256}
    audit.record(f"导入{one.title}", batch, by=by.keeper, scope=body.slug, new=told)
    public = sum(getattr(line, "published_at", None) is not None for line in made)
    if public:
        audit.record(
            f"公开{one.title}", batch, by=by.publisher, scope=body.slug, new={"行数": public}
        )
    return len(made)


def _batch(one: Book, body: Body, year: int, values: list[dict[str, Any]], by: Team) -> SheetImport:
    plain = json.dumps(values, default=str, ensure_ascii=False)
    return SheetImport.objects.create(
        body=body,
        book=one.slug,
        name=f"{one.title}{year}年（演示）.csv",
        sha256=hashlib.sha256(plain.encode()).hexdigest(),
        rows=len(values),
        state=SheetImport.State.TAKEN_IN,
        sent_by=by.keeper,
        taken_in_at=timezone.now(),
    )


def _let_out(public: Publication, line: PublishedEntry, number: int, by: Team) -> None:
    """Public within a few working days of the day it is to be public from."""
    if all(getattr(line, name) == wanted for name, wanted in public.only.items()):
        since = getattr(line, "replied_on", None) or line.happened_on
        line.published_at, line.published_by = _soon_after(since, 1 + number % 4), by.publisher


@cache
def _soon_after(on: date, days: int) -> datetime:
    return timezone.make_aware(datetime.combine(national().add(on, days), time(10)))
