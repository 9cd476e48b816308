"""What attachments carry that their readers do not see, and what could not be read."""

from __future__ import annotations

from collections.abc import Iterator

from gongkai.base.masking import mask_text
from gongkai.documents.readable.ocr import installed
from gongkai.publishing.files import UNREAD_SCANS
from gongkai.publishing.models import PublishedFile
from gongkai.publishing.scan.model import ASK, STOP, Hit, Part, mark_of

_KINDS = {
    "comment": (STOP, "有批注，公开以后谁都能看到"),
    "annotation": (STOP, "有批注，公开以后谁都能看到"),
    "insertion": (ASK, "有没有接受的修订"),
    "deletion": (STOP, "有修订痕迹，删去的文字还在文件里"),
    "hidden_text": (STOP, "有隐藏的文字"),
    "hidden_sheet": (STOP, "有隐藏的工作表"),
    "hidden_rows": (STOP, "有隐藏的行"),
    "hidden_columns": (STOP, "有隐藏的列"),
    "embedded": (ASK, "嵌入了别的文件"),
    "thumbnail": (ASK, "带有缩略图，可能是修改以前的样子"),
    "location": (STOP, "里记着拍摄的地点（经纬度）"),
    "properties": (ASK, "的属性里有作者或者单位的名称"),
}


def carried(file: PublishedFile) -> Iterator[Hit]:
    """One finding for each kind of hidden thing, and one where the words could not be read."""
    places: dict[str, list[str]] = {}
    for one in file.hidden:
        if one["kind"] != "tucked":  # of an ordinary file: only its words are asked about
            places.setdefault(one["kind"], []).append(one["place"])
    for kind, found in places.items():
        level, says = _KINDS.get(kind, (ASK, "带有看不见的内容"))
        yield Hit(
            rule=f"hidden.{kind}",
            level=level,
            message=f"附件“{mask_text(file.name)[:80]}”{says}，请清除，或者说明可以公开。",
            place={"file": file.pk, "place": found[0][:60]},
            excerpt="；".join(dict.fromkeys(found))[:300],
            mark=mark_of(file.sha256, kind),
        )
    if file.notice:
        yield Hit(
            rule="unread",
            level=ASK,
            message=f"附件“{mask_text(file.name)[:80]}”{_why_unread(file)}",
            place={"file": file.pk},
            excerpt=file.notice,
            mark=mark_of(file.sha256, "unread"),
        )


def _why_unread(file: PublishedFile) -> str:
    if installed() and PublishedFile.objects.filter(UNREAD_SCANS, pk=file.pk).exists():
        return "里的文字还在识别，请稍后重新检查；等不及的，请人工核对有没有不能公开的内容后说明。"
    what = "有机器没有读到的部分" if file.text else "机器没有读出文字"
    return f"{what}，请人工核对有没有个人信息和不能公开的内容。"


def hidden_parts(file: PublishedFile) -> Iterator[Part]:
    """The hidden words, to be read by every rule."""
    for one in file.hidden:
        if one["text"]:
            place = {"file": file.pk, "place": one["place"][:60]}
            yield Part(
                place,
                f"附件“{mask_text(file.name)[:60]}”{one['place'][:60]}",
                one["text"],
                unseen=True,
            )
