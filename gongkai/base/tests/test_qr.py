"""A QR code holds the address and nothing else, and is safe inside a page."""

from __future__ import annotations

import io
import re

import cv2
import numpy
import segno

from gongkai.base.qr import QUIET, svg

ADDRESS = "https://xxgk.example.gov.cn/receipt/verify/?number=20260001000019&code=ABCDE-FGHJK"


def test_a_reader_finds_the_address_in_the_code() -> None:
    drawn = svg(ADDRESS, words="核验")
    side = int(re.search(r'viewBox="0 0 (\d+) ', drawn)[1])  # type: ignore[index]
    pixels = numpy.full((side, side), 255, numpy.uint8)
    path = re.search(r'stroke="#000" d="([^"]+)"', drawn)
    assert path is not None
    x = y = 0.0
    for kind, numbers in re.findall(r"([Mmh])(-?[\d.]+(?: -?[\d.]+)?)", path[1]):
        given = [float(n) for n in numbers.split()]
        if kind == "h":
            pixels[int(y), int(x) : int(x + given[0])] = 0
            x += given[0]
        else:
            x, y = (given[0], given[1]) if kind == "M" else (x + given[0], y + given[1])
    large = numpy.kron(pixels, numpy.ones((6, 6), numpy.uint8))
    assert cv2.QRCodeDetector().detectAndDecode(large)[0] == ADDRESS


def test_it_has_the_quiet_zone_that_readers_need() -> None:
    matrix = segno.make(ADDRESS, error="m", micro=False)
    out = io.StringIO()
    matrix.save(out, kind="txt", border=QUIET)
    rows = out.getvalue().split()
    assert f'viewBox="0 0 {len(rows)} {len(rows)}"' in svg(ADDRESS, words="核验")


def test_what_it_is_called_is_text_and_never_markup() -> None:
    drawn = svg("https://example.gov.cn/", words='<script>"&')
    assert "<script" not in drawn
    assert "style=" not in drawn
