"""A stranger's file at the door: what is it really, and may it be kept?

``check_upload`` looks at the name and at every byte and either says what the file is or refuses
it in one Chinese sentence. What passes is kept exactly as it was sent, because it may become
evidence: nothing is cleaned or stripped. A form takes files through ``SafeFilesField``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from gongkai.base.refusal import Refused
from gongkai.documents import incoming
from gongkai.documents.incoming import DEFAULT, KINDS
from gongkai.documents.safety import UnusableInput

#: Bytes of a file name on disk and in a header, with room for a number in front.
NAME_BYTES = 180
_UNFIT = re.compile(r'[<>:"|?*\\/]')
_DEVICES = re.compile(r"^(con|prn|aux|nul|com\d|lpt\d)$", re.IGNORECASE)
MAX_FILES = 10
_EXTENSIONS = {e for kind in KINDS.values() for e in kind.extensions}


@dataclass(frozen=True, slots=True)
class Checked:
    """A file that may be kept: a name safe to show and to save, what it is, its bytes."""

    name: str
    media_type: str
    data: bytes
    extension: str


def check_upload(
    name: str, data: bytes, *, kinds: Sequence[str] = DEFAULT, limit: int | None = None
) -> Checked:
    """The file, when it is one of ``kinds`` (keys of ``documents.incoming.KINDS``) and harmless.

    ``limit`` in bytes, by default settings.GONGKAI_UPLOAD_LIMIT. A name is never refused: it is
    made safe and shortened. Refused: anything else, with what to do.
    """
    check_length(len(data), limit)
    try:
        kind = incoming.identify(data, tuple(kinds))
    except UnusableInput as no:
        raise Refused(str(no)) from None
    wanted = _extension(name)
    named = next((k for k in KINDS.values() if wanted in k.extensions), None)
    if wanted and named is not kind and not _interchangeable(named, kind):
        raise Refused(
            f"文件名以“.{wanted}”结尾，内容却是{kind.label}，两者不一致。"
            "请用原来的软件重新保存，或者另存为 PDF 后再上传。"
        )
    extension = wanted if wanted in kind.extensions else kind.extensions[0]
    return Checked(safe_name(name, extension), kind.media_type, data, extension)


def check_length(size: int, limit: int | None = None) -> None:
    """Refused: an empty file, or one of more than ``limit`` bytes."""
    limit = settings.GONGKAI_UPLOAD_LIMIT if limit is None else limit
    if size == 0:
        raise Refused("文件是空的（0 字节），请检查后重新上传。")
    if size > limit:
        raise Refused(
            f"附件有 {_megabytes(size)}，超过 {_megabytes(limit)} 的上限，未上传。"
            "请压缩或者分成几个文件后重试，也可以改为邮寄。"
        )


def safe_name(name: str, extension: str) -> str:
    """A name without folders, control and direction characters, short enough for every disk."""
    text = unicodedata.normalize("NFC", name.encode("utf-8", "ignore").decode())
    text = re.split(r"[\\/]", text)[-1]
    text = "".join(c for c in text if unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co", "Cn"))
    text = _UNFIT.sub("_", text)
    if (end := _extension(text)) and (end in _EXTENSIONS or end == extension):
        text = text.rstrip(". ")[: -len(end) - 1]
    text = " ".join(text.split()).strip(". ") or "附件"
    if _DEVICES.match(text):
        text = f"_{text}"
    room = NAME_BYTES - len(extension) - 1
    text = text.encode()[:room].decode("utf-8", "ignore").rstrip(". ")
    return f"{text}.{extension}" if extension else text


def _extension(name: str) -> str:
    """What the name ends with, in small letters; "" when that is no extension at all."""
    found = re.search(r"\.([A-Za-z0-9]{1,8})[\s.]*$", name.replace("\0", ""))
    return found[1].lower() if found else ""


def _interchangeable(a: incoming.Kind | None, b: incoming.Kind) -> bool:
    # Phones and chat programs often call a PNG picture .jpg; the name is corrected.
    return a is not None and {a.key, b.key} == {"jpg", "png"}


def _megabytes(size: int) -> str:
    return f"{size / (1 << 20):.0f} MB" if size >= 1 << 20 else f"{max(size >> 10, 1)} KB"


class FilesInput(forms.ClearableFileInput):
    """A file control that takes several files."""

    allow_multiple_selected = True


class SafeFilesField(forms.FileField):
    """Several files, each looked at by ``check_upload``; cleaned to a list of ``Checked``.

    ``max_files`` at most; together they may have as many bytes as two files of the limit.
    """

    widget = FilesInput
    default_error_messages = {"required": "请选择要上传的文件。"}

    def __init__(
        self,
        *,
        kinds: Sequence[str] = DEFAULT,
        limit: int | None = None,
        max_files: int = MAX_FILES,
        **kwargs: Any,
    ) -> None:
        self.kinds, self.limit, self.max_files = tuple(kinds), limit, max_files
        kwargs.setdefault("help_text", help_text(self.kinds, limit, max_files))
        super().__init__(**kwargs)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        ends = [f".{e}" for key in self.kinds for e in KINDS[key].extensions]
        return {**super().widget_attrs(widget), "accept": ",".join(ends)}

    def clean(self, data: Any, initial: Any = None) -> list[Checked]:
        given = [f for f in (data if isinstance(data, list | tuple) else [data]) if f]
        if not given:
            if self.required:
                raise forms.ValidationError(self.error_messages["required"], code="required")
            return []
        if len(given) > self.max_files:
            raise forms.ValidationError(f"一次最多上传 {self.max_files} 个文件，请分次上传。")
        return _checked(given, self.kinds, self.limit)


def _checked(
    given: Iterable[UploadedFile], kinds: tuple[str, ...], limit: int | None
) -> list[Checked]:
    found: list[Checked] = []
    errors: list[str] = []
    left = 2 * (settings.GONGKAI_UPLOAD_LIMIT if limit is None else limit)
    for file in given:
        name = file.name or ""
        try:
            check_length(file.size or 0, limit)
            left -= file.size or 0
            if left < 0:
                raise Refused("这些文件合起来太大，请分次上传。")
            found.append(check_upload(name, file.read(), kinds=kinds, limit=limit))
        except Refused as no:
            errors.append(f"“{safe_name(name, _extension(name))}”：{no}")
    if errors:
        raise forms.ValidationError(errors)
    return found


def help_text(kinds: Sequence[str], limit: int | None = None, max_files: int = MAX_FILES) -> str:
    """What the field takes, for the person who chooses the files."""
    labels = "、".join(KINDS[key].short for key in kinds)
    size = _megabytes(settings.GONGKAI_UPLOAD_LIMIT if limit is None else limit)
    count = f"，最多 {max_files} 个" if max_files > 1 else ""
    return f"可以上传 {labels} 文件{count}，每个不超过 {size}。"
