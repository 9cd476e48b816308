"""The resources of a page or form: which are named, copies to change, the rest taken out."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pikepdf

from gongkai.documents.redact.fontwidths import Unsure

#: What a picture is drawn from; anything else in its dictionary (names, metadata) is dropped.
_IMAGE_KEYS = frozenset(
    [
        "/Type",
        "/Subtype",
        "/Width",
        "/Height",
        "/ColorSpace",
        "/BitsPerComponent",
        "/Intent",
        "/ImageMask",
        "/Mask",
        "/Decode",
        "/DecodeParms",
        "/Filter",
        "/Interpolate",
        "/SMask",
        "/SMaskInData",
        "/Length",
    ]
)


@dataclass(slots=True)
class Used:
    """What a stream names: resources by category, and the codes shown of each font."""

    names: dict[str, set[str]] = field(default_factory=dict)
    codes: dict[tuple[int, int], set[int]] = field(default_factory=dict)

    def name(self, category: str, name: Any) -> None:
        self.names.setdefault(category, set()).add(str(name))


def asked_for(name: Any) -> str:
    """A name as text; one that is not in UTF-8 (older Chinese programs write GBK) is spelt out,
    because nothing can be asked for by it."""
    raw = name.encode("utf-8", "surrogateescape") if isinstance(name, str) else bytes(name)
    try:
        return str(raw, "utf-8")
    except UnicodeDecodeError:
        return f"/InHex{raw[1:].hex()}"


def own_resources(pdf: pikepdf.Pdf, resources: Any) -> Any:
    """A copy of a resource dictionary that can be changed without changing another page's.

    Unsure when two things come to have the same name.
    """
    copy = pikepdf.Dictionary()
    for category, value in resources.items():
        if isinstance(value, pikepdf.Dictionary) and category != "/Properties":
            named = {asked_for(key): thing for key, thing in value.items()}
            if len(named) < len(value):
                raise Unsure
            copy[category] = pikepdf.Dictionary(named)
    for name in list(copy.get("/Font", {}).keys()):
        if not copy.Font[name].is_indirect:
            copy.Font[name] = pdf.make_indirect(copy.Font[name])
    return copy


def prune(resources: Any, names: dict[str, set[str]]) -> None:
    """Take out what the stream does not name: it may belong to what was removed elsewhere."""
    for category in ("/XObject", "/Font", "/Pattern", "/Shading", "/ExtGState"):
        kept = names.get(category, set())
        for name in list(resources.get(category, {}).keys()):
            if name not in kept:
                del resources[category][name]
    for thing in resources.get("/XObject", {}).values():
        if thing.get("/Subtype") == "/Image":
            for key in list(thing.keys()):
                if key not in _IMAGE_KEYS:
                    del thing[key]
