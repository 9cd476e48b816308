"""The current registers, mailbox and consultations of the made-up city's commission.

Days are reckoned from today, so that something is always due. The registers of whole years are
in ``twins``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.contrib.auth import get_user_model
from django.utils import timezone

from gongkai.bodies.ledger import actions as ledger
from gongkai.bodies.ledger.book import book
from gongkai.bodies.models import Body, Role
from gongkai.demo.data import load
from gongkai.engagement.actions import letters, mailboxes, publication, replies, surveys
from gongkai.engagement.models import Mailbox, Survey, SurveyQuestion
from gongkai.law.calendar import national
from gongkai.publishing.actions import catalogue, channels, quotas, settings
from gongkai.publishing.models import CatalogueItem, Column, Document, ReadingPoint, SectionQuota
from gongkai.registers.models import MediaAccount, ServiceItem, SiteCheck
from gongkai.registers.self_check import look

SLUG = "shilishi-wjw"
#: Lines younger than this still wait to be let out.
WAITING = timedelta(days=10)
_DECIMALS = ("amount", "fine", "total", "full", "score")
#: Field → the register that it points to, and what its lines are called by there.
_NAMED = {
    "institution": ("institutions", "name"),
    "volunteer": ("counselling-volunteers", "code"),
    "item": ("service-items", "name"),
}
#: Column → the section that keeps it, where that is not the office.
KEEPERS = {
    **dict.fromkeys(("policies", "interpretations", "rules", "proposals"), "政策法规科"),
    **dict.fromkeys(("licences", "penalties", "supervision"), "医政医管科"),
    **dict.fromkeys(("medical", "prices", "public-health", "livelihood"), "医政医管科"),
}
CLINIC = "周末想带孩子接种，不知道哪些社区门诊开放。"
HOURS = "您好：东湖、西苑两个社区门诊周六上午开放接种，时间为八点至十二点。"


def registers() -> Iterator[tuple[str, Callable[[], None]]]:
    """What is missing of it, by name."""
    body = Body.objects.get(slug=SLUG)
    if not ServiceItem.objects.filter(body=body).exists():
        yield "今年的台账", lambda: _lines(body)
    if not ReadingPoint.objects.filter(body=body).exists():
        yield "标准目录、查阅点和渠道", lambda: _publishing(body)
    if not Mailbox.objects.filter(body=body).exists():
        yield "主任信箱", lambda: _letters(body)
    if not Survey.objects.filter(body=body).exists():
        yield "征集调查", lambda: _surveys(body)
    if not SectionQuota.objects.filter(section__body=body).exists():
        yield "信息报送任务", lambda: _quotas(body)
    if not SiteCheck.objects.filter(body=body).exists():
        yield "网站自查", lambda: look(body, whole=True, by=_who("jingban"))


def _who(username: str) -> Any:
    return get_user_model().objects.get(username=username)


def _lines(body: Body) -> None:
    today, clerk = timezone.localdate(), _who("jingban")
    for slug, entries in load("desk_registers.yaml").items():
        one, ready = book(slug), []
        for ago, values in entries:
            line = ledger.enter(one, body, _values(values, body, today, ago), by=clerk)
            if one.publication and timedelta(days=ago) > WAITING:
                ready.append(line.pk)
        if ready and one.publication:
            publisher = _who("caiwu" if Role.FINANCE in one.publication.by else "shenhe")
            ledger.publish(one, body, ready, by=publisher)
    _issues(body, today, clerk)


def _issues(body: Body, today: date, clerk: Any) -> None:
    account = MediaAccount.objects.get(body=body, platform="wechat")
    for week, category in enumerate(("科普", "公告", "科普", "先进事迹", "科普", "公告")):
        values = {"account": account, "issue": f"第{40 - week}期", "category": category, "items": 3}
        values["happened_on"] = today - timedelta(days=2 + 7 * week)
        ledger.enter(book("media-issues"), body, values, by=clerk)


def _values(given: dict[str, Any], body: Body, today: date, ago: int) -> dict[str, Any]:
    """The fields of a line: days and hours from when they were, lines pointed to by their names."""
    happened = national().on_or_before(today - timedelta(days=ago))
    out: dict[str, Any] = {"happened_on": happened}
    for name, value in given.items():
        field, _, way = name.rpartition("_")
        if way == "in":
            out[f"{field}_on"] = today + timedelta(days=value)
        elif way == "ago":
            out[f"{field}_on"] = max(happened, today - timedelta(days=value))
        elif way == "at":
            at = datetime.combine(happened, time.fromisoformat(value))
            out[name] = timezone.make_aware(at)
        elif name in _NAMED:
            slug, called = _NAMED[name]
            out[name] = book(slug).model._default_manager.get(body=body, **{called: value})
        else:
            out[name] = Decimal(value) if name in _DECIMALS and isinstance(value, str) else value
    return out


def _publishing(body: Body) -> None:
    today, clerk, head = timezone.localdate(), _who("jingban"), _who("fuze")
    catalogue.set_up_catalogue(body, by=head)
    for code, title in load("catalogue.yaml")["fulfils"]:
        item = CatalogueItem.objects.get(body=body, code=code)
        shown = Document.objects.get(body=body, live=True, title__contains=title, interprets=None)
        catalogue.link(item, shown, by=clerk)
    for code, matter in load("catalogue.yaml")["matters"]:
        item = CatalogueItem.objects.get(body=body, code=code)
        catalogue.change_item(item, {"matters": matter}, by=clerk)
    for kind, name, address in (
        ("own", "示例市卫健委查阅点", "示例市示例路1号一楼大厅"),
        ("library", "示例市图书馆查阅点", "示例市文化路2号三楼"),
        ("archive", "示例市档案馆查阅点", "示例市文化路5号二楼"),
    ):
        values = {"kind": kind, "name": name, "address": address, "hours": "工作日 9:00–17:00"}
        point = channels.save_point(body, {**values, "sign": True}, by=clerk)
        channels.count_visits(point, today.year, today.month, 12, by=clerk)
    for kind, name in (("wechat", "健康示例"), ("weibo", "示例市卫健委"), ("board", "一楼公告栏")):
        channels.save_channel(body, {"kind": kind, "name": name}, by=clerk)


def _quotas(body: Body) -> None:
    """Who keeps which column, and how many pieces each section is to send."""
    head = _who("fuze")
    sections = {one.name: one for one in body.sections.all()}
    for column in Column.objects.filter(body=body, section=None):
        keeper = sections[KEEPERS.get(column.key, "办公室")]
        settings.save_column(body, {"section": keeper}, by=head, column=column)
    items = {one.pk: 24 if name == "办公室" else 6 for name, one in sections.items()}
    quotas.set_quotas(body, timezone.localdate().year, items, by=head)


def _letters(body: Body) -> None:
    clerk, reviewer = _who("jingban"), _who("shenhe")
    box = Mailbox(body=body, slug="shilishi-wjw-zhuren", name="主任信箱")
    mailboxes.save_mailbox(box, by=_who("fuze"))
    said = (
        ("咨询", "周末哪些门诊可以接种", CLINIC),
        ("建议", "建议增加夜间门诊", "白天上班，希望社区卫生服务中心每周有一个晚上开诊。"),
        ("咨询", "体检报告怎样补打", "去年的体检报告丢了，请问怎样补打？"),
    )
    for number, (kind, subject, text) in enumerate(said):
        letter = letters.receive_letter(
            letters.Incoming(
                mailbox=box,
                category=kind,
                subject=subject,
                text=text,
                submission_key=f"demo-letter-{number}-of-{SLUG}",
                sender={"name": "周写信", "phone": "00000000000"},
                wish_public=True,
            )
        ).letter
        if number:
            continue
        replies.draft_reply(letter, "done", HOURS, by=clerk)
        replies.review_reply(letter, approve=True, by=reviewer)
        public = publication.prepare(letter, subject, text, HOURS, by=clerk)
        publication.review_public(public, approve=True, by=reviewer)


def _surveys(body: Body) -> None:
    today, clerk, reviewer = timezone.localdate(), _who("jingban"), _who("shenhe")
    kind = SurveyQuestion.Kind
    draft = Survey(
        body=body,
        kind=Survey.Kind.CONSULTATION,
        title="关于《示例市社区卫生服务中心夜间门诊实施办法（征求意见稿）》公开征求意见",
        intro="为方便上班的居民看病，拟在八个社区卫生服务中心开设夜间门诊，现征求意见。",
        draft="第一条　每周二、周四晚上六点至九点开诊。\n第二条　挂号、收费和白天相同。",
        opens_on=today - timedelta(days=5),
        closes_on=today + timedelta(days=30),
    )
    asked = [
        surveys.Asked(kind.SINGLE, "您赞成开设夜间门诊吗？", ["赞成", "不赞成", "说不清"]),
        surveys.Asked(kind.TEXT, "您的意见和建议", required=False),
    ]
    surveys.save_survey(draft, asked, by=clerk)
    surveys.publish_survey(draft, by=reviewer)
