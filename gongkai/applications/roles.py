"""Which role may do what with applications (in its own bodies and sections: ``queries``)."""

from __future__ import annotations

from typing import Any

from gongkai.bodies.models import ADMINISTRATORS, Role
from gongkai.bodies.queries import bodies_for
from gongkai.bodies.roles import give

VIEW, WORK, SETTINGS, ORIGINAL = (
    f"applications.{codename}"
    for codename in (
        "view_application",
        "change_application",
        "change_officesettings",
        "view_redaction",
    )
)
#: Everyone who does something on a case.
STAFF = (
    Role.CLERK,
    Role.HANDLER,
    Role.LEGAL,
    Role.SECRECY,
    Role.HEAD,
    Role.LEADER,
    Role.SEAL_KEEPER,
    Role.ARCHIVIST,
)
CLERKS = (Role.CLERK,)
HANDLERS = (Role.CLERK, Role.HANDLER)
#: The head of the work unit approves an extension (条例 Art 33(2)).
HEADS = (Role.HEAD,)
SIGNERS = (Role.LEADER, Role.HEAD)
#: Who opens the originals and the identity papers of a case.
SEES_ORIGINALS = (*HANDLERS, Role.SECRECY, *SIGNERS)


def takes_in(user: Any) -> bool:
    """Whether the person takes applications in; everybody else who works on cases does not."""
    return user.has_perm(WORK) and bodies_for(user, *CLERKS).exists()


def set_up_permissions(**kwargs: object) -> None:
    """Give the role groups their permissions of this room; runs after every migrate."""
    give([r.label for r in (*STAFF, Role.INSPECTOR)], VIEW)
    give([r.label for r in STAFF], WORK)
    give([r.label for r in SEES_ORIGINALS], ORIGINAL)
    give([Role.HEAD.label, ADMINISTRATORS], SETTINGS)
