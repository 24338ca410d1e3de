"""A pack of evidence in words, as it is printed for the bank: every instant in UTC and as both people's clocks showed
it."""

import hashlib
import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, Final

from app.domains.notifications.policies import amount_text
from app.domains.sessions.policies import local_time

Plain = dict[str, Any]
Rows = list[list[str]]

_UNKNOWN: Final = "not reported"


def digest_of(pack: Plain) -> str:
    """SHA-256 of the pack as JSON: keys sorted, no white space, UTF-8."""
    told = json.dumps(pack, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(told.encode()).hexdigest()


def paper_of(pack: Plain) -> Plain:
    """What the template prints: nothing but texts, so that none is taken for anything else."""
    lessons = list(enumerate(pack["sessions"], start=1))
    return {
        "digest": digest_of(pack),
        "facts": _facts(pack),
        "statement": pack["statement"] or "",
        "lessons": [_lesson(pack, number, lesson) for number, lesson in lessons],
        "clocks": ["UTC", *(f"{role} ({zone})" for role, zone in _clocks(pack, pack["teacher"]))],
        "timeline": _timeline(pack),
        "files": [_file(each) for each in pack["files"]],
        "mails": [[_sentence(each["template"]), _utc(each["sent_at"])] for each in pack["mails"]],
    }


def _facts(pack: Plain) -> Rows:
    buyer, teacher, place = pack["buyer"], pack["teacher"], pack["place"]
    held = sum(_was_held(lesson) for lesson in pack["sessions"])
    return [
        ["Dispute", pack["dispute_id"]],
        ["Payment", pack["transaction_id"]],
        ["Questioned", f"{amount_text(pack['disputed_cents'], pack['currency'])}: {_sentence(pack['reason']).lower()}"],
        ["Paid", f"{amount_text(pack['amount_cents'], pack['currency'])} on {_utc(pack['paid_at'])}"],
        ["Bought", f"{pack['course']['title']}: {place['sessions_bought']} one-to-one sessions"],
        ["Held", f"{held} of {place['sessions_bought']} sessions"],
        ["Student", _student(buyer)],
        ["Teacher", teacher["name"] if teacher else "none"],
    ]


def _student(buyer: Plain) -> str:
    if buyer["joined_at"] is None:
        return f"{buyer['name']}, who has left"
    return f"{buyer['name']}, {buyer['email']}, member since {_utc(buyer['joined_at'])}"


def _clocks(pack: Plain, teacher: Plain | None) -> list[tuple[str, str]]:
    """Whose clock shows which zone."""
    people = (("Student", pack["buyer"]), ("Teacher", teacher))
    return [(role, person["timezone"]) for role, person in people if person]


def _lesson(pack: Plain, number: int, lesson: Plain) -> Plain:
    agreed = [f"{_utc(lesson['starts_at'])} to {_utc(lesson['ends_at'])}"]
    agreed += [f"{role}: {_local(lesson['starts_at'], zone)}" for role, zone in _clocks(pack, lesson["teacher"])]
    facts = [
        ["Session", lesson["id"]],
        ["Teacher", lesson["teacher"]["name"]],
        ["Booked", _utc(lesson["booked_at"])],
        ["Agreed", "\n".join(agreed)],
        ["Held", _held(lesson)],
    ]
    if recording := lesson.get("recording"):
        size = f"{recording['size_bytes']:,} bytes, kept {_utc(recording['kept_at'])}"
        facts.append(["Recording", f"SHA-256 {recording['sha256']}\n{size}"])
    return {
        "title": f"Session {number}: {_sentence(lesson['status']).lower()}",
        "facts": facts,
        "attendance": [
            [_who(lesson, each["user_id"]), _utc(each["joined_at"]), _utc(each["left_at"])]
            for each in lesson["attendance"]
        ],
        "consents": [
            [_who(lesson, each["user_id"]), _utc(each["given_at"]), str(each["text_version"])]
            for each in lesson.get("consents", [])
        ],
    }


def _was_held(lesson: Plain) -> bool:
    return str(lesson["status"]) == "completed"


def _held(lesson: Plain) -> str:
    """A room may have been open without anybody being taught in it."""
    if _was_held(lesson):
        return f"{_utc(lesson['started_at'])} to {_utc(lesson['ended_at'])}"
    missed_by = lesson["missed_by_user_id"]
    return f"no: {_who(lesson, missed_by).lower()} did not come" if missed_by else "no"


def _file(file: Plain) -> list[str]:
    return [
        file["what"],
        f"{file['name']}, {file['size_bytes']:,} bytes",
        file["etag"] or _UNKNOWN,
        _utc(file["handed_in_at"]),
    ]


def _timeline(pack: Plain) -> Rows:
    """Everything that happened, in its order."""
    happened = [(datetime.fromisoformat(at), what) for at, what in _events(pack) if at]
    zones = [zone for _, zone in _clocks(pack, pack["teacher"])]
    return [
        [_utc(at.isoformat()), *(_local(at.isoformat(), zone) for zone in zones), what]
        for at, what in sorted(happened, key=lambda event: event[0])
    ]


def _events(pack: Plain) -> Iterable[tuple[str | None, str]]:
    yield pack["buyer"]["joined_at"], "The student's account was made."
    yield pack["paid_at"], "The payment arrived."
    yield pack["place"]["started_at"], "The student was given the place in the course."
    for number, lesson in enumerate(pack["sessions"], start=1):
        yield from _events_of_lesson(number, lesson)
    for file in pack["files"]:
        yield file["handed_in_at"], f"The student handed in {file['name']}."
    for mail in pack["mails"]:
        yield mail["sent_at"], f"Mail to the student: {_sentence(mail['template']).lower()}."


def _events_of_lesson(number: int, lesson: Plain) -> Iterable[tuple[str | None, str]]:
    yield lesson["booked_at"], f"Session {number} was booked."
    if _was_held(lesson):
        yield lesson["started_at"], f"Session {number} began."
        yield lesson["ended_at"], f"Session {number} was over."
    for each in lesson["attendance"]:
        yield each["joined_at"], f"{_who(lesson, each['user_id'])} came to session {number}."
        yield each["left_at"], f"{_who(lesson, each['user_id'])} left session {number}."
    for each in lesson.get("consents", []):
        yield each["given_at"], f"{_who(lesson, each['user_id'])} agreed to session {number} being recorded."


def _who(lesson: Plain, user_id: str) -> str:
    """Of the two people of a session."""
    return "The teacher" if user_id == lesson["teacher"]["id"] else "The student"


def _utc(instant: str | None) -> str:
    if instant is None:
        return _UNKNOWN
    return f"{datetime.fromisoformat(instant).astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


def _local(instant: str, zone: str) -> str:
    return local_time(datetime.fromisoformat(instant), zone).text


def _sentence(name: str) -> str:
    """The name of a state or of a mail in words."""
    return name.replace("_", " ").capitalize()
