"""What somebody with a past left in tables, written straight into them: quicker than to live it."""

from datetime import timedelta

from sqlalchemy import select, update

from app.core.ids import new_id
from app.db.session import WriteSession
from app.domains.arrangements.models import SessionInvite, SessionWait
from app.domains.audit import service as audit
from app.domains.auth import repository as auth_repository
from app.domains.auth import service as auth
from app.domains.auth.types import Device, LoginMethod, MailTokenId, MailTokenPurpose, Signup
from app.domains.courses.types import CourseId
from app.domains.enrollments.models import Enrollment
from app.domains.files import service as files
from app.domains.files.policies import Room
from app.domains.files.types import FileOrder, Kept, Purpose
from app.domains.holds.models import TimeHold
from app.domains.homework.models import Assignment, Submission
from app.domains.invitations.models import Invitation
from app.domains.mfa.models import RecoveryCode, TotpSecret
from app.domains.oauth.models import ExternalIdentity
from app.domains.passkeys.models import Passkey
from app.domains.payments.models import Transaction
from app.domains.payouts.models import BankReturn, Payout, PayoutAccount
from app.domains.payouts.types import AccountStatus, PayoutAccountId, PayoutId, PayoutStatus
from app.domains.recordings.models import Recording
from app.domains.recordings.types import RecordingState
from app.domains.refunds.models import Refund
from app.domains.refunds.types import RefundCause, RefundStatus
from app.domains.resources.models import Resource
from app.domains.roles.models import CreatorApplication
from app.domains.sessions.models import SessionContest, SessionCredit, SessionMove, TeachingSession
from app.domains.users.types import UserId
from app.domains.video.models import ConsentAnswer
from tests.support.learning import Student
from tests.support.world import Actor

MARK = "zebrafish"
"""In every text that the person wrote, and in nothing else."""

NAME = "Zelda Zumthor"
DEVICE = Device(f"{MARK} browser", "203.0.113.0/24")


def keep_refund(session: WriteSession, buyer_id: UserId) -> None:
    """One that was turned down: it moved nothing."""
    paid = session.scalars(select(Transaction).where(Transaction.buyer_id == buyer_id)).one()
    values = {"amount_cents": 100, "currency": "usd", "reason": f"{MARK} reason", "parts": [], "rejection": "No."}
    session.add(
        Refund(
            id=new_id("ref"),
            transaction_id=paid.id,
            buyer_id=buyer_id,
            requested_by_id=buyer_id,
            cause=RefundCause.REQUESTED,
            status=RefundStatus.REJECTED,
            created_at=session.now,
            **values,
        )
    )


def keep_log_ins(session: WriteSession, zelda: Actor) -> None:
    """A second log-in, a mailed link with a sign-up's choices, and every other way to log in."""
    auth.start_auth_session(session, zelda.user_id, timedelta(days=7), LoginMethod.PASSWORD, DEVICE)
    auth_repository.insert_mail_token(
        session,
        MailTokenId(new_id("mtk")),
        zelda.user_id,
        purpose=MailTokenPurpose.VERIFY_EMAIL,
        expires_at=session.now + timedelta(hours=1),
        signup=Signup(f"{MARK} hash", NAME, "UTC"),
    )
    own = {"user_id": zelda.user_id, "created_at": session.now}
    session.add(TotpSecret(sealed_secret=f"{MARK} secret", confirmed_at=session.now, last_step=1, **own))
    session.add(RecoveryCode(code_hash=f"{MARK} code", **own))
    session.add(Passkey(id=f"{MARK}-key", name=f"{MARK} phone", public_key=MARK.encode(), sign_count=1, **own))
    session.add(
        ExternalIdentity(issuer="https://id.example", subject=f"{MARK} subject", last_used_at=session.now, **own)
    )
    session.flush()


