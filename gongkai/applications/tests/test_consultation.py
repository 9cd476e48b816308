"""Consultation, each with its own clock; its time does not count (条例 Arts 32–34)."""

from __future__ import annotations

from datetime import date

import pytest

from gongkai.applications import clock
from gongkai.applications.actions import consulting, handling
from gongkai.applications.desk.deeds import BY_KEY
from gongkai.applications.desk.deeds.consulting import AskAgencyForm, AskJointForm
from gongkai.applications.models import Application, Consultation
from gongkai.applications.tests.cast import Cast, a_registered_application
from gongkai.applications.tests.paper_way import send
from gongkai.base.models import AuditEntry
from gongkai.base.refusal import Refused
from gongkai.base.uploads import Checked
from gongkai.law.deadlines import Event, EventType, run

Party, Position = Consultation.Party, Consultation.Position
MONDAY, FRIDAY = date(2026, 3, 2), date(2026, 3, 6)
SERVED, REPLIED = date(2026, 3, 9), date(2026, 3, 16)
HOSPITAL = {"name": "示例县某医院", "address": "示例县健康路2号", "phone": "0000-7654321"}
SLIP = Checked("回执.pdf", "application/pdf", b"%PDF-1.4 slip", "pdf")


@pytest.fixture
def case(cast: Cast) -> Application:
    return a_registered_application(cast, on=MONDAY, item="合同")


def asked(case: Application, cast: Cast, party: str = Party.THIRD_PARTY) -> Consultation:
    return consulting.consult(
        case, party, contact=HOSPITAL, content="设备采购合同", until=SERVED, by=cast.clerk
    )


def sent(case: Application, cast: Cast, party: str = Party.THIRD_PARTY) -> Consultation:
    with clock.on_day(FRIDAY):
        one = asked(case, cast, party)
        assert one.letter is not None
        send(one.letter, cast, way="post")
    return one


def law(*more: Event, as_of: date):
    first = Event(MONDAY, EventType.APPLICATION_SUBMITTED, channel="in_person")
    begun = Event(FRIDAY, EventType.CONSULTATION_SENT, id="C1", party="third_party")
    return run([first, begun, *more], as_of=as_of)


def test_a_third_party_gets_a_letter_and_a_slip_and_the_applicant_is_told_once(
    cast: Cast, case: Application
) -> None:
    with clock.on_day(FRIDAY):
        first, second = asked(case, cast), asked(case, cast, Party.JOINT_MAKER)
    codes = sorted(case.letters.values_list("code", flat=True))
    assert codes == ["L02", "L03", "L07", "L08", "L09", "L10"]
    assert (first.reference, second.reference) == ("C1", "C2")
    letter = first.letter
    assert letter is not None and letter.addressee == HOSPITAL["name"]
    assert letter.values["reference"] == "C1" and letter.values["days"] == 15


def test_another_agency_is_not_asked_to_answer_by_a_day_that_is_over(
    cast: Cast, case: Application
) -> None:
    with clock.on_day(REPLIED), pytest.raises(Refused, match="不能早于今天"):
        asked(case, cast, Party.OTHER_AGENCY)
    with clock.on_day(SERVED):
        asked(case, cast, Party.OTHER_AGENCY)


def test_the_clock_stands_from_the_letter_to_the_answer(cast: Cast, case: Application) -> None:
    sent(case, cast)
    case.refresh_from_db()
    assert case.due_on is None and case.state == Application.State.CONSULTING
    with clock.on_day(SERVED):
        arrived = consulting.note_service(case, "C1", on=SERVED, by=cast.clerk).letter
        case.refresh_from_db()
    # Nobody waits for the signature of a letter whose service is noted.
    assert arrived is not None
    arrived.refresh_from_db()
    assert (arrived.state, arrived.delivered_on) == (arrived.State.DELIVERED, SERVED)
    served = Event(SERVED, EventType.CONSULTATION_DELIVERED, id="C1")
    assert case.waiting_until == law(served, as_of=SERVED).consultations[0][0].due
    with clock.on_day(REPLIED):
        one = consulting.note_reply(
            case, "C1", on=REPLIED, position=Position.AGREES, files=[SLIP], by=cast.clerk
        )
        case.refresh_from_db()
    answered = Event(REPLIED, EventType.CONSULTATION_REPLY, id="C1", position="agrees")
    assert case.due_on == law(served, answered, as_of=REPLIED).reply_due
    assert one.reply_file is not None and one.reply_file.kind == "opinion"


