"""What the room of engagement keeps."""

from gongkai.engagement.models.calls import (
    Complaint,
    CounsellingRecord,
    CounsellingVolunteer,
    HotlineCall,
    Satisfaction,
)
from gongkai.engagement.models.letters import (
    ERASED,
    CitizenLetter,
    LetterFile,
    LetterNotice,
    LetterReminder,
    LetterReply,
    PublishedLetter,
)
from gongkai.engagement.models.mailboxes import EngagementSettings, Mailbox, MailboxCheck
from gongkai.engagement.models.surveys import (
    Survey,
    SurveyAnswer,
    SurveyCorrection,
    SurveyPick,
    SurveyQuestion,
)
from gongkai.engagement.models.voices import OpinionCase, PressConference, Proposal

__all__ = [
    "ERASED",
    "CitizenLetter",
    "Complaint",
    "CounsellingRecord",
    "CounsellingVolunteer",
    "EngagementSettings",
    "HotlineCall",
    "LetterFile",
    "LetterNotice",
    "LetterReminder",
    "LetterReply",
    "Mailbox",
    "MailboxCheck",
    "OpinionCase",
    "PressConference",
    "Proposal",
    "PublishedLetter",
    "Satisfaction",
    "Survey",
    "SurveyAnswer",
    "SurveyCorrection",
    "SurveyPick",
    "SurveyQuestion",
]
