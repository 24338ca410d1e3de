"""/api/courses/…: making, pricing and publishing courses. Every answer is the whole course with its `ETag`, and every
change takes that in `If-Match`."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from app.domains.courses import service
from app.domains.courses.errors import (
    CourseIncomplete,
    CourseInUse,
    CourseNotDraft,
    CourseNotFound,
    CourseNotPublished,
    CourseNotRetirable,
    CourseRetired,
    MayNotCreate,
    ModuleInUse,
    ModuleNotFound,
    OrderIncomplete,
    SessionLengthFixed,
    TooManyModules,
    TopicNotFound,
)
from app.domains.courses.price_guard import guard
from app.domains.courses.schemas.pricing import PriceGuardView
from app.domains.courses.schemas.studio import (
    CourseChange,
    CurriculumBody,
    Draft,
    ModuleBody,
    ModuleEdit,
    ModuleOrder,
    NewCourse,
    PointList,
    PrerequisiteLists,
    TagList,
    TestimonialList,
    ThumbnailBody,
    TopicList,
)
from app.domains.courses.types import ModuleChange, ModuleDraft, ModuleIdField, PointKind
from app.domains.files.errors import FileInUse, FileNotFound, FileNotReady, FileOfOtherPurpose
from app.domains.users.types import UserId
from app.edge.deps import Db
from app.edge.etags import IfMatch, PreconditionFailed, tagged, versioned
from app.edge.idempotency import IdempotencyKeyReused, OptionalIdempotency
from app.edge.openapi import audience
from app.edge.principal import LOGGED_IN, VERIFIED, CurrentUser, VerifiedUser
from app.edge.problems import problems
from app.edge.routing import StrictRoute

studio = APIRouter(prefix="/api/courses", tags=["studio"], route_class=StrictRoute)

IdOrSlug = Annotated[
    str,
    Path(max_length=100, pattern="^[a-z0-9_-]+$", description="The course's id or slug.", examples=["intro-to-n8n"]),
]
ModulePath = Annotated[ModuleIdField, Path(description="The module.")]

_CREATOR = audience("creator", "admin")
_TAKEN = (*VERIFIED, CourseNotFound, PreconditionFailed)
_EDITED = problems(*_TAKEN, CourseRetired, CourseIncomplete)


@studio.post(
    "",
    operation_id="courses.create",
    summary="Begin a course",
    status_code=201,
    response_model=Draft,
    openapi_extra=audience("creator"),
    responses=problems(*VERIFIED, MayNotCreate, TopicNotFound, IdempotencyKeyReused),
)
async def create(body: NewCourse, caller: VerifiedUser, idem: OptionalIdempotency) -> Response:
    """For verified members who may create courses. Makes a draft of this title, filed under the first topic, which only
    its creator and admins see."""
    creator_id = UserId(caller.user_id)
    return tagged(await idem.run(creator_id, 201, Draft, service.start_draft, creator_id, body.title))


@studio.get(
    "/{id_or_slug}/draft",
    operation_id="courses.draft",
    summary="Show a course to its editor",
    openapi_extra=_CREATOR,
    responses=problems(*LOGGED_IN, CourseNotFound),
)
async def show_draft(id_or_slug: IdOrSlug, response: Response, caller: CurrentUser, db: Db) -> Draft:
    """For the course's creator and admins: everything there is to edit, the publish checklist, and what everybody keeps
    of a sale. Changes nothing. `ETag` names the version, for `If-Match`."""
    return versioned(response, await db.read(service.show_draft, id_or_slug, caller))


@studio.patch(
    "/{id_or_slug:unreserved}",
    operation_id="courses.change",
    summary="Change fields of a course",
    openapi_extra=_CREATOR,
    responses=problems(*_TAKEN, CourseRetired, CourseIncomplete, SessionLengthFixed),
)
async def change(
    id_or_slug: IdOrSlug, body: CourseChange, response: Response, caller: VerifiedUser, db: Db, expected: IfMatch
) -> Draft:
    """For the course's creator and admins. Changes the fields that are given; a published course must stay complete.
    Price and sessions hold for later sales: what was bought stays."""
    made = await db.write(service.change_fields, id_or_slug, caller, expected, body.changes, renew_slug=body.renew_slug)
    return versioned(response, made)


@studio.delete(
    "/{id_or_slug:unreserved}",
    operation_id="courses.delete",
    summary="Delete a draft",
    status_code=204,
    openapi_extra=_CREATOR,
    responses=problems(*_TAKEN, CourseInUse),
)
async def delete(id_or_slug: IdOrSlug, caller: VerifiedUser, db: Db, expected: IfMatch) -> None:
    """For the course's creator and admins. Only of a course that was never published and that nobody took."""
    await db.write(service.delete_draft, id_or_slug, caller, expected)


