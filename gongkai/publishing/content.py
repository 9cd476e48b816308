"""The content of a document: what is reviewed, its fingerprint, its clean HTML, its words."""

from __future__ import annotations

import hashlib
import json
import re
from copy import copy, deepcopy
from typing import Any

import nh3
from django.core.serializers.json import DjangoJSONEncoder
from selectolax.lexbor import LexborHTMLParser, LexborNode

from gongkai.publishing.models import Document

#: What a review looks at and a release shows. A column of ``Document`` that is not here is work
#: or public face; ``constraints`` refuses a change of these on a public row without a release.
FIELDS = (
    "column_id",
    "title",
    "genre",
    "theme",
    "issuer",
    "doc_number",
    "formed_on",
    "effective_on",
    "expires_on",
    "keywords",
    "summary",
    "text",
    "source",
    "attachments",
    "attribute",
    "withheld_ground",
    "withheld_reason",
    "interprets_id",
    "changes",
    "is_normative",
    "shows_money",
    "explains_by",
)
#: Those of one line that the public reads: looked at by the machine, masked like the text.
LINES = ("title", "doc_number", "issuer", "theme", "keywords", "summary", "source")
#: Came after documents were reviewed: left out while empty, so that their fingerprint stays.
_LATER = ("explains_by",)
_TAGS = {
    *("p", "br", "h2", "h3", "h4", "ul", "ol", "li", "blockquote", "strong", "b", "em", "i", "u"),
    *("sup", "sub", "a", "table", "caption", "thead", "tbody", "tr", "th", "td", "hr"),
}
_ATTRIBUTES = {
    "a": {"href"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
    # A list that goes on after a paragraph goes on counting.
    "ol": {"start", "type"},
    "li": {"value"},
}
#: Where a paragraph stands, for the signature and date at the end (落款) and what is centred.
_PLACES = {"right": "right", "end": "right", "center": "centre"}
_CLASSES = {"p": set(_PLACES.values())}
#: Written under another name: what else makes a block or a heading in an editor, Word or WPS.
_RENAMED = {"h1": "h2", "h5": "h4", "h6": "h4", "div": "p", "section": "p", "article": "p"}
#: What Word hides: deleted text of tracked changes, comments, hidden characters.
_HIDDEN = (
    "del",
    ".MsoCommentReference",
    ".MsoCommentText",
    "[style*='mso-element:comment']",
    "[style*='mso-hide:all']",
    "[style*='display:none']",
    "[style*='display: none']",
)
_RENAME = re.compile(r"<(/?)(h1|h5|h6|div|section|article)(?=[\s>])", re.IGNORECASE)
_LOOKED_AT = re.compile(r"mso|<del\b|display:\s*none|text-align|\balign\s*=", re.IGNORECASE)
_ALIGNED = re.compile(r"(?<![\w-])text-align:\s*(\w+)", re.IGNORECASE)
_SIGNS = re.compile(r"(?<![\w-])font(?:-family)?:[^;]*(?:Wingdings|Symbol|Webdings)", re.IGNORECASE)
#: Where a line of the file ends inside a Chinese sentence.
_CHINESE = r"[\u3000-\u9fff\uff00-\uffef]"
_WRAPPED = re.compile(rf"(?<={_CHINESE})\s*\n\s*(?={_CHINESE})")
_BARE_LINK = re.compile(r"<a(?! href)[^>]*>(.*?)</a>", re.DOTALL)
_FIRST_BLOCK = re.compile(r"<(p|h[2-4])(?: class=\"\w+\")?>.*?</\1>", re.DOTALL)
_BLOCK_END = re.compile(r"</(?:p|h\d|li|td|th|tr|caption|blockquote)>|<br\s*/?>")


def clean_html(text: str) -> str:
    """What is kept of HTML from an editor, Word or WPS: structure and words, no looks, no script.

    Links go to http(s), mailto, tel or a path of this site.
    """
    kept = nh3.clean(
        _RENAME.sub(lambda m: f"<{m[1]}{_RENAMED[m[2].lower()]}", _as_seen(text)),
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        allowed_classes=_CLASSES,
        clean_content_tags={"script", "style", "title", "xml"},
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel="noopener",
        strip_comments=True,
    )
    kept = _BARE_LINK.sub(r"\1", kept).replace('<p class="">', "<p>")
    kept = _WRAPPED.sub("", kept)
    return re.sub(r"<(p|h[2-4])(?: class=\"\w+\")?>(?:\s|&nbsp;|<br>)*</\1>", "", kept).strip()


def without_title(html: str, title: str) -> str:
    """Clean HTML without the title at its beginning, in one paragraph or in several lines.

    It comes along when a whole paper is pasted, and the page has it as its heading already.
    """
    left, rest = "".join(title.split()), html
    while left and (block := _FIRST_BLOCK.match(rest)):
        line = "".join(words(block[0]).split())
        if not line or not left.startswith(line):
            return html
        left, rest = left.removeprefix(line), rest[block.end() :].lstrip()
    return html if left or not rest else rest


def _as_seen(text: str) -> str:
    """The HTML as a reader of the pasted page saw it: nothing hidden, paragraphs in their place.

    The sign before an item of a list is a letter in Word's font of signs: here a point.
    """
    if not _LOOKED_AT.search(text):
        return text
    tree = LexborHTMLParser(text)
    for selector in _HIDDEN:
        for node in tree.css(selector):
            node.decompose()
    for node in tree.css("span[style*='mso-list']"):
        above = node.parent.attributes.get("style") if node.parent else ""
        looks = f"{node.attributes.get('style')};{above}"
        if _SIGNS.search(looks) and len(node.text(strip=True)) == 1:
            node.replace_with("• ")
    for node in tree.css("p, div"):
        if found := _place(node):
            node.attrs["class"] = found
    return (tree.body.inner_html or "") if tree.body else ""


def _place(node: LexborNode | None) -> str:
    """Where the paragraph stands: its own word, else that of the division around it."""
    while node is not None and node.tag in ("p", "div", "section"):
        style = _ALIGNED.search(node.attributes.get("style") or "")
        if told := style[1] if style else node.attributes.get("align"):
            return _PLACES.get(told.lower(), "")
        if (kept := node.attributes.get("class")) in _PLACES.values():
            return str(kept)
        node = node.parent
    return ""


def words(html: str) -> str:
    """The text without tags, a line for each block."""
    plain = html.replace("\r", " ").replace("\n", " ")
    tree = LexborHTMLParser(_BLOCK_END.sub(lambda end: end[0] + "\n", plain))
    body = tree.body
    lines = (body.text() if body else "").split("\n")
    return "\n".join(" ".join(line.split()) for line in lines if line.strip())


def snapshot(document: Document) -> dict[str, Any]:
    """The content as plain JSON values."""
    values = {name: getattr(document, name) for name in FIELDS}
    values = {name: value for name, value in values.items() if value or name not in _LATER}
    plain: dict[str, Any] = json.loads(json.dumps(values, cls=DjangoJSONEncoder))
    return plain


def fingerprint(document: Document) -> str:
    """SHA-256 of the content; attachments count with their own hash."""
    text = json.dumps(snapshot(document), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def draft_of(document: Document) -> Document:
    """The newest draft as a copy of the document; what the public sees stays in the row.

    The content is the newest revision's, everything else the row's. Not by Wagtail's ``as_object``,
    which asks the database for every foreign key of the revision.
    """
    draft = copy(document)
    if document.latest_revision is None:
        return draft
    kept = document.latest_revision.content
    for name in FIELDS:
        field = Document._meta.get_field(name)
        if field.name in kept:
            # A draft that is written on leaves its revision as it was.
            setattr(draft, name, field.to_python(deepcopy(kept[field.name])))
    return draft
