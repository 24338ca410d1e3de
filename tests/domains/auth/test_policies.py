"""Which passwords are refused: what a guesser tries first, however it is strung together, and nothing else."""

import gzip
import random
import string
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domains.auth import blocklist
from app.domains.auth.blocklist import count_pieces
from app.domains.auth.errors import PasswordRefused
from app.domains.auth.policies import PasswordRules
from app.sandbox.demo.cast import PASSWORD

RULES = PasswordRules.of("sam.sample@peerloop.example", "Sam Sample", "sam_sample_1k2")
WORDS = gzip.decompress(blocklist._FILE.read_bytes()).decode("ascii").split()
words = st.sampled_from(WORDS)


def reason(password: str, rules: PasswordRules = RULES) -> str | None:
    try:
        rules.check(password)
    except PasswordRefused as refused:
        return str(refused.context["reason"])
    return None


@pytest.mark.parametrize(
    "password",
    [
        "passwordpassword",
        "Password Password",
        "P@ssw0rd-P@ssw0rd",
        "p-a-s-s-w-o-r-d-1",
        "123456789012345",
        "543210987654321",
        "qwertyuiopasdfgh",
        "qwertzuiopasdfghjkl",
        "1qaz2wsx3edc4rfv",
        "abcdefghijklmnop",
        "aaaaaaaaaaaaaaa",
        "aaaaaaaaabbbbbbbbbb",
        "abcabcabcabcabc",
        "xkxkxkxkxkxkxkxk",
        "iloveyouprincess",
        "dragon2024dragon",
        "               ",
        "!!!!!!!!!!!!!!!!",
        "🧪🧪🧪🧪🧪🧪🧪🧪🧪🧪🧪🧪🧪🧪🧪",
        "password".translate({ord(char): ord(char) + 0xFEE0 for char in "pasword"}) * 2,
        "a" * 256,
    ],
)
def test_what_is_guessed_first_is_refused(password: str) -> None:
    assert reason(password) == "too_common"


@pytest.mark.parametrize(
    "password",
    [
        "sam.sample@peerloop.example",
        "SamSampleSamSample",
        "sample.sam.2024!",
        "PeerLoop PeerLoop 1",
        "peerloop example sam",
    ],
)
def test_what_is_known_of_the_person_is_refused(password: str) -> None:
    assert reason(password) == "contains_context"


@pytest.mark.parametrize(
    "password",
    [
        PASSWORD,
        "correct horse battery staple",
        "correcthorsebatterystaple",
        "four quiet lamps by the harbour",
        "xk9Q2mfL0pz84uW",
        "839203847562019",
        "密碼很難記得但是我喜歡它因為長",
        "pässwörter-mit-ümläuten",
        "sam likes the quiet harbour",
    ],
)
def test_what_is_somebody_s_own_is_taken(password: str) -> None:
    assert reason(password) is None


def test_the_length_is_that_of_the_account() -> None:
    eight = PasswordRules.of("sam@peerloop.example", has_second_factor=True)
    assert reason("kv7 Zq2!", eight) is None
    assert reason("kv7 Zq2", eight) == "too_short"
    assert reason("password", eight) == "too_common"
    assert reason("kv7 Zq2!kv7 Zq") == "too_short"
    assert reason("u\u0308" * 8, eight) == "too_common"
    assert reason("u\u0308" * 7, eight) == "too_short"


def test_every_common_password_is_refused_however_often_it_is_repeated() -> None:
    for word in random.Random(2026).sample(WORDS, 2000):
        assert reason(word * (15 // len(word) + 1)) == "too_common", word


@given(words, words, st.sampled_from(["", " ", "-", "1"]))
@settings(max_examples=200)
def test_two_common_passwords_are_not_enough(one: str, other: str, between: str) -> None:
    assert count_pieces(f"{one}{between}{other}") < 4


@given(words, st.sampled_from([str.upper, str.title, " ".join]))
@settings(max_examples=200)
def test_case_and_spaces_do_not_hide_one(word: str, disguise: Callable[[str], str]) -> None:
    assert count_pieces(disguise(word)) == count_pieces(word)


@given(st.text(max_size=300), st.frozensets(st.text(min_size=3, max_size=10), max_size=5))
@settings(max_examples=200)
def test_any_text_is_counted(text: str, context: frozenset[str]) -> None:
    assert count_pieces(text, context) >= 0


def test_random_passwords_are_taken() -> None:
    dice = random.Random(2026)
    for _ in range(500):
        assert reason("".join(dice.choices(string.ascii_letters + string.digits, k=15))) is None


def test_the_list_is_long_enough_and_takes_little_memory() -> None:
    known = blocklist._common()
    assert len(known) > 3000  # ASVS 5.0.0, 6.2.4
    assert len(known) * known.itemsize < 200_000
