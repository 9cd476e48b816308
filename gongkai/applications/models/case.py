"""The application itself, its items, its events, its number."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from gongkai.base.masking import mask_text
from gongkai.base.models import AppendOnly
from gongkai.base.sealed import SealedJSONField, SealedTextField
from gongkai.bodies.models import Body, Section
from gongkai.law.taxonomy import applicant_kinds, channels, decisions

KINDS = [(k.key, k.label) for k in applicant_kinds().values()]
CHANNELS = [(c.key, c.label) for c in channels().values()]


class OfficeSettings(models.Model):
    """依申请公开设置 of one body: what its letters and numbers need. Local rules have a source."""

    body = models.OneToOneField(
        Body, models.CASCADE, related_name="application_settings", verbose_name="机关"
    )
    agency_code = models.CharField("机关代字", max_length=20, help_text="例如：示卫健")
    government = models.CharField("行政复议机关（本级人民政府）", max_length=60)
    upper = models.CharField("上一级主管部门", max_length=60, blank=True)
    court = models.CharField("有管辖权的人民法院", max_length=60)
    online_reconsideration = models.CharField("网上申请行政复议的地址", max_length=200, blank=True)
    petition_channel = models.CharField("信访、投诉、举报渠道", max_length=200, blank=True)
    #: Rows of table 三 for which it is disputed whether a suit may be brought at once: what the
    #: legal section of the body holds (law parameter litigation.print_unsettled).
    print_unsettled = models.BooleanField("有争议的决定仍告知可以直接起诉", default=True)
    payment_way = models.CharField("信息处理费缴纳方式", max_length=300, blank=True)
    accepts_online = models.BooleanField("已公布接受网上申请", default=True)
    accepts_email = models.CharField("已公布的申请邮箱", max_length=100, blank=True)
    accepts_fax = models.CharField("已公布的传真号码", max_length=40, blank=True)
    retention_years = models.PositiveSmallIntegerField("案卷保管期限（年）", default=10)
    personal_data_years = models.PositiveSmallIntegerField("个人信息保存期限（年）", default=5)
    #: Letter code → stations ("legal", "secrecy", "sign", "seal") where the body has its own way.
    letter_routes = models.JSONField("文书流转环节", default=dict, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "依申请公开设置"

    def __str__(self) -> str:
        return f"{self.body.short_name}依申请公开设置"


class SerialCounter(models.Model):
    """编号计数: the last number given in a body and year; gap-free, never reused."""

    body = models.ForeignKey(Body, models.PROTECT, related_name="+", verbose_name="机关")
    year = models.PositiveSmallIntegerField("年度")
    kind = models.CharField("编号种类", max_length=20)
    last = models.PositiveIntegerField("已用到", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "编号计数"
        constraints = [
            models.UniqueConstraint(fields=["body", "year", "kind"], name="one_counter_per_year")
        ]

    def __str__(self) -> str:
        return f"{self.body.short_name} {self.year} {self.kind} {self.last}"


class Application(models.Model):
    """政府信息公开申请: one matter asked of one body (条例 Art 29)."""

    class State(models.TextChoices):
        """Where it stands; derived from the events and papers by ``state.state_of``."""

        AWAITING_CONFIRMATION = "awaiting_confirmation", "待确认收到"
        RECEIVED = "received", "待登记"
        REGISTERED = "registered", "已登记"
        AWAITING_CORRECTION = "awaiting_correction", "等待补正"
        IN_REVIEW = "in_review", "办理中"
        CONSULTING = "consulting", "征求意见中"
        AWAITING_PAYMENT = "awaiting_payment", "等待缴费"
        DRAFTED = "drafted", "已拟稿"
        REVIEWING = "reviewing", "审核中"
        APPROVED = "approved", "已签发"
        SEALED = "sealed", "已用印"
        #: The law counts it answered: posted, sent online or signed for (DOMAIN A.4.8); when it
        #: arrived is said of the letter.
        DELIVERED = "delivered", "已答复"
        CLOSED = "closed", "已办结"
        ARCHIVED = "archived", "已归档"
        ABANDONED = "abandoned", "视为放弃"
        WITHDRAWN = "withdrawn", "已撤回"
        SPLIT = "split", "已拆分"
        MERGED = "merged", "已并入他件"
        REANSWERING = "reanswering", "重新答复中"

    class Form(models.TextChoices):
        PAPER = "paper", "纸质"
        ELECTRONIC = "electronic", "电子文件"
        DISC = "disc", "光盘"
        READING = "reading", "查阅、抄录"

    class Route(models.TextChoices):
        POST = "post", "邮寄"
        EMAIL = "email", "电子邮件"
        ONLINE = "online", "网上查询页下载"
        PICK_UP = "pick_up", "自行领取"
        FAX = "fax", "传真"
        ON_SITE = "on_site", "现场查阅"

    body = models.ForeignKey(
        Body, models.PROTECT, related_name="applications", verbose_name="受理机关"
    )
    year = models.PositiveSmallIntegerField("编号年度")
    serial = models.PositiveIntegerField("年度序号")
    #: What the applicant types to look it up: digits only, the last one checks the others.
    number = models.CharField("受理编号", max_length=20, unique=True)
    #: Keyed hash of the query code; the code itself is shown once, on the receipt.
    code_mark = models.CharField("查询码校验值", max_length=64)
    #: The same form sent twice is one application.
    submission_key = models.CharField("提交标识", max_length=64, null=True, unique=True)
    channel = models.CharField("申请渠道", max_length=20, choices=CHANNELS)
    submitted_on = models.DateField("提交日期")
    submitted_at = models.DateTimeField("录入时间", auto_now_add=True)

    applicant_kind = models.CharField("申请人类别", max_length=20, choices=KINDS)
    #: name, id_type, id_number, credit_code, representative, contact, agent, agent_id_number,
    #: phone, email, address, post_code: strings. Emptied by the scheduled erasure.
    applicant = SealedJSONField("申请人信息", default=dict, blank=True)
    #: Marks (base.sealed.mark) by which the same applicant is found: of the identity number or
    #: credit code, of the name, of the phone.
    identity_mark = models.CharField("证件标识", max_length=64, blank=True)
    name_mark = models.CharField("姓名标识", max_length=64, blank=True)
    phone_mark = models.CharField("电话标识", max_length=64, blank=True)

    subject = models.CharField("所需信息", max_length=200)
    document_number = models.CharField("文号或者其他特征", max_length=200, blank=True)
    details = SealedTextField("内容描述", blank=True)
    purpose = SealedTextField("用途", blank=True)
    form = models.CharField(
        "获取信息的方式", max_length=20, choices=Form.choices, default=Form.ELECTRONIC
    )
    route = models.CharField(
        "获取信息的途径", max_length=20, choices=Route.choices, default=Route.ONLINE
    )
    fee_relief = SealedTextField("减免信息处理费的理由", blank=True)
    help_needed = models.CharField("需要的协助", max_length=200, blank=True)

    state = models.CharField(
        "状态", max_length=30, choices=State.choices, default=State.AWAITING_CONFIRMATION
    )
    registered_at = models.DateTimeField("登记时间", null=True)
    section = models.ForeignKey(
        Section,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="applications",
        verbose_name="承办科室",
    )
    clerk = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="经办人",
    )
    #: Copies of what the clock says (``clock.refresh``); they can be computed again at any time.
    received_on = models.DateField("收到申请之日", null=True)
    due_on = models.DateField("答复期限", null=True)
    #: The next day that matters when the reply clock stands still (correction, payment, opinion).
    waiting_until = models.DateField("等待至", null=True)
    provisional = models.BooleanField("期限为预计", default=False)
    extended = models.BooleanField("已延期", default=False)
    closed_on = models.DateField("办结日期", null=True)
    effective_on = models.DateField("答复送达日期", null=True)
    on_time = models.BooleanField("按期答复", null=True)
    #: The one statistical decision, a row of table 三 (law.decisions.statistical_decision).
    decision = models.CharField(
        "答复决定", max_length=30, blank=True, choices=[(d, d) for d in decisions()]
    )

    #: Split up or merged into another one, it is not counted itself (DOMAIN B.4).
    counted = models.BooleanField("计入统计", default=True)

    split_from = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="parts", verbose_name="拆分自"
    )
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="merged", verbose_name="并入"
    )
    repeats = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="repeated",
        verbose_name="前一件",
    )
    archive_number = models.CharField("档号", max_length=60, blank=True)
    archived_on = models.DateField("归档日期", null=True)
    retention_until = models.DateField("保管至", null=True)
    erased_at = models.DateTimeField("个人信息清除时间", null=True)
    satisfaction = models.PositiveSmallIntegerField("满意度（1—5）", null=True)
    satisfaction_note = SealedTextField("评价", blank=True)
    #: Counts every deed; a deed on an older version is refused (two clerks at once).
    version = models.PositiveIntegerField("版本", default=0)

    #: How the records name who does the deed that is under way (``actions.core.on_case``).
    done_by = ""
    #: The query code, for the page that tells it once; never a column.
    told = ""

    class Meta:
        verbose_name = verbose_name_plural = "政府信息公开申请"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["body", "year", "serial"], name="one_serial_per_year"),
            models.CheckConstraint(
                condition=Q(decision__in=["", *decisions()]), name="application_decision_is_known"
            ),
            models.CheckConstraint(
                condition=Q(applicant_kind__in=[k for k, _ in KINDS]),
                name="applicant_kind_is_known",
            ),
            models.CheckConstraint(
                condition=Q(closed_on=None)
                | Q(received_on=None)
                | Q(closed_on__gte=F("received_on")),
                name="closed_after_receipt",
            ),
        ]
        indexes = [
            models.Index(fields=["body", "state", "due_on"]),
            models.Index(fields=["body", "received_on"]),
            models.Index(fields=["body", "closed_on"]),
            models.Index(fields=["identity_mark"]),
            models.Index(fields=["name_mark"]),
            models.Index(fields=["section", "state"]),
        ]

    def __str__(self) -> str:
        return f"申请 {self.number}"

    @property
    def shown_subject(self) -> str:
        """What is asked for, as lists and the inspector see it: personal data in it masked."""
        return mask_text(self.subject, self.applicant)


class RequestItem(models.Model):
    """申请事项: one thing asked for, answered with one decision (条例 Arts 36–39)."""

    application = models.ForeignKey(
        Application, models.CASCADE, related_name="items", verbose_name="申请"
    )
    order = models.PositiveSmallIntegerField("次序")
    text = SealedTextField("内容")
    decision = models.CharField("决定", max_length=30, blank=True)
    letter = models.CharField("文书种类", max_length=3, blank=True)
    #: question → option of the decision tree (law.decisions.choose).
    answers = models.JSONField("判断过程", default=dict, blank=True)
    #: What the letter must say for this decision: variable name → text.
    particulars = models.JSONField("答复要素", default=dict, blank=True)
    reasons = models.TextField("理由", blank=True)
    #: Art 16: may, not must, withhold: why it was used.
    discretion = models.TextField("裁量理由", blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="拟定人",
    )

    class Meta:
        verbose_name = verbose_name_plural = "申请事项"
        ordering = ["application", "order"]
        constraints = [
            models.UniqueConstraint(fields=["application", "order"], name="one_item_per_place"),
            models.CheckConstraint(
                condition=Q(decision__in=["", *decisions()]), name="item_decision_is_known"
            ),
            models.CheckConstraint(
                condition=~Q(decision__in=[k for k, d in decisions().items() if d.discretion])
                | ~Q(discretion=""),
                name="discretion_has_its_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application.number}第{self.order}项"


class CaseEvent(AppendOnly):
    """办理事项: something that happened to an application; the clock is derived from these alone.

    No personal data in it: it stays when the personal data are erased, less what somebody wrote.
    """

    may_be_cut = ("text",)

    application = models.ForeignKey(
        Application, models.PROTECT, related_name="events", verbose_name="申请"
    )
    #: The deed ("register", "extend"); for the words on a page see ``deeds``.
    deed = models.CharField("办理", max_length=40)
    #: gongkai.law.deadlines.EventType, empty when the clock has nothing to do with it.
    law_type = models.CharField("期限事件", max_length=40, blank=True)
    on = models.DateField("发生日期")
    #: Further fields of law.deadlines.Event (channel, days, until, id, party, …), JSON-able.
    data = models.JSONField("内容", default=dict, blank=True)
    #: What the applicant reads in his timeline; empty: internal.
    public_text = models.CharField("申请人可见说明", max_length=300, blank=True)
    #: What the office reads.
    text = models.CharField("说明", max_length=300, blank=True)
    at = models.DateTimeField("记录时间", auto_now_add=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="记录人",
    )
    by_name = models.CharField("记录人姓名", max_length=150)
    #: An entry made by mistake is struck out by another one; both stay.
    voids = models.OneToOneField(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="voided_by",
        verbose_name="更正的记录",
    )

    class Meta:
        verbose_name = verbose_name_plural = "办理事项"
        ordering = ["on", "id"]
        indexes = [models.Index(fields=["application", "on"])]

    def __str__(self) -> str:
        return f"{self.application.number} {self.on} {self.text or self.deed}"


class Draft(models.Model):
    """申请草稿: what a visitor has filled in and not yet sent; forgotten after some days."""

    key = models.CharField("草稿标识", max_length=64, unique=True)
    content = SealedJSONField("内容", default=dict)
    updated_at = models.DateTimeField("更新时间", auto_now=True)

    class Meta:
        verbose_name = verbose_name_plural = "申请草稿"

    def __str__(self) -> str:
        return f"草稿 {self.key[:8]}"
