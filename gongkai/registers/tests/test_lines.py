"""A line of a register: who enters it, who lets it out, what the trail keeps."""

from datetime import date, timedelta
from decimal import Decimal
from unittest.mock import patch

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from gongkai.base import form_key
from gongkai.base.models import AuditEntry
from gongkai.base.refusal import Overtaken, Refused
from gongkai.bodies.ledger import actions, queries
from gongkai.bodies.ledger.book import book
from gongkai.bodies.ledger.forms import LineForm
from gongkai.bodies.ledger.models import EntryForm
from gongkai.bodies.ledger.once import FORGOTTEN_AFTER, FormUsed, enter_once
from gongkai.bodies.ledger.take_in import _known
from gongkai.law.calendar import national
from gongkai.law.parameters import statute
from gongkai.registers.models import PenaltyDecision
from gongkai.registers.tests.cast import a_penalty, penalty

PENALTIES = book("penalties")


def test_a_line_says_by_when_it_is_to_be_public(cast):
    line = a_penalty(cast)
    days = statute().rule("publication.penalty_result_days", on=line.happened_on).value
    assert line.due_on == national().add(date(2026, 3, 2), days)


def test_before_its_own_rule_the_general_one_counts_and_before_any_there_is_no_day(cast):
    old = a_penalty(cast, happened_on=date(2010, 3, 2))
    days = statute().rule("publication.days", on=date(2010, 3, 2)).value
    assert old.due_on == national().add(date(2010, 3, 2), days)
    assert a_penalty(cast, "古", happened_on=date(2007, 3, 2)).due_on is None


@pytest.mark.parametrize(
    ("amount", "said"),
    [
        ("0", "没有收费"),
        ("-1", "不能小于 0"),
        ("999999999999999", "数字太长"),
        ("99999999999999999999", "数字太长"),
        ("八十", "请填写数字"),
    ],
)
def test_an_amount_that_cannot_be_a_fee_is_refused_in_words(cast, amount, said):
    given = {"happened_on": "2026-03-02", "amount": amount}
    form = LineForm(book("fees"), cast.body, given)
    assert said in form.errors["amount"][0]


def test_only_terms_and_ends_lie_ahead(cast):
    ahead = str(timezone.localdate() + timedelta(days=40))
    future = {
        "penalties": {"happened_on", "annulled_on"},
        "licences": {"happened_on"},
        "handed-tasks": {"happened_on", "done_on"},
        "service-items": set(),
        "notice-boards": set(),
        "opinions": {"happened_on", "found_at", "responded_at"},
    }
    for slug, refused in future.items():
        one = book(slug)
        days = {n for n in one.sheet_fields if n.endswith(("_on", "_at"))}
        given = {n: f"{ahead}T09:00" if n.endswith("_at") else ahead for n in days}
        errors = LineForm(one, cast.body, given).errors
        assert {n for n in days if "晚于今天" in str(errors.get(n))} == refused, slug


def test_the_form_takes_digits_in_full_width(cast):
    form = LineForm(book("fees"), cast.body, {"happened_on": "2026-03-02", "amount": "３０００"})
    assert form.is_valid() and form.cleaned_data["amount"] == 3000
    assert 'type="text"' in str(form["amount"]) and 'inputmode="decimal"' in str(form["amount"])
    visits = {"happened_on": "2026-03-02", "window": "大厅", "kind": "ask", "people": "１２"}
    form = LineForm(book("window-visits"), cast.body, visits)
    assert form.is_valid() and form.cleaned_data["people"] == 12


def test_a_fee_is_named_without_the_number_of_its_row(cast):
    given = {"happened_on": date(2026, 3, 2), "amount": Decimal(80), "receipt_number": ""}
    line = actions.enter(book("fees"), cast.body, given, by=cast.clerk)
    assert str(line) == "2026-03-02收款，80元"
    line.receipt_number = "000123"
    assert str(line) == "票据号000123，80元"


