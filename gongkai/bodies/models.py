"""Regions by 行政区划, the bodies in them, their sections, persons and posts, and staff roles."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models

from gongkai.bodies.ledger.models import EntryForm, LinePhoto, SheetImport

__all__ = [
    "ADMINISTRATORS",
    "Body",
    "EntryForm",
    "HolidayNotice",
    "LinePhoto",
    "Membership",
    "Person",
    "Post",
    "Region",
    "Role",
    "Section",
    "SheetImport",
]


class Region(models.Model):
    """行政区划: a node of the administrative tree, by its code (GB/T 2260, 2 to 12 digits)."""

    class Level(models.TextChoices):
        NATION = "nation", "国家"
        PROVINCE = "province", "省级"
        CITY = "city", "市级"
        COUNTY = "county", "县级"
        TOWNSHIP = "township", "乡级"

    code = models.CharField("区划代码", max_length=12, unique=True)
    name = models.CharField("名称", max_length=60)
    level = models.CharField("层级", max_length=10, choices=Level.choices)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name="上级"
    )
    #: Codes from the root, "/41/4190/": the paths that start with it are its subtree.
    path = models.CharField("路径", max_length=120, db_index=True, editable=False)
    full_name = models.CharField("全称", max_length=200, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "行政区划"
        ordering = ["path"]

    def __str__(self) -> str:
        return self.full_name

    def save(self, *args: object, **kwargs: object) -> None:
        self.path = f"{self.parent.path if self.parent else '/'}{self.code}/"
        self.full_name = f"{self.parent.full_name if self.parent else ''}{self.name}"
        super().save(*args, **kwargs)  # type: ignore[arg-type]


class Body(models.Model):
    """行政机关: a body that publishes a report of its own (条例 Art 4, 49)."""

    class Kind(models.TextChoices):
        GOVERNMENT = "government", "人民政府"
        DEPARTMENT = "department", "政府部门"
        TOWNSHIP = "township", "乡镇人民政府、街道办事处"
        ORGANISATION = "organisation", "法律法规授权的组织"

    name = models.CharField("名称", max_length=100, unique=True)
    short_name = models.CharField("简称", max_length=40)
    slug = models.SlugField("网址标识", max_length=60, unique=True)
    region = models.ForeignKey(
        Region, models.PROTECT, related_name="bodies", verbose_name="所在区划"
    )
    kind = models.CharField("类别", max_length=20, choices=Kind.choices)
    sector = models.CharField("领域", max_length=40, blank=True, help_text="例如：卫生健康、教育")
    supervised_by = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="supervised",
        verbose_name="政府信息公开工作主管部门所属机关",
    )
    credit_code = models.CharField("统一社会信用代码", max_length=18, blank=True)
    address = models.CharField("办公地址", max_length=200, blank=True)
    post_code = models.CharField("邮政编码", max_length=6, blank=True)
    phone = models.CharField("联系电话", max_length=60, blank=True)
    office_hours = models.CharField("办公时间", max_length=120, blank=True)
    email = models.EmailField("电子邮箱", blank=True)
    work_unit = models.CharField("政府信息公开工作机构", max_length=100, blank=True)
    is_made_up = models.BooleanField("虚构机关（仅用于演示）", default=False)

    class Meta:
        verbose_name = verbose_name_plural = "行政机关"
        ordering = ["region__path", "name"]

    def __str__(self) -> str:
        return self.name


class Section(models.Model):
    """科室 (内设机构) of a body, or a subordinate unit (二级机构)."""

    body = models.ForeignKey(Body, models.CASCADE, related_name="sections", verbose_name="机关")
    name = models.CharField("名称", max_length=100)
    duties = models.TextField("工作职责", blank=True)
    phone = models.CharField("联系电话", max_length=60, blank=True)
    address = models.CharField("办公地址", max_length=200, blank=True)
    order = models.PositiveSmallIntegerField("次序", default=0)
    #: When what the public reads of it was last changed, and last said to be right.
    changed_on = models.DateField("更新日期", null=True, editable=False)
    checked_on = models.DateField("核对日期", null=True, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "科室"
        ordering = ["body", "order", "id"]
        constraints = [
            models.UniqueConstraint(fields=["body", "name"], name="one_section_name_per_body")
        ]

    def __str__(self) -> str:
        return self.name


class Person(models.Model):
    """A person who holds posts in bodies; ``user`` only for those who sign in."""

    name = models.CharField("姓名", max_length=60)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="person",
        verbose_name="登录账号",
    )

    class Meta:
        verbose_name = verbose_name_plural = "人员"

    def __str__(self) -> str:
        return self.name


class Post(models.Model):
    """A person's post in a body, from a day to a day (leading group, head, section member)."""

    class GroupRole(models.TextChoices):
        """What a member of the leading group is in it."""

        LEAD = "lead", "组长"
        DEPUTY = "deputy", "副组长"
        MEMBER = "member", "成员"

    person = models.ForeignKey(Person, models.PROTECT, related_name="posts", verbose_name="人员")
    body = models.ForeignKey(Body, models.CASCADE, related_name="posts", verbose_name="机关")
    section = models.ForeignKey(
        Section, models.SET_NULL, null=True, blank=True, related_name="posts", verbose_name="科室"
    )
    title = models.CharField("职务", max_length=60)
    in_leading_group = models.BooleanField("政务公开领导小组成员", default=False)
    group_role = models.CharField(
        "领导小组职务", max_length=10, choices=GroupRole.choices, blank=True
    )
    from_on = models.DateField("任职起")
    to_on = models.DateField("任职止", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "职务"
        ordering = ["body", "from_on"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(to_on=None) | models.Q(to_on__gte=models.F("from_on")),
                name="post_ends_after_it_starts",
            )
        ]

    def __str__(self) -> str:
        return f"{self.body.short_name}{self.title}{self.person}"


