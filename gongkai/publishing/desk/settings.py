"""The settings of a body for publishing, each with what it is for."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path

from gongkai.base.office import office_page
from gongkai.base.permissions import staff
from gongkai.base.refusal import Refused
from gongkai.bodies.set_up import body_to_set_up
from gongkai.law.taxonomy import deed_articles
from gongkai.publishing.actions.review import ALWAYS, steps_for
from gongkai.publishing.actions.settings import SETTABLE, save_settings
from gongkai.publishing.desk.access import HOME
from gongkai.publishing.levels import stages, who
from gongkai.publishing.models import PublishingSettings
from gongkai.publishing.models.review import Step
from gongkai.publishing.models.settings import all_steps
from gongkai.publishing.roles import SETTINGS

#: Characters of a word of the body's own list at most.
LONGEST = 40
MOST_WORDS = 2000


class OfficeForm(forms.Form):
    """Steps of the review, numbering, name of the site, own words."""

    steps = forms.MultipleChoiceField(
        label="审查环节",
        choices=[(s.value, s.label) for s in Step if s not in ALWAYS],
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="保密审查和领导签发必须有，不能取消；财务核对只用于含财务信息的。",
    )
    index_by_month = forms.BooleanField(
        label="索引号按月编",
        required=False,
        help_text="不勾选的，样式是“机关代码/2026-00001”；勾选的，是“机关代码/202611-00001”。",
    )
    site_name = forms.CharField(
        label="网站名称",
        required=False,
        max_length=60,
        help_text="显示在本机关页面的上方；不填的，用机关名称。",
    )
    own_words = forms.CharField(
        label="本机关词表",
        required=False,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text="每行一个：不应当出现的词，空一格，再写应当怎样写；"
        "只写一个词的，出现时请起草人核对。例如：卫计委 卫生健康委员会",
    )

    data_terms = forms.CharField(
        label="开放数据使用条件",
        required=False,
        max_length=300,
        help_text="一句话，或者许可文本的网址，写进数据目录和接口；不填的，用全站的使用条件。",
    )

    def clean_own_words(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for line in self.cleaned_data["own_words"].splitlines():
            word, _, instead = line.strip().partition(" ")
            if not word:
                continue
            if len(word) > LONGEST or len(instead) > LONGEST:
                raise forms.ValidationError(f"“{word[:20]}…”太长，一个词不超过 {LONGEST} 个字。")
            found[word] = instead.strip()
        if len(found) > MOST_WORDS:
            raise forms.ValidationError(f"词表最多 {MOST_WORDS} 行，请精简。")
        return found


@staff(SETTINGS)
def office_settings(request: HttpRequest, slug: str = "") -> HttpResponse:
    """The form of one body; those who look after several choose it first."""
    body, bodies = body_to_set_up(request, slug)
    kept = PublishingSettings.objects.filter(body=body).first() or PublishingSettings(
        body=body, steps=all_steps()
    )
    form = OfficeForm(request.POST or None, initial=_initial(kept))
    refusal = ""
    if request.method == "POST" and form.is_valid():
        try:
            values = {name: form.cleaned_data[name] for name in SETTABLE}
            save_settings(body, values, by=request.user)  # type: ignore[arg-type]
        except Refused as no:
            refusal = str(no)
        else:
            messages.success(request, "设置已保存。")
            return redirect("desk-publishing-settings-of", body.slug)
    return office_page(
        request,
        "publishing/desk/settings.html",
        "主动公开设置",
        [HOME],
        icon="cog",
        status=422 if form.errors or refusal else 200,
        body=body,
        bodies=bodies,
        form=form,
        refusal=refusal,
        article=deed_articles()["review-before-publication"],
        course=[
            (one, who(one.level) if one.level else "、".join(role.label for role in one.roles))
            for one in stages(steps_for(body, shows_money=True))
        ],
        here="desk-publishing-settings",
    )


def _initial(kept: PublishingSettings) -> dict[str, Any]:
    words = "\n".join(f"{word} {instead}".strip() for word, instead in kept.own_words.items())
    return {
        "steps": kept.steps,
        "index_by_month": kept.index_by_month,
        "site_name": kept.site_name,
        "own_words": words,
        "data_terms": kept.data_terms,
    }


urlpatterns: list[URLPattern] = [
    path("documents/settings/", office_settings, name="desk-publishing-settings"),
    path("documents/settings/<slug:slug>/", office_settings, name="desk-publishing-settings-of"),
]
