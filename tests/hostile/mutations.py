"""Hostile values, property by property and body by body, as the bytes that go over the wire."""

import gzip
import json
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from tests.hostile.document import JSON, Pointer, Schema

MARKER = "zqxhostilezqx"  # no answer may repeat it
MANY = 300_000
_HOLE = "the-hole"


@dataclass(frozen=True, slots=True)
class Case:
    """A body to send, and the headers that say what it is."""

    name: str
    content: bytes
    headers: dict[str, str] = field(default_factory=lambda: {"Content-Type": JSON})


# JSON texts, by the JSON type they are; a value of the property's own type is not wrong and is left out.
_OF_TYPE = {
    "null": ("null", "null"),
    "boolean": ("boolean", "true"),
    "integer": ("integer", "7"),
    "fraction": ("number", "0.5"),
    "text": ("string", f'"{MARKER}"'),
    "list": ("array", "[]"),
    "object": ("object", "{}"),
}

# Texts that are wrong whatever the property is.
_ALWAYS = {
    "list of text": f'["{MARKER}"]',
    "object with text": f'{{"key": "{MARKER}"}}',
    "empty text": '""',
    "blank text": '"  \\t "',
    "1 MB of text": f'"{MARKER}{"x" * 1_000_000}"',
    "NUL": f'"{MARKER}\\u0000"',
    "raw NUL": f'"{MARKER}\x00"',
    "lone surrogate": f'"{MARKER}\\ud800"',
    "low surrogate first": f'"\\udc00\\ud800{MARKER}"',
    "control characters": f'"{MARKER}\\u001b[31m\\r\\nBcc: all@peerloop.example"',
    "bidirectional override": f'"{MARKER}\\u202egnp.exe\\u2066"',
    "minus one": "-1",
    "10^30": "1" + "0" * 30,
    "2^63": str(2**63),
    "10^18 - 1": "9" * 18,
    "5000 digits": "9" * 5000,
    "1e300": "1e300",
    "1e999": "1e999",
    "NaN": "NaN",
    "minus Infinity": "-Infinity",
    "900 arrays": "[" * 900 + "]" * 900,
    "900 objects": '{"a":' * 900 + "1" + "}" * 900,
    "300000 numbers": "[" + ",".join(["0"] * MANY) + "]",
    "100000 objects": "[" + ",".join(["{}"] * 100_000) + "]",
    "SQL": f'"\' OR 1=1; DROP TABLE users; -- {MARKER}"',
}

# Texts that are wrong where the document names a format or a pattern.
_OF_FORM = {
    "unicode digits": '"\u0663\u0664:\u0660\u0665"',
    "date without offset": '"2026-12-02T12:00:00"',
    "date only": '"2026-12-02"',
    "last date of all": '"9999-12-31T23:59:59-14:00"',
    "first date of all": '"0001-01-01T00:00:00+14:00"',
    "no date": '"2026-02-30T12:00:00Z"',
    "seconds": '"1796115600"',
    "other prefix": '"xxx_01kbq2z7m8e6h9s0t3v5x7y9za"',
    "unknown course": '"crs_01kbq2z7m8e6h9s0t3v5x7y9za"',
    "unknown person": '"usr_01kbq2z7m8e6h9s0t3v5x7y9za"',
    "unknown enrollment": '"enr_01kbq2z7m8e6h9s0t3v5x7y9za"',
    "line break at the end": '"12:00\\n"',
}


# Sent in one property of each body: reading them takes longer than all the others. That every text and list is bounded,
# the document shows (tests/architecture/test_api_contract.py).
_GIANTS = frozenset({"1 MB of text", "300000 numbers", "100000 objects"})


def of_property(body: dict[str, Any], at: Pointer, schema: Schema, *, with_giants: bool) -> Iterator[Case]:
    """The body with this one property missing, or holding something it must not hold."""
    where = "/".join(str(part) for part in at)
    yield Case(f"{where}: removed", _without(body, at))
    for name, text in _texts(_value(body, at), schema).items():
        if with_giants or name not in _GIANTS:
            yield Case(f"{where}: {name}", _with(body, at, text))


