"""Which role may do what with reports (in its own bodies: bodies.queries.require_role)."""

from __future__ import annotations

from typing import Any

from gongkai.bodies.models import Role
from gongkai.bodies.queries import bodies_for
from gongkai.bodies.roles import give

FILE, REVIEW, PUBLISH, VIEW = (
    f"reporting.{verb}"
    for verb in ("file_report", "review_report", "publish_report", "view_annualreport")
)
#: Roles whose deeds the actions accept.
FILERS = (Role.CLERK,)
#: A finding is confirmed or dismissed by the one who knows the figures or the one who checks them.
JUDGES = (Role.CLERK, Role.REVIEWER)
REVIEWERS = (Role.REVIEWER, Role.HEAD)
PUBLISHERS = (Role.HEAD,)


def files_reports(user: Any) -> bool:
    """Whether the person files reports of some body: a superuser only where he has the role."""
    if not user.has_perm(FILE):
        return False
    return not user.is_superuser or bodies_for(user, *FILERS).exists()


def set_up_permissions(**kwargs: object) -> None:
    """Give the role groups their permissions of this room; runs after every migrate."""
    give([r.label for r in Role], VIEW)
    give([r.label for r in FILERS], FILE)
    give([r.label for r in REVIEWERS], REVIEW)
    give([r.label for r in PUBLISHERS], PUBLISH)
