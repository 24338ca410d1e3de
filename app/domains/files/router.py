"""/api/files and /api/users/me/avatar: upload straight to the object store, complete, use, download."""

import json
from typing import Annotated

from fastapi import APIRouter, Path, Response

from app.core.errors import ProviderRejected, ProviderUnavailable
from app.core.pagination import CursorInvalid
from app.domains.files import service
from app.domains.files.deps import IntakeDep, RoomDep, Storage
from app.domains.files.errors import (
    FileBeingJoined,
    FileInUse,
    FileIsPicture,
    FileNotFound,
    FileNotPending,
    FileNotReady,
    FileNotUploaded,
    FileOfOtherPurpose,
    FileQuotaExceeded,
    FileRefused,
    FileTooLarge,
    FileTypeNotAllowed,
    PartsDiffer,
    PurposeNotAllowed,
    TooManyUploads,
)
from app.domains.files.schemas import (
    Avatar,
    AvatarBody,
    CompletionBody,
    CreatedFile,
    File,
    FileBody,
    PartNumbers,
    PartUploads,
    Upload,
)
from app.domains.files.types import FileId, FileIdField, FileOrder, FileState
from app.domains.users.errors import UserNotFound
from app.domains.users.types import UserId
from app.edge.deps import Db
from app.edge.idempotency import IdempotencyKeyReused, OptionalIdempotency
from app.edge.limits import UPLOAD, limited
from app.edge.openapi import MEMBERS
from app.edge.paging import PagingDep, moment_position
from app.edge.principal import LOGGED_IN, VERIFIED, CurrentUser, VerifiedUser
from app.edge.problems import problems
from app.edge.routing import StrictRoute
from app.edge.schemas import DownloadAddress, Page
from app.providers.storage.port import Part

router = APIRouter(prefix="/api/files", tags=["files"], route_class=StrictRoute)
avatars = APIRouter(prefix="/api/users/me/avatar", tags=["users"], route_class=StrictRoute)

FilePath = Annotated[FileIdField, Path(description="The file.")]
_STORE = (ProviderUnavailable, ProviderRejected)


@router.post(
    "",
    operation_id="files.create",
    summary="Begin an upload",
    status_code=201,
    response_model=CreatedFile,
    openapi_extra=MEMBERS | limited(UPLOAD),
    responses=problems(
        *VERIFIED,
        PurposeNotAllowed,
        FileTypeNotAllowed,
        FileTooLarge,
        FileQuotaExceeded,
        TooManyUploads,
        FileNotFound,
        IdempotencyKeyReused,
        UserNotFound,
        *_STORE,
    ),
)
async def create(
    body: FileBody, caller: VerifiedUser, idem: OptionalIdempotency, db: Db, room: RoomDep, intake: IntakeDep
) -> Response:
    """For verified members; thumbnails, resources and videos for those who create or teach courses. Makes a file that
    counts for the caller's room, and answers where to send its bytes: never to this API. Complete it within a day.
    Repeated with the same key it answers fresh addresses of the same file."""
    user_id = UserId(caller.user_id)
    made = await idem.run(user_id, 201, File, service.create, user_id, FileOrder(**body.model_dump()), room)
    file = await db.read(service.get_own, FileId(json.loads(bytes(made.body))["id"]), user_id)
    upload = parts = None
    is_open = file.takes_uploads(db.clock.now())
    if is_open and file.parts:
        parts = PartUploads.of(file, await intake.address_parts(file, range(1, len(file.parts) + 1)))
    elif is_open:
        upload = Upload.of(await intake.address(file))
    answer = CreatedFile(**dict(File.model_validate(file)), upload=upload, parts=parts)
    made.body = answer.model_dump_json().encode()
    made.headers["Content-Length"] = str(len(made.body))
    return made


@router.get(
    "",
    operation_id="files.list",
    summary="List the caller's files",
    openapi_extra=MEMBERS,
    responses=problems(*LOGGED_IN, CursorInvalid),
)
async def list_files(caller: CurrentUser, paging: PagingDep, db: Db) -> Page[File]:
    """For anybody who is logged in: own files, newest first. They count for one's room until they are deleted."""
    scope = caller.user_id
    rows = await db.read(service.list_own, UserId(scope), before=paging.moment(scope), limit=paging.fetch)
    return paging.page(rows, File.model_validate, lambda row: moment_position(row.created_at, row.id), scope)


@router.get(
    "/{file_id}",
    operation_id="files.get",
    summary="Show a file",
    openapi_extra=MEMBERS,
    responses=problems(*LOGGED_IN, FileNotFound),
)
async def get_file(file_id: FilePath, caller: CurrentUser, db: Db) -> File:
    """For its owner. Changes nothing. Somebody else's file is as unknown as one that does not exist."""
    return File.model_validate(await db.read(service.get_own, file_id, UserId(caller.user_id)))


