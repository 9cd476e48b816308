"""The home page: search first, the five blocks of 国办公开办函〔2019〕61号, what is new."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.module_loading import import_string
from django.views.decorators.http import require_safe

from gongkai.base.page_cache import kept
from gongkai.base.permissions import public
from gongkai.base.public import column
from gongkai.publishing import queries
from gongkai.publishing.models import Column

Block = Column.Block
SHOWN = 8
#: Columns of a block that are named on the home page.
NAMED = 12


@public
@kept
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The portal's home; rooms above show theirs at its foot (``home_panel``)."""
    today = timezone.localdate()
    topics = Column.objects.filter(block=Block.TOPIC, parent=None).select_related("body")
    return render(
        request,
        "publishing/public/home.html",
        {
            "column": column("首页", "查找政府信息，查阅政策文件和解读", "首页", "home"),
            "latest": queries.newest(SHOWN),
            "policies": queries.newest(SHOWN, columns=_of(Block.POLICY), valid=True),
            "interpretations": queries.newest(SHOWN, columns=_of(Block.INTERPRETATION)),
            "key_fields": _named(Block.KEY_FIELD),
            "topics": [
                one
                for one in topics.filter(closes_on=None) | topics.filter(closes_on__gte=today)
                if queries.is_open(one, today)
            ][:NAMED],
            "panels": panels(),
        },
    )


def _of(block: str) -> Any:
    return Column.objects.filter(block=block).order_by().values("pk")


def _named(block: str) -> list[Column]:
    found = Column.objects.filter(block=block, parent=None).select_related("body")
    return list(found.order_by("body__region__path", "body__name", "order", "id")[:NAMED])


def panels() -> list[dict[str, Any]]:
    """What rooms show on the home page: a function named in their AppConfig as ``home_panel``.

    It returns ``{"template": …, …}``, the context of that template.
    """
    makers = (getattr(app, "home_panel", None) for app in apps.get_app_configs())
    return [import_string(path)() for path in makers if path]


urlpatterns: list[URLPattern] = [path("", home, name="home")]
