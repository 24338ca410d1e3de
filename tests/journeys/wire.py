"""HTTP over connections that cost the client next to nothing, for as many at once as a storm needs."""

import asyncio

import httpx

_END = b"\r\n\r\n"


class Wire(httpx.AsyncBaseTransport):
    """Real connections to one server, a new one whenever none is idle. httpx's own pool looks through all that wait for
    each request: with 500 of them the client would be busier than the server."""

    def __init__(self, port: int, *, patience_s: float) -> None:
        self._port, self._patience_s = port, patience_s
        self._idle: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        try:
            async with asyncio.timeout(self._patience_s):
                return await self._exchange(request)
        except TimeoutError as error:
            raise httpx.ReadTimeout("no answer") from error

    async def _exchange(self, request: httpx.Request) -> httpx.Response:
        reader, writer = self._idle.pop() if self._idle else await asyncio.open_connection("127.0.0.1", self._port)
        lines = [b"%s: %s" % pair for pair in request.headers.raw]
        head = b"%s %s HTTP/1.1\r\n%s" % (request.method.encode(), request.url.raw_path, b"\r\n".join(lines))
        writer.write(head + _END + request.content)
        status, *fields = (await reader.readuntil(_END)).removesuffix(_END).split(b"\r\n")
        headers = httpx.Headers([(name, value) for name, _, value in (field.partition(b": ") for field in fields)])
        content = await reader.readexactly(int(headers["content-length"]))
        if headers.get("connection") == "close":
            writer.close()
        else:
            self._idle.append((reader, writer))
        return httpx.Response(int(status.split()[1]), headers=headers, content=content)

    async def aclose(self) -> None:
        for _, writer in self._idle:
            writer.close()
            await writer.wait_closed()
