"""Staff pages of the organisation: for the administrators, and a head for his own body."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from gongkai.base import audit
from gongkai.base.models import AuditEntry
from gongkai.bodies.actions import set_administrator
from gongkai.bodies.desk import KINDS, urlpatterns
from gongkai.bodies.models import Body, Membership, Person, Section
from gongkai.bodies.queries import may_manage, sections_to_check
from gongkai.law.parameters import rule
from gongkai.law.remedies import add_months


@pytest.fixture
def section(cast) -> Section:
    return Section.objects.create(body=cast.body, name="办公室")


def test_every_route_says_its_permission():
    assert all(route.callback.permission for route in urlpatterns)


def test_nobody_signed_in_is_led_to_the_sign_in_page(cast, client):
    for slug in KINDS:
        response = client.get(reverse("desk-bodies", args=[slug]))
        assert response.status_code == 302 and "/office/login/" in response["Location"]


@pytest.mark.parametrize("slug", KINDS)
def test_a_clerk_has_no_part_in_it(cast, client, section, slug):
    client.force_login(cast.clerk)
    for url in (
        reverse("desk-bodies", args=[slug]),
        reverse("desk-body-new", args=[slug]),
        reverse("desk-body-edit", args=[slug, 1]),
        reverse("desk-body-delete", args=[slug, 1]),
    ):
        assert client.post(url, {}).status_code in (302, 403, 404)
        assert client.get(url).status_code != 200


def test_a_head_sees_and_changes_only_his_own_body(cast, client, section):
    client.force_login(cast.head)
    page = client.get(reverse("desk-bodies", args=["bodies"])).content.decode()
    assert cast.body.name in page and cast.other_body.name not in page
    other = Section.objects.create(body=cast.other_body, name="外单位办公室")
    for route in ("desk-body-edit", "desk-body-delete"):
        assert client.get(reverse(route, args=["sections", other.pk])).status_code == 404
        assert client.post(reverse(route, args=["sections", other.pk])).status_code == 404
    url = reverse("desk-body-edit", args=["sections", section.pk])
    page = client.get(url).content.decode()
    assert cast.other_body.name not in page
    data = {"body": cast.other_body.pk, "name": "办公室", "order": "0"}
    assert client.post(url, data).status_code == 400
    data["body"] = cast.body.pk
    assert client.post(url, data | {"duties": "受理申请"}).status_code == 302
    section.refresh_from_db()
    assert section.duties == "受理申请"


def test_a_head_cannot_change_what_makes_the_body_what_it_is(cast, client):
    client.force_login(cast.head)
    url = reverse("desk-body-edit", args=["bodies", cast.body.pk])
    data = {"name": cast.body.name, "short_name": "卫健委", "slug": "stolen", "kind": "government"}
    assert client.post(url, data).status_code == 302
    body = Body.objects.get(pk=cast.body.pk)
    assert (body.short_name, body.slug, body.kind) == ("卫健委", "shili-health", "department")


@pytest.mark.parametrize("slug", KINDS)
def test_an_administrator_opens_every_list_and_form(cast, client, section, slug):
    client.force_login(cast.administrator)
    assert client.get(reverse("desk-bodies", args=[slug]), {"q": "示例"}).status_code == 200
    assert client.get(reverse("desk-body-new", args=[slug])).status_code == 200
    row = KINDS[slug].rows(cast.administrator).first()
    if row is not None:
        assert client.get(reverse("desk-body-edit", args=[slug, row.pk])).status_code == 200


def test_an_empty_form_says_what_is_missing_and_offers_words_to_choose(cast, client):
    client.force_login(cast.administrator)
    page = client.post(reverse("desk-body-new", args=["bodies"]), {"name": ""}).content.decode()
    assert "没有填写，请填写这一项。" in page and "------" not in page


def test_a_new_account_needs_a_password_and_can_then_sign_in(cast, client):
    client.force_login(cast.administrator)
    url = reverse("desk-body-new", args=["accounts"])
    data = {"username": "xinren", "last_name": "吴", "first_name": "新人", "is_active": "on"}
    assert "请为新账号设置密码" in client.post(url, data).content.decode()
    assert client.post(url, data | {"password": "足够长的密码-2026"}).status_code == 302
    client.logout()
    page = client.post(
        reverse("wagtailadmin_login"), {"username": "xinren", "password": "足够长的密码-2026"}
    )
    assert page.status_code == 302 and client.session["_auth_user_id"]


def test_an_administrator_makes_another_of_an_account_and_takes_it_back(cast, client):
    """The office needs nobody who may do everything for its everyday accounts and roles."""
    url = reverse("desk-body-edit", args=["accounts", cast.clerk.pk])
    data = {"username": "jingban", "last_name": "王", "first_name": "经办", "is_active": "on"}
    client.force_login(cast.administrator)
    sent = data | {"administers": "on", "is_superuser": "on"}
    assert client.post(url, sent).status_code == 302
    made = AuditEntry.objects.get(action="设为系统管理员")
    assert (made.old, made.new) == ({"系统管理员": False}, {"系统管理员": True})
    assert made.by == cast.administrator and made.object_id == str(cast.clerk.pk)
    clerk = type(cast.clerk).objects.get(pk=cast.clerk.pk)
    assert may_manage(clerk) and not clerk.is_superuser
    client.force_login(clerk)
    shown = client.get(reverse("desk-bodies", args=["accounts"])).content.decode()
    assert '<td data-head="系统管理员">是</td>' in shown and "guanli" not in shown
    assert client.get(url).context["form"]["administers"].value() is True
    # Who may not sign in for a while keeps it, unless the tick is taken away.
    type(clerk).objects.filter(pk=clerk.pk).update(is_active=False)
    client.force_login(cast.administrator)
    assert client.get(url).context["form"]["administers"].value() is True
    type(clerk).objects.filter(pk=clerk.pk).update(is_active=True)
    client.force_login(clerk)
    # The account that may do everything is not his to touch; its own page has nothing to tick.
    theirs = reverse("desk-body-edit", args=["accounts", cast.administrator.pk])
    assert client.post(theirs, data).status_code == 404
    client.force_login(cast.administrator)
    assert "administers" not in client.get(theirs).content.decode()
    # The last who may sign in stays; another may be switched off or be administrator no more.
    type(clerk).objects.filter(pk=cast.administrator.pk).update(is_active=False)
    client.force_login(clerk)
    for last in (data, {k: v for k, v in sent.items() if k != "is_active"}):
        refused = client.post(url, last)
        assert refused.status_code == 400 and "最后一个可以登录的系统管理员" in refused.text
        assert clerk.groups.filter(name="系统管理员").exists()
        assert type(clerk).objects.get(pk=clerk.pk).is_active
    second = reverse("desk-body-edit", args=["accounts", cast.reviewer.pk])
    data |= {"username": "shenhe", "last_name": "李", "first_name": "审核"}
    assert client.post(second, data | {"administers": "on"}).status_code == 302
    assert client.post(second, data).status_code == 302
    assert not cast.reviewer.groups.filter(name="系统管理员").exists()
    taken = AuditEntry.objects.get(action="取消系统管理员")
    assert (taken.old, taken.new) == ({"系统管理员": True}, {"系统管理员": False})
    with pytest.raises(PermissionDenied):
        set_administrator(cast.head, True, by=cast.head)


def test_the_trail_shows_words_and_no_codes(cast, client):
    membership = Membership.objects.first()
    audit.record(
        "试一试",
        membership,
        by=cast.head,
        scope=cast.body.slug,
        old={"角色": "head", "启用": True, "备注": "", "期限": None},
        new={
            "角色": "seal_keeper",
            "启用": False,
            "第1项": "deny_process_info",
            "公开时限的规定": "publication.days",
            "方式": "per_page",
            "部分": ["主动公开", "监督保障"],
            "清单": [{"page": 2, "ground": "deny_third_party"}],
            "登录账号": "head",
        },
    )
    client.force_login(cast.head)
    page = client.get(reverse("desk-audit")).content.decode()
    for words in (
        "角色：负责人<br>",
        "启用：是<br>",
        "角色：印章管理人",
        "启用：否",
        "第1项：6.属于四类过程性信息",
        "公开时限的规定：主动公开",
        "方式：按量",
        "部分：主动公开、监督保障",
        "清单：页 2，依据 4.保护第三方合法权益",
        "登录账号：head",
    ):
        assert words in page
    assert "备注：" not in page and "期限：" not in page  # nothing was in them


def test_the_trail_shows_a_head_only_his_own_bodies(cast, client):
    audit.record("试一试", cast.body, by=cast.clerk, scope=cast.body.slug)
    audit.record("别处的事", cast.other_body, by=cast.stranger, scope=cast.other_body.slug)
    url = reverse("desk-audit")
    client.force_login(cast.head)
    page = client.get(url).content.decode()
    assert "试一试" in page and "别处的事" not in page
    client.force_login(cast.inspector)
    page = client.get(url).content.decode()
    assert "试一试" in page and "别处的事" in page, "the inspector supervises both"
    client.force_login(cast.clerk)
    assert client.get(url).status_code != 200
    client.force_login(cast.administrator)
    page = client.get(url, {"person": "钱外", "from": "2020-01-01"}).content.decode()
    assert "别处的事" in page and "试一试" not in page


def test_the_form_of_a_role_asks_a_handler_for_his_section(cast, client, section):
    client.force_login(cast.administrator)
    url = reverse("desk-body-new", args=["roles"])
    data = {"user": cast.clerk.pk, "body": cast.body.pk, "role": "handler", "section": ""}
    assert "请选择他所在的科室" in client.post(url, data).content.decode()
    assert client.post(url, data | {"section": section.pk}).status_code == 302
    assert Membership.objects.get(user=cast.clerk, role="handler").section == section
    again = client.post(url, data | {"section": section.pk})
    assert again.status_code == 400 and "已经有这个岗位" in again.content.decode()


def test_a_head_is_told_which_sections_want_a_look_and_says_that_one_is_right(
    cast, client, section
):
    other = Section.objects.create(body=cast.other_body, name="外单位办公室")
    client.force_login(cast.head)
    page = reverse("desk-sections-check")
    assert "<strong>1</strong> 个科室" in client.get("/office/").content.decode()
    shown = client.get(page).content.decode()
    assert "办公室" in shown and other.name not in shown and "核对无误" not in shown
    client.post(page, {"section": section.pk})
    section.refresh_from_db()
    assert section.checked_on is None
    told = {"body": cast.body.pk, "name": "办公室", "order": "0"}
    told |= {"duties": "受理申请", "phone": "0000-1234567"}
    client.post(reverse("desk-body-edit", args=["sections", section.pk]), told)
    section.refresh_from_db()
    today = timezone.localdate()
    assert section.changed_on == section.checked_on == today
    assert not sections_to_check(cast.head, today)
    months = rule("convention.section_check", on=today).value
    later = add_months(today, months)
    assert list(sections_to_check(cast.head, later)) == [section]
    assert not sections_to_check(cast.clerk, later) and not sections_to_check(
        cast.administrator, later
    )
    Section.objects.update(checked_on=add_months(today, -months), changed_on=date(2020, 1, 1))
    assert "核对无误" in client.get(page).content.decode()
    client.post(page, {"section": section.pk})
    section.refresh_from_db()
    assert (section.checked_on, section.changed_on) == (today, date(2020, 1, 1))
    for wrong in (other.pk, "²", ""):
        assert client.post(page, {"section": wrong}).status_code == 404
    client.force_login(cast.clerk)
    assert client.get(page).status_code in (302, 403)


def test_the_leading_group_says_who_leads_it_and_who_is_in_it(cast, client):
    """DOMAIN G.2 row 1: 组长, 副组长, members, each from a day to a day."""
    client.force_login(cast.administrator)
    somebody = Person.objects.create(name="示例冯一")
    address = reverse("desk-body-new", args=["posts"])
    sent = {
        "person": somebody.pk,
        "body": cast.body.pk,
        "title": "主任",
        "group_role": "lead",
        "from_on": "2026-01-05",
    }
    refused = client.post(address, sent)
    assert refused.status_code == 400
    assert "不是领导小组成员的" in refused.content.decode()
    client.post(address, sent | {"in_leading_group": "on"})
    assert somebody.posts.get().group_role == "lead"
    assert "组长" in client.get(reverse("desk-bodies", args=["posts"])).content.decode()
