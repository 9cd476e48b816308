"""公开办的工作: meetings, notices, training, institutions, boards, tasks, improvements."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import partial
from typing import Any

from django.db.models import Exists, F, OuterRef
from django.utils import timezone

from gongkai.bodies.ledger.book import Book, book, register_book
from gongkai.bodies.ledger.photos import proven
from gongkai.bodies.ledger.queries import plans_past
from gongkai.bodies.models import Body
from gongkai.law.taxonomy import load
from gongkai.registers.books.enforcement import after_start
from gongkai.registers.models import (
    AccountabilityCase,
    Assessment,
    HandedTask,
    Improvement,
    Institution,
    InstitutionCheck,
    InstitutionComplaint,
    Meeting,
    Notice,
    NoticeBoard,
    Training,
    WindowVisits,
)

GROUP = "公开工作"
#: What an institution scores at most.
FULL_MARKS = 100
BELOW = (NoticeBoard.Level.TOWNSHIP, NoticeBoard.Level.VILLAGE)


def elements() -> list[tuple[str, str]]:
    """What an institution must publish."""
    return [(raw["key"], raw["label"]) for raw in load("institution_elements")]


def attendance_fits(values: dict[str, Any]) -> dict[str, str]:
    came = values.get("attended")
    asked, passed, tested = (values.get(name) for name in ("invited", "passed", "tested"))
    wrong = {}
    day = values.get("happened_on")
    if came is None and day and day <= timezone.localdate():
        wrong["attended"] = "请填写实到人数。还没有举办的，培训日期请填以后的日子。"
    if came is not None and asked is not None and came > asked:
        wrong["attended"] = "实到人数多于应到人数，请核对。"
    if came is not None and tested is not None and tested > came:
        wrong["tested"] = "参加测试人数多于实到人数，请核对。"
    if tested is not None and passed is not None and passed > tested:
        wrong["passed"] = "合格人数多于参加测试人数，请核对。"
    if came is not None and passed is not None and passed > came:
        wrong["passed"] = "合格人数多于实到人数，请核对。"
    return wrong


def score_fits(values: dict[str, Any]) -> dict[str, str]:
    score, full = values.get("score"), values.get("full")
    if score is not None and full is not None and score > full:
        return {"score": "得分高于满分，请核对。"}
    return {}


def done_after_begun(values: dict[str, Any]) -> dict[str, str]:
    begin, done = values.get("happened_on"), values.get("done_on") or values.get("settled_on")
    if begin and done and done < begin:
        name = "done_on" if values.get("done_on") else "settled_on"
        return {name: "完成日期早于开始日期，请核对两个日期。"}
    return {}


def check_fits(values: dict[str, Any]) -> dict[str, str]:
    wrong = done_after_begun(values)
    score = values.get("score")
    if score is not None and score > FULL_MARKS:
        wrong["score"] = f"得分按 {FULL_MARKS} 分计，请核对。"
    return wrong


def complaint_fits(values: dict[str, Any]) -> dict[str, str]:
    """Who complained is told a result, not before the complaint came."""
    came, told = values.get("happened_on"), values.get("told_on")
    if came and told and told < came:
        return {"told_on": "告知日期早于收到日期，请核对两个日期。"}
    if told and not values.get("result"):
        return {"result": "已经告知申诉人的，请选择处理结果。"}
    return {}


def unit_named(values: dict[str, Any]) -> dict[str, str]:
    """A board below the body is that of a unit; nothing is shown until before it is put up."""
    begin, until = values.get("happened_on"), values.get("until_on")
    wrong = {}
    if begin and until and until < begin:
        wrong["until_on"] = "展示截止日期早于更换日期，请核对两个日期。"
    if values.get("level") in BELOW and not str(values.get("unit") or "").strip():
        wrong["unit"] = "乡级、村级的展示，请填写展示单位，例如“城关镇卫生院”。"
    return wrong


def boards(body: Body, today: date) -> Iterator[tuple[str, NoticeBoard]]:
    """Displays planned ahead whose day has passed without a picture, and those shown too long."""
    rows = NoticeBoard.objects.filter(body=body, struck_at=None)
    planned = rows.filter(happened_on__lt=today, entered_at__date__lt=F("happened_on"))
    bare = planned.filter(~proven(book("notice-boards")), proof="").order_by("happened_on")
    newer = rows.filter(
        board=OuterRef("board"),
        unit=OuterRef("unit"),
        happened_on__gt=OuterRef("happened_on"),
        happened_on__lte=today,  # what is only planned hangs nowhere
    )
    over = rows.filter(~Exists(newer), until_on__lt=today).order_by("until_on")
    for one in bare.iterator():
        yield "计划的更换日期已过，请上传现场照片；没有更换的请划销", one
    for one in over.iterator():
        yield "展示日期已过，请更换", one


def somebody_came(values: dict[str, Any]) -> dict[str, str]:
    if values.get("people") == 0:
        return {"people": "人次至少是 1；没有人来的，不用登记。"}
    return {}


register_book(
    Book(
        slug="meetings",
        model=Meeting,
        title="会议",
        group=GROUP,
        rank=0,
        unit="次",
        help="领导小组会议和专题会议；纪要只在内部查看。",
        fields=("kind", "subject", "chair", "attendance", "minutes"),
        columns=("happened_on", "kind", "subject", "chair", "attendance"),
        filters=("kind",),
        search=("subject", "chair"),
        category="kind",
    )
)
register_book(
    Book(
        slug="notices",
        model=Notice,
        title="公告",
        group=GROUP,
        rank=1,
        unit="个",
        help="指挥部或者本机关发布的编号公告。",
        fields=("number", "issuer", "subject", "category"),
        columns=("happened_on", "number", "issuer", "subject", "category"),
        search=("number", "subject"),
        key=("number",),
        category="category",
    )
)
register_book(
    Book(
        slug="training",
        model=Training,
        title="培训",
        group=GROUP,
        rank=2,
        unit="次",
        help="政府信息公开培训，写明应到、实到、参加测试和合格人数。计划可以提前登记，举办以后补填。",
        fields=("subject", "teacher", "invited", "attended", "tested", "passed"),
        columns=("happened_on", "subject", "invited", "attended", "tested", "passed"),
        search=("subject", "teacher"),
        sums=("attended",),
        check=attendance_fits,
        ahead=("happened_on",),
        watch=partial(plans_past, Training),
    )
)
register_book(
    Book(
        slug="institutions",
        model=Institution,
        title="公共企事业单位",
        group=GROUP,
        rank=3,
        unit="家",
        help="本机关监督其信息公开的医院、基层医疗卫生机构等单位。",
        fields=("name", "kind", "responsible", "phone", "channels", "ended_on"),
        columns=("name", "kind", "responsible", "phone", "happened_on", "ended_on"),
        search=("name", "kind"),
        key=("name",),
        category="kind",
        check=after_start,
    )
)
register_book(
    Book(
        slug="institution-checks",
        model=InstitutionCheck,
        title="公共企事业单位检查",
        group=GROUP,
        rank=4,
        unit="次",
        help="逐项检查应当公开的内容，写明问题和整改期限，整改完成后补填日期。",
        fields=(
            *("institution", "checked_by", "in_order", "score", "finding"),
            *("due_on", "settled_on"),
        ),
        columns=("happened_on", "institution", "score", "lacking", "due_on", "settled_on"),
        filters=("institution",),
        search=("finding", "checked_by"),
        due="due_on",
        done="settled_on",
        check=check_fits,
        choices={"in_order": elements},
    )
)
register_book(
    Book(
        slug="institution-complaints",
        model=InstitutionComplaint,
        title="公共企事业单位申诉",
        group=GROUP,
        rank=5,
        help="对医院等单位不公开信息的申诉：调查处理，并把结果告知申诉人。申诉人的姓名和电话不登记在这里。",
        fields=(
            *("institution", "number", "subject", "due_on", "finding", "result"),
            *("told_on",),
        ),
        columns=("happened_on", "institution", "subject", "result", "due_on", "told_on"),
        filters=("institution", "result"),
        search=("number", "subject", "finding"),
        key=("number",),
        category="result",
        due="due_on",
        done="told_on",
        check=complaint_fits,
    )
)
register_book(
    Book(
        slug="notice-boards",
        model=NoticeBoard,
        title="公开栏和电子屏",
        group=GROUP,
        rank=6,
        unit="次",
        help=(
            "政务公开栏、电子屏每次更换的内容和现场照片，下到卫生院、村卫生室和社区。"
            "计划可以提前登记，更换以后上传照片；发给多个单位的，可以导入表格。"
            "科室选所属单位的，由那里的承办人上传照片。"
        ),
        fields=("level", "unit", "board", "place", "subject", "until_on", "proof"),
        columns=("happened_on", "level", "unit", "board", "subject", "until_on"),
        filters=("level",),
        search=("unit", "board", "subject"),
        category="level",
        check=unit_named,
        ahead=("happened_on", "until_on"),
        watch=boards,
        photos=True,
    )
)
register_book(
    Book(
        slug="handed-tasks",
        model=HandedTask,
        title="上级交办任务",
        group=GROUP,
        rank=7,
        unit="项",
        help="上级要求按节点报送的任务，一个节点一条；报送后补填日期、材料、方式和回执。",
        fields=(
            *("source", "subject", "due_on", "done_on", "submitted", "way", "receipt"),
            *("result",),
        ),
        columns=("happened_on", "source", "subject", "due_on", "done_on", "submitted"),
        search=("source", "subject", "submitted"),
        due="due_on",
        done="done_on",
        check=done_after_begun,
    )
)
register_book(
    Book(
        slug="improvements",
        model=Improvement,
        title="问题和改进措施",
        group=GROUP,
        rank=8,
        unit="项",
        help="年报第五部分写到的问题和措施；下一年的年报会写它们的结果。",
        fields=("report_year", "problem", "measure", "due_on", "done_on", "result"),
        columns=("report_year", "problem", "measure", "due_on", "done_on"),
        search=("problem", "measure"),
        year_of="report_year",
        due="due_on",
        done="done_on",
        check=done_after_begun,
    )
)
register_book(
    Book(
        slug="accountability",
        model=AccountabilityCase,
        title="责任追究",
        group=GROUP,
        rank=9,
        unit="件",
        help="因政府信息公开工作被追究责任的情况。",
        fields=("unit", "cause", "outcome", "settled_on"),
        columns=("happened_on", "unit", "cause", "outcome", "settled_on"),
        search=("unit", "cause"),
        check=done_after_begun,
    )
)
register_book(
    Book(
        slug="assessments",
        model=Assessment,
        title="考核和表彰",
        group=GROUP,
        rank=10,
        unit="条",
        help="按本年度考核方案逐项登记得分、扣分事由和奖惩，一科室（或者一人）一项一行，写明是否计入年度考核。"
        "在“考核”页面确认的得分自动登记在这里。",
        fields=(
            *("scheme", "assessed", "part", "full", "score", "reason", "outcome"),
            *("yearly_review",),
        ),
        columns=("happened_on", "assessed", "part", "score", "full", "outcome"),
        filters=("part",),
        search=("scheme", "assessed", "reason", "outcome"),
        key=("scheme", "assessed", "part"),
        category="part",
        check=score_fits,
    )
)
register_book(
    Book(
        slug="window-visits",
        model=WindowVisits,
        title="窗口接待",
        group=GROUP,
        rank=11,
        unit="条",
        help="政务服务中心、投诉服务中心等窗口每天每类接待的人次。不登记来访人的姓名和所说的内容。",
        fields=("window", "kind", "people"),
        columns=("happened_on", "window", "kind", "people"),
        filters=("kind",),
        search=("window",),
        category="kind",
        sums=("people",),
        check=somebody_came,
    )
)
