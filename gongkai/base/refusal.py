"""A deed that cannot be done, said in one Chinese sentence."""

from __future__ import annotations


class Refused(Exception):
    """Why a deed was not done and what to do instead; its text is shown to the person as it is."""


class Overtaken(Refused):
    """Somebody else changed the same thing in the meantime; nothing was saved."""
