"""All deeds of a case page, in the order in which they are shown."""

from gongkai.applications.desk.deeds import (
    answers,
    closing,
    consulting,
    deciding,
    fees,
    handling,
    intake,
    letters,
    query_code,
    undo,
)
from gongkai.applications.desk.deeds.registry import Deed

DEEDS: tuple[Deed, ...] = (
    *intake.DEEDS,
    *undo.DEEDS,
    *handling.DEEDS,
    *consulting.DEEDS,
    *deciding.DEEDS,
    *letters.DEEDS,
    *fees.DEEDS,
    *closing.DEEDS,
    *answers.DEEDS,
    *query_code.DEEDS,
)
BY_KEY = {deed.key: deed for deed in DEEDS}
