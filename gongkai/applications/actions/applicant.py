"""What the applicant does himself on the tracking page; the law refuses as it does in the office.

``by`` is nobody: the trail says 申请人. His words and files are kept encrypted as files of the
case; events and trail only say that they came.
"""

from __future__ import annotations

from collections.abc import Sequence

from gongkai.applications import clock
from gongkai.applications.actions.core import (
    APPLICANT,
    add_event,
    on_case,
    record,
    with_article,
)
from gongkai.applications.actions.served import WITHDRAWAL
from gongkai.applications.corrected import WORDS
from gongkai.applications.due import after_the_day
from gongkai.applications.files import content, keep_file
from gongkai.applications.letters.compose import draft_letter
from gongkai.applications.models import Application, CaseFile, Letter
from gongkai.base.refusal import Refused
from gongkai.base.uploads import Checked
from gongkai.law.deadlines import EventType, Outcome
from gongkai.law.taxonomy import deed_articles, letters

Kind = CaseFile.Kind
GOOD_REASON = (
    "如果有正当理由（例如生病、自然灾害），请与本机关联系说明，并提供证明；也可以重新提出申请。"
)
#: What can be asked for under Art 43; the choice is kept, never free text.
HELP = (
    "大字版",
    "可以用读屏软件朗读的电子文本",
    "工作人员电话宣读、解释",
    "当面宣读、解释",
    "手语沟通协助",
)
BEST = 5


def send_correction(
    case: Application, text: str, files: Sequence[Checked] = (), *, seen: int | None = None
) -> None:
    """The application completed as the 补正告知书 asked (Art 30): words, files, or both."""
    _something(text, files)
    with on_case(case, by=None, seen=seen) as case:
        if refused := clock.probe(case, EventType.CORRECTED_APPLICATION_RECEIVED)[0]:
            article = deed_articles()["receive-correction"]
            late = clock.outcome(case).status == "abandoned"
            raise Refused(with_article(refused, article) + (GOOD_REASON if late else ""))
        _keep(case, Kind.CORRECTION, WORDS, text, files)
        _note(
            case,
            "receive-correction",
            f"申请人网上提交补正材料{_count(files)}",
            f"您提交了补正材料{_count(files)}，答复期限重新起算",
            law_type=EventType.CORRECTED_APPLICATION_RECEIVED,
        )
        record(case, "申请人提交补正", by=None, by_name=APPLICANT, new={"附件数": len(files)})


def answer_reasons(
    case: Application, text: str, files: Sequence[Checked] = (), *, seen: int | None = None
) -> None:
    """The applicant's reasons for many or frequent applications, when asked for (Art 35)."""
    _something(text, files)
    with on_case(case, by=None, seen=seen) as case:
        _refuse(why_not_reasons(case, clock.outcome(case)))
        _keep(case, Kind.REASONS, "理由说明.txt", text, files)
        _note(
            case,
            "receive-reasons",
            f"申请人网上说明理由{_count(files)}{after_the_day(case, clock.today())}",
            f"您说明了申请理由{_count(files)}",
        )
        record(case, "申请人说明理由", by=None, by_name=APPLICANT, new={"附件数": len(files)})


def withdraw(case: Application, *, seen: int | None = None) -> None:
    """The application taken back; it cannot be taken up again, only made anew."""
    with on_case(case, by=None, seen=seen) as case:
        _note(
            case,
            "withdraw",
            "申请人网上撤回申请",
            "您撤回了申请，本机关不再办理",
            law_type=EventType.APPLICATION_WITHDRAWN,
        )
        draft_letter(case, WITHDRAWAL, by=None, values={})
        record(case, "申请人撤回申请", by=None, by_name=APPLICANT)


def send_payment_proof(
    case: Application, files: Sequence[Checked], *, seen: int | None = None
) -> None:
    """The proof that the fee was paid. It counts as paid when the clerk has confirmed it."""
    if not files:
        raise Refused("请上传缴费凭证，例如缴款成功的截图或者票据照片。")
    with on_case(case, by=None, seen=seen) as case:
        _refuse(why_not_pay(case, clock.outcome(case)))
        _keep(case, Kind.PAYMENT, "", "", files)
        _note(
            case,
            "payment-proof",
            f"申请人网上提交缴费凭证{_count(files)}，待核对到账",
            "您提交了缴费凭证，等待工作人员核对到账",
        )
        record(case, "申请人提交缴费凭证", by=None, by_name=APPLICANT, new={"附件数": len(files)})


def confirm_reply(case: Application, letter: Letter, *, seen: int | None = None) -> None:
    """The applicant says that he has the reply, delivered online, by e-mail or at the counter."""
    with on_case(case, by=None, seen=seen, joined=True) as case:
        _refuse(why_not_confirm(case, letter))
        _note(
            case,
            "confirm-reply",
            f"申请人网上确认收到{letters()[letter.code].label}",
            f"您确认收到{letters()[letter.code].label}",
            letter=letter.pk,
        )
        record(case, "申请人确认收到答复", by=None, by_name=APPLICANT, new={"文书": letter.code})


