"""⑥ The last look, the question that keeps machines out, and the application is sent."""

from __future__ import annotations

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from gongkai.applications.actions import accounts
from gongkai.applications.actions.intake import Filed, file_application
from gongkai.applications.files import content, keep_file
from gongkai.applications.identity import is_credit_code
from gongkai.applications.models import ApplicantAccount, Application, CaseFile, Draft
from gongkai.applications.public import signed_in
from gongkai.applications.public.apply import drafts
from gongkai.applications.public.apply.forms import NATURAL, UPLOADS, SendForm
from gongkai.applications.public.apply.steps import Filled, filled, intake, page
from gongkai.base import question, ratelimit
from gongkai.base.permissions import public
from gongkai.base.refusal import Refused
from gongkai.law.taxonomy import applicant_kinds

#: One address: tries to send in an hour. A library or a service hall has one address for all.
SENDS = 40
#: What goes on from one application to the next of the same person.
CARRIED = ("body", "who", "delivery")


@public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest) -> HttpResponseBase:
    draft = drafts.current(request)
    if draft is None:
        return redirect("apply-body")
    if _filed(draft):
        return redirect("apply-receipt")
    found = filled(draft)
    if found.missing:
        return redirect(found.missing)
    form = SendForm(request.POST if request.POST.get("do") == "send" else None)
    refusal = ""
    if form.is_bound:
        ratelimit.hit(request, "apply-send", limit=SENDS, seconds=3600)
        if form.is_valid():
            refusal = _machine(request, draft, form)
            if not refusal:
                try:
                    send(draft, account=signed_in.current(request))
                except Refused as no:
                    refusal = str(no)
                else:
                    return redirect("apply-receipt")
    return _page(request, draft, found, form, refusal)


def _filed(draft: Draft) -> bool:
    """Sent already, also when this process died between the sending and the answer."""
    return "case" in draft.content or Application.objects.filter(submission_key=draft.key).exists()


def _machine(request: HttpRequest, draft: Draft, form: SendForm) -> str:
    if form.cleaned_data["website"]:
        return "提交没有成功，请清空页面上不显示的“网址”一栏后再试。"
    wrong = question.refused(
        request.POST.get("token", ""), form.cleaned_data["answer"], about=draft.key
    )
    if wrong:
        form.add_error("answer", wrong)
    return wrong and "还没有提交。"


def send(draft: Draft, *, account: ApplicantAccount | None = None) -> Filed:
    """File the draft's application; the case, its files and the draft's end at once or not at all.

    The draft's key is the submission_key: sent twice, also at the same moment, it is one
    application. Refused where something is missing. ``account``: whose list it comes to.
    """
    with transaction.atomic():
        draft = Draft.objects.select_for_update(no_key=True).get(pk=draft.pk)
        whose = accounts.still_open(account)  # locked before the trail is
        found = filled(draft)
        if found.missing:
            raise Refused("申请还没有填完，请返回补齐。")
        filed = file_application(intake(draft, found), by=None)
        if whose is not None:
            accounts.link_case(whose, filed.case)
        rest = draft.content.get("rest", [])
        draft.content = {
            "case": filed.case.pk,
            "before": draft.content.get("before", []),
            **({"rest": rest, **{k: draft.content[k] for k in CARRIED}} if rest else {}),
        }
        draft.save()
    return filed


@public
@require_POST
def next_matter(request: HttpRequest) -> HttpResponseBase:
    """The next matter of a split application: a draft of its own with the same applicant."""
    draft = drafts.current(request)
    if draft is None or not draft.content.get("rest"):
        return redirect("apply")
    ratelimit.hit(request, "apply-send", limit=SENDS, seconds=3600)
    with transaction.atomic():
        draft = Draft.objects.select_for_update(no_key=True).get(pk=draft.pk)
        old = draft.content
        if not old.get("rest"):  # the button was pressed twice
            return redirect("apply-check")
        matter, *rest = old["rest"]
        following = drafts.begin(
            {
                **{k: old[k] for k in CARRIED},
                "files": _copied(old["case"]),
                "matter": {"document_number": "", **matter},
                "one": True,
                "rest": rest,
                "before": [*old["before"], draft.key],
            }
        )
        draft.content = {k: old[k] for k in ("case", "before")}
        draft.save()
    return drafts.remember(request, redirect("apply-check"), following)


