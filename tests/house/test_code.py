"""House rules that can be read off the code."""

from __future__ import annotations

import ast
import re

import pytest

from tests.house.source import PACKAGE, ROOT, modules, tracked, tree

#: Modules that may be longer than a module should be, each with its reason.
LONG: dict[str, str] = {}
LIMIT = 400


def test_no_module_outgrows_its_limit() -> None:
    long = {
        str(path.relative_to(ROOT))
        for path in tracked()
        if path.suffix == ".py" and len(path.read_text("utf-8").splitlines()) > LIMIT
    }
    assert long <= LONG.keys(), "make it a folder, or say in LONG why not"
    assert all(LONG.values())


#: Texts that this workplace must not leave behind: folders of a machine, addresses of registries.
MACHINE = re.compile(
    r"(?<![\w.])/(?:work|root|home/\w+|Users/\w+)/|"
    r"https?://[\w.-]*(?:pypi|artifactory|nexus|mirrors?\.|simple/)[\w./-]*|--index-url|find-links",
    re.IGNORECASE,
)


def test_no_file_names_a_machine_or_a_registry() -> None:
    found = []
    for path in tracked():
        if path.suffix in {".png", ".ico", ".mo", ".pdf", ".docx", ".xlsx", ".woff2", ".jpg"}:
            continue
        if path == ROOT / "tests/house/test_code.py" or "static" in path.parts:
            continue
        for number, line in enumerate(path.read_text("utf-8", "replace").splitlines(), 1):
            if MACHINE.search(line):
                found.append(f"{path.relative_to(ROOT)}:{number}: {line.strip()[:80]}")
    assert not found


def functions_that_test(path: ast.Module) -> list[ast.FunctionDef]:
    return [
        node
        for node in ast.walk(path)
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    ]


def says_something(test: ast.FunctionDef, helpers: set[str]) -> bool:
    for node in ast.walk(test):
        if isinstance(node, ast.Assert):
            return True
        if isinstance(node, ast.Call):
            name = ast.unparse(node.func)
            last = name.split(".")[-1]
            if last in {"raises", "fail", "expect"} or last.startswith(("assert", "expect")):
                return True
            if last in helpers:
                return True
    return False


def test_every_test_asserts_something_and_none_is_skipped() -> None:
    silent, skipped = [], []
    asserting: set[str] = set()
    files = [p for p in tracked() if p.name.startswith("test_") and p.suffix == ".py"]
    helpers = [p for p in tracked() if p.suffix == ".py" and "tests" in p.parts]
    for path in helpers:  # helpers that assert for the tests which call them
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.FunctionDef) and any(
                isinstance(n, ast.Assert) for n in ast.walk(node)
            ):
                asserting.add(node.name)
    for path in files:
        for test in functions_that_test(tree(path)):
            where = f"{path.relative_to(ROOT)}::{test.name}"
            if not says_something(test, asserting):
                silent.append(where)
            if any(
                "skip" in ast.unparse(d) or "xfail" in ast.unparse(d) for d in test.decorator_list
            ):
                skipped.append(where)
    assert files
    assert not silent
    assert not skipped


#: Data files of the rules may say an article; so may words that quote the law to a person.
ARTICLE = re.compile(r"第[一二三四五六七八九十百零〇\d]+条")


@pytest.mark.parametrize("what", ["days", "articles"])
def test_the_law_is_in_the_law_room_only(what: str) -> None:
    """A number of days or an article in the code of another room belongs into its data.

    Docstrings and comments name articles to explain; the code takes them from ``gongkai.law``.
    """
    found = []
    for module, path in modules().items():
        if module.split(".")[1:2] in (["law"], ["settings"], ["demo"]):
            continue
        texts = {
            id(node.body[0].value)
            for node in ast.walk(tree(path))
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
            and node.body
            and isinstance(node.body[0], ast.Expr)
        }
        for node in ast.walk(tree(path)):
            if what == "days" and isinstance(node, ast.Call):
                if ast.unparse(node.func).endswith(("timedelta", "add_working_days", "workdays")):
                    days = [k.value for k in node.keywords if k.arg == "days"] + node.args[:1]
                    if any(isinstance(d, ast.Constant) and d.value not in (0, 1) for d in days):
                        found.append(f"{module}:{node.lineno} {ast.unparse(node)}")
            elif (
                what == "articles"
                and isinstance(node, ast.Constant)
                and isinstance(node.value, str)
                and id(node) not in texts
                and ARTICLE.search(node.value)
            ):
                found.append(f"{module}:{node.lineno} {node.value[:60]}")
    assert not found


def test_nothing_is_left_to_do() -> None:
    marks = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
    left = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in tracked()
        if path.suffix in {".py", ".html", ".css", ".js", ".md", ".yaml"}
        and path != ROOT / "tests/house/test_code.py"
        and "vendor" not in path.parts
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if marks.search(line)
    ]
    assert not left


def test_templates_are_in_chinese_and_call_nothing_outside() -> None:
    outside = [
        str(path.relative_to(ROOT))
        for path in PACKAGE.rglob("*.html")
        if re.search(r"""(?:src|action)=["'](?:https?:)?//""", path.read_text("utf-8"))
    ]
    assert not outside


def test_every_benchmark_says_on_which_machine() -> None:
    readme = (ROOT / "benchmarks/README.md").read_text("utf-8")
    for path in sorted((ROOT / "benchmarks").glob("bench_*.py")):
        assert path.name in readme, f"{path.name} is not in benchmarks/README.md"
    assert re.search(r"cores?", readme)
    assert re.search(r"CPython 3\.\d+", readme)
