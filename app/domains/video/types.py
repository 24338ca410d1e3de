"""Values of rooms that other domains use."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Answer:
    """What somebody said to being recorded in a session, when, and to which version of the text."""

    consents: bool
    text_version: str
    answered_at: datetime


@dataclass(frozen=True, slots=True)
class ConsentText:
    """What people are asked. The version changes with every change of the text."""

    version: str
    text: str
