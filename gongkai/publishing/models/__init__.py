from gongkai.publishing.models.columns import Column
from gongkai.publishing.models.documents import Change, Document, PublishedFile, Release
from gongkai.publishing.models.normative import (
    Cleanup,
    CleanupItem,
    ExpiryNotice,
    NormativeRecord,
)
from gongkai.publishing.models.review import Finding, ReviewState, ReviewTask
from gongkai.publishing.models.settings import PublishingSettings
from gongkai.publishing.models.upkeep import DutyReminder, Evaluation

__all__ = [
    "Change",
    "Cleanup",
    "CleanupItem",
    "Column",
    "Document",
    "DutyReminder",
    "Evaluation",
    "ExpiryNotice",
    "Finding",
    "NormativeRecord",
    "PublishedFile",
    "PublishingSettings",
    "Release",
    "ReviewState",
    "ReviewTask",
]