class Role(models.TextChoices):
    """What a member of staff may do for a body."""

    CLERK = "clerk", "经办人"
    REVIEWER = "reviewer", "审核人"
    HEAD = "head", "负责人"
    HANDLER = "handler", "承办人"
    LEGAL = "legal", "法制审核人"
    SECRECY = "secrecy", "保密审查人"
    FINANCE = "finance", "财务核对人"
    LEADER = "leader", "分管领导"
    SEAL_KEEPER = "seal_keeper", "印章管理人"
    ARCHIVIST = "archivist", "档案管理人"
    INSPECTOR = "inspector", "主管部门检查人员"


#: The group that looks after accounts, bodies and regions of the installation; no role in a body.
ADMINISTRATORS = "系统管理员"


class Membership(models.Model):
    """A user's role in a body; an inspector sees the bodies that his body supervises."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships", verbose_name="账号"
    )
    body = models.ForeignKey(Body, models.CASCADE, related_name="memberships", verbose_name="机关")
    role = models.CharField("角色", max_length=20, choices=Role.choices)
    #: Where a 承办人 works: he sees the cases of this section only.
    section = models.ForeignKey(
        Section, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="科室"
    )
    #: The last day of a role that is held for a time; it is taken back by itself after that.
    until = models.DateField("到期日", null=True, blank=True)
    #: Whose role it is, while he is away.
    acting_for = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="代谁行使",
    )

    class Meta:
        verbose_name = verbose_name_plural = "岗位权限"
        permissions = [("hand_over_role", "外出时请人代行自己的岗位")]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "body", "role"], name="one_membership_per_role"
            ),
            models.CheckConstraint(
                condition=models.Q(acting_for=None) | models.Q(until__isnull=False),
                name="acting_has_an_end",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.body.short_name} · {self.get_role_display()}"


class PlannedActing(models.Model):
    """外出代行安排: who is to act for whom from a day ahead; on that day it becomes a role.

    It reads like the ``Membership`` it will be: ``user`` acts in the ``held`` role.
    """

    held = models.OneToOneField(
        Membership, models.CASCADE, related_name="planned", verbose_name="请人代行的岗位"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name="代行人"
    )
    since = models.DateField("第一天")
    until = models.DateField("最后一天")

    class Meta:
        verbose_name = verbose_name_plural = "外出代行安排"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(until__gte=models.F("since")), name="acting_ends_after_it_starts"
            )
        ]

    def __str__(self) -> str:
        return f"{self.held} · {self.since}"

    @property
    def body(self) -> Body:
        return self.held.body

    @property
    def acting_for(self) -> Any:
        return self.held.user

    @property
    def acting_for_id(self) -> int:
        return self.held.user_id

    @property
    def role(self) -> str:
        return self.held.role

    def get_role_display(self) -> str:
        return self.held.get_role_display()


class HolidayNotice(models.Model):
    """放假安排: the yearly notice (or a body's own days) that the shipped calendar does not know.

    ``days_off`` and ``working_days`` are lists of ISO days or ranges "起/止", as
    ``law.calendar.Notice.from_data`` reads them.
    """

    body = models.ForeignKey(
        Body,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="holiday_notices",
        verbose_name="机关（全国通用的不填）",
    )
    year = models.PositiveSmallIntegerField("年度", null=True, blank=True)
    source = models.CharField("来源（文件名称、文号）", max_length=200)
    days_off = models.JSONField("放假日期", default=list, blank=True)
    working_days = models.JSONField("调休上班日期", default=list, blank=True)
    entered_at = models.DateTimeField("录入时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "放假安排"
        ordering = ["year", "id"]

    def __str__(self) -> str:
        return self.source
