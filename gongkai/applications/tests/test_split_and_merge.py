"""One matter, one application; and one answer for one matter (DOMAIN B.4)."""

from __future__ import annotations

from datetime import date

import pytest

from gongkai.applications import clock, numbers
from gongkai.applications.actions import applicant, closing, handling
from gongkai.applications.actions.delivery import record_signature
from gongkai.applications.actions.handling import Part
from gongkai.applications.desk.deeds import BY_KEY, DEEDS
from gongkai.applications.desk.deeds.registry import offer, offers
from gongkai.applications.due import due_text
from gongkai.applications.models import Application, Letter
from gongkai.applications.similar import similar_cases
from gongkai.applications.tests.cast import APPLICANT, Cast, an_application
from gongkai.applications.tests.paper_way import send
from gongkai.base.refusal import Refused

State = Application.State
MONDAY, FRIDAY = date(2026, 3, 2), date(2026, 3, 6)
PARTS = [Part("门诊名单"), Part("疫苗采购合同", "2025年的全部合同")]


def received(cast: Cast, on: date = MONDAY, **more) -> Application:
    with clock.on_day(on):
        case = an_application(cast.body, on=on, **more).case
        return handling.register(
            case,
            applicant_kind=case.applicant_kind,
            subject=case.subject,
            items=["全部"],
            by=cast.clerk,
        )


def test_parts_have_their_own_numbers_and_the_days_of_the_whole(cast: Cast) -> None:
    case = received(cast)
    parts = handling.split(case, PARTS, "两个事项", by=cast.clerk)
    case.refresh_from_db()
    assert [p.serial for p in parts] == [case.serial + 1, case.serial + 2]
    assert all((p.received_on, p.due_on) == (case.received_on, case.due_on) for p in parts)
    assert all(p.state == State.REGISTERED and p.split_from_id == case.pk for p in parts)


def test_the_whole_is_split_and_nothing_more_is_done_on_it(cast: Cast) -> None:
    case = received(cast)
    handling.split(case, PARTS, "", by=cast.clerk)
    case.refresh_from_db()
    assert case.state == State.SPLIT and not case.counted
    assert due_text(case) == "期限在拆分出的各件上计算"
    assert all(part.counted for part in case.parts.all())
    named = "、".join(p.number for p in case.parts.order_by("serial"))
    for deed in (
        lambda: handling.split(case, PARTS, "", by=cast.clerk),
        lambda: closing.withdraw_case(case, on=MONDAY, by=cast.clerk),
        lambda: handling.request_extension(case, 10, "分散", by=cast.clerk),
        lambda: handling.ask_correction(
            case, problem="不明确", items="年度", guidance="例如", days=10, by=cast.clerk
        ),
        lambda: applicant.withdraw(case),
    ):
        with pytest.raises(Refused, match=f"逐件撤回：{named}"):
            deed()
    assert not case.events.filter(deed="withdraw").exists()
    offered = {o.deed.key for o in offers(case, cast.clerk, DEEDS) if o.possible}
    assert offered <= {"undo-shape", "void", "deliver", "signature", "return", "cancel"} | {
        "note",
        "call",
        "renew-code",
    }
    handling.add_note(case, "来电询问", by=cast.clerk)


def test_what_is_worked_on_elsewhere_still_takes_its_receipt_and_what_corrects_it(
    cast: Cast,
) -> None:
    with clock.on_day(FRIDAY):
        case = received(cast, FRIDAY)
        receipt = send(case.letters.get(code="L02"), cast, way=Letter.Way.POST)
        handling.split(case, PARTS, "", by=cast.clerk)
        record_signature(receipt, on=FRIDAY, by=cast.clerk)
        receipt.refresh_from_db()
        assert receipt.state == Letter.State.DELIVERED


def test_nothing_is_split_while_the_head_is_asked(cast: Cast) -> None:
    with clock.on_day(FRIDAY):
        case = received(cast)
        handling.request_extension(case, 10, "分散", by=cast.clerk)
        case = Application.objects.get(pk=case.pk)
        split = offer(BY_KEY["split"], case, cast.clerk)
        assert "等待负责人批示" in split.why_not
        with pytest.raises(Refused, match="等待负责人批示"):
            handling.split(case, PARTS, "", by=cast.clerk)
        handling.answer_extension(case, approved=False, answer="可以按期", by=cast.head)
        assert len(handling.split(case, PARTS, "", by=cast.clerk)) == 2


def test_the_parts_of_paper_tell_their_query_codes_once_those_of_a_form_keep_its_own(
    cast: Cast,
) -> None:
    """The office sees no code that the applicant has already."""
    for part in handling.split(received(cast), PARTS, "", by=cast.clerk):
        assert numbers.code_fits(part.number, part.told, part.code_mark)
    filed = an_application(cast.body, on=MONDAY, submission_key="k" * 32)
    for part in handling.split(filed.case, PARTS, "", by=cast.clerk):
        assert part.told == "" and numbers.code_fits(part.number, filed.code, part.code_mark)


