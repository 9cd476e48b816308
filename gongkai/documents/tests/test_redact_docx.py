"""What is taken out of a DOCX is in no part of it; what was not chosen reads as before."""

from __future__ import annotations

import io
import zipfile

import docx as python_docx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from gongkai.documents.redact.docx import BLACK, OBJECT, Span, paragraphs, redact_docx
from gongkai.documents.redact.verify import docx_text, plain, verify_docx
from gongkai.documents.safety import UnusableInput
from gongkai.documents.tests.redact_files import W, docx, para, part

SECRET = "周示例"


def texts(data: bytes) -> list[str]:
    return [p.text for p in paragraphs(data)]


def names(data: bytes) -> set[str]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return set(archive.namelist())


def run(text: str, properties: str = "") -> str:
    return f'<w:r>{properties}<w:t xml:space="preserve">{text}</w:t></w:r>'


def spans_for(data: bytes, word: str, label: str = "") -> list[Span]:
    return [
        Span(p.number, p.text.index(word), p.text.index(word) + len(word), label)
        for p in paragraphs(data)
        if word in p.text
    ]


def test_a_name_split_over_runs_becomes_squares_of_equal_length() -> None:
    data = docx(para(run("投诉人周"), run("示", "<w:rPr><w:b/></w:rPr>"), run("例反映"), "。"))
    done = redact_docx(data, spans_for(data, SECRET))
    assert texts(done) == [f"投诉人{BLACK * 3}反映。"]
    assert verify_docx(done, [SECRET]) == []


def test_the_label_stands_in_the_squares_where_it_fits() -> None:
    data = docx(para("电话13800001234。"))
    done = redact_docx(data, spans_for(data, "13800001234", "第三方权益"))
    assert texts(done) == ["电话■■■第三方权益■■■。"]


def test_tables_headers_footers_and_notes_are_paragraphs_too() -> None:
    cell = f"<w:tbl><w:tr><w:tc>{para(SECRET)}</w:tc></w:tr></w:tbl>"
    body = (
        cell
        + para('<w:r><w:footnoteReference w:id="2"/></w:r><w:r><w:t>正文</w:t></w:r>')
        + '<w:sectPr><w:headerReference w:type="default" r:id="rId1"/></w:sectPr>'
    )
    data = docx(
        body,
        {
            "word/header1.xml": part("hdr", para(f"页眉{SECRET}")),
            "word/footnotes.xml": part(
                "footnotes",
                f'<w:footnote w:id="2">{para(f"脚注{SECRET}")}</w:footnote>'
                f'<w:footnote w:id="3">{para(f"无处引用{SECRET}")}</w:footnote>',
            ),
        },
        [("header", "header1.xml"), ("footnotes", "footnotes.xml")],
    )
    assert [(p.part, p.text) for p in paragraphs(data)] == [
        ("正文", SECRET),
        ("正文", "正文"),
        ("脚注", f"脚注{SECRET}"),
        ("页眉", f"页眉{SECRET}"),
    ]
    done = redact_docx(data, spans_for(data, SECRET))
    assert verify_docx(done, [SECRET]) == []
    assert f"脚注{BLACK * 3}" in docx_text(done)


def test_tracked_changes_comments_codes_and_hidden_text_are_gone() -> None:
    body = (
        para(
            "张某",
            f'<w:del w:author="{SECRET}"><w:r><w:delText>{SECRET}</w:delText></w:r></w:del>',
            f'<w:ins w:id="1" w:author="{SECRET}">{run("新增")}</w:ins>',
            run(SECRET, "<w:rPr><w:vanish/></w:rPr>"),
            f'<w:moveFrom w:id="3" w:author="x">{run(SECRET)}</w:moveFrom>',
            '<w:commentRangeStart w:id="0"/><w:r><w:commentReference w:id="0"/></w:r>',
            f'<w:bookmarkStart w:id="1" w:name="{SECRET}"/>',
            attributes='w:rsidR="00AA11BB" w14:paraId="1234ABCD"',
        )
        + para(
            '<w:r><w:fldChar w:fldCharType="begin"/></w:r>',
            f'<w:r><w:instrText>HYPERLINK "mailto:{SECRET}"</w:instrText></w:r>',
            '<w:r><w:fldChar w:fldCharType="separate"/></w:r>',
            run("点此"),
            '<w:r><w:fldChar w:fldCharType="end"/></w:r>',
        )
        + para(f'<w:fldSimple w:instr="DOCPROPERTY {SECRET}">{run("值")}</w:fldSimple>')
        + para('<w:fldSimple w:instr=" PAGE ">' + run("1") + "</w:fldSimple>")
        + f'<w:sdt><w:sdtPr><w:alias w:val="{SECRET}"/></w:sdtPr><w:sdtContent>{para("控件")}'
        "</w:sdtContent></w:sdt>" + f"<!-- {SECRET} -->"
    )
    data = docx(
        body,
        {
            "word/comments.xml": part(
                "comments", f'<w:comment w:id="0">{para(SECRET)}</w:comment>'
            ),
            "word/settings.xml": part(
                "settings",
                f'<w:rsids><w:rsid w:val="00AA11BB"/></w:rsids><w:docVars><w:docVar w:name="a" '
                f'w:val="{SECRET}"/></w:docVars>',
            ),
            "docProps/core.xml": f"<a>{SECRET}</a>",
            "docProps/thumbnail.jpeg": SECRET.encode(),
            "customXml/item1.xml": f"<a>{SECRET}</a>",
            "word/embeddings/oleObject1.bin": SECRET.encode("utf-16-le"),
        },
        [
            ("comments", "comments.xml"),
            ("settings", "settings.xml"),
            ("customXml", "../customXml/item1.xml"),
            ("oleObject", "embeddings/oleObject1.bin"),
        ],
    )
    assert SECRET in verify_docx(data, [SECRET])
    done = redact_docx(data, [])
    assert texts(done) == ["张某新增", "点此", "值", "1", "控件"]
    assert verify_docx(done, [SECRET]) == []
    assert "rsid" not in docx_raw(done) and "paraId=" not in docx_raw(done)
    assert "PAGE" in docx_raw(done) and "HYPERLINK" not in docx_raw(done)
    assert {n.split("/")[0] for n in names(done)} == {"[Content_Types].xml", "_rels", "word"}


