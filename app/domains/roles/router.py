"""/api/creator-applications, /api/admin/creator-applications and /api/admin/users: who may do more, and who no more."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from app.core.pagination import CursorInvalid
from app.domains.roles import service
from app.domains.roles.deps import PeopleFilterDep
from app.domains.roles.errors import (
    AccountDeleted,
    AddressNotProven,
    AlreadyCreator,
    AlreadySuspended,
    ApplicationNotFound,
    ApplicationNotPending,
    ApplicationPending,
    NotSuspended,
    OwnAccount,
    OwnApplication,
)
from app.domains.roles.schemas import (
    Account,
    Application,
    ApplicationAnswers,
    CapabilitiesBody,
    ReasonBody,
    ReceivedApplication,
)
from app.domains.roles.types import Answers, ApplicationIdField, ApplicationStatus
from app.domains.users import service as users
from app.domains.users.errors import UserNotFound
from app.domains.users.types import UserId, UserIdField
from app.edge.deps import Db
from app.edge.idempotency import IdempotencyKeyReused, OptionalIdempotency
from app.edge.openapi import audience
from app.edge.paging import PagingDep, moment_position
from app.edge.principal import (
    ADMIN,
    LOGGED_IN,
    RECENT_ADMIN,
    VERIFIED,
    AdminUser,
    CurrentUser,
    RecentAdmin,
    VerifiedUser,
)
from app.edge.problems import problems
from app.edge.routing import StrictRoute
from app.edge.schemas import Page

router = APIRouter(prefix="/api/creator-applications", tags=["applications"], route_class=StrictRoute)
admin_applications = APIRouter(prefix="/api/admin/creator-applications", tags=["admin"], route_class=StrictRoute)
admin_users = APIRouter(prefix="/api/admin/users", tags=["admin"], route_class=StrictRoute)

ApplicationPath = Annotated[ApplicationIdField, Path(description="The application.")]
PersonPath = Annotated[UserIdField, Path(description="The person.")]

_DECISION = problems(*RECENT_ADMIN, OwnApplication, ApplicationNotFound, ApplicationNotPending, IdempotencyKeyReused)


@router.post(
    "",
    operation_id="applications.submit",
    summary="Apply to become a creator",
    status_code=201,
    response_model=Application,
    openapi_extra=audience("student", "teacher"),
    responses=problems(*VERIFIED, AlreadyCreator, ApplicationPending, IdempotencyKeyReused),
)
async def submit(body: ApplicationAnswers, caller: VerifiedUser, idem: OptionalIdempotency) -> Response:
    """For verified members who may not create courses yet; one application at a time. Mails every administrator, one
    of whom decides."""
    user_id = UserId(caller.user_id)
    return await idem.run(user_id, 201, Application, service.submit, user_id, Answers(**body.model_dump()))


@router.get(
    "/mine",
    operation_id="applications.list_mine",
    summary="List the caller's own applications",
    openapi_extra=audience("student", "teacher", "creator"),
    responses=problems(*LOGGED_IN, CursorInvalid),
)
async def list_mine(caller: CurrentUser, paging: PagingDep, db: Db) -> Page[Application]:
    """For anybody who is logged in: what they applied with and what became of it, newest first."""
    scope = caller.user_id
    rows = await db.read(service.list_own, UserId(scope), before=paging.moment(scope), limit=paging.fetch)
    return paging.page(rows, Application.model_validate, lambda row: moment_position(row.created_at, row.id), scope)


@admin_applications.get(
    "",
    operation_id="admin_applications.list",
    summary="List applications to become a creator",
    openapi_extra=audience("admin"),
    responses=problems(*ADMIN, CursorInvalid),
)
async def list_applications(
    _caller: AdminUser,
    paging: PagingDep,
    db: Db,
    status: Annotated[ApplicationStatus | None, Query(description="Only those that stand like this.")] = None,
) -> Page[ReceivedApplication]:
    """For admins: everybody's applications, newest first."""
    scope = status or ""
    rows = await db.read(service.list_applications, status, before=paging.moment(scope), limit=paging.fetch)
    return paging.page(
        rows, ReceivedApplication.model_validate, lambda row: moment_position(row.created_at, row.id), scope
    )


@admin_applications.get(
    "/{application_id}",
    operation_id="admin_applications.get",
    summary="Show an application",
    openapi_extra=audience("admin"),
    responses=problems(*ADMIN, ApplicationNotFound),
)
async def get_application(application_id: ApplicationPath, _caller: AdminUser, db: Db) -> ReceivedApplication:
    """For admins. Changes nothing."""
    return ReceivedApplication.model_validate(await db.read(service.show_application, application_id))


