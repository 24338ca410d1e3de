"""What people are asked before a session is recorded."""

from typing import Final

from app.domains.video.types import ConsentText

CONSENT: Final = ConsentText(
    version="2026-11-30",
    text="PeerLoop records what is seen and heard in this session, from the moment the first of you enters the room until "
    "it closes, if both of you agree. The two of you, the creator of the course and PeerLoop's administrators can watch "
    "the recording; it is kept so that you can look things up, and shows what happened if a payment is disputed. You may "
    "say no: then the session is held without a recording. You may change your answer until both of you are in the room.",
)
"""The version of it is stored with every answer."""
