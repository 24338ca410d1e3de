"""What is kept of a person's courses, and what becomes of them when the person leaves."""

from app.db.export import Plain
from app.db.session import ReadSession, WriteSession
from app.domains.courses.repository import certifications, courses
from app.domains.courses.service.drafting import discard
from app.domains.courses.service.managing import get_row, tell
from app.domains.users.types import Obligation, UserId


def obligations_of(session: ReadSession, user_id: UserId) -> list[Obligation]:
    """What keeps this account from being deleted, as far as courses are concerned."""
    count = courses.count_on_sale(session, user_id)
    return [Obligation("courses_on_sale", count, "Retire your courses first.")] if count else []


def export_of(session: ReadSession, user_id: UserId) -> Plain:
    """The person's courses, and for which ones they are certified or certified others, newest first."""
    return {
        "created": courses.export_courses(session, user_id),
        "certifications": certifications.export_certifications(session, user_id),
        "certifications_approved": certifications.export_approvals(session, user_id),
    }


def erase(session: WriteSession, user_id: UserId) -> None:
    """Nobody can book the person any more. Drafts go; what was published stays for those who took it, and is retired,
    so that nothing comes on sale again without its creator."""
    for course_id in courses.draft_ids(session, user_id):  # before anybody is told of what then is not there any more
        discard(session, get_row(session, course_id))
    taught = certifications.ids_of_teacher(session, user_id)
    certifications.end_certifications(session, user_id)
    for course_id in taught:
        tell(session, course_id)
    for course_id in courses.ids_of_creator(session, user_id):
        was_on_sale = get_row(session, course_id).is_on_sale
        if courses.retire(session, course_id):
            tell(session, course_id, was_on_sale=was_on_sale)
