"""Office pages of 依申请转主动公开: proposals that arrived, and what becomes of them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.views.decorators.cache import never_cache

from gongkai.base.office import office_page
from gongkai.base.permissions import staff
from gongkai.base.refusal import Refused
from gongkai.publishing.actions import proposals as actions
from gongkai.publishing.desk.access import seen_bodies
from gongkai.publishing.desk.shared import HOME, body_of, form_page, holds
from gongkai.publishing.models import Column, Document, Proposal
from gongkai.publishing.roles import VIEW

LIST = ("desk-proposals", "转主动公开建议")


class DecideForm(forms.Form):
    """Take it up as a new draft, as a document that is there, or not at all."""

    deed = forms.ChoiceField(
        label="研究意见",
        widget=forms.RadioSelect,
        choices=[
            ("draft", "采纳，起草新的信息"),
            ("there", "信息已经公开，告知网址"),
            ("refuse", "不予采纳"),
        ],
        error_messages={"required": "请选择研究意见。"},
    )
    column = forms.ModelChoiceField(
        Column.objects.none(),
        label="放在哪个栏目",
        empty_label="请选择栏目",
        required=False,
        help_text="采纳的填写。",
    )
    index_number = forms.CharField(
        label="已经公开的信息的索引号", required=False, max_length=60, help_text="已经公开的填写。"
    )
    reason = forms.CharField(
        label="理由",
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="不予采纳的填写，建议人会看到。",
    )


@staff(VIEW)
@never_cache
def proposals(request: HttpRequest) -> HttpResponse:
    """What waits for a decision, the most asked for first; and what was decided."""
    body, bodies = body_of(request)
    may = holds(request, body, *actions.DECIDERS)
    if may:
        actions.collect(body)
    state = request.GET.get("state", Proposal.State.OPEN)
    found = Proposal.objects.filter(body=body).select_related("document__body")
    counts = {key: found.filter(state=key).count() for key in Proposal.State.values}
    if state in Proposal.State.values:
        found = found.filter(state=state)
    return office_page(
        request,
        "publishing/desk/proposals.html",
        "依申请转主动公开",
        [HOME],
        icon="folder-inverse",
        body=body,
        bodies=bodies,
        proposals=found[:200],
        states=[(key, label, counts[key]) for key, label in Proposal.State.choices],
        state=state,
        may=may,
    )


@staff(VIEW)
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Decide one proposal."""
    proposal = (
        Proposal.objects.filter(pk=pk, body__in=seen_bodies(request.user))
        .select_related("body")
        .first()
    )
    if proposal is None:
        raise Http404("没有这条建议，或者您没有查看的权限。")
    form = DecideForm(request.POST or None)
    form.fields["column"].queryset = Column.objects.filter(body=proposal.body)  # type: ignore[attr-defined]

    def act(values: dict[str, Any]) -> str:
        if values["deed"] == "refuse":
            actions.refuse(proposal, values["reason"], by=request.user)
        elif values["deed"] == "there":
            document = Document.objects.filter(
                body=proposal.body, index_number=values["index_number"].strip() or "-", live=True
            ).first()
            if document is None:
                raise Refused("没有这个索引号的公开信息，请核对。")
            actions.accept(proposal, by=request.user, document=document)
        else:
            made = actions.accept(proposal, by=request.user, column=values["column"])
            return reverse("desk-edit-document", args=[made.pk])
        return reverse(LIST[0])

    return form_page(
        request,
        form,
        act,
        title=f"研究：{proposal.subject}",
        trail=[(reverse(LIST[0]), LIST[1])],
        button="确定",
        done="已登记研究意见。",
        back=lambda address: address,
        intro=f"{proposal.kind}，{proposal.people} 人。",
        final="采纳的信息公开后，网址自动告知提出的一方；不予采纳的，理由随即告知。",
    )


urlpatterns: list[URLPattern] = [
    path("publishing/proposals/", proposals, name="desk-proposals"),
    path("publishing/proposals/<int:pk>/", decide, name="desk-proposal"),
]
