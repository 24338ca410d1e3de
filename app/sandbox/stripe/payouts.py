"""From a balance to a bank: the platform's own, or a connected account's."""

from app.sandbox.books import Record
from app.sandbox.stripe.accounts import Accounts
from app.sandbox.stripe.balances import Balances
from app.sandbox.stripe.money_objects import new_payout
from app.sandbox.stripe.refusals import Refusal
from app.sandbox.stripe.store import Store

_OWNERS = "payout_owner"


class Payouts:
    def __init__(self, store: Store, accounts: Accounts, balances: Balances) -> None:
        self._store = store
        self._accounts = accounts
        self._balances = balances

    def start(self, account: str | None, currency: str = "usd") -> Record:
        """Send all that is available to the bank, as the daily schedule does. Raises `Refusal`."""
        if account and not self._accounts.find(account)["payouts_enabled"]:
            raise Refusal("Payouts of this account are disabled.", code="payouts_not_allowed")
        amount = self._balances.available(currency, account)
        if amount <= 0:
            raise Refusal("You have insufficient funds in your Stripe account.", code="balance_insufficient")
        with self._store.transaction():
            bank = self._accounts.bank(account) if account else None
            payout = new_payout(amount, currency, bank, now=self._store.now())
            moved = self._balances.move(payout, -amount, kind="payout", account=account)
            payout["balance_transaction"] = moved["id"]
            self._store.note(_OWNERS, payout["id"], {"account": account})
            self._change(payout, account, "created")
        return payout

    def pay(self, payout_id: str) -> Record:
        """The money arrived. Raises `Refusal`."""
        with self._store.transaction():
            payout, account = self._pending(payout_id)
            payout["status"] = "paid"
            self._change(payout, account, "paid")
        return payout

    def fail(self, payout_id: str) -> Record:
        """The bank sent it back, and gets no more until it is replaced. Raises `Refusal`."""
        with self._store.transaction():
            payout, account = self._pending(payout_id)
            back = self._balances.move(
                payout, payout["amount"], kind="payout_failure", category="payout_reversal", account=account
            )
            payout |= {
                "status": "failed",
                "failure_code": "account_closed",
                "failure_message": "The bank account has been closed.",
                "failure_balance_transaction": back["id"],
            }
            self._change(payout, account, "failed")
            if account:
                self._accounts.refuse_bank(account)
        return payout

    def _pending(self, payout_id: str) -> tuple[Record, str | None]:
        account = self._store.find(_OWNERS, payout_id)["account"]
        payout = self._store.find("payout", payout_id, account=account)
        if payout["status"] != "pending":
            raise Refusal("This payout has ended.")
        return payout, account

    def _change(self, payout: Record, account: str | None, kind: str) -> None:
        self._store.keep(payout, account)
        self._store.announce(f"payout.{kind}", payout, account)
