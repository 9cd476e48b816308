"""The entrance of one's own letter: number and query code (``base.entrance``)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from gongkai.base.entrance import Entrance
from gongkai.base.permissions import public
from gongkai.base.public import column
from gongkai.documents.blocks import chinese_date
from gongkai.engagement.models import CitizenLetter

COLUMN = column("查询来信", "用来信编号和查询码查看办理情况和答复", "咨询投诉", "letter-track")


def _numbered(number: str) -> CitizenLetter | None:
    return CitizenLetter.objects.filter(number=number).first()


def _gone(letter: CitizenLetter) -> str:
    day = chinese_date(timezone.localdate(letter.erased_at))
    return (
        f"编号和查询码是对的。这封来信答复以后已满保存年限，其中的内容已经清除（{day}），"
        f"不能再查看。有疑问请联系{letter.mailbox.body.name}。"
    )


#: Session mark of one just sent: its page shows the query code.
FRESH = "letter-fresh"

ENTRANCE = Entrance(
    key="letter",
    url="letter-track",
    pages={CitizenLetter: "letter-status"},
    find=_numbered,
    related={CitizenLetter: ("mailbox__body",)},
    template="engagement/public/track.html",
    column=COLUMN,
    crumbs=lambda: [("互动回应", reverse("engagement")), ("查询来信", None)],
    number_label="来信编号",
    where="提交来信时显示过",
    wrong="来信编号或者查询码不对，请对照提交时显示的编号和查询码核对后再试。",
    gone=_gone,
    tries=("letter-track", "letter-number"),
)
open_session, tracked = ENTRANCE.open_session, ENTRANCE.tracked(CitizenLetter)


@public
@require_http_methods(["GET", "HEAD", "POST"])
def track(request: HttpRequest) -> HttpResponse:
    """Number and query code."""
    return ENTRANCE.page(request)


@public
@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """退出查询; this browser forgets the query code of what it sent, too."""
    request.session.pop(FRESH, None)
    return ENTRANCE.leave(request)


urlpatterns: list[URLPattern] = [
    path("engagement/letter/track/", track, name="letter-track"),
    path("engagement/letter/leave/", leave, name="letter-leave"),
]
