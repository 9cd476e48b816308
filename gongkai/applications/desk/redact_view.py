"""An original as the redaction page shows it: its lines, where words stand, what is marked."""

from __future__ import annotations

import itertools
import json
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.core.paginator import Paginator

from gongkai.applications.actions.redact import PDF, redacted
from gongkai.applications.files import FileDamaged, content
from gongkai.applications.models import CaseFile
from gongkai.base.refusal import Refused
from gongkai.documents.personal import personal_data
from gongkai.documents.redact.worker import isolated
from gongkai.documents.safety import UnusableInput

PAGES_SHOWN = 10
PARAGRAPHS_SHOWN = 300
MAX_SUGGESTIONS = 200


@dataclass(frozen=True, slots=True)
class Line:
    """Text that can be chosen: a line of a page, or a paragraph; its place is ``page:start``."""

    page: int
    start: int
    text: str
    box: tuple[float, float, float, float] = (0, 0, 0, 0)
    part: str = ""

    @property
    def end(self) -> int:
        return self.start + len(self.text)

    @property
    def width(self) -> float:
        return round(max(self.box[2] - self.box[0], 1), 1)

    @property
    def height(self) -> float:
        return round(max(self.box[3] - self.box[1], 1), 1)


@dataclass(frozen=True, slots=True)
class Shown:
    """An original as it is shown: page sizes (none for a DOCX) and its lines."""

    data: bytes
    sizes: tuple[tuple[float, float], ...]
    lines: tuple[Line, ...]


def shown(file: CaseFile) -> Shown:
    """The original as it would be released with nothing taken out. Refused: it cannot be read."""
    try:
        return _shown(file.pk, file.sha256)
    except UnusableInput as no:
        raise Refused(str(no)) from None
    except (FileDamaged, OSError):
        raise Refused("文件没有通过完整性核对，请联系管理员从备份恢复。") from None


@lru_cache(maxsize=4)
def _shown(pk: int, sha256: str) -> Shown:
    file = CaseFile.objects.get(pk=pk)
    data = content(file)
    if file.media_type != PDF:
        found, _ = isolated("paragraphs", data)
        return Shown(
            data, (), tuple(Line(p["number"], 0, p["text"], part=p["part"]) for p in found)
        )
    _, data = isolated("prepare", data)
    pages, _ = isolated("pages", data)
    lines = tuple(
        Line(n, line["start"], line["text"], tuple(line["box"]))
        for n, page in enumerate(pages, 1)
        for line in page["lines"]
    )
    return Shown(data, tuple((p["width"], p["height"]) for p in pages), lines)


@lru_cache(maxsize=8)
def boxes_of(pk: int, sha256: str, passages: str) -> list[list[list[float]]]:
    """For every passage (as JSON) its boxes on the shown page."""
    return list(isolated("boxes", _shown(pk, sha256).data, chosen=json.loads(passages))[0])


@lru_cache(maxsize=2)
def result_of(pk: int, sha256: str, passages: str) -> tuple[dict[str, Any], bytes]:
    """The file without the passages (as JSON), made once for all pages of the preview."""
    return redacted(CaseFile.objects.get(pk=pk), json.loads(passages))


def occurrences(lines: tuple[Line, ...], word: str) -> list[dict[str, Any]]:
    """Every place where the word stands, blanks and line ends within it disregarded."""
    wanted = "".join(word.split())
    if not wanted:
        raise Refused("请填写要查找的词语。")
    found: list[dict[str, Any]] = []
    for page in dict.fromkeys(line.page for line in lines):
        letters = [
            (c, line.start + n)
            for line in lines
            if line.page == page
            for n, c in enumerate(line.text)
            if not c.isspace()
        ]
        text = "".join(c for c, _ in letters)
        at = text.find(wanted)
        while at >= 0:
            end = letters[at + len(wanted) - 1][1] + 1
            found.append({"page": page, "start": letters[at][1], "end": end})
            at = text.find(wanted, at + len(wanted))
    return found


def suggestions(lines: tuple[Line, ...], passages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What looks like personal data and is not in the list yet."""
    taken = [(p["page"], p["start"], p["end"]) for p in passages if "start" in p]
    found = []
    for line in lines:
        for one in personal_data(line.text):
            start, end = line.start + one.start, line.start + one.end
            if any(p == line.page and a <= start and end <= b for p, a, b in taken):
                continue
            text = line.text[one.start : one.end]
            found.append(
                {
                    "kind": one.kind,
                    "text": text,
                    "page": line.page,
                    "value": f"{line.page}:{start}:{end}",
                }
            )
    return found[:MAX_SUGGESTIONS]


def sheets(
    original: Shown, passages: list[dict[str, Any]], marks: list[list[list[float]]], at: str | None
) -> Any:
    """One page of pages (PDF) or paragraphs (DOCX), each with its lines and marks."""
    if not original.sizes:
        page = Paginator(original.lines, PARAGRAPHS_SHOWN).get_page(at)
        page.object_list = [
            {"number": line.page, "line": line, "pieces": _pieces(line, passages)}
            for line in page.object_list
        ]
        return page
    found = []
    for number, (width, height) in enumerate(original.sizes, 1):
        boxes = [
            {"number": n, "x": x0, "y": y0, "width": round(x1 - x0, 2), "height": round(y1 - y0, 2)}
            for n, (p, own) in enumerate(zip(passages, marks, strict=True), 1)
            if p["page"] == number
            for x0, y0, x1, y1 in own
        ]
        lines = [line for line in original.lines if line.page == number]
        found.append(
            {"number": number, "width": width, "height": height, "lines": lines, "boxes": boxes}
        )
    return Paginator(found, PAGES_SHOWN).get_page(at)


def _pieces(line: Line, passages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """A paragraph cut where passages begin and end."""
    own = [(n, p) for n, p in enumerate(passages, 1) if p["page"] == line.page and "start" in p]
    cuts = {0, len(line.text)}
    for _, p in own:
        cuts |= {min(p["start"], len(line.text)), min(p["end"], len(line.text))}
    edges = sorted(cuts)
    return [
        {
            "start": a,
            "text": line.text[a:b].replace("\ufffc", "〔图片〕" if b - a == 1 else "\ufffc"),
            "number": next((n for n, p in own if p["start"] <= a and b <= p["end"]), 0),
        }
        for a, b in itertools.pairwise(edges)
        if a < b
    ]
