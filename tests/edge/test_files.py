"""The routes that serve the folder's files, in the whole app: what they answer and which headers they set."""

import asyncio
import json
import os
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from starlette.types import Message

from app.core.config import Settings
from app.core.errors import Problem, ProviderUnavailable, RequestTimedOut
from app.edge.files import FileRoutes
from app.edge.guard import MAX_BODY_BYTES
from app.edge.problems import MEDIA_TYPE
from app.main import create_app
from app.providers.storage.blobs import Draft
from app.providers.storage.folder import FolderStore
from app.providers.storage.port import PUBLIC_CACHE, Grant, SignedRequest, UploadUnderWay
from tests.conftest import make_settings
from tests.support.clock import ManualClock

SPA = "https://app.peerloop.example"
LIFE = timedelta(minutes=10)
LARGE = MAX_BODY_BYTES * 2


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return make_settings(tmp_path, app_url=SPA, files_url="https://files.peerloop.example/files")


@pytest.fixture
def app(settings: Settings, clock: ManualClock) -> Iterator[FastAPI]:
    made = create_app(settings, clock=clock, in_process=True)
    yield made
    made.state.twins.books.close()


@pytest.fixture
def store(app: FastAPI) -> FolderStore:
    made: FolderStore = app.state.providers.storage
    return made


@pytest.fixture
async def http(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app)) as client:
        yield client


async def put_address(store: FolderStore, size_bytes: int = 5) -> SignedRequest:
    return await store.sign_put("a/up", content_type="image/png", size_bytes=size_bytes, life=LIFE)


def files_in(settings: Settings) -> list[str]:
    root = settings.data_dir / "objects"
    return [path.name for path in root.rglob("*") if path.is_file()]


async def test_a_file_may_be_longer_than_other_bodies(store: FolderStore, http: httpx.AsyncClient) -> None:
    signed = await put_address(store, LARGE)
    answer = await http.put(signed.url, content=bytes(LARGE), headers=dict(signed.headers))
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "private, no-store")
    assert await store.read("a/up") == bytes(LARGE)


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"Content-Length": "6"}, 422, "upload_differs"),
        ({"Content-Type": "text/html"}, 422, "upload_differs"),
        ({"Content-Type": "IMAGE/PNG"}, 422, "upload_differs"),
        ({"Content-Length": "+5"}, 422, "upload_differs"),
        ({"Host": "evil.example"}, 400, "malformed_request"),
    ],
)
async def test_a_head_that_differs_is_refused(
    store: FolderStore, http: httpx.AsyncClient, settings: Settings, change: dict[str, str], status: int, code: str
) -> None:
    signed = await put_address(store)
    answer = await http.put(signed.url, content=b"12345", headers=dict(signed.headers) | change)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.headers["Content-Type"] == MEDIA_TYPE
    assert files_in(settings) == []


