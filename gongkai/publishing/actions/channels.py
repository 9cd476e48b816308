"""Posts on other channels: words that fit, looked through by a second person, proof afterwards.

Only what was released goes anywhere; a post of an older release says so on the desk.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from gongkai.base import audit
from gongkai.base.disk import write_synced
from gongkai.base.refusal import Refused
from gongkai.base.uploads import Checked
from gongkai.bodies.models import Body, Role
from gongkai.documents.personal import personal_data
from gongkai.law.taxonomy import account_kinds
from gongkai.publishing.actions.core import By, require
from gongkai.publishing.content import words
from gongkai.publishing.models import Channel, Document, PointVisits, Post, Proof, ReadingPoint
from gongkai.publishing.roles import WRITERS

State = Post.State
#: Who keeps accounts, places and posts; who may look a post through.
KEEPERS = (Role.CLERK, Role.HEAD)
CHECKERS = (Role.REVIEWER, Role.HEAD, Role.CLERK)
FOLDER = "proofs"


class ProofDamaged(RuntimeError):
    """The bytes on disk are not those that were kept."""


def keep_proof(body: Body, file: Checked, *, by: By) -> Proof:
    """Keep a picture or paper (already looked at by ``base.uploads``); never public."""
    at = f"{FOLDER}/{secrets.token_hex(2)}/{secrets.token_hex(16)}"
    write_synced(Path(settings.MEDIA_ROOT) / at, file.data)
    return Proof.objects.create(
        body=body,
        name=file.name,
        media_type=file.media_type,
        size=len(file.data),
        sha256=hashlib.sha256(file.data).hexdigest(),
        path=at,
        added_by=by,
    )


def proof_content(proof: Proof) -> bytes:
    """The bytes as they were kept; ProofDamaged when they are not."""
    data = (Path(settings.MEDIA_ROOT) / proof.path).read_bytes()
    if hashlib.sha256(data).hexdigest() != proof.sha256:
        raise ProofDamaged(proof.path)
    return data


@transaction.atomic
def save_channel(body: Body, values: dict[str, Any], *, by: By, pk: int | None = None) -> Channel:
    """Register an account, paper, board or screen, or change it."""
    require(by, body, *KEEPERS)
    if values["kind"] not in account_kinds():
        raise Refused("请选择渠道的种类。")
    same = Channel.objects.filter(body=body, kind=values["kind"], name=values["name"].strip())
    if same.exclude(pk=pk).exists():
        raise Refused("同一种类里已经有这个名称的渠道，请改用别的名称。")
    channel = Channel.objects.get(pk=pk, body=body) if pk else Channel(body=body)
    for name, value in values.items():
        setattr(channel, name, value.strip() if isinstance(value, str) else value)
    channel.save()
    audit.record("登记公开渠道", channel, by=by, scope=body.slug, new={"名称": channel.name})
    return channel


def text_limit(channel: Channel) -> int | None:
    """Characters of one post; None where there is no limit."""
    return channel.text_limit or account_kinds()[channel.kind].text_limit


def suggestion(channel: Channel, document: Document) -> tuple[str, str]:
    """Title and text to begin with: the summary, else the words of the document, cut to fit."""
    text = document.summary or words(document.text)
    limit = text_limit(channel)
    if limit and len(text) > limit:
        text = text[: max(0, limit - 1)] + "…"
    return document.title, text


def write_post(
    channel: Channel,
    document: Document,
    title: str,
    text: str,
    *,
    by: By,
    planned_on: date | None = None,
    until_on: date | None = None,
) -> Post:
    """Write the words for a channel. Refused: not released, too long, personal data, closed."""
    with transaction.atomic():
        # The row of the document: nobody withdraws or releases it anew meanwhile.
        document = Document.objects.select_for_update(of=("self",), no_key=True).get(pk=document.pk)
        require(by, channel.body, *WRITERS, Role.HEAD)
        if document.body_id != channel.body_id or not document.live or document.release is None:
            raise Refused("只有本机关已经公开发布的信息才能转到其他渠道。")
        if channel.closed_on and channel.closed_on <= timezone.localdate():
            raise Refused(f"“{channel.name}”已经关停，请选择其他渠道。")
        known = Post.objects.filter(channel=channel, release=document.release)
        if known.exclude(state=State.WITHDRAWN).exists():
            raise Refused(f"这份信息已经列入“{channel.name}”，不用重复。")
        if planned_on and until_on and until_on < planned_on:
            raise Refused("展示的截止日期早于计划日期，请改正。")
        post = Post(
            channel=channel,
            document=document,
            release=document.release,
            planned_on=planned_on,
            until_on=until_on,
        )
        _word(post, title, text, by)
        post.save()
        _record(post, "编写渠道文字", by)
    return post


def reword_post(post: Post, title: str, text: str, *, by: By) -> Post:
    """Change the words before they are posted; who looked them through looks again."""
    with _on(post, by, *WRITERS, Role.HEAD) as post:
        if post.state not in (State.WRITTEN, State.CHECKED):
            raise Refused("已经发布或者撤下的文字不能再改。")
        _word(post, title, text, by)
        post.state, post.checked_by, post.checked_by_name = State.WRITTEN, None, ""
        _record(post, "修改渠道文字", by)
    return post


def check_post(post: Post, *, by: By) -> Post:
    """A second person says that the words agree with the document."""
    with _on(post, by, *CHECKERS) as post:
        if post.state != State.WRITTEN:
            raise Refused("这条已经核对过，不用再核。")
        if by is not None and post.written_by_id == by.pk:
            raise PermissionDenied("这段文字是您编写的，不能自己核对，请由其他人核对。")
        _still_current(post)
        post.state, post.checked_by = State.CHECKED, by  # type: ignore[assignment]
        post.checked_by_name = audit.name_of(by)
        _record(post, "核对渠道文字", by)
    return post


def mark_posted(
    post: Post,
    *,
    by: By,
    at: datetime | None = None,
    address: str = "",
    issue: str = "",
    proof: Checked | None = None,
) -> Post:
    """Say that it is there, with its address or picture. A board or screen needs a picture."""
    with _on(post, by, *KEEPERS) as post:
        if post.state != State.CHECKED:
            raise Refused("核对过的文字才能发布。")
        _still_current(post)
        kind = account_kinds()[post.channel.kind]
        if kind.place and proof is None:
            raise Refused(f"{kind.label}要上传现场照片作为凭证。")
        if not (kind.place or address.strip() or proof):
            raise Refused("请填写发布后的网址，或者上传截图作为凭证。")
        if address.strip() and not address.strip().startswith(("http://", "https://")):
            raise Refused("网址要以 http:// 或者 https:// 开头，请改正。")
        when = at or timezone.now()
        if when > timezone.now():
            raise Refused("发布时间晚于现在，请改正。")
        if proof is not None:
            post.proof = keep_proof(post.channel.body, proof, by=by)
        post.state, post.posted_at = State.POSTED, when
        post.address, post.issue = address.strip(), issue.strip()
        _record(post, "登记渠道发布", by)
    return post


def withdraw_post(post: Post, *, by: By) -> Post:
    """Say that it was taken down there, or will not go there."""
    with _on(post, by, *KEEPERS) as post:
        if post.state == State.WITHDRAWN:
            raise Refused("这条已经撤下，不用重复办理。")
        post.state, post.withdrawn_at = State.WITHDRAWN, timezone.now()
        _record(post, "撤下渠道发布", by)
    return post


def outdated(post: Post) -> str:
    """Why a post does not tell what the document says now; "" when it does."""
    if post.state == State.WITHDRAWN:
        return ""
    if not post.document.live:
        return "原文已撤下，请同步撤下"
    return "原文已更新，请同步更新" if post.document.release_id != post.release_id else ""


@transaction.atomic
def save_point(
    body: Body,
    values: dict[str, Any],
    *,
    by: By,
    pk: int | None = None,
    photo: Checked | None = None,
) -> ReadingPoint:
    """Register a reading point, or change it."""
    require(by, body, *KEEPERS)
    same = ReadingPoint.objects.filter(body=body, name=values["name"].strip())
    if same.exclude(pk=pk).exists():
        raise Refused("已经有这个名称的查阅点，请改用别的名称。")
    point = ReadingPoint.objects.get(pk=pk, body=body) if pk else ReadingPoint(body=body)
    for name, value in values.items():
        setattr(point, name, value.strip() if isinstance(value, str) else value)
    if photo is not None:
        point.photo = keep_proof(body, photo, by=by)
    point.save()
    audit.record("登记查阅点", point, by=by, scope=body.slug, new={"名称": point.name})
    return point


@transaction.atomic
def count_visits(point: ReadingPoint, year: int, month: int, people: int, *, by: By) -> PointVisits:
    """How many came in a month; said anew it replaces."""
    require(by, point.body, *KEEPERS)
    if not 1 <= month <= 12 or (year, month) > (
        timezone.localdate().year,
        timezone.localdate().month,
    ):
        raise Refused("月份不对，或者还没有到，请改正。")
    found, _ = PointVisits.objects.update_or_create(
        point=point, year=year, month=month, defaults={"people": people}
    )
    audit.record(
        "登记查阅人次",
        point,
        by=by,
        scope=point.body.slug,
        new={"月份": f"{year}-{month:02}", "人次": people},
    )
    return found


def _word(post: Post, title: str, text: str, by: By) -> None:
    title, text = " ".join(title.split()), text.strip()
    if not title:
        raise Refused("请填写标题。")
    limit = text_limit(post.channel)
    if limit and len(text) > limit:
        raise Refused(f"文字有 {len(text)} 个字，超过“{post.channel}”的上限 {limit} 字，请删减。")
    if found := personal_data(f"{title}\n{text}"):
        raise Refused(f"文字里有{found[0].kind}，请删去后再保存。")
    post.title, post.text, post.written_by = title, text, by  # type: ignore[assignment]


def _still_current(post: Post) -> None:
    if why_not := outdated(post):
        raise Refused(f"{why_not}：请撤下这条，按现在的内容重新编写。")


@contextmanager
def _on(post: Post, by: By, *roles: Role) -> Iterator[Post]:
    with transaction.atomic():
        post = (
            Post.objects.select_for_update(of=("self",), no_key=True)
            .select_related("channel__body", "document", "release")
            .get(pk=post.pk)
        )
        require(by, post.channel.body, *roles)
        yield post
        post.save()


def _record(post: Post, action: str, by: By) -> None:
    audit.record(
        action,
        post,
        by=by,
        scope=post.channel.body.slug,
        new={"渠道": post.channel.name, "标题": post.title},
    )
