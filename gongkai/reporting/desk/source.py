"""Side by side: the report with its findings marked, and the very file that it was read from."""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import content_disposition_header
from PIL import Image

from gongkai.annual_report import exchange
from gongkai.annual_report.check.finding import Finding
from gongkai.annual_report.model import Place, Report, shown
from gongkai.annual_report.read import UnusableInput
from gongkai.annual_report.read.document import Block, Grid
from gongkai.annual_report.read.kinds import open_document
from gongkai.annual_report.read.pdf import opened
from gongkai.base.office import number_of
from gongkai.base.permissions import staff
from gongkai.bodies.queries import bodies_for
from gongkai.documents.safety import MAX_PIXELS
from gongkai.reporting.cells import label
from gongkai.reporting.desk.access import page, report_or_404, report_trail
from gongkai.reporting.models import AnnualReport, FoundProblem, ReportVersion, SourceFile
from gongkai.reporting.parts import Numbered, parts
from gongkai.reporting.queries import standing_problems
from gongkai.reporting.roles import FILERS, VIEW

#: Pixels for a point: 1.6 gives an A4 page 950 pixels wide, sharp enough to read figures.
SCALE = 1.6
WIDTH = 1400


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the source as it is shown: its anchor, its number, and whether it is pointed at."""

    anchor: str
    number: str
    cells: tuple[str, ...]
    marks: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """A finding on the page: its number, the stored problem, where it leads in the source and
    which cell of the report it names first."""

    number: int
    problem: FoundProblem
    place: str
    anchor: str
    cell: str


@staff(VIEW)
def beside(request: HttpRequest, pk: int) -> HttpResponse:
    """Left the report, right the source; a finding leads to its place in both."""
    report = report_or_404(request.user, pk)
    version = version_or_404(report, number_of(request.GET.get("version")))
    content = version.as_report
    is_newest = version.number == report.versions.order_by("-number")[0].number
    problems = standing_problems(report) if is_newest else []
    ordered = sorted(problems, key=lambda p: (_GRAVITY.get(p.level, 9), p.rule, p.pk))
    found = [Numbered(n, finding_of(p)) for n, p in enumerate(ordered, 1)]
    kind = version.source.kind if version.source else ""
    lines, pages, refusal = _source(version.source, found)
    anchors = {line_mark: line.anchor for line in lines for line_mark in line.marks}
    present = {address for address, _ in content.cells()}
    shown_problems = []
    for item, problem in zip(found, ordered, strict=True):
        place = item.finding.place
        anchor = anchors.get(item.number, "")
        if pages and place and place.page:
            anchor = f"page-{place.page}"
        cell = next((a for a in item.finding.addresses if a in present), "")
        words = str(place) if place else ""
        shown_problems.append(Shown(item.number, problem, words, anchor, cell))
    return page(
        request,
        "beside.html",
        "对照源文件" if version.source else "年报内容",
        report_trail(report),
        icon="view",
        report=report,
        version=version,
        is_newest=is_newest,
        parts=parts(content, found),
        cells=_every_cell(content),
        problems=shown_problems,
        kind=kind,
        lines=lines,
        pages=[
            (n, reverse("desk-page", args=[report.pk, version.number, n]), *size)
            for n, size in enumerate(pages, 1)
        ],
        notices=content.notices,
        refusal=refusal,
        may_file=is_newest and bodies_for(request.user, *FILERS).filter(pk=report.body_id).exists(),
    )


@staff(VIEW)
def source_file(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """The source file itself, always as a download: nothing that was uploaded runs here."""
    source = _source_or_404(request, pk, number)
    response = FileResponse(source.content.open("rb"), content_type="application/octet-stream")
    response["Content-Disposition"] = content_disposition_header(True, source.name)
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, no-store"
    return response


@staff(VIEW)
def source_page(request: HttpRequest, pk: int, number: int, page_number: int) -> HttpResponse:
    """One page of a PDF (or a picture) as PNG, drawn by us: the upload itself never reaches a
    browser."""
    source = _source_or_404(request, pk, number)
    try:
        image = _drawn(source.pk, page_number)
    except UnusableInput as error:
        raise Http404(str(error)) from None
    response = HttpResponse(image, content_type="image/png")
    response["Cache-Control"] = "private, max-age=3600"
    return response


def version_or_404(report: AnnualReport, number: int | None) -> ReportVersion:
    """The version with this number, the newest without one."""
    versions = report.versions.select_related("source").order_by("-number")
    found = versions.filter(number=number).first() if number else versions.first()
    if found is None:
        raise Http404("没有这个版本。")
    return found


def _source_or_404(request: HttpRequest, pk: int, number: int) -> SourceFile:
    report = report_or_404(request.user, pk)
    if not request.user.is_authenticated:
        raise PermissionDenied
    version = version_or_404(report, number)
    if version.source is None:
        raise Http404("这个版本没有源文件。")
    return version.source


def _every_cell(content: Report) -> list[tuple[str, str, str]]:
    """Address, name and value of every cell, also of those that the reading lacks."""
    values = {a: shown(c.value) for a, c in content.cells()}
    official = content.layout.addresses if content.layout else ()
    addresses = dict.fromkeys([*official, *values])
    return [(a, label(content, a), values.get(a, "")) for a in addresses]


_GRAVITY = {"error": 0, "warn": 1, "info": 2}


def finding_of(problem: FoundProblem) -> Finding:
    """The engine's finding back from what was stored."""
    data: dict[str, Any] = problem.finding
    place = data.get("place")
    return Finding(
        problem.rule,
        problem.level,  # type: ignore[arg-type]
        problem.message,
        tuple(data.get("addresses", ())),
        data.get("section"),
        data.get("quote"),
        Place(**place) if place else None,
        data.get("source", ""),
        data.get("values", {}),
    )


