"""A line is entered once, however often its form is sent.

Registers without a key (donations, training, meetings …) may hold two equal lines that were both
meant; what was meant once is known by the mark of its form (``base.form_key``).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import IntegrityError, transaction
from django.utils import timezone

from gongkai.base.refusal import Refused
from gongkai.bodies.ledger.actions import enter
from gongkai.bodies.ledger.book import Book
from gongkai.bodies.ledger.models import EntryForm
from gongkai.bodies.models import Body

#: A form that is sent again so much later is not the same click any more.
FORGOTTEN_AFTER = timedelta(weeks=4)


class FormUsed(Refused):
    """Another line was entered with this form: the page came back, its words were changed."""


def enter_once(
    book: Book, body: Body, values: Mapping[str, Any], *, key: str, by: AbstractBaseUser
) -> tuple[Any, bool]:
    """The line that this form enters, and whether it does so now (``ledger.actions.enter``).

    FormUsed when it entered a line that says something else, or is struck off now.
    """
    if known := _entered(book, body, values, key, by):
        return known, False
    try:
        with transaction.atomic():
            used = EntryForm.objects.create(key=key, book=book.slug, by=by)
            line = enter(book, body, values, by=by)
            used.line = line.pk
            used.save(update_fields=["line"])
            old = EntryForm.objects.filter(by=by, used_at__lt=timezone.now() - FORGOTTEN_AFTER)
            old.delete()
    except IntegrityError:
        if known := _entered(book, body, values, key, by):
            return known, False
        raise
    return line, True


def _entered(
    book: Book, body: Body, values: Mapping[str, Any], key: str, by: AbstractBaseUser
) -> Any:
    used = EntryForm.objects.filter(key=key).first()
    if used is None:
        return None
    line = None
    if used.by_id == by.pk and used.book == book.slug:
        line = book.model._default_manager.filter(pk=used.line, body=body, struck_at=None).first()
    if line is None or any(getattr(line, name) != value for name, value in values.items()):
        raise FormUsed(
            "用这张表单已经登记过一条，这次填写的内容还没有保存。"
            "要另外登记一条的，请核对下面的内容后再保存一次；不另外登记的，不用再办。"
        )
    return line
