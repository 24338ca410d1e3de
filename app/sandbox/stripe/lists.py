"""Lists, as all of Stripe's are: newest first, in pages, narrowed by equal fields and by time."""

from fnmatch import fnmatchcase
from operator import ge, gt, le, lt

from app.sandbox.books import Record
from app.sandbox.stripe.refusals import Refusal, no_such

_DEFAULT_PAGE, _LONGEST_PAGE = 10, 100
_COMPARISONS = {"gt": gt, "gte": ge, "lt": lt, "lte": le}
_NO_FIELDS = frozenset({"created", "expand", "limit", "starting_after", "type", "types"})


def listing(records: list[Record], query: Record, url: str) -> Record:
    """A page of the records, which come oldest first. Raises `Refusal`."""
    limit = _limit(query)
    found = [record for record in reversed(records) if _is_wanted(record, query)]
    if "starting_after" in query:
        found = _after(found, query["starting_after"], records)
    return {"object": "list", "data": found[:limit], "has_more": len(found) > limit, "url": url}


def _limit(query: Record) -> int:
    limit: int = query.get("limit", _DEFAULT_PAGE)
    if not 1 <= limit <= _LONGEST_PAGE:
        raise Refusal("Invalid integer: must be 1 to 100", code="parameter_invalid_integer", param="limit")
    return limit


def _is_wanted(record: Record, query: Record) -> bool:
    has_type = fnmatchcase(record.get("type") or "", query.get("type", "*"))
    has_types = "types" not in query or record["type"] in query["types"]
    has_fields = all(record.get(name) == value for name, value in query.items() if name not in _NO_FIELDS)
    return has_type and has_types and has_fields and _is_in_time(record["created"], query.get("created", {}))


def _is_in_time(created: int, wanted: int | dict[str, int]) -> bool:
    if isinstance(wanted, int):
        return created == wanted
    return all(_COMPARISONS[name](created, bound) for name, bound in wanted.items())


def _after(found: list[Record], last: str, records: list[Record]) -> list[Record]:
    """What follows the last one of the page before, which may be unwanted by now."""
    order = [record["id"] for record in reversed(records)]
    if last not in order:
        raise no_such(records[0]["object"] if records else "object", last, param="starting_after")
    following = set(order[order.index(last) + 1 :])
    return [record for record in found if record["id"] in following]
