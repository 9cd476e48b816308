"""What must hold of every application and of all of them together, whatever was done before."""

from __future__ import annotations

import hashlib
import re
from datetime import date
from typing import Any

from django.apps import apps
from django.db import connection
from django.db.models import QuerySet

from gongkai.applications import clock
from gongkai.applications.files import content
from gongkai.applications.models import (
    Application,
    Dispute,
    Letter,
    SerialCounter,
    SideRequest,
)
from gongkai.applications.state import is_split, state_of
from gongkai.applications.statistics.proofs import proofs
from gongkai.applications.statistics.tables import Period, table3
from gongkai.base import chain
from gongkai.base.models import AuditEntry
from gongkai.bodies.models import Body
from gongkai.law import counting
from gongkai.law.deadlines import Event, EventType, Outcome, run

#: Fields of the law's event that an entry of a case may hold.
_FACTS = (
    "channel",
    "days",
    "id",
    "party",
    "position",
    "mode",
    "amount",
    "ordinal",
    "pages",
    "decision",
    "applicant",
    "carrier",
    "good_reason",
)
_OUT = (Letter.State.SENT, Letter.State.DELIVERED)


def said_by_the_law(case: Application, today: date) -> Outcome:
    """The law's own answer from the stored entries, read here and not by the program's bridge."""
    entries = list(case.events.all())
    struck = {e.voids_id for e in entries}
    events: list[tuple[Any, Event]] = []
    for entry in entries:
        if not entry.law_type or entry.pk in struck:
            continue
        facts = {k: entry.data[k] for k in _FACTS if k in entry.data}
        if "until" in entry.data:
            facts["until"] = date.fromisoformat(entry.data["until"])
        place = (entry.on, entry.data.get("replaces") or entry.pk)
        events.append((place, Event(entry.on, EventType(entry.law_type), **facts)))
    events.sort(key=lambda pair: pair[0])
    return run([e for _, e in events], law=clock.law_for(case.body), as_of=today)


def assert_case(pk: int, today: date, *, letters_seen: set[int] | None = None) -> None:
    """A case after a deed on the day ``today``; ``letters_seen``: whose bytes were looked at."""
    with clock.on_day(today):
        read = Application.objects.select_related("body").prefetch_related("events")
        case = read.get(pk=pk)
        found = said_by_the_law(case, today)
        assert found.refused == (), found.refused
        closed = found.closed_on
        assert {
            "received_on": case.received_on,
            "due_on": case.due_on,
            "closed_on": case.closed_on,
            "effective_on": case.effective_on,
            "on_time": case.on_time,
            "extended": case.extended,
            "decision": case.decision,
        } == {
            "received_on": found.received_on,
            "due_on": found.reply_due,
            "closed_on": closed,
            "effective_on": found.effective_on,
            "on_time": found.on_time,
            "extended": "extension" in found.before,
            "decision": found.decision if closed and found.decision else "",
        }
        split = is_split(case)
        assert case.state == state_of(case, found, split=split)
        assert case.counted == (case.merged_into_id is None and not split)
    assert case.items.exists()
    entries = list(case.events.all())
    struck = {e.voids_id for e in entries}
    holding = [e for e in entries if e.pk not in struck]
    assert sum(e.deed == "submit" and e.law_type != "" for e in holding) == 1
    if case.split_from_id is None:
        entered = sum(e.deed == "register" for e in holding)
        assert entered == (case.registered_at is not None)
    own = ("merge", "undo-shape")  # the part of a split that was undone
    assert any(e.deed in own for e in entries) >= (case.merged_into_id is not None)
    for one in case.consultations.select_related("letter"):
        assert one.letter is not None and one.letter.application_id == pk
    # Every deed counts the case up by one and leaves one entry in the trail: half of one shows.
    trail = AuditEntry.objects.filter(object_type="applications.application", object_id=str(pk))
    # To look or to print changes nothing; the defence stands in the trail of its dispute.
    left = [a for a in _actions(trail) if "查看" not in a and not a.startswith("打印")]
    disputes = list(case.disputes.all())
    drafted = sum(assert_dispute(case, dispute) for dispute in disputes)
    assert len(left) + drafted == case.version
    assert (case.archived_on is not None) <= bool(case.archive_number)
    for letter in case.letters.select_related("docx", "pdf").prefetch_related("steps"):
        assert_letter(case, letter, letters_seen)
    if case.erased_at is not None:
        assert not case.applicant and not case.details
        # The defence in a dispute may be written later; it is the body's own.
        before = case.letters.filter(made_at__lt=case.erased_at)
        assert not any(letter.values for letter in before)
        assert sum(e.deed == "erase" for e in entries) == 1


