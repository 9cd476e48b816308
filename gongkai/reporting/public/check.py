"""年报体检: a file comes in, its tables and findings go out; nothing is kept on the server.

What the result page needs later (download, filing) travels in the page itself, compressed and
signed, and comes back with the button.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core import signing
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from gongkai.annual_report import exchange
from gongkai.annual_report.read import UnusableInput
from gongkai.annual_report.render import FINDINGS_KINDS, KINDS, render_findings
from gongkai.annual_report.render.official import title
from gongkai.base import ratelimit
from gongkai.base.permissions import public, staff
from gongkai.base.public import column, error_page
from gongkai.base.refusal import Refused
from gongkai.base.streams import download
from gongkai.bodies.models import Body
from gongkai.bodies.queries import bodies_for
from gongkai.documents.readable.ocr import installed
from gongkai.reporting import actions
from gongkai.reporting.cells import label
from gongkai.reporting.forms import CheckForm
from gongkai.reporting.parts import LEVELS, Numbered, Part, by_level, numbered, parts
from gongkai.reporting.reading import (
    Busy,
    Checked,
    Unreadable,
    finding_from,
    finding_to,
    read_and_check,
)
from gongkai.reporting.roles import FILE, FILERS

COLUMN = column(
    "年报体检",
    "上传政府信息公开工作年度报告，检查表格勾稽关系、文表一致和格式",
    "办事服务",
    "report-check",
    "年报检查,勾稽关系,文表一致",
)
#: One address: files in ten minutes, downloads in ten minutes.
FILES, DOWNLOADS, WINDOW = 20, 60, 600
#: Seconds for which the buttons of a result page work.
VALID = 6 * 3600
#: Characters of a signed state, so that a form that returns it stays below 5 MB.
LONGEST_STATE = 2_000_000
_RESULT, _SOURCE = "gongkai.check.result", "gongkai.check.source"
#: Cells named with a link in a finding; the rest is counted.
MOST_LINKS = 6


@dataclass(frozen=True, slots=True)
class Shown:
    """One report of the file as the result page shows it."""

    number: int
    checked: Checked
    title: str
    found: list[Numbered]
    parts: list[Part]
    state: str

    @property
    def prefix(self) -> str:
        return f"r{self.number}-"

    @property
    def groups(self) -> list[tuple[str, str, list[dict[str, Any]]]]:
        """Level key, its word, and its findings with the cells they name."""
        keys = {word: key for key, word in LEVELS.items()}
        groups = by_level(self.found)
        return [(keys[word], word, [self._card(f) for f in fs]) for word, fs in groups.items()]

    @property
    def counts(self) -> list[tuple[str, str, int]]:
        return [
            (key, word, sum(f.word == word for f in self.found)) for key, word in LEVELS.items()
        ]

    def _card(self, item: Numbered) -> dict[str, Any]:
        have = dict(self.checked.report.cells())
        links = {a: label(self.checked.report, a) for a in item.finding.addresses if a in have}
        if len(links) > MOST_LINKS:  # one link a row, to its first cell
            rows: dict[str, str] = {}
            for address, name in links.items():
                rows.setdefault(name.split("行“")[0] + "行", address)
            links = {address: name for name, address in rows.items()}
        return {
            "number": item.number,
            "word": item.word,
            "finding": item.finding,
            "cells": list(links.items())[:MOST_LINKS],
            "more": max(0, len(links) - MOST_LINKS),
        }

    @property
    def notices(self) -> list[tuple[str, str]]:
        """What the reader says, and where if the sentence does not say so itself."""
        return [
            (n.message, str(n.place) if n.place and str(n.place) not in n.message else "")
            for n in self.checked.report.notices
        ]


@public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return _form(request, CheckForm())
    ratelimit.hit(request, "check", limit=FILES, seconds=WINDOW)
    form = CheckForm(request.POST, request.FILES)
    if not form.is_valid():
        return _form(request, form, 413 if form.too_large else 400)
    file, previous = form.cleaned_data["file"], form.cleaned_data["previous"]
    data = file.read()
    try:
        checked = read_and_check(
            data,
            plain_name(file),
            previous.read() if previous else None,
            plain_name(previous) if previous else "",
        )
    except Unreadable as error:
        form.add_error(error.field, f"{plain_name(form.cleaned_data[error.field])}：{error}")
        return _form(request, form, 422)
    except Busy:
        return error_page(
            request, 503, "现在体检的人较多", "您的文件没有上传。请等一分钟后再试，谢谢您的耐心。"
        )
    digest = hashlib.sha256(data).hexdigest()
    shown = [_shown(n, item, digest) for n, item in enumerate(checked, 1)]
    return render(
        request,
        "reporting/public/check_result.html",
        {
            "column": COLUMN,
            "crumbs": [("年报体检", reverse("report-check")), ("体检结果", None)],
            "file_name": plain_name(file),
            "previous_name": plain_name(previous) if previous else "",
            "unused": bool(previous) and not any(item.previous for item in checked),
            "shown": shown,
            "downloads": [(k, KINDS[k].label) for k in FINDINGS_KINDS],
            "filing": _filing(request, data, plain_name(file), shown),
        },
    )


def _form(request: HttpRequest, form: CheckForm, status: int = 200) -> HttpResponse:
    return render(
        request,
        "reporting/public/check.html",
        {
            "column": COLUMN,
            "crumbs": [("年报体检", None)],
            "form": form,
            "limit": settings.GONGKAI_UPLOAD_LIMIT >> 20,
            "reads_pictures": installed(),
        },
        status=status,
    )


def plain_name(file: UploadedFile) -> str:
    """The file's name without a path, at most 150 characters."""
    name = str(file.name or "").replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(c for c in name if c.isprintable())[-150:] or "未命名"


