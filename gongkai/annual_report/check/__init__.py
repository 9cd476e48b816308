"""勾稽与规范性检查: rules C01–C28, each a pure function; all findings are returned.

Doors: check (one report → findings), RULES (every rule with its words), Finding, narrative
(numbers in the text). Command: gongkai report check | rules. May import: law, the model,
characters.
"""

from gongkai.annual_report.check.finding import Finding, Level
from gongkai.annual_report.check.registry import RULES, Rule
from gongkai.annual_report.check.run import check

__all__ = ["RULES", "Finding", "Level", "Rule", "check"]
