"""`/api/health`: the process answers. `/api/ready`: it can also do its work."""

import shutil
from datetime import timedelta
from typing import Literal

from fastapi import APIRouter, FastAPI, Request
from pydantic import ConfigDict, Field

from app.core.config import Settings
from app.core.errors import Unavailable
from app.core.timezones import is_tzdata_old, tzdata_version
from app.db.migrations import current_revision, newest_revision
from app.edge.deps import AppSettings, Db
from app.edge.openapi import audience, example
from app.edge.problems import problems
from app.edge.routing import StrictRoute
from app.edge.schemas import ApiModel

_LEAST_FREE = 0.05
_CATCHING_UP = timedelta(minutes=15)  # after a start, in which what was not done meanwhile is done

router = APIRouter(prefix="/api", tags=["health"], route_class=StrictRoute)


class NotReady(Unavailable):
    """A part that the service cannot work without is missing; the log says which."""

    code = "not_ready"
    title = "The service is up but cannot do its work yet."


class Health(ApiModel):
    """The verdict, and nothing that would help an attacker."""

    model_config = ConfigDict(json_schema_extra=example("Well", {"status": "ok"}))

    status: Literal["ok"] = Field(description="Always `ok`; anything else is a problem with status 503.")


class Readiness(ApiModel):
    """The verdict, and what a person has to look at though requests are served."""

    model_config = ConfigDict(
        json_schema_extra=example(
            "Ready", {"status": "ok", "payouts": "running", "tzdata_version": "2026f", "is_tzdata_old": False}
        )
    )

    status: Literal["ok", "degraded"] = Field(
        description="`degraded` pages the operator: requests are served, but something needs a person."
    )
    payouts: Literal["running", "frozen", "waiting"] = Field(
        description="`frozen` when the books did not add up: no money leaves until an administrator has looked. `waiting` "
        "when they were not checked for 15 minutes, or not compared with the payment service's for 26 hours."
    )
    tzdata_version: str = Field(description="IANA release of the time zone rules in use.")
    is_tzdata_old: bool = Field(
        description="Whether the year of that release ended more than six months ago: then hours may be wrong somewhere."
    )


@router.get(
    "/health",
    operation_id="health.live",
    summary="Ask whether the process answers",
    openapi_extra=audience("public"),
    responses=problems(),
)
async def read_health() -> Health:
    """For the container's health check. Touches neither the database nor a provider."""
    return Health(status="ok")


@router.get(
    "/ready",
    operation_id="health.ready",
    summary="Ask whether the service can do its work",
    openapi_extra=audience("public"),
    responses=problems(NotReady),
)
async def read_readiness(request: Request, db: Db, settings: AppSettings) -> Readiness:
    """For the load balancer and the operator. Checks database, migrations, job runner and disk, and says whether
    payouts are made and the rules of time zones old, which take no server out of service; changes nothing."""
    at_revision = await db.read(current_revision)
    if at_revision != newest_revision() or not request.app.state.runner.last_turn_ok or not _has_space(settings):
        raise NotReady
    payouts = await db.read(request.app.state.standing_of_payouts)
    is_fresh = db.clock.now() - request.app.state.started_at < _CATCHING_UP
    return Readiness(
        status="ok" if payouts == "running" or (payouts == "waiting" and is_fresh) else "degraded",
        payouts=payouts,
        tzdata_version=tzdata_version(),
        is_tzdata_old=is_tzdata_old(db.clock.now()),
    )


def _has_space(settings: Settings) -> bool:
    usage = shutil.disk_usage(settings.data_dir)
    return usage.free / usage.total > _LEAST_FREE


def mount_health(app: FastAPI) -> None:
    app.router.routes.extend(router.routes)
