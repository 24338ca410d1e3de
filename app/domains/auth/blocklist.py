"""How much of a password is its own, and how much a guesser has at hand (NIST SP 800-63B-4, 3.1.1.2).

A password is read as a row of pieces: common passwords, stretches of a keyboard or of the alphabet, years, and for what
is left single characters. What counts is how many *different* pieces the shortest such reading has: `passwordpassword`
is one piece, `qwertyuiopasdfgh` two. Words of the context (the person's name and address, ours) are no piece at all.
Letters count in any case, signs in place of letters too (`p@ssw0rd`), and spaces do not count.
"""

import gzip
import re
import unicodedata
from array import array
from bisect import bisect_left
from collections.abc import Collection, Iterator
from functools import cache
from pathlib import Path

_FILE = Path(__file__).with_name("common_passwords.txt.gz")
_SHORTEST, _LONGEST = 3, 24
_SHORTEST_WORD = 4
_LOOKED_AT = 64  # characters; of longer passwords each further one is a piece of its own
_LINES = (
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890123456789012345678901234567890",
    "qwertyuiop asdfghjkl zxcvbnm",
    "qwertzuiop yxcvbnm azertyuiop qsdfghjklm wxcvbn",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
    "qazwsxedcrfvtgbyhnujmikolp",
    "1q2w3e4r5t6y7u8i9o0p",
)
_SEQUENCES = "\n".join(line[::step] for line in _LINES for step in (1, -1))
_YEAR = re.compile("(?:19|20)[0-9]{2}")
_SAME = re.compile(r"(.)\1{2,}", re.DOTALL)
_LOOKALIKES = str.maketrans("@4083157$!|", "aaobeistsil")


def count_pieces(password: str, context: Collection[str] = ()) -> int:
    """How many different pieces a password has; `context` holds words in the form that `words_of` gives."""
    return min(_count(text, context) for text in (password, password.translate(_LOOKALIKES)))


def words_of(text: str) -> Iterator[str]:
    """The words of a name or an address as a password might hold them, and the whole as one."""
    for word in (text, *re.split(r"[\W_]+", text)):
        plain = _plain(unicodedata.normalize("NFKC", word).casefold())
        yield from (form for form in {plain, _squeeze(plain)} if len(form) >= _SHORTEST)


def _count(password: str, context: Collection[str]) -> int:
    text = unicodedata.normalize("NFKC", password).casefold()
    signs = {char for char in text if not (char.isalnum() or char.isspace())}
    plain = _plain(text)
    readings = {plain, _squeeze(plain), _squeeze(_unit(plain))}
    return min(len(_pieces(reading, context)) for reading in readings) + len(signs)


def _plain(text: str) -> str:
    """Letters and digits only."""
    return "".join(char for char in text if char.isalnum())


def _squeeze(text: str) -> str:
    """A character three or more times in a row counts as one."""
    return _SAME.sub(r"\1", text)


def _unit(text: str) -> str:
    """What a text repeats, if it is nothing but one part again and again; else the text."""
    period = (text + text).find(text, 1) if text else 0
    return text[:period]


def _pieces(text: str, context: Collection[str]) -> frozenset[str]:
    """The fewest pieces found that make up the text."""
    best: list[frozenset[str]] = [frozenset()]
    longest = max(_LONGEST, *map(len, context), 0)
    for end in range(1, min(len(text), _LOOKED_AT) + 1):
        found = best[end - 1] | {text[end - 1]}
        for start in range(max(0, end - longest), end - _SHORTEST + 1):
            piece = text[start:end]
            if piece in context:
                found = min(found, best[start], key=len)
            elif len(best[start]) < len(found) and _is_known(piece):
                found = min(found, best[start] | {piece}, key=len)
        best.append(found)
    return best[-1] | set(text[_LOOKED_AT:])


def _is_known(piece: str) -> bool:
    if piece in _SEQUENCES or _YEAR.fullmatch(piece):
        return True
    if not _SHORTEST_WORD <= len(piece) <= _LONGEST:
        return False
    known, wanted = _common(), hash(piece)
    place = bisect_left(known, wanted)
    return place < len(known) and known[place] == wanted


@cache
def _common() -> "array[int]":
    """Hashes of the common passwords, sorted: 160 kB, where a set of the texts takes 2 MB. Read on first use."""
    words = gzip.decompress(_FILE.read_bytes()).decode("ascii").split()
    forms = {form for word in words for form in (word, _squeeze(word)) if len(form) >= _SHORTEST_WORD}
    return array("q", sorted(map(hash, forms)))
