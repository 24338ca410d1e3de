"""Copies between stores: proven, resumed after a kill, and nothing twice."""

import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr
from typer.testing import CliRunner

from app.cli import app as cli
from app.copying import Tally, copy
from app.core.clock import SystemClock
from app.core.config import Settings
from app.providers.storage.folder import FolderStore
from app.providers.storage.port import LEAST_PART_BYTES, ObjectStore
from app.providers.storage.s3 import S3Account, _make_client
from app.wiring.providers import make_storage
from tests.domains.files.samples import PDF
from tests.domains.files.uploads import FILES, uploaded
from tests.providers.storage.conftest import make_buckets
from tests.support.swift import SwiftServer
from tests.support.world import World

ROOT = Path(__file__).parents[1]
MANY = 1000
PATIENCE_S = 60.0


def in_folder(folder: Path) -> Settings:
    return Settings.model_construct(data_dir=folder)


def in_s3(account: S3Account) -> Settings:
    return Settings.model_construct(
        s3_endpoint=account.endpoint,
        s3_key_id=account.key_id,
        s3_key_secret=SecretStr(account.key_secret),
        s3_bucket=account.bucket,
        s3_public_bucket=account.public_bucket,
        s3_public_url=account.public_url,
    )


def folder_store(folder: Path) -> FolderStore:
    return FolderStore(folder / "objects", url="http://here/files", secret="s" * 32, clock=SystemClock())


async def run(source: Settings, target: Settings, state: Path, *, deletes_gone: bool = False) -> Tally:
    def begin(_length: int) -> Callable[[], None]:
        return lambda: None

    return await copy(source, target, state, at_once=4, begin=begin, deletes_gone=deletes_gone)


async def contents(store: ObjectStore) -> dict[str, tuple[str, str | None, str]]:
    """Type, caching and hash of each object."""
    made = {}
    async for listed in store.list():
        found = await store.find(listed.key)
        assert found is not None
        digest = hashlib.sha256(await store.read(listed.key)).hexdigest()
        made[listed.key] = (found.content_type, found.cache_control, digest)
    return made


