"""A hundred thousand made-up documents and what finds which of them.

Every document is made of its number alone, so that it can be made again.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta

BODIES = 20
#: Words and their first letters; several have a reading that depends on the word.
SUBJECTS = {
    "预防接种": "yfjz",
    "医疗机构": "yljg",
    "传染病防治": "crbfz",
    "职业健康": "zyjk",
    "妇幼保健": "fybj",
    "基本公共卫生": "jbggws",
    "院前急救": "yqjj",
    "血液管理": "xygl",
    "放射诊疗": "fszl",
    "中医药服务": "zyyfw",
    "老年健康": "lnjk",
    "家庭医生签约": "jtysqy",
    "食品安全标准": "spaqbz",
    "学校卫生": "xxws",
    "饮用水监测": "yysjc",
    "消毒产品": "xdcp",
    "医师资格考试": "yszgks",
    "药品采购": "ypcg",
    "重点人群": "zdrq",
    "长期护理": "cqhl",
    "行政许可": "xzxk",
    "会计核算": "kjhs",
    "社会调查": "shdc",
    "民政救助": "mzjz",
    "普惠托育": "phty",
    "无偿献血": "wcxx",
    "健康科普": "jkkp",
    "精神卫生": "jsws",
    "口腔诊所": "kqzs",
    "狂犬病处置": "kqbcz",
}
VERBS = {
    "做好": "zh",
    "加强": "jq",
    "规范": "gf",
    "公布": "gb",
    "调整": "tz",
    "开展": "kz",
    "推进": "tj",
    "印发": "yf",
    "组织申报": "zzsb",
    "落实": "ls",
    "下达": "xd",
    "通报": "tb",
}
THINGS = {
    "名单": "md",
    "工作方案": "gzfa",
    "年度计划": "ndjh",
    "专项检查": "zxjc",
    "经费预算": "jfys",
    "服务规范": "fwgf",
    "培训安排": "pxap",
    "考核结果": "khjg",
    "信息系统": "xxxt",
    "门诊设置": "mzsz",
    "补助标准": "bzbz",
    "人员调配": "rydp",
}
_WORDS = tuple(SUBJECTS), tuple(VERBS), tuple(THINGS)
GENRES = (
    ("notice", "通知", "tz"),
    ("announcement", "公告", "gg"),
    ("opinion", "意见", "yj"),
    ("plan", "方案", "fa"),
    ("report", "报告", "bg"),
    ("guide", "指南", "zn"),
)
#: What the 文号 of each body begins with.
_SIGNS = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉"
#: 400 villages; their characters stand nowhere else.
_FIRST, _SECOND = (
    "荃芷蘅薇菡蓁荞苕芮芩荑莨菂菀萱葭蔚蕤藜薏",
    "峪坳堰埠岙塬峒垭坞埇湫浜洼淤湍澍沅泾渚滆",
)
VILLAGES = tuple(a + b for a in _FIRST for b in _SECOND)
#: Twenty documents of a thousand speak of one of them, one of these in its attachment only.
RARE = tuple(f"{a}{b}" for a in "镉铊铋钡锑铍钽铌" for b in "铼锆镧铈钕钇铪镝")
SENTENCES = (
    "各有关单位要按照职责分工，把{s}{t}列入议事日程，明确责任人员和完成时限。",
    "对{s}中发现的问题，应当建立台账，逐项整改，并在{d}前报送结果。",
    "{v}村卫生室承担本辖区的{s}服务，周一至周五上午开诊，节假日另行公布。",
    "本次共涉及{n}家单位、{m}人次，所需经费从年度预算中列支，不得挤占其他资金。",
    "人民政府有关部门要加强协同，形成合力，定期会商研判，及时发布{s}有关信息。",
    "申请人应当提交身份材料和书面说明，符合条件的当场受理，不符合的一次告知需要补充的内容。",
    "{t}自公布之日起施行，以往规定与本件不一致的，以本件为准。",
    "监督人员在{v}村、社区和集中场所开展巡查，填写记录并由双方签字确认。",
    "各单位应当通过宣传栏、宣讲会和网站向群众说明{s}的办理地点、时间和所需材料。",
    "培训分{n}期进行，每期不少于两天，考核合格的发给证明，不合格的参加下一期。",
)


@dataclass(frozen=True, slots=True)
class Made:
    """One made-up document; ``body``, ``column``: their places in the lists of the site."""

    n: int
    body: int
    column: int
    genre: str
    title: str
    letters: str
    number: str
    day: date
    text: str
    attachment: str
    repealed: bool


def made(n: int) -> Made:
    """The document of this number."""
    rnd = random.Random(n)
    subject, verb, thing = (rnd.choice(words) for words in _WORDS)
    genre, word, short = GENRES[rnd.randrange(len(GENRES))]
    day = date(2019, 1, 1) + timedelta(days=n * 7919 % 2600)
    body = n % BODIES
    sentences = [
        rnd.choice(SENTENCES).format(
            s=subject,
            t=thing,
            v=rnd.choice(VILLAGES) if rnd.random() < 0.25 else "各行政",
            n=rnd.randrange(3, 90),
            m=rnd.randrange(100, 9000),
            d=f"{day.year}年{rnd.randrange(1, 13)}月底",
        )
        for _ in range(rnd.randrange(8, 34))
    ]
    rare = (
        f"检出{RARE[n // 1000 % len(RARE)]}元素超标的样品{n % 7 + 1}件。" if n % 1000 < 20 else ""
    )
    paragraphs = ["".join(sentences[at : at + 3]) for at in range(0, len(sentences), 3)]
    attachment = ""
    if n % 20 == 0:
        attachment = "\n".join([f"附件　{subject}{thing}明细", *paragraphs[::-1], rare])
    elif rare:
        paragraphs.append(rare)
    return Made(
        n=n,
        body=body,
        column=n // BODIES * 7 % 12,
        genre=genre,
        title=f"关于{verb}{day.year}年{subject}{thing}的{word}",
        letters=f"gy{VERBS[verb]}n{SUBJECTS[subject]}{THINGS[thing]}d{short}",
        number=f"示{_SIGNS[body]}卫发〔{day.year}〕{n // BODIES + 1}号" if n % 5 < 3 else "",
        day=day,
        text="".join(f"<p>{p}</p>" for p in paragraphs),
        attachment=attachment,
        repealed=n % 12 == 0,
    )


# --- known answers --------------------------------------------------------------------------

#: A query is asked; what holds the words is looked up by reading every document.
Query = tuple[str, Callable[[Made, str], bool]]


def holds(*words: str) -> Callable[[Made, str], bool]:
    """All of the words stand in it."""
    return lambda m, text: all(word in text for word in words)


def queries(documents: int) -> dict[str, list[Query]]:
    """Kinds of query, each with what is the answer to it."""
    rnd = random.Random(20260101)
    numbered = [m for m in map(made, rnd.sample(range(documents), min(documents, 60))) if m.number]

    def is_one(n: int) -> Callable[[Made, str], bool]:
        return lambda m, text: m.n == n

    def begins(letters: str) -> Callable[[Made, str], bool]:
        return lambda m, text: letters in m.letters

    singles = "荃峪镉铊犬卫老血会"
    doubles = ("峪坳", "民政", "会计", "托育", "宣讲", "调配", "社会", "急救", *VILLAGES[:160:20])
    longer = (*SUBJECTS, "书面说明", "集中场所", "检出镉铼元素", "不得挤占其他资金")
    several = [f"{s} {t}" for s, t in zip(list(SUBJECTS)[::3], list(THINGS) * 2, strict=False)]
    letters = (*list(SUBJECTS.values())[::2], "jqn", "gbn", "zxjcdtz")
    shapes = ("示{}卫发〔{}〕{}号", "示{}卫发[{}]第{}号", "示{}卫发（{}）0{}号")

    def spelled(m: Made, at: int) -> str:
        letter, rest = m.number[1], m.number[5:]
        year, _, number = rest[:-1].partition("〕")
        return shapes[at % 3].format(letter, year, number)

    return {
        "one character": [(w, holds(w)) for w in singles],
        "two characters": [(w, holds(w)) for w in doubles],
        "longer words": [(w, holds(w)) for w in longer],
        "several words": [(w, holds(*w.split())) for w in several],
        "文号": [(spelled(m, i), is_one(m.n)) for i, m in enumerate(numbered[:24])],
        "索引号": [
            (f"b{m.body}/{m.day.year}-{m.n // BODIES + 1:05}", is_one(m.n)) for m in numbered[:24]
        ],
        "first letters of the title": [(w, begins(w)) for w in letters],
        "nothing": [(w, holds(w)) for w in ("海底隧道", "航天员选拔", "zzqqx")],
    }


def answers(
    documents: int, asked: dict[str, list[Query]]
) -> tuple[dict[str, list[set[int]]], list[Made]]:
    """The numbers of the documents that are the answer to each query, by reading all of them.

    And the documents, without their long texts.
    """
    found: dict[str, list[set[int]]] = {kind: [set() for _ in q] for kind, q in asked.items()}
    light = []
    for m in map(made, range(documents)):
        text = f"{m.title}\n{m.text}\n{m.attachment}\n卫生健康\n{m.number}".lower()
        for kind, wanted in asked.items():
            for at, (_, is_answer) in enumerate(wanted):
                if is_answer(m, text):
                    found[kind][at].add(m.n)
        light.append(replace(m, text="", attachment=""))
    return found, light
