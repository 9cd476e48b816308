"""The real reports: exactly these findings and no others, each at its place.

A finding stands here as rule, level and what it is about: the first cell, the wrong word, or
section and line. Wording is free to change, the set is not.
"""

from __future__ import annotations

import json

import pytest

from gongkai.annual_report.check import Finding, check
from gongkai.annual_report.read import read
from tests.shared import SHARED

#: Not collected where the folder is missing (continuous integration fails there instead).
__test__ = SHARED is not None


def about(finding: Finding) -> str:
    if finding.addresses:
        return finding.addresses[0]
    if "wrong" in finding.values:
        return str(finding.values["wrong"])
    place = finding.place
    where = "" if place is None else f"第{place.page}页" if place.page else f"第{place.line}行"
    return f"{finding.section or ''}:{where}"


EXPECTED: dict[str, set[tuple[str, str, str]]] = {
    "blank_template_2021.docx": {
        ("C06", "info", ":"),
    },
    "chuanhui_2020.txt": {
        ("C10a", "error", ":"),
        ("C10b", "warn", "1:第2行"),
        ("C11", "error", "1:第16行"),
        ("C24a", "warn", "各结构"),
        ("C24a", "warn", "影向"),
        ("C24a", "warn", "新形式下"),
        ("C24d", "warn", "6:第366行"),
        ("C24e", "warn", "5:第344行"),
        ("C24g", "info", "1:第6行"),
        ("C24j", "info", "6:第368行"),
        ("C24j", "warn", "5:第350行"),
        ("C27", "warn", "t2.licensing.decisions"),
    },
    "dalu_town_2019.txt": set(),
    "gaoling_spj_2021.txt": {
        ("C06", "warn", "t2.regulations.issued"),
        ("C06", "warn", "t3.new_received.natural"),
        ("C11", "warn", "1:第3行"),
    },
    "hongze_district_2023.pdf": {
        ("C04", "error", "t4.after_review_upheld"),
        ("C04", "error", "t4.review_upheld"),
        ("C06a", "warn", "t3.deny_other_law.natural"),
        ("C08", "info", "t2.fees.fee_amount_wan"),
        ("C13a", "warn", "t3.other.total"),
        ("C24a", "warn", "渠"),
        ("C24g", "info", "1:第1页"),
    },
    "hushi_town_2019.txt": {
        ("C06", "error", "t2.regulations.new_made"),
        ("C16", "warn", ":第1行"),
    },
    "jianxin_town_2018.txt": {
        ("C13", "info", ":"),
        ("C14", "info", "4:第21行"),
    },
    "jiyuan_2020.txt": {
        ("C08", "warn", "t2.procurement.amount"),
        ("C10a", "warn", ":"),
        ("C10b", "info", "1:第4行"),
        ("C11", "warn", "1:第4行"),
        ("C24a", "warn", "在疫线"),
        ("C24a", "warn", "梁道"),
        ("C24c", "warn", "1:第11行"),
        ("C24e", "warn", "5:第307行"),
        ("C24f", "info", "1:第22行"),
    },
    "kaiping_water_2021.txt": set(),
    "longgang_dept_2024.txt": set(),
    "lzq_edu_2019.txt": {
        ("C18a", "info", "t2.licensing.prev_items"),
    },
    "mengzhou_2020.txt": {
        ("C06", "error", "t3.decline_reissue.natural"),
        ("C08", "info", "t2.procurement.amount"),
        ("C10", "error", "4:"),
        ("C10b", "info", "1:第5行"),
        ("C12", "error", "1:第7行"),
        ("C15", "error", "t2.licensing.decisions"),
        ("C15", "error", "t2.penalty.decisions"),
        ("C15b", "error", "1:第19行"),
        ("C16", "info", "1:第21行"),
        ("C24a", "warn", "进行一步"),
        ("C24g", "info", "国家机密"),
        ("C24j", "info", "1:第7行"),
        ("C24j", "warn", "5:第106行"),
        ("C24k", "warn", "1:第7行"),
    },
    "qionghai_town_yjz_2022.txt": set(),
    "shanghai_stcsm_2024.md": {
        ("C06", "error", "t3.carried_forward.total"),
        ("C06a", "warn", "t3.partial.natural"),
        ("C10", "error", "2:第73行"),
        ("C10", "error", "5:"),
        ("C10", "error", ":第23行"),
        ("C13a", "info", "t2.normative_documents.issued"),
        ("C15a", "error", "t3.carried_forward.natural"),
        ("C16", "warn", ":第65行"),
        ("C24a", "warn", "审查管"),
        ("C24a", "warn", "资金资金"),
        ("C24a", "warn", "重新涉及"),
        ("C24j", "info", ":第8行"),
    },
    "shuyang_fgj_2023.html": {
        ("C06", "error", "t3.new_received.commercial"),
        ("C10", "warn", "5:第64行"),
        ("C13a", "info", "t2.normative_documents.issued"),
        ("C24i", "warn", "5:第66行"),
        ("C24j", "info", "1:第8行"),
    },
    "xiaocun_township_2021.txt": {
        ("C06", "error", "t2.coercion.decisions"),
        ("C06", "error", "t2.fees.fee_amount_wan"),
        ("C06", "error", "t2.normative_documents.issued"),
        ("C06", "error", "t2.regulations.issued"),
        ("C06", "error", "t3.new_received.natural"),
        ("C06a", "warn", "t2.regulations.issued"),
        ("C10", "warn", "3:第27行"),
        ("C13a", "info", "t2.normative_documents.issued"),
    },
    "xuchang_2022.txt": {
        ("C10a", "warn", ":第4行"),
        ("C11", "warn", "1:第2行"),
        ("C24g", "info", "1:第22行"),
        ("C24j", "info", "1:第20行"),
        ("C24j", "info", "6:第196行"),
    },
    "yichuan_2020.txt": {
        ("C08", "warn", "t2.procurement.amount"),
        ("C10a", "warn", ":第4行"),
        ("C10b", "info", "1:第2行"),
        ("C24b", "warn", "1:第13行"),
        ("C24e", "warn", "5:第147行"),
    },
    "zhongyuan_edu_2020.txt": set(),
}


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_a_real_report_has_exactly_these_findings(name: str) -> None:
    assert SHARED is not None
    found = [f for report in read(SHARED / "reports" / name) for f in check(report)]
    assert {(f.rule, f.level, about(f)) for f in found} == EXPECTED[name]
    assert len(found) == len(EXPECTED[name])


