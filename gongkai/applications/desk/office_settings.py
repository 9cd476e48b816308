"""Staff pages: the settings of a body for applications, each with what it is for."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path

from gongkai.applications import clock
from gongkai.applications.actions.office import Routes, save_office
from gongkai.applications.actions.papers import STATIONS, shipped_routes
from gongkai.applications.models import OfficeSettings
from gongkai.applications.queries import office_of
from gongkai.applications.roles import SETTINGS
from gongkai.base.office import office_page
from gongkai.base.permissions import staff
from gongkai.base.refusal import Refused
from gongkai.bodies.models import Body
from gongkai.bodies.set_up import body_to_set_up
from gongkai.law.letters import document_number
from gongkai.law.parameters import statute
from gongkai.law.taxonomy import letters

HOME = ("/office/", "待办")
#: Field → what the person should know; the group it stands in.
GROUPS: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = (
    (
        "文号",
        (
            (
                "agency_code",
                "用在文书的文号里，例如“示卫健”。改动只影响以后起草的文书，已有的文号不变。",
            ),
        ),
    ),
    (
        "救济途径",
        (
            ("government", "写全称，例如“示例县人民政府”。不服答复的，向它申请行政复议。"),
            ("upper", "写全称；只用在新《行政复议法》施行以前的文书上。"),
            ("court", "写全称，例如“示例县人民法院”。"),
            (
                "online_reconsideration",
                "通过互联网送达答复的，应当同时提供网上提交复议申请的渠道；填写网址。",
            ),
            (
                "print_unsettled",
                "对行政查询、需另行制作、信访举报投诉、重复申请、公开出版物等决定，能否直接起诉有争议。"
                "勾选的，文书同时告知复议和诉讼；不勾选的，只告知复议。请由法制机构确定。",
            ),
        ),
    ),
    (
        "文书内容",
        (
            ("petition_channel", "写在不予处理信访、投诉、举报类申请的告知书里，包括地址、电话。"),
            ("payment_way", "写在收费通知书里，例如缴款码、代收银行、窗口地址。"),
        ),
    ),
    (
        "申请渠道",
        (
            ("accepts_online", "勾选的，公众可以在网上提出申请。当面和邮寄始终应当受理。"),
            ("accepts_email", "指南公布了申请邮箱的填写；没有公布的留空。"),
            ("accepts_fax", "指南公布了工作机构传真的填写；没有公布的留空。"),
        ),
    ),
    (
        "保管",
        (
            ("retention_years", "案卷归档以后保管的年数，按本机关的档案保管期限表。"),
            (
                "personal_data_years",
                "办结以后保存申请人个人信息的年数，到期清除，只留下不含个人信息的记录。",
            ),
        ),
    ),
)
FIELDS = {name: text for _, group in GROUPS for name, text in group}


class OfficeForm(forms.ModelForm):
    """Every setting with its explanation; good defaults for a new body."""

    class Meta:
        model = OfficeSettings
        fields = tuple(FIELDS)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = self.instance.letter_routes
        for code, shipped in shipped_routes().items():
            self.fields[_route_field(code)] = forms.MultipleChoiceField(
                label=letters()[code].label,
                choices=[(s, STATIONS[s]) for s in shipped.stations if s not in shipped.fixed],
                required=False,
                widget=forms.CheckboxSelectMultiple,
                initial=own.get(code, shipped.stations),
            )
        for name, text in FIELDS.items():
            self.fields[name].help_text = text
            self.fields[name].error_messages["required"] = (
                f"请填写{self.fields[name].label}，文书里要用到。"
            )
        for name in ("retention_years", "personal_data_years"):
            self.fields[name].min_value = 1
            self.fields[name].validators.append(_at_least_one)

    def letter_routes(self) -> Routes:
        """The letters that go another way than they ship, each with its stations in order."""
        if "routes_shown" not in self.data:  # boxes left out are not boxes unticked
            return dict(self.instance.letter_routes)
        found: Routes = {}
        for code, shipped in shipped_routes().items():
            chosen = {*self.cleaned_data[_route_field(code)], *shipped.fixed}
            if chosen != set(shipped.stations):
                found[code] = [s for s in shipped.stations if s in chosen]
        return found

    def routes(self) -> list[tuple[str, list[tuple[str, Any]]]]:
        """One row a letter: at each station a box, “必经”, or nothing."""
        rows = []
        for code, shipped in shipped_routes().items():
            field = self[_route_field(code)]
            boxes = {str(box.data["value"]): box for box in field}
            cells = [
                (label, boxes.get(s) or ("必经" if s in shipped.fixed else "—"))
                for s, label in STATIONS.items()
            ]
            rows.append((str(field.label), cells))
        return rows


def _route_field(code: str) -> str:
    return f"route_{code}"


def _at_least_one(value: int) -> None:
    if not 1 <= value <= 100:
        raise forms.ValidationError("请填写 1 到 100 之间的年数。")


@staff(SETTINGS)
def office_settings(request: HttpRequest, slug: str = "") -> HttpResponse:
    """The form of one body; those who look after several choose it first."""
    body, bodies = body_to_set_up(request, slug)
    known = office_of(body)
    form = OfficeForm(request.POST or None, instance=known)
    refusal = ""
    if request.method == "POST" and form.is_valid():
        try:
            # The form has written into its own copy; the deed compares with what is stored.
            values = {n: form.cleaned_data[n] for n in FIELDS}
            save_office(body, values | {"letter_routes": form.letter_routes()}, by=request.user)
        except Refused as no:
            refusal = str(no)
        else:
            messages.success(request, "设置已保存。")
            return redirect("desk-office-settings-of", body.slug)
    return office_page(
        request,
        "applications/desk/office_settings.html",
        "依申请公开设置",
        [HOME],
        icon="cog",
        status=422 if form.errors or refusal else 200,
        body=body,
        bodies=bodies,
        known=known,
        form=form,
        refusal=refusal,
        groups=[(title, [form[name] for name, _ in group]) for title, group in GROUPS],
        routes=form.routes(),
        stations=STATIONS.values(),
        hints=_hints(body, known),
        example=_example(known),
    )


def _hints(body: Body, known: OfficeSettings | None) -> list[str]:
    """What the letters would need and the body does not have yet."""
    found = []
    if known is None:
        found.append("这个机关还没有开通依申请公开，填写并保存以后开通。")
    if not body.phone:
        found.append("机关资料里没有联系电话，文书末尾的联系方式不完整。")
    if not body.address:
        found.append("机关资料里没有办公地址，文书末尾的联系方式不完整。")
    rule = statute().find("reconsideration.online_channel", on=clock.today())
    if known and rule and not known.online_reconsideration:
        found.append(f"没有填写网上申请行政复议的地址，而网上送达的应当提供（{rule.article}）。")
    if known and not known.payment_way:
        found.append("没有填写缴纳方式，不能出具收费通知书。")
    return found


def _example(known: OfficeSettings | None) -> str:
    code = known.agency_code if known else "示卫健"
    return document_number("L14", code=code, serial=5, on=clock.today())


urlpatterns: list[URLPattern] = [
    path("settings/", office_settings, name="desk-office-settings"),
    path("settings/<slug:slug>/", office_settings, name="desk-office-settings-of"),
]
