"""Every template says what it has to, whatever people call themselves and their courses."""

from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlsplit

import mrml
import pytest
from jinja2.exceptions import UndefinedError

from app.domains.notifications import policies
from app.domains.notifications.policies import Letter
from app.domains.notifications.service import write_letter
from app.domains.notifications.service.catalogue import CATALOGUE
from app.domains.notifications.types import Template
from app.domains.users.types import Person, SecurityChange, UserId
from app.sandbox.demo.mails import APP_URL, MAILS, demo_letters

FOLDER = Path(policies.__file__).parent / "templates"
VOID = {"meta", "br"}
CLIPPED_BYTES = 102 * 1024  # what Gmail shows of a mail
HOSTILE = {
    "markup": "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>",
    "entities": "R&D &lt;b&gt; &amp;lt; &#60;b&#62;",
    "quotes": '" onclick="alert(1)" \' onload=\'alert(1)',
    "template": "{{ 7 * 7 }}{% raw %}{# x",
    "mjml": "</mj-text><mj-raw><b>x</b></mj-raw><mj-include path='base.mjml' />",
    "comment": "--><b>x</b><!--",
    "header": "Sam\r\nBcc: everybody@example.com\r\n\r\nBuy now",
    "separators": "Sam\u2028Second line\u0085third\x0bfourth",
    "direction": "Sam \u202egnp.exe\u2066",
    "long": "W" * 5000,
}
CHOSEN = {
    "course_title",
    "holder_name",
    "denial_reason",
    "suspended_reason",
    "withdrawn_reason",
    "decline_reason",
    "author_name",
    "hidden_reason",
}  # what people write, beside names and titles


def worded(value: object, text: str, key: str = "") -> object:
    """The demo's value with `text` wherever people choose the words."""
    if isinstance(value, Person):
        return replace(value, name=text)
    if isinstance(value, dict):
        return {name: worded(inner, text, name) for name, inner in value.items()}
    return text if key in CHOSEN or key == "title" else value


def written(template: Template, text: str = "Sam Sample", **changes: object) -> Letter:
    """The demo's mail with other words or other values."""
    person, values = MAILS[template]
    filled = {name: worded(value, text, name) for name, value in values.items()} | changes
    return write_letter(template, filled, account=replace(person, name=text), app_url=APP_URL)