@router.delete(
    "/{file_id}",
    operation_id="files.delete",
    summary="Delete a file",
    status_code=204,
    openapi_extra=MEMBERS,
    responses=problems(*LOGGED_IN, FileNotFound, FileInUse),
)
async def delete_file(file_id: FilePath, caller: CurrentUser, db: Db) -> None:
    """For its owner, unless something uses it. What was uploaded is deleted at once; its room is free when nothing can
    arrive any more at the addresses that were given out, within three quarters of an hour."""
    await db.write(service.delete, UserId(caller.user_id), file_id)


@router.post(
    "/{file_id}/parts",
    operation_id="files.renew_parts",
    summary="Renew addresses of parts",
    openapi_extra=MEMBERS,
    responses=problems(*VERIFIED, FileNotFound, FileNotPending, PartsDiffer, *_STORE),
)
async def renew_parts(
    file_id: FilePath, body: PartNumbers, caller: VerifiedUser, db: Db, intake: IntakeDep
) -> PartUploads:
    """For its owner, while it is uploaded in parts: addresses work for ten minutes. Parts that were sent stay sent; a
    part that is sent again replaces the one before. Changes nothing."""
    file = await db.read(service.get_pending, UserId(caller.user_id), file_id)
    return PartUploads.of(file, await intake.address_parts(file, body.numbers))


@router.post(
    "/{file_id}/complete",
    operation_id="files.complete",
    summary="Complete an upload",
    response_model=File,
    openapi_extra=MEMBERS | limited(UPLOAD),
    responses=problems(
        *VERIFIED,
        FileNotFound,
        FileNotUploaded,
        FileBeingJoined,
        PartsDiffer,
        FileRefused,
        IdempotencyKeyReused,
        *_STORE,
    ),
)
async def complete(
    file_id: FilePath, body: CompletionBody, caller: VerifiedUser, idem: OptionalIdempotency, db: Db, intake: IntakeDep
) -> Response:
    """For its owner, once its bytes were sent. Length and content are checked; of an image a new one is made with
    nothing in it but what one sees, and avatars and thumbnails become pictures in three sizes. What is not what it
    should be is deleted. Repeat it at will: a file that is ready stays so, and ends in a day unless something uses it.
    Joining the parts of a film of gigabytes may take longer than a request: repeat it while it answers
    `file_being_joined`."""
    user_id = UserId(caller.user_id)
    file = await db.read(service.get_unfinished, user_id, file_id)
    kept = await intake.take(file, [Part(part.number, part.etag.strip('"')) for part in body.parts])
    return await idem.run(user_id, 200, File, service.finish, file, kept)


@router.get(
    "/{file_id}/download",
    operation_id="files.download",
    summary="Ask where a file is downloaded",
    openapi_extra=MEMBERS,
    responses=problems(*LOGGED_IN, FileNotFound, FileNotReady, FileIsPicture, *_STORE),
)
async def download(file_id: FilePath, caller: CurrentUser, db: Db, store: Storage) -> DownloadAddress:
    """For its owner. The address works for a quarter of an hour, for whoever has it; the file is saved under its name,
    never shown. Changes nothing."""
    file = await db.read(service.get_own, file_id, UserId(caller.user_id))
    if file.sizes:
        raise FileIsPicture
    if file.state is not FileState.READY:
        raise FileNotReady
    return DownloadAddress.model_validate(await service.sign_download(store, file, now=db.clock.now()))


@avatars.put(
    "",
    operation_id="avatar.set",
    summary="Show a picture of the caller",
    openapi_extra=MEMBERS,
    responses=problems(*VERIFIED, FileNotFound, FileNotReady, FileOfOtherPurpose, FileInUse, UserNotFound),
)
async def set_avatar(body: AvatarBody, caller: VerifiedUser, db: Db) -> Avatar:
    """For verified members, with a file they uploaded as an avatar. Wherever the person is shown, this is shown from
    now on; the picture before is deleted. Everybody who has an address of a picture can see it, whatever the profile's
    visibility."""
    file = await db.write(service.set_avatar, UserId(caller.user_id), body.file_id)
    return Avatar.model_validate({"avatar": file.key})


@avatars.delete(
    "",
    operation_id="avatar.remove",
    summary="Remove the caller's picture",
    status_code=204,
    openapi_extra=MEMBERS,
    responses=problems(*LOGGED_IN, UserNotFound),
)
async def remove_avatar(caller: CurrentUser, db: Db) -> None:
    """For anybody who is logged in. The picture is deleted; without one nothing changes."""
    await db.write(service.remove_avatar, UserId(caller.user_id))
