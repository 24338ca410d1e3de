"""`Idempotency-Key`: one effect for each key, and the same answer to everybody who repeats the request."""

import asyncio
from datetime import timedelta

import httpx
import pytest
from fastapi import FastAPI

from app.edge.idempotency import sweep_stored_answers
from tests.db import rows
from tests.edge import lamp_api
from tests.support.world import World

KEY = "5f0c9f1e-6f0a-4c0e"


@pytest.fixture
def app(app: FastAPI) -> FastAPI:
    app.include_router(lamp_api.router)
    return app


async def light(
    world: World, room: str = "hall", *, path: str = "/lamps", key: str | None = KEY, caller: str = "usr_1"
) -> httpx.Response:
    headers = {"X-Caller": caller} | ({"Idempotency-Key": key} if key is not None else {})
    return await world.http.post(path, json={"room": room}, headers=headers)


async def effects(world: World) -> int:
    return await world.db.read(rows.count)


def code(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


async def test_a_repeated_request_gets_the_first_answer_and_no_second_effect(world: World) -> None:
    first, again = await light(world), await light(world)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.content == again.content
    assert "Idempotent-Replayed" not in first.headers
    assert again.headers["Idempotent-Replayed"] == "true"
    assert again.headers["Content-Type"] == first.headers["Content-Type"] == "application/json"
    assert await effects(world) == 1


async def test_without_a_key_every_request_counts(world: World) -> None:
    assert (await light(world, key=None)).content != (await light(world, key=None)).content
    assert await effects(world) == 2


async def test_another_body_under_the_key_is_refused(world: World) -> None:
    await light(world)
    assert code(await light(world, "attic")) == (409, "idempotency_key_reused")
    assert await effects(world) == 1


async def test_a_key_belongs_to_one_person_and_one_operation(world: World) -> None:
    await light(world)
    assert "Idempotent-Replayed" not in (await light(world, caller="usr_2")).headers
    assert "Idempotent-Replayed" not in (await light(world, path="/lamps/bought")).headers
    assert await effects(world) == 3


async def test_twenty_at_once_have_one_effect(world: World) -> None:
    answers = await asyncio.gather(*(light(world) for _ in range(20)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert sum("Idempotent-Replayed" not in answer.headers for answer in answers) == 1
    assert await effects(world) == 1


async def test_twenty_bodies_at_once_under_one_key_have_one_effect(world: World) -> None:
    answers = await asyncio.gather(*(light(world, f"room {number}") for number in range(20)))
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 19
    assert await effects(world) == 1


async def test_a_refusal_keeps_neither_effect_nor_key(world: World) -> None:
    assert code(await light(world, "broken")) == (409, "no_socket")
    assert code(await light(world, "broken")) == (409, "no_socket")
    assert await effects(world) == 0
    assert (await light(world)).status_code == 201


async def test_where_a_key_is_required_its_absence_is_400(world: World) -> None:
    assert code(await light(world, path="/lamps/bought", key=None)) == (400, "idempotency_key_missing")
    assert await effects(world) == 0


@pytest.mark.parametrize("key", ["", "short", "a" * 256, "with a space", "zoë-zoë-zoë", "tab\tulator", "\x7f" * 9])
@pytest.mark.parametrize("path", ["/lamps", "/lamps/bought"])
@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
async def test_a_key_of_another_form_is_422(world: World, path: str, key: str) -> None:
    headers = {b"Idempotency-Key": key.encode(), b"Content-Type": b"application/json"}
    answer = await world.http.post(path, content=b'{"room": "hall"}', headers=headers)
    assert code(answer) == (422, "invalid_request")
    assert [error["pointer"] for error in answer.json()["errors"]] == ["/header/Idempotency-Key"]
    assert await effects(world) == 0


@pytest.mark.parametrize("key", ["12345678", "!" * 255])
@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
async def test_the_shortest_and_the_longest_key_work(world: World, key: str) -> None:
    assert (await light(world, key=key)).status_code == 201
    assert "Idempotent-Replayed" in (await light(world, key=key)).headers


async def test_a_key_is_kept_for_two_days(world: World) -> None:
    await light(world)
    world.clock.advance(hours=48)
    assert await world.write(sweep_stored_answers) == 0
    assert "Idempotent-Replayed" in (await light(world)).headers
    world.clock.move_to(world.clock.now() + timedelta(microseconds=1))
    assert await world.write(sweep_stored_answers) == 1
    assert "Idempotent-Replayed" not in (await light(world)).headers
