"""The entrance of the tracking pages of applications and other requests (``base.entrance``)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from gongkai.applications.models import Application, SideRequest
from gongkai.base.entrance import Entrance
from gongkai.base.permissions import public
from gongkai.base.public import column
from gongkai.documents.blocks import chinese_date

#: First digit of the numbers of corrections, suggestions and complaints.
SIDE_LEAD = "9"
COLUMN = column("查询办理进度", "用受理编号和查询码查看办理情况、下载答复", "办事服务", "track")
Thing = Application | SideRequest


def _numbered(number: str) -> Thing | None:
    if number.startswith(SIDE_LEAD):
        return SideRequest.objects.filter(number=number).first()
    return Application.objects.filter(number=number).first()


def _gone(thing: Thing) -> str:
    """What is still known of it holds nothing of the person: that it was, and when it went."""
    what = "申请" if isinstance(thing, Application) else thing.get_kind_display()
    day = chinese_date(timezone.localdate(thing.erased_at))
    return (
        f"编号和查询码是对的。这件{what}已经办结并满保存年限，其中的个人信息、内容和文书"
        f"已于{day}清除，不能再在网上查看。您手中的文书仍然有效，有疑问请联系{thing.body.name}。"
    )


ENTRANCE = Entrance(
    key="track",
    url="track",
    pages={Application: "track-case", SideRequest: "side-status"},
    find=_numbered,
    related={Application: ("body",), SideRequest: ("body",)},
    template="applications/public/track.html",
    column=COLUMN,
    crumbs=lambda: [("查询办理进度", None)],
    number_label="受理编号",
    where="在回执上",
    wrong="受理编号或者查询码不对，请对照回执核对后再试。",
    gone=_gone,
    tries=("track", "track-number"),
)
open_session, tracked = ENTRANCE.open_session, ENTRANCE.tracked


@public
@require_http_methods(["GET", "HEAD", "POST"])
def track(request: HttpRequest) -> HttpResponse:
    """Number and query code."""
    return ENTRANCE.page(request)


@public
@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """退出查询."""
    return ENTRANCE.leave(request)


urlpatterns: list[URLPattern] = [
    path("track/", track, name="track"),
    path("track/leave/", leave, name="track-leave"),
]
