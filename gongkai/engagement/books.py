"""The registers of this room, one declaration each; importing puts them on the shelf."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Any

from django.db.models import Q
from django.utils import timezone

from gongkai.bodies.calendars import calendar_for
from gongkai.bodies.ledger.book import Book, Publication, register_book
from gongkai.bodies.ledger.queries import plans_past
from gongkai.bodies.models import Body
from gongkai.documents.personal import personal_data
from gongkai.engagement import categories
from gongkai.engagement.models import (
    Complaint,
    CounsellingRecord,
    CounsellingVolunteer,
    HotlineCall,
    OpinionCase,
    PressConference,
    Proposal,
)
from gongkai.engagement.periods import rules_for

GROUP = "互动回应"
#: So many lines at most are pointed out.
MOST = 200
#: Pairs of days of which the second is never before the first, with its sentence.
_ORDER = (
    ("happened_on", "signed_on", "签收日期早于来电日期，请核对。"),
    ("happened_on", "accepted_on", "受理日期早于收到日期，请核对。"),
    ("happened_on", "replied_on", "答复日期早于登记的日期，请核对。"),
    ("happened_on", "ended_on", "退出日期早于加入日期，请核对。"),
)


def no_person(values: dict[str, Any], *names: str) -> dict[str, str]:
    """Nothing that looks like personal data in fields that lie open."""
    out = {}
    for name in (*names, "note"):
        if found := {one.kind for one in personal_data(str(values.get(name) or ""))}:
            out[name] = f"这里不要填写个人信息（{'、'.join(sorted(found))}）。"
    return out


def in_order(values: dict[str, Any]) -> dict[str, str]:
    """Days in their order."""
    wrong = {}
    for first, later, sentence in _ORDER:
        begin, end = values.get(first), values.get(later)
        if begin and end and end < begin:
            wrong[later] = sentence
    return wrong


def call(values: dict[str, Any]) -> dict[str, str]:
    wrong = no_person(values) | in_order(values)
    if values.get("quantity") == 0:
        wrong["quantity"] = "数量至少是 1；没有来电的，不用登记。"
    elif values.get("number") and (values.get("quantity") or 1) != 1:
        wrong["quantity"] = "有工单编号的，一行登记一件，数量填 1。"
    return wrong


def complaint(values: dict[str, Any]) -> dict[str, str]:
    return no_person(values) | in_order(values)


def counselling(values: dict[str, Any]) -> dict[str, str]:
    return no_person(values)


def volunteer(values: dict[str, Any]) -> dict[str, str]:
    return no_person(values, "code", "qualification") | in_order(values)


def proposal(values: dict[str, Any]) -> dict[str, str]:
    wrong = in_order(values)
    if values.get("open_reply"):
        if not values.get("replied_on") or not str(values.get("reply") or "").strip():
            wrong["open_reply"] = "还没有填写答复日期和答复全文，不能公开答复。"
        wrong |= no_person(values, "title", "reply")
    return wrong


def conference(values: dict[str, Any]) -> dict[str, str]:
    wrong = no_person(values, "questions")
    held, day = values.get("held_at"), values.get("happened_on")
    if held and day and timezone.localdate(held) != day:
        wrong["held_at"] = "和发布会日期不是同一天，请核对。"
    incident = values.get("incident_at")
    if held and incident and held < incident:
        wrong["held_at"] = "早于突发事件发生时间，请核对。"
    return wrong


def opinion(values: dict[str, Any]) -> dict[str, str]:
    wrong = no_person(values, "subject", "reply")
    found, day = values.get("found_at"), values.get("happened_on")
    if found and day and timezone.localdate(found) != day:
        wrong["found_at"] = "和发现日期不是同一天，请核对。"
    if found and values.get("responded_at") and values["responded_at"] < found:
        wrong["responded_at"] = "早于发现时间，请核对。"
    if values.get("level") == OpinionCase.Level.NOTED and not str(values.get("note") or "").strip():
        wrong["note"] = "不需要回应的，请在备注里写明研判的意见。"
    return wrong


def unsigned(body: Body, today: date) -> list[tuple[str, HotlineCall]]:
    """Tickets that nobody has signed for within the body's limit."""
    limit = rules_for(body).find("hotline.sign_days", on=today)
    if limit is None:
        return []
    last = calendar_for(body).add(today, -int(limit.value))
    rows = HotlineCall.objects.filter(
        body=body, struck_at=None, signed_on=None, replied_on=None, happened_on__lt=last
    ).exclude(number="")
    return [("签收期限已过，还没有签收", one) for one in rows.order_by("happened_on")[:MOST]]


def late_opinions(body: Body, today: date) -> list[tuple[str, OpinionCase]]:
    """Cases whose hours have passed without an answer, or without the conference."""
    now = timezone.now()
    rows = OpinionCase.objects.filter(body=body, struck_at=None).select_related("conference")
    out = [
        ("回应时限已过，还没有回应", one)
        for one in rows.filter(responded_at=None, respond_by__lt=now).order_by("respond_by")
    ]
    out += [
        ("发布会时限已过，还没有举行", one)
        for one in rows.filter(conference_by__lt=now)
        .filter(Q(conference__held_at=None) | Q(conference__struck_at__isnull=False))
        .order_by("conference_by")
    ]
    return out


