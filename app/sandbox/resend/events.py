"""What the twin tells its owner of a mail: that it came back, or that its reader called it spam.

The endpoint is subscribed to these events only, as the operations guide asks for; nothing is sent of an ordinary mail.
"""

import base64
import hashlib
import hmac
import json

from app.core.clock import Clock
from app.sandbox.books import Record
from app.sandbox.deliveries import Deliveries

SIGNER = "resend"
_OUTCOMES = ("bounced", "complained")
_BOUNCE = {
    "type": "Permanent",
    "subType": "General",
    "message": "The recipient's mail server says that there is no such mailbox.",
    "diagnosticCode": ["smtp; 550 5.1.1 no such user"],
}


def outcome(address: str) -> str:
    """What becomes of a mail to this address, as `last_event` names it."""
    return next((found for found in _OUTCOMES if address.lower().startswith(found)), "delivered")


class Seals:
    """Svix's scheme `v1` at the moment of sending. The id is made from the body: the same for each attempt."""

    def __init__(self, secret: str, clock: Clock) -> None:
        self._key = base64.b64decode(secret.removeprefix("whsec_"))
        self._clock = clock

    def headers(self, body: bytes) -> dict[str, str]:
        message_id = f"msg_{hashlib.sha256(body).hexdigest()[:27]}"
        moment = int(self._clock.now().timestamp())
        mac = hmac.digest(self._key, f"{message_id}.{moment}.".encode() + body, "sha256")
        signature = f"v1,{base64.b64encode(mac).decode()}"
        return {"svix-id": message_id, "svix-timestamp": str(moment), "svix-signature": signature}


class Events:
    def __init__(self, deliveries: Deliveries, clock: Clock, url: str) -> None:
        self._deliveries = deliveries
        self._clock = clock
        self._url = url

    def announce(self, email: Record) -> None:
        """Queue the event about a mail that was not simply delivered, in the caller's transaction."""
        if email["last_event"] not in _OUTCOMES:
            return
        told = {name: email[name] for name in ("created_at", "from", "to", "subject")}
        tags = {tag["name"]: tag["value"] for tag in email["tags"]}  # a list going out, an object coming back
        bounce = {"bounce": _BOUNCE} if email["last_event"] == "bounced" else {}
        event = {
            "type": f"email.{email['last_event']}",
            "created_at": self._clock.now().isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "data": {"email_id": email["id"], **told, "tags": tags, **bounce},
        }
        self._deliveries.queue(SIGNER, self._url, "application/json", json.dumps(event).encode())
