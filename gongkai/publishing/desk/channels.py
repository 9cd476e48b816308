"""Office pages of 公开渠道: accounts and boards, posts with their proof."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from gongkai.base.inputs import MomentInput
from gongkai.base.office import number_of, office_page
from gongkai.base.permissions import staff
from gongkai.base.refusal import Refused
from gongkai.base.streams import download
from gongkai.base.uploads import SafeFilesField
from gongkai.bodies.models import Role, Section
from gongkai.law.taxonomy import account_kinds
from gongkai.publishing.actions import channels as actions
from gongkai.publishing.content import words
from gongkai.publishing.desk.access import document_or_404, seen_bodies
from gongkai.publishing.desk.shared import DAY, HOME, body_of, form_page, holds, required
from gongkai.publishing.models import Channel, Post, Proof
from gongkai.publishing.roles import DRAFT, VIEW, WRITERS

LIST = ("desk-channels", "发布渠道")
POSTS = ("desk-posts", "发布记录")
PER_PAGE = 50
PICTURES = ("jpg", "png", "pdf")


class ChannelForm(forms.ModelForm):
    kind = forms.ChoiceField(
        label="种类",
        choices=[(key, one.label) for key, one in account_kinds().items()],
        error_messages=required("请选择种类。"),
    )

    class Meta:
        model = Channel
        fields = (
            *("kind", "name", "account", "address", "section", "text_limit"),
            *("opened_on", "closed_on"),
        )
        widgets = {"opened_on": DAY, "closed_on": DAY}
        help_texts = {"text_limit": "一条的字数上限；不填的按种类的通常上限。"}

    def __init__(self, *args: Any, body: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        section: Any = self.fields["section"]
        section.queryset, section.empty_label = Section.objects.filter(body=body), "不指定"

    def _post_clean(self) -> None:
        """The action saves; the form only reads."""


class PostForm(forms.Form):
    """The words for one channel."""

    title = forms.CharField(label="标题", max_length=200, error_messages=required("请填写标题。"))
    text = forms.CharField(
        label="文字", required=False, max_length=50_000, widget=forms.Textarea(attrs={"rows": 8})
    )


class NewPostForm(PostForm):
    channel = forms.ModelChoiceField(
        Channel.objects.none(),
        label="渠道",
        empty_label="请选择渠道",
        error_messages=required("请选择渠道。"),
    )
    planned_on = forms.DateField(label="计划日期", required=False, widget=DAY)
    until_on = forms.DateField(
        label="展示至", required=False, widget=DAY, help_text="公告栏、电子屏填写。"
    )
    field_order = ("channel", "title", "text", "planned_on", "until_on")


class PostedForm(forms.Form):
    """That it is there."""

    at = forms.DateTimeField(
        label="发布时间",
        required=False,
        widget=MomentInput(),
        help_text="不填为现在。",
    )
    address = forms.CharField(label="网址", required=False, max_length=500)
    issue = forms.CharField(label="期号", required=False, max_length=30)
    proof = SafeFilesField(label="截图、照片", kinds=PICTURES, max_files=1, required=False)


def kind_label(channel: Channel) -> str:
    return account_kinds()[channel.kind].label


# --- channels -----------------------------------------------------------------------------------


@staff(VIEW)
@require_safe
def channel_list(request: HttpRequest) -> HttpResponse:
    """Every channel with what went out on it this year, and when last."""
    body, bodies = body_of(request)
    today = timezone.localdate()
    posted = Q(posts__state=Post.State.POSTED)
    this_year = posted & Q(posts__posted_at__year=today.year)
    found = Channel.objects.filter(body=body).annotate(
        items=Count("posts", filter=this_year),
        issues=Count("posts__issue", filter=this_year & ~Q(posts__issue=""), distinct=True),
    )
    newest = dict(
        Post.objects.filter(channel__body=body, state=Post.State.POSTED)
        .order_by("posted_at")
        .values_list("channel", "posted_at")
    )
    return office_page(
        request,
        "publishing/desk/channels.html",
        "发布渠道",
        [HOME],
        icon="mail",
        body=body,
        bodies=bodies,
        year=today.year,
        channels=[(one, kind_label(one), newest.get(one.pk)) for one in found],
        waiting=Post.objects.filter(channel__body=body, state=Post.State.WRITTEN).count(),
        by_column=(
            Post.objects.filter(
                channel__body=body, state=Post.State.POSTED, posted_at__year=today.year
            )
            .values_list("channel__name", "document__column__name")
            .annotate(n=Count("id"))
            .order_by("channel__name", "-n")
        ),
        may=holds(request, body, *actions.KEEPERS),
    )


@staff(DRAFT)
def channel_form(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Register a channel, or change it."""
    body, _ = body_of(request)
    known = None
    if pk is not None:
        known = get_object_or_404(Channel, pk=pk, body__in=seen_bodies(request.user))
        body = known.body
    form = ChannelForm(request.POST or None, instance=known or Channel(body=body), body=body)
    return form_page(
        request,
        form,
        lambda values: actions.save_channel(body, values, by=request.user, pk=pk),
        title="修改渠道" if pk else "登记渠道",
        trail=[(reverse(LIST[0]), LIST[1])],
        button="保存",
        done="渠道已保存。",
        back=reverse(LIST[0]),
    )


