"""Connected accounts: what Stripe still wants to know of people, and what they may do meanwhile."""

import hashlib
from typing import Final

from app.sandbox.books import Record
from app.sandbox.stripe.money_objects import new_account, new_bank
from app.sandbox.stripe.objects import new_id
from app.sandbox.stripe.refusals import Refusal, missing
from app.sandbox.stripe.store import Store

BANK: Final = "external_account"
WANTED: Final = (
    "business_profile.url",
    BANK,
    "individual.dob.day",
    "individual.first_name",
    "individual.last_name",
    "individual.ssn_last_4",
    "tos_acceptance.date",
)
"""What is asked of everybody."""

DOCUMENT: Final = "individual.verification.document"
GOOD_BANK: Final = "000123456789"

_SANCTIONED: Final = frozenset({"CU", "IR", "KP", "SY"})
_GONE = "deauthorised_account"
_DEADLINE_S: Final = 14 * 24 * 60 * 60
_UNVERIFIED, _MISSING = "requirements.pending_verification", "requirements.past_due"


class Accounts:
    def __init__(self, store: Store) -> None:
        self._store = store

    def create(self, order: Record) -> Record:
        """Raises `Refusal`."""
        for name in ("type", "country"):
            if name not in order:
                raise missing(name)
        if order["type"] != "express":
            raise Refusal("This twin only has Express accounts.", param="type")
        if order["country"] in _SANCTIONED:
            words = f"Country '{order['country']}' is not supported."
            raise Refusal(words, code="country_unsupported", param="country", is_kept=True)
        account = new_account(order, list(WANTED), now=self._store.now())
        account["requirements"]["disabled_reason"] = _MISSING
        with self._store.transaction():
            self._store.keep(account)
        return account

    def find(self, account_id: str) -> Record:
        """Raises `Refusal`, also for one that took our access away."""
        account = self._store.find("account", account_id, param="account")
        if not self.is_ours(account_id):
            raise gone(account_id)
        return account

    def is_ours(self, account_id: str) -> bool:
        return bool(self._store.get("account", account_id)) and not self._store.get(_GONE, account_id)

    def all(self) -> list[Record]:
        return self._store.some("account", lambda account: self.is_ours(account["id"]))

    def bank(self, account_id: str) -> Record | None:
        banks: list[Record] = self.find(account_id)["external_accounts"]["data"]
        return banks[0] if banks else None

    def fulfil(self, account_id: str, names: frozenset[str], *, bank: str = GOOD_BANK, is_slow: bool = False) -> Record:
        """The person gives what is named. With `is_slow` it has to be verified before it counts. Raises `Refusal`."""
        with self._store.transaction():
            account = self.find(account_id)
            due = account["requirements"]
            left = [name for name in due["currently_due"] if name not in names]
            if BANK in names and BANK in due["currently_due"]:
                self._put_bank(account, bank)
            if is_slow and not left:
                due["pending_verification"] = [DOCUMENT]
            account["details_submitted"] = account["details_submitted"] or not left
            self._demand(account, left, is_late=True)
        return account

    def verify(self, account_id: str) -> Record:
        """What had to be verified is found good. Raises `Refusal`."""
        with self._store.transaction():
            account = self.find(account_id)
            account["requirements"]["pending_verification"] = []
            self._reassess(account)
        return account

    def ask(self, account_id: str, name: str = DOCUMENT, *, is_late: bool) -> Record:
        """Stripe wants to know more: within two weeks, or at once, and nothing goes until it does. Raises `Refusal`."""
        with self._store.transaction():
            account = self.find(account_id)
            self._demand(account, [*account["requirements"]["currently_due"], name], is_late=is_late)
        return account

    def reject(self, account_id: str) -> Record:
        """Stripe ends the business with the person. Raises `Refusal`."""
        with self._store.transaction():
            account = self.find(account_id)
            account["requirements"]["disabled_reason"] = "rejected.fraud"
            self._reassess(account)
        return account

    def change_bank(self, account_id: str, number: str) -> Record:
        """Raises `Refusal`."""
        with self._store.transaction():
            account = self.find(account_id)
            self._put_bank(account, number)
            self._reassess(account)
        return account

    def refuse_bank(self, account_id: str) -> None:
        """A payout came back: none goes there any more. Raises `Refusal`."""
        account = self.find(account_id)
        for bank in account["external_accounts"]["data"]:
            bank["status"] = "errored"
            self._store.announce("account.external_account.updated", bank, account_id)
        self._reassess(account)

    def deauthorise(self, account_id: str) -> Record:
        """The person takes our access away. Raises `Refusal`."""
        with self._store.transaction():
            account = self.find(account_id)
            application = {"id": new_id("ca"), "object": "application", "name": "PeerLoop"}
            self._store.announce("account.application.deauthorized", application, account_id)
            self._store.note(_GONE, account_id, {"id": account_id})
        return account

    def _put_bank(self, account: Record, number: str) -> None:
        digest = hashlib.sha256(number.encode()).hexdigest()
        bank = new_bank(account["id"], number, fingerprint=digest[:16])
        account["external_accounts"]["data"] = [bank]
        self._store.announce("account.external_account.created", bank, account["id"])

    def _demand(self, account: Record, names: list[str], *, is_late: bool) -> None:
        due = account["requirements"]
        due |= {"currently_due": names, "eventually_due": names, "past_due": names if is_late else []}
        due["current_deadline"] = self._store.now() + _DEADLINE_S if names and not is_late else None
        self._reassess(account)

    def _reassess(self, account: Record) -> None:
        """What the account may do follows from what is missing. It and its changed capabilities are announced."""
        due, capabilities = account["requirements"], account["capabilities"]
        state = _state(due)
        changed = [name for name, old in capabilities.items() if old != state]
        capabilities |= dict.fromkeys(changed, state)
        has_bank = any(bank["status"] != "errored" for bank in account["external_accounts"]["data"])
        account["payouts_enabled"] = state == "active" and has_bank
        account["charges_enabled"] = capabilities.get("card_payments") == "active"
        self._store.keep(account)
        for name in changed:
            capability = {"id": name, "object": "capability", "account": account["id"], "status": state}
            self._store.announce("capability.updated", capability, account["id"])
        self._store.announce("account.updated", account, account["id"])


def gone(account_id: str) -> Refusal:
    return Refusal(
        f"The provided key does not have access to account '{account_id}' (or that account does not exist). "
        "Application access may have been revoked.",
        status=403,
        code="account_invalid",
    )


def _state(due: Record) -> str:
    """Of every capability that was asked for; sets why the account is disabled."""
    if due["disabled_reason"] == "rejected.fraud":
        return "inactive"
    if due["past_due"]:
        due["disabled_reason"] = _MISSING
        return "inactive"
    due["disabled_reason"] = _UNVERIFIED if due["pending_verification"] else None
    return "pending" if due["pending_verification"] else "active"
