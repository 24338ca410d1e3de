"""Values of the audit log."""

from typing import Annotated, NewType

from app.core.ids import id_constraint

AuditEntryId = NewType("AuditEntryId", str)
AuditEntryIdField = Annotated[AuditEntryId, id_constraint("aud")]
