"""信息处理费: the examples of the tariff, and the tariff said in another way."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongkai.law.fees import fee
from gongkai.law.parameters import NoRuleInForce

ON = date(2024, 1, 1)


@pytest.mark.parametrize(
    ("pieces", "total", "rate"),
    [
        (0, 0, 0), (1, 0, 0), (10, 0, 0), (11, 100, 100), (15, 500, 100), (30, 2000, 100),
        (31, 2200, 200), (32, 2400, 200), (40, 4000, 200), (41, 4300, 300), (50, 7000, 300),
        (51, 7400, 400), (60, 11000, 400), (100, 37000, 800),
    ],
)  # fmt: skip
def test_pieces_of_one_month(pieces: Any, total: Any, rate: Any) -> None:
    found = fee("per_piece", pieces, on=ON)
    assert (found.total, found.rate) == (total, rate)
    assert found.formula.endswith(f"合计{total}元")
    assert "第四条" in found.article


@pytest.mark.parametrize(
    ("pages", "total", "rate"),
    [
        (0, 0, 0), (1, 0, 0), (30, 0, 0), (31, 10, 10), (68, 380, 10), (70, 400, 10),
        (100, 700, 10), (101, 720, 20), (150, 1700, 20), (200, 2700, 20), (201, 2740, 40),
        (250, 4700, 40), (300, 6700, 40), (1000, 34700, 40),
    ],
)  # fmt: skip
def test_pages_of_one_application(pages: Any, total: Any, rate: Any) -> None:
    found = fee("per_page", pages, on=ON)
    assert (found.total, found.rate) == (total, rate)


@given(st.integers(0, 3000))
def test_the_total_is_the_sum_of_every_single_piece(pieces: Any) -> None:
    prices = [0 if k <= 10 else 100 if k <= 30 else 100 * ((k - 31) // 10 + 2)
              for k in range(1, pieces + 1)]  # fmt: skip
    found = fee("per_piece", pieces, on=ON)
    assert found.total == sum(prices)
    assert found.rate == (prices[-1] if prices else 0)


@given(st.integers(0, 3000))
def test_the_total_is_the_sum_of_every_single_page(pages: Any) -> None:
    prices = [0 if k <= 30 else 10 if k <= 100 else 20 if k <= 200 else 40
              for k in range(1, pages + 1)]  # fmt: skip
    found = fee("per_page", pages, on=ON)
    assert found.total == sum(prices)
    assert found.rate == (prices[-1] if prices else 0)


def test_the_formula_can_be_read_by_the_applicant() -> None:
    assert fee("per_piece", 32, on=ON).formula == (
        "第1—10件：免费；第11—30件：20件×100元＝2000元；第31—32件：2件×200元＝400元；合计2400元"
    )
    assert "每10件一档" in fee("per_piece", 1000, on=ON).formula


@pytest.mark.parametrize(
    ("pieces", "told"),
    [
        (5, "本件是当月第5件，第1—10件免费"),
        (30, "本件是当月第30件，第11—30件每件100元，本件计100元"),
        (33, "本件是当月第33件，第31—40件每件200元，本件计200元"),
        (41, "本件是当月第41件，第41—50件每件300元，本件计300元"),
        (1000, "本件是当月第1000件，第991—1000件每件9800元，本件计9800元"),
    ],
)
def test_the_reckoning_of_one_piece_gives_its_own_price_and_no_other_sum(
    pieces: int, told: str
) -> None:
    assert fee("per_piece", pieces, on=ON).reckoning == told


@given(st.integers(0, 3000), st.sampled_from(["per_piece", "per_page"]))
def test_the_reckoning_ends_in_the_price_of_the_application(units: Any, mode: Any) -> None:
    found = fee(mode, units, on=ON)
    assert found.reckoning.endswith(f"计{found.price}元") or found.price == 0
    first, last = found.band
    assert first <= max(units, 1) and (last is None or units <= last)


def test_no_fee_before_2021_and_no_negative_number() -> None:
    with pytest.raises(NoRuleInForce):
        fee("per_piece", 11, on=date(2020, 12, 31))
    assert fee("per_piece", 11, on=date(2021, 1, 1)).total == 100
    with pytest.raises(ValueError, match="不能是负数"):
        fee("per_page", -1, on=ON)
