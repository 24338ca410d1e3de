"""`app.main` with one more route, which tells for how long the event loop was late while it was asked."""

import asyncio
import time

import uvicorn
from fastapi import FastAPI

from app.core.config import load_settings
from app.core.logging import configure_logging
from app.core.memory import limit_heap
from app.main import create_app, server_options

_PAUSE_S = 0.001


def watch(app: FastAPI) -> FastAPI:
    @app.get("/bench/lag")
    async def measure_lag(seconds: float) -> tuple[float, float]:
        """The longest time, in milliseconds, by which a timer of this loop was late; and for which it was at work
        between two turns, which the load of the machine does not add to."""
        late, busy, end = 0.0, 0.0, time.perf_counter() + seconds
        while (before := time.perf_counter()) < end:
            worked = time.thread_time()
            await asyncio.sleep(_PAUSE_S)
            late = max(late, time.perf_counter() - before - _PAUSE_S)
            busy = max(busy, time.thread_time() - worked)
        return late * 1e3, busy * 1e3

    return app


if __name__ == "__main__":
    limit_heap()
    configure_logging()
    settings = load_settings()
    uvicorn.run(watch(create_app(settings)), **server_options(settings))
