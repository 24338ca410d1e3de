"""`expand[]`: an id becomes the object behind it."""

from collections.abc import Iterable
from typing import Any

from app.sandbox.books import Books, Record
from app.sandbox.stripe.refusals import Refusal

_EXPANDABLE = {
    "payment_intent": "payment_intent",
    "latest_charge": "charge",
    "balance_transaction": "balance_transaction",
}


def expanded(books: Books, record: Record, paths: Iterable[str]) -> Record:
    """A copy of the object with each dotted path expanded. Raises `Refusal` for what is not expandable."""
    answer = dict(record)
    for path in paths:
        _expand(books, answer, path)
    return answer


def _expand(books: Books, record: Record, path: str) -> None:
    holder: Any = record
    for name in path.split("."):
        if name not in _EXPANDABLE or name not in holder:
            raise Refusal(f"This property cannot be expanded ({path}).", param="expand")
        if isinstance(holder[name], str):
            holder[name] = books.get(f"stripe.{_EXPANDABLE[name]}", holder[name])
        if holder[name] is None:
            return
        holder = holder[name]
