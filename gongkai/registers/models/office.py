"""公开办的工作: meetings, notices, training, institutions, boards, tasks, 责任追究, 规章."""

from __future__ import annotations

from datetime import date

from django.db import models

from gongkai.bodies.ledger.models import Entry
from gongkai.law.taxonomy import load


class Meeting(Entry):
    """会议: of the leading group or on one subject; its minutes stay inside."""

    class Kind(models.TextChoices):
        LEADING_GROUP = "leading_group", "领导小组会议"
        SPECIAL = "special", "专题会议"
        OTHER = "other", "其他会议"

    kind = models.CharField("类别", max_length=15, choices=Kind.choices, default=Kind.SPECIAL)
    subject = models.CharField("议题", max_length=200)
    chair = models.CharField("主持人", max_length=60, blank=True)
    attendance = models.PositiveIntegerField("参加人数", null=True, blank=True)
    minutes = models.TextField("纪要（内部）", blank=True)
    happened_on = models.DateField("召开日期")

    class Meta(Entry.Meta):
        verbose_name = verbose_name_plural = "会议"

    def __str__(self) -> str:
        return self.subject


class Notice(Entry):
    """公告: a numbered announcement of a command office (指挥部) or of the body."""

    number = models.CharField("公告编号", max_length=60)
    issuer = models.CharField("发布单位", max_length=100, blank=True)
    subject = models.CharField("内容", max_length=200)
    category = models.CharField("类别", max_length=40, blank=True)
    happened_on = models.DateField("发布日期")

    class Meta(Entry.Meta):
        verbose_name = verbose_name_plural = "公告"
        constraints = [
            models.UniqueConstraint(
                fields=["body", "number"],
                condition=models.Q(struck_at=None),
                name="one_notice_number",
            )
        ]

    def __str__(self) -> str:
        return self.number


class Training(Entry):
    """培训: a session, who was asked, who came, who passed its test."""

    subject = models.CharField("培训内容", max_length=200)
    teacher = models.CharField("授课人", max_length=60, blank=True)
    invited = models.PositiveIntegerField("应到人数", null=True, blank=True)
    #: Null while it is only planned.
    attended = models.PositiveIntegerField("实到人数", null=True, blank=True)
    tested = models.PositiveIntegerField("参加测试人数", null=True, blank=True)
    passed = models.PositiveIntegerField("测试合格人数", null=True, blank=True)
    happened_on = models.DateField("培训日期")

    class Meta(Entry.Meta):
        verbose_name = verbose_name_plural = "培训"

    def __str__(self) -> str:
        return self.subject


class Institution(Entry):
    """公共企事业单位: a hospital or other institution whose disclosure the body supervises."""

    name = models.CharField("单位名称", max_length=120)
    kind = models.CharField("类别", max_length=40)
    responsible = models.CharField("第一责任人", max_length=60, blank=True)
    phone = models.CharField("咨询、投诉电话", max_length=60, blank=True)
    channels = models.CharField("公开渠道", max_length=200, blank=True)
    happened_on = models.DateField("列入日期")
    ended_on = models.DateField("移出日期", null=True, blank=True)

    class Meta(Entry.Meta):
        verbose_name = verbose_name_plural = "公共企事业单位"
        constraints = [
            models.UniqueConstraint(
                fields=["body", "name"],
                condition=models.Q(struck_at=None, ended_on=None),
                name="one_institution_per_name",
            )
        ]

    def __str__(self) -> str:
        return self.name


class InstitutionCheck(Entry):
    """检查: how an institution publishes what it must; the missing elements by name."""

    institution = models.ForeignKey(
        Institution, models.PROTECT, related_name="checks", verbose_name="单位"
    )
    checked_by = models.CharField("检查人", max_length=60, blank=True)
    #: Keys of law.taxonomy.institution_elements that were found in order.
    in_order = models.JSONField("符合要求的内容", default=list, blank=True)
    score = models.PositiveSmallIntegerField("得分", null=True, blank=True)
    finding = models.CharField("存在的问题", max_length=500, blank=True)
    due_on = models.DateField("整改期限", null=True, blank=True)
    settled_on = models.DateField("整改完成日期", null=True, blank=True)
    happened_on = models.DateField("检查日期")

    class Meta(Entry.Meta):
        verbose_name = verbose_name_plural = "公共企事业单位检查"

    def __str__(self) -> str:
        return f"{self.institution} {self.happened_on}"

    @property
    def lacking(self) -> str:
        """The elements that were not found in order, by name."""
        missing = [
            e["label"] for e in load("institution_elements") if e["key"] not in self.in_order
        ]
        return "；".join(missing) or "全部符合要求"

    lacking.fget.short_description = "不符合要求的内容"  # type: ignore[attr-defined]


