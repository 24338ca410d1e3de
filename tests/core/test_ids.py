"""Ids are typed, unique, and sort by age."""

import re

import pytest
from pydantic import TypeAdapter, ValidationError

from app.core.ids import id_pattern, new_id
from app.domains.users.types import UserId, UserIdField

ADAPTER: TypeAdapter[UserId] = TypeAdapter(UserIdField)


def test_ids_have_the_pattern_and_are_unique_and_ordered() -> None:
    ids = [new_id("usr") for _ in range(20_000)]
    pattern = re.compile(id_pattern("usr"))
    assert all(pattern.fullmatch(made) for made in ids)
    assert len(set(ids)) == len(ids)
    assert ids == sorted(ids)


def test_an_id_passes_its_field() -> None:
    made = new_id("usr")
    assert ADAPTER.validate_python(made) == made


@pytest.mark.parametrize(
    "value",
    [
        "",
        "usr_",
        "usr_01kbq2z7m8e6h9s0t3v5x7y9z",  # too short
        "usr_01kbq2z7m8e6h9s0t3v5x7y9zaa",  # too long
        "usr_81kbq2z7m8e6h9s0t3v5x7y9za",  # more than 128 bits
        "usr_01kbq2z7m8e6h9s0t3v5x7y9zu",  # a letter that Crockford leaves out
        "usr_01KBQ2Z7M8E6H9S0T3V5X7Y9ZA",
        "crs_01kbq2z7m8e6h9s0t3v5x7y9za",
        "usr_01kbq2z7m8e6h9s0t3v5x7y9za\n",
        " usr_01kbq2z7m8e6h9s0t3v5x7y9za",
    ],
)
def test_anything_else_is_refused(value: str) -> None:
    with pytest.raises(ValidationError):
        ADAPTER.validate_python(value)


def test_the_pattern_is_documented() -> None:
    assert ADAPTER.json_schema()["pattern"] == id_pattern("usr")
