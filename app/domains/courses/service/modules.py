"""Changing a curriculum, module by module or as a whole. Each answers the course as it then is and raises as
`managing.edit` does."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Row

from app.core.ids import new_id
from app.db.session import WriteSession
from app.domains.courses.errors import ModuleInUse, ModuleNotFound, OrderIncomplete, TooManyModules
from app.domains.courses.models import CourseModule
from app.domains.courses.repository import courses
from app.domains.courses.schemas.studio import Draft
from app.domains.courses.service.managing import edit
from app.domains.courses.types import MOST_MODULES, CourseId, ModuleChange, ModuleDraft, ModuleId
from app.edge.etags import Expected
from app.edge.principal import Principal


def replace_curriculum(
    session: WriteSession,
    id_or_slug: str,
    caller: Principal,
    expected: Expected,
    modules: Sequence[ModuleChange],
    *,
    session_count: int | None,
) -> Draft:
    """Make the curriculum these modules in this order, and the course as many sessions as given. Those with an id are
    kept, so that what belongs to them stays. Raises `ModuleNotFound`, `ModuleInUse`, `OrderIncomplete` too."""

    def apply(row: Row[Any]) -> None:
        kept = [module.id for module in modules if module.id is not None]
        if len(set(kept)) != len(kept):
            raise OrderIncomplete
        present = _ids(session, row.id)
        if not set(present) >= set(kept):
            raise ModuleNotFound
        _remove(session, row.id, set(present) - set(kept))
        courses.place_modules(session, row.id, [_put(session, row.id, module) for module in modules])
        if session_count is not None:
            courses.change(session, row.id, {"session_count": session_count})

    return edit(session, id_or_slug, caller, expected, "curriculum_replaced", apply)


def _put(session: WriteSession, course_id: CourseId, module: ModuleChange) -> ModuleId:
    values = {
        "session_number": module.session_number,
        "title": module.title,
        "description": module.description,
        "duration_minutes": module.duration_minutes,
    }
    if module.id is None:
        return _insert(session, course_id, values)
    courses.change_module(session, course_id, module.id, values)
    return module.id


def add_module(
    session: WriteSession, id_or_slug: str, caller: Principal, expected: Expected, module: ModuleDraft
) -> Draft:
    """Put a module at the end. Raises `TooManyModules` too."""

    def apply(row: Row[Any]) -> None:
        if row.module_count >= MOST_MODULES:
            raise TooManyModules
        values = {
            "session_number": module.session_number,
            "title": module.title,
            "description": module.description,
            "duration_minutes": module.duration_minutes,
        }
        added = _insert(session, row.id, values)
        courses.place_modules(session, row.id, [*(each for each in _ids(session, row.id) if each != added), added])

    return edit(session, id_or_slug, caller, expected, "module_added", apply)


def change_module(
    session: WriteSession,
    id_or_slug: str,
    module_id: ModuleId,
    caller: Principal,
    expected: Expected,
    changes: Mapping[str, Any],
) -> Draft:
    """Set the fields that are given. Raises `ModuleNotFound` too."""

    def apply(row: Row[Any]) -> None:
        if module_id not in _ids(session, row.id):
            raise ModuleNotFound
        if changes:
            courses.change_module(session, row.id, module_id, dict(changes))

    return edit(session, id_or_slug, caller, expected, "module_changed", apply)


def remove_module(
    session: WriteSession, id_or_slug: str, module_id: ModuleId, caller: Principal, expected: Expected
) -> Draft:
    """Take a module out; the others move up. Raises `ModuleNotFound`, `ModuleInUse` too."""

    def apply(row: Row[Any]) -> None:
        present = _ids(session, row.id)
        if module_id not in present:
            raise ModuleNotFound
        _remove(session, row.id, {module_id})
        courses.place_modules(session, row.id, [each for each in present if each != module_id])

    return edit(session, id_or_slug, caller, expected, "module_removed", apply)


def order_modules(
    session: WriteSession, id_or_slug: str, caller: Principal, expected: Expected, ids: Sequence[ModuleId]
) -> Draft:
    """Put the modules into this order. Raises `OrderIncomplete` too."""

    def apply(row: Row[Any]) -> None:
        if sorted(ids) != sorted(_ids(session, row.id)):
            raise OrderIncomplete
        courses.place_modules(session, row.id, ids)

    return edit(session, id_or_slug, caller, expected, "modules_ordered", apply)


def _ids(session: WriteSession, course_id: CourseId) -> list[ModuleId]:
    return [module.id for module in courses.modules_of(session, course_id)]


def _remove(session: WriteSession, course_id: CourseId, ids: set[ModuleId]) -> None:
    if ids and courses.delete_modules(session, course_id, ids) != len(ids):
        raise ModuleInUse


def _insert(session: WriteSession, course_id: CourseId, values: dict[str, Any]) -> ModuleId:
    """A new module, past the last place: `place_modules` gives it its own."""
    module_id = ModuleId(new_id("mod"))
    place = courses.last_module_position(session, course_id) + MOST_MODULES
    courses.add(session, CourseModule, {"id": module_id, "course_id": course_id, "position": place, **values})
    return module_id
