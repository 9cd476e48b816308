"""The 登记回执 of an online application: what happens next, its PDF, and how it is verified later.

The verification code is a keyed hash (HMAC) of number, body and day, made with the data key: it
outlives a change of SECRET_KEY and the erasure of the personal data and is short enough to be
typed from paper. Verifying happens on this site anyway, so that a signature which strangers can
check by themselves (Ed25519: 88 characters) would gain nothing.
"""

from __future__ import annotations

import hmac
from datetime import date
from urllib.parse import urlencode

from gongkai.applications import clock, numbers
from gongkai.applications.models import Application
from gongkai.base import codes, qr
from gongkai.base.due import with_weekday
from gongkai.base.sealed import mark
from gongkai.documents.blocks import (
    Cell,
    Document,
    Paragraph,
    Picture,
    Table,
    chinese_date,
    signature,
)
from gongkai.documents.pdf import pdf
from gongkai.law.deadlines import EventType, run
from gongkai.law.parameters import statute
from gongkai.law.taxonomy import applicant_kinds, channels, letters

#: Letters of a verification code; 31 of them ten times are 49 bits.
CODE_LENGTH = 10
QR_WORDS = "核验本回执真伪的二维码"


def verification_code(case: Application) -> str:
    """The code by which the receipt is known to be genuine: ABCDE-FGHJK."""
    facts = f"{case.number}|{case.body_id}|{case.submitted_on.isoformat()}"
    code = numbers.letters_of(int(mark("receipt", facts), 16), CODE_LENGTH)
    return f"{code[:5]}-{code[5:]}"


def is_genuine(case: Application, code: str) -> bool:
    """Whether ``code`` is the receipt's, however it was typed; in constant time."""
    plain = codes.typed(verification_code(case))
    return hmac.compare_digest(plain.encode(), codes.typed(code).encode())


def what_next(case: Application) -> list[str]:
    """What happens now, in plain words, with the days as the clock has them."""
    rules = statute()
    on = case.submitted_on
    reply = rules.rule("reply.days", on=on)
    correction = rules.rule("correction.notice_days", on=on)
    longer = rules.rule("extension.max_days", on=on)
    out = []
    if case.received_on is None:
        confirmed = rules.rule("receipt.online", on=on)
        out += [
            f"工作人员会用您留下的{_contact(case)}与您确认收到这件申请，"
            f"双方确认的那一天就是收到申请之日（{confirmed.article}）。{_attention(case)}",
            f"自收到申请之日起{reply.value}个工作日内答复（{reply.article}）。{_if_today(case)}",
        ]
    elif case.due_on is not None:
        out.append(
            f"{chinese_date(case.received_on)}收到申请，"
            f"{_day(case.due_on, provisional=case.provisional)}前（含当日）答复"
            f"（{reply.article}）。"
        )
    out += [
        f"申请内容不明确的，机关在{correction.value}个工作日内一次告知您补正，"
        f"收到补正后，答复期限从第二天起重新计算（{correction.article}）。",
        f"需要延长期限的（最多{longer.value}个工作日）、需要征求他人意见的，会另行告诉您。",
        _answer(case),
    ]
    return out


def _contact(case: Application) -> str:
    who = case.applicant or {}
    ways = [words for key, words in (("phone", "电话"), ("email", "电子邮箱")) if who.get(key)]
    return "或者".join(ways) or "联系方式"


def _if_today(case: Application) -> str:
    """The last day if both sides confirmed today; the clock says it, nothing is saved."""
    today = clock.today()
    confirmed = clock.make_event(EventType.RECEIPT_CONFIRMED_BY_BOTH, today, {})
    known = [*clock.law_events(case), confirmed]
    found = run(known, law=clock.law_for(case.body), as_of=today)
    if found.reply_due is None:
        return ""
    last = _day(found.reply_due, provisional=bool(found.provisional))
    return f"如果今天确认，最迟{last}答复。"


def _day(day: date, *, provisional: bool) -> str:
    lead = "预计" if provisional else ""
    return f"{lead}{with_weekday(day)}"


def _attention(case: Application) -> str:
    who = case.applicant or {}
    ways = [words for key, words in (("phone", "来电"), ("email", "邮件")) if who.get(key)]
    return f"请留意{'和'.join(ways)}。" if ways else ""


