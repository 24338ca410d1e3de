"""Asking to become a creator, and deciding about it."""

from collections.abc import Sequence
from dataclasses import asdict

from app.core.ids import new_id
from app.db.keyset import Moment
from app.db.session import ReadSession, WriteSession
from app.domains.audit import service as audit
from app.domains.audit.service import Change
from app.domains.roles import repository
from app.domains.roles.errors import (
    AlreadyCreator,
    ApplicationNotFound,
    ApplicationNotPending,
    ApplicationPending,
    OwnApplication,
)
from app.domains.roles.events import ApplicationDecided, ApplicationReceived
from app.domains.roles.models import CreatorApplication
from app.domains.roles.types import Answers, ApplicationFacts, ApplicationId, ApplicationStatus
from app.domains.users import service as users
from app.domains.users.types import UserId


def submit(session: WriteSession, user_id: UserId, answers: Answers) -> ApplicationFacts:
    """Ask to become a creator. Raises `AlreadyCreator`, `ApplicationPending`."""
    if users.lock_user(session, user_id).can_create_courses:  # locked, so that an approval is not missed
        raise AlreadyCreator
    application_id = ApplicationId(new_id("app"))
    values = {"id": application_id, "user_id": user_id, "status": ApplicationStatus.PENDING}
    if not repository.insert(session, values | asdict(answers)):
        raise ApplicationPending
    session.publish(ApplicationReceived(application_id))
    return show_application(session, application_id)


def approve(session: WriteSession, actor_id: UserId, application_id: ApplicationId) -> ApplicationFacts:
    """The applicant may create courses at once.

    Raises `Forbidden`, `ApplicationNotFound`, `OwnApplication`, `ApplicationNotPending`.
    """
    found = _decide(session, actor_id, application_id, ApplicationStatus.APPROVED)
    granted = {"can_create_courses": True}
    reason = f"approved {application_id}"
    users.change_capabilities(session, found.applicant.id, granted, actor_id=actor_id, reason=reason)
    return found


def deny(session: WriteSession, actor_id: UserId, application_id: ApplicationId, reason: str) -> ApplicationFacts:
    """Turn the application down; the applicant is told why, and may send another one. Raises as `approve` does."""
    return _decide(session, actor_id, application_id, ApplicationStatus.DENIED, reason)


def _decide(
    session: WriteSession,
    actor_id: UserId,
    application_id: ApplicationId,
    status: ApplicationStatus,
    reason: str | None = None,
) -> ApplicationFacts:
    users.require_admin(session, actor_id)
    user_id = _find(session, application_id).user_id
    if user_id == actor_id:
        raise OwnApplication
    users.lock_user(session, user_id)  # in the order in which `submit` locks
    if not repository.decide(session, application_id, status, decided_by=actor_id, denial_reason=reason):
        raise ApplicationNotPending
    before, after = {"status": ApplicationStatus.PENDING}, {"status": status}
    change = Change(f"application.{status}", "creator_application", application_id, before, after, reason)
    audit.record(session, actor_id, change)
    session.publish(ApplicationDecided(application_id, user_id))
    return show_application(session, application_id)


def show_application(session: ReadSession, application_id: ApplicationId) -> ApplicationFacts:
    """Raises `ApplicationNotFound`."""
    return _facts(session, [_find(session, application_id)])[0]


def get_application(session: ReadSession, application_id: ApplicationId) -> CreatorApplication | None:
    return repository.by_id(session, application_id)


def _find(session: ReadSession, application_id: ApplicationId) -> CreatorApplication:
    application = get_application(session, application_id)
    if application is None:
        raise ApplicationNotFound
    return application


def list_own(session: ReadSession, user_id: UserId, *, before: Moment | None, limit: int) -> list[ApplicationFacts]:
    """What somebody applied with, newest first."""
    return _facts(session, repository.page(session, user_id=user_id, before=before, limit=limit))


def list_applications(
    session: ReadSession, status: ApplicationStatus | None, *, before: Moment | None, limit: int
) -> list[ApplicationFacts]:
    """Everybody's, newest first."""
    return _facts(session, repository.page(session, status=status, before=before, limit=limit))


def _facts(session: ReadSession, rows: Sequence[CreatorApplication]) -> list[ApplicationFacts]:
    people = users.get_people(session, {row.user_id for row in rows})
    return [
        ApplicationFacts(
            id=row.id,
            applicant=people[row.user_id],
            status=ApplicationStatus(row.status),
            answers=_answers(row),
            created_at=row.created_at,
            reviewed_by_user_id=row.reviewed_by_user_id,
            reviewed_at=row.reviewed_at,
            denial_reason=row.denial_reason,
        )
        for row in rows
    ]


def _answers(row: CreatorApplication) -> Answers:
    return Answers(
        expertise_areas=row.expertise_areas,
        teaching_experience=row.teaching_experience,
        course_ideas=row.course_ideas,
        motivation=row.motivation,
        portfolio_url=row.portfolio_url,
    )
