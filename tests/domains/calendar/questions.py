"""An availability case in the calendar's own values."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Self

from app.domains.calendar.types import (
    AvailabilityRules,
    Busy,
    DateOverride,
    OpeningHours,
    OutsideDates,
    OutsideTime,
    Period,
    SessionState,
    SessionTime,
    WeeklyHours,
)
from tests.domains.calendar.cases import Json, instant


@dataclass(frozen=True, slots=True)
class Question:
    """The arguments of `free_slots`."""

    rules: AvailabilityRules
    busy: Busy
    now: datetime
    window: Period

    @classmethod
    def of(cls, case: Json) -> Self:
        busy = Busy(
            teaching=tuple(_session(session) for session in case["sessions"]),
            attending=tuple(SessionTime("student", _period(each), _period(each)) for each in case["student_sessions"]),
            outside=tuple(_outside(engagement) for engagement in case["busy"]),
        )
        window = Period(instant(case["query"]["from"]), instant(case["query"]["to"]))
        return cls(_rules(case), busy.without(case["exclude_session_id"]), instant(case["now"]), window)


def _rules(case: Json) -> AvailabilityRules:
    rules, teacher = case["rules"], case["teacher"]
    overrides = (
        DateOverride(date.fromisoformat(each["date"]), tuple(map(_hours, each["windows"])))
        for each in teacher["overrides"]
    )
    return AvailabilityRules(
        zone=teacher["zone"],
        weekly=tuple(WeeklyHours(_weekday(day), _hours(rule)) for rule in teacher["weekly"] for day in rule["days"]),
        overrides=tuple(overrides),
        duration_min=rules["duration_min"],
        step_min=rules["step_min"],
        buffer_before_min=rules["buffer_before_min"],
        buffer_after_min=rules["buffer_after_min"],
        notice_min=rules["min_notice_min"],
        horizon_days=rules["horizon_days"],
        max_per_day=rules["max_per_day"],
        max_per_week=rules["max_per_week"],
        week_start=_weekday(rules["week_start"]),
    )


def _weekday(iso_weekday: int) -> int:
    return 0 if iso_weekday == 7 else iso_weekday


def _hours(window: Json) -> OpeningHours:
    return OpeningHours.from_wall(window["start"], window["end"])


def _period(times: Json) -> Period:
    return Period(instant(times["start"]), instant(times["end"]))


def _session(session: Json) -> SessionTime:
    time, expires = _period(session), session.get("hold_expires")
    before, after = (timedelta(minutes=session[f"buffer_{side}_min"]) for side in ("before", "after"))
    return SessionTime(
        id=session["id"],
        time=time,
        occupied=Period(time.start - before, time.end + after),
        state=SessionState(session["status"]),
        hold_expires_at=instant(expires) if expires else None,
    )


def _outside(engagement: Json) -> OutsideTime | OutsideDates:
    if "date" not in engagement:
        return OutsideTime(_period(engagement), engagement["transparent"])
    first, end = date.fromisoformat(engagement["date"]), engagement["end_date"]
    day_after = date.fromisoformat(end) if end else first + timedelta(days=1)
    return OutsideDates(first, day_after, engagement["zone"], engagement["transparent"])
