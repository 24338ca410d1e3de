"""What the service wants of an object store: bytes under keys, and addresses by which browsers reach them directly."""

import re
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol
from urllib.parse import quote

from app.core.errors import Problem

PUBLIC_PREFIX: Final = "public/"
"""Objects under it may be read by everybody for ever; all others only by a signed address."""

PUBLIC_CACHE: Final = "public, max-age=31536000, immutable"
"""How an object under `public/` is cached unless it is put with something else: its key is never used again."""

LEAST_PART_BYTES: Final = 5 * 1024 * 1024
MOST_PARTS: Final = 10_000
_KEY = re.compile(r"[a-z0-9][a-z0-9._-]*(/[a-z0-9][a-z0-9._-]*)*")
_LONGEST_KEY = 512
_LONGEST_SEGMENT = 200  # a file's name may have 255 bytes


class ObjectMissing(Exception):
    """There is no object under the key."""


@dataclass(frozen=True, slots=True)
class StoredObject:
    """What a store knows of an object. The tag changes with the content, but is no hash of it. How it may be cached is
    known where it was looked up by its key."""

    key: str
    size_bytes: int
    content_type: str
    etag: str
    modified_at: datetime
    cache_control: str | None = None


@dataclass(frozen=True, slots=True)
class SignedRequest:
    """A request that a browser may make by itself until it ends: it must send exactly these headers, and the length of
    its body, which browsers send by themselves."""

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
    """Keys are lower-case ASCII path segments, 512 bytes in all and 200 each at most: `ValueError` for others. A
    missing object raises `ObjectMissing` where it is read. All may raise `ProviderUnavailable` or
    `ProviderRejected`."""

    async def sign_put(self, key: str, *, content_type: str, size_bytes: int, life: timedelta) -> SignedRequest:
        """Let a browser upload exactly so many bytes of this type to the key, once: never over an object."""

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
        """Make the object of its parts; repeating it after it succeeded changes nothing. Raises `ProviderRejected` for
        parts that are not those uploaded, or too small, `ObjectMissing` when the upload was given up, and
        `UploadUnderWay` when it takes long or another call is at it: it goes on, and is repeated until it is done."""

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
    is_short = len(key) <= _LONGEST_KEY and all(len(segment) <= _LONGEST_SEGMENT for segment in key.split("/"))
    if not is_short or _KEY.fullmatch(key) is None:
        raise ValueError("a key is path segments of lower-case letters, digits, dots, hyphens and underscores")
    return key


def checked_public_key(key: str) -> str:
    """The key itself. Raises `ValueError` unless everybody may read what is under it."""
    if not key.startswith(PUBLIC_PREFIX):
        raise ValueError("only objects under public/ have an address for everybody")
    return checked_key(key)


def cache_of(key: str) -> str | None:
    """How the object may be cached if nothing else is said."""
    return PUBLIC_CACHE if key.startswith(PUBLIC_PREFIX) else None


def attachment(name: str) -> str:
    """`Content-Disposition` that saves a file under this name: RFC 6266, with RFC 8187 for what is not ASCII."""
    plain = "".join(letter if _is_plain(letter) else "_" for letter in name)
    exact = quote(name.encode("utf-8", "replace"), safe="")
    return f'attachment; filename="{plain}"' + ("" if plain == name else f"; filename*=UTF-8''{exact}")


def _is_plain(letter: str) -> bool:
    """Old clients unescape neither quotes nor percent signs."""
    return letter.isascii() and letter.isprintable() and letter not in '"\\%'


class AddressRefused(Problem):
    """The address of a file was not signed here, or was signed for something else."""

    status, code = 403, "address_refused"
    title = "This address does not let you do that."
    hint = "Use the address exactly as an operation answered it, with its method and headers."


class AddressExpired(Problem):
    """The address was signed here, and has ended."""

    status, code = 403, "address_expired"
    title = "This address has ended."
    hint = "Ask for a new one with the operation that answered it."


class UploadDiffers(Problem):
    """What arrives is not of the type or the length that the address was signed for. Nothing was kept."""

    status, code = 422, "upload_differs"
    title = "The upload is not of the type and length that were announced."
    hint = "Send the headers that came with the address, and exactly as many bytes as were announced."


class AlreadyUploaded(Problem):
    """There is an object already: an address takes one upload."""

    status, code = 412, "already_uploaded"
    title = "Something was uploaded to this address already."
    hint = "Complete the upload, or create another one."


class UploadUnderWay(Problem):
    """Something arrives there already, or the parts are being joined: one at a time."""

    status, code, retryable = 409, "upload_under_way", True
    title = "An upload to this address is under way."
    hint = "Wait until it has ended; one that broke off is given up after half a minute. Then try again."


@dataclass(frozen=True, slots=True)
class Grant:
    """What a signed address allows. An upload has a size, one of a part an upload id and a number too; a download may
    have the name that the file is saved under."""

    ends_at: int
    content_type: str = ""
    size_bytes: int = 0
    upload_id: str = ""
    part: int = 0
    download_name: str = ""


class OpenObject(Protocol):
    """An object being read: it stays the same, whatever happens to its key."""

    @property
    def facts(self) -> StoredObject: ...

    def pieces(self, start: int, length: int) -> AsyncIterator[bytes]:
        """So many bytes from there on, which must be there."""

    async def aclose(self) -> None: ...


class ServedStore(Protocol):
    """A store that has no server of its own: our routes serve what its addresses lead to (`app.edge.files`)."""

    def check(self, method: str, key: str, query: str) -> Grant:
        """What this spelling of an address allows. Raises `AddressRefused` and `AddressExpired`."""

    async def receive(self, key: str, grant: Grant, body: AsyncIterator[bytes]) -> str:
        """Store an upload or one part of it, and answer its tag. Raises `UploadDiffers` unless the length is that of
        the grant, `AlreadyUploaded`, `UploadUnderWay`, and `ObjectMissing` for a part of no upload; nothing is left
        then."""

    async def open(self, key: str) -> OpenObject:
        """Raises `ObjectMissing`."""