@studio.put(
    "/{id_or_slug}/objectives",
    operation_id="courses.replace_objectives",
    summary="Replace what students can do afterwards",
    openapi_extra=_CREATOR,
    responses=_EDITED,
)
async def replace_objectives(
    id_or_slug: IdOrSlug, body: PointList, response: Response, caller: VerifiedUser, db: Db, expected: IfMatch
) -> Draft:
    """For the course's creator and admins. The list becomes this one."""
    points = {PointKind.OBJECTIVE: body.items}
    return versioned(response, await db.write(service.replace_points, id_or_slug, caller, expected, points))


@studio.put(
    "/{id_or_slug}/includes",
    operation_id="courses.replace_includes",
    summary="Replace what comes with a course",
    openapi_extra=_CREATOR,
    responses=_EDITED,
)
async def replace_includes(
    id_or_slug: IdOrSlug, body: PointList, response: Response, caller: VerifiedUser, db: Db, expected: IfMatch
) -> Draft:
    """For the course's creator and admins. The list becomes this one."""
    points = {PointKind.INCLUDES: body.items}
    return versioned(response, await db.write(service.replace_points, id_or_slug, caller, expected, points))


@studio.put(
    "/{id_or_slug}/target-audience",
    operation_id="courses.replace_target_audience",
    summary="Replace whom a course is meant for",
    openapi_extra=_CREATOR,
    responses=_EDITED,
)
async def replace_target_audience(
    id_or_slug: IdOrSlug, body: PointList, response: Response, caller: VerifiedUser, db: Db, expected: IfMatch
) -> Draft:
    """For the course's creator and admins. The list becomes this one."""
    points = {PointKind.AUDIENCE: body.items}
    return versioned(response, await db.write(service.replace_points, id_or_slug, caller, expected, points))


@studio.put(
    "/{id_or_slug}/prerequisites",
    operation_id="courses.replace_prerequisites",
    summary="Replace what students should bring",
    openapi_extra=_CREATOR,
    responses=_EDITED,
)
async def replace_prerequisites(
    id_or_slug: IdOrSlug, body: PrerequisiteLists, response: Response, caller: VerifiedUser, db: Db, expected: IfMatch
) -> Draft:
    """For the course's creator and admins. All three lists become these."""
    return versioned(response, await db.write(service.replace_points, id_or_slug, caller, expected, body.points))


@studio.put(
    "/{id_or_slug}/tags",
    operation_id="courses.replace_tags",
    summary="Replace the tags of a course",
    openapi_extra=_CREATOR,
    responses=_EDITED,
)
async def replace_tags(
    id_or_slug: IdOrSlug, body: TagList, response: Response, caller: VerifiedUser, db: Db, expected: IfMatch
) -> Draft:
    """For the course's creator and admins. At most five; a published course keeps one."""
    return versioned(response, await db.write(service.replace_tags, id_or_slug, caller, expected, body.items))


@studio.put(
    "/{id_or_slug}/topics",
    operation_id="courses.replace_topics",
    summary="File a course under topics",
    openapi_extra=_CREATOR,
    responses=problems(*_TAKEN, CourseRetired, CourseIncomplete, TopicNotFound),
)
async def replace_topics(
    id_or_slug: IdOrSlug, body: TopicList, response: Response, caller: VerifiedUser, db: Db, expected: IfMatch
) -> Draft:
    """For the course's creator and admins. One to three; the first is the main one."""
    return versioned(response, await db.write(service.replace_topics, id_or_slug, caller, expected, body.items))