def test_nobody_lets_out_what_he_entered(cast):
    line = actions.enter(PENALTIES, cast.body, penalty(), by=cast.reviewer)
    with pytest.raises(Refused, match="另一位同事"):
        actions.publish(PENALTIES, cast.body, [line.pk], by=cast.reviewer)
    assert not queries.public_entries(PENALTIES, cast.body).exists()


def test_the_database_wants_two_persons_too(cast):
    line = a_penalty(cast)
    with pytest.raises(IntegrityError), transaction.atomic():
        PenaltyDecision.objects.filter(pk=line.pk).update(published_by=cast.clerk)


def test_a_clerk_does_not_let_out(cast):
    line = actions.enter(PENALTIES, cast.body, penalty(), by=cast.reviewer)
    with pytest.raises(PermissionDenied):
        actions.publish(PENALTIES, cast.body, [line.pk], by=cast.clerk)


def test_who_changes_a_public_line_takes_it_off_the_page_and_may_not_put_it_back(cast):
    line = a_penalty(cast)
    actions.publish(PENALTIES, cast.body, [line.pk], by=cast.reviewer)
    actions.change(PENALTIES, line.pk, {"content": "罚款"}, by=cast.reviewer)
    assert not queries.public_entries(PENALTIES, cast.body).exists()
    with pytest.raises(Refused):
        actions.publish(PENALTIES, cast.body, [line.pk], by=cast.reviewer)


def test_the_public_is_told_why_a_penalty_left_the_page(cast, client):
    """行政处罚法 48: 撤回行政处罚决定信息并公开说明理由."""
    kept, line, never, mended = (a_penalty(cast, f"示卫罚〔2026〕{n}1号") for n in (1, 2, 3, 4))
    address = reverse("body-ledger", args=[cast.body.slug, "penalties"])
    actions.publish(PENALTIES, cast.body, [kept.pk, line.pk, mended.pk], by=cast.reviewer)
    # Mended, it waits to be let out again; annulled before it is, it was public all the same.
    actions.change(PENALTIES, mended.pk, {"note": "改一个字"}, by=cast.clerk)
    assert "撤回说明" not in client.get(address).content.decode()
    for one in (line, never, mended):
        actions.change(PENALTIES, one.pk, {"annulled_on": date(2026, 4, 1)}, by=cast.clerk)
    page = client.get(address).content.decode()
    told = page[page.index("撤回说明") :]
    assert "第四十八条" in told
    assert f"{line.number}（" in told and f"{mended.number}（" in told
    assert "被撤销、变更或者确认违法日期 2026-04-01" in told
    # Neither the party nor a decision that never was public is told of.
    assert line.party not in told
    assert never.number not in page
    actions.strike(PENALTIES, kept.pk, "重复登记", by=cast.clerk)
    # Where nothing else is public the way to the words stays.
    assert client.get(reverse("body-ledgers", args=[cast.body.slug])).status_code == 200


def test_a_decision_has_the_fields_of_double_publicity(cast, client):
    """双公示: whom it concerns and who stands for him, the paper, its kind, what was taken away."""
    wanted = {
        "licences": "法定代表人 决定文书名称 许可类别 许可证书名称 许可编号 有效期自 有效期至",
        "penalties": "法定代表人 违法行为类型 处罚类别 没收金额（元） 暂扣或者吊销证照名称及编号",
    }
    for slug, labels in wanted.items():
        one = book(slug)
        public = {one.label(name) for name in one.publication.columns}
        entered = {one.label(name) for name in one.sheet_fields}
        assert set(labels.split()) <= public & entered, slug
    said = {"representative": "周小川", "penalties": "警告、罚款", "confiscated": Decimal("80.50")}
    firm = a_penalty(cast, "示卫罚〔2026〕31号", **said)
    shop = a_penalty(
        cast, "示卫罚〔2026〕32号", party_kind="self_employed", representative="吴大江"
    )
    actions.publish(PENALTIES, cast.body, [firm.pk, shop.pk], by=cast.reviewer)
    page = client.get(reverse("body-ledger", args=[cast.body.slug, "penalties"]))
    page = page.content.decode()
    assert "周小川" in page and "警告、罚款" in page and "80.50" in page
    # A column that says nothing is not shown; the file has every one.
    taken = PENALTIES.label("licence_taken")
    assert taken not in page
    sheet = client.get(reverse("body-ledger-csv", args=[cast.body.slug, "penalties"]))
    assert taken in b"".join(sheet.streaming_content).decode()
    # Who runs a shop is a person: his surname only.
    assert "吴" in page and "大江" not in page
    with pytest.raises(Refused, match="没有法定代表人"):
        a_penalty(cast, "示卫罚〔2026〕33号", party_kind="person", representative="郑一")


