"""Bodies of the availability API."""

from typing import Annotated

from pydantic import ConfigDict, Field, StringConstraints

from app.domains.calendar.types import OpeningHours, WeeklyHours
from app.edge.openapi import example
from app.edge.schemas import ApiModel
from app.edge.timezones import TimezoneField

WallTime = Annotated[str, StringConstraints(pattern=r"^(?:([01][0-9]|2[0-3]):[0-5][05]|24:00)$")]

_WINDOW = {"weekday": 1, "start": "09:00", "end": "17:00"}


class AvailabilityWindow(ApiModel):
    """Hours that come back every week, by the wall clock of the teacher's zone."""

    model_config = ConfigDict(json_schema_extra=example("Mondays", _WINDOW))

    weekday: int = Field(ge=0, le=6, description="The day on which the window starts; 0 is Sunday.")
    start: WallTime = Field(description="HH:MM on a five-minute grid.")
    end: WallTime = Field(description="HH:MM; before the start it is on the next day. 24:00 is the end of the day.")


class AvailabilityBody(ApiModel):
    """A teacher's whole week. A PUT replaces all of it."""

    model_config = ConfigDict(
        json_schema_extra=example("Tokyo", {"timezone": "Asia/Tokyo", "buffer_minutes": 15, "windows": [_WINDOW]})
    )

    timezone: TimezoneField = Field(
        description="IANA zone that the windows are meant in; they follow its clock changes."
    )
    buffer_minutes: int = Field(ge=0, le=60, multiple_of=5, description="Pause after each session, 0 to 60 minutes.")
    windows: list[AvailabilityWindow] = Field(
        max_length=50, description="At least 15 minutes each, without overlaps. An empty list closes the calendar."
    )

    @property
    def week(self) -> list[WeeklyHours]:
        """Raises `InvalidWindow`."""
        return [WeeklyHours(each.weekday, OpeningHours.from_wall(each.start, each.end)) for each in self.windows]