class InstitutionComplaint(Entry):
    """公共企事业单位申诉: an institution is said not to publish what it must; told the result.

    Who complained is kept in the paper file, not here.
    """

    class Result(models.TextChoices):
        TRUE = "true", "属实，已责令改正"
        PARTLY = "partly", "部分属实"
        UNTRUE = "untrue", "不属实"
        NOT_OURS = "not_ours", "不属于监督范围，已告知途径"

    institution = models.ForeignKey(
        Institution, models.PROTECT, related_name="complaints", verbose_name="单位"
    )
    number = models.CharField("编号", max_length=40, blank=True)
    subject = models.CharField("申诉的事项", max_length=300)
    due_on = models.DateField("办理期限", null=True, blank=True)
    finding = models.CharField("调查情况", max_length=500, blank=True)
    result = models.CharField("处理结果", max_length=10, choices=Result.choices, blank=True)
    told_on = models.DateField("告知申诉人日期", null=True, blank=True)
    happened_on = models.DateField("收到日期")

    class Meta(Entry.Meta):
        verbose_name = verbose_name_plural = "公共企事业单位申诉"
        constraints = [
            models.UniqueConstraint(
                fields=["body", "number"],
                condition=models.Q(struck_at=None) & ~models.Q(number=""),
                name="one_institution_complaint_per_number",
            )
        ]

    def __str__(self) -> str:
        return f"{self.institution} {self.number or self.happened_on}"


class NoticeBoard(Entry):
    """政务公开栏、电子屏: what a board shows, planned or done, at the body or down to the village;
    its pictures prove it.

    What a subordinate unit shows is a line of its section: its 承办人 sends the picture.
    """

    class Level(models.TextChoices):
        OWN = "own", "本机关"
        TOWNSHIP = "township", "乡级（卫生院、社区卫生服务中心）"
        VILLAGE = "village", "村级（村卫生室、社区卫生服务站）"

    level = models.CharField("层级", max_length=10, choices=Level.choices, default=Level.OWN)
    #: Where it is not the body itself.
    unit = models.CharField("展示单位", max_length=100, blank=True)
    board = models.CharField("公开栏、电子屏", max_length=100)
    place = models.CharField("位置", max_length=200, blank=True)
    subject = models.CharField("展示内容", max_length=200)
    until_on = models.DateField("展示至", null=True, blank=True)
    proof = models.CharField("照片存放位置", max_length=300, blank=True)
    happened_on = models.DateField("更换日期")

    class Meta(Entry.Meta):
        verbose_name = verbose_name_plural = "公开栏和电子屏"

    def __str__(self) -> str:
        return f"{self.board}：{self.subject}"


class HandedTask(Entry):
    """上级交办任务: what must be handed in by a day, and when it was."""

    source = models.CharField("交办单位、文号", max_length=200)
    subject = models.CharField("任务内容", max_length=300)
    due_on = models.DateField("报送期限")
    done_on = models.DateField("完成日期", null=True, blank=True)
    #: What was handed in, under which number, by which way; who took it.
    submitted = models.CharField("报送的材料、文号", max_length=200, blank=True)
    way = models.CharField("报送方式", max_length=60, blank=True)
    receipt = models.CharField("接收人、回执", max_length=100, blank=True)
    result = models.CharField("完成情况", max_length=500, blank=True)
    happened_on = models.DateField("交办日期")

    class Meta(Entry.Meta):
        verbose_name = verbose_name_plural = "上级交办任务"

    def __str__(self) -> str:
        return self.subject


class Improvement(Entry):
    """问题和改进措施: from section 五 of a report; its result is told in the next one."""

    #: The year of the report that names the problem.
    report_year = models.PositiveSmallIntegerField("年报年度")
    problem = models.CharField("存在的问题", max_length=500)
    measure = models.CharField("改进措施", max_length=500)
    due_on = models.DateField("完成期限", null=True, blank=True)
    done_on = models.DateField("完成日期", null=True, blank=True)
    result = models.CharField("改进结果", max_length=500, blank=True)
    happened_on = models.DateField("提出日期")

    class Meta(Entry.Meta):
        verbose_name = verbose_name_plural = "问题和改进措施"

    def __str__(self) -> str:
        return self.problem


