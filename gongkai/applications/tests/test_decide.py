"""The seven questions, item by item: only what the law allows can be saved (DOMAIN A.6)."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied

from gongkai.applications import clock
from gongkai.applications.actions.consulting import consult, note_reply
from gongkai.applications.actions.core import on_case
from gongkai.applications.actions.deciding import Ruling, answers_to, decide_items
from gongkai.applications.actions.reply import draft_reply
from gongkai.applications.letters.compose import compose
from gongkai.applications.letters.templates import save_template, shipped_text
from gongkai.applications.letters.variables import asks
from gongkai.applications.models import Application, RequestItem, SearchRecord
from gongkai.applications.tests.cast import Cast, an_application, undone
from gongkai.applications.tests.paper_way import sent
from gongkai.base.refusal import Overtaken, Refused
from gongkai.law.decisions import statistical_decision
from gongkai.law.taxonomy import decisions

RECEIVED = date(2026, 3, 2)
PART = {"内容": "联系人手机号码", "ground": "deny_third_party", "理由": "属于个人隐私"}


def a_case(cast: Cast, *items: str) -> Application:
    case = an_application(cast.body, on=RECEIVED, items=items or ("名单",)).case
    with on_case(case, by=None) as locked:
        locked.registered_at = clock.timezone.now()
    return Application.objects.get(pk=case.pk)


def ruling(decision: str, letter: str = "", **more: object) -> Ruling:
    """A complete ruling: the samples for what the letter must say."""
    code = letter or decisions()[decision].letters[0]
    facts = {v.name: v.sample for v in asks(code) if v.name not in ("理由", "裁量理由")}
    discretion = "正在讨论，公开会影响意见的充分表达" if decisions()[decision].discretion else ""
    if decision == "partial":
        facts["withheld"] = [PART]
    return Ruling(
        answers_to(decision, code),
        facts | more.pop("particulars", {}),  # type: ignore[arg-type]
        reasons=str(more.pop("reasons", "公开后会造成损害")),
        discretion=str(more.pop("discretion", discretion)),
    )


def first(case: Application) -> RequestItem:
    found = case.items.order_by("order").first()
    assert found is not None
    return found


def save(case: Application, cast: Cast, one: Ruling) -> RequestItem:
    decide_items(case, {first(case).pk: one}, by=cast.clerk)
    return first(case)


#: Decisions that need nothing to have happened before.
FREE = [
    (key, code)
    for key, d in decisions().items()
    for code in d.letters
    if not d.needs and code not in ("L25", "L36")
]


def test_every_decision_is_saved_and_its_letter_says_what_it_must(cast: Cast) -> None:
    case = a_case(cast)
    for decision, code in FREE:
        with undone():
            item = save(case, cast, ruling(decision, code))
            assert (item.decision, item.letter) == (decision, code)
            letter = draft_reply(case, by=cast.clerk)[-1]
            assert letter.code == code
            assert letter.values["decision"] == decision
            text = compose(letter).text()
            assert "特此告知" in text or "行政复议" in text, (decision, code)


def test_an_answer_that_leads_to_a_letter_first_is_no_decision(cast: Cast) -> None:
    case = a_case(cast)
    with pytest.raises(Refused, match="补正告知书"):
        save(case, cast, Ruling({"complete": "unclear"}))
    with pytest.raises(Refused, match="还有一个问题"):
        save(case, cast, Ruling({"complete": "clear"}))
    assert first(case).decision == ""


NEEDS = [
    ("deny_third_party", "L20", "第三方"),
    ("unable_not_held", "L25", "检索"),
    ("unable_unclear", "L28", "补正"),
    ("decline_repeat", "L30", "前一件"),
    ("decline_excessive", "L32", "说明理由"),
    ("other_uncorrected", "L34", "补正期限"),
    ("other_unpaid", "L35", "缴费期限"),
    ("other_other", "L36", "撤回"),
]


def test_a_step_that_must_come_before_is_asked_for(cast: Cast) -> None:
    case = a_case(cast)
    for decision, code, missing in NEEDS:
        with pytest.raises(Refused, match=missing):
            save(case, cast, ruling(decision, code))
        assert first(case).decision == "", decision


def test_not_held_rests_on_a_search_on_file(cast: Cast) -> None:
    case = a_case(cast)
    SearchRecord.objects.create(
        application=case,
        place="档案室",
        words="接种门诊",
        searched_on=RECEIVED,
        searcher="陈承办",
        result="未找到",
    )
    told = Ruling(answers_to("unable_not_held", "L25"), {"检索情况": "在档案室没有找到"})
    assert save(case, cast, told).letter == "L25"
    # What was chosen for the letter stands in it, not every search of the file beside it.
    words = compose(draft_reply(case, by=cast.clerk)[-1]).text()
    assert "在档案室没有找到" in words and "未找到" not in words


def test_a_third_partys_reasonable_objection_withholds(cast: Cast) -> None:
    case = a_case(cast)
    entry = consult(case, "third_party", contact={"name": "某公司"}, content="合同", by=cast.clerk)
    assert entry.letter is not None
    sent(entry.letter, cast, on=date(2026, 3, 4))
    objects = ruling("deny_third_party", "L20")
    answers = dict(objects.answers) | {"third_party": "objects"}
    note_reply(case, "C1", on=date(2026, 3, 9), position="objects", reasonable=False, by=cast.clerk)
    with pytest.raises(Refused, match="合理"):
        save(case, cast, Ruling(answers, objects.particulars, objects.reasons))
    case.consultations.update(reasonable=True)
    save(case, cast, Ruling(answers, objects.particulars, objects.reasons))
    assert first(case).decision == "deny_third_party"


def test_public_interest_tells_the_third_party_before_the_release(cast: Cast) -> None:
    case = a_case(cast)
    entry = consult(case, "third_party", contact={"name": "某公司"}, content="合同", by=cast.clerk)
    assert entry.letter is not None
    sent(entry.letter, cast, on=date(2026, 3, 4))
    note_reply(case, "C1", on=date(2026, 3, 9), position="objects", by=cast.clerk)
    answers = answers_to("granted", "L14") | {"give": "third_party"}
    answers |= {"third_party": "public_interest", "form": "as_requested"}
    facts = {v.name: v.sample for code in ("L12", "L14") for v in asks(code)}
    save(case, cast, Ruling(answers, facts))
    told, answer = draft_reply(case, by=cast.clerk)
    assert (told.code, answer.code, told.addressee) == ("L12", "L14", "某公司")
    with pytest.raises(Refused, match="第三方"):
        sent(answer, cast, on=date(2026, 3, 12))
    sent(told, cast, on=date(2026, 3, 12))
    answer.refresh_from_db()
    from gongkai.applications.actions.delivery import deliver_letter

    deliver_letter(answer, way="counter", on=date(2026, 3, 12), by=cast.clerk)
    assert Application.objects.get(pk=case.pk).decision == "granted"


def test_withholding_by_discretion_needs_its_reason(cast: Cast) -> None:
    case = a_case(cast)
    with pytest.raises(Refused, match="可以不予公开"):
        save(case, cast, ruling("deny_process_info", discretion=" "))
    assert first(case).decision == ""


def test_a_partial_release_names_each_part_with_its_ground(cast: Cast) -> None:
    case = a_case(cast)
    for parts in ([], [PART | {"ground": "deny_admin_query"}], [PART | {"理由": ""}]):
        with pytest.raises(Refused):
            save(case, cast, ruling("partial", particulars={"withheld": parts}))
    with pytest.raises(Refused, match="可以不予公开"):
        internal = [PART | {"ground": "deny_internal_affairs"}]
        save(case, cast, ruling("partial", particulars={"withheld": internal}))
    save(case, cast, ruling("partial"))
    text = compose(draft_reply(case, by=cast.clerk)[-1]).text()
    assert PART["内容"] in text
    assert PART["理由"] in text


def test_what_the_letter_must_say_is_asked_for(cast: Cast) -> None:
    case = a_case(cast)
    with pytest.raises(Refused, match="网址"):
        save(case, cast, Ruling(answers_to("granted", "L15")))
    assert first(case).letter == ""


def a_mixed_reply(cast: Cast) -> str:
    case = a_case(cast, "名单", "电话", "台账", "汇总表")
    SearchRecord.objects.create(
        application=case,
        place="档案室",
        words="台账",
        searched_on=RECEIVED,
        searcher="陈承办",
        result="没有找到",
    )
    kinds = ("partial", "granted", "unable_not_held", "decline_publication")
    items = list(case.items.order_by("order"))
    decide_items(
        case,
        {i.pk: ruling(k) for i, k in zip(items, kinds, strict=True)},
        by=cast.clerk,
    )
    return compose(draft_reply(case, by=cast.clerk)[-1]).text()


def test_a_partial_reply_has_a_section_for_each_kind_of_item(cast: Cast) -> None:
    words = a_mixed_reply(cast)
    unable, other = words.index("四、无法提供的内容"), words.index("五、不予处理的内容")
    assert unable < words.index("第3项“台账”：") < other < words.index("第4项“汇总表”：")
    assert "第3项" not in words[words.index("三、区分处理的方法") : unable]


def test_the_trail_names_the_decision_without_the_code_of_its_letter(cast: Cast) -> None:
    case = a_case(cast)
    decide_items(case, {case.items.get().pk: ruling("granted")}, by=cast.clerk)
    said = case.events.get(deed="decide").text
    assert said.startswith("第1项拟定：") and "L14" not in said


def test_a_template_of_the_body_without_these_sections_leaves_no_item_out(cast: Cast) -> None:
    own = shipped_text("L16")
    start, end = own.index("{% for 段"), own.index("{{ 救济 }}")
    save_template(cast.body, "L16", own[:start] + own[end:], note="自定", by=cast.head)
    words = a_mixed_reply(cast)
    assert "四、" not in words
    assert "第3项“台账”：" in words and "第4项“汇总表”：" in words


def test_open_and_withheld_items_are_one_partial_release(cast: Cast) -> None:
    case = a_case(cast, "名单", "讨论记录", "电话")
    one, two, three = case.items.order_by("order")
    assert decide_items(case, {one.pk: ruling("granted", "L14")}, by=cast.clerk) == ""
    whole = decide_items(
        case,
        {two.pk: ruling("deny_process_info"), three.pk: ruling("unable_needs_creation")},
        by=cast.clerk,
    )
    assert whole == "partial" == statistical_decision([i.decision for i in case.items.all()])
    letter = draft_reply(case, by=cast.clerk)[-1]
    assert (letter.code, letter.values["decision"]) == ("L16", "partial")
    text = compose(letter).text()
    assert "讨论记录" in text
    assert "第2项" in text
    assert "正在讨论" in text
    made = next(v.sample for v in asks("L27"))
    assert "第3项" in text
    assert made in text


def test_open_items_beside_items_not_held_are_granted_and_all_are_told(cast: Cast) -> None:
    case = a_case(cast, "名单", "汇总数据")
    one, two = case.items.order_by("order")
    rulings = {one.pk: ruling("granted", "L14"), two.pk: ruling("unable_needs_creation")}
    assert decide_items(case, rulings, by=cast.clerk) == "granted"
    letter = draft_reply(case, by=cast.clerk)[-1]
    assert letter.code == "L14"
    text = compose(letter).text()
    assert next(v.sample for v in asks("L27")) in text
    assert "您申请公开的第1项信息属于本机关可以公开的政府信息" in text
    assert "“汇总数据”：没有现成信息，需要另行加工、分析，不予提供（《条例》第三十八条）" in text


def test_a_refusal_on_all_items_alike_names_no_item_in_its_finding(cast: Cast) -> None:
    assert "您申请公开的信息属于行政机关" in a_reply_on_two_refusals(cast)


def a_reply_on_two_refusals(cast: Cast) -> str:
    case = a_case(cast, "讨论记录", "会议纪要")
    one, two = case.items.order_by("order")
    first_why, second_why = (ruling("deny_process_info", reasons=r) for r in ("甲理由", "乙理由"))
    decide_items(case, {one.pk: first_why, two.pk: second_why}, by=cast.clerk)
    return compose(draft_reply(case, by=cast.clerk)[-1]).text()


def test_a_letter_on_several_items_says_of_each_what_it_says_once(cast: Cast) -> None:
    words = a_reply_on_two_refusals(cast)
    assert "第1项：甲理由；第2项：乙理由" in words
    assert words.count("甲理由") == words.count("乙理由") == 1
    assert "1. “讨论记录”：" in words and "2. “会议纪要”：" in words
    assert words.count("正在讨论，公开会影响意见的充分表达") == 2


def test_what_a_template_of_the_body_does_not_print_stands_in_the_list(cast: Cast) -> None:
    own = shipped_text("L22").replace("理由：{{ 理由 }}。\n", "")
    save_template(cast.body, "L22", own, note="自定", by=cast.head)
    words = a_reply_on_two_refusals(cast)
    assert words.count("甲理由") == words.count("乙理由") == 1


def test_a_whole_decision_beside_another_cannot_be_saved(cast: Cast) -> None:
    """By the code: the clock says the application was given up, and only that stands."""
    from gongkai.applications.actions import deciding

    assert "不能与其他决定并用" in "".join(deciding.check_items(["granted", "other_unpaid"]))
    case = a_case(cast, "名单", "电话")
    one, two = case.items.order_by("order")
    rulings = {one.pk: ruling("granted", "L14"), two.pk: ruling("other_unpaid")}
    with pytest.raises(Refused):
        decide_items(case, rulings, by=cast.clerk)
    assert {i.decision for i in case.items.all()} == {""}


def test_a_draft_under_way_locks_the_decisions(cast: Cast) -> None:
    case = a_case(cast)
    save(case, cast, ruling("granted", "L14"))
    draft_reply(case, by=cast.clerk)
    with pytest.raises(Refused, match="先作废"):
        save(case, cast, ruling("granted", "L15"))
    with pytest.raises(Refused, match="正在办理"):
        draft_reply(case, by=cast.clerk)


def test_two_clerks_at_once_one_wins(cast: Cast) -> None:
    case = a_case(cast)
    pk = first(case).pk
    decide_items(case, {pk: ruling("granted", "L14")}, by=cast.clerk, seen=case.version)
    with pytest.raises(Overtaken):
        decide_items(case, {pk: ruling("granted", "L15")}, by=cast.clerk, seen=case.version)
    assert first(case).letter == "L14"


def test_a_stranger_decides_nothing(cast: Cast) -> None:
    case = a_case(cast)
    for person in (cast.stranger, cast.inspector, cast.legal):
        with pytest.raises(PermissionDenied):
            decide_items(case, {first(case).pk: ruling("granted", "L14")}, by=person)
