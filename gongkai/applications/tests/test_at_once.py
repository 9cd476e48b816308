"""Several people at the same moment, each with a connection of his own: one wins, all is whole."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from datetime import date
from threading import Barrier, Event
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connections, transaction

from gongkai.applications import clock
from gongkai.applications.actions import (
    applicant,
    closing,
    deciding,
    delivery,
    disputes,
    papers,
    reply,
)
from gongkai.applications.actions import handling as h
from gongkai.applications.actions.core import on_case, record
from gongkai.applications.actions.side import SideIntake, file_side
from gongkai.applications.letters.compose import draft_letter
from gongkai.applications.letters.templates import save_template, shipped_text
from gongkai.applications.models import Application, Letter
from gongkai.applications.tests.cast import Cast, an_application
from gongkai.applications.tests.paper_way import made_ready
from gongkai.applications.tests.play import Play, likely
from gongkai.applications.tests.test_decide import ruling
from gongkai.applications.tests.whole import (
    assert_case,
    assert_numbers,
    assert_statistics,
    assert_trail,
)
from gongkai.base.refusal import Overtaken, Refused
from gongkai.base.tests.elsewhere import _django_db_helper  # noqa: F401

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 20)
PATIENCE = 60
Deed = Callable[[], Any]
Race = Callable[[Cast, Application], tuple[Deed, Deed]]


@pytest.fixture(autouse=True)
def _on_one_day(cast: Cast) -> Any:
    with clock.on_day(DAY):
        yield


def at_once(*deeds: Deed) -> list[Any]:
    """Each deed in a thread, all let go together; what each gave, or how it was refused."""
    start = Barrier(len(deeds))

    def one(deed: Deed) -> Any:
        try:
            start.wait(PATIENCE)
            return deed()
        except (Refused, PermissionDenied) as no:
            return no
        finally:
            connections["default"].close()

    with ThreadPoolExecutor(len(deeds)) as pool:
        going = [pool.submit(copy_context().run, one, deed) for deed in deeds]
        return [one.result(PATIENCE) for one in going]


def assert_office(cast: Cast) -> None:
    for pk in Application.objects.values_list("pk", flat=True):
        assert_case(pk, DAY)
    assert_numbers()
    assert_statistics(cast.body, DAY)
    assert_trail()


# --- two clerks on one case -----------------------------------------------------------------------


def a_case(cast: Cast) -> Application:
    case = an_application(cast.body, on=date(2026, 11, 9), items=("名单",)).case
    return h.register(case, applicant_kind="natural", subject="名单", items=["名单"], by=cast.clerk)


def _decided_twice(cast: Cast, case: Application) -> tuple[Deed, Deed]:
    pk = case.items.get().pk

    def decide(letter: str) -> Any:
        one = {pk: ruling("granted", letter)}
        return deciding.decide_items(case, one, by=cast.clerk, seen=case.version)

    return lambda: decide("L14"), lambda: decide("L15")


def _assigned_and_extended(cast: Cast, case: Application) -> tuple[Deed, Deed]:
    return (
        lambda: h.assign(case, [cast.section], by=cast.clerk, seen=case.version),
        lambda: h.request_extension(case, 10, "材料很多", by=cast.clerk, seen=case.version),
    )


def _extension_answered_twice(cast: Cast, case: Application) -> tuple[Deed, Deed]:
    h.request_extension(case, 10, "材料很多", by=cast.clerk)
    case.refresh_from_db()

    def say(approved: bool) -> Any:
        return h.answer_extension(
            case, approved=approved, answer="已阅", by=cast.head, seen=case.version
        )

    return lambda: say(True), lambda: say(False)


def _a_reply(cast: Cast, case: Application) -> Letter:
    pk = case.items.get().pk
    deciding.decide_items(case, {pk: ruling("granted", "L14")}, by=cast.clerk)
    letter = reply.draft_reply(case, by=cast.clerk)[-1]
    return Letter.objects.select_related("application").get(pk=letter.pk)


def a_draft(case: Application, cast: Cast) -> Letter:
    with on_case(case, by=None) as locked:
        record(locked, "起草", by=None)
        return draft_letter(locked, "L22", by=cast.clerk, values={})


def _passed_and_returned(cast: Cast, case: Application) -> tuple[Deed, Deed]:
    letter = a_draft(case, cast)
    papers.move_letter(letter, "submit", by=cast.clerk)
    case.refresh_from_db()

    def move(key: str) -> Any:
        return papers.move_letter(letter, key, by=cast.legal, note="理由要改", seen=case.version)

    return lambda: move("legal-review"), lambda: move("return")


def _sent_in_two_ways(cast: Cast, case: Application) -> tuple[Deed, Deed]:
    letter = made_ready(_a_reply(cast, case), cast, on=DAY)
    case.refresh_from_db()

    def send(way: str) -> Any:
        return delivery.deliver_letter(letter, way=way, on=DAY, by=cast.clerk, seen=case.version)

    return lambda: send("counter"), lambda: send("online")


def _withdrawn_while_answered(cast: Cast, case: Application) -> tuple[Deed, Deed]:
    letter = made_ready(_a_reply(cast, case), cast, on=DAY)
    case.refresh_from_db()
    return (
        lambda: applicant.withdraw(case, seen=case.version),
        lambda: delivery.deliver_letter(
            letter, way="counter", on=DAY, by=cast.clerk, seen=case.version
        ),
    )


def _archived_twice(cast: Cast, case: Application) -> tuple[Deed, Deed]:
    applicant.withdraw(case)
    case.letters.all().delete()
    closing.close_case(case, by=cast.clerk)
    case.refresh_from_db()

    def archive() -> Any:
        return closing.archive_case(case, by=cast.archivist, seen=case.version)

    return archive, archive


RACES: tuple[Race, ...] = (
    _decided_twice,
    _assigned_and_extended,
    _extension_answered_twice,
    _passed_and_returned,
    _sent_in_two_ways,
    _withdrawn_while_answered,
    _archived_twice,
)


def test_of_two_people_who_saw_the_same_one_wins_and_the_other_is_told(cast: Cast) -> None:
    for race in RACES:
        case = a_case(cast)
        deeds = race(cast, case)
        case.refresh_from_db()
        before = case.version
        given = at_once(*deeds)
        told = [g for g in given if isinstance(g, Exception)]
        assert [type(t) for t in told] == [Overtaken], (race.__name__, given)
        assert "再办一次" in str(told[0]), race.__name__
        case.refresh_from_db()
        assert case.version == before + 1, race.__name__
    assert_office(cast)


def test_two_clerks_register_the_same_application_once(cast: Cast) -> None:
    case = an_application(cast.body, on=DAY).case

    def register() -> Any:
        return h.register(
            case,
            applicant_kind="natural",
            subject="名单",
            items=["名单"],
            by=cast.clerk,
            seen=case.version,
        )

    given = at_once(register, register)
    assert sorted(isinstance(g, Overtaken) for g in given) == [False, True]
    assert sorted(case.letters.values_list("code", flat=True)) == ["L02", "L03"]
    assert_office(cast)


#: Seconds for which one writes and has not yet ended, so that the other comes upon it.
MEANWHILE = 0.3


def test_who_writes_of_a_case_and_who_works_on_it_do_not_wait_for_each_other_for_ever(
    cast: Cast,
) -> None:
    """A row that names a case, a dispute or a body is checked against it at the very end, with
    the end of the trail in hand; a deed holds these and then waits for the trail."""
    case = a_case(cast)
    facts = {"institution": "示例县人民政府", "application": case, "by": cast.legal}
    review = disputes.register_dispute(
        cast.body, kind="reconsideration", accepted_on=DAY, served_on=DAY, **facts
    )
    asked = SideIntake(
        kind="suggestion",
        body=cast.body,
        subject="急救站点",
        text="建议公开。",
        applicant={"name": "周申请", "phone": "13800000000"},
        case_number=case.number,
    )
    text = shipped_text("L36").replace("可以重新提出申请", "可以再次提出申请")
    pairs: tuple[tuple[Deed, Deed], ...] = (
        (lambda: file_side(asked), lambda: h.add_note(case, "已经说明", by=cast.clerk)),
        (
            lambda: disputes.register_dispute(
                cast.body, kind="suit_after_review", accepted_on=DAY, follows=review, **facts
            ),
            lambda: disputes.correct_dispute(review, by=cast.legal, claim="请求撤销"),
        ),
        (
            lambda: an_application(cast.body, on=DAY),
            lambda: save_template(cast.body, "L36", text, by=cast.head),
        ),
    )
    for write, work in pairs:
        written = Event()

        def beside(write: Deed = write, written: Event = written) -> None:
            with transaction.atomic():
                write()
                written.set()
                time.sleep(MEANWHILE)

        def at_work(work: Deed = work, written: Event = written) -> None:
            written.wait(PATIENCE)
            work()

        assert at_once(beside, at_work) == [None, None]
    assert (case.side_requests.count(), Application.objects.count()) == (1, 2)
    assert_office(cast)


# --- numbers --------------------------------------------------------------------------------------


def test_eight_clients_file_at_once_and_no_number_is_lost_or_doubled(cast: Cast) -> None:
    def file() -> list[str]:
        return [an_application(cast.body, on=DAY).case.number for _ in range(3)]

    numbers = [n for given in at_once(*[file] * 8) for n in given]
    assert len(set(numbers)) == 24
    serials = Application.objects.order_by("serial").values_list("serial", flat=True)
    assert list(serials) == list(range(1, 25))
    assert_office(cast)


def test_one_form_sent_eight_times_at_once_is_one_application(cast: Cast) -> None:
    def send() -> Any:
        return an_application(cast.body, on=DAY, channel="online", submission_key="k" * 32)

    given = at_once(*[send] * 8)
    assert {g.case.pk for g in given} == {Application.objects.get().pk}
    assert len({g.code for g in given}) == 1
    assert sorted(g.again for g in given) == [False] + [True] * 7
    assert_office(cast)


def test_letters_drafted_at_once_have_different_numbers(cast: Cast) -> None:
    case = a_case(cast)

    def draft(code: str) -> Deed:
        def deed() -> str:
            with on_case(case, by=cast.clerk) as locked:
                return draft_letter(locked, code, by=cast.clerk, values={}).number

        return deed

    given = at_once(*map(draft, ("L14", "L14", "L14", "L15", "L15", "L16")))
    assert len(set(given)) == 6


def test_letters_sealed_at_once_have_numbers_of_the_seal_without_a_gap(cast: Cast) -> None:
    signed = []
    for _ in range(4):
        case = a_case(cast)
        letter = a_draft(case, cast)
        Letter.objects.filter(pk=letter.pk).update(state="signed", dated_on=DAY)
        signed.append(letter)

    def seal(letter: Letter) -> Deed:
        return lambda: papers.move_letter(letter, "seal", by=cast.seal_keeper).seal_number

    given = at_once(*map(seal, signed))
    assert sorted(given) == [f"示卫健印〔2026〕{n}号" for n in range(1, 5)]


# --- everybody ------------------------------------------------------------------------------------


def test_eight_people_at_work_at_once_leave_everything_whole(cast: Cast) -> None:
    for _ in range(4):
        a_case(cast)

    def people(seed: int) -> Deed:
        chance = random.Random(seed)
        play = Play(cast, lambda options: chance.choice(list(options)), DAY)

        def at_work() -> int:
            done = 0
            for _ in range(10):
                cases = list(Application.objects.select_related("body").order_by("pk"))
                case = play.choose(cases)
                deed = likely(case, play.choose)
                able = play.able(deed, case)
                try:
                    if able or not deed.roles:
                        deed.do(play, case, play.choose(able) if deed.roles else None)
                        done += 1
                except (Refused, PermissionDenied):
                    continue
            return done

        return at_work

    done = at_once(*map(people, range(8)))
    # Some twenty-five of the eighty; how many, hangs on who comes first.
    assert sum(done) > 10
    assert_office(cast)