register_book(
    Book(
        slug="hotline",
        model=HotlineCall,
        title="热线工单",
        group=GROUP,
        rank=0,
        help=(
            "一件工单一行；没有编号、只有各类数量的日报，一天一类一行，填写数量。"
            "不登记来电人的姓名和电话；内容摘要和答复摘要加密保存。"
        ),
        fields=(
            *("line", "number", "category", "quantity", "summary"),
            *("signed_on", "replied_on", "reply", "satisfaction"),
        ),
        columns=(
            *("happened_on", "line", "number", "category", "quantity"),
            *("reply_due_on", "replied_on", "satisfaction"),
        ),
        filters=("line", "category", "satisfaction"),
        search=("number",),
        key=("line", "number"),
        category="category",
        sums=("quantity",),
        check=call,
        choices={"category": categories.hotline},
        due="reply_due_on",
        done="replied_on",
        watch=unsigned,
    )
)
register_book(
    Book(
        slug="complaints",
        model=Complaint,
        title="投诉举报",
        group=GROUP,
        rank=1,
        help="投诉人的姓名和电话不登记在这里；内容摘要和反馈内容加密保存。",
        fields=(
            *("number", "channel", "category", "summary"),
            *("accepted_on", "replied_on", "result", "reply"),
        ),
        columns=(
            *("happened_on", "number", "channel", "category", "accept_due_on", "accepted_on"),
            *("reply_due_on", "replied_on", "result"),
        ),
        filters=("channel", "category", "result"),
        search=("number",),
        key=("number",),
        category="category",
        check=complaint,
        choices={"category": categories.complaint},
        due="reply_due_on",
        done="replied_on",
    )
)
register_book(
    Book(
        slug="counselling",
        model=CounsellingRecord,
        title="心理咨询",
        group=GROUP,
        rank=2,
        unit="条",
        help="只登记日期、类别和人次，不登记任何能认出来询者的信息。",
        fields=("way", "category", "quantity", "volunteer", "passed_on"),
        columns=("happened_on", "way", "category", "quantity", "volunteer", "passed_on"),
        filters=("way", "category"),
        category="category",
        sums=("quantity",),
        check=counselling,
        choices={"category": categories.counselling},
    )
)
register_book(
    Book(
        slug="counselling-volunteers",
        model=CounsellingVolunteer,
        title="心理咨询志愿者",
        group=GROUP,
        rank=3,
        unit="名",
        help="志愿者用代号登记，不写姓名。",
        fields=("code", "qualification", "ended_on"),
        columns=("happened_on", "code", "qualification", "ended_on"),
        search=("code", "qualification"),
        key=("code",),
        check=volunteer,
    )
)
register_book(
    Book(
        slug="proposals",
        model=Proposal,
        title="建议提案",
        group=GROUP,
        rank=4,
        help="人大代表建议和政协提案。答复可以公开的，填写全文并勾选，由另一人核对后公开。",
        fields=(
            *("kind", "number", "meeting", "title", "proposer", "role", "is_hard"),
            *("replied_on", "reply", "result", "opinion", "open_reply"),
        ),
        columns=(
            *("happened_on", "kind", "number", "title", "role"),
            *("reply_due_on", "replied_on", "opinion"),
        ),
        filters=("kind", "role", "result", "opinion"),
        search=("number", "title", "proposer"),
        key=("kind", "meeting", "number"),
        category="kind",
        check=proposal,
        due="reply_due_on",
        done="replied_on",
        publication=Publication(
            columns=("kind", "number", "meeting", "title", "replied_on", "result", "reply"),
            why="人大代表建议、政协提案的办理情况和可以公开的答复。",
            only={"open_reply": True},
        ),
    )
)
register_book(
    Book(
        slug="press-conferences",
        model=PressConference,
        title="新闻发布会",
        group=GROUP,
        rank=5,
        unit="场",
        help="计划可以提前登记，举行以后补填。发布人写姓名和职务。就突发事件举行的，填写事件发生时间，时限由此计算。",
        fields=(
            *("number", "topic", "place", "speakers", "media", "questions", "video"),
            *("incident_at", "held_at"),
        ),
        columns=("happened_on", "number", "topic", "speakers", "media", "in_time"),
        search=("topic", "speakers", "media"),
        ahead=("happened_on",),
        watch=partial(plans_past, PressConference),
        check=conference,
        publication=Publication(
            columns=("happened_on", "number", "topic", "speakers", "media", "questions", "video"),
            why="本机关举行的新闻发布会：发布人、问答和视频。",
        ),
    )
)
register_book(
    Book(
        slug="opinions",
        model=OpinionCase,
        title="舆情回应",
        group=GROUP,
        rank=6,
        help=(
            "监测到的舆情先研判等级：重大突发事件先发布权威信息，再举行发布会；其他舆情按时限回应；"
            "不需要回应的写明理由。时限按发现时间计算。"
        ),
        fields=(
            *("source", "address", "level", "subject", "found_at"),
            *("responded_at", "conference", "channel", "reply"),
        ),
        columns=(
            *("happened_on", "source", "level", "subject"),
            *("respond_by", "responded_at", "in_time", "conference_in_time"),
        ),
        filters=("level",),
        search=("subject", "source"),
        category="level",
        check=opinion,
        due="respond_on",
        done="responded_on",
        watch=late_opinions,
    )
)
