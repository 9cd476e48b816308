from gongkai.publishing.models.columns import Column
from gongkai.publishing.models.documents import Change, Document, PublishedFile, Release
from gongkai.publishing.models.review import Finding, ReviewState, ReviewTask
from gongkai.publishing.models.settings import PublishingSettings

__all__ = [
    "Change",
    "Column",
    "Document",
    "Finding",
    "PublishedFile",
    "PublishingSettings",
    "Release",
    "ReviewState",
    "ReviewTask",
]
