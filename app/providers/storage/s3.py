"""Cloudflare R2, or any other store that speaks S3, by aioboto3.

Two buckets: a custom domain of R2 shows a whole bucket, so what is under `public/` lies in one of its own. S3 knows no
single use of an address; a signed `If-None-Match: *` makes the second upload fail instead (R2, AWS and Swift obey it).
The SDK takes 170 ms and 20 MB, so it is loaded with the first call."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, TypeVar

from app.core.clock import Clock
from app.core.errors import ProviderRejected, ProviderUnavailable
from app.providers.calls import KEY_REFUSED
from app.providers.storage.pieces import pieces_of
from app.providers.storage.port import (
    LEAST_PART_BYTES,
    PUBLIC_PREFIX,
    ObjectMissing,
    Part,
    SignedRequest,
    StoredObject,
    attachment,
    cache_of,
    checked_key,
    checked_public_key,
)

PIECE_BYTES: Final = 1024 * 1024
MOST_DELETED: Final = 1000
_CONNECT_S: Final = 3
_READ_S: Final = 20
_MISSING: Final = frozenset({"404", "NoSuchKey", "NoSuchUpload", "NotFound"})
_NO_SUCH_RANGE: Final = frozenset({"416", "InvalidRange"})
_RETRYABLE: Final = KEY_REFUSED | {408, 429}
_SERVER_ERROR: Final = 500

T = TypeVar("T")


class _NoSuchRange(Exception):
    """The object ends before it."""


@dataclass(frozen=True, slots=True)
class S3Account:
    """Where the buckets are, and the key for both. The public URL shows the public bucket, without a slash."""

    endpoint: str
    region: str
    key_id: str
    key_secret: str
    bucket: str
    public_bucket: str
    public_url: str


class S3Store:
    """One client for the process, opened with the first call."""

    def __init__(self, account: S3Account, clock: Clock, *, page: int = 1000) -> None:
        """`page` is how many keys one call lists."""
        self._account = account
        self._clock = clock
        self._page = page
        self._opened = AsyncExitStack()
        self._opening = asyncio.Lock()
        self._client: Any = None

    async def close(self) -> None:
        self._client = None
        await self._opened.aclose()

    # --- addresses

    async def sign_put(self, key: str, *, content_type: str, size_bytes: int, life: timedelta) -> SignedRequest:
        """R2 checks the length because it is signed: a presigned address has no other way to bind it."""
        values = {"ContentType": content_type, "ContentLength": size_bytes, "IfNoneMatch": "*"}
        headers = {"Content-Type": content_type, "If-None-Match": "*"}
        return await self._sign("PUT", "put_object", key, life, values, headers)

    async def sign_get(self, key: str, *, life: timedelta, download_name: str | None = None) -> SignedRequest:
        saved = {"ResponseContentDisposition": attachment(download_name)} if download_name else {}
        return await self._sign("GET", "get_object", key, life, {"ResponseCacheControl": "private, no-store"} | saved)

    async def sign_part(
        self, key: str, upload_id: str, *, number: int, size_bytes: int, life: timedelta
    ) -> SignedRequest:
        values = {"UploadId": upload_id, "PartNumber": number, "ContentLength": size_bytes}
        return await self._sign("PUT", "upload_part", key, life, values)

    def public_url(self, key: str) -> str:
        return f"{self._account.public_url}/{checked_public_key(key)}"

    async def _sign(
        self,
        method: str,
        call: str,
        key: str,
        life: timedelta,
        values: dict[str, Any],
        headers: dict[str, str] | None = None,
    ) -> SignedRequest:
        """The SDK signs with the machine's time, whatever our clock says."""
        client, ends_at = await self._open(), self._clock.now() + life
        seconds = life // timedelta(seconds=1)
        url = await client.generate_presigned_url(call, Params=self._place(key) | values, ExpiresIn=seconds)
        return SignedRequest(method, url, headers or {}, ends_at)

    # --- uploads in parts

    async def start_parts(self, key: str, *, content_type: str) -> str:
        return await self._start_parts(key, _described(key, content_type, None))

    async def finish_parts(self, key: str, upload_id: str, parts: Sequence[Part]) -> None:
        if not parts:
            raise ProviderRejected("An upload has one part at least.")
        made_of = [{"PartNumber": part.number, "ETag": f'"{part.etag}"'} for part in parts]
        try:
            await self._call(
                "complete_multipart_upload",
                **self._place(key),
                UploadId=upload_id,
                MultipartUpload={"Parts": made_of},
            )
        except ObjectMissing:
            found = await self.find(key)  # a store forgets the upload when it succeeds
            if found is None or not found.etag.endswith(f"-{len(parts)}"):
                raise

    async def abort_parts(self, key: str, upload_id: str) -> None:
        with suppress(ObjectMissing):
            await self._call("abort_multipart_upload", **self._place(key), UploadId=upload_id)

    # --- objects

    async def find(self, key: str) -> StoredObject | None:
        try:
            found = await self._call("head_object", **self._place(key))
        except ObjectMissing:
            return None
        return StoredObject(
            key,
            found["ContentLength"],
            found.get("ContentType", ""),
            _tag(found),
            found["LastModified"],
            found.get("CacheControl"),
        )

    async def read(self, key: str, *, start: int = 0, length: int | None = None) -> bytes:
        if length == 0:
            return await self._nothing_of(key)
        end = "" if length is None else start + length - 1
        ranged = {"Range": f"bytes={start}-{end}"} if start or length is not None else {}
        try:
            pieces = [piece async for piece in self._pieces(key, ranged)]
        except _NoSuchRange:
            return b""
        return b"".join(pieces)

    async def stream(self, key: str) -> AsyncIterator[bytes]:
        async for piece in self._pieces(key, {}):
            yield piece

    async def put(
        self, key: str, body: bytes | AsyncIterator[bytes], *, content_type: str, cache_control: str | None = None
    ) -> StoredObject:
        described = _described(key, content_type, cache_control)
        pieces = pieces_of(body, LEAST_PART_BYTES)
        first = await anext(pieces)
        if len(first) < LEAST_PART_BYTES:
            await self._call("put_object", **self._place(key), **described, Body=first)
        else:
            await self._put_parts(key, first, pieces, described)
        stored = await self.find(key)
        if stored is None:
            raise ProviderUnavailable("The object store has lost what was just put.")
        return stored

    async def delete(self, keys: Collection[str]) -> None:
        buckets: dict[str, list[str]] = {}
        for key in keys:
            buckets.setdefault(self._place(key)["Bucket"], []).append(key)
        for bucket, named in buckets.items():
            for start in range(0, len(named), MOST_DELETED):
                doomed = [{"Key": key} for key in named[start : start + MOST_DELETED]]
                answer = await self._call("delete_objects", Bucket=bucket, Delete={"Objects": doomed, "Quiet": True})
                if answer.get("Errors"):
                    raise ProviderUnavailable("The object store did not delete everything.")

    async def list(self, prefix: str = "", *, after: str = "") -> AsyncIterator[StoredObject]:
        """Public keys lie in the middle of the others."""
        account, behind = self._account, PUBLIC_PREFIX[:-1] + chr(ord(PUBLIC_PREFIX[-1]) + 1)
        if not prefix.startswith(PUBLIC_PREFIX):
            async for found in self._list(account.bucket, prefix, after):
                if found.key > PUBLIC_PREFIX:
                    break
                yield found
        if prefix.startswith(PUBLIC_PREFIX) or PUBLIC_PREFIX.startswith(prefix):
            async for found in self._list(account.public_bucket, max(prefix, PUBLIC_PREFIX, key=len), after):
                yield found
        if not prefix.startswith(PUBLIC_PREFIX):
            async for found in self._list(account.bucket, prefix, max(after, behind)):
                yield found

    async def _list(self, bucket: str, prefix: str, after: str) -> AsyncIterator[StoredObject]:
        more: dict[str, str] = {"StartAfter": after} if after else {}
        while True:
            answer = await self._call("list_objects_v2", Bucket=bucket, Prefix=prefix, MaxKeys=self._page, **more)
            for found in answer.get("Contents", ()):
                yield StoredObject(found["Key"], found["Size"], "", _tag(found), found["LastModified"])
            if not answer.get("IsTruncated"):
                return
            more = {"ContinuationToken": answer["NextContinuationToken"]}

    # --- steps

    async def _start_parts(self, key: str, described: dict[str, str]) -> str:
        answer = await self._call("create_multipart_upload", **self._place(key), **described)
        return str(answer["UploadId"])

    async def _put_parts(self, key: str, first: bytes, rest: AsyncIterator[bytes], described: dict[str, str]) -> None:
        upload_id = await self._start_parts(key, described)
        try:
            parts = [await self._put_part(key, upload_id, 1, first)]
            async for piece in rest:
                parts.append(await self._put_part(key, upload_id, len(parts) + 1, piece))
            await self.finish_parts(key, upload_id, parts)
        except BaseException:
            await self.abort_parts(key, upload_id)
            raise

    async def _put_part(self, key: str, upload_id: str, number: int, body: bytes) -> Part:
        answer = await self._call("upload_part", **self._place(key), UploadId=upload_id, PartNumber=number, Body=body)
        return Part(number, _tag(answer))

    async def _pieces(self, key: str, ranged: dict[str, str]) -> AsyncIterator[bytes]:
        answer = await self._call("get_object", **self._place(key), **ranged)
        body = answer["Body"]
        async with body:
            while piece := await _bounded(body.read(PIECE_BYTES)):
                yield piece

    async def _nothing_of(self, key: str) -> bytes:
        if await self.find(key) is None:
            raise ObjectMissing
        return b""

    def _place(self, key: str) -> dict[str, str]:
        is_public = checked_key(key).startswith(PUBLIC_PREFIX)
        return {"Bucket": self._account.public_bucket if is_public else self._account.bucket, "Key": key}

    async def _call(self, name: str, **values: Any) -> Any:
        client = await self._open()
        return await _bounded(getattr(client, name)(**values))

    async def _open(self) -> Any:
        async with self._opening:
            if self._client is None:
                made = await asyncio.to_thread(_make_client, self._account)
                self._client = await self._opened.enter_async_context(made)
        return self._client


