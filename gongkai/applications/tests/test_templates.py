"""Templates: every shipped one is good, a broken one is refused with its line, versions stay."""

from __future__ import annotations

import re
import time

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from gongkai.applications.letters.engine import LONGEST, Broken, fill, problems
from gongkai.applications.letters.templates import (
    current,
    own_versions,
    restore_shipped,
    save_template,
    shipped,
    shipped_text,
)
from gongkai.applications.letters.variables import musts, sample_values, variables
from gongkai.applications.models import LetterTemplate
from gongkai.applications.tests.cast import Cast
from gongkai.base.models import AuditEntry
from gongkai.base.refusal import Overtaken, Refused
from gongkai.law.taxonomy import letters

ARTICLE = re.compile(r"第[一二三四五六七八九十百零〇\d]+条")
GOOD = shipped_text("L36")


@pytest.mark.parametrize("code", letters())
def test_the_shipped_template_is_good_and_cites_no_article_itself(code: str) -> None:
    text = shipped_text(code)
    assert problems(code, text) == []
    assert not ARTICLE.search(text)
    assert not re.search(r"\d+个?工作日", text)


@pytest.mark.parametrize("code", letters())
def test_what_the_law_wants_in_a_letter_is_asked_of_its_template(code: str) -> None:
    assert set(letters()[code].must) <= set(musts(code))
    for needs in musts(code).values():
        for need in needs:
            for either in need.split("|"):
                assert either.startswith("“") or either in variables()


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{{ 申请人 }}", "没有“申请人”这个变量"),
        ("{{ 机关 ", "没有结束"),
        ("{% if 机关 %}写了一半", "没有结束"),
        ("{% foo %}", "没有“foo”这个语句"),
        ("请到{ 工作机构 }}查询", "大括号没有成对"),
        ("请到{工作机构}查询", "大括号没有成对"),
        ("请到｛｛ 工作机构 ｝｝查询", "两个半角大括号"),
        ("{{ 机关|upper }}", "不能使用“upper”"),
        ("{{ 机关，编号 }}", "这里不能有“，”这个字符"),
        ("{{ 条.不存在的 }}", "“条.不存在的”不存在"),
        ("{{ 机关.名称 }}", "“机关”后面不能再用“.”"),
        ("【大标题】撤回", "没有“【大标题】”这个标记"),
        ("| 甲 | 乙 |", "前面要有一行“【表】”"),
        ("【表】1 2\n| 甲 | 乙 | 丙 |", "这一行有3格，表格是2栏"),
        ("{% for 项 in 机关 %}{% endfor %}", "不是列表"),
        ("{% for 机关 in 检索记录 %}{% endfor %}", "不能与变量同名"),
        ("{% for 项 in 检索记录 %}{{ 项.名字 }}{% endfor %}", "“项.名字”不存在"),
        ("{% macro 甲() %}{% endmacro %}", "模板不允许的写法"),
        ("{% include 'x' %}", "模板不允许的写法"),
        ("{% set 甲 = 1 %}", "模板不允许的写法"),
        ("{% for 项 in range(10 ** 9) %}{% endfor %}", "模板不允许的写法"),
        ("{{ '啊' * 1000000000 }}", "模板不允许的写法"),
        ("{{ 机关.__class__.__mro__ }}", "不能再用“.”"),
        ("{{ ''.__class__ }}", "不能再用“.”"),
        ("{{ self }}", "没有“self”"),
        ("{{ 机关['x'] }}", "模板不允许的写法"),
        (
            "{% for 甲 in 检索记录 %}{% for 乙 in 检索记录 %}{% endfor %}{% endfor %}",
            "不能再有循环",
        ),
    ],
)
def test_a_broken_template_is_refused_with_its_line(line: str, said: str) -> None:
    head, rest = GOOD.split("\n", 1)
    found = problems("L36", f"{head}\n{line}\n{rest}")
    assert any(said in p.message for p in found)
    wrong = next(p for p in found if said in p.message)
    # A statement that is never closed is noticed at the end of the text.
    last = (head + line + rest).count("\n") + 3
    assert wrong.line in range(2, 2 + line.count("\n") + 1) or (
        said == "没有结束" and wrong.line <= last
    )


def test_a_template_that_leaves_out_what_must_be_said_is_refused() -> None:
    text = shipped_text("L04").replace("{{ 补正日数 }}", "若干").replace("不再处理", "结束")
    said = [p.message for p in problems("L04", text)]
    assert any("补正期限" in s for s in said)
    assert any("逾期后果" in s for s in said)


def test_a_template_without_a_title_is_refused() -> None:
    text = GOOD.replace("【标题】", "【居中】")
    assert ["缺少标题" in p.message for p in problems("L36", text)] == [True]


def test_a_huge_or_deep_template_is_refused_at_once() -> None:
    started = time.monotonic()
    assert "模板过长" in problems("L36", "啊" * (LONGEST + 1))[0].message
    deep = "{{ " + "(" * 3000 + "机关" + ")" * 3000 + " }}"
    assert problems("L36", GOOD + deep)
    nested = "{% if 机关 %}" * 900 + "{% endif %}" * 900
    assert isinstance(problems("L36", (GOOD + nested)[:LONGEST]), list)
    loops = "{% for 项 in 检索记录 %}甲{% endfor %}" * 50
    assert any("循环太多" in p.message for p in problems("L36", GOOD + loops))
    assert time.monotonic() - started < 20


def test_a_long_list_cannot_make_an_endless_letter() -> None:
    row = {"地点": "档案室" * 400, "检索词": "甲", "日期": "2026-11-02", "结果": "无"}
    values = sample_values("L25") | {"检索记录": [row] * 100_000}
    rows = "【表】1 1\n{% for 项 in 检索记录 %}\n| {{ 项.地点 }} | {{ 项.结果 }} |\n{% endfor %}"
    with pytest.raises(Broken, match="过长"):
        fill("L25", shipped_text("L25") + "\n" + rows, values)


