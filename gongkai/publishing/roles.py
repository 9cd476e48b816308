"""Which role may do what with documents (in its own body: ``actions.core``)."""

from __future__ import annotations

from gongkai.bodies.models import ADMINISTRATORS, Role
from gongkai.bodies.roles import give
from gongkai.publishing.models.review import Step

VIEW, DRAFT, REVIEW, PUBLISH, SETTINGS = (
    f"publishing.{codename}"
    for codename in (
        "view_document",
        "change_document",
        "change_reviewstate",
        "add_release",
        "change_publishingsettings",
    )
)
#: Who writes; a 承办人 for his own section.
WRITERS = (Role.CLERK, Role.HANDLER)
#: Who takes which step of a review.
REVIEWERS: dict[str, tuple[Role, ...]] = {
    Step.SECTION: (Role.REVIEWER, Role.HEAD),
    Step.SECRECY: (Role.SECRECY,),
    Step.FINANCE: (Role.FINANCE,),
    Step.SIGN: (Role.LEADER, Role.HEAD),
}
#: Who lets an approved draft go out, and takes a document down.
PUBLISHERS = (Role.CLERK, Role.HEAD)
STAFF = (
    *WRITERS,
    Role.REVIEWER,
    Role.LEGAL,
    Role.SECRECY,
    Role.FINANCE,
    Role.LEADER,
    Role.HEAD,
)


def set_up_permissions(**kwargs: object) -> None:
    """Give the role groups their permissions of this room; runs after every migrate."""
    give([r.label for r in (*STAFF, Role.ARCHIVIST, Role.INSPECTOR)], VIEW)
    give([r.label for r in (*WRITERS, Role.HEAD)], DRAFT)
    # A body may give a level of its own to anybody who works on documents.
    give([r.label for r in STAFF], REVIEW)
    give([r.label for r in PUBLISHERS], PUBLISH)
    give([Role.HEAD.label, ADMINISTRATORS], SETTINGS)
