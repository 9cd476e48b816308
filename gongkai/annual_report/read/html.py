"""HTML → blocks: the visible text of the article, its headings and its tables.

Navigation, scripts and hidden elements are left out. The article is the smallest element that
holds every section heading and every table of figures; a page without such evidence is taken
whole.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from selectolax.lexbor import LexborHTMLParser

from gongkai.annual_report.read.document import Document
from gongkai.annual_report.read.grids import Raw, RawCell, RawParagraph, RawTable, settle
from gongkai.annual_report.read.safety import MAX_CHARACTERS
from gongkai.documents.safety import refuse


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_SKIP = _words("""
    script style noscript template svg math iframe object embed canvas audio video map head nav
    select datalist button input textarea footer -comment
    """)
_BLOCK = _words("""
    address article aside blockquote center body caption dd details dialog div dl dt fieldset
    figcaption figure form h1 h2 h3 h4 h5 h6 header hr html legend li main ol p pre section
    summary ul ucaptitle ucapcontent
    """)
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_HIDDEN = re.compile(r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.I)
_SPACE = re.compile(r"[ \t\r\n\f\u00a0\u200b\ufeff]+")
#: Words of the statutory headings and tables: text nodes with them lie inside the article.
_EVIDENCE = re.compile(
    r"总体情况|第二十条第|规范性文件|行政许可|行政处罚|本年新收|予以公开|结果维持|"
    r"存在的主要问题|其他需要报告"
)
_TITLE = re.compile(r"年度?报告|年报|信息公开")
#: Labels of the frame that a platform puts around a document, kept as ``meta``.
_FRAME_LABELS = _words("""
    名称 标题 索引号 分类 主题分类 发布机构 发文机关 公开日期
    发布日期 发文日期 成文日期 生成日期 文号 发文字号 关键词 来源
    单位
    """)
#: The number of a footnote, raised: it must not run into the number before it.
_SUPERSCRIPT = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
#: Deeper than any page that people make; the parser itself is not recursive.
_MAX_DEPTH = 2_000
_MAX_NODES = 1_000_000
#: Elements that the parser opens again in every paragraph until they are closed.
_FORMATTING = _words("a b big code em font i nobr s small strike strong tt u")
#: Elements that need no end tag.
_SELF_CLOSING = _words(
    """
    area base br col embed hr img input link meta param source track wbr
    p li dt dd td th tr tbody thead tfoot colgroup option html head body
    """
)
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
_FEW_TAGS = 2_000
#: Tags × elements open at once: how much work the parser may have.
_MAX_OPENED = 200_000_000
_MAX_FORMATTED = 5_000_000
#: Tables and cells open at once.
_MAX_TABLES = 120


@dataclass(slots=True)
class _Flow:
    """Text being gathered into paragraphs: the page, or one cell."""

    blocks: list[Raw] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)
    heading: bool = False

    def end(self) -> None:
        """Close the paragraph that is open."""
        text = _SPACE.sub(" ", "".join(self.parts)).strip()
        self.parts.clear()
        if text:
            self.blocks.append(RawParagraph(text, self.heading))


def html_document(text: str, name: str) -> Document:
    """The document in this HTML text. ``meta`` has the title, the meta tags and the first h1.

    UnusableInput: no visible text at all.
    """
    if len(text) > MAX_CHARACTERS:
        refuse("网页大得不正常，为安全起见没有读取，请只保存年度报告的正文后再试。")
    _check_nesting(text)
    tree = LexborHTMLParser(text)
    root = tree.body or tree.root
    if root is None:
        refuse("网页里没有内容，请在浏览器中打开原网页，另存为网页或者 PDF 后再试。")
    article = _article(root)
    lead = _before(article, root)
    titles = [b for b in lead if isinstance(b, RawParagraph) and _is_lead(b)]
    settled = settle([*titles, *_blocks(article)])
    if not settled:
        refuse("网页里没有可读的文字，请在浏览器中打开原网页，另存为网页或者 PDF 后再试。")
    return Document(name, "html", settled, _meta(tree) + _frame(lead))


def _check_nesting(text: str) -> None:
    """Refuse nesting that would cost the parser hours or gigabytes: its work grows by product."""
    if text.count("<") < _FEW_TAGS:
        return
    tags = _TAG.findall(text)
    opened = formatted = deepest = most_formatted = 0
    for end, name in tags:
        name = name.lower()
        if name in _SELF_CLOSING:
            continue
        step = -1 if end else 1
        opened = max(0, opened + step)
        deepest = max(deepest, opened)
        if name in _FORMATTING:
            formatted = max(0, formatted + step)
            most_formatted = max(most_formatted, formatted)
    if deepest * len(tags) > _MAX_OPENED or most_formatted * len(tags) > _MAX_FORMATTED:
        refuse("网页的结构深得不正常，为安全起见没有读取，请只保存年度报告的正文后再试。")


def _meta(tree: Any) -> tuple[tuple[str, str], ...]:
    found: dict[str, str] = {}
    for node in tree.css("title, h1"):
        value = _SPACE.sub(" ", node.text()).strip()
        if value:
            found.setdefault(node.tag, value)
    for node in tree.css("meta[name][content]"):
        key, value = node.attributes.get("name"), node.attributes.get("content")
        if key and value and value.strip():
            found.setdefault(key.strip(), value.strip())
    return tuple(found.items())


def _hidden(node: Any) -> bool:
    attributes = node.attributes
    if not attributes:
        return False
    if "hidden" in attributes:
        return True
    style = attributes.get("style")
    return bool(style and _HIDDEN.search(style))


def _span(node: Any, name: str) -> int:
    try:
        return int((node.attributes.get(name) or "1").strip())
    except ValueError:
        return 1


def _article(root: Any) -> Any:
    """The smallest element with all the evidence, or the whole body."""
    common: list[Any] | None = None
    for node in root.traverse(include_text=True):
        if node.tag != "-text" or not _EVIDENCE.search(node.text_content or ""):
            continue
        path = _path(node, root)
        if path is None:
            continue
        if common is None:
            common = path
            continue
        length = 0
        for a, b in zip(common, path, strict=False):
            if a.mem_id != b.mem_id:
                break
            length += 1
        common = common[:length]
    # Inside a table the evidence is a part of that table, which is the unit.
    while common and common[-1].tag not in ("div", "article", "section", "main", "body", "td"):
        common.pop()
    if common and common[-1].tag == "td" and len(_blocks(common[-1])) < 6:
        while common and common[-1].tag in ("td", "tr", "tbody", "table"):
            common.pop()
    return common[-1] if common else root


def _path(node: Any, root: Any) -> list[Any] | None:
    """The elements from the root down to the node's parent; None inside a link or hidden part."""
    path: list[Any] = []
    parent = node.parent
    while parent is not None:
        if parent.tag == "a" or parent.tag in _SKIP or len(path) > _MAX_DEPTH:
            return None
        path.append(parent)
        if parent.mem_id == root.mem_id:
            return path[::-1]
        parent = parent.parent
    return None


