"""What is taken out of a PDF is nowhere in it; what was not chosen is all there."""

from __future__ import annotations

import io
import random
from typing import Any

import pikepdf
import pypdfium2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pikepdf import Dictionary, Name

from gongkai.documents.redact import layout
from gongkai.documents.redact.geometry import Box, Sheet
from gongkai.documents.redact.pdf import Mark, Redacted, prepared, redact_pdf
from gongkai.documents.redact.unicode_maps import read_map, write_map
from gongkai.documents.redact.verify import pdf_text, plain, verify_pdf
from gongkai.documents.safety import UnusableInput
from gongkai.documents.tests.redact_files import a_form, drawn, mark, marks_for, saved, typeset

REPORT = """= 关于投诉的调查报告
投诉人周示例，身份证号码 11010519491231002X，联系电话 13800001234。经查，情况属实。

#table(columns: 3, [姓名], [电话], [结论], [钱样本], [13900005678], [不属实])
#pagebreak()
周示例对处理结果表示满意，电话 13800001234 已回访。
"""
SECRETS = ["周示例", "11010519491231002X", "13800001234", "钱样本"]


def code_texts(font: Any) -> dict[int, str]:
    """The characters that a font's ToUnicode map knows, by code."""
    found = {}
    for code, text in read_map(font.ToUnicode.read_bytes()):
        found[code] = bytes.fromhex(text.decode()).decode("utf-16-be", "ignore")
    return found


def out(data: bytes, *marks: Mark) -> Redacted:
    return redact_pdf(data, marks)


def pixels(data: bytes, page: int = 0) -> object:
    document = pypdfium2.PdfDocument(data)
    try:
        return document[page].render(scale=1).to_pil().convert("L")
    finally:
        document.close()


def test_text_goes_and_the_rest_stays_text() -> None:
    data = typeset(REPORT)
    done = out(data, *marks_for(data, SECRETS, "第三方"))
    assert done.pictures == ()
    assert verify_pdf(done.data, SECRETS) == []
    left = plain(pdf_text(data))
    for secret in SECRETS:
        left = left.replace(plain(secret), "")
    assert plain(pdf_text(done.data)) == left


def test_the_rest_does_not_move() -> None:
    data = typeset(REPORT)
    done = out(data, *marks_for(data, ["周示例"]))

    def places(pdf: bytes) -> dict[tuple[str, int, int], int]:
        found: dict[tuple[str, int, int], int] = {}
        with layout.opened(pdf) as document:
            for c in layout.characters(document[0]):
                if not c.text.isspace():
                    key = (c.text, round(c.box.x0), round(c.box.y0))
                    found[key] = found.get(key, 0) + 1
        return found

    before, after = places(data), places(done.data)
    gone = {key[0] for key in before if key not in after}
    assert gone <= set("周示例")
    assert set(after) <= set(before)


def test_the_place_is_black_and_carries_the_label() -> None:
    data = drawn(b"BT /F1 12 Tf 50 200 Td (Tel 13800001234 end) Tj ET")
    [where] = marks_for(data, ["13800001234"])
    done = out(data, Mark(1, where.box, "第三方"))
    picture = pixels(done.data)
    x, y = round(where.box.x0 + 2), round(300 - (where.box.y0 + where.box.y1) / 2)
    assert picture.getpixel((x, y)) < 60  # type: ignore[attr-defined]
    region = picture.crop(  # type: ignore[attr-defined]
        (round(where.box.x0), round(300 - where.box.y1), round(where.box.x1), y + 4)
    )
    assert region.getextrema()[1] > 120


def test_the_character_map_of_a_font_no_longer_spells_what_is_gone() -> None:
    data = typeset("投诉人犇某某，经查属实。")
    done = out(data, *marks_for(data, ["犇某某"]))
    spelled = ""
    with pikepdf.open(io.BytesIO(done.data)) as pdf:
        for thing in pdf.objects:
            if isinstance(thing, pikepdf.Dictionary) and "/ToUnicode" in thing:
                spelled += "".join(code_texts(thing).values())
    assert "经查属实" in "".join(c for c in "经查属实" if c in spelled)
    assert not set("犇某") & set(spelled)


