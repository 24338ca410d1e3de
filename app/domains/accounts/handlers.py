"""What accounts do when something happens elsewhere."""

from collections.abc import Collection

from app.db.session import WriteSession
from app.domains.accounts import service
from app.domains.auth.events import WayInRemoved


def on_way_in_removed(session: WriteSession, event: WayInRemoved, *, issuers: Collection[str]) -> None:
    """Whoever removed it is refused when it was the last one."""
    service.refuse_lost_account(session, event.user_id, issuers)
