"""The files in a ZIP that somebody uploaded: bounded, by their plain names, never on a disk."""

from __future__ import annotations

import io
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import PurePosixPath

from gongkai.annual_report.read.document import UnusableInput

#: Files in one archive, bytes of one of them and of all together once unpacked.
MAX_FILES = 300
MAX_FILE = 50 << 20
MAX_TOTAL = 300 << 20
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Unpacked:
    """A file of the archive: its name without folders, and its bytes or why there are none."""

    name: str
    data: bytes = b""
    refusal: str = ""


def is_archive(data: bytes) -> bool:
    """Whether these bytes are a ZIP of files; a DOCX or XLSX is a ZIP too, and is not one here."""
    if not data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return False
    try:
        names = set(zipfile.ZipFile(io.BytesIO(data)).namelist())
    except (zipfile.BadZipFile, ValueError, OSError, EOFError, NotImplementedError):
        return True
    return not names & {"[Content_Types].xml", "mimetype"}


def unpack(data: bytes) -> list[Unpacked]:
    """Every file of the archive in its order; what cannot be taken carries its reason.

    UnusableInput where the archive as a whole is damaged, encrypted, too large or too many.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        members = [m for m in archive.infolist() if not _skipped(m)]
    except (zipfile.BadZipFile, ValueError, OSError, EOFError, NotImplementedError):
        raise UnusableInput("压缩包已经损坏，打不开，请重新压缩后再上传。") from None
    if not members:
        raise UnusableInput("压缩包里没有文件，请核对后再上传。")
    if len(members) > MAX_FILES:
        raise UnusableInput(f"压缩包里有{len(members)}个文件，一次最多{MAX_FILES}个，请分批上传。")
    if any(m.flag_bits & 1 for m in members):
        raise UnusableInput("压缩包加了密码，请去掉密码重新压缩后再上传。")
    left = MAX_TOTAL
    unpacked = []
    for member in members:
        item = _one(archive, member, min(MAX_FILE, left))
        left -= len(item.data)
        unpacked.append(item)
    return unpacked


def _one(archive: zipfile.ZipFile, member: zipfile.ZipInfo, limit: int) -> Unpacked:
    name = plain_name(member)
    if name.lower().endswith((".zip", ".rar", ".7z", ".gz", ".tar")):
        return Unpacked(name, refusal="压缩包里还有压缩包，请先解开，再上传里面的文件。")
    data = bytearray()
    try:
        with archive.open(member) as stream:
            # Read to the limit whatever the header promises: a bomb lies about its size.
            while chunk := stream.read(_CHUNK):
                data += chunk
                if len(data) > limit:
                    return Unpacked(name, refusal="文件解开后太大，没有读取。请压缩其中的图片。")
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError):
        return Unpacked(name, refusal="这个文件在压缩包里已经损坏，请重新压缩。")
    return Unpacked(name, bytes(data))


def plain_name(member: zipfile.ZipInfo) -> str:
    """The file's own name: folders (also ``../``) off, and the Chinese of Windows made readable."""
    name = member.filename
    if not member.flag_bits & 0x800:  # no UTF-8 flag: the bytes were taken for code page 437
        raw = name.encode("cp437", "replace")
        for encoding in ("utf-8", "gb18030"):
            try:
                name = raw.decode(encoding)
                break
            except UnicodeDecodeError:
                continue
    return PurePosixPath(name.replace("\\", "/")).name or "未命名"


def _skipped(member: zipfile.ZipInfo) -> bool:
    """Folders and what operating systems leave in archives."""
    parts = PurePosixPath(member.filename.replace("\\", "/")).parts
    name = parts[-1] if parts else ""
    return (
        member.is_dir()
        or "__MACOSX" in parts
        or name.startswith(("._", "~$"))
        or name in (".DS_Store", "Thumbs.db", "desktop.ini")
    )
