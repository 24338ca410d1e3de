"""Refusals about recordings."""

from app.core.errors import NotFound


class RecordingNotFound(NotFound):
    """The session has no recording: not everybody agreed to one, it is not ready, or it was deleted."""

    code = "recording_not_found"
    title = "There is no recording of this session."
    hint = "It comes some minutes after the room was closed, if both agreed to it beforehand."
