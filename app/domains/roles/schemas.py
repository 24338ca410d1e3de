"""Bodies of the APIs of applications and of accounts as administrators see them."""

from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, ConfigDict, Field, StringConstraints
from pydantic_core import PydanticCustomError

from app.domains.roles.types import ApplicationIdField, ApplicationStatus
from app.domains.users.types import EmailStatus, ProseField, UserIdField
from app.edge.openapi import example
from app.edge.schemas import ApiModel, Instant

_SHORTEST_ANSWER, _LONGEST_ANSWER = 10, 4000
_ANSWERS = {
    "expertise_areas": "Automation with n8n, and the small scripts around it.",
    "teaching_experience": "Two years of workshops for colleagues, twelve people each.",
    "course_ideas": "Workflows that a bookkeeper can build and keep running.",
    "motivation": "I learned most from one patient person, and want to be that for others.",
    "portfolio_url": "https://sam.sample.example/work",
}
_APPLICATION = {
    "id": "app_01kbq2z7m8e6h9s0t3v5x7y9za",
    "status": "pending",
    "answers": _ANSWERS,
    "created_at": "2026-12-01T15:00:00Z",
    "reviewed_at": None,
    "denial_reason": None,
}
_APPLICANT = {
    "id": "usr_01kbq2z7m8e6h9s0t3v5x7y9za",
    "name": "Sam Sample",
    "handle": "sam_sample",
    "email": "sam.sample@peerloop.example",
}
_ACCOUNT = _APPLICANT | {
    "is_email_verified": True,
    "email_status": "ok",
    "roles": ["student", "creator"],
    "can_take_courses": True,
    "can_teach_courses": False,
    "can_create_courses": True,
    "can_moderate_courses": False,
    "is_admin": False,
    "suspended_at": None,
    "suspended_reason": None,
    "deleted_at": None,
    "last_login_at": "2026-12-01T14:00:00Z",
    "created_at": "2026-11-02T09:00:00Z",
}
_CAPABILITIES = {
    "can_take_courses": True,
    "can_teach_courses": False,
    "can_create_courses": False,
    "can_moderate_courses": True,
    "is_admin": False,
    "reason": "Knows the community since its first day.",
}


def _check_web_address(value: str) -> str:
    wrong = PydanticCustomError("web_address", "must be a web address such as https://sam.sample.example/work")
    try:
        parts = urlsplit(value)
        is_address = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        raise wrong from None
    if not is_address or "@" in parts.netloc or not value.isprintable() or " " in value:
        raise wrong
    return value


WebAddress = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=500), AfterValidator(_check_web_address)
]
Answer = Annotated[ProseField, Field(min_length=_SHORTEST_ANSWER, max_length=_LONGEST_ANSWER)]
Reason = Annotated[ProseField, Field(min_length=3, max_length=1000)]


class ApplicationAnswers(ApiModel):
    """What an applicant tells about themselves."""

    model_config = ConfigDict(json_schema_extra=example("Automation", _ANSWERS))

    expertise_areas: Answer = Field(description="What the applicant knows well.")
    teaching_experience: Answer = Field(description="Whom they taught what.")
    course_ideas: Answer = Field(description="Courses they would like to make.")
    motivation: Answer = Field(description="Why they want to teach here.")
    portfolio_url: WebAddress | None = Field(None, description="Where their work can be seen; http or https.")


class Application(ApiModel):
    """An application to become a creator, as its sender sees it."""

    model_config = ConfigDict(json_schema_extra=example("Pending", _APPLICATION))

    id: ApplicationIdField = Field(description="The application's id.")
    status: ApplicationStatus = Field(strict=False, description="Where it stands.")
    answers: ApplicationAnswers = Field(description="What the applicant told.")
    created_at: Instant = Field(description="When it was sent.")
    reviewed_at: Instant | None = Field(description="When it was decided.")
    denial_reason: str | None = Field(description="Why it was denied, for the applicant to read.")


class Applicant(ApiModel):
    """Who sent an application."""

    model_config = ConfigDict(json_schema_extra=example("Student", _APPLICANT))

    id: UserIdField = Field(description="The person's id.")
    name: str = Field(description="The name other members see.")
    handle: str = Field(description="Unique short name, used in addresses.")
    email: str = Field(description="The account's address.")


class ReceivedApplication(Application):
    """An application to become a creator, as administrators see it."""

    model_config = ConfigDict(
        json_schema_extra=example("Pending", _APPLICATION | {"applicant": _APPLICANT, "reviewed_by_user_id": None})
    )

    applicant: Applicant = Field(description="Who sent it.")
    reviewed_by_user_id: UserIdField | None = Field(description="The administrator who decided.")


class ReasonBody(ApiModel):
    """Why somebody is turned down or shut out."""

    model_config = ConfigDict(
        json_schema_extra=example("Reason", {"reason": "Please tell more about the courses you would like to make."})
    )

    reason: Reason = Field(description="For the person concerned to read, and for the audit log.")


class Account(ApiModel):
    """Somebody's account, as administrators see it. Nothing in it helps to log in."""

    model_config = ConfigDict(json_schema_extra=example("Creator", _ACCOUNT))

    id: UserIdField = Field(description="The person's id.")
    name: str = Field(description="The name other members see.")
    handle: str = Field(description="Unique short name, used in addresses.")
    email: str = Field(description="The account's address.")
    is_email_verified: bool = Field(description="Whether the address was confirmed.")
    email_status: EmailStatus = Field(strict=False, description="What the mail service reported about the address.")
    roles: list[str] = Field(description="What the capabilities amount to. An open set.")
    can_take_courses: bool = Field(description="Whether the person may buy places.")
    can_teach_courses: bool = Field(description="Whether the person may teach; comes with a certificate.")
    can_create_courses: bool = Field(description="Whether the person may create courses.")
    can_moderate_courses: bool = Field(description="Whether the person may moderate what members write.")
    is_admin: bool = Field(description="Whether the person is an administrator.")
    suspended_at: Instant | None = Field(description="When the person was shut out; null when not.")
    suspended_reason: str | None = Field(description="Why the person was shut out.")
    deleted_at: Instant | None = Field(description="When the account was deleted; null when not.")
    last_login_at: Instant | None = Field(description="When the person last logged in.")
    created_at: Instant = Field(description="When the account was made.")


class CapabilitiesBody(ApiModel):
    """Rights to give or to take; absent ones stay."""

    model_config = ConfigDict(json_schema_extra=example("Moderator", _CAPABILITIES))

    can_take_courses: bool | None = Field(None, description="Whether the person may buy places.")
    can_teach_courses: bool | None = Field(None, description="Whether the person may teach.")
    can_create_courses: bool | None = Field(None, description="Whether the person may create courses.")
    can_moderate_courses: bool | None = Field(None, description="Whether the person may moderate.")
    is_admin: bool | None = Field(None, description="Whether the person is an administrator.")
    reason: Reason | None = Field(None, description="Why, for the audit log.")

    @property
    def changes(self) -> dict[str, bool]:
        """The rights that are named."""
        return self.model_dump(exclude={"reason"}, exclude_none=True)
