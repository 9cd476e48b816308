"""The form of a draft: what it asks, its defaults, what is different for each kind."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.forms.models import ModelChoiceIterator
from django.utils import timezone
from django.utils.html import escape, linebreaks

from gongkai.base.grams import written_number
from gongkai.base.inputs import DayInput
from gongkai.bodies.models import Body, Membership, Role, Section
from gongkai.law.taxonomy import load
from gongkai.publishing.actions.core import next_evaluation
from gongkai.publishing.grounds import grounds
from gongkai.publishing.models import Change, Column, Document
from gongkai.publishing.queries import usual_theme, within_reach
from gongkai.publishing.required import MONEY_ITEMS

Attribute = Document.Attribute
Genre = Document.Genre
#: What no interpretation is of; those named by an older draft stay.
_NOT_EXPLAINED = (Genre.INTERPRETATION, Genre.NEWS, Genre.DATA)
#: The kind that a column asks for most often.
_GENRES = {
    Column.Block.INTERPRETATION: Genre.INTERPRETATION,
    Column.Block.GUIDE: Genre.GUIDE,
    Column.Block.NEWS: Genre.NEWS,
    Column.Block.RULES: Genre.MEASURES,
}
_TAG = re.compile(r"</?[a-zA-Z][^>]*>")
#: Documents to choose from in a list; a site has many more.
OFFERED = 100
#: Fields of the form in the groups of the page.
GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("内容", ("column", "title", "text")),
    (
        "文件信息",
        (
            *("genre", "issuer", "doc_number", "formed_on", "changed_on"),
            *("is_normative", "effective_on", "expires_on"),
            *("theme", "keywords", "summary", "source", "interprets", "interprets_other"),
            *("explains_by", "shows_money", "section"),
        ),
    ),
    (
        "公开属性",
        (
            *("attribute", "withheld_ground", "withheld_reason", "re_evaluate_on"),
            "urgent_reason",
        ),
    ),
)
CONTENT = (
    *("column", "title", "genre", "theme", "issuer", "doc_number", "formed_on", "effective_on"),
    *("expires_on", "keywords", "summary", "text", "source", "attribute", "withheld_ground"),
    *("withheld_reason", "interprets", "explains_by", "is_normative", "shows_money"),
)
WORK = ("section", "urgent_reason", "changed_on", "re_evaluate_on")
HELP = {
    "column": "决定放在网站的哪个栏目，也决定公开期限和负责科室。",
    "text": "可以从 Word、WPS 直接粘贴，表格和标题会保留，字体、颜色等格式会去掉；"
    "开头与“标题”相同的一行不用删，保存时自动去掉。",
    "doc_number": "例如：示卫发〔2026〕1号。没有文号的留空。",
    "formed_on": "公开期限从这一天起算。",
    "changed_on": "内容变更后重新公开的，填变更的日期；部门预算、决算，填财政部门批复的日期。"
    "填了的，公开期限从这一天起算。",
    "is_normative": "勾选的，要有发文字号、施行日期和有效期，并先通过合法性审核。",
    "effective_on": "文件自哪一天起施行。",
    "expires_on": "到这一天为止有效；到期后网站自动标为失效。",
    "theme": "决定、公告、通知、意见、批复、办法、规划等公文和行政规范性文件必填。",
    "keywords": "几个词，用逗号分开，方便查找。",
    "summary": "一两句话，显示在列表和搜索结果里。行政规范性文件必填。",
    "interprets": "政策解读必须选择它解读的文件，网站上两边互相链接。这里列出较新的文件。",
    "explains_by": "政策解读填写：以哪种形式解读。不是解读的留空。",
    "shows_money": "勾选的，送审时增加财务核对。预算决算、收费、采购等信息应当勾选。",
    "section": "由哪个科室起草，承办人只看得到本科室的信息。",
    "withheld_ground": "不主动公开的必选，依据来自《条例》。",
    "withheld_reason": "写明为什么不主动公开，保密审查时一并核对。",
    "re_evaluate_on": "不公开的信息要定期评估；不填的，按约定的间隔计算。",
    "urgent_reason": "突发事件等需要立即公开的才填写。仍然先审查后公开："
    "保密审查和领导签发照常办理，科室初审在发布以后补办，全程留有记录。",
}


class DraftForm(forms.ModelForm):
    """Saving asks for title, column and day only; what else the kind needs is told at hand-in."""

    interprets_other = forms.CharField(
        label="列表里没有的文件",
        required=False,
        max_length=200,
        help_text="解读较早的文件时，填写它完整的文号、索引号或者标题。",
    )

    class Meta:
        model = Document
        fields = (*CONTENT, *WORK)
        widgets = {
            "text": forms.Textarea(attrs={"rows": 18, "data-editor": "true"}),
            "summary": forms.Textarea(attrs={"rows": 2}),
            "withheld_reason": forms.Textarea(attrs={"rows": 2}),
            "urgent_reason": forms.Textarea(attrs={"rows": 2}),
            "theme": forms.TextInput(attrs={"list": "known-themes"}),
            "attribute": forms.RadioSelect,
            **{n: DayInput() for n in ("formed_on", "effective_on", "expires_on")},
            **{n: DayInput() for n in ("changed_on", "re_evaluate_on")},
        }

    def __init__(self, *args: Any, body: Body, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.body, self.user = body, user
        columns = Column.objects.filter(body=body).order_by("block", "order", "id")
        self.fields["column"] = forms.ModelChoiceField(
            columns,
            label="栏目",
            empty_label="请选择栏目",
            error_messages={"required": "请选择栏目。", "invalid_choice": "请选择本机关的栏目。"},
        )
        sections = Section.objects.filter(body=body)
        if not _sees_all(user, body):
            sections = sections.filter(pk__in=_own_sections(user, body))
        self.fields["section"] = forms.ModelChoiceField(
            sections, label="起草科室", required=not _sees_all(user, body), empty_label="不指定"
        )
        explained = (
            Document.objects.filter(body=body)
            .filter(~Q(genre__in=_NOT_EXPLAINED) | Q(pk=self.instance.interprets_id))
            .exclude(pk=self.instance.pk)
            .order_by("-live", "-formed_on", "-pk")
            .only("title", "doc_number")
        )
        self.fields["interprets"] = _DocumentChoice(
            explained, label="解读的文件", required=False, empty_label="不是解读"
        )
        self.fields["interprets"].chosen = self.instance.interprets_id or self.initial.get(
            "interprets"
        )
        self.fields["withheld_ground"] = forms.ChoiceField(
            choices=[("", "请选择依据"), *_with_kept(self.instance.withheld_ground)],
            label="不主动公开的依据",
            required=False,
        )
        self.fields["changed_on"].label = "变更、批复日期"
        self.fields["attribute"].choices = Attribute.choices
        self.fields["explains_by"].choices = [("", "请选择"), *Document.Explains.choices]
        for name, text in HELP.items():
            self.fields[name].help_text = text
        self.fields["title"].error_messages["required"] = "请填写标题。"
        self.fields["formed_on"].error_messages["required"] = "请填写成文日期。"
        for name in ("formed_on", "effective_on", "expires_on", "changed_on", "re_evaluate_on"):
            self.fields[name].error_messages["invalid"] = "请填写正确的日期，例如 2026-11-21。"

    def clean_text(self) -> str:
        """Plain lines become paragraphs; what has markup stays, and is cleaned when it is kept."""
        text: str = self.cleaned_data["text"]
        return text if _TAG.search(text) else linebreaks(escape(text)) if text.strip() else ""

    def clean_doc_number(self) -> str:
        """As official papers write it: 示卫发〔2026〕1号."""
        return written_number(self.cleaned_data["doc_number"])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        since, until = data.get("effective_on"), data.get("expires_on")
        if since and until and until < since:
            self.add_error("expires_on", "有效期至不能早于施行日期，请改正。")
        formed = data.get("formed_on")
        if formed and formed > timezone.localdate():
            self.add_error("formed_on", "成文日期不能晚于今天，请改正。")
        if other := (data.get("interprets_other") or "").strip():
            known = self.fields["interprets"].queryset
            try:
                data["interprets"] = called(known, other)
            except forms.ValidationError as no:
                self.add_error("interprets_other", no)
        if data.get("attribute") == Attribute.PUBLIC:
            data["withheld_ground"] = data["withheld_reason"] = ""
            data["re_evaluate_on"] = None
        elif data.get("attribute") and data.get("re_evaluate_on") is None:
            data["re_evaluate_on"] = next_evaluation(timezone.localdate())
        return data

    def _post_clean(self) -> None:
        """The fields are checked above; the document itself is written by the deeds."""

    def content(self) -> dict[str, Any]:
        """What ``save_draft`` takes."""
        return {name: self.cleaned_data[name] for name in (*CONTENT, *WORK)}

    def groups(self) -> list[tuple[str, list[Any]]]:
        return [(title, [self[name] for name in names]) for title, names in GROUPS]


class _Newest(ModelChoiceIterator):
    """The first documents of the list and the one that is chosen; every other may be named."""

    def __iter__(self) -> Iterator[tuple[Any, str]]:
        yield "", self.field.empty_label
        offered = list(self.queryset[:OFFERED])
        chosen = self.field.chosen
        if chosen and all(one.pk != chosen for one in offered):
            offered += list(self.queryset.filter(pk=chosen))
        yield from map(self.choice, offered)


class _DocumentChoice(forms.ModelChoiceField):
    iterator = _Newest
    #: The key of what is chosen already.
    chosen: int | None = None

    def label_from_instance(self, document: Any) -> str:
        number = f"（{document.doc_number}）" if document.doc_number else ""
        return f"{document.title}{number}"[:90]


def called(known: QuerySet[Document], wanted: str) -> Document:
    """The one document of ``known`` with this 文号, 索引号 or title, however it is written.

    Raises:
        forms.ValidationError: there is none, or more than one.
    """
    number = {wanted, written_number(wanted)}
    title = wanted.strip().removeprefix("《").removesuffix("》")
    found = known.filter(
        Q(doc_number__in=number) | Q(index_number__in=number) | Q(title__in={wanted, title})
    )[:2]
    if len(found) != 1:
        which = "有几份文件都符合" if found else "没有找到"
        raise forms.ValidationError(f"“{wanted}”：{which}，请填写完整的文号或者索引号。")
    return found[0]


class ChangeForm(forms.Form):
    """One line of what this document does to another one."""

    document = forms.CharField(label="文件", required=False, max_length=200)
    does = forms.ChoiceField(label="作用", choices=Change.Does.choices, required=False)
    on = forms.DateField(label="自哪一天起", required=False, widget=DayInput())

    def __init__(self, *args: Any, body: Body, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.body = body

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        wanted = (data.get("document") or "").strip()
        if not wanted:
            return data
        try:
            found = called(within_reach(self.body), wanted)
        except forms.ValidationError as no:
            raise forms.ValidationError(
                f"{no.message}要已经发布的文件：本机关的、本机关联合印发的和下级机关的都可以。"
            ) from None
        names = {"does": "选择作用（修改、废止等）", "on": "填写自哪一天起"}
        if lacking := [words for name, words in names.items() if not data.get(name)]:
            raise forms.ValidationError(f"“{wanted}”：请{'，'.join(lacking)}。")
        data["entry"] = {
            "document": found.pk,
            "does": data["does"],
            "on": data["on"].isoformat(),
        }
        return data


def defaults(body: Body, column: Column | None, user: Any) -> dict[str, Any]:
    """What a new draft begins with; right most times."""
    sections = _own_sections(user, body)
    return {
        "column": column,
        "genre": _GENRES.get(Column.Block(column.block), Genre.NOTICE) if column else Genre.NOTICE,
        "theme": usual_theme(body, column),
        "issuer": body.name,
        "formed_on": timezone.localdate(),
        "attribute": Attribute.PUBLIC,
        "section": sections[0] if sections else (column.section_id if column else None),
        "shows_money": bool(column and column.art20_item in MONEY_ITEMS),
        "explains_by": Document.Explains.TEXT
        if column and column.block == Column.Block.INTERPRETATION
        else "",
    }


def themes(body: Body) -> list[str]:
    """What the body has written so far, then the usual names."""
    own = Document.objects.filter(body=body).exclude(theme="").order_by("theme")
    names = [*own.values_list("theme", flat=True).distinct(), *load("document_themes")]
    return list(dict.fromkeys(names))


def _with_kept(kept: str) -> list[tuple[str, str]]:
    """The grounds; what an older draft says in its own words stays to be chosen."""
    known = grounds()
    return known if not kept or kept in dict(known) else [*known, (kept, kept)]


def _sees_all(user: Any, body: Body) -> bool:
    from gongkai.bodies.queries import bodies_for

    return bodies_for(user, Role.CLERK).filter(pk=body.pk).exists()


def _own_sections(user: Any, body: Body) -> list[int]:
    mine = Membership.objects.filter(user=user.pk, body=body, role=Role.HANDLER)
    return list(mine.exclude(section=None).values_list("section", flat=True))
