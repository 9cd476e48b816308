"""A whole number in the search of a register is the line that bears it."""

from gongkai.bodies.ledger import queries
from gongkai.bodies.ledger.book import book
from gongkai.registers.tests.cast import a_penalty


def test_a_whole_number_is_the_line_that_bears_it_and_a_part_of_it_finds_all(cast):
    penalties = book("penalties")
    mine = a_penalty(cast, "示卫罚〔2026〕1号")
    other = a_penalty(cast, "示卫罚〔2026〕2号", note="与示卫罚〔2026〕1号同案")
    rows = queries.entries(penalties, cast.body)
    assert set(queries.search(rows, penalties, " 示卫罚〔2026〕1号 ")) == {mine}
    assert set(queries.search(rows, penalties, "示卫罚（2026）1号")) == {mine}
    assert set(queries.search(rows, penalties, "示卫罚〔2026〕")) == {mine, other}
    assert set(queries.search(rows, penalties, "罚[2026]")) == {mine, other}
    assert set(queries.search(rows, penalties, "同案")) == {other}
