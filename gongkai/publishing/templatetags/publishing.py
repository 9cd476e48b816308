"""How validity, sizes and file kinds are said on public pages."""

from __future__ import annotations

from pathlib import PurePath

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from gongkai.publishing.models import Document

register = template.Library()
Validity = Document.Validity
#: A shape beside the word: never colour alone.
SHAPES = {
    Validity.VALID: "✓",
    Validity.AMENDED: "✎",
    Validity.NOT_YET: "◷",
    Validity.REPEALED: "✕",
    Validity.EXPIRED: "✕",
}

_INNER = str.maketrans("《》", "〈〉")


@register.simple_tag
def validity(document: Document, size: str = "") -> SafeString:
    """The validity of a document: shape, word, colour. ``size`` "large" on its own page."""
    value = Validity(document.validity)
    return format_html(
        '<span class="validity validity-{}{}"><span aria-hidden="true">{}</span> {}</span>',
        value.value,
        " validity-large" if size == "large" else "",
        SHAPES[value],
        # Who reads that it was amended asks whether it is still in force.
        "现行有效（已修改）" if value == Validity.AMENDED else value.label,
    )


@register.filter
def cited(title: str) -> str:
    """A title as it is named in a sentence: marks inside it are the single ones (GB/T 15834)."""
    return f"《{title.translate(_INNER)}》"


@register.filter
def suffix(name: str) -> str:
    """The kind of a file by its name: "PDF"."""
    return PurePath(name).suffix.lstrip(".").upper() or "文件"


@register.filter
def in_bytes(size: int) -> str:
    """A size in words: "12 KB", "3.4 MB"."""
    if size < 1024 * 1024:
        return f"{max(1, round(size / 1024))} KB"
    return f"{size / 1024 / 1024:.1f} MB"