def _source(
    source: SourceFile | None, found: list[Numbered]
) -> tuple[list[Line], list[tuple[int, int]], str]:
    """What is shown on the right: lines of text, or pages to draw, or why there is nothing."""
    if source is None:
        return [], [], "这个版本由数据导入，没有源文件。"
    try:
        if source.kind == "image":
            return [], [(WIDTH, int(WIDTH * 1.414))], ""
        with source.content.open("rb") as stream:
            data = stream.read()
        if source.kind == "pdf":
            with opened(data) as document:
                sizes = [document.get_page_size(n) for n in range(len(document))]
                return [], [(round(w), round(h)) for w, h in sizes], ""
        if source.kind == "json":
            text = exchange.dumps(exchange.to_dict(exchange.loads(data)))
            lines = text.splitlines()
            return [Line(f"line-{n}", str(n), (t,), ()) for n, t in enumerate(lines, 1)], [], ""
        if source.kind == "doc":
            return _lines(_converted(source.pk, source.sha256), found), [], ""
        return _lines(open_document(data, source.name).blocks, found), [], ""
    except (UnusableInput, ValueError) as error:
        return [], [], str(error)
    except OSError:
        return [], [], "源文件不在存储位置，请联系管理员。"


@lru_cache(maxsize=8)
def _converted(source_pk: int, _sha256: str) -> tuple[Block, ...]:
    """The text of an old Word file: LibreOffice takes seconds, so that once is enough."""
    source = SourceFile.objects.get(pk=source_pk)
    with source.content.open("rb") as stream:
        return open_document(stream.read(), source.name).blocks


def _lines(blocks: tuple[Block, ...], found: list[Numbered]) -> list[Line]:
    """The text of the file as it was read, line by line, findings at their places."""
    lines: list[Line] = []
    for block in blocks:
        if isinstance(block, Grid):
            for row in block.rows:
                place = next((c.place for c in row if c.place), block.place)
                cells = tuple(c.text for c in row)
                places = [c.place for c in row]
                lines.append(_line(len(lines) + 1, cells, place, places, found))
        else:
            lines.append(_line(len(lines) + 1, (block.text,), block.place, [block.place], found))
    return lines


def _line(
    position: int,
    cells: tuple[str, ...],
    place: Place | None,
    places: list[Place | None],
    found: list[Numbered],
) -> Line:
    marks = tuple(
        f.number
        for f in found
        if f.finding.place and any(_same(f.finding.place, p) for p in places if p)
    )
    number = place.line if place and place.line else position
    return Line(f"line-{position}", str(number), cells, marks)


def _same(wanted: Place, place: Place) -> bool:
    """Whether a finding's place is this one: as far as both say page, line and cell."""
    if wanted.cell and place.cell:
        return (wanted.page, wanted.cell) == (place.page, place.cell)
    return wanted.line is not None and (wanted.page, wanted.line) == (place.page, place.line)


@lru_cache(maxsize=64)
def _drawn(source_pk: int, page_number: int) -> bytes:
    """The page as PNG; a source never changes, so that drawing it once is enough."""
    source = SourceFile.objects.get(pk=source_pk)
    with source.content.open("rb") as stream:
        data = stream.read()
    out = io.BytesIO()
    if source.kind == "image":
        return _picture(data)
    if source.kind != "pdf":
        raise UnusableInput("这份源文件没有可以显示的页面。")
    with opened(data) as document:
        if not 1 <= page_number <= len(document):
            raise UnusableInput("没有这一页。")
        drawn = document[page_number - 1]
        # A page of poster size is drawn smaller: the picture stays below 4 million pixels.
        width, height = drawn.get_size()
        scale = min(SCALE, (4_000_000 / max(width * height, 1)) ** 0.5)
        drawn.render(scale=scale).to_pil().save(out, "PNG", optimize=False)
    return out.getvalue()


def _picture(data: bytes) -> bytes:
    """An uploaded picture drawn anew, at most WIDTH pixels wide."""
    try:
        with Image.open(io.BytesIO(data)) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                raise UnusableInput("图片太大，不能显示。")
            small = picture.convert("RGB")
            small.thumbnail((WIDTH, WIDTH * 4))
            out = io.BytesIO()
            small.save(out, "PNG")
            return out.getvalue()
    except (OSError, ValueError, Image.DecompressionBombError):
        raise UnusableInput("图片已经损坏，不能显示。") from None