def keep_roles(session: WriteSession, zelda: Actor, other_id: UserId) -> None:
    """An application of hers, one that she decided, invitations in both directions, and an audit entry."""
    session.add(_application(session, zelda.user_id, MARK, reviewed_by=None))
    session.add(_application(session, other_id, "others", reviewed_by=zelda.user_id))
    session.add(_invitation(session, zelda.email, "accepted", invited_by=other_id, accepted_by=zelda.user_id))
    session.add(_invitation(session, "guest@peerloop.example", "pending", invited_by=zelda.user_id, accepted_by=None))
    audit.record(session, zelda.user_id, audit.Change("user.tested", "user", other_id))
    session.flush()


def keep_files(session: WriteSession, zelda: Actor) -> None:
    """One under way, one ready, one in use; what they hold does not matter."""
    room = Room(10_000, 10_000)
    _, ready, used = [
        files.create(session, zelda.user_id, FileOrder(Purpose.HOMEWORK, f"{MARK}.pdf", "application/pdf", 100), room)
        for _ in range(3)
    ]
    for file in (ready, used):
        files.finish(session, file, Kept(100, None))
    files.attach(session, used.id, zelda.user_id, Purpose.HOMEWORK, to="sub_1")


def keep_arrangements(session: WriteSession, learned: Student) -> None:
    """A time that was kept for an invite, which was declined, and a wait that was given up."""
    place = session.scalars(select(Enrollment).where(Enrollment.id == learned.enrollment_id)).one()
    pair = {"course_id": place.course_id, "teacher_id": place.teacher_id, "student_id": place.student_id}
    own = pair | {"enrollment_id": place.id, "created_at": session.now}
    start, end = session.now, session.now + timedelta(hours=1)
    hold = TimeHold(
        id=new_id("hld"),
        purpose="invite",
        status="released",
        starts_at=start,
        ends_at=end,
        occupied_from=start,
        occupied_until=end,
        expires_at=end,
        created_at=start,
        **pair,
    )
    session.add(hold)
    session.flush()
    about = {"hold_id": hold.id, **own}
    session.add(
        SessionInvite(id=new_id("siv"), status="declined", starts_at=start, expires_at=end, answered_at=start, **about)
    )
    session.add(SessionWait(id=new_id("swt"), status="withdrawn", earliest_at=start, latest_at=end, **own))
    session.flush()


def keep_coursework(session: WriteSession, zelda: UserId, own: CourseId, learned: Student, student: Student) -> None:
    """Homework that she gave, handed in and reviewed, and a link that she shared. What others still have of it is not
    in words that lead to her."""
    school = session.scalars(select(Enrollment.course_id).where(Enrollment.id == learned.enrollment_id)).one()
    given, taken = _assignment(session, own, zelda), _assignment(session, school, student.actor.user_id)
    session.add_all((given, taken))
    session.flush()
    session.add(_submission(session, taken.id, learned, MARK, feedback="Try again.", reviewed_by=student.actor.user_id))
    session.add(_submission(session, given.id, student, "My work.", feedback="Well done.", reviewed_by=zelda))
    link = {"kind": "link", "title": "The manual", "url": "https://docs.example/", "is_public": True}
    stamps = {"created_by_user_id": zelda, "created_at": session.now, "updated_at": session.now}
    session.add(Resource(id=new_id("res"), course_id=own, position=1, download_count=0, **link, **stamps))
    session.flush()


def keep_session_changes(session: WriteSession, zelda: UserId, learned: Student) -> None:
    """A session that she moved, contested and called off, and one that she made up for."""
    held = session.scalars(select(TeachingSession).where(TeachingSession.enrollment_id == learned.enrollment_id)).one()
    stamp = {"session_id": held.id, "created_at": session.now}
    times = {"from_starts_at": held.starts_at, "to_starts_at": held.starts_at}
    session.add(SessionMove(id=new_id("mov"), moved_by_user_id=zelda, reason=f"{MARK} reason", **times, **stamp))
    contest = {"opened_by_user_id": zelda, "resolved_by_user_id": zelda, "resolved_at": session.now}
    session.add(SessionContest(statement=f"{MARK} statement", note=f"{MARK} note", **contest, **stamp))
    said = {"consents": True, "text_version": "2026-11-30", "answered_at": session.now}
    session.add(ConsentAnswer(session_id=held.id, user_id=zelda, **said))
    people = {"teacher_id": held.teacher_id, "student_id": held.student_id, "enrollment_id": held.enrollment_id}
    film = {"provider": "plugnmeet", "provider_id": "film", "key": "sessions/film", "is_unwanted": False}
    session.add(Recording(id=new_id("rec"), state=RecordingState.WAITING, **people, **film, **stamp))
    credit = {"enrollment_id": held.enrollment_id, "granted_by_user_id": zelda}
    session.add(SessionCredit(reason=f"{MARK} reason", **credit, **stamp))
    cancelled = update(TeachingSession).where(TeachingSession.id == held.id)
    session.change(cancelled.values(cancelled_by_user_id=zelda, cancel_reason=f"{MARK} reason"))
    session.flush()


