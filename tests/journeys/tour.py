"""The whole loop, step by step, over real HTTP: what the README's tour does, written so that any step may be repeated.

Every step is safe to run again after a crash in the middle of it: POSTs carry the same Idempotency-Key, and what the
outside world does (paying, joining a room) is checked before it is done.
"""

import base64
import re
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import httpx

from app.core.clock import DevelopmentClock
from app.sandbox.demo.cast import PASSWORD

_PATIENCE_S = 20.0
_PAUSE_S = 0.05
Answer = dict[str, Any]


class StepFailed(Exception):
    """An answer that the tour did not expect."""


@dataclass
class Member:
    """Somebody who walks the tour. Logs in anew whenever the moved clock has made the tokens expire."""

    http: httpx.Client
    email: str
    name: str
    token: str = ""
    keys: dict[str, str] = field(default_factory=dict)

    def log_in(self) -> Answer:
        body = {"email": self.email, "password": PASSWORD}
        answer = self.http.post("/api/auth/login", json=body)
        if answer.status_code != 200:
            raise StepFailed(answer.text)
        tokens: Answer = answer.json()
        self.token = tokens["access_token"]
        return tokens

    def call(self, method: str, path: str, body: Any = None, *, key: str = "") -> httpx.Response:
        if not self.token:
            self.log_in()
        answer = self._send(method, path, body, key)
        if answer.status_code == 401:
            self.log_in()
            answer = self._send(method, path, body, key)
        return answer

    def _send(self, method: str, path: str, body: Any, key: str) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.token}"}
        if key:
            headers["Idempotency-Key"] = self.keys.setdefault(key, uuid.uuid4().hex)
        return self.http.request(method, path, json=body, headers=headers)

    def get(self, path: str) -> Answer:
        return _ok(self.call("GET", path))

    def post(self, path: str, body: Any, *, key: str) -> Answer:
        return _ok(self.call("POST", path, body, key=key))


def _ok(answer: httpx.Response) -> Answer:
    if not answer.is_success:
        raise StepFailed(f"{answer.request.method} {answer.request.url.path}: {answer.status_code} {answer.text}")
    found: Answer = answer.json()
    return found


def wait_for(look: Callable[[], Answer | None], what: str) -> Answer:
    """Poll until there is something; a real server works in the background."""
    deadline = time.monotonic() + _PATIENCE_S
    while time.monotonic() < deadline:
        if found := look():
            return found
        time.sleep(_PAUSE_S)
    raise StepFailed(f"nothing came: {what}")


