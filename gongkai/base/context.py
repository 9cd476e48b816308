"""What every template knows."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, Any]:
    """Site tags and footer facts, the demonstration mark, and whether 长辈版 is on."""
    return {
        "site": settings.GONGKAI_SITE,
        "is_demo": settings.GONGKAI_DEMO,
        "elder": request.COOKIES.get("elder") == "1",
    }
