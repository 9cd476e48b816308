"""Writing to a mailbox, and one's own letter: receipt, progress, reply, satisfaction."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_http_methods, require_safe

from gongkai.base import codes, form_key, question, ratelimit
from gongkai.base.entrance import is_person
from gongkai.base.permissions import public
from gongkai.base.public import column
from gongkai.base.refusal import Refused
from gongkai.base.satisfaction import SatisfactionForm
from gongkai.base.uploads import SafeFilesField, help_text
from gongkai.documents.incoming import DEFAULT
from gongkai.engagement import clock
from gongkai.engagement.actions import letters
from gongkai.engagement.files import MOST, download, files_of, own_files
from gongkai.engagement.models import CitizenLetter, Mailbox
from gongkai.engagement.public.entrance import FRESH, open_session, tracked
from gongkai.engagement.queries import public_letters

#: One address may send so many forms in an hour, wrong answers counted.
TRIES = 20
LONG = 3000
SHOWN = 5
_PHONE = re.compile(r"[\d +()（）转-]{5,40}")
COLUMN = column("信箱", "给机关负责人写信，提出咨询、求助、建议、投诉", "咨询投诉", "mailbox-list")


class LetterForm(forms.Form):
    """A letter: what it is about, the words, who writes, whether it may be published."""

    key = forms.CharField(required=False, widget=forms.HiddenInput)
    category = forms.ChoiceField(
        label="类别",
        error_messages={"required": "请选择来信类别。", "invalid_choice": "请从列表中选择。"},
    )
    subject = forms.CharField(
        label="标题",
        max_length=60,
        help_text="一句话说明什么事，60 字以内",
        error_messages={"required": "请填写标题。", "max_length": "标题最多 60 字。"},
    )
    text = forms.CharField(
        label="内容",
        max_length=LONG,
        help_text="什么时间、什么地点、发生了什么、希望怎样解决",
        widget=forms.Textarea(attrs={"rows": 9}),
        error_messages={
            "required": "请填写来信内容。",
            "max_length": f"内容超过 {LONG} 字，请缩短。",
        },
    )
    name = forms.CharField(
        label="姓名",
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": "请填写姓名，便于核实情况。"},
    )
    phone = forms.CharField(
        label="联系电话",
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
        error_messages={"required": "请填写联系电话，便于核实情况。"},
    )
    email = forms.EmailField(
        label="电子邮箱",
        required=False,
        max_length=100,
        help_text="可以不填。填写后，答复时会发邮件提醒您",
        error_messages={"invalid": "电子邮箱写法不对，例如 name@example.com。"},
    )
    files = SafeFilesField(
        label="附件",
        required=False,
        max_files=MOST,
        help_text=f"可以不填。{help_text(DEFAULT, max_files=MOST)}",
    )
    wish_public = forms.TypedChoiceField(
        label="是否同意公开",
        choices=[("no", "不公开，只答复我"), ("yes", "同意公开来信内容和答复（隐去个人信息）")],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        initial="no",
        help_text="同意公开的，由工作人员隐去个人信息并经另一人审核后，才可能登在网站上。",
        error_messages={"required": "请选择是否同意公开。"},
    )
    answer = forms.CharField(
        label="请回答",
        max_length=20,
        error_messages={"required": "请回答这道题，用来区分人和机器。"},
    )
    website = forms.CharField(required=False, max_length=200)

    def __init__(self, *args: Any, mailbox: Mailbox, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.mailbox = mailbox
        self.fields["category"].choices = [  # type: ignore[attr-defined]
            ("", "请选择"),
            *((one, one) for one in mailbox.categories),
        ]
        if not self.is_bound:
            self.initial["key"] = form_key.fresh()

    def shown(self) -> list[forms.BoundField]:
        """The fields of the page, without the question."""
        return [self[name] for name in self.fields if name not in ("answer", "website")]

    def clean_key(self) -> str:
        """The form's own mark; a made-up one is not taken."""
        return form_key.sent(self.cleaned_data["key"])

    def clean_phone(self) -> str:
        phone = self.cleaned_data["phone"].strip()
        if not _PHONE.fullmatch(phone):
            raise forms.ValidationError("电话号码写法不对，例如 13800000000 或者 0371-65900000。")
        return phone

    def incoming(self) -> letters.Incoming:
        """What the form says, for ``receive_letter``."""
        data = self.cleaned_data
        who = {name: data[name].strip() for name in ("name", "phone", "email") if data[name]}
        return letters.Incoming(
            mailbox=self.mailbox,
            category=data["category"],
            subject=data["subject"].strip(),
            text=data["text"].strip(),
            submission_key=data["key"],
            sender=who,
            wish_public=data["wish_public"],
            files=tuple(data["files"]),
        )


class RateForm(SatisfactionForm):
    asks = "您对这次答复是否满意"


@public
@require_safe
def mailbox_list(request: HttpRequest) -> HttpResponse:
    """Every open mailbox, by body."""
    return render(
        request,
        "engagement/public/mailboxes.html",
        {
            "column": COLUMN,
            "crumbs": [("互动回应", reverse("engagement")), ("信箱", None)],
            "mailboxes": Mailbox.objects.filter(is_open=True)
            .select_related("body__region")
            .order_by("body__region__path", "body__name", "order", "pk"),
        },
    )


