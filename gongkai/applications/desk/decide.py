"""The seven questions as a guided tree: one question a page, item by item, no script needed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse

from gongkai.applications import clock
from gongkai.applications.actions.deciding import decide_items, lacks
from gongkai.applications.corrected import corrected
from gongkai.applications.desk.deeds import BY_KEY
from gongkai.applications.desk.deeds.registry import offer
from gongkai.applications.desk.ruling_form import RulingForm
from gongkai.applications.models import Application, RequestItem
from gongkai.applications.queries import worked_case_or_404
from gongkai.applications.roles import WORK
from gongkai.applications.similar import decision_label
from gongkai.base.office import number_of, office_page
from gongkai.base.permissions import staff
from gongkai.base.refusal import Overtaken, Refused
from gongkai.law.decisions import (
    Conclusion,
    Question,
    check_items,
    choose,
    questions,
    statistical_decision,
)
from gongkai.law.formats import report_format
from gongkai.law.taxonomy import letters

STEPS = ("补不补", "是不是", "谁负责", "有没有", "给不给", "怎么给", "怎么答")
#: A letter that must come first → the deed that makes it.
_DEED_FOR = {
    "L04": "ask-correction",
    "L05": "ask-reasons",
    "L07": "consult-third-party",
    "L10": "consult-joint-maker",
    "L13": "fee",
}


@staff(WORK)
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """The items of the application with what was decided on each."""
    case = worked_case_or_404(request.user, pk)
    items = list(case.items.all())
    taken = [i.decision for i in items]
    rows = [
        (item, decision_label(item.decision), letters()[item.letter] if item.letter else None)
        for item in items
    ]
    return office_page(
        request,
        "applications/desk/decide.html",
        "拟定答复决定",
        _trail(case),
        icon="help",
        case=case,
        corrected=corrected(case),
        rows=rows,
        chance=offer(BY_KEY["decide"], case, request.user),
        draft=offer(BY_KEY["draft"], case, request.user),
        counted=_counted(taken) if all(taken) else "",
        left=sum(not d for d in taken),
    )


@staff(WORK)
def decide_item(request: HttpRequest, pk: int, item: int) -> HttpResponse:
    """One item: the next question, or the conclusion with what must be filled in."""
    case = worked_case_or_404(request.user, pk)
    chosen = case.items.filter(pk=item).first()
    if chosen is None:
        raise Http404("没有这一项。")
    chance = offer(BY_KEY["decide"], case, request.user)
    known = questions()
    answers = {k: v for k, v in request.GET.items() if k in known}
    if not answers and "start" not in request.GET:
        answers = dict(chosen.answers)
    try:
        found = choose(answers)
    except ValueError:
        return redirect("desk-decide-item", pk=pk, item=item)
    context: dict[str, Any] = {
        "case": case,
        "item": chosen,
        "corrected": (came := corrected(case)),
        "count": case.items.count(),
        "chance": chance,
        "found": found,
        "steps": _steps(found, answers),
        "path": _path(answers, found),
        "restart": f"{request.path}?start=1",
    }
    status = 200
    if isinstance(found, Question):
        context["options"] = [
            (o, _address(request, _used(answers) | {found.id: o.key}), _leads_to(o))
            for o in found.options
            # Once and for all (Art 30): what was corrected is not asked for again.
            if not (came and o.wait == "L04")
        ]
    elif found.waiting:
        context |= _wait(case, found)
    else:
        answer, extra, status = _conclude(request, case, chosen, found, answers)
        if answer is not None:
            return answer
        context |= extra
    return office_page(
        request,
        "applications/desk/decide_item.html",
        f"第{chosen.order}项怎样答复",
        [*_trail(case), (reverse("desk-decide", args=[pk]), "拟定答复决定")],
        icon="help",
        status=status,
        **context,
    )


def _trail(case: Application) -> list[tuple[str, str]]:
    return [
        (reverse("wagtailadmin_home"), "待办"),
        (reverse("desk-cases"), "申请办理"),
        (reverse("desk-case", args=[case.pk]), f"申请 {case.number}"),
    ]


def _address(request: HttpRequest, answers: Mapping[str, str]) -> str:
    return f"{request.path}?{urlencode(answers) or 'start=1'}"


def _used(answers: Mapping[str, str]) -> dict[str, str]:
    """The answers up to the question that is asked now, in order; what is off the way is left."""
    used: dict[str, str] = {}
    while True:
        found = choose(used)
        if not isinstance(found, Question) or found.id not in answers:
            return used
        used[found.id] = answers[found.id]


def _path(answers: Mapping[str, str], found: Question | Conclusion) -> list[dict[str, Any]]:
    """What was answered, each with the address that asks it again."""
    known, before, rows = questions(), {}, []  # type: ignore[var-annotated]
    for question, key in _used(answers).items():
        asked = known[question]
        rows.append(
            {
                "question": asked,
                "answer": next(o.text for o in asked.options if o.key == key),
                "again": f"?{urlencode(before) or 'start=1'}",
            }
        )
        before = before | {question: key}
    return rows


def _steps(found: Question | Conclusion, answers: Mapping[str, str]) -> list[tuple[str, str]]:
    """The seven steps, each done, here or not asked (yet)."""
    here = found.step if isinstance(found, Question) else STEPS[-1]
    done = {questions()[key].step for key in _used(answers)}
    return [(s, "here" if s == here else "done" if s in done else "") for s in STEPS]


def _leads_to(option: Any) -> str:
    """Where an answer leads, when it is the last one."""
    if option.wait:
        return f"先发{letters()[option.wait].label}"
    if option.decision and option.letter:
        return f"{decision_label(option.decision)}：{letters()[option.letter].label}"
    return ""


def _wait(case: Application, found: Conclusion) -> dict[str, Any]:
    deed = BY_KEY.get(_DEED_FOR.get(found.letter, ""))
    return {
        "letter": letters()[found.letter],
        "deed": deed,
        "deed_address": reverse("desk-case-deed", args=[case.pk, deed.key]) if deed else "",
    }


def _conclude(
    request: HttpRequest,
    case: Application,
    item: RequestItem,
    found: Conclusion,
    answers: Mapping[str, str],
) -> tuple[HttpResponse | None, dict[str, Any], int]:
    """The conclusion: what is missing, the form, how the whole will be counted."""
    assert found.decision is not None
    posted = request.method == "POST"
    form = RulingForm(
        request.POST if posted else None,
        case=case,
        item=item,
        conclusion=found,
        answers=_used(answers),
    )
    refusal, overtaken = "", False
    if "more" in request.POST:
        form, posted = form.without_errors(), False
    if posted and form.is_valid():
        rulings = {item.pk: form.ruling()}
        if form.cleaned_data.get("same"):
            rulings |= {other.pk: form.ruling() for other in form.others}
        try:
            decide_items(case, rulings, by=request.user, seen=number_of(request.POST.get("seen")))
        except Refused as no:
            refusal, overtaken = str(no), isinstance(no, Overtaken)
        else:
            messages.success(
                request, f"第{item.order}项：{decision_label(found.decision.key)}，已保存。"
            )
            left = case.items.filter(decision="").order_by("order").first()
            if left is not None:
                return redirect("desk-decide-item", pk=case.pk, item=left.pk), {}, 302
            return redirect("desk-decide", pk=case.pk), {}, 302
    others = [i.decision for i in case.items.all() if i.pk != item.pk]
    whole = [d for d in others if d] + [found.decision.key]
    defects = check_items(whole)
    extra = {
        "form": form,
        "refusal": refusal,
        "overtaken": overtaken,
        "decision": decision_label(found.decision.key),
        "letter": letters()[found.letter],
        "also": [letters()[code] for code in found.also],
        "lacking": lacks(case, clock.outcome(case), found),
        "defects": defects,
        "counted": _counted(whole) if not defects else "",
        "undecided": sum(not d for d in others),
    }
    return None, extra, 422 if refusal or form.errors else 200


def _counted(taken: list[str]) -> str:
    """The one row of table 三 under which an application with these items is counted."""
    key = statistical_decision(taken)
    row = next(r for r in report_format("2021").table3_rows if r.key == key)
    return f"{decision_label(key)}（表三 {row.path}）"


urlpatterns: list[URLPattern] = [
    path("<int:pk>/do/decide/", decide, name="desk-decide"),
    path("<int:pk>/do/decide/<int:item>/", decide_item, name="desk-decide-item"),
]
