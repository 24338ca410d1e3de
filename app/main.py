"""The server: builds settings, engines and providers, and nothing else does.

`create_app` makes the ASGI application; `python -m app.main` serves it with uvicorn and stops gracefully.
"""

import asyncio
import logging
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from typing import Any

import httpx
import uvicorn
from fastapi import FastAPI
from fastapi.telemetry import TelemetryConfig
from starlette.middleware.cors import CORSMiddleware

from app import orm_registry  # noqa: F401 - every table is known before the first query
from app.api import api, well_known
from app.core.addresses import host_of
from app.core.clock import Clock, DevelopmentClock, SystemClock
from app.core.config import FILES_PATH, Settings, SettingsError, load_settings
from app.core.events import EventBus
from app.core.logging import configure_logging
from app.core.mail_tokens import MailTokens
from app.core.memory import freeze_heap, limit_heap
from app.core.pagination import CursorCodec
from app.core.timezones import is_tzdata_old, tzdata_version
from app.db.database import Database
from app.db.engines import create_engines
from app.domains.auth.deps import RequestAuthenticator
from app.domains.auth.passwords import Passwords
from app.domains.auth.tokens import AccessTokens, new_private_key
from app.domains.evidence.deps import Printer
from app.domains.files.archives import Archives
from app.domains.files.pictures import Pictures
from app.domains.mfa.tokens import TotpSeal
from app.domains.payouts import service as payouts
from app.edge.byte_cache import ByteCache, Changes
from app.edge.cors import cors_options
from app.edge.docs import DOCUMENT, WRITTEN, mount_docs, mount_written
from app.edge.files import FileRoutes
from app.edge.guard import Guard, RequestIds, SecurityHeaders
from app.edge.health import mount_health
from app.edge.limits import RateLimits
from app.edge.openapi import document
from app.edge.problems import install_error_handlers
from app.edge.route_index import RouteIndex
from app.jobs.registry import Registry
from app.jobs.runner import JobRunner
from app.providers.edge.port import EdgeCache
from app.wiring.caches import register_purging, spread_changes
from app.wiring.handlers import subscribe_handlers
from app.wiring.jobs import register_jobs
from app.wiring.providers import make_attempts, make_kv, make_limiter, make_providers

logger = logging.getLogger(__name__)

# Nobody listens; FastAPI would look for somebody with every request, which takes a tenth of a kept answer.
_NO_TELEMETRY: TelemetryConfig = {"tracing": False, "metrics": False, "logs": False, "auto_configure": False}
_TASK_GRACE_S = 10
_REQUEST_GRACE_S = 35  # above the deadline of a request, so that a stop cuts nobody off


def create_app(settings: Settings, *, clock: Clock | None = None, in_process: bool = False) -> FastAPI:
    """The application. With `in_process` nothing leaves the process and nothing runs by itself: provider calls go to
    the mounted twins without a socket, and tests run jobs and deliveries step by step."""
    is_production = settings.environment == "production"
    app = FastAPI(
        title="PeerLoop",
        version="1",
        openapi_url=None if is_production else DOCUMENT,  # elsewhere the code may have changed since it was written
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=_lifespan,
        separate_input_output_schemas=False,
        telemetry=_NO_TELEMETRY,
    )
    transport = httpx.ASGITransport(app) if in_process else None
    app.state.http = httpx.AsyncClient(
        transport=transport, timeout=httpx.Timeout(10, connect=3), follow_redirects=False
    )
    app.state.runs_by_itself = not in_process
    _build(app, settings, clock or default_clock(settings))
    app.router.routes.extend([*api.routes, *well_known.routes])  # as they are: see `app.api`
    mount_health(app)
    app.router.middleware_stack = RouteIndex(app.router.middleware_stack, app.router.routes)
    mount_docs(app)
    if is_production:
        mount_written(app, WRITTEN)
    if app.state.providers.served:
        app.mount(FILES_PATH, FileRoutes(app.state.providers.served, FILES_PATH))
    _mount_sandbox(app)
    install_error_handlers(app)
    app.openapi = lambda: document(app)  # type: ignore[method-assign]
    _add_middleware(app, settings)
    return app


def _add_middleware(app: FastAPI, settings: Settings) -> None:
    """The innermost first."""
    hosts = frozenset({host_of(settings.public_url), host_of(settings.folder_url), "127.0.0.1", "localhost"})
    app.add_middleware(Guard, hosts=hosts, files=FILES_PATH if app.state.providers.served else None)
    app.add_middleware(RateLimits, limiter=app.state.limiter)
    app.add_middleware(CORSMiddleware, **cors_options(settings.origins))
    app.add_middleware(SecurityHeaders)
    app.add_middleware(
        ByteCache,
        clock=app.state.db.clock,
        limiter=app.state.limiter,
        changes=app.state.changes,
        age=settings.public_cache_age,
    )
    app.add_middleware(RequestIds)


def default_clock(settings: Settings) -> Clock:
    if settings.environment == "production":
        return SystemClock()
    return DevelopmentClock(settings.data_dir / "clock")