@studio.put(
    "/{id_or_slug}/testimonials",
    operation_id="courses.replace_testimonials",
    summary="Replace what people said about a course",
    openapi_extra=_CREATOR,
    responses=_EDITED,
)
async def replace_testimonials(
    id_or_slug: IdOrSlug, body: TestimonialList, response: Response, caller: VerifiedUser, db: Db, expected: IfMatch
) -> Draft:
    """For the course's creator and admins. The list becomes this one."""
    made = await db.write(service.replace_testimonials, id_or_slug, caller, expected, body.testimonials)
    return versioned(response, made)


@studio.put(
    "/{id_or_slug}/thumbnail",
    operation_id="courses.set_thumbnail",
    summary="Set the picture of a course",
    openapi_extra=_CREATOR,
    responses=problems(
        *_TAKEN, CourseRetired, CourseIncomplete, FileNotFound, FileNotReady, FileOfOtherPurpose, FileInUse
    ),
)
async def set_thumbnail(
    id_or_slug: IdOrSlug, body: ThumbnailBody, response: Response, caller: VerifiedUser, db: Db, expected: IfMatch
) -> Draft:
    """For the course's creator and admins, with a file they uploaded as a `course_thumbnail`. The picture before is
    deleted."""
    return versioned(response, await db.write(service.set_thumbnail, id_or_slug, caller, expected, body.file_id))


@studio.delete(
    "/{id_or_slug}/thumbnail",
    operation_id="courses.remove_thumbnail",
    summary="Remove the picture of a course",
    openapi_extra=_CREATOR,
    responses=_EDITED,
)
async def remove_thumbnail(
    id_or_slug: IdOrSlug, response: Response, caller: VerifiedUser, db: Db, expected: IfMatch
) -> Draft:
    """For the course's creator and admins. The picture is deleted; a published course keeps one."""
    return versioned(response, await db.write(service.remove_thumbnail, id_or_slug, caller, expected))


@studio.put(
    "/{id_or_slug}/curriculum",
    operation_id="courses.replace_curriculum",
    summary="Replace the curriculum of a course",
    openapi_extra=_CREATOR,
    responses=problems(*_TAKEN, CourseRetired, CourseIncomplete, ModuleNotFound, ModuleInUse, OrderIncomplete),
)
async def replace_curriculum(
    id_or_slug: IdOrSlug, body: CurriculumBody, response: Response, caller: VerifiedUser, db: Db, expected: IfMatch
) -> Draft:
    """For the course's creator and admins. Modules with an id are kept and changed, those without are new, and those
    that are not named go. A published course must stay complete."""
    modules = [
        ModuleChange(item.module_id, item.title, item.description or "", item.session_number, item.duration_minutes)
        for item in body.modules
    ]
    made = await db.write(
        service.replace_curriculum, id_or_slug, caller, expected, modules, session_count=body.session_count
    )
    return versioned(response, made)


@studio.post(
    "/{id_or_slug}/curriculum",
    operation_id="modules.add",
    summary="Add a module to a course",
    status_code=201,
    response_model=Draft,
    openapi_extra=_CREATOR,
    responses=problems(*_TAKEN, CourseRetired, CourseIncomplete, TooManyModules, IdempotencyKeyReused),
)
async def add_module(
    id_or_slug: IdOrSlug, body: ModuleBody, caller: VerifiedUser, idem: OptionalIdempotency, expected: IfMatch
) -> Response:
    """For the course's creator and admins. It comes last; a published course must stay complete."""
    module = ModuleDraft(body.title, body.description or "", body.session_number, body.duration_minutes)
    return tagged(await idem.run(caller.user_id, 201, Draft, service.add_module, id_or_slug, caller, expected, module))


@studio.put(
    "/{id_or_slug}/curriculum/order",
    operation_id="modules.order",
    summary="Put the modules of a course in order",
    openapi_extra=_CREATOR,
    responses=problems(*_TAKEN, CourseRetired, CourseIncomplete, OrderIncomplete),
)
async def order_modules(
    id_or_slug: IdOrSlug, body: ModuleOrder, response: Response, caller: VerifiedUser, db: Db, expected: IfMatch
) -> Draft:
    """For the course's creator and admins. Names every module once; which session each is taught in stays."""
    return versioned(response, await db.write(service.order_modules, id_or_slug, caller, expected, body.module_ids))


