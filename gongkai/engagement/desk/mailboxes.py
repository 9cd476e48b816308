"""Staff pages: the mailboxes and limits of a body, and who looked into a mailbox on which day."""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_safe

from gongkai.base.audit import name_of
from gongkai.base.inputs import DayInput
from gongkai.base.office import number_of, office_page, stored_now
from gongkai.base.permissions import staff
from gongkai.base.refusal import Refused
from gongkai.bodies.calendars import calendar_for
from gongkai.bodies.set_up import body_to_set_up
from gongkai.engagement import clock
from gongkai.engagement.actions.mailboxes import YEARS, save_limits, save_mailbox
from gongkai.engagement.models import EngagementSettings, Mailbox, MailboxCheck
from gongkai.engagement.queries import mailboxes_for
from gongkai.engagement.roles import SETTINGS, VIEW
from gongkai.law.parameters import MARKS, statute

TITLE = "信箱和期限设置"


class MailboxForm(forms.ModelForm):
    """A mailbox; its categories one a line."""

    categories = forms.CharField(
        label="来信类别",
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="一行一个",
        error_messages={"required": "请至少填写一个来信类别。"},
    )

    class Meta:
        model = Mailbox
        fields = ("name", "slug", "intro", "categories", "section", "is_open", "opened_on", "order")
        widgets = {"opened_on": DayInput()}
        help_texts = {"slug": "网址的一部分，用英文字母、数字和短横，例如 zhuren"}
        error_messages = {
            "name": {"required": "请填写信箱名称，例如“主任信箱”。"},
            "slug": {"required": "请填写网址标识。", "unique": "这个网址标识已经有信箱使用。"},
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["section"].queryset = self.instance.body.sections.all()  # type: ignore[attr-defined]
        self.initial["categories"] = "\n".join(self.instance.categories)

    def clean_categories(self) -> list[str]:
        lines = (line.strip()[:20] for line in self.cleaned_data["categories"].splitlines())
        return list(dict.fromkeys(filter(None, lines)))


class LimitForm(forms.Form):
    """One period: the body's own number, and the document it rests on; empty: the usual one."""

    value = forms.IntegerField(
        label="本地规定",
        required=False,
        min_value=1,
        max_value=365,
        error_messages={"invalid": "请填写整数。"},
    )
    source = forms.CharField(label="依据的本地文件", required=False, max_length=120)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("value") and not data.get("source", "").strip():
            self.add_error("source", "请写明依据的本地文件名称、文号。")
        return data


class YearsForm(forms.Form):
    """How long who wrote and what is kept."""

    years = forms.IntegerField(
        label="来信和群众反映内容的保存期限（年）",
        min_value=YEARS[0],
        max_value=YEARS[-1],
        help_text=(
            "从答复之日算起，期满自动清除写信人、来信和答复的内容、附件，热线和投诉登记的加密内容；"
            "征集调查填写的文字从公布结果（没有公布的，从截止）之日算起。编号、日期和统计保留"
        ),
        error_messages={"required": "请填写年数。", "invalid": "请填写整数。"},
    )


@staff(SETTINGS)
def settings_page(request: HttpRequest, slug: str = "") -> HttpResponse:
    """The mailboxes of a body, and its limits; POST saves the limits."""
    body, bodies = body_to_set_up(request, slug)
    own = EngagementSettings.objects.filter(body=body).first()
    local = own.local if own else {}
    sent = request.method == "POST"
    today = clock.today()
    limits = [
        (
            statute().rule(key, on=today),
            LimitForm(
                request.POST if sent else None, prefix=key.replace(".", "-"), initial=local.get(key)
            ),
        )
        for key in clock.LOCAL
    ]
    kept = own or EngagementSettings(body=body)
    years = YearsForm(
        request.POST if sent and "years" in request.POST else None,
        initial={"years": kept.personal_data_years},
    )
    refusal = ""
    if sent and not years.errors and not any(form.errors for _, form in limits):
        given = {
            rule.key: {k: form.cleaned_data[k] for k in ("value", "source")}
            for rule, form in limits
            if form.cleaned_data["value"]
        }
        try:
            wanted = years.cleaned_data["years"] if years.is_bound else None
            moved = save_limits(body, given, wanted, by=request.user)
        except Refused as no:
            refusal = str(no)
        else:
            messages.success(request, f"已经保存，{moved}封未答复来信的期限随之变动。")
            return redirect("desk-mailboxes-of", slug=body.slug)
    return office_page(
        request,
        "engagement/desk/settings.html",
        TITLE,
        [("/office/", "待办"), (reverse("desk-letters"), "信箱来信")],
        icon="cog",
        status=422 if refusal or years.errors or any(f.errors for _, f in limits) else 200,
        years=years,
        body=body,
        bodies=bodies,
        mailboxes=body.mailboxes.select_related("section"),
        limits=limits,
        marks=MARKS,
        refusal=refusal,
    )


@staff(SETTINGS)
def mailbox_form(request: HttpRequest, slug: str, pk: int | None = None) -> HttpResponse:
    """Open a mailbox, or change one."""
    body, _ = body_to_set_up(request, slug)
    mailbox = get_object_or_404(Mailbox, pk=pk, body=body) if pk else Mailbox(body=body)
    # Taken before the form writes into the row: what is stored now.
    stored = str(mailbox.version)
    form = MailboxForm(request.POST or None, instance=mailbox)
    refusal: Refused | None = None
    # A refused form rests on what was on the screen when it was opened, not on what came since.
    seen = request.POST.get("seen", stored)
    if request.method == "POST" and form.is_valid():
        try:
            save_mailbox(
                form.save(commit=False),
                by=request.user,
                seen=number_of(seen),
            )
        except Refused as no:
            refusal = no
            seen = stored if no.overtaken else seen
        else:
            messages.success(request, "信箱已经保存。")
            return redirect("desk-mailboxes-of", slug=slug)
    return office_page(
        request,
        "engagement/desk/form.html",
        f"修改{mailbox.name}" if pk else "开设信箱",
        [("/office/", "待办"), (reverse("desk-mailboxes-of", args=[slug]), TITLE)],
        icon="mail",
        status=422 if refusal or form.errors else 200,
        form=form,
        refusal=refusal,
        stored_now=stored_now(form) if refusal and refusal.overtaken else [],
        seen=seen,
        button="保存",
        back=reverse("desk-mailboxes-of", args=[slug]),
    )


@staff(VIEW)
@require_safe
def checks(request: HttpRequest) -> HttpResponse:
    """A month of daily looks into every mailbox; working days without one stand out."""
    today = clock.today()
    month = _month(request.GET.get("month", ""), today)
    last = min(month.replace(day=monthrange(month.year, month.month)[1]), today)
    mailboxes = list(mailboxes_for(request.user).select_related("body"))
    done: dict[tuple[int, date], list[MailboxCheck]] = {}
    for check in MailboxCheck.objects.filter(
        mailbox__in=mailboxes, on__gte=month, on__lte=last
    ).select_related("by"):
        check.who = name_of(check.by)
        done.setdefault((check.mailbox_id, check.on), []).append(check)
    tables = []
    for mailbox in mailboxes:
        calendar = calendar_for(mailbox.body)
        days = [month.replace(day=n) for n in range(last.day, 0, -1)] if month <= today else []
        days = [day for day in days if day >= mailbox.opened_on]
        rows = [(day, calendar.is_working(day), done.get((mailbox.pk, day), [])) for day in days]
        missed = sum(works and not looks for day, works, looks in rows if day < today)
        tables.append((mailbox, rows, missed))
    return office_page(
        request,
        "engagement/desk/checks.html",
        "信箱每日查看",
        [("/office/", "待办"), (reverse("desk-letters"), "信箱来信")],
        icon="date",
        month=month,
        today=today,
        tables=tables,
    )


def _month(text: str, today: date) -> date:
    """The first day of the month "2026-11"; of this month where it is none."""
    try:
        return date.fromisoformat(f"{text[:7]}-01")
    except ValueError:
        return today.replace(day=1)


urlpatterns: list[URLPattern] = [
    path("engagement/mailboxes/", settings_page, name="desk-mailboxes"),
    path("engagement/mailboxes/<slug:slug>/", settings_page, name="desk-mailboxes-of"),
    path("engagement/mailboxes/<slug:slug>/new/", mailbox_form, name="desk-mailbox-new"),
    path("engagement/mailboxes/<slug:slug>/<int:pk>/", mailbox_form, name="desk-mailbox"),
    path("engagement/checks/", checks, name="desk-mailbox-checks"),
]
