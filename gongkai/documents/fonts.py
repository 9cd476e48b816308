"""Which fonts a PDF is set in: the official faces where a machine has them, else free ones.

Order: the folder in GONGKAI_FONT_DIR, the system's official faces, Fandol, Noto CJK, and at the
end always the fonts of the wheel ``pylopdf-fonts-zh-cn``, so that a machine without any Chinese
font makes a readable PDF and a rare character in a name (喆堃昇犇) is never a blank box.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pylopdf_fonts_zh_cn
import typst

ENVIRONMENT = "GONGKAI_FONT_DIR"


@dataclass(frozen=True, slots=True)
class Face:
    """Family names to try in order, and the weight to ask for."""

    names: tuple[str, ...]
    weight: str = "regular"


@dataclass(frozen=True, slots=True)
class Faces:
    """The faces of an official document (GB/T 9704-2012): 仿宋 body, 小标宋, 黑体, 楷体, 宋体."""

    body: Face
    title: Face
    hei: Face
    kai: Face
    song: Face


_SERIF = ("Noto Serif CJK SC", "Source Han Serif SC", "Noto Serif SC")
_SANS = ("Noto Sans CJK SC", "Source Han Sans SC", "Noto Sans SC")
#: role → the family's true names, then what to look for in the names of a configured folder.
_OFFICIAL: dict[str, tuple[tuple[str, ...], str]] = {
    "body": (
        ("FangSong_GB2312", "仿宋_GB2312", "FangSong", "仿宋", "STFangsong", "FandolFang R"),
        r"fang\s*song|fandolfang|仿宋",
    ),
    "title": (
        ("FZXiaoBiaoSong-B05S", "方正小标宋简体", "FZXiaoBiaoSong-B05", "方正小标宋_GBK"),
        r"biao\s*song|标宋",
    ),
    "hei": (("SimHei", "黑体", "STHeiti", "FandolHei"), r"hei|黑体|sans"),
    "kai": (
        ("KaiTi_GB2312", "楷体_GB2312", "KaiTi", "楷体", "STKaiti", "FandolKai"),
        r"kai|楷体",
    ),
    "song": (("SimSun", "宋体", "NSimSun", "STSong", "FandolSong"), r"sim\s*sun|(?<!仿)宋体|serif"),
}
#: What stands in for a face that is not there: families, and the weight that keeps it apart.
_STAND_IN = {
    "body": (_SERIF, "regular"),
    "title": (_SERIF, "bold"),
    "hei": (_SANS, "bold"),
    "kai": (_SERIF, "bold"),
    "song": (_SERIF, "regular"),
}


@cache
def load() -> tuple[typst.Fonts, Faces]:
    """The fonts of this machine, read once a process, and the faces chosen from them."""
    folder = os.environ.get(ENVIRONMENT)
    paths = [str(Path(pylopdf_fonts_zh_cn.serif_path()).parent)]
    if folder and Path(folder).is_dir():
        paths.insert(0, folder)
    fonts = typst.Fonts(include_system_fonts=True, include_embedded_fonts=False, font_paths=paths)
    return fonts, choose(fonts.fonts(), folder)


def choose(fonts: list[typst.FontInfo], folder: str | None) -> Faces:
    """The faces for these fonts; those that lie in ``folder`` come before all others."""
    families = {f.family for f in fonts}
    root = Path(folder).resolve() if folder else None
    own = [
        f.family for f in fonts if root and f.path and Path(f.path).resolve().is_relative_to(root)
    ]
    # Each face ends with every stand-in that is there: a glyph is sought in all of them.
    last = tuple(name for name in (*_SERIF, *_SANS) if name in families)
    faces = {}
    for role, (official, pattern) in _OFFICIAL.items():
        wanted = [n for n in own if re.search(pattern, n, re.IGNORECASE)]
        found = dict.fromkeys((*wanted, *(n for n in official if n in families)))
        stand_in, weight = _STAND_IN[role]
        names = (*found, *(n for n in stand_in if n in families), *last)
        faces[role] = Face(tuple(dict.fromkeys(names)), "regular" if found else weight)
    return Faces(**faces)
