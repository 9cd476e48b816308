"""What a file becomes for reading, and the HTML it is written in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape

#: Characters of words kept of one file, and of HTML shown of it.
MAX_TEXT = 2_000_000
MAX_HTML = 3_000_000


@dataclass(frozen=True, slots=True)
class Hidden:
    """Something that the file carries and its reader does not see.

    ``kind``: comment, insertion, deletion, hidden_text, hidden_sheet, hidden_rows,
    hidden_columns, properties, thumbnail, annotation, embedded, location; ``tucked`` is what
    belongs to an ordinary file (the words of a chart, of a form, alternative texts): to be read
    by the rules, no fault in itself. ``place``: in words.
    """

    kind: str
    place: str
    text: str


@dataclass(frozen=True, slots=True)
class Readable:
    """``places``: (offset in ``text``, name) where a page or sheet begins.

    ``notice``: one sentence on what could not be read or shown, "" when that is nothing.
    """

    html: str
    text: str
    places: tuple[tuple[int, str], ...] = ()
    hidden: tuple[Hidden, ...] = ()
    notice: str = ""


class Writer:
    """HTML and words side by side; stops adding where one of them is full."""

    def __init__(self) -> None:
        self._html: list[str] = []
        self._text: list[str] = []
        self._size = self._length = 0
        self._open = False
        self.places: list[tuple[int, str]] = []
        self.full = False

    def section(self, name: str) -> None:
        """A page or a sheet begins."""
        self.end_section()
        self.places.append((self._length, name))
        self._put(f'<section class="page"><h3>{escape(name)}</h3>', "")
        self._open = True

    def end_section(self) -> None:
        if self._open:
            self._html.append("</section>")
            self._open = False

    def paragraph(self, text: str, tag: str = "p") -> None:
        """One paragraph; its line ends become breaks."""
        body = "<br>".join(escape(line) for line in text.split("\n"))
        self._put(f"<{tag}>{body}</{tag}>", text)

    def table(self, rows: Iterable[list[tuple[str, int, int]]]) -> None:
        """Rows of (text, columns, rows that the cell covers)."""
        html, words = [], []
        left = MAX_HTML - self._size - 200
        for row in rows:
            cells = []
            for text, columns, height in row:
                spans = f' colspan="{columns}"' if columns > 1 else ""
                spans += f' rowspan="{height}"' if height > 1 else ""
                cells.append(f"<td{spans}>{escape(text).replace(chr(10), '<br>')}</td>")
                left -= len(cells[-1])
                if left < 0:
                    break
            if left < 0:
                break
            html.append(f"<tr>{''.join(cells)}</tr>")
            words.append("\t".join(" ".join(text.split()) for text, _, _ in row).rstrip())
        if html:
            frame = f'<div class="table-frame" tabindex="0"><table>{"".join(html)}</table></div>'
            self._put(frame, "\n".join(w for w in words if w))
        self.full = self.full or left < 0

    def _put(self, html: str, text: str) -> None:
        if self.full or self._size + len(html) > MAX_HTML or self._length + len(text) > MAX_TEXT:
            self.full = True
            return
        self._html.append(html)
        self._size += len(html)
        if text:
            self._text.append(text)
            self._length += len(text) + 1

    def readable(self, hidden: Iterable[Hidden] = (), notice: str = "") -> Readable:
        """What was written."""
        self.end_section()
        if self.full:
            notice = "文件很长，这里只显示前面的部分，全文请下载原件查看。"
        return Readable(
            "".join(self._html), "\n".join(self._text), tuple(self.places), tuple(hidden), notice
        )
