"""The office and the public pages of the registers."""

import re
from datetime import date, timedelta
from decimal import Decimal
from urllib.parse import unquote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from gongkai.base.models import AuditEntry
from gongkai.bodies.ledger import actions, sheets
from gongkai.bodies.ledger.book import all_books, book
from gongkai.bodies.ledger.desk.lists import counted
from gongkai.bodies.ledger.forms import LineForm
from gongkai.bodies.ledger.models import SheetImport
from gongkai.bodies.ledger.queries import entries_for
from gongkai.bodies.ledger.todo import ledger_todo
from gongkai.registers.models import PenaltyDecision
from gongkai.registers.tests.cast import a_penalty, penalty
from gongkai.registers.tests.test_sheets import HEAD, csv, good

PENALTIES = book("penalties")
(OF_A_YEAR,) = (one for one in all_books() if one.year_of)


def at(name: str, *args) -> str:
    return reverse(name, args=["penalties", *args])


@pytest.fixture
def clerk(client, cast):
    client.force_login(cast.clerk)
    return client


def test_every_book_of_every_room_opens(clerk, cast):
    for one in all_books():
        answer = clerk.get(reverse("desk-ledger", args=[one.slug]))
        assert answer.status_code == 200, one.slug
        assert one.title in answer.content.decode(), one.slug
        # The other pages are the same for all but for the form and the counts in them.
        form = str(LineForm(one, cast.body))
        assert all(f'name="{name}"' in form for name in one.sheet_fields), one.slug
        rows = entries_for(cast.clerk, one, cast.body)
        assert counted(one, rows, cast.body, 2026)["total"] == (0, [0] * len(one.sums)), one.slug
    # With sums and a category; sealed; proven by pictures; counted by a year of their own.
    for one in (PENALTIES, book("hotline"), book("notice-boards"), OF_A_YEAR):
        for name in ("desk-ledger-counts", "desk-ledger-new"):
            answer = clerk.get(reverse(name, args=[one.slug]))
            assert answer.status_code == 200, (one.slug, name)
            assert one.title in answer.content.decode(), (one.slug, name)
    # What differs is the head of the sheet (``test_sheets`` reads each).
    for one in (PENALTIES, book("hotline")):
        page = clerk.get(reverse("desk-ledger-import", args=[one.slug])).content.decode()
        assert one.title in page and all(column in page for column in sheets.head(one))


def test_a_line_is_entered_by_its_form(clerk, cast):
    values = penalty(happened_on="2026-03-02")
    assert clerk.post(at("desk-ledger-new"), values).status_code == 302
    assert PenaltyDecision.objects.get().party == "示例医院"


def test_the_form_says_what_is_wrong_and_keeps_what_was_filled_in(clerk, cast):
    values = penalty(happened_on="", party_kind="person", party_code="91410000000000000X")
    answer = clerk.post(at("desk-ledger-new"), values)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "请写成" in page or "请填写这一项" in page
    assert "不要填写身份证号码" in page and "未按规定公示诊疗科目" in page
    assert not PenaltyDecision.objects.exists()


def test_a_slip_in_the_year_is_told_and_a_month_is_not_taken_for_a_day(clerk, cast):
    years, months = ("2062-03-02", "0026-03-02", "1900-01-01"), ("202611", "2026111", "20261")
    for day in (*years, *months):
        answer = clerk.post(at("desk-ledger-new"), penalty(happened_on=day))
        said = "请核对年份" if day in years else "请写成"
        assert answer.status_code == 422 and said in answer.content.decode(), day
    assert not PenaltyDecision.objects.exists()
    assert clerk.post(at("desk-ledger-new"), penalty(happened_on="20260302")).status_code == 302


def test_a_number_too_large_for_the_database_is_told(clerk, cast):
    address = reverse("desk-ledger-new", args=["media-issues"])
    for items in ("9" * 12, "-1"):
        answer = clerk.post(address, {"happened_on": "2026-03-02", "items": items})
        assert answer.status_code == 422
    training = reverse("desk-ledger-new", args=["training"])
    values = {"happened_on": "2026-03-02", "subject": "x", "attended": "9" * 12}
    assert clerk.post(training, values).status_code == 422


