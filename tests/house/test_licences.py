"""Every dependency is listed with its licence, and every licence goes with Apache-2.0."""

from __future__ import annotations

import importlib.util
import re

import pytest

from tests.house.source import ROOT

_spec = importlib.util.spec_from_file_location("licences", ROOT / "docs/licences.py")
assert _spec is not None
assert _spec.loader is not None
licences = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(licences)

PACKAGES = licences.locked("requirements-dev.lock")


def test_the_page_of_licences_is_current() -> None:
    assert licences.PAGE.read_text("utf-8") == licences.page(), "run: make licences"


def test_the_development_lock_holds_the_runtime_lock() -> None:
    for package, version in licences.locked("requirements.lock").items():
        assert PACKAGES.get(package) == version, package


@pytest.mark.parametrize("package", PACKAGES)
def test_the_licence_is_known_and_neither_agpl_nor_gpl(package: str) -> None:
    licence = licences.licence(package)
    assert licence != "?"
    # LGPL libraries may be used unchanged; GPL and AGPL would bind the whole work.
    assert not re.search(r"(?<!L)(A?GPL|Affero|GNU General)", licence), licence


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_a_lock_pins_every_package_with_hashes_and_names_no_index(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    blocks = re.split(r"\n(?=[a-z0-9])", text)
    assert all("==" in b and "--hash=sha256:" in b for b in blocks if re.match(r"[a-z0-9]", b))
    assert "://" not in text
    assert "index-url" not in text
