"""Bodies of the audit API."""

from typing import Any

from pydantic import ConfigDict, Field

from app.domains.audit.types import AuditEntryIdField, SubjectIdField
from app.edge.openapi import example
from app.edge.schemas import ApiModel, Instant

_ENTRY = {
    "id": "aud_01kbq2z7m8e6h9s0t3v5x7y9za",
    "actor_id": "usr_01kbq2z7m8e6h9s0t3v5x7y9zb",
    "action": "user.suspended",
    "subject_type": "user",
    "subject_id": "usr_01kbq2z7m8e6h9s0t3v5x7y9zc",
    "before": {"is_suspended": False},
    "after": {"is_suspended": True},
    "reason": "Sells places in courses outside the platform.",
    "created_at": "2026-12-01T15:00:00Z",
}


class AuditEntry(ApiModel):
    """Who changed what, when, and how it was before."""

    model_config = ConfigDict(json_schema_extra=example("Suspension", _ENTRY))

    id: AuditEntryIdField = Field(description="The entry's id.")
    actor_id: SubjectIdField | None = Field(description="The person who did it; null when it was the service itself.")
    action: str = Field(description="What was done, as `kind.what`. An open set.")
    subject_type: str = Field(description="What kind of thing it was done to. An open set.")
    subject_id: SubjectIdField = Field(description="The person or thing that it was done to.")
    before: dict[str, Any] | None = Field(description="What changed, as it was before; null for what was new.")
    after: dict[str, Any] | None = Field(description="What changed, as it is since; null for what is gone.")
    reason: str | None = Field(description="Why, in the words of the person who did it.")
    created_at: Instant = Field(description="When it was done.")
