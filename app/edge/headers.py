"""Headers of ASGI messages as they are, pairs of bytes with names in small letters: a wrapper around them costs more
than what is done to them, and every answer comes through here."""

from collections.abc import Iterable
from typing import Final, TypeAlias

from starlette.types import Message

Header: TypeAlias = tuple[bytes, bytes]

_VARY: Final = b"vary"


def add(message: Message, headers: Iterable[Header]) -> None:
    """Add headers to the start of an answer. Its list becomes another one: the old one may be kept somewhere."""
    message["headers"] = [*message.get("headers", ()), *headers]


def first(headers: Iterable[Header], name: bytes) -> bytes | None:
    """The first value of a header."""
    return next((value for found, value in headers if found == name), None)


def vary_by(message: Message, name: bytes) -> None:
    """Say in `Vary` that the answer depends on this header too."""
    vary = first(message.get("headers", ()), _VARY)
    if vary is None:
        add(message, [(_VARY, name)])
    elif name.lower() not in vary.lower():
        others = [header for header in message["headers"] if header[0] != _VARY]
        message["headers"] = [*others, (_VARY, vary + b", " + name)]
