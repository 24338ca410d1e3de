"""Rules of inviting by mail: sending, answering, and what is forgotten. Nothing here writes the mail; events ask for
it."""

from datetime import datetime, timedelta

from app.core.ids import new_id
from app.db.export import Plain
from app.db.keyset import Moment
from app.db.session import ReadSession, WriteSession
from app.domains.audit import service as audit
from app.domains.audit.service import Change
from app.domains.invitations import repository
from app.domains.invitations.errors import (
    AlreadyMember,
    AlreadyModerator,
    InvitationExpired,
    InvitationForSomebodyElse,
    InvitationNotFound,
    InvitationNotPending,
)
from app.domains.invitations.events import InvitationSent
from app.domains.invitations.models import Invitation
from app.domains.invitations.schemas import InvitationPreview
from app.domains.invitations.types import InvitationId, InvitationKind, InvitationStatus
from app.domains.users import service as users
from app.domains.users.types import UserId

_KEEP = timedelta(days=90)  # then the address of somebody who may never have become a member is forgotten


def invite(session: WriteSession, actor_id: UserId, email: str, kind: InvitationKind, *, days: int) -> Invitation:
    """Invite the address, or renew the invitation of this kind that it has; either way the mail goes out. The link
    stays the same when renewed. Raises `Forbidden`, `AlreadyMember`, `AlreadyModerator`."""
    users.require_admin(session, actor_id)
    _refuse_needless(session, email, kind)
    invitation_id = _insert_or_renew(session, actor_id, email, kind, expires_at=session.now + timedelta(days=days))
    after = {"kind": kind, "days": days}  # not the address: what is written down here is never deleted
    audit.record(session, actor_id, Change("invitation.sent", "invitation", invitation_id, after=after))
    session.publish(InvitationSent(invitation_id))
    return _find(session, invitation_id)


def _refuse_needless(session: ReadSession, email: str, kind: InvitationKind) -> None:
    """An account that is not verified may be a stranger's, so it is no reason not to invite the address's owner."""
    user = users.find_by_email(session, email)
    if user is None or not user.is_email_verified:
        return
    match kind:
        case InvitationKind.MEMBER:
            raise AlreadyMember
        case InvitationKind.MODERATOR:
            if user.can_moderate_courses:
                raise AlreadyModerator


def _insert_or_renew(
    session: WriteSession, actor_id: UserId, email: str, kind: InvitationKind, *, expires_at: datetime
) -> InvitationId:
    invitation_id = InvitationId(new_id("inv"))
    values = {
        "id": invitation_id,
        "kind": kind,
        "email": email,
        "status": InvitationStatus.PENDING,
        "invited_by_user_id": actor_id,
        "expires_at": expires_at,
    }
    if repository.insert(session, values):
        return invitation_id
    pending = repository.pending_id(session, email, kind)
    if pending and repository.renew(session, pending, invited_by=actor_id, expires_at=expires_at):
        return pending
    raise InvitationNotPending  # it was answered in this very instant


def withdraw(session: WriteSession, actor_id: UserId, invitation_id: InvitationId) -> None:
    """Its link ends. Raises `Forbidden`, `InvitationNotFound`, `InvitationNotPending`."""
    users.require_admin(session, actor_id)
    _find(session, invitation_id)
    if not repository.withdraw(session, invitation_id):
        raise InvitationNotPending
    before, after = {"status": InvitationStatus.PENDING}, {"status": InvitationStatus.WITHDRAWN}
    audit.record(session, actor_id, Change("invitation.withdrawn", "invitation", invitation_id, before, after))


def accept(session: WriteSession, user_id: UserId, invitation_id: InvitationId | None) -> Invitation:
    """Take the invitation up: its owner becomes what it says. Without an id the link was none of ours.

    Raises `InvitationNotFound`, `InvitationForSomebodyElse`, `InvitationNotPending`, `InvitationExpired`.
    """
    invitation = _answer(session, user_id, invitation_id, InvitationStatus.ACCEPTED)
    if invitation.kind == InvitationKind.MODERATOR:
        if not users.hold_admin(session, invitation.invited_by_user_id):
            raise InvitationNotPending  # whoever sent it may not make moderators any more
        granted = {"can_moderate_courses": True}
        users.change_capabilities(session, user_id, granted, actor_id=user_id, reason=f"accepted {invitation.id}")
    return invitation