def test_an_annulled_penalty_leaves_the_page_at_once(cast):
    line = a_penalty(cast)
    actions.publish(PENALTIES, cast.body, [line.pk], by=cast.reviewer)
    line = actions.change(PENALTIES, line.pk, {"annulled_on": date(2026, 4, 1)}, by=cast.clerk)
    assert line.withdrawn_at
    assert not queries.to_publish(PENALTIES, cast.body).exists()
    with pytest.raises(Refused, match="不属于"):
        actions.publish(PENALTIES, cast.body, [line.pk], by=cast.reviewer)


def test_publishing_several_is_all_or_none(cast):
    mine = a_penalty(cast)
    his = actions.enter(PENALTIES, cast.body, penalty("二"), by=cast.reviewer)
    with pytest.raises(Refused):
        actions.publish(PENALTIES, cast.body, [mine.pk, his.pk], by=cast.reviewer)
    mine.refresh_from_db()
    assert mine.published_at is None


def test_the_same_number_twice_is_refused_until_the_first_is_struck_off(cast):
    line = a_penalty(cast)
    with pytest.raises(Refused, match="已经登记过"):
        a_penalty(cast)
    actions.strike(PENALTIES, line.pk, "登记错了", by=cast.clerk)
    assert a_penalty(cast).pk != line.pk
    assert queries.entries(PENALTIES, cast.body).count() == 1


def test_a_struck_line_stays_and_cannot_be_changed(cast):
    line = a_penalty(cast)
    with pytest.raises(Refused, match="为什么划销"):
        actions.strike(PENALTIES, line.pk, " ", by=cast.clerk)
    actions.strike(PENALTIES, line.pk, "重复", by=cast.clerk)
    with pytest.raises(Refused, match="已经划销"):
        actions.change(PENALTIES, line.pk, {"content": "x"}, by=cast.clerk)
    assert PenaltyDecision.objects.filter(pk=line.pk, struck_reason="重复").exists()


def test_the_second_of_two_clerks_is_told(cast):
    line = a_penalty(cast)
    actions.change(PENALTIES, line.pk, {"content": "一"}, by=cast.clerk, seen=line.version)
    with pytest.raises(Overtaken):
        actions.change(PENALTIES, line.pk, {"content": "二"}, by=cast.reviewer, seen=line.version)


def test_a_handler_keeps_the_lines_of_his_section_only(cast):
    own = actions.enter(PENALTIES, cast.body, penalty(section=cast.licensing), by=cast.handler)
    foreign = a_penalty(cast, "二", section=cast.supervision)
    assert list(queries.entries_for(cast.handler, PENALTIES, cast.body)) == [own]
    with pytest.raises(PermissionDenied):
        actions.change(PENALTIES, foreign.pk, {"content": "x"}, by=cast.handler)
    with pytest.raises(PermissionDenied):
        actions.change(PENALTIES, own.pk, {"section": cast.supervision}, by=cast.handler)