class Assessment(Entry):
    """考核、表彰: what a section or person scored in one part of the year's scheme (Art 46)."""

    class Part(models.TextChoices):
        PROACTIVE = "proactive", "主动公开"
        APPLICATIONS = "applications", "依申请公开"
        REPORT = "report", "年度报告"
        SECRECY = "secrecy", "保密审查"
        PLATFORM = "platform", "平台和渠道"
        OTHER = "other", "其他"

    class Review(models.TextChoices):
        """Whether the score goes into the yearly review of the section or person."""

        YES = "yes", "计入年度考核"
        NO = "no", "不计入"

    scheme = models.CharField("考核方案（名称、文号）", max_length=200)
    assessed = models.CharField("被考核科室、人员", max_length=120)
    part = models.CharField("考核内容", max_length=15, choices=Part.choices)
    full = models.DecimalField("满分", max_digits=5, decimal_places=1, null=True, blank=True)
    score = models.DecimalField("得分", max_digits=5, decimal_places=1, null=True, blank=True)
    reason = models.CharField("扣分、加分事由", max_length=500, blank=True)
    outcome = models.CharField("等次、奖惩", max_length=200, blank=True)
    yearly_review = models.CharField("年度考核", max_length=5, choices=Review.choices, blank=True)
    happened_on = models.DateField("考核日期")

    class Meta(Entry.Meta):
        verbose_name = verbose_name_plural = "考核和表彰"

    def __str__(self) -> str:
        return f"{self.assessed} {self.get_part_display()}"


class WindowVisits(Entry):
    """窗口接待: how many came to a service window on a day, and for what; no names."""

    class Kind(models.TextChoices):
        READ = "read", "查阅信息"
        ASK = "ask", "咨询"
        APPLY = "apply", "当面申请公开"
        COMPLAIN = "complain", "投诉举报"
        OTHER = "other", "其他"

    window = models.CharField("窗口", max_length=60)
    kind = models.CharField("事由", max_length=10, choices=Kind.choices)
    people = models.PositiveIntegerField("人次", default=1)
    happened_on = models.DateField("接待日期")

    class Meta(Entry.Meta):
        verbose_name = verbose_name_plural = "窗口接待"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(people__gte=1), name="window_visits_are_counted"
            )
        ]

    def __str__(self) -> str:
        return f"{self.window} {self.happened_on} {self.get_kind_display()}"


class AccountabilityCase(Entry):
    """责任追究: whom, for what (Art 53), and how it ended."""

    unit = models.CharField("被追究单位、人员", max_length=120)
    cause = models.CharField("事由", max_length=300)
    outcome = models.CharField("处理结果", max_length=300, blank=True)
    settled_on = models.DateField("处理日期", null=True, blank=True)
    happened_on = models.DateField("立案日期")

    class Meta(Entry.Meta):
        verbose_name = verbose_name_plural = "责任追究"

    def __str__(self) -> str:
        return self.unit


class Regulation(Entry):
    """规章: what a government of a province or a city has made, from a day until it is repealed."""

    number = models.CharField("令号、文号", max_length=60)
    title = models.CharField("名称", max_length=200)
    effective_on = models.DateField("施行日期")
    #: Null while it has not been made public.
    disclosed_on = models.DateField("公开日期", null=True, blank=True)
    #: The first day on which it is out of force.
    repealed_on = models.DateField("废止日期", null=True, blank=True)
    repealed_by = models.CharField("废止依据（令号、文件）", max_length=200, blank=True)
    happened_on = models.DateField("公布日期")

    class Meta(Entry.Meta):
        verbose_name = verbose_name_plural = "规章"
        constraints = [
            models.UniqueConstraint(
                fields=["body", "number"],
                condition=models.Q(struck_at=None),
                name="one_regulation_number",
            )
        ]

    def __str__(self) -> str:
        return f"{self.title}（{self.number}）"

    def is_in_force(self, on: date) -> bool:
        return self.effective_on <= on and (self.repealed_on is None or self.repealed_on > on)
