"""Deeds from the registration to the opinion of the section, and those on the shape of a case."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import transaction

from gongkai.applications import clock
from gongkai.applications.actions import handling as h
from gongkai.applications.actions import query_code
from gongkai.applications.actions.handling.receipt import STRIKABLE
from gongkai.applications.models import Application
from gongkai.applications.tests.play.stage import By, Play, some


def register(p: Play, case: Application, by: By) -> Any:
    return h.register(
        case,
        applicant_kind=p.choose((case.applicant_kind, "research")),
        subject=case.subject,
        items=p.choose((["名单"], ["名单", "电话"], [i.text for i in case.items.all()])),
        by=by,
        seen=case.version,
    )


def renew_code(p: Play, case: Application, by: By) -> Any:
    return query_code.renew_code(case, p.choose(query_code.WAYS), by=by, seen=case.version)


def hand_over_receipt(p: Play, case: Application, by: By) -> Any:
    with transaction.atomic():
        code = query_code.renew_code(case, query_code.WAYS[0], by=by, seen=case.version)
        case.refresh_from_db()
        return query_code.print_code(case, code, receipt=True, handed=True, by=by)


def correct_register(p: Play, case: Application, by: By) -> Any:
    changes = p.choose(
        (
            {"applicant_kind": "welfare"},
            {"submitted_on": case.submitted_on - timedelta(days=3)},
            {"submitted_on": case.submitted_on + timedelta(days=1)},
            {"channel": "in_person"},
            {"channel": "email"},
            {"subject": "全县接种门诊一览表"},
            {"items": ["名单", "电话", "地址"]},
        )
    )
    return h.correct_register(case, changes, reason="录入有误", by=by, seen=case.version)


def strike_out(p: Play, case: Application, by: By) -> Any:
    events = clock.in_force(case.events.all())
    event = p.choose(some([e for e in events if e.deed in STRIKABLE] or events))
    return h.strike_out(case, event.pk, "录入有误", by=by, seen=case.version)


def ask_correction(p: Play, case: Application, by: By) -> Any:
    return h.ask_correction(
        case,
        problem="没有写明年度",
        items="写明年度",
        guidance="可以来电询问",
        days=p.choose((7, 10, 15)),
        by=by,
        seen=case.version,
    )


def receive_correction(p: Play, case: Application, by: By) -> Any:
    late = p.choose((False, True))
    return h.receive_correction(case, text="2025年", good_reason=late, by=by, seen=case.version)


def set_delay(p: Play, case: Application, by: By) -> Any:
    until = (case.due_on or p.day) + timedelta(days=p.choose((-1, 10, 60)))
    return h.set_delay(case, until, "数量很大", by=by, seen=case.version)


def assign(p: Play, case: Application, by: By) -> Any:
    both = (p.cast.section, p.cast.other_section)
    return h.assign(case, p.choose(((both[0],), (both[1],), both)), by=by, seen=case.version)


def hand_over(p: Play, case: Application, by: By) -> Any:
    to = p.choose((p.cast.section, p.cast.other_section))
    return h.hand_over(case, to, "职责在他科", by=by, seen=case.version)


def search(p: Play, case: Application, by: By) -> Any:
    return h.record_search(
        case,
        section=None,
        place="档案室",
        words="接种",
        searched_on=p.day,
        searcher="陈承办",
        result="没有找到",
        found=False,
        by=by,
        seen=case.version,
    )


def opinion(p: Play, case: Application, by: By) -> Any:
    given = p.choose(some(case.assignments.all()))
    return h.give_opinion(case, given.section, "可以提供", by=by, seen=case.version)


def split(p: Play, case: Application, by: By) -> Any:
    parts = [h.Part("接种门诊名单"), h.Part("接种门诊电话")]
    return h.split(case, parts, "两个事项", by=by, seen=case.version)


def earlier(p: Play, case: Application) -> Application:
    found = Application.objects.filter(pk__lt=case.pk).order_by("-pk")[:4]
    chosen: Application = p.choose(some(found))
    return chosen


def merge(p: Play, case: Application, by: By) -> Any:
    return h.merge(case, earlier(p, case), "内容相同", by=by, seen=case.version)


def repeat(p: Play, case: Application, by: By) -> Any:
    return h.link_repeat(case, earlier(p, case), by=by, seen=case.version)


def undo(p: Play, case: Application, by: By) -> Any:
    return h.undo_shape(case, "登记有误", by=by, seen=case.version)
