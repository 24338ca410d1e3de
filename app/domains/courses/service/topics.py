"""Keeping the topics that courses are filed under. Each change by an administrator is written into the audit log."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Row

from app.core.ids import new_id
from app.db.session import ReadSession, WriteSession
from app.domains.audit import service as audit
from app.domains.audit.service import Change
from app.domains.courses.errors import TopicExists, TopicNotFound
from app.domains.courses.events import TopicsChanged
from app.domains.courses.models import Topic
from app.domains.courses.repository import courses
from app.domains.courses.types import TopicId
from app.domains.users import service as users
from app.domains.users.types import UserId


def all_topics(session: ReadSession) -> Sequence[Row[Any]]:
    """Every topic in its order, also those that are no longer used."""
    return courses.all_topics(session)


def add_topic(session: WriteSession, *, slug: str, name: str, position: int) -> TopicId | None:
    """Add a topic; None when there is one of this slug."""
    topic_id = TopicId(new_id("top"))
    row = {"id": topic_id, "slug": slug, "name": name, "position": position, "is_active": True}
    return topic_id if courses.add(session, Topic, row) else None


def found_topic(session: WriteSession, actor_id: UserId, slug: str, name: str, position: int | None) -> Row[Any]:
    """Add a topic at this place, or at the end. Raises `Forbidden`, `TopicExists`."""
    users.require_admin(session, actor_id)
    place = position if position is not None else courses.last_topic_position(session) + 1
    topic_id = add_topic(session, slug=slug, name=name, position=place)
    if topic_id is None:
        raise TopicExists
    return _record(session, actor_id, "topic.added", topic_id, None, {"slug": slug, "name": name, "position": place})


def change_topic(session: WriteSession, actor_id: UserId, topic_id: TopicId, changes: Mapping[str, Any]) -> Row[Any]:
    """Rename, move, or take out of use; courses that are filed under it stay there. Raises `Forbidden`,
    `TopicNotFound`."""
    users.require_admin(session, actor_id)
    topic = _find(session, topic_id)
    before = {name: getattr(topic, name) for name, value in changes.items() if getattr(topic, name) != value}
    if not before:
        return topic
    after = {name: changes[name] for name in before}
    courses.change_topic(session, topic_id, after)
    renamed = topic.slug if "name" in after else None
    return _record(session, actor_id, "topic.changed", topic_id, before, after, renamed=renamed)


def _record(
    session: WriteSession,
    actor_id: UserId,
    action: str,
    topic_id: TopicId,
    before: dict[str, Any] | None,
    after: dict[str, Any],
    *,
    renamed: str | None = None,
) -> Row[Any]:
    audit.record(session, actor_id, Change(action, "topic", topic_id, before, after))
    session.publish(TopicsChanged(renamed))
    return _find(session, topic_id)


def _find(session: ReadSession, topic_id: TopicId) -> Row[Any]:
    found = [topic for topic in courses.all_topics(session) if topic.id == topic_id]
    if not found:
        raise TopicNotFound
    return found[0]