def _shown(number: int, item: Checked, digest: str) -> Shown:
    found = numbered(item.findings)
    state = signing.dumps(
        {
            "of": digest,
            "report": exchange.dumps(exchange.to_dict(item.report), indent=None),
            "findings": [finding_to(f.finding) for f in found],
        },
        salt=_RESULT,
        compress=True,
    )
    return Shown(
        number,
        item,
        title(item.report),
        found,
        parts(item.report, found, prefix=f"r{number}-"),
        state if len(state) <= LONGEST_STATE else "",
    )


# --- with the result ------------------------------------------------------------------------


def _state(request: HttpRequest, name: str, salt: str) -> dict[str, Any]:
    """What a result page carried; BadSignature where it is not ours or too old."""
    return dict(signing.loads(request.POST.get(name, ""), salt=salt, max_age=VALID))


def _stale(request: HttpRequest) -> HttpResponse:
    return error_page(
        request, 400, "体检结果已经过期", "结果只在页面上保留几个小时。请重新上传文件体检后再下载。"
    )


@public
@require_POST
def check_download(request: HttpRequest) -> HttpResponse:
    """The result as a document, made again from what the page carried."""
    ratelimit.hit(request, "check-download", limit=DOWNLOADS, seconds=WINDOW)
    kind = request.POST.get("kind", "")
    try:
        state = _state(request, "state", _RESULT)
        report = exchange.loads(state["report"])
    except (signing.BadSignature, ValueError, KeyError):
        return _stale(request)
    if kind not in FINDINGS_KINDS:
        return error_page(
            request, 400, "不能下载这种格式", "请返回体检结果页面，选择页面上列出的下载格式。"
        )
    body = render_findings(report, [finding_from(f) for f in state["findings"]], kind)
    return download(
        body, f"{title(report)}（体检结果）{KINDS[kind].suffix}", KINDS[kind].media_type
    )


def _filing(
    request: HttpRequest, data: bytes, name: str, shown: list[Shown]
) -> dict[str, Any] | None:
    """What a signed-in person with the permission needs to file the checked file; else None."""
    if not request.user.has_perm(FILE):
        return None
    bodies = list(bodies_for(request.user, *FILERS).order_by("name"))
    if not bodies:
        return None
    source = signing.dumps(
        {"name": name, "data": base64.b64encode(data).decode()}, salt=_SOURCE, compress=True
    )
    return {
        "source": source if len(source) <= LONGEST_STATE else "",
        "bodies": bodies,
        "agencies": {s.checked.report.agency for s in shown},
    }


@staff(FILE)
@require_POST
def check_file(request: HttpRequest) -> HttpResponse:
    """File the checked file for a body of the person's own."""
    try:
        source = _state(request, "source", _SOURCE)
        state = _state(request, "state", _RESULT)
        report, data = exchange.loads(state["report"]), base64.b64decode(source["data"])
    except (signing.BadSignature, ValueError, KeyError):
        return _stale(request)
    if state.get("of") != hashlib.sha256(data).hexdigest():  # the result of another file
        return _stale(request)
    body = Body.objects.filter(slug=request.POST.get("body", "")).first()
    if body is None:
        return error_page(request, 400, "没有选择机关", "请返回体检结果页面，选择要录入的机关。")
    try:
        filed = actions.file_report(
            data,
            source["name"],
            body=body,
            by=request.user,
            year=report.year,
            chosen=report,
        )
    except (Refused, UnusableInput) as error:
        return error_page(request, 409, "没有录入", str(error))
    messages.success(request, f"{filed.message}公开前，请核对检查发现。")
    return redirect("desk-report", pk=filed.version.report_id)
