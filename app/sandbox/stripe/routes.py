"""Which call does what."""

from collections.abc import Callable

from starlette.routing import Route

from app.sandbox.books import Record
from app.sandbox.stripe.api import Api
from app.sandbox.stripe.desk import Desk
from app.sandbox.stripe.lists import listing


def api_routes(api: Api, desk: Desk) -> list[Route]:
    """Everything under /v1 that the description knows."""
    return [*_buying(api, desk), *_connecting(api, desk), *_moving(api, desk), *_looking(api, desk), api.nothing()]


def _list(api: Api, url: str, schema: str, records: Callable[[], list[Record]]) -> Route:
    return api.get(url, lambda _, query, __: listing(records(), query, url), schema=f"{schema}ListQuery")


def _buying(api: Api, desk: Desk) -> list[Route]:
    checkouts, store = desk.checkouts, desk.store
    path = "/v1/checkout/sessions"
    return [
        api.post(path, "CheckoutSessionCreate", lambda _, order, __: checkouts.create(order)),
        api.get(f"{path}/{{id}}", lambda known, *_: checkouts.find(known)),
        api.post(f"{path}/{{id}}/expire", "CheckoutSessionExpire", lambda known, *_: checkouts.expire(known)),
        api.get("/v1/payment_intents/{id}", lambda known, *_: store.find("payment_intent", known)),
        api.get("/v1/charges/{id}", lambda known, *_: store.find("charge", known)),
        _list(api, "/v1/charges", "Charge", lambda: store.all("charge")),
    ]


def _connecting(api: Api, desk: Desk) -> list[Route]:
    accounts, links = desk.accounts, desk.links
    return [
        api.post("/v1/accounts", "AccountCreate", lambda _, order, __: accounts.create(order)),
        _list(api, "/v1/accounts", "Account", accounts.all),
        api.get("/v1/accounts/{id}", lambda known, *_: accounts.find(known)),
        api.post("/v1/account_links", "AccountLinkCreate", lambda _, order, __: links.onboarding(order)),
        api.post("/v1/accounts/{id}/login_links", "LoginLinkCreate", lambda known, *_: links.dashboard(known)),
    ]


def _moving(api: Api, desk: Desk) -> list[Route]:
    store, transfers, refunds, disputes = desk.store, desk.transfers, desk.refunds, desk.disputes
    reversals = "/v1/transfers/{id}/reversals"
    return [
        api.post("/v1/transfers", "TransferCreate", lambda _, order, __: transfers.create(order)),
        _list(api, "/v1/transfers", "Transfer", lambda: store.all("transfer")),
        api.get("/v1/transfers/{id}", lambda known, *_: store.find("transfer", known)),
        api.post(reversals, "TransferReversalCreate", lambda known, order, _: transfers.reverse(known, order)),
        api.get(
            reversals, lambda known, query, _: transfers.reversals(known, query), schema="TransferReversalListQuery"
        ),
        api.post("/v1/refunds", "RefundCreate", lambda _, order, __: refunds.create(order)),
        _list(api, "/v1/refunds", "Refund", refunds.all),
        api.get("/v1/refunds/{id}", lambda known, *_: refunds.find(known)),
        _list(api, "/v1/disputes", "Dispute", lambda: store.all("dispute")),
        api.get("/v1/disputes/{id}", lambda known, *_: store.find("dispute", known)),
        api.post("/v1/disputes/{id}", "DisputeUpdate", lambda known, order, _: disputes.answer(known, order)),
        api.post("/v1/disputes/{id}/close", "DisputeClose", lambda known, *_: disputes.lose(known)),
    ]


def _looking(api: Api, desk: Desk) -> list[Route]:
    """Here a connected account can be acted for."""
    store, balances = desk.store, desk.balances

    def own(resource: str, url: str, schema: str) -> Route:
        def call(_: str, query: Record, account: str | None) -> Record:
            return listing(store.all(resource, account), query, url)

        return api.get(url, call, schema=f"{schema}ListQuery")

    return [
        api.get("/v1/balance", lambda _, __, account: balances.view(account)),
        own("balance_transaction", "/v1/balance_transactions", "BalanceTransaction"),
        own("payout", "/v1/payouts", "Payout"),
        api.get("/v1/payouts/{id}", lambda known, _, account: store.find("payout", known, account=account)),
        own("event", "/v1/events", "Event"),
        api.get("/v1/events/{id}", lambda known, _, account: store.find("event", known, account=account)),
    ]
