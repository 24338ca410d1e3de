"""A process that only carries out jobs. On Postgres any number of them share the queue; SQLite needs none.

It is built like the server and simply never listens: `python -m app.worker`.
"""

import asyncio
import signal
import sys

from app.core.config import Settings, SettingsError, load_settings
from app.core.logging import configure_logging
from app.main import create_app


async def work(settings: Settings) -> None:
    """Work until SIGTERM or SIGINT; jobs in hand are finished first."""
    app, stopping = create_app(settings), asyncio.Event()
    for sign in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(sign, stopping.set)
    async with app.router.lifespan_context(app):
        await stopping.wait()


if __name__ == "__main__":
    try:
        settings = load_settings()
    except SettingsError as error:
        sys.exit(str(error))
    configure_logging()
    asyncio.run(work(settings))
