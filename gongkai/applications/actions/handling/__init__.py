"""Deeds from the receipt to the section's opinion: what the clerk and the section do on a case.

``receipt`` (confirm, register, put right) · ``shape`` (split, merge, link) · ``undo`` (of these) ·
``section`` (assign, search, opinion) · ``asking`` (correction, reasons, delayed period) ·
``extension`` · ``notes``.
"""

from gongkai.applications.actions.handling.asking import (
    ask_correction,
    ask_reasons,
    receive_correction,
    receive_reasons,
    set_delay,
)
from gongkai.applications.actions.handling.extension import (
    answer_extension,
    request_extension,
    waiting_extension,
)
from gongkai.applications.actions.handling.notes import add_note, why_not_noted
from gongkai.applications.actions.handling.receipt import (
    confirm_receipt,
    correct_register,
    note_contact,
    register,
    strike_out,
)
from gongkai.applications.actions.handling.section import (
    assign,
    give_opinion,
    hand_over,
    record_search,
)
from gongkai.applications.actions.handling.shape import Part, link_repeat, merge, split
from gongkai.applications.actions.handling.undo import undo_shape, why_not_undo

__all__ = [
    "Part",
    "add_note",
    "answer_extension",
    "ask_correction",
    "ask_reasons",
    "assign",
    "confirm_receipt",
    "correct_register",
    "give_opinion",
    "hand_over",
    "link_repeat",
    "merge",
    "note_contact",
    "receive_correction",
    "receive_reasons",
    "record_search",
    "register",
    "request_extension",
    "set_delay",
    "split",
    "strike_out",
    "undo_shape",
    "waiting_extension",
    "why_not_noted",
    "why_not_undo",
]
