"""Repeats are found and shown with the earlier answer (条例 Art 36(6)); pieces of a month."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gongkai.applications.desk.deeds import BY_KEY
from gongkai.applications.models import Application, Letter
from gongkai.applications.queries_month import pieces_this_month
from gongkai.applications.similar import (
    SAME,
    Facts,
    decision_label,
    likeness,
    normalised,
    similar_cases,
)
from gongkai.applications.tests.cast import APPLICANT, Cast, an_application

OTHER = {"name": "吴某某", "id_type": "居民身份证", "id_number": "110105194912310011"}

#: Made-up pairs that a clerk would call the same request.
ALIKE = [
    ("全县预防接种门诊名单", "请提供全县预防接种门诊的名称、地址和服务时间名单"),
    ("2024年度部门决算", "申请公开贵委二〇二四年度部门决算信息"),
    ("县人民医院新建门诊楼项目的立项批复", "县人民医院门诊楼新建项目立项批复文件"),
    ("关于印发医疗机构设置规划的通知", "医疗机构设置规划的通知"),
    ("2023年医疗机构行政处罚决定书", "本人希望获取2023年度对医疗机构作出的行政处罚决定书"),
    ("全县村卫生室名单及负责人", "村卫生室名单、负责人（全县）"),
    ("示例镇卫生院公共卫生补助资金分配方案", "示例镇卫生院的公共卫生补助资金的分配方案"),
    ("核酸检测机构采购合同", "核酸检测采购合同"),
    ("职业病诊断机构备案名单", "已备案的职业病诊断机构名单"),
    ("2022年疫情防控物资采购明细", "2022年度疫情防控物资采购清单明细"),
    ("新冠疫苗接种异常反应补偿办法", "关于新冠疫苗预防接种异常反应补偿办法"),
    ("托育机构备案情况", "全县托育机构备案情况"),
]
#: Near in words, other in matter.
DIFFERENT = [
    ("2023年度部门决算", "2024年度部门决算"),
    ("全县预防接种门诊名单", "全县村卫生室名单"),
    ("县人民医院新建门诊楼项目的立项批复", "县中医院住院楼项目环评批复"),
    ("2023年医疗机构行政处罚决定书", "2023年医疗机构设置规划"),
    ("部门决算", "部门预算"),
    ("职业病诊断机构备案名单", "托育机构备案名单"),
    ("核酸检测机构采购合同", "疫情防控物资采购明细"),
    ("护士执业注册人数", "医师执业注册人数"),
    ("示例镇卫生院工作人员工资", "示例镇卫生院公共卫生补助资金"),
    ("某某小区核酸采样点设置", "某某小区垃圾站选址"),
    ("卫生监督协管员名单", "家庭医生签约服务人数"),
    ("医疗事故鉴定结论", "医疗广告审查证明"),
    ("无偿献血统计数据", "无偿献血奖励名单"),
]


@pytest.mark.parametrize(("one", "other"), ALIKE)
def test_the_same_request_in_other_words_is_recognised(one: str, other: str) -> None:
    assert likeness(normalised(one), normalised(other)) >= SAME


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_another_matter_in_like_words_is_not_taken_for_the_same(one: str, other: str) -> None:
    assert likeness(normalised(one), normalised(other)) < SAME


def test_the_threshold_lies_in_the_gap_between_both_kinds() -> None:
    lowest = min(likeness(normalised(a), normalised(b)) for a, b in ALIKE)
    highest = max(likeness(normalised(a), normalised(b)) for a, b in DIFFERENT[1:])
    assert highest + 3 < SAME < lowest - 2, (highest, lowest)


def test_a_decision_is_named_as_in_the_official_table() -> None:
    assert decision_label("granted") == "予以公开"
    assert decision_label("partial") == "部分公开"
    assert decision_label("decline_repeat") == "重复申请"
    assert decision_label("") == ""


def facts(cast: Cast, subject: str, applicant: dict[str, str] | None = None) -> Facts:
    return Facts(cast.body, subject, "", applicant)


def test_the_earlier_answer_is_shown_for_the_same_applicant(cast: Cast) -> None:
    first = an_application(cast.body, on=date(2026, 3, 2)).case
    Letter.objects.create(
        application=first,
        code="L14",
        number="示卫健公开〔2026〕第1号-告",
        state=Letter.State.DELIVERED,
        dated_on=date(2026, 3, 20),
    )
    Application.objects.filter(pk=first.pk).update(decision="granted", state="closed")
    (found,) = similar_cases(facts(cast, "申请公开全县预防接种门诊的名单", APPLICANT))
    assert found.case == first
    assert found.same_applicant
    assert found.repeats
    assert (found.decision, found.letter) == ("予以公开", "示卫健公开〔2026〕第1号-告")
    assert found.letter_on == date(2026, 3, 20)


def test_another_applicants_like_request_is_shown_as_such(cast: Cast) -> None:
    an_application(cast.body, on=date(2026, 3, 2))
    (found,) = similar_cases(facts(cast, "全县预防接种门诊名单", OTHER))
    assert not found.same_applicant
    assert not found.repeats


def test_the_year_in_the_details_keeps_two_requests_apart(cast: Cast) -> None:
    an_application(cast.body, on=date(2026, 3, 2), subject="部门决算", details="2023年度的")
    later = Facts(cast.body, "部门决算", "2024年度的", APPLICANT)
    assert similar_cases(later) == []


def test_what_another_body_was_asked_is_not_looked_at(cast: Cast) -> None:
    an_application(cast.other_body, on=date(2026, 3, 2))
    assert similar_cases(facts(cast, "全县预防接种门诊名单", APPLICANT)) == []


def test_a_case_is_compared_with_earlier_ones_only(cast: Cast) -> None:
    first = an_application(cast.body, on=date(2026, 3, 2)).case
    second = an_application(cast.body, on=date(2026, 3, 3)).case
    assert similar_cases(first) == []
    assert [s.case for s in similar_cases(second)] == [first]


def test_queries_do_not_grow_with_the_cases(cast: Cast) -> None:
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            assert similar_cases(facts(cast, "全县预防接种门诊名单", APPLICANT))
        return len(seen)

    an_application(cast.body, on=date(2026, 3, 2))
    few = queries()
    for _ in range(6):
        an_application(cast.body, on=date(2026, 3, 2))
    assert queries() == few <= 4


# --- pieces of the month ------------------------------------------------------------------------


def test_pieces_are_counted_for_one_applicant_in_one_natural_month(cast: Cast) -> None:
    an_application(cast.body, on=date(2026, 3, 31))
    first = an_application(cast.body, on=date(2026, 4, 1)).case
    an_application(cast.body, on=date(2026, 4, 2), applicant=OTHER)
    an_application(cast.other_body, on=date(2026, 4, 2))
    second = an_application(cast.body, on=date(2026, 4, 30)).case
    assert [pieces_this_month(c).ordinal for c in (first, second)] == [1, 2]
    found = pieces_this_month(second)
    assert (found.first, found.last, found.count) == (date(2026, 4, 1), date(2026, 4, 30), 2)


def test_the_whole_that_was_split_is_no_piece_and_its_parts_are(cast: Cast) -> None:
    whole = an_application(cast.body, on=date(2026, 4, 1)).case
    parts = [an_application(cast.body, on=date(2026, 4, 1)).case for _ in range(2)]
    Application.objects.filter(pk__in=[p.pk for p in parts]).update(split_from=whole)
    Application.objects.filter(pk=whole.pk).update(state=Application.State.SPLIT)
    assert [pieces_this_month(p).ordinal for p in parts] == [1, 2]


def test_an_online_application_not_yet_confirmed_counts_by_the_day_it_was_sent(cast: Cast) -> None:
    an_application(cast.body, on=date(2026, 4, 1), channel="online")
    second = an_application(cast.body, on=date(2026, 4, 2)).case
    assert pieces_this_month(second).ordinal == 2


def test_several_clients_who_leave_one_telephone_are_flagged(cast: Cast) -> None:
    an_application(cast.body, on=date(2026, 4, 1), applicant=OTHER | {"phone": APPLICANT["phone"]})
    mine = an_application(cast.body, on=date(2026, 4, 2)).case
    found = pieces_this_month(mine)
    assert (found.ordinal, found.clients) == (1, 1)


def test_several_clients_of_one_agent_are_flagged_whatever_their_telephones(cast: Cast) -> None:
    for name, agent in (("甲", "示例律"), ("乙", "示例 律"), ("丙", "他人")):
        client = {"name": f"示例{name}", "phone": f"1390000000{len(name)}", "agent": agent}
        an_application(cast.body, on=date(2026, 4, 1), applicant=client)
    mine = an_application(
        cast.body, on=date(2026, 4, 2), applicant=APPLICANT | {"agent": "示例律"}
    ).case
    found = pieces_this_month(mine)
    assert (found.ordinal, found.clients) == (1, 2)
    form = BY_KEY["fee"].form(case=mine, user=cast.clerk)
    assert "另有2个申请人" in form.about
