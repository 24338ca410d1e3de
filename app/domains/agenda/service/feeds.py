"""A person's calendar feed: made, replaced, given up, and read by whoever has its address."""

from dataclasses import dataclass

from app.core.ids import new_id
from app.db.session import ReadSession, WriteSession
from app.domains.agenda import repository
from app.domains.agenda.errors import CalendarFeedNotFound
from app.domains.agenda.types import FeedFacts, FeedId
from app.domains.calendar.types import CalendarEvent
from app.domains.sessions import service as sessions
from app.domains.sessions.policies import Platform
from app.domains.users import service as users
from app.domains.users.errors import UserNotFound
from app.domains.users.types import UserId


@dataclass(frozen=True, slots=True)
class FeedState:
    """Whose feed it is, and a text that is another one when the feed would show something else."""

    owner_id: UserId
    version: str


def get_feed(session: ReadSession, user_id: UserId) -> FeedFacts:
    """Raises `CalendarFeedNotFound` while the person has none."""
    found = repository.feed_of(session, user_id)
    if found is None:
        raise CalendarFeedNotFound
    return found


def renew_feed(session: WriteSession, user_id: UserId) -> FeedFacts:
    """A feed with a new address; the former one, if any, leads nowhere from now on. Raises `UserNotFound`."""
    users.lock_user(session, user_id)
    repository.delete_feed(session, user_id)
    repository.insert_feed(session, user_id, FeedId(new_id("cfd")))
    return get_feed(session, user_id)


def give_up(session: WriteSession, user_id: UserId) -> None:
    """Have no feed any more; who has none needs no change."""
    repository.delete_feed(session, user_id)


def find_feed(session: ReadSession, feed_id: FeedId) -> FeedState:
    """Raises `CalendarFeedNotFound` also when the owner is suspended or has left."""
    owner_id = repository.owner_of(session, feed_id)
    if owner_id is None or not _may_be_here(session, owner_id):
        raise CalendarFeedNotFound
    return FeedState(owner_id, sessions.calendar_version(session, owner_id))


def _may_be_here(session: ReadSession, user_id: UserId) -> bool:
    try:
        return users.get_user(session, user_id).suspended_at is None
    except UserNotFound:
        return False


def feed_events(session: ReadSession, feed_id: FeedId, platform: Platform) -> tuple[FeedState, list[CalendarEvent]]:
    """What the feed shows, with the state that it belongs to. Raises as `find_feed` does."""
    state = find_feed(session, feed_id)
    return state, sessions.calendar_events(session, state.owner_id, platform)
