"""Resources: what a course shares with its people, and a session with its two."""

from typing import Annotated

from fastapi import APIRouter, Path, Response

from app.core.errors import ProviderRejected, ProviderUnavailable
from app.core.pagination import CursorInvalid
from app.domains.courses.errors import CourseNotFound, ModuleNotFound
from app.domains.courses.types import CourseIdField
from app.domains.files import service as files
from app.domains.files.deps import Storage
from app.domains.files.errors import FileInUse, FileNotFound, FileNotReady, FileOfOtherPurpose
from app.domains.resources import service
from app.domains.resources.errors import (
    FileIsNoLink,
    MayNotShare,
    ResourceNotFound,
    ResourcesDiffer,
    SessionResource,
    TooManyResources,
)
from app.domains.resources.schemas import Resource, ResourceBody, ResourceChange, ResourceOrder, SessionResourceBody
from app.domains.resources.types import ResourceDraft, ResourceFacts, ResourceIdField
from app.domains.sessions.errors import SessionNotFound
from app.domains.sessions.types import SessionIdField
from app.edge.deps import Db
from app.edge.etags import IfMatch, PreconditionFailed, versioned
from app.edge.idempotency import IdempotencyKeyReused, OptionalIdempotency
from app.edge.openapi import ALSO_WITH_TOKEN, audience
from app.edge.paging import PagingDep, Position
from app.edge.principal import LOGGED_IN, VERIFIED, AccountSuspended, CurrentUser, OptionalUser, VerifiedUser
from app.edge.problems import problems
from app.edge.routing import StrictRoute
from app.edge.schemas import DownloadAddress, Page

router = APIRouter(prefix="/api", tags=["resources"], route_class=StrictRoute)

CoursePath = Annotated[CourseIdField, Path(description="The course's id; a slug will not do here.")]
SessionPath = Annotated[SessionIdField, Path(description="The session.")]
ResourcePath = Annotated[ResourceIdField, Path(description="The resource.")]

_FOR_READERS = audience("public", "student", "teacher", "creator", "admin") | ALSO_WITH_TOKEN
_ATTACHING = (FileNotFound, FileNotReady, FileInUse, FileOfOtherPurpose)


def _place(row: ResourceFacts) -> Position:
    return [row.position, row.id]


@router.get(
    "/courses/{course_id}/resources",
    operation_id="resources.list",
    summary="List what a course shares",
    openapi_extra=_FOR_READERS,
    responses=problems(AccountSuspended, CourseNotFound, CursorInvalid),
)
async def list_of_course(course_id: CoursePath, caller: OptionalUser, paging: PagingDep, db: Db) -> Page[Resource]:
    """For the course's students, unless their place was cancelled, its teachers, its creator and admins: all of it, in
    its order. For everybody else who sees the course: what is public. Kept by no cache, so that it is gone at once for
    whom it is gone. Changes nothing."""
    rows = await db.read(
        service.list_of_course, course_id, caller, after=paging.position(course_id), limit=paging.fetch
    )
    return paging.page(rows, Resource.model_validate, _place, course_id)


@router.post(
    "/courses/{course_id}/resources",
    operation_id="resources.add",
    summary="Share something with a course",
    status_code=201,
    response_model=Resource,
    openapi_extra=audience("creator", "admin"),
    responses=problems(
        *VERIFIED, CourseNotFound, MayNotShare, ModuleNotFound, TooManyResources, *_ATTACHING, IdempotencyKeyReused
    ),
)
async def add_to_course(
    course_id: CoursePath, body: ResourceBody, caller: VerifiedUser, idem: OptionalIdempotency
) -> Response:
    """For the course's creator and admins. It is there at once for all who read what the course shares, at the end.
    Nobody is mailed."""
    draft = ResourceDraft(**body.model_dump())
    return await idem.run(caller.user_id, 201, Resource, service.add_to_course, caller, course_id, draft)


@router.put(
    "/courses/{course_id}/resources/order",
    operation_id="resources.reorder",
    summary="Put what a course shares in order",
    status_code=204,
    openapi_extra=audience("creator", "admin"),
    responses=problems(*VERIFIED, CourseNotFound, MayNotShare, ResourcesDiffer),
)
async def reorder(course_id: CoursePath, body: ResourceOrder, caller: VerifiedUser, db: Db) -> None:
    """For the course's creator and admins. Names all resources of the course, those of its modules too, but not those
    of its sessions."""
    await db.write(service.put_in_order, caller, course_id, body.resource_ids)


