"""One picture of a page → lines of text and grids. Needs the extra ``gongkai[ocr]``.

Straighten → find the ruled lines → wipe them off → recognise every cell that has ink, line by
line → find and recognise the text outside the tables. A cell whose ink gave no text is tried
again, larger and with more white around it.
"""

from __future__ import annotations

import re
from typing import Any

import cv2
import numpy as np
from rapidocr import RapidOCR
from rapidocr.ch_ppocr_rec import TextRecInput

from gongkai.annual_report.read.grids import column_name
from gongkai.annual_report.read.ruling import Line, RuledCell, RuledTable, find_tables

#: Recognised text below this confidence is tried again in another form.
_SURE = 0.9
_FIGURE = re.compile(r"^[\dOoQD〇○lI|,，.。:：\-—–一/%+＋]+$")
_LOOKALIKES = str.maketrans(
    {**dict.fromkeys("OoQD〇○", "0"), **dict.fromkeys("lI|", "1"), "，": ","}
)
_FLAT = frozenset("一—–-_－ー")


class Reader:
    """The models, loaded once; ``blocks`` reads a page."""

    def __init__(self) -> None:
        self._engine: Any = RapidOCR(
            params={
                "Global.log_level": "error",
                "Global.use_cls": False,
                "Det.limit_type": "max",
                "Det.limit_side_len": 960,
                "Rec.rec_batch_num": 1,
                # A lone figure is not padded to the width of a sentence: three times as fast.
                "Rec.rec_img_shape": [3, 48, 96],
                "EngineConfig.onnxruntime.intra_op_num_threads": 1,
            }
        )
        load: Any = self._engine._load_rec_model
        self._recogniser: Any = load()

    def blocks(self, grey: Any, page: int) -> list[dict[str, Any]]:
        """Lines and grids of the page from top to bottom, as plain data."""
        if min(grey.shape) < 16:
            return []
        grey = _straight(grey)
        ink = _ink(grey)
        horizontal, vertical, mask = _rules(ink)
        tolerance = max(4.0, grey.shape[1] / 250)
        tables = [
            table
            for table in find_tables(horizontal, vertical, tolerance)
            if table.xs[-1] - table.xs[0] > grey.shape[1] / 4  # else a large character or a seal
        ]
        clean = grey.copy()
        clean[(mask > 0) & _borders(tables, grey.shape, tolerance)] = 255
        found: list[tuple[float, dict[str, Any]]] = []
        for table in tables:
            size = _character_height(clean, table)
            rows = self._rows(clean, table, size, page)
            found.append((table.ys[0], {"page": page, "line": None, "rows": rows}))
        outside = grey.copy()
        edge = int(tolerance)
        for table in tables:
            top, bottom = int(table.ys[0]) - edge, int(table.ys[-1]) + edge
            left, right = int(table.xs[0]) - edge, int(table.xs[-1]) + edge
            outside[max(top, 0) : bottom, max(left, 0) : right] = 255
        found.extend((y, {"page": page, "line": None, "text": t}) for y, t in self._lines(outside))
        blocks = [block for _, block in sorted(found, key=lambda item: item[0])]
        line = 1
        for block in blocks:
            block["line"] = line
            line += len(block.get("rows", (1,)))
        return blocks

    def _rows(
        self, clean: Any, table: RuledTable, size: float, page: int
    ) -> list[list[dict[str, Any]]]:
        rows: list[list[dict[str, Any]]] = [[] for _ in range(len(table.ys) - 1)]
        for cell in table.cells:
            text, confidence = self._cell(_crop(clean, cell), size)
            rows[cell.row].append(
                {
                    "text": text,
                    "confidence": round(confidence, 3),
                    "colspan": cell.colspan,
                    "rowspan": cell.rowspan,
                    "page": page,
                    "cell": f"{column_name(cell.column)}{cell.row + 1}",
                }
            )
        return rows

    def _cell(self, image: Any, size: float) -> tuple[str, float]:
        """(text, confidence); ("", 1) without ink, ("", 0) with ink that stays unread."""
        lines = _text_lines(image, size)
        if not lines:
            return "", 1.0
        texts: list[str] = []
        confidence = 1.0
        for box in lines:
            text, score = self._recognise(image, box, size)
            if text:
                texts.append(text)
                confidence = min(confidence, score)
        if not texts:
            return "", 0.0
        return "\n".join(texts), confidence

    def _recognise(
        self, image: Any, box: tuple[int, int, int, int], size: float
    ) -> tuple[str, float]:
        left, top, right, bottom = box
        line = image[max(top - 1, 0) : bottom + 1, max(left - 2, 0) : right + 2]
        best, score = "", 0.0
        for pad, zoom in ((0.6, 1.0), (0.35, 2.0), (1.0, 2.0)):
            text, sure = self._read(_framed(line, pad, zoom, size))
            if text and sure > score:
                best, score = text, sure
            if score >= _SURE:
                break
        return _settled(best, right - left, bottom - top), score

    def _read(self, image: Any) -> tuple[str, float]:
        result = self._recogniser(TextRecInput(img=[cv2.cvtColor(image, cv2.COLOR_GRAY2BGR)]))
        text = result.txts[0].strip() if result.txts else ""
        return text, float(result.scores[0]) if text else 0.0

    def _lines(self, image: Any) -> list[tuple[float, str]]:
        """(y, text) of the text lines, boxes that stand side by side joined from left to right."""
        if not (image < 128).any():
            return []
        result = self._engine(cv2.cvtColor(image, cv2.COLOR_GRAY2BGR), use_cls=False)
        if result.boxes is None:
            return []
        boxes = sorted(
            (
                (float(box[:, 1].mean()), float(box[:, 0].min()), float(np.ptp(box[:, 1])), text)
                for box, text in zip(result.boxes, result.txts, strict=True)
            ),
        )
        lines: list[list[tuple[float, float, float, str]]] = []
        for item in boxes:
            if lines and item[0] - lines[-1][0][0] < 0.5 * min(item[2], lines[-1][0][2]):
                lines[-1].append(item)
            else:
                lines.append([item])
        return [
            (line[0][0], " ".join(part[3] for part in sorted(line, key=lambda p: p[1])))
            for line in lines
        ]


