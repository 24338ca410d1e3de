"""Uploading as a browser does it: announce, send to the address, complete."""

import re
from dataclasses import dataclass
from typing import Any

import httpx

from tests.support.world import Actor, World

FILES = "/api/files"


@dataclass(frozen=True, slots=True)
class Sent:
    """A file and what each step was answered."""

    id: str
    created: dict[str, Any]
    put: httpx.Response


def order(purpose: str, content_type: str, content: bytes, name: str = "a file") -> dict[str, Any]:
    return {"purpose": purpose, "name": name, "content_type": content_type, "size_bytes": len(content)}


async def send(actor: Actor, purpose: str, content_type: str, content: bytes, name: str = "a file") -> Sent:
    """Announce a file and send it in one piece."""
    answer = await actor.post(FILES, order(purpose, content_type, content, name))
    assert answer.status_code == 201, answer.text
    created = answer.json()
    upload = created["upload"]
    put = await actor.http.request(upload["method"], upload["url"], headers=upload["headers"], content=content)
    return Sent(created["id"], created, put)


async def complete(actor: Actor, file_id: str, parts: list[dict[str, Any]] | None = None) -> httpx.Response:
    return await actor.post(f"{FILES}/{file_id}/complete", {"parts": parts or []})


async def uploaded(
    actor: Actor, purpose: str, content_type: str, content: bytes, name: str = "a file"
) -> dict[str, Any]:
    """A file that is ready."""
    sent = await send(actor, purpose, content_type, content, name)
    assert sent.put.is_success, sent.put.text
    answer = await complete(actor, sent.id)
    assert answer.status_code == 200, answer.text
    file: dict[str, Any] = answer.json()
    return file


async def fetched(world: World, url: str) -> httpx.Response:
    """What somebody without a log-in is answered there."""
    return await world.http.get(url)


async def stored(world: World) -> list[str]:
    """The keys of all objects, without what is random in them."""
    return [
        re.sub("[0-9a-f]{32}|usr_[0-9a-z]+", "…", item.key) async for item in world.app.state.providers.storage.list()
    ]
