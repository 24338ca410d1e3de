"""What is S3's own: wrong keys, an address that ends, an outage, and which pages of other origins may upload."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from moto.server import ThreadedMotoServer

from app.core.clock import SystemClock
from app.core.errors import ProviderUnavailable
from app.providers.storage.port import AddressExpired
from app.providers.storage.s3 import S3Account, S3Store, _make_client
from tests.providers.storage.conftest import Site, make_buckets

GUIDE = (Path(__file__).parents[3] / "docs" / "operations.md").read_text(encoding="utf-8")
SPA = "https://app.example.com"
LIFE = timedelta(minutes=10)


def account_of(site: Site) -> S3Account:
    assert isinstance(site.store, S3Store)
    return site.store._account


async def test_an_address_ends(s3_site: Site) -> None:
    """Asked again and again until the server's clock has moved by a second."""
    await s3_site.store.put("a", b"content", content_type="text/plain")
    signed = await s3_site.store.sign_get("a", life=timedelta(seconds=1))
    statuses = {(await s3_site.send(signed)).status_code}
    while statuses == {200}:
        statuses.add((await s3_site.send(signed)).status_code)
    assert statuses <= {200, AddressExpired.status}


async def test_another_secret_signs_nothing_and_may_do_nothing(s3_site: Site) -> None:
    wrong = S3Store(replace(account_of(s3_site), key_secret="another secret"), SystemClock())
    signed = await wrong.sign_put("a", content_type="text/plain", size_bytes=1, life=LIFE)
    assert (await s3_site.send(signed, b"1")).status_code == 403
    with pytest.raises(ProviderUnavailable):
        await wrong.put("a", b"1", content_type="text/plain")
    await wrong.close()
    assert await s3_site.keys() == []


async def test_public_and_private_objects_are_in_buckets_of_their_own(s3_site: Site) -> None:
    await s3_site.store.put("a", b"", content_type="text/plain")
    await s3_site.store.put("public/a", b"", content_type="text/plain")
    account = account_of(s3_site)
    async with _make_client(account) as client:
        listed = [await client.list_objects_v2(Bucket=name) for name in (account.bucket, account.public_bucket)]
    assert [[found["Key"] for found in answer["Contents"]] for answer in listed] == [["a"], ["public/a"]]
    assert (await s3_site.http.get(f"{account.endpoint}/{account.bucket}/a")).status_code >= 400


async def test_a_store_that_is_away_is_said_to_be() -> None:
    away = S3Store(
        S3Account("http://127.0.0.1:9", "auto", "id", "secret", "a", "b", "https://x.example"), SystemClock()
    )
    with pytest.raises(ProviderUnavailable):
        await away.find("a")
    await away.close()


@pytest.fixture(scope="module")
def moto() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


async def test_the_rules_of_the_guide_let_our_pages_upload(moto: str) -> None:
    rules = json.loads(re.search(r"```json\n(.*?)```", GUIDE, re.DOTALL)[1])  # type: ignore[index]
    account = await make_buckets(moto, region="us-east-1")
    async with _make_client(account) as client:
        await client.put_bucket_cors(Bucket=account.bucket, CORSConfiguration={"CORSRules": rules})
    store = S3Store(account, SystemClock())
    signed = await store.sign_put("a", content_type="image/png", size_bytes=1, life=LIFE)
    assert rules[0]["ExposeHeaders"] == ["ETag"]
    asked = {"Access-Control-Request-Method": "PUT", "Access-Control-Request-Headers": "content-type,if-none-match"}
    async with httpx.AsyncClient() as http:
        allowed = await http.options(signed.url, headers=asked | {"Origin": SPA})
        foreign = await http.options(signed.url, headers=asked | {"Origin": "https://evil.example"})
    await store.close()
    assert (allowed.status_code, allowed.headers["Access-Control-Allow-Origin"]) == (200, SPA)
    assert {"content-type", "if-none-match"} <= words(allowed.headers["Access-Control-Allow-Headers"])
    assert foreign.status_code == 403


def words(header: str) -> set[str]:
    return {word.strip().lower() for word in header.split(",")}
