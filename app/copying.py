"""Copies every object of one store to another and proves it: the way out of a provider, and a backup of files.

A file of lines says what is done, so that a copy that was stopped goes on where it was.
"""

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from app.core.clock import SystemClock
from app.core.config import Settings, SettingsError
from app.core.errors import Problem
from app.providers.storage.port import LEAST_PART_BYTES, ObjectMissing, ObjectStore, StoredObject
from app.wiring.providers import make_storage

_UNUSED_URL: Final = "https://unused.invalid"


class Target(BaseSettings):
    """The S3 store to copy to."""

    model_config = SettingsConfigDict(env_prefix="PEERLOOP_TARGET_", extra="ignore", frozen=True)

    s3_endpoint: str = Field(pattern="^https?://")
    s3_key_id: str = Field(min_length=1)
    s3_key_secret: SecretStr = Field(min_length=1)
    s3_bucket: str = Field(min_length=1)
    s3_public_bucket: str = Field(min_length=1)
    s3_region: str = "auto"


class StateMismatch(Exception):
    """The state file is of a copy between other stores, or none at all."""


@dataclass(slots=True)
class Tally:
    """What became of the objects so far; failures by key. `gone` are those that came over before and that the source
    has no more."""

    copied: int = 0
    already_there: int = 0
    failed: dict[str, str] = field(default_factory=dict)
    gone: list[str] = field(default_factory=list)


def target_of(folder: Path | None) -> Settings:
    """Settings whose store is the target: the folder, or else the S3 store of the environment. Raises `SettingsError`
    when that is not described."""
    if folder is not None:
        return Settings.model_construct(data_dir=folder, s3_endpoint="")
    try:
        given = Target()
    except ValidationError as error:
        names = sorted({f"PEERLOOP_TARGET_{str(item['loc'][0]).upper()}" for item in error.errors()})
        raise SettingsError("\n".join(f"{name}: must be set, or give --to-folder" for name in names)) from None
    return Settings.model_construct(**given.model_dump(), s3_public_url=_UNUSED_URL)


def route_of(source: Settings, target: Settings) -> str:
    """Names both ends in the state file. Raises `SettingsError` if they are one."""
    ends = [
        f"{end.s3_endpoint} {end.s3_bucket} {end.s3_public_bucket}" if end.has_s3 else str(end.data_dir.resolve())
        for end in (source, target)
    ]
    if ends[0] == ends[1]:
        raise SettingsError("The target is the store that is copied.")
    return " -> ".join(ends)


async def copy(
    source: Settings,
    target: Settings,
    state: Path,
    *,
    at_once: int,
    begin: Callable[[int], Callable[[], None]],
    deletes_gone: bool = False,
) -> Tally:
    """Copy what the state does not name yet. `begin` gets the number of objects and answers what is called after each.
    With `deletes_gone` the target loses what came over before and is not in the source any more; nothing else. Raises
    `StateMismatch`, and `ProviderUnavailable` or `ProviderRejected` when the source cannot be listed."""
    clock = SystemClock()
    async with AsyncExitStack() as stack:
        taken, given = make_storage(source, clock), make_storage(target, clock)
        stack.push_async_callback(taken.close)
        stack.push_async_callback(given.close)
        advance = begin(await _count(taken))
        copier = _Copier(taken, given, stack.enter_context(_State(state, route_of(source, target))), advance)
        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(at_once):
                    group.create_task(copier.run())
        except ExceptionGroup as errors:
            raise errors.exceptions[0] from None
        await copier.settle_gone(deletes=deletes_gone)
    return copier.tally


async def _count(store: ObjectStore) -> int:
    return sum([1 async for _ in store.list()])


