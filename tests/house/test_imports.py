"""Who may import whom: downwards only (the house rule; an exception needs an ADR)."""

from __future__ import annotations

import sys

import pytest

from tests.house.source import imports, modules, rooms, tree

_LOWEST = {"law"}
_SIDE = {"applications", "publishing", "engagement", "registers"}
_BODIES = {"base", "bodies", "documents"} | _LOWEST
_REPORTING = _SIDE | _BODIES | {"annual_report"}
#: room → the rooms it may import (itself always).
MAY = {
    "law": set(),
    "documents": _LOWEST,
    "annual_report": {"documents"} | _LOWEST,
    "corpus": {"annual_report"} | _LOWEST,
    "base": {"documents"} | _LOWEST,
    "bodies": {"base", "documents"} | _LOWEST,
    **dict.fromkeys(_SIDE, _BODIES),
    "reporting": _REPORTING,
    "oversight": {"reporting"} | _REPORTING,
    "demo": {"oversight", "reporting", "corpus"} | _REPORTING,
    "settings": set(),
}
#: Third parties that a room without Django may use; ``cli`` modules may use click and rich too.
LAW_LIBRARIES = {"yaml", "holidays"}
NO_FRAMEWORK = {"law", "documents", "annual_report", "corpus"}
FRAMEWORK = {"django", "wagtail", "modelcluster", "taggit", "granian", "psycopg"}


def room_of(name: str) -> str:
    return name.split(".")[1] if name.startswith("gongkai.") else ""


def test_every_room_is_known_to_the_import_rule() -> None:
    assert set(rooms()) <= set(MAY)


@pytest.mark.parametrize("room", rooms())
def test_a_room_imports_downwards_only(room: str) -> None:
    allowed = MAY[room] | {room}
    wrong = [
        f"{module} imports {name}"
        for module, path in modules().items()
        if room_of(module) == room
        for name in imports(path)
        if room_of(name) in set(MAY) - allowed
    ]
    assert not wrong


def test_law_needs_only_the_standard_library_yaml_and_holidays() -> None:
    wrong = []
    for module, path in modules().items():
        if room_of(module) != "law":
            continue
        extra = {"click", "rich"} if "cli" in module.split(".")[2:3] else set()
        for name in imports(path):
            top = name.split(".")[0]
            if top not in sys.stdlib_module_names | LAW_LIBRARIES | extra | {"gongkai"}:
                wrong.append(f"{module} imports {name}")
    assert not wrong


def test_the_engines_know_no_web_framework() -> None:
    wrong = [
        f"{module} imports {name}"
        for module, path in modules().items()
        if room_of(module) in NO_FRAMEWORK
        for name in imports(path)
        if name.split(".")[0] in FRAMEWORK
    ]
    assert not wrong


def test_no_module_imports_in_a_circle() -> None:
    known = modules()
    graph = {}
    for module, path in known.items():
        found = {n for n in imports(path, at_import_time=True) if n in known and n != module}
        # `from package import module` needs the module; its own package is being imported anyway.
        graph[module] = {
            n
            for n in found
            if not module.startswith(f"{n}.") and not any(m.startswith(f"{n}.") for m in found)
        }
    # Leaves fall off until only circles are left.
    while leaves := {m for m, targets in graph.items() if not targets & graph.keys()}:
        graph = {m: t - leaves for m, t in graph.items() if m not in leaves}
    # What only leads into a circle is not in it.
    while tops := graph.keys() - set().union(*graph.values(), set()):
        graph = {m: t for m, t in graph.items() if m not in tops}
    assert not graph, f"a circle among {sorted(graph)}"


@pytest.mark.parametrize("room", rooms())
def test_a_room_says_what_it_is_for_its_doors_and_what_it_may_import(room: str) -> None:
    import ast

    said = ast.get_docstring(tree(modules()[f"gongkai.{room}"])) or ""
    if room == "settings":
        assert said
        return
    assert "Doors:" in said
    assert "May import:" in said
