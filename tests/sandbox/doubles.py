"""What the tests of twins and adapters share: a clock to move, a mailbox for webhooks, and the descriptions' watch."""

import json
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

import app.sandbox
from app.sandbox.books import Books
from app.sandbox.deliveries import Deliveries
from app.sandbox.descriptions import Description

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
_SPECS = Path(app.sandbox.__file__).parent / "specs"


@dataclass
class MovableClock:
    """A clock that stands still until it is moved."""

    instant: datetime = NOW

    def now(self) -> datetime:
        return self.instant

    def move(self, step: timedelta) -> None:
        self.instant += step


@dataclass
class Hooks:
    """Takes every webhook of the books with a 200 and keeps the requests."""

    books: Books
    taken: list[httpx.Request] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.deliveries = Deliveries(self.books, httpx.AsyncClient(transport=httpx.MockTransport(self._take)))

    async def bodies(self) -> list[dict[str, Any]]:
        """Deliver what is queued; answer the bodies of what came since the last call, in order."""
        self.taken.clear()
        while await self.deliveries.deliver_due():
            pass
        return [json.loads(request.content) for request in self.taken]

    def _take(self, request: httpx.Request) -> httpx.Response:
        self.taken.append(request)
        return httpx.Response(200)


class Watch:
    """Holds every accepted exchange of a client to a description. Use as `event_hooks=Watch(…).hooks`. What is under
    other addresses is described nowhere."""

    def __init__(self, name: str, base_url: str) -> None:
        document = json.loads((_SPECS / f"{name}.json").read_text(encoding="utf-8"))
        self._paths: dict[str, Any] = document["paths"]
        self._description = Description(name)
        self._base_url = base_url
        self.hooks = {"response": [self._check]}
        self.seen: list[str] = []

    async def _check(self, response: httpx.Response) -> None:
        if not str(response.request.url).startswith(self._base_url):
            return
        await response.aread()
        if not response.is_success:
            return
        path, operation = self._operation(response.request)
        self.seen.append(path)
        if "requestBody" in operation:
            self._hold(operation["requestBody"], response.request.content)
        self._hold(operation["responses"]["200"], response.content)

    def _operation(self, request: httpx.Request) -> tuple[str, Any]:
        given = str(request.url).removeprefix(self._base_url)
        path = next(path for path in self._paths if re.fullmatch(re.sub(r"{\w+}", "[^/]+", path), given))
        return path, self._paths[path][request.method.lower()]

    def _hold(self, part: Any, body: bytes) -> None:
        schema = part["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
        fault = self._description.fault(schema, json.loads(body))
        assert fault is None, f"{schema}: {fault}"