def _answer(case: Application) -> str:
    """How the answer comes; only what is sent by e-mail or online can be fetched from the page."""
    follow = "在“查询办理进度”用受理编号和查询码"
    if case.route == Application.Route.ONLINE:
        return f"答复{follow}查看、下载。"
    if case.route == Application.Route.EMAIL:
        return f"答复会发到您的电子邮箱，也可以{follow}查看、下载。"
    way = {
        Application.Route.POST: "会邮寄给您",
        Application.Route.PICK_UP: "准备好以后会通知您领取",
        Application.Route.FAX: "会传真给您",
        Application.Route.ON_SITE: "会通知您到现场查阅",
    }[Application.Route(case.route)]
    return f"答复{way}。办到哪一步了，{follow}可以看到。"


def verification_address(case: Application, address: str) -> str:
    """Where the QR code of the receipt leads: the verification page with its fields filled in.

    It names neither the person nor the matter, and the query code is not in it.
    """
    facts = {"number": case.number, "code": verification_code(case)}
    return f"{address}?{urlencode(facts)}"


def receipt_pdf(case: Application, code: str, address: str) -> bytes:
    """The receipt on paper; ``code``: the query code, ``address``: of the verification page."""
    rows = (
        ("受理编号", case.number),
        ("查询码", numbers.grouped(code)),
        ("受理机关", case.body.name),
        ("提交日期", chinese_date(case.submitted_on)),
        ("申请渠道", channels()[case.channel].label),
        ("申请公开的信息", case.subject),
        ("回执验证码", verification_code(case)),
    )
    table = Table(tuple((Cell(k, head=True), Cell(v)) for k, v in rows), (1.0, 3.0))
    you = "您单位" if applicant_kinds()[case.applicant_kind].organisation else "您"
    blocks = (
        Paragraph(f"本机关已经接收{you}在网上提交的政府信息公开申请："),
        table,
        Paragraph("接下来", "heading"),
        *(Paragraph(f"{n}．{text}", "note") for n, text in enumerate(what_next(case), 1)),
        Paragraph("请妥善保管查询码，不要告诉他人。工作人员不会向您索要查询码。", "note"),
        Paragraph(
            f"核验本回执的真伪：扫下面的二维码，或者打开{address}（输入受理编号和回执验证码）",
            "note",
        ),
        # In small letters and before the picture: below the date it would need a second page.
        *([Paragraph(f"{case.body.name}的{text}", "note")] if (text := _office(case)) else []),
        Picture(qr.svg(verification_address(case, address), words=QR_WORDS), QR_WORDS, side=20),
        *signature(case.body.name, chinese_date(case.submitted_on)),
    )
    title = f"政府信息公开申请{letters()['L02'].label}"
    return pdf(Document(title, blocks, case.submitted_on))


def code_pdf(case: Application, code: str) -> bytes:
    """A slip for the applicant: number and query code, and nothing of what was asked."""
    rows = (
        ("受理编号", case.number),
        ("查询码", numbers.grouped(code)),
        ("受理机关", case.body.name),
        ("提交日期", chinese_date(case.submitted_on)),
    )
    today = clock.today()
    blocks = (
        Paragraph("政府信息公开申请的受理编号和查询码如下："),
        Table(tuple((Cell(k, head=True), Cell(v)) for k, v in rows), (1.0, 3.0)),
        Paragraph(
            "在本机关网站的“查询办理进度”填写受理编号和查询码，可以查看办理情况、下载网上送达的文书。"
            "以前领过查询码的，以前的不能再用。请妥善保管，不要告诉他人；工作人员不会向您索要查询码。",
            "note",
        ),
        *signature(case.body.name, chinese_date(today)),
        *([Paragraph(f"（{text}）", "contact")] if (text := _office(case)) else []),
    )
    return pdf(Document("政府信息公开申请查询码告知单", blocks, today))


def _office(case: Application) -> str:
    body = case.body
    pairs = (("联系电话", body.phone), ("地址", body.address), ("办公时间", body.office_hours))
    return "，".join(f"{label}：{value}" for label, value in pairs if value)
