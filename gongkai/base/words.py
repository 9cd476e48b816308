"""Our translations of what the libraries leave in English, compiled from the .po files.

``python -m gongkai.base.words`` writes the .mo files beside the .po files, and the script that
adds our words to the catalogue of Wagtail's JavaScript (its own view looks into Wagtail only).
A test holds them in step. Only the parts of the gettext format that these files use are known.
"""

from __future__ import annotations

import json
import re
import struct
from pathlib import Path

FOLDER = Path(__file__).parent / "locale" / "zh_Hans" / "LC_MESSAGES"
SCRIPT = Path(__file__).parent / "static" / "base" / "office-words.js"
_LINE = re.compile(r'(msgctxt|msgid_plural|msgid|msgstr(?:\[0\])?) (".*")')
_HEAD = "Content-Type: text/plain; charset=UTF-8\nPlural-Forms: nplurals=1; plural=0;\n"


def entries(po: str) -> dict[str, tuple[str, str]]:
    """msgid → (msgid_plural or "", translation) of a .po file's text."""
    found: dict[str, tuple[str, str]] = {}
    fields: dict[str, str] = {}
    current = ""
    for line in [*po.splitlines(), 'msgid ""']:
        match = _LINE.fullmatch(line)
        if match:
            current = match[1].removesuffix("[0]")
            if current == "msgid" and fields.get("msgid"):
                found[fields["msgid"]] = (fields.get("msgid_plural", ""), fields.get("msgstr", ""))
            if current == "msgid":
                fields = {}
            fields[current] = json.loads(match[2])
        elif line.startswith('"'):
            fields[current] += json.loads(line)
    return found


def compiled(po: str) -> bytes:
    """The .mo file of a .po file's text (GNU gettext manual, "The Format of GNU MO Files")."""
    pairs = {"": _HEAD}
    for msgid, (plural, text) in entries(po).items():
        pairs[f"{msgid}\0{plural}" if plural else msgid] = text
    keys = sorted(k.encode() for k in pairs)
    values = [pairs[k.decode()].encode() for k in keys]
    count = len(keys)
    at = 28 + 16 * count
    tables = []
    for strings in (keys, values):
        for string in strings:
            tables.append(struct.pack("<II", len(string), at))
            at += len(string) + 1
    header = struct.pack("<7I", 0x950412DE, 0, count, 28, 28 + 8 * count, 0, 28)
    return header + b"".join(tables) + b"".join(s + b"\0" for s in [*keys, *values])


def script(po: str) -> str:
    """The JavaScript that adds our words to Django's catalogue in the browser."""
    words = {i: [text] if plural else text for i, (plural, text) in entries(po).items()}
    return (
        "/* Made from djangojs.po by python -m gongkai.base.words */\n"
        f"Object.assign(django.catalog, {json.dumps(words, ensure_ascii=False, indent=1)});\n"
    )


def main() -> None:
    for name in ("click", "django", "djangojs"):
        po = (FOLDER / f"{name}.po").read_text("utf-8")
        (FOLDER / f"{name}.mo").write_bytes(compiled(po))
    SCRIPT.write_text(script((FOLDER / "djangojs.po").read_text("utf-8")), "utf-8")


if __name__ == "__main__":
    main()
