"""Typed, time-ordered identifiers: a three-letter prefix and a UUIDv7 in Crockford base32 (the TypeID format).

Each domain declares its own: `UserId = NewType("UserId", str)` for code, and
`UserIdField = Annotated[UserId, id_constraint("usr")]` for schemas.
"""

import uuid_utils
from pydantic import StringConstraints

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
"""Crockford's base32: no letter that reads like a digit."""

_LENGTH = 26  # 128 bits in groups of five


def new_id(prefix: str) -> str:
    """A fresh id such as `usr_01kb3m…`. Ids made later sort later."""
    value = uuid_utils.uuid7().int
    digits = [ALPHABET[(value >> (5 * place)) & 31] for place in reversed(range(_LENGTH))]
    return f"{prefix}_{''.join(digits)}"


def id_pattern(prefix: str) -> str:
    """The regular expression an id with this prefix matches."""
    return f"^{prefix}_[0-7][{ALPHABET}]{{{_LENGTH - 1}}}$"


def id_constraint(prefix: str) -> StringConstraints:
    """Pydantic constraint for an id of one kind; it also puts the pattern into the OpenAPI document."""
    return StringConstraints(pattern=id_pattern(prefix), min_length=len(prefix) + 1 + _LENGTH)
