"""One letter on one screen: what was written, by when, what can be done now, what happened."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from gongkai.base.models import AuditEntry
from gongkai.base.office import office_page
from gongkai.base.permissions import staff
from gongkai.base.refusal import Refused
from gongkai.base.uploads import SafeFilesField, help_text
from gongkai.bodies.models import Section
from gongkai.documents.incoming import DEFAULT
from gongkai.engagement import clock
from gongkai.engagement.actions import letters, publication, replies
from gongkai.engagement.actions.core import record
from gongkai.engagement.files import MOST, download, own_files
from gongkai.engagement.models import CitizenLetter, LetterFile, PublishedLetter
from gongkai.engagement.queries import letter_or_404, may_touch
from gongkai.engagement.roles import CLERKS, REVIEWERS, VIEW, WORK, WRITERS

Data = dict[str, Any]


def _area(label: str, needed: str, *, rows: int, limit: int = 5000, **more: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=limit,
        widget=forms.Textarea(attrs={"rows": rows}),
        error_messages={"required": needed, "max_length": f"“{label}”最多 {limit} 字。"},
        **more,
    )


class AssignForm(forms.Form):
    """To which section."""

    section = forms.ModelChoiceField(
        Section.objects.none(),
        label="承办科室",
        empty_label="请选择",
        error_messages={"required": "请选择承办科室。", "invalid_choice": "请从列表中选择。"},
    )

    def __init__(self, *args: Any, letter: CitizenLetter, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["section"].queryset = letter.mailbox.body.sections.all()  # type: ignore[attr-defined]
        self.initial.setdefault("section", letter.section_id)


class ComplexForm(forms.Form):
    """Why it takes longer."""

    reason = forms.CharField(
        label="情况复杂的原因",
        max_length=200,
        help_text="写信人会看到。期限从收到来信之日起按情况复杂的期限计算。",
        error_messages={"required": "请写明情况复杂的原因。"},
    )

    def __init__(self, *args: Any, letter: CitizenLetter, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)


class ReplyForm(forms.Form):
    """The result and the words that the citizen reads."""

    result = forms.ChoiceField(
        label="办理结果",
        choices=[("", "请选择"), *CitizenLetter.Result.choices],
        error_messages={"required": "请选择办理结果。", "invalid_choice": "请从列表中选择。"},
    )
    text = _area(
        "答复内容",
        "请写明答复内容。",
        rows=9,
        help_text="写信人看到的就是这些文字。提交后由另一人审核，审核通过即发出。",
    )
    keep = forms.MultipleChoiceField(
        label="上次的附件",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="不再需要的，取消勾选。",
        error_messages={"invalid_choice": "请从列表中选择。"},
    )
    files = SafeFilesField(
        label="答复的附件",
        required=False,
        max_files=MOST,
        help_text=f"{help_text(DEFAULT, max_files=MOST)}加密保存，写信人凭编号和查询码下载。",
    )

    def __init__(self, *args: Any, letter: CitizenLetter, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if before := letter.replies.last():
            self.initial |= {"result": before.result, "text": before.text}
        if earlier := [(str(f.pk), f.shown_name) for f in replies.earlier_files(letter)]:
            keep: Any = self.fields["keep"]
            keep.choices, self.initial["keep"] = earlier, [pk for pk, _ in earlier]
        else:
            del self.fields["keep"]


class VerdictForm(forms.Form):
    """Let it out, or give it back with a word."""

    approve = forms.TypedChoiceField(
        label="审核结论",
        choices=[("yes", "通过"), ("no", "退回修改")],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": "请选择审核结论。"},
    )
    opinion = forms.CharField(
        label="审核意见", max_length=300, required=False, help_text="退回的，写明要修改什么。"
    )

    def __init__(self, *args: Any, letter: CitizenLetter, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)


class PublicForm(forms.Form):
    """The words for everybody."""

    title = forms.CharField(
        label="标题", max_length=100, error_messages={"required": "请填写标题。"}
    )
    question = _area("来信内容（去标识化）", "请填写来信内容。", rows=7)
    answer = _area("答复内容（去标识化）", "请填写答复内容。", rows=7)

    def __init__(self, *args: Any, letter: CitizenLetter, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        public = _public(letter)
        words = publication.suggested(letter)
        self.initial |= {n: getattr(public, n) for n in words} if public else words


class WithdrawForm(forms.Form):
    """Why it goes."""

    reason = forms.CharField(
        label="撤下的原因", max_length=200, error_messages={"required": "请写明撤下的原因。"}
    )

    def __init__(self, *args: Any, letter: CitizenLetter, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)


def _public(letter: CitizenLetter) -> PublishedLetter | None:
    return PublishedLetter.objects.filter(letter=letter).first()


def _public_or_404(letter: CitizenLetter) -> PublishedLetter:
    if public := _public(letter):
        return public
    raise Http404


def _versions(letter: CitizenLetter, public: PublishedLetter | None) -> dict[str, int]:
    """Of each deed the version on the screen: of the public words where the deed is about them."""
    of_words = public.version if public else 0
    return {key: of_words if key in OF_WORDS else letter.version for key in DEEDS}


def _assign(letter: CitizenLetter, d: Data, by: Any, seen: int) -> str:
    letters.assign(letter, d["section"], by=by, seen=seen)
    return f"已经交给{d['section'].name}办理。"


def _complex(letter: CitizenLetter, d: Data, by: Any, seen: int) -> str:
    letters.mark_complex(letter, d["reason"], by=by, seen=seen)
    return "已经登记为情况复杂，答复期限随之变动。"


def _reply(letter: CitizenLetter, d: Data, by: Any, seen: int) -> str:
    keep = [int(pk) for pk in d.get("keep", ())]
    replies.draft_reply(
        letter, d["result"], d["text"], by=by, seen=seen, files=d["files"], keep=keep
    )
    return "答复已经提交，等待另一人审核。"


def _review(letter: CitizenLetter, d: Data, by: Any, seen: int) -> str:
    replies.review_reply(letter, approve=d["approve"], opinion=d["opinion"], by=by, seen=seen)
    return "答复已经发出，写信人可以看到。" if d["approve"] else "已经退回起草人修改。"


def _prepare(letter: CitizenLetter, d: Data, by: Any, seen: int) -> str:
    publication.prepare(letter, d["title"], d["question"], d["answer"], by=by, seen=seen)
    return "公开内容已经提交，等待另一人审核。"


def _let_out(letter: CitizenLetter, d: Data, by: Any, seen: int) -> str:
    publication.review_public(
        _public_or_404(letter), approve=d["approve"], opinion=d["opinion"], by=by, seen=seen
    )
    return "已经公开。" if d["approve"] else "已经退回修改。"


def _withdraw(letter: CitizenLetter, d: Data, by: Any, seen: int) -> str:
    publication.withdraw(_public_or_404(letter), d["reason"], by=by, seen=seen)
    return "已经撤下。"


Act = Callable[[CitizenLetter, Data, Any, int], str]
#: key → (title, form, who, what it does, button).
DEEDS: dict[str, tuple[str, type[Any], tuple[Any, ...], Act, str]] = {
    "assign": ("交办", AssignForm, CLERKS, _assign, "交办"),
    "reply": ("起草答复", ReplyForm, WRITERS, _reply, "提交审核"),
    "review": ("审核答复", VerdictForm, REVIEWERS, _review, "确定"),
    "complex": ("登记情况复杂", ComplexForm, WRITERS, _complex, "登记"),
    "prepare": ("整理公开来信", PublicForm, WRITERS, _prepare, "提交审核"),
    "let-out": ("审核公开来信", VerdictForm, REVIEWERS, _let_out, "确定"),
    "withdraw": ("撤下公开来信", WithdrawForm, REVIEWERS, _withdraw, "撤下"),
}
#: Deeds about the public words, which have a version of their own.
OF_WORDS = ("prepare", "let-out", "withdraw")
#: The version of a form that carries none: older than any, so the deed is refused.
UNSEEN = -1


def possible(letter: CitizenLetter, user: Any) -> list[str]:
    """The deeds that make sense now for this person, the next one first."""
    public = _public(letter)
    waits = public is not None and not public.published_at and not public.withdrawn_at
    reply = letter.replies.filter(approved=None).first()
    answered = letter.is_answered
    late = clock.today() > letter.due_on
    now = {
        "review": reply is not None and reply.drafted_by_id != user.pk,
        "reply": not answered and reply is None,
        "assign": not answered,
        "complex": not answered and not letter.is_complex and not late,
        "let-out": waits and not public.returned and public.drafted_by_id != user.pk,
        "prepare": answered
        and letter.wish_public
        and letter.erased_at is None
        and not (public and public.published_at),
        "withdraw": bool(public and public.published_at),
    }
    may: dict[Any, bool] = {}
    out = []
    for key, sensible in now.items():
        roles = DEEDS[key][2]
        if sensible and roles not in may:
            may[roles] = may_touch(user, letter, *roles)
        if sensible and may[roles]:
            out.append(key)
    if letter.state == CitizenLetter.State.RECEIVED and "assign" in out:
        out.sort(key=lambda key: key != "assign")
    return out


@staff(VIEW)
@never_cache
def letter_page(request: HttpRequest, pk: int) -> HttpResponse:
    """The letter; POST does the deed named ``deed``."""
    letter = letter_or_404(request.user, pk)
    keys = possible(letter, request.user)
    chosen = request.POST.get("deed", "")
    made: dict[str, Any] = {}
    refusal: Refused | None = None
    if request.method == "POST":
        if chosen not in DEEDS:
            raise Http404
        made[chosen] = form = DEEDS[chosen][1](
            request.POST, request.FILES, letter=letter, prefix=chosen
        )
        seen = request.POST.get("seen", "")
        if form.is_valid():
            try:
                done = DEEDS[chosen][3](
                    letter,
                    form.cleaned_data,
                    request.user,
                    int(seen) if re.fullmatch("[0-9]{1,9}", seen) else UNSEEN,
                )
            except Refused as no:
                refusal = no
                if no.overtaken and isinstance(form, VerdictForm):
                    # He judges anew what is there now; his words stay.
                    given = request.POST.copy()
                    given.pop(form.add_prefix("approve"), None)
                    made[chosen] = VerdictForm(given, letter=letter, prefix=chosen)
            else:
                messages.success(request, done)
                return redirect("desk-citizen-letter", pk=pk)
        if chosen not in keys:
            keys = [chosen, *keys]
    return _show(request, letter, keys, made, chosen, refusal)


def _show(
    request: HttpRequest,
    letter: CitizenLetter,
    keys: list[str],
    made: dict[str, Any],
    chosen: str = "",
    refusal: Refused | None = None,
    person: dict[str, str] | None = None,
) -> HttpResponse:
    body = letter.mailbox.body
    public = _public(letter)
    seen: dict[str, Any] = _versions(letter, public)
    if chosen in made and not (refusal and refusal.overtaken):
        # Only who was told that he was overtaken has what is stored now before him.
        seen[chosen] = request.POST.get("seen", "")
    deeds = [
        (key, DEEDS[key], made.get(key) or DEEDS[key][1](letter=letter, prefix=key), seen[key])
        for key in keys
    ]
    rule = "mailbox.complex_reply_days" if letter.is_complex else "mailbox.reply_days"
    return office_page(
        request,
        "engagement/desk/letter.html",
        f"来信 {letter.number}",
        [("/office/", "待办"), (reverse("desk-letters"), "信箱来信")],
        icon="mail",
        status=422 if refusal or any(f.errors for f in made.values()) else 200,
        letter=letter,
        near=None if letter.is_answered else clock.near(body, letter.due_on),
        rule=clock.rules_for(body).rule(rule, on=letter.received_on),
        deeds=deeds,
        chosen=chosen,
        refusal=refusal,
        had_files=bool(request.FILES),
        person=person,
        files=own_files(letter),
        notices=letter.notices.all(),
        replies=letter.replies.select_related("drafted_by", "reviewed_by").prefetch_related(
            Prefetch("files", LetterFile.objects.filter(erased_at=None))
        ),
        public=public,
        may_see=may_touch(request.user, letter, *WRITERS),
        history=AuditEntry.objects.filter(
            object_type=letter._meta.label_lower, object_id=str(letter.pk)
        ).order_by("-pk")[:30],
    )


@staff(WORK)
@require_POST
@never_cache
def sender(request: HttpRequest, pk: int) -> HttpResponse:
    """Who wrote, unmasked; the look is noted."""
    letter = letter_or_404(request.user, pk)
    person = letters.see_sender(letter, by=request.user)
    return _show(request, letter, possible(letter, request.user), {}, person=person)


@staff(VIEW)
@require_safe
@never_cache
def attachment(request: HttpRequest, pk: int, file: int) -> HttpResponse:
    """A file that came with the letter or goes with a reply; the look is noted."""
    letter = letter_or_404(request.user, pk)
    found = get_object_or_404(letter.files, pk=file, erased_at=None)
    deed = "打开答复附件" if found.reply_id else "打开来信附件"
    record(letter, deed, by=request.user, 附件=found.pk)  # type: ignore[arg-type]
    return download(found)


urlpatterns: list[URLPattern] = [
    path("engagement/letters/<int:pk>/", letter_page, name="desk-citizen-letter"),
    path("engagement/letters/<int:pk>/sender/", sender, name="desk-letter-sender"),
    path(
        "engagement/letters/<int:pk>/files/<int:file>/", attachment, name="desk-citizen-letter-file"
    ),
]
