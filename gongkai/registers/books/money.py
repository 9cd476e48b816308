"""收费、采购、捐赠、预决算."""

from __future__ import annotations

from typing import Any

from gongkai.bodies.ledger.book import Book, Publication, register_book
from gongkai.bodies.models import Role
from gongkai.registers.books.enforcement import items
from gongkai.registers.models import (
    BudgetFile,
    Donation,
    DonationUse,
    FeeReceipt,
    Procurement,
    ServiceItem,
)

GROUP = "收费、采购和捐赠"


def amount_is_money(values: dict[str, Any]) -> dict[str, str]:
    """Nothing is received, bought or given for less than nothing."""
    amount = values.get("amount")
    if amount is not None and amount < 0:
        return {"amount": "金额不能小于 0。退款请在备注里说明，并划销原来的登记。"}
    return {}


def fee_is_received(values: dict[str, Any]) -> dict[str, str]:
    """A line of the fees is money received: nothing received is no line."""
    if values.get("amount") == 0:
        return {"amount": "金额是 0 元，没有收费的不用登记。减收的请登记实际收到的金额。"}
    return amount_is_money(values)


def goods_are_named(values: dict[str, Any]) -> dict[str, str]:
    wrong = amount_is_money(values)
    if values.get("kind") == Donation.Kind.GOODS and not values.get("goods"):
        wrong["goods"] = "捐赠的是物资，请写明物资的名称和数量。"
    return wrong


def total_is_money(values: dict[str, Any]) -> dict[str, str]:
    return {"total": "总额不能小于 0，请核对。"} if (values.get("total") or 0) < 0 else {}


def donor(donation: Donation) -> str:
    """The donor, unless he asked not to be named."""
    return "（捐赠人要求不公开姓名）" if donation.anonymous else donation.donor


register_book(
    Book(
        slug="fees",
        model=FeeReceipt,
        title="行政事业性收费",
        group=GROUP,
        rank=0,
        unit="笔",
        help="每收一笔登记一条，以元为单位；年报里折算成万元，保留 4 位小数。",
        fields=("item", "receipt_number", "amount"),
        columns=("happened_on", "item", "receipt_number", "amount"),
        filters=("item",),
        search=("receipt_number", "note"),
        key=("receipt_number",),
        points=items(ServiceItem.Kind.FEE),
        sums=("amount",),
        check=fee_is_received,
    )
)
register_book(
    Book(
        slug="procurement",
        model=Procurement,
        title="政府集中采购",
        group=GROUP,
        rank=1,
        unit="项",
        help="按合同签订日期登记采购项目和合同金额。",
        fields=("number", "name", "method", "supplier", "amount"),
        columns=("happened_on", "number", "name", "supplier", "amount"),
        search=("number", "name", "supplier"),
        key=("number",),
        sums=("amount",),
        check=amount_is_money,
        publication=Publication(
            columns=("happened_on", "number", "name", "method", "supplier", "amount"),
            why="政府集中采购项目的实施情况属于主动公开的内容。",
        ),
    )
)
register_book(
    Book(
        slug="donations",
        model=Donation,
        title="接收捐赠",
        group=GROUP,
        rank=2,
        unit="笔",
        help="接收的捐款和物资，写明票据号。捐赠人要求不公开姓名的，公开页面不显示。",
        fields=("kind", "donor", "anonymous", "amount", "goods", "purpose", "receipt_number"),
        columns=("happened_on", "kind", "donor", "amount", "goods", "receipt_number"),
        filters=("kind",),
        search=("donor", "goods", "receipt_number"),
        category="kind",
        sums=("amount",),
        check=goods_are_named,
        publication=Publication(
            columns=("happened_on", "kind", "donor", "amount", "goods", "purpose"),
            why="接受捐赠的情况向社会公开。",
            totals=("donations", "donation-use"),
            masks={"donor": donor},
        ),
    )
)
register_book(
    Book(
        slug="donation-use",
        model=DonationUse,
        title="捐赠使用",
        group=GROUP,
        rank=3,
        unit="笔",
        help="捐款、物资拨付或者发放给谁，做什么用。",
        fields=("kind", "used_by", "amount", "goods", "purpose"),
        columns=("happened_on", "kind", "used_by", "amount", "goods", "purpose"),
        filters=("kind",),
        search=("used_by", "goods", "purpose"),
        category="kind",
        sums=("amount",),
        check=goods_are_named,
        publication=Publication(
            columns=("happened_on", "kind", "used_by", "amount", "goods", "purpose"),
            why="捐赠财产的使用情况向社会公开。",
            totals=("donations", "donation-use"),
        ),
    )
)
register_book(
    Book(
        slug="budgets",
        model=BudgetFile,
        title="预算、决算、三公经费",
        group=GROUP,
        rank=4,
        unit="份",
        help="批复后登记，由财务核对人核对数字后公开。",
        fields=("kind", "year", "title", "address", "total"),
        columns=("happened_on", "kind", "year", "title", "total"),
        filters=("kind",),
        search=("title",),
        key=("kind", "year", "title"),
        check=total_is_money,
        category="kind",
        publication=Publication(
            columns=("happened_on", "kind", "year", "title", "address", "total"),
            why="部门预算、决算、三公经费属于主动公开的内容，公开前经财务核对。",
            rule="publication.budget_days",
            by=(Role.FINANCE,),
        ),
    )
)
