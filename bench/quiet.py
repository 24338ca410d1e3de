"""`app.main` as the peers are measured: without a line in the log for each answer, and with the machine's own clock."""

import logging

import uvicorn

from app.core.clock import SystemClock
from app.core.config import load_settings
from app.core.memory import limit_heap
from app.main import create_app, server_options

if __name__ == "__main__":
    limit_heap()
    logging.getLogger("peerloop.access").setLevel(logging.WARNING)
    settings = load_settings()
    uvicorn.run(create_app(settings, clock=SystemClock()), **server_options(settings))