def test_a_stranger_neither_sees_nor_enters(cast):
    a_penalty(cast)
    assert not queries.entries_for(cast.stranger, PENALTIES, cast.body).exists()
    with pytest.raises(PermissionDenied):
        actions.enter(PENALTIES, cast.body, penalty("三"), by=cast.stranger)


def test_the_trail_keeps_old_and_new_values_and_no_name_of_a_person(cast):
    line = a_penalty(cast, party_kind="person", party="张三丰")
    actions.change(PENALTIES, line.pk, {"content": "罚款"}, by=cast.clerk)
    trail = AuditEntry.objects.filter(object_type="registers.penaltydecision")
    entered, changed = trail.order_by("id")
    assert entered.new["相对人名称"].startswith("张") and "三丰" not in str(entered.new)
    assert (changed.old, changed.new) == ({"决定内容": "警告"}, {"决定内容": "罚款"})


def test_money_in_and_out_is_let_out_by_finance(cast):
    budgets = book("budgets")
    values = {"happened_on": date(2026, 1, 5), "kind": "budget", "year": 2026, "title": "预算"}
    line = actions.enter(budgets, cast.body, values, by=cast.clerk)
    with pytest.raises(PermissionDenied):
        actions.publish(budgets, cast.body, [line.pk], by=cast.reviewer)
    assert actions.publish(budgets, cast.body, [line.pk], by=cast.finance) == 1


def test_an_internal_register_has_nothing_public(cast):
    meetings = book("meetings")
    line = actions.enter(
        meetings, cast.body, {"happened_on": date(2026, 1, 5), "subject": "部署"}, by=cast.clerk
    )
    with pytest.raises(Refused, match="内部"):
        actions.publish(meetings, cast.body, [line.pk], by=cast.reviewer)
    assert not queries.public_entries(meetings, cast.body).exists()


def test_months_and_categories_add_up_to_the_year(cast):
    fees = book("fees")
    for month, amount in ((1, "10.10"), (1, "0.05"), (12, "3")):
        actions.enter(
            fees,
            cast.body,
            {"happened_on": date(2026, month, 3), "amount": Decimal(amount), "receipt_number": ""},
            by=cast.clerk,
        )
    rows = queries.entries(fees, cast.body, 2026)
    whole = queries.counts(rows, fees)
    months = queries.by_month(rows, fees)
    assert [m["lines"] for m in months] == [2, *[0] * 10, 1]
    assert sum(m["amount"] for m in months) == whole["amount"]
    assert str(whole["amount"]) == "13.15"


def test_the_reviewer_lets_out_what_he_read_and_nothing_else(cast):
    line = a_penalty(cast)
    seen = {line.pk: line.version}
    actions.change(PENALTIES, line.pk, {"content": "吊销"}, by=cast.clerk)
    with pytest.raises(Overtaken):
        actions.publish(PENALTIES, cast.body, seen, by=cast.reviewer, seen=seen)


def test_a_withdrawn_line_comes_back_only_after_it_was_mended(cast):
    line = a_penalty(cast)
    actions.publish(PENALTIES, cast.body, [line.pk], by=cast.reviewer)
    actions.withdraw(PENALTIES, line.pk, "被撤销", by=cast.reviewer)
    with pytest.raises(Refused, match="已经撤回"):
        actions.publish(PENALTIES, cast.body, [line.pk], by=cast.reviewer)
    actions.change(PENALTIES, line.pk, {"content": "改为警告"}, by=cast.clerk)
    assert actions.publish(PENALTIES, cast.body, [line.pk], by=cast.reviewer) == 1


@pytest.mark.parametrize(
    "values",
    [
        {"content": "警告，联系电话13812345678"},
        {"party_kind": "person", "party": "张三丰", "cause": "张三丰无证行医"},
        {"cause": "当事人身份证号11010119900307889X" + "未公示"},
    ],
)
def test_personal_data_in_the_public_words_stops_the_letting_out(cast, values):
    line = a_penalty(cast, **values)
    with pytest.raises(Refused, match="没有公开"):
        actions.publish(PENALTIES, cast.body, [line.pk], by=cast.reviewer)


