"""Pages that belong to no domain: display settings, help pages, errors, robots.txt."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET, require_http_methods

from gongkai.base import ratelimit
from gongkai.base.context import TEXT_SIZES
from gongkai.base.models import SiteError
from gongkai.base.nav import PublicPage, public_pages
from gongkai.base.permissions import public

YEAR = 365 * 24 * 3600
#: Addresses that programs ask: errors are JSON there.
INTERFACE = "/api/v1/"


def column(
    name: str, description: str, kind: str, url_name: str, keywords: str = ""
) -> dict[str, str]:
    """The column tags of a page (annex of 国办发〔2017〕47号); ``kind``: its ColumnType."""
    return {
        "name": name,
        "description": description,
        "keywords": keywords or f"{name},政府信息公开",
        "type": kind,
        "url_name": url_name,
    }


@public
@require_GET
def display(request: HttpRequest) -> HttpResponse:
    """Keep 长辈版 and the text size in cookies and go back to the page."""
    target = request.GET.get("next", "/")
    if not url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()}):
        target = "/"
    response = HttpResponseRedirect(target)
    for name, allowed in (("elder", {"0", "1"}), ("size", set(TEXT_SIZES))):
        value = request.GET.get(name)
        if value in allowed:
            response.set_cookie(
                name, value, max_age=YEAR, samesite="Lax", httponly=True, secure=request.is_secure()
            )
    return response


@public
@require_GET
def accessibility(request: HttpRequest) -> HttpResponse:
    return render(
        request,
        "base/accessibility.html",
        {
            "column": column(
                "无障碍声明", "本站的无障碍做法和反馈渠道", "概况信息", "accessibility"
            ),
            "crumbs": [("无障碍声明", None)],
        },
    )


@public
@require_GET
def site_map(request: HttpRequest) -> HttpResponse:
    blocks: dict[str, list[PublicPage]] = defaultdict(list)
    for page in public_pages():
        blocks[page.block].append(page)
    return render(
        request,
        "base/site_map.html",
        {
            "column": column("网站地图", "本站全部栏目", "概况信息", "site-map"),
            "crumbs": [("网站地图", None)],
            "blocks": dict(blocks),
        },
    )


class SiteErrorForm(forms.ModelForm):
    """我为网站找错: which page, what is wrong; a contact only if the visitor wants an answer."""

    class Meta:
        model = SiteError
        fields = ["page", "message", "contact"]
        widgets = {"message": forms.Textarea(attrs={"rows": 6}), "contact": forms.TextInput}
        error_messages = {"message": {"required": "请写明哪里有错，再提交。"}}

    def clean_page(self) -> str:
        return self.cleaned_data["page"].strip()


@public
@require_http_methods(["GET", "HEAD", "POST"])
def report_error(request: HttpRequest) -> HttpResponse:
    form = SiteErrorForm(request.POST or None, initial={"page": request.GET.get("page", "")[:500]})
    if request.method == "POST" and form.is_valid():
        ratelimit.hit(request, "site-error", limit=10, seconds=3600)
        form.save()
        messages.success(request, "已经收到，谢谢您。我们会尽快核实改正。")
        return redirect("report-error")
    return render(
        request,
        "base/report_error.html",
        {
            "column": column("我为网站找错", "网站错误反馈", "咨询投诉", "report-error"),
            "crumbs": [("我为网站找错", None)],
            "form": form,
        },
        status=400 if form.errors else 200,
    )


@public
@require_GET
@cache_control(max_age=86400)
def favicon(request: HttpRequest) -> HttpResponse:
    """Programs that ask for the icon by its old name are sent to it."""
    return redirect(static("base/icon.svg"))


@public
@require_GET
@cache_control(max_age=3600)
def robots(request: HttpRequest) -> HttpResponse:
    lines = [
        "User-agent: *",
        f"Disallow: {reverse('wagtailadmin_home')}",
        f"Disallow: {reverse('display')}",
        f"Sitemap: {request.build_absolute_uri(reverse('sitemap'))}",
        "",
    ]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


# --- errors ---------------------------------------------------------------------------------


def error_page(
    request: HttpRequest, status: int, title: str, message: str, *, help_with: str = ""
) -> HttpResponse:
    """A page that says what happened and what to do. ``help_with``: search, back or nothing.

    A program that asks the interface for data gets the same sentence as JSON.
    """
    if request.path.startswith(INTERFACE):
        return JsonResponse(
            {"error": f"{title}。{message}"},
            status=status,
            json_dumps_params={"ensure_ascii": False},
            headers={"Access-Control-Allow-Origin": "*"},
        )
    return render(
        request,
        "base/errors/error.html",
        {"title": title, "message": message, "help_with": help_with, "status": status},
        status=status,
    )


@public
def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return error_page(
        request,
        404,
        "没有找到这个页面",
        "网址可能输错了，或者这个页面已经移走。您可以检索公开的信息，或者从下面的栏目进入。",
        help_with="search",
    )


@public
def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    told = str(exception or "")
    return error_page(
        request,
        403,
        "您没有使用这个页面的权限",
        told or "这个页面只对有权限的工作人员开放。请换用有权限的账号登录，或者联系管理员。",
    )


@public
def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    if isinstance(exception, RequestDataTooBig):
        most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE >> 20
        return error_page(
            request,
            413,
            "提交的内容太多，没有提交",
            f"一次填写的内容合计最多 {most} MB（附件不计在内）。请返回上一页缩短后重新提交。",
        )
    for kind, number, what in (
        (TooManyFieldsSent, settings.DATA_UPLOAD_MAX_NUMBER_FIELDS, "项"),
        (TooManyFilesSent, settings.DATA_UPLOAD_MAX_NUMBER_FILES, "个附件"),
    ):
        if isinstance(exception, kind):
            told = f"一次最多提交 {number} {what}。请返回上一页减少后重新提交。"
            return error_page(request, 400, "提交的内容太多，没有提交", told)
    return error_page(
        request, 400, "无法处理这次请求", "请求的内容不完整或者格式不对。请返回上一页重新操作。"
    )


@public
def wrong_method(request: HttpRequest, allowed: str) -> HttpResponse:
    """405: somebody opened the address of a button; ``allowed`` are the methods it takes."""
    response = error_page(
        request,
        405,
        "这个网址不能直接打开",
        "它只在提交表单时使用。请返回原来的页面，重新点击按钮。",
    )
    response["Allow"] = allowed
    return response


@public
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return error_page(
        request,
        403,
        "页面已经过期，没有提交",
        "为了安全，本站要核对提交来自刚打开的页面。"
        "请返回上一页，刷新后重新提交，并允许浏览器保存本站的 Cookie。",
    )


@public
def server_error(request: HttpRequest) -> HttpResponse:
    # No context processor, no database: they may be what failed.
    from django.template.loader import get_template

    html = get_template("base/errors/500.html").template.render(_plain_context(request))
    return HttpResponse(html, status=500)


def _plain_context(request: HttpRequest) -> Any:
    from django.template import Context

    return Context({"site": settings.GONGKAI_SITE})


def too_many(request: HttpRequest, seconds: int) -> HttpResponse:
    """429: how long to wait, in whole minutes."""
    minutes = max(1, -(-seconds // 60))
    response = error_page(
        request, 429, "操作太频繁，请稍候", f"您在短时间内提交的次数较多。请 {minutes} 分钟后再试。"
    )
    response["Retry-After"] = str(seconds)
    return response


def keys_missing(request: HttpRequest) -> HttpResponse:
    """503: the page holds personal data that the configured keys do not open."""
    return error_page(
        request,
        503,
        "个人信息暂时读不出来",
        "网站的加密密钥与数据库不符，数据没有损坏。请联系系统管理员，按运行手册“备份与恢复”换回原来的密钥。",
    )


def too_large(request: HttpRequest, limit: int) -> HttpResponse:
    """413: ``limit`` in bytes."""
    return error_page(
        request,
        413,
        "文件太大，未上传",
        f"一次最多上传 {limit >> 20} MB。请压缩其中的图片，或者只保留年度报告部分后重试。",
    )
