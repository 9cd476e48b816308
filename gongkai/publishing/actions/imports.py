"""An older site taken over: a folder of files and a table of what they are become drafts.

Each line of the table is one document with a key of its own; the same key is taken once, however
often the command runs. Nothing becomes public here: the drafts go through the review, together
(``actions.batch``), and keep the day on which the older site published them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import python_calamine
from django.db import transaction
from django.utils import timezone
from selectolax.lexbor import LexborHTMLParser

from gongkai.base.grams import written_number
from gongkai.base.refusal import Refused
from gongkai.base.uploads import Checked, check_upload
from gongkai.bodies.models import Body
from gongkai.publishing import files
from gongkai.publishing.actions.core import By, on_document, require
from gongkai.publishing.actions.drafts import attach, create_document
from gongkai.publishing.actions.normative import legal_fingerprint
from gongkai.publishing.content import clean_html, draft_of, words
from gongkai.publishing.models import (
    Column,
    Document,
    ImportedDocument,
    ImportRun,
    NormativeRecord,
)
from gongkai.publishing.required import MONEY_ITEMS
from gongkai.publishing.roles import WRITERS

#: Heads of the table → what they are; the first word is the one that ``template`` writes.
HEADS: dict[str, tuple[str, ...]] = {
    "key": ("标识", "原编号", "id", "ID"),
    "file": ("文件", "正文文件"),
    "title": ("标题", "名称"),
    "column": ("栏目",),
    "published": ("发布日期", "发布时间"),
    "formed": ("成文日期",),
    "number": ("发文字号", "文号"),
    "issuer": ("发文机关", "发布机构"),
    "genre": ("体裁",),
    "keywords": ("主题词", "关键词"),
    "summary": ("内容概述", "摘要"),
    "effective": ("施行日期",),
    "expires": ("有效期至", "失效日期"),
    "normative": ("规范性文件", "行政规范性文件"),
    "attachments": ("附件",),
    "address": ("原网址", "网址"),
    "source": ("信息来源", "来源"),
}
NEEDED = ("key", "title", "column", "file")
HTML = (".html", ".htm")
_DAY = re.compile(r"(\d{4})\D{1,2}(\d{1,2})\D{1,2}(\d{1,2})")
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})")
_CHARSET = re.compile(rb"charset=[\"']?([\w-]+)", re.IGNORECASE)
#: What is printed on every page of a DOCX is not its text.
_PRINTED = re.compile(r"<p>页[眉脚]：.*?</p>", re.DOTALL)
#: Where the text of an article usually stands on the sites of agencies; else the whole body.
_BODIES = ("article", "#zoom", ".TRS_Editor", ".article-content", ".content", "#content", "main")
_YES = ("是", "√", "1", "true", "Y", "y")


@dataclass(slots=True)
class Row:
    """One line of the table."""

    line: int
    values: dict[str, Any] = field(default_factory=dict)

    def text(self, name: str) -> str:
        value = self.values.get(name, "")
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        return " ".join(str(value).split())


def import_documents(
    folder: Path, table: Path, body: Body, *, by: By, source: str = ""
) -> ImportRun:
    """Take what is not there yet; each line for itself, those that cannot be taken are listed.

    ``source``: names the older site, so that two sites may use the same keys; by default the name
    of the table. Refused: no folder, no table, heads that are missing.
    """
    require(by, body, *WRITERS)
    if not folder.is_dir():
        raise Refused(f"没有“{folder.name}”这个文件夹，请核对。")
    source = source or table.stem
    rows = list(read_table(table))
    run = ImportRun.objects.create(body=body, source=source[:60])
    columns = {}
    for column in Column.objects.filter(body=body):
        columns[column.key] = columns[column.name] = column
    for row in rows:
        key = row.text("key")[:200]
        known = ImportedDocument.objects.filter(body=body, source=run.source, key=key)
        if key and known.exists():
            run.known += 1
            continue
        try:
            with transaction.atomic():
                _take(run, row, folder, columns, by)
            run.taken += 1
        except (Refused, OSError) as no:
            why = str(no) if isinstance(no, Refused) else "文件读不出来。"
            run.refused.append({"line": row.line, "key": key, "why": why})
    run.save()
    return run


def read_table(table: Path) -> Iterator[Row]:
    """The lines of the table (XLSX, first sheet) by what their columns mean."""
    try:
        book = python_calamine.CalamineWorkbook.from_path(str(table))
        lines = book.get_sheet_by_index(0).to_python(skip_empty_area=False)
    except (OSError, python_calamine.CalamineError):
        raise Refused("表格读不出来，请用 Excel 或者 WPS 另存为 .xlsx 后再导入。") from None
    if not lines:
        raise Refused("表格是空的。")
    means = {word: name for name, found in HEADS.items() for word in found}
    places = {}
    for at, cell in enumerate(lines[0]):
        if (name := means.get(str(cell).strip())) and name not in places:
            places[name] = at
    if missing := [HEADS[name][0] for name in NEEDED if name not in places]:
        raise Refused(f"表格第一行缺少“{'、'.join(missing)}”，请补上后再导入。")
    for number, line in enumerate(lines[1:], 2):
        if any(str(cell).strip() for cell in line):
            yield Row(number, {name: line[at] for name, at in places.items() if at < len(line)})


def _take(
    run: ImportRun, row: Row, folder: Path, columns: dict[str, Column], by: By
) -> ImportedDocument:
    key, title = row.text("key"), row.text("title")
    if not key or not title:
        raise Refused("没有填写标识或者标题。")
    if len(title) > 200:
        raise Refused("标题超过 200 字。")
    column = columns.get(row.text("column"))
    if column is None:
        raise Refused(f"本机关没有“{row.text('column')}”栏目。")
    published = _moment(row, "published")
    formed = _day(row, "formed") or (timezone.localdate(published) if published else None)
    if formed is None:
        raise Refused("成文日期和发布日期都没有填写。")
    main = _inside(folder, row.text("file"))
    text, beside = _main(main)
    named = re.split(r"[;；|\n]+", str(row.values.get("attachments", "")))
    beside += [_checked(_inside(folder, name.strip())) for name in named if name.strip()]
    genres = {label: value for value, label in Document.Genre.choices}
    is_normative = row.text("normative") in _YES
    document = create_document(
        run.body,
        column,
        title,
        by=by,
        text=text,
        formed_on=formed,
        doc_number=written_number(row.text("number"))[:60],
        genre=genres.get(row.text("genre"), Document.Genre.OTHER),
        issuer=row.text("issuer")[:200] or run.body.name,
        keywords=row.text("keywords")[:200],
        summary=row.text("summary")[:500],
        effective_on=_day(row, "effective"),
        expires_on=_day(row, "expires"),
        source=row.text("source")[:100],
        is_normative=is_normative,
        shows_money=column.art20_item in MONEY_ITEMS,
    )
    if beside:
        attach(document, beside, by=by)
    if is_normative:
        # Made under the rules of its day: that holds for this text only.
        draft = draft_of(Document.objects.get(pk=document.pk))
        NormativeRecord.objects.update_or_create(
            document=document,
            defaults={
                "legality": NormativeRecord.Legality.EARLIER,
                "legality_sha256": legal_fingerprint(draft),
            },
        )
    taken = ImportedDocument.objects.create(
        body=run.body,
        source=run.source,
        key=key[:200],
        run=run,
        document=document,
        published_at=published,
        address=row.text("address")[:500],
    )
    with on_document(document, by=None):
        pass  # its day to publish anew: the older site had published it
    return taken


def _inside(folder: Path, name: str) -> Path:
    """A file of the folder; never one outside it."""
    if not name:
        raise Refused("没有填写文件。")
    path = (folder / name.replace("\\", "/")).resolve()
    if not path.is_relative_to(folder.resolve()) or not path.is_file():
        raise Refused(f"文件夹里没有“{name}”。")
    return path


def _main(path: Path) -> tuple[str, list[Checked]]:
    """The text of the document; a DOCX stands beside its own text, a PDF is read as it is."""
    if path.suffix.lower() in HTML:
        text = article(path.read_bytes())
        if not words(text).strip():
            raise Refused("网页里没有找到正文。")
        return text, []
    file = _checked(path)
    if file.extension != "docx":
        return "", [file]
    return clean_html(_PRINTED.sub("", files.read(file).html)), [file]


def article(data: bytes) -> str:
    """The article of an HTML page, cleaned; frames, menus and scripts left out."""
    found = _CHARSET.search(data[:4096])
    charset = found[1].decode("ascii", "ignore").lower() if found else "utf-8"
    if charset in ("gb2312", "gbk"):
        charset = "gb18030"
    try:
        page = data.decode(charset, "replace")
    except LookupError:
        page = data.decode("utf-8", "replace")
    tree = LexborHTMLParser(page)
    for noise in tree.css("script,style,nav,header,footer,form,iframe,noscript"):
        noise.decompose()
    for selector in _BODIES:
        node = tree.css_first(selector)
        if node is not None and node.text().strip():
            return clean_html(node.inner_html or "")
    return clean_html(tree.body.inner_html or "") if tree.body else ""


def _checked(path: Path) -> Checked:
    return check_upload(path.name, path.read_bytes())


def _day(row: Row, name: str) -> date | None:
    value = row.values.get(name, "")
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    text = row.text(name)
    if not text:
        return None
    found = _DAY.search(text)
    try:
        if found is None:
            raise ValueError
        return date(*(int(part) for part in found.groups()))
    except ValueError:
        raise Refused(f"“{HEADS[name][0]}”的“{text}”不是日期。") from None


def _moment(row: Row, name: str) -> datetime | None:
    day = _day(row, name)
    if day is None:
        return None
    value = row.values.get(name)
    at = value.time() if isinstance(value, datetime) else time(0)
    if isinstance(value, str) and (clock := _CLOCK.search(value)):
        at = time(int(clock[1]) % 24, int(clock[2]) % 60)
    moment = timezone.make_aware(datetime.combine(day, at))
    if moment > timezone.now():
        raise Refused(f"“{HEADS[name][0]}”晚于现在。")
    return moment