def test_every_report_is_listed() -> None:
    assert SHARED is not None
    truths = {
        json.loads(p.read_text("utf-8"))["file"] for p in (SHARED / "reports/truth").iterdir()
    }
    assert truths == set(EXPECTED)


#: What the truth files call an error or a warning → the rule that says it.
RULE_OF = {
    "PERIOD_END": "C11",
    "TITLE_MISSING": "C10a",
    "SUBTOPIC_MISSING": "C10b",
    "SECTION_MISPLACED": "C24d",
    "TYPO": "C24a",
    "SLASH_CELLS": "C06",
    "PERIOD_MISSING": "C11",
    "T4_SUM": "C04",
    "OTHER_COLLAPSED": "C13a",
    "LABEL_CORRUPT": "C06a",
    "SUM": "C16",
    "BLANK_CELLS": "C06",
    "DUP_HEADING": "C24c",
    "OCR_TYPO": "C24a",
    "AGENCY_NO_REGION": "C10a",
    "UNIT_MISSING": "C08",
    "SECTION5_NO_PROBLEM": "C24e",
    "REPEALED_LAW": "C12",
    "TEXT_TABLE_CONFLICT": "C15",
    "T3_TRUNCATED": "C06",
    "T4_HEADING_MISSING": "C10",
    "NUMBERING": "C10",
    "ORPHAN_VALUE": "C06",
    "HEADING_NONSTANDARD": "C10",
    "YEAR_SLIP": "C24i",
    "BLANKS_DROPPED": "C06",
    "HEADING_TYPO": "C10",
    "TITLE_ORDER": "C10a",
    "COPY_PASTE": "C24b",
    "DECIMALS": "C08",
    "OLDER_FORMAT": "C13",
    "COUNT_LIST_MISMATCH": "C24f",
    "PART_SUM": "C16",
    "MEANING_SUSPECT": "C18a",
    "SIGN_DATE": "C14",
}
#: One code, two rules: a conflict inside the text is C15b (two figures) or C15a (a statement).
TEXT_TEXT = {"mengzhou_2020.txt": "C15b", "shanghai_stcsm_2024.md": "C15a"}
#: How the lines of the file are broken is the reader's business; nothing is lost by it.
LAYOUT_ONLY = {"LABEL_SPLIT", "COLUMN_SHIFT"}


def test_every_error_and_warning_of_the_truth_is_found() -> None:
    assert SHARED is not None
    for path in sorted((SHARED / "reports" / "truth").iterdir()):
        truth = json.loads(path.read_text("utf-8"))
        rules = {rule for rule, _, _ in EXPECTED[truth["file"]]}
        for flag in truth["flags"]:
            code = flag["code"]
            if flag["severity"] not in ("error", "warn") or code in LAYOUT_ONLY:
                continue
            wanted = TEXT_TEXT[truth["file"]] if code == "TEXT_TEXT_CONFLICT" else RULE_OF[code]
            assert wanted in rules, (truth["file"], code)