def test_a_repeated_number_is_refused_on_the_page(clerk, cast):
    a_penalty(cast)
    answer = clerk.post(at("desk-ledger-new"), penalty(happened_on="2026-03-02"))
    assert answer.status_code == 422 and "已经登记过" in answer.content.decode()


def test_search_year_and_range_narrow_the_list(clerk, cast):
    a_penalty(cast, "一号", party="甲医院")
    a_penalty(cast, "二号", party="乙诊所", happened_on=timezone.localdate().replace(year=2025))
    answer = clerk.post(at("desk-ledger"), {"q": "乙诊所", "show": "public", "body": "wjw"})
    assert "show=public" in answer.url and "诊所" not in unquote(answer.url)
    answer = clerk.post(at("desk-ledger"), {"q": "乙诊所"})
    page = clerk.get(answer.url).content.decode()
    assert "二号" in page and "一号" not in page and 'value="乙诊所"' in page
    # Paging and export ask by the same key; where it means nothing, nothing is listed.
    asked = answer.url.partition("?")[2]
    lines = b"".join(clerk.get(f"{at('desk-ledger-csv')}?{asked}").streaming_content).decode()
    assert "二号" in lines and "一号" not in lines
    assert not any("诊所" in str(value) for value in clerk.session.items())
    page = clerk.get(at("desk-ledger"), {"words": "0badkey"}).content.decode()
    assert "请重新填写" in page and "一号" not in page and "二号" not in page
    page = clerk.get(at("desk-ledger"), {"year": "2026"}).content.decode()
    assert "一号" in page and "二号" not in page
    assert "一号" not in clerk.get(at("desk-ledger"), {"show": "public"}).content.decode()


def test_an_unknown_filter_value_finds_nothing_and_does_no_harm(clerk, cast):
    a_penalty(cast)
    for query in ({"party_kind": "x"}, {"item": "zz"}, {"year": "１２"}, {"p": "-3"}):
        assert clerk.get(at("desk-ledger"), query).status_code == 200


def test_a_stranger_finds_no_line_of_another_body(client, cast):
    line = a_penalty(cast)
    client.force_login(cast.stranger)
    assert client.get(at("desk-ledger-line", line.pk)).status_code == 404
    assert "示例医院" not in client.get(at("desk-ledger"), {"body": "wjw"}).content.decode()
    assert client.get(at("desk-ledger-csv"), {"body": "wjw"}).status_code == 404
    assert client.post(at("desk-ledger-strike", line.pk), {"reason": "x"}).status_code == 404


def test_only_who_lets_out_is_asked_to_and_nobody_hears_of_lines_he_does_not_see(client, cast):
    a_penalty(cast, section=cast.supervision)
    told = {}
    for name in ("reviewer", "clerk", "handler"):
        client.force_login(getattr(cast, name))
        told[name] = client.get(at("desk-ledger")).content.decode()
    assert "有 1 件还没有公开" in told["reviewer"] and "去核对后公开" in told["reviewer"]
    assert "有 1 件还没有公开" in told["clerk"] and "去核对后公开" not in told["clerk"]
    assert "还没有公开" not in told["handler"]
    shown = client.get(reverse("desk-ledgers")).content.decode()
    assert ">1 件</a>" not in shown


def test_nobody_is_offered_to_let_out_what_he_entered_himself(client, cast):
    own = actions.enter(PENALTIES, cast.body, penalty(), by=cast.reviewer)
    client.force_login(cast.reviewer)
    page = client.get(at("desk-ledger-line", own.pk)).content.decode()
    assert "核对无误，公开" not in page and "由另一位同事核对后公开" in page
    shown = client.get(at("desk-ledger")).content.decode()
    assert "有 1 件还没有公开" in shown and "去核对后公开" not in shown
    shown = client.get(at("desk-ledger"), {"show": "waiting"}).content.decode()
    assert "核对无误，公开所选" not in shown and 'name="line"' not in shown
    assert ledger_todo(cast.reviewer) == []
    another = a_penalty(cast, "示卫罚〔2026〕2号")
    page = client.get(at("desk-ledger-line", another.pk)).content.decode()
    assert "核对无误，公开" in page
    shown = client.get(at("desk-ledger"), {"show": "waiting"}).content.decode()
    assert "核对无误，公开所选" in shown and shown.count('name="line"') == 1
    assert [one.count for one in ledger_todo(cast.reviewer)] == [1]


