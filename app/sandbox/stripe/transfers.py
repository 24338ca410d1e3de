"""Transfers to connected accounts, and taking them back."""

from app.sandbox.books import Record
from app.sandbox.stripe.accounts import Accounts
from app.sandbox.stripe.balances import Balances
from app.sandbox.stripe.lists import listing
from app.sandbox.stripe.money_objects import new_reversal, new_transfer
from app.sandbox.stripe.objects import new_id
from app.sandbox.stripe.refusals import Refusal, positive
from app.sandbox.stripe.store import Store


class Transfers:
    def __init__(self, store: Store, accounts: Accounts, balances: Balances) -> None:
        self._store = store
        self._accounts = accounts
        self._balances = balances

    def create(self, order: Record) -> Record:
        """Raises `Refusal`."""
        order = order | {"amount": positive(order, "amount"), "currency": order["currency"].lower()}
        self._check_destination(order["destination"])
        source = self._source(order) if "source_transaction" in order else None
        if source is None and self._balances.available(order["currency"]) < order["amount"]:
            raise Refusal("You have insufficient available funds.", code="balance_insufficient", is_kept=True)
        with self._store.transaction():
            return self._carry_out(order, source)

    def reverse(self, transfer_id: str, order: Record) -> Record:
        """Raises `Refusal`."""
        transfer = self._store.find("transfer", transfer_id)
        rest = transfer["amount"] - transfer["amount_reversed"]
        if rest == 0:
            raise Refusal("This transfer is already fully reversed.", is_kept=True)
        amount = positive({"amount": rest} | order, "amount")
        if amount > rest:
            raise Refusal("The amount is more than what is left of the transfer.", param="amount", is_kept=True)
        if self._balances.total(transfer["currency"], transfer["destination"]) < amount:
            raise Refusal("The account has insufficient funds.", code="balance_insufficient", is_kept=True)
        with self._store.transaction():
            return self._take_back(transfer, amount, order.get("metadata") or {})

    def reversals(self, transfer_id: str, query: Record) -> Record:
        """A page of what came back. Raises `Refusal`."""
        transfer = self._store.find("transfer", transfer_id)
        return listing(transfer["reversals"]["data"][::-1], query, transfer["reversals"]["url"])

    def _check_destination(self, account_id: str) -> None:
        if not self._accounts.is_ours(account_id):
            raise Refusal(f"No such destination: '{account_id}'", code="resource_missing", param="destination")
        if self._accounts.find(account_id)["capabilities"]["transfers"] != "active":
            raise Refusal(
                "Your destination account needs to have at least one of the following capabilities enabled: transfers",
                code="insufficient_capabilities_for_transfer",
                is_kept=True,
            )

    def _source(self, order: Record) -> Record:
        charge = self._store.find("charge", order["source_transaction"], param="source_transaction")
        if not charge["paid"] or charge["currency"] != order["currency"]:
            raise Refusal("The source must be a paid charge in the same currency.", param="source_transaction")
        if order.get("transfer_group", charge["transfer_group"]) != charge["transfer_group"]:
            raise Refusal("The transfer group must be that of the source.", param="transfer_group")
        used = self._store.some("transfer", lambda transfer: bool(transfer["source_transaction"] == charge["id"]))
        if sum(each["amount"] - each["amount_reversed"] for each in used) + order["amount"] > charge["amount"]:
            raise Refusal(
                "Transfers using this transaction as a source must not exceed its amount.", param="amount", is_kept=True
            )
        return charge

    def _carry_out(self, order: Record, source: Record | None) -> Record:
        transfer = new_transfer(order, source, now=self._store.now())
        available_on = self._available_on(source) if source else None
        moved = self._balances.move(transfer, -order["amount"], kind="transfer", available_on=available_on)
        payment = {"id": transfer["destination_payment"], "currency": order["currency"], "description": None}
        self._balances.move(
            payment,
            order["amount"],
            kind="payment",
            category="charge",
            available_on=available_on,
            account=order["destination"],
        )
        transfer["balance_transaction"] = moved["id"]
        self._store.keep(transfer)
        self._store.announce("transfer.created", transfer)
        return transfer

    def _available_on(self, source: Record) -> int:
        moment: int = self._store.find("balance_transaction", source["balance_transaction"])["available_on"]
        return moment

    def _take_back(self, transfer: Record, amount: int, metadata: Record) -> Record:
        sent = self._store.find("balance_transaction", transfer["balance_transaction"])
        reversal = new_reversal(transfer, amount, metadata, now=self._store.now())
        moved = self._balances.move(
            reversal, amount, kind="transfer_refund", category="transfer_reversal", available_on=sent["available_on"]
        )
        refund = {"id": new_id("pyr"), "currency": transfer["currency"], "description": None}
        self._balances.move(
            refund,
            -amount,
            kind="payment_refund",
            category="refund",
            available_on=sent["available_on"],
            account=transfer["destination"],
        )
        reversal |= {"balance_transaction": moved["id"], "destination_payment_refund": refund["id"]}
        transfer["amount_reversed"] += amount
        transfer["reversed"] = transfer["amount_reversed"] == transfer["amount"]
        transfer["reversals"]["data"].insert(0, reversal)
        for record in (reversal, transfer):
            self._store.keep(record)
        self._store.announce("transfer.reversed", transfer)
        return reversal
