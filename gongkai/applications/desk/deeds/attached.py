"""A reply that gives information: is it enclosed, else where and how is it to be had?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import transaction

from gongkai.applications.actions import drafts, papers
from gongkai.applications.desk.deeds import fields
from gongkai.applications.desk.deeds.registry import DeedForm
from gongkai.applications.letters.enclosed import empty_handed
from gongkai.applications.models import Application, Letter


class HowGiven(DeedForm):
    """Asked where a letter would go out empty-handed; before ``LetterForm`` among the bases."""

    found: dict[str, Letter]
    files = fields.given_files()
    otherwise = fields.line(
        "没有附文件的，怎样提供",
        limit=100,
        required=False,
        help_text="例如：纸质复印件1份2页，随告知书邮寄；到本机关查阅点（地址）查阅；已经公开在（网址）。",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.bare = {x.pk: x for x in self.found.values() if empty_handed(x)}
        choices = fields.released(self.case)
        self.fields["files"].choices = choices  # type: ignore[attr-defined]
        self.fields["files"].initial = [k for k, _ in choices]
        if not (self.bare and choices):
            del self.fields["files"]
        if not self.bare:
            del self.fields["otherwise"]
            return
        names = "、".join(papers.name(x) for x in self.bare.values())
        self.about = (
            f"{names}答复提供信息，但是还没有附上文件，也没有写明在哪里取得。"
            "请选择随答复提供的文件（没有的，先在“上传和处理材料”里添加“对外提供的信息”），"
            "或者写明怎样提供：写的会成为文书里的“提供方式”。"
        )

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        letter = data.get("letter")
        if letter is None or letter.pk not in self.bare:
            return data | {"files": [], "otherwise": ""}
        if not (data.get("files") or data.get("otherwise") or self.errors):
            said = "请附上要提供的文件，或者在这里写明怎样提供，再送审。"
            self.add_error("otherwise", said)
        return {"files": [], "otherwise": ""} | data


def with_files(act: Callable[..., str]) -> Callable[..., str]:
    """Attach the files that were chosen; then the deed itself."""

    def both(case: Application, data: dict[str, Any], **who: Any) -> str:
        with transaction.atomic():
            if data["files"]:
                letter = drafts.attach_files(data["letter"], map(int, data["files"]), **who)
                looked = papers.content_hash(letter)
                data = data | {"letter": letter, "looked": looked, "otherwise": ""}
                who["seen"] = None
            return act(case, data, **who)

    return both