@admin_applications.post(
    "/{application_id}/approve",
    operation_id="admin_applications.approve",
    summary="Approve an application",
    response_model=ReceivedApplication,
    openapi_extra=audience("admin"),
    responses=_DECISION,
)
async def approve(application_id: ApplicationPath, caller: RecentAdmin, idem: OptionalIdempotency) -> Response:
    """For admins with a recent log-in, but nobody for themselves. The applicant may create courses at once and is
    mailed."""
    actor_id = UserId(caller.user_id)
    return await idem.run(actor_id, 200, ReceivedApplication, service.approve, actor_id, application_id)


@admin_applications.post(
    "/{application_id}/deny",
    operation_id="admin_applications.deny",
    summary="Deny an application",
    response_model=ReceivedApplication,
    openapi_extra=audience("admin"),
    responses=_DECISION,
)
async def deny(
    application_id: ApplicationPath, body: ReasonBody, caller: RecentAdmin, idem: OptionalIdempotency
) -> Response:
    """For admins with a recent log-in, but nobody for themselves. The applicant is mailed the reason and may apply
    again."""
    actor_id = UserId(caller.user_id)
    return await idem.run(actor_id, 200, ReceivedApplication, service.deny, actor_id, application_id, body.reason)


@admin_users.get(
    "",
    operation_id="admin_users.list",
    summary="List accounts",
    openapi_extra=audience("admin"),
    responses=problems(*ADMIN, CursorInvalid),
)
async def list_users(_caller: AdminUser, wanted: PeopleFilterDep, paging: PagingDep, db: Db) -> Page[Account]:
    """For admins: accounts of every standing, newest first."""
    scope = str(wanted)
    rows = await db.read(users.list_accounts, wanted, before=paging.moment(scope), limit=paging.fetch)
    return paging.page(rows, Account.model_validate, lambda row: moment_position(row.created_at, row.id), scope)


@admin_users.get(
    "/{user_id}",
    operation_id="admin_users.get",
    summary="Show an account",
    openapi_extra=audience("admin"),
    responses=problems(*ADMIN, UserNotFound),
)
async def get_user(user_id: PersonPath, _caller: AdminUser, db: Db) -> Account:
    """For admins. Changes nothing."""
    return Account.model_validate(await db.read(users.get_account, user_id))


@admin_users.post(
    "/{user_id}/suspend",
    operation_id="admin_users.suspend",
    summary="Suspend an account",
    response_model=Account,
    openapi_extra=audience("admin"),
    responses=problems(*RECENT_ADMIN, OwnAccount, UserNotFound, AccountDeleted, AlreadySuspended, IdempotencyKeyReused),
)
async def suspend(user_id: PersonPath, body: ReasonBody, caller: RecentAdmin, idem: OptionalIdempotency) -> Response:
    """For admins with a recent log-in, but nobody for themselves. The person is shut out and logged out everywhere at
    once, and mailed the reason."""
    actor_id = UserId(caller.user_id)
    return await idem.run(actor_id, 200, Account, service.suspend, actor_id, user_id, body.reason)


@admin_users.post(
    "/{user_id}/unsuspend",
    operation_id="admin_users.unsuspend",
    summary="Lift an account's suspension",
    response_model=Account,
    openapi_extra=audience("admin"),
    responses=problems(*RECENT_ADMIN, OwnAccount, UserNotFound, AccountDeleted, NotSuspended, IdempotencyKeyReused),
)
async def unsuspend(user_id: PersonPath, caller: RecentAdmin, idem: OptionalIdempotency) -> Response:
    """For admins with a recent log-in. The person may log in again, and is mailed so."""
    actor_id = UserId(caller.user_id)
    return await idem.run(actor_id, 200, Account, service.unsuspend, actor_id, user_id)


@admin_users.patch(
    "/{user_id}/capabilities",
    operation_id="admin_users.change_capabilities",
    summary="Give or take rights",
    openapi_extra=audience("admin"),
    responses=problems(*RECENT_ADMIN, OwnAccount, UserNotFound, AccountDeleted, AddressNotProven),
)
async def change_capabilities(user_id: PersonPath, body: CapabilitiesBody, caller: RecentAdmin, db: Db) -> Account:
    """For admins with a recent log-in, but nobody for themselves. Changes the rights that are named, with effect on the
    person's next request; only a verified account is given any."""
    actor_id = UserId(caller.user_id)
    return Account.model_validate(
        await db.write(service.change_capabilities, actor_id, user_id, body.changes, body.reason)
    )
