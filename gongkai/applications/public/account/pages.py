"""The pages of who is signed in: the applications, what fills the form, password, closing."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gongkai.applications.actions import accounts
from gongkai.applications.due import awaited, due_day, near
from gongkai.applications.models import ApplicantAccount, Application
from gongkai.applications.public import signed_in
from gongkai.applications.public.account.door import MINE, out, page, tried
from gongkai.applications.public.account.forms import ChangeForm, CloseForm, ProfileForm
from gongkai.applications.public.apply import drafts
from gongkai.applications.public.signed_in import owned
from gongkai.applications.public.track.entrance import ENTRANCE, SIDE_LEAD, open_session
from gongkai.applications.public.track.words import stand
from gongkai.base.entrance import LookUp
from gongkai.documents.blocks import chinese_date

#: Applications on one page.
ROWS = 20
State = Application.State


@dataclass(frozen=True, slots=True)
class Row:
    """One application of the list; ``key`` opens it."""

    key: int
    case: Application
    stands: str
    due: str
    late: bool


def by_when(case: Application) -> tuple[str, bool]:
    """The day that counts now, in a few words, and whether it has passed."""
    day, how_near = awaited(case), near(case)
    if day is not None and how_near is not None:
        late = how_near.colour == "overdue"
        on = due_day(day, case.body)
        return (f"应于{on}前答复，已经超过" if late else f"{on}前答复"), late
    if case.closed_on is not None:
        return f"{chinese_date(case.closed_on)}办结", False
    yours = {State.AWAITING_CORRECTION: "补正", State.AWAITING_PAYMENT: "缴费"}
    if case.state in yours and case.waiting_until is not None:
        return f"请您在{due_day(case.waiting_until, case.body)}前{yours[State(case.state)]}", False
    if case.state in (State.SPLIT, State.MERGED):
        return "以另外的受理编号为准", False
    if case.received_on is None:
        return "还没有确定收到之日", False
    return "期限暂停，恢复后另有日期", False


@owned
@require_safe
def mine(request: HttpRequest, account: ApplicantAccount) -> HttpResponse:
    """我的申请."""
    links = account.links.select_related("application__body").order_by(
        "-application__submitted_on", "-application_id"
    )
    shown = Paginator(links, ROWS).get_page(request.GET.get("page"))
    draft = drafts.current(request)
    return page(
        request,
        "mine",
        MINE,
        account=account,
        page=shown,
        pages=shown.paginator.get_elided_page_range(shown.number),
        rows=[
            Row(x.pk, x.application, stand(x.application).name, *by_when(x.application))
            for x in shown
        ],
        # Also when a first matter was sent and others wait for their turn.
        open_draft=draft is not None and ("case" not in draft.content or "rest" in draft.content),
    )


@owned
@require_POST
def open_case(request: HttpRequest, account: ApplicantAccount) -> HttpResponseBase:
    """The tracking page of one of the account's own, as number and query code open it."""
    key = request.POST.get("case", "")
    link = account.links.filter(pk=int(key)).first() if key.isdecimal() and len(key) < 18 else None
    if link is None:
        raise Http404
    return redirect(open_session(request, link.application))


@owned
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest, account: ApplicantAccount) -> HttpResponseBase:
    """添加申请: one that was sent without signing in, or on paper."""
    form = LookUp(request.POST if request.method == "POST" else None, of=ENTRANCE)
    wrong = ""
    if form.is_bound and form.is_valid():
        number, code = form.cleaned_data["number"], form.cleaned_data["code"]
        if number.startswith(SIDE_LEAD):
            wrong = "更正、建议和投诉举报不放在这里，请到“查询办理进度”查看。"
        else:
            case = ENTRANCE.tried(request, number, code)
            if case is None:
                wrong = ENTRANCE.wrong
            elif case.erased_at is not None:
                wrong = ENTRANCE.gone(case)
            else:
                new = accounts.link_case(account, case)
                messages.success(request, "已经添加。" if new else "这件申请已经在列表里。")
                return redirect("apply-account")
    status = 422 if wrong or form.errors else 200
    return page(request, "add", "添加申请", account=account, form=form, wrong=wrong, status=status)


@owned
@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: HttpRequest, account: ApplicantAccount) -> HttpResponseBase:
    """我的资料: fills the step “您是谁” beforehand."""
    form = ProfileForm(
        request.POST if request.method == "POST" else None, initial=account.profile or {}
    )
    if form.is_bound and form.is_valid():
        accounts.keep_profile(account, form.kept())
        messages.success(request, "资料已经保存。下次申请时会自动填好，提交以前可以修改。")
        return redirect("apply-account")
    names = {
        "person": ("person", "id_type", "id_number"),
        "organisation": ("organisation", "credit_code", "representative", "contact"),
        "agent": ("agent", "agent_id_number"),
        "contact": ("phone", "email", "address", "post_code"),
    }
    return page(
        request,
        "profile",
        "我的资料",
        account=account,
        form=form,
        fields={part: [form[n] for n in listed] for part, listed in names.items()},
        status=422 if form.errors else 200,
    )


@owned
@require_http_methods(["GET", "HEAD", "POST"])
def password(request: HttpRequest, account: ApplicantAccount) -> HttpResponseBase:
    """改密码: with the one of now; other browsers are signed out."""
    form = ChangeForm(request.POST if request.method == "POST" else None, account=account)
    if form.is_bound and form.is_valid():
        told = form.cleaned_data
        if tried(request, account.username, told["former"]) is None:
            form.add_error("former", "现在的密码不对，没有修改。")
        else:
            accounts.set_password(account, told["password"])
            signed_in.sign_in(request, account)
            messages.success(request, "密码已经修改。在其他设备上的登录已经退出。")
            return redirect("apply-account")
    status = 422 if form.errors else 200
    return page(request, "password", "修改密码", account=account, form=form, status=status)


@owned
@require_http_methods(["GET", "HEAD", "POST"])
def close(request: HttpRequest, account: ApplicantAccount) -> HttpResponseBase:
    """注销账号: with the password, for it cannot be undone."""
    form = CloseForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        if tried(request, account.username, form.cleaned_data["password"]) is None:
            form.add_error("password", "密码不对，账号没有注销。")
        else:
            accounts.close_account(account)
            response = out(request)
            messages.success(
                request,
                "账号已经注销，登录名、密码和资料都已删除。"
                "申请照常办理，请用受理编号和查询码查询。",
            )
            return response
    status = 422 if form.errors else 200
    count = account.links.count()
    return page(
        request, "close", "注销账号", account=account, form=form, count=count, status=status
    )