def test_the_parts_take_over_what_happened_before(cast: Cast) -> None:
    case = received(cast)
    with clock.on_day(FRIDAY):
        letter = handling.ask_correction(
            case, problem="不明确", items="写明年度", guidance="例如2025年", days=10, by=cast.clerk
        )
        send(letter, cast)
        case = handling.receive_correction(case, text="2025年的", by=cast.clerk)
        parts = handling.split(case, PARTS, "补正后是两个事项", by=cast.clerk)
        law = clock.outcome(case).reply_due
    assert {p.due_on for p in parts} == {law}
    with clock.on_day(FRIDAY), pytest.raises(Refused, match="一次性告知"):
        handling.ask_correction(
            parts[0], problem="不明确", items="年度", guidance="例如", days=10, by=cast.clerk
        )


def test_a_split_needs_two_matters(cast: Cast) -> None:
    with pytest.raises(Refused, match="两个事项"):
        handling.split(received(cast), PARTS[:1], "", by=cast.clerk)


def test_nothing_is_split_while_a_letter_is_under_way(cast: Cast) -> None:
    with clock.on_day(FRIDAY):
        case = received(cast)
        handling.ask_correction(
            case, problem="不明确", items="年度", guidance="例如", days=10, by=cast.clerk
        )
        with pytest.raises(Refused, match="正在办理"):
            handling.split(case, PARTS, "", by=cast.clerk)


def test_a_later_one_is_merged_into_the_earlier_and_its_new_item_goes_along(cast: Cast) -> None:
    earlier, later = received(cast), received(cast, FRIDAY)
    item = later.items.get()
    item.text = "服务时间"
    item.save()
    later = handling.merge(later, earlier, "同一事项", by=cast.clerk)
    earlier.refresh_from_db()
    assert later.state == State.MERGED and later.merged_into_id == earlier.pk
    assert earlier.counted and not later.counted
    assert [i.text for i in earlier.items.all()] == ["全部", "服务时间"]
    assert earlier.due_on != later.due_on and earlier.state == State.REGISTERED
    assert set(later.letters.values_list("state", flat=True)) == {Letter.State.CANCELLED}
    with pytest.raises(Refused, match=f"并入{earlier.number}"):
        closing.withdraw_case(later, on=FRIDAY, by=cast.clerk)


def test_an_earlier_one_is_not_merged_into_a_later(cast: Cast) -> None:
    earlier, later = received(cast), received(cast, FRIDAY)
    with pytest.raises(Refused, match="更早"):
        handling.merge(earlier, later, "同一事项", by=cast.clerk)


def test_applications_of_two_people_are_never_joined(cast: Cast) -> None:
    other = {**APPLICANT, "id_number": "110105194912310038", "name": "吴他人"}
    earlier, later = received(cast, applicant=other), received(cast, FRIDAY)
    for deed in (
        lambda: handling.merge(later, earlier, "同一事项", by=cast.clerk),
        lambda: handling.link_repeat(later, earlier, by=cast.clerk),
    ):
        with pytest.raises(Refused, match="申请人不同"):
            deed()


def test_only_an_answered_application_is_repeated(cast: Cast) -> None:
    earlier, later = received(cast), received(cast, FRIDAY)
    with pytest.raises(Refused, match="还没有答复"):
        handling.link_repeat(later, earlier, by=cast.clerk)
    Application.objects.filter(pk=earlier.pk).update(effective_on=FRIDAY, closed_on=FRIDAY)
    earlier.refresh_from_db()
    later = handling.link_repeat(later, earlier, by=cast.clerk)
    assert later.repeats_id == earlier.pk


def test_a_repeat_points_first_to_the_earliest_substantive_answer(cast: Cast) -> None:
    """条例 Art 36(6): the answer already given, not a later one that only points to it."""
    unlike, lapsed, answered, repeat = (received(cast) for _ in range(4))
    later = received(cast, FRIDAY)
    Application.objects.filter(pk=unlike.pk).update(subject="卫生监督处罚文书", details="另一事项")
    for case, decision in (
        (unlike, "granted"),
        (lapsed, "other_uncorrected"),
        (answered, "granted"),
        (repeat, "decline_repeat"),
    ):
        Application.objects.filter(pk=case.pk).update(
            effective_on=FRIDAY, closed_on=FRIDAY, decision=decision
        )
    form = BY_KEY["repeat"].form(case=later, user=cast.clerk)
    listed = [int(pk) for pk, _ in form.fields["earlier"].choices]
    assert listed == [answered.pk, lapsed.pk, repeat.pk, unlike.pk]
    assert "最早作出实质答复" in form.fields["earlier"].help_text
    assert [s.case.pk for s in similar_cases(later)][-1] == repeat.pk
