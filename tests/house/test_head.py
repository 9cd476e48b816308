"""What is committed stands by itself: no module of HEAD imports what only this checkout has."""

from __future__ import annotations

import ast
import io
import subprocess
import tarfile
from collections.abc import Iterator, Mapping

from tests.house.source import ROOT, tree


def test_what_a_committed_module_imports_is_committed_too() -> None:
    """Each module and each name taken from one is there, else every other checkout is broken."""
    found = committed()
    assert "gongkai.settings.base" in found
    names = {name: bound(module) for name, module in found.items()}
    wrong = [
        f"{name} imports {said}"
        for name, module in found.items()
        for said in missing(module, names)
    ]
    assert not wrong, "HEAD imports what is not in it: commit it too"


def test_the_gate_sees_a_missing_module_and_a_missing_name() -> None:
    names = {"gongkai": set[str](), "gongkai.a": {"there"}}
    seen = "from gongkai import a\nfrom gongkai.a import there, gone\nimport gongkai.b, json\n"
    assert list(missing(ast.parse(seen), names)) == ["gongkai.b", "gongkai.a.gone"]


def committed() -> dict[str, ast.Module]:
    """Dotted name → tree of every module of the package as HEAD has it."""
    packed = subprocess.run(
        ["git", "archive", "--format=tar", "HEAD", "gongkai"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    ).stdout
    found = {}
    with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
        for member in archive:
            if not member.name.endswith(".py") or "/migrations/" in member.name:
                continue
            if file := archive.extractfile(member):
                name = member.name.removesuffix(".py").replace("/", ".").removesuffix(".__init__")
                text, here = file.read(), ROOT / member.name
                same = here.is_file() and here.read_bytes() == text
                found[name] = tree(here) if same else ast.parse(text, member.name)
    return found


def statements(module: ast.Module, *, inside: bool) -> Iterator[ast.stmt]:
    """The statements of a module; ``inside`` functions and classes too."""
    todo: list[ast.AST] = list(module.body)
    while todo:
        node = todo.pop()
        if isinstance(node, ast.stmt):
            yield node
        own = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        if inside or not own:
            for part in ("body", "orelse", "finalbody", "handlers", "cases"):
                todo += getattr(node, part, ())


def bound(module: ast.Module) -> set[str]:
    """Every name that a module may give."""
    names = set()
    for node in statements(module, inside=False):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            names |= {a.asname or a.name.split(".")[0] for a in node.names}
        elif isinstance(node, ast.Assign | ast.AnnAssign | ast.For | ast.With):
            names |= {
                one.id
                for one in ast.walk(node)
                if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)
            }
    return names


def missing(module: ast.Module, names: Mapping[str, set[str]]) -> Iterator[str]:
    """What of the package a module imports and nobody has; ``names``: module → its names."""
    for node in statements(module, inside=True):
        if isinstance(node, ast.Import):
            yield from (
                a.name for a in node.names if a.name.startswith("gongkai.") and a.name not in names
            )
        elif isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "gongkai":
            source = node.module or ""
            has = names.get(source)
            if has is None:
                yield source
                continue
            for alias in node.names:
                whole = f"{source}.{alias.name}"
                if alias.name != "*" and whole not in names and alias.name not in has:
                    yield whole
