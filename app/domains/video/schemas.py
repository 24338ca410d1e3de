"""Bodies of joining a session, and of what is said to its recording."""

from typing import Annotated

from pydantic import ConfigDict, Field, StringConstraints

from app.domains.sessions.types import SessionIdField
from app.edge.openapi import example
from app.edge.schemas import ApiModel, Instant

_SESSION = "ses_01kbq2z7m8e6h9s0t3v5x7y9zf"

TextVersion = Annotated[str, StringConstraints(pattern=r"^\d{4}-\d{2}-\d{2}$")]


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
                "is_recorded": True,
            },
        )
    )

    session_id: SessionIdField = Field(description="The session.")
    join_url: str = Field(description="Open it at once; it is made anew for every call and must not be shared.")
    is_moderator: bool = Field(description="Whether the person may end the room: the teacher may.")
    room_closes_at: Instant = Field(description="When the room closes at the latest.")
    is_recorded: bool = Field(description="Whether the room is recorded: only if both agreed. Show it before opening.")


class ConsentBody(ApiModel):
    """What the caller says to being recorded in this session."""

    model_config = ConfigDict(json_schema_extra=example("Yes", {"consents": True, "text_version": "2026-11-30"}))

    consents: bool = Field(description="Whether the caller agrees.")
    text_version: TextVersion = Field(description="Of the text that the caller was shown.")


class RecordingConsent(ApiModel):
    """What the two people of a session say to its recording, as the caller sees it."""

    model_config = ConfigDict(
        json_schema_extra=example(
            "Both agreed",
            {
                "session_id": _SESSION,
                "text_version": "2026-11-30",
                "text": "PeerLoop records what is seen and heard in this session, if both of you agree.",
                "own_answer": True,
                "others_answer": True,
                "is_recorded": True,
                "can_change": True,
            },
        )
    )

    session_id: SessionIdField = Field(description="The session.")
    text_version: TextVersion = Field(description="Of the text; an answer names it.")
    text: str = Field(description="What to show to whoever is asked.")
    own_answer: bool | None = Field(description="What the caller said; null before that, which means no.")
    others_answer: bool | None = Field(description="What the other one said.")
    is_recorded: bool = Field(description="Whether the session is recorded, as things stand: both have to agree.")
    can_change: bool = Field(description="Whether answers may still change: until both were in the room.")
