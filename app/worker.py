"""A process that only carries out jobs. On Postgres any number of them share the queue; on SQLite the server does it.

It is built like the server and simply never listens: `python -m app.worker`.
"""

import asyncio
import signal
import sys

from app.core.config import Settings, SettingsError, load_settings
from app.core.logging import configure_logging
from app.core.memory import limit_heap
from app.main import create_app


async def work(settings: Settings) -> None:
    """Work until SIGTERM or SIGINT; jobs in hand are finished first."""
    app, stopping = create_app(settings), asyncio.Event()
    for sign in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(sign, stopping.set)
    async with app.router.lifespan_context(app):
        await stopping.wait()


def main(settings: Settings) -> None:
    """Refuses SQLite, which one process writes: the server, which carries out its jobs itself."""
    if not settings.database_url:
        raise SettingsError("PEERLOOP_DATABASE_URL: a worker needs Postgres; on SQLite the server carries out the jobs")
    limit_heap()
    configure_logging()
    asyncio.run(work(settings))


if __name__ == "__main__":
    try:
        main(load_settings())
    except SettingsError as error:
        sys.exit(str(error))
