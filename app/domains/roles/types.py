"""Values of roles."""

from enum import StrEnum
from typing import Annotated, NewType

from app.core.ids import id_constraint

ApplicationId = NewType("ApplicationId", str)
ApplicationIdField = Annotated[ApplicationId, id_constraint("app")]


class ApplicationStatus(StrEnum):
    """Where an application to become a creator stands."""

    PENDING = "pending"
    APPROVED = "approved"
    DENIED = "denied"