# --- posts --------------------------------------------------------------------------------------


@staff(VIEW)
@never_cache
@require_safe
def post_list(request: HttpRequest) -> HttpResponse:
    """Posts by state and channel; those whose document has changed say so."""
    body, bodies = body_of(request)
    found = Post.objects.filter(channel__body=body).select_related("channel", "document", "release")
    state = request.GET.get("state", "")
    if state in Post.State.values:
        found = found.filter(state=state)
    channel = request.GET.get("channel", "")
    if number_of(channel) is not None:
        found = found.filter(channel=number_of(channel))
    if state == "plan":
        soon = timezone.localdate() - timedelta(days=1)
        found = found.filter(planned_on__gt=soon).order_by("planned_on", "pk")
    pages = Paginator(found, PER_PAGE).get_page(request.GET.get("p"))
    query = request.GET.copy()
    query.pop("p", None)
    return office_page(
        request,
        "publishing/desk/posts.html",
        POSTS[1],
        [HOME, (reverse(LIST[0]), LIST[1])],
        icon="mail",
        body=body,
        bodies=bodies,
        pages=pages,
        rows=[(one, actions.outdated(one)) for one in pages],
        states=[*Post.State.choices, ("plan", "今后的计划")],
        state=state,
        channels=Channel.objects.filter(body=body),
        channel=channel,
        query=query.urlencode(),
    )


@staff(DRAFT)
def new_post(request: HttpRequest, document: int) -> HttpResponse:
    """Write the words for a channel from a released document."""
    found = document_or_404(request.user, document)
    channels = Channel.objects.filter(body=found.body).filter(
        Q(closed_on=None) | Q(closed_on__gt=timezone.localdate())
    )
    intro = f"{found.title}：文字从发布的内容摘出，请按渠道的特点修改，不要增加原文没有的内容。"
    if not channels.exists():
        intro = "本机关还没有登记发布渠道，请先到“发布渠道”登记公众号、公告栏等，再来填写。"
    asked = number_of(request.GET.get("channel"))
    chosen = channels.first() if asked is None else channels.filter(pk=asked).first()
    initial: dict[str, Any] = {"channel": chosen}
    if chosen:
        initial["title"], initial["text"] = actions.suggestion(chosen, found)
    form = NewPostForm(request.POST or None, initial=initial)
    form.fields["channel"].queryset = channels  # type: ignore[attr-defined]

    def act(values: dict[str, Any]) -> Post:
        channel = values.pop("channel")
        return actions.write_post(channel, found, **values, by=request.user)

    return form_page(
        request,
        form,
        act,
        title="发到其他渠道",
        trail=[(reverse(LIST[0]), LIST[1])],
        button="保存，交他人核对",
        done="文字已保存，等待另一人核对。",
        back=lambda post: reverse("desk-post", args=[post.pk]),
        intro=intro,
        quoted_title="公开的原文",
        quoted=words(found.text)[:3000],
    )