def docx_raw(data: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return "".join(archive.read(n).decode("utf-8", "ignore") for n in archive.namelist())


def drawing(extra: str = "") -> str:
    return (
        f'<w:r><w:drawing><wp:inline><wp:docPr id="1" name="{SECRET}" descr="{SECRET}"/>'
        f'<a:graphic><a:blip r:embed="rId1"/>{extra}</a:graphic></wp:inline></w:drawing></w:r>'
    )


def photograph() -> bytes:
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "13800001234"
    Image.new("RGB", (20, 20), "red").save(out, "JPEG", exif=exif)
    return out.getvalue()


def test_pictures_lose_their_alt_text_and_camera_data_and_can_be_taken_out() -> None:
    data = docx(
        para("图：", drawing()), {"word/media/a.jpg": photograph()}, [("image", "media/a.jpg")]
    )
    assert texts(data) == [f"图：{OBJECT}"]
    kept = redact_docx(data, [])
    assert verify_docx(kept, [SECRET, "13800001234"]) == []
    assert "word/media/a.jpg" in names(kept)
    gone = redact_docx(data, [Span(1, 2, 3)])
    assert texts(gone) == [f"图：{BLACK}"]
    assert "word/media/a.jpg" not in names(gone)


def test_a_text_box_is_said_once_and_its_stand_in_is_gone() -> None:
    box = f"<w:txbxContent>{para(SECRET)}</w:txbxContent>"
    shape = (
        '<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wp:inline><a:graphic>'
        f"{box}</a:graphic></wp:inline></w:drawing></mc:Choice><mc:Fallback><w:pict><v:shape "
        f'alt="{SECRET}">{box}</v:shape></w:pict></mc:Fallback></mc:AlternateContent></w:r>'
    )
    data = docx(para("框：", shape))
    assert texts(data) == [f"框：{OBJECT}", SECRET]
    done = redact_docx(data, spans_for(data, SECRET))
    assert verify_docx(done, [SECRET]) == []


def test_what_cannot_be_taken_apart_is_refused() -> None:
    chart = docx(para("图表"), {"word/charts/chart1.xml": "<c/>"}, [("chart", "charts/chart1.xml")])
    with pytest.raises(UnusableInput, match="图表"):
        paragraphs(chart)
    with pytest.raises(UnusableInput, match="段落"):
        redact_docx(docx(para("一")), [Span(9, 0, 1)])
    with pytest.raises(UnusableInput, match="对不上"):
        redact_docx(docx(para("一")), [Span(1, 0, 5)])
    with pytest.raises(UnusableInput):
        paragraphs(b"PK\x03\x04")


def test_word_itself_can_read_the_result() -> None:
    document = python_docx.Document()
    document.core_properties.author = SECRET
    document.add_heading("报告", 1)
    document.add_paragraph(f"投诉人{SECRET}。")
    document.add_table(1, 2).cell(0, 0).text = SECRET
    document.sections[0].header.paragraphs[0].text = f"页眉{SECRET}"
    out = io.BytesIO()
    document.save(out)
    done = redact_docx(out.getvalue(), spans_for(out.getvalue(), SECRET))
    assert verify_docx(done, [SECRET]) == []
    again = python_docx.Document(io.BytesIO(done))
    assert [p.text for p in again.paragraphs] == ["报告", f"投诉人{BLACK * 3}。"]
    assert again.sections[0].header.paragraphs[0].text == f"页眉{BLACK * 3}"
    assert again.paragraphs[0].style is not None


WORDS = st.text("甲乙丙丁戊己庚辛0123456789 ", min_size=1, max_size=6)


@given(st.lists(st.lists(WORDS, min_size=1, max_size=6), min_size=1, max_size=5), st.data())
def test_random_spans_of_random_runs_are_gone_and_the_rest_is_there(
    written: list[list[str]], choice: st.DataObject
) -> None:
    data = docx("".join(para(*[run(t) for t in runs]) for runs in written))
    spans, expected, secrets = [], [], []
    for number, runs in enumerate(written, 1):
        text = "".join(runs)
        start = choice.draw(st.integers(0, len(text) - 1))
        end = choice.draw(st.integers(start + 1, len(text)))
        spans.append(Span(number, start, end))
        secrets.append(text[start:end])
        expected.append(text[:start] + BLACK * (end - start) + text[end:])
    done = redact_docx(data, spans)
    assert texts(done) == expected
    left = plain("\n".join(expected))
    gone = [s for s in secrets if len(plain(s)) > 5 and plain(s) not in left]
    assert verify_docx(done, gone) == []
    assert W in docx_raw(done)
