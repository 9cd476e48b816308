"""Scans and pictures: every figure of a table comes back from its picture; old Word files too."""

from __future__ import annotations

import io
import shutil
import socket
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from PIL import Image

from gongkai.annual_report.model import Report
from gongkai.annual_report.read import kinds, ocr, read, safety
from gongkai.annual_report.read.document import UnusableInput
from gongkai.annual_report.read.interpret import interpret
from gongkai.annual_report.render import render
from gongkai.annual_report.tests import files
from gongkai.documents.safety import run_limited


def page_with(data: bytes, words: str) -> int:
    document = pypdfium2.PdfDocument(data)
    try:
        texts = [page.get_textpage().get_text_range() for page in document]
    finally:
        document.close()
    return next(i for i, text in enumerate(texts) if words in text)


def saved(image: Any, kind: str) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **({"resolution": 200.0} if kind == "PDF" else {}))
    return out.getvalue()


def table3(report: Report) -> dict[str, list[object]]:
    assert report.table3
    return {key: [cell.value for cell in cells] for key, cells in report.table3.items()}


def test_every_figure_of_table_three_comes_back_from_a_crooked_picture() -> None:
    data = files.rendered("pdf")
    page: Any = files.page_picture(data, page_with(data, "勾稽关系"), 150)
    # The table alone: lines outside of one are read in the test below.
    picture = page.crop((0, page.height * 0.155, page.width, page.height * 0.83))
    crooked = picture.rotate(0.7, fillcolor=255, resample=Image.Resampling.BICUBIC)
    (report,) = read(saved(crooked, "PNG"), "示例.png")
    assert table3(report) == table3(files.sample())


def test_every_figure_of_table_two_comes_back_from_a_scanned_pdf() -> None:
    source = replace(files.sample(), table3=None, table4=None, sections=())
    data = render(source, "pdf")
    picture = files.page_picture(data, page_with(data, "第二十条第（一）项"), 200)
    (report,) = read(saved(picture, "PDF"), "示例.pdf")
    expected = {a: c.value for a, c in source.cells() if a.startswith("t2")}
    assert {a: c.value for a, c in report.cells() if a.startswith("t2")} == expected
    assert report.cell("t2.licensing.decisions").place is not None
    assert report.year == source.year  # of the title


def test_a_picture_named_as_a_document_says_what_it_is() -> None:
    image = Image.new("L", (600, 300), 255)
    blank = saved(image, "JPEG")
    with pytest.raises(UnusableInput, match="没有认出文字"):
        kinds.open_document(blank, "年报.pdf")


def test_recognition_is_ended_after_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr, "SECONDS", 0)
    with pytest.raises(UnusableInput, match="已停止"):
        kinds.open_document(saved(Image.new("L", (60, 60), 255), "PNG"), "a.png")


def test_too_many_pages_of_pictures_are_refused() -> None:
    pages = tuple(range(1, safety.MAX_SCANNED_PAGES + 2))
    with pytest.raises(UnusableInput, match="41 页"):
        ocr.scan_document(b"%PDF-1.4", "a.pdf", pages)


def test_a_program_that_runs_too_long_is_ended_with_its_children() -> None:
    with pytest.raises(subprocess.TimeoutExpired):
        run_limited(["sh", "-c", "sleep 60 & wait"], seconds=1, memory=1 << 30)


def test_an_old_word_file_is_read_where_libreoffice_is_installed(tmp_path: Path) -> None:
    if shutil.which("soffice") is None:  # Debian: libreoffice-writer-nogui
        old = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le")
        with pytest.raises(UnusableInput, match="没有安装 LibreOffice"):
            kinds.open_document(old, "a.doc")
        return
    source = tmp_path / "a.docx"
    source.write_bytes(files.rendered("docx"))
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    command = ["soffice", profile, "--headless", "--convert-to", "doc", "--outdir", str(tmp_path)]
    subprocess.run([*command, str(source)], check=True, capture_output=True, timeout=120)
    data = (tmp_path / "a.doc").read_bytes()
    assert kinds.detect(data) == "doc"
    document = kinds.open_document(data, "a.doc")  # LibreOffice converts it once, as in ``read``
    assert document.kind == "doc"
    (report,) = interpret(document)
    figures = {address: cell.value for address, cell in files.sample().cells()}
    assert {address: cell.value for address, cell in report.cells()} == figures


ODT = """<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.2"
 xmlns:xlink="http://www.w3.org/1999/xlink"
 xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0"
 xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0"><office:body><office:text>
<text:section text:name="a"><text:section-source xlink:href="{file}" text:filter-name="Text"/>
<text:p>政府信息公开工作年度报告</text:p></text:section>
<text:p><draw:frame svg:width="2cm" svg:height="2cm"><draw:image xlink:href="{address}"
 xlink:type="simple" xlink:show="embed" xlink:actuate="onLoad"/></draw:frame></text:p>
</office:text></office:body></office:document-content>"""

MANIFEST = """<m:manifest xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">
<m:file-entry m:full-path="/" m:media-type="application/vnd.oasis.opendocument.text"/>
<m:file-entry m:full-path="content.xml" m:media-type="text/xml"/></m:manifest>"""


def test_a_document_fetches_nothing_and_reads_no_file_of_the_server(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("SECRET", "utf-8")
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        address = f"http://127.0.0.1:{server.getsockname()[1]}/a.png"
        content = ODT.format(file=(tmp_path / "secret.txt").as_uri(), address=address)
        kind = "application/vnd.oasis.opendocument.text"
        parts: dict[str, bytes | str] = {
            "mimetype": kind,
            "content.xml": content,
            "META-INF/manifest.xml": MANIFEST,
        }
        data = files.zipped(parts)
        if shutil.which("soffice") is None:
            with pytest.raises(UnusableInput, match="不能读取 ODT 文件"):
                kinds.open_document(data, "a.odt")
            return
        text = repr(kinds.open_document(data, "a.odt").blocks)
        with pytest.raises(BlockingIOError):
            server.accept()
    assert "年度报告" in text and "SECRET" not in text