def _copied(case_id: int) -> list[int]:
    """Identity evidence and authorisation once more, for the same person's next application."""
    kinds = (CaseFile.Kind.IDENTITY, CaseFile.Kind.AUTHORISATION)
    known = CaseFile.objects.filter(application=case_id, kind__in=kinds, erased_at=None)
    return [
        keep_file(None, f.kind, f.name, content(f), f.media_type, by=None).pk
        for f in known.order_by("pk")
    ]


def _page(
    request: HttpRequest, draft: Draft, found: Filled, form: SendForm, refusal: str
) -> HttpResponse:
    assert found.matter and found.who and found.delivery
    asked = question.ask(draft.key)
    who, delivery = found.who.cleaned_data, found.delivery.cleaned_data
    matter = found.matter.cleaned_data
    kind = applicant_kinds()[who["applicant_kind"]]
    applicant = found.who.applicant()
    form_label = dict(Application.Form.choices)[delivery["form"]]
    route_label = dict(Application.Route.choices)[delivery["route"]]
    fields = found.who.fields
    labels = {k: str(f.label) for k, f in fields.items()} | {
        "name": str(fields["person" if not kind.organisation else "organisation"].label)
    }
    return page(
        request,
        "apply-check",
        "check",
        draft=draft,
        status=422 if form.is_bound else 200,
        form=form,
        refusal=refusal,
        asked=asked,
        body=found.body,
        parts=[
            (
                "要什么信息",
                "apply-matter",
                [
                    ("所需信息", matter["subject"]),
                    ("文号或者其他特征", matter["document_number"]),
                    ("内容描述", matter["details"]),
                ],
                _uploads(draft, attachments="附件"),
            ),
            (
                "申请人",
                "apply-who",
                [("身份", kind.label)]
                + [(labels[k], v) for k, v in applicant.items()]
                + [("需要的帮助", found.who.help_needed())],
                _uploads(draft, identity="身份证明")
                + (_uploads(draft, authorisation="授权委托书") if applicant.get("agent") else []),
            ),
            (
                "怎样交给您",
                "apply-delivery",
                [
                    ("形式", form_label),
                    ("方式", route_label),
                    ("传真号码", delivery["fax"] if delivery["route"] == "fax" else ""),
                    ("用途", delivery["purpose"]),
                    ("减免信息处理费的理由", delivery["fee_relief"]),
                ],
                [],
            ),
        ],
        items=draft.content.get("items", []),
        rest=draft.content.get("rest", []),
        hints=hints(draft, found),
    )


def _uploads(draft: Draft, **labels: str) -> list[tuple[str, list[CaseFile]]]:
    """Words → the files kept for that field."""
    mine = drafts.files_of(draft)
    return [(label, [f for f in mine if f.kind == UPLOADS[n][0]]) for n, label in labels.items()]


def hints(draft: Draft, found: Filled) -> list[str]:
    """What looks doubtful: said, never refused."""
    assert found.who is not None
    data, out = found.who.cleaned_data, []
    if data["applicant_kind"] != NATURAL and not is_credit_code(data["credit_code"]):
        out.append(
            "统一社会信用代码看起来不完整或者有一位写错了，请再核对一遍。确认无误的可以直接提交。"
        )
    kinds = {f.kind for f in drafts.files_of(draft)}
    if data["agent"] and CaseFile.Kind.AUTHORISATION not in kinds:
        out.append(
            "没有上传授权委托书。可以直接提交，机关需要时会请您补充，补充后才开始计算答复期限。"
        )
    if CaseFile.Kind.AUTHORISATION in kinds and not data["agent"]:
        out.append("上传了授权委托书，但是没有填写代理人。由代理人办理的，请补填代理人姓名。")
    if CaseFile.Kind.IDENTITY not in kinds:
        out.append(
            "没有上传身份证明。可以直接提交，机关需要时会请您补充，补充后才开始计算答复期限。"
        )
    return out
