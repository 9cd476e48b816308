"""The order of the steps, and what of a draft is complete."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from gongkai.applications.actions.intake import Intake
from gongkai.applications.models import Draft
from gongkai.applications.public.apply import drafts
from gongkai.applications.public.apply.forms import DeliveryForm, MatterForm, StepForm, WhoForm
from gongkai.base.public import column
from gongkai.bodies.models import Body

COLUMN = column(
    "依申请公开",
    "查一查需要的信息是否已经公开，在线提交政府信息公开申请",
    "依申请公开",
    "apply",
    "依申请公开,政府信息公开申请,在线申请",
)
#: URL name, words, in order.
STEPS = (
    ("apply", "先查一查"),
    ("apply-body", "向谁申请"),
    ("apply-matter", "要什么信息"),
    ("apply-who", "您是谁"),
    ("apply-delivery", "怎样交给您"),
    ("apply-check", "核对提交"),
)


@dataclass(frozen=True, slots=True)
class Filled:
    """A draft read back: its body and the forms of the three steps, each valid or None."""

    body: Body | None
    matter: MatterForm | None
    who: WhoForm | None
    delivery: DeliveryForm | None

    @property
    def missing(self) -> str:
        """The URL name of the first step that is not complete; "" when all are."""
        pairs = zip(
            (self.body, self.matter, self.who, self.delivery),
            ("apply-body", "apply-matter", "apply-who", "apply-delivery"),
            strict=True,
        )
        return next((name for value, name in pairs if value is None), "")


def filled(draft: Draft) -> Filled:
    """What of the draft is complete, judged by the same forms that took it in."""
    content = draft.content
    body = (
        bodies()
        .filter(pk=content.get("body"), application_settings__accepts_online=True)
        .select_related("application_settings", "region")
        .first()
    )
    who = content.get("who")
    return Filled(
        body,
        _valid(MatterForm, content.get("matter")),
        _valid(WhoForm, who),
        _valid(DeliveryForm, content.get("delivery"), who=who),
    )


def _valid(kind: type[StepForm], data: dict[str, Any] | None, **more: Any) -> Any:
    form = kind(data, **more) if data else None
    return form if form is not None and form.is_valid() else None


def bodies() -> Any:
    """Bodies that take applications, in the order of the regions."""
    return Body.objects.exclude(application_settings=None).order_by("region__path", "name")


def intake(draft: Draft, found: Filled) -> Intake:
    """The application that a complete draft is."""
    assert found.body and found.matter and found.who and found.delivery
    matter, delivery = found.matter.cleaned_data, found.delivery.cleaned_data
    who = found.who.applicant()
    if delivery["route"] == "fax":
        who["fax"] = delivery["fax"]
    return Intake(
        body=found.body,
        channel="online",
        applicant_kind=found.who.cleaned_data["applicant_kind"],
        applicant=who,
        subject=matter["subject"],
        document_number=matter["document_number"],
        details=matter["details"],
        items=tuple(draft.content.get("items", ())),
        purpose=delivery["purpose"],
        form=delivery["form"],
        route=delivery["route"],
        fee_relief=delivery["fee_relief"],
        help_needed=found.who.help_needed(),
        submission_key=draft.key,
        kept=tuple(drafts.files_of(draft)),
    )


def page(
    request: HttpRequest,
    step: str,
    template: str,
    *,
    draft: Draft | None = None,
    status: int = 200,
    **context: Any,
) -> HttpResponse:
    """A page of the step form, with the way there and what may be gone back to."""
    names = [name for name, _ in STEPS]
    now = names.index(step)
    reached = now
    if draft is not None and "case" not in draft.content and now < len(names) - 1:
        reached = max(now, names.index(filled(draft).missing or "apply-check"))
    steps = [
        {
            "number": number,
            "label": label,
            "url": reverse(name) if number - 1 <= reached else "",
            "now": number - 1 == now,
            "done": number - 1 < now,
        }
        for number, (name, label) in enumerate(STEPS, 1)
    ]
    context |= {
        "column": COLUMN,
        "crumbs": [("依申请公开", reverse("apply") if now else None)]
        + ([(STEPS[now][1], None)] if now else []),
        "steps": steps,
        "number": now + 1,
        "of": len(STEPS),
        "label": STEPS[now][1],
        "draft": draft,
        "kept_days": drafts.KEPT_DAYS,
        "back": reverse(names[now - 1]) if now else "",
        "errors": errors(context["form"]) if "form" in context else [],
    }
    return render(request, f"applications/public/apply/{template}.html", context, status=status)


def errors(form: StepForm) -> list[tuple[str, str]]:
    """Where and what: the list on top of a page that has to be put right."""
    return [
        (form[name].id_for_label or f"{form[name].auto_id}_0", str(sentence))
        for name, sentences in form.errors.items()
        for sentence in sentences
    ]
