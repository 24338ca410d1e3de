"""Keep a time, pay, move the session and cancel it, against a server that may be killed at any moment.

`python -m tests.journeys.keeping --kills 50` does it on SQLite until the server was killed that often;
`--database-url` names an empty Postgres database instead.
"""

import asyncio
from collections import Counter
from collections.abc import Callable
from typing import Any

from app.sandbox.demo.cast import TESS
from tests.journeys.server import Server
from tests.journeys.tour import Answer, StepFailed, Tour, wait_for
from tests.journeys.walk import main, time_faults


class KeepingTour(Tour):
    """A student keeps a time before there is a place, and gives the session back after it has moved."""

    @property
    def steps(self) -> list[Callable[[], None]]:
        return [
            self.sign_up,
            self.verify,
            self.log_in,
            self.browse,
            self.keep,
            self.start_checkout,
            self.pay,
            self.see_enrollment,
            self.see_session,
            self.move,
            self.cancel,
            self.see_freed,
        ]

    def keep(self) -> None:
        """The last time that is offered: the killer moves the clock on, but never so far."""
        starts = self.facts.setdefault("starts", self._offered()[-2:])
        wish = {"course_id": self.facts["course_id"], "teacher_id": self.facts["teacher_id"], "starts_at": starts[0]}
        self.facts["hold"] = self.student.post("/api/session-holds", wish, key="hold")

    def _offered(self) -> list[str]:
        return [slot["starts_at"] for slot in self._free_slots()]

    def see_session(self) -> None:
        """By the payment itself, or by the job that books late."""

        def look() -> Answer | None:
            found: list[Answer] = self.student.get("/api/sessions")["items"]
            return found[0] if found else None

        session = wait_for(look, "the session of the kept time")
        if session["starts_at"] != self.facts["starts"][0]:
            raise StepFailed(f"not the time that was kept: {session}")
        self.facts["session_id"] = session["id"]

    def move(self) -> None:
        body = {"starts_at": self.facts["starts"][1], "reason": "My train was cancelled."}
        self.student.post(f"/api/sessions/{self.facts['session_id']}/reschedule", body, key="move")

    def cancel(self) -> None:
        body = {"reason": "I am ill and must stay in bed."}
        self.student.post(f"/api/sessions/{self.facts['session_id']}/cancel", body, key="cancel")

    def see_freed(self) -> None:
        if missing := {*self.facts["starts"]} - {*self._offered()}:
            raise StepFailed(f"not free again: {missing}")


def faults(server: Server, tour: KeepingTour) -> list[str]:
    """What must hold afterwards: one place, one payment, one session that was called off, nobody mailed twice, and no
    time taken by what is over."""
    server.run("books")
    mails: list[Answer] = [
        mail
        for address in (tour.student.email, TESS.email)
        for mail in tour.http.get("/sandbox/inbox/messages", params={"to": address}).json()
    ]
    counted = Counter((mail["to"], mail["subject"], mail["text"]) for mail in mails)
    found = [f"mailed {count} times: {mail[:2]}" for mail, count in counted.items() if count > 1]
    seen: dict[str, list[Any]] = {
        "transactions": [item["amount_cents"] for item in tour.student.get("/api/transactions")["items"]],
        "places": [item["status"] for item in tour.student.get("/api/enrollments")["items"]],
        "sessions": [item["status"] for item in tour.student.get("/api/sessions")["items"]],
        "holds": [item["status"] for item in tour.student.get("/api/session-holds")["items"]],
    }
    if seen != {"transactions": [24900], "places": ["enrolled"], "sessions": ["cancelled"], "holds": ["used"]}:
        found.append(str(seen))
    return found + asyncio.run(time_faults(server))


if __name__ == "__main__":
    main(KeepingTour, faults, __doc__)
