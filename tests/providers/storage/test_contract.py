"""What every object store must do, whichever it is."""

import asyncio
import hashlib
import tracemalloc
from collections.abc import AsyncIterator
from datetime import timedelta
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx
import pytest

from app.core.errors import ProviderRejected
from app.providers.storage.port import LEAST_PART_BYTES, PUBLIC_CACHE, ObjectMissing, ObjectStore, Part, SignedRequest
from tests.providers.storage.conftest import Site

LIFE = timedelta(minutes=10)
TEXT = "text/plain"
MIB = 1024 * 1024
BAD_KEYS = [
    "",
    "/a",
    "a/",
    "a//b",
    "A",
    "a b",
    "../a",
    "a/../b",
    ".a",
    "a/.b",
    "ä",
    "a%2fb",
    "a\n",
    "a" * 201,
    "a/" * 260,
]


async def put(site: Site, key: str, content: bytes = b"content") -> None:
    await site.store.put(key, content, content_type=TEXT)


async def zeros(count: int) -> AsyncIterator[bytes]:
    for _ in range(count):
        yield bytes(MIB)


def is_refused(answer: httpx.Response) -> bool:
    """501 is what some say of methods that they do not know."""
    return 400 <= answer.status_code < 500 or answer.status_code == 501


async def test_an_object_is_stored_replaced_and_deleted(site: Site) -> None:
    assert await site.store.find("a/one") is None
    stored = await site.store.put("a/one", b"first", content_type=TEXT, cache_control="no-cache")
    found = await site.store.find("a/one")
    assert found is not None
    assert (found.key, found.size_bytes, found.content_type, found.cache_control) == ("a/one", 5, TEXT, "no-cache")
    assert (found.etag, found.modified_at.tzinfo is not None) == (stored.etag, True)
    again = await site.store.put("a/one", b"second", content_type="image/png")
    assert again.etag != stored.etag
    assert await site.store.read("a/one") == b"second"
    await site.store.delete(["a/one", "a/two"])
    assert await site.store.find("a/one") is None


async def test_what_is_missing_is_said_to_be(site: Site) -> None:
    with pytest.raises(ObjectMissing):
        await site.store.read("a/one")
    with pytest.raises(ObjectMissing):
        await anext(aiter(site.store.stream("a/one")))
    await site.store.delete([])


@pytest.mark.parametrize("key", BAD_KEYS)
async def test_a_key_that_not_every_store_takes_is_refused(folder_site: Site, key: str) -> None:
    await everything_refuses(folder_site.store, key)


async def everything_refuses(store: ObjectStore, key: str) -> None:
    for call in (
        lambda: store.put(key, b"", content_type=TEXT),
        lambda: store.find(key),
        lambda: store.read(key),
        lambda: store.delete([key]),
        lambda: store.sign_get(key, life=LIFE),
        lambda: store.sign_put(key, content_type=TEXT, size_bytes=1, life=LIFE),
        lambda: store.start_parts(key, content_type=TEXT),
        lambda: store.abort_parts(key, "0" * 32),
    ):
        with pytest.raises(ValueError, match="a key is"):
            await call()


async def test_one_key_may_begin_as_another_one(site: Site) -> None:
    for key in ("a", "a/b", "a/b/c"):
        await put(site, key, key.encode())
    await site.store.delete(["a/b"])
    assert [await site.store.read(key) for key in ("a", "a/b/c")] == [b"a", b"a/b/c"]


RANGES = [(0, None, b"0123456789"), (3, 4, b"3456"), (8, 5, b"89"), (10, 1, b""), (99, None, b""), (0, 0, b"")]


async def test_a_range_is_cut_at_the_end(site: Site) -> None:
    await put(site, "a", b"0123456789")
    for start, length, content in RANGES:
        assert await site.store.read("a", start=start, length=length) == content, (start, length)


async def test_an_empty_object_is_one(site: Site) -> None:
    await put(site, "empty", b"")
    assert await site.store.read("empty") == b""
    assert [piece async for piece in site.store.stream("empty") if piece] == []