def test_character_maps_are_read_and_written_again() -> None:
    entries = {1: b"4E00", 2: b"4E8C", 700: b"D840DC00"}
    assert dict(read_map(write_map(entries, 4))) == entries
    ranges = b"1 beginbfrange <0001> <0003> <4E00> <0005> <0006> [<0041> <0042>] endbfrange"
    assert dict(read_map(ranges)) == {
        1: b"4E00",
        2: b"4E01",
        3: b"4E02",
        5: b"0041",
        6: b"0042",
    }


@pytest.mark.parametrize(
    "content",
    [
        b"BT /F1 12 Tf 50 200 Td (Tel 1380) Tj (0001234 end) Tj ET",
        b"BT /F1 12 Tf 50 200 Td [(Tel 138) -200 (0000) 30 (1234 end)] TJ ET",
        b"BT /F1 12 Tf 2 Tc 3 Tw 90 Tz 50 200 Td (Tel 13800001234 end) Tj ET",
        b"BT /F1 12 Tf 14 TL 50 214 Td (Tel 13800001234 end) ' ET",
        b'BT /F1 12 Tf 14 TL 50 214 Td 1 2 (Tel 13800001234 end) " ET',
        b"q .5 0 0 .5 10 10 cm BT /F1 24 Tf 1 0 0 1 80 380 Tm (Tel 13800001234 end) Tj ET Q",
        b"BT /F1 12 Tf 3 Tr 50 200 Td (Tel 13800001234 end) Tj ET",
        b"BT /F1 12 Tf 0 1 -1 0 200 50 Tm (Tel 13800001234 end) Tj ET",
        b"/Span <</ActualText (13800001234)>> BDC BT /F1 12 Tf 50 200 Td (Tel 13800001234 end) Tj"
        b" ET EMC",
    ],
)
def test_every_way_to_show_text_is_understood(content: bytes) -> None:
    data = prepared(drawn(content))
    with layout.opened(data) as document:
        digits = [c for c in layout.characters(document[0]) if c.text in "0123456789"]
    box = Box(
        min(c.box.x0 for c in digits),
        min(c.box.y0 for c in digits) - 1,
        max(c.box.x1 for c in digits),
        max(c.box.y1 for c in digits) + 1,
    )
    done = out(data, Mark(1, box))
    assert done.pictures == ()
    assert verify_pdf(done.data, ["13800001234", "1380", "0001234"]) == []
    assert plain(pdf_text(done.data)) == "Telend"


def test_text_in_a_form_goes_and_another_use_of_the_form_keeps_it() -> None:
    data = drawn(
        b"q /X Do Q q 1 0 0 1 0 -100 cm /X Do Q",
        XObject=a_form(b"BT /F1 12 Tf 50 200 Td (Tel 13800001234) Tj ET"),
    )
    done = out(data, mark(78, 196, 200, 212))
    assert plain(pdf_text(done.data)) == "TelTel13800001234"
    assert done.pictures == ()


@pytest.mark.parametrize(
    "content",
    [
        b"q 100 0 0 100 50 150 cm /X Do Q BT /F1 12 Tf 50 100 Td (rest) Tj ET",
        b"q 100 0 0 100 50 150 cm BI /W 1 /H 1 /BPC 8 /CS /G ID \x80 EI Q",
        b"60 160 m 100 240 140 160 150 200 c S",
        b"BT /F1 12 Tf 7 Tr 60 180 Td (clip) Tj ET",
    ],
)
def test_what_is_not_certain_becomes_a_picture_with_the_mark_in_its_pixels(content: bytes) -> None:
    def image(pdf: pikepdf.Pdf) -> Dictionary:
        stream = pdf.make_stream(bytes([200] * 100))
        stream.Type, stream.Subtype = Name.XObject, Name.Image
        stream.Width = stream.Height = 10
        stream.ColorSpace, stream.BitsPerComponent = Name.DeviceGray, 8
        return Dictionary(X=stream)

    done = out(drawn(content, XObject=image), mark(60, 170, 120, 190))
    assert done.pictures == (1,)
    assert pdf_text(done.data).strip() == ""
    assert pixels(done.data).getpixel((90, 120)) < 30  # type: ignore[attr-defined]
    with pikepdf.open(io.BytesIO(done.data)) as pdf:
        pictures: list[Any] = list(pdf.pages[0].get_images().values())
        assert len(pictures) == 1
        inside = pikepdf.PdfImage(pictures[0]).as_pil_image().convert("L")
        scale = inside.width / 400
        at = (round(90 * scale), round(120 * scale))
        assert inside.crop((*at, at[0] + 1, at[1] + 1)).tobytes()[0] < 30


