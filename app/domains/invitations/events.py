"""What happened to an invitation."""

from dataclasses import dataclass

from app.core.events import Event
from app.domains.invitations.types import InvitationId


@dataclass(frozen=True, slots=True)
class InvitationSent(Event):
    """An invitation is to be mailed to its address."""

    invitation_id: InvitationId
