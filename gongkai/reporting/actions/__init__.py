"""Every deed on annual reports: one function each, keyword ``by=``, atomic, audited.

``by`` None is the system itself (the demonstration data, a scheduled run). A deed that cannot be
done raises ``Refused`` with a Chinese sentence, one without the right role ``PermissionDenied``,
an unreadable file ``UnusableInput``.
"""

from gongkai.reporting.actions.batch import confirm_batch, drop_batch, stage_files
from gongkai.reporting.actions.correct import (
    Conflict,
    conflicts,
    correct_cell,
    corrections_in_force,
    withdraw_correction,
)
from gongkai.reporting.actions.file import Filed, Order, file_many, file_report, import_data, reread
from gongkai.reporting.actions.problems import move_problem, moves_for
from gongkai.reporting.actions.publish import (
    note_dates,
    open_errors,
    publish_report,
    withdraw_publication,
)

__all__ = [
    "Conflict",
    "Filed",
    "Order",
    "confirm_batch",
    "conflicts",
    "correct_cell",
    "corrections_in_force",
    "drop_batch",
    "file_many",
    "file_report",
    "import_data",
    "move_problem",
    "moves_for",
    "note_dates",
    "open_errors",
    "publish_report",
    "reread",
    "stage_files",
    "withdraw_correction",
    "withdraw_publication",
]
