"""The text of a compiled report: its parts with named numbers, the numbers to choose from."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import groupby

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString

from gongkai.base.office import number_of
from gongkai.base.permissions import staff
from gongkai.base.refusal import Refused
from gongkai.reporting.compile import actions
from gongkai.reporting.compile.alike import alike
from gongkai.reporting.compile.narrative import CHANGE, LAST, Part, Words, parts, sentences
from gongkai.reporting.compile.quantities import Known
from gongkai.reporting.compile.text import texts_of, words_for
from gongkai.reporting.compile.typed import Typed, typed_numbers
from gongkai.reporting.desk.access import page
from gongkai.reporting.desk.compile import may_edit, task_or_404, task_trail
from gongkai.reporting.models import AnnualReport, FoundProblem
from gongkai.reporting.queries import standing_problems
from gongkai.reporting.roles import VIEW


@dataclass(frozen=True, slots=True)
class Field:
    """A part on the page: what is written, how it reads now, and what was found in it."""

    part: Part
    text: str
    #: With the passages that were found fault with marked.
    reads: SafeString
    #: Typed numbers that contradict a quantity.
    wrong: list[Typed]
    problems: list[FoundProblem]


@staff(VIEW)
def text(request: HttpRequest, pk: int) -> HttpResponse:
    """All parts in one form; saving makes a version and checks it."""
    report, task, newest = task_or_404(request, pk)
    assert newest.computation is not None  # task_or_404
    words = words_for(report, newest.as_report, newest.computation)
    written = stored = texts_of(report)
    refusal: Exception | None = None
    status = 200
    if request.method == "POST":
        written = {one.key: request.POST.get(one.key, "") for one in parts()}
        try:
            if keep := request.POST.get("keep"):
                return _keep(request, report, keep, written)
            seen = number_of(request.POST.get("seen"))
            made = actions.write_text(task, written, by=request.user, seen=seen)
            if made.pk == newest.pk:
                messages.success(request, "正文没有改动。")
            else:
                messages.success(request, f"已保存，生成第{made.number}版，并重新检查。")
            return redirect("desk-compilation-text", pk=pk)
        except Refused as error:
            refusal, status = error, 409 if error.overtaken else 422
        except PermissionDenied as error:
            refusal, status = error, 403
    typed = typed_numbers(written, words.known.values(), report.year)
    return page(
        request,
        "compile/text.html",
        "正文",
        task_trail(report),
        icon="edit",
        status=status,
        report=report,
        newest=newest,
        fields=_fields(report, written, words, typed),
        wrong=[t for t in typed if not t.agrees],
        could=[t for t in typed if t.agrees],
        palette=_palette(words),
        sentences=[(name, words.wording(name)) for name in sentences()],
        said=words.said.items(),
        alike=alike(report, newest),
        refusal=refusal,
        stored_now=[
            (one.title, stored.get(one.key, one.text))
            for one in parts()
            if status == 409 and _lines(stored.get(one.key, one.text)) != _lines(written[one.key])
        ],
        may_edit=may_edit(request, task),
        last=LAST,
        change=CHANGE,
    )


def _lines(text: str) -> list[str]:
    """A part's lines; a browser sends other line ends than are stored."""
    return text.strip().splitlines()


def _keep(
    request: HttpRequest, report: AnnualReport, key: str, written: dict[str, str]
) -> HttpResponse:
    """Keep a part's wording for the years to come."""
    if key not in written:
        raise Refused("没有这一部分，没有存为模板。请从页面上的按钮选择。")
    actions.keep_wording(report.body, key, written[key], by=request.user)
    messages.success(request, "已存为本机关的模板，下一年度起草时使用。本年度的正文请另外保存。")
    return redirect("desk-compilation-text", pk=report.pk)


def _fields(
    report: AnnualReport, written: dict[str, str], words: Words, typed: list[Typed]
) -> list[Field]:
    """The parts; what the checks found in a section stands by the part that has the passage."""
    texts = {one.key: written.get(one.key, one.text) for one in parts()}
    reads = {key: words.fill(text) for key, text in texts.items()}
    by_part: dict[str, list[FoundProblem]] = {}
    for problem in standing_problems(report):
        section, quote = problem.finding.get("section"), problem.finding.get("quote") or ""
        keys = [one.key for one in parts() if one.section == section]
        if keys:
            there = next((k for k in keys if quote and quote in reads[k]), keys[0])
            by_part.setdefault(there, []).append(problem)
    found = []
    for one in parts():
        wrong = [t for t in typed if t.part == one.key and not t.agrees]
        problems = by_part.get(one.key, [])
        quotes = [t.quote for t in wrong] + [p.finding.get("quote") or "" for p in problems]
        found.append(Field(one, texts[one.key], _marked(reads[one.key], quotes), wrong, problems))
    return found


def _marked(text: str, quotes: list[str]) -> SafeString:
    """The text with the passages marked; the longest of those that overlap."""
    there = [re.escape(q) for q in sorted(quotes, key=len, reverse=True) if q and q in text]
    if not there:
        return escape(text)
    pieces = re.split(f"({'|'.join(there)})", text)
    return format_html_join(
        "",
        "{}",
        ((format_html("<mark>{}</mark>", p) if i % 2 else p,) for i, p in enumerate(pieces)),
    )


def _palette(words: Words) -> list[tuple[str, list[Known]]]:
    """The numbers to choose from, by group; those of a register only where there is any."""
    shown_ones = [k for k in words.known.values() if k.addresses or k.value or k.last]
    order = {name: n for n, name in enumerate(dict.fromkeys(k.group for k in shown_ones))}
    # The tables first: they are what the report is about.
    ranked = sorted(shown_ones, key=lambda k: (not k.addresses, order[k.group]))
    return [(group, list(some)) for group, some in groupby(ranked, key=lambda k: k.group)]


urlpatterns = [path("compilations/<int:pk>/text/", text, name="desk-compilation-text")]
