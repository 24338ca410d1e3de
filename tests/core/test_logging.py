"""Log lines: one JSON object each, with the request's id."""

import json
import logging
from collections.abc import Iterator

import pytest

from app.core.logging import JsonFormatter, log_event, request_id_var


class Lines(logging.Handler):
    """Keeps what the formatter makes."""

    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(JsonFormatter())
        self.texts: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.texts.append(self.format(record))


@pytest.fixture
def lines() -> Iterator[Lines]:
    handler, logger = Lines(), logging.getLogger("tests.log")
    logger.setLevel(logging.INFO)
    logger.addHandler(handler)
    yield handler
    logger.removeHandler(handler)


def test_an_event_is_one_json_line(lines: Lines) -> None:
    log_event(logging.getLogger("tests.log"), "lamps.lit", room="hall\nevent=forged", count=2)
    (text,) = lines.texts
    assert "\n" not in text
    line = json.loads(text)
    assert (line["event"], line["level"], line["logger"]) == ("lamps.lit", "info", "tests.log")
    assert (line["room"], line["count"]) == ("hall\nevent=forged", 2)
    assert line["at"].endswith("Z")
    assert "request_id" not in line


def test_a_line_carries_the_request_s_id(lines: Lines) -> None:
    token = request_id_var.set("req_1")
    log_event(logging.getLogger("tests.log"), "lamps.lit")
    request_id_var.reset(token)
    assert json.loads(lines.texts[0])["request_id"] == "req_1"


def test_an_exception_stays_on_the_line(lines: Lines) -> None:
    try:
        int("no\nlamp")
    except ValueError:
        logging.getLogger("tests.log").exception("lamps.failed")
    (text,) = lines.texts
    assert "\n" not in text
    assert "ValueError" in json.loads(text)["exception"]
