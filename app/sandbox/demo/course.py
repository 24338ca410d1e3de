"""What the demo courses have in common."""

from dataclasses import dataclass

from app.domains.courses.types import ModuleDraft
from app.sandbox.demo.cast import Member

PRICE_CENTS = 24_900
SESSION_COUNT = 2
SESSION_MINUTES = 90
TOPIC = "ai"
TOPICS = (
    ("ai", "Artificial Intelligence"),
    ("programming", "Programming"),
    ("data", "Data & Analytics"),
    ("design", "Design"),
    ("business", "Business"),
    ("languages", "Languages"),
)
INCLUDES = (
    "Two live one-to-one sessions of 90 minutes",
    "A teacher who has taken the very same course",
    "Times that suit you, booked with your teacher",
    "Lifetime access to the material",
    "A certificate of completion",
)


@dataclass(frozen=True, slots=True)
class DemoCourse:
    """One course, who made it and who teaches it. A paused teacher is certified and cannot be booked."""

    title: str
    tagline: str
    description: str
    creator: Member
    teachers: tuple[Member, ...]
    modules: tuple[ModuleDraft, ...]
    objectives: tuple[str, ...]
    audience: tuple[str, ...]
    required: tuple[str, ...]
    nice_to_have: tuple[str, ...]
    not_required: tuple[str, ...]
    tags: tuple[str, ...]
    paused: tuple[Member, ...] = ()
