"""How mails are written: templates become text, and times, amounts and devices are put as a person reads them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from jinja2 import ChoiceLoader, Environment, FileSystemLoader, FunctionLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from app.domains.auth.types import LoginMethod
from app.domains.calendar.zones import zone_of
from app.domains.notifications.types import Template
from app.domains.sessions.policies import local_time
from app.domains.users.types import Person, SecurityChange

_LONGEST_SUBJECT = 150
_LONGEST_PREHEADER = 140
_MINUTES_AS_HOURS, _MINUTES_AS_MINUTES = 90, 50
_FOLDER = Path(__file__).parent / "templates"
_HOLE = "<!-- body -->"
# Controls, line and paragraph separators, and marks that turn the direction of what follows.
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")


def one_line(value: object) -> object:
    """Whatever goes into a template, without what could start another header, line or direction of writing."""
    if isinstance(value, Markup) or not isinstance(value, str):  # Markup is what our own macros made
        return value
    return _UNPRINTABLE.sub(" ", value)


def _html_source(name: str) -> str | None:
    """MJML becomes HTML before Jinja sees it, once: only our own files go through that parser, never a value."""
    body = (_FOLDER / name).with_suffix(".mjml")
    if not name.endswith(".html") or not body.exists():
        return None
    import mrml  # noqa: PLC0415 - 1.5 MB that a process which sends no mail never needs

    page = (_FOLDER / "base.mjml").read_text(encoding="utf-8")
    return mrml.to_html(page.replace(_HOLE, body.read_text(encoding="utf-8"))).content


_templates = Environment(
    loader=ChoiceLoader([FunctionLoader(_html_source), FileSystemLoader(_FOLDER)]),
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


def write(
    template: Template,
    values: Mapping[str, object],
    *,
    recipient: Person | None,
    app_url: str,
    reason: str,
    is_optional: bool,
) -> Letter:
    """Fill both files of a template. The first line of the plain one is the subject; its first sentences are what
    mailboxes show beside it. Without a recipient nobody is called by name."""
    filled = {**values, "recipient": recipient, "app_url": app_url, "reason": reason, "is_optional": is_optional}
    subject, _, text = _templates.get_template(f"{template}.txt").render(filled).partition("\n")
    shown = {"subject": subject, "preheader": _preheader(text)}
    html = _templates.get_template(f"{template}.html").render(filled, **shown)
    return Letter(_shorten(subject, _LONGEST_SUBJECT), text.strip() + "\n", html)


def _preheader(text: str) -> str:
    """The first line after the greeting."""
    lines = [line for line in text.splitlines() if line.strip()]
    return _shorten(lines[1], _LONGEST_PREHEADER)


def _shorten(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


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


def ahead_text(left: timedelta) -> str:
    """How long it is until then, such as `24 hours`, `one hour` or `15 minutes`."""
    minutes = max(1, round(left / timedelta(minutes=1)))
    if minutes >= _MINUTES_AS_HOURS:
        return f"{round(minutes / 60)} hours"
    if minutes > _MINUTES_AS_MINUTES:
        return "one hour"
    return f"{minutes} minutes" if minutes > 1 else "one minute"


def wall_text(wall: str) -> str:
    """A wall clock of the agenda for people: `Tuesday, 1 December 2026, 16:00`."""
    local = datetime.fromisoformat(wall)
    return f"{local:%A}, {local.day} {local:%B %Y}, {local:%H:%M}"


def amount_text(amount_cents: int, currency: str) -> str:
    """Such as `249.00 USD`."""
    return f"{amount_cents // 100}.{amount_cents % 100:02d} {currency.upper()}"


# In this order: Edge and Opera call themselves Chrome too, and Chrome calls itself Safari; Android is a Linux.
_BROWSERS = {
    "Edg": "Edge",
    "OPR": "Opera",
    "Firefox": "Firefox",
    "FxiOS": "Firefox",
    "Chrome": "Chrome",
    "CriOS": "Chrome",
    "Safari": "Safari",
}
_SYSTEMS = {
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Android": "Android",
    "Windows": "Windows",
    "Mac OS X": "Mac",
    "Linux": "Linux",
}


def device_text(device: str | None) -> str:
    """Such as `Firefox on Windows`. Only words of ours: whoever logs in chooses the name that a program gives itself,
    and must not write to the account's owner with it."""
    browser = _first_found(_BROWSERS, device or "") or "A program unknown to us"
    system = _first_found(_SYSTEMS, device or "")
    return f"{browser} on {system}" if system else browser


def _first_found(words: Mapping[str, str], text: str) -> str | None:
    return next((name for word, name in words.items() if word in text), None)


def method_text(method: str | None) -> str:
    """How somebody logged in, after the word "with"."""
    match LoginMethod(method) if method else None:
        case LoginMethod.PASSWORD:
            return "your password"
        case LoginMethod.PASSKEY:
            return "a passkey"
        case LoginMethod.GOOGLE:
            return "Google"
        case LoginMethod.GITHUB:
            return "GitHub"
        case None:
            return "a method unknown to us"


CHANGES: Mapping[SecurityChange, str] = {
    SecurityChange.PASSWORD_CHANGED: "Your password was changed.",
    SecurityChange.PASSWORD_RESET: "A new password was set by a link that we had mailed to you.",
    SecurityChange.TOTP_ENABLED: "An authenticator app is now asked for when you log in with your password.",
    SecurityChange.TOTP_DISABLED: "The authenticator app is no longer asked for when you log in.",
    SecurityChange.RECOVERY_CODES_RENEWED: "New recovery codes were made. The previous ones no longer work.",
    SecurityChange.RECOVERY_CODE_USED: "A recovery code was used. It does not work again.",
    SecurityChange.PASSKEY_ADDED: "A passkey was added.",
    SecurityChange.PASSKEY_REMOVED: "A passkey was removed.",
    SecurityChange.IDENTITY_LINKED: "An account at another service was linked and can be used to log in.",
    SecurityChange.IDENTITY_UNLINKED: "An account at another service was unlinked and can no longer be used to log in.",
}
"""What happened to an account, as a sentence to its owner."""