def test_a_version_is_added_and_the_former_ones_stay(cast: Cast) -> None:
    first = save_template(cast.body, "L36", GOOD.replace("终止", "结束"), by=cast.head, note="用词")
    second = save_template(cast.body, "L36", GOOD.replace("终止", "终结"), by=cast.head)
    assert [v.version for v in own_versions(cast.body, "L36")] == [2, 1]
    assert current(cast.body, "L36") == second
    assert current(cast.other_body, "L36") == shipped("L36")
    assert LetterTemplate.objects.get(pk=first.pk).text == first.text
    assert AuditEntry.objects.filter(action="修改文书模板", scope=cast.body.slug).count() == 2


def test_the_shipped_text_can_be_used_again(cast: Cast) -> None:
    save_template(cast.body, "L36", GOOD.replace("终止", "结束"), by=cast.head)
    restore_shipped(cast.body, "L36", by=cast.head)
    assert current(cast.body, "L36").text == GOOD
    assert current(cast.body, "L36").body is None
    with pytest.raises(Refused, match="就是系统提供的"):
        restore_shipped(cast.body, "L36", by=cast.head)


def test_only_the_head_of_the_body_changes_its_letters(cast: Cast) -> None:
    for person in (cast.clerk, cast.stranger, cast.inspector):
        with pytest.raises(PermissionDenied):
            save_template(cast.body, "L36", GOOD.replace("终止", "结束"), by=person)
    assert own_versions(cast.body, "L36") == []


def test_who_saw_an_older_version_is_told(cast: Cast) -> None:
    save_template(cast.body, "L36", GOOD.replace("终止", "结束"), by=cast.head, seen=0)
    with pytest.raises(Overtaken):
        save_template(cast.body, "L36", GOOD.replace("终止", "终结"), by=cast.head, seen=0)


def test_a_broken_template_is_not_saved(cast: Cast) -> None:
    with pytest.raises(Broken, match="第2行"):
        save_template(
            cast.body, "L36", GOOD.replace("【文号】", "{{ 某 }}\n【文号】"), by=cast.head
        )
    assert own_versions(cast.body, "L36") == []


# --- pages --------------------------------------------------------------------------------------


def page(cast: Cast, *more: str) -> str:
    return reverse("desk-template" + "".join(f"-{m}" for m in more), args=[cast.body.slug, "L36"])


def test_the_list_shows_which_text_is_used(cast: Cast, client: Client) -> None:
    save_template(cast.body, "L36", GOOD.replace("终止", "结束"), by=cast.head)
    client.force_login(cast.head)
    html = client.get(reverse("desk-templates")).content.decode()
    assert html.count("系统提供</td>") == len(letters()) - 1
    assert "本机关第1版" in html


def test_the_editor_previews_without_saving(cast: Cast, client: Client) -> None:
    client.force_login(cast.head)
    text = GOOD.replace("办理程序终止", "办理程序到此结束")
    reply = client.post(page(cast), {"text": text, "preview": "1", "seen": "0"})
    assert "办理程序到此结束" in reply.content.decode()
    assert "data:image/png;base64," in reply.content.decode()
    assert own_versions(cast.body, "L36") == []


def test_the_editor_says_in_words_where_one_of_two_variables_is_enough(
    cast: Cast, client: Client
) -> None:
    client.force_login(cast.head)
    html = client.get(reverse("desk-template", args=[cast.body.slug, "L25"])).content.decode()
    assert "检索情况 或者 检索记录" in html and "检索情况|" not in html


def test_the_editor_saves_and_compares(cast: Cast, client: Client) -> None:
    client.force_login(cast.head)
    text = GOOD.replace("办理程序终止", "办理程序到此结束")
    assert client.post(page(cast), {"text": text, "seen": "0"}).status_code == 302
    html = client.get(page(cast, "compare")).content.decode()
    assert html.count("ga-letter-in") == html.count("ga-letter-out") == 1
    client.post(page(cast, "restore"), {"seen": "1"})
    assert current(cast.body, "L36").body is None


def test_the_editor_points_to_the_broken_line_and_keeps_the_text(
    cast: Cast, client: Client
) -> None:
    client.force_login(cast.head)
    text = GOOD.replace("【文号】", "{{ 某 }}\n【文号】")
    reply = client.post(page(cast), {"text": text, "seen": "0"})
    assert reply.status_code == 422
    html = reply.content.decode()
    assert 'href="#line-2"' in html
    assert "没有“某”这个变量" in html
    assert "{{ 某 }}" in html


def test_a_preview_does_not_hide_that_another_saved_a_version(cast: Cast, client: Client) -> None:
    client.force_login(cast.head)
    mine = GOOD.replace("终止", "终结")
    save_template(cast.body, "L36", GOOD.replace("终止", "结束"), by=cast.head, seen=0)
    assert client.post(page(cast), {"text": mine, "preview": "1", "seen": "0"}).context["seen"] == 0
    late = client.post(page(cast), {"text": mine, "seen": "0"})
    html = late.content.decode()
    assert late.status_code == 422 and "先看看现在的内容" in html and "请刷新" not in html
    assert "终结" in html and late.context["seen"] == 1
    assert client.post(page(cast), {"text": mine, "seen": "1"}).status_code == 302


def test_templates_of_another_body_are_not_found(cast: Cast, client: Client) -> None:
    client.force_login(cast.stranger)
    assert client.get(page(cast)).status_code == 404
    client.force_login(cast.clerk)
    assert client.get(page(cast)).status_code in (302, 403)