def test_an_inspector_reads_and_changes_nothing(client, cast):
    line = a_penalty(cast)
    client.force_login(cast.inspector)
    assert client.get(at("desk-ledger-line", line.pk)).status_code == 200
    client.post(at("desk-ledger-line", line.pk), penalty(content="改", happened_on="2026-03-02"))
    line.refresh_from_db()
    assert line.content == "警告"


def test_let_out_from_the_list_and_read_by_anybody(client, cast):
    line = a_penalty(cast, party_kind="person", party="张三丰")
    client.force_login(cast.reviewer)
    assert "核对无误" in client.get(at("desk-ledger"), {"show": "waiting"}).content.decode()
    client.post(at("desk-ledger-publish"), {"line": [f"{line.pk}:{line.version}"]})
    client.logout()
    page = client.get("/ledgers/wjw/penalties/").content.decode()
    assert "罚〔2026〕1号" in page and "三丰" not in page
    assert (
        "三丰" not in b"".join(client.get("/ledgers/wjw/penalties.csv").streaming_content).decode()
    )
    assert client.get("/ledgers/").status_code == client.get("/ledgers/wjw/").status_code == 200


def test_the_list_and_the_line_say_what_is_late_and_what_is_never_public(clerk, cast):
    late, kept = a_penalty(cast), a_penalty(cast, "二号", has_social_impact=False)
    page = clerk.get(at("desk-ledger")).content.decode()
    assert "gk-near-overdue" in page and "2026-03-11 前<" in page and ">不公开<" in page
    page = clerk.get(at("desk-ledger-line", late.pk)).content.decode()
    assert "2026年3月11日（周三）前，已逾期" in page
    clerk.force_login(cast.reviewer)
    page = clerk.get(at("desk-ledger-line", kept.pk)).content.decode()
    assert "不属于应当公开的情形" in page and "核对无误" not in page
    clerk.force_login(cast.clerk)
    for more, told in (({}, "重新核对公开"), ({"annulled_on": "2026-03-05"}, "页面撤回。")):
        actions.publish(PENALTIES, cast.body, [late.pk], by=cast.reviewer)
        sent = penalty(content=f"罚款{more}", happened_on="2026-03-02") | more
        answer = clerk.post(at("desk-ledger-line", late.pk), sent, follow=True)
        assert told in answer.content.decode()


def test_a_longer_list_asks_the_database_no_more_often(clerk, cast):
    asked = []
    for numbers in (range(2), range(2, 9)):
        for number in numbers:
            a_penalty(cast, f"示卫罚〔2026〕{number}号")
        with CaptureQueriesContext(connection) as queries:
            assert clerk.get(at("desk-ledger")).status_code == 200
        asked.append(len(queries))
    assert asked[1] <= asked[0]


def test_what_was_not_let_out_is_on_no_public_page(client, cast):
    a_penalty(cast)
    assert client.get("/ledgers/wjw/").status_code == 404
    assert "罚〔2026〕1号" not in client.get("/ledgers/wjw/penalties/").content.decode()
    for address in ("/ledgers/wjw/meetings/", "/ledgers/wjw/nothing/", "/ledgers/none/penalties/"):
        assert client.get(address).status_code == 404


def test_who_takes_the_lines_away_as_a_file_is_on_the_trail(clerk, cast):
    a_penalty(cast)
    for kind in ("csv", "xlsx"):
        assert clerk.get(at(f"desk-ledger-{kind}")).status_code == 200
    told = AuditEntry.objects.filter(action="导出行政处罚决定").values_list("new", flat=True)
    assert [entry["格式"] for entry in told] == ["xlsx", "csv"]