def _actions(trail: QuerySet[AuditEntry]) -> list[str]:
    return list(trail.order_by().values_list("action", flat=True))


def assert_dispute(case: Application, dispute: Dispute) -> int:
    """A dispute of the case; gives how often an answer to it was drafted."""
    assert (dispute.outcome == Dispute.Outcome.PENDING) == (dispute.ended_on is None)
    deeds = AuditEntry.objects.filter(object_type="applications.dispute", object_id=str(dispute.pk))
    done = _actions(deeds)
    assert len(done) == dispute.version + 1  # the first is the registration
    orders = list(dispute.evidence.values_list("order", flat=True))
    assert orders == list(range(1, len(orders) + 1))
    if dispute.reanswer_due_on is not None:
        assert dispute.outcome == Dispute.Outcome.CORRECTED
        assert case.events.filter(deed="reopen").exists()
    return done.count("起草答复（答辩）")


def assert_letter(case: Application, letter: Letter, seen: set[int] | None = None) -> None:
    out = letter.state in _OUT
    assert out == bool(letter.frozen_sha256) == (letter.sent_on is not None)
    last = max(letter.steps.all(), key=lambda step: step.pk, default=None)
    assert letter.state == (last.to_state if last else Letter.State.DRAFT)
    told = [e for e in case.events.all() if e.data.get("letter") == letter.pk]
    assert bool(told) == out
    if not out or letter.docx is None or letter.pdf is None:
        assert not out and letter.docx is None and letter.pdf is None
        return
    if letter.pdf.erased_at is None and letter.pk not in (seen or ()):
        kept = content(letter.pdf) + content(letter.docx)
        assert hashlib.sha256(kept).hexdigest() == letter.frozen_sha256
        if seen is not None:
            seen.add(letter.pk)


def assert_numbers() -> None:
    """Numbers of a body and year: from 1 without a gap, none twice, as the counter says."""
    given: dict[tuple[int, int, str], list[int]] = {}
    for case in Application.objects.all():
        given.setdefault((case.body_id, case.year, "application"), []).append(case.serial)
        if case.archive_number:
            year, serial = re.findall(r"·(\d{4})-D\d+-(\d+)$", case.archive_number)[0]
            given.setdefault((case.body_id, int(year), "archive"), []).append(int(serial))
    for letter in Letter.objects.exclude(seal_number="").select_related("application"):
        year, serial = re.findall(r"印〔(\d{4})〕(\d+)号$", letter.seal_number)[0]
        key = (letter.application.body_id, int(year), "seal")
        given.setdefault(key, []).append(int(serial))
    for side in SideRequest.objects.all():
        serial, year = int(side.number[-6:-1]), int(side.number[1:5])
        given.setdefault((side.body_id, year, "side"), []).append(serial)
        if side.letter_number:
            year, serial = re.findall(r"〔(\d{4})〕第(\d+)号", side.letter_number)[0]
            given.setdefault((side.body_id, int(year), "side-letter"), []).append(int(serial))
    counters = {(c.body_id, c.year, c.kind): c.last for c in SerialCounter.objects.all()}
    for key, serials in given.items():
        assert sorted(serials) == list(range(1, len(serials) + 1)), key
    assert counters == {key: len(serials) for key, serials in given.items()}
    named = Letter.objects.exclude(number="").values_list("application__body_id", "number")
    assert len(named) == len(set(named))


def assert_statistics(body: Body, today: date) -> None:
    """Table 三 of every year: balanced, and what the law module counts from the events."""
    cases = Application.objects.filter(body=body)
    with clock.on_day(today):
        said = [said_by_the_law(c, today).counted for c in cases.filter(counted=True)]
        for year in {*cases.values_list("year", flat=True), today.year}:
            period = Period.of_year(year)
            by_law = counting.table3([s for s in said if s], year)
            assert table3(cases, period) == by_law
            for proof in proofs(cases, body.disputes.all(), period):
                assert proof.rule not in ("C01", "C02", "C03", "C05", "C20") or proof.holds, proof


def assert_trail() -> None:
    """The audit trail of every body is one whole chain."""
    assert not [c.broken for c in chain.verify() if c.broken]


def everything() -> dict[str, list[Any]]:
    """Every row of this room and of the trail, as it lies in the database."""
    rows = {}
    models = [*apps.get_app_config("applications").get_models(), AuditEntry]
    with connection.cursor() as cursor:
        for model in models:
            table = connection.ops.quote_name(model._meta.db_table)
            cursor.execute(f"SELECT * FROM {table} ORDER BY id")
            rows[model._meta.label] = cursor.fetchall()
    return rows