class Page(HTMLParser):
    """What a page consists of; complains about elements that are not closed in order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.text = ""
        self.styles = ""
        self._open: list[str] = []
        self.feed(html)
        assert not self._open

    @property
    def names(self) -> list[str]:
        return [name for name, _ in self.attributes]

    @property
    def links(self) -> set[str]:
        return {value for name, value in self.attributes if name == "href"}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]
        self._open += [] if tag in VOID else [tag]

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1] == "style":
            self.styles += data
        else:
            self.text += data.strip("\n")


def test_every_template_has_both_parts_and_its_entry() -> None:
    names = {f"{template}.{ending}" for template in Template for ending in ("txt", "mjml")}
    assert names | {"base.txt", "base.mjml"} == {file.name for file in FOLDER.iterdir()}
    assert set(CATALOGUE) == set(MAILS) == set(Template)
    assert set(policies.CHANGES) == set(SecurityChange)


def test_the_preview_has_every_mail_complete() -> None:
    letters = demo_letters()
    assert letters.keys() == set(Template)
    for template, letter in letters.items():
        assert 0 < len(letter.subject) <= 150, template
        assert len(letter.html.encode()) < CLIPPED_BYTES, template
        assert CATALOGUE[template].reason in letter.text
        assert CATALOGUE[template].reason in Page(letter.html).text
        for part in (letter.subject, letter.text, letter.html):
            assert not any(mark in part for mark in ("{{", "{%", "%}", "None", "<mj-")), template
        for link in Page(letter.html).links:
            assert (urlsplit(link).scheme, urlsplit(link).netloc) == ("https", "app.peerloop.example"), template


@pytest.mark.parametrize("template", Template)
def test_mjml_is_understood_without_a_warning(template: Template) -> None:
    page = (FOLDER / "base.mjml").read_text().replace("<!-- body -->", (FOLDER / f"{template}.mjml").read_text())
    assert mrml.to_html(page).warnings == []


@pytest.mark.parametrize("template", [each for each in Template if MAILS[each][1]])
def test_a_missing_value_is_an_error_not_a_gap(template: Template) -> None:
    with pytest.raises(UndefinedError):
        write_letter(template, {}, account=MAILS[template][0], app_url=APP_URL)


@pytest.mark.parametrize("template", Template)
@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_words_stay_text(template: Template, text: str) -> None:
    letter, plain = written(template, text), written(template)
    assert Page(letter.html).tags == Page(plain.html).tags
    assert Page(letter.html).names == Page(plain.html).names
    assert letter.text.count("\n") == plain.text.count("\n")
    assert 0 < len(letter.subject) <= 150
    assert letter.subject.isprintable()
    assert "49" not in letter.subject
    for part in (letter.subject, letter.text, letter.html):
        assert not set(part) & set("\r\u2028\u2029\u0085\x0b\u202e\u2066")


@pytest.mark.parametrize("text", [HOSTILE[name] for name in ("markup", "entities", "quotes", "template", "mjml")])
def test_hostile_words_are_shown_as_they_are(text: str) -> None:
    """Escaped once, neither twice nor not at all."""
    letter = written(Template.COURSE_COMPLETED, text)
    assert f"you have completed {text} with {text}." in Page(letter.html).text
    assert f'you have completed "{text}" with {text}.' in letter.text


@pytest.mark.parametrize("template", Template)
def test_pages_load_nothing_and_link_only_to_us(template: Template) -> None:
    page = Page(written(template).html)
    assert not {"img", "link", "script", "iframe", "form", "input", "svg"} & set(page.tags)
    assert "@import" not in page.styles
    assert "url(" not in page.styles
    for name, value in page.attributes:
        assert not name.startswith("on")
        assert name not in {"src", "srcset", "background", "action"}
        assert "url(" not in value
        assert name != "href" or value.startswith(APP_URL)


@pytest.mark.parametrize("template", Template)
def test_both_parts_lead_to_the_same_places(template: Template) -> None:
    letter = written(template)
    assert Page(letter.html).links == {word for word in letter.text.split() if word.startswith("https://")}


@pytest.mark.parametrize("template", Template)
def test_pages_suit_readers_and_screens(template: Template) -> None:
    """A language, a title, a line for the list of mails, dark colours, and a width that small screens can have."""
    letter = written(template)
    page = Page(letter.html)
    assert ("lang", "en") in page.attributes
    assert ("content", "light dark") in page.attributes
    assert "prefers-color-scheme: dark" in page.styles
    assert ("content", "width=device-width, initial-scale=1") in page.attributes
    preheader = letter.text.splitlines()[2]
    assert page.text.count(preheader[:60]) >= 1
    assert page.text.startswith(f"{letter.subject}{preheader[:60]}")


def test_an_ampersand_is_escaped_where_it_must_be_and_nowhere_else() -> None:
    letter = written(Template.COURSE_COMPLETED, "R&D")
    assert letter.subject == "You completed R&D"
    assert '"R&D"' in letter.text
    assert "<strong>R&amp;D</strong>" in letter.html


@pytest.mark.parametrize("template", [Template.VERIFY_EMAIL, Template.PASSWORD_RESET, Template.EMAIL_CHANGE])
def test_a_mail_to_an_unproven_address_has_no_words_of_whoever_asked_for_it(template: Template) -> None:
    letter = written(template, "Win a prize at evil.example")
    assert "evil" not in letter.text + letter.html + letter.subject
    token = MAILS[template][1]["token"]
    assert f"\n{token}\n" in letter.text


def test_only_mails_that_can_be_declined_say_how() -> None:
    for template, entry in CATALOGUE.items():
        letter = written(template)
        for part in (letter.text, letter.html):
            assert ("/settings/notifications" in part) == (entry.is_wanted is not None)


@pytest.mark.parametrize(
    ("absent", "is_student", "expected"),
    [
        (None, False, "You were not there together long enough"),
        ("usr_sam_sample", True, "we did not see you"),
        ("usr_tess_template", False, "can be booked again"),
    ],
)
def test_a_missed_session_says_who_was_missed(absent: str | None, is_student: bool, expected: str) -> None:
    letter = written(Template.SESSION_MISSED, absent_id=absent, is_student_absent=is_student)
    assert expected in letter.text
    assert expected in letter.html
    assert ("counts as held" in letter.text) == is_student
    assert ("72 hours" in letter.text) == (absent is not None)


def test_the_creator_is_told_who_teaches() -> None:
    creator = Person(UserId("usr_cara"), "Cara", "cara", "cara@peerloop.example", "UTC", True)
    letter = write_letter(Template.ENROLLMENT_NOTICE, MAILS[Template.ENROLLMENT_NOTICE][1], account=creator, app_url="")
    assert "your course" in letter.text
    for part in (letter.text, letter.html):
        assert "/teaching/availability" not in part


def test_a_decision_is_an_approval_or_a_denial() -> None:
    approved = written(Template.APPLICATION_DECIDED, is_approved=True)
    denied = written(Template.APPLICATION_DECIDED, denial_reason=None)
    for good, bad in ((approved.text, denied.text), (approved.html, denied.html)):
        assert "/creating/courses" in good
        assert "/creating/courses" not in bad
        assert "The reason" not in good + bad


@pytest.mark.parametrize(
    ("device", "text"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:146.0) Gecko/20100101 Firefox/146.0", "Firefox on Linux"),
        (
            (
                "Mozilla/5.0 (Linux; Android 16; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) "
                "Chrome/142.0.0.0 Mobile Safari/537.36"
            ),
            "Chrome on Android",
        ),
        (
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
                "Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0"
            ),
            "Edge on Windows",
        ),
        (
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) "
                "Version/18.6 Safari/605.1.15"
            ),
            "Safari on Mac",
        ),
        (
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
                "CriOS/142.0 Mobile/15E148 Safari/604.1"
            ),
            "Chrome on iPhone",
        ),
        ("Your account is locked, call +1 555 0100 or open https://evil.example", "A program unknown to us"),
        (None, "A program unknown to us"),
    ],
)
def test_a_device_is_named_in_our_words(device: str | None, text: str) -> None:
    assert policies.device_text(device) == text


def test_a_period_names_its_zone_and_both_offsets_when_the_clocks_change() -> None:
    start, end = datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    changing = policies.period_text(start, end, "Europe/Berlin")
    assert changing == "Sunday, 25 October 2026, 02:30 to 02:30, Europe/Berlin (UTC+02:00, then UTC+01:00)"
    assert policies.period_text(start, end, "Asia/Kolkata").endswith("06:00 to 07:00, Asia/Kolkata (UTC+05:30)")


@pytest.mark.parametrize(("cents", "text"), [(24900, "249.00 USD"), (5, "0.05 USD"), (0, "0.00 USD")])
def test_amounts(cents: int, text: str) -> None:
    assert policies.amount_text(cents, "usd") == text