def test_a_picture_beside_the_mark_leaves_the_page_as_text() -> None:
    def image(pdf: pikepdf.Pdf) -> Dictionary:
        stream = pdf.make_stream(bytes(100))
        stream.Type, stream.Subtype = Name.XObject, Name.Image
        stream.Width = stream.Height = 10
        stream.ColorSpace, stream.BitsPerComponent = Name.DeviceGray, 8
        stream.Metadata = pdf.make_stream(b"<x>13800001234</x>")
        return Dictionary(X=stream, Unused=stream)

    content = b"q 50 0 0 50 300 50 cm /X Do Q BT /F1 12 Tf 50 200 Td (Tel 13800001234) Tj ET"
    data = drawn(content, XObject=image)
    done = out(data, *marks_for(data, ["13800001234"]))
    assert done.pictures == ()
    assert verify_pdf(done.data, ["13800001234"]) == []
    with pikepdf.open(io.BytesIO(done.data)) as pdf:
        assert "/Unused" not in pdf.pages[0].Resources.XObject


def test_lines_under_the_mark_are_not_drawn_and_table_rules_stay() -> None:
    data = drawn(b"60 180 40 2 re f 20 185 m 380 185 l S")
    done = out(data, mark(50, 170, 120, 190))
    assert done.pictures == ()
    with pikepdf.open(io.BytesIO(done.data)) as pdf:
        content = pdf.pages[0].Contents.read_bytes()
    assert b"re" not in content.split() and b"l" in content.split()


def everything() -> bytes:
    """A PDF that says the secret in every place that is not the page."""
    secret = "周示例13800001234"
    pdf = pikepdf.open(io.BytesIO(drawn(b"BT /F1 12 Tf 50 200 Td (public 1) Tj ET")))
    pdf.docinfo["/Title"] = secret
    with pdf.open_metadata() as meta:
        meta["dc:title"] = secret
    pdf.attachments["a.txt"] = secret.encode()
    with pdf.open_outline() as outline:
        outline.root.append(pikepdf.OutlineItem(secret, 0))
    page = pdf.pages[0]
    page.obj.Thumb = pdf.make_stream(secret.encode())
    page.obj.PieceInfo = Dictionary(A=Dictionary(Private=secret))
    page.obj.Annots = pikepdf.Array(
        [
            Dictionary(
                Type=Name.Annot, Subtype=Name.Text, Rect=[10, 10, 30, 30], Contents=secret, T=secret
            ),
            Dictionary(
                Type=Name.Annot,
                Subtype=Name.Link,
                Rect=[10, 10, 30, 30],
                A=Dictionary(S=Name.URI, URI="https://example.com/13800001234"),
            ),
        ]
    )
    field = pdf.make_indirect(Dictionary(FT=Name.Tx, T="name", V=secret, Kids=[]))
    pdf.Root.AcroForm = Dictionary(Fields=[field])
    pdf.Root.StructTreeRoot = pdf.make_indirect(
        Dictionary(Type=Name.StructTreeRoot, K=Dictionary(S=Name.P, ActualText=secret, Alt=secret))
    )
    pdf.Root.OpenAction = Dictionary(S=Name.JavaScript, JS=secret)
    return saved(pdf)


def test_metadata_attachments_bookmarks_forms_notes_and_tags_are_gone() -> None:
    data = everything()
    assert verify_pdf(data, ["周示例", "13800001234"]) == ["周示例", "13800001234", "元数据"]
    done = out(data)
    assert verify_pdf(done.data, ["周示例", "13800001234"]) == []
    assert plain(pdf_text(done.data)) == "public1"


def test_an_earlier_revision_is_gone() -> None:
    old = drawn(b"BT /F1 12 Tf 50 200 Td (13800001234) Tj ET")
    new = old.replace(b"%%EOF", b"%%EOF\n9 0 obj\n(13800001234)\nendobj\n%%EOF")
    assert b"13800001234" not in out(new, mark(45, 195, 140, 215)).data
    assert verify_pdf(out(new, mark(45, 195, 140, 215)).data, ["13800001234"]) == []