async def test_a_long_stream_goes_in_and_out_with_little_memory(site: Site) -> None:
    tracemalloc.start()
    try:
        await site.store.put("long", zeros(48), content_type=TEXT)
        digest, longest = hashlib.sha256(), 0
        async for piece in site.store.stream("long"):
            digest.update(piece)
            longest = max(longest, len(piece))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert digest.digest() == hashlib.sha256(bytes(48 * MIB)).digest()
    assert longest <= MIB
    assert peak < 40 * MIB


async def test_a_stream_that_breaks_leaves_nothing(site: Site) -> None:
    async def breaking() -> AsyncIterator[bytes]:
        async for piece in zeros(9):
            yield piece
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        await site.store.put("broken", breaking(), content_type=TEXT)
    assert await site.keys() == []


async def test_keys_are_listed_in_their_order(site: Site) -> None:
    keys = sorted(["a", "a-b", "a.b", "a/b", "a/c/d", "a0", "a_b", "public/a", "public/b/c", "publicity", "q", "zz/y"])
    await asyncio.gather(*(put(site, key) for key in reversed(keys)))
    assert await site.keys() == keys
    for start in ("a/", "public/", "pub", "nothing", "zz/y"):
        assert await site.keys(start) == [key for key in keys if key.startswith(start)], start
    for after in ("a/bb", "public", "public/a", "public/zz", "zz/y"):
        assert await site.keys(after=after) == [key for key in keys if key > after], after
    assert await site.keys("public/", after="public/a") == ["public/b/c"]


async def test_a_listed_object_has_its_size_and_tag(site: Site) -> None:
    stored = await site.store.put("a", b"12345", content_type=TEXT)
    (listed,) = [found async for found in site.store.list()]
    assert (listed.size_bytes, listed.etag, listed.modified_at.tzinfo is not None) == (5, stored.etag, True)


async def test_many_puts_of_one_key_leave_one_of_them_whole(site: Site) -> None:
    bodies = [bytes([number]) * 100_000 for number in range(8)]
    await asyncio.gather(*(put(site, "a", body) for body in bodies))
    assert await site.store.read("a") in bodies


# --- signed uploads


async def signed_put(site: Site, key: str = "a/up", size_bytes: int = 5) -> SignedRequest:
    return await site.store.sign_put(key, content_type="image/png", size_bytes=size_bytes, life=LIFE)


async def test_a_signed_upload_arrives_as_announced(site: Site) -> None:
    signed = await signed_put(site)
    answer = await site.send(signed, b"12345")
    found = await site.store.find("a/up")
    assert (answer.is_success, found is not None) == (True, True)
    assert found is not None
    assert (found.size_bytes, found.content_type, answer.headers["ETag"]) == (5, "image/png", f'"{found.etag}"')
    assert await site.store.read("a/up") == b"12345"


async def test_an_address_takes_one_upload(site: Site) -> None:
    signed = await signed_put(site)
    await site.send(signed, b"first")
    assert (await site.send(signed, b"other")).status_code == 412
    assert await site.store.read("a/up") == b"first"


async def test_an_upload_of_another_length_or_type_is_refused(site: Site) -> None:
    signed = await signed_put(site)
    for content in (b"", b"1234", b"123456", bytes(100_000)):
        assert is_refused(await site.send(signed, content)), len(content)
    for kind in ("text/html", "image/svg+xml", "image/png; charset=utf-8", ""):
        assert is_refused(await site.send(signed, b"12345", Content_Type=kind)), kind
    assert await site.keys() == []


async def test_an_upload_without_its_condition_replaces_nothing(site: Site) -> None:
    await put(site, "a/up", b"first")
    signed = await signed_put(site)
    headers = {name: value for name, value in signed.headers.items() if name != "If-None-Match"}
    assert is_refused(await site.http.put(signed.url, content=b"12345", headers=headers))
    assert await site.store.read("a/up") == b"first"


