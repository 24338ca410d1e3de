"""What routes ask for by type to check second factors."""

from typing import Annotated, Protocol

from fastapi import Depends

from app.domains.mfa.types import Seal
from app.edge.deps import state


class PasswordMatcher(Protocol):
    """What this domain needs of the hasher, which belongs to a domain above it."""

    async def matches(self, password: str, password_hash: str | None) -> bool:
        """Whether the password is right."""


PasswordMatcherDep = Annotated[PasswordMatcher, Depends(state("passwords"))]
SealDep = Annotated[Seal, Depends(state("totp_seal"))]
