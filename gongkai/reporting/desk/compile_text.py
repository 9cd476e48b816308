"""The text of a compiled report: its parts with named numbers, the numbers to choose from."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path

from gongkai.annual_report.check.beside import similarity
from gongkai.base.permissions import staff
from gongkai.base.refusal import Overtaken, Refused
from gongkai.reporting.actions.check import peers
from gongkai.reporting.compile import actions
from gongkai.reporting.compile.narrative import CHANGE, LAST, Part, Words, parts, sentences
from gongkai.reporting.compile.quantities import Known
from gongkai.reporting.compile.text import previous_version, texts_of, words_for
from gongkai.reporting.compile.typed import typed_numbers
from gongkai.reporting.desk.access import number_of, page
from gongkai.reporting.desk.compile import may_edit, task_or_404, task_trail
from gongkai.reporting.models import AnnualReport, ReportVersion
from gongkai.reporting.roles import VIEW


@dataclass(frozen=True, slots=True)
class Field:
    """A part on the page: what is written, and how it reads now."""

    part: Part
    text: str
    reads: str


@staff(VIEW)
def text(request: HttpRequest, pk: int) -> HttpResponse:
    """All parts in one form; saving makes a version and checks it."""
    report, task, newest = task_or_404(request, pk)
    assert newest.computation is not None  # task_or_404
    words = words_for(report, newest.as_report, newest.computation)
    written = texts_of(report)
    refusal, status = "", 200
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
            refusal, status = str(error), 409 if isinstance(error, Overtaken) else 422
        except PermissionDenied as error:
            refusal, status = str(error), 403
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
        fields=[_field(one, written, words) for one in parts()],
        wrong=[t for t in typed if not t.agrees],
        could=[t for t in typed if t.agrees],
        palette=_palette(words),
        sentences=[(name, words.wording(name)) for name in sentences()],
        said=words.said.items(),
        alike=_alike(report, newest),
        refusal=refusal,
        may_edit=may_edit(request, task),
        last=LAST,
        change=CHANGE,
    )


def _keep(
    request: HttpRequest, report: AnnualReport, key: str, written: dict[str, str]
) -> HttpResponse:
    """Keep a part's wording for the years to come."""
    if key not in written:
        raise Refused("没有这一部分，请刷新页面后重试。")
    actions.keep_wording(report.body, key, written[key], by=request.user)
    messages.success(request, "已存为本机关的模板，下一年度起草时使用。本年度的正文请另外保存。")
    return redirect("desk-compilation-text", pk=report.pk)


def _field(one: Part, written: dict[str, str], words: Words) -> Field:
    given = written.get(one.key, one.text)
    return Field(one, given, words.fill(given))


def _palette(words: Words) -> list[tuple[str, list[Known]]]:
    """The numbers to choose from, by group; those of a register only where there is any."""
    shown_ones = [k for k in words.known.values() if k.addresses or k.value or k.last]
    order = {name: n for n, name in enumerate(dict.fromkeys(k.group for k in shown_ones))}
    # The tables first: they are what the report is about.
    ranked = sorted(shown_ones, key=lambda k: (not k.addresses, order[k.group]))
    return [(group, list(some)) for group, some in groupby(ranked, key=lambda k: k.group)]


def _alike(report: AnnualReport, newest: ReportVersion) -> list[tuple[str, int]]:
    """How alike the text is to last year's and to the nearest of the sister bodies', in percent."""
    mine = newest.as_report
    found = []
    if former := previous_version(report):
        found.append((f"{report.year - 1}年年报", similarity(mine, former.as_report)))
    others = [(o.agency or "其他机关", similarity(mine, o)) for o in peers(report)]
    nearest = max(others, key=lambda pair: pair[1] or 0, default=None)
    if nearest:
        found.append(nearest)
    return [(name, round(score * 100)) for name, score in found if score is not None]


urlpatterns = [path("compilations/<int:pk>/text/", text, name="desk-compilation-text")]
