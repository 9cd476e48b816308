"""The levels of review that a body added: the form of one, and its end."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth import get_user_model
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_POST

from gongkai.base.audit import name_of
from gongkai.base.permissions import staff
from gongkai.base.refusal import Refused
from gongkai.bodies.models import Body, Membership, Role, Section
from gongkai.bodies.set_up import body_to_set_up
from gongkai.publishing.actions import levels as actions
from gongkai.publishing.desk.shared import form_page
from gongkai.publishing.levels import levels_of
from gongkai.publishing.models import ReviewLevel
from gongkai.publishing.roles import SETTINGS, STAFF

#: What is not said otherwise.
DUTY = "请按照本机关的规定审查，写明意见。"


class _Person(forms.ModelChoiceField):
    def label_from_instance(self, user: Any) -> str:
        return name_of(user)


class LevelForm(forms.ModelForm):
    """A level; its name is asked for once."""

    class Meta:
        model = ReviewLevel
        fields = ("name", *actions.FIELDS)
        widgets = {"duty": forms.Textarea(attrs={"rows": 2}), "form": forms.RadioSelect}
        help_texts = {
            "name": "例如：分管领导审核。名称记入登记，以后不能改；要换的，停用后另外增加。",
            "form": "需要像保密审查那样写明结论和依据的，选择保密审查表。",
            "after": "领导签发总是最后一个环节。",
            "order": "同一位置有几个环节的，数字小的先办。",
            "duty": "显示在审查页面上，提醒看什么；可以不填。",
        }

    def __init__(self, *args: Any, body: Body, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            del self.fields["name"]
        else:
            self.fields["name"].error_messages["required"] = "请填写环节名称，例如：分管领导审核。"
        self.fields["form"].choices = ReviewLevel.Form.choices
        self.fields["role"] = forms.ChoiceField(
            label="由哪个岗位办理",
            required=False,
            choices=[("", "不按岗位"), *((r.value, r.label) for r in STAFF if r != Role.HANDLER)],
            help_text="岗位、科室、人员选择一项。",
        )
        self.fields["section"] = forms.ModelChoiceField(
            Section.objects.filter(body=body),
            label="由哪个科室的承办人办理",
            required=False,
            empty_label="不按科室",
        )
        there = Membership.objects.filter(body=body).values("user")
        self.fields["person"] = _Person(
            get_user_model().objects.filter(pk__in=there, is_active=True).order_by("pk"),
            label="由哪个人办理",
            required=False,
            empty_label="不指定到人",
            help_text="他自己起草的信息，由本机关负责人代为审查。",
        )

    def _post_clean(self) -> None:
        """The level is written by the deed."""


@staff(SETTINGS)
def level_form(request: HttpRequest, slug: str, pk: int | None = None) -> HttpResponse:
    """Add a level, or change who takes it and where it stands."""
    body, _ = body_to_set_up(request, slug)
    known = _level_or_404(body, pk) if pk is not None else None
    form = LevelForm(request.POST or None, instance=known or ReviewLevel(body=body), body=body)
    by: Any = request.user
    return form_page(
        request,
        form,
        lambda values: actions.save_level(body, values, by=by, level=known),
        title=f"审查环节：{known}" if known else "增加审查环节",
        trail=[(_settings(body), "主动公开设置")],
        button="保存",
        done="审查环节已保存，以后送审的信息都要经过它。",
        back=_settings(body),
        intro=f"{body.name}。位置的改动用于以后送审的信息；由谁办理，立即生效。",
    )


@staff(SETTINGS)
@require_POST
def level_end(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """End a level."""
    found = _level_or_404(body_to_set_up(request, slug)[0], pk)
    by: Any = request.user
    try:
        actions.end_level(found, by=by)
    except Refused as no:
        messages.warning(request, str(no))
    else:
        messages.success(request, f"“{found}”已停用；已经送审的信息仍然要经过它。")
    return redirect(_settings(found.body))


def _level_or_404(body: Body, pk: int) -> ReviewLevel:
    for level in levels_of(body):
        if level.pk == pk:
            return level
    raise Http404("没有这个审查环节，或者已经停用。")


def _settings(body: Body) -> str:
    return reverse("desk-publishing-settings-of", args=[body.slug])


urlpatterns: list[URLPattern] = [
    path("documents/settings/<slug:slug>/levels/new/", level_form, name="desk-review-level-new"),
    path("documents/settings/<slug:slug>/levels/<int:pk>/", level_form, name="desk-review-level"),
    path(
        "documents/settings/<slug:slug>/levels/<int:pk>/end/",
        level_end,
        name="desk-review-level-end",
    ),
]
