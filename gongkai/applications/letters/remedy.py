"""The remedies of a letter in one sentence, for the law in force on its day (DOMAIN D.2)."""

from __future__ import annotations

from datetime import date
from functools import cache

from gongkai.applications.models import Application, Letter, OfficeSettings
from gongkai.law.parameters import statute
from gongkai.law.remedies import clause
from gongkai.law.taxonomy import decisions

#: Letters with remedies that answer no application: both ways are open against them.
_BESIDE = {"L12": "granted", "L37": "other_other"}
_BY_NET = (Letter.Way.ONLINE, Letter.Way.EMAIL)
_ROUTES_BY_NET = (Application.Route.ONLINE, Application.Route.EMAIL)


@cache
def decision_of(code: str) -> str:
    """The decision that a letter announces; KeyError for a letter that announces none."""
    if code in _BESIDE:
        return _BESIDE[code]
    for key, decision in decisions().items():
        if code in decision.letters:
            return key
    raise KeyError(code)


def remedy(letter: Letter, on: date, you: str) -> str:
    """What can be done against the letter, where, and by what day."""
    office = letter.application.body.application_settings
    return remedy_of(letter.code, on, you, office, by_net=_by_net(letter))


def remedy_of(code: str, on: date, you: str, office: OfficeSettings, *, by_net: bool) -> str:
    """The remedies of this kind of letter; with the internet channel of reconsideration when it
    goes by internet (行政复议法 Art 22)."""
    rules = statute()
    if rules.find("litigation.print_unsettled", on=on) is not None:
        rules = rules.with_local(
            {"litigation.print_unsettled": office.print_unsettled}, source="本单位设置"
        )
    said = clause(
        decision_of(code),
        decided_on=on,
        government=office.government,
        court=office.court,
        rules=rules,
        **({"upper": office.upper} if office.upper else {}),
    )
    text = f"如对本告知不服，{you}{said}。"
    if rules.find("reconsideration.online_channel", on=on) is None or not by_net:
        return text
    if office.online_reconsideration:
        return f"{text}网上申请行政复议：{office.online_reconsideration}。"
    return f"{text}也可以通过行政复议机关公布的互联网渠道提出行政复议申请。"


def _by_net(letter: Letter) -> bool:
    if letter.way:
        return letter.way in _BY_NET
    return letter.application.route in _ROUTES_BY_NET
