"""The links say the same as the file."""

from dataclasses import replace
from urllib.parse import parse_qsl, urlsplit

from app.domains.calendar.links import add_links, subscribe_links
from tests.domains.calendar.test_ics import EVENT

TRICKY = replace(EVENT, title="Session: Python & SQL + 100% #1", description="Zeile ä", location="")


def fields(link: str) -> dict[str, str]:
    assert "+" not in link  # Outlook shows it as a plus
    return dict(parse_qsl(urlsplit(link).query, keep_blank_values=True, strict_parsing=True))


def test_google() -> None:
    link = add_links(TRICKY, "Europe/Berlin").google
    assert link.startswith("https://calendar.google.com/calendar/render?action=TEMPLATE&text=Session%3A%20Python%20%26")
    assert fields(link) == {
        "action": "TEMPLATE",
        "text": TRICKY.title,
        "dates": "20261201T150000Z/20261201T160000Z",
        "details": f"Zeile ä\n\n{TRICKY.join_url}",
        "location": "",
        "ctz": "Europe/Berlin",
    }


def test_outlook_private_and_work() -> None:
    links = add_links(EVENT, "UTC")
    assert links.outlook.startswith("https://outlook.live.com/calendar/0/deeplink/compose?path=%2Fcalendar%2Faction%2F")
    assert links.office == links.outlook.replace("outlook.live.com", "outlook.office.com")
    assert fields(links.outlook) == {
        "path": "/calendar/action/compose",
        "rru": "addevent",
        "subject": EVENT.title,
        "startdt": "2026-12-01T15:00:00Z",
        "enddt": "2026-12-01T16:00:00Z",
        "body": f"See you soon.\n\n{EVENT.join_url}",
        "location": "Online",
    }


def test_subscriptions() -> None:
    links = subscribe_links("https://api.peerloop.example/feeds/s3cret.ics")
    assert links.webcal == "webcal://api.peerloop.example/feeds/s3cret.ics"
    assert links.google.startswith("https://calendar.google.com/calendar/r?cid=webcal%3A%2F%2Fapi.")
    assert fields(links.google) == {"cid": links.webcal}