def _assignment(session: WriteSession, course_id: CourseId, given_by: UserId) -> Assignment:
    return Assignment(
        id=new_id("hwk"),
        course_id=course_id,
        created_by_user_id=given_by,
        title="A workflow",
        instructions="Build one.",
        is_required=False,
        is_active=True,
        created_at=session.now,
        updated_at=session.now,
    )


def _submission(
    session: WriteSession, assignment_id: str, student: Student, text: str, *, feedback: str, reviewed_by: UserId
) -> Submission:
    return Submission(
        id=new_id("sub"),
        assignment_id=assignment_id,
        student_id=student.actor.user_id,
        enrollment_id=student.enrollment_id,
        text=text,
        status="reviewed",
        attempt=1,
        submitted_at=session.now,
        reviewed_by_user_id=reviewed_by,
        reviewed_at=session.now,
        feedback=feedback,
        created_at=session.now,
    )


def keep_payouts(session: WriteSession, zelda: UserId, other_id: UserId) -> None:
    """An account and a payout of her own, and one of somebody else's that she decided about."""
    session.add(
        PayoutAccount(
            id=PayoutAccountId(new_id("pac")),
            user_id=zelda,
            country="DE",
            opened_at=session.now,
            provider_account_id="acct_zelda",
            status=AccountStatus.ENABLED,
            requirements=[f"{MARK} requirement"],
            bank_marker=f"{MARK} bank",
            created_at=session.now,
        )
    )
    session.add(
        BankReturn(
            id=new_id("tst"),
            user_id=zelda,
            provider_account_id="acct_zelda",
            amount_cents=5000,
            currency="usd",
            failure_code="account_closed",
            failure_message=f"{MARK} bank",
            sent_at=session.now,
            created_at=session.now,
        )
    )
    session.add(_payout(session, zelda, f"{MARK} note", decided_by=other_id))
    session.add(_payout(session, other_id, "Fine.", decided_by=zelda))


def _payout(session: WriteSession, user_id: UserId, note: str, *, decided_by: UserId) -> Payout:
    return Payout(
        id=PayoutId(new_id("pay")),
        user_id=user_id,
        provider_account_id="acct_zelda",
        amount_cents=5000,
        currency="usd",
        status=PayoutStatus.CANCELLED,
        note=note,
        decided_by=decided_by,
        created_at=session.now,
    )


def _application(session: WriteSession, user_id: UserId, text: str, reviewed_by: UserId | None) -> CreatorApplication:
    texts = dict.fromkeys(("expertise_areas", "teaching_experience", "course_ideas", "motivation"), text)
    return CreatorApplication(
        id=new_id("app"),
        user_id=user_id,
        status="approved" if reviewed_by else "pending",
        reviewed_by_user_id=reviewed_by,
        reviewed_at=session.now if reviewed_by else None,
        created_at=session.now,
        **texts,
    )


def _invitation(
    session: WriteSession, email: str, status: str, *, invited_by: UserId, accepted_by: UserId | None
) -> Invitation:
    return Invitation(
        id=new_id("inv"),
        kind="member",
        email=email,
        status=status,
        invited_by_user_id=invited_by,
        accepted_by_user_id=accepted_by,
        expires_at=session.now + timedelta(days=7),
        created_at=session.now,
    )
