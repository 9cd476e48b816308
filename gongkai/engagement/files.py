"""Attachments of letters and of their replies: kept encrypted, read back verified."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import Http404, HttpResponse

from gongkai.base import kept_files, streams
from gongkai.base.uploads import Checked
from gongkai.engagement.models import CitizenLetter, LetterFile, LetterReply

FOLDER = "letters"
#: So many files come with one letter at most, and go with its reply.
MOST = 5


def keep_file(
    letter: CitizenLetter, file: Checked, *, reply: LetterReply | None = None
) -> LetterFile:
    """Keep a file that ``base.uploads`` has looked at with the letter, or with its reply."""
    kept = kept_files.keep(FOLDER, file.data)
    return LetterFile.objects.create(
        letter=letter,
        reply=reply,
        name=file.name,
        media_type=file.media_type,
        size=kept.size,
        sha256=kept.sha256,
        path=kept.path,
    )


def own_files(letter: CitizenLetter) -> QuerySet[LetterFile]:
    """What the writer sent."""
    return letter.files.filter(reply=None, erased_at=None)


def files_of(reply: LetterReply | None) -> QuerySet[LetterFile]:
    """What goes with a reply."""
    return LetterFile.objects.filter(reply=reply, erased_at=None).exclude(reply=None)


def content(file: LetterFile) -> bytes:
    """The bytes as they were kept; ``kept_files.FileDamaged`` when they are not."""
    return kept_files.read(file.path, file.sha256)


def download(file: LetterFile) -> HttpResponse:
    """The file as an attachment."""
    try:
        data = content(file)
    except (kept_files.FileDamaged, OSError):
        raise Http404("文件没有通过完整性核对，请联系管理员从备份恢复。") from None
    return streams.download(data, file.name, file.media_type)
