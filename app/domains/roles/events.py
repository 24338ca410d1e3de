"""What happened to an application to become a creator, and to accounts."""

from dataclasses import dataclass

from app.core.events import Event
from app.domains.roles.types import ApplicationId
from app.domains.users.types import UserId


@dataclass(frozen=True, slots=True)
class ApplicationReceived(Event):
    """Somebody wants to become a creator; every administrator is told."""

    application_id: ApplicationId


@dataclass(frozen=True, slots=True)
class ApplicationDecided(Event):
    """An administrator approved or denied it; the applicant is told."""

    application_id: ApplicationId
    user_id: UserId


@dataclass(frozen=True, slots=True)
class PersonSuspended(Event):
    """An administrator shut somebody out, who is told why."""

    user_id: UserId


@dataclass(frozen=True, slots=True)
class SuspensionLifted(Event):
    """An administrator let somebody in again."""

    user_id: UserId
