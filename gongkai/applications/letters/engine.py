"""Filling a template: Jinja in a sandbox, cut down to what a letter needs.

A template may only name known variables, choose (if), go through a known list (for) and use a
few filters: no calls, no assignments, no arithmetic, no loops in loops. So it cannot reach
anything else, and its work is bounded by its length and the lists of the case.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from jinja2 import StrictUndefined, TemplateSyntaxError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from gongkai.applications.letters import marks
from gongkai.applications.letters.articles import article_names
from gongkai.applications.letters.laws import with_full_names
from gongkai.applications.letters.variables import musts, sample_values, variables
from gongkai.base.refusal import Refused
from gongkai.documents.blocks import Document, chinese_date

#: Characters of a template, and of what may come of it.
LONGEST, LONGEST_OUTPUT = 20_000, 200_000
#: A list of a case is cut here; nobody would read more of it in a letter.
LONGEST_LIST = 500
LOOPS = 10
ARTICLES = "条"


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a template, and in which line (from 1)."""

    line: int
    message: str

    def __str__(self) -> str:
        return f"第{self.line}行：{self.message}"


class Broken(Refused):
    """A template that cannot be used; ``problems`` says where and why."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("；".join(str(p) for p in problems[:5]))
        self.problems = problems


class MissingValues(Refused):
    """A letter that lacks what it must say; ``names`` are the variables."""

    def __init__(self, names: list[str]) -> None:
        known = variables()
        said = "、".join(f"“{known[n].label}”" if n in known else f"“{n}”" for n in names)
        super().__init__(f"这份文书还缺少{said}，请补充后再生成。")
        self.names = names


class Missing:
    """A value that the case does not have: false in a condition, noted when it is printed."""

    def __init__(self, name: str, sink: list[str]) -> None:
        self.name, self.sink = name, sink

    def __bool__(self) -> bool:
        return False

    def _note(self) -> None:
        if self.name not in self.sink:
            self.sink.append(self.name)

    def __str__(self) -> str:
        self._note()
        return ""

    def __iter__(self) -> Iterator[Any]:
        self._note()
        return iter(())

    def __len__(self) -> int:
        return 0


def _printed(value: Any) -> str:
    """A value as it is printed in a letter; nothing in it is taken for a mark."""
    return marks.as_value(_words(value))


def _words(value: Any) -> str:
    if isinstance(value, date):
        return chinese_date(value)
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list | tuple):
        return "、".join(_words(v) for v in value)
    return str(value)


def _short_day(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


FILTERS = {"短日期": _short_day, "日期": _words}
_BUILT_IN = ("join", "length", "first", "last")


@lru_cache(maxsize=1)
def _environment() -> ImmutableSandboxedEnvironment:
    env = ImmutableSandboxedEnvironment(
        undefined=StrictUndefined,
        finalize=_printed,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    kept = {name: env.filters[name] for name in _BUILT_IN}
    env.filters.clear()
    env.filters.update(kept | FILTERS)
    env.globals.clear()
    return env


_ALLOWED = (
    nodes.Template,
    nodes.Output,
    nodes.TemplateData,
    nodes.Name,
    nodes.Const,
    nodes.If,
    nodes.CondExpr,
    nodes.For,
    nodes.Filter,
    nodes.Getattr,
    nodes.Compare,
    nodes.Operand,
    nodes.And,
    nodes.Or,
    nodes.Not,
    nodes.Concat,
)


def problems(code: str, text: str) -> list[Problem]:
    """Everything that is wrong with the text as a template of this letter; empty: it is good."""
    found = _problems(code, text)
    if not found:
        # What can be told only from a filled letter: a table, a title.
        try:
            fill(code, text, sample_values(code))
        except Broken as broken:
            found = broken.problems
        except MissingValues:
            pass
    return sorted(found, key=lambda p: p.line)


@lru_cache(maxsize=512)
def _read(code: str, text: str) -> tuple[tuple[Problem, ...], Any]:
    """The defects that are seen without filling it in, and the compiled template."""
    if len(text) > LONGEST:
        return (Problem(1, f"模板过长，最多{LONGEST}个字。"),), None
    env = _environment()
    try:
        tree = env.parse(text)
    except TemplateSyntaxError as error:
        open_ = _not_closed(text)
        return (open_ or Problem(error.lineno, _syntax(error.message or "")),), None
    except RecursionError:
        return (Problem(1, "括号或者条件嵌套过深，请简化。"),), None
    found = [*_lines(text), *_forbidden(tree), *_names(tree), *_musts(code, text, tree)]
    if found:
        return tuple(found), None
    return (), env.from_string(tree)


def _problems(code: str, text: str) -> list[Problem]:
    return list(_read(code, _even(text))[0])


def _even(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def fill(code: str, text: str, values: dict[str, Any]) -> Document:
    """The letter from its template; Broken or MissingValues (both Refused) when it cannot be."""
    found, template = _read(code, _even(text))
    if found:
        raise Broken(list(found))
    sink: list[str] = []
    cited = values.get(ARTICLES) or dict.fromkeys(article_names(), "")
    given: dict[str, Any] = {ARTICLES: cited}
    for name, variable in variables().items():
        value = values.get(name)
        if isinstance(value, list | tuple):
            value = list(value)[:LONGEST_LIST]
        if name != ARTICLES:
            empty = value is None or value == "" or value == []
            blank = "" if variable.optional else Missing(name, sink)
            given[name] = blank if empty else value
    for name in _lacking(code, given):
        str(given[name])
    pieces, length = [], 0
    for piece in template.generate(given):
        length += len(piece)
        if length > LONGEST_OUTPUT:
            raise Broken([Problem(1, "生成的文书过长，请减少循环或者列表的内容。")])
        pieces.append(piece)
    if sink:
        raise MissingValues(sink)
    try:
        title, blocks = marks.parse("".join(pieces))
    except marks.Misplaced as wrong:
        raise Broken([Problem(_source_line(text, wrong.line), str(wrong))]) from None
    return Document(title, tuple(with_full_names(blocks)), values.get("落款日期"))


def _lacking(code: str, given: dict[str, Any]) -> list[str]:
    """What the law wants in the letter and the case does not have, whatever the template does."""
    found = []
    for needs in musts(code).values():
        for need in needs:
            either = [n for n in need.split("|") if not n.startswith("“")]
            if either and all(isinstance(given[n], Missing) for n in either):
                found.append(either[0])
    return found


# --- what is wrong with it ---------------------------------------------------------------------


def _source_line(text: str, line: int) -> int:
    """The line of the template; what a loop has repeated above it cannot be told exactly."""
    return min(line + 1, text.count("\n") + 1)


_TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
_BRACES = re.compile(r"[{}｛｝]+[^{}｛｝\n]*")


def _braces(text: str) -> Iterator[Problem]:
    """Braces that are part of no variable: they would be printed in the letter as they stand."""
    rest = _TAG.sub(lambda tag: "\n" * tag[0].count("\n"), text)
    for number, line in enumerate(rest.split("\n"), 1):
        if found := _BRACES.search(line):
            what = found[0].strip()[:12]
            yield Problem(
                number, f"“{what}”的大括号没有成对：变量前后各用两个半角大括号，如{{{{ 机关 }}}}。"
            )


def _lines(text: str) -> list[Problem]:
    """Marks that do not exist, seen in the template itself, with the right line."""
    found = list(_braces(text))
    columns = 0
    for number, line in enumerate(text.split("\n"), 1):
        bare = re.sub(r"\{\{.*?\}\}", "变量", re.sub(r"\{%.*?%\}|\{#.*?#\}", "", line)).strip()
        if bare.startswith("【表】"):
            columns = len(bare.removeprefix("【表】").split())
        elif bare.startswith("|"):
            cells = bare.strip("|").count("|") + 1
            if not columns:
                found.append(Problem(number, "表格的行前面要有一行“【表】”，写明各栏宽度。"))
            elif cells != columns:
                found.append(
                    Problem(number, f"这一行有{cells}格，表格是{columns}栏；占用左格写“<”。")
                )
        elif bare:
            columns = 0
        if (m := re.match(r"【([^】]*)(】?)", bare)) and (not m[2] or m[1] not in marks.MARKS):
            found.append(
                Problem(number, f"没有“【{m[1][:8]}】”这个标记，可用：{'、'.join(marks.MARKS)}。")
            )
    return found


def _forbidden(tree: nodes.Template) -> Iterator[Problem]:
    loops = list(tree.find_all(nodes.For))
    for node in _walk(tree):
        if not isinstance(node, _ALLOWED):
            yield Problem(node.lineno, "这里用了模板不允许的写法：只能写变量、条件和列表循环。")
        elif isinstance(node, nodes.Filter) and node.name not in (*_BUILT_IN, *FILTERS):
            yield Problem(node.lineno, f"不能使用“{node.name}”，可用：日期、短日期、join、length。")
        elif isinstance(node, nodes.Const) and not isinstance(node.value, str | int | bool):
            yield Problem(node.lineno, "这里只能写文字或者整数。")
    for loop in loops:
        if not isinstance(loop.iter, nodes.Name) or loop.recursive:
            yield Problem(loop.lineno, "循环只能逐项列出一个列表变量。")
        if any(True for _ in _inside(loop, nodes.For)):
            yield Problem(loop.lineno, "循环里面不能再有循环。")
    if len(loops) > LOOPS:
        yield Problem(loops[LOOPS].lineno, f"循环太多，最多{LOOPS}个。")


def _inside(node: nodes.Node, kind: type[nodes.Node]) -> Iterator[nodes.Node]:
    for child in node.iter_child_nodes():
        yield from child.find_all(kind)
        if isinstance(child, kind):
            yield child


def _walk(node: nodes.Node) -> Iterator[nodes.Node]:
    for child in node.iter_child_nodes():
        yield child
        yield from _walk(child)


def _names(tree: nodes.Template) -> list[Problem]:
    return list(_known(tree, {}))


def _known(node: nodes.Node, rows: dict[str, str]) -> Iterator[Problem]:
    """Names that do not exist; ``rows``: the item of a loop around it → the list it is from."""
    names = variables()
    if isinstance(node, nodes.For):
        source = node.iter.name if isinstance(node.iter, nodes.Name) else ""
        if not isinstance(node.target, nodes.Name) or node.target.name in names:
            yield Problem(node.lineno, "循环中每一项的名字不能与变量同名，例如用“项”。")
        else:
            rows = rows | {node.target.name: source, "loop": ""}
        if source in names and not names[source].fields:
            yield Problem(node.lineno, f"“{source}”不是列表，不能循环。")
    elif isinstance(node, nodes.Name):
        if node.ctx == "load" and node.name not in names and node.name not in rows:
            yield Problem(node.lineno, f"没有“{node.name}”这个变量，请从变量表中选用。")
    elif isinstance(node, nodes.Getattr):
        yield from _attribute(node, rows)
    for child in node.iter_child_nodes():
        yield from _known(child, rows)


def _attribute(node: nodes.Getattr, rows: dict[str, str]) -> list[Problem]:
    owner = node.node.name if isinstance(node.node, nodes.Name) else ""
    if owner == ARTICLES:
        fine, choice = node.attr in article_names(), "、".join(article_names())
    elif owner == "loop" and owner in rows:
        fine, choice = node.attr in ("index", "first", "last"), "index、first、last"
    elif owner in rows:
        source = variables().get(rows[owner])
        fields = source.fields if source else ()
        fine, choice = node.attr in fields, "、".join(fields)
    else:
        return [Problem(node.lineno, f"“{owner or '这里'}”后面不能再用“.”取内容。")]
    return [] if fine else [Problem(node.lineno, f"“{owner}.{node.attr}”不存在，可用：{choice}。")]


def _musts(code: str, text: str, tree: nodes.Template) -> Iterator[Problem]:
    used = {n.name for n in tree.find_all(nodes.Name)}
    words = "".join(d.data for d in tree.find_all(nodes.TemplateData))
    last = text.rstrip().count("\n") + 1
    for must, needs in musts(code).items():
        for need in needs:
            either = need.split("|")
            if not any(e[1:-1] in words if e.startswith("“") else e in used for e in either):
                how = "或者".join(e if e.startswith("“") else f"{{{{ {e} }}}}" for e in either)
                yield Problem(last, f"必须写明“{must}”，请在模板中加入{how}。")


_SYNTAX = (
    (r"unknown tag '(\w+)'", "没有“{0}”这个语句，只能用 if、elif、else、endif、for、endfor。"),
    (r"No filter named '(\w+)'", "不能使用“{0}”，可用：日期、短日期、join、length、first、last。"),
    (r"No test named '(\w+)'", "不能使用“{0}”这个判断。"),
    (r"(?i)unexpected end of template|not closed|end of print", "括号或者语句没有结束，请补上。"),
    (r"(?i)missing end of", "说明（注释）没有结束。"),
    (r"unexpected char '(.)'", "这里不能有“{0}”这个字符，请检查是否用了中文标点。"),
    (r"(?i)unexpected", "括号中的写法有误，请检查大括号是否成对、有没有多余的符号。"),
)


def _not_closed(text: str) -> Problem | None:
    """The line whose braces do not match; the parser only notices further down."""
    for number, line in enumerate(text.split("\n"), 1):
        for start, end in (("{{", "}}"), ("{%", "%}"), ("{#", "#}")):
            if line.count(start) != line.count(end):
                return Problem(number, f"“{start}”和“{end}”没有成对，括号没有结束，请补上。")
    return None


def _syntax(message: str) -> str:
    for pattern, said in _SYNTAX:
        if found := re.search(pattern, message):
            return said.format(*found.groups())
    return "语法有误，请检查大括号是否成对、语句是否写完整。"
