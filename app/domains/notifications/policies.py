"""How mails are written: templates become text, and times and amounts are put as a person reads them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from app.domains.calendar.zones import zone_of
from app.domains.notifications.types import Template
from app.domains.sessions.policies import local_time

_LONGEST_SUBJECT = 150
# Controls, line and paragraph separators, and marks that turn the direction of what follows.
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")


def one_line(value: object) -> object:
    """Whatever goes into a template, without what could start another header, line or direction of writing."""
    if isinstance(value, Markup) or not isinstance(value, str):  # Markup is what our own macros made
        return value
    return _UNPRINTABLE.sub(" ", value)


_templates = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=select_autoescape(["html"]),
    undefined=StrictUndefined,
    finalize=one_line,
    trim_blocks=True,
    lstrip_blocks=True,
    auto_reload=False,
)


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail's three texts."""

    subject: str
    text: str
    html: str


def write(template: Template, values: Mapping[str, object]) -> Letter:
    """Fill both files of a template. The first line of the plain one is the subject."""
    subject, _, text = _templates.get_template(f"{template}.txt").render(values).partition("\n")
    html = _templates.get_template(f"{template}.html").render(values, subject=subject)
    return Letter(_shorten(subject), text.strip() + "\n", html)


def _shorten(subject: str) -> str:
    return subject if len(subject) <= _LONGEST_SUBJECT else f"{subject[: _LONGEST_SUBJECT - 1]}…"


def moment_text(at: datetime, zone: str) -> str:
    """Such as `Tue 1 Dec 2026, 16:00 (UTC+01:00), Europe/Berlin`."""
    local = local_time(at, zone)
    return f"{local.text}, {local.timezone}"


def period_text(start: datetime, end: datetime, zone: str) -> str:
    """Such as `Tuesday, 1 December 2026, 16:00 to 17:30, Europe/Berlin (UTC+01:00)`."""
    starts, ends = (instant.astimezone(zone_of(zone)) for instant in (start, end))
    offsets = dict.fromkeys(f"UTC{local.isoformat()[-6:]}" for local in (starts, ends))  # two when clocks change
    day = f"{starts:%A}, {starts.day} {starts:%B %Y}"
    return f"{day}, {starts:%H:%M} to {ends:%H:%M}, {zone} ({', then '.join(offsets)})"


def amount_text(amount_cents: int, currency: str) -> str:
    """Such as `249.00 USD`."""
    return f"{amount_cents // 100}.{amount_cents % 100:02d} {currency.upper()}"
