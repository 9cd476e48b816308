"""What of a letter everybody may read: de-identified by one person, let out by another."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from gongkai.base import search
from gongkai.base.masking import mask_text
from gongkai.base.refusal import Overtaken, Refused
from gongkai.documents.personal import personal_data
from gongkai.engagement.actions.core import CHANGED, By, record
from gongkai.engagement.index import LETTER, letter_entry
from gongkai.engagement.models import CitizenLetter, PublishedLetter
from gongkai.engagement.queries import may_touch
from gongkai.engagement.roles import REVIEWERS, WRITERS

OWN = "公开来信由两人完成：这份内容是您整理的，请由另一位审核。"


def suggested(letter: CitizenLetter) -> dict[str, str]:
    """The words to start from: what looks personal is masked, a person reads it all."""
    reply = letter.replies.filter(sent_at__isnull=False).first()
    return {
        "title": mask_text(letter.subject, letter.sender)[:100],
        "question": mask_text(letter.text, letter.sender),
        "answer": mask_text(reply.text if reply else "", letter.sender),
    }


def still_personal(letter: CitizenLetter, *texts: str) -> list[str]:
    """What in the texts is, or looks like, personal data: kinds, and the writer's own fields."""
    found = {one.kind for text in texts for one in personal_data(text)}
    for name, label in (("name", "写信人姓名"), ("phone", "写信人电话"), ("email", "写信人邮箱")):
        value = (letter.sender or {}).get(name, "").strip()
        if len(value) > 1 and any(value in text for text in texts):
            found.add(label)
    return sorted(found)


def prepare(
    letter: CitizenLetter,
    title: str,
    question: str,
    answer: str,
    *,
    by: By,
    seen: int | None = None,
) -> PublishedLetter:
    """Write down what is to become public; a second person has to read it."""
    with transaction.atomic():
        letter = _locked(letter, by, WRITERS)
        if not letter.is_answered:
            raise Refused("答复以后才能选登。")
        if not letter.wish_public:
            raise Refused("写信人不同意公开，不能选登。")
        if letter.erased_at:
            raise Refused("来信的内容已按保存期限清除，不能再选登。")
        parts = [part.strip() for part in (title, question, answer)]
        if not all(parts):
            raise Refused("标题、来信内容、答复内容都要填写。")
        if found := still_personal(letter, *parts):
            raise Refused(f"还有个人信息：{'、'.join(found)}。请删去或者遮盖后再提交。")
        public = PublishedLetter.objects.filter(letter=letter).first()
        if public is None:
            public = PublishedLetter(letter=letter)
        elif public.published_at:
            raise Refused("已经公开，不能修改。需要更正的，请先撤下。")
        if seen is not None and seen != public.version:
            raise Overtaken(CHANGED)
        public.title, public.question, public.answer = parts[0][:100], parts[1], parts[2]
        public.drafted_by = by  # type: ignore[assignment]
        public.reviewed_by = public.reviewed_at = public.withdrawn_at = None
        public.returned = public.withdrawn_reason = ""
        public.version += 1
        public.save()
        record(letter, "整理公开来信", by=by)
        return public


def review_public(
    public: PublishedLetter, *, approve: bool, opinion: str = "", by: By, seen: int | None = None
) -> PublishedLetter:
    """Let exactly these words out, or give them back."""
    with _held(public, by, seen) as (letter, public):
        if public.published_at or public.withdrawn_at:
            raise Refused("没有等待审核的公开来信。")
        if by is not None and public.drafted_by_id == by.pk:
            raise Refused(OWN)
        public.version += 1
        if not approve:
            if not opinion.strip():
                raise Refused("退回时请写明要修改什么。")
            public.returned = opinion.strip()[:300]
            public.save(update_fields=["returned", "version"])
            record(letter, "退回公开来信", by=by)
            return public
        if found := still_personal(letter, public.title, public.question, public.answer):
            raise Refused(f"还有个人信息：{'、'.join(found)}。请退回修改。")
        public.reviewed_by, public.reviewed_at = by, timezone.now()  # type: ignore[assignment]
        public.published_at, public.returned = public.reviewed_at, ""
        public.save(
            update_fields=["reviewed_by", "reviewed_at", "published_at", "returned", "version"]
        )
        record(letter, "公开来信", by=by)
        search.put(letter_entry(public))
        return public


def withdraw(
    public: PublishedLetter, reason: str, *, by: By, seen: int | None = None
) -> PublishedLetter:
    """Take it down; it may be prepared and reviewed anew."""
    with _held(public, by, seen) as (letter, public):
        if not public.published_at:
            raise Refused("没有公开，不用撤下。")
        if not reason.strip():
            raise Refused("请写明撤下的原因。")
        public.published_at = public.reviewed_at = public.reviewed_by = None
        public.withdrawn_at, public.withdrawn_reason = timezone.now(), reason.strip()[:200]
        public.version += 1
        public.save()
        record(letter, "撤下公开来信", by=by, 原因=public.withdrawn_reason)
        search.forget(LETTER, public.pk)
        return public


@contextmanager
def _held(
    public: PublishedLetter, by: By, seen: int | None
) -> Iterator[tuple[CitizenLetter, PublishedLetter]]:
    """The letter and its public words, locked, as the reviewer saw them."""
    with transaction.atomic():
        letter = _locked(public.letter, by, REVIEWERS)
        held = PublishedLetter.objects.select_for_update(of=("self",), no_key=True).get(
            pk=public.pk
        )
        if seen is not None and seen != held.version:
            raise Overtaken(CHANGED)
        yield letter, held


def _locked(letter: CitizenLetter, by: By, roles: tuple) -> CitizenLetter:  # type: ignore[type-arg]
    found = (
        CitizenLetter.objects.select_for_update(of=("self",), no_key=True)
        .select_related("mailbox__body")
        .get(pk=letter.pk)
    )
    if by is not None and not may_touch(by, found, *roles):
        raise PermissionDenied("您没有办理这封来信的权限，请联系管理员。")
    return found
