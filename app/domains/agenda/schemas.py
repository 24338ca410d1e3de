"""Bodies of the calendar feed's API."""

from pydantic import ConfigDict, Field

from app.edge.openapi import example
from app.edge.schemas import ApiModel, Instant

_TOKEN = "cfd_01kbq2z7m8e6h9s0t3v5x7y9za.pXk3V2c0Qd8uYt1mWl5sJr7nBf4hGz6aEo9iKxDvUqM"  # noqa: S105 - of nobody
_REST = f"api.peerloop.example/api/calendar/{_TOKEN}.ics"


class CalendarFeed(ApiModel):
    """A calendar of the caller's sessions for calendar programs to subscribe to. Whoever has an address of it can read
    it."""

    model_config = ConfigDict(
        json_schema_extra=example(
            "Sam's feed",
            {
                "url": f"https://{_REST}",
                "webcal": f"webcal://{_REST}",
                "google": f"https://calendar.google.com/calendar/r?cid=webcal%3A%2F%2F{_REST.replace('/', '%2F')}",
                "apple": f"webcal://{_REST}",
                "created_at": "2026-12-01T15:00:00Z",
            },
        )
    )

    url: str = Field(description="The feed's address: iCalendar (RFC 5545), for any program that takes an address.")
    webcal: str = Field(description="The same for programs that open `webcal:`, such as Outlook and Thunderbird.")
    google: str = Field(
        description="Opens Google Calendar, which asks whether to subscribe. It reads feeds once or a few times a day."
    )
    apple: str = Field(description="Opens Apple's Calendar, which asks whether to subscribe and how often to read.")
    created_at: Instant = Field(description="Since when the feed has this address.")