async def test_a_signed_upload_allows_nothing_else(site: Site) -> None:
    await put(site, "a/up", b"first")
    signed = await signed_put(site)
    for method in ("GET", "POST", "DELETE", "HEAD"):
        assert is_refused(await site.send(signed, b"12345", method=method)), method
    assert await site.store.read("a/up") == b"first"


async def test_a_signed_upload_is_for_one_key(site: Site) -> None:
    signed = await signed_put(site)
    for key in ("a/other", "b/up", "a/up/x", "public/up", "a/..%2Fb", "a//up"):
        answer = await site.send(signed, b"12345", url=signed.url.replace("a/up?", f"{key}?"))
        assert is_refused(answer), key
    assert await site.keys() == []


async def test_an_address_that_was_changed_is_refused(site: Site) -> None:
    signed = await signed_put(site)
    parts = urlsplit(signed.url)
    pairs = parse_qsl(parts.query, strict_parsing=True)
    for index, (name, value) in enumerate(pairs):
        flipped = value[:-1] + ("1" if value[-1] != "1" else "2")
        for changed in (flipped, value[:-1], ""):
            query = urlencode([*pairs[:index], (name, changed), *pairs[index + 1 :]])
            answer = await site.send(signed, b"12345", url=parts._replace(query=query).geturl())
            assert is_refused(answer), (name, changed)
        answer = await site.send(
            signed, b"12345", url=parts._replace(query=urlencode(pairs[:index] + pairs[index + 1 :])).geturl()
        )
        assert is_refused(answer), name
    assert await site.keys() == []


# --- signed downloads


async def test_a_private_object_is_read_by_its_address_only(site: Site) -> None:
    await put(site, "a/secret", b"0123456789")
    signed = await site.store.sign_get("a/secret", life=LIFE)
    answer = await site.send(signed)
    assert (answer.status_code, answer.content, answer.headers["Content-Type"]) == (200, b"0123456789", TEXT)
    assert "no-store" in answer.headers["Cache-Control"]
    assert is_refused(await site.http.get(signed.url.partition("?")[0]))
    assert is_refused(await site.send(signed, b"x", method="PUT"))
    await put(site, "a/other")
    assert is_refused(await site.send(signed, url=signed.url.replace("a/secret?", "a/other?")))


async def test_a_part_of_it_can_be_read(site: Site) -> None:
    await put(site, "a/secret", b"0123456789")
    signed = await site.store.sign_get("a/secret", life=LIFE)
    part = await site.send(signed, Range="bytes=2-4")
    assert (part.status_code, part.content, part.headers["Content-Range"]) == (206, b"234", "bytes 2-4/10")
    assert (await site.send(signed, Range="bytes=7-")).content == b"789"
    assert (await site.send(signed, Range="bytes=-2")).content == b"89"
    assert (await site.send(signed, Range="bytes=10-12")).status_code == 416


NAMES = {
    "Plan.pdf": 'attachment; filename="Plan.pdf"',
    'a "b"; c.txt': "attachment; filename=\"a _b_; c.txt\"; filename*=UTF-8''a%20%22b%22%3B%20c.txt",
    "café 100%.png": "attachment; filename=\"caf_ 100_.png\"; filename*=UTF-8''caf%C3%A9%20100%25.png",
    "日本": "attachment; filename=\"__\"; filename*=UTF-8''%E6%97%A5%E6%9C%AC",
    "a\r\nX-Evil: 1": "attachment; filename=\"a__X-Evil: 1\"; filename*=UTF-8''a%0D%0AX-Evil%3A%201",
}


async def test_a_download_is_saved_under_its_name(site: Site) -> None:
    await put(site, "a/secret")
    for name, header in NAMES.items():
        answer = await site.send(await site.store.sign_get("a/secret", life=LIFE, download_name=name))
        assert (answer.status_code, answer.headers["Content-Disposition"]) == (200, header)


async def test_a_missing_object_is_404(site: Site) -> None:
    signed = await site.store.sign_get("a/none", life=LIFE)
    assert (await site.send(signed)).status_code == 404


# --- parts


