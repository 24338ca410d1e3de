"""The catalogue is kept as the courses are: whatever happens, it is what would be made of them anew."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from app.domains.courses import service as courses
from app.domains.courses.types import CourseId
from app.domains.users import service as users
from tests.domains.catalogue.catalogues import change_course, contents, file_under, made_anew, rename
from tests.domains.courses.samples import make_course, make_draft
from tests.support.learning import Classroom, booked
from tests.support.world import Actor, World

TITLES = ("Baking Bread", "Bread and Butter", "Knitting", "Zoo Keeping", "Knotting Ropes")
CHANGES = 60


@dataclass(slots=True)
class Life:
    """Things that happen at random to a few courses and people."""

    world: World
    chance: random.Random
    people: list[Actor]
    ids: list[CourseId] = field(default_factory=list)

    async def happen(self) -> None:
        self.world.clock.advance(minutes=1)
        deeds: list[Callable[[], Awaitable[Any]]] = [
            self.change,
            self.change,
            self.teach,
            self.rest,
            self.show,
            self.suspend,
            self.enroll,
            self.rename,
            self.file,
            self.feature,
        ]
        await self.chance.choice(deeds)()

    async def create(self) -> None:
        make = self.chance.choice((make_draft, make_course))
        self.ids.append(await make(self.world, self._person().user_id, self.chance.choice(TITLES)))

    async def change(self) -> None:
        now = self.world.clock.now()
        values = self.chance.choice(
            (
                {"published_at": now, "retired_at": None},
                {"retired_at": now},
                {"title": self.chance.choice(TITLES), "description": f"Words {self.chance.random()} of it"},
                {"rating_sum": self.chance.randint(5, 25), "rating_count": 5},
                {"creator_id": self._person().user_id},
                {"session_duration_minutes": self.chance.choice((30, 60))},
                {"thumbnail_key": f"public/thumbnails/{self.chance.random()}"},
            )
        )
        await self.world.write(change_course, self._course(), values)

    async def teach(self) -> None:
        teacher, course_id = self._person(), self._course()
        await self.world.write(
            courses.certify_teacher, user_id=teacher.user_id, course_id=course_id, approved_by=teacher.user_id
        )

    async def rest(self) -> None:
        course_id = self._course()
        teachers = await self.world.db.read(courses.bookable_teacher_ids, course_id)
        for user_id in teachers[:1]:
            await self.world.write(courses.set_teaching, user_id=user_id, course_id=course_id, is_teaching=False)

    async def show(self) -> None:
        changes = {"is_profile_public": self.chance.random() < 0.7, "name": f"Name {self.chance.randint(10, 99)}"}
        await self.world.write(users.change_profile, self._person().user_id, changes)

    async def suspend(self) -> None:
        deed = self.chance.choice((users.suspend, users.unsuspend, users.unsuspend))
        await self.world.write(deed, self._person().user_id)

    async def enroll(self) -> None:
        room = Classroom(self.world, self._person(), self._course())
        student = await self.world.member("Sam Student")
        course = await self.world.db.read(courses.get_course, room.course_id)
        if course.is_on_sale and room.teacher.user_id in await self.world.db.read(
            courses.bookable_teacher_ids, room.course_id
        ):
            await self.world.write(change_course, room.course_id, {"price_cents": 0})
            order = {"course_id": room.course_id, "teacher_id": room.teacher.user_id}
            answer = await student.post("/api/checkout/session", order)
            assert answer.status_code == 201, answer.text
            if self.chance.random() < 0.5:
                assert (await student.delete("/api/users/me")).status_code == 204

    async def rename(self) -> None:
        await self.world.write(rename, self._course(), self.chance.choice(TITLES))

    async def file(self) -> None:
        slugs = self.chance.choice((("ai",), ("design", "ai"), ("design",)))
        await self.world.write(file_under, self._course(), slugs)

    async def feature(self) -> None:
        await self.world.write(courses.set_featured, self._course(), is_featured=self.chance.random() < 0.5)

    def _person(self) -> Actor:
        return self.chance.choice(self.people)

    def _course(self) -> CourseId:
        return self.chance.choice(self.ids)


async def test_after_anything_it_is_what_would_be_made_anew(world: World) -> None:
    room = await Classroom.open(world)
    people = [room.teacher, *[await world.member(f"Person {name}") for name in ("Ann", "Bob", "Cid")]]
    life = Life(world, random.Random(20261130), people, [room.course_id])
    for _ in range(6):
        await life.create()
    for _ in range(CHANGES):
        await life.happen()
    await world.settle()
    kept = await world.db.read(contents)
    assert all(kept.values())
    anew = await made_anew(world)
    forgotten = [row for row in kept.pop("search_spellings") if row not in anew["search_spellings"]]
    assert {row["term"] for row in forgotten}.isdisjoint(row["term"] for row in anew["course_terms"])
    spelled = anew.pop("search_spellings")
    assert spelled
    assert kept == anew


async def test_nobody_who_buys_at_the_same_time_is_forgotten(world: World) -> None:
    room = await Classroom.open(world)
    students = [await world.member(f"Student {name}") for name in ("Ann", "Bob", "Cid", "Dee", "Eve")]
    order = {"course_id": room.course_id, "teacher_id": room.teacher.user_id}
    answers = await asyncio.gather(*(student.post("/api/checkout/session", order) for student in students))
    assert [answer.status_code for answer in answers] == [201] * 5
    assert (await world.http.get("/api/courses")).json()["items"][0]["student_count"] == 5


async def test_the_next_free_time_follows_bookings_hours_and_the_clock(world: World) -> None:
    room = await Classroom.open(world, session_count=3)
    path = f"/api/courses/{room.course_id}"

    async def next_free() -> tuple[str | None, int]:
        await world.settle()
        soon = (await world.http.get("/api/courses", params={"available_soon": "true"})).json()["items"]
        return (await world.http.get(path)).json()["next_free_at"], len(soon)

    assert await next_free() == ("2026-12-01T11:00:00Z", 1)
    student = await room.student()
    await booked(student, "2026-12-01T11:00:00Z")
    assert await next_free() == ("2026-12-01T13:00:00Z", 1)
    world.clock.advance(hours=3)
    assert await next_free() == ("2026-12-01T14:00:00Z", 1)
    teacher = await world.log_in(room.teacher.user_id, room.teacher.email)
    offered: dict[str, Any] = {"timezone": "UTC", "buffer_minutes": 0}
    far = {"weekday": 0, "start": "09:00", "end": "10:00"}
    for windows, expected in (([], (None, 0)), ([far], ("2026-12-06T09:00:00Z", 1))):
        answer = await teacher.put("/api/users/me/availability", offered | {"windows": windows})
        assert answer.status_code == 200, answer.text
        assert await next_free() == expected
    await world.write(users.suspend, room.teacher.user_id)
    assert await next_free() == (None, 0)


async def test_free_times_are_found_for_some_courses_at_a_time(world: World) -> None:
    creator = await world.member("Carla Creator", can_create_courses=True)
    rooms = [await Classroom.open(world, teacher=creator) for _ in range(12)]
    await world.settle()
    world.clock.advance(days=1)
    for room in rooms:
        await world.write(change_course, room.course_id, {"session_duration_minutes": 45})
    await world.settle()
    items = (await world.http.get("/api/courses")).json()["items"]
    assert {item["next_free_at"] for item in items} == {"2026-12-02T11:15:00Z"}
    assert len(items) == 12
