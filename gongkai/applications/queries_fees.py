"""What the annual report says of 信息处理费 in its section six: counts and sums of a year."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Q, Sum

from gongkai.applications.models import CaseEvent, FeeNotice, Payment
from gongkai.bodies.models import Body
from gongkai.law.deadlines import EventType


@dataclass(frozen=True, slots=True)
class FeeStatement:
    """A year's fees; amounts in yuan. ``collected`` is what came in less what was given back."""

    year: int
    notices: int
    noticed: int
    payments: int
    collected: int
    refunded: int
    waived: int

    @property
    def sentence(self) -> str:
        """The statement for section six; also where there was none."""
        if not (self.notices or self.collected or self.waived):
            return f"{self.year}年度没有收取信息处理费。"
        waived = f"，减免{self.waived}件" if self.waived else ""
        return (
            f"{self.year}年度发出收费通知{self.notices}件，总金额{self.noticed}元，"
            f"实际收取信息处理费{self.collected}元{waived}。"
        )


def fee_statement(bodies: Iterable[Body], year: int) -> FeeStatement:
    """Notices served, money received and relief given by these bodies in the year."""
    ids = [b.pk for b in bodies]
    served = CaseEvent.objects.filter(
        application__body__in=ids,
        law_type=EventType.FEE_NOTICE_SERVED,
        on__year=year,
        voided_by=None,
    )
    amounts = [int(data.get("amount") or 0) for data in served.values_list("data", flat=True)]
    money = Payment.objects.filter(fee__application__body__in=ids, on__year=year)
    sums = money.aggregate(
        all=Sum("amount"),
        back=Sum("amount", filter=Q(amount__lt=0)),
        came=Count("pk", filter=Q(amount__gt=0)),
    )
    waived = FeeNotice.objects.filter(
        application__body__in=ids,
        waived=True,
        application__approvals__kind="fee_waiver",
        application__approvals__approved=True,
        application__approvals__answered_at__year=year,
    )
    return FeeStatement(
        year,
        len(amounts),
        sum(amounts),
        sums["came"],
        sums["all"] or 0,
        -(sums["back"] or 0),
        waived.distinct().count(),
    )
