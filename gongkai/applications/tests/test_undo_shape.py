"""A split, merger or link made by mistake is put right while the applicant has not heard of it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from gongkai.applications import clock
from gongkai.applications.actions import handling
from gongkai.applications.models import Application, CaseEvent, Letter
from gongkai.applications.public.track.words import timeline
from gongkai.applications.tests.cast import Cast
from gongkai.applications.tests.paper_way import send
from gongkai.applications.tests.test_split_and_merge import FRIDAY, PARTS, received
from gongkai.base.models import AuditEntry
from gongkai.base.refusal import Refused

State = Application.State
WHY = "登记有误"


def days(case: Application) -> tuple[Any, ...]:
    return case.received_on, case.due_on, case.state


def test_a_split_is_undone_and_the_whole_runs_on_with_its_own_days(cast: Cast) -> None:
    case = received(cast)
    before = days(case)
    parts = handling.split(case, PARTS, "两个事项", by=cast.clerk)
    case = handling.undo_shape(case, WHY, by=cast.clerk)
    assert days(case) == before
    assert case.counted
    for part in parts:
        part.refresh_from_db()
        assert (part.state, part.merged_into_id, part.counted) == (State.MERGED, case.pk, False)
    assert Application.objects.filter(counted=True).count() == 1
    left = case.letters.exclude(state=Letter.State.CANCELLED)
    assert sorted(left.values_list("code", flat=True)) == ["L02", "L03"]


def test_what_was_undone_stays_in_the_register_and_the_trail(cast: Cast) -> None:
    case = received(cast)
    handling.split(case, PARTS, "两个事项", by=cast.clerk)
    handling.undo_shape(case, WHY, by=cast.clerk)
    entry = CaseEvent.objects.get(application=case, deed="split")
    assert WHY in entry.voided_by.text
    assert AuditEntry.objects.filter(action="撤销拆分", new__理由=WHY).count() == 1
    told = [line.words for line in timeline(Application.objects.get(pk=case.pk))]
    assert not any("分别答复" in text for text in told)
    assert any("仍作为一件办理" in text for text in told)


def test_a_case_whose_split_was_undone_can_be_split_again(cast: Cast) -> None:
    case = received(cast)
    first = handling.split(case, PARTS, "两个事项", by=cast.clerk)
    handling.undo_shape(case, WHY, by=cast.clerk)
    again = handling.split(case, PARTS, "两个事项", by=cast.clerk)
    case.refresh_from_db()
    assert case.state == State.SPLIT and not case.counted
    assert min(p.serial for p in again) > max(p.serial for p in first)


def test_a_part_whose_receipt_went_out_stands(cast: Cast) -> None:
    with clock.on_day(FRIDAY):
        case = received(cast, FRIDAY)
        parts = handling.split(case, PARTS, "两个事项", by=cast.clerk)
        send(parts[0].letters.get(code="L02"), cast)
        with pytest.raises(Refused, match="已经送出文书"):
            handling.undo_shape(case, WHY, by=cast.clerk)
    assert not Application.objects.filter(state=State.MERGED).exists()


def test_a_part_that_was_worked_on_stands(cast: Cast) -> None:
    with clock.on_day(FRIDAY):
        case = received(cast, FRIDAY)
        part, _ = handling.split(case, PARTS, "两个事项", by=cast.clerk)
        handling.ask_correction(
            part, problem="不明确", items="年度", guidance="例如", days=10, by=cast.clerk
        )
        with pytest.raises(Refused, match="有文书正在办理"):
            handling.undo_shape(case, WHY, by=cast.clerk)


def merged(cast: Cast) -> tuple[Application, Application]:
    earlier, later = received(cast), received(cast, FRIDAY)
    item = later.items.get()
    item.text = "服务时间"
    item.save()
    return earlier, handling.merge(later, earlier, "同一事项", by=cast.clerk)


def test_a_merger_is_undone_and_each_has_its_items_and_days_again(cast: Cast) -> None:
    earlier, later = merged(cast)
    later = handling.undo_shape(later, WHY, by=cast.clerk)
    earlier.refresh_from_db()
    assert (later.state, later.merged_into_id, later.counted) == (State.REGISTERED, None, True)
    assert later.received_on == FRIDAY and later.due_on != earlier.due_on
    assert [i.text for i in earlier.items.all()] == ["全部"]
    assert [i.text for i in later.items.all()] == ["服务时间"]


def test_a_merger_stands_once_the_item_is_decided_or_a_letter_went_out(cast: Cast) -> None:
    earlier, later = merged(cast)
    earlier.items.filter(order=2).update(decision="granted")
    with pytest.raises(Refused, match="拟定决定"):
        handling.undo_shape(later, WHY, by=cast.clerk)
    earlier.items.update(decision="")
    with clock.on_day(FRIDAY):
        send(earlier.letters.get(code="L02"), cast)
        with pytest.raises(Refused, match="已经送出文书"):
            handling.undo_shape(later, WHY, by=cast.clerk)


def test_a_part_merged_back_is_split_off_again_at_the_whole_only(cast: Cast) -> None:
    case = received(cast)
    part, _ = handling.split(case, PARTS, "两个事项", by=cast.clerk)
    handling.undo_shape(case, WHY, by=cast.clerk)
    part.refresh_from_db()
    with pytest.raises(Refused, match="没有并入"):
        handling.undo_shape(part, WHY, by=cast.clerk)


def test_a_link_to_an_earlier_application_is_taken_back(cast: Cast) -> None:
    earlier, later = received(cast), received(cast, FRIDAY)
    Application.objects.filter(pk=earlier.pk).update(effective_on=FRIDAY, closed_on=FRIDAY)
    earlier.refresh_from_db()
    handling.link_repeat(later, earlier, by=cast.clerk)
    later = handling.undo_shape(later, WHY, by=cast.clerk)
    assert later.repeats is None
    with pytest.raises(Refused, match="没有关联为重复申请"):
        handling.undo_shape(later, WHY, by=cast.clerk)


def test_without_a_reason_nothing_is_undone(cast: Cast) -> None:
    case = received(cast)
    handling.split(case, PARTS, "两个事项", by=cast.clerk)
    with pytest.raises(Refused, match="为什么撤销"):
        handling.undo_shape(case, " ", by=cast.clerk)
    case.refresh_from_db()
    assert case.state == State.SPLIT


def test_the_clerk_undoes_it_on_the_case_page_and_others_cannot(cast: Cast, client: Any) -> None:
    case = received(cast, date(2026, 3, 2))
    handling.split(case, PARTS, "两个事项", by=cast.clerk)
    case.refresh_from_db()
    address = reverse("desk-case-deed", args=[case.pk, "undo-shape"])
    client.force_login(cast.archivist)
    client.post(address, {"reason": WHY, "seen": case.version})
    case.refresh_from_db()
    assert case.state == State.SPLIT
    client.force_login(cast.clerk)
    assert client.post(address, {"reason": WHY, "seen": case.version}).status_code == 302
    case.refresh_from_db()
    assert case.state == State.REGISTERED
