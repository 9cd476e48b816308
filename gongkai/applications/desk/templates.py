"""Staff pages: the letters' templates of a body: list, editor with preview, versions, compare."""

from __future__ import annotations

import base64
import difflib
from collections.abc import Iterator
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse

from gongkai.applications import clock
from gongkai.applications.letters import templates as kept
from gongkai.applications.letters.articles import articles
from gongkai.applications.letters.engine import LONGEST, Broken, Problem, fill
from gongkai.applications.letters.marks import MARKS
from gongkai.applications.letters.remedy import remedy_of
from gongkai.applications.letters.variables import Variable, musts, sample_values, variables
from gongkai.applications.models import LetterTemplate
from gongkai.applications.queries import office_of
from gongkai.applications.roles import SETTINGS
from gongkai.base.office import number_of, office_page, seen_again
from gongkai.base.permissions import staff
from gongkai.base.refusal import Refused
from gongkai.bodies.models import Body
from gongkai.bodies.set_up import body_to_set_up
from gongkai.documents.pages import page_images
from gongkai.documents.pdf import pdf
from gongkai.law.taxonomy import letters

HOME = ("/office/", "待办")
#: The version number under which the shipped template is compared.
SHIPPED = 0


class TemplateForm(forms.Form):
    """The text of a template and why it was changed."""

    text = forms.CharField(
        label="模板内容",
        max_length=LONGEST,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 22, "spellcheck": "false", "class": "ga-letter-text"}),
        help_text="一行一段。行首的【…】说明这一段是什么；两层大括号中的是变量，生成时换成实际内容。",
        error_messages={
            "required": "模板不能是空的；要用回系统提供的模板，请用页面下方的按钮。",
            "max_length": f"模板过长，最多{LONGEST}个字。",
        },
    )
    note = forms.CharField(
        label="修改说明",
        max_length=200,
        required=False,
        help_text="改了什么、为什么，方便以后查找版本",
    )


def _letter(code: str) -> Any:
    if code not in letters():
        raise Http404("没有这种文书。")
    return letters()[code]


@staff(SETTINGS)
def template_list(request: HttpRequest) -> HttpResponse:
    """Every letter of the catalogue, and which text the body uses for it."""
    body, bodies = body_to_set_up(request)
    own = kept.in_force(body)
    return office_page(
        request,
        "applications/desk/templates.html",
        "文书模板",
        [HOME],
        icon="doc-full",
        body=body,
        bodies=bodies,
        rows=[(letter, own[code]) for code, letter in letters().items()],
    )


