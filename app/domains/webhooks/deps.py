"""What the webhooks' routes ask for."""

from typing import Annotated

from fastapi import Depends

from app.edge.deps import state
from app.providers.email.port import EmailProvider

Email = Annotated[EmailProvider, Depends(state("providers.email"))]
