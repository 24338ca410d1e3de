"""Which public answers an event makes untrue, and who is told."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import partial
from typing import Any, Final

from app.core.config import Settings
from app.core.events import Event, EventBus
from app.db.session import WriteSession
from app.domains.courses.events import CourseChanged, TopicsChanged
from app.domains.reviews.events import ReviewsChanged
from app.domains.users.events import ProfileChanged
from app.edge.byte_cache import Changes
from app.edge.purging import jobs as purging
from app.edge.tags import COURSES, PEOPLE, REVIEWS, TOPICS, course_tag, user_tag
from app.jobs.registry import Registry
from app.providers.edge.port import EdgeCache
from app.providers.kv.port import KeyValueStore, Rate


def _of_course(event: CourseChanged) -> tuple[str, ...]:
    """Reviews name their courses, on sale or not."""
    own = REVIEWS, course_tag(event.course_id)
    return (COURSES, TOPICS, *own) if event.is_listed else own


TAGS_OF: Final[Mapping[type[Event], Callable[[Any], tuple[str, ...]]]] = {
    CourseChanged: _of_course,
    TopicsChanged: lambda _: (COURSES, TOPICS),
    ProfileChanged: lambda event: (PEOPLE, REVIEWS, user_tag(event.user_id)),
    ReviewsChanged: lambda _: (REVIEWS,),
}
"""Which public answers are no longer true after which event."""


def spread_changes(events: EventBus, changes: Changes, *, has_edge: bool) -> None:
    """Have the answers that this process keeps dropped at the commit, and those of the edge soon after."""

    def spread(session: WriteSession, event: Event) -> None:
        tags = TAGS_OF[type(event)](event)
        session.after_commit(partial(changes.note, tags))
        if has_edge:
            purging.want(session, tags)

    for kind in TAGS_OF:
        events.subscribe(kind, spread)


def register_purging(registry: Registry, edge: EdgeCache, settings: Settings, kv: KeyValueStore) -> None:
    """Purge as often as the plan allows; all processes count together."""
    rate = Rate(settings.cloudflare_purges_per_minute, timedelta(minutes=1))
    registry.register(purging.PURGE, purging.Purger(edge, kv, rate, lag=settings.public_cache_age).purge)
