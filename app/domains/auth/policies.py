"""Which passwords may be chosen (NIST SP 800-63B-4, 3.1.1.2). Length and guessability count, composition does not."""

from dataclasses import dataclass

from app.domains.auth.blocklist import count_pieces, words_of
from app.domains.auth.errors import PasswordRefused
from app.domains.auth.types import SHORTEST_PASSWORD_WITH_SECOND_FACTOR
from app.domains.users.types import SHORTEST_PASSWORD, password_length

_FEWEST_PIECES = 4
_OURS = "peerloop"


@dataclass(frozen=True, slots=True)
class PasswordRules:
    """What one person's password is held to: its length, and the words that a guesser would try first."""

    shortest: int
    context: frozenset[str]

    @classmethod
    def of(cls, *names: str, has_second_factor: bool = False) -> "PasswordRules":
        """`names` are what others may know of the person: address, name, handle."""
        words = frozenset(word for name in (*names, _OURS) for word in words_of(name))
        return cls(SHORTEST_PASSWORD_WITH_SECOND_FACTOR if has_second_factor else SHORTEST_PASSWORD, words)

    def check(self, password: str) -> None:
        """Raises `PasswordRefused` for fewer characters than are needed, and for a password of fewer than four pieces
        (see `blocklist`): it consists mostly of common ones, or of the context's words."""
        self.check_length(password_length(password))
        if count_pieces(password) < _FEWEST_PIECES:
            raise PasswordRefused("It is made of what is guessed first.", reason="too_common")
        if count_pieces(password, self.context) < _FEWEST_PIECES:
            raise PasswordRefused(
                "It is made of the name, the address or the name of this service.", reason="contains_context"
            )

    def check_length(self, length: int) -> None:
        """Raises `PasswordRefused` for fewer characters than are needed."""
        if length < self.shortest:
            raise PasswordRefused(f"At least {self.shortest} characters are needed.", reason="too_short")
