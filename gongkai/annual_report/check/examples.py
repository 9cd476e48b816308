"""For every rule an example that trips it: what the rules page shows and the tests run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from gongkai.annual_report.check.samples import (
    TEXTS,
    clean,
    printed,
    put,
    retitle,
    with_text,
    without_rows,
)
from gongkai.annual_report.model import Cell, Notice, Period, Place, Report


@dataclass(frozen=True, slots=True)
class Example:
    """What to look at (``shown``, in Chinese), the report, and what else the check is given."""

    shown: str
    report: Report
    options: Mapping[str, Any] = field(default_factory=dict)


#: A rule's id → its example.
EXAMPLES: dict[str, Callable[[], Example]] = {}


def _example(rule_id: str) -> Callable[[Callable[[], Example]], Callable[[], Example]]:
    def register(function: Callable[[], Example]) -> Callable[[], Example]:
        EXAMPLES[rule_id] = function
        return function

    return register


def _put(rule_id: str, shown: str, report: Report, **options: Any) -> None:
    EXAMPLES[rule_id] = lambda: Example(shown, report, options)


_NEW, _OLD = clean("2021"), clean("2019")
_BEFORE = replace(clean("2021", 2022), sections=(), headings=())

_put(
    "C01",
    "表三“自然人”列：新收 6、上年结转 1，办理结果总计 6、结转下年度 0。",
    put(_NEW, {"t3.carried_forward.natural": 0, "t3.carried_forward.total": 0}),
)
_put(
    "C02",
    "表三“（一）予以公开”行：自然人 4、商业企业 1，总计仍是 4。",
    put(_NEW, {"t3.granted.commercial": 1}),
)
_put(
    "C03",
    "表三“自然人”列：各项结果是 4、1、1，“（七）总计”写成 7。",
    put(_NEW, {"t3.total_concluded.natural": 7, "t3.total_concluded.total": 7}),
)
_put(
    "C04",
    "表四行政复议：结果维持 10、结果纠正 1，总计 0。",
    put(_NEW, {"t4.review_upheld": 10, "t4.review_corrected": 1}),
)
_put(
    "C05",
    "上一年报告结转下年度 1 件，本年“上年结转”写成 3 件。",
    put(_NEW, {"t3.carried_over.natural": 3, "t3.carried_over.total": 3}),
    previous=_BEFORE,
)
_put("C06", "表二“行政强制”一格留空。", _NEW.with_cells({"t2.coercion.decisions": Cell()}))
_put(
    "C06a",
    "表三有一行只有数字、没有行名。",
    replace(
        _NEW,
        notices=(
            Notice(
                "T3_LABEL_MISSING",
                "表三有一行数没有行名，按前后各行推定为“（二）部分公开”，请核对",
                Place(line=105),
            ),
        ),
    ),
)
_put("C07", "“行政强制”处理决定数量是 −2。", put(_NEW, {"t2.coercion.decisions": -2}))
_put(
    "C08",
    "采购总金额写 850.5，没有保留 4 位小数。",
    put(_OLD, {"t2.procurement.amount": Decimal("850.5")}),
)
_put(
    "C09",
    "采购总金额（万元）填的是 8505000.0000。",
    put(_OLD, {"t2.procurement.amount": Decimal("8505000.0000")}),
)
_put(
    "C10",
    "第五部分的标题写成“五、存在的主要问题及整改措施”。",
    retitle(_NEW, 5, "五、存在的主要问题及整改措施"),
)
_put("C10a", "整篇没有标题。", replace(_NEW, title=None))
_put(
    "C10b",
    "“总体情况”只有一段，只写了主动公开。",
    clean("2021", s1="统计期限自2023年1月1日起至2023年12月31日止。全年主动公开信息20条。"),
)
_put(
    "C11",
    "统计期限写到 12 月 30 日。",
    replace(_NEW, period=Period(date(2023, 1, 1), date(2023, 12, 30))),
)
_put("C12", "引用《条例》时写“国令第492号”。", with_text(_NEW, 1, "国令第711号", "国令第492号"))
_put("C13", "2019 年度的报告用了 2021 年格式的表格。", clean("2021", 2019))


@_example("C13a")
def _collapsed() -> Example:
    report = without_rows(_NEW, "other_uncorrected", "other_unpaid", "other_other")
    rows: dict[str, tuple[Cell, ...]] = dict(report.table3 or {})
    rows["other"] = (Cell(0),) * 7
    return Example("表三“（六）其他处理”只有一行，没有分成三行。", replace(report, table3=rows))


_put(
    "C14",
    "部门的报告在次年 3 月 5 日才公布。",
    _NEW,
    published_on=date(2024, 3, 5),
    submitted_on=date(2024, 1, 20),
)
_put(
    "C15",
    "正文写“办理行政许可35件”，表二“行政许可”是 53。",
    put(_NEW, {"t2.licensing.decisions": 53}),
)
_put(
    "C15a",
    "正文写“没有发生行政复议、行政诉讼”，表四行政复议有 1 件。",
    put(
        with_text(_NEW, 1, "未发生责任追究情形", "未发生行政复议、行政诉讼"),
        {"t4.review_upheld": 1, "t4.review_total": 1},
    ),
)
_put(
    "C15b",
    "前面写示例县政府网站公开信息 120 条，后面写 98 条。",
    with_text(
        _NEW, 1, "组织业务培训2次", "全年通过示例县政府网站主动公开各类信息98条，组织业务培训2次"
    ),
)
_put(
    "C16",
    "“公开政府信息120条，其中政策文件20条、工作动态80条、财政信息30条”，分项之和是 130。",
    with_text(_NEW, 1, "财政信息20条", "财政信息30条"),
)
_put(
    "C16a",
    "“制发文件64件，公开24件，占47.5%”，应为 37.5%。",
    with_text(_NEW, 1, "组织业务培训2次", "制发文件64件，公开24件，占47.5%"),
)
_put(
    "C17",
    "上年现行有效 0 件，本年制发 3 件、废止 1 件，现行有效却是 5 件。",
    put(
        _NEW,
        {
            "t2.normative_documents.issued": 3,
            "t2.normative_documents.repealed": 1,
            "t2.normative_documents.in_force": 5,
        },
    ),
    previous=_BEFORE,
)
_put(
    "C17a",
    "本年制发 3 件、没有废止，现行有效却是 0 件。",
    put(_NEW, {"t2.normative_documents.issued": 3}),
)
_put(
    "C18",
    "上一年报告的行政许可是 8 项、增 2 项，本年“上一年项目数量”写成 12。",
    put(clean("2019", 2020), {"t2.licensing.prev_items": 12}),
    previous=put(
        replace(_OLD, sections=(), headings=()),
        {"t2.licensing.prev_items": 8, "t2.licensing.delta": 2},
    ),
)
_put(
    "C18a",
    "行政许可：上一年项目数量 1215，增减 −35，处理决定数量 1180。",
    put(
        clean("2019", s1=TEXTS[1].format(year=2019).replace("办理行政许可35件，", "")),
        {
            "t2.licensing.prev_items": 1215,
            "t2.licensing.delta": -35,
            "t2.licensing.decisions": 1180,
        },
    ),
)
_put(
    "C19",
    "规范性文件本年新公开 3 件，对外公开总数量却是 1 件。",
    put(
        _OLD,
        {
            "t2.normative_documents.new_made": 3,
            "t2.normative_documents.new_disclosed": 3,
            "t2.normative_documents.total_disclosed": 1,
        },
    ),
)


@_example("C20")
def _empty_table() -> Example:
    table: dict[str, tuple[Cell, ...]] = {k: (Cell(0),) * 7 for k in _NEW.table3 or {}}
    return Example("正文写收到申请 6 件，表三全部是 0。", replace(_NEW, table3=table))


@_example("C21")
def _fees() -> Example:
    row = {"t3.other_unpaid.natural": 1, "t3.other_unpaid.total": 1}
    less = {"t3.granted.natural": 3, "t3.granted.total": 3}
    report = with_text(put(_NEW, {**row, **less}), 1, "予以公开4件", "予以公开3件")
    return Example(
        "表三有 1 件“逾期未缴费”，第六部分没有提到信息处理费。",
        with_text(report, 6, "本年度没有收取信息处理费。", ""),
    )


_put(
    "C22",
    "表四直接起诉 2 件，案件台账里只有 1 件。",
    put(_NEW, {"t4.direct_upheld": 2, "t4.direct_total": 2}),
    known_refusals=1,
)


@_example("C23")
def _copied() -> Example:
    other = replace(_NEW, agency="示例县民政局", title="示例县民政局2023年政府信息公开工作年度报告")
    return Example("除了数字，全文与示例县民政局的报告一样。", _NEW, {"others": [other]})


_put("C24a", "“拓宽公开渠道”写成“拓宽公开梁道”。", with_text(_NEW, 5, "图解", "公开梁道"))
_put(
    "C24b",
    "卫生健康局的报告写“编制就业领域基层政务公开标准目录”。",
    with_text(_NEW, 1, "组织业务培训2次", "编制就业领域基层政务公开标准目录，组织业务培训2次"),
)
_put(
    "C24c",
    "“一、总体情况”印了两遍。",
    replace(_NEW, headings=(_NEW.headings[0], *_NEW.headings)),
)
_put(
    "C24d",
    "改进措施写在第六部分。",
    clean(
        "2021",
        s6="一是进一步加强业务学习，提高工作人员的能力和水平；二是进一步拓宽公开渠道，"
        "加大公开力度；三是进一步完善各项制度，健全考核办法，规范办理流程。",
    ),
)
_put(
    "C24e",
    "第五部分只有“下一步将……”，没有写问题。",
    clean(
        "2021", s5="下一步，我们将进一步完善制度，加强培训，及时更新栏目，方便群众查阅和获取信息。"
    ),
)
_put(
    "C24f",
    "“通过微博、微信、网站发布，四个平台共……”，只列出三个。",
    with_text(
        _NEW, 1, "组织业务培训2次", "通过微博、微信公众号、门户网站及时发布信息，四个平台更新及时"
    ),
)
_put(
    "C24g",
    "“共受理政府信息公开申请6件”。",
    with_text(_NEW, 1, "共收到政府信息公开申请6件", "共受理政府信息公开申请6件"),
)
_put("C24h", "小节编号从（二）跳到（四）。", with_text(_NEW, 1, "（三）政府", "（四）政府"))
_put(
    "C24i",
    "2023 年度报告的改进措施写“2023年将加大公开力度”。",
    with_text(_NEW, 5, "改进情况：一是", "改进情况：2023年将加大公开力度，一是"),
)
_put("C24j", "“政策、解读、等工作”，“等”前多了顿号。", with_text(_NEW, 5, "图解和问答", "图解、等"))
_put(
    "C24k",
    "报告里还有“收费及减免情况”。",
    with_text(_NEW, 6, "本年度没有", "政府信息公开的收费及减免情况：本年度没有"),
)
_put(
    "C25",
    "行政许可由上年的 35 件增加到 235 件，正文没有说明。",
    with_text(put(_NEW, {"t2.licensing.decisions": 235}), 1, "行政许可35件", "行政许可235件"),
    previous=_BEFORE,
)
_put("C26", "第五部分只有标题，没有文字。", clean("2021", s5=""))
_put(
    "C27",
    "“行政许可”写作“1,325”。",
    printed(
        with_text(put(_NEW, {"t2.licensing.decisions": 1325}), 1, "许可35件", "许可1325件"),
        "t2.licensing.decisions",
        "1,325",
    ),
)


@_example("C28")
def _roll_up() -> Example:
    twice = {a: c.value * 2 for a, c in _NEW.cells() if isinstance(c.value, int)}
    whole = put(replace(_NEW, sections=(), headings=()), {**twice, "t2.licensing.decisions": 100})
    return Example(
        "县政府的行政许可是 100 件，两个部门合计 70 件。", whole, {"parts": [_NEW, _NEW]}
    )
