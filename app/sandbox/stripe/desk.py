"""Everything that one Stripe account does, put together."""

from app.sandbox.stripe.accounts import Accounts
from app.sandbox.stripe.balances import Balances
from app.sandbox.stripe.checkouts import Checkouts
from app.sandbox.stripe.disputes import Disputes
from app.sandbox.stripe.links import Links
from app.sandbox.stripe.payouts import Payouts
from app.sandbox.stripe.refunds import Refunds
from app.sandbox.stripe.store import Store
from app.sandbox.stripe.transfers import Transfers


class Desk:
    def __init__(self, store: Store, base_url: str) -> None:
        self.store = store
        self.balances = Balances(store)
        self.accounts = Accounts(store)
        self.links = Links(store, self.accounts, base_url)
        self.disputes = Disputes(store, self.balances)
        self.checkouts = Checkouts(store, self.balances, self.disputes, base_url)
        self.transfers = Transfers(store, self.accounts, self.balances)
        self.refunds = Refunds(store, self.balances)
        self.payouts = Payouts(store, self.accounts, self.balances)
