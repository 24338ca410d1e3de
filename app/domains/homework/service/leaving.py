"""What homework keeps of a person, and what of it goes with them."""

from app.db.export import Plain
from app.db.session import ReadSession, WriteSession
from app.domains.files import service as files
from app.domains.homework import repository
from app.domains.users.types import UserId


def export_of(session: ReadSession, user_id: UserId) -> Plain:
    """What the person gave, handed in and reviewed, newest first."""
    return {
        "given": repository.export_assignments(session, user_id),
        "handed_in": repository.export_submissions(session, user_id),
        "reviewed": repository.export_reviews(session, user_id),
    }


def erase(session: WriteSession, user_id: UserId) -> None:
    """Delete what the person handed in, files and all. What they gave stays with the course, and what they said about
    the work of others with those."""
    for file_id in repository.delete_of_student(session, user_id):
        files.release(session, file_id)
