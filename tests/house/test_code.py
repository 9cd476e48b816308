"""House rules that can be read off the code."""

from __future__ import annotations

import ast
import re

from tests.house.source import PACKAGE, ROOT, modules, tracked, tree

LIMIT = 400


def test_no_module_outgrows_its_limit() -> None:
    long = {
        str(path.relative_to(ROOT))
        for path in tracked()
        if path.suffix == ".py"
        and path.parent.name != "migrations"
        and len(path.read_text("utf-8").splitlines()) > LIMIT
    }
    assert not long, "make it a folder"


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


#: Calls that fail by themselves where something is wrong.
ASSERTING = {"raises", "fail", "check_schema", "validate"}


def called(call: ast.Call) -> str:
    """The last name of what is called."""
    return getattr(call.func, "attr", "") or getattr(call.func, "id", "")


def says_something(test: ast.FunctionDef, helpers: set[str]) -> bool:
    for node in ast.walk(test):
        if isinstance(node, ast.Assert):
            return True
        if isinstance(node, ast.Call):
            last = called(node)
            if last in ASSERTING | helpers or last.startswith(("assert", "expect")):
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


ARTICLE = re.compile(r"第[一二三四五六七八九十百零〇\d]+条")
COUNTING = ("timedelta", "add_working_days", "add_workdays")


def other_rooms() -> list[tuple[str, ast.Module]]:
    exempt = {"law", "settings", "demo"}
    return [
        (module, tree(path))
        for module, path in modules().items()
        if not exempt & set(module.split(".")[1:2])
    ]


def test_numbers_of_days_are_in_the_law_room_only() -> None:
    found = []
    for module, code in other_rooms():
        for node in ast.walk(code):
            if isinstance(node, ast.Call) and called(node).endswith(COUNTING):
                days = [k.value for k in node.keywords if k.arg == "days"] + node.args[:2]
                if any(isinstance(d, ast.Constant) and d.value not in (0, 1) for d in days):
                    found.append(f"{module}:{node.lineno} {ast.unparse(node)}")
    assert not found


def test_articles_are_in_the_law_room_only() -> None:
    """Code that acts on an article takes it from ``gongkai.law``, so that a new law is new data.

    Not meant: docstrings; the reader, for which "第二十条第（一）项" is a table head; and the
    ``source`` of a check, which cites why the rule exists.
    """
    found = []
    for module, code in other_rooms():
        if module.startswith("gongkai.annual_report.read"):
            continue
        fine: set[int] = set()
        for node in ast.walk(code):
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
                first = node.body[0] if node.body else None
                if isinstance(first, ast.Expr):
                    fine.add(id(first.value))
            cites = isinstance(node, ast.keyword) and node.arg == "source"
            named = isinstance(node, ast.Assign) and ast.unparse(node.targets[0]).isupper()
            if cites or (named and module.startswith("gongkai.annual_report.check")):
                fine |= {id(n) for n in ast.walk(node)}
        found += [
            f"{module}:{node.lineno} {node.value[:60]}"
            for node in ast.walk(code)
            if isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and id(node) not in fine
            and ARTICLE.search(node.value)
        ]
    assert not found


def test_a_room_dresses_no_cards_of_another_room() -> None:
    """Every page of the office has the desk.css of all rooms: a heading of a column is no name."""
    rules = [
        (sheet, rule.strip())
        for sheet in PACKAGE.glob("*/static/*/desk.css")
        for rules in re.findall(r"([^{}]+)\{", sheet.read_text("utf-8"))
        for rule in rules.split(",")
    ]
    assert rules
    own = re.compile(r"\.g[a-jl-z]-|#")
    leaking = [
        f"{sheet.name} of {sheet.parent.name}: {rule}"
        for sheet, rule in rules
        if "[data-head" in rule and not own.search(rule)
    ]
    assert not leaking


def test_a_day_is_asked_for_by_the_one_control_that_shows_what_is_stored() -> None:
    """A date control of the browser shows a day written in another way as empty."""
    found = [
        str(path.relative_to(ROOT))
        for path in modules().values()
        if re.search(r"forms\.Date(Time)?Input\b", path.read_text("utf-8"))
    ]
    assert found == ["gongkai/base/inputs.py"]


def test_a_lock_leaves_the_key_to_the_rows_that_name_it() -> None:
    """Else who writes such a row and holds the end of the trail, and the deed that holds the lock
    and waits for the trail, stop each other for ever (PostgreSQL). A deed that writes a key itself
    holds the end of the trail first."""
    locks = [
        (name, call)
        for name, path in modules().items()
        for call in ast.walk(tree(path))
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and call.func.attr == "select_for_update"
    ]
    assert len(locks) > 50
    leaves = "no_key=True"
    whole = {n for n, c in locks if leaves not in map(ast.unparse, c.keywords)}
    assert not whole, f"select_for_update(..., {leaves})"


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


def test_a_list_of_the_office_says_on_a_phone_what_its_cells_are() -> None:
    lists = 0
    for path in sorted(PACKAGE.glob("*/templates/**/desk/**/*.html")):
        for table in re.findall(
            r'<table class="gk-table.*?</table>', path.read_text("utf-8"), re.DOTALL
        ):
            head, _, rows = table.partition("</thead>")
            # Tables of numbers keep their shape and are moved sideways; forms have their own.
            if head.count('<th scope="col"') < 4 or "{% for" in head or "gk-table-form" in head:
                continue
            cells = re.findall(r"<td[^>]*", rows)
            assert "gk-cards" in head and cells, path.name
            assert all("data-head=" in cell for cell in cells), path.name
            lists += 1
    assert lists > 30


def test_every_table_of_a_page_says_what_it_lists() -> None:
    """A caption, or the frame in which it is moved sideways has a name; for who hears the page."""
    named = re.compile(r'aria-label="[^"]+"[^>]*>\s*<table\b[^>]*>|<table\b[^>]*>\s*<caption')
    tables = 0
    for path in sorted(PACKAGE.glob("*/templates/**/*.html")):
        text = path.read_text("utf-8")
        count = len(re.findall(r"<table\b", text))
        said = {match.group().find("<table") + match.start() for match in named.finditer(text)}
        assert len(said) == count, path.name
        tables += count
    assert tables > 100


def test_every_benchmark_says_on_which_machine() -> None:
    readme = (ROOT / "benchmarks/README.md").read_text("utf-8")
    for path in sorted((ROOT / "benchmarks").glob("*.py")):
        assert path.name in readme, f"{path.name} is not in benchmarks/README.md"
    assert re.search(r"cores?", readme)
    assert re.search(r"CPython 3\.\d+", readme)
