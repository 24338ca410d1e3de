"""Refusals about availability."""

from app.core.errors import Conflict, Forbidden, NotFound, Problem, members


class InvalidTimezone(Problem):
    """The name is not one of the IANA time zones of the installed release."""

    status, code = 422, "invalid_timezone"
    title = "This is not a time zone."
    hint = "Use an IANA name such as Europe/Berlin."


class InvalidTimestamp(Problem):
    """A time came without an offset, so it does not name an instant."""

    status, code = 422, "invalid_timestamp"
    title = "A time without an offset from UTC is ambiguous."
    hint = "Send RFC 3339 with an offset, best `Z`."


class InvalidWindow(Problem):
    """The hours cannot be read on a clock or last no time, or the weekday does not exist."""

    status, code = 422, "invalid_window"
    title = "These hours are not possible."
    hint = "Hours run from 00:00 to 24:00 and must not start and end at the same time; weekdays are 0 (Sunday) to 6."


class InvalidRules(Problem):
    """A length, buffer, notice, horizon or limit is outside what can be meant."""

    status, code = 422, "invalid_rules"
    title = "These booking rules are not possible."


class InvalidRange(Problem):
    """The end lies before the start."""

    status, code = 422, "invalid_range"
    title = "The range ends before it starts."


class DuplicateOverride(Problem):
    """Two exceptions claim the same date."""

    status, code = 422, "duplicate_override"
    title = "A date can have one exception only."


class WindowTooShort(Problem):
    """A window is shorter than any lesson."""

    status, code = 422, "availability_window_too_short"
    title = "A window of availability lasts at least 15 minutes."


class AvailabilityOverlap(Problem):
    """Two windows of the week claim the same time; one may run past midnight into the other."""

    status, code = 422, "availability_overlap"
    title = "Two windows overlap."
    hint = "Windows may touch but not overlap; an end before the start runs into the next day, Saturday into Sunday."


class NotATeacher(Forbidden):
    """Only those who teach or create courses offer their time."""

    code = "not_a_teacher"
    title = "Only teachers and creators have an availability."
    hint = "It comes with your first teaching certificate."


class RulesBeyondHouse(Problem):
    """A teacher may ask for more notice than the house and offer less of the future, not the reverse."""

    status, code = 422, "rules_beyond_house"
    title = "The house asks for more notice, or opens less of the future."
    hint = "`least_notice_minutes` and `most_horizon_days` are the house's; null takes them as they are."
    context_example = members(least_notice_minutes=120, most_horizon_days=28)


class OverrideNotFound(NotFound):
    """The date has no hours of its own: those of the week hold."""

    code = "override_not_found"
    title = "This date has no hours of its own."


class OverrideOutOfRange(Problem):
    """Dates can be changed from today on, in the teacher's zone, two years ahead, and a year at once."""

    status, code = 422, "override_out_of_range"
    title = "These dates cannot be changed."
    hint = "From today on, at most 730 days ahead and 366 days at once."


class ExternalCalendarNotFound(NotFound):
    """There is no such calendar among those that the caller added."""

    code = "external_calendar_not_found"
    title = "There is no such external calendar."


class CalendarAddressRefused(Problem):
    """Calendars are read over https from the open internet, and from nowhere inside a network."""

    status, code = 422, "calendar_address_refused"
    title = "Calendars cannot be read from this address."
    hint = "Give the secret iCal address that the other calendar shows: https:// or webcal://, without a port or a password."


class CalendarKnown(Conflict):
    """The caller has added this address already."""

    code = "calendar_known"
    title = "This calendar was added already."


class TooManyCalendars(Conflict):
    """Each person can have a few external calendars read."""

    code = "too_many_calendars"
    title = "No more calendars can be added."
    hint = "Remove one first; `count` is how many there are, and can be."
    context_example = members(count=5)
