"""What an application is made of."""

from gongkai.applications.models.account import AccountCase, ApplicantAccount, PasswordReset
from gongkai.applications.models.answers import PublicAnswer
from gongkai.applications.models.case import (
    Application,
    CaseEvent,
    Draft,
    OfficeSettings,
    RequestItem,
    SerialCounter,
)
from gongkai.applications.models.disputes import Dispute, Evidence
from gongkai.applications.models.files import CaseFile, Redaction
from gongkai.applications.models.letters import Letter, LetterStep, LetterTemplate
from gongkai.applications.models.moved import CalendarReckoned, MovedDue
from gongkai.applications.models.side import Notice, Reminder, SideRequest
from gongkai.applications.models.work import (
    Approval,
    Assignment,
    CaseNote,
    Consultation,
    FeeNotice,
    Payment,
    SearchRecord,
)

__all__ = [
    "AccountCase",
    "ApplicantAccount",
    "Application",
    "Approval",
    "Assignment",
    "CalendarReckoned",
    "CaseEvent",
    "CaseFile",
    "CaseNote",
    "Consultation",
    "Dispute",
    "Draft",
    "Evidence",
    "FeeNotice",
    "Letter",
    "LetterStep",
    "LetterTemplate",
    "MovedDue",
    "Notice",
    "OfficeSettings",
    "PasswordReset",
    "Payment",
    "PublicAnswer",
    "Redaction",
    "Reminder",
    "RequestItem",
    "SearchRecord",
    "SerialCounter",
    "SideRequest",
]
