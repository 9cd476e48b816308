"""A deed that cannot be done, said in one Chinese sentence."""

from __future__ import annotations


class Refused(Exception):
    """Why a deed was not done and what to do instead; its text is shown to the person as it is."""

    #: Asked by ``base/desk/refused.html``, which says that what was typed is still there.
    overtaken = False


class Overtaken(Refused):
    """Somebody else changed the same thing in the meantime; nothing was saved.

    The page shows the form again with all that was typed and with the version that is stored now:
    who has read what changed may send it once more.
    """

    overtaken = True
