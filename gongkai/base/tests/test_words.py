"""Chinese throughout: the compiled words are in step, and no staff page shows English."""

import json
import re

import pytest
from django.contrib.auth import get_user_model
from django.urls import reverse
from django.utils.translation import gettext
from selectolax.lexbor import LexborHTMLParser

from gongkai.base import words

#: Names of file kinds and standards that a Chinese office writes in Latin letters.
ALLOWED = {"PDF", "DOCX", "DOC", "XLSX", "ZIP", "TXT", "HTML", "CSV", "JSON", "MB", "GB", "Cookie"}
ALLOWED |= {"WPS", "RTF", "ODT", "MHTML"}
WORD = re.compile(r"[A-Za-z][A-Za-z]+")
#: Lists a person chooses a file name, an account or an address from are his own words.
OWN_WORDS = re.compile(r"[\w.+-]+@[\w.-]+|[\w.-]+\.(?:json|pdf|txt|html|docx)\b|https?://\S+")


@pytest.mark.parametrize("name", ["django", "djangojs"])
def test_the_compiled_words_are_those_of_the_po_file(name):
    po = (words.FOLDER / f"{name}.po").read_text("utf-8")
    hint = "run: python -m gongkai.base.words"
    assert (words.FOLDER / f"{name}.mo").read_bytes() == words.compiled(po), hint


def test_the_script_of_words_is_that_of_the_po_file():
    po = (words.FOLDER / "djangojs.po").read_text("utf-8")
    assert words.SCRIPT.read_text("utf-8") == words.script(po)


def test_a_translation_uses_only_the_placeholders_of_its_original():
    holder = re.compile(r"%\(\w+\)[sdr]|\{\w+\}")
    for name in ("django", "djangojs"):
        for msgid, (plural, text) in words.entries(
            (words.FOLDER / f"{name}.po").read_text()
        ).items():
            assert text, msgid
            assert set(holder.findall(text)) <= set(holder.findall(msgid + plural)), msgid


def test_our_words_reach_the_pages():
    assert gettext("Go to the first error") == "转到第一处错误"
    assert gettext("Approve with comment") == "通过并写意见"


def english(html: str) -> set[str]:
    """Latin words that a person would see or hear on the page."""
    tree = LexborHTMLParser(html)
    tree.strip_tags(["script", "style", "template", "svg", "code"])
    said = [tree.body.text(separator=" ") if tree.body else ""]
    said += [n.text() for n in tree.css("title")]
    for name in ("aria-label", "placeholder", "title", "alt"):
        said += [n.attributes.get(name) or "" for n in tree.css(f"[{name}]")]
    said += [n.attributes.get("value") or "" for n in tree.css("input[type=submit]")]
    return set(WORD.findall(OWN_WORDS.sub(" ", " ".join(said)))) - ALLOWED


@pytest.fixture
def administrator(db):
    return get_user_model().objects.create_superuser("guanli", last_name="孙", first_name="管理")


SHELL = (
    "wagtailadmin_home",
    "wagtailadmin_account",
    "desk-reports",
    "desk-problems",
    "desk-audit",
)


@pytest.mark.parametrize("route", SHELL)
def test_the_pages_of_the_office_are_chinese(administrator, client, route):
    client.force_login(administrator)
    response = client.get(reverse(route))
    if response.status_code == 302:
        response = client.get(response["Location"])
    assert response.status_code == 200
    assert english(response.content.decode()) - {"guanli"} == set()


@pytest.mark.parametrize(
    "kind", ["bodies", "sections", "people", "posts", "roles", "regions", "accounts"]
)
def test_the_pages_of_the_organisation_are_chinese(administrator, client, kind):
    client.force_login(administrator)
    for url in (reverse("desk-bodies", args=[kind]), reverse("desk-body-new", args=[kind])):
        assert english(client.get(url).content.decode()) - {"guanli"} == set()
    wrong = client.post(reverse("desk-body-new", args=[kind]), {})
    assert wrong.status_code == 400
    assert english(wrong.content.decode()) - {"guanli"} == set()


def test_the_menu_is_chinese_and_has_only_what_is_used(administrator, client):
    client.force_login(administrator)
    page = client.get(reverse("wagtailadmin_home")).content.decode()
    props = re.search(r'id="wagtail-sidebar-props"[^>]*>(.*?)</script>', page, re.S)
    labels = set(labels_in(json.loads(props[1])))
    assert {"待办", "年度报告", "检查发现", "机关和人员", "操作记录"} <= labels
    assert not labels & {"页面", "图片", "文件", "帮助", "工作流", "条目"}
    assert not {word for label in labels for word in WORD.findall(label)}


def labels_in(packed):
    """Every label of the packed menu, however deep."""
    if isinstance(packed, dict):
        if isinstance(packed.get("label"), str):
            yield packed["label"]
        for value in packed.values():
            yield from labels_in(value)
    elif isinstance(packed, list):
        for value in packed:
            yield from labels_in(value)


@pytest.mark.parametrize("path", ["/office/login/", "/office/no-such-page/"])
def test_signing_in_and_a_missing_page_are_chinese(db, client, path):
    page = client.get(path, follow=True)
    assert english(page.content.decode()) == set()


def test_a_wrong_password_and_a_locked_account_are_told_in_chinese(administrator, client, settings):
    settings.AXES_FAILURE_LIMIT = 2
    url = reverse("wagtailadmin_login")
    wrong = {"username": "guanli", "password": "no"}
    first = client.post(url, wrong)
    assert english(first.content.decode()) == set()
    assert "用户名或者密码不对" in first.content.decode()
    client.post(url, wrong)
    locked = client.post(url, wrong)
    assert locked.status_code == 429
    text = locked.content.decode()
    assert english(text) == set() and "锁定" in text
