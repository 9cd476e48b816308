"""The reply: one person drafts it, another lets it out or gives it back."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from django.db.models import QuerySet
from django.utils import timezone

from gongkai.base.kept_files import FileDamaged
from gongkai.base.refusal import Refused
from gongkai.base.uploads import Checked
from gongkai.engagement import clock
from gongkai.engagement.actions.core import By, on_letter, record
from gongkai.engagement.files import MOST, content, files_of, keep_file
from gongkai.engagement.models import CitizenLetter, LetterFile, LetterReply
from gongkai.engagement.notices import notify_answered
from gongkai.engagement.roles import REVIEWERS, WRITERS

State, Result = CitizenLetter.State, CitizenLetter.Result
OWN = "答复由两人完成：这份答复是您起草的，请由另一位审核。"


def draft_reply(
    letter: CitizenLetter,
    result: str,
    text: str,
    *,
    by: By,
    seen: int | None = None,
    files: Sequence[Checked] = (),
    keep: Collection[int] = (),
) -> LetterReply:
    """Write the reply and hand it to the reviewer.

    ``files`` go with it; ``keep`` are those of the draft given back (``earlier_files``) that go
    with this one too.
    """
    with on_letter(letter, by=by, roles=WRITERS, seen=seen) as letter:
        if letter.is_answered:
            raise Refused("这封来信已经答复，不能再次答复。")
        if letter.state == State.REVIEW:
            raise Refused("已有一份答复在等待审核。需要修改的，请审核人退回。")
        if result not in Result.values:
            raise Refused("请选择办理结果。")
        if not text.strip():
            raise Refused("请写明答复内容。")
        again = [_as_sent(file) for file in earlier_files(letter).filter(pk__in=keep)]
        if len(again) + len(files) > MOST:
            raise Refused(f"答复的附件最多 {MOST} 个，请减少后再提交。")
        reply = LetterReply.objects.create(
            letter=letter, text=text.strip(), result=result, drafted_by=by
        )
        for file in [*again, *files]:
            keep_file(letter, file, reply=reply)
        letter.state = State.REVIEW
        told = {"办理结果": Result(result).label, "附件": len(again) + len(files)}
        record(letter, "起草来信答复", by=by, **told)
        return reply


def earlier_files(letter: CitizenLetter) -> QuerySet[LetterFile]:
    """What went with the draft that was given back last."""
    return files_of(letter.replies.filter(approved=False).last())


def _as_sent(file: LetterFile) -> Checked:
    """A kept file to be kept once more: the draft given back stays as it was."""
    try:
        return Checked(file.name, file.media_type, content(file), "")
    except (FileDamaged, OSError):
        raise Refused("上次的附件没有通过完整性核对，请取消勾选后重新上传。") from None


def review_reply(
    letter: CitizenLetter, *, approve: bool, opinion: str = "", by: By, seen: int | None = None
) -> LetterReply:
    """Approve the waiting draft, which sends it, or give it back with what is to be mended."""
    with on_letter(letter, by=by, roles=REVIEWERS, seen=seen) as letter:
        reply = letter.replies.select_for_update(no_key=True).filter(approved=None).first()
        if reply is None:
            raise Refused("没有等待审核的答复。")
        if by is not None and reply.drafted_by_id == by.pk:
            raise Refused(OWN)
        if not approve and not opinion.strip():
            raise Refused("退回时请写明要修改什么。")
        reply.approved, reply.opinion = approve, opinion.strip()[:300]
        reply.reviewed_by, reply.reviewed_at = by, timezone.now()
        reply.sent_at = reply.reviewed_at if approve else None
        reply.save(update_fields=["approved", "opinion", "reviewed_by", "reviewed_at", "sent_at"])
        if approve:
            letter.state, letter.result = State.ANSWERED, reply.result
            letter.answered_on = clock.today()
            record(letter, "审核并发出来信答复", by=by, 办理结果=letter.get_result_display())
            notify_answered(letter)
        else:
            letter.state = State.WORKING
            record(letter, "退回来信答复", by=by)
        return reply
