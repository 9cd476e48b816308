"""Changing a draft: what a person writes in it, and the template it is made with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from gongkai.applications.actions.core import By, on_case, record
from gongkai.applications.actions.papers import name, step
from gongkai.applications.letters.enclosed import released_among
from gongkai.applications.letters.templates import current
from gongkai.applications.letters.variables import Variable, asks
from gongkai.applications.models import Application, Letter
from gongkai.applications.roles import HANDLERS
from gongkai.applications.state import DEFENCE
from gongkai.base.refusal import Refused

#: Set by a deed of its own, not by writing in the letter.
_SET_ELSEWHERE = {
    "L04": ("补正日数",),
    "L06": ("延长日数",),
    "L09": ("征求对象", "征求开始日期"),
}


def writable(letter: Letter) -> tuple[Variable, ...]:
    """The variables of a draft that may be written in it; none once it is under review."""
    if letter.state != Letter.State.DRAFT or letter.frozen_sha256:
        return ()
    return tuple(v for v in asks(letter.code) if v.name not in _SET_ELSEWHERE.get(letter.code, ()))


def change_draft(
    letter: Letter, values: Mapping[str, Any], *, by: By, seen: int | None = None
) -> Letter:
    """Write ``values`` (variable name → text, number or day) into the draft.

    Refused once it is under review: what was reviewed is what goes out.
    """
    after = letter.code == DEFENCE
    with on_case(letter.application, by=by, roles=HANDLERS, seen=seen, ended=after) as case:
        letter = _draft(case, letter)
        allowed = {v.name: v for v in writable(letter)}
        kept, changed = dict(letter.values), []
        for field, value in values.items():
            if field not in allowed:
                continue
            plain = value.isoformat() if isinstance(value, date) else value
            key = allowed[field].key or field
            if kept.get(key) != plain:
                changed.append(allowed[field].label)
                # The name wins over the key when the letter is filled: only one may stay.
                kept.pop(field, None)
                kept[key] = plain
        if not changed:
            raise Refused("内容没有变化，没有保存。")
        letter.values, letter.dated_on = kept, None
        letter.save(update_fields=["values", "dated_on"])
        # Who wrote in it neither reviews nor signs it.
        step(letter, Letter.State.DRAFT, "修改", by)
        record(
            case,
            "修改文书内容",
            by=by,
            new={"文书": name(letter), "要素": "、".join(changed)},
        )
        return letter


def attach_files(
    letter: Letter, files: Iterable[int], *, by: By, seen: int | None = None
) -> Letter:
    """Released files of the case (keys) go with the draft, instead of those chosen before."""
    with on_case(letter.application, by=by, roles=HANDLERS, seen=seen) as case:
        letter = _draft(case, letter)
        chosen = released_among(case, files)
        letter.values = letter.values | {"files": chosen}
        letter.save(update_fields=["values"])
        step(letter, Letter.State.DRAFT, "附上文件", by)
        record(case, "随文书附上文件", by=by, new={"文书": name(letter), "附件": chosen})
        return letter


def use_newest_template(letter: Letter, *, by: By, seen: int | None = None) -> Letter:
    """Make the draft with the template that is in force now."""
    with on_case(letter.application, by=by, roles=HANDLERS, seen=seen) as case:
        letter = _draft(case, letter)
        newest = current(case.body, letter.code)
        if newest.pk == letter.template_id:
            raise Refused("这份文书用的就是现在的模板。")
        letter.template = newest
        letter.save(update_fields=["template"])
        record(case, "改用新模板", by=by, new={"文书": name(letter), "模板": str(newest)})
        return letter


def _draft(case: Application, letter: Letter) -> Letter:
    found = Letter.objects.select_for_update(of=("self",), no_key=True).get(
        pk=letter.pk, application=case
    )
    if found.state != Letter.State.DRAFT or found.frozen_sha256:
        raise Refused("这份文书已经送审或者送出，不能修改；需要修改的，请先退回。")
    found.application = case
    return found