def test_an_identity_number_is_no_credit_code(cast):
    with pytest.raises(Refused, match="身份证号码"):
        a_penalty(cast, party_code="11010519491231002X")


def test_a_party_of_no_kind_is_masked():
    line = PenaltyDecision(party="张三丰", party_code="11010519491231002X")
    masks = PENALTIES.publication.masks
    assert "三丰" not in masks["party"](line) and masks["party_code"](line) == ""


def test_budgets_count_days_not_working_days(cast):
    budgets = book("budgets")
    values = {"happened_on": date(2026, 1, 5), "kind": "budget", "year": 2026, "title": "预算"}
    line = actions.enter(budgets, cast.body, values, by=cast.clerk)
    days = statute().rule("publication.budget_days", on=date(2026, 1, 5))
    assert days.unit == "日"
    assert (line.due_on - line.happened_on).days == days.value


def test_a_day_that_no_calendar_reaches_is_refused_in_a_sentence(cast):
    with pytest.raises(Refused):
        a_penalty(cast, happened_on=date(2062, 3, 2))


def test_what_has_ended_may_be_listed_again_under_its_name(cast):
    one = book("media-accounts")
    facts = {"platform": "wechat", "name": "示例发布", "happened_on": date(2024, 1, 1)}
    first = actions.enter(one, cast.body, facts, by=cast.clerk)
    again = facts | {"happened_on": date(2026, 1, 1)}
    with pytest.raises(Refused, match="已经登记过"):
        actions.enter(one, cast.body, again, by=cast.clerk)
    actions.change(one, first.pk, facts | {"ended_on": date(2025, 5, 1)}, by=cast.clerk)
    assert not _known(one, cast.body, [again])
    second = actions.enter(one, cast.body, again, by=cast.clerk)
    actions.change(one, first.pk, {"note": "已注销"}, by=cast.clerk)
    assert second.pk != first.pk and _known(one, cast.body, [again])


def test_a_score_above_the_full_marks_is_refused_beside_its_field(cast):
    form = LineForm(
        book("assessments"),
        cast.body,
        data={
            "happened_on": "2026-03-02",
            "scheme": "2026年考核方案",
            "assessed": "办公室",
            "part": "report",
            "full": "10",
            "score": "12",
        },
    )
    assert "得分高于满分" in str(form.errors["score"])


def test_of_two_requests_of_one_form_at_once_the_later_finds_the_line_of_the_first(cast):
    training, key = book("training"), form_key.fresh()
    values = {"subject": "公开业务", "attended": 9, "happened_on": date(2026, 3, 2)}
    line, is_new = enter_once(training, cast.body, values, key=key, by=cast.clerk)
    # The second has looked before the first was stored; the database then refuses its mark.
    with patch("gongkai.bodies.ledger.once._entered", side_effect=[None, line]):
        again = enter_once(training, cast.body, values, key=key, by=cast.clerk)
    assert is_new and again == (line, False)
    assert training.model.objects.count() == 1
    with pytest.raises(FormUsed):
        enter_once(training, cast.body, values, key=key, by=cast.reviewer)
    # What was sent weeks ago is no double click: its mark is forgotten with the next line.
    EntryForm.objects.update(used_at=timezone.now() - FORGOTTEN_AFTER * 2)
    enter_once(training, cast.body, values, key=form_key.fresh(), by=cast.clerk)
    assert not EntryForm.objects.filter(key=key).exists()


def test_what_was_withdrawn_is_found_by_its_index(cast):
    """A public page does not go through a million decisions for the few that left it."""
    plan = queries.publicly_withdrawn(PENALTIES, cast.body).explain()
    assert "penalties_withdrawn" in plan or connection.vendor != "sqlite"
