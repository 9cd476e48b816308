"""The section that keeps the information: assignment, search, opinion, hand-over."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.utils import timezone

from gongkai.applications import clock
from gongkai.applications.actions.core import By, add_event, on_case, record
from gongkai.applications.due import due_day
from gongkai.applications.models import Application, Assignment, SearchRecord
from gongkai.applications.roles import CLERKS, HANDLERS
from gongkai.base.refusal import Refused
from gongkai.bodies.models import Membership, Role, Section


def assign(
    case: Application,
    sections: Sequence[Section],
    *,
    asked: str = "",
    due_on: date | None = None,
    by: By,
    seen: int | None = None,
) -> Application:
    """Give the case to one section or several; the first one leads. ``due_on``: internal day."""
    if not sections:
        raise Refused("请选择承办科室。")
    with on_case(case, by=by, roles=CLERKS, seen=seen) as case:
        _may_be_assigned(case, sections)
        if due_on is not None and due_on < clock.today():
            raise Refused("内部时限不能早于今天。")
        if due_on is not None and case.due_on is not None and due_on > case.due_on:
            raise Refused(f"内部时限不能晚于答复期限（{due_day(case.due_on, case.body)}）。")
        for section in sections:
            Assignment.objects.update_or_create(
                application=case, section=section, defaults={"asked": asked, "due_on": due_on}
            )
        lead = sections[0] if case.section is None else case.section
        case.section = lead
        case.save(update_fields=["section"])
        names = "、".join(s.name for s in sections)
        add_event(case, "assign", by=by, text=f"交{names}承办")
        record(case, "交承办科室", by=by, new={"科室": names, "内部时限": _iso(due_on)})
    return case


def _may_be_assigned(case: Application, sections: Sequence[Section]) -> None:
    if case.registered_at is None:
        raise Refused("请先登记，再交承办科室。")
    if any(s.body_id != case.body_id for s in sections):
        raise Refused("只能交本机关的科室承办。")


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


def hand_over(
    case: Application, to: Section, reason: str, *, by: By, seen: int | None = None
) -> Application:
    """Hand the case over from the leading section to another one of the same body.

    A section that has given no opinion no longer sees the case.
    """
    if not reason.strip():
        raise Refused("请写明为什么转办。")
    with on_case(case, by=by, roles=CLERKS, seen=seen) as case:
        _may_be_assigned(case, [to])
        former = case.section
        if former is None:
            raise Refused("这件申请还没有交科室承办，请直接交办。")
        if former.pk == to.pk:
            raise Refused(f"这件申请已经由{to.name}承办。")
        old = case.assignments.filter(section=former).first()
        due_on = old.due_on if old else None
        if old is not None and old.answered_at is None:
            old.delete()
        Assignment.objects.get_or_create(
            application=case, section=to, defaults={"asked": reason.strip(), "due_on": due_on}
        )
        case.section = to
        case.save(update_fields=["section"])
        add_event(case, "transfer-section", by=by, text=f"由{former.name}转{to.name}承办")
        record(
            case,
            "科室之间转办",
            by=by,
            old={"科室": former.name},
            new={"科室": to.name, "理由": reason.strip()},
        )
    return case


def sections_of(user: By, case: Application) -> list[Section]:
    """The sections for which the person may speak on this case: a clerk for all of them."""
    mine = [a.section for a in case.assignments.select_related("section")]
    held = Membership.objects.filter(user=user, body=case.body)
    roles = set(held.values_list("role", flat=True))
    if user is None or Role.CLERK in roles:
        return mine
    own = set(held.filter(role=Role.HANDLER).values_list("section", flat=True))
    return [s for s in mine if s.pk in own]


def _speaks_for(user: By, case: Application, section: Section) -> None:
    if section.pk not in {s.pk for s in sections_of(user, case)}:
        raise Refused("只能填写本科室承办的内容，请重新选择科室。")


def record_search(
    case: Application,
    *,
    section: Section | None,
    place: str,
    words: str,
    searched_on: date,
    searcher: str,
    result: str,
    found: bool,
    by: By,
    seen: int | None = None,
) -> SearchRecord:
    """Keep where, by whom, with what words and when was searched (the burden of Art 36(4))."""
    if searched_on > clock.today():
        raise Refused("检索日期不能晚于今天，请改正。")
    with on_case(case, by=by, roles=HANDLERS, seen=seen) as case:
        if case.received_on is not None and searched_on < case.received_on:
            raise Refused(f"检索日期不能早于收到申请之日（{case.received_on}）。")
        if section is not None:
            _speaks_for(by, case, section)
        entry = SearchRecord.objects.create(
            application=case,
            section=section,
            place=place.strip(),
            words=words.strip(),
            searched_on=searched_on,
            searcher=searcher.strip(),
            result=result.strip(),
            found=found,
            recorded_by=by,
        )
        add_event(
            case,
            "search",
            by=by,
            on=searched_on,
            text=f"在{entry.place}检索，{'找到' if found else '未找到'}"[:300],
        )
        record(
            case,
            "记录检索情况",
            by=by,
            new={"地点": entry.place, "检索词": entry.words, "结果": entry.result},
        )
    return entry


def give_opinion(
    case: Application, section: Section, opinion: str, *, by: By, seen: int | None = None
) -> Assignment:
    """The section's opinion on what is asked; a later one replaces it, the trail keeps both."""
    if not opinion.strip():
        raise Refused("请填写承办意见。")
    with on_case(case, by=by, roles=HANDLERS, seen=seen) as case:
        _speaks_for(by, case, section)
        entry = case.assignments.select_for_update(no_key=True).get(section=section)
        old = entry.opinion
        entry.opinion, entry.answered_at = opinion.strip(), timezone.now()
        entry.answered_by = by
        entry.save()
        add_event(case, "opinion", by=by, text=f"{section.name}{'更改' if old else '提出'}承办意见")
        record(
            case,
            "提出承办意见",
            by=by,
            old={"意见": old} if old else None,
            new={"科室": section.name, "意见": entry.opinion},
        )
    return entry
