"""`expand[]`: an id becomes the object behind it."""

from collections.abc import Callable, Iterable
from typing import Any

from app.sandbox.books import Record
from app.sandbox.stripe.refusals import Refusal

_EXPANDABLE = {
    "payment_intent": "payment_intent",
    "latest_charge": "charge",
    "charge": "charge",
    "balance_transaction": "balance_transaction",
}
_Look = Callable[[str, str], Record | None]
"""Takes a resource and an id."""


def expanded(look: _Look, record: Record, paths: Iterable[str]) -> Record:
    """A copy of the object with each dotted path expanded. Raises `Refusal` for what is not expandable."""
    answer = dict(record)
    for path in paths:
        _expand(look, answer, path)
    return answer


def _expand(look: _Look, record: Record, path: str) -> None:
    first, _, rest = path.partition(".")
    if record.get("object") == "list" and first == "data":
        record["data"] = [expanded(look, item, [rest]) for item in record["data"]]
        return
    holder: Any = record
    for name in path.split("."):
        if name not in _EXPANDABLE or name not in holder:
            raise Refusal(f"This property cannot be expanded ({path}).", param="expand")
        if isinstance(holder[name], str):
            holder[name] = look(_EXPANDABLE[name], holder[name])
        if holder[name] is None:
            return
        holder = holder[name]