def test_a_filled_form_field_is_seen_and_can_be_taken_out() -> None:
    pdf = pikepdf.open(io.BytesIO(drawn(b"BT /F1 12 Tf 50 250 Td (form) Tj ET")))
    look = pdf.make_stream(b"BT /F1 12 Tf 2 5 Td (13800001234) Tj ET")
    look.Type, look.Subtype, look.BBox = Name.XObject, Name.Form, [0, 0, 200, 20]
    look.Resources = Dictionary(Font=pdf.pages[0].Resources.Font)
    widget = pdf.make_indirect(
        Dictionary(
            Type=Name.Annot,
            Subtype=Name.Widget,
            FT=Name.Tx,
            T="tel",
            V="13800001234",
            Rect=[50, 100, 250, 120],
            AP=Dictionary(N=look),
            F=4,
        )
    )
    pdf.pages[0].obj.Annots = pikepdf.Array([widget])
    pdf.Root.AcroForm = Dictionary(Fields=[widget])
    data = saved(pdf)
    kept = out(data)
    assert "13800001234" in plain(pdf_text(kept.data)) and b"/AcroForm" not in kept.data
    done = out(data, mark(45, 98, 255, 122))
    assert verify_pdf(done.data, ["13800001234"]) == []


def test_layers_become_a_picture_so_that_a_hidden_one_is_gone() -> None:
    def layer(pdf: pikepdf.Pdf) -> Dictionary:
        group = pdf.make_indirect(Dictionary(Type=Name.OCG, Name="x"))
        pdf.Root.OCProperties = Dictionary(OCGs=[group], D=Dictionary(OFF=[group], Order=[group]))
        return Dictionary(L=group)

    content = b"/OC /L BDC BT /F1 12 Tf 50 200 Td (13800001234) Tj ET EMC"
    done = out(drawn(content, Properties=layer))
    assert done.pictures == (1,)
    assert verify_pdf(done.data, ["13800001234"]) == []
    assert pixels(done.data).getextrema()[0] > 200  # type: ignore[attr-defined]


def test_text_outside_the_visible_page_is_gone() -> None:
    data = drawn(b"BT /F1 12 Tf 50 200 Td (shown) Tj 0 300 Td (13800001234) Tj ET")
    assert verify_pdf(out(data).data, ["13800001234"]) == []


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_turned_pages_keep_their_place(turn: int) -> None:
    data = drawn(
        b"BT /F1 12 Tf 50 200 Td (Tel 13800001234 end) Tj ET",
        page_Rotate=turn,
        page_CropBox=[20, 30, 380, 280],
    )
    done = out(data, *marks_for(data, ["13800001234"], "第三方"))
    assert plain(pdf_text(done.data)) == "Telend"
    where = Sheet(Box(20, 30, 380, 280), turn)
    box = where.own(where.shown(Box(50, 60, 70, 90)))
    assert (box.x0, box.y0, box.x1, box.y1) == pytest.approx((50, 60, 70, 90))


def test_a_mark_on_a_page_that_is_not_there_is_refused() -> None:
    with pytest.raises(UnusableInput, match="页码"):
        out(drawn(b""), mark(1, 1, 2, 2, page=2))
    with pytest.raises(UnusableInput, match="打不开"):
        out(b"no pdf")


CHARS = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥天地玄黄0123456789"


@given(
    st.lists(st.text(CHARS, min_size=12, max_size=30), min_size=1, max_size=4),
    st.randoms(use_true_random=False),
)
def test_random_spans_of_random_text_are_gone_and_the_rest_is_there(
    lines: list[str], chance: random.Random
) -> None:
    """Every line is set, a random part of each is taken out."""
    data = typeset("\n\n".join(lines))
    marks, left = [], ""
    secrets = []
    with layout.opened(data) as document:
        page_lines = layout.lines(document[0])
    for line in page_lines:
        text = line.text
        start = chance.randrange(0, len(text) - 6)
        end = chance.randrange(start + 5, len(text))
        chosen = line.characters[start:end]
        boxes = layout.boxes_of(page_lines, chosen[0].index, chosen[-1].index + 1)
        marks += [Mark(1, box) for box in boxes]
        secrets.append("".join(c.text for c in chosen))
        left += text[:start] + text[end:]
    done = redact_pdf(data, marks)
    assert plain(pdf_text(done.data)) == plain(left)
    gone = [s for s in secrets if len(plain(s)) > 4 and plain(s) not in plain(left)]
    assert verify_pdf(done.data, gone) == []
