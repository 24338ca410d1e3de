"""What the service wants of calendars elsewhere: their bytes, and no way into our own network."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Protocol


class Unread(StrEnum):
    """Why a calendar could not be read."""

    ADDRESS = "address"
    UNREACHABLE = "unreachable"
    REFUSED = "refused"
    TOO_LARGE = "too_large"
    TOO_SLOW = "too_slow"
    NOT_A_CALENDAR = "not_a_calendar"
    TOO_MUCH = "too_much"


class CalendarUnread(Exception):
    """It could not be read this time. `pause` is how long its server asks to be left alone."""

    def __init__(self, reason: Unread, pause: timedelta = timedelta(0)) -> None:
        super().__init__(reason.value)
        self.reason = reason
        self.pause = pause


@dataclass(frozen=True, slots=True)
class Known:
    """What the server said of the copy that we have, so that it need not send it again."""

    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True)
class Copy:
    """What was read, and what the server says of it."""

    body: bytes
    known: Known


class CalendarSource(Protocol):
    """Reads addresses that people gave us, which may be anything."""

    def accept(self, url: str) -> str:
        """The address as it is to be kept. Raises `CalendarUnread` (`ADDRESS`) unless it is one that is ever read:
        https, the usual port, no name and password, and no address inside a private network."""
        ...

    async def read(self, url: str, known: Known) -> Copy | None:
        """The calendar; None when it is the one that we know. Raises `CalendarUnread`."""
        ...
