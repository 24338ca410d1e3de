"""What a calendar feed of 500 sessions costs: asked again unchanged, read anew, and read after one session changed."""

import argparse
import asyncio
import time
from datetime import datetime, timedelta
from itertools import cycle
from pathlib import Path

import httpx
from sqlalchemy import insert, select, update

from app.core.config import Settings
from app.core.ids import new_id
from app.db.database import Database
from app.db.session import WriteSession
from app.domains.courses.models import Course
from app.domains.enrollments.models import Enrollment
from app.domains.enrollments.types import EnrollmentId, EnrollmentStatus
from app.domains.sessions.models import TeachingSession
from app.domains.sessions.types import SessionId, SessionStatus
from app.domains.users.models import User
from app.sandbox.demo.cast import SAM
from bench.installation import access_token, installation, pid_of
from bench.load import Request, Slice, cpu_seconds, drive, get
from bench.shelf import database
from tests.journeys.server import Server

_UNLIMITED = {"PEERLOOP_REQUESTS_PER_MINUTE": "1000000"}


def fill(session: WriteSession, count: int) -> list[SessionId]:
    """Sam has so many sessions of a course of the demo, a day apart."""
    sam = session.scalars(select(User.id).where(User.email == SAM.email)).one()
    course = session.scalars(select(Course).limit(1)).one()
    people = {"course_id": course.id, "teacher_id": course.creator_id, "student_id": sam, "created_at": session.now}
    place = Enrollment(
        id=EnrollmentId(new_id("enr")), status=EnrollmentStatus.ENROLLED, sessions_bought=count, sessions_completed=0
    )
    for name, value in people.items():
        setattr(place, name, value)
    session.add(place)
    session.flush()
    rows = [
        people | _times(session.now + timedelta(days=day)) | {"id": new_id("ses"), "enrollment_id": place.id}
        for day in range(count)
    ]
    session.execute(insert(TeachingSession), rows)
    return [SessionId(str(row["id"])) for row in rows]


def _times(start: datetime) -> dict[str, object]:
    end = start + timedelta(hours=1)
    hours = {"starts_at": start, "ends_at": end, "occupied_from": start, "occupied_until": end}
    return hours | {"status": SessionStatus.SCHEDULED, "revision": 0, "changed_at": start - timedelta(days=1000)}


def change(session: WriteSession, session_id: SessionId) -> None:
    values = {"revision": TeachingSession.revision + 1, "changed_at": session.now}
    session.change(update(TeachingSession).where(TeachingSession.id == session_id).values(**values))


def address(server: Server) -> str:
    """Of Sam's feed, as a path."""
    token = {"Authorization": f"Bearer {access_token(server, SAM.email)}"}
    made = httpx.post(f"{server.base_url}/api/users/me/calendar-feed", headers=token, timeout=20)
    url: str = made.raise_for_status().json()["url"]
    return url.removeprefix(server.base_url)


async def measure(server: Server, path: str, asked: argparse.Namespace) -> None:
    settings = Settings(data_dir=Path(server.data_dir), database_url=server.database_url)
    async with database(settings) as db, httpx.AsyncClient(base_url=server.base_url) as http:
        ids = await db.write(fill, asked.sessions)
        first, cold = await _timed(server, http, path)
        print(
            f"{asked.sessions} sessions, {len(first.content) / 1024:.0f} KiB, {first.num_bytes_downloaded} on the way"
        )
        print(f"first of all        {cold:8.1f} ms of processor time")
        for name, headers, status in (
            ("unchanged, 304", (f"If-None-Match: {first.headers['etag']}",), 304),
            ("without a tag, 200", (), 200),
            ("the same, gzip", ("Accept-Encoding: gzip",), 200),
        ):
            wanted = cycle([get(path, server.port, *headers)])
            await _report(server, Request(name, wanted.__next__, status), asked.seconds)
        await _changed(server, http, db, path, ids[: asked.changes])


async def _report(server: Server, request: Request, seconds: float) -> None:
    done: Slice = await drive(request, port=server.port, pid=pid_of(server), connections=1, seconds=seconds)
    print(f"{request.name:20}{done.cpu_us / 1000:8.1f} ms of processor time, p50 {done.p50_ms:.1f} ms")


async def _timed(server: Server, http: httpx.AsyncClient, path: str, tag: str = "") -> tuple[httpx.Response, float]:
    """An answer, and the milliseconds of processor time that the server needed. Its clock ticks every ten."""
    before = cpu_seconds(pid_of(server))
    answer = await http.get(path, headers={"If-None-Match": tag})
    assert answer.is_success, answer.status_code
    return answer, (cpu_seconds(pid_of(server)) - before) * 1000


async def _changed(server: Server, http: httpx.AsyncClient, db: Database, path: str, ids: list[SessionId]) -> None:
    """Each time another session has changed since."""
    answer, _ = await _timed(server, http, path)
    total, waits = 0.0, []
    for session_id in ids:
        await db.write(change, session_id)
        started = time.perf_counter()
        answer, spent = await _timed(server, http, path, answer.headers["etag"])
        waits.append((time.perf_counter() - started) * 1000)
        total += spent
    print(
        f"one changed, gzip   {total / len(ids):8.1f} ms of processor time, p50 {sorted(waits)[len(ids) // 2]:.1f} ms"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", choices=["sqlite", "postgres"], default="sqlite")
    parser.add_argument("--sessions", type=int, default=500)
    parser.add_argument("--changes", type=int, default=100)
    parser.add_argument("--seconds", type=float, default=4.0)
    asked = parser.parse_args()
    with installation(asked.database, settings=_UNLIMITED) as server:
        asyncio.run(measure(server, address(server), asked))


if __name__ == "__main__":
    main()
