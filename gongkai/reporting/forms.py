"""What visitors send: the filter of a list, the choice of a comparison, a file for 年报体检."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict

from gongkai.reporting.queries import Filter

#: More characters than any name has are not searched for.
LONGEST = 100


def filter_from(data: QueryDict) -> Filter:
    """The filter in an address. What is not understood is left out, never an error."""
    year = data.get("year", "").strip()
    return Filter(
        q=data.get("q", "").replace("\0", "").strip()[:LONGEST],
        region=_word(data.get("region", "")),
        body=_word(data.get("body", "")),
        year=int(year) if year.isascii() and year.isdigit() and len(year) == 4 else None,
        format=_word(data.get("format", "")),
    )


def words(given: list[str]) -> list[str]:
    """The words of a repeated field, each once, in their order, at most fifty."""
    return list(dict.fromkeys(w for text in given[:50] if (w := _word(text))))


def _word(text: str) -> str:
    text = text.strip()[:LONGEST]
    return text if text.replace("-", "").replace("_", "").isalnum() else ""


class CheckForm(forms.Form):
    """A report file for 年报体检, and if one likes last year's for the year-on-year rules."""

    file = forms.FileField(
        label="年报文件",
        error_messages={
            "required": "请先选择一个年报文件，再点“开始体检”。",
            "empty": "这个文件是空的（0 字节），请确认文件已经保存完整后重试。",
        },
    )
    previous = forms.FileField(
        label="上一年的年报文件（可以不选）",
        required=False,
        error_messages={"empty": "上一年的文件是空的（0 字节），请确认文件已经保存完整后重试。"},
    )
    too_large = False

    def clean_file(self) -> UploadedFile:
        return self._sized("file", "文件")

    def clean_previous(self) -> UploadedFile | None:
        return self._sized("previous", "上一年的文件") if self.cleaned_data["previous"] else None

    def _sized(self, name: str, called: str) -> UploadedFile:
        file: UploadedFile = self.cleaned_data[name]
        limit = settings.GONGKAI_UPLOAD_LIMIT
        if (file.size or 0) > limit:
            self.too_large = True
            raise forms.ValidationError(
                f"{called}超过 {limit >> 20} MB，未上传。"
                "请压缩其中的图片，或者只保留年度报告部分后重试。"
            )
        return file
