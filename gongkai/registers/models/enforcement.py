"""行政许可、其他对外管理服务、行政处罚、行政强制: items and decisions (Art 20 (5), (6))."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from gongkai.bodies.ledger.models import Entry, PublishedEntry
from gongkai.law.calendar import WorkCalendar
from gongkai.law.parameters import statute


class ServiceItem(Entry):
    """事项: what a body may license, serve, punish, enforce or charge for, from a day to a day."""

    class Kind(models.TextChoices):
        LICENCE = "licence", "行政许可"
        SERVICE = "service", "其他对外管理服务事项"
        PENALTY = "penalty", "行政处罚"
        COERCION = "coercion", "行政强制"
        FEE = "fee", "行政事业性收费"

    kind = models.CharField("类别", max_length=10, choices=Kind.choices, db_index=True)
    code = models.CharField("事项编码", max_length=40, blank=True)
    name = models.CharField("事项名称", max_length=200)
    basis = models.CharField("设定依据", max_length=500, blank=True)
    standard = models.CharField("收费标准", max_length=200, blank=True)
    happened_on = models.DateField("列入清单日期")
    ended_on = models.DateField("取消日期", null=True, blank=True)

    class Meta(Entry.Meta):
        verbose_name = verbose_name_plural = "事项清单"
        constraints = [
            models.UniqueConstraint(
                fields=["body", "kind", "name"],
                condition=models.Q(struck_at=None, ended_on=None),
                name="one_item_per_name",
            ),
            models.CheckConstraint(
                condition=models.Q(ended_on=None) | models.Q(ended_on__gte=models.F("happened_on")),
                name="item_ends_after_it_starts",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Decision(PublishedEntry):
    """处理决定: one decision towards one party, in the fields of 双公示."""

    class Party(models.TextChoices):
        PERSON = "person", "自然人"
        LEGAL = "legal", "法人及非法人组织"
        SELF_EMPLOYED = "self_employed", "个体工商户"

    number = models.CharField("决定书文号", max_length=60)
    item = models.ForeignKey(
        ServiceItem,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="事项",
    )
    #: Said each time: what a person's name and number are masked by has no default.
    party_kind = models.CharField("相对人类别", max_length=15, choices=Party.choices)
    party = models.CharField("相对人名称", max_length=120)
    party_code = models.CharField("统一社会信用代码", max_length=18, blank=True)
    representative = models.CharField("法定代表人", max_length=60, blank=True)
    content = models.CharField("决定内容", max_length=500)
    happened_on = models.DateField("作出决定日期")

    class Meta(PublishedEntry.Meta):
        abstract = True

    def __str__(self) -> str:
        return self.number


def _one_number(name: str) -> models.UniqueConstraint:
    return models.UniqueConstraint(
        fields=["body", "number"], condition=models.Q(struck_at=None), name=name
    )


class LicenceDecision(Decision):
    """行政许可决定."""

    class Kind(models.TextChoices):
        NEW = "new", "准予"
        CHANGED = "changed", "变更"
        RENEWED = "renewed", "延续"
        REFUSED = "refused", "不予许可"
        CANCELLED = "cancelled", "注销、撤销"

    class Nature(models.TextChoices):
        """许可类别 of 双公示."""

        ORDINARY = "ordinary", "普通"
        FRANCHISE = "franchise", "特许"
        APPROVAL = "approval", "认可"
        VERIFICATION = "verification", "核准"
        REGISTRATION = "registration", "登记"
        OTHER = "other", "其他"

    document = models.CharField("决定文书名称", max_length=120, blank=True)
    kind = models.CharField("决定类别", max_length=10, choices=Kind.choices, default=Kind.NEW)
    nature = models.CharField("许可类别", max_length=12, choices=Nature.choices, blank=True)
    certificate = models.CharField("许可证书名称", max_length=120, blank=True)
    certificate_number = models.CharField("许可编号", max_length=60, blank=True)
    valid_from_on = models.DateField("有效期自", null=True, blank=True)
    valid_to_on = models.DateField("有效期至", null=True, blank=True)

    class Meta(Decision.Meta):
        verbose_name = verbose_name_plural = "行政许可决定"
        constraints = [*PublishedEntry.Meta.constraints, _one_number("one_licence_number")]


class ServiceRecord(Decision):
    """其他对外管理服务的处理决定 (counted in reports for 2019 and 2020)."""

    class Meta(Decision.Meta):
        verbose_name = verbose_name_plural = "其他对外管理服务"
        constraints = [*PublishedEntry.Meta.constraints, _one_number("one_service_number")]


class PenaltyDecision(Decision):
    """行政处罚决定; one that is annulled leaves the public page within days."""

    cause = models.CharField("违法事实、案由", max_length=500)
    offence = models.CharField("违法行为类型", max_length=120, blank=True)
    basis = models.CharField("处罚依据", max_length=500)
    #: Several may stand in one decision: 警告、罚款.
    penalties = models.CharField("处罚类别", max_length=120, blank=True)
    #: In yuan; null where the penalty is no fine.
    fine = models.DecimalField(
        "罚款金额（元）", max_digits=14, decimal_places=2, null=True, blank=True
    )
    confiscated = models.DecimalField(
        "没收金额（元）", max_digits=14, decimal_places=2, null=True, blank=True
    )
    licence_taken = models.CharField("暂扣或者吊销证照名称及编号", max_length=200, blank=True)
    has_social_impact = models.BooleanField("具有一定社会影响", default=False)
    annulled_on = models.DateField("被撤销、变更或者确认违法日期", null=True, blank=True)
    #: By when it leaves the public page (行政处罚法 48).
    withdraw_by = models.DateField("撤回期限", null=True, editable=False)

    class Meta(Decision.Meta):
        verbose_name = verbose_name_plural = "行政处罚决定"
        constraints = [*PublishedEntry.Meta.constraints, _one_number("one_penalty_number")]
        indexes = [
            *Decision.Meta.indexes,
            # The few that the public is told of as withdrawn, among any number of lines.
            models.Index(
                fields=["body", "-withdrawn_at", "-id"],
                condition=models.Q(
                    struck_at=None, withdrawn_at__isnull=False, annulled_on__isnull=False
                ),
                name="penalties_withdrawn",
            ),
        ]

    def reckon(self, calendar: WorkCalendar) -> None:
        days = self.annulled_on and statute().find(
            "publication.penalty_withdrawal_days", on=self.annulled_on
        )
        self.withdraw_by = calendar.add(self.annulled_on, int(days.value)) if days else None

    @property
    def withdrawal(self) -> str:
        """Whether an annulled one left the public page in time; empty where none was annulled.

        Where its last day is not known nothing is said of the time: one that was registered
        before the day was kept, or annulled before the law had one.
        """
        if self.annulled_on is None:
            return ""
        if self.withdrawn_at is None:
            return "没有公开过"
        if self.withdraw_by is None:
            return "已撤回"
        late = timezone.localdate(self.withdrawn_at) > self.withdraw_by
        return f"超期撤回，期限是 {self.withdraw_by}" if late else "按时撤回"

    withdrawal.fget.short_description = "撤回"  # type: ignore[attr-defined]


class CoercionDecision(Decision):
    """行政强制决定."""

    basis = models.CharField("强制依据", max_length=500)

    class Meta(Decision.Meta):
        verbose_name = verbose_name_plural = "行政强制决定"
        constraints = [*PublishedEntry.Meta.constraints, _one_number("one_coercion_number")]
