"""What the registers hold; a module for each group."""

from gongkai.registers.models.enforcement import (
    CoercionDecision,
    LicenceDecision,
    PenaltyDecision,
    ServiceItem,
    ServiceRecord,
)
from gongkai.registers.models.media import MediaAccount, MediaIssue, MediaStory
from gongkai.registers.models.money import (
    BudgetFile,
    Donation,
    DonationUse,
    FeeReceipt,
    Procurement,
)
from gongkai.registers.models.office import (
    AccountabilityCase,
    Assessment,
    HandedTask,
    Improvement,
    Institution,
    InstitutionCheck,
    InstitutionComplaint,
    Meeting,
    Notice,
    NoticeBoard,
    Regulation,
    Training,
    WindowVisits,
)
from gongkai.registers.models.site import SiteCheck, SiteFinding

__all__ = [
    "AccountabilityCase",
    "Assessment",
    "BudgetFile",
    "CoercionDecision",
    "Donation",
    "DonationUse",
    "FeeReceipt",
    "HandedTask",
    "Improvement",
    "Institution",
    "InstitutionCheck",
    "InstitutionComplaint",
    "LicenceDecision",
    "MediaAccount",
    "MediaIssue",
    "MediaStory",
    "Meeting",
    "Notice",
    "NoticeBoard",
    "PenaltyDecision",
    "Procurement",
    "Regulation",
    "ServiceItem",
    "ServiceRecord",
    "SiteCheck",
    "SiteFinding",
    "Training",
    "WindowVisits",
]
