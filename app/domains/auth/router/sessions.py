"""The auth sessions of a person: seeing and ending them."""

from collections.abc import Callable, Sequence
from typing import Annotated

from fastapi import APIRouter, Path, Response

from app.core.pagination import CursorInvalid
from app.domains.auth import service
from app.domains.auth.deps import clear_cookies
from app.domains.auth.errors import AuthSessionNotFound
from app.domains.auth.models import AuthSession
from app.domains.auth.schemas import AuthSessionItem, LogOutEverywhereBody
from app.domains.auth.types import AuthSessionId, AuthSessionIdField
from app.domains.users.errors import UserNotFound
from app.domains.users.types import UserId, UserIdField
from app.edge.deps import Db
from app.edge.openapi import MEMBERS, audience
from app.edge.paging import Paging, PagingDep, moment_position
from app.edge.principal import ADMIN, LOGGED_IN, RECENT_ADMIN, AdminUser, CurrentUser, RecentAdmin
from app.edge.problems import problems
from app.edge.routing import StrictRoute
from app.edge.schemas import Page

router = APIRouter(prefix="/api/auth", tags=["auth"], route_class=StrictRoute)
_EVERYWHERE = LogOutEverywhereBody(keep_current=False)

UserIdPath = Annotated[UserIdField, Path(description="The person's id.")]


@router.post(
    "/logout-all",
    operation_id="auth.logout_everywhere",
    summary="Log out everywhere",
    status_code=204,
    openapi_extra=MEMBERS,
    responses=problems(*LOGGED_IN),
)
async def log_out_everywhere(
    response: Response, caller: CurrentUser, db: Db, body: LogOutEverywhereBody = _EVERYWHERE
) -> None:
    """For anybody who is logged in. Ends all auth sessions of the caller, or all others; their tokens are refused at
    once, and the cookies of one's own are cleared."""
    kept = AuthSessionId(caller.auth_session_id) if body.keep_current else None
    await db.write(service.end_all_sessions, UserId(caller.user_id), but=kept)
    if kept is None:
        clear_cookies(response)


@router.get(
    "/sessions",
    operation_id="auth.list_sessions",
    summary="List where one is logged in",
    openapi_extra=MEMBERS,
    responses=problems(*LOGGED_IN, CursorInvalid),
)
async def list_sessions(caller: CurrentUser, paging: PagingDep, db: Db) -> Page[AuthSessionItem]:
    """For anybody who is logged in: the caller's own auth sessions that are alive, newest first. Changes nothing."""
    scope = caller.user_id
    rows = await db.read(service.list_sessions, UserId(scope), before=paging.moment(scope), limit=paging.fetch)
    return _page(rows, paging, scope, caller.auth_session_id)


def _page(rows: Sequence[AuthSession], paging: Paging, scope: str, current_id: str) -> Page[AuthSessionItem]:
    return paging.page(rows, _item(current_id), lambda row: moment_position(row.created_at, row.id), scope)


def _item(current_id: str) -> Callable[[AuthSession], AuthSessionItem]:
    def show(row: AuthSession) -> AuthSessionItem:
        return AuthSessionItem(
            id=row.id,
            device=row.device,
            network=row.network,
            method=row.method,
            created_at=row.created_at,
            last_used_at=row.last_used_at,
            expires_at=row.expires_at,
            is_current=row.id == current_id,
        )

    return show


@router.delete(
    "/sessions/{auth_session_id}",
    operation_id="auth.end_session",
    summary="Log out on one device",
    status_code=204,
    openapi_extra=MEMBERS,
    responses=problems(*LOGGED_IN, AuthSessionNotFound),
)
async def end_session(
    auth_session_id: Annotated[AuthSessionIdField, Path(description="The auth session's id.")],
    response: Response,
    caller: CurrentUser,
    db: Db,
) -> None:
    """For the person whose auth session it is. Its tokens are refused at once; the cookies are cleared when it is the
    one that this request is made in."""
    await db.write(service.end_session, auth_session_id, UserId(caller.user_id))
    if auth_session_id == caller.auth_session_id:
        clear_cookies(response)


@router.get(
    "/users/{user_id}/sessions",
    operation_id="auth.list_user_sessions",
    summary="List where somebody is logged in",
    openapi_extra=audience("admin"),
    responses=problems(*ADMIN, UserNotFound, CursorInvalid),
)
async def list_user_sessions(
    user_id: UserIdPath, caller: AdminUser, paging: PagingDep, db: Db
) -> Page[AuthSessionItem]:
    """For administrators: a person's auth sessions that are alive, newest first. Changes nothing."""
    before, limit = paging.moment(user_id), paging.fetch
    rows = await db.read(service.list_sessions_of, user_id, before=before, limit=limit)
    return _page(rows, paging, user_id, caller.auth_session_id)


@router.delete(
    "/users/{user_id}/sessions",
    operation_id="auth.end_user_sessions",
    summary="Log somebody out everywhere",
    status_code=204,
    openapi_extra=audience("admin"),
    responses=problems(*RECENT_ADMIN, UserNotFound),
)
async def end_user_sessions(user_id: UserIdPath, caller: RecentAdmin, db: Db) -> None:
    """For administrators who logged in or confirmed it within 15 minutes. Ends all auth sessions of a person, whose
    tokens are refused at once; the audit log says who did it."""
    await db.write(service.end_sessions_of, user_id, UserId(caller.user_id))
