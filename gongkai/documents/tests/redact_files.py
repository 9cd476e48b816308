"""Documents made for the tests of redaction: PDFs by hand and by typst, DOCX with everything."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterable

import pikepdf
import typst
from pikepdf import Array, Dictionary, Name

from gongkai.documents import fonts
from gongkai.documents.redact import layout
from gongkai.documents.redact.geometry import Box
from gongkai.documents.redact.pdf import Mark

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def typeset(markup: str) -> bytes:
    """A PDF with embedded Chinese fonts."""
    loaded, _ = fonts.load()
    source = f'#set text(font: "Noto Sans SC", size: 12pt)\n{markup}'
    return typst.compile(source.encode(), format="pdf", font_paths=loaded)


def drawn(content: bytes, **more: object) -> bytes:
    """A page of 400 × 300 points with this content stream; F1 is a face of known widths.

    ``more``: entries of the resources (XObject …) or, beginning with ``page_`` and ``root_``,
    of the page and the catalogue.
    """
    pdf = pikepdf.new()
    page = pdf.add_blank_page(page_size=(400, 300))
    page.Contents = pdf.make_stream(content)
    page.Resources = Dictionary(Font=Dictionary(F1=face()))
    for key, value in more.items():
        where, _, name = key.rpartition("_")
        target = {"page": page.obj, "root": pdf.Root, "": page.Resources}[where]
        target[f"/{name}"] = value(pdf) if callable(value) else value
    return saved(pdf)


def face() -> Dictionary:
    return Dictionary(
        Type=Name.Font,
        Subtype=Name.Type1,
        BaseFont=Name.Courier,
        FirstChar=0,
        LastChar=255,
        Widths=Array([600] * 256),
        Encoding=Name.WinAnsiEncoding,
    )


def a_form(content: bytes, **more: object) -> Callable[[pikepdf.Pdf], Dictionary]:
    """The resource X: a form that draws this content with the page's faces."""

    def made(pdf: pikepdf.Pdf) -> Dictionary:
        stream = pdf.make_stream(content)
        stream.Type, stream.Subtype = Name.XObject, Name.Form
        stream.BBox = [0, 0, 400, 300]
        page_font = pdf.pages[0].Resources.Font
        stream.Resources = Dictionary(Font=page_font)
        for key, value in more.items():
            stream[f"/{key}"] = value
        return Dictionary(X=stream)

    return made


def saved(pdf: pikepdf.Pdf) -> bytes:
    out = io.BytesIO()
    pdf.save(out)
    return out.getvalue()


def marks_for(data: bytes, words: Iterable[str], label: str = "") -> list[Mark]:
    """A mark on every place where one of the words stands on a line."""
    found = []
    wanted = list(words)
    with layout.opened(data) as document:
        for number in range(1, len(document) + 1):
            page_lines = layout.lines(document[number - 1])
            for line in page_lines:
                for word in wanted:
                    at = line.text.find(word)
                    while at >= 0:
                        start = line.characters[at].index
                        end = line.characters[at + len(word) - 1].index + 1
                        boxes = layout.boxes_of(page_lines, start, end)
                        found += [Mark(number, box, label) for box in boxes]
                        at = line.text.find(word, at + 1)
    return found


def mark(x0: float, y0: float, x1: float, y1: float, page: int = 1) -> Mark:
    return Mark(page, Box(x0, y0, x1, y1))


# --- DOCX -----------------------------------------------------------------------------------------


def docx(
    body: str,
    parts: dict[str, str | bytes] | None = None,
    relations: Iterable[tuple[str, str]] = (),
) -> bytes:
    """A package with this body; ``relations`` of the document as (type, target)."""
    names = {f"word/{target}": kind for kind, target in relations}
    overrides = "".join(
        f'<Override PartName="/{name}" ContentType="application/vnd.openxmlformats-'
        f'officedocument.wordprocessingml.{kind}+xml"/>'
        for name, kind in names.items()
        if name.endswith(".xml")
    )
    rels = "".join(
        f'<Relationship Id="rId{n}" Type="{R}/{kind}" Target="{target}"/>'
        for n, (kind, target) in enumerate(relations, 1)
    )
    space = "http://schemas.openxmlformats.org/package/2006"
    content: dict[str, str | bytes] = {
        "[Content_Types].xml": (
            f'<Types xmlns="{space}/content-types"><Default Extension="xml" ContentType='
            '"application/xml"/><Default Extension="rels" ContentType="application/vnd.'
            'openxmlformats-package.relationships+xml"/><Default Extension="png" ContentType='
            '"image/png"/><Override PartName="/word/document.xml" ContentType="application/vnd.'
            'openxmlformats-officedocument.wordprocessingml.document.main+xml"/>'
            f"{overrides}</Types>"
        ),
        "_rels/.rels": (
            f'<Relationships xmlns="{space}/relationships"><Relationship Id="rId1" '
            f'Type="{R}/officeDocument" Target="word/document.xml"/></Relationships>'
        ),
        "word/document.xml": part("document", f"<w:body>{body}</w:body>"),
        "word/_rels/document.xml.rels": (
            f'<Relationships xmlns="{space}/relationships">{rels}</Relationships>'
        ),
        **(parts or {}),
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", 8) as archive:
        for name, data in content.items():
            archive.writestr(name, data)
    return out.getvalue()


def part(kind: str, inner: str) -> str:
    return (
        f'<w:{kind} xmlns:w="{W}" xmlns:r="{R}" xmlns:wp="http://schemas.openxmlformats.org/'
        'drawingml/2006/wordprocessingDrawing" xmlns:a="http://schemas.openxmlformats.org/'
        'drawingml/2006/main" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/'
        '2006" xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:'
        f'office" xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml">{inner}</w:{kind}>'
    )


def para(*runs: str, attributes: str = "") -> str:
    """A paragraph; a run that is not XML already is plain text."""
    inner = "".join(r if r.startswith("<") else f"<w:r><w:t>{r}</w:t></w:r>" for r in runs)
    return f"<w:p {attributes}>{inner}</w:p>"
