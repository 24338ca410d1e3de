"""Bodies of the invitations API."""

from pydantic import ConfigDict, Field

from app.domains.invitations.types import InvitationIdField, InvitationKind, InvitationStatus
from app.domains.users.types import EmailField, UserIdField
from app.edge.openapi import example
from app.edge.schemas import ApiModel, Instant

_EMAIL = "mia.mockup@peerloop.example"
_ANSWER = {"id": "inv_01kbq2z7m8e6h9s0t3v5x7y9za", "kind": "moderator", "status": "accepted"}
_INVITATION = {
    "id": "inv_01kbq2z7m8e6h9s0t3v5x7y9za",
    "email": _EMAIL,
    "kind": "moderator",
    "status": "pending",
    "invited_by_user_id": "usr_01kbq2z7m8e6h9s0t3v5x7y9zb",
    "accepted_by_user_id": None,
    "expires_at": "2026-12-08T15:00:00Z",
    "decided_at": None,
    "created_at": "2026-12-01T15:00:00Z",
}


class InvitationBody(ApiModel):
    """Whom to invite to what."""

    model_config = ConfigDict(json_schema_extra=example("Moderator", {"email": _EMAIL, "kind": "moderator", "days": 7}))

    email: EmailField = Field(description="Where the invitation is mailed; only an account of this address can accept.")
    kind: InvitationKind = Field(strict=False, description="What accepting it brings.")
    days: int = Field(7, ge=1, le=30, description="For how many days it can be accepted.")


class Invitation(ApiModel):
    """An invitation, as administrators see it."""

    model_config = ConfigDict(json_schema_extra=example("Moderator", _INVITATION))

    id: InvitationIdField = Field(description="The invitation's id.")
    email: str = Field(description="The invited address.")
    kind: InvitationKind = Field(strict=False, description="What accepting it brings.")
    status: InvitationStatus = Field(strict=False, description="A pending one past `expires_at` can only be renewed.")
    invited_by_user_id: UserIdField = Field(description="The administrator who sent it last.")
    accepted_by_user_id: UserIdField | None = Field(
        description="Who accepted it; null before, and for an account that was made with it."
    )
    expires_at: Instant = Field(description="From then on it cannot be accepted.")
    decided_at: Instant | None = Field(description="When it was accepted, declined or withdrawn.")
    created_at: Instant = Field(description="When it was sent first.")


class InvitationAnswerBody(ApiModel):
    """The mailed link's token."""

    model_config = ConfigDict(
        json_schema_extra=example(
            "Moderator",
            {"token": "inv_01kbq2z7m8e6h9s0t3v5x7y9za.2tBq1m0o8Yv3Q4rX6c5Zk7w9u1s3p5n7l9j2h4f6d8A"},
        )
    )

    token: str = Field(min_length=10, max_length=200, description="The token of the mailed link.")


class InvitationPreview(ApiModel):
    """An invitation, as whoever holds its link sees it."""

    model_config = ConfigDict(
        json_schema_extra=example(
            "Moderator",
            {"kind": "moderator", "email": _EMAIL, "invited_by": "Ada Admin", "expires_at": "2026-12-08T15:00:00Z"},
        )
    )

    kind: InvitationKind = Field(strict=False, description="What accepting it brings.")
    email: str = Field(description="The invited address; only an account of it can accept.")
    invited_by: str = Field(description="Who sent it.")
    expires_at: Instant = Field(description="From then on it cannot be accepted.")


class InvitationAnswer(ApiModel):
    """What became of the invitation."""

    model_config = ConfigDict(json_schema_extra=example("Accepted", _ANSWER))

    id: InvitationIdField = Field(description="The invitation's id.")
    kind: InvitationKind = Field(strict=False, description="What it was for.")
    status: InvitationStatus = Field(strict=False, description="`accepted` or `declined`.")
