"""docs/rules.md, written from the rules and their examples."""

from __future__ import annotations

from gongkai.annual_report.check.examples import EXAMPLES
from gongkai.annual_report.check.plain import LEVELS
from gongkai.annual_report.check.registry import RULES
from gongkai.annual_report.check.run import check

_HEAD = """# 年报检查规则

本页由 `gongkai report rules --markdown` 生成，请不要手工修改。

检查一份年报：`gongkai report check 文件`。改一条规则的级别：`--level C25=off`（off、error、warn、
info；写 C24 表示 C24a、C24b……全部）。有“错误”级别的发现时，退出码是 1。

| 编号 | 级别 | 规则 |
|---|---|---|
"""


def page() -> str:
    """The page: a table of all rules, then one section a rule with an example that trips it."""
    rules = [RULES[i] for i in sorted(RULES)]
    out = [_HEAD]
    out += [f"| [{r.id}](#{r.id.lower()}) | {LEVELS[r.level]} | {r.title} |\n" for r in rules]
    for rule in rules:
        example = EXAMPLES[rule.id]()
        found = [f for f in check(example.report, **example.options) if f.rule == rule.id]
        out.append(
            f"\n## {rule.id}\n\n**{rule.title}**（{LEVELS[rule.level]}）\n\n{rule.about}\n\n"
            f"- 依据：{rule.source}\n"
        )
        if rule.needs:
            out.append(f"- 需要：{rule.needs}\n")
        out.append(f"- 例子：{example.shown}\n- 检查结果：{found[0].message}\n")
        out.append(f"- 怎么改：{rule.advice}\n")
    return "".join(out)
