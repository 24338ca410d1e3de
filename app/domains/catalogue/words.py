"""Words of texts and of searches, as both databases store and compare them."""

import re
from collections.abc import Iterable, Iterator

from app.domains.courses.policies import fold

_WORD = re.compile(r"[^\W_]+")
_LONGEST = 40
_LONGEST_SORTED = 100  # characters of up to four bytes
_SHORTEST_FORGIVEN, _LONGEST_FORGIVEN = 4, 24  # characters of a word in which a typo is forgiven
_SHORTEST_CONFUSED = 6
_SHORTEST_BEGINNING = 2
_STOP_WORDS = """
    a an and are as at be by for from how in into is it its of on or that the their this to was what with you your
"""
STOP_WORDS = frozenset(_STOP_WORDS.split())


def words_of(text: str) -> Iterator[str]:
    """The words in their order, without case and accents. What is neither letter nor digit separates them."""
    return (word[:_LONGEST] for word in _WORD.findall(fold(text)))


def sort_title(title: str) -> str:
    """What titles are ordered by: their words as far as an index and a cursor surely hold them."""
    return " ".join(words_of(title))[:_LONGEST_SORTED]


def weigh(*texts: tuple[str, int, bool]) -> dict[str, int]:
    """The words of some texts, each with the sum of the weights of the texts that it occurs in. A text is given with
    its weight and whether its stop words count."""
    weights: dict[str, int] = {}
    for text, weight, with_stop_words in texts:
        for word in set(words_of(text)) - (frozenset() if with_stop_words else STOP_WORDS):
            weights[word] = weights.get(word, 0) + weight
    return weights


def asked_words(q: str, most: int) -> list[str]:
    """The words of a search, each once, and no more than `most`: stop words only when there is nothing else."""
    found = list(dict.fromkeys(words_of(q)))
    return [word for word in found if word not in STOP_WORDS][:most] or found[:most]


def is_beginning(word: str) -> bool:
    """Whether the word may also be the beginning of the one that is meant."""
    return len(word) >= _SHORTEST_BEGINNING


def spellings(word: str) -> set[str]:
    """The word, and what is left of it without one of its letters; nothing for words in which no typo is forgiven."""
    if not _SHORTEST_FORGIVEN <= len(word) <= _LONGEST_FORGIVEN:
        return set()
    return {word, *(word[:place] + word[place + 1 :] for place in range(len(word)))}


def nearest(word: str, candidates: Iterable[str]) -> list[str]:
    """Of words that have a spelling in common with this one, those that are one typo away: a letter too many, missing,
    or another one, or two exchanged. Where there is none and the word is long, those in which a letter stands
    elsewhere."""
    found = sorted(candidates)
    return [candidate for candidate in found if _is_near(word, candidate)] or (
        found if len(word) >= _SHORTEST_CONFUSED else []
    )


def _is_near(one: str, other: str) -> bool:
    if len(one) > len(other):
        one, other = other, one
    start = next((place for place, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), len(one))
    if len(one) < len(other):
        return one[start:] == other[start + 1 :]
    is_exchanged = one[start : start + 2] == other[start : start + 2][::-1] and one[start + 2 :] == other[start + 2 :]
    return one[start + 1 :] == other[start + 1 :] or is_exchanged
