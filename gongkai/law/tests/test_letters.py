"""Numbers of letters: all letters of one case share the serial."""

from datetime import date

import pytest

from gongkai.law.letters import cited, document_number
from gongkai.law.parameters import statute

ON = date(2024, 3, 1)


def test_letters_of_one_case_share_the_serial_and_differ_in_the_suffix() -> None:
    assert document_number("L14", code="示卫健", serial=5, on=ON) == "示卫健公开〔2024〕第5号-告"
    assert document_number("L04", code="示卫健", serial=5, on=ON, copy=2).endswith("第5号-补2")


def test_a_body_may_number_in_its_own_way() -> None:
    own = statute().with_local(
        {"convention.document_number": "{code}公复〔{year}〕{n}号"}, source="本机关公文办法"
    )
    assert (
        document_number("L14", code="示卫", serial=12, on=ON, rules=own) == "示卫公复〔2024〕12号"
    )


def test_a_form_has_no_number() -> None:
    with pytest.raises(ValueError, match="申请登记表"):
        document_number("L03", code="示卫健", serial=1, on=ON)


def test_articles_of_one_law_name_it_once() -> None:
    both = ["《条例》第十五条", "《条例》第三十二条", "《保守国家秘密法》第二条"]
    assert cited(both) == "《条例》第十五条、第三十二条、《保守国家秘密法》第二条"
    assert cited(["国办函〔2020〕109号", "《条例》第十条"]) == "国办函〔2020〕109号、《条例》第十条"