async def test_everything_goes_to_s3_and_back(swift: SwiftServer, tmp_path: Path) -> None:
    first, last = folder_store(tmp_path / "first"), folder_store(tmp_path / "last")
    for number in range(10):
        await first.put(f"a/{number}", bytes([number]) * number, content_type="text/plain")
    await first.put("public/a.webp", b"image", content_type="image/webp")
    await first.put("public/b.webp", b"image", content_type="image/webp", cache_control="no-cache")
    await first.put("v/long", os.urandom(LEAST_PART_BYTES + 1), content_type="video/mp4")
    middle = in_s3(await make_buckets(swift.url))
    there = await run(in_folder(tmp_path / "first"), middle, tmp_path / "there")
    back = await run(middle, in_folder(tmp_path / "last"), tmp_path / "back")
    assert there == back == Tally(copied=13)
    assert await contents(last) == await contents(first)


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
async def test_what_was_moved_is_downloaded_from_there(world: World, swift: SwiftServer, tmp_path: Path) -> None:
    """Each store has tags of its own, and makes others of what comes in parts."""
    sam, contents = (
        await world.member("Sam Sample"),
        {"application/pdf": PDF, "text/plain": b"word " * (LEAST_PART_BYTES // 4)},
    )
    files = [await uploaded(sam, "homework", kind, content) for kind, content in contents.items()]
    target = in_s3(await make_buckets(swift.url))
    assert await run(world.settings, target, tmp_path / "state") == Tally(copied=2)
    store = make_storage(target, SystemClock())
    world.app.state.providers = replace(world.app.state.providers, storage=store)
    world.clock.advance(minutes=42)
    sam = await world.log_in(sam.user_id, sam.email)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(store.close)
        http = await stack.enter_async_context(httpx.AsyncClient())
        for file, content in zip(files, contents.values(), strict=True):
            answer = await sam.get(f"{FILES}/{file['id']}/download")
            assert (await http.get(answer.json()["url"])).content == content


async def test_only_what_is_new_or_changed_goes_over_again(tmp_path: Path) -> None:
    source, target = folder_store(tmp_path / "a"), folder_store(tmp_path / "b")
    for key in ("changed", "kept", "there", "wrong"):
        await source.put(key, key.encode(), content_type="text/plain")
    await target.put("there", b"there", content_type="text/plain")
    await target.put("wrong", b"WRONG", content_type="text/plain")
    ends = in_folder(tmp_path / "a"), in_folder(tmp_path / "b")
    assert await run(*ends, tmp_path / "state") == Tally(copied=3, already_there=1)
    await source.put("changed", b"CHANGED", content_type="text/plain")
    await source.put("new", b"new", content_type="text/plain")
    (tmp_path / "state").write_bytes((tmp_path / "state").read_bytes() + b'{"key": "ne')
    assert await run(*ends, tmp_path / "state") == Tally(copied=2, already_there=3)
    assert await contents(target) == await contents(source)


async def test_what_is_deleted_between_two_copies_goes_when_that_is_wanted(tmp_path: Path) -> None:
    source, target = folder_store(tmp_path / "a"), folder_store(tmp_path / "b")
    for key in ("kept", "private", "public/face.webp"):
        await source.put(key, key.encode(), content_type="image/webp")
    await target.put("of-somebody-else", b"there", content_type="text/plain")
    (tmp_path / "a" / "objects" / "notes.txt").write_text("Nobody put this here by way of the store.")
    ends = in_folder(tmp_path / "a"), in_folder(tmp_path / "b")
    assert (await run(*ends, tmp_path / "state")).gone == []
    await source.delete(["private", "public/face.webp"])
    assert (await run(*ends, tmp_path / "state")).gone == ["private", "public/face.webp"]
    assert len(await contents(target)) == 4
    for gone in (["private", "public/face.webp"], []):
        assert (await run(*ends, tmp_path / "state", deletes_gone=True)).gone == gone
        assert sorted(await contents(target)) == ["kept", "of-somebody-else"]


async def test_what_came_over_in_the_moment_of_a_kill_is_known_to_be_there(tmp_path: Path) -> None:
    source, target, state = folder_store(tmp_path / "a"), folder_store(tmp_path / "b"), tmp_path / "state"
    await source.put("public/face.webp", b"face", content_type="image/webp")
    ends = in_folder(tmp_path / "a"), in_folder(tmp_path / "b")
    await run(*ends, state)
    *before, _proof = state.read_bytes().splitlines(keepends=True)
    state.write_bytes(b"".join(before))
    await source.delete(["public/face.webp"])
    assert (await run(*ends, state, deletes_gone=True)).gone == ["public/face.webp"]
    assert await contents(target) == {}


async def test_what_has_no_name_of_ours_is_named_and_left(swift: SwiftServer, tmp_path: Path) -> None:
    """Whoever keeps other things in the bucket has them named; what is ours goes over all the same."""
    account, others = await make_buckets(swift.url), ["Read me.txt", "files/", "sessions/ses_1/Video.webm"]
    async with _make_client(account) as client:
        for key in (*others, "ours"):
            await client.put_object(Bucket=account.bucket, Key=key, Body=b"x", ContentType="text/plain")
    tally = await run(in_s3(account), in_folder(tmp_path), tmp_path / "state")
    assert (tally.copied, sorted(tally.failed)) == (1, others)


async def test_a_kill_in_between_loses_nothing_and_repeats_nothing(tmp_path: Path) -> None:
    source, target, state = folder_store(tmp_path / "a"), folder_store(tmp_path / "b"), tmp_path / "state"
    for number in range(MANY):
        await source.put(f"a/{number:04}", str(number).encode(), content_type="text/plain")
    for enough in (MANY // 5, MANY // 2):
        kill_after(enough, tmp_path, state)
    written = {found.key: found.modified_at async for found in target.list()}
    assert MANY // 2 - 1 <= len(written) < MANY
    with start(tmp_path, state) as finishing:
        out, _ = finishing.communicate(timeout=PATIENCE_S)
    assert (finishing.returncode, b" 0 failed." in out) == (0, True)
    after = {found.key: found.modified_at async for found in target.list()}
    assert {key: after[key] for key in written} == written
    assert await contents(target) == await contents(source)
    proofs = [line for line in map(json.loads, state.read_text().splitlines()) if "sha256" in line]
    assert sorted(proof["key"] for proof in proofs) == sorted(after)


def start(folder: Path, state: Path) -> "subprocess.Popen[bytes]":
    words = ["files", "copy", "--to-folder", str(folder / "b"), "--state", str(state), "--at-once", "2"]
    return subprocess.Popen(  # noqa: S603 - our own module
        [sys.executable, "-m", "app.cli", *words],
        cwd=ROOT,
        env=os.environ | {"PEERLOOP_DATA_DIR": str(folder / "a")},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )


def kill_after(enough: int, folder: Path, state: Path) -> None:
    deadline = time.monotonic() + PATIENCE_S
    with start(folder, state) as copying:
        while not state.exists() or state.read_bytes().count(b"sha256") < enough:
            assert copying.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.001)
        copying.send_signal(signal.SIGKILL)


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ([], 2, "PEERLOOP_TARGET_S3_ENDPOINT: must be set"),
        (["--to-folder", "{here}"], 2, "The target is the store that is copied."),
        (["--to-folder", "{here}/b", "--at-once", "0"], 2, "--at-once"),
        (["--to-folder", "{here}/b"], 2, "is not of a copy between these two stores"),
    ],
)
def test_what_cannot_be_a_copy_is_refused(
    words: list[str], code: int, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PEERLOOP_DATA_DIR", str(tmp_path))
    state = tmp_path / "state"
    state.write_text('{"route": "from elsewhere"}\n')
    given = [word.format(here=tmp_path) for word in words]
    result = CliRunner().invoke(cli, ["files", "copy", "--state", str(state), *given])
    assert (result.exit_code, said in result.output) == (code, True)
    assert state.read_text() == '{"route": "from elsewhere"}\n'