@router.get(
    "/sessions/{session_id}/resources",
    operation_id="resources.list_of_session",
    summary="List what belongs to a session",
    openapi_extra=audience("student", "teacher", "creator", "admin"),
    responses=problems(*LOGGED_IN, SessionNotFound, CursorInvalid),
)
async def list_of_session(session_id: SessionPath, caller: CurrentUser, paging: PagingDep, db: Db) -> Page[Resource]:
    """For the session's teacher, its student unless the place was cancelled, the course's creator and admins, in the
    order in which it was added. Changes nothing."""
    rows = await db.read(
        service.list_of_session, session_id, caller, after=paging.position(session_id), limit=paging.fetch
    )
    return paging.page(rows, Resource.model_validate, _place, session_id)


@router.post(
    "/sessions/{session_id}/resources",
    operation_id="resources.add_to_session",
    summary="Add something to a session",
    status_code=201,
    response_model=Resource,
    openapi_extra=audience("teacher", "creator", "admin"),
    responses=problems(*VERIFIED, SessionNotFound, MayNotShare, TooManyResources, *_ATTACHING, IdempotencyKeyReused),
)
async def add_to_session(
    session_id: SessionPath, body: SessionResourceBody, caller: VerifiedUser, idem: OptionalIdempotency
) -> Response:
    """For the session's teacher, the course's creator and admins, before and after it was held. Its student has it at
    once. Nobody is mailed."""
    draft = ResourceDraft(**body.model_dump())
    return await idem.run(caller.user_id, 201, Resource, service.add_to_session, caller, session_id, draft)


@router.get(
    "/resources/{resource_id}",
    operation_id="resources.get",
    summary="Show a resource",
    openapi_extra=_FOR_READERS,
    responses=problems(AccountSuspended, ResourceNotFound),
)
async def get_resource(resource_id: ResourcePath, response: Response, caller: OptionalUser, db: Db) -> Resource:
    """For whoever gets it in a list. Changes nothing. `ETag` names the version, for `If-Match`."""
    return versioned(response, Resource.model_validate(await db.read(service.get_resource, resource_id, caller)))


@router.patch(
    "/resources/{resource_id}",
    operation_id="resources.change",
    summary="Change what is said of a resource",
    openapi_extra=audience("teacher", "creator", "admin"),
    responses=problems(
        *VERIFIED, ResourceNotFound, MayNotShare, ModuleNotFound, SessionResource, FileIsNoLink, PreconditionFailed
    ),
)
async def change_resource(
    resource_id: ResourcePath,
    change: ResourceChange,
    response: Response,
    caller: VerifiedUser,
    db: Db,
    expected: IfMatch,
) -> Resource:
    """For the course's creator and admins; that of a session for its teacher too. Changes the fields that are given;
    its file or address stays."""
    changes = change.model_dump(exclude_unset=True)
    changed = await db.write(service.change_resource, caller, resource_id, changes, expected)
    return versioned(response, Resource.model_validate(changed))


@router.delete(
    "/resources/{resource_id}",
    operation_id="resources.remove",
    summary="Remove a resource",
    status_code=204,
    openapi_extra=audience("teacher", "creator", "admin"),
    responses=problems(*VERIFIED, ResourceNotFound, MayNotShare),
)
async def remove_resource(resource_id: ResourcePath, caller: VerifiedUser, db: Db) -> None:
    """For the course's creator and admins; that of a session for its teacher too. Its file is deleted; addresses of it
    that were given out work until they end."""
    await db.write(service.remove_resource, caller, resource_id)


@router.get(
    "/resources/{resource_id}/download",
    operation_id="resources.download",
    summary="Get an address of a resource",
    openapi_extra=_FOR_READERS,
    responses=problems(AccountSuspended, ResourceNotFound, FileNotFound, ProviderUnavailable, ProviderRejected),
)
async def download(resource_id: ResourcePath, caller: OptionalUser, db: Db, store: Storage) -> DownloadAddress:
    """For whoever gets it in a list. The address of a file works for everybody who has it, 15 minutes at the most; of
    what is elsewhere it is the address itself. Counts the download."""
    found = await db.write(service.open_resource, resource_id, caller)
    if isinstance(found, str):
        return DownloadAddress(url=found, expires_at=None)
    return DownloadAddress.model_validate(await files.sign_download(store, found, now=db.clock.now()))
