"""Typed, time-ordered identifiers: a three-letter prefix and a UUIDv7 in Crockford base32 (the TypeID format).

Each domain declares its own: `UserId = NewType("UserId", str)` for code, and
`UserIdField = Annotated[UserId, id_constraint("usr")]` for schemas.
"""

from base64 import b32encode

import uuid_utils
from pydantic import StringConstraints

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
"""Crockford's base32: no letter that reads like a digit."""

_LENGTH = 26  # 128 bits in groups of five
_BYTES = 20  # the next length that is whole groups too; what comes before the 128 bits is cut off
_OURS = bytes.maketrans(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", ALPHABET.encode("ascii"))


def new_id(prefix: str) -> str:
    """A fresh id such as `usr_01kb3m…`. Ids made later sort later."""
    digits = b32encode(uuid_utils.uuid7().int.to_bytes(_BYTES)).translate(_OURS)[-_LENGTH:]
    return f"{prefix}_{digits.decode('ascii')}"


def id_pattern(prefix: str) -> str:
    """The regular expression an id with this prefix matches."""
    return f"^{prefix}_[0-7][{ALPHABET}]{{{_LENGTH - 1}}}$"


def id_constraint(prefix: str) -> StringConstraints:
    """Pydantic constraint for an id of one kind; it also puts the pattern into the OpenAPI document."""
    return StringConstraints(pattern=id_pattern(prefix), min_length=len(prefix) + 1 + _LENGTH)
