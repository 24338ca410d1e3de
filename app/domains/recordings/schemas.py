"""Bodies of the recordings API."""

from typing import Annotated

from pydantic import ConfigDict, Field, StringConstraints

from app.domains.recordings.types import RecordingState
from app.domains.sessions.types import SessionIdField
from app.edge.openapi import example
from app.edge.schemas import ApiModel, Instant

_SHA256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
_PART = {
    "state": "kept",
    "recorded_at": "2026-12-03T10:34:00Z",
    "kept_at": "2026-12-03T10:35:12Z",
    "content_type": "video/mp4",
    "size_bytes": 182_400_512,
    "sha256": _SHA256,
    "url": "https://files.peerloop.example/sessions/ses_01kbq2z7m8e6h9s0t3v5x7y9zf/recording-rec_1?grant=…",
    "url_expires_at": "2026-12-03T11:00:00Z",
}

Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class RecordingPart(ApiModel):
    """One recording of the session. Usually there is one; a room that was opened again has another."""

    model_config = ConfigDict(json_schema_extra=example("Kept", _PART))

    state: RecordingState = Field(
        description="waiting: being copied, ask again in a minute; kept: can be watched; lost: the video service had it "
        "no more when it was to be copied."
    )
    recorded_at: Instant = Field(description="When the video service reported it.")
    kept_at: Instant | None = Field(description="When it was copied and compared; null before that.")
    content_type: str | None = Field(description="Its media type, once it is kept.")
    size_bytes: int | None = Field(description="Its size, once it is kept.")
    sha256: Sha256 | None = Field(description="SHA-256 of its bytes in hex, once it is kept.")
    url: str | None = Field(description="Where it can be watched for at most a quarter of an hour; do not share it.")
    url_expires_at: Instant | None = Field(description="Until when the address works; ask again then.")


class SessionRecording(ApiModel):
    """The recording of a session, in one part or several."""

    model_config = ConfigDict(
        json_schema_extra=example("Kept", {"session_id": "ses_01kbq2z7m8e6h9s0t3v5x7y9zf", "parts": [_PART]})
    )

    session_id: SessionIdField = Field(description="The session.")
    parts: list[RecordingPart] = Field(description="In their order.")
