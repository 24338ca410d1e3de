"""Values of invitations."""

from enum import StrEnum
from typing import Annotated, NewType

from app.core.ids import id_constraint

InvitationId = NewType("InvitationId", str)
InvitationIdField = Annotated[InvitationId, id_constraint("inv")]


class InvitationKind(StrEnum):
    """What accepting it brings."""

    MEMBER = "member"
    MODERATOR = "moderator"


class InvitationStatus(StrEnum):
    """Where an invitation stands. A pending one past its end counts as expired."""

    PENDING = "pending"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