async def upload(site: Site, key: str, upload_id: str, bodies: list[bytes]) -> list[Part]:
    made = []
    for number, body in enumerate(bodies, start=1):
        signed = await site.store.sign_part(key, upload_id, number=number, size_bytes=len(body), life=LIFE)
        answer = await site.send(signed, body)
        assert answer.is_success, answer.text
        made.append(Part(number, answer.headers["ETag"].strip('"')))
    return made


FIRST, LAST = b"a" * LEAST_PART_BYTES, b"b" * 1024


async def test_parts_become_an_object(site: Site) -> None:
    upload_id = await site.store.start_parts("v/long", content_type="video/mp4")
    parts = await upload(site, "v/long", upload_id, [FIRST, LAST])
    assert await site.store.find("v/long") is None
    await site.store.finish_parts("v/long", upload_id, parts)
    found = await site.store.find("v/long")
    assert found is not None
    assert (found.size_bytes, found.content_type) == (len(FIRST) + len(LAST), "video/mp4")
    assert await site.store.read("v/long", start=len(FIRST) - 1, length=2) == b"ab"
    await site.store.finish_parts("v/long", upload_id, parts)
    assert await site.store.find("v/long") == found
    assert await site.keys() == ["v/long"]


async def test_a_part_may_be_sent_again(site: Site) -> None:
    upload_id = await site.store.start_parts("v/long", content_type="video/mp4")
    await upload(site, "v/long", upload_id, [LAST])
    parts = await upload(site, "v/long", upload_id, [b"c"])
    await site.store.finish_parts("v/long", upload_id, parts)
    assert await site.store.read("v/long") == b"c"


async def test_a_part_of_another_length_upload_or_number_is_refused(site: Site) -> None:
    upload_id = await site.store.start_parts("v/long", content_type="video/mp4")
    signed = await site.store.sign_part("v/long", upload_id, number=1, size_bytes=4, life=LIFE)
    for body in (b"abc", b"abcde", b""):
        assert is_refused(await site.send(signed, body))
    assert is_refused(await site.send(signed, b"abcd", url=signed.url.replace("v/long?", "v/other?")))
    with pytest.raises((ProviderRejected, ObjectMissing)):
        await site.store.finish_parts("v/long", upload_id, [Part(1, "0" * 32)])


async def test_parts_that_are_not_those_uploaded_make_nothing(site: Site) -> None:
    upload_id = await site.store.start_parts("v/long", content_type="video/mp4")
    one, two = await upload(site, "v/long", upload_id, [LAST, LAST + b"x"])
    for parts in ([Part(1, two.etag)], [one, two], [two, one], [one, Part(3, two.etag)], []):
        with pytest.raises(ProviderRejected):
            await site.store.finish_parts("v/long", upload_id, parts)
    with pytest.raises(ObjectMissing):
        await site.store.finish_parts("v/other", upload_id, [one])
    assert await site.keys() == []


async def test_an_upload_can_be_given_up(site: Site) -> None:
    upload_id = await site.store.start_parts("v/long", content_type="video/mp4")
    (part,) = await upload(site, "v/long", upload_id, [LAST])
    signed = await site.store.sign_part("v/long", upload_id, number=2, size_bytes=1024, life=LIFE)
    await site.store.abort_parts("v/long", upload_id)
    await site.store.abort_parts("v/long", upload_id)
    assert (await site.send(signed, LAST)).status_code == 404
    with pytest.raises(ObjectMissing):
        await site.store.finish_parts("v/long", upload_id, [part])
    assert await site.keys() == []


# --- public objects


async def test_only_public_objects_have_a_public_address(site: Site) -> None:
    assert site.store.public_url("public/a.webp").endswith("/public/a.webp")
    for key in ("a", "publicity/a", "public"):
        with pytest.raises(ValueError, match="public/"):
            site.store.public_url(key)


async def test_public_objects_are_cached_for_ever(site: Site) -> None:
    await put(site, "public/a")
    await put(site, "a")
    public, private = await site.store.find("public/a"), await site.store.find("a")
    assert (public and public.cache_control, private and private.cache_control) == (PUBLIC_CACHE, None)
