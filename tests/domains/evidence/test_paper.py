"""The evidence on paper: the same pack makes the same bytes, and nothing that people wrote is taken for its
language."""

import copy
import json
import re
from typing import Any

import pytest

from app.domains.evidence.deps import Printer
from app.domains.evidence.policies.paper import digest_of, paper_of
from app.domains.evidence.schemas import EvidencePack

HOSTILE = (
    '#import "@preview/nothing:1.0.0": *',
    '#panic("read as its language")',
    '#read("nowhere.txt") $x$ *b* _i_ <here> @there \\ // gone',
    "W" * 200,
    "\N{GRINNING FACE} 你好 こんにちは 한국어 שלום مرحبا",
    "\u202enoitcerid \u0000\u0007\u2028",
)


def example() -> dict[str, Any]:
    """The pack of the API's example, with agreements and a recording beside what it shows."""
    extra: Any = EvidencePack.model_config["json_schema_extra"]
    pack = copy.deepcopy(extra["examples"][0])
    lesson = pack["sessions"][0]
    lesson["consents"] = [
        {"user_id": pack["buyer"]["id"], "given_at": "2026-12-03T10:00:40Z", "text_version": "2026-11"}
    ]
    lesson["recording"] = {"sha256": "9f" * 32, "size_bytes": 1234567, "kept_at": "2026-12-03T11:20:00Z"}
    found: dict[str, Any] = pack
    return found


def test_every_time_is_told_in_utc_and_as_both_clocks_showed_it() -> None:
    paper = paper_of(example())
    assert paper["clocks"] == ["UTC", "Student (Europe/Berlin)", "Teacher (America/New_York)"]
    came = next(row for row in paper["timeline"] if row[-1] == "The student came to session 1.")
    assert came[:-1] == [
        "2026-12-03 10:01:00 UTC",
        "Thu 3 Dec 2026, 11:01 (UTC+01:00)",
        "Thu 3 Dec 2026, 05:01 (UTC-05:00)",
    ]
    assert [row[0] for row in paper["timeline"]] == sorted(row[0] for row in paper["timeline"])


def test_agreements_and_the_recording_are_told() -> None:
    (lesson,) = paper_of(example())["lessons"]
    assert lesson["consents"] == [["The student", "2026-12-03 10:00:40 UTC", "2026-11"]]
    assert lesson["facts"][-1] == ["Recording", f"SHA-256 {'9f' * 32}\n1,234,567 bytes, kept 2026-12-03 11:20:00 UTC"]


def test_each_session_is_told_of_its_own_teacher_and_as_it_ended() -> None:
    pack = example()
    former = {"id": "usr_01kbq2z7m8e6h9s0t3v5x7y9zd", "name": "Fay Former", "timezone": "Asia/Tokyo"}
    missed = copy.deepcopy(pack["sessions"][0]) | {"teacher": former, "status": "no_show"}
    missed |= {"missed_by_user_id": former["id"]}
    missed["attendance"] = [{"user_id": former["id"], "joined_at": None, "left_at": "2026-12-03T10:00:50Z"}]
    pack["sessions"].append(missed)
    paper = paper_of(pack)
    held, other = (dict(lesson["facts"]) for lesson in paper["lessons"])
    assert (held["Teacher"], held["Held"]) == ("Tess Template", "2026-12-03 10:00:30 UTC to 2026-12-03 11:00:05 UTC")
    assert (other["Teacher"], other["Held"]) == ("Fay Former", "no: the teacher did not come")
    assert other["Agreed"].splitlines()[-1] == "Teacher: Thu 3 Dec 2026, 19:00 (UTC+09:00)"
    assert dict(paper["facts"])["Held"] == "1 of 2 sessions"
    assert paper["lessons"][1]["attendance"][0][0] == "The teacher"
    told = {row[-1] for row in paper["timeline"]}
    assert "Session 1 began." in told
    assert "Session 2 began." not in told


def test_the_digest_names_all_of_the_pack_and_not_the_order_of_its_keys() -> None:
    pack = example()
    assert digest_of(dict(reversed(pack.items()))) == digest_of(pack)
    for key in pack:
        assert digest_of(pack | {key: "something else"}) != digest_of(pack)
    assert paper_of(pack)["digest"] == digest_of(pack)


def test_what_bought_nothing_has_a_paper_too() -> None:
    nothing = {"id": None, "teacher_id": None, "sessions_bought": 0, "sessions_completed": 0, "started_at": None}
    paper = paper_of(example() | {"place": nothing, "teacher": None, "sessions": [], "statement": None})
    assert (paper["clocks"], paper["statement"], paper["lessons"]) == (["UTC", "Student (Europe/Berlin)"], "", [])


async def test_the_same_pack_makes_the_same_bytes() -> None:
    printer, pack = Printer(), example()
    first, again = await printer.print(paper_of(pack)), await printer.print(paper_of(copy.deepcopy(pack)))
    assert first == again
    assert first.startswith(b"%PDF-")
    assert await printer.print(paper_of(pack | {"statement": "Another story."})) != first


@pytest.mark.parametrize("text", HOSTILE)
async def test_what_people_wrote_is_only_text(text: str) -> None:
    """Read as the template's language, the first three would end it without a paper."""
    pack = example()
    pack["buyer"]["name"] = pack["teacher"]["name"] = pack["course"]["title"] = pack["statement"] = text
    pack["files"][0]["name"] = pack["files"][0]["what"] = text
    assert (await Printer().print(paper_of(pack))).startswith(b"%PDF-")


async def test_a_long_story_is_told_whole() -> None:
    pack = example()
    pack["sessions"] *= 10
    pack["statement"] = "We were there. " * 600
    made = await Printer().print(paper_of(pack))
    pages = re.search(rb"/Type/Pages/Count (\d+)", made)
    assert pages
    assert int(pages[1]) > 5


def test_nothing_but_texts_reaches_the_template() -> None:
    def leaves(value: Any) -> list[Any]:
        if isinstance(value, dict):
            return [leaf for each in value.values() for leaf in leaves(each)]
        return [leaf for each in value for leaf in leaves(each)] if isinstance(value, list) else [value]

    assert {type(leaf) for leaf in leaves(paper_of(json.loads(json.dumps(example()))))} == {str}
