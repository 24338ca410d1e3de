"""The only place that asks what time it is.

Production uses `SystemClock`. Development uses `DevelopmentClock`, whose offset lives in a small file so that
`peerloop clock` moves the server, its jobs and the local twins together, and a restart keeps the moved time.
"""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol


def utc_text(value: datetime, timespec: str = "auto") -> str:
    """RFC 3339 in UTC with `Z`; `timespec` as of `datetime.isoformat`, by default to the second without a fraction."""
    return value.astimezone(UTC).isoformat(timespec=timespec).replace("+00:00", "Z")


class Clock(Protocol):
    """Answers the current instant, always timezone-aware UTC."""

    def now(self) -> datetime: ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class DevelopmentClock:
    """The machine's clock plus an offset in seconds read from a file. A missing file means no offset."""

    def __init__(self, offset_file: Path) -> None:
        self._file = offset_file

    def now(self) -> datetime:
        return datetime.now(UTC) + self.offset()

    def offset(self) -> timedelta:
        """Read anew each time: two moves within one tick of the file system's clock have the same time stamp."""
        try:
            return timedelta(seconds=float(self._file.read_text(encoding="ascii")))
        except FileNotFoundError:
            return timedelta(0)

    def move_to(self, instant: datetime) -> None:
        """From now on the clock continues from `instant`. The file is replaced, never half written."""
        offset = (instant - datetime.now(UTC)).total_seconds()
        self._file.parent.mkdir(parents=True, exist_ok=True)
        draft = self._file.with_suffix(".draft")
        draft.write_text(f"{offset:.6f}", encoding="ascii")
        draft.replace(self._file)

    def reset(self) -> None:
        self._file.unlink(missing_ok=True)
