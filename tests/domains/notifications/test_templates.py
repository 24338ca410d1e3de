"""Every template says what it has to, whatever people call themselves and their courses."""

from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path

import pytest

from app.domains.notifications import policies
from app.domains.notifications.types import Template
from app.domains.users.types import Person, UserId

FOLDER = Path(policies.__file__).parent / "templates"
VOID = {"meta", "br"}
HOSTILE = {
    "markup": "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>",
    "template": "{{ 7 * 7 }}{% raw %}",
    "header": "Sam\r\nBcc: everybody@example.com\r\n\r\nBuy now",
    "separators": "Sam\u2028Second line\u0085third\x0bfourth",
    "direction": "Sam \u202egnp.exe\u2066",
    "long": "W" * 5000,
}


def person(name: str, role: str) -> Person:
    return Person(UserId(f"usr_{role}"), name, role, f"{role}@peerloop.example", "Europe/Berlin", True)


def everything(text: str) -> dict[str, object]:
    """Values for every template, `text` wherever people choose the words."""
    student, teacher = person(text, "student"), person(text, "teacher")
    return {
        "app_url": "https://app.peerloop.example",
        "recipient": student,
        "student": student,
        "teacher": teacher,
        "other": teacher,
        "recommended_by": teacher,
        "course": {"title": text},
        "course_title": text,
        "holder_name": text,
        "enrollment_id": "enr_1",
        "session_id": "ses_1",
        "sessions": "2 sessions",
        "receipt": {"transaction_id": "txn_1", "amount": "249.00 USD", "paid_on": "Tue 1 Dec 2026"},
        "token": "mtk_1.mac",
        "url": "https://app.peerloop.example/verify-email?token=mtk_1.mac",
        "starts": "Tue 1 Dec 2026, 16:00",
        "time": "Tuesday, 1 December 2026, 16:00 to 17:00, Europe/Berlin (UTC+01:00)",
        "other_time": "Wednesday, 2 December 2026, 00:00 to 01:00, Asia/Tokyo (UTC+09:00)",
        "absent_id": teacher.id,
        "is_student_absent": False,
        "contest_hours": 72,
        "verify_code": "7k2mq-9xv4r-c0d8n-w5j3t",
        "is_public": False,
    }


class Page(HTMLParser):
    """Which elements and attributes a page has; complains about elements that are not closed in order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self._open: list[str] = []
        self.feed(html)
        assert not self._open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]
        self._open += [] if tag in VOID else [tag]

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag


def test_every_template_has_both_parts() -> None:
    names = {f"{template}.{ending}" for template in Template for ending in ("txt", "html")}
    assert names | {"base.txt", "base.html", "parts.html"} == {file.name for file in FOLDER.iterdir()}


@pytest.mark.parametrize("template", Template)
@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_names_stay_text(template: Template, text: str) -> None:
    letter = policies.write(template, everything(text))
    plain = policies.write(template, everything("Sam Sample"))
    assert Page(letter.html).tags == Page(plain.html).tags
    assert letter.text.count("\n") == plain.text.count("\n")
    assert 0 < len(letter.subject) <= 150
    assert letter.subject.isprintable()
    assert "49" not in letter.subject
    for part in (letter.subject, letter.text, letter.html):
        assert not set(part) & set("\r\u2028\u2029\u0085\x0b\u202e\u2066")


@pytest.mark.parametrize("template", Template)
def test_pages_load_nothing_and_link_only_to_us(template: Template) -> None:
    page = Page(policies.write(template, everything("Sam Sample")).html)
    assert not {"img", "link", "script", "style", "iframe"} & set(page.tags)
    for name, value in page.attributes:
        assert name in {"lang", "charset", "name", "content", "style", "href"}
        assert "url(" not in value
        assert name != "href" or value.startswith("https://app.peerloop.example")


@pytest.mark.parametrize("template", Template)
def test_both_parts_lead_to_the_same_places(template: Template) -> None:
    letter = policies.write(template, everything("Sam Sample"))
    links = {value for name, value in Page(letter.html).attributes if name == "href"}
    assert links == {word for word in letter.text.split() if word.startswith("https://")}


def test_an_ampersand_is_escaped_where_it_must_be_and_nowhere_else() -> None:
    letter = policies.write(Template.COURSE_COMPLETED, everything("R&D"))
    assert letter.subject == "You completed R&D"
    assert '"R&D"' in letter.text
    assert "<strong>R&amp;D</strong>" in letter.html


def test_a_verification_mail_has_no_words_of_whoever_signed_up() -> None:
    letter = policies.write(Template.VERIFY_EMAIL, everything("Win a prize at evil.example"))
    assert "evil" not in letter.text + letter.html + letter.subject
    assert "\nmtk_1.mac\n" in letter.text


@pytest.mark.parametrize(
    ("absent", "is_student", "expected"),
    [
        (None, False, "You were not there together long enough"),
        ("usr_student", True, "we did not see you"),
        ("usr_teacher", False, "can be booked again"),
    ],
)
def test_a_missed_session_says_who_was_missed(absent: str | None, is_student: bool, expected: str) -> None:
    values = everything("Sam Sample") | {"absent_id": absent, "is_student_absent": is_student}
    letter = policies.write(Template.SESSION_MISSED, values)
    assert expected in letter.text
    assert expected in letter.html
    assert ("counts as held" in letter.text) == is_student
    assert ("72 hours" in letter.text) == (absent is not None)


def test_the_creator_is_told_who_teaches() -> None:
    letter = policies.write(
        Template.ENROLLMENT_NOTICE, everything("Sam Sample") | {"recipient": person("Cara", "creator")}
    )
    assert "your course" in letter.text
    assert "/teaching/availability" not in letter.text


def test_a_period_names_its_zone_and_both_offsets_when_the_clocks_change() -> None:
    start, end = datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    changing = policies.period_text(start, end, "Europe/Berlin")
    assert changing == "Sunday, 25 October 2026, 02:30 to 02:30, Europe/Berlin (UTC+02:00, then UTC+01:00)"
    assert policies.period_text(start, end, "Asia/Kolkata").endswith("06:00 to 07:00, Asia/Kolkata (UTC+05:30)")


@pytest.mark.parametrize(("cents", "text"), [(24900, "249.00 USD"), (5, "0.05 USD"), (0, "0.00 USD")])
def test_amounts(cents: int, text: str) -> None:
    assert policies.amount_text(cents, "usd") == text