def decline(session: WriteSession, user_id: UserId, invitation_id: InvitationId | None) -> Invitation:
    """Turn the invitation down. Raises as `accept` does."""
    return _answer(session, user_id, invitation_id, InvitationStatus.DECLINED)


def _answer(
    session: WriteSession, user_id: UserId, invitation_id: InvitationId | None, status: InvitationStatus
) -> Invitation:
    invitation = _find(session, invitation_id)
    if users.lock_user(session, user_id).email != invitation.email:  # locked, so that it is not changed meanwhile
        raise InvitationForSomebodyElse
    if not repository.decide(session, invitation.id, status, accepted_by=_acceptor(status, user_id)):
        raise InvitationExpired if _is_open(_find(session, invitation.id)) else InvitationNotPending
    return _find(session, invitation.id)


def _acceptor(status: InvitationStatus, user_id: UserId) -> UserId | None:
    return user_id if status is InvitationStatus.ACCEPTED else None


def accept_for_signup(session: WriteSession, invitation_id: InvitationId, email: str) -> bool:
    """Whether the invitation lets this address sign up while sign-up is closed. One to become a member is used up by
    it; one to become a moderator stays, to be accepted once the address is proven."""
    invitation = get_invitation(session, invitation_id)
    return invitation is not None and invitation.email == email and _let_in(session, invitation)


def accept_for_address(session: WriteSession, email: str) -> bool:
    """Whether an address that somebody trustworthy proved was invited; with the effect of `accept_for_signup`."""
    found = [repository.pending_id(session, email, kind) for kind in InvitationKind]
    return any(accept_for_signup(session, invitation_id, email) for invitation_id in found if invitation_id)


def _let_in(session: WriteSession, invitation: Invitation) -> bool:
    match InvitationKind(invitation.kind):
        case InvitationKind.MEMBER:
            return repository.decide(session, invitation.id, InvitationStatus.ACCEPTED)
        case InvitationKind.MODERATOR:
            return _is_open(invitation) and invitation.expires_at > session.now


def _is_open(invitation: Invitation) -> bool:
    return invitation.status == InvitationStatus.PENDING


def preview(session: ReadSession, invitation_id: InvitationId | None) -> InvitationPreview:
    """An invitation that can be answered. Raises `InvitationNotFound`, `InvitationNotPending`, `InvitationExpired`."""
    invitation = _find(session, invitation_id)
    if not _is_open(invitation):
        raise InvitationNotPending
    if invitation.expires_at <= session.now:
        raise InvitationExpired
    sender = users.get_person(session, invitation.invited_by_user_id)
    return InvitationPreview(
        kind=InvitationKind(invitation.kind),
        email=invitation.email,
        invited_by=sender.name,
        expires_at=invitation.expires_at,
    )


def get_invitation(session: ReadSession, invitation_id: InvitationId) -> Invitation | None:
    return repository.by_id(session, invitation_id)


def _find(session: ReadSession, invitation_id: InvitationId | None) -> Invitation:
    invitation = get_invitation(session, invitation_id) if invitation_id else None
    if invitation is None:
        raise InvitationNotFound
    return invitation


def list_invitations(
    session: ReadSession, status: InvitationStatus | None, *, before: Moment | None, limit: int
) -> list[Invitation]:
    """Newest first."""
    return repository.page(session, status, before=before, limit=limit)


def sweep_invitations(session: WriteSession) -> int:
    """Delete those that were decided or expired 90 days ago. Answers how many."""
    return repository.delete_old(session, session.now - _KEEP)


def export_of(session: ReadSession, user_id: UserId, email: str | None) -> Plain:
    """What the person was invited to, by the proven address if there is one; what they invited others to, without whom.
    Newest first."""
    return {
        "received": repository.export_received(session, user_id, email),
        "sent": repository.export_sent(session, user_id),
    }


def erase(session: WriteSession, user_id: UserId, email: str | None) -> None:
    """Delete the invitations that went to this person, as `export_of` knows them: each holds the address."""
    repository.delete_received(session, user_id, email)