@studio.patch(
    "/{id_or_slug}/curriculum/{module_id:unreserved}",
    operation_id="modules.change",
    summary="Change a module",
    openapi_extra=_CREATOR,
    responses=problems(*_TAKEN, CourseRetired, CourseIncomplete, ModuleNotFound),
)
async def change_module(
    id_or_slug: IdOrSlug,
    module_id: ModulePath,
    body: ModuleEdit,
    response: Response,
    caller: VerifiedUser,
    db: Db,
    expected: IfMatch,
) -> Draft:
    """For the course's creator and admins. Changes the fields that are given; a published course must stay complete."""
    made = await db.write(service.change_module, id_or_slug, module_id, caller, expected, body.changes)
    return versioned(response, made)


@studio.delete(
    "/{id_or_slug}/curriculum/{module_id:unreserved}",
    operation_id="modules.remove",
    summary="Remove a module",
    openapi_extra=_CREATOR,
    responses=problems(*_TAKEN, CourseRetired, CourseIncomplete, ModuleNotFound, ModuleInUse),
)
async def remove_module(
    id_or_slug: IdOrSlug, module_id: ModulePath, response: Response, caller: VerifiedUser, db: Db, expected: IfMatch
) -> Draft:
    """For the course's creator and admins. Those after it move up; a published course must stay complete."""
    made = await db.write(service.remove_module, id_or_slug, module_id, caller, expected)
    return versioned(response, made)


@studio.get(
    "/{id_or_slug}/price-preview",
    operation_id="courses.preview_price",
    summary="Show what everybody keeps at a price",
    openapi_extra=_CREATOR,
    responses=problems(*LOGGED_IN, CourseNotFound),
)
async def preview_price(
    id_or_slug: IdOrSlug,
    price_cents: Annotated[int, Query(ge=0, le=100_000_000, description="The price to think about; 0 is free.")],
    caller: CurrentUser,
    db: Db,
) -> PriceGuardView:
    """For the course's creator and admins: one sale at this price after all fees, taught by a certified teacher and by
    the creator, with every step. Changes nothing."""
    await db.read(service.find_managed, id_or_slug, caller)
    return PriceGuardView.model_validate(guard(price_cents))


@studio.put(
    "/{id_or_slug}/publish",
    operation_id="courses.publish",
    summary="Put a course on sale",
    openapi_extra=_CREATOR,
    responses=problems(*_TAKEN, CourseIncomplete, CourseNotDraft),
)
async def publish(id_or_slug: IdOrSlug, response: Response, caller: VerifiedUser, db: Db, expected: IfMatch) -> Draft:
    """For the course's creator and admins. Of a draft or an unpublished course whose checklist is fulfilled; a
    suspended course stays off sale until an administrator lifts that."""
    return versioned(response, await db.write(service.publish, id_or_slug, caller, expected))


@studio.put(
    "/{id_or_slug}/unpublish",
    operation_id="courses.unpublish",
    summary="Take a course off sale",
    openapi_extra=_CREATOR,
    responses=problems(*_TAKEN, CourseNotPublished),
)
async def unpublish(id_or_slug: IdOrSlug, response: Response, caller: VerifiedUser, db: Db, expected: IfMatch) -> Draft:
    """For the course's creator and admins. Nobody can buy it until it is published again; its students go on."""
    return versioned(response, await db.write(service.unpublish, id_or_slug, caller, expected))


@studio.post(
    "/{id_or_slug}/retire",
    operation_id="courses.retire",
    summary="Retire a course",
    response_model=Draft,
    openapi_extra=_CREATOR,
    responses=problems(*_TAKEN, CourseNotRetirable, IdempotencyKeyReused),
)
async def retire(id_or_slug: IdOrSlug, caller: VerifiedUser, idem: OptionalIdempotency, expected: IfMatch) -> Response:
    """For the course's creator and admins. It is off sale and unchanged for ever; its students keep everything."""
    return tagged(await idem.run(caller.user_id, 200, Draft, service.retire, id_or_slug, caller, expected))
