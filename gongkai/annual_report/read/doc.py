"""DOC, WPS, RTF, ODT → DOCX by LibreOffice, where it is installed; else a sentence that says so.

LibreOffice runs in a process and a profile of its own, without macros and without following
links, and is ended after ``SECONDS``; what it leaves lying goes with its folder.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from dataclasses import replace
from pathlib import Path

from gongkai.annual_report.read.document import Document
from gongkai.annual_report.read.docx import docx_document
from gongkai.annual_report.read.safety import check_size
from gongkai.documents.safety import refuse, run_limited

#: Less than a visitor waits for one file to be read, so that this is the sentence they get.
SECONDS = 40
#: Address space in bytes; LibreOffice reserves far more than it uses.
MEMORY = 6 << 30
_ADVICE = "请用 Word 或者 WPS 打开后另存为 DOCX 再试。"
_PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">
<prop oor:name="DisableMacrosExecution" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">
<prop oor:name="BlockUntrustedRefererLinks" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">
<prop oor:name="DisableActiveContent" oor:op="fuse"><value>true</value></prop></item>
</oor:items>
"""


def doc_document(data: bytes, name: str) -> Document:
    """The document in an old Word, WPS, RTF or ODT file.

    UnusableInput: no LibreOffice here, password, damaged, or it took longer than ``SECONDS``.
    """
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if program is None:
        refuse(f"这台机器没有安装 LibreOffice，不能读取{_named(data)}，{_ADVICE}")
    with tempfile.TemporaryDirectory(prefix="gongkai-doc-") as folder:
        converted = _convert(program, data, Path(folder))
    return replace(docx_document(converted, name), kind="doc")


def _named(data: bytes) -> str:
    """What kind of file it is, in the words of a message."""
    if data.startswith(b"{\\rtf"):
        return " RTF 文件"
    return " ODT 文件" if data.startswith(b"PK") else "旧版 Word（DOC）文件"


def _convert(program: str, data: bytes, folder: Path) -> bytes:
    user = folder / "profile" / "user"
    user.mkdir(parents=True)
    (user / "registrymodifications.xcu").write_text(_PROFILE, "utf-8")
    source = folder / "report.doc"
    source.write_bytes(data)
    command = [
        program,
        f"-env:UserInstallation=file://{folder}/profile",
        "--headless",
        "--norestore",
        "--convert-to",
        "docx:MS Word 2007 XML",
        "--outdir",
        str(folder / "out"),
        str(source),
    ]
    own = {"TMPDIR": str(folder)}
    try:
        run_limited(command, seconds=SECONDS, memory=MEMORY, cwd=str(folder), environment=own)
    except subprocess.TimeoutExpired:
        refuse(f"这个{_named(data)}转换超过 {SECONDS} 秒，已停止，{_ADVICE}")
    result = folder / "out" / "report.docx"
    if not result.is_file():
        refuse(f"这个{_named(data)}打不开，可能已损坏或者加了密码，{_ADVICE}")
    check_size(result.stat().st_size)
    return result.read_bytes()
