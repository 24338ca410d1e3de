"""What the routes of the feed ask for by type."""

from typing import Annotated

from fastapi import Depends

from app.domains.agenda.policies import FeedAddresses
from app.edge.deps import AppSettings, MailTokensDep


async def _addresses(settings: AppSettings, tokens: MailTokensDep) -> FeedAddresses:
    return FeedAddresses(settings.public_url, tokens)


Addresses = Annotated[FeedAddresses, Depends(_addresses)]
