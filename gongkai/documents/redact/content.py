"""A content stream, read as it draws, and written again without what lies in the boxes.

Glyphs in a box are taken out of their strings and replaced by an equal displacement; lines and
rectangles in it are not drawn. Whatever cannot be judged with certainty (pictures, curves,
patterns, unknown fonts in or near a box) raises ``Unsure``: the caller then turns the whole page
into a picture. Marked content (ActualText, Alt, hidden layers' marks) is dropped everywhere.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from typing import Any

import pikepdf
from pikepdf import Operator

from gongkai.documents.redact.fontwidths import Unsure, Widths, widths
from gongkai.documents.redact.geometry import IDENTITY, Box, Matrix, around, point, times
from gongkai.documents.redact.resources import Used, asked_for, own_resources, prune

#: From the baseline, in parts of the font size.
ASCENT, DESCENT = 0.88, -0.12
#: A glyph goes when the box covers this share of its width and of its height.
COVERED = 0.3
MAX_DEPTH = 8
MAX_INSTRUCTIONS = 600_000
UNIT = Box(0.0, 0.0, 1.0, 1.0)
_MARKS = frozenset(("BDC", "BMC", "EMC", "DP", "MP"))
_PAINT = frozenset(("S", "s", "f", "F", "f*", "B", "B*", "b", "b*", "n"))
#: What speaks of a thing by its name in the resources.
_NAMING = frozenset(("Tf", "gs", "cs", "CS", "scn", "SCN", "sh", "Do"))
_PATH = frozenset(("m", "l", "c", "v", "y", "h", "re"))


@dataclass(frozen=True, slots=True)
class Graphics:
    """The part of the graphics state that places text."""

    ctm: Matrix = IDENTITY
    font: Any = None
    widths: Widths | None = None
    size: float = 0.0
    spacing: float = 0.0
    word: float = 0.0
    scale: float = 1.0
    leading: float = 0.0
    rise: float = 0.0
    mode: int = 0
    pattern: bool = False


@dataclass(slots=True)
class Subpath:
    points: list[tuple[float, float]]
    straight: bool = True

    @property
    def box(self) -> Box:
        return around(self.points)


class Walker:
    """One pass over a content stream and the forms it draws."""

    def __init__(self, pdf: pikepdf.Pdf, boxes: list[Box], visible: Box, used: Used) -> None:
        self.pdf, self.boxes, self.visible = pdf, boxes, visible
        self.all_used = used
        self.left = MAX_INSTRUCTIONS

    def walk(self, stream: Any, resources: Any, ctm: Matrix, depth: int = 0) -> bytes:
        """The stream written anew; forms in ``resources`` are replaced by walked copies and
        what is no longer named is taken out of it."""
        if depth > MAX_DEPTH:
            raise Unsure
        out: list[Any] = []
        run = _Run(self, resources, Graphics(ctm=ctm), out, depth)
        for instruction in pikepdf.parse_content_stream(stream):
            self.left -= 1
            if self.left < 0:
                raise Unsure
            run.take(instruction)
        run.flush()
        prune(resources, run.used.names)
        return bytes(pikepdf.unparse_content_stream(out))


class _Run:
    """The state while one stream is read."""

    def __init__(
        self, walker: Walker, resources: Any, start: Graphics, out: list[Any], depth: int
    ) -> None:
        self.walker, self.resources, self.out, self.depth = walker, resources, out, depth
        self.now, self.stack = start, list[Graphics]()
        self.tm = self.line = IDENTITY
        self.paths: list[Subpath] = []
        self.waiting: list[Any] = []
        self.clips = False
        self.used = Used()
        self.fonts: dict[str, Widths] = {}
        self.copies = 0

    def take(self, instruction: Any) -> None:
        if isinstance(instruction, pikepdf.ContentStreamInlineImage):
            if self._meets_box(UNIT.moved(self.now.ctm)):
                raise Unsure
            self.out.append(instruction)
            return
        operator = str(instruction.operator)
        operands = list(instruction.operands)
        if operator in _NAMING:
            operands = [_as_named(one) for one in operands]
            instruction = pikepdf.ContentStreamInstruction(operands, instruction.operator)
        if operator in _MARKS:
            if operator == "BDC" and operands and operands[0] == "/OC":
                raise Unsure
            return
        if operator in _PATH:
            self._path(operator, operands, instruction)
        elif operator in ("W", "W*"):
            self.clips = True
            self.waiting.append(instruction)
        elif operator in _PAINT:
            self._paint(operator, instruction)
        elif operator in _SHOWS:
            self._show(operator, operands)
        else:
            self._state(operator, operands, instruction)

    def flush(self) -> None:
        self.out += self.waiting
        self.waiting = []

    # --- state ---------------------------------------------------------------------------

    def _state(self, operator: str, operands: list[Any], instruction: Any) -> None:
        now = self.now
        if operator == "q":
            self.stack.append(now)
        elif operator == "Q":
            if self.stack:
                self.now = self.stack.pop()
        elif operator == "cm":
            self.now = replace(now, ctm=times(_matrix(operands), now.ctm))
        elif operator == "BT":
            self.tm = self.line = IDENTITY
        elif operator == "Tf":
            self._font(operands)
        elif operator in _NUMBERS:
            value = float(operands[0])
            changed: dict[str, Any] = {_NUMBERS[operator]: value / (100 if operator == "Tz" else 1)}
            self.now = replace(now, **changed)
        elif operator == "Tr":
            self.now = replace(now, mode=int(operands[0]))
        elif operator in ("Td", "TD"):
            if operator == "TD":
                self.now = replace(now, leading=-float(operands[1]))
            self._move(float(operands[0]), float(operands[1]))
        elif operator == "Tm":
            self.tm = self.line = _matrix(operands)
        elif operator == "T*":
            self._move(0.0, -now.leading)
        elif operator == "gs":
            self._extended(operands[0])
        elif operator in ("cs", "CS"):
            self.used.name("/ColorSpace", operands[0])
        elif operator in ("scn", "SCN") and operands and isinstance(operands[-1], pikepdf.Name):
            self.used.name("/Pattern", operands[-1])
            self.now = replace(now, pattern=True)
        elif operator in ("g", "G", "rg", "RG", "k", "K", "sc", "SC", "scn", "SCN"):
            self.now = replace(now, pattern=False)
        elif operator == "sh":
            self.used.name("/Shading", operands[0])
            if self.walker.boxes:
                raise Unsure
        elif operator == "Do":
            self._draw(operands[0])
            return
        self.out.append(instruction)

    def _move(self, x: float, y: float) -> None:
        self.line = times((1.0, 0.0, 0.0, 1.0, x, y), self.line)
        self.tm = self.line

    def _font(self, operands: list[Any]) -> None:
        name = str(operands[0])
        self.used.name("/Font", name)
        font = self._resource("/Font", name)
        if name not in self.fonts:
            self.fonts[name] = widths(font)
        self.now = replace(self.now, font=font, widths=self.fonts[name], size=float(operands[1]))

    def _extended(self, name: Any) -> None:
        self.used.name("/ExtGState", name)
        state = self._resource("/ExtGState", str(name))
        if "/Font" in state or (
            self.walker.boxes and isinstance(state.get("/SMask"), pikepdf.Dictionary)
        ):
            raise Unsure

    def _resource(self, category: str, name: str) -> Any:
        found = self.resources.get(category, {}).get(name)
        if found is None:
            raise Unsure
        return found

    def _meets_box(self, box: Box) -> bool:
        return any(b.meets(box) for b in self.walker.boxes)

    # --- pictures and forms ------------------------------------------------------------------

    def _draw(self, name: Any) -> None:
        thing = self._resource("/XObject", str(name))
        if "/OC" in thing:
            raise Unsure
        kind = str(thing.get("/Subtype", ""))
        if kind == "/Image":
            if self._meets_box(UNIT.moved(self.now.ctm)):
                raise Unsure
            self.used.name("/XObject", name)
        elif kind == "/Form":
            name = self._form(thing, name)
        else:
            return
        self.out.append(pikepdf.ContentStreamInstruction([name], Operator("Do")))

    def _form(self, form: Any, name: Any) -> Any:
        if "/Resources" not in form:
            raise Unsure
        pdf = self.walker.pdf
        matrix = times(_matrix(list(form.get("/Matrix", IDENTITY))), self.now.ctm)
        resources = own_resources(pdf, form.Resources)
        new = pdf.make_stream(self.walker.walk(form, resources, matrix, self.depth + 1))
        new.Type, new.Subtype = pikepdf.Name.XObject, pikepdf.Name.Form
        new.Resources = resources
        for key in ("/BBox", "/Matrix", "/Group"):
            if key in form:
                new[key] = form[key]
        # A name of its own: the same form drawn elsewhere may lie in no box.
        self.copies += 1
        own = pikepdf.Name(f"{name}R{self.copies}")
        self.resources.XObject[own] = new
        self.used.name("/XObject", own)
        return own

    # --- paths -------------------------------------------------------------------------------

    def _path(self, operator: str, operands: list[Any], instruction: Any) -> None:
        self.waiting.append(instruction)
        numbers = [float(o) for o in operands]
        at = [
            point(self.now.ctm, numbers[n], numbers[n + 1]) for n in range(0, len(numbers) - 1, 2)
        ]
        if operator == "re":
            x, y, w, h = numbers
            corners = [(x, y), (x + w, y), (x + w, y + h), (x, y + h)]
            self.paths.append(Subpath([point(self.now.ctm, *c) for c in corners]))
            if not _upright(self.paths[-1].points):
                self.paths[-1].straight = False
        elif operator == "m" or (operator != "h" and not self.paths):
            self.paths.append(Subpath(at))
        elif operator != "h":
            path = self.paths[-1]
            if operator != "l" or not _upright([path.points[-1], at[-1]]):
                path.straight = False
            path.points += at

    def _paint(self, operator: str, instruction: Any) -> None:
        boxes, paths = self.walker.boxes, self.paths
        touched = [p for p in paths if self._touches(p.box)]
        inside = [p for p in paths if any(b.holds(p.box) for b in boxes)]
        if touched and operator != "n":
            if self.now.pattern:
                raise Unsure
            if len(inside) == len(paths) and not self.clips:
                self.waiting = []
                operator = ""
            elif inside or not all(p.straight for p in touched):
                raise Unsure
        if touched and self.clips and not all(p.straight for p in touched):
            raise Unsure
        self.flush()
        if operator:
            self.out.append(instruction)
        self.paths, self.clips = [], False

    def _touches(self, box: Box) -> bool:
        """A thin line has no area; it still touches what it crosses."""
        fat = Box(box.x0 - 0.1, box.y0 - 0.1, box.x1 + 0.1, box.y1 + 0.1)
        return self._meets_box(fat)

    # --- text --------------------------------------------------------------------------------

    def _show(self, operator: str, operands: list[Any]) -> None:
        if operator == '"':
            self.now = replace(self.now, word=float(operands[0]), spacing=float(operands[1]))
            for value, name in ((operands[0], "Tw"), (operands[1], "Tc")):
                self.out.append(pikepdf.ContentStreamInstruction([value], Operator(name)))
        if operator in ("'", '"'):
            self._move(0.0, -self.now.leading)
            self.out.append(pikepdf.ContentStreamInstruction([], Operator("T*")))
        if self.now.widths is None or self.now.mode >= 4:
            raise Unsure
        parts = list(operands[0]) if operator == "TJ" else [operands[-1]]
        new: list[Any] = []
        for part in parts:
            if isinstance(part, pikepdf.String):
                self._string(bytes(part), new)
            else:
                self.tm = self._along(-float(part) / 1000 * self.now.size * self.now.scale)
                _add_number(new, float(part))
        self.out.append(pikepdf.ContentStreamInstruction([pikepdf.Array(new)], Operator("TJ")))

    def _along(self, distance: float) -> Matrix:
        return times((1.0, 0.0, 0.0, 1.0, distance, 0.0), self.tm)

    def _string(self, text: bytes, new: list[Any]) -> None:
        now, widths_ = self.now, self.now.widths
        assert widths_ is not None
        codes = self.walker.all_used.codes.setdefault(now.font.objgen, set())
        kept = bytearray()
        for piece, code in widths_.codes(text):
            width = widths_.of(code) / 1000 * now.size
            space = now.spacing + (now.word if piece == b" " else 0.0)
            if self._goes(width):
                if kept:
                    new.append(pikepdf.String(bytes(kept)))
                    kept.clear()
                if now.size:
                    _add_number(new, -(width + space) / now.size * 1000)
            else:
                kept += piece
                codes.add(code)
            self.tm = self._along((width + space) * now.scale)
        if kept:
            new.append(pikepdf.String(bytes(kept)))

    def _goes(self, width: float) -> bool:
        """Whether the glyph at the pen lies in a box, or where nobody can see it."""
        now = self.now
        low, high = now.rise + DESCENT * now.size, now.rise + ASCENT * now.size
        glyph = Box(
            min(0.0, width * now.scale),
            min(low, high),
            max(0.0, width * now.scale, 0.01),
            max(low, high),
        ).moved(times(self.tm, now.ctm))
        return not self.walker.visible.meets(glyph) or any(
            b.covers(glyph) >= COVERED for b in self.walker.boxes
        )


_SHOWS = frozenset(("Tj", "TJ", "'", '"'))
_NUMBERS = {"Tc": "spacing", "Tw": "word", "Tz": "scale", "TL": "leading", "Ts": "rise"}


def _as_named(operand: Any) -> Any:
    return pikepdf.Name(asked_for(operand)) if isinstance(operand, pikepdf.Name) else operand


def _matrix(operands: list[Any]) -> Matrix:
    a, b, c, d, e, f = (float(o) for o in operands)
    return a, b, c, d, e, f


def _upright(points: list[tuple[float, float]]) -> bool:
    """Whether every step goes straight across or straight along."""
    steps = itertools.pairwise(points)
    return all(abs(x0 - x1) < 0.05 or abs(y0 - y1) < 0.05 for (x0, y0), (x1, y1) in steps)


def _add_number(new: list[Any], number: float) -> None:
    if new and isinstance(new[-1], float):
        number += new.pop()
    new.append(round(number, 3))
