"""The values of every line of a twin's registers, made up by number."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from itertools import product
from typing import Any

from gongkai.bodies.models import Body
from gongkai.demo.twins.lines import Rows, shares, spread
from gongkai.registers.models import Institution, MediaAccount, ServiceItem
from gongkai.registers.models.enforcement import Decision

Kind = ServiceItem.Kind
#: The day on which items stood on the list that are older than the year of the report.
_BEFORE = date(2018, 7, 2)

_LICENCES = (
    *("公共场所卫生许可", "医疗机构执业登记", "医疗机构校验", "医师执业注册", "护士执业注册"),
    *("乡村医生执业注册", "饮用水供水单位卫生许可", "放射诊疗许可", "母婴保健技术服务许可"),
    *("医疗广告审查", "消毒产品生产企业卫生许可", "医疗机构设置审批", "单采血浆站许可"),
    *("大型医用设备配置许可", "再生育审批", "托育机构备案登记"),
)
_WAYS = ("新办", "变更", "延续", "注销")
_OFFENDERS = (
    *("医疗机构", "诊所", "公共场所经营者", "住宿场所", "美容美发场所", "沐浴场所", "游泳场所"),
    *("供水单位", "涉水产品经营者", "消毒产品经营者", "餐具饮具集中消毒单位", "学校", "托育机构"),
    *("放射诊疗机构", "职业健康检查机构", "用人单位", "血站", "母婴保健机构"),
)
_OFFENCES = (
    *("没有取得许可开展业务", "超出许可范围开展业务", "使用没有资格的人员", "卫生管理制度不落实"),
    *("没有按规定检测", "没有按规定消毒", "没有按规定报告", "出借许可证件", "拒绝监督检查"),
    *("没有公示规定的信息", "没有按规定处置医疗废物", "从业人员没有健康证明"),
)
_SERVICES = (
    *("生育登记", "义诊活动备案", "诊所备案", "预防接种单位备案", "计划生育奖励扶助", "献血证办理"),
    *("医师多点执业备案", "健康体检机构备案", "消毒产品备案", "职业病诊断机构备案", "老年优待办理"),
    *("出生医学证明办理", "医疗机构停业备案", "护士变更备案", "中医诊所备案"),
)
_COERCIONS = ("封闭被污染的场所", "封存有关物品", "暂扣器械", "隔离观察", "责令停止供水")
_FEES = ("预防接种服务费", "医疗事故鉴定费")

_FRONT = (
    *("安康", "宁和", "东方", "新华", "同济", "仁爱", "福民", "惠民"),
    *("永安", "长青", "康乐", "清源", "春晖", "阳光", "向阳", "和平"),
)
_TRADES = (
    *("诊所", "宾馆", "理发店", "浴池", "商场", "口腔门诊部"),
    *("供水站", "美容店", "药房", "卫生室", "游泳馆", "体检中心"),
)
_SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨"
_CONTENT = {"new": "准予许可", "renewed": "准予延续", "changed": "准予变更", "cancelled": "注销"}
_KINDS = ("new", "new", "renewed", "new", "changed", "new", "renewed", "cancelled")


def rows(body: Body, entry: dict[str, Any]) -> Iterator[tuple[str, Rows]]:
    """(book, values of its lines) for every book; a book that another needs comes before it."""
    year, code, n = entry["year"], entry["code"], entry.get("lines", {})
    yield "service-items", list(_items(entry.get("items", {}), year))
    for slug, kind, make in (
        ("licences", Kind.LICENCE, _licence),
        ("services", Kind.SERVICE, _service),
        ("penalties", Kind.PENALTY, _penalty),
        ("coercion", Kind.COERCION, _coercion),
    ):
        items = _in_force(body, kind, year)
        days = spread(year, n.get(slug, 0))
        yield (
            slug,
            [
                make(code, i, on, items[i % len(items)] if items else None, body)
                for i, on in enumerate(days, 1)
            ],
        )
    yield "fees", list(_fees(body, entry.get("fees", 0), year))
    yield (
        "procurement",
        [_purchase(code, year, i, one) for i, one in enumerate(entry.get("procurement", ()), 1)],
    )
    for kind, name in (("money", "捐款"), ("goods", "物资")):
        yield "donations", list(_donations(kind, name, entry.get("donations", {}).get(kind)))
    yield from _media(body, entry.get("media", ()), year)
    yield (
        "meetings",
        [
            {"kind": kind, "subject": f"{subject}（第{i}次）", "attendance": 12 + i % 9}
            for kind, subject, number in entry.get("meetings", ())
            for i in range(1, number + 1)
        ],
    )
    yield (
        "notices",
        [
            {
                "number": f"第{i}号公告",
                "issuer": f"{body.region.name}疫情防控指挥部",
                "subject": f"{theme}有关事项（{i}）",
                "category": theme,
            }
            for i, theme in _counted(entry.get("notices", {}))
        ],
    )
    yield (
        "training",
        [
            {"subject": subject, "invited": came + 3, "attended": came, "passed": came}
            for subject, came in entry.get("training", ())
        ],
    )
    yield "institutions", list(_institutions(body, entry.get("institutions", {})))
    yield "institution-checks", _checks(body, entry)
    yield (
        "improvements",
        [
            {
                "report_year": when,
                "problem": problem,
                "measure": measure,
                "due_on": date(when + 1, 11, 30),
                "happened_on": date(when, 12, 20),
                "done_on": date(when + 1, 11, 20) if result else None,
                "result": result,
            }
            for when, problem, measure, result in entry.get("improvements", ())
        ],
    )


# --- items and decisions ----------------------------------------------------------------------


def _names(kind: str) -> Iterable[str]:
    if kind == Kind.LICENCE:
        return (f"{name}（{way}）" for name, way in product(_LICENCES, _WAYS))
    if kind == Kind.PENALTY:
        return (f"对{who}{what}的处罚" for who, what in product(_OFFENDERS, _OFFENCES))
    return {Kind.SERVICE: _SERVICES, Kind.COERCION: _COERCIONS, Kind.FEE: _FEES}[Kind(kind)]


def _items(given: dict[str, list[int]], year: int) -> Iterator[dict[str, Any]]:
    """Items of each kind: so many stood before the year, so many came, so many ended in it."""
    for kind, (before, came, ended) in given.items():
        for number, name in zip(range(before + came), _names(kind), strict=False):
            old = number < before
            yield {
                "kind": kind,
                "code": f"{kind[:2].upper()}{number + 1:04}",
                "name": name,
                "basis": "演示用的事项",
                "happened_on": _BEFORE if old else date(year, 6, 1 + number % 28),
                "ended_on": date(year, 7, 1 + number % 28) if old and number < ended else None,
            }


def _in_force(body: Body, kind: str, year: int) -> list[ServiceItem]:
    return list(
        ServiceItem.objects.filter(
            body=body, kind=kind, happened_on__lte=date(year, 1, 1), ended_on=None
        ).order_by("pk")
    )


def _party(number: int, body: Body) -> dict[str, str]:
    """Two of three are businesses; the numbers keep all names apart."""
    if number % 5 == 3:
        name = f"示例{_SURNAMES[number % len(_SURNAMES)]}某{number}"
        return {"party_kind": Decision.Party.PERSON, "party": name}
    trade = _TRADES[number % len(_TRADES)]
    front = _FRONT[(number // len(_TRADES)) % len(_FRONT)]
    kind = Decision.Party.SELF_EMPLOYED if number % 7 == 2 else Decision.Party.LEGAL
    return {"party_kind": kind, "party": f"{body.region.name}{front}{trade}（{number}）"}


def _decision(code: str, word: str, number: int, on: date, item: Any, body: Body) -> dict[str, Any]:
    return {
        **_party(number, body),
        "number": f"{code}{word}〔{on.year}〕{number}号",
        "item": item,
        "happened_on": on,
    }


def _licence(code: str, number: int, on: date, item: Any, body: Body) -> dict[str, Any]:
    kind = _KINDS[number % len(_KINDS)]
    until = on.replace(year=on.year + 4) - timedelta(days=1)
    valid = {} if kind == "cancelled" else {"valid_from_on": on, "valid_to_on": until}
    what = item.name.split("（")[0] if item else "许可"
    return {
        **_decision(code, "许", number, on, item, body),
        "kind": kind,
        "content": f"{what}：{_CONTENT[kind]}",
        **valid,
    }


def _service(code: str, number: int, on: date, item: Any, body: Body) -> dict[str, Any]:
    what = item.name if item else "其他服务"
    return {**_decision(code, "服", number, on, item, body), "content": f"{what}：已经办结"}


def _penalty(code: str, number: int, on: date, item: Any, body: Body) -> dict[str, Any]:
    cause = item.name.removeprefix("对").removesuffix("的处罚") if item else "违反管理规定"
    fine = None if number % 4 == 0 else Decimal(500 * (1 + number % 12))
    result = "警告" if fine is None else f"警告，并处罚款{fine}元"
    return {
        **_decision(code, "罚", number, on, item, body),
        "cause": cause,
        "basis": "演示用的处罚依据",
        "content": result,
        "fine": fine,
        "has_social_impact": True,
    }


def _coercion(code: str, number: int, on: date, item: Any, body: Body) -> dict[str, Any]:
    return {
        **_decision(code, "强", number, on, item, body),
        "basis": "演示用的强制依据",
        "content": item.name if item else "查封有关场所",
    }


# --- money ------------------------------------------------------------------------------------


def _fees(body: Body, yuan: int, year: int) -> Iterator[dict[str, Any]]:
    """A sum in receipts of about 500 yuan."""
    items = _in_force(body, Kind.FEE, year)
    for number, amount in enumerate(shares(yuan, max(1, yuan // 500)) if yuan else (), 1):
        yield {
            "item": items[0] if items else None,
            "receipt_number": f"演示票{year}{number:05}",
            "amount": Decimal(amount),
        }


def _purchase(code: str, year: int, number: int, given: list[Any]) -> dict[str, Any]:
    name, yuan = given
    return {
        "number": f"{code}采{year}-{number:02}",
        "name": name,
        "method": "公开招标" if yuan > 1_000_000 else "询价",
        "supplier": f"示例{_FRONT[number % len(_FRONT)]}供应有限公司",
        "amount": Decimal(yuan),
    }


def _donations(kind: str, name: str, given: list[int] | None) -> Iterator[dict[str, Any]]:
    yuan, number = given or (0, 0)
    for i, amount in enumerate(shares(yuan, number) if number else (), 1):
        person = i % 3 == 0
        donor = (
            f"示例{_SURNAMES[i % len(_SURNAMES)]}某{i}"
            if person
            else f"示例{_FRONT[i % 16]}企业{i}"
        )
        yield {
            "kind": kind,
            "donor": donor,
            "anonymous": i % 11 == 0,
            "amount": Decimal(amount),
            "goods": "" if kind == "money" else f"口罩、防护服等{20 + i}箱",
            "purpose": "疫情防控",
            "receipt_number": f"演示{name}{i:04}",
        }


# --- media ------------------------------------------------------------------------------------


def _media(body: Body, accounts: Iterable[dict[str, Any]], year: int) -> Iterator[tuple[str, Rows]]:
    """Accounts, and the items of each by category; ``issues``: how many issues they came in."""
    yield (
        "media-accounts",
        [{"platform": a["platform"], "name": a["name"], "happened_on": _BEFORE} for a in accounts],
    )
    for account in accounts:
        found = MediaAccount.objects.get(
            body=body, platform=account["platform"], name=account["name"]
        )
        yield "media-issues", list(_issues(found, account, year))


def _issues(found: MediaAccount, account: dict[str, Any], year: int) -> Iterator[dict[str, Any]]:
    issues = account.get("issues", 0)
    days = spread(year, issues or len(spread(year, 240)))
    for category, total in account["items"].items():
        lines = min(total, len(days))
        for i, items in enumerate(shares(total, lines)):
            place = i * len(days) // lines
            yield {
                "account": found,
                "issue": f"{year}年第{place + 1}期" if issues else "",
                "category": category,
                "items": items,
                "happened_on": days[place],
            }


# --- the office -------------------------------------------------------------------------------


def _counted(given: dict[str, int]) -> Iterator[tuple[int, str]]:
    names = [name for name, number in given.items() for _ in range(number)]
    return iter(enumerate(names, 1))


def _institutions(body: Body, given: dict[str, int]) -> Iterator[dict[str, Any]]:
    for i, kind in _counted(given):
        yield {
            "name": f"{body.region.name}{_FRONT[i % len(_FRONT)]}{'东西'[i // 16 % 2]}路{kind}",
            "kind": kind,
            "phone": f"0000-9{i:06}",
            "channels": "院内公示栏、网站",
        }


def _checks(body: Body, entry: dict[str, Any]) -> Rows:
    found = Institution.objects.filter(body=body).order_by("pk")[: entry.get("checks", 0)]
    return [
        {"institution": one, "in_order": ["overview", "services", "prices"], "score": 80 + i % 15}
        for i, one in enumerate(found)
    ]
