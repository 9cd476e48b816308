"""The entrance of what a person without an account may see again: number and query code.

Nothing of it stands in an address: the number is posted, a short session knows the rest. Whether
the number or the code is wrong makes no difference that can be seen. A room says with
``Entrance`` what is found there and with which words; this module keeps the time, the tries and
the session.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django import forms
from django.contrib import messages
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render

from gongkai.base import codes, question, ratelimit
from gongkai.base.permissions import public

#: Seconds without a click after which the number and code are asked for again.
IDLE = 30 * 60
#: Compared with where there is no such number, so that the answer takes as long.
NOTHING = "0" * 64

Crumbs = list[tuple[str, str | None]]
View = Callable[..., HttpResponseBase]


class LookUp(forms.Form):
    """A number and its query code, however they were copied: blanks, dashes, wide letters."""

    number = forms.CharField(
        max_length=60,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    code = forms.CharField(
        label="查询码",
        max_length=60,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )

    def __init__(self, *args: Any, of: Entrance, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["number"].label = of.number_label
        for name, label in (("number", of.number_label), ("code", "查询码")):
            self.fields[name].error_messages["required"] = f"请填写{label}，{of.where}。"

    def clean_number(self) -> str:
        return codes.typed(self.cleaned_data["number"])

    def clean_code(self) -> str:
        return codes.typed(self.cleaned_data["code"])


@dataclass(frozen=True, slots=True)
class Entrance:
    """One entrance.

    ``key`` is the mark in the session, ``url`` the route of the entrance, ``pages`` the route of
    what each model's thing opens; ``find`` gives what has a number, to be held against the code
    here, also when its words were erased after their term: then ``gone`` says so;
    ``number_label`` and ``where`` are words for the form (“在回执上”).
    """

    key: str
    url: str
    pages: Mapping[type[models.Model], str]
    find: Callable[[str], Any]
    related: Mapping[type[models.Model], tuple[str, ...]]
    template: str
    column: Mapping[str, Any]
    crumbs: Callable[[], Crumbs]
    number_label: str
    where: str
    #: What is said where number and code do not open anything.
    wrong: str
    #: What is said of a thing whose words are erased, to who has its number and code.
    gone: Callable[[Any], str]
    #: Names of the tries that are counted: of the address, and of the number.
    tries: tuple[str, str]

    def looked_up(self, number: str, code: str) -> Any:
        """What the number and its code open; None for anything else, in the same time."""
        found = self.find(number)
        fits = codes.code_fits(number, code, found.code_mark if found else NOTHING)
        return found if fits else None

    def tried(self, request: HttpRequest, number: str, code: str) -> Any:
        """``looked_up``, where only failures count as tries; TooMany beyond the limit."""
        by_address, by_number = self.tries
        ratelimit.hit(request, by_address, limit=30, seconds=600)
        ratelimit.hit(request, by_number, limit=20, seconds=3600, of=number)
        thing = self.looked_up(number, code)
        if thing is not None:
            ratelimit.forgive(request, by_address, seconds=600)
            ratelimit.forgive(request, by_number, seconds=3600, of=number)
        return thing

    def open_session(self, request: HttpRequest, thing: models.Model) -> str:
        """Let this browser see ``thing`` for a while; the name of its page."""
        request.session.cycle_key()
        held = {"kind": _kind(type(thing)), "pk": thing.pk, "at": int(time.time())}
        held["of"] = _lock(thing)
        request.session[self.key] = held
        return self.pages[type(thing)]

    def close_session(self, request: HttpRequest) -> None:
        """Forget it; what else the browser has (a sign-in of the office) stays."""
        request.session.pop(self.key, None)
        request.session.cycle_key()

    def current(self, request: HttpRequest, model: type[models.Model]) -> Any:
        """What this browser may see, when it is a ``model``; None after ``IDLE`` seconds, and
        once another query code has taken the place of the one that opened it."""
        held = request.session.get(self.key)
        now = int(time.time())
        if not held or held.get("kind") != _kind(model):
            return None
        if now - held["at"] > IDLE:
            self.close_session(request)
            return None
        if now - held["at"] > IDLE // 30:  # not a write for every click
            request.session[self.key] = {**held, "at": now}
        rows = model._default_manager.select_related(*self.related[model])
        found = rows.filter(pk=held["pk"], erased_at=None).first()
        return found if found is not None and held.get("of") == _lock(found) else None

    def tracked(self, model: type[models.Model]) -> Callable[[View], View]:
        """A page for the one who came in by number and code; it gets the thing.

        Others are sent to the entrance. No cache keeps the page.
        """

        def decorate(view: View) -> View:
            @public
            @wraps(view)
            def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
                thing = self.current(request, model)
                if thing is None:
                    messages.info(
                        request,
                        f"请先填写{self.number_label}和查询码；"
                        f"{IDLE // 60} 分钟没有操作会自动退出。",
                    )
                    return redirect(self.url)
                response = view(request, thing, *args, **kwargs)
                response["Cache-Control"] = "private, no-store"
                return response

            return guarded

        return decorate

    def page(self, request: HttpRequest) -> HttpResponse:
        """The form of number and query code."""
        form = LookUp(request.POST if request.method == "POST" else None, of=self)
        wrong = gone = ""
        if request.method == "POST" and form.is_valid():
            number, code = form.cleaned_data["number"], form.cleaned_data["code"]
            thing = self.tried(request, number, code)
            if thing is not None:
                if thing.erased_at is None:
                    return redirect(self.open_session(request, thing))
                gone = self.gone(thing)
            else:
                wrong = self.wrong
        response = render(
            request,
            self.template,
            {
                "column": self.column,
                "crumbs": self.crumbs(),
                "form": form,
                "wrong": wrong,
                "gone": gone,
                "inside": request.session.get(self.key, {}).get("kind"),
            },
            status=410 if gone else 422 if wrong or form.errors else 200,
        )
        response["Cache-Control"] = "private, no-store"
        return response

    def leave(self, request: HttpRequest) -> HttpResponse:
        """退出查询."""
        self.close_session(request)
        messages.success(request, "已退出查询。")
        return redirect(self.url)


def _lock(thing: Any) -> str:
    """What changes with the query code, and tells nothing of it."""
    return codes.lock_of(thing.code_mark)


def _kind(model: type[models.Model]) -> str:
    return model._meta.model_name or ""


def is_person(
    request: HttpRequest, form: forms.Form, *, about: str, came_before: bool = False
) -> bool:
    """Whether the form's question in words was answered; else the form says so.

    ``about`` bound the question to the form; one that ``came_before`` is not asked again. The
    form has the fields ``answer`` and ``website``, which only machines fill in.
    """
    if came_before:
        return True
    data = form.cleaned_data
    wrong = question.refused(request.POST.get("token", ""), data["answer"], about=about)
    if data["website"]:
        wrong = question.WRONG
    if wrong:
        form.add_error("answer", wrong)
    return not wrong