@dataclass
class Tour:
    """The state of one walk. `steps` is the order; each is a method that may be repeated."""

    http: httpx.Client
    clock: DevelopmentClock
    course_slug: str
    creator: Member
    teacher: Member
    student: Member
    next_student: Member
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def steps(self) -> list[Callable[[], None]]:
        lessons = [self.move, *self._lesson_steps(1)[1:], self.cancel, *self._lesson_steps(2)]
        return [
            self.sign_up,
            self.verify,
            self.log_in,
            self.browse,
            self.start_checkout,
            self.pay,
            self.see_enrollment,
            lambda: self.book(1),
            *lessons,
            self.see_diploma,
            self.recommend,
            self.issue,
            self.offer_time,
            self.be_listed,
            self.sell,
            self.see_earnings,
        ]

    def _lesson_steps(self, number: int) -> list[Callable[[], None]]:
        return [
            lambda: self.book(number),
            lambda: self.find_invitation(number),
            lambda: self.hold(number),
            lambda: self.see_completed(number),
        ]

    def sign_up(self) -> None:
        body = {
            "email": self.student.email,
            "password": PASSWORD,
            "name": self.student.name,
            "timezone": "Europe/Berlin",
        }
        _ok(self.http.post("/api/auth/signup", json=body))

    def verify(self) -> None:
        token = wait_for(self._mailed_token, "the verification mail")["token"]
        answer = self.http.post("/api/auth/verify-email", json={"token": token})
        if answer.status_code not in {204, 400}:  # 400: verified before the crash
            raise StepFailed(answer.text)

    def _mailed_token(self) -> Answer | None:
        found = [re.search(r"^mtk_\S+", mail["text"], re.MULTILINE) for mail in self._mails(self.student.email)]
        tokens = [match.group() for match in found if match]
        return {"token": tokens[0]} if tokens else None

    def _mails(self, address: str) -> list[Answer]:
        """Newest first."""
        mails: list[Answer] = self.http.get("/sandbox/inbox/messages", params={"to": address}).json()
        return mails

    def log_in(self) -> None:
        self.student.log_in()
        me = self.student.get("/api/users/me")
        if not me["is_email_verified"]:
            raise StepFailed("the address is not verified")

    def browse(self) -> None:
        page = _ok(self.http.get("/api/courses", params={"q": "n8n", "sort": "price_asc"}))
        if self.course_slug not in {course["slug"] for course in page["items"]}:
            raise StepFailed("the course is not found by its name")
        course = _ok(self.http.get(f"/api/courses/{self.course_slug}"))
        _ok(self.http.get(f"/api/courses/{self.course_slug}/curriculum"))
        teachers = _ok(self.http.get(f"/api/courses/{self.course_slug}/teachers"))["items"]
        teacher_id = self.teacher.get("/api/users/me")["id"]
        if teacher_id not in {teacher["id"] for teacher in teachers}:
            raise StepFailed("the teacher is not bookable")
        self.facts |= {"course_id": course["id"], "teacher_id": teacher_id}

    def start_checkout(self) -> None:
        self.facts["checkout"] = self._buy(self.student, self.facts["teacher_id"])

    def _buy(self, buyer: Member, teacher_id: str) -> Answer:
        body = {"course_id": self.facts["course_id"], "teacher_id": teacher_id}
        return buyer.post("/api/checkout/session", body, key="checkout")

    def pay(self) -> None:
        self._pay(self.facts["checkout"])

    def _pay(self, checkout: Answer) -> None:
        page = self.http.post(checkout["url"], data={"card": "4242424242424242"})
        if page.status_code != 303:
            raise StepFailed(f"the Checkout page answered {page.status_code}")

    def see_enrollment(self) -> None:
        self.facts["enrollment_id"] = self._see_enrollment(self.student, self.facts["checkout"])

    def _see_enrollment(self, buyer: Member, checkout: Answer) -> str:
        """The success page works before and after the webhook, and the webhook alone works too."""
        body = {"checkout_session_id": checkout["checkout_session_id"]}
        shown = buyer.post("/api/checkout/verify", body, key="verify")
        if shown["status"] != "paid" or not shown["enrollment_id"]:
            raise StepFailed(f"paid, but {shown}")
        places = buyer.get("/api/enrollments")["items"]
        if [place["id"] for place in places] != [shown["enrollment_id"]]:
            raise StepFailed(f"not exactly one enrollment: {places}")
        enrollment_id: str = shown["enrollment_id"]
        return enrollment_id

    def book(self, number: int) -> None:
        if f"session{number}" in self.facts:
            return
        starts_at = self.facts.setdefault(f"starts_at{number}", self._free_slots()[0]["starts_at"])
        body = {"enrollment_id": self.facts["enrollment_id"], "starts_at": starts_at}
        self.facts[f"session{number}"] = self.student.post("/api/sessions", body, key=f"book{number}")
        again = self.student.call("POST", "/api/sessions", body, key=f"again{number}")
        if again.status_code != 409:
            raise StepFailed(f"a second booking of the same time: {again.status_code} {again.text}")

    def move(self) -> None:
        """The first session to the next slot but one: the same session, at another time."""
        path = f"/api/sessions/{self.facts['session1']['id']}/reschedule"
        slots = self._free_slots()
        starts_at = self.facts.setdefault("moved_to", slots[1]["starts_at"])
        body = {"starts_at": starts_at, "reason": "My train was cancelled."}
        moved = self.student.post(path, body, key="move")
        if (moved["id"], moved["starts_at"]) != (self.facts["session1"]["id"], starts_at):
            raise StepFailed(f"not the same session at another time: {moved}")
        self.facts["session1"] = moved

    def cancel(self) -> None:
        """One more session, which is called off again: its time is free at once."""
        starts_at = self.facts.setdefault("unwanted_at", self._free_slots()[0]["starts_at"])
        body = {"enrollment_id": self.facts["enrollment_id"], "starts_at": starts_at}
        unwanted = self.student.post("/api/sessions", body, key="unwanted")
        path = f"/api/sessions/{unwanted['id']}/cancel"
        self.student.post(path, {"reason": "I am ill and must stay in bed."}, key="cancel")
        if starts_at not in {slot["starts_at"] for slot in self._free_slots()}:
            raise StepFailed("the time of a cancelled session is not free")

    def _free_slots(self) -> list[Answer]:
        path = f"/api/teachers/{self.facts['teacher_id']}/availability"
        found: list[Answer] = _ok(self.http.get(path, params={"course_id": self.facts["course_id"]}))["items"]
        return found

    def find_invitation(self, number: int) -> None:
        session_id = self.facts[f"session{number}"]["id"]

        def look() -> Answer | None:
            files = [file for mail in self._mails(self.teacher.email) for file in mail["attachments"]]
            texts = [base64.b64decode(file["content"]).decode() for file in files]
            return next(({"ics": text} for text in texts if session_id in text and "METHOD:REQUEST" in text), None)

        wait_for(look, "the invitation with its .ics")

    def hold(self, number: int) -> None:
        session = self.facts[f"session{number}"]
        starts_at = datetime.fromisoformat(session["starts_at"])
        if self.clock.now() < starts_at - timedelta(minutes=10):
            self.clock.move_to(starts_at - timedelta(minutes=5))
        if self.student.get(f"/api/sessions/{session['id']}")["status"] == "completed":
            return
        rooms = {member.email: self._enter(member, session["id"]) for member in (self.student, self.teacher)}
        self.clock.move_to(starts_at + timedelta(minutes=85))
        for email, token in rooms.items():
            action = "end" if email == self.teacher.email else "leave"
            self.http.post(f"/sandbox/plugnmeet/room/{action}", data={"access_token": token})

    def _enter(self, member: Member, session_id: str) -> str:
        answer = member.post(f"/api/sessions/{session_id}/join", {}, key=f"join{uuid.uuid4().hex}")
        token = httpx.URL(answer["join_url"]).params["access_token"]
        entered = self.http.post("/sandbox/plugnmeet/room/join", data={"access_token": token})
        if entered.status_code != 303:
            raise StepFailed(f"the room answered {entered.status_code}")
        return token

    def see_completed(self, number: int) -> None:
        session_id = self.facts[f"session{number}"]["id"]

        def look() -> Answer | None:
            session = self.student.get(f"/api/sessions/{session_id}")
            return session if session["status"] == "completed" else None

        wait_for(look, f"session {number} to be completed")
        earned = self.teacher.get("/api/earnings")
        shares = [item for item in earned["items"] if item["released_cents"]]
        if not shares:
            raise StepFailed(f"nothing was released: {earned}")

    def see_diploma(self) -> None:
        diploma = self.student.get(f"/api/diplomas/{self.facts['enrollment_id']}")
        if diploma["completed_at"] is None:
            raise StepFailed(str(diploma))

    def recommend(self) -> None:
        body = {"enrollment_id": self.facts["enrollment_id"]}
        self.facts["certificate"] = self.teacher.post("/api/certificates/recommend", body, key="recommend")

    def issue(self) -> None:
        certificate_id = self.facts["certificate"]["id"]
        answer = self.creator.call("POST", f"/api/certificates/{certificate_id}/issue", {}, key="issue")
        if answer.status_code not in {200, 409}:  # 409: issued before the crash
            raise StepFailed(answer.text)

    def offer_time(self) -> None:
        windows = [{"weekday": day, "start": "08:00", "end": "20:00"} for day in range(7)]
        body = {"timezone": "Europe/Berlin", "buffer_minutes": 15, "windows": windows}
        _ok(self.student.call("PUT", "/api/users/me/availability", body))

    def be_listed(self) -> None:
        teachers = _ok(self.http.get(f"/api/courses/{self.course_slug}/teachers"))["items"]
        me = self.student.get("/api/users/me")
        if me["id"] not in {teacher["id"] for teacher in teachers} or "teacher" not in me["roles"]:
            raise StepFailed("the new teacher is not listed")
        self.facts["new_teacher_id"] = me["id"]

    def sell(self) -> None:
        checkout = self._buy(self.next_student, self.facts["new_teacher_id"])
        self._pay(checkout)
        self._see_enrollment(self.next_student, checkout)

    def see_earnings(self) -> None:
        earned = self.student.get("/api/earnings")
        royalties = self.creator.get("/api/earnings")
        if earned["pending_cents"] != 17430 or royalties["pending_cents"] != 3735:
            raise StepFailed(f"teacher {earned['pending_cents']}, creator {royalties['pending_cents']}")
