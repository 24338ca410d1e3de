"""/api/admin/invitations and /api/invitations: sending invitations, and answering them."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from app.core.pagination import CursorInvalid
from app.domains.invitations import service
from app.domains.invitations.errors import (
    AlreadyMember,
    AlreadyModerator,
    InvitationExpired,
    InvitationForSomebodyElse,
    InvitationNotFound,
    InvitationNotPending,
)
from app.domains.invitations.schemas import (
    Invitation,
    InvitationAnswer,
    InvitationAnswerBody,
    InvitationBody,
    InvitationPreview,
)
from app.domains.invitations.types import InvitationId, InvitationIdField, InvitationStatus
from app.domains.users.types import UserId
from app.edge.deps import Db, MailTokensDep
from app.edge.idempotency import IdempotencyKeyReused, OptionalIdempotency
from app.edge.limits import LOGIN, limited
from app.edge.openapi import audience
from app.edge.paging import PagingDep, moment_position
from app.edge.principal import ADMIN, RECENT_ADMIN, VERIFIED, AdminUser, RecentAdmin, VerifiedUser
from app.edge.problems import problems
from app.edge.routing import StrictRoute
from app.edge.schemas import Page

admin = APIRouter(prefix="/api/admin/invitations", tags=["admin"], route_class=StrictRoute)
router = APIRouter(prefix="/api/invitations", tags=["invitations"], route_class=StrictRoute)

_PURPOSE = "invitation"
_ANSWERS = problems(
    *VERIFIED,
    InvitationForSomebodyElse,
    InvitationNotFound,
    InvitationNotPending,
    InvitationExpired,
    IdempotencyKeyReused,
)


@admin.post(
    "",
    operation_id="admin_invitations.send",
    summary="Invite somebody by mail",
    status_code=201,
    response_model=Invitation,
    openapi_extra=audience("admin"),
    responses=problems(*RECENT_ADMIN, AlreadyMember, AlreadyModerator, InvitationNotPending, IdempotencyKeyReused),
)
async def send(body: InvitationBody, caller: RecentAdmin, idem: OptionalIdempotency) -> Response:
    """For admins with a recent log-in. Mails a link that the owner of the address can accept. An address that has a
    pending invitation of this kind gets it again, with a new end."""
    actor_id = UserId(caller.user_id)
    return await idem.run(actor_id, 201, Invitation, service.invite, actor_id, body.email, body.kind, days=body.days)


@admin.get(
    "",
    operation_id="admin_invitations.list",
    summary="List invitations",
    openapi_extra=audience("admin"),
    responses=problems(*ADMIN, CursorInvalid),
)
async def list_invitations(
    _caller: AdminUser,
    paging: PagingDep,
    db: Db,
    status: Annotated[InvitationStatus | None, Query(description="Only those that stand like this.")] = None,
) -> Page[Invitation]:
    """For admins: newest first. They are deleted 90 days after they were decided or expired."""
    scope = status or ""
    rows = await db.read(service.list_invitations, status, before=paging.moment(scope), limit=paging.fetch)
    return paging.page(rows, Invitation.model_validate, lambda row: moment_position(row.created_at, row.id), scope)


@admin.delete(
    "/{invitation_id}",
    operation_id="admin_invitations.withdraw",
    summary="Withdraw an invitation",
    status_code=204,
    openapi_extra=audience("admin"),
    responses=problems(*RECENT_ADMIN, InvitationNotFound, InvitationNotPending),
)
async def withdraw(
    invitation_id: Annotated[InvitationIdField, Path(description="The invitation.")], caller: RecentAdmin, db: Db
) -> None:
    """For admins with a recent log-in. Its link ends at once; nobody is mailed."""
    await db.write(service.withdraw, UserId(caller.user_id), invitation_id)


@router.post(
    "/preview",
    operation_id="invitations.preview",
    summary="Show an invitation before answering it",
    openapi_extra=audience("public") | limited(LOGIN),
    responses=problems(InvitationNotFound, InvitationNotPending, InvitationExpired),
)
async def preview(body: InvitationAnswerBody, mail_tokens: MailTokensDep, db: Db) -> InvitationPreview:
    """For whoever holds the mailed link. Changes nothing."""
    return await db.read(service.preview, _read(mail_tokens, body))


@router.post(
    "/accept",
    operation_id="invitations.accept",
    summary="Accept an invitation",
    response_model=InvitationAnswer,
    openapi_extra=audience("student", "teacher", "creator"),
    responses=_ANSWERS,
)
async def accept(
    body: InvitationAnswerBody, caller: VerifiedUser, mail_tokens: MailTokensDep, idem: OptionalIdempotency
) -> Response:
    """For the verified account of the invited address. Works once, until the invitation expires; one for moderators
    makes the caller a moderator at once."""
    user_id, invitation_id = UserId(caller.user_id), _read(mail_tokens, body)
    return await idem.run(user_id, 200, InvitationAnswer, service.accept, user_id, invitation_id)


@router.post(
    "/decline",
    operation_id="invitations.decline",
    summary="Decline an invitation",
    response_model=InvitationAnswer,
    openapi_extra=audience("student", "teacher", "creator"),
    responses=_ANSWERS,
)
async def decline(
    body: InvitationAnswerBody, caller: VerifiedUser, mail_tokens: MailTokensDep, idem: OptionalIdempotency
) -> Response:
    """For the verified account of the invited address. Ends the invitation; nobody is mailed."""
    user_id, invitation_id = UserId(caller.user_id), _read(mail_tokens, body)
    return await idem.run(user_id, 200, InvitationAnswer, service.decline, user_id, invitation_id)


def _read(mail_tokens: MailTokensDep, body: InvitationAnswerBody) -> InvitationId | None:
    found = mail_tokens.read(body.token, _PURPOSE)
    return InvitationId(found) if found else None
