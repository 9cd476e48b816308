"""Templates of a body: the shipped text, its own versions, and the one in force."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from django.db import transaction
from django.db.models import Max, Q

from gongkai.applications.letters.engine import Broken, problems
from gongkai.applications.models import LetterTemplate
from gongkai.base import audit
from gongkai.base.refusal import Overtaken, Refused
from gongkai.bodies.models import Body
from gongkai.bodies.queries import Someone
from gongkai.bodies.set_up import require_set_up
from gongkai.law.taxonomy import letters

SHIPPED_BY = "随系统提供"


@cache
def shipped_text(code: str) -> str:
    """The text of the letter that comes with the product."""
    at = files("gongkai.applications.letters") / "shipped" / f"{code}.txt"
    return at.read_text("utf-8")


def shipped(code: str) -> LetterTemplate:
    """The shipped template as a row, so that a letter can say what it was made from."""
    return _as_shipped(code, list(LetterTemplate.objects.filter(body=None, code=code)))


def _as_shipped(code: str, known: list[LetterTemplate]) -> LetterTemplate:
    """Of the shipped versions known, the one with the text of this product; noted where new."""
    text = shipped_text(code)
    found = next((one for one in known if one.text == text), None)
    if found is None:
        found = LetterTemplate.objects.create(
            code=code,
            version=max((one.version for one in known), default=0) + 1,
            text=text,
            made_by_name=SHIPPED_BY,
        )
    return found


def own_versions(body: Body, code: str) -> list[LetterTemplate]:
    """The body's own versions, the newest first; one without text goes back to the shipped."""
    return list(body.letter_templates.filter(code=code).order_by("-version"))


def current(body: Body, code: str) -> LetterTemplate:
    """The template from which the body's next letter of this kind is made."""
    holding = Q(body=None) | Q(body=body)
    known = list(LetterTemplate.objects.filter(holding, code=code).order_by("version"))
    own = [one for one in known if one.body_id is not None]
    if own and own[-1].text:
        return own[-1]
    return _as_shipped(code, [one for one in known if one.body_id is None])


def in_force(body: Body) -> dict[str, LetterTemplate | None]:
    """Letter → the body's own version in force, None where the shipped one is; one query."""
    found: dict[str, LetterTemplate | None] = dict.fromkeys(letters())
    for template in body.letter_templates.order_by("version"):
        found[template.code] = template if template.text else None
    return found


@transaction.atomic
def save_template(
    body: Body, code: str, text: str, *, by: Someone | None, note: str = "", seen: int | None = None
) -> LetterTemplate:
    """A new version of the body's template; the former ones stay.

    Broken, with lines, when the text cannot be used; Overtaken when ``seen``, the newest version
    on the screen, is no longer the newest.
    """
    require_set_up(by, body)
    even = text.replace("\r\n", "\n").strip() + "\n"
    if found := problems(code, even):
        raise Broken(found)
    if even == current(body, code).text:
        raise Refused("内容和现在使用的版本相同，没有保存新版本。")
    return _add(body, code, even, by=by, note=note, seen=seen)


@transaction.atomic
def restore_shipped(
    body: Body, code: str, *, by: Someone | None, seen: int | None = None
) -> LetterTemplate:
    """Use the shipped text again, and whatever later versions of the product bring."""
    require_set_up(by, body)
    if in_force(body)[code] is None:
        raise Refused("现在使用的就是系统提供的模板。")
    return _add(body, code, "", by=by, note="恢复为系统提供的模板", seen=seen)


def _add(
    body: Body, code: str, text: str, *, by: Someone | None, note: str, seen: int | None
) -> LetterTemplate:
    # Two versions at once wait for each other here.
    Body.objects.select_for_update(of=("self",), no_key=True).get(pk=body.pk)
    last = body.letter_templates.filter(code=code).aggregate(n=Max("version"))["n"] or 0
    if seen is not None and seen != last:
        raise Overtaken("这个模板刚刚由他人保存了新的一版。请与现在的内容对照以后再保存。")
    template = LetterTemplate.objects.create(
        body=body,
        code=code,
        version=last + 1,
        text=text,
        note=note[:200],
        made_by_name=audit.name_of(by),
    )
    audit.record(
        "修改文书模板" if text else "恢复文书模板",
        template,
        by=by,
        scope=body.slug,
        old={"版本": last},
        new={"版本": last + 1, "说明": note[:200]},
    )
    return template
