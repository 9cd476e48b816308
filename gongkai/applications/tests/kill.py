"""An office whose program is ended by force (``kill -9``) in the middle of its work, many times.

Run: ``python -m gongkai.applications.tests.kill [--times 200] [--database sqlite|postgresql]``.
After every kill: whatever was acknowledged is there, and nothing is half done. The test of the
same name does it a few times.
"""

from __future__ import annotations

import argparse
import os
import random
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import django

DAY = date(2026, 11, 20)
#: Seconds from the first acknowledged deed of a process to its end, at most.
LONGEST = 0.4
#: Cases under way at a time.
AT_HAND = 8


def work(cast: Any, seed: int, tell: Any) -> None:
    """Deeds without end; each is told when it is acknowledged."""
    from django.core.exceptions import PermissionDenied

    from gongkai.applications import clock
    from gongkai.applications.models import Application
    from gongkai.applications.tests.play import DEEDS, FILE_DEEDS, Play, likely
    from gongkai.base.refusal import Refused

    chance = random.Random(seed)

    def choose(options: Sequence[Any]) -> Any:
        return chance.choice(list(options))

    play = Play(cast, choose, DAY)
    deeds = (*DEEDS, *FILE_DEEDS)
    while True:
        open_cases = list(
            Application.objects.filter(erased_at=None, merged_into=None, parts=None)
            .select_related("body")
            .order_by("-pk")[:AT_HAND]
        )
        name = "file"
        with clock.on_day(DAY):
            if len(open_cases) < AT_HAND or chance.random() < 0.1:
                case = play.file(days_ago=chance.choice((0, 3, 9)))
            else:
                case = choose(open_cases)
                deed = likely(case, choose, deeds) if chance.random() < 0.9 else choose(deeds)
                able = play.able(deed, case)
                if deed.roles and not able:
                    continue
                try:
                    deed.do(play, case, choose(able) if deed.roles else None)
                except (Refused, PermissionDenied):
                    continue
                name = deed.name
        tell(acknowledged(name, case.pk))


def acknowledged(name: str, pk: int) -> list[Any]:
    """What the one who did the deed now knows: the case stands there, these things are kept."""
    from gongkai.applications.models import Application, CaseFile, Dispute, SideRequest
    from gongkai.base.models import AuditHead

    case = Application.objects.select_related("body").get(pk=pk)
    return [
        name,
        pk,
        case.version,
        list(case.events.values_list("pk", flat=True)),
        list(case.letters.values_list("pk", "state")),
        list(CaseFile.objects.filter(application=case).values_list("pk", flat=True)),
        AuditHead.objects.get(scope=case.body.slug).sequence,
        list(Dispute.objects.filter(application=case).values_list("pk", "version")),
        list(SideRequest.objects.values_list("pk", "version")),
        list(case.public_answers.values_list("pk", flat=True)),
        list(case.approvals.values_list("pk", flat=True)),
    ]