class _State:
    """Lines of JSON: first the route, then each object that is proven to be there. A line that was cut off by a crash
    says nothing."""

    def __init__(self, path: Path, route: str) -> None:
        self._path = path
        self._route = route
        self._proven: dict[str, tuple[str, int] | None] = {}  # None: it was begun

    def __enter__(self) -> Self:
        lines = self._path.read_bytes().splitlines(keepends=True) if self._path.exists() else []
        whole = [line for line in lines if line.endswith(b"\n")]
        try:
            self._read(whole)
        except (ValueError, KeyError, TypeError):
            raise StateMismatch from None
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._file = self._path.open("r+b" if lines else "w+b", buffering=0)
        self._file.truncate(sum(map(len, whole)))
        self._file.seek(0, 2)
        if not whole:
            self._write({"route": self._route})
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def _read(self, lines: list[bytes]) -> None:
        head, *rest = map(json.loads, lines or [json.dumps({"route": self._route}).encode()])
        if head["route"] != self._route:
            raise StateMismatch
        for line in rest:
            if line.get("is_gone"):
                self._proven.pop(line["key"], None)
            else:
                self._proven[line["key"]] = None if line.get("is_begun") else (line["etag"], line["size"])

    @property
    def keys(self) -> frozenset[str]:
        """Of all that came over before, or may have when the copy was stopped."""
        return frozenset(self._proven)

    def names(self, found: StoredObject) -> bool:
        """Whether this very content is done."""
        return self._proven.get(found.key) == (found.etag, found.size_bytes)

    def begin(self, found: StoredObject) -> None:
        """Before it goes over: it may be there, whatever happens until it is proven."""
        self._write({"key": found.key, "is_begun": True})

    def add(self, found: StoredObject, sha256: str) -> None:
        self._write({"key": found.key, "etag": found.etag, "size": found.size_bytes, "sha256": sha256})

    def forget(self, key: str) -> None:
        self._write({"key": key, "is_gone": True})

    def _write(self, line: dict[str, object]) -> None:
        self._file.write(json.dumps(line).encode() + b"\n")


class _Copier:
    """Several of its runs share one list."""

    def __init__(self, source: ObjectStore, target: ObjectStore, done: _State, advance: Callable[[], None]) -> None:
        self.tally = Tally()
        self._source = source
        self._target = target
        self._done = done
        self._advance = advance
        self._found = source.list()
        self._turn = asyncio.Lock()
        self._seen: set[str] = set()

    async def run(self) -> None:
        while (found := await self._next()) is not None:
            try:
                await self._handle(found)
            except Problem as error:
                self.tally.failed[found.key] = error.detail
            except ValueError as error:
                self.tally.failed[found.key] = f"It is none of ours: {error}."
            self._advance()

    async def settle_gone(self, *, deletes: bool) -> None:
        """After the whole list."""
        self.tally.gone = sorted(self._done.keys - self._seen)
        if deletes:
            await self._target.delete(self.tally.gone)
            for key in self.tally.gone:
                self._done.forget(key)

    async def _next(self) -> StoredObject | None:
        async with self._turn:
            return await anext(self._found, None)

    async def _handle(self, listed: StoredObject) -> None:
        self._seen.add(listed.key)
        if self._done.names(listed):
            self.tally.already_there += 1
            return
        found = await self._source.find(listed.key)
        if found is None:
            return  # deleted meanwhile
        try:
            await self._bring(found)
        except ObjectMissing:
            self.tally.failed[found.key] = "It was deleted meanwhile."

    async def _bring(self, found: StoredObject) -> None:
        """Not again if it came over just before the copy was stopped."""
        there = await self._target.find(found.key)
        if there is not None and there.size_bytes == found.size_bytes:
            sent = await _sha256(self._source, found.key)
            if sent == await _sha256(self._target, found.key):
                self.tally.already_there += 1
                self._done.add(found, sent)
                return
        self._done.begin(found)
        sent = await self._send(found)
        if sent != await _sha256(self._target, found.key):
            self.tally.failed[found.key] = "What arrived is not what was sent."
            return
        self.tally.copied += 1
        self._done.add(found, sent)

    async def _send(self, found: StoredObject) -> str:
        digest = hashlib.sha256()

        async def read() -> AsyncIterator[bytes]:
            async for piece in self._source.stream(found.key):
                digest.update(piece)
                yield piece

        is_small = found.size_bytes < LEAST_PART_BYTES
        body = b"".join([piece async for piece in read()]) if is_small else read()
        await self._target.put(found.key, body, content_type=found.content_type, cache_control=found.cache_control)
        return digest.hexdigest()


async def _sha256(store: ObjectStore, key: str) -> str:
    digest = hashlib.sha256()
    async for piece in store.stream(key):
        digest.update(piece)
    return digest.hexdigest()
