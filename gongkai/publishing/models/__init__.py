"""What is: documents, their review, what is kept beside them; one module a subject."""

from gongkai.publishing.models.bulletins import Bulletin, BulletinTemplate
from gongkai.publishing.models.catalogue import CatalogueItem, CatalogueLink
from gongkai.publishing.models.channels import Channel, PointVisits, Post, Proof, ReadingPoint
from gongkai.publishing.models.columns import Column
from gongkai.publishing.models.documents import Change, Document, PublishedFile, Release
from gongkai.publishing.models.imports import ImportedDocument, ImportRun
from gongkai.publishing.models.normative import (
    Cleanup,
    CleanupItem,
    ExpiryNotice,
    NormativeRecord,
)
from gongkai.publishing.models.proposals import Proposal
from gongkai.publishing.models.quotas import SectionQuota
from gongkai.publishing.models.review import Finding, ReviewLevel, ReviewState, ReviewTask, Way
from gongkai.publishing.models.settings import PublishingSettings
from gongkai.publishing.models.transfer import TransferBatch, TransferItem
from gongkai.publishing.models.upkeep import DutyReminder, Evaluation, LinkCheck

__all__ = [
    "Bulletin",
    "BulletinTemplate",
    "CatalogueItem",
    "CatalogueLink",
    "Change",
    "Channel",
    "Cleanup",
    "CleanupItem",
    "Column",
    "Document",
    "DutyReminder",
    "Evaluation",
    "ExpiryNotice",
    "Finding",
    "ImportRun",
    "ImportedDocument",
    "LinkCheck",
    "NormativeRecord",
    "PointVisits",
    "Post",
    "Proof",
    "Proposal",
    "PublishedFile",
    "PublishingSettings",
    "ReadingPoint",
    "Release",
    "ReviewLevel",
    "ReviewState",
    "ReviewTask",
    "SectionQuota",
    "TransferBatch",
    "TransferItem",
    "Way",
]
