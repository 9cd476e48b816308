"""Which role may do what with letters and surveys (in its own body: ``queries``)."""

from __future__ import annotations

from gongkai.bodies.models import ADMINISTRATORS, Role
from gongkai.bodies.roles import give

VIEW, WORK, REVIEW, SURVEYS, SETTINGS = (
    f"engagement.{codename}"
    for codename in (
        "view_citizenletter",
        "change_citizenletter",
        "change_letterreply",
        "change_survey",
        "change_mailbox",
    )
)
#: Who hands letters on and prepares what becomes public.
CLERKS = (Role.CLERK, Role.HEAD)
#: Who drafts a reply; a 承办人 for the letters of his section.
WRITERS = (Role.CLERK, Role.HANDLER, Role.HEAD)
#: Who lets out what another has written.
REVIEWERS = (Role.REVIEWER, Role.HEAD, Role.LEADER)
STAFF = (Role.CLERK, Role.HANDLER, Role.REVIEWER, Role.LEADER, Role.HEAD)


def set_up_permissions(**kwargs: object) -> None:
    """Give the role groups their permissions of this room; runs after every migrate."""
    give([r.label for r in STAFF], VIEW)
    give([r.label for r in WRITERS], WORK)
    give([r.label for r in REVIEWERS], REVIEW)
    give([r.label for r in {*CLERKS, *REVIEWERS}], SURVEYS)
    give([Role.HEAD.label, ADMINISTRATORS], SETTINGS)
