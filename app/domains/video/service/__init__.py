"""Rules of rooms, one module for each use case. Other domains use what is named here."""

from app.domains.video.service.consents import (
    answer,
    forget_stale_room,
    get_consent,
    has_consent,
    is_room_stale,
    list_consents,
)
from app.domains.video.service.joining import JoinPlan, apply_room_event, is_as_planned, list_recorded, plan_join
from app.domains.video.service.leaving import export_of

__all__ = [
    "JoinPlan",
    "answer",
    "apply_room_event",
    "export_of",
    "forget_stale_room",
    "get_consent",
    "has_consent",
    "is_as_planned",
    "is_room_stale",
    "list_consents",
    "list_recorded",
    "plan_join",
]