def rate(case: Application, score: int, note: str = "", *, seen: int | None = None) -> None:
    """How content the applicant is with the handling, 1 to 5; a later rating replaces it."""
    if not 1 <= score <= BEST:
        raise Refused(f"请在 1 到 {BEST} 分之间选择。")
    with on_case(case, by=None, seen=seen, ended=True) as case:
        _refuse(why_not_rate(case, clock.outcome(case)))
        old = case.satisfaction
        case.satisfaction, case.satisfaction_note = score, note.strip()
        _note(case, "rate", f"申请人评价：{score}分", f"您作出了评价：{score}分")
        record(
            case,
            "申请人评价",
            by=None,
            by_name=APPLICANT,
            old={"满意度": old},
            new={"满意度": score},
        )


def ask_accessible(case: Application, wishes: Sequence[str], *, seen: int | None = None) -> None:
    """Help with reading, seeing or hearing (Art 43): some of ``HELP``."""
    if not wishes or not set(wishes) <= set(HELP):
        raise Refused("请选择需要的协助方式。")
    with on_case(case, by=None, seen=seen) as case:
        old, case.help_needed = case.help_needed, "、".join(wishes)
        _note(
            case,
            "accessible-form",
            f"申请人需要协助：{case.help_needed}",
            f"您提出需要协助：{case.help_needed}",
        )
        record(
            case,
            "申请人提出需要协助",
            by=None,
            by_name=APPLICANT,
            old={"需要的协助": old},
            new={"需要的协助": case.help_needed},
        )


def downloaded(case: Application, file: CaseFile) -> bytes:
    """The bytes of a file for the applicant, and a note in the trail that he fetched it."""
    data = content(file)
    audit_name = f"申请人下载{file.get_kind_display()}"
    record(case, audit_name, by=None, by_name=APPLICANT, new={"材料": file.pk})
    return data


# --- when it is possible ------------------------------------------------------------------------


def why_not_reasons(case: Application, found: Outcome) -> tuple[str, str]:
    """("", "") when reasons were asked for and are still missing, else (sentence, article)."""
    article = deed_articles()["ask-reasons"]
    if found.case.reasons_requested is None:
        return "本机关没有要求您说明理由。", article
    if found.closed_on is not None:
        return "这件申请已经办结。", article
    given = [e for e in clock.in_force(case.events.all()) if e.deed == "receive-reasons"]
    if any(e.on >= found.case.reasons_requested for e in given):
        return "已经收到您说明的理由，请等待办理结果。", article
    return "", ""


def why_not_pay(case: Application, found: Outcome) -> tuple[str, str]:
    article = deed_articles()["payment"]
    if found.status == "abandoned" and found.decision == "other_unpaid":
        return "缴费期限已经届满，视为放弃申请。可以重新提出申请。", article
    if found.status != "awaiting_payment":
        return "这件申请现在没有需要缴纳的费用。", article
    return "", ""


def why_not_confirm(case: Application, letter: Letter) -> tuple[str, str]:
    article = deed_articles()["deliver"]
    if letter.application_id != case.pk or letter not in sent_letters(case):
        return "这份文书已经撤回或者更换，请以查询页上现在的文书为准。", article
    if letter.way not in (Letter.Way.ONLINE, Letter.Way.EMAIL, Letter.Way.COUNTER):
        return "邮寄送达的文书，以邮政企业的签收记录为准。", article
    if letter.pk in confirmed_letters(case):
        return "您已经确认收到这份文书。", article
    return "", ""


def why_not_rate(case: Application, found: Outcome) -> tuple[str, str]:
    article = deed_articles()["close"]
    return ("", "") if found.closed_on else ("答复以后才能评价。", article)


def sent_letters(case: Application) -> list[Letter]:
    """The letters to the applicant that went out, in the order in which they were made."""
    gone = case.letters.filter(state__in=(Letter.State.SENT, Letter.State.DELIVERED))
    return [x for x in gone.select_related("pdf") if letters()[x.code].to == APPLICANT]


def confirmed_letters(case: Application) -> set[int]:
    """The letters of which the applicant has said that he has them."""
    events = clock.in_force(case.events.all())
    return {e.data["letter"] for e in events if e.deed == "confirm-reply"}


# --- shared -------------------------------------------------------------------------------------


def _refuse(why_not: tuple[str, str]) -> None:
    sentence, article = why_not
    if sentence:
        raise Refused(with_article(sentence, article))


def _something(text: str, files: Sequence[Checked]) -> None:
    if not text.strip() and not files:
        raise Refused("请写明内容，或者上传材料。")


def _count(files: Sequence[Checked]) -> str:
    return f"（附件{len(files)}个）" if files else ""


def _keep(case: Application, kind: Kind, title: str, text: str, files: Sequence[Checked]) -> None:
    """His words as a text file named ``title``, and his files."""
    if text.strip():
        keep_file(case, kind, title, text.strip().encode(), "text/plain; charset=utf-8", by=None)
    for one in files:
        keep_file(case, kind, one.name, one.data, one.media_type, by=None)


def _note(
    case: Application,
    deed: str,
    text: str,
    public_text: str,
    *,
    law_type: EventType | None = None,
    **data: int,
) -> None:
    add_event(
        case,
        deed,
        by=None,
        by_name=APPLICANT,
        law_type=law_type,
        text=text,
        public_text=public_text,
        **data,
    )
