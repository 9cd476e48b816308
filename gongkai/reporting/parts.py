"""A report as the parts of a page: its sections in order, each with paragraphs and its table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

from django.utils.safestring import SafeString, mark_safe

from gongkai.annual_report.check.finding import Finding
from gongkai.annual_report.model import Report
from gongkai.annual_report.render import marks_of, tables_html
from gongkai.annual_report.render.official import paragraphs, parts_in_order

#: Levels from the gravest; their words.
LEVELS = {"error": "错误", "warn": "提醒", "info": "提示"}


@dataclass(frozen=True, slots=True)
class Part:
    """A section: title ("" before the first), its paragraphs as HTML, its table as HTML."""

    number: int
    title: str
    html: SafeString
    table: SafeString
    caption: str


@dataclass(frozen=True, slots=True)
class Numbered:
    """A finding with its number on the page."""

    number: int
    finding: Finding

    @property
    def word(self) -> str:
        return LEVELS[self.finding.level]


def numbered(findings: Sequence[Finding]) -> list[Numbered]:
    """The findings, gravest first, numbered from 1; the order within a level stays."""
    levels = list(LEVELS)
    ordered = sorted(findings, key=lambda f: levels.index(f.level))
    return [Numbered(n, f) for n, f in enumerate(ordered, 1)]


def parts(report: Report, found: Sequence[Numbered] = (), *, prefix: str = "") -> list[Part]:
    """The sections of a report with their tables; ``found`` marks cells and sentences.

    ``prefix`` tells the anchors of several reports on one page apart.
    """
    # A finding speaks of the figure as it was printed, so the marked tables show it so.
    marks = marks_of([f.finding for f in found])
    tables = tables_html(report, marks=marks, as_printed=bool(found))
    captions = {
        "t2": "主动公开政府信息情况表",
        "t3": "申请办理情况表",
        "t4": "行政复议、行政诉讼情况表",
    }
    out: list[Part] = []
    for heading, section, key in parts_in_order(report, tables):
        number = section.number if section else int((key or "t0")[1:])
        quotes = [f for f in found if f.finding.section == number and f.finding.quote]
        text = text_html(section.text, quotes, prefix=prefix) if section else mark_safe("")
        table = tables[key] if key else ""
        if found:
            table = _anchored(table, prefix)
        out.append(Part(number, heading, text, mark_safe(table), captions.get(key or "", "")))
    return out


def _anchored(table: str, prefix: str) -> str:
    """The table with an anchor at every cell and its links led to this report's findings.

    Every text in it is escaped, so that a quote mark stands only where an attribute ends.
    """
    table = table.replace(' data-address="', f' id="{prefix}cell-')
    return table.replace('href="#finding-', f'href="#{prefix}finding-')


def text_html(text: str, found: Sequence[Numbered] = (), *, prefix: str = "") -> SafeString:
    """The paragraphs of a section as HTML, sentences that were found marked with their numbers."""
    out = []
    for p in paragraphs(text):
        inner = _marked(p.text, found, prefix)
        if p.style == "subheading":
            out.append(f"<h3>{inner}</h3>")
        elif p.lead and inner == escape(p.text):
            lead, rest = escape(p.text[: p.lead]), escape(p.text[p.lead :])
            out.append(f"<p><strong>{lead}</strong>{rest}</p>")
        else:
            out.append(f"<p>{inner}</p>")
    return mark_safe("\n".join(out))


def _marked(text: str, found: Sequence[Numbered], prefix: str) -> str:
    """One paragraph, escaped, with every found quote in a mark; overlapping quotes share one."""
    spans: list[tuple[int, int, list[Numbered]]] = []
    for item in found:
        quote = (item.finding.quote or "").strip()
        start = text.find(quote) if quote else -1
        if start >= 0:
            spans.append((start, start + len(quote), [item]))
    spans.sort(key=lambda s: (s[0], -s[1]))
    merged: list[tuple[int, int, list[Numbered]]] = []
    for start, end, items in spans:
        if merged and start < merged[-1][1]:
            before = merged.pop()
            merged.append((before[0], max(before[1], end), [*before[2], *items]))
        else:
            merged.append((start, end, items))
    out, at = [], 0
    for start, end, items in merged:
        level = min((i.finding.level for i in items), key=list(LEVELS).index)
        # Each number stands under the word of its own level.
        said = "；".join(
            word + "、".join(_link(i, prefix) for i in sorted(alike, key=lambda i: i.number))
            for word, alike in by_level(items).items()
        )
        out.append(escape(text[at:start]))
        out.append(f'<mark class="{level}">{escape(text[start:end])}</mark>')
        out.append(f'<sup class="found-sign">{said}</sup>')
        at = end
    out.append(escape(text[at:]))
    return "".join(out)


def _link(item: Numbered, prefix: str) -> str:
    where, n = f"#{prefix}finding-{item.number}", item.number
    return f'<a href="{where}" aria-label="{item.word}，第{n}条">{n}</a>'


def by_level(found: Sequence[Numbered]) -> Mapping[str, list[Numbered]]:
    """The findings under the word of their level, gravest first; levels without any left out."""
    grouped = {word: [f for f in found if f.word == word] for word in LEVELS.values()}
    return {word: items for word, items in grouped.items() if items}
