"""The keys that access tokens are signed with."""

from fastapi import APIRouter, Response

from app.domains.auth.deps import AccessTokensDep
from app.domains.auth.schemas import Jwks
from app.edge.openapi import audience
from app.edge.problems import problems
from app.edge.routing import StrictRoute

well_known = APIRouter(prefix="/.well-known", tags=["auth"], route_class=StrictRoute)


@well_known.get(
    "/jwks.json",
    operation_id="auth.jwks",
    summary="List the keys of access tokens",
    openapi_extra=audience("public"),
    responses=problems(),
)
async def read_jwks(response: Response, tokens: AccessTokensDep) -> Jwks:
    """For services that verify our access tokens. Current key and the retired ones that are still accepted."""
    response.headers["Cache-Control"] = "public, max-age=300"
    return Jwks(keys=tokens.jwks["keys"])
