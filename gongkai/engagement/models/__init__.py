"""What the room of engagement keeps."""

from gongkai.engagement.models.letters import CitizenLetter, LetterReply, PublishedLetter
from gongkai.engagement.models.mailboxes import EngagementSettings, Mailbox, MailboxCheck
from gongkai.engagement.models.surveys import Survey, SurveyAnswer, SurveyQuestion

__all__ = [
    "CitizenLetter",
    "EngagementSettings",
    "LetterReply",
    "Mailbox",
    "MailboxCheck",
    "PublishedLetter",
    "Survey",
    "SurveyAnswer",
    "SurveyQuestion",
]
