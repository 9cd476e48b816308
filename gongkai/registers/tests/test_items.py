"""A licence names a licence, a fee a fee: each book takes only items of its own kind."""

from __future__ import annotations

from datetime import date
from html import unescape

import pytest
from django.urls import reverse

from gongkai.base.refusal import Refused
from gongkai.bodies.ledger import actions, sheets
from gongkai.bodies.ledger.book import all_books, book
from gongkai.registers.models import LicenceDecision, ServiceItem
from gongkai.registers.tests.cast import penalty
from gongkai.registers.tests.test_sheets import csv

Kind = ServiceItem.Kind
OWN = {
    "licences": Kind.LICENCE,
    "services": Kind.SERVICE,
    "penalties": Kind.PENALTY,
    "coercion": Kind.COERCION,
    "fees": Kind.FEE,
}
HEAD = "作出决定日期,决定书文号,事项,相对人类别,相对人名称,决定内容"


@pytest.fixture
def items(cast):
    return {
        kind: ServiceItem.objects.create(
            body=cast.body, kind=kind, name=f"某项{kind.label}", happened_on=date(2020, 1, 1)
        )
        for kind in Kind
    }


def test_every_book_that_names_an_item_says_of_which_kind():
    named = {
        one.slug: point.only
        for one in all_books()
        for field in one.model._meta.fields
        if field.related_model is ServiceItem and (point := one.points[field.name])
    }
    assert named == {slug: {"kind": kind} for slug, kind in OWN.items()}


def test_form_and_filter_offer_only_items_of_the_books_kind(client, cast, items):
    client.force_login(cast.clerk)
    for slug, kind in OWN.items():
        for name in ("desk-ledger-new", "desk-ledger"):
            page = unescape(client.get(reverse(name, args=[slug])).content.decode())
            offered = [one.name for one in items.values() if f">{one.name}</option>" in page]
            assert offered == [items[kind].name], (slug, name)


def test_an_item_of_another_kind_is_refused_by_the_form_with_a_sentence(client, cast, items):
    client.force_login(cast.clerk)
    values = penalty(happened_on="2026-03-02", item=items[Kind.FEE].pk, kind="new")
    answer = client.post(reverse("desk-ledger-new", args=["licences"]), values)
    assert answer.status_code == 422
    assert "请从列表中选择行政许可事项。" in answer.content.decode()
    assert not LicenceDecision.objects.exists()
    assert (
        client.post(
            reverse("desk-ledger-new", args=["licences"]), values | {"item": items[Kind.LICENCE].pk}
        ).status_code
        == 302
    )


def test_an_item_of_another_kind_is_refused_whoever_enters_it(cast, items):
    values = penalty(item=items[Kind.FEE])
    with pytest.raises(Refused, match="不是行政处罚事项，请选择行政处罚事项"):
        actions.enter(book("penalties"), cast.body, values, by=cast.clerk)


def test_a_sheet_with_an_item_of_another_kind_is_told(cast, items):
    def line(number: int, item: ServiceItem) -> str:
        return f"2026-03-01,许{number}号,{item.name},法人及非法人组织,示例医院,准予"

    found = sheets.look(
        book("licences"),
        cast.body,
        csv(HEAD, line(1, items[Kind.PENALTY]), line(2, items[Kind.LICENCE])),
    )
    assert found.wrong == [
        (2, "事项", "“某项行政处罚”不是行政许可事项，请选择行政许可事项。"),
    ]
    assert [values["item"] for values in found.values] == [items[Kind.LICENCE]]


def test_the_same_name_in_two_kinds_is_the_books_own(cast, items):
    ServiceItem.objects.filter(pk=items[Kind.FEE].pk).update(name=items[Kind.LICENCE].name)
    row = f"2026-03-01,许1号,{items[Kind.LICENCE].name},法人及非法人组织,示例医院,准予"
    (values,) = sheets.look(book("licences"), cast.body, csv(HEAD, row)).values
    assert values["item"] == items[Kind.LICENCE]


def test_only_the_words_people_know_are_offered_for_an_unknown_one(cast):
    row = "2026-03-01,许1号,,公司,示例医院,准予"
    ((_, column, sentence),) = sheets.look(book("licences"), cast.body, csv(HEAD, row)).wrong
    assert (column, sentence) == (
        "相对人类别",
        "没有“公司”，可以填：自然人、法人及非法人组织、个体工商户",
    )
    (values,) = sheets.look(
        book("licences"), cast.body, csv(HEAD, row.replace("公司", "legal"))
    ).values
    assert values["party_kind"] == "legal"
