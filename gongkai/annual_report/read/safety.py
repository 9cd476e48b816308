"""Limits of an annual report that are its own; the general ones are in ``documents.safety``.

The limits are counts, not clocks, wherever the work runs in this process; what cannot be
bounded by a count (picture recognition, LibreOffice) runs in a process of its own that is
ended after a fixed time.
"""

from __future__ import annotations

from pathlib import Path

from gongkai.documents.safety import UnusableInput, refuse

#: The largest file that is opened, in bytes. A scanned annual report has 5–30 MB.
MAX_FILE_BYTES = 64 << 20
#: Characters of text taken from one file: a thousand times an ordinary report.
MAX_CHARACTERS = 8_000_000
#: The area of one table (columns × rows covered by its cells).
MAX_TABLE_AREA = 200_000
#: Pages of a PDF with text, and of one that has to be recognised from pictures.
MAX_PAGES = 600
MAX_SCANNED_PAGES = 40


def check_size(size: int) -> None:
    """Refuse an empty file and one beyond ``MAX_FILE_BYTES``; ``size`` in bytes."""
    if size == 0:
        refuse("文件是空的（0 字节），请确认文件已经下载完整后再试。")
    if size > MAX_FILE_BYTES:
        limit = MAX_FILE_BYTES >> 20
        refuse(
            f"文件有 {size / (1 << 20):.0f} MB，超过 {limit} MB 的上限，"
            "请压缩其中的图片或者只保留年度报告部分后再试。"
        )


def read_path(path: Path) -> bytes:
    """The bytes of a file whose size was checked before anything was loaded.

    UnusableInput: missing, a folder, a device, no permission, empty or too large.
    """
    try:
        if path.is_dir():
            refuse("这是一个文件夹，请选择其中的年度报告文件。")
        if not path.exists():
            refuse("找不到这个文件，请检查文件名和路径。")
        if not path.is_file():
            refuse("这不是普通文件，请选择一个年度报告文件。")
        check_size(path.stat().st_size)
        with path.open("rb") as stream:
            data = stream.read(MAX_FILE_BYTES + 1)
    except UnusableInput:
        raise
    except (OSError, ValueError) as error:
        raise UnusableInput("文件打不开，请检查是否有读取权限、是否被其他程序占用。") from error
    check_size(len(data))
    return data