def _texts(good: Any, schema: Schema) -> dict[str, str]:
    wrong = {name: text for name, (kind, text) in _OF_TYPE.items() if kind != schema["type"]}
    if schema.keys() & {"format", "pattern"}:
        wrong |= _OF_FORM
    if isinstance(good, str):  # nothing is wrong but the one character
        wrong |= {"good and NUL": f'"{good}\\u0000"', "good and surrogate": f'"{good}\\ud800"'}
    return wrong | _ALWAYS


def _with(body: dict[str, Any], at: Pointer, text: str) -> bytes:
    changed, parent = _parent(body, at)
    parent[at[-1]] = _HOLE
    return json.dumps(changed).replace(f'"{_HOLE}"', text).encode()


def _without(body: dict[str, Any], at: Pointer) -> bytes:
    changed, parent = _parent(body, at)
    parent.pop(at[-1], None)
    return json.dumps(changed).encode()


def _value(body: dict[str, Any], at: Pointer) -> Any:
    parent = _parent(body, at)[1]
    return parent.get(at[-1])


def _parent(body: dict[str, Any], at: Pointer) -> tuple[dict[str, Any], Any]:
    changed = deepcopy(body)
    parent: Any = changed
    for part in at[:-1]:
        parent = parent[part]
    return changed, parent


def of_whole(body: dict[str, Any]) -> Iterator[Case]:
    """What is no such body at all, or says to be something else."""
    good = json.dumps(body).encode()
    for name, content in _instead(body).items():
        yield Case(f"body: {name}", content)
    for given in (
        "text/plain",
        "multipart/form-data; boundary=x",
        "application/xml",
        "application/x-www-form-urlencoded",
    ):
        yield Case(f"body: as {given}", good, {"Content-Type": given})
    yield Case("body: without a type", good, {})
    yield Case("body: gzip", gzip.compress(good), {"Content-Type": JSON, "Content-Encoding": "gzip"})
    yield Case("body: says gzip", good, {"Content-Type": JSON, "Content-Encoding": "gzip"})


def _instead(body: dict[str, Any]) -> dict[str, bytes]:
    good = json.dumps(body)
    return _malformed(good) | {
        "list": f"[{good}]".encode(),
        "text": json.dumps(good).encode(),
        "word": f'"{MARKER}"'.encode(),
        "number": b"7",
        "null": b"null",
        "true": b"true",
        "empty list": b"[]",
        "300000 numbers": b"[" + b",".join([b"0"] * MANY) + b"]",
        "900 arrays": b"[" * 900 + b"]" * 900,
        "unknown field": json.dumps(body | {"is_admin": MARKER}).encode(),
        "twenty long unknown fields": json.dumps(body | {f"zz{number}" * 40: 0 for number in range(20)}).encode(),
        "twenty escaped unknown fields": json.dumps(
            body | {"\x1b" * 120 + str(number): 0 for number in range(20)}
        ).encode(),
        "twenty pictures as unknown fields": json.dumps(body | {"🧪" * 120 + str(n): 0 for n in range(20)}).encode(),
        "60000 unknown fields": json.dumps(body | {f"k{number}": 0 for number in range(60_000)}).encode(),
        "field of a prototype": json.dumps(body | {"__proto__": {"is_admin": MARKER}}).encode(),
        "price": json.dumps(body | {"price_cents": 1}).encode(),
        "two megabytes": json.dumps(body | {"zz": MARKER + "x" * 2_000_000}).encode(),
    }


def _malformed(good: str) -> dict[str, bytes]:
    return {
        "empty": b"",
        "half": good[:-1].encode(),
        "twice": (good + good).encode(),
        "comment": f"{good} // {MARKER}".encode(),
        "same key twice": f'{{"{MARKER}": 1, "{MARKER}": 1}}'.encode(),
        "NUL as a key": b'{"a\\u0000b": 1}',
        "surrogate as a key": b'{"\\udfff": 1}',
        "invalid UTF-8": good.replace("}", ' "\xff": 1}').encode("latin-1"),
        "encoded surrogate": b'{"a": "\xed\xa0\x80"}',
        "UTF-16": good.encode("utf-16"),
        "UTF-16 without mark": good.encode("utf-16-le"),
        "UTF-32": good.encode("utf-32"),
        "byte order mark": b"\xef\xbb\xbf" + good.encode(),
        "pickle": b"\x80\x04}\x94.",
    }
