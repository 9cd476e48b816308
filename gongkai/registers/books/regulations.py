"""规章: kept by the governments that may make them."""

from __future__ import annotations

from typing import Any

from gongkai.bodies.ledger.book import Book, register_book
from gongkai.registers.books.office import GROUP
from gongkai.registers.models import Regulation


def in_order(values: dict[str, Any]) -> dict[str, str]:
    """Nothing happens to a regulation before it is made; what repeals it is named."""
    made, wrong = values.get("happened_on"), {}
    for name, word in (("effective_on", "施行"), ("disclosed_on", "公开"), ("repealed_on", "废止")):
        if made and values.get(name) and values[name] < made:
            wrong[name] = f"{word}日期早于公布日期，请核对两个日期。"
    ended, by = values.get("repealed_on"), values.get("repealed_by")
    if ended and not by:
        wrong["repealed_by"] = "已经废止的，请写明由哪个令、哪份文件废止。"
    if by and not ended:
        wrong["repealed_on"] = "写了废止依据的，请填写废止日期；没有废止的，两项都请留空。"
    return wrong


REGULATIONS = register_book(
    Book(
        slug="regulations",
        model=Regulation,
        title="规章",
        group=GROUP,
        rank=12,
        help=(
            "省级、市级人民政府制定的地方政府规章，一件一条；其他机关没有规章制定权，不用登记。"
            "年报表二的规章件数由此计算，请把现行有效的和本年废止的全部登记。"
            "修改后继续有效的仍是一条，在备注里写明；还没有公开的，公开日期请留空。"
        ),
        fields=(
            *("number", "title", "effective_on", "disclosed_on"),
            *("repealed_on", "repealed_by"),
        ),
        columns=("happened_on", "number", "title", "effective_on", "disclosed_on", "repealed_on"),
        search=("number", "title", "repealed_by"),
        key=("number",),
        ahead=("effective_on", "repealed_on"),
        check=in_order,
    )
)
