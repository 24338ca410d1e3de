"""SQL of what sessions keep of a person."""

from sqlalchemy import case, func, or_, select, update

from app.db.export import Plain, plain_rows
from app.db.session import ReadSession, WriteSession
from app.domains.sessions.models import Attendance, SessionContest, SessionCredit, SessionMove, TeachingSession
from app.domains.sessions.repository.sessions import LIVE, takes_part
from app.domains.users.types import UserId

FORGOTTEN = "(forgotten with the account of who wrote it)"


def count_live(session: ReadSession, user_id: UserId) -> int:
    statement = select(func.count()).where(takes_part(user_id, None), TeachingSession.status.in_(LIVE))
    return session.scalar(statement) or 0


def export_sessions(session: ReadSession, user_id: UserId) -> list[Plain]:
    role = case((TeachingSession.student_id == user_id, "student"), else_="teacher").label("role")
    statement = select(
        TeachingSession.id,
        role,
        TeachingSession.enrollment_id,
        TeachingSession.course_id,
        TeachingSession.status,
        (TeachingSession.no_show_user_id == user_id).label("was_missed_by_you"),
        TeachingSession.starts_at,
        TeachingSession.ends_at,
        TeachingSession.started_at,
        TeachingSession.ended_at,
        (TeachingSession.cancelled_by_user_id == user_id).label("was_cancelled_by_you"),
        case((TeachingSession.cancelled_by_user_id == user_id, TeachingSession.cancel_reason)).label("cancel_reason"),
        TeachingSession.is_late_cancel,
        (TeachingSession.completed_by_user_id == user_id).label("was_completed_by_you"),
        TeachingSession.created_at,
    ).where(takes_part(user_id, None))
    return plain_rows(session, statement.order_by(TeachingSession.starts_at.desc(), TeachingSession.id))


def export_attendance(session: ReadSession, user_id: UserId) -> list[Plain]:
    statement = select(Attendance.session_id, Attendance.joined_at, Attendance.left_at).where(
        Attendance.user_id == user_id
    )
    return plain_rows(session, statement.order_by(Attendance.session_id.desc(), Attendance.id))


def export_moves(session: ReadSession, user_id: UserId) -> list[Plain]:
    """The moves that the person made."""
    move = SessionMove
    statement = select(move.session_id, move.from_starts_at, move.to_starts_at, move.reason, move.created_at)
    own = statement.where(move.moved_by_user_id == user_id)
    return plain_rows(session, own.order_by(move.created_at.desc(), move.id))


def export_contests(session: ReadSession, user_id: UserId) -> list[Plain]:
    """What the person contested or decided."""
    contest = SessionContest
    is_own = contest.opened_by_user_id == user_id
    has_decided = contest.resolved_by_user_id == user_id
    statement = select(
        contest.session_id,
        is_own.label("was_opened_by_you"),
        case((is_own, contest.statement)).label("statement"),
        contest.outcome,
        case((has_decided, contest.note)).label("note"),
        contest.created_at,
        contest.resolved_at,
    ).where(or_(is_own, has_decided))
    return plain_rows(session, statement.order_by(contest.created_at.desc(), contest.session_id))


def export_credits(session: ReadSession, user_id: UserId) -> list[Plain]:
    """The sessions that the person added as an administrator."""
    credit = SessionCredit
    statement = select(credit.session_id, credit.enrollment_id, credit.reason, credit.created_at)
    own = statement.where(credit.granted_by_user_id == user_id)
    return plain_rows(session, own.order_by(credit.created_at.desc(), credit.session_id))


def forget_words(session: WriteSession, user_id: UserId) -> None:
    """What the person wrote about sessions to others; that they moved, cancelled or contested them stays."""
    own_cancel = TeachingSession.cancelled_by_user_id == user_id
    session.change(update(TeachingSession).where(own_cancel).values(cancel_reason=None))
    session.change(update(SessionMove).where(SessionMove.moved_by_user_id == user_id).values(reason=None))
    own_contest = SessionContest.opened_by_user_id == user_id
    session.change(update(SessionContest).where(own_contest).values(statement=FORGOTTEN))
    session.change(update(SessionContest).where(SessionContest.resolved_by_user_id == user_id).values(note=FORGOTTEN))
    session.change(update(SessionCredit).where(SessionCredit.granted_by_user_id == user_id).values(reason=FORGOTTEN))
