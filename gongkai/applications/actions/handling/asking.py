"""What the applicant is asked for: a correction (Art 30), his reasons (Art 35); the delayed period.

The letter drives the clock: the event is recorded on the day on which it is delivered.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from gongkai.applications import clock
from gongkai.applications.actions.core import By, add_event, on_case, record, with_article
from gongkai.applications.corrected import WORDS
from gongkai.applications.due import after_the_day
from gongkai.applications.files import keep_file
from gongkai.applications.letters.compose import draft_letter
from gongkai.applications.models import Application, CaseFile, Letter
from gongkai.applications.roles import CLERKS, HANDLERS
from gongkai.base.refusal import Refused
from gongkai.base.uploads import Checked
from gongkai.documents.blocks import chinese_date
from gongkai.law.deadlines import EventType
from gongkai.law.taxonomy import deed_articles, letters


def keep_all(
    case: Application,
    files: Sequence[Checked],
    kind: str,
    *,
    by: By,
    text: str = "",
    title: str = "说明.txt",
) -> list[CaseFile]:
    """Keep the files with the case, and ``text`` as one named ``title``; inside ``on_case``."""
    kept = [keep_file(case, kind, f.name, f.data, f.media_type, by=by) for f in files]
    if text.strip():
        words = text.strip().encode()
        kept.append(keep_file(case, kind, title, words, "text/plain; charset=utf-8", by=by))
    return kept


def in_hand(case: Application, code: str, **values: object) -> None:
    """Refused while a letter of this kind is under way and not yet delivered."""
    over = (Letter.State.CANCELLED, Letter.State.DELIVERED)
    for letter in case.letters.filter(code=code).exclude(state__in=over):
        if all(letter.values.get(k) == v for k, v in values.items()):
            named = f"（{letter.number}）" if letter.number else ""
            raise Refused(
                f"{letters()[code].label}{named}正在办理：{letter.get_state_display()}。"
                "请继续办理这一份，或者先作废。"
            )


def _probe(case: Application, kind: EventType, **data: object) -> None:
    why_not, article = clock.probe(case, kind, **data)
    if why_not:
        raise Refused(with_article(why_not, article))


def ask_correction(
    case: Application,
    *,
    problem: str,
    items: str,
    guidance: str,
    days: int,
    by: By,
    seen: int | None = None,
) -> Letter:
    """Draft L04: what to correct, how, within how many working days; once only (Art 30)."""
    with on_case(case, by=by, roles=CLERKS, seen=seen) as case:
        _probe(case, EventType.CORRECTION_NOTICE_SERVED, days=days)
        in_hand(case, "L04")
        letter = draft_letter(
            case,
            "L04",
            by=by,
            values={
                "problem": problem.strip(),
                "items": items.strip(),
                "guidance": guidance.strip(),
                "days": days,
            },
        )
        add_event(case, "ask-correction", by=by, text=f"起草补正告知书，补正期限{days}个工作日")
        record(case, "起草补正告知书", by=by, new={"文号": letter.number, "期限": days})
    return letter


def receive_correction(
    case: Application,
    *,
    text: str,
    on: date | None = None,
    good_reason: bool = False,
    files: Sequence[Checked] = (),
    by: By,
    by_name: str = "",
    seen: int | None = None,
) -> Application:
    """The corrected application has come: the reply period begins anew that day (Art 30).

    ``text`` is kept, encrypted, as a file of the case. ``good_reason``: it is late for a good
    reason; without one a late correction is Refused.
    """
    day = on or clock.today()
    if not text.strip() and not files:
        raise Refused("请写下补正的内容，或者附上补正材料。")
    with on_case(case, by=by, roles=CLERKS, seen=seen) as case:
        add_event(
            case,
            "receive-correction",
            by=by,
            by_name=by_name,
            law_type=EventType.CORRECTED_APPLICATION_RECEIVED,
            on=day,
            good_reason=good_reason,
            text="收到补正材料" + ("，逾期有正当理由" if good_reason else ""),
            public_text="收到补正材料，答复期限从第二天起重新计算",
        )
        kind = CaseFile.Kind.CORRECTION
        keep_all(case, files, kind, by=by, text=text, title=WORDS)
        record(case, "收到补正材料", by=by, by_name=by_name, new={"日期": day.isoformat()})
    return case


def ask_reasons(
    case: Application, *, counts: str, days: int, by: By, seen: int | None = None
) -> Letter:
    """Draft L05: quantity or frequency is clearly beyond reason, the applicant is asked why."""
    with on_case(case, by=by, roles=CLERKS, seen=seen) as case:
        _probe(case, EventType.REASONS_REQUESTED)
        in_hand(case, "L05")
        letter = draft_letter(case, "L05", by=by, values={"counts": counts.strip(), "days": days})
        add_event(case, "ask-reasons", by=by, text="起草说明理由告知书")
        record(case, "起草说明理由告知书", by=by, new={"文号": letter.number})
    return letter


def reasons_asked(case: Application) -> bool:
    """Whether the applicant was asked for his reasons (the letter is delivered)."""
    return clock.outcome(case).case.reasons_requested is not None


def receive_reasons(
    case: Application,
    *,
    text: str,
    reasonable: bool,
    judgement: str,
    on: date | None = None,
    files: Sequence[Checked] = (),
    by: By,
    seen: int | None = None,
) -> Application:
    """The applicant's reasons, and whether the office finds them reasonable and why."""
    if not judgement.strip():
        raise Refused("请写明判断的理由。")
    with on_case(case, by=by, roles=HANDLERS, seen=seen) as case:
        if not reasons_asked(case):
            raise Refused(
                with_article(
                    "还没有要求申请人说明理由，请先发出说明理由告知书。",
                    deed_articles()["ask-reasons"],
                )
            )
        late = after_the_day(case, on or clock.today())
        add_event(
            case,
            "receive-reasons",
            by=by,
            on=on,
            text=f"收到说明的理由{late}，判断为{'合理' if reasonable else '不合理'}",
            public_text="收到您说明的理由",
            reasonable=reasonable,
        )
        words = f"{text.strip()}\n\n判断：{'合理' if reasonable else '不合理'}。{judgement.strip()}"
        kind = CaseFile.Kind.REASONS
        keep_all(case, files, kind, by=by, text=words, title="理由说明.txt")
        record(case, "收到说明的理由", by=by, new={"判断": "合理" if reasonable else "不合理"})
    return case


def set_delay(
    case: Application, until: date, reason: str, *, by: By, seen: int | None = None
) -> Application:
    """Fix the reasonable delayed period of Art 35; it takes the place of the counted one."""
    if not reason.strip():
        raise Refused("请写明不能按期答复的原因。")
    with on_case(case, by=by, roles=CLERKS, seen=seen) as case:
        add_event(
            case,
            "set-delay",
            by=by,
            law_type=EventType.DELAYED_PERIOD_SET,
            until=until,
            text=f"确定延迟答复至{chinese_date(until)}：{reason.strip()}"[:300],
            public_text=f"您的理由合理，本机关无法按期答复，延迟至{chinese_date(until)}前答复",
        )
        record(case, "确定延迟答复期限", by=by, new={"延迟至": until.isoformat()})
    return case
