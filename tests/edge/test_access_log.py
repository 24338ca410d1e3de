"""One line for each answer, which holds nothing that the caller sent."""

import logging
from collections.abc import Iterator

import httpx
import pytest

Lines = list[dict[str, object]]


class Kept(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.lines: Lines = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append({"event": record.getMessage()} | getattr(record, "fields", {}))


@pytest.fixture
def lines() -> Iterator[Lines]:
    handler, logger = Kept(), logging.getLogger("peerloop.access")
    logger.setLevel(logging.INFO)
    logger.addHandler(handler)
    yield handler.lines
    logger.removeHandler(handler)


@pytest.mark.parametrize(
    ("method", "path", "route", "status"),
    [
        ("GET", "/api/health", "/api/health", 200),
        ("GET", "/api/certificates/short/verify", "/api/certificates/{code}/verify", 422),
        ("GET", "/probe/fails/unexpected", "/probe/fails/{how}", 500),
        ("GET", "/probe/filters?topic=sam.sample@peerloop.example", "/probe/filters", 200),
        ("GET", "/probe/filters?secret=hunter2", "/probe/filters", 422),
        ("GET", "/verify/mtk_secret", "-", 404),
        ("GET", "/api/health%00", "-", 400),
    ],
)
async def test_the_line_has_the_route_and_not_the_address(
    http: httpx.AsyncClient, lines: Lines, method: str, path: str, route: str, status: int
) -> None:
    await http.request(method, path)
    (line,) = lines
    assert {key: line[key] for key in ("event", "method", "route", "status")} == {
        "event": "http.answer",
        "method": method,
        "route": route,
        "status": status,
    }
    assert isinstance(line["ms"], float)
