"""网站自查: the looks at the website, and the problems found until they are rectified."""

from __future__ import annotations

from gongkai.bodies.ledger.book import Book, register_book
from gongkai.registers.books.media import GROUP
from gongkai.registers.books.office import done_after_begun
from gongkai.registers.models import SiteCheck, SiteFinding

CHECKS = register_book(
    Book(
        slug="site-checks",
        model=SiteCheck,
        title="网站自查记录",
        group=GROUP,
        rank=3,
        unit="次",
        help="每日监测和每周全面自查由系统登记；上级检查的结果由经办人登记。",
        fields=("kind", "checked_by", "found", "settled", "remaining", "result"),
        columns=("happened_on", "kind", "found", "settled", "remaining", "result"),
        filters=("kind",),
        search=("checked_by", "result"),
        category="kind",
    )
)
FINDINGS = register_book(
    Book(
        slug="site-findings",
        model=SiteFinding,
        title="自查发现的问题",
        group=GROUP,
        rank=4,
        unit="个",
        help="整改以后填写完成日期和情况；系统下次自查没有再发现的，自动填为已整改。"
        "不是问题的请划销并写明理由，同一处不再提示。",
        fields=(
            *("kind", "veto", "place", "address", "problem"),
            *("due_on", "settled_on", "measure"),
        ),
        columns=("happened_on", "kind", "place", "problem", "section", "due_on", "settled_on"),
        filters=("kind",),
        search=("place", "problem", "measure"),
        category="kind",
        due="due_on",
        done="settled_on",
        check=done_after_begun,
    )
)
