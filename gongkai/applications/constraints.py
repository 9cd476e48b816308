"""What the database itself refuses in this room, whatever the program says.

- the kept copy, the number and the hash of a letter that went out never change; its sealed values
  are written anew with every data key, so a change of them is told by ``papers.altered``;
- a decision over the whole application stands alone (条例 Arts 30, 42);
- a partial release names what is withheld, by which ground and why (Art 37);
- a decision is told by a letter of its own: nothing is refused in a letter that provides it.

Triggers of ``base.guards``.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.conf import settings

from gongkai.applications.models import Letter, RequestItem
from gongkai.base.guards import Guard, changed
from gongkai.law.taxonomy import decisions

_LETTER, _ITEM = Letter._meta.db_table, RequestItem._meta.db_table
#: Columns of a letter that nothing may change once it is sent.
_FROZEN = (
    "application_id",
    "code",
    "copy",
    "number",
    "dated_on",
    "seal_number",
    "frozen_sha256",
    "docx_id",
    "pdf_id",
    "template_id",
)


def _no_parts(vendor: str) -> str:
    """SQL: the item lists nothing that is withheld."""
    if vendor == "postgresql":
        return (
            "COALESCE(jsonb_array_length(CASE jsonb_typeof(NEW.particulars -> 'withheld') "
            "WHEN 'array' THEN NEW.particulars -> 'withheld' END), 0) = 0"
        )
    return "COALESCE(json_array_length(NEW.particulars, '$.withheld'), 0) = 0"


def guards(vendor: str) -> Iterator[Guard]:
    """Every trigger in the words of the database."""
    frozen = " OR ".join(changed(c, vendor) for c in _FROZEN)
    yield Guard(
        f"{_LETTER}_frozen",
        _LETTER,
        "UPDATE",
        f"OLD.frozen_sha256 <> '' AND ({frozen})",
        "a letter that was sent never changes",
    )
    if settings.GONGKAI_APPEND_ONLY_DELETES:
        yield Guard(
            f"{_LETTER}_kept",
            _LETTER,
            "DELETE",
            "OLD.frozen_sha256 <> ''",
            "a letter that was sent is kept",
        )
    whole = ", ".join(f"'{k}'" for k, d in decisions().items() if d.whole)
    alone = (
        f"NEW.decision <> '' AND EXISTS (SELECT 1 FROM \"{_ITEM}\" o "
        "WHERE o.application_id = NEW.application_id AND o.id <> NEW.id AND o.decision <> '' "
        f"AND o.decision <> NEW.decision AND (o.decision IN ({whole}) "
        f"OR NEW.decision IN ({whole})))"
    )
    named = f"NEW.decision = 'partial' AND {_no_parts(vendor)}"
    pairs = " OR ".join(
        f"(NEW.decision = '{k}' AND NEW.letter IN ({', '.join(map(repr, d.letters))}))"
        for k, d in decisions().items()
    )
    another = f"NEW.decision <> '' AND NEW.letter <> '' AND NOT ({pairs})"
    for event in ("INSERT", "UPDATE"):
        yield Guard(
            f"{_ITEM}_alone_{event.lower()}",
            _ITEM,
            event,
            alone,
            "a decision over the whole application stands alone",
        )
        yield Guard(
            f"{_ITEM}_grounds_{event.lower()}",
            _ITEM,
            event,
            named,
            "a partial release names what is withheld",
        )
        yield Guard(
            f"{_ITEM}_letter_{event.lower()}",
            _ITEM,
            event,
            another,
            "a decision is told by a letter of its own",
        )
