"""Values of the audit log."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, NewType

from pydantic import StringConstraints

from app.core.ids import id_constraint, id_pattern

AuditEntryId = NewType("AuditEntryId", str)
AuditEntryIdField = Annotated[AuditEntryId, id_constraint("aud")]

SubjectIdField = Annotated[str, StringConstraints(pattern=id_pattern("[a-z]{3}"))]
"""An id of any kind."""


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """What the log is narrowed to; `since` is the first instant that counts, `until` the first that does not."""

    actor_id: str | None = None
    subject_type: str | None = None
    subject_id: str | None = None
    action: str | None = None
    since: datetime | None = None
    until: datetime | None = None