def _ink(grey: Any) -> Any:
    """255 where there is ink; the paper may be grey or unevenly lit."""
    block = max(31, (min(grey.shape) // 30) | 1)
    return cv2.adaptiveThreshold(
        grey, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, block, 15
    )


def _straight(grey: Any) -> Any:
    """The page turned so that its lines and its rows of text lie level (up to 6 degrees)."""
    height, width = grey.shape
    scale = min(1.0, 900 / max(height, width))
    small = cv2.resize(_ink(grey), None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    best, span = 0.0, 6.0
    for step in (1.0, 0.25, 0.05):
        around = np.arange(best - span, best + span + step / 2, step)
        best = float(max(around, key=lambda angle: _level(small, angle)))
        span = step
    if abs(best) < 0.08 or _level(small, best) < 1.02 * _level(small, 0.0):
        return grey
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), best, 1)
    return cv2.warpAffine(
        grey, turn, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
    )


def _level(ink: Any, angle: float) -> float:
    """How sharply the rows of ink begin and end when the page is turned by this angle."""
    height, width = ink.shape
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1)
    turned = cv2.warpAffine(ink, turn, (width, height))
    return float((np.diff(turned.sum(axis=1, dtype=np.float64)) ** 2).sum())


def _rules(ink: Any) -> tuple[list[Line], list[Line], Any]:
    """Horizontal and vertical lines of the page, and a mask of their pixels."""
    width = ink.shape[1]
    mask = np.zeros_like(ink)
    found: list[list[Line]] = []
    for shape in ((max(25, width // 35), 1), (1, max(25, width // 50))):
        kernel = cv2.getStructuringElement(cv2.MORPH_RECT, shape)
        gap = cv2.getStructuringElement(cv2.MORPH_RECT, (7, 1) if shape[1] == 1 else (1, 7))
        lines = cv2.morphologyEx(ink, cv2.MORPH_OPEN, kernel)
        lines = cv2.morphologyEx(lines, cv2.MORPH_CLOSE, gap)
        count, _, stats, _ = cv2.connectedComponentsWithStats(lines, connectivity=8)
        thick = max(6, width // 200)
        group: list[Line] = []
        for x, y, w, h, _ in stats[1:count]:
            if shape[1] == 1 and h <= thick * 2:
                group.append(Line(y + h / 2, float(x), float(x + w)))
            elif shape[0] == 1 and w <= thick * 2:
                group.append(Line(x + w / 2, float(y), float(y + h)))
            else:
                continue
            mask[y : y + h, x : x + w] |= lines[y : y + h, x : x + w]
        found.append(group)
    mask = cv2.dilate(mask, np.ones((3, 3), np.uint8))
    return found[0], found[1], mask


def _borders(tables: list[RuledTable], shape: tuple[int, int], tolerance: float) -> Any:
    """True near the border of a cell: strokes of characters elsewhere are not lines."""
    near = np.zeros(shape, np.uint8)
    for table in tables:
        for cell in table.cells:
            corner = (int(cell.left), int(cell.top))
            cv2.rectangle(
                near, corner, (int(cell.right), int(cell.bottom)), 1, 2 * int(tolerance) + 1
            )
    return near > 0


def _crop(clean: Any, cell: RuledCell) -> Any:
    return clean[
        int(cell.top) + 1 : max(int(cell.bottom), int(cell.top) + 3),
        int(cell.left) + 1 : max(int(cell.right), int(cell.left) + 3),
    ]


def _character_height(clean: Any, table: RuledTable) -> float:
    """The usual height of a line of text in this table, in pixels."""
    heights = [
        end - start
        for cell in table.cells
        for start, end in _runs(_dark(_crop(clean, cell)).any(axis=1))
        if end - start >= 7
    ]
    return float(np.median(heights)) if heights else 20.0


def _dark(image: Any) -> Any:
    """Where the ink is in a small picture: clearly darker than its paper."""
    if image.size == 0:
        return np.zeros((1, 1), bool)
    paper, ink = float(np.median(image)), float(image.min())
    if paper - ink < 40:
        return np.zeros_like(image, bool)
    dark = image < paper - 0.3 * (paper - ink)
    # Specks of scanning are not ink.
    count, labels, stats, _ = cv2.connectedComponentsWithStats(dark.astype(np.uint8))
    for index in range(1, count):
        if stats[index, cv2.CC_STAT_AREA] < 4:
            dark[labels == index] = False
    return dark


def _runs(flags: Any) -> list[tuple[int, int]]:
    """Stretches of True: (start, end)."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], flags.astype(np.int8), [0]))))
    return [(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]


def _text_lines(image: Any, size: float) -> list[tuple[int, int, int, int]]:
    """Boxes (left, top, right, bottom) of the lines of text in a cell, from top to bottom."""
    dark = _dark(image)
    runs = _runs(dark.any(axis=1))
    merged: list[tuple[int, int]] = []
    for start, end in runs:
        # 三 and ： are one character in several strokes.
        if (
            merged
            and end - merged[-1][0] <= 1.35 * size
            and (end - start < 0.6 * size or merged[-1][1] - merged[-1][0] < 0.6 * size)
        ):
            merged[-1] = (merged[-1][0], end)
        else:
            merged.append((start, end))
    boxes = []
    for top, bottom in merged:
        columns = np.flatnonzero(dark[top:bottom].any(axis=0))
        left, right = int(columns[0]), int(columns[-1]) + 1
        if (bottom - top) * (right - left) >= 12:
            boxes.append((left, top, right, bottom))
    return boxes


def _framed(line: Any, pad: float, zoom: float, size: float) -> Any:
    """The line on white, with a margin of ``pad`` characters, ``zoom`` times as large."""
    margin = max(3, int(pad * size))
    height = line.shape[0]
    # Flat ink (a dash, 一) keeps the height of a line, else it would be blown up to a block.
    extra = max(0, int(size - height)) // 2
    paper = int(np.median(line)) if line.shape[0] > 4 else 255
    framed = cv2.copyMakeBorder(
        line,
        margin // 2 + extra,
        margin // 2 + extra,
        margin,
        margin,
        cv2.BORDER_CONSTANT,
        value=max(paper, 200),
    )
    if zoom != 1.0:
        framed = cv2.resize(framed, None, fx=zoom, fy=zoom, interpolation=cv2.INTER_CUBIC)
    return framed


def _settled(text: str, width: int, height: int) -> str:
    """Figures freed from letters that look like them: O → 0, l → 1, a lone 一 → -."""
    if not _FIGURE.match(text):
        return text
    if all(c in _FLAT for c in text):
        return "-" if width > 2 * height else text
    if text in "。." and height > 6:
        return "0"
    return text.translate(_LOOKALIKES)
