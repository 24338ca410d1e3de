"""What the service wants of an object store: bytes under keys, and addresses by which browsers reach them directly."""

import re
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol

PUBLIC_PREFIX: Final = "public/"
"""Objects under it may be read by everybody for ever; all others only by a signed address."""

LEAST_PART_BYTES: Final = 5 * 1024 * 1024
MOST_PARTS: Final = 10_000
_KEY = re.compile(r"[a-z0-9][a-z0-9._-]*(/[a-z0-9][a-z0-9._-]*)*")
_LONGEST_KEY = 512


class ObjectMissing(Exception):
    """There is no object under the key."""


@dataclass(frozen=True, slots=True)
class StoredObject:
    """What a store knows of an object. The tag changes with the content, but is no hash of it."""

    key: str
    size_bytes: int
    content_type: str
    etag: str
    modified_at: datetime


@dataclass(frozen=True, slots=True)
class SignedRequest:
    """A request that a browser may make by itself until it ends: it must send exactly these headers."""

    method: str
    url: str
    headers: Mapping[str, str]
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Part:
    """One uploaded piece of a large object: its number from 1, and the tag that the store answered."""

    number: int
    etag: str


class ObjectStore(Protocol):
    """Keys are lower-case ASCII path segments of 512 bytes at most: `ValueError` for others. A missing object raises
    `ObjectMissing` where it is read. All may raise `ProviderUnavailable` or `ProviderRejected`."""

    async def sign_put(self, key: str, *, content_type: str, size_bytes: int, life: timedelta) -> SignedRequest:
        """Let a browser upload exactly so many bytes of this type to the key."""

    async def sign_get(self, key: str, *, life: timedelta, download_name: str | None = None) -> SignedRequest:
        """Let a browser read a private object; with a name it is saved instead of shown."""

    def public_url(self, key: str) -> str:
        """Where everybody reads an object whose key begins with `public/`. `ValueError` for other keys."""

    async def start_parts(self, key: str, *, content_type: str) -> str:
        """Begin an upload in parts and answer its id."""

    async def sign_part(
        self, key: str, upload_id: str, *, number: int, size_bytes: int, life: timedelta
    ) -> SignedRequest:
        """Let a browser upload one part: 5 MiB at least, all but the last of one size."""

    async def finish_parts(self, key: str, upload_id: str, parts: Sequence[Part]) -> None:
        """Make the object of its parts; repeating it after it succeeded changes nothing."""

    async def abort_parts(self, key: str, upload_id: str) -> None:
        """Give up an upload in parts, if it is still there."""

    async def find(self, key: str) -> StoredObject | None:
        """What is stored under the key, or None."""

    async def read(self, key: str, *, start: int = 0, length: int | None = None) -> bytes:
        """Bytes of the object; a range beyond its end is cut."""

    def stream(self, key: str) -> AsyncIterator[bytes]:
        """The whole object in pieces of at most 1 MiB."""

    async def put(
        self, key: str, body: bytes | AsyncIterator[bytes], *, content_type: str, cache_control: str | None = None
    ) -> StoredObject:
        """Store an object, replacing any. A stream is stored in parts, so that memory stays flat."""

    async def delete(self, keys: Collection[str]) -> None:
        """Remove the objects that are there."""

    def list(self, prefix: str = "", *, after: str = "") -> AsyncIterator[StoredObject]:
        """All objects under the prefix whose keys come after that one, in the order of their keys. Their content types
        may be unknown here: empty."""

    async def close(self) -> None:
        """Give back connections. Called once, when the process ends."""


def checked_key(key: str) -> str:
    """The key itself. Raises `ValueError` for one that not every store takes."""
    if len(key) > _LONGEST_KEY or _KEY.fullmatch(key) is None:
        raise ValueError("a key is path segments of lower-case letters, digits, dots, hyphens and underscores")
    return key
