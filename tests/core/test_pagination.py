"""Cursors: whatever `encode` did not make for this list is `CursorInvalid`, and never another exception."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.pagination import CursorCodec, CursorInvalid

CODEC = CursorCodec("s" * 32)
PURPOSE = "courses.list:-published_at"
WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=200)
POSITIONS = st.lists(WORDS | st.integers(-(2**63), 2**63 - 1), min_size=1, max_size=2)


def test_a_position_comes_back() -> None:
    cursor = CODEC.encode(PURPOSE, [1_780_000_000_000_000, "crs_1"])
    assert CODEC.decode(PURPOSE, cursor) == [1_780_000_000_000_000, "crs_1"]


@given(POSITIONS)
def test_every_position_comes_back(position: list[str | int]) -> None:
    assert CODEC.decode(PURPOSE, CODEC.encode(PURPOSE, position)) == position


def refuses(codec: CursorCodec, purpose: str, cursor: str) -> bool:
    with pytest.raises(CursorInvalid):
        codec.decode(purpose, cursor)
    return True


@given(POSITIONS, WORDS)
def test_a_cursor_of_another_list_is_refused(position: list[str | int], purpose: str) -> None:
    assert refuses(CODEC, PURPOSE, CODEC.encode(purpose, position))


def test_a_purpose_cannot_run_over_into_the_position() -> None:
    cursor = CODEC.encode("a\n", [1])
    assert refuses(CODEC, "a", cursor)


@given(POSITIONS)
def test_a_cursor_of_another_service_is_refused(position: list[str | int]) -> None:
    assert refuses(CODEC, PURPOSE, CursorCodec("t" * 32).encode(PURPOSE, position))


@given(POSITIONS, st.data())
def test_a_changed_cursor_is_refused(position: list[str | int], data: st.DataObject) -> None:
    raw = bytearray(base64.urlsafe_b64decode(CODEC.encode(PURPOSE, position) + "=="))
    raw[data.draw(st.integers(0, len(raw) - 1))] ^= data.draw(st.integers(1, 255))
    assert refuses(CODEC, PURPOSE, base64.urlsafe_b64encode(bytes(raw)).decode())


@given(st.text() | st.text("ABCabc012-_="))
def test_garbage_is_refused(text: str) -> None:
    assert refuses(CODEC, PURPOSE, text)


@given(st.binary(max_size=100))
def test_well_formed_garbage_is_refused(raw: bytes) -> None:
    assert refuses(CODEC, PURPOSE, base64.urlsafe_b64encode(raw).decode().rstrip("="))


def test_a_huge_cursor_is_refused() -> None:
    assert refuses(CODEC, PURPOSE, "A" * 1_000_000)
