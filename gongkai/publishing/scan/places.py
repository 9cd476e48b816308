"""Names of other places and bodies: what was copied from elsewhere and not adapted."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from ahocorasick_rs import AhoCorasick, MatchKind
from django.db.models import Count, Max

from gongkai.bodies.models import Body, Region
from gongkai.publishing.scan.model import ASK, Context, Hit, Part, hit_at

#: A commission or government of a place, also of one that is not among ours.
_BODY = re.compile(
    r"([\u4e00-\u9fff]{2,4}?[县市区旗])(?:卫生健康(?:委员会|委|局)|人民政府|政府办公室"
    r"|疾病预防控制中心|教育(?:和体育)?局|市场监督管理局)"
)
#: Words that come before the name of a place and do not belong to it.
_BEFORE = re.compile(
    r"^.*?(?:转发|印发|根据|按照|由|向|经|报|和|与|及|的|在|至|对|为|以|请|各|本|全|我|该|所在|会同|有关|相关|当地|其他|省|自治区|市(?=.))"
)
_COMMON = re.compile(
    r"^(?:本|全|我|各|该|外|城|乡|郊|辖|市|县|区|某|所在|当地|上级|下级|其他|有关|地级|县级)"
)


def places(part: Part, context: Context) -> Iterator[Hit]:
    """Each name of a region or body that is neither ours nor above, below or known to be cited."""
    body = context.draft.body
    key = context.places
    matcher, names = _names(key)
    own = _own(body.pk, key)
    taken: set[str] = set()
    for index, start, end in matcher.find_matches_as_indexes(part.text):
        name, regions = names[index]
        if name in taken or regions & own:
            continue
        if _quoted(part.text, start):
            continue
        taken.add(name)
        yield _hit(part, start, end, name, body.name)
    ours = {names[i][0] for i in range(len(names)) if names[i][1] & own}
    for match in _BODY.finditer(part.text):
        name = _BEFORE.sub("", match[1])
        if len(name) < 3 or _COMMON.match(name) or name in taken or name in ours:
            continue
        if any(name in known or known in name for known in ours) or _quoted(
            part.text, match.start()
        ):
            continue
        taken.add(name)
        start = match.start(1) + len(match[1]) - len(name)
        yield _hit(part, start, match.end(1), name, body.name)


def _hit(part: Part, start: int, end: int, name: str, body: str) -> Hit:
    return hit_at(
        part, start, end, rule="places", level=ASK,
        message=f"{part.label}里出现“{name}”，不是{body}所在的地方，也不是它的上级，"
        "请核对是不是从别处抄来没有改。",
    )  # fmt: skip


def _quoted(text: str, at: int) -> bool:
    opened = text.rfind("《", max(0, at - 60), at)
    return opened >= 0 and text.find("》", opened, at) < 0


def state() -> tuple[int, int, int]:
    """Changes when a region or a body is added."""
    regions = Region.objects.aggregate(n=Count("pk"), last=Max("pk"))
    return regions["n"], regions["last"] or 0, Body.objects.aggregate(n=Max("pk"))["n"] or 0


@lru_cache(maxsize=2)
def _names(key: tuple[int, int, int]) -> tuple[AhoCorasick, tuple[tuple[str, frozenset[int]], ...]]:
    """Names of three characters and more, with the regions that bear them."""
    known: dict[str, set[int]] = {}
    for pk, name in Region.objects.exclude(level=Region.Level.NATION).values_list("pk", "name"):
        if len(name) > 2:
            known.setdefault(name, set()).add(pk)
    for name, region in Body.objects.values_list("name", "region_id"):
        known.setdefault(name, set()).add(region)
    names = tuple((name, frozenset(regions)) for name, regions in known.items())
    return AhoCorasick([n for n, _ in names], matchkind=MatchKind.LeftmostLongest), names


@lru_cache(maxsize=64)
def _own(body: int, key: tuple[int, int, int]) -> frozenset[int]:
    """The body's region, those above and those below."""
    path = Body.objects.values_list("region__path", flat=True).get(pk=body)
    codes = [code for code in path.split("/") if code]
    above = Region.objects.filter(code__in=codes).values_list("pk", flat=True)
    below = Region.objects.filter(path__startswith=path).values_list("pk", flat=True)
    return frozenset([*above, *below])