def test_silence_ends_the_consultation_on_its_last_day(cast: Cast, case: Application) -> None:
    sent(case, cast)
    with clock.on_day(SERVED):
        consulting.note_service(case, "C1", on=SERVED, by=cast.clerk)
    served = Event(SERVED, EventType.CONSULTATION_DELIVERED, id="C1")
    later = date(2026, 4, 1)
    with clock.on_day(later):
        found = clock.outcome(Application.objects.get(pk=case.pk))
    assert found.consultations[0][1] == "silent_agency_decides"
    assert found.reply_due == law(served, as_of=later).reply_due


def test_nothing_is_served_or_answered_that_was_not_sent(cast: Cast, case: Application) -> None:
    with clock.on_day(FRIDAY):
        asked(case, cast)
        with pytest.raises(Refused, match="没有发出记录"):
            consulting.note_service(case, "C1", on=FRIDAY, by=cast.clerk)
        with pytest.raises(Refused, match="没有发出记录"):
            consulting.note_reply(case, "C1", on=FRIDAY, position=Position.AGREES, by=cast.clerk)


def test_an_objection_is_judged_and_the_words_are_kept_sealed(
    cast: Cast, case: Application
) -> None:
    sent(case, cast)
    with clock.on_day(REPLIED):
        one = consulting.note_reply(
            case,
            "C1",
            on=REPLIED,
            position=Position.OBJECTS,
            reasons="涉及商业秘密",
            by=cast.clerk,
        )
        assert one.reasonable is None
        one = consulting.judge_objection(
            case, "C1", reasonable=True, why="价格属于商业秘密", by=cast.clerk
        )
    assert one.reasonable is True
    assert "商业秘密" not in repr(list(case.events.values()))


def test_who_agreed_has_nothing_to_be_judged(cast: Cast, case: Application) -> None:
    sent(case, cast)
    with clock.on_day(REPLIED):
        consulting.note_reply(case, "C1", on=REPLIED, position=Position.AGREES, by=cast.clerk)
        with pytest.raises(Refused, match="没有反对"):
            consulting.judge_objection(case, "C1", reasonable=True, why="无", by=cast.clerk)


def test_what_a_joint_maker_answers_rests_on_its_own_article(cast: Cast, case: Application) -> None:
    """条例 Art 34; only a third party's reasons are judged (Art 32)."""
    deed = BY_KEY["consultation-reply"]
    sent(case, cast, Party.JOINT_MAKER)
    assert deed.article(case) == "《条例》第三十四条"
    assert "reasonable" not in deed.form(case=case, user=cast.clerk).fields
    sent(case, cast)
    assert deed.article(case) == "《条例》第三十四条、第三十二条"
    assert "reasonable" in deed.form(case=case, user=cast.clerk).fields
    with clock.on_day(REPLIED):
        one = consulting.note_reply(
            case, "C1", on=REPLIED, position=Position.OBJECTS, reasonable=True, by=cast.clerk
        )
        assert one.reasonable is None
        with pytest.raises(Refused, match="第三方没有反对"):
            consulting.judge_objection(case, "C1", reasonable=True, why="无", by=cast.clerk)


def test_an_answer_entered_by_mistake_is_struck_out_and_the_wait_goes_on(
    cast: Cast, case: Application
) -> None:
    sent(case, cast)
    with clock.on_day(REPLIED):
        consulting.note_reply(case, "C1", on=REPLIED, position=Position.AGREES, by=cast.clerk)
        entry = case.events.get(deed="consultation-reply")
        handling.strike_out(case, entry.pk, "记错了件", by=cast.clerk)
        case.refresh_from_db()
    one = case.consultations.get()
    assert (one.replied_on, one.position) == (None, "")
    assert one.sent_on == FRIDAY and case.state == Application.State.CONSULTING


def test_the_name_of_the_third_party_stands_in_no_event_and_no_trail(
    cast: Cast, case: Application
) -> None:
    sent(case, cast)
    told = repr(list(case.events.values())) + repr(list(AuditEntry.objects.values("old", "new")))
    assert HOSPITAL["name"] not in told


def test_a_body_that_is_asked_is_not_called_a_person(cast: Cast, case: Application) -> None:
    for form in (AskJointForm, AskAgencyForm):
        asked = form(case=case, user=cast.clerk)
        assert next(iter(asked.fields)) == "name"
        assert asked.fields["name"].label == "机关名称"
