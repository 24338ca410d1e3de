"""What the routes of passkeys ask for by type."""

from typing import Annotated

from fastapi import Depends

from app.domains.passkeys.types import RelyingParty
from app.edge.deps import AppSettings


async def _relying_party(settings: AppSettings) -> RelyingParty:
    return RelyingParty.of(settings)


RelyingPartyDep = Annotated[RelyingParty, Depends(_relying_party)]
