"""Staff page 外出代行: whoever signs hands his role to a colleague until a day."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth import get_user_model
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse

from gongkai.base.audit import name_of
from gongkai.base.inputs import DayInput
from gongkai.base.office import number_of, office_page
from gongkai.base.permissions import staff
from gongkai.base.refusal import Refused
from gongkai.bodies import acting
from gongkai.bodies.models import Membership
from gongkai.bodies.queries import own_roles
from gongkai.documents.blocks import chinese_date

HAND_OVER = "bodies.hand_over_role"


class HandOverForm(forms.Form):
    """Which of one's own roles, to whom, until when."""

    held = forms.ModelChoiceField(Membership.objects.none(), label="请人代行的岗位")
    to = forms.ModelChoiceField(
        get_user_model().objects.none(),
        label="代行人",
        empty_label="请选择",
        help_text="从本机关有岗位的同事中选。他起草的文书、提出的请示，仍然不能由他自己签发、批示。",
        error_messages={"required": "请选择由谁代行。"},
    )
    since = forms.DateField(
        label="第一天",
        required=False,
        widget=DayInput(),
        help_text="不填的，从现在开始；填了以后的日子，到那一天自动开始。",
    )
    until = forms.DateField(
        label="最后一天",
        widget=DayInput(),
        help_text="含当天。过了这一天，系统自动收回。",
        error_messages={"required": "请填写代行到哪一天。"},
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        roles = own_roles(user)
        held, to = self.fields["held"], self.fields["to"]
        held.queryset = roles  # type: ignore[attr-defined]
        held.empty_label = None if len(roles) == 1 else "请选择"  # type: ignore[attr-defined]
        held.label_from_instance = _role  # type: ignore[attr-defined]
        able = acting.what_colleagues_do(roles)
        to.queryset = get_user_model().objects.filter(pk__in=able).order_by("pk")  # type: ignore[attr-defined]
        to.label_from_instance = lambda one: f"{name_of(one)}（{able[one.pk]}）"  # type: ignore[attr-defined]


def told(user: Any) -> list[tuple[Any, str, str]]:
    """Each role that is, or is to be, handed over by or to the person, for whom, and who acts."""
    rows = [*acting.in_force(user), *acting.planned(user)]
    return [(one, name_of(one.acting_for), name_of(one.user)) for one in rows]


def _role(held: Membership) -> str:
    return f"{held.body.short_name} {held.get_role_display()}"


@staff(HAND_OVER)
def hand_over(request: HttpRequest) -> HttpResponse:
    """Who acts for whom, and the form that begins it; POST with ``back`` ends it."""
    user: Any = request.user
    if request.method == "POST" and "back" in request.POST:
        return _take_back(request, user)
    form = HandOverForm(request.POST or None, user=user)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                data = form.cleaned_data
                days = {"until": data["until"], "since": data["since"]}
                one = acting.hand_over(data["held"], data["to"], **days, by=user)
                begins = getattr(one, "since", None)
                when = f"从{chinese_date(begins)}起" if begins else "现在"
                said = f"{name_of(one.user)}{when}可以代您办理“{one.get_role_display()}”的工作"
                messages.success(request, f"{said}，到{chinese_date(one.until)}为止（含当天）。")
                return redirect("desk-acting")
            except Refused as no:
                form.add_error(None, str(no))
    return office_page(
        request,
        "bodies/desk/acting.html",
        "外出代行",
        [(reverse("wagtailadmin_home"), "待办")],
        icon="user",
        status=status,
        form=form,
        roles=own_roles(user),
        rows=told(user),
        failed=acting.not_begun(user),
    )


def _take_back(request: HttpRequest, user: Any) -> HttpResponse:
    given: Any = acting.in_force(user).filter(acting_for=user.pk)
    if request.POST.get("planned"):
        given = acting.planned(user).filter(held__user=user.pk)
    one = given.filter(pk=number_of(request.POST.get("back"))).first()
    if one is None:
        raise Http404("没有这次代行，可能已经到期收回。")
    acting.take_back(one, by=user)
    messages.success(request, f"已收回：{name_of(one.user)}不再代行“{one.get_role_display()}”。")
    return redirect("desk-acting")


urlpatterns = [path("organisation/acting/", hand_over, name="desk-acting")]