def test_a_sheet_is_looked_at_and_then_confirmed(clerk, cast):
    file = SimpleUploadedFile("三月.csv", csv(HEAD, good(1)))
    answer = clerk.post(at("desk-ledger-import"), {"file": file})
    sent = SheetImport.objects.get()
    assert answer.url == at("desk-ledger-import-look", sent.pk)
    page = clerk.get(answer.url).content.decode()
    assert "1 行" in page and "请看前 1 行" in page and ">2026-03-01</td>" in page
    assert clerk.post(answer.url).status_code == 302
    assert PenaltyDecision.objects.count() == 1


def test_bad_lines_are_shown_by_their_numbers(clerk, cast):
    file = SimpleUploadedFile("三月.csv", csv(HEAD, good(1), good(1).replace("2026-03-01", "昨天")))
    answer = clerk.post(at("desk-ledger-import"), {"file": file})
    assert answer.status_code == 422
    assert re.search(
        r"第 3 行</th><td[^>]*>作出决定日期</td><td[^>]*>昨天<", answer.content.decode()
    )
    assert not PenaltyDecision.objects.exists()


def test_a_year_out_of_reach_is_no_error(clerk, cast):
    a_penalty(cast)
    for year in ("0001", "9999", "²026", "20260"):
        for name in ("desk-ledger", "desk-ledger-counts"):
            assert clerk.get(at(name), {"year": year}).status_code == 200, year


def test_a_made_up_number_is_refused_and_no_error(clerk, client, cast):
    line, numbers = a_penalty(cast), ("²", "9" * 20, "-1", "")
    for number in numbers:
        sent = penalty(content=f"罚款{number}") | {"seen": number, "happened_on": "2026-03-02"}
        answer = clerk.post(at("desk-ledger-line", line.pk), sent)
        assert answer.status_code in (302, 409, 422), number
    client.force_login(cast.reviewer)
    for number in numbers:
        asked = {"line": f"{number}:1"}
        assert client.post(at("desk-ledger-publish"), asked).status_code == 302, number
    assert not PenaltyDecision.objects.exclude(published_at=None).exists()


def test_a_page_of_a_body_that_is_not_his_is_not_another_bodys(clerk, cast):
    assert clerk.get(at("desk-ledger"), {"body": cast.other.slug}).status_code == 404
    assert clerk.get(at("desk-ledger"), {"body": cast.body.slug}).status_code == 200


def test_the_public_page_of_donations_adds_up_what_came_and_went_by_year(client, cast):
    def enter(slug, day, **values):
        facts = {"kind": "money", "amount": Decimal("100.10"), "happened_on": day} | values
        line = actions.enter(book(slug), cast.body, facts, by=cast.clerk)
        line.refresh_from_db()
        return line

    given = [
        enter("donations", date(2025, 5, 1), donor="示例公司"),
        enter("donations", date(2025, 6, 1), donor="示例协会", amount=Decimal("0.90")),
        enter("donations", date(2026, 2, 1), donor="示例公司", kind="goods", goods="口罩1000只"),
    ]
    used = enter(
        "donation-use", date(2025, 7, 1), used_by="示例医院", purpose="购药", amount=Decimal(50)
    )
    waiting = enter("donations", date(2025, 8, 1), donor="示例商会", amount=Decimal(7))
    for slug, lines in (("donations", given), ("donation-use", [used])):
        keys = {line.pk: line.version for line in lines}
        actions.publish(book(slug), cast.body, keys, by=cast.reviewer, seen=keys)
    for slug in ("donations", "donation-use"):
        page = client.get(reverse("body-ledger", args=[cast.body.slug, slug])).content.decode()
        section = page.partition('id="totals"')[2].partition("</section>")[0]
        rows = [re.findall("<t[hd][^>]*>([^<]*)</t[hd]>", row) for row in section.split("<tr>")]
        assert rows[1] == [
            "年份",
            "接收捐赠：捐款",
            "接收捐赠：物资",
            "捐赠使用：捐款",
            "捐赠使用：物资",
        ]
        assert rows[2] == ["2026", "0.00", "100.10", "0.00", "0.00"]
        assert rows[3] == ["2025", "101.00", "0.00", "50.00", "0.00"]
        assert rows[4] == ["合计", "101.00", "100.10", "50.00", "0.00"]
    assert waiting.published_at is None


