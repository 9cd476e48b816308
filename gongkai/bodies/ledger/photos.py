"""Pictures that prove the lines of a register: what a board showed, as it was photographed.

They are looked at by ``base.uploads``, kept sealed as they were sent (they are evidence), shown to
those who may see the line and nobody else, and taken off again where the wrong one was sent.
"""

from __future__ import annotations

import hashlib
import tempfile
import zipfile
from collections.abc import Iterable
from typing import IO, Any

from django import forms
from django.db import transaction
from django.db.models import Count, Exists, OuterRef, QuerySet

from gongkai.base import audit, kept_files
from gongkai.base.kept_files import Swept
from gongkai.base.refusal import Refused
from gongkai.base.uploads import Checked, SafeFilesField
from gongkai.bodies.ledger.actions import Person
from gongkai.bodies.ledger.book import Book
from gongkai.bodies.ledger.models import LinePhoto

FOLDER = "line-photos"
#: So many pictures prove one line; so many, and so many bytes, go into one file.
MOST = 6
MOST_AT_ONCE = 1000
MOST_BYTES = 1 << 30


def of_line(book: Book, pk: int | None) -> QuerySet[LinePhoto]:
    """The pictures of a line, the first sent first."""
    return LinePhoto.objects.filter(book=book.slug, line=pk)


def counts(book: Book, pks: Iterable[int]) -> dict[int, int]:
    """How many pictures each of these lines has; no entry for none."""
    found = LinePhoto.objects.filter(book=book.slug, line__in=list(pks)).order_by()
    return dict(found.values_list("line").annotate(n=Count("pk")))


def proven(book: Book) -> Exists:
    """Whether a line of the register has a picture."""
    return Exists(LinePhoto.objects.filter(book=book.slug, line=OuterRef("pk")))


def ask(form: forms.Form, book: Book, pk: int | None) -> None:
    """Let the form of a line take pictures, and take off those that it has."""
    form.fields["photos"] = SafeFilesField(
        label="照片", kinds=("jpg", "png"), max_files=MOST, required=False
    )
    if pk is not None and (known := of_line(book, pk)).exists():
        form.fields["photos_off"] = forms.ModelMultipleChoiceField(
            known,
            label="取下传错的照片",
            required=False,
            widget=forms.CheckboxSelectMultiple,
            help_text="取下的照片从系统中删除，不能恢复；操作记录保留文件名。",
        )


def settle(
    book: Book, line: Any, add: Iterable[Checked], off: Iterable[LinePhoto], *, by: Person
) -> None:
    """Add and take off the pictures of a line that this person has just been let change.

    Refused: more than ``MOST``, or one that the line has already. Call it in the transaction of
    that change, which holds the line.
    """
    add, off = list(add), list(off)
    for photo in off:
        photo.delete()
        _record("取下", book, line, old=photo, by=by)
    if off:
        paths = [photo.path for photo in off]
        transaction.on_commit(lambda: kept_files.unlink(paths))
    if of_line(book, line.pk).count() + len(add) > MOST:
        raise Refused(f"一条登记最多 {MOST} 张照片，请减少几张后再保存。")
    for file in add:
        digest = hashlib.sha256(file.data).hexdigest()
        if of_line(book, line.pk).filter(sha256=digest).exists():
            raise Refused(f"照片“{file.name}”已经在这条登记里，请不要重复上传。")
        kept = kept_files.keep(FOLDER, file.data)
        photo = LinePhoto.objects.create(
            body=line.body,
            book=book.slug,
            line=line.pk,
            name=file.name,
            media_type=file.media_type,
            size=kept.size,
            sha256=kept.sha256,
            path=kept.path,
            added_by=by,
        )
        _record("添加", book, line, new=photo, by=by)


def content(photo: LinePhoto) -> bytes:
    """The bytes as they were kept. Refused when they are damaged or gone."""
    try:
        return kept_files.read(photo.path, photo.sha256)
    except (kept_files.FileDamaged, OSError):
        raise Refused(f"照片“{photo.name}”没有通过完整性核对，请联系管理员从备份恢复。") from None


def archive(book: Book, lines: QuerySet[Any]) -> IO[bytes]:
    """The pictures of these lines as a ZIP file, each called after the day and the line.

    Refused: none, more than ``MOST_AT_ONCE`` or ``MOST_BYTES``, or one that is damaged.
    """
    named = {line.pk: f"{line.happened_on} {line}" for line in lines}
    found = list(LinePhoto.objects.filter(book=book.slug, line__in=named).order_by("line", "pk"))
    if not found:
        raise Refused("这些登记还没有照片。")
    if len(found) > MOST_AT_ONCE or sum(photo.size for photo in found) > MOST_BYTES:
        most = f"{MOST_AT_ONCE} 张或者 {MOST_BYTES >> 20} MB"
        raise Refused(f"照片超过 {most}，请先用年份、查找等条件筛选，再分几次导出。")
    out = tempfile.TemporaryFile()  # noqa: SIM115  (the answer closes it)
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as made:
        for photo in found:
            stem = "".join("_" if c in '<>:"|?*\\/' else c for c in named[photo.line])[:60]
            ending = photo.name.rpartition(".")[2]  # the name itself would make it too long
            made.writestr(f"{stem}-{photo.pk}.{ending}", content(photo))
    out.seek(0)
    return out


def sweep(*, young: int = kept_files.YOUNG_SECONDS) -> Swept:
    """Remove pictures without a row: of a line that was not saved in the end."""
    paths = LinePhoto.objects.values_list("path", flat=True)
    return kept_files.sweep(FOLDER, dict.fromkeys(paths), young=young)


def _record(
    verb: str,
    book: Book,
    line: Any,
    *,
    by: Person,
    old: LinePhoto | None = None,
    new: LinePhoto | None = None,
) -> None:
    told = [{"文件名": p.name, "校验值": p.sha256} if p else None for p in (old, new)]
    audit.record(
        f"{verb}{book.title}照片", line, by=by, scope=line.body.slug, old=told[0], new=told[1]
    )
