"""The query code on paper: printed for the applicant when it is told, and given anew when lost.

The code itself is in no row, no file and no trail: who prints has it from the page that told it.
"""

from __future__ import annotations

from gongkai.applications import clock, numbers
from gongkai.applications.actions.core import By, add_event, on_case, record
from gongkai.applications.actions.delivery import deliver_letter
from gongkai.applications.actions.papers import RECEIPT
from gongkai.applications.letters.compose import compose
from gongkai.applications.models import Application, Letter
from gongkai.applications.receipts import code_pdf
from gongkai.applications.roles import CLERKS
from gongkai.base.refusal import Refused
from gongkai.documents.pdf import pdf

#: How the office may know that it is the applicant who has lost the code.
WAYS = (
    "当面核对申请人的身份证件原件",
    "当面核对代理人的身份证件和授权委托书",
    "当面核对单位介绍信和经办人的身份证件",
    "核对书面请求和所附身份证件，寄往申请时留下的地址",
)


def renew_code(
    case: Application, how: str, *, note: str = "", by: By, seen: int | None = None
) -> str:
    """A new query code for one who has lost his: to be told now, the old one opens nothing more.

    Nor do the accounts that it was typed into: whoever has the new one takes the case in again.
    ``how`` his identity was checked (of ``WAYS``). Possible as long as there is something to see.
    """
    if how not in WAYS:
        raise Refused("请选择怎样核对的身份。")
    with on_case(case, by=by, roles=CLERKS, seen=seen, ended=True, joined=True) as case:
        if case.erased_at is not None:
            raise Refused("这件申请的内容已满保存年限清除，没有可以查询的了。")
        code = numbers.new_code()
        case.code_mark = numbers.code_mark(case.number, code)
        case.account_links.all().delete()
        said = f"换发查询码：{how}{f'，{note.strip()}' if note.strip() else ''}"
        add_event(case, "renew-code", by=by, text=said, public_text="换发了查询码，原来的不能再用")
        record(case, "换发查询码", by=by, new={"核对身份": how, "说明": note.strip()})
    return code


def print_code(case: Application, code: str, *, receipt: bool, handed: bool, by: By) -> bytes:
    """The one paper with the code on it, as PDF: the 登记回执, else a slip with number and code.

    ``receipt``: the receipt is wanted; while a day that it names is not known, it is the slip.
    ``handed``: it is given to the applicant at the counter now, and is delivered with that.
    """
    if case.erased_at is not None or not numbers.code_fits(case.number, code, case.code_mark):
        raise Refused("这个查询码已经换发或者有误，不能打印。需要时请办理“换发查询码”。")
    letter = _receipt(case) if receipt else None
    if letter is not None:
        try:
            if handed and letter.state == Letter.State.DRAFT:
                today = clock.today()
                letter = deliver_letter(letter, way=Letter.Way.COUNTER, on=today, by=by)
            made = pdf(compose(letter, code=code))
        except Refused:
            letter = None
    if letter is None:
        made = code_pdf(case, code)
    record(case, "打印载有查询码的回执", by=by, new={"登记回执": letter is not None})
    return made


def _receipt(case: Application) -> Letter | None:
    known = case.letters.filter(code=RECEIPT).exclude(state=Letter.State.CANCELLED)
    found = known.select_related("application__body").last()
    if found is not None:
        found.application = case
    return found