@dataclass
class Watch:
    """What was seen so far: only what is new is looked at closely after a kill."""

    versions: dict[int, int] = field(default_factory=dict)
    letters: set[int] = field(default_factory=set)
    last_file: int = 0
    deeds: Counter[str] = field(default_factory=Counter)
    #: Deeds that were committed and whose acknowledgement the kill cut off.
    unheard: int = 0

    def look(self, told: list[list[Any]]) -> None:
        """Nothing acknowledged is lost, nothing is half done."""
        from gongkai.applications.files import content
        from gongkai.applications.models import (
            Application,
            Approval,
            CaseEvent,
            CaseFile,
            Dispute,
            Letter,
            PublicAnswer,
            SideRequest,
        )
        from gongkai.applications.tests.whole import assert_case, assert_numbers, assert_trail
        from gongkai.base.models import AuditHead

        versions = dict(Application.objects.values_list("pk", "version"))
        heard: dict[int, int] = {}
        last = max(AuditHead.objects.values_list("sequence", flat=True), default=0)
        counted = {m: dict(m.objects.values_list("pk", "version")) for m in (Dispute, SideRequest)}
        kept: dict[Any, set[int]] = defaultdict(set)
        for name, pk, version, events, letters, files, sequence, *beside in told:
            self.deeds[name] += 1
            heard[pk] = version
            assert versions[pk] >= version, f"a deed that was acknowledged is lost: {name}"
            kept[CaseEvent, pk].update(events)
            kept[Letter, pk].update(n for n, _ in letters)
            kept[CaseFile, pk].update(files)
            assert sequence <= last, name
            for model, known in zip((Dispute, SideRequest), beside[:2], strict=True):
                assert all(counted[model][one] >= version for one, version in known), name
            for rows, known in zip((PublicAnswer, Approval), beside[2:], strict=True):
                kept[rows, pk].update(known)
        for (model, pk), keys in kept.items():
            found = model.objects.filter(application=pk, pk__in=keys).count() if keys else 0
            assert found == len(keys), model
        for pk, version in versions.items():
            if self.versions.get(pk) != version:
                assert_case(pk, DAY, letters_seen=self.letters)
        self.unheard += sum(versions[pk] > version for pk, version in heard.items())
        self.versions = versions
        for file in CaseFile.objects.filter(pk__gt=self.last_file, erased_at=None):
            content(file)
            self.last_file = file.pk
        assert_numbers()
        assert_trail()

    def look_at_the_end(self, kills: int) -> int:
        """Every case once more, the counts, and the disk; gives the files without a row."""
        from django.conf import settings

        from gongkai.applications.actions.erase import sweep
        from gongkai.applications.files import FOLDER
        from gongkai.applications.models import Application, CaseFile
        from gongkai.applications.tests.whole import assert_case, assert_statistics
        from gongkai.bodies.models import Body

        for pk in self.versions:
            assert_case(pk, DAY)
        for body in Body.objects.filter(pk__in=Application.objects.values("body")):
            assert_statistics(body, DAY)
        swept = sweep(young=0)
        # A letter is two files; no other deed keeps more.
        assert swept.orphans <= 2 * kills
        root = Path(settings.MEDIA_ROOT)
        there = {p.relative_to(root).as_posix() for p in (root / FOLDER).rglob("*") if p.is_file()}
        assert there == set(CaseFile.objects.filter(erased_at=None).values_list("path", flat=True))
        return swept.orphans


def kill_again_and_again(
    cast: Any, times: int, *, seed: int = 49, before: float = 0
) -> tuple[Watch, int]:
    """``times`` processes at work, each ended by force; what was seen, and the orphaned files.

    ``before``: seconds for which the first works, so that the others come upon cases in every
    state.
    """
    from gongkai.applications import clock
    from gongkai.applications.tests.cast import undone
    from gongkai.applications.tests.play import Play, likely
    from gongkai.base.tests.elsewhere import killed_at_work

    chance, watch = random.Random(seed), Watch()
    # What a process reads once for itself (the law, the forms of letters), before it is many.
    with clock.on_day(DAY), undone():
        any_of = random.Random(seed).choice
        likely(Play(cast, any_of, DAY).file(), any_of)
    if before:
        watch.look(killed_at_work(partial(work, cast, seed), before))
    for round_ in range(times):
        worker = partial(work, cast, seed * 1000 + round_)
        watch.look(killed_at_work(worker, chance.uniform(0, LONGEST)))
    return watch, watch.look_at_the_end(times)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=200)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--before", type=float, default=40, help="seconds of the first process")
    parser.add_argument("--url", help="an empty database that is there already (the test's)")
    wanted = parser.parse_args()
    from tests.run import postgresql

    folder = tempfile.TemporaryDirectory(prefix="gongkai-kill-")
    ours = wanted.database == "postgresql" and not wanted.url
    server: Any = postgresql() if ours else nullcontext(wanted.url)
    with folder as data, server as url:
        os.environ["GONGKAI_DATABASE_URL"] = url or f"sqlite:///{data}/killed.sqlite3"
        os.environ["DJANGO_SETTINGS_MODULE"] = "gongkai.settings.test"
        django.setup()
        from django.conf import settings
        from django.core.management import call_command

        settings.MEDIA_ROOT = data
        if not wanted.url:
            call_command("migrate", verbosity=0)
        from gongkai.applications.tests.cast import make_cast

        start = time.monotonic()
        watch, orphans = kill_again_and_again(make_cast(), wanted.times, before=wanted.before)
        seconds = time.monotonic() - start
        print(
            f"killed {wanted.times} times, {sum(watch.deeds.values())} deeds of "
            f"{len(watch.deeds)} kinds acknowledged, none lost, none half done; "
            f"{watch.unheard} done and not yet acknowledged, {orphans} files without a row "
            f"swept away ({seconds:.0f} s)"
        )
        print(", ".join(f"{name} {n}" for name, n in watch.deeds.most_common()))


if __name__ == "__main__":
    main()
