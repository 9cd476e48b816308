"""The way of review, as tasks of a Wagtail workflow, and what the machine found before it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from wagtail.models import Task, TaskState, Workflow, WorkflowState

from gongkai.bodies.models import Body, Role, Section
from gongkai.publishing.models.documents import Document


class Step(models.TextChoices):
    """The steps of a review, in their order."""

    SECTION = "section", "科室初审"
    SECRECY = "secrecy", "保密审查"
    FINANCE = "finance", "财务核对"
    SIGN = "sign", "领导签发"


class Way(WorkflowState):
    """审查流程: the way of one draft through its review.

    A Wagtail workflow, told only in the audit trail (``actions.review``), not by Wagtail's mails
    and log. Its relations are rows that the deed has just read, and that only one review of a
    thing is open: the database checks that, not queries each time it is saved.
    """

    class Meta:
        proxy = True
        verbose_name = verbose_name_plural = "审查流程"

    @classmethod
    def begin(cls, document: Document, steps: Workflow, *, by: Any) -> Way:
        """Start the first step on the newest revision of a document."""
        way = cls(
            content_type=document.get_content_type(),
            base_content_type=document.get_base_content_type(),
            object_id=str(document.pk),
            workflow=steps,
            requested_by=by,
        )
        way.content_object = document
        way.save()
        way.update(user=by)
        return way

    def full_clean(self, exclude: Any = None, **kwargs: Any) -> None:
        relations = {field.name for field in self._meta.fields if field.is_relation}
        super().full_clean(exclude={*(exclude or ()), *relations}, **kwargs)

    def clean(self) -> None:
        """Not Wagtail's: it asks for what the database's own constraint holds."""

    def get_next_task(self) -> ReviewTask | None:
        """As Wagtail's, but whole at once: it reads a task and then what it is."""
        steps = ReviewTask.objects.filter(workflow_tasks__workflow=self.workflow_id, active=True)
        done = self.successful_task_states.values("task")
        return steps.exclude(pk__in=done).order_by("workflow_tasks__sort_order").first()


class ReviewState(TaskState):
    """审查意见 (保密审查登记): one step's conclusion on exactly the content with this hash."""

    class Conclusion(models.TextChoices):
        PUBLIC = "public", "可以公开"
        PARTLY = "partly", "删去有关内容后可以公开"
        ON_APPLICATION = "on_application", "依申请公开"
        WITHHELD = "withheld", "不予公开"

    seen_sha256 = models.CharField("审查内容校验值", max_length=64)
    conclusion = models.CharField("结论", max_length=20, choices=Conclusion.choices, blank=True)
    #: A ground of law.taxonomy, for what is not (wholly) public.
    ground = models.CharField("依据", max_length=100, blank=True)
    by_name = models.CharField("审查人姓名", max_length=150, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "审查意见"

    def log_state_change_action(self, user: Any, action: str) -> None:
        """Not in Wagtail's log: ``actions.review`` writes each step into the audit trail."""


class ReviewLevel(models.Model):
    """增加的审查环节: a step that a body adds to those of ``Step``, and who takes it.

    One of ``role``, ``section`` and ``person`` is set. Its name stands in the register and is
    never changed; a level that is not wanted any more is ended, for what is handed in later.
    """

    class Form(models.TextChoices):
        OPINION = "opinion", "意见：通过或者退回"
        SECRECY = "secrecy", "保密审查表：结论、依据、意见"

    #: What it comes after; the signature is always the last.
    AFTER = (("", "最先"), *((s.value, f"{s.label}之后") for s in Step if s != Step.SIGN))

    body = models.ForeignKey(
        Body, models.CASCADE, related_name="review_levels", verbose_name="机关"
    )
    name = models.CharField("环节名称", max_length=20)
    form = models.CharField("填写什么", max_length=10, choices=Form.choices, default=Form.OPINION)
    role = models.CharField("由哪个岗位办理", max_length=20, choices=Role.choices, blank=True)
    section = models.ForeignKey(
        Section,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="由哪个科室办理",
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="由哪个人办理",
    )
    after = models.CharField("排在", max_length=20, choices=AFTER, blank=True)
    order = models.PositiveSmallIntegerField("同一位置的先后", default=1)
    duty = models.CharField("审查要点", max_length=300, blank=True)
    ended_at = models.DateTimeField("停用时间", null=True, blank=True, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "增加的审查环节"
        ordering = ["body", "order", "id"]
        constraints = [
            models.CheckConstraint(
                condition=(
                    ~models.Q(role="") & models.Q(section=None, person=None)
                    | models.Q(role="", section__isnull=False, person=None)
                    | models.Q(role="", section=None, person__isnull=False)
                ),
                name="one_who_takes_a_level",
            )
        ]

    def __str__(self) -> str:
        return self.name


class ReviewTask(Task):
    """审查环节: a step of the review; only ``actions.review`` moves it, no form of the shell."""

    #: One of ``Step``, or ``level-7`` for the level with that number.
    step = models.CharField("环节", max_length=20, unique=True)
    level = models.OneToOneField(
        ReviewLevel,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="task",
        verbose_name="增加的审查环节",
    )

    task_state_class = ReviewState

    class Meta:
        verbose_name = verbose_name_plural = "审查环节"

    def start(self, workflow_state: Any, user: Any = None) -> ReviewState:
        """Begin the step on the newest revision, bound to the hash of its content."""
        from gongkai.publishing.content import draft_of, fingerprint

        document = workflow_state.content_object
        state = ReviewState(
            workflow_state=workflow_state,
            status=TaskState.STATUS_IN_PROGRESS,
            revision=document.get_latest_revision(),
            task=self,
            seen_sha256=fingerprint(draft_of(document)),
        )
        state.save()
        return state

    def locked_for_user(self, obj: Any, user: Any) -> bool:
        """Nobody edits while it is reviewed: a change recalls it first."""
        return True

    def get_actions(self, obj: Any, user: Any) -> list[Any]:
        """None in the shell."""
        return []


class Finding(models.Model):
    """机器检查发现: a passage of a draft that the machine asks about before the review."""

    class Level(models.TextChoices):
        STOP = "stop", "必须处理"
        ASK = "ask", "请核对"

    class State(models.TextChoices):
        OPEN = "open", "待处理"
        GONE = "gone", "已改正"
        MASKED = "masked", "已遮盖"
        ANSWERED = "answered", "已说明"

    document = models.ForeignKey(
        Document, models.CASCADE, related_name="findings", verbose_name="政府信息"
    )
    #: Rule of ``scan`` ("personal.id_number") and what makes the finding the same one next time.
    rule = models.CharField("规则", max_length=40)
    mark = models.CharField("标识", max_length=64)
    level = models.CharField("级别", max_length=10, choices=Level.choices)
    message = models.CharField("问题", max_length=300)
    #: Where: {"field": "text"|"title"|…, "start": n, "end": n} or {"file": id, "place": "第2页"}.
    place = models.JSONField("位置", default=dict)
    #: The words around it; personal data masked.
    excerpt = models.CharField("所在文字", max_length=300, blank=True)
    state = models.CharField(
        "处理", max_length=10, choices=State.choices, default=State.OPEN, db_index=True
    )
    answer = models.CharField("说明", max_length=300, blank=True)
    found_at = models.DateTimeField("发现时间", auto_now_add=True)
    settled_at = models.DateTimeField("处理时间", null=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="处理人",
    )

    class Meta:
        verbose_name = verbose_name_plural = "机器检查发现"
        ordering = ["level", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["document", "rule", "mark"], name="one_finding_per_passage"
            )
        ]

    def __str__(self) -> str:
        return self.message
