"""Limits that keep the reading of a stranger's file bounded in memory and time.

Every refusal is an ``UnusableInput`` whose text is one Chinese sentence that says what to do.
The limits are counts, not clocks, wherever the work runs in this process; what cannot be
bounded by a count (picture recognition, LibreOffice) runs in a process of its own that is
ended after a fixed time.
"""

from __future__ import annotations

import contextlib
import io
import os
import signal
import subprocess
import zipfile
import zlib
from typing import Any, NoReturn

from lxml import etree

#: The largest part of a DOCX or XLSX once unpacked, and all its parts together, in bytes.
MAX_MEMBER_BYTES = 48 << 20
MAX_UNPACKED_BYTES = 256 << 20
#: A part larger than a megabyte may unpack to at most this many times its packed size. Word's
#: XML reaches 60.
MAX_RATIO = 250
MAX_MEMBERS = 4_000
#: Pixels of a picture, checked before it is decoded. An A4 page at 600 dpi has 35 million.
MAX_PIXELS = 80_000_000

_CHUNK = 1 << 20


class UnusableInput(ValueError):
    """A file that cannot be read; its text is one Chinese sentence that says what to do."""


def refuse(message: str) -> NoReturn:
    """Raise ``UnusableInput`` with this sentence."""
    raise UnusableInput(message)


def open_zip(data: bytes, what: str) -> zipfile.ZipFile:
    """The ZIP inside a DOCX or XLSX, after its table of contents was checked.

    ``what`` is the kind in the words of the message ("Word 文档").
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        members = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, EOFError, RuntimeError, NotImplementedError):
        refuse(f"{what}已经损坏，打不开，请重新下载或者用原软件另存一次后再试。")
    if len(members) > MAX_MEMBERS:
        refuse(f"{what}里的部件多得不正常，为安全起见没有打开，请用原软件另存一次后再试。")
    total = 0
    for member in members:
        total += member.file_size
        swollen = member.file_size > _CHUNK and member.file_size > MAX_RATIO * max(
            member.compress_size, 1
        )
        if swollen or total > MAX_UNPACKED_BYTES:
            refuse(f"{what}解压后大得不正常，为安全起见没有打开，请用原软件另存一次后再试。")
        if member.flag_bits & 1:
            refuse(f"{what}加了密码，请去掉密码另存一份后再试。")
    return archive


def member(archive: zipfile.ZipFile, name: str, what: str) -> bytes | None:
    """A part of the archive, read to a limit whatever its header promises; None: no such part."""
    try:
        info = archive.getinfo(name)
    except KeyError:
        return None
    try:
        with archive.open(info) as stream:
            data = stream.read(MAX_MEMBER_BYTES + 1)
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        OSError,
        ValueError,
        NotImplementedError,
        RuntimeError,
    ):
        refuse(f"{what}已经损坏，打不开，请重新下载或者用原软件另存一次后再试。")
    if len(data) > MAX_MEMBER_BYTES:
        refuse(f"{what}解压后大得不正常，为安全起见没有打开，请用原软件另存一次后再试。")
    return data


def check_unpacked(archive: zipfile.ZipFile, what: str) -> None:
    """Unpack every part and throw it away: for libraries that unpack without a limit."""
    left = MAX_UNPACKED_BYTES
    for info in archive.infolist():
        try:
            with archive.open(info) as stream:
                while chunk := stream.read(_CHUNK):
                    left -= len(chunk)
                    if left < 0:
                        refuse(
                            f"{what}解压后大得不正常，为安全起见没有打开，"
                            "请用原软件另存一次后再试。"
                        )
        except UnusableInput:
            raise
        except Exception:  # every way a damaged archive can fail means the same to the user
            refuse(f"{what}已经损坏，打不开，请重新下载或者用原软件另存一次后再试。")


def parse_xml(data: bytes, what: str) -> Any:
    """The root element; no entities, no DTD, no network, libxml2's own limits of depth and size."""
    if b"<!DOCTYPE" in data[:4096] or b"<!ENTITY" in data[:65536]:
        refuse(f"{what}里有不允许的实体定义，为安全起见没有打开，请用原软件另存一次后再试。")
    parser = etree.XMLParser(
        resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError):
        refuse(f"{what}的内容已经损坏，读不出来，请用原软件另存一次后再试。")
    tree: Any = root.getroottree()
    if tree.docinfo.doctype:
        refuse(f"{what}里有不允许的实体定义，为安全起见没有打开，请用原软件另存一次后再试。")
    return root


def run_limited(
    command: list[str],
    *,
    seconds: int,
    memory: int,
    cwd: str | None = None,
    given: bytes = b"",
    environment: dict[str, str] | None = None,
) -> subprocess.CompletedProcess[bytes]:
    """Run a program in a session of its own; it and its children end after ``seconds``.

    ``memory`` (bytes of address space) and the size of every file it writes are limited too.
    subprocess.TimeoutExpired: it was ended.
    """
    limits = f'ulimit -v {memory >> 10}; ulimit -f {MAX_UNPACKED_BYTES >> 9}; exec "$0" "$@"'
    process = subprocess.Popen(
        ["/bin/sh", "-c", limits, *command],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=cwd,
        env={**os.environ, **(environment or {})},
        start_new_session=True,
    )
    try:
        out, err = process.communicate(given, timeout=seconds)
    finally:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    return subprocess.CompletedProcess(command, process.returncode, out, err)