def test_a_sheet_that_nobody_confirmed_is_forgotten_after_a_week(clerk, cast):
    file = SimpleUploadedFile("a.csv", csv(HEAD, good(1)))
    clerk.post(at("desk-ledger-import"), {"file": file})
    SheetImport.objects.update(sent_at=timezone.now() - timedelta(days=8), sent_by=cast.reviewer)
    other = SimpleUploadedFile("b.csv", csv(HEAD, good(2)))
    clerk.post(at("desk-ledger-import"), {"file": other})
    old = SheetImport.objects.order_by("pk").first()
    assert (old.state, old.sealed) == (SheetImport.State.GIVEN_UP, None)


def test_an_overtaken_form_tells_what_is_stored_now_and_may_be_sent_again(clerk, cast):
    line = a_penalty(cast)
    mine = penalty(content="罚款") | {"seen": line.version, "happened_on": "2026-03-02"}
    actions.change(PENALTIES, line.pk, {"content": "警告、罚款"}, by=cast.reviewer)
    answer = clerk.post(at("desk-ledger-line", line.pk), mine)
    page = answer.content.decode()
    assert answer.status_code == 422 and "刚刚被别人改过" in page
    assert "<dd>警告、罚款</dd>" in page and 'value="罚款"' in page
    assert PenaltyDecision.objects.get().content == "警告、罚款"
    mine["seen"] = re.findall('name="seen" value="([0-9]+)"', page)[0]
    assert clerk.post(at("desk-ledger-line", line.pk), mine).status_code == 302
    assert PenaltyDecision.objects.get().content == "罚款"


def test_a_form_sent_twice_enters_one_line_and_a_new_form_its_equal(clerk, cast):
    address = reverse("desk-ledger-new", args=["training"])
    lines = book("training").model.objects

    def opened() -> dict[str, str]:
        page = clerk.get(address).content.decode()
        key = re.findall('name="form_key" value="([^"]+)"', page)[0]
        return {"happened_on": "2026-03-02", "subject": "公开业务", "attended": 9, "form_key": key}

    sent = opened()
    assert [clerk.post(address, sent).status_code for _ in range(2)] == [302, 302]
    assert "没有重复登记" in clerk.get(reverse("desk-ledger", args=["training"])).content.decode()
    assert lines.count() == 1
    assert clerk.post(address, opened()).status_code == 302
    assert lines.count() == 2
    # The page that comes back with other words in it: asked about, then its own line.
    answer = clerk.post(address, sent | {"subject": "保密审查"})
    page = answer.content.decode()
    assert answer.status_code == 422 and "已经登记过一条" in page and lines.count() == 2
    again = sent | {"subject": "保密审查"}
    again["form_key"] = re.findall('name="form_key" value="([^"]+)"', page)[0]
    assert clerk.post(address, again).status_code == 302 and lines.count() == 3
    actions.strike(book("training"), lines.get(subject="保密审查").pk, "重复", by=cast.clerk)
    assert clerk.post(address, again).status_code == 422


def test_windows_count_who_came_and_stories_are_shown_after_they_were_given(clerk, cast):
    windows = reverse("desk-ledger-new", args=["window-visits"])
    sent = {"happened_on": "2026-03-02", "window": "投诉服务中心", "kind": "complain"}
    assert "至少是 1" in clerk.post(windows, sent | {"people": "0"}).content.decode()
    assert clerk.post(windows, sent | {"people": "3"}).status_code == 302
    page = clerk.get(reverse("desk-ledger-counts", args=["window-visits"])).content.decode()
    assert "投诉举报" in page and "人次" in page
    stories = reverse("desk-ledger-new", args=["media-stories"])
    sent = {"happened_on": "2026-03-02", "kind": "release", "media": "示例融媒体中心"}
    sent |= {"title": "门诊周末开诊", "shown_on": "2026-03-01"}
    assert "早于供稿日期" in clerk.post(stories, sent).content.decode()
    assert clerk.post(stories, sent | {"shown_on": "2026-03-03"}).status_code == 302
