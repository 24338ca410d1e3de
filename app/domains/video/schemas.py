"""Bodies of joining a session."""

from pydantic import ConfigDict, Field

from app.domains.sessions.types import SessionIdField
from app.edge.openapi import example
from app.edge.schemas import ApiModel, Instant

_SESSION = "ses_01kbq2z7m8e6h9s0t3v5x7y9zf"


class JoinTicket(ApiModel):
    """The way into the room, for this person only."""

    model_config = ConfigDict(
        json_schema_extra=example(
            "Student",
            {
                "session_id": _SESSION,
                "join_url": "https://video.peerloop.example/?access_token=eyJhbGciOiJIUzI1NiJ9.e30.c2ln",
                "is_moderator": False,
                "room_closes_at": "2026-12-03T10:45:00Z",
            },
        )
    )

    session_id: SessionIdField = Field(description="The session.")
    join_url: str = Field(description="Open it at once; it is made anew for every call and must not be shared.")
    is_moderator: bool = Field(description="Whether the person may end the room: the teacher may.")
    room_closes_at: Instant = Field(description="When the room closes at the latest.")
