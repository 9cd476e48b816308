"""The menu at the side: made from what is in use, read by Wagtail's script as its own."""

import json
import re

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.urls import reverse
from wagtail.admin.menu import admin_menu
from wagtail.admin.telepath import JSContext

from gongkai.base.shell_tags import UNUSED_MENU, packed


def components(request):
    items = [item for item in admin_menu.registered_menu_items if item.name not in UNUSED_MENU]
    return [item.render_component(request) for item in items]


def unpacked(value, seen):
    """What Wagtail's script makes of it: references followed, long forms told as short ones."""
    if isinstance(value, list):
        return [unpacked(one, seen) for one in value]
    if not isinstance(value, dict):
        return value
    if "_ref" in value:
        return seen[value["_ref"]]
    kept = value.pop("_id", None)
    short = next((value[key] for key in ("_val", "_list", "_dict") if key in value), value)
    if isinstance(short, dict):
        short = {key: unpacked(one, seen) for key, one in short.items()}
    else:
        short = unpacked(short, seen)
    if kept is not None:
        seen[kept] = short
    return short


@pytest.fixture
def chief(db):
    return get_user_model().objects.create_superuser("guanli", password="x")


def test_the_menu_says_what_wagtails_own_packing_says(chief, rf):
    request = rf.get("/office/")
    request.user = chief
    menu = components(request)
    ours = json.loads(json.dumps(packed(menu), default=str))
    wagtails = unpacked(json.loads(json.dumps(JSContext().pack(menu), default=str)), {})
    assert len(menu) > 5 and any("_args" in str(one["_args"]) for one in ours)
    assert ours == wagtails


def test_the_page_hands_over_menu_account_and_search(chief, client):
    client.force_login(chief)
    page = client.get(reverse("wagtailadmin_home")).content.decode()
    props = re.search(r'id="wagtail-sidebar-props"[^>]*>(.*?)</script>', page, re.S)
    modules = {one["_type"]: one["_args"] for one in json.loads(props[1])["modules"]}
    assert modules["wagtail.sidebar.SearchModule"] == [reverse("desk-reports")]
    menu, account, person = modules["wagtail.sidebar.MainMenuModule"]
    assert [one["_args"][0]["label"] for one in account] == ["账号", "退出登录"]
    names = [one["_args"][0]["name"] for one in menu]
    hidden = {"explorer", "images", "documents", "reports", "help", "snippets", "settings"}
    assert person["name"] == "guanli" and names[0] == "todo" and not hidden & set(names)


def test_who_may_see_no_list_has_no_search_and_no_entry_for_it(db, client, django_user_model):
    nobody = django_user_model.objects.create_user("wang", password="x")
    nobody.user_permissions.add(Permission.objects.get(codename="access_admin"))
    client.force_login(nobody)
    page = client.get(reverse("wagtailadmin_home")).content.decode()
    assert "wagtail.sidebar.SearchModule" not in page and "desk-reports" not in page
    assert reverse("desk-site-errors") not in page
