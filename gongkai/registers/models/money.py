"""收费、采购、捐赠、预决算: money in yuan, exact; the report turns it into 万元 (Art 20)."""

from __future__ import annotations

from django.db import models

from gongkai.bodies.ledger.models import Entry, PublishedEntry
from gongkai.registers.models.enforcement import ServiceItem


def _yuan(label: str, **more: object) -> models.DecimalField:
    return models.DecimalField(label, max_digits=16, decimal_places=2, **more)  # type: ignore[arg-type]


class FeeReceipt(Entry):
    """行政事业性收费: money received."""

    item = models.ForeignKey(
        ServiceItem,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="收费项目",
    )
    receipt_number = models.CharField("票据号", max_length=60, blank=True)
    amount = _yuan("金额（元）")
    happened_on = models.DateField("收款日期")

    class Meta(Entry.Meta):
        verbose_name = verbose_name_plural = "行政事业性收费"
        constraints = [
            models.UniqueConstraint(
                fields=["body", "receipt_number"],
                condition=models.Q(struck_at=None) & ~models.Q(receipt_number=""),
                name="one_fee_receipt_number",
            )
        ]

    def __str__(self) -> str:
        what = f"票据号{self.receipt_number}" if self.receipt_number else f"{self.happened_on}收款"
        return f"{what}，{self.amount}元"


class Procurement(PublishedEntry):
    """政府集中采购项目, counted by the day of its contract."""

    number = models.CharField("项目编号", max_length=60)
    name = models.CharField("项目名称", max_length=200)
    method = models.CharField("采购方式", max_length=40, blank=True)
    supplier = models.CharField("供应商", max_length=120, blank=True)
    amount = _yuan("合同金额（元）")
    happened_on = models.DateField("合同签订日期")

    class Meta(PublishedEntry.Meta):
        verbose_name = verbose_name_plural = "政府集中采购"
        constraints = [
            *PublishedEntry.Meta.constraints,
            models.UniqueConstraint(
                fields=["body", "number"],
                condition=models.Q(struck_at=None),
                name="one_procurement_number",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Donation(PublishedEntry):
    """接收捐赠: money or goods, with its receipt."""

    class Kind(models.TextChoices):
        MONEY = "money", "捐款"
        GOODS = "goods", "物资"

    kind = models.CharField("类别", max_length=10, choices=Kind.choices)
    donor = models.CharField("捐赠人", max_length=120)
    anonymous = models.BooleanField("捐赠人要求不公开姓名", default=False)
    amount = _yuan("金额或者折价（元）")
    goods = models.CharField("物资名称、数量", max_length=200, blank=True)
    purpose = models.CharField("捐赠意愿、用途", max_length=200, blank=True)
    receipt_number = models.CharField("捐赠票据号", max_length=60, blank=True)
    happened_on = models.DateField("接收日期")

    class Meta(PublishedEntry.Meta):
        verbose_name = verbose_name_plural = "接收捐赠"

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.amount}元"


class DonationUse(PublishedEntry):
    """捐赠使用: where the money or the goods went."""

    kind = models.CharField("类别", max_length=10, choices=Donation.Kind.choices)
    used_by = models.CharField("使用单位", max_length=120)
    amount = _yuan("金额或者折价（元）")
    goods = models.CharField("物资名称、数量", max_length=200, blank=True)
    purpose = models.CharField("用途", max_length=200)
    happened_on = models.DateField("拨付、发放日期")

    class Meta(PublishedEntry.Meta):
        verbose_name = verbose_name_plural = "捐赠使用"

    def __str__(self) -> str:
        return f"{self.used_by} {self.amount}元"


class BudgetFile(PublishedEntry):
    """预算、决算、三公经费: let out by the finance section's second look."""

    class Kind(models.TextChoices):
        BUDGET = "budget", "部门预算"
        FINAL = "final", "部门决算"
        THREE_PUBLIC = "three_public", "三公经费"

    kind = models.CharField("类别", max_length=15, choices=Kind.choices)
    year = models.PositiveSmallIntegerField("预算年度")
    title = models.CharField("标题", max_length=200)
    address = models.CharField("公开网址", max_length=500, blank=True)
    total = _yuan("总额（元）", null=True, blank=True)
    happened_on = models.DateField("批复日期")

    class Meta(PublishedEntry.Meta):
        verbose_name = verbose_name_plural = "预算决算公开"

    def __str__(self) -> str:
        return self.title
