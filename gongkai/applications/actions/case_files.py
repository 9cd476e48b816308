"""Files that the office adds to a case."""

from __future__ import annotations

from collections.abc import Iterable

from gongkai.applications.actions.core import By, on_case, record
from gongkai.applications.files import keep_file
from gongkai.applications.models import Application, CaseFile
from gongkai.applications.roles import HANDLERS
from gongkai.base.refusal import Refused
from gongkai.base.uploads import Checked

#: Kinds that come from somewhere else: letters are made here, a redacted file by redaction.
ADDED = tuple(k for k in CaseFile.Kind if k != CaseFile.Kind.LETTER)


def add_files(
    case: Application, kind: str, files: Iterable[Checked], *, by: By, seen: int | None = None
) -> list[CaseFile]:
    """Keep files, already looked at, as one kind of material of the case. Refused: unknown kind."""
    if kind not in ADDED:
        raise Refused("请选择材料种类。")
    with on_case(case, by=by, roles=HANDLERS, seen=seen, joined=True) as case:
        kept = [keep_file(case, kind, f.name, f.data, f.media_type, by=by) for f in files]
        if not kept:
            raise Refused("请选择要上传的文件。")
        label = CaseFile.Kind(kind).label
        record(case, "添加材料", by=by, new={"种类": label, "材料": [f.pk for f in kept]})
    return kept
