"""What routes ask for by type: the database, the key-value store and the settings of this process."""

from collections.abc import Callable, Coroutine
from operator import attrgetter
from typing import Annotated, Any

from fastapi import Depends, Request

from app.core.config import Settings
from app.core.mail_tokens import MailTokens
from app.db.database import Database
from app.providers.kv.port import KeyValueStore


def state(name: str) -> Callable[[Request], Coroutine[Any, Any, Any]]:
    """A dependency that answers what `app.main` keeps under this name; dots lead further in. It is async because
    FastAPI runs a plain function in a thread, which takes four times as long as a whole request."""
    find = attrgetter(name)

    async def read(request: Request) -> Any:
        return find(request.app.state)

    return read


Db = Annotated[Database, Depends(state("db"))]
Kv = Annotated[KeyValueStore, Depends(state("kv"))]
AppSettings = Annotated[Settings, Depends(state("settings"))]
MailTokensDep = Annotated[MailTokens, Depends(state("mail_tokens"))]
