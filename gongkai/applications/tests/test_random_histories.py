"""Random histories: whatever people do in whatever order, what must hold of a case holds.

Every deed goes through the same actions as the pages. Before it, somebody without the right to
do it tries; many deeds are refused by the law: neither leaves a trace.
"""

from __future__ import annotations

import ast
import inspect
import pkgutil
from collections import Counter
from collections.abc import Sequence
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gongkai.applications import actions, clock
from gongkai.applications.actions.handling import correct_register
from gongkai.applications.actions.papers import move_letter
from gongkai.applications.actions.recompute import recompute_open_cases
from gongkai.applications.models import Application
from gongkai.applications.tests.cast import Cast, an_application
from gongkai.applications.tests.paper_way import a_letter
from gongkai.applications.tests.play import DEEDS, Deed, Play, likely, with_other_handler
from gongkai.applications.tests.whole import (
    assert_case,
    assert_numbers,
    assert_statistics,
    assert_trail,
    everything,
)
from gongkai.base.refusal import Refused

FIRST, LAST = date(2025, 10, 9), date(2026, 11, 20)
#: How often something else is tried where the law does not allow a deed.
TRIES = 3
DEEDS_PER_HISTORY = 80
#: Fewer than two do not come by a third of the deeds.
HISTORIES = max(2, settings.default.max_examples // 25)
PAUSES = (0,) * 12 + (1, 1, 2, 3, 5, 9, 25)


WRITES = ("INSERT", "UPDATE", "DELETE")


def refusal(deed: Deed, play: Play, case: Application, by: Any) -> Exception | None:
    """Somebody does the deed: how he was refused, which left no trace, or None."""
    written: list[str] = []

    def look(execute: Any, sql: str, *more: Any) -> Any:
        if sql.lstrip().startswith(WRITES):
            written.append(sql)
        return execute(sql, *more)

    before = transaction.savepoint()
    try:
        with connection.execute_wrapper(look), clock.on_day(play.day):
            deed.do(play, case, by)
    except (PermissionDenied, Refused) as no:
        if written:
            left = everything()
            transaction.savepoint_rollback(before)
            assert everything() == left, deed.name
        return no
    transaction.savepoint_commit(before)
    return None


def done(deed: Deed, play: Play, case: Application) -> bool:
    """Somebody who may does the deed; False when the law, or the state, does not allow it."""
    by = play.choose(play.able(deed, case)) if deed.roles else None
    no = refusal(deed, play, case, by)
    assert not isinstance(no, PermissionDenied), (deed.name, by)
    return no is None


def a_history(play: Play) -> Counter[str]:
    """One history of the office; gives how often each deed was done."""
    happened: Counter[str] = Counter()
    seen: set[int] = set()
    for number in range(DEEDS_PER_HISTORY):
        play.turn_the_page(PAUSES)
        known = dict(Application.objects.values_list("pk", "version"))
        if not known or (len(known) < 6 and play.choose((False,) * 9 + (True,))):
            with clock.on_day(play.day):
                play.file()
            happened["file"] += 1
        else:
            case = Application.objects.select_related("body").get(pk=play.choose(sorted(known)))
            if number % 3 == 0:
                deed = play.choose([d for d in DEEDS if d.roles])
                by = play.choose(play.unable(deed, case))
                assert refusal(deed, play, case, by), f"{by} was let do: {deed.name}"
            for _ in range(TRIES):
                any_deed = play.choose((False,) * 4 + (True,))
                deed = play.choose(DEEDS) if any_deed else likely(case, play.choose)
                if (play.able(deed, case) or not deed.roles) and done(deed, play, case):
                    happened[deed.name] += 1
                    break
        for pk, version in Application.objects.order_by("pk").values_list("pk", "version"):
            if known.get(pk) != version:
                assert_case(pk, play.day, letters_seen=seen)
    return happened


def assert_office(play: Play) -> None:
    assert_numbers()
    assert_statistics(play.cast.body, play.day)
    assert_trail()
    with clock.on_day(play.day):
        versions = dict(Application.objects.values_list("pk", "version"))
        recompute_open_cases(play.cast.body)
        for case in Application.objects.filter(archived_on=None):
            found = clock.outcome(case)
            assert (case.due_on, case.closed_on) == (found.reply_due, found.closed_on)
            assert versions[case.pk] <= case.version
    assert_statistics(play.cast.body, play.day)


def test_random_histories_keep_what_must_hold(cast: Cast) -> None:
    happened: Counter[str] = Counter()
    people = with_other_handler(cast, Play(cast, max, FIRST)).people

    @settings(
        max_examples=HISTORIES,
        suppress_health_check=list(HealthCheck),
    )
    @given(st.randoms(use_true_random=True))
    def play_one(chance: Any) -> None:
        def choose(options: Sequence[Any]) -> Any:
            return chance.choice(list(options))

        with transaction.atomic():
            play = Play(cast, choose, FIRST, LAST, people)
            happened.update(a_history(play))
            assert_office(play)
            transaction.set_rollback(True)

    play_one()
    assert len(happened) >= len(DEEDS) // 3, happened


def test_a_letter_submitted_for_review_is_not_how_the_application_came_in(cast: Cast) -> None:
    case = an_application(cast.body, on=date(2026, 3, 2)).case
    letter = a_letter(case, "L22", cast)
    with clock.on_day(date(2026, 3, 5)):
        move_letter(letter, "submit", by=cast.clerk)
    for day in (date(2026, 3, 10), date(2026, 3, 9)):
        correct_register(case, {"submitted_on": day}, reason="录入有误", by=cast.clerk)
    case.refresh_from_db()
    assert case.received_on == date(2026, 3, 9)
    assert [e.on for e in clock.in_force(case.events.all()) if e.law_type] == [case.received_on]


#: Functions that take ``by`` and are no deed by themselves, or have none on a case.
_PARTS = {
    "core": {"on_case", "add_event", "void_event", "record"},
    "closing": {"change_order"},  # by end_dispute
    "delivery": {"slip"},
    "disputes": {"on_dispute"},
    "handling.asking": {"keep_all"},
    "handling.receipt": {"draft_register_papers", "replace_first", "cancel_drafts"},
    "handling.undo": {"undo_split", "undo_merge", "undo_repeat"},  # by undo_shape
    "intake": {"file_at_desk", "file_application"},  # Play.file
    "office": {"save_office"},
    "recompute": {"recompute_open_cases", "on_calendar_changed"},  # at the end of a history
    "redact": {"draft_of"},
    "side": {"on_side", "record_side", "keep_side_file"},
    "side_letter": {"fetched"},
    "urge": {"urge"},  # of a body; it changes no case
}


def test_every_deed_of_the_room_is_in_the_play() -> None:
    """What is not there is neither played in random order nor killed in the middle."""
    called = {
        node.attr if isinstance(node, ast.Attribute) else node.id
        for file in (Path(__file__).parent / "play").glob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute | ast.Name) and isinstance(node.ctx, ast.Load)
    }
    missing = []
    for found in pkgutil.walk_packages(actions.__path__, f"{actions.__name__}."):
        module = import_module(found.name)
        short = found.name.removeprefix(f"{actions.__name__}.")
        for name, function in inspect.getmembers(module, inspect.isfunction):
            if function.__module__ != found.name or name.startswith("_"):
                continue
            asked = inspect.signature(function).parameters
            keywords = {n for n, p in asked.items() if p.kind is p.KEYWORD_ONLY}
            if keywords & {"by", "seen"} and name not in called | _PARTS.get(short, set()):
                missing.append(f"{short}.{name}")
    assert missing == []
