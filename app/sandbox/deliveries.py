"""Delivers the twins' webhooks like their originals do: at least once, with retries, until a 2xx answer."""

import asyncio
import time
from collections.abc import Callable

import httpx

from app.sandbox.books import Books, Delivery

Signer = Callable[[bytes], dict[str, str]]
"""Makes the signature headers for a body at the moment of sending, as the providers do."""

_POLL_S = 0.2
_LONGEST_PAUSE_S = 30.0


class Deliveries:
    """The sender. `run` is the server's background task; tests call `deliver_due` themselves."""

    def __init__(self, books: Books, http: httpx.AsyncClient) -> None:
        self._books = books
        self._http = http
        self._signers: dict[str, Signer] = {}
        self._wanted = asyncio.Event()

    def sign_with(self, name: str, signer: Signer) -> None:
        """Register a twin's signer under a name that its deliveries carry."""
        self._signers[name] = signer

    def queue(self, signer: str, url: str, content_type: str, body: bytes) -> None:
        """Queue a webhook, in the caller's transaction."""
        self._books.queue_delivery(url, {"Content-Type": content_type, "X-Twin-Signer": signer}, body)
        self._wanted.set()

    async def deliver_due(self) -> int:
        """Send what is due, in order; answer how many were taken with a 2xx."""
        taken = 0
        for delivery in self._books.due_deliveries(time.time()):
            if await self._send(delivery):
                self._books.finish_delivery(delivery)
                taken += 1
            else:
                pause = min(_LONGEST_PAUSE_S, 0.5 * 2**delivery.attempts)
                self._books.postpone_delivery(delivery, time.time() + pause)
        return taken

    async def run(self) -> None:
        """Send for ever."""
        while True:
            self._wanted.clear()
            if not await self.deliver_due():
                await self._rest()

    async def _rest(self) -> None:
        try:
            await asyncio.wait_for(self._wanted.wait(), _POLL_S)
        except TimeoutError:
            return

    def headers_of(self, delivery: Delivery) -> dict[str, str]:
        """The headers of one attempt: the signature is made now, as the providers do for each attempt."""
        headers = dict(delivery.headers)
        signer = self._signers[headers.pop("X-Twin-Signer")]
        return headers | signer(delivery.body)

    async def _send(self, delivery: Delivery) -> bool:
        try:
            answer = await self._http.post(
                delivery.url, content=delivery.body, headers=self.headers_of(delivery), timeout=10
            )
        except httpx.HTTPError:
            return False
        return answer.is_success
