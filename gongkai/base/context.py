"""What every template knows."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from gongkai.base.nav import public_pages

#: Cookie values of the text size and their names.
TEXT_SIZES = {"m": "标准", "l": "大", "xl": "特大"}


def site(request: HttpRequest) -> dict[str, Any]:
    """Site tags and footer facts, the demonstration mark, 长辈版, the text size, the menu."""
    size = request.COOKIES.get("size", "m")
    return {
        "site": settings.GONGKAI_SITE,
        # Sign-in views put a ``site`` of their own in its place.
        "platform": settings.GONGKAI_SITE["name"],
        "is_demo": settings.GONGKAI_DEMO,
        "elder": request.COOKIES.get("elder") == "1",
        "text_size": size if size in TEXT_SIZES else "m",
        "text_sizes": TEXT_SIZES,
        "menu": [page for page in public_pages() if page.in_menu],
    }
