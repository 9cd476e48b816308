"""Intake: the clerk enters an application of whatever channel, and sees its days before saving."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.views.decorators.cache import never_cache

from gongkai.applications.actions.intake import (
    Intake,
    entered_late,
    expected,
    file_at_desk,
)
from gongkai.applications.desk.intake_form import FILES, IntakeForm
from gongkai.applications.files import keep_file
from gongkai.applications.identity import ID_TYPES, how_long, is_credit_code, is_id_number, is_phone
from gongkai.applications.models import CaseFile
from gongkai.applications.roles import CLERKS, WORK
from gongkai.applications.similar import Facts, similar_cases
from gongkai.base.masking import numbers_in, without_person
from gongkai.base.office import number_of, office_page
from gongkai.base.permissions import staff
from gongkai.base.refusal import Refused
from gongkai.bodies.queries import bodies_for
from gongkai.documents.blocks import chinese_dates
from gongkai.documents.personal import personal_data
from gongkai.law.deadlines import Outcome
from gongkai.law.parameters import statute
from gongkai.law.taxonomy import channels, deed_articles

_SALT = "applications.desk.intake"
_SALT_SHOWN = "applications.desk.intake.shown"
_A_DAY = 24 * 60 * 60
#: Digits of an identity card of the old kind; a number with as many is one of a card.
_OLD_CARD = 15
#: No document has a number with fewer digits.
_FEW = 4


@staff(WORK)
@never_cache
def new_case(request: HttpRequest) -> HttpResponse:
    """Choose the channel, fill in its form, look at the days that follow, save."""
    if not bodies_for(request.user, *CLERKS).filter(application_settings__isnull=False).exists():
        return _page(request, "no_body.html", status=403)
    channel = channels().get(request.GET.get("channel", ""))
    if channel is None:
        rules = statute()
        return _page(
            request,
            "channels.html",
            choices=[(c, rules.values[c.receipt][-1]) for c in channels().values()],
        )
    if request.method != "POST":
        form = IntakeForm(channel=channel, user=request.user)
        return _page(request, "form.html", form=form, channel=channel)
    form = IntakeForm(request.POST, request.FILES, channel=channel, user=request.user)
    valid = form.is_valid()
    kept = [*_kept(request), *_keep(request, form)]
    if not valid:
        return _page(request, "form.html", status=422, form=form, channel=channel, **_papers(kept))
    intake = form.intake(tuple(kept))
    found = expected(intake)
    page: dict[str, Any] = {"form": form, "channel": channel, **_papers(kept)}
    if found.refused:
        return _page(
            request,
            "form.html",
            status=422,
            refusal=chinese_dates(found.refused[0].message),
            **page,
        )
    cautions = list(_cautions(form, intake, kept))
    if request.POST.get("step") == "save" and _seen(request, found, cautions):
        try:
            filed = file_at_desk(intake, by=request.user)
        except Refused as no:
            return _page(request, "form.html", status=422, refusal=str(no), **page)
        at_counter = channel.receipt == "receipt.in_person"
        return _page(request, "filed.html", filed=filed, case=filed.case, at_counter=at_counter)
    facts = Facts(intake.body, intake.subject, intake.details, intake.applicant)
    return _page(
        request,
        "form.html",
        shown=_shown(found, cautions),
        changed=request.POST.get("step") == "save",
        found=found,
        body=intake.body,
        waiting=statute().values[channel.receipt][-1],
        cautions=cautions,
        warnings=[chinese_dates(w) for w in found.warnings],
        similar=similar_cases(facts),
        **page,
    )


def _page(request: HttpRequest, template: str, *, status: int = 200, **context: Any) -> Any:
    title = "收件"
    trail = [("/office/", "待办")]
    if channel := context.get("channel"):
        title = f"收件：{channel.label}"
        trail.append((reverse("desk-new-case"), "收件"))
    name = f"applications/desk/intake_{template}"
    return office_page(request, name, title, trail, icon="plus", status=status, **context)


# --- files kept while the form is being checked -----------------------------------------------


def _kept(request: HttpRequest) -> list[CaseFile]:
    """Files that this person stored with this form before, without those crossed out."""
    try:
        ids = signing.loads(request.POST.get("kept", ""), salt=_SALT, max_age=_A_DAY)
    except signing.BadSignature:
        return []
    dropped = {number_of(pk) for pk in request.POST.getlist("drop")}
    found = CaseFile.objects.filter(
        pk__in=[pk for pk in ids if pk not in dropped],
        application=None,
        added_by=request.user,  # type: ignore[misc]
    )
    return list(found)


def _keep(request: HttpRequest, form: IntakeForm) -> list[CaseFile]:
    user: Any = request.user
    return [
        keep_file(None, new.kind, new.name, new.data, new.media_type, by=user)
        for new in form.new_files()
    ]


def _papers(kept: list[CaseFile]) -> dict[str, Any]:
    return {"papers": kept, "kept": signing.dumps([f.pk for f in kept], salt=_SALT)}


# --- what the clerk is told before saving -----------------------------------------------------


def _days(found: Outcome) -> str:
    return f"{found.received_on}|{found.reply_due}"


def _shown(found: Outcome, cautions: list[str]) -> str:
    """What the page shows, days and cautions: saved only when these are what was seen."""
    return signing.dumps([_days(found), cautions], salt=_SALT_SHOWN)


def _seen(request: HttpRequest, found: Outcome, cautions: list[str]) -> bool:
    """Whether these days, and each of these cautions, stood on the page that was confirmed."""
    try:
        days, told = signing.loads(request.POST.get("shown", ""), salt=_SALT_SHOWN, max_age=_A_DAY)
    except (signing.BadSignature, ValueError):
        return False
    return bool(days == _days(found) and set(cautions) <= set(told))


def _slip(label: str, number: str) -> str:
    """What looks wrong with a number of 18 characters: its length first."""
    if (length := how_long(number)) != 18:
        return f"{label}应当是18位，现在是{length}位，请对照原件补齐。"
    return f"{label}的校验位不对，请对照原件核对是否抄错。"


def _doubtful(label: str, number: str) -> Iterator[str]:
    """A number of a document of any kind: one of an identity card is checked as such."""
    digits = sum(c.isdigit() for c in number)
    if digits >= _OLD_CARD and not is_id_number(number):
        yield _slip(label, number)
    elif number and digits < _FEW:
        yield f"{label}写得不完整，请对照证件核对。"


def _named(intake: Intake) -> Iterator[str]:
    """Personal data in the columns that lists show: registered as written, but pointed out."""
    name = intake.applicant.get("name", "")
    of_a_person = intake.applicant_kind == "natural" and len(name) > 1
    for label, text in (
        ("所需信息的名称", intake.subject),
        ("文号或者其他特征", intake.document_number),
    ):
        kinds = [one.kind for one in personal_data(text)]
        if of_a_person and name in text:
            kinds.append("申请人的姓名")
        if kinds:
            yield (
                f"“{label}”里好像有{'、'.join(dict.fromkeys(kinds))}。这一栏在列表中显示，"
                "请改为概括的说法；申请人的原话写在“内容描述”里，那里加密保存。"
            )
    for label, text in (("内容描述", intake.details), ("用途", intake.purpose)):
        if kinds := numbers_in(without_person(intake.applicant, text)):
            yield (
                f"“{label}”里好像有他人的{'、'.join(kinds)}。可以照原话登记，页面上会遮盖显示；"
                "拟稿时不要写进文书。"
            )


def _cautions(form: IntakeForm, intake: Intake, kept: list[CaseFile]) -> Iterator[str]:
    """What the clerk should look at again; none of it hinders the registration."""
    who, articles = intake.applicant, deed_articles()
    if late := entered_late(intake):
        yield f"收到之日距今天已有{late}个工作日，将注明为补录。请核对日期，答复期限已经在走。"
    if form.channel.key != "in_person" and not _has(kept, "proofs"):
        yield "没有附收件凭证。收到之日以凭证为准，可以现在补上，也可以收件后在案件页补。"
    missing = [
        word
        for word, there in (
            ("身份证明", who.get("id_number") or who.get("credit_code") or _has(kept, "identity")),
            ("联系方式", any(who.get(k) for k in ("phone", "email", "address"))),
        )
        if not there
    ]
    if missing:
        yield (
            f"没有{'、'.join(missing)}。仍应当收下，收下后可以一次性告知补正"
            f"（{articles['ask-correction']}）。"
        )
    if who.get("agent") and not _has(kept, "authorisation"):
        yield (
            "有代理人，没有附授权委托书。仍应当收下，收下后可以一次性告知补正"
            f"（{articles['ask-correction']}）。"
        )
    if who.get("id_type") == ID_TYPES[0]:
        if not is_id_number(who.get("id_number", "")):
            yield _slip("身份证号码", who.get("id_number", ""))
    else:
        yield from _doubtful("证件号码", who.get("id_number", ""))
    yield from _doubtful("代理人证件号码", who.get("agent_id_number", ""))
    if who.get("credit_code") and not is_credit_code(who["credit_code"]):
        yield _slip("统一社会信用代码", who["credit_code"])
    if who.get("phone") and not is_phone(who["phone"]):
        yield "联系电话写得不完整，按它可能联系不上申请人，请再核对。"
    yield from _named(intake)
    settings = intake.body.application_settings
    announced = {
        "online": settings.accepts_online,
        "email": settings.accepts_email,
        "fax": settings.accepts_fax,
        "other": True,
    }
    if not form.channel.basic and not announced[form.channel.key]:
        yield (
            f"本机关没有公布“{form.channel.label}”这个渠道。"
            "申请人已经用它提出的，仍请收下并尽快联系。"
        )


def _has(kept: list[CaseFile], field: str) -> bool:
    return any(file.kind == FILES[field] for file in kept)


urlpatterns: list[URLPattern] = [path("new/", new_case, name="desk-new-case")]