def _before(article: Any, root: Any) -> list[Raw]:
    """What stands before the article: its title, the platform's frame, navigation."""
    pieces: list[list[Raw]] = []
    node = article
    while node is not None and node.mem_id != root.mem_id:
        sibling = node.prev
        while sibling is not None:
            if sibling.tag not in ("-text", "-comment"):
                pieces.append(_blocks(sibling))
            sibling = sibling.prev
        node = node.parent
    return [block for piece in reversed(pieces) for block in piece]


def _is_lead(paragraph: RawParagraph) -> bool:
    if paragraph.heading:
        return "报" in paragraph.text and bool(_TITLE.search(paragraph.text))
    return len(paragraph.text) > 60 and "http" not in paragraph.text


def _frame(lead: list[Raw]) -> tuple[tuple[str, str], ...]:
    """Pairs such as 发布机构 and 公开日期 from the table of labels above an article."""
    found: dict[str, str] = {}
    for block in lead:
        for row in block.rows if isinstance(block, RawTable) else ():
            texts = [_SPACE.sub("", cell.text()) for cell in row]
            for label, value in pairwise(texts):
                label = label.rstrip("：:")
                if label in _FRAME_LABELS and value:
                    found.setdefault(label, value)
    return tuple(found.items())


def _blocks(root: Any) -> list[Raw]:
    flows = [_Flow()]
    tables: list[RawTable] = []
    stack: list[tuple[Any, bool]] = [(root, False)]
    seen = 0
    while stack:
        node, leaving = stack.pop()
        if leaving:
            _leave(node.tag, flows, tables)
            continue
        seen += 1
        if seen > _MAX_NODES or len(flows) > _MAX_TABLES:
            refuse("网页的结构复杂得不正常，为安全起见没有读取，请只保存年度报告的正文后再试。")
        if node.tag == "-text":
            text = node.text_content or ""
            raised = node.parent is not None and node.parent.tag == "sup"
            flows[-1].parts.append(text.translate(_SUPERSCRIPT) if raised else text)
        elif node.tag == "br":
            flows[-1].end()
        elif node.tag not in _SKIP and not _hidden(node):
            _enter(node, flows, tables)
            stack.append((node, True))
            child = node.last_child
            while child is not None:
                stack.append((child, False))
                child = child.prev
    flows[0].end()
    return flows[0].blocks


def _enter(node: Any, flows: list[_Flow], tables: list[RawTable]) -> None:
    tag = node.tag
    if tag == "table":
        flows[-1].end()
        role = (node.attributes.get("role") or "").strip().lower()
        tables.append(RawTable(layout=role in ("presentation", "none")))
        flows.append(_Flow())  # takes captions and stray text
    elif tag == "tr" and tables:
        tables[-1].rows.append([])
    elif tag in ("td", "th") and tables and tables[-1].rows:
        tables[-1].rows[-1].append(RawCell([], _span(node, "colspan"), _span(node, "rowspan")))
        flows.append(_Flow())
    elif tag in _BLOCK:
        flows[-1].end()
        flows[-1].heading = flows[-1].heading or tag in _HEADINGS


def _leave(tag: str, flows: list[_Flow], tables: list[RawTable]) -> None:
    if tag == "table":
        flow = flows.pop()
        flow.end()
        table = tables.pop()
        flows[-1].blocks.extend(flow.blocks)
        if any(table.rows):
            flows[-1].blocks.append(table)
    elif tag in ("td", "th") and tables and tables[-1].rows and len(flows) > 1:
        flow = flows.pop()
        flow.end()
        tables[-1].rows[-1][-1].blocks = flow.blocks
    elif tag in _BLOCK:
        flows[-1].end()
        if tag in _HEADINGS:
            flows[-1].heading = False
