"""Lines of the registers of engagement: hotlines, counselling, proposals, conferences."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone

from gongkai.bodies.models import Body
from gongkai.demo.twins.lines import Rows, shares, spread
from gongkai.engagement.models import CounsellingVolunteer, HotlineCall
from gongkai.law.calendar import national

_REASONS = ("anxiety", "sleep", "mood", "family", "isolation", "staff")
_WAYS = ("phone", "phone", "online", "meeting")
_TICKETS = ("policy", "service", "vaccination", "help", "advice", "birth")
_TOPICS = ("疫情防控", "疫苗接种", "医疗保障", "健康服务")
_TITLES = ("加强乡镇卫生院建设", "增设社区康复服务", "培养乡村医生", "扩大免费筛查", "改善儿童门诊")


def rows(body: Body, entry: dict[str, Any]) -> Iterator[tuple[str, Rows]]:
    """(book, values of its lines); a book that another needs comes before it."""
    year = entry["year"]
    yield "hotline", [*_counted_calls(entry), *_tickets(entry)]
    yield "counselling-volunteers", list(_volunteers(entry))
    yield "counselling", list(_counselling(body, entry))
    yield "proposals", list(_proposals(entry))
    yield "press-conferences", list(_conferences(body, entry, year))


def _counted_calls(entry: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Calls that nobody numbered: a line for each day and category."""
    for category, total in entry.get("calls", {}).items():
        days = spread(entry["year"], min(total, 240))
        for on, number in zip(days, shares(total, len(days)), strict=True):
            yield {
                "line": HotlineCall.Line.COMMAND,
                "category": category,
                "quantity": number,
                "happened_on": on,
            }


def _tickets(entry: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Numbered tickets of 12345, answered in time; all who were asked are content."""
    calendar, year = national(), entry["year"]
    for n, on in enumerate(spread(year, entry.get("tickets", 0)), 1):
        yield {
            "line": HotlineCall.Line.GOVERNMENT,
            "number": f"演示{year}{n:06}",
            "category": _TICKETS[n % len(_TICKETS)],
            "happened_on": on,
            "signed_on": on,
            "replied_on": calendar.add(on, 1 + n % 4),
            "satisfaction": "very" if n % 3 == 0 else "yes",
        }


def _volunteers(entry: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for n in range(1, entry.get("volunteers", 0) + 1):
        yield {
            "code": f"志愿者{n:02}",
            "qualification": "心理咨询师" if n % 3 else "精神科医师",
            "happened_on": date(entry["year"], 2, 3),
        }


def _counselling(body: Body, entry: dict[str, Any]) -> Iterator[dict[str, Any]]:
    found = list(CounsellingVolunteer.objects.filter(body=body).order_by("pk"))
    for n in range(entry.get("counselling", 0)):
        yield {
            "way": _WAYS[n % len(_WAYS)],
            "category": _REASONS[n % len(_REASONS)],
            "quantity": 1,
            "volunteer": found[n % len(found)] if found else None,
        }


def _proposals(entry: dict[str, Any]) -> Iterator[dict[str, Any]]:
    year = entry["year"]
    given = [kind for kind, number in entry.get("proposals", {}).items() for _ in range(number)]
    for n, kind in enumerate(given, 1):
        title = _TITLES[n % len(_TITLES)]
        yield {
            "kind": kind,
            "number": f"{n}号",
            "meeting": f"{year}年会议",
            "title": f"关于{title}的{'建议' if kind == 'congress' else '提案'}（{n}）",
            "happened_on": date(year, 3, 16),
            "replied_on": date(year, 5, 6 + n),
            "reply": "您的意见已经研究采纳，有关工作列入今年安排。",
            "result": "solved" if n % 2 else "planned",
            "opinion": "yes",
            "open_reply": True,
        }


def _conferences(body: Body, entry: dict[str, Any], year: int) -> Iterator[dict[str, Any]]:
    number = entry.get("conferences", 0)
    for n, on in enumerate(spread(year, number), 1):
        topic = _TOPICS[n % len(_TOPICS)]
        held = timezone.make_aware(datetime.combine(on, time(15)))
        grave = n % 8 == 1
        yield {
            "number": f"第{n}场",
            "topic": f"{body.region.name}{topic}新闻发布会（第{n}场）",
            "speakers": "示例发布人，副主任",
            "media": "示例日报、示例电视台",
            "questions": f"问：{topic}有什么新的安排？\n答：有关安排已经在网站公布。",
            "happened_on": on,
            "held_at": held,
            "incident_at": held - timedelta(hours=20) if grave else None,
        }
