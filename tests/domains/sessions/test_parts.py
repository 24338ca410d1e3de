"""Which part of the course each session of a place is, whatever was counted before."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.domains.courses.types import CourseId
from app.domains.enrollments.types import EnrollmentId
from app.domains.sessions.policies import may_contest, part_numbers
from app.domains.sessions.types import SessionFacts, SessionId, SessionStatus
from app.domains.users.types import UserId
from tests.support.clock import START

_SOME = SessionFacts(
    id=SessionId("ses_0"),
    enrollment_id=EnrollmentId("enr_1"),
    course_id=CourseId("crs_1"),
    teacher_id=UserId("usr_t"),
    student_id=UserId("usr_s"),
    starts_at=START,
    ends_at=START + timedelta(hours=1),
    status=SessionStatus.SCHEDULED,
    no_show_user_id=None,
    started_at=None,
    ended_at=None,
    revision=0,
    created_at=START,
    changed_at=START,
    settled_at=None,
    counted_at=None,
    reschedule_count=0,
    cancelled_by_user_id=None,
    cancel_reason=None,
    is_late_cancel=False,
    completed_by_user_id=None,
    resolved_by_user_id=None,
    position=None,
    taught=None,
)


@st.composite
def _used(draw: st.DrawFn) -> list[SessionFacts]:
    """Up to eight sessions by start, some of which were counted as different parts."""
    count = draw(st.integers(0, 8))
    fixed = draw(st.permutations(range(1, count + 1)))
    is_fixed = draw(st.lists(st.booleans(), min_size=count, max_size=count))
    return [
        replace(_SOME, id=SessionId(f"ses_{index}"), position=number if kept else None)
        for index, (number, kept) in enumerate(zip(fixed, is_fixed, strict=True))
    ]


@given(_used())
def test_every_session_is_another_part_and_none_is_left_out(used: list[SessionFacts]) -> None:
    found = part_numbers(used)
    assert sorted(found.values()) == list(range(1, len(used) + 1))
    assert all(found[facts.id] == facts.position for facts in used if facts.position is not None)
    moving = [found[facts.id] for facts in used if facts.position is None]
    assert moving == sorted(moving)


@given(st.integers(-100, 100), st.sampled_from(SessionStatus), st.booleans(), st.booleans())
def test_what_may_be_contested_is_unproven_recent_and_not_counted(
    hours: int, status: SessionStatus, is_by_hand: bool, is_counted: bool
) -> None:
    facts = replace(
        _SOME,
        status=status,
        settled_at=START,
        completed_by_user_id=_SOME.teacher_id if is_by_hand else None,
        counted_at=START if is_counted else None,
    )
    is_possible = may_contest(facts, START + timedelta(hours=hours))
    is_unproven = status is SessionStatus.NO_SHOW or (is_by_hand and status is not SessionStatus.CANCELLED)
    assert is_possible == (hours < 72 and is_unproven and not is_counted)