def _make_client(account: S3Account) -> AbstractAsyncContextManager[Any]:
    """Newer checksums are left out, which R2 does not know (providers differ in them)."""
    import aioboto3  # noqa: PLC0415 - see above
    from botocore.config import Config  # noqa: PLC0415

    config = Config(
        signature_version="s3v4",
        s3={"addressing_style": "path"},
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
        retries={"max_attempts": 3, "mode": "standard"},
        connect_timeout=_CONNECT_S,
        read_timeout=_READ_S,
    )
    session = aioboto3.Session(
        aws_access_key_id=account.key_id, aws_secret_access_key=account.key_secret, region_name=account.region
    )
    made: AbstractAsyncContextManager[Any] = session.client("s3", endpoint_url=account.endpoint, config=config)
    return made


def _described(key: str, content_type: str, cache_control: str | None) -> dict[str, str]:
    cached = cache_control or cache_of(key)
    return {"ContentType": content_type} | ({"CacheControl": cached} if cached else {})


def _tag(answer: Mapping[str, Any]) -> str:
    return str(answer["ETag"]).strip('"')


async def _bounded(call: Awaitable[T]) -> T:
    """One call or read. Raises `ObjectMissing`, `ProviderUnavailable` or `ProviderRejected`."""
    from aiohttp import ClientError as StreamBroken  # noqa: PLC0415 - see above
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415

    try:
        return await call
    except ClientError as error:
        raise _refusal(error.response) from error
    except (BotoCoreError, StreamBroken, OSError, TimeoutError) as error:
        raise ProviderUnavailable from error


def _refusal(answer: Mapping[str, Any]) -> Exception:
    """Whose fault it is; the message of the answer may repeat keys and stays out."""
    code, status = str(answer["Error"].get("Code", "")), int(answer["ResponseMetadata"].get("HTTPStatusCode", 0))
    if code in _MISSING:
        return ObjectMissing()
    if code in _NO_SUCH_RANGE:
        return _NoSuchRange()
    reason = f"{status}, {code if code.isalnum() else 'no code'}"
    if status in _RETRYABLE or status >= _SERVER_ERROR:
        return ProviderUnavailable(f"The object store does not answer now ({reason}).")
    return ProviderRejected(f"The object store refused the request ({reason}).")
