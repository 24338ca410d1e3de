"""The texts of mailed links."""

import pytest

from app.core.mail_tokens import MailTokens

TOKENS = MailTokens("a secret of at least thirty-two letters")
TEXT = TOKENS.text("inv_1", "invitation")


def test_a_text_stands_for_its_id() -> None:
    assert TOKENS.read(TEXT, "invitation") == "inv_1"


@pytest.mark.parametrize(
    "text",
    ["", "inv_1", "inv_1.", ".", TEXT + "=", TEXT[:-1], TEXT.replace("inv_1", "inv_2"), TEXT.upper(), TEXT + "ü"],
)
def test_what_was_not_made_here_stands_for_nothing(text: str) -> None:
    assert TOKENS.read(text, "invitation") is None


def test_purpose_and_secret_count() -> None:
    assert TOKENS.read(TEXT, "verify_email") is None
    assert MailTokens("another secret of thirty-two letters").read(TEXT, "invitation") is None