@public
@require_safe
def mailbox_page(request: HttpRequest, slug: str) -> HttpResponse:
    """One mailbox: how it works, by when it answers, what was answered lately."""
    mailbox = get_object_or_404(Mailbox.objects.select_related("body"), slug=slug)
    rules = clock.rules_for(mailbox.body)
    on = clock.today()
    return render(
        request,
        "engagement/public/mailbox.html",
        {
            "column": COLUMN | {"name": mailbox.name},
            "crumbs": [
                ("互动回应", reverse("engagement")),
                ("信箱", reverse("mailbox-list")),
                (mailbox.name, None),
            ],
            "mailbox": mailbox,
            "plain": rules.rule("mailbox.reply_days", on=on),
            "complex": rules.rule("mailbox.complex_reply_days", on=on),
            "latest": public_letters().filter(letter__mailbox=mailbox)[:SHOWN],
        },
    )


@public
@require_http_methods(["GET", "HEAD", "POST"])
def write(request: HttpRequest, slug: str) -> HttpResponse:
    """The form; sent twice it is one letter."""
    mailbox = get_object_or_404(Mailbox.objects.select_related("body"), slug=slug)
    sent = request.method == "POST"
    form = LetterForm(
        request.POST if sent else None, request.FILES if sent else None, mailbox=mailbox
    )
    refusal = "" if mailbox.is_open else "这个信箱现在不接收来信，请选择其他信箱。"
    if sent:
        ratelimit.hit(request, "letter", limit=TRIES, seconds=3600)
    if sent and not refusal and form.is_valid() and _is_person(request, form):
        try:
            received = letters.receive_letter(form.incoming())
        except letters.FormUsed as no:
            refusal = str(no)
            form.data = form.data.copy()
            form.data["key"] = form_key.fresh()
        except Refused as no:
            refusal = str(no)
        else:
            open_session(request, received.letter)
            request.session[FRESH] = received.letter.pk
            return redirect("letter-status")
    key = (form.data if sent else form.initial).get("key", "")
    return render(
        request,
        "engagement/public/write.html",
        {
            "column": COLUMN | {"name": f"给{mailbox.name}写信"},
            "crumbs": [
                ("互动回应", reverse("engagement")),
                (mailbox.name, reverse("mailbox", args=[mailbox.slug])),
                ("写信", None),
            ],
            "mailbox": mailbox,
            "form": form,
            "refusal": refusal,
            "had_files": bool(request.FILES),
            "question": question.ask(key),
        },
        status=422 if refusal or form.errors else 200,
    )


def _is_person(request: HttpRequest, form: LetterForm) -> bool:
    key = form.cleaned_data["key"]
    known = CitizenLetter.objects.filter(submission_key=key).exists()
    return is_person(request, form, about=key, came_before=known)


@tracked
@require_http_methods(["GET", "HEAD", "POST"])
def status(request: HttpRequest, letter: CitizenLetter) -> HttpResponse:
    """The writer's own page: receipt, where it stands, the reply, his opinion of it."""
    sent = request.method == "POST"
    form = RateForm(request.POST if sent else None)
    refusal = ""
    if sent:
        ratelimit.hit(request, "letter-rate", limit=TRIES, seconds=3600)
        if form.is_valid():
            try:
                letters.rate(letter, form.cleaned_data["score"], form.cleaned_data["note"])
            except Refused as no:
                refusal = str(no)
            else:
                messages.success(request, "评价已经收到，谢谢您。")
                return redirect("letter-status")
    fresh = request.session.get(FRESH) == letter.pk
    reply = letter.replies.filter(sent_at__isnull=False).first()
    public_one = getattr(letter, "public", None)
    return render(
        request,
        "engagement/public/status.html",
        {
            "column": COLUMN | {"name": "我的来信", "url_name": "letter-track"},
            "crumbs": [("互动回应", reverse("engagement")), ("我的来信", None)],
            "letter": letter,
            "code": codes.grouped(codes.new_code(letter.submission_key)) if fresh else "",
            "files": own_files(letter),
            "reply": reply,
            "reply_files": files_of(reply),
            "near": None if letter.is_answered else clock.near(letter.mailbox.body, letter.due_on),
            "public": public_one if public_one and public_one.published_at else None,
            "form": form,
            "refusal": refusal,
        },
        status=422 if refusal or form.errors else 200,
    )


@tracked
@require_safe
def attachment(request: HttpRequest, letter: CitizenLetter, pk: int) -> HttpResponse:
    """The writer's own attachment, as he sent it, or one of the reply that was sent to him."""
    his = Q(reply=None) | Q(reply__sent_at__isnull=False)
    return download(get_object_or_404(letter.files.filter(his), pk=pk, erased_at=None))


urlpatterns: list[URLPattern] = [
    path("engagement/mailboxes/", mailbox_list, name="mailbox-list"),
    path("engagement/mailboxes/<slug:slug>/", mailbox_page, name="mailbox"),
    path("engagement/mailboxes/<slug:slug>/write/", write, name="letter-write"),
    path("engagement/letter/", status, name="letter-status"),
    path("engagement/letter/file/<int:pk>/", attachment, name="letter-file"),
]
