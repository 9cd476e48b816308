"""The deeds of an assessment: make the year's scheme, change its points, confirm a score."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from gongkai.base import audit
from gongkai.base.refusal import Overtaken, Refused
from gongkai.bodies.ledger.actions import change, enter
from gongkai.bodies.ledger.book import book
from gongkai.bodies.ledger.queries import KEEPERS
from gongkai.bodies.models import Body, Role
from gongkai.bodies.queries import Someone, holds
from gongkai.law.parameters import NoRuleInForce, rule
from gongkai.registers.models import Assessment
from gongkai.reporting.assess.measures import MEASURES
from gongkai.reporting.assess.models import AssessmentScheme
from gongkai.reporting.assess.scores import BOOK, PartScore, lines, plain, rows_of

By = AbstractBaseUser | None
Kind = AssessmentScheme.Kind
#: Who assesses for an office.
ASSESSORS = (*KEEPERS, Role.INSPECTOR)
#: No part has more points, nor is more taken off at once.
MOST = Decimal(1000)
#: So many characters has a reason at most, and what follows from a score.
LONGEST = 200
#: Said of a scheme by which somebody was scored; who assesses need not keep the register.
FIXED = (
    "已经有确认的得分，方案不能再改。确实要改的，先由本机关的经办人、审核人或者负责人"
    "在台账“考核和表彰”里划销这些得分。"
)


def may_assess(user: Someone, office: Body) -> bool:
    return holds(user, office, *ASSESSORS)


def make_scheme(office: Body, year: int, kind: str, *, by: By) -> AssessmentScheme:
    """The scheme of a year with the points of the sample; the office changes them."""
    _require(by, office)
    if year > timezone.localdate().year:
        raise Refused("这一年还没有开始，请选择今年或者以前的年度。")
    if kind == Kind.BODIES and not office.supervised.exists():
        raise Refused(f"“{office.name}”没有所属机关，请选择考核本机关科室。")
    if kind == Kind.SECTIONS and not office.sections.exists():
        raise Refused(f"“{office.name}”还没有科室，请先在“机关”里登记科室。")
    who = Kind(kind).label
    title = f"{office.short_name}{year}年政务公开考核方案（{who}）"
    with transaction.atomic():
        Body.objects.select_for_update(of=("self",), no_key=True).get(pk=office.pk)
        known = AssessmentScheme.objects.filter(body=office)
        if known.filter(year=year, kind=kind).exists():
            raise Refused(f"{year}年考核{who}的方案已经有了，请打开它修改。")
        if known.filter(title=title).exists():
            raise Refused(f"“{title}”是另一个方案的名称，请先把那个方案改名。")
        scheme = AssessmentScheme.objects.create(
            body=office, year=year, kind=kind, title=title, parts=sample(year, kind), made_by=by
        )
        audit.record("建立考核方案", scheme, by=by, scope=office.slug, new=_told(scheme))
    return scheme


def sample(year: int, kind: str) -> list[dict[str, Any]]:
    """The parts with which a scheme begins (law parameter ``assessment.sample``).

    Without the annual report for sections: it is the body's, no record says whose part is whose.
    """
    on = timezone.localdate().replace(year=year, month=12, day=31)
    try:
        parts = rule("assessment.sample", on=on).value
    except NoRuleInForce as no:
        raise Refused(f"评分样例从{no.since.year}年起有，请选择以后的年度。") from no
    return [
        {
            "part": part,
            "full": str(one["full"]),
            "takes": {key: str(points) for key, points in one["takes"].items()},
        }
        for part, one in parts.items()
        if kind != Kind.SECTIONS or part != Assessment.Part.REPORT
    ]


def change_scheme(
    scheme: AssessmentScheme, title: str, points: Mapping[str, str], *, by: By, seen: int
) -> AssessmentScheme:
    """Another title or other points: ``points`` by part or measure, "" leaves it out.

    Refused once a score was confirmed: what was scored by other points would not compare.
    """
    _require(by, scheme.body)
    title = title.strip()
    if not title or len(title) > 200:
        raise Refused("请填写方案名称，不超过200个字。")
    parts = _parts(points)
    with transaction.atomic():
        scheme = AssessmentScheme.objects.select_for_update(of=("self",), no_key=True).get(
            pk=scheme.pk
        )
        if scheme.version != seen:
            raise Overtaken("这个方案刚刚被别人改过，没有保存。请看过新的内容再改。")
        if lines(scheme):
            raise Refused(FIXED)
        others = AssessmentScheme.objects.filter(body=scheme.body, title=title)
        if others.exclude(pk=scheme.pk).exists():
            raise Refused("已经有同名的方案，请换一个名称。")
        old = _told(scheme)
        scheme.title, scheme.parts = title, parts
        if lines(scheme):
            raise Refused("台账“考核和表彰”里已经有这个名称的得分，请换一个名称。")
        if (new := _told(scheme)) == old:
            return scheme
        scheme.version += 1
        scheme.save()
        audit.record("修改考核方案", scheme, by=by, scope=scheme.body.slug, old=old, new=new)
    return scheme


def confirm(
    scheme: AssessmentScheme,
    key: int,
    part: str,
    values: Mapping[str, str],
    *,
    by: By,
    seen: int | None = None,
) -> Assessment:
    """A person's score, as a line of the register 考核和表彰.

    ``values``: score, reason, outcome, yearly_review. A score that is not the one proposed, or
    where nothing could be proposed, has its reason.
    """
    _require(by, scheme.body)
    with transaction.atomic():
        scheme = AssessmentScheme.objects.select_for_update(of=("self",), no_key=True).get(
            pk=scheme.pk
        )
        found = next(iter(rows_of(scheme, [key])), None)
        one = next((p for p in found.parts if p.part == part), None) if found else None
        if found is None or one is None:
            raise Refused("方案里没有这一项，请回到方案页面重新选择。")
        score = _number(values.get("score", ""), one.full, f"得分（0 至 {plain(one.full)}）")
        reason, outcome = (values.get(name, "").strip() for name in ("reason", "outcome"))
        if max(len(reason), len(outcome)) > LONGEST:
            raise Refused(f"理由和等次、奖惩各不超过{LONGEST}个字，请写短一些。")
        review = values.get("yearly_review", "")
        if review and review not in Assessment.Review.values:
            raise Refused("请从列出的选项中选择是否计入年度考核。")
        _require_reason(one, score, reason)
        line: dict[str, Any] = {
            "scheme": scheme.title,
            "assessed": found.name,
            "part": part,
            "full": one.full,
            "score": score,
            "reason": f"{one.words}。{reason}"[:500],
            "outcome": outcome,
            "yearly_review": review,
            "happened_on": timezone.localdate(),
        }
        if one.line is None:
            if seen is not None:
                raise Overtaken("这个得分刚刚被划销，没有保存。请看过现在的情况再办。")
            scheme.names[str(key)] = found.name
            scheme.save(update_fields=["names"])
            return enter(book(BOOK), scheme.body, line, by=by, also=ASSESSORS)  # type: ignore[no-any-return]
        if seen != one.line.version:
            raise Overtaken("这个得分刚刚被别人确认或者改过，没有保存。请看过现在的得分再办。")
        pk = one.line.pk
        return change(book(BOOK), pk, line, by=by, seen=seen, also=ASSESSORS)  # type: ignore[no-any-return]


def _require(by: By, office: Body) -> None:
    if by is not None and not may_assess(by, office):
        raise PermissionDenied(f"您没有替“{office.name}”考核的权限，请联系管理员。")


def _require_reason(one: PartScore, score: Decimal, reason: str) -> None:
    if reason:
        return
    if one.proposal is None:
        raise Refused("系统没有这一项的全部记录，没有建议分。请写明得分的依据。")
    if one.proposal != score:
        raise Refused(f"得分与建议的{plain(one.proposal)}分不同，请写明理由。")


def _parts(points: Mapping[str, str]) -> list[dict[str, Any]]:
    """The parts in the order of the register, each with its measures; "" leaves one out."""
    found = []
    for part in Assessment.Part:
        takes = {
            key: _stored(points[key], f"“{one.label}”每次扣分")
            for key, one in MEASURES.items()
            if one.part == part and points.get(key, "").strip()
        }
        full = points.get(part, "").strip()
        if not full and takes:
            raise Refused(f"“{part.label}”有扣分项，请填写它的满分，或者把扣分都清空。")
        if full:
            stored = _stored(full, f"“{part.label}”的满分")
            found.append({"part": part.value, "full": stored, "takes": takes})
    if not found:
        raise Refused("请至少填写一项的满分。")
    return found


def _stored(text: str, called: str) -> str:
    points = _number(text, MOST, called)
    if not points:
        raise Refused(f"{called}要大于 0；不用的，请留空。")
    return plain(points)


def _number(text: str, most: Decimal, called: str) -> Decimal:
    """So many points, with one decimal at most."""
    try:
        points = Decimal(text.strip())
    except InvalidOperation:
        points = Decimal("NaN")
    if not points.is_finite() or not 0 <= points <= most or points != round(points, 1):
        raise Refused(f"请填写{called}，用数字，最多一位小数，不超过 {plain(most)}。")
    return points


def _told(scheme: AssessmentScheme) -> dict[str, Any]:
    told = {"名称": scheme.title}
    for part in scheme.parts:
        takes = "，".join(
            f"{MEASURES[key].label}每{MEASURES[key].unit}扣{each}"
            for key, each in part["takes"].items()
        )
        label = Assessment.Part(part["part"]).label
        told[label] = f"满分{part['full']}{'，' if takes else ''}{takes}"
    return told
