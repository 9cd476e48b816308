"""An answer given to one is published for all, or taken down again (条例 Art 44)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from django.db import transaction
from django.urls import reverse

from gongkai.applications import clock
from gongkai.applications.actions.core import By, add_event, on_case, record
from gongkai.applications.models import Application, PublicAnswer
from gongkai.applications.roles import HEADS
from gongkai.base import audit, search
from gongkai.base.refusal import Overtaken, Refused
from gongkai.bodies.queries import require_role
from gongkai.law.taxonomy import decisions, deed_articles

KIND = "public_answer"
#: Fields of the applicant that must not stand in a published text.
_PRIVATE = ("name", "id_number", "credit_code", "phone", "email", "address", "contact")
_NUMBERS = re.compile(r"(?<!\d)(1[3-9]\d{9}|\d{17}[\dXx])(?!\d)|[\w.+-]+@[\w-]+\.[\w.]+")


def why_not_published(case: Application) -> str:
    """Why the answer of this case cannot be made public; "" when it can."""
    if case.erased_at is not None:
        # Whether the applicant is in the words can no longer be told.
        return "这件申请的个人信息已经清除，不能再转为主动公开。"
    if case.closed_on is None:
        return "答复送达以后才能转为主动公开。"
    decision = decisions().get(case.decision)
    if decision is None or decision.group not in ("open", "partial"):
        return "只有予以公开或者部分公开的答复可以转为主动公开。"
    return ""


def publish_answer(
    case: Application,
    *,
    question: str,
    answer: str,
    address: str = "",
    by: By,
    seen: int | None = None,
) -> PublicAnswer:
    """Show question and answer to everybody, in words that a person wrote and looked through.

    Refused while the case has no answer that may be public, and where the applicant or a number
    of a person is still in the words.
    """
    question, answer, address = question.strip(), answer.strip(), address.strip()
    if not question or not (answer or address):
        raise Refused("请写明申请公开的信息，以及公开的内容或者已经公开的网址。")
    with on_case(case, by=by, roles=HEADS, seen=seen, ended=True) as case:
        if why_not := why_not_published(case):
            raise Refused(f"{why_not}（{deed_articles()['publish-answer']}）")
        if left := personal(case, f"{question}\n{answer}\n{address}"):
            raise Refused(f"文字中还有{left}，公开前请删去。")
        published = PublicAnswer.objects.create(
            body=case.body,
            application=case,
            question=question,
            answer=answer,
            address=address,
            published_on=clock.today(),
            made_by=by,
        )
        index_answer(published)
        add_event(case, "publish-answer", by=by, text="答复转为主动公开")
        record(case, "答复转为主动公开", by=by, new={"公开条目": published.pk})
    return published


def withdraw_answer(published: PublicAnswer, *, by: By) -> PublicAnswer:
    """Take it off the public pages; the record stays."""
    require_role(by, published.body, *HEADS)
    with transaction.atomic():
        published = PublicAnswer.objects.select_for_update(of=("self",), no_key=True).get(
            pk=published.pk
        )
        if published.withdrawn_on is not None:
            raise Overtaken("这条答复已经撤下，不用重复办理。")
        published.withdrawn_on = clock.today()
        published.save(update_fields=["withdrawn_on"])
        search.forget(KIND, published.pk)
        audit.record("撤下转为主动公开的答复", published, by=by, scope=published.body.slug)
    return published


def personal(case: Application, text: str) -> str:
    """What of a person is in the text, in words; "" when nothing is recognised."""
    plain = "".join(unicodedata.normalize("NFKC", text).split())
    who = case.applicant or {}
    if any(value in plain for k in _PRIVATE if len(value := "".join(who.get(k, "").split())) > 1):
        return "申请人的信息"
    return "手机号码、身份证号码或者邮箱" if _NUMBERS.search(plain) else ""


# --- the search -----------------------------------------------------------------------------


def index_answer(published: PublicAnswer) -> None:
    """Put it into the search."""
    search.put(_entry(published))


def everything() -> Iterator[search.Entry]:
    """Every answer that is public, for a search built anew."""
    for published in PublicAnswer.objects.filter(withdrawn_on=None):
        yield _entry(published)


def _entry(published: PublicAnswer) -> search.Entry:
    return search.Entry(
        KIND,
        published.pk,
        published.question,
        f"{published.answer}\n{published.address}".strip(),
        reverse("answer", args=[published.pk]),
        published.body_id,
        published.published_on,
    )