@pytest.mark.parametrize("length", [0, 4, 6, LARGE])
async def test_a_body_that_belies_its_length_leaves_nothing(
    store: FolderStore, http: httpx.AsyncClient, settings: Settings, length: int
) -> None:
    signed = await put_address(store)
    headers = dict(signed.headers) | {"Content-Length": "5"}
    answer = await http.put(signed.url, content=pieces(length), headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (422, "upload_differs")
    assert files_in(settings) == []


async def pieces(length: int) -> AsyncIterator[bytes]:
    for start in range(0, length, 65_536):
        yield bytes(min(65_536, length - start))


async def test_an_address_ends(store: FolderStore, http: httpx.AsyncClient, clock: ManualClock) -> None:
    put, get = await put_address(store), await store.sign_get("a/up", life=LIFE)
    assert put.expires_at == clock.now() + LIFE
    clock.advance(minutes=10)
    uploaded = await http.put(put.url, content=b"12345", headers=dict(put.headers))
    assert (uploaded.status_code, uploaded.json()["code"]) == (403, "address_expired")
    assert (await http.get(get.url)).json()["code"] == "address_expired"


async def test_an_address_has_one_spelling(store: FolderStore, http: httpx.AsyncClient) -> None:
    await store.put("a/up", b"content", content_type="text/plain")
    url = (await store.sign_get("a/up", life=LIFE)).url
    spellings = [
        url.replace("a/up", "a%2Fup"),
        url.replace("a/up", "%61/up"),
        url.replace("/files/", "/%66iles/"),
        url.replace("grant=", "Grant="),
        url.replace("grant=", "%67rant="),
        url.replace("grant=", "x=1&grant="),
        url + "&x=1",
        url + "=",
        url + "#",
        url.replace(".", "%2E"),
    ]
    for spelling in spellings:
        answer = await http.get(httpx.URL(spelling).copy_with(host="files.peerloop.example"))
        assert answer.status_code in {403, 404} or spelling == url + "#", spelling
    assert (await http.get(url)).content == b"content"


async def test_a_public_image_is_kept_by_everybody(store: FolderStore, http: httpx.AsyncClient) -> None:
    await store.put("public/a.webp", b"0123456789", content_type="image/webp")
    url = store.public_url("public/a.webp")
    answer = await http.get(url)
    assert (answer.content, answer.headers["Content-Type"]) == (b"0123456789", "image/webp")
    assert (answer.headers["Cache-Control"], "Set-Cookie" in answer.headers) == (PUBLIC_CACHE, False)
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    held = await http.get(url, headers={"If-None-Match": answer.headers["ETag"]})
    assert (held.status_code, held.content, held.headers["ETag"]) == (304, b"", answer.headers["ETag"])
    head = await http.head(url)
    assert (head.content, head.headers["Content-Length"]) == (b"", "10")
    assert (await http.get(f"{url}?x=1")).status_code == 403
    assert (await http.get(store.public_url("public/none"))).json()["code"] == "not_found"


async def test_a_private_file_is_kept_by_nobody_and_cannot_act(store: FolderStore, http: httpx.AsyncClient) -> None:
    await store.put("a/b", b"<script>", content_type="text/html")
    headers = (await http.get((await store.sign_get("a/b", life=LIFE, download_name="b.html")).url)).headers
    assert headers["Cache-Control"] == "private, no-store"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"].startswith("sandbox;")
    assert headers["Content-Disposition"] == 'attachment; filename="b.html"'
    assert headers["Cross-Origin-Resource-Policy"] == "same-site"


@pytest.mark.parametrize(
    ("asked", "status", "content"),
    [
        ("bytes=0-0", 206, b"0"),
        ("bytes=5-99", 206, b"56789"),
        ("bytes=-99", 206, b"0123456789"),
        ("bytes=-0", 416, None),
        ("bytes=5-4", 416, None),
        ("bytes=0-1,3-4", 200, b"0123456789"),
        ("bytes=a-b", 200, b"0123456789"),
        ("lines=0-1", 200, b"0123456789"),
    ],
)
async def test_ranges(
    store: FolderStore, http: httpx.AsyncClient, asked: str, status: int, content: bytes | None
) -> None:
    await store.put("public/a", b"0123456789", content_type="text/plain")
    answer = await http.get(store.public_url("public/a"), headers={"Range": asked})
    assert answer.status_code == status
    if content is None:
        assert (answer.headers["Content-Range"], answer.json()["code"]) == ("bytes */10", "range_not_satisfiable")
    else:
        assert answer.content == content


async def test_a_part_of_what_changed_is_not_sent(store: FolderStore, http: httpx.AsyncClient) -> None:
    stored = await store.put("public/a", b"0123456789", content_type="text/plain")
    asked = {"Range": "bytes=0-1", "If-Range": f'"{stored.etag}"'}
    assert (await http.get(store.public_url("public/a"), headers=asked)).status_code == 206
    await store.put("public/a", b"abcdefghij", content_type="text/plain")
    assert (await http.get(store.public_url("public/a"), headers=asked)).content == b"abcdefghij"


async def test_other_methods_are_named(store: FolderStore, http: httpx.AsyncClient) -> None:
    answer = await http.delete(store.public_url("public/a"))
    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, HEAD, PUT")


@pytest.mark.parametrize(("origin", "is_ours"), [(SPA, True), ("https://evil.example", False)])
async def test_pages_of_ours_may_upload(
    store: FolderStore, http: httpx.AsyncClient, origin: str, is_ours: bool
) -> None:
    signed = await put_address(store)
    names = ", ".join(name.lower() for name in signed.headers)
    asked = {"Access-Control-Request-Method": "PUT", "Access-Control-Request-Headers": names}
    preflight = await http.options(signed.url, headers=asked | {"Origin": origin})
    assert ("Access-Control-Allow-Origin" in preflight.headers, preflight.status_code == 200) == (is_ours, is_ours)
    answer = await http.put(signed.url, content=b"12345", headers=dict(signed.headers) | {"Origin": origin})
    assert (answer.headers.get("Access-Control-Allow-Origin") == origin) == is_ours
    assert "etag" in answer.headers["Access-Control-Expose-Headers"]


@pytest.mark.parametrize("is_gone", [True, False])
async def test_an_upload_that_stops_leaves_nothing(store: FolderStore, settings: Settings, is_gone: bool) -> None:
    signed = await put_address(store, 1_000_000)
    url = httpx.URL(signed.url)
    headers = [(b"content-type", b"image/png"), (b"content-length", b"1000000")]
    scope = {"type": "http", "method": "PUT", "path": url.path, "headers": headers}
    sent: list[Message] = []
    waiting: list[Message] = [{"type": "http.disconnect"}] if is_gone else []
    waiting.append({"type": "http.request", "body": bytes(500_000), "more_body": True})

    async def receive() -> Message:
        if waiting:
            return waiting.pop()
        await asyncio.Event().wait()
        return {}

    async def send(message: Message) -> None:
        sent.append(message)

    routes = FileRoutes(store, "/files", stall_s=0.05)
    problem = await refusal(
        routes, scope | {"raw_path": url.raw_path.split(b"?")[0], "query_string": url.query}, receive, send
    )
    assert (problem, sent, files_in(settings)) == ("request_timed_out", [], [])


@pytest.mark.parametrize("number", [0, 1])
async def test_of_many_uploads_at_once_to_one_address_one_is_written(
    store: FolderStore, settings: Settings, number: int
) -> None:
    upload_id = await store.start_parts("a/up", content_type="image/png") if number else ""
    grant = Grant(0, "image/png", 5, upload_id, number)
    begun, going_on = asyncio.Event(), asyncio.Event()

    async def slowly() -> AsyncIterator[bytes]:
        begun.set()
        await going_on.wait()
        yield b"12345"

    first = asyncio.create_task(store.receive("a/up", grant, slowly()))
    await begun.wait()
    for _ in range(3):
        with pytest.raises(UploadUnderWay):
            await store.receive("a/up", grant, slowly())
    assert len(drafts_in(settings)) == 1
    going_on.set()
    assert await first
    assert drafts_in(settings) == []


def drafts_in(settings: Settings) -> list[Path]:
    return list((settings.data_dir / "objects" / ".drafts").glob("*"))


async def test_an_upload_is_sent_again_when_it_broke_off_or_its_process_was_killed(
    store: FolderStore, settings: Settings, http: httpx.AsyncClient
) -> None:
    """Killed too between giving the object its name and taking the draft's away: then it is the object."""
    signed = await put_address(store)
    grant = store.check("PUT", "a/up", signed.url.partition("?")[2])

    async def breaking() -> AsyncIterator[bytes]:
        (draft,) = drafts_in(settings)
        left.append(draft)
        yield b"123"
        raise RequestTimedOut

    left: list[Path] = []
    with pytest.raises(RequestTimedOut):
        await store.receive("a/up", grant, breaking())
    left[0].write_bytes(b"123")
    sent = [await http.put(signed.url, content=b"12345", headers=dict(signed.headers)) for _ in range(2)]
    assert [answer.status_code for answer in sent] == [200, 412]
    os.link(settings.data_dir / "objects" / "a" / "up=", left[0])
    with Draft(left[0].parent, "a/up", "", 0) as draft:
        assert (draft.path, left[0].stat().st_size) == (left[0], 0)
    assert await store.read("a/up") == b"12345"
    assert drafts_in(settings) == []


def test_a_draft_that_was_given_up_takes_nothing_from_the_next_one(tmp_path: Path) -> None:
    """As a thread does whose request has ended meanwhile."""
    late = Draft(tmp_path, "a")
    late.discard()
    with Draft(tmp_path, "a") as next_one:
        late.discard()
        with pytest.raises(ProviderUnavailable):
            late.place(tmp_path / "target", is_new=True)
        next_one.write(b"x")
        next_one.place(tmp_path / "target")
        with Draft(tmp_path, "a"):
            next_one.discard()
            with pytest.raises(UploadUnderWay):
                Draft(tmp_path, "a")
    assert [path.name for path in tmp_path.iterdir()] == ["target"]


async def refusal(routes: FileRoutes, *call: object) -> str:
    with pytest.raises(Problem) as caught:
        await routes(*call)  # type: ignore[arg-type]
    return caught.value.code


async def test_two_processes_share_the_folder(store: FolderStore, settings: Settings, clock: ManualClock) -> None:
    other = FolderStore(
        settings.data_dir / "objects", url=settings.folder_url, secret=settings.secret.get_secret_value(), clock=clock
    )
    signed = await put_address(store)
    assert other.check("PUT", "a/up", signed.url.partition("?")[2]).size_bytes == 5
    keys = [f"a/{number}/b" for number in range(20)]
    for _ in range(3):
        await asyncio.gather(*(each.put(key, b"x", content_type="a/b") for key in keys for each in (store, other)))
        await asyncio.gather(store.delete(keys[::2]), other.delete(keys), store.put("a/0/c", b"y", content_type="a/b"))
    assert [found.key async for found in other.list()] == ["a/0/c"]


async def test_what_killed_processes_left_is_swept(settings: Settings, clock: ManualClock) -> None:
    old, new = (settings.data_dir / "objects" / ".drafts" / name for name in ("old", "new"))
    old.parent.mkdir(parents=True)
    for path in (old, new):
        path.write_bytes(b"half")
    upload = settings.data_dir / "objects" / ".parts" / ("0" * 32)
    upload.mkdir(parents=True)
    (upload / "1").write_bytes(b"part")
    for path in (old, upload):
        os.utime(path, (0, 0))
    store = FolderStore(settings.data_dir / "objects", url="http://here/files", secret="s" * 32, clock=clock)
    await store.put("a", b"x", content_type="text/plain")
    assert sorted(files_in(settings)) == ["a=", "new"]


def test_the_secret_is_in_no_address(settings: Settings, store: FolderStore) -> None:
    signed = asyncio.run(put_address(store))
    assert settings.secret.get_secret_value() not in json.dumps([signed.url, dict(signed.headers)])
