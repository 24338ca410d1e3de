"""Links for one person and one visit: to the onboarding, and to the Express dashboard."""

from typing import Final

from app.sandbox.books import Record
from app.sandbox.stripe.accounts import Accounts
from app.sandbox.stripe.objects import new_id
from app.sandbox.stripe.refusals import Refusal
from app.sandbox.stripe.store import Store

_LIFE_S: Final = 5 * 60
_ONBOARDING, _DASHBOARD = "account_link", "login_link"


class Links:
    def __init__(self, store: Store, accounts: Accounts, base_url: str) -> None:
        self._store = store
        self._accounts = accounts
        self._base_url = base_url

    def onboarding(self, order: Record) -> Record:
        """Raises `Refusal`."""
        for name in ("refresh_url", "return_url"):
            if not order.get(name, "").startswith(("http://", "https://")):
                raise Refusal("Not a valid URL", code="url_invalid", param=name)
        if not self._accounts.is_ours(order["account"]):
            raise Refusal(f"No such account: '{order['account']}'", code="resource_missing", param="account")
        now = self._store.now()
        note = {name: order[name] for name in ("account", "refresh_url", "return_url")}
        token = self._note(_ONBOARDING, note | {"expires_at": now + _LIFE_S})
        url = f"{self._base_url}/connect/{token}"
        return {"object": "account_link", "created": now, "expires_at": now + _LIFE_S, "url": url}

    def dashboard(self, account_id: str) -> Record:
        """Raises `Refusal`."""
        account = self._accounts.find(account_id)
        if not account["details_submitted"]:
            raise Refusal("Cannot create a login link for an account that has not completed onboarding.")
        now = self._store.now()
        token = self._note(_DASHBOARD, {"account": account_id, "expires_at": now + _LIFE_S})
        return {"object": "login_link", "created": now, "url": f"{self._base_url}/express/{token}"}

    def visit(self, token: str) -> Record:
        """What an onboarding link was made with; `is_good` once and within minutes. Raises `Refusal`."""
        return self._open(_ONBOARDING, token)

    def visit_dashboard(self, token: str) -> Record:
        """The same of a link to the dashboard. Raises `Refusal`."""
        return self._open(_DASHBOARD, token)

    def visited(self, token: str, visit: str) -> Record:
        """What the link of a visit that has begun was made with. Raises `Refusal`."""
        note = self._store.find(_ONBOARDING, token)
        if note.get("visit") != visit:
            raise Refusal("This visit is over.")
        return note

    def _open(self, kind: str, token: str) -> Record:
        with self._store.transaction():
            note = self._store.find(kind, token)
            is_good = "visit" not in note and note["expires_at"] > self._store.now()
            note |= {"visit": note.get("visit") or new_id("visit")}
            self._store.note(kind, token, note)
            return note | {"is_good": is_good}

    def _note(self, kind: str, note: Record) -> str:
        token = new_id("link")
        with self._store.transaction():
            self._store.note(kind, token, note)
        return token
