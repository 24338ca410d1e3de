"""The people of the demo. All of them log in with `PASSWORD`."""

from dataclasses import dataclass

from app.domains.calendar.types import OpeningHours, WeeklyHours

PASSWORD = "correct horse sample staple"  # noqa: S105 - documented, and only ever set in development

_WEEKDAYS = range(1, 6)  # Monday to Friday; 0 is Sunday
_SATURDAY = 6


def _hours(start: str, end: str, days: range = _WEEKDAYS) -> tuple[WeeklyHours, ...]:
    return tuple(WeeklyHours(day, OpeningHours.from_wall(start, end)) for day in days)


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody, and what they are there to show."""

    name: str
    timezone: str
    about: str
    is_admin: bool = False
    can_create_courses: bool = False
    is_verified: bool = True
    is_suspended: bool = False
    hours: tuple[WeeklyHours, ...] = ()

    @property
    def email(self) -> str:
        return f"{self.name.lower().replace(' ', '.')}@peerloop.example"


ADA = Member("Ada Example", "Europe/London", "admin", is_admin=True)
PRIYA = Member(
    "Priya Placeholder",
    "Europe/Berlin",
    "creator who also teaches, in the evening",
    can_create_courses=True,
    hours=(
        *_hours("18:00", "21:30"),
        *_hours("10:00", "14:00", range(_SATURDAY, _SATURDAY + 1)),
    ),
)
MO = Member("Mo Mockup", "America/New_York", "creator who does not teach", can_create_courses=True)
TESS = Member("Tess Template", "America/Los_Angeles", "teacher", hours=_hours("09:00", "17:00"))
TARO = Member("Taro Testcase", "Asia/Tokyo", "teacher on the other side of the world", hours=_hours("09:00", "17:00"))
PAULA = Member("Paula Pausing", "Europe/Paris", "teacher who pauses", hours=_hours("09:00", "17:00"))
SAM = Member("Sam Sample", "Europe/Berlin", "student")
DANA = Member("Dana Dummy", "Asia/Kolkata", "student half an hour off everybody else")
NIA = Member("Nia Newcomer", "America/Sao_Paulo", "student with an unverified address", is_verified=False)
LOU = Member("Lou Lockout", "Australia/Sydney", "suspended member", is_suspended=True)

CAST = (ADA, PRIYA, MO, TESS, TARO, PAULA, SAM, DANA, NIA, LOU)
