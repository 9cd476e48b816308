"""The build of the text: title, headings, what stands where (C10a, C24c …)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from gongkai.annual_report.check.data_files import load
from gongkai.annual_report.check.finding import Finding
from gongkai.annual_report.check.form import bare, headings
from gongkai.annual_report.check.lists import all_subheadings
from gongkai.annual_report.check.registry import finding, rule
from gongkai.annual_report.check.subject import Subject, heading_text

FORM = "年度报告格式（国办公开办函〔2019〕60号、〔2021〕30号）"
_REGION = re.compile(r"[省市县区旗州盟镇乡]|街道|国家|中华人民共和国|海关|示范区|开发区|兵团")
_YEAR = re.compile(r"(20\d\d)年")


@cache
def _word(name: str) -> re.Pattern[str]:
    return re.compile(load("structure")[name])


@cache
def _topics() -> tuple[tuple[str, re.Pattern[str], tuple[str, ...], re.Pattern[str]], ...]:
    """The five topics of section 一: name, words of a heading, words anywhere, their pattern."""
    return tuple(
        (
            t["name"],
            re.compile(t["heading"]),
            tuple(w for w in t["anywhere"].split("|") if w.isalpha()),
            re.compile(t["anywhere"]),
        )
        for t in load("structure")["topics"]
    )


def _says(words: str, plain: tuple[str, ...], pattern: re.Pattern[str]) -> bool:
    for word in plain:
        if word in words:
            return True
    return pattern.search(words) is not None


@rule(
    "C10a",
    "error",
    "标题齐全，放在最前",
    source=FORM,
    about="标题为“××（地区）××（机关）××××年政府信息公开工作年度报告”，在第一部分之前。",
    advice="补上或者移到最前，机关用带行政区名的全称或规范简称，写明年份。",
)
def title(subject: Subject) -> Iterator[Finding]:
    report = subject.report
    if not subject.complete or subject.blank or not (report.sections or report.headings):
        return
    if not report.title:
        yield finding("C10a", "没有标题，机关名称和年份只能从正文推断，请补上标题。")
        return
    words = heading_text(report.title)
    late = next((n for n in report.notices if n.code == "TITLE_LATE"), None)
    if late:
        yield finding(
            "C10a",
            f"标题“{report.title.strip()}”排在“一、总体情况”之后，应放在全文最前。",
            level="warn",
            quote=report.title,
            place=late.place,
        )
    if report.agency and not _REGION.search(report.agency) and not _REGION.search(words):
        yield finding(
            "C10a",
            f"标题“{report.title.strip()}”中的机关名称没有行政区名，请写全称。",
            level="warn",
            quote=report.title,
        )
    year = _YEAR.search(words)
    if year and report.year and report.period and int(year.group(1)) != report.period.start.year:
        yield finding(
            "C10a",
            f"标题是 {year.group(1)} 年，统计期限却在 {report.period.start.year} 年，年份不一致。",
            quote=report.title,
        )


@rule(
    "C10b",
    "warn",
    "第一部分写全五个方面",
    source="国办公开办函〔2021〕30号：总体情况包括主动公开、依申请公开、政府信息管理、"
    "政府信息公开平台建设、监督保障",
    about="“总体情况”要概括五个方面。缺三个以上提醒；缺一两个小节标题只作提示。",
    advice="按五个方面各写一段；没有新情况的也用一句话交代。",
)
def topics(subject: Subject) -> Iterator[Finding]:
    passage = subject.passage(1)
    if not passage or not subject.complete or subject.layout is None or subject.blank:
        return
    listed = _topics()
    words = "\n".join(
        p.plain for p in subject.passages if p.number < 5 and (p.number or p.section.title)
    )
    missing = [name for name, _, plain, pattern in listed if not _says(words, plain, pattern)]
    if len(missing) >= 3:
        yield finding(
            "C10b",
            f"“一、总体情况”没有写到{'、'.join(missing)}。",
            section=1,
            place=passage.section.place,
            missing=missing,
        )
        return
    heads = [h for p, found in all_subheadings(subject) if p.number == 1 for _, h, _ in found]
    if len(heads) < 3:
        return
    titles = " ".join(heads)
    missing = [name for name, head, _, _ in listed if not head.search(titles)]
    if missing:
        yield finding(
            "C10b",
            f"“一、总体情况”的小节中没有{'、'.join(missing)}方面。",
            level="info",
            section=1,
            place=passage.section.place,
            missing=missing,
        )


@rule(
    "C24c",
    "warn",
    "标题重复",
    source=FORM,
    about="同一个一级标题只出现一次。",
    advice="删去多余的标题，把内容合到一处。",
)
def doubled_headings(subject: Subject) -> Iterator[Finding]:
    printed = [heading_text(h.title) for h in headings(subject)]
    if len(set(printed)) == len(printed):
        return
    seen: dict[str, str] = {}
    for heading in headings(subject):
        key = bare(heading.title)
        if key in seen and heading_text(heading.title) == seen[key]:
            yield finding(
                "C24c",
                f"标题“{heading.title.strip()}”重复出现。",
                section=heading.number or None,
                quote=heading.title,
                place=heading.place,
            )
        seen.setdefault(key, heading_text(heading.title))


@rule(
    "C24d",
    "warn",
    "内容写错了部分",
    source="《政府信息公开条例》第五十条；" + FORM,
    about="改进措施属于第五部分，不放在“六、其他需要报告的事项”。",
    advice="把改进措施移到第五部分，第六部分只写信息处理费等其他事项，没有就写“无”。",
)
def misplaced(subject: Subject) -> Iterator[Finding]:
    passage = subject.passage(6)
    if passage is None or len(passage.plain) < 60:
        return
    steps = len(re.findall(r"[一二三四五六]是|[（(][一二三四五六][）)]", passage.plain))
    acts = len(_word("act").findall(passage.plain))
    if steps >= 2 and acts >= 4 and "处理费" not in passage.plain:
        quote, place = passage.locate(passage.plain[:40].split("\n")[0])
        yield finding(
            "C24d",
            "第六部分写的是改进措施，应放在“五、存在的主要问题及改进情况”。",
            section=6,
            quote=quote,
            place=place,
        )


_NONE = re.compile(r"无[。.]?|(?:暂|没有).{0,12}")


@rule(
    "C24e",
    "warn",
    "第五部分既写问题，也写改进",
    source="《政府信息公开条例》第五十条第（四）项",
    about="第五部分写清存在的主要问题，并写改进情况，不能只有一样。",
    advice="先列本年存在的主要问题，再逐条写改进情况或者下一步措施。",
)
def problems(subject: Subject) -> Iterator[Finding]:
    passage = subject.passage(5)
    if passage is None or len(passage.plain) < 20 or not subject.complete:
        return
    text = passage.plain
    place = passage.section.place
    if _NONE.fullmatch(text):
        return
    if not _word("problem").search(_word("problem_reference").sub("", text)):
        yield finding(
            "C24e",
            "第五部分只有措施，没有写存在的主要问题。",
            section=5,
            quote=passage.locate(text[:30].split("\n")[0])[0],
            place=place,
        )
    elif not _word("measure").search(_word("pending").sub("", text)):
        yield finding(
            "C24e",
            "第五部分只有问题，没有写改进情况或者措施。",
            section=5,
            quote=passage.locate(text[:30].split("\n")[0])[0],
            place=place,
        )


@rule(
    "C24i",
    "warn",
    "下一步措施写成了报告年度",
    source="平台约定（前后一致）",
    about="第五部分的下一步措施是报告年度之后的事，不应写“报告年度……我局将加大”。",
    advice="核对年份，通常应改为下一年；如果写的是已经做过的改进，改用“已”。",
)
def wrong_year(subject: Subject) -> Iterator[Finding]:
    passage = subject.passage(5)
    year = subject.report.year
    if passage is None or year is None:
        return
    if f"{year}年" not in passage.plain:
        return
    pattern = re.compile(
        rf"(?:(?:整改|改进|下一?步)(?:措施|打算|计划|方向)?[^。]{{0,60}}[。，：\n][^。]{{0,40}}?){year}年[^。，；]{{0,14}}"
        r"(?:加大|将|加强|进一步|着力|继续|重点)"
    )
    found = pattern.search(passage.plain)
    if found is None:
        return
    at = passage.plain.rindex(f"{year}年", found.start(), found.end())
    quote, place = passage.locate(passage.plain[at : at + 24].split("\n")[0])
    yield finding(
        "C24i",
        f"改进措施写的是“{year}年”，是报告年度本身，应为下一年（{year + 1}年）。",
        section=5,
        quote=quote,
        place=place,
    )


_OLD_CHAPTER = re.compile(r"收费及?(?:和)?减免情?况?|申诉情况")
_OLD_WORDS = ("减免", "申诉情况")


@rule(
    "C24k",
    "warn",
    "还在用 2019 年以前的章节",
    source=FORM,
    about="“政府信息公开的收费及减免情况”“申诉情况”是 2019 年以前旧格式的章节，现行格式没有。",
    advice="改用现行六个部分；信息处理费写在第六部分。",
)
def old_chapters(subject: Subject) -> Iterator[Finding]:
    if subject.layout is None or not any(w in subject.whole.text for w in _OLD_WORDS):
        return
    for passage in subject.passages:
        found = _OLD_CHAPTER.search(passage.plain)
        if found:
            quote, place = passage.locate(found.group())
            yield finding(
                "C24k",
                f"提到旧格式的章节“{found.group()}”，现行格式没有这一章。",
                section=passage.number or None,
                quote=quote,
                place=place,
            )
            return
