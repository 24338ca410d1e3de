"""Values of roles."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated, NewType

from app.core.ids import id_constraint
from app.domains.users.types import Person, UserId

ApplicationId = NewType("ApplicationId", str)
ApplicationIdField = Annotated[ApplicationId, id_constraint("app")]


class ApplicationStatus(StrEnum):
    """Where an application to become a creator stands."""

    PENDING = "pending"
    APPROVED = "approved"
    DENIED = "denied"


@dataclass(frozen=True, slots=True)
class Answers:
    """What an applicant tells about themselves."""

    expertise_areas: str
    teaching_experience: str
    course_ideas: str
    motivation: str
    portfolio_url: str | None


@dataclass(frozen=True, slots=True)
class ApplicationFacts:
    """An application and who sent it."""

    id: ApplicationId
    applicant: Person
    status: ApplicationStatus
    answers: Answers
    created_at: datetime
    reviewed_by_user_id: UserId | None
    reviewed_at: datetime | None
    denial_reason: str | None
