"""What a template may say: the variables with their meaning, and what each letter must hold."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from gongkai.law.letters import document_number
from gongkai.law.shipped import shipped
from gongkai.law.taxonomy import letters


@dataclass(frozen=True, slots=True)
class Variable:
    """One variable of the templates.

    ``source``: where the system takes it from, empty when a person writes it; ``key``: the
    English key of ``Letter.values`` that holds it too, because the clock reads it there;
    ``optional``: a letter may be without it; ``phrase``: it stands within a sentence;
    ``fields``: columns of a list.
    """

    name: str
    label: str
    sample: Any
    source: str = ""
    key: str = ""
    help: str = ""
    number: bool = False
    date: bool = False
    optional: bool = False
    phrase: bool = False
    fields: tuple[str, ...] = ()


@cache
def _data() -> dict[str, Any]:
    return shipped("gongkai.applications.letters", "variables.yaml")


@cache
def variables() -> dict[str, Variable]:
    """Every variable by name, in the order in which the editor lists them."""
    found = {}
    for entry in _data()["variables"]:
        raw = dict(entry)
        fields = tuple(raw.pop("fields", ()))
        found[raw["name"]] = Variable(source=raw.pop("from", ""), fields=fields, **raw)
    return found


def asks(code: str) -> tuple[Variable, ...]:
    """The variables of this letter that a person writes: the fields of the form of a decision
    (kept in ``RequestItem.particulars``) or of a draft (kept in ``Letter.values``)."""
    return tuple(variables()[name] for name in _data()["letters"][code]["asks"])


def musts(code: str) -> dict[str, tuple[str, ...]]:
    """What the letter must say (law.taxonomy.letters) → by which variables or “words”.

    "甲|乙" is either of the two. The elements that every letter shares are among them.
    """
    kind = letters()[code]
    found = {k: tuple(v) for k, v in _data()["letters"][code]["must"].items()}
    if kind.suffix:
        found["文号"] = ("文号",)
    if kind.suffix and kind.to == "申请人":
        found |= {"收件人": ("收件人",), "联系方式": ("联系方式",)}
    if kind.suffix:
        found["署名和日期"] = ("机关", "落款日期")
    if kind.remedies:
        found["救济途径"] = ("救济",)
    return found


def sample_values(code: str) -> dict[str, Any]:
    """Values of a made-up case, for previews; days as days."""
    found: dict[str, Any] = {v.name: v.sample for v in variables().values()}
    kind = letters()[code]
    number = ""
    if kind.suffix:
        number = document_number(code, code="示卫健", serial=5, on=found["落款日期"])
    you = found["您"] if kind.to == "申请人" else "你方"
    return found | {"依据": kind.basis, "文号": number, "您": you}
