"""Values of recordings."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType

from app.domains.sessions.types import SessionId
from app.jobs.kinds import JobKind, JobPayload

RecordingId = NewType("RecordingId", str)

FOLDER = "sessions"
"""Of the keys of all recordings: `sessions/{session}/recording-{id}`."""


class RecordingState(StrEnum):
    """waiting → kept | lost; all → deleted, in which a recording that nobody agreed to begins."""

    WAITING = "waiting"  # to be copied
    KEPT = "kept"
    LOST = "lost"  # the video service had it no more when it was to be copied
    DELETED = "deleted"


@dataclass(frozen=True, slots=True)
class RecordingFacts:
    """A recording. `provider_id` is the video service's name of it; what `Copy` has is known once it is kept.
    `is_unwanted` once somebody in it has left."""

    id: RecordingId
    session_id: SessionId
    provider_id: str
    state: RecordingState
    key: str
    content_type: str | None
    size_bytes: int | None
    sha256: str | None
    created_at: datetime
    kept_at: datetime | None
    is_unwanted: bool


@dataclass(frozen=True, slots=True)
class Copy:
    """What was copied, read back and compared."""

    content_type: str
    size_bytes: int
    sha256: str


class RecordingPayload(JobPayload):
    """Which recording a job is about."""

    recording_id: RecordingId


COPY_RECORDING = JobKind("recordings.copy", RecordingPayload, max_attempts=35, lease_s=3600, at_once=2)
"""The attempts go on for a day."""

DELETE_RECORDING = JobKind("recordings.delete", RecordingPayload, max_attempts=1000)
"""The attempts go on for six weeks, once an hour: what somebody had deleted must go, whatever is away meanwhile."""

RECONCILE_RECORDINGS = JobKind("recordings.reconcile", JobPayload, lease_s=300)
SWEEP_RECORDINGS = JobKind("recordings.sweep", JobPayload)
