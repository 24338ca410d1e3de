"""One JSON line per event: a name, the request id, and fields. Never personal data, bodies or tokens."""

import json
import logging
import sys
from contextvars import ContextVar
from datetime import UTC, datetime

from app.core.clock import utc_text

request_id_var: ContextVar[str | None] = ContextVar("request_id", default=None)


class JsonFormatter(logging.Formatter):
    """Renders a record as one line. Values are JSON strings, so nobody can forge a second line."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "at": utc_text(datetime.fromtimestamp(record.created, UTC), "milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.getMessage(),
        }
        if request_id := request_id_var.get():
            line["request_id"] = request_id
        line |= getattr(record, "fields", {})
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str)


def configure_logging(level: str = "INFO") -> None:
    """Send every logger's records to standard output as JSON."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(JsonFormatter())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for chatty in ("httpx", "stripe"):  # they log whole addresses, tokens included
        logging.getLogger(chatty).setLevel(logging.WARNING)


def log_event(logger: logging.Logger, name: str, **fields: object) -> None:
    """Log an event such as `payments.second_purchase` with its ids."""
    logger.info(name, extra={"fields": fields})