@staff(SETTINGS)
def template(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    """The editor: save a version, look at a preview, or see in which line it is broken."""
    (body, _), kind = body_to_set_up(request, slug), _letter(code)
    now = kept.current(body, code)
    versions = kept.own_versions(body, code)
    newest = versions[0].version if versions else SHIPPED
    form = TemplateForm(request.POST or None, initial={"text": now.text})
    refusal: Refused | None = None
    found, pages, printed = list[Problem](), list[str](), ""
    if request.method == "POST" and form.is_valid():
        text = form.cleaned_data["text"]
        try:
            if "preview" in request.POST:
                pages, printed = _preview(body, code, text)
            else:
                saved = kept.save_template(
                    body,
                    code,
                    text,
                    by=request.user,
                    note=form.cleaned_data["note"],
                    seen=number_of(request.POST.get("seen")),
                )
                messages.success(
                    request, f"{kind.label}的第{saved.version}版已保存，今后拟稿使用。"
                )
                return redirect("desk-template", slug, code)
        except Broken as broken:
            found = broken.problems
        except Refused as no:
            refusal = no
    elif request.method == "GET":
        pages, printed = _preview(body, code, now.text)
    text = str(form["text"].value() or "")
    return office_page(
        request,
        "applications/desk/template.html",
        f"{code} {kind.label}",
        [HOME, (f"{reverse('desk-templates')}?body={slug}", "文书模板")],
        icon="doc-full",
        status=422 if found or refusal or form.errors else 200,
        body=body,
        code=code,
        kind=kind,
        now=now,
        versions=versions,
        newest=newest,
        seen=seen_again(request, newest, refusal),
        form=form,
        refusal=refusal,
        latest=request.path,
        problems=found,
        numbered=_numbered(text, found) if found else [],
        pages=pages,
        printed=printed,
        previewed="preview" in request.POST,
        groups=_groups(code),
        musts={k: [n.replace("|", " 或者 ") for n in v] for k, v in musts(code).items()},
        marks=MARKS,
        articles=articles(clock.today()),
    )


def sample(body: Body, code: str) -> dict[str, Any]:
    """The values of the made-up case of a preview, with the body's own remedies."""
    on = clock.today()
    values = sample_values(code) | {"条": articles(on), "机关": body.name}
    office = office_of(body)
    if office is not None and letters()[code].remedies:
        values["救济"] = remedy_of(code, on, values["您"], office, by_net=False)
    return values


def _preview(body: Body, code: str, text: str) -> tuple[list[str], str]:
    document = fill(code, text, sample(body, code))
    return [in_line(png) for png in page_images(pdf(document))], document.text()


def in_line(png: bytes) -> str:
    """A picture as an address of its own, so that a preview is kept nowhere."""
    return "data:image/png;base64," + base64.b64encode(png).decode()


def _numbered(text: str, found: list[Problem]) -> list[tuple[int, str, list[str]]]:
    said: dict[int, list[str]] = {}
    for problem in found:
        said.setdefault(problem.line, []).append(problem.message)
    lines = text.replace("\r\n", "\n").rstrip("\n").split("\n")
    return [(n, line, said.get(n, [])) for n, line in enumerate(lines, 1)]


def _groups(code: str) -> list[tuple[str, list[Variable]]]:
    """The variables, those that this letter must use first."""
    needed = {e for needs in musts(code).values() for n in needs for e in n.split("|")}
    all_of_them = [v for v in variables().values() if v.name != "条"]
    first = [v for v in all_of_them if v.name in needed]
    return [("这份文书必须用到的", first), ("其他", [v for v in all_of_them if v not in first])]


@staff(SETTINGS)
def template_restore(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    """Use the shipped text again."""
    (body, _), kind = body_to_set_up(request, slug), _letter(code)
    if request.method == "POST":
        try:
            kept.restore_shipped(
                body, code, by=request.user, seen=number_of(request.POST.get("seen"))
            )
        except Refused as no:
            messages.error(request, str(no))
        else:
            messages.success(request, f"{kind.label}已改回系统提供的模板。")
    return redirect("desk-template", slug, code)


@staff(SETTINGS)
def template_compare(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    """Two versions line by line: what was taken out, what was put in."""
    (body, _), kind = body_to_set_up(request, slug), _letter(code)
    versions = kept.own_versions(body, code)
    newest = versions[0].version if versions else SHIPPED
    old = number_of(request.GET.get("old")) or SHIPPED
    new = number_of(request.GET.get("new"))
    new = newest if new is None else new
    return office_page(
        request,
        "applications/desk/template_compare.html",
        f"比较{kind.label}的版本",
        [
            HOME,
            (f"{reverse('desk-templates')}?body={slug}", "文书模板"),
            (reverse("desk-template", args=[slug, code]), f"{code} {kind.label}"),
        ],
        icon="doc-full",
        choices=[(SHIPPED, "系统提供"), *((v.version, f"第{v.version}版") for v in versions)],
        old=old,
        new=new,
        lines=list(_difference(_text(body, code, old), _text(body, code, new))),
    )


def _text(body: Body, code: str, version: int) -> str:
    if version == SHIPPED:
        return kept.shipped_text(code)
    found = get_object_or_404(LetterTemplate, body=body, code=code, version=version)
    return found.text or kept.shipped_text(code)


def _difference(old: str, new: str) -> Iterator[tuple[str, str]]:
    for line in difflib.ndiff(old.splitlines(), new.splitlines()):
        if line[:1] != "?":
            yield {"-": "去掉", "+": "增加"}.get(line[0], ""), line[2:]


urlpatterns: list[URLPattern] = [
    path("templates/", template_list, name="desk-templates"),
    path("templates/<slug:slug>/<str:code>/", template, name="desk-template"),
    path(
        "templates/<slug:slug>/<str:code>/restore/", template_restore, name="desk-template-restore"
    ),
    path(
        "templates/<slug:slug>/<str:code>/compare/", template_compare, name="desk-template-compare"
    ),
]