def _build(app: FastAPI, settings: Settings, clock: Clock) -> None:
    """Everything a request, a job or a twin needs, once."""
    secret = settings.secret.get_secret_value()
    events, registry, state = EventBus(), Registry(), app.state
    state.settings = settings
    state.db = Database(create_engines(settings), clock, events)
    state.kv = make_kv(settings, state.db)
    state.limiter = make_limiter(settings, clock, state.kv)
    state.attempts = make_attempts(settings, clock, state.kv)
    state.providers = make_providers(settings, state.http, state.kv, clock)
    state.passwords = Passwords()
    state.pictures = Pictures()
    state.archives = Archives()
    state.printer = Printer()
    state.cursors = CursorCodec(secret)
    state.mail_tokens = MailTokens(secret)
    state.totp_seal = TotpSeal(secret)
    state.access_tokens = AccessTokens(
        private_key_pem=signing_key(settings),
        previous_public_pems=settings.jwt_previous_public_keys.replace("\\n", "\n"),
        issuer=settings.public_url,
        life=settings.access_token_life,
    )
    state.authenticator = RequestAuthenticator(state.db, state.access_tokens, settings)
    state.started_at, state.standing_of_payouts = clock.now(), payouts.standing
    subscribe_handlers(events, settings, [each.issuer for each in state.providers.identities.values()])
    register_jobs(registry, state.providers, settings, state.mail_tokens)
    _tell_caches(app, events, registry)
    state.runner = JobRunner(state.db, registry)


def _tell_caches(app: FastAPI, events: EventBus, registry: Registry) -> None:
    """What is kept of public answers, here and at the edge, follows what they show."""
    state = app.state
    state.changes = Changes()
    edge: EdgeCache | None = state.providers.edge
    spread_changes(events, state.changes, has_edge=edge is not None)
    if edge is not None:
        register_purging(registry, edge, state.settings, state.kv)


def signing_key(settings: Settings) -> str:
    """The configured key; development makes one of its own and keeps it, so that a restart logs nobody out."""
    if given := settings.jwt_private_key.get_secret_value():
        return given.replace("\\n", "\n")
    file = settings.data_dir / "jwt-key.pem"
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o600)
        file.write_text(new_private_key(), encoding="ascii")
    return file.read_text(encoding="ascii")


def _mount_sandbox(app: FastAPI) -> None:
    settings: Settings = app.state.settings
    app.state.twins = None
    if not settings.has_twins:
        return
    from app.sandbox.books import Books  # noqa: PLC0415 - never loaded in production
    from app.sandbox.deliveries import Deliveries  # noqa: PLC0415
    from app.sandbox.mount import create_twins  # noqa: PLC0415

    books = Books(settings.data_dir / "sandbox.db")
    deliveries = Deliveries(books, app.state.http)
    app.state.twins = create_twins(settings, app.state.db.clock, books, deliveries)
    app.mount("/sandbox", app.state.twins.routes)


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    async with AsyncExitStack() as stack:
        stack.push_async_callback(app.state.http.aclose)
        stack.push_async_callback(app.state.db.engines.dispose)
        stack.push_async_callback(app.state.kv.close)
        stack.push_async_callback(app.state.providers.storage.close)
        stack.callback(app.state.passwords.close)
        if is_tzdata_old(app.state.db.clock.now()):
            logger.warning("timezones.old", extra={"fields": {"tzdata_version": tzdata_version()}})
        if app.state.runs_by_itself:
            await stack.enter_async_context(_background(app))
            freeze_heap()
        yield


@asynccontextmanager
async def _background(app: FastAPI) -> AsyncIterator[None]:
    """The job runner and, in development, the twins' webhook sender. Jobs in hand are finished on the way out."""
    runner: JobRunner = app.state.runner
    running = asyncio.create_task(runner.run())
    sender = asyncio.create_task(app.state.twins.deliveries.run()) if app.state.twins else None
    try:
        yield
    finally:
        runner.stop()
        with suppress(TimeoutError):
            await asyncio.wait_for(running, _TASK_GRACE_S)
        if sender is not None:
            sender.cancel()
            await asyncio.gather(sender, return_exceptions=True)


def serve(settings: Settings) -> None:
    """Serve until SIGTERM; requests in flight are answered first."""
    limit_heap()
    configure_logging()
    uvicorn.run(create_app(settings), **server_options(settings))


def server_options(settings: Settings) -> dict[str, Any]:
    """How uvicorn is run."""
    return {
        "host": settings.host,
        "port": settings.port,
        "access_log": False,  # our own line has the route's template instead of the address
        "log_config": None,
        "ws": "none",  # there are no web sockets, and their library takes memory
        "server_header": False,
        "timeout_keep_alive": 120,  # above the 90 s that cloudflared keeps an idle connection
        "timeout_graceful_shutdown": _REQUEST_GRACE_S,
        "proxy_headers": False,
    }


if __name__ == "__main__":
    try:
        serve(load_settings())
    except SettingsError as error:
        sys.exit(str(error))