def _post_or_404(request: HttpRequest, pk: int) -> Post:
    found = Post.objects.filter(pk=pk, channel__body__in=seen_bodies(request.user))
    post = found.select_related(
        "channel__body", "document__body", "release", "written_by", "proof"
    ).first()
    if post is None:
        raise Http404("没有这条渠道发布，或者您没有查看的权限。")
    return post


@staff(VIEW)
@never_cache
def post(request: HttpRequest, pk: int) -> HttpResponse:
    """One post: its words beside the document, what can be done."""
    found = _post_or_404(request, pk)
    deed = request.POST.get("deed", "")
    reword = PostForm(
        request.POST if deed == "reword" else None,
        initial={"title": found.title, "text": found.text},
    )
    posted = PostedForm(
        request.POST if deed == "posted" else None, request.FILES if deed == "posted" else None
    )
    refusal = ""
    if request.method == "POST":
        try:
            done = _do(deed, found, reword, posted, by=request.user)
        except Refused as no:
            refusal = str(no)
        else:
            if done:
                messages.success(request, done)
                return redirect("desk-post", pk=pk)
    mine = found.written_by_id == request.user.pk
    checker = holds(request, found.channel.body, *actions.CHECKERS)
    return office_page(
        request,
        "publishing/desk/post.html",
        found.title,
        [HOME, (reverse(LIST[0]), LIST[1]), (reverse(POSTS[0]), POSTS[1])],
        icon="mail",
        status=422 if refusal or reword.errors or posted.errors else 200,
        post=found,
        kind=account_kinds()[found.channel.kind],
        limit=actions.text_limit(found.channel),
        original=words(found.document.text),
        outdated=actions.outdated(found),
        reword=reword,
        posted=posted,
        refusal=refusal,
        mine=mine,
        may_check=checker and not mine,
        may_write=holds(request, found.channel.body, *WRITERS, Role.HEAD),
        may_keep=holds(request, found.channel.body, *actions.KEEPERS),
    )


def _do(deed: str, found: Post, reword: PostForm, posted: PostedForm, *, by: Any) -> str:
    """The deed that the page asked for; what is said of it, "" where the form is not right."""
    if deed == "check":
        actions.check_post(found, by=by)
        return "已核对，可以发布。"
    if deed == "withdraw":
        actions.withdraw_post(found, by=by)
        return "已登记撤下。"
    if deed == "reword" and reword.is_valid():
        actions.reword_post(found, **reword.cleaned_data, by=by)
        return "文字已保存，等待另一人核对。"
    if deed == "posted" and posted.is_valid():
        values = dict(posted.cleaned_data)
        files = values.pop("proof")
        actions.mark_posted(found, **values, proof=files[0] if files else None, by=by)
        return "已登记发布。"
    return ""


@staff(VIEW)
@require_safe
def proof(request: HttpRequest, pk: int) -> HttpResponse:
    """A picture or paper that was kept."""
    found = get_object_or_404(Proof, pk=pk, body__in=seen_bodies(request.user))
    return download(actions.proof_content(found), found.name, found.media_type)


urlpatterns: list[URLPattern] = [
    path("publishing/channels/", channel_list, name="desk-channels"),
    path("publishing/channels/new/", channel_form, name="desk-channel-new"),
    path("publishing/channels/<int:pk>/", channel_form, name="desk-channel"),
    path("publishing/posts/", post_list, name="desk-posts"),
    path("publishing/posts/new/<int:document>/", new_post, name="desk-new-post"),
    path("publishing/posts/<int:pk>/", post, name="desk-post"),
    path("publishing/proofs/<int:pk>/", proof, name="desk-proof"),
]
