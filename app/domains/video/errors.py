"""Refusals about entering the room."""

from app.core.errors import Conflict, members


class JoinWindowClosed(Conflict):
    """It is too early or too late, or the session is over. `opens_at` and `closed_at` say when it was possible."""

    code = "join_window_closed"
    title = "The room of this session cannot be entered now."
    hint = "Join between `opens_at` and `closed_at`."
    context_example = members(opens_at="2026-12-01T14:50:00Z", closed_at="2026-12-01T16:15:00Z")


class RoomChanged(Conflict):
    """One of the two changed their answer about being recorded while the room was being opened."""

    code = "room_changed"
    title = "The room was closed because an answer about recording changed."
    hint = "Join again."


class RecordingSettled(Conflict):
    """Both were in the room, or the session is over: whether it is recorded does not change any more."""

    code = "recording_settled"
    title = "Whether this session is recorded cannot be changed any more."
    hint = "Leave the room if you do not want to be recorded any longer, or write to us."


class ConsentTextOutdated(Conflict):
    """The answer is to another text than people are asked now; `text_version` names that."""

    code = "consent_text_outdated"
    title = "The text about recording is another one by now."
    hint = "GET the consent again, show its text, and answer with its `text_version`."
    context_example = members(text_version="2026-11-30")
