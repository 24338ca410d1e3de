"""Which part of a course a session is: the N-th one that a place uses, by start, teaches the modules of session N."""

from typing import Any

from app.db.session import ReadSession, WriteSession
from app.domains.courses import service as courses
from app.domains.sessions import repository
from app.domains.sessions.policies import part_numbers
from app.domains.sessions.types import SessionFacts

Part = tuple[int, list[dict[str, Any]]]
"""The number, and id, title and minutes of each module."""


def part_of(session: ReadSession, facts: SessionFacts) -> Part | None:
    """As it was when the session was counted, before that as things are now. None for a session that is given back."""
    if facts.position is not None:
        return facts.position, facts.taught or []
    number = part_numbers(repository.used_of(session, facts.enrollment_id)).get(facts.id)
    return (number, _modules(session, facts, number)) if number is not None else None


def _modules(session: ReadSession, facts: SessionFacts, number: int) -> list[dict[str, Any]]:
    course = courses.get_course(session, facts.course_id)
    return [
        {"id": module.id, "title": module.title, "duration_minutes": module.duration_minutes}
        for module in courses.curriculum(session, course, with_content=False)
        if module.session_number == number
    ]


def freeze(session: WriteSession, facts: SessionFacts) -> None:
    """Keep it, for what was taught does not change with the plan. The caller has counted the session, so that its place
    is locked and no two sessions of it get the same number."""
    part = part_of(session, facts)
    if part is not None:
        repository.freeze_part(session, facts.id, *part)
