"""Courses as lists show them, each written once for as long as it stays as it is."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from app.db.session import ReadSession
from app.domains.catalogue import repository
from app.domains.catalogue.types import Card, Listing, Placed
from app.domains.courses.types import CourseId

_MOST: Final = 1000  # of about a kilobyte each


class Cards:
    """Cards that this process has written, found by course and version: what another process changes is another
    version."""

    def __init__(self, write: Callable[[Listing], str], *, most: int = _MOST) -> None:
        self._write = write
        self._most = most
        self._kept: dict[tuple[CourseId, int], Card] = {}

    def of(self, session: ReadSession, placed: Sequence[Placed]) -> list[Card]:
        """The cards of these courses, which the session sees on sale."""
        cards = {place.id: card for place in placed if (card := self._kept.get((place.id, place.version)))}
        if len(cards) < len(placed):
            cards |= self._written(session, {place.id: place.version for place in placed if place.id not in cards})
        return [cards[place.id] for place in placed]

    def _written(self, session: ReadSession, versions: Mapping[CourseId, int]) -> dict[CourseId, Card]:
        found = repository.listings(session, versions)
        made = {listing.id: Card(self._write(listing), listing.creator_id) for listing in found}
        if len(self._kept) + len(made) > self._most:
            self._kept.clear()
        self._kept.update(((course_id, versions[course_id]), card) for course_id, card in made.items())
        return made
